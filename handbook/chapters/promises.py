"""Chapter « Horizon 2032 », distance: each promise that a public series can measure, and the rest.

Which series measures which promise, and from which value on it would be kept, are in the table
``vision_promises``: mostly our judgement, given as a range, with its reason. Nothing is prolonged
that the facts do not allow: a series without enough comparable points has a distance, no chance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook import facts, forecasting
from handbook.chapters.outlooks import cited
from handbook.figures import dots, fr, table, takeaways

if TYPE_CHECKING:
    from handbook.figures import Picture, Statements, Table

END = pd.Timestamp(2032, 12, 31)
DOCUMENT = "innovation-days-2032"
NEEDED = (
    forecasting.series.MINIMUM_POINTS
)  # published and comparable values below which none is made
STEPS = {"annual": 1, "half-yearly": 2}
SCENES = re.compile(r"A(\d)S(\d)")
EVEN = 0.5
HARD, EASY = "au seuil le plus exigeant", "au seuil le plus facile"


@dataclass(frozen=True, eq=False)
class Distance:
    """How far a measured promise is from the threshold that would keep it.

    Attributes
    ----------
    row
        Its row of ``vision_promises``.
    unit, value, date, date_text
        Latest published value.
    needed
        Change a year that would reach the low and the high threshold at the end of 2032.
    pace
        Change a year seen over the comparable values; nan where there is none.
    forecast
        Made where the series can carry one, else None.
    reason
        Why there is no forecast; empty if there is one.
    thin
        Whether most of the regular values were interpolated: the chance is then indicative.
    source_ids
        Of the value.
    """

    row: Any
    unit: str
    value: float
    date: pd.Timestamp
    date_text: str
    needed: tuple[float, float]
    pace: float
    forecast: forecasting.Forecast | None
    reason: str
    thin: bool
    source_ids: tuple[str, ...]

    @property
    def thresholds(self) -> tuple[float, float]:
        """Low and high threshold, in the unit of the measure."""
        return float(self.row.threshold_low), float(self.row.threshold_high)

    @property
    def ceiling(self) -> bool:
        """Whether the promise is to stay below the threshold."""
        return bool(self.row.direction == "at_most")

    @property
    def reached(self) -> tuple[float, float]:
        """Percent of the way: against the hardest threshold, then against the easiest."""
        low, high = self.thresholds
        if self.ceiling:
            return 100 * low / self.value, 100 * high / self.value
        return 100 * self.value / high, 100 * self.value / low

    @property
    def chance(self) -> tuple[float, float] | None:
        """Chance of being kept at the end of 2032: hardest threshold, then easiest."""
        if self.forecast is None:
            return None
        found = [self.forecast.probability_above(one, END) for one in self.thresholds]
        if self.ceiling:
            found = [1 - one for one in reversed(found)]
        return min(found), max(found)


def distances() -> list[Distance]:
    """Measure each promise that can be, in the document's order.

    Raises
    ------
    FactsError
        If a series or a parameter is unknown.
    """
    rows = facts.table("vision_promises")
    rows = rows[rows["threshold_low"].notna()]
    return [
        _by_series(row) if isinstance(row.series_id, str) else _by_parameter(row)
        for row in rows.itertuples()
    ]


def _by_series(row: Any) -> Distance:  # noqa: ANN401
    last = facts.latest(row.series_id)
    known = facts.series(row.series_id)
    if pd.notna(row.pace_from):
        comparable = known[row.pace_from :]
        years = (comparable.index[-1] - comparable.index[0]).days / 365.25
        pace = float(comparable.iloc[-1] - comparable.iloc[0]) / years
    else:
        comparable, pace = known, float("nan")
    forecast, reason, thin = _forecast(row, len(comparable))
    return Distance(
        row=row,
        unit=last.unit,
        value=last.value,
        date=last.date,
        date_text=last.date_text,
        needed=_needed(row, last.value, last.date),
        pace=pace,
        forecast=forecast,
        reason=reason,
        thin=thin,
        source_ids=(last.source.id,),
    )


def _forecast(row: Any, count: int) -> tuple[forecasting.Forecast | None, str, bool]:  # noqa: ANN401
    """Forecast to the end of 2032 what may be, or say why it may not."""
    about = facts.series(row.series_id).attrs
    if about["modelling"] == "non":
        return None, str(about["modelling_reason"]).split("\u00a0:")[0].rstrip(".") + ".", False
    if not isinstance(row.step, str) or count < NEEDED:
        return None, f"{count} relevés, trop irréguliers.", False
    known = facts.series(row.series_id, modelling=True)
    known = known[row.pace_from :] if pd.notna(row.pace_from) else known
    regular = forecasting.regularise(known, row.step)
    values = regular.series.rename(row.series_id)
    values.attrs = about
    last, per_year = values.index[-1], STEPS[row.step]
    steps = round((END - last).days / 365.25 * per_year)
    thin = float((regular.origin == "interpolated").mean()) > EVEN
    bounds = None if pd.isna(row.upper_bound) else (0.0, float(row.upper_bound))
    return forecasting.forecast(values, steps, bounds=bounds), "", thin


def _by_parameter(row: Any) -> Distance:  # noqa: ANN401
    names = str(row.parameter_ids).split()
    told = [facts.parameter(name) for name in names]
    texts = facts.table("parameters").set_index("parameter_id")["date_text"]
    dates = [pd.Timestamp(int(re.findall(r"\d{4}", texts[name])[-1]), 12, 31) for name in names]
    covered = 1.0 if pd.isna(row.years_covered) else float(row.years_covered)
    value = told[-1].central / covered
    years = (dates[-1] - dates[0]).days / 365.25
    pace = (value - told[0].central) / years if len(told) > 1 else float("nan")
    return Distance(
        row=row,
        unit=told[-1].unit if covered == 1 else f"{told[-1].unit} par an",
        value=value,
        date=dates[-1],
        date_text=texts[names[-1]],
        needed=_needed(row, value, dates[-1]),
        pace=pace,
        forecast=None,
        reason=f"{fr.counted(len(told), 'relevé', 'relevés')} seulement.",
        thin=False,
        source_ids=tuple(one.source.id for one in told),
    )


def _needed(row: Any, value: float, date: pd.Timestamp) -> tuple[float, float]:  # noqa: ANN401
    years = (END - date).days / 365.25
    low, high = ((float(one) - value) / years for one in (row.threshold_low, row.threshold_high))
    return low, high


# What is shown ------------------------------------------------------------------------------


def _sources(found: list[Distance]) -> list[facts.Source]:
    return cited([DOCUMENT, *(name for one in found for name in one.source_ids)])


def _kept(found: list[Distance]) -> tuple[list[Distance], list[Distance]]:
    """Return those past the hardest threshold, and those past the easiest only."""
    whole = [one for one in found if one.reached[0] >= 100]
    return whole, [one for one in found if one.reached[0] < 100 <= one.reached[1]]


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
        zero=True,
        title=f"Sur {len(found)} mesures des promesses, {half} n’en sont pas à la moitié du seuil"
        f" le plus facile ; {len(whole) + len(partly)} l’ont atteint",
        alt="Part du seuil déjà atteinte, contre le seuil le plus exigeant puis le plus facile. "
        + " ".join(told),
        subtitle="Valeur d’aujourd’hui, en % du seuil de 2032",
        unit="%",
        digits=0,
        note="100 % : promesse tenue. Le texte ne chiffre presque aucune promesse : les seuils sont"
        " notre jugement, en fourchette. La plupart des séries mesurent une chose voisine.",
        sources=_sources(found),
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
    told = [
        f"{one.row.measure} : {_chance(pair)}{', indicative' if one.thin else ''}."
        for one, pair in rows.items()
    ]
    return dots(
        ends,
        zero=True,
        title=f"Sur {len(rows)} promesses dont la série se prévoit, {_some(likely)} plus d’une"
        f" chance sur deux au seuil exigeant, {possible} au plus facile",
        alt="Chance d’être tenue fin 2032, selon le seuil. " + " ".join(told),
        subtitle="Chance d’être tenue fin 2032",
        unit="%",
        digits=0,
        note="Prévision des mêmes méthodes que le reste de l’ouvrage, sans rien supposer de"
        " nouveau. Chances arrondies. Les profils activés viennent d’une série surtout interpolée.",
        sources=_sources(list(rows)),
    )


def _told(probability: float) -> float:
    """Round a chance as `fr.chance` writes it, in percent."""
    share = 100 * probability
    return round(share) if min(share, 100 - share) < 10 else 5.0 * round(share / 5)


def _some(count: int) -> str:
    return "aucune n’a" if count == 0 else fr.counted(count, "a", "ont")


def _chance(pair: tuple[float, float]) -> str:
    low, high = (fr.chance(one) for one in pair)
    return low if low == high else f"{low} à {high}"


def paces(found: list[Distance]) -> Table:
    """Set for each measured promise: value, threshold, pace needed and seen, forecast, chance."""
    described = facts.table("series")
    growing = set(described.loc[described["cumulative"], "series_id"])
    rows = []
    for one in found:
        expected = ""
        if one.forecast is not None:
            edges = one.forecast.interval(80).loc[[END]].to_numpy(dtype=float).ravel()
            edges = edges.clip(min=one.value) if one.row.series_id in growing else edges
            expected = f"{_amount(edges[0], one)} à {_amount(edges[1], one)}"
        low, high = (_amount(value, one) for value in one.thresholds)
        rows.append(
            {
                "scene": scene(one.row.scene),
                "promise": one.row.promise,
                "measure": f"{one.row.measure}{'' if one.row.closeness == 'direct' else ' *'}",
                "value": f"{_amount(one.value, one)} ({one.date_text})",
                "threshold": f"{'au plus ' if one.ceiling else ''}{low} à {high}",
                "needed": _pace_needed(one),
                "pace": "n. d." if pd.isna(one.pace) else _change(one.pace, one),
                "expected": expected or "aucune",
                "chance": one.reason
                if one.chance is None
                else f"{_chance(one.chance)}{' †' if one.thin else ''}",
            }
        )
    slow = [one for one in found if pd.notna(one.pace) and not one.ceiling]
    behind = [one for one in slow if one.pace < one.needed[0]]
    return table(
        pd.DataFrame(rows),
        title=f"Sur {len(slow)} mesures dont le rythme se lit, {len(behind)} vont moins vite qu’il"
        " ne faudrait, même pour leur seuil le plus facile",
        names={
            "scene": "Scène",
            "promise": "Promesse",
            "measure": "Mesure",
            "value": "Dernière valeur",
            "threshold": "Seuil en 2032 (notre jugement)",
            "needed": "Rythme nécessaire, par an",
            "pace": "Rythme observé, par an",
            "expected": "Prévision fin 2032, à 80 %",
            "chance": "Chance d’être tenue, ou pourquoi aucune",
        },
        note="* La série mesure une chose voisine de la promesse. † Série surtout interpolée :"
        " chance indicative. n. d. : un seul point, ou points non comparables. Un cumul ne baisse"
        " pas : sa prévision part de la dernière valeur. Le seuil des infirmiers en pratique"
        " avancée est une fourchette publiée.",
        sources=_sources(found),
    )


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
        title=f"{len(rows)} promesses sur {whole} ne se mesurent par aucune donnée publique d’ici",
        names={"reason": "Pourquoi", "count": "Promesses", "promises": "Lesquelles"},
        note="« Ne se mesure pas » ne veut pas dire « ne se fera pas » : une loi, un organisme, un"
        " métier se constatent.",
        sources=cited([DOCUMENT]),
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
                f"Contre nos seuils, {_held(len(done))} aujourd’hui, et"
                f" {fr.counted(len(partly), 'autre', 'autres')} au seuil le plus facile seulement."
                f" La plus lointaine : {_lower(farthest.row.measure)}, à"
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
            "fait",
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


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def remember(found: list[Distance]) -> Statements:
    """Box of what to keep of this part."""
    return takeaways(*said(found), sources=_sources(found))
