"""What a quantity cannot do: its bounds, the value it never falls under, whether it is a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd

from handbook.core.checks import bounded
from handbook.core.errors import unknown
from handbook.forecasting.series import ForecastError, date_text, label

Bounds = tuple[float | None, float | None]

NAMED_BOUNDS: dict[str, Bounds] = {
    "count": (0.0, None),
    "share": (0.0, 100.0),
    "cumulative": (None, None),  # its last value holds it
}
NEVER_FELL = 8
"""Values known of a count without a fall from which a fall is held to be rare."""
SLIPS = 0.2
"""Share kept of the chances of a fall, for a count that has not fallen yet.

Chosen on half of the 101 départements' counts of group practices, where it scores best; on the
other half 94 % of what came fell in the intervals at 95 %, and 80 % in those at 80 %. None kept,
88 %; all kept, intervals score a tenth worse and the lowest tenth of the law holds a hundredth of
what came.
"""


@dataclass(frozen=True)
class Quantity:
    """What a quantity cannot do.

    Attributes
    ----------
    bounds : tuple (low, high)
        Values it cannot pass; None where there is none.
    floor : float, optional
        Value already reached by a quantity that never falls.
    reached : float, optional
        Value reached by a count that has not fallen yet, though it may: a fall is held to be rare.
    whole : bool
        It is counted in units, one by one.
    note : str
        French sentence on what was not declared but observed; empty otherwise.
    """

    bounds: Bounds = (None, None)
    floor: float | None = None
    reached: float | None = None
    whole: bool = False
    note: str = ""

    @property
    def least(self) -> float:
        """The highest of its lower limits, minus infinity where it has none."""
        return max((-np.inf if one is None else one) for one in (self.bounds[0], self.floor))

    @property
    def most(self) -> float:
        """Its upper limit, infinite where it has none."""
        return np.inf if self.bounds[1] is None else self.bounds[1]


def _told(floor: SupportsFloat) -> float | None:
    """Return a floor that was given; minus infinity takes the default one away."""
    try:
        value = np.nan if isinstance(floor, str | bytes) else float(floor)
    except (TypeError, ValueError, OverflowError):
        value = np.nan
    if np.isnan(value) or value == np.inf:
        raise ForecastError(f"floor: a number, or minus infinity for none, not {floor!r}")
    return value if np.isfinite(value) else None


def declared(
    values: pd.Series,
    attrs: Mapping[Any, Any],
    bounds: str | Bounds | None,
    floor: SupportsFloat | None,
) -> Quantity:
    """Read what a series' attributes and the caller say of its quantity.

    Parameters
    ----------
    values : Series
        Checked values; the last is the level reached.
    attrs : mapping
        Attributes of the series: ``nature`` ("count", "share"…), ``cumulative``, ``floor`` and
        ``cap``, ``unit``. What is not there is not known.
    bounds, floor
        As for `forecast`: they come before the attributes.

    Raises
    ------
    ForecastError
        If bounds are unknown, or a value lies outside.
    """
    for word in ("floor", "cap"):
        if attrs.get(word) is not None and not bounded(attrs[word]):
            raise ForecastError(
                f"{label(values)}: its attribute {word} is a number, not {attrs[word]!r:.40}"
            )
    count = bounds == "count" or (bounds is None and attrs.get("nature") == "count")
    total = bounds == "cumulative" or str(attrs.get("cumulative")).lower() == "true"
    kept = _bounds(values, attrs, bounds)
    _check(values, kept)
    y = values.to_numpy()
    fallen = np.flatnonzero(np.diff(y) < 0)
    if bounds == "cumulative" and len(fallen):
        date = date_text(values.index[fallen[0] + 1])
        raise ForecastError(f"{label(values)} falls at {date}: it is no total")
    note, last, reached = "", float(y[-1]), None
    lowest: float | None = None
    if floor is not None:
        lowest = _told(floor)
    elif total and not len(fallen):  # a change or a ratio of a total keeps its attributes
        lowest = last
    elif count and len(y) >= NEVER_FELL and not len(fallen) and np.ptp(y) > 0:
        reached = last
        note = "ce décompte n’a encore jamais baissé\u00a0: une baisse est tenue pour rare"
    whole = (count or (total and lowest is not None)) and bool((y == np.round(y)).all())
    return Quantity(kept, lowest, reached, whole, note)


def _bounds(values: pd.Series, attrs: Mapping[Any, Any], bounds: str | Bounds | None) -> Bounds:
    if isinstance(bounds, str):
        if bounds not in NAMED_BOUNDS:
            raise unknown(bounds, [*NAMED_BOUNDS, "(low, high)"], "bounds", ForecastError)
        return NAMED_BOUNDS[bounds]
    if bounds is not None:
        return bounds
    lowest, highest = float(values.min()), float(values.max())
    usual = NAMED_BOUNDS.get(str(attrs.get("nature")), (None, None))
    if "nature" in attrs:  # of the series it comes from: a change or a ratio of it may pass them
        low = attrs.get("floor", usual[0])
        high = attrs.get("cap", usual[1])
        return (
            float(low) if low is not None and lowest >= low else None,
            float(high) if high is not None and highest <= high else None,
        )
    high = attrs.get("cap")
    if high is None and attrs.get("unit") == "%" and lowest >= 0 and highest <= 100:
        high = 100.0
    return (0.0 if lowest >= 0 else None, None if high is None else float(high))


def _check(values: pd.Series, bounds: Bounds) -> None:
    low, high = bounds
    outside = (values < (-np.inf if low is None else low)) | (
        values > (np.inf if high is None else high)
    )
    if outside.any():
        date = values.index[outside.to_numpy()][0]
        raise ForecastError(
            f"{label(values)} is {values[date]:g} at {date_text(date)}, outside its bounds "
            f"({low}, {high})"
        )
