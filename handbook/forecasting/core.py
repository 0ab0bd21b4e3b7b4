"""The handbook's forecast of a short series: a mean of simple methods, honest intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from handbook.core.errors import unknown
from handbook.forecasting import intervals, methods
from handbook.forecasting.breaks import Adjusted, Event, adjust, after
from handbook.forecasting.series import (
    MINIMUM_POINTS,
    ForecastError,
    clean,
    clock,
    date_text,
    french_date,
    label,
    on_index,
)

Floats = NDArray[np.float64]
Bounds = tuple[float | None, float | None]

FRENCH = {
    "ses": "lissage exponentiel simple",
    "ets": "lissage exponentiel choisi par AICc",
    "drift": "dérive",
    "log_drift": "croissance à taux constant",
    "theil_sen": "pente médiane",
    "theta": "modèle thêta",
    "ces": "lissage exponentiel complexe",
}
CUMULATIVE = "cumulative"
NAMED_BOUNDS: dict[str, Bounds] = {"count": (0.0, None), "share": (0.0, 100.0)}


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast, its uncertainty and how it was made.

    Attributes
    ----------
    series : Series of n floats
        The values, in time order (from `start` on).
    adjusted : Series of n floats
        The same without the effect of the events: what the members were fitted on.
    mean : Series of h floats
        Point forecast (trimmed mean of the members), same unit as the series.
    members : DataFrame, h rows, one column a member method
    weights : Series
        Share of each member in the point forecast, averaged over horizons; sums to 1.
    levels : tuple of float
        Interval levels asked for, in percent.
    scale : Series of h floats
        Scale of the Student t distribution of the outcome around the point forecast.
    degrees : float
        Its degrees of freedom.
    bounds : tuple (low, high)
        Values the quantity cannot pass; None where there is none.
    notes : tuple of str
        French sentences on what was done to the series beforehand.
    floor : float, optional
        Value that a quantity which never falls has already reached: the law of the outcome is
        cut there.
    """

    series: pd.Series
    adjusted: pd.Series
    mean: pd.Series
    members: pd.DataFrame
    weights: pd.Series
    levels: tuple[float, ...]
    scale: pd.Series
    degrees: float
    bounds: Bounds
    notes: tuple[str, ...] = ()
    floor: float | None = None

    def interval(self, level: float) -> pd.DataFrame:
        """Return the central interval of a level in percent.

        Returns
        -------
        DataFrame, h rows, columns `lower` and `upper`, in the unit of the series.
        """
        _check_level(level)
        cut = self._share_below_floor()
        sides = {"lower": 0.5 - level / 200, "upper": 0.5 + level / 200}
        return pd.DataFrame(
            {
                side: _within(self._quantile(cut + (1 - cut) * quantile), self.bounds)
                for side, quantile in sides.items()
            }
        )

    def _quantile(self, shares: pd.Series) -> pd.Series:
        reach = scipy.special.stdtrit(self.degrees, shares)
        return self.mean + self.scale * reach if self.scale.any() else self.mean

    def _share_below_floor(self) -> pd.Series:
        """Return, by date, the part of the law that lies under the floor."""
        if self.floor is None:
            return pd.Series(0.0, index=self.mean.index)
        distance = (self.floor - self.mean) / self.scale.where(self.scale > 0)
        return pd.Series(scipy.special.stdtr(self.degrees, distance), self.mean.index).fillna(0.0)

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        """Return the probability that the outcome reaches a value at a date of the forecast.

        The distribution is the one the intervals come from: P(outcome >= value).

        Parameters
        ----------
        value : float
            Threshold, in the unit of the series.
        at : date, period, year or text
            One of the forecast's dates.
        """
        date = self._date(at)
        low, high = self.bounds
        if not np.isfinite(value):
            raise ForecastError(f"the threshold must be a finite number, not {value}")
        if any(least is not None and value <= least for least in (low, self.floor)):
            return 1.0
        if high is not None and value > high:
            return 0.0
        distance, spread = float(value - self.mean[date]), float(self.scale[date])
        if spread == 0:
            return float(distance <= 0)
        above = float(scipy.special.stdtr(self.degrees, -distance / spread))
        return above / (1 - float(self._share_below_floor()[date]))

    def at(self, date: Any) -> float:  # noqa: ANN401
        """Return the point forecast at one of the forecast's dates, « 2032 » for its last of 2032.

        Raises
        ------
        ForecastError
            If it is none of them.
        """
        return float(self.mean[self._date(date)])

    def range_at(self, date: Any, level: float = 80) -> tuple[float, float]:  # noqa: ANN401
        """Return the interval of a level at one of the forecast's dates (see `at`)."""
        lower, upper = self.interval(level).loc[self._date(date)]
        return float(lower), float(upper)

    def to_frame(self) -> pd.DataFrame:
        """Return the forecast as a table: ``mean``, then ``lower_80``, ``upper_80``… by date."""
        parts = {"mean": self.mean}
        for level in self.levels:
            band = self.interval(level)
            parts |= {f"{side}_{level:g}": band[side] for side in ("lower", "upper")}
        return pd.DataFrame(parts)

    def plot(self, ax: Any, *, color: str | None = None, label: str = "prévision") -> Any:  # noqa: ANN401
        """Draw the mean and its intervals on matplotlib axes, and return them."""
        (line,) = ax.plot(self.mean.index, self.mean, ls="--", color=color, label=label)
        for level in self.levels:
            band = self.interval(level)
            around = {"color": line.get_color(), "alpha": 0.18, "lw": 0}
            ax.fill_between(band.index, band["lower"], band["upper"], **around)
        return ax

    def _date(self, at: Any) -> Any:  # noqa: ANN401
        index = self.mean.index
        wanted = on_index(index, at)
        if wanted not in index and isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
            within = index[index.year.astype(str) == str(at)]
            wanted = within[-1] if len(within) else wanted
        if wanted not in index:
            dates = ", ".join(date_text(date) for date in index[:3])
            last = date_text(index[-1])
            raise ForecastError(f"{at} is not a date of the forecast: {dates} ... {last}")
        return wanted

    def explain(self) -> str:
        """Say in one French sentence how the forecast was made."""
        names = [FRENCH[name] for name in self.members.columns]
        listed = ", ".join(names[:-1]) + " et " + names[-1]
        n, first, last = len(self.series), self.series.index[0], self.series.index[-1]
        text = (
            f"Moyenne de {len(names)} méthodes simples ({listed}), la plus haute et la plus basse "
            f"écartées à chaque date, ajustées sur {n} valeurs, de {french_date(first)} "
            f"à {french_date(last)}\u202f; les intervalles viennent des "
            "erreurs qu’une simple dérive aurait commises sur le passé de la série et "
            "s’élargissent avec l’horizon"
        )
        text += _french_bounds(self.bounds)
        return "\u202f; ".join([text, *self.notes]) + "."


def _french_bounds(bounds: Bounds) -> str:
    low, high = bounds
    if low is not None and high is not None:
        return f", bornés entre {low:g} et {high:g}"
    if low is not None:
        return ", sans passer sous zéro" if low == 0 else f", sans passer sous {low:g}"
    return f", sans dépasser {high:g}" if high is not None else ""


def forecast(
    series: pd.Series,
    horizon: int | None = None,
    levels: Sequence[float] = (80, 95),
    *,
    to: Any = None,  # noqa: ANN401
    bounds: str | Bounds | None = None,
    floor: float | None = None,
    start: Any = None,  # noqa: ANN401
    events: Sequence[Event] = (),
) -> Forecast:
    """Forecast a short regular series (5 to some 60 points, without season).

    The point forecast is the mean, date by date, of six simple methods that err differently,
    without the highest and the lowest (five where a value is not positive); intervals come from
    the errors a drift would have made on the series' own past.

    Parameters
    ----------
    series : Series of n >= 5 numbers
        On a regular integer, date or period index, in any order.
    horizon : int
        Number of steps to forecast; or give `to`.
    to : date, period, year or text, optional
        Forecast up to this date: ``"2032"`` goes to the last step of 2032.
    levels : sequence of float
        Interval levels in percent, strictly between 0 and 100.
    bounds : "count", "share", "cumulative" or (low, high), optional
        What the quantity cannot pass: counts are >= 0, shares in 0-100, a total since some origin
        is never below its last value. By default the ``floor`` and ``cap`` that the series'
        attributes declare with a ``nature``; without one, a series in "%" that lies in 0-100 is a
        share, and one that was never negative stays so. `(None, None)` lifts both.
    floor : float, optional
        What a quantity that never falls has already reached. By default the last value of a
        series whose attributes say ``cumulative``.
    start : date, period or year, optional
        First value used: the one after a break that makes earlier values another series.
    events : sequence of Event, optional
        Known level shifts and one-off dates, removed before fitting and told by `explain`.

    Returns
    -------
    Forecast

    Raises
    ------
    ForecastError
        If the series, horizon, levels or bounds cannot be used; the message says why.
    """
    values = clean(series, minimum=1)
    notes: tuple[str, ...] = ()
    if start is not None:
        values = after(values, start)
        notes = (f"les valeurs antérieures à {french_date(values.index[0])} sont laissées de côté",)
    values = clean(values, MINIMUM_POINTS)
    rhythm = clock(values)
    steps = _checked_horizon(horizon) if to is None else rhythm.steps_to(values.index, to)
    if to is not None and horizon is not None:
        raise ForecastError(f"give horizon={horizon!r} or to={to!r}, not both")
    future = rhythm.after(values.index, steps)
    kept = _checked_bounds(values, bounds)
    for level in levels:
        _check_level(level)
    without = adjust(values, events) if events else Adjusted(values, ())
    y = without.series.to_numpy()
    if np.ptp(y) == 0:
        notes = (*notes, "la série n’a jamais varié, l’intervalle ne dit que l’arrondi des valeurs")
    unit = float(np.abs(y).max()) or 1.0
    ahead = _members(y / unit, steps) * unit
    members = pd.DataFrame(ahead, index=future, columns=methods.applicable(y / unit))
    centre, share = _trimmed(ahead)
    mean = pd.Series(centre, index=future, name=series.name)
    rounding = intervals.resolution(y) / np.sqrt(12)  # rounding alone errs as much
    least = y[-1] if floor is None and series.attrs.get("cumulative") is True else floor
    spread = max(intervals.scale(y / unit) * unit, rounding) * intervals.growth(steps)
    return Forecast(
        series=values,
        adjusted=without.series,
        mean=_within(mean, kept).clip(lower=least),
        members=members,
        weights=pd.Series(share, index=members.columns, name="weight"),
        levels=tuple(float(level) for level in sorted(levels)),
        scale=pd.Series(spread, index=future, name="scale"),
        degrees=intervals.DEGREES,
        bounds=kept,
        notes=(*notes, *without.notes),
        floor=least,
    )


def _members(y: Floats, horizon: int) -> Floats:
    """Forecast with every applicable member: array of shape (horizon, members)."""
    names = methods.applicable(y)
    if np.ptp(y) == 0:  # nothing to estimate: every member repeats the value
        return np.tile(y[-1], (horizon, len(names)))
    return np.column_stack(
        [methods.straightened(methods.MEMBERS[name](y, horizon)) for name in names]
    )


def _trimmed(ahead: Floats) -> tuple[Floats, Floats]:
    """Mean of the members without the highest and the lowest, and each member's mean share."""
    horizon, count = ahead.shape
    order = np.argsort(ahead, axis=1, kind="stable")[:, 1:-1]
    mean = np.take_along_axis(ahead, order, axis=1).mean(axis=1)
    share = np.bincount(order.ravel(), minlength=count) / (horizon * (count - 2))
    return mean, share


def _checked_horizon(horizon: int | None) -> int:
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or horizon < 1:
        raise ForecastError(
            f"the horizon is a number of steps, 1 or more, not {horizon!r}; or give a date: to=2032"
        )
    return int(horizon)


def _check_level(level: float) -> None:
    if not 0 < level < 100:
        raise ForecastError(f"a level is in percent, between 0 and 100 (80, 95), not {level!r}")


def _usual_bounds(values: pd.Series) -> Bounds:
    """Return what the series declares, or what its values suggest."""
    about = values.attrs
    if "nature" in about:  # of the series it comes from: a change of it may pass them
        low, high = about.get("floor"), about.get("cap")
        return (
            low if low is not None and values.min() >= low else None,
            high if high is not None and values.max() <= high else None,
        )
    if about.get("unit") == "%" and values.between(0, 100).all():
        return NAMED_BOUNDS["share"]
    return (0.0, None) if values.min() >= 0 else (None, None)


def _checked_bounds(values: pd.Series, bounds: str | Bounds | None) -> Bounds:
    if bounds is None:
        return _usual_bounds(values)
    if bounds == CUMULATIVE:
        falls = values.index[(values.diff() < 0).to_numpy()]
        if len(falls):
            raise ForecastError(f"{label(values)} falls at {date_text(falls[0])}: it is no total")
        return (float(values.iloc[-1]), None)
    if isinstance(bounds, str):
        if bounds not in NAMED_BOUNDS:
            known = [*NAMED_BOUNDS, CUMULATIVE, "(low, high)"]
            raise unknown(bounds, known, "bounds", ForecastError)
        bounds = NAMED_BOUNDS[bounds]
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
    return (low, high)


def _within(values: pd.Series, bounds: Bounds) -> pd.Series:
    return values.clip(lower=bounds[0], upper=bounds[1])
