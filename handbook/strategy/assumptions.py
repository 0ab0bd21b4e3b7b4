"""Stated assumptions laid over a forecast: what the reader supposes, added to what the past says.

The forecast itself is not touched. An assumption moves it from a date on, and its interval moves
along: the interval says how far the past can be wrong, not how far the assumption can. What the
quantity cannot do, no assumption makes it do: a count that never falls stays at what it has
reached, a share stays under a hundred, a part under its whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from handbook.core.checks import are_numbers
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown
from handbook.core.protocols import RangeLike
from handbook.strategy.errors import StrategyError

__all__ = ["Effect", "Stated", "Supposed", "suppose"]

_YEAR = 365.25


@fields_checked(StrategyError, amount=(-100, 1e6))
@dataclass(frozen=True)
class Effect:
    """One assumption.

    Attributes
    ----------
    label
        What is supposed, in words.
    amount
        Zero changes nothing.
    start
        Date from which it acts.
    kind
        ``"growth"``: `amount` is in points of growth a year, compounded. ``"openings"``: `amount`
        is in percent of what the forecast adds after `start` (-100: nothing is added any more).
    """

    label: str
    amount: float
    start: pd.Timestamp
    kind: Literal["growth", "openings"] = "openings"

    def __post_init__(self) -> None:
        """Refuse a start that is no date."""
        if not isinstance(self.start, pd.Timestamp):
            raise StrategyError(f"effect: start is a pandas Timestamp, not {self.start!r:.60}")
        if self.start.tz is not None:
            raise StrategyError(f"effect: start is a day without a time zone, not {self.start}")


@fields_checked(StrategyError)
@dataclass(frozen=True)
class Stated:
    """A range that somebody states for a series too short to be forecast.

    Attributes
    ----------
    series
        What was observed.
    bounds : DataFrame
        Columns ``lower`` and ``upper``, by date.
    """

    series: pd.Series
    bounds: pd.DataFrame

    def __post_init__(self) -> None:
        """Check that the bounds are in order, after what was observed."""
        if absent := [name for name in ("lower", "upper") if name not in self.bounds]:
            raise StrategyError(f"bounds: no column {' nor '.join(absent)}")
        ends = [self.bounds["lower"], self.bounds["upper"]]
        if self.bounds.empty or not all(
            are_numbers(end) and np.isfinite(end).all() for end in ends
        ):
            raise StrategyError("bounds: finite numbers at one date at least are needed")
        _check_dates(self.series.index, self.bounds.index)
        if (self.bounds["lower"] > self.bounds["upper"]).any():
            raise StrategyError("bounds: a lower one is above the upper one")
        if self.bounds.index[0] <= self.series.index[-1]:
            raise StrategyError("bounds: they begin after the last observation")

    @property
    def mean(self) -> pd.Series:
        """Middle of the range."""
        middle: pd.Series = self.bounds[["lower", "upper"]].mean(axis=1)
        return middle

    @door(StrategyError)
    def interval(self, level: float) -> pd.DataFrame:  # noqa: ARG002
        """Return the range, whatever the level: nobody knows how sure it is."""
        return self.bounds


@dataclass(frozen=True)
class Supposed:
    """A forecast with assumptions laid over it; it can be drawn as a forecast is.

    Attributes
    ----------
    base
        The forecast left as it was.
    effects
        The assumptions, in the order given.
    mean : Series
        What would be expected if they held.
    """

    base: RangeLike
    effects: tuple[Effect, ...]
    mean: pd.Series

    @property
    def series(self) -> pd.Series:
        """What was observed."""
        return self.base.series

    @property
    def change(self) -> pd.Series:
        """What the assumptions add to the forecast at each date."""
        added: pd.Series = self.mean - self.base.mean
        return added

    @door(StrategyError)
    def interval(self, level: float) -> pd.DataFrame:
        """Return the forecast's interval, moved as its mean is and as wide in proportion.

        Growth effects scale it, effects on openings shift it.
        """
        band = self.base.interval(level)
        if not any(effect.amount for effect in self.effects):
            return band
        factor = _factor(self.base.mean.index, self.effects)
        shift = _shift(self.base, self.effects)
        moved: pd.DataFrame = band.mul(factor, axis=0).add(shift * factor, axis=0)
        whole = _whole(self.base)
        if whole is not None:
            highest = whole.interval(level).loc[moved.index]
            moved = moved.where(moved <= highest, highest)
        return moved.clip(*limits(self.base))


@door(StrategyError)
def suppose(forecast: RangeLike, effects: Iterable[Effect]) -> Supposed:
    """Lay assumptions over a forecast.

    Effects on openings add to each other; growth effects then multiply the result. With all
    amounts at zero the forecast is returned value for value.

    Parameters
    ----------
    forecast
        See `RangeLike`.
    effects
        What is supposed.

    Raises
    ------
    StrategyError
        If an amount is not finite, below -100, or its kind is unknown.
    """
    if not isinstance(getattr(forecast, "mean", None), pd.Series):
        raise StrategyError(f"suppose: a forecast is expected, not {type(forecast).__name__}")
    told = tuple(effects)
    if any(effect.amount for effect in told):
        _check_dates(forecast.series.index, forecast.mean.index)
    for effect in told:
        if not (np.isfinite(effect.amount) and effect.amount >= -100):
            raise StrategyError(f"« {effect.label} »: {effect.amount} is not -100 or more")
        if effect.kind not in ("growth", "openings"):
            known = ("growth", "openings")
            raise unknown(effect.kind, known, f"kind of effect {effect.label}:", StrategyError)
    mean = forecast.mean
    if any(effect.amount for effect in told):
        mean = (mean + _shift(forecast, told)) * _factor(mean.index, told)
        whole = _whole(forecast)
        if whole is not None:
            mean = mean.clip(upper=whole.mean[mean.index])
        mean = mean.clip(*limits(forecast))
    return Supposed(forecast, told, mean)


def _check_dates(*indexes: pd.Index) -> None:
    """Refuse what is not in time order, on days without a time zone."""
    for index in indexes:
        dated = isinstance(index, pd.DatetimeIndex) and index.tz is None and len(index) > 0
        if not dated or not index.is_monotonic_increasing:
            raise StrategyError(
                "dates in order are needed, without a time zone, where the series has "
                f"{index.dtype}: give it dates, with pd.to_datetime"
            )


def limits(forecast: RangeLike) -> tuple[float | None, float | None]:
    """Return the values that the quantity of a forecast cannot pass; None where it tells none."""
    low, high = getattr(forecast, "bounds", (None, None))
    floor = getattr(forecast, "floor", None)
    told = [limit for limit in (low, floor) if limit is not None]
    return (max(told) if told else None, high)


def _whole(forecast: RangeLike) -> RangeLike | None:
    """Return the forecast of the whole of which that of a part was made, if it was."""
    whole: RangeLike | None = getattr(forecast, "part_of", None)
    return whole


def _factor(dates: pd.Index, effects: tuple[Effect, ...]) -> pd.Series:
    factor = pd.Series(1.0, index=dates)
    for effect in effects:
        if effect.kind == "growth":
            days = (pd.DatetimeIndex(dates) - effect.start).days.to_numpy()
            factor *= (1 + effect.amount / 100) ** (np.maximum(days, 0) / _YEAR)
    return factor


def _shift(forecast: RangeLike, effects: tuple[Effect, ...]) -> pd.Series:
    """Return what effects on openings add: a share of what the forecast adds after their start."""
    mean = forecast.mean
    last = forecast.series.iloc[[-1]]
    path = pd.concat([last, mean])
    days = pd.DatetimeIndex(path.index).to_julian_date().to_numpy()
    shift = pd.Series(0.0, index=mean.index)
    for effect in effects:
        if effect.kind == "openings":
            held = np.interp(effect.start.to_julian_date(), days, path.to_numpy(dtype=float))
            after = mean.index > effect.start
            shift += (effect.amount / 100) * (mean - held).where(after, 0.0)
    return shift
