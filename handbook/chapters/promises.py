"""Chapter « Horizon 2032 », distance: what is shown of the promises, measured or not.

A promise is kept from a threshold on, which is nearly always our judgement, given as a range: the
easiest threshold, the hardest one. `handbook.chapters.distances` measures; this shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.chapters.distances import END
from handbook.chapters.outlooks import cited
from handbook.figures import dots, fr, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.chapters.distances import Distance
    from handbook.figures import Picture, Statements, Table

NEAR = "* La série mesure une chose voisine de la promesse."
HARD, EASY = "au seuil le plus exigeant", "au seuil le plus facile"
SCENES = re.compile(r"A(\d)S(\d)")
DOCUMENT = "innovation-days-2032"
EVEN = 0.5


def _sources(found: list[Distance]) -> list[facts.Source]:
    return cited([DOCUMENT, *(name for one in found for name in one.source_ids)])


def _kept(found: list[Distance]) -> tuple[list[Distance], list[Distance]]:
    """Return those past the hardest threshold, and those past the easiest only.

    A ceiling is held until the end or not at all: being under it today keeps nothing.
    """
    rising = [one for one in found if not one.ceiling]
    whole = [one for one in rising if one.reached[0] >= 100]
    return whole, [one for one in rising if one.reached[0] < 100 <= one.reached[1]]


def gaps(found: list[Distance]) -> Picture:
    """Show what part of its threshold each measured promise has reached."""
    rows = {str(one.row.measure): one.reached for one in found}
    ends = pd.DataFrame(
        {name: {HARD: values[0], EASY: values[1]} for name, values in rows.items()}
    ).T[[HARD, EASY]]
    half = int((ends[EASY].round() < 50).sum())  # as the reader reads them
    whole, partly = _kept(found)
    told = [
        f"{name} : {fr.percent(low, 0)} à {fr.percent(high, 0)}."
        for name, (low, high) in sorted(rows.items(), key=lambda item: -item[1][1])
    ]
    return dots(
        ends,
        Caption(
            title=(
                f"Promesses de 2032 : sur {len(found)} mesures,"
                f" {_attain(len(whole) + len(partly))} déjà notre seuil le plus facile,"
                f" {half} n’en sont pas à la moitié"
            ),
            alt=(
                "Part du seuil déjà atteinte, contre le seuil le plus exigeant puis le plus facile. "
                + " ".join(told)
            ),
            sources=_sources(found),
            subtitle="Valeur d’aujourd’hui, en % du seuil de 2032",
            note=(
                "100 % : seuil atteint. Le texte ne chiffre presque aucune promesse : les seuils sont"
                " notre jugement, en fourchette. La plupart des séries mesurent une chose voisine. La part"
                " du PIB est un plafond à tenir jusqu’en 2032 : elle n’entre pas dans le compte."
            ),
        ),
        zero=True,
        unit="%",
        digits=0,
    )


def chances(found: list[Distance]) -> Picture:
    """Show the chance that each promise whose series carries a forecast is kept in 2032."""
    rows = {one: one.chance for one in found if one.chance is not None}
    ends = pd.DataFrame(
        {
            str(one.row.measure): {HARD: _told(low), EASY: _told(high)}
            for one, (low, high) in rows.items()
        }
    ).T[[HARD, EASY]]
    likely, possible = (int((ends[name] > 100 * EVEN).sum()) for name in (HARD, EASY))
    told = [f"{one.row.measure} : {_chance(pair)}." for one, pair in rows.items()]
    return dots(
        ends,
        Caption(
            title=(
                f"Sur {len(rows)} promesses dont la série se prévoit, {_some(likely)} plus d’une"
                f" chance sur deux au seuil exigeant, {possible} au plus facile"
            ),
            alt="Chance d’être tenue fin 2032, selon le seuil. " + " ".join(told),
            sources=_sources(list(rows)),
            subtitle="Chance d’être tenue fin 2032",
            note=(
                "Prévision des mêmes méthodes que le reste de l’ouvrage, sans rien supposer de"
                " nouveau. Chances arrondies."
            ),
        ),
        zero=True,
        unit="%",
        digits=0,
    )


def _told(probability: float) -> float:
    """Round a chance as `fr.chance` writes it, in percent."""
    share = 100 * probability
    return round(share) if min(share, 100 - share) < 10 else 5.0 * round(share / 5)


def _some(count: int) -> str:
    return "aucune n’a" if count == 0 else "une seule a" if count == 1 else f"{count} ont"


def _attain(count: int) -> str:
    return (
        "aucune n’atteint" if count == 0 else "une atteint" if count == 1 else f"{count} atteignent"
    )


def _chance(pair: tuple[float, float]) -> str:
    low, high = (fr.chance(one) for one in pair)
    return low if low == high else f"{low} à {high}"


def paces(found: list[Distance]) -> Table:
    """Set for each measure: latest value, threshold, pace needed and pace seen; nearest first."""
    rows = []
    for one in sorted(found, key=lambda one: -one.reached[1]):
        low, high = (_amount(value, one) for value in one.thresholds)
        rows.append(
            {
                "measure": _named(one),
                "value": f"{_amount(one.value, one)} ({one.date_text})",
                "threshold": f"{'au plus ' if one.ceiling else ''}{low} à {high}",
                "needed": _pace_needed(one),
                "pace": "n. d." if pd.isna(one.pace) else _change(one.pace, one),
            }
        )
    seen = [one for one in found if pd.notna(one.pace) and not one.ceiling]
    behind = [one for one in seen if one.pace < one.needed[0]]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Sur {len(seen)} mesures dont le rythme se lit, {len(behind)} vont moins vite qu’il"
                " ne faudrait, même pour leur seuil le plus facile"
            ),
            alt="",
            sources=_sources(found),
            note=(
                f"{NEAR} n. d. : un seul point, ou points non comparables. La part du PIB doit rester"
                " sous son seuil : elle n’entre pas dans le compte."
            ),
        ),
        names={
            "measure": "Mesure",
            "value": "Dernière valeur",
            "threshold": "Seuil en 2032",
            "needed": "Rythme nécessaire, par an",
            "pace": "Rythme observé, par an",
        },
        folded=True,
    )


def futures(found: list[Distance]) -> Table:
    """Set for each measure: forecast and chance, or why there is none."""
    described = facts.table("series")
    growing = set(described.loc[described["cumulative"], "series_id"])
    rows = []
    for one in found:
        if one.forecast is None or one.chance is None:
            rows.append({"measure": _named(one), "expected": "aucune", "chance": one.reason})
            continue
        edges = one.forecast.interval(80).loc[[END]].to_numpy(dtype=float).ravel()
        edges = edges.clip(min=one.value) if one.row.series_id in growing else edges
        rows.append(
            {
                "measure": _named(one),
                "expected": f"{_amount(edges[0], one)} à {_amount(edges[1], one)}",
                "chance": _chance(one.chance),
            }
        )
    rows.sort(key=lambda row: row["expected"] == "aucune")
    none = sum(one.forecast is None for one in found)
    return table(
        pd.DataFrame(rows),
        Caption(
            title=f"{none} mesures sur {len(found)} ne portent aucune prévision",
            alt="",
            sources=_sources(found),
            note=f"{NEAR} Un cumul ne baisse pas : sa prévision part de la dernière valeur.",
        ),
        names={
            "measure": "Mesure",
            "expected": "Prévision fin 2032, à 80 %",
            "chance": "Chance d’être tenue, ou pourquoi aucune",
        },
        folded=True,
    )


def thresholds(found: list[Distance]) -> Table:
    """Say for each promise what measures it and why this threshold."""
    judged = sum(one.row.threshold_status == "judgement" for one in found)
    return table(
        pd.DataFrame(
            {
                "promise": f"{one.row.promise} ({scene(one.row.scene)})",
                "measure": _named(one),
                "reason": one.row.threshold_reason,
                "note": one.row.note,
            }
            for one in found
        ),
        Caption(
            title=(
                f"Le texte ne chiffre pas ses promesses : {judged} seuils sur {len(found)} sont notre"
                " jugement"
            ),
            alt="",
            sources=_sources(found),
            note=NEAR,
        ),
        names={
            "promise": "Promesse",
            "measure": "Mesure",
            "reason": "D’où vient le seuil",
            "note": "Réserve",
        },
        folded=True,
    )


def _named(one: Distance) -> str:
    return f"{one.row.measure}{'' if one.row.closeness == 'direct' else fr.NBSP + '*'}"


def _pace_needed(one: Distance) -> str:
    low, high = one.needed
    if one.ceiling:
        return f"au plus {_change(high, one)}"
    if high <= 0:
        return "déjà atteint"
    return f"{'déjà atteint' if low <= 0 else _change(low, one)} à {_change(high, one)}"


def _amount(value: float, one: Distance) -> str:
    if one.unit == "%":
        return fr.percent(value, 1)
    if abs(value) >= 1e6:
        return fr.amount(value / 1e6, "M", 1)
    return fr.amount(value, "Md€" if one.unit == "Md€" else "", 0 if abs(value) >= 100 else 1)


def _change(value: float, one: Distance) -> str:
    if one.unit == "%":
        return fr.amount(value, "pt", 2 if abs(value) < 1 else 1, sign=True)
    if one.thresholds[0] >= 1e6:
        return fr.amount(value / 1e6, "M", 1, sign=True)
    unit = "Md€" if one.unit == "Md€" else ""
    return fr.amount(value, unit, 0 if abs(value) >= 10 else 1, sign=True)


def scene(code: str) -> str:
    """Write a scene: « acte 2, scène 3 », or « éditorial »."""
    found = SCENES.fullmatch(code)
    return f"acte {found[1]}, scène {found[2]}" if found else "éditorial"


def reasons() -> Table:
    """List the promises that nothing measures, by reason."""
    rows = facts.table("vision_promises")
    rows = rows[rows["why_not_measurable"].notna()]
    grouped = [
        {"reason": why, "count": len(some), "promises": " ; ".join(some["promise"]) + "."}
        for why, some in rows.groupby("why_not_measurable", sort=False)
    ]
    shown = pd.DataFrame(grouped).sort_values(
        "count", ascending=False, kind="stable", ignore_index=True
    )
    whole = facts.table("vision_promises")["claim_id"].nunique()
    return table(
        shown,
        Caption(
            title=f"{len(rows)} promesses sur {whole} ne se mesurent par aucune donnée publique d’ici",
            alt="",
            sources=cited([DOCUMENT]),
            note=(
                "« Ne se mesure pas » ne veut pas dire « ne se fera pas » : une loi, un organisme, un"
                " métier se constatent."
            ),
        ),
        names={"reason": "Pourquoi", "count": "Promesses", "promises": "Lesquelles"},
        folded=True,
    )


def said(found: list[Distance]) -> tuple[tuple[str, str], ...]:
    """Return, in marked sentences, what to keep of this part."""
    told = facts.table("vision_promises")
    whole, measured = told["claim_id"].nunique(), {one.row.claim_id for one in found}
    done, partly = _kept(found)
    chance = {one: pair for one in found if (pair := one.chance) is not None}
    open_ = [one for one, pair in chance.items() if pair[1] > EVEN]
    sure = [one for one, pair in chance.items() if pair[0] > EVEN]
    slow = [
        one for one in found if pd.notna(one.pace) and not one.ceiling and one.pace < one.needed[0]
    ]
    farthest = min(found, key=lambda one: one.reached[1])
    return (
        (
            "fait",
            (
                f"Le scénario compte **{whole} promesses** ; {len(measured)} se mesurent, de"
                f" {len(found)} façons, par une donnée publique, le plus souvent voisine de ce qui"
                " est promis."
            ),
        ),
        (
            "jugement",
            (
                f"Contre nos seuils, {_held(len(done))} aujourd’hui au seuil exigeant, et"
                f" {_more(len(partly))} au plus facile seulement. La plus lointaine :"
                f" {_lower(farthest.row.measure)}, à"
                f" {fr.percent(farthest.reached[1], 1)} au mieux de ce qu’il faudrait."
            ),
        ),
        (
            "modele",
            (
                f"Sur {len(chance)} séries qui se prévoient, **{_some(len(sure))} plus d’une chance"
                f" sur deux** de tenir la promesse en 2032 au seuil le plus exigeant, {len(open_)}"
                " au plus facile."
            ),
        ),
        (
            "jugement",
            (
                "Vont moins vite qu’il ne faudrait, même pour le seuil le plus facile :"
                f" {fr.joined(_lower(one.row.measure) for one in slow)}."
            ),
        ),
    )


def _held(count: int) -> str:
    if count == 0:
        return "aucune promesse n’est tenue"
    return "une promesse est tenue" if count == 1 else f"{count} promesses sont tenues"


def _more(count: int) -> str:
    return "aucune" if count == 0 else "une" if count == 1 else str(count)


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def remember(found: list[Distance]) -> Statements:
    """Box of what to keep of this part."""
    return takeaways(*said(found), sources=_sources(found))
