"""Chapter « Horizon 2032 », distance: how far each promise that can be measured still is.

Which series measures which promise, and from which value on it would be kept, are in the table
``vision_promises``: mostly our judgement, given as a range, with its reason. Nothing is prolonged
that the facts do not allow: a series without enough comparable points has a distance, no chance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from handbook import facts, forecasting
from handbook.figures import fr

END = pd.Timestamp(2032, 12, 31)
# Published and comparable values below which no forecast is made.
NEEDED = forecasting.series.MINIMUM_POINTS
STEPS = {"annual": 1, "half-yearly": 2}
THIN = 0.5  # share of interpolated values above which nothing is prolonged


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


def measure() -> list[Distance]:
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
    forecast, reason = _forecast(row, len(comparable))
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
        source_ids=(last.source.id,),
    )


def _forecast(row: Any, count: int) -> tuple[forecasting.Forecast | None, str]:  # noqa: ANN401
    """Forecast to the end of 2032 what may be, or say why it may not."""
    about = facts.series(row.series_id).attrs
    if about["modelling"] == "non":
        return None, str(about["modelling_reason"]).split("\u00a0:")[0].rstrip(".") + "."
    if not isinstance(row.step, str) or count < NEEDED:
        return None, f"{count} relevés, trop irréguliers."
    known = facts.series(row.series_id, modelling=True)
    known = known[row.pace_from :] if pd.notna(row.pace_from) else known
    regular = forecasting.regularise(known, row.step)
    values = regular.series.rename(row.series_id)
    values.attrs = about
    last, per_year = values.index[-1], STEPS[row.step]
    steps = round((END - last).days / 365.25 * per_year)
    if float((regular.origin == "interpolated").mean()) > THIN:
        return None, f"Série surtout interpolée ({count} relevés) : trop peu pour 2032."
    return forecasting.forecast(values, steps), ""


def _by_parameter(row: Any) -> Distance:  # noqa: ANN401
    names = str(row.parameter_ids).split()
    told = [facts.parameter(name) for name in names]
    texts = facts.table("parameters").set_index("parameter_id")["date_text"]
    dates = [pd.Timestamp(int(re.findall(r"\d{4}", texts[name])[-1]), 12, 31) for name in names]
    covered = 1.0 if pd.isna(row.years_covered) else float(row.years_covered)
    value = told[-1].central / covered
    years = (dates[-1] - dates[0]).days / 365.25
    paced = len(told) > 1 and pd.notna(row.pace_from)
    pace = (value - told[0].central) / years if paced else float("nan")
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
        source_ids=tuple(one.source.id for one in told),
    )


def _needed(row: Any, value: float, date: pd.Timestamp) -> tuple[float, float]:  # noqa: ANN401
    years = (END - date).days / 365.25
    low, high = ((float(one) - value) / years for one in (row.threshold_low, row.threshold_high))
    return low, high
