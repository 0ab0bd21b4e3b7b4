"""Official targets: the chance of those to come, and what came of those whose date has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from handbook import facts
from handbook.chapters.outlooks import cited
from handbook.chapters.prospects import SHORT, prospect
from handbook.figures import bars, chances, fr, table
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.chapters.prospects import Prospect
    from handbook.figures import Picture, Table

# What each target counts, after its number.
NOUNS = {
    "ald_avec_mt": "des malades de longue durée avec un médecin traitant",
    "assistants_medicaux": "assistants médicaux",
    "cds_pluripro_nb": "centres de santé pluriprofessionnels",
    "cpts_aci": "CPTS",
    "cpts_couverture_pop": "de la population couverte par une CPTS",
    "france_sante": "maisons France santé",
    "ipa_diplomes_cumul": "infirmiers en pratique avancée",
    "mes_profils_actives": "profils Mon espace santé activés",
    "mes_taux_activation": "de Mon espace santé activés",
    "msp_nb": "maisons de santé",
    "sas_couverture_pop": "de la population couverte par un service d’accès aux soins",
    "teleconsult_an": "téléconsultations dans l’année",
}
# Amounts voted each year are ceilings to hold, not goals to reach.
VOTED = ("ondam_realise", "ondam_soins_ville_realise")
COUNTED_BY = {"teleconsult_an": "teleconsult_an_snds"}  # the source that counts the due years
NEAR = 60  # days within which a count stands for the due date
WORDS = (
    (0.95, "presque certain"),
    (0.66, "probable"),
    (0.33, "incertain"),
    (0.05, "peu probable"),
    (0.0, "presque exclu"),
)
REACHED = 100.0  # percent of the target
MILLION = 1e6


def word(chance: float) -> str:
    """Return the word of a chance between 0 and 1."""
    return next(text for least, text in WORDS if chance >= least)


def _named(series_id: str, value: float, date: pd.Timestamp) -> str:
    noun, unit = NOUNS[series_id], facts.table("series").set_index("series_id")["unit"][series_id]
    if unit == "%":
        amount = fr.percent(value, 0)
    elif value >= MILLION:
        word_ = "million" if value < 2 * MILLION else "millions"
        amount = f"{fr.number(value / MILLION)} {word_} de"
    else:
        amount = fr.number(value)
    return f"{amount} {noun}, {fr.period(date)}"


def _goals() -> pd.DataFrame:
    """Return the national goals to reach, with whether their date has passed.

    A date has passed when the newest observation of the data is later.
    """
    rows = facts.table("targets")
    rows = rows[(rows["geography"] == "FR") & ~rows["series_id"].isin(VOTED)]
    newest = facts.table("observations")["date"].max()
    return rows.assign(past=rows["date"] < newest).sort_values("date", kind="stable")


def to_come() -> pd.DataFrame:
    """Return each target to come with its chance.

    Returns
    -------
    DataFrame
        Indexed by label, the likeliest first, those that cannot be forecast last: ``chance``
        (0 to 1 or missing), ``words``, ``series_id``, ``kind``; sources in ``attrs``.
    """
    goals = _goals()
    goals = goals[~goals["past"]]
    rows, used = {}, [*goals["source_id"]]
    for name, value, date in zip(goals["series_id"], goals["value"], goals["date"], strict=True):
        found = prospect(name, date)
        rows[_named(name, value, date)] = _judged(found, float(value))
        used += found.readings.attrs.get("source_ids", [])
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame = frame.sort_values("chance", ascending=False, kind="stable", na_position="last")
    frame.attrs["source_ids"] = used
    return frame


def _judged(found: Prospect, value: float) -> dict[str, object]:
    chance = found.chance(value)
    known = found.kind == "forecast"
    told = f"{fr.chance(chance)} · {word(chance)}" if known else SHORT[found.kind]
    return {"chance": chance, "words": told, "series_id": found.series_id, "kind": found.kind}


def chance_of_each(goals: pd.DataFrame) -> Picture:
    """Show the chance of every target to come."""
    known = goals["chance"].dropna()
    likely = int((known >= WORDS[1][0]).sum())
    unknown = int(goals["chance"].isna().sum())
    told = [f"{label} : {text}." for label, text in goals["words"].items()]
    return chances(
        goals,
        Caption(
            title=(
                f"De {len(goals)} cibles officielles à venir, {likely} sont probables ;"
                f" {unknown} ne se prévoient pas"
            ),
            alt=" ".join(told),
            sources=cited(goals.attrs["source_ids"]),
            subtitle="Chance d’atteindre la cible à son échéance (barre pleine : certitude)",
            note=(
                "Les mots sont les nôtres : presque certain à partir de 95 %, probable de 66 %,"
                " incertain de 33 %, peu probable de 5 %. Série trop courte : moins de cinq relevés"
                " comparables ou de cinq valeurs régulières. Mesure changeante : la définition a bougé."
            ),
        ),
    )


def confronted() -> pd.DataFrame:
    """Return each target whose date has passed, with what was counted then.

    Returns
    -------
    DataFrame
        ``label``, ``goal``, ``date``, ``came`` (missing if nothing was counted within two months
        of the date), ``came_date``, ``gap``, ``share`` (percent of the goal), ``verdict``,
        ``note``; sources in ``attrs``.
    """
    goals = _goals()
    goals = goals[goals["past"]]
    rows, used = [], [*goals["source_id"]]
    columns = (goals[name] for name in ("series_id", "value", "date", "note"))
    for name, value, date, note in zip(*columns, strict=True):
        came, when, sources = _counted(COUNTED_BY.get(name, name), date)
        share = 100 * came / value
        rows.append(
            {
                "label": _named(name, value, date),
                "goal": float(value),
                "date": date,
                "came": came,
                "came_date": when,
                "gap": came - value,
                "share": share,
                "verdict": _verdict(share),
                "note": note,
            }
        )
        used += sources
    frame = pd.DataFrame(rows).reset_index(drop=True)
    frame.attrs["source_ids"] = used
    return frame


def _counted(series_id: str, date: pd.Timestamp) -> tuple[float, pd.Timestamp | None, list[str]]:
    """Return the count nearest to a date, its date and its sources; missing if none is near."""
    try:
        known = facts.series(series_id)
    except facts.FactsError:
        return float("nan"), None, []
    away = np.abs((pd.DatetimeIndex(known.index) - date).days.to_numpy())
    nearest = int(away.argmin())
    if away[nearest] > NEAR:
        return float("nan"), None, []
    return float(known.iloc[nearest]), known.index[nearest], known.attrs["source_ids"]


def _verdict(share: float) -> str:
    if pd.isna(share):
        return "non vérifiable"
    return "atteinte" if share >= REACHED else "manquée"


def what_came(past: pd.DataFrame) -> Picture:
    """Show how much of each past target was there when its date came."""
    judged = past.dropna(subset=["share"]).set_index("label")["share"]
    missed = int((judged < REACHED).sum())
    least, most = str(judged.idxmin()), str(judged.idxmax())
    return bars(
        judged,
        Caption(
            title=f"De {len(judged)} cibles échues que l’on peut vérifier, {missed} ont été manquées",
            alt=(
                f"Part de la cible atteinte à son échéance. La plus faible : {least},"
                f" {fr.percent(judged.min(), 0)}. La plus forte : {most}, {fr.percent(judged.max(), 0)}."
            ),
            sources=cited(past.attrs["source_ids"]),
            subtitle="Compte à l’échéance, en % de la cible (foncé : cible manquée)",
        ),
        unit="%",
        digits=0,
        highlight=[str(label) for label in judged.index[judged < REACHED]],
    )


def record(past: pd.DataFrame) -> Table:
    """Set each past target beside what was counted."""
    unchecked = int(past["share"].isna().sum())
    names = {
        "label": "Cible et échéance",
        "verdict": "Verdict",
        "share": "Part atteinte, %",
        "came": "Compté",
        "came_date": "À la date de",
        "gap": "Écart",
        "note": "Réserve",
    }
    return table(
        past[list(names)].fillna({"note": ""}),
        Caption(
            title=f"{len(past)} cibles échues, dont {unchecked} que nul compte public ne vérifie",
            alt="",
            sources=cited(past.attrs["source_ids"]),
            note=(
                "n. d. : aucun compte à moins de deux mois de l’échéance. Le rapprochement d’une cible"
                " et d’un compte est notre jugement. Les montants de l’Ondam, votés pour être tenus et non"
                " atteints, n’y sont pas."
            ),
        ),
        names=names,
        formats={"came": 0, "gap": 0, "share": 0, "came_date": "month"},
        folded=True,
    )
