"""Chapter « Les réseaux paramédicaux »: the note's figures, statements and indicators."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts, forecasting
from handbook.chapters.outlooks import cited, of
from handbook.chapters.reseaux_choix import (
    NOTE,
    counted,
    everywhere,
    note_items,
    rankings,
    risks,
)
from handbook.facts import briefs
from handbook.figures import fr, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handbook import strategy
    from handbook.figures import Statements, Table

EXACT = 1.0  # percent: below, a figure is the series' own, rounded
SHOWN = {
    "mes_profils_actives": ("half-yearly", 1e6, "millions", 1),
    "msp_aci_montant": ("annual", 1.0, "M€", 0),
}
"""How a series is forecast and written: step, scale, unit, decimals."""
END = pd.Timestamp("2027-12-31")
NONE = "–"


# What the document says ---------------------------------------------------------------------


def against_series() -> Table:
    """Set each figure of the note beside the public series, and say when it was true."""
    claims = briefs.confronted(NOTE)
    names = _series_named(claims)
    dates = [_when(name, value) for name, value in zip(names, claims["claimed"], strict=True)]
    same = int((claims["gap"].abs() <= EXACT).sum())
    worst = float(claims["gap"].abs().max())
    return table(
        claims.assign(true=dates)[["label", "claimed", "observed", "observed_date", "gap", "true"]],
        Caption(
            title=(
                f"{counted(same).capitalize()} chiffres sur {counted(len(claims))} sont exacts, ceux"
                f" des MSP ; le plus éloigné s’écarte de {fr.percent(worst, 0)}"
            ),
            alt="",
            sources=of(claims),
            note=(
                "Écart : chiffre de la note rapporté à la série, moins un. Quand la série passe d’un"
                " relevé à l’autre par le chiffre de la note, la date est lue sur la droite qui les joint."
            ),
        ),
        names={
            "label": "Ce que compte la note",
            "claimed": "Note, « fin 2023 »",
            "observed": "Série publique",
            "observed_date": "À la date de",
            "gap": "Écart, %",
            "true": "Le chiffre de la note vaut pour",
        },
        formats={"claimed": 0, "observed": 0, "gap": 1, "observed_date": "month"},
    )


def definitions() -> Table:
    """Say what the series count that are set beside the note's figures."""
    claims = briefs.confronted(NOTE)
    described = facts.table("series").set_index("series_id")["description"].to_dict()
    return table(
        pd.DataFrame(
            {"label": claims["label"], "meaning": [described[n] for n in _series_named(claims)]}
        ),
        Caption(
            title="La note ne définit pas ce qu’elle compte ; voici ce que comptent les séries",
            alt="",
            sources=of(claims),
        ),
        names={"label": "Chiffre de la note", "meaning": "Ce que compte la série mise en face"},
        folded=True,
    )


def _series_named(claims: pd.DataFrame) -> list[str]:
    ids = facts.table("claims").set_index("label")["series_id"].to_dict()
    return [str(ids[label]) for label in claims["label"]]


def _when(series_id: str, value: float) -> str:
    """Say at what date a series takes a value, from the sources other than the note."""
    rows = facts.table("observations")
    rows = rows[(rows["series_id"] == series_id) & (rows["geography"] == "FR") & rows["preferred"]]
    known = rows[rows["source_id"] != NOTE].set_index("date")["value"].sort_index()
    close = known[(known / value - 1).abs() * 100 <= EXACT]
    if len(close):
        return fr.date(close.index[0], "month")
    if known.iloc[0] > value:
        return f"avant {fr.date(known.index[0], 'month')}"
    later = int((known > value).to_numpy().argmax())
    (before, least), (after, most) = known.iloc[later - 1 : later + 1].items()
    share = (value - least) / (most - least)
    begin, end = pd.Timestamp(str(before)), pd.Timestamp(str(after))
    return f"vers {fr.date(begin + share * (end - begin), 'month')}"


def tendencies() -> Table:
    """Show the three tendencies as data."""
    rows = note_items("tendance")
    labels = facts.table("claims").set_index("claim_id")["label"]
    shown = pd.DataFrame(
        {
            "label": [labels[name] for name in rows.index],
            "probability": rows["probability"].to_numpy(),
            "direction": rows["impact_direction"].to_numpy(),
            "drivers": [
                one if isinstance(one, str) else "non précisés" for one in rows["triggers"]
            ],
        }
    )
    good = int((rows["impact_direction"] == "positif").sum())
    return table(
        shown,
        Caption(
            title=(
                f"Trois tendances, dont {counted(good)} jugées favorables : la note dit la"
                " probabilité, jamais l’ampleur"
            ),
            alt="",
            sources=cited([NOTE]),
            note="Les intitulés de la note sont perdus : le libellé est le nôtre.",
        ),
        names={
            "label": "Tendance, en nos mots",
            "probability": "Probabilité selon la note",
            "direction": "Sens",
            "drivers": "Ce qui la porte",
        },
    )


def stated_risks() -> Table:
    """Show the four risks as data."""
    rows = note_items("risque").reset_index()
    same = rows.groupby(["probability", "impact"]).ngroups
    return table(
        rows.assign(name="Risque\u00a0" + rows["rank"].astype(str))[
            ["name", "probability", "impact", "mitigation"]
        ],
        Caption(
            title=f"Quatre risques pour {counted(same)} couples de mots",
            alt="",
            sources=cited([NOTE]),
            note=(
                "Les intitulés des risques sont illisibles dans le texte dont nous disposons. Nous ne"
                " les devinons pas d’après la parade."
            ),
        ),
        names={
            "name": "Risque",
            "probability": "Probabilité",
            "impact": "Impact",
            "mitigation": "Parade écrite en face",
        },
    )


def stated_choices() -> Table:
    """Show the five recommendations as data."""
    rows = note_items("recommandation").reset_index()
    return table(
        rows[["rank", "objective", "impact", "horizon", "complexity", "kpi"]].astype({"rank": str}),
        Caption(
            title=(
                "Cinq recommandations : la note leur donne un impact, un horizon, une complexité, des"
                " indicateurs"
            ),
            alt="",
            sources=cited([NOTE]),
            note=(
                "Les lettres de complexité n’ont pas de légende dans la note ; nous lisons M plus"
                " simple que L. Une date y côtoie trois mots d’horizon."
            ),
        ),
        names={
            "rank": "N°",
            "objective": "Objectif",
            "impact": "Impact",
            "horizon": "Horizon",
            "complexity": "Complexité",
            "kpi": "Indicateurs",
        },
    )


# Indicators -----------------------------------------------------------------------------------


def indicators(stated: Mapping[str, str]) -> Table:
    """Link each indicator of the note to a series of ours, with its forecast and threshold.

    Parameters
    ----------
    stated
        Series without forecast to the text of the range supposed instead.
    """
    rows = facts.table("strategy_kpis")
    series = facts.table("series").set_index("series_id")["label"]
    told, used = [], [NOTE]
    for row in rows[rows["series_id"].notna()].to_dict("records"):
        name = row["series_id"]
        told.append({"kpi": row["kpi"], "measure": series[name], **_measured(name, stated)})
        known = facts.series(name, modelling=True).attrs["source_ids"]
        used += [facts.latest(name).source.id] if name in stated else known
        used += list(facts.targets(name)["source_id"])
    near = int((rows["relation"] == "approchée").sum())
    straight = int((rows["relation"] == "directe").sum())
    return table(
        pd.DataFrame(told),
        Caption(
            title=(
                f"Sur {counted(len(rows))} indicateurs nommés,"
                f" {counted(straight) if straight else 'aucun'} n’est mesuré tel quel et {counted(near)}"
                " ont une série qui s’en approche"
            ),
            alt="",
            sources=cited(used),
            note=(
                "Fin 2027 : prévision et intervalle à 80 %, ou fourchette supposée. La note ne fixe"
                " aucun seuil ; nous n’indiquons que les cibles publiées. Le rapprochement est notre"
                " jugement."
            ),
        ),
        names={
            "kpi": "Indicateur de la note",
            "measure": "Notre série la plus proche",
            "latest": "Dernière valeur",
            "expected": "Fin 2027",
            "goal": "Seuil officiel",
        },
    )


def reserves() -> Table:
    """Say why each indicator of the note has no series of its own."""
    rows = facts.table("strategy_kpis")
    none = int(rows["series_id"].isna().sum())
    return table(
        rows[["kpi", "reason"]],
        Caption(
            title=f"{counted(none).capitalize()} indicateurs n’ont aucune série publique",
            alt="",
            sources=cited([NOTE]),
            note="Notre jugement, après recherche. Une série qui nous aurait échappé serait bienvenue.",
        ),
        names={"kpi": "Indicateur de la note", "reason": "Ce qui manque, ou ce qui s’en approche"},
        folded=True,
    )


def _measured(name: str, stated: Mapping[str, str]) -> dict[str, str]:
    last = facts.latest(name)
    if name in stated:
        amount = fr.amount(last.value, "CPTS")
        return {"latest": f"{amount} ({last.date_text})", "expected": stated[name], "goal": NONE}
    step, scale, unit, digits = SHOWN[name]
    known = forecasting.regularise(facts.series(name, modelling=True), step).series
    steps = math.ceil((END - known.index[-1]).days / (366 if step == "annual" else 184))
    made = forecasting.forecast(known / scale, steps)
    low, high = (float(edge) for edge in made.interval(80).loc[[END]].to_numpy().ravel())
    goals = facts.targets(name)
    goal = NONE
    if len(goals):
        due = goals.iloc[-1]
        chance = fr.chance(made.probability_above(due["value"] / scale, END))
        goal = (
            f"{fr.amount(due['value'] / scale, unit, 0)} {fr.period(due['date'])} ;"
            f" chance : {chance}"
        )
    return {
        "latest": f"{fr.amount(last.value / scale, unit, digits)} ({last.date_text})",
        "expected": f"{fr.amount(made.mean.to_dict()[END], unit, 0)}, de {fr.number(low, 0)} à"
        f" {fr.number(high, 0)}",
        "goal": goal,
    }


# What to leave with ---------------------------------------------------------------------------


def remember(
    ranking: strategy.RiskRanking,
    coverage: strategy.Coverage,
    robust: pd.DataFrame,
    field: strategy.Consolidation,
) -> Statements:
    """Say, in marked sentences, what to leave the chapter with."""
    claims = briefs.confronted(NOTE)
    exact = int((claims["gap"].abs() <= EXACT).sum())
    low, high = claims["gap"].min(), claims["gap"].max()
    tried = [ranking, *(one for _, _, one in rankings(risks()))]
    least = min(float(one.acceptability.to_numpy().min()) for one in tried)
    most = max(float(one.acceptability.to_numpy().max()) for one in tried)
    first = fr.joined(name.split(". ", 1)[1] for name in everywhere(robust))
    lonely = fr.joined(risk.lower() for risk in coverage.alone)
    share = 100 * field.bands("largest", (0.05, 0.95)).iloc[-1]
    return takeaways(
        (
            "fait",
            (
                f"Les **{counted(exact)} chiffres de la note sur les MSP sont exacts**. Ceux des"
                " CPTS ont d’autres dates qu’elle ne le dit, ou d’autres définitions : de"
                f" {fr.percent(low, 0, sign=True)} à {fr.percent(high, 0, sign=True)} d’écart avec"
                " les séries publiques."
            ),
        ),
        (
            "modele",
            (
                "Ses mots **ne suffisent pas à classer ses risques** : selon les lectures essayées,"
                f" chacun occupe chaque rang dans {fr.number(math.floor(100 * least), 0)} à"
                f" {fr.percent(math.ceil(100 * most), 0)} des tirages."
            ),
        ),
        (
            "jugement",
            (
                f"Par où commencer ? Par l’**{first}** : cette recommandation est de tous les bons"
                " choix, si M est plus simple que L, et seule à répondre, même en partie, au"
                f" {lonely}."
            ),
        ),
        (
            "hypothese",
            (
                f"« Inévitable », la consolidation ? Selon nos hypothèses, les"
                f" {counted(field.top)} premiers opérateurs tiendraient **de"
                f" {fr.number(share.iloc[0], 1)} à {fr.percent(share.iloc[1], 0)}** des"
                " maisons de santé fin 2030."
            ),
        ),
        sources=cited([NOTE, *claims.attrs["source_ids"]]),
    )
