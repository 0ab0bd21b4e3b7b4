"""The handbook's forecast of a short series: a mean of simple methods, honest intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from handbook.core.checks import check_level, distinct
from handbook.core.doors import door
from handbook.core.french import in_letters
from handbook.core.results import Result, digits_for, in_french
from handbook.forecasting import intervals, methods, pace, season
from handbook.forecasting.breaks import Adjusted, Event, adjust, after
from handbook.forecasting.law import Law
from handbook.forecasting.models import Models
from handbook.forecasting.quantity import Bounds, Quantity, declared
from handbook.forecasting.season import Season
from handbook.forecasting.series import (
    FARTHEST,
    MINIMUM_POINTS,
    ForecastError,
    clean,
    clock,
    date_text,
    dates_in,
    french_date,
    label,
    numbered,
)

Floats = NDArray[np.float64]

FRENCH = {
    "ets": "lissage exponentiel choisi par AICc",
    "drift": "dérive",
    "log_drift": "croissance à taux constant",
    "theil_sen": "pente médiane",
    "theta": "modèle thêta",
    "ces": "lissage exponentiel complexe",
    "damped": "lissage exponentiel à tendance amortie",
    "classic_theta": "thêta classique",
}
STEPS = {2: "semestre", 4: "trimestre", 12: "mois", 3: "quadrimestre", 6: "période de deux mois"}


@dataclass(frozen=True)
class Asked:
    """What a forecast was asked beyond its series, kept to make it again from the past."""

    bounds: str | Bounds | None = None
    events: tuple[Event, ...] = ()
    seasonal: bool = True


@dataclass(frozen=True, eq=False)
class Forecast(Result):
    """A forecast, its uncertainty and how it was made.

    Attributes
    ----------
    series : Series of n floats
        The values, in time order (from `start` on).
    adjusted : Series of n floats
        The same without the effect of the events and of the season: what the members were
        fitted on.
    mean : Series of h floats
        Point forecast (weighted mean of the members), same unit as the series.
    members : DataFrame, h rows, one column a member method
    weights : Series
        Share of each member in the point forecast, averaged over horizons; sums to 1, none is 0.
    levels : tuple of float
        Interval levels asked for, in percent.
    scale : Series of h floats
        Scale of the Student t distribution of the outcome around the point forecast.
    degrees : float
        Its degrees of freedom.
    quantity : Quantity
        What the quantity cannot do: its law is cut and counted accordingly.
    notes : tuple of str
        French sentences on what was done to the series beforehand.
    season : Season, optional
        What was measured of a season, where one was looked for.
    part_of : Forecast, optional
        That of the whole of which the series is a part: neither the mean nor the law passes it.
    """

    series: pd.Series
    adjusted: pd.Series
    mean: pd.Series
    members: pd.DataFrame
    weights: pd.Series
    levels: tuple[float, ...]
    scale: pd.Series
    degrees: float
    quantity: Quantity
    notes: tuple[str, ...] = ()
    season: Season | None = None
    part_of: Forecast | None = field(default=None, repr=False)
    asked: Asked = field(default=Asked(), repr=False)

    @property
    def bounds(self) -> Bounds:
        """Values the quantity cannot pass (low, high); None where there is none."""
        return self.quantity.bounds

    @property
    def floor(self) -> float | None:
        """Value that a quantity which never falls has already reached."""
        return self.quantity.floor

    @property
    def law(self) -> Law:
        """Law of the outcome at each date."""
        under = None
        if self.part_of is not None:
            under = self.part_of.law.at(self.part_of.mean.index.get_indexer(self.mean.index))
        return Law(self.mean.to_numpy(), self.scale.to_numpy(), self.degrees, self.quantity, under)

    @cached_property
    def models(self) -> Models:
        """Members that are models of statsmodels, fitted: ``forecast.models["ets"].summary()``."""
        seasonal = self.season is not None and self.season.found
        return Models(
            self.adjusted,
            tuple(map(str, self.members.columns)),
            self.series,
            self.season.period if self.season and seasonal else 1,
            self.season.mode if self.season and seasonal else "",
        )

    @door(ForecastError)
    def interval(self, level: float) -> pd.DataFrame:
        """Return the central interval of a level in percent.

        Returns
        -------
        DataFrame, h rows, columns `lower` and `upper`, in the unit of the series.
        """
        check_level(level, ForecastError)
        law = self.law
        sides = {"lower": 0.5 - level / 200, "upper": 0.5 + level / 200}
        return pd.DataFrame(
            {side: law.quantile(share) for side, share in sides.items()}, index=self.mean.index
        )

    @door(ForecastError)
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
        place = self.mean.index.get_loc(self._date(at))
        return float(self.law.above(value)[place])

    @door(ForecastError)
    def at(self, date: Any) -> float:  # noqa: ANN401
        """Return the point forecast at one of the forecast's dates, « 2032 » for its last of 2032.

        Raises
        ------
        ForecastError
            If it is none of them.
        """
        return float(self.mean[self._date(date)])

    @door(ForecastError)
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

    @door(ForecastError, horizon=(1, FARTHEST))
    def backtest(self, horizon: int | None = None, origins: int | None = None) -> pd.DataFrame:
        """Score the same forecast from past origins (see `backtest`), a part without its whole.

        Parameters
        ----------
        horizon : int, optional
            Farthest step scored; by default that of the forecast, or as far as the series allows.
        origins : int, optional
            Number of origins, the latest ones; by default all that leave five values.
        """
        from handbook.forecasting.backtesting import replay

        most = max(1, len(self.series) - MINIMUM_POINTS)
        steps = min(len(self.mean), most) if horizon is None else horizon
        return replay(self.series, steps, origins, self.asked)

    @door(ForecastError)
    def plot(
        self,
        ax: Any = None,  # noqa: ANN401
        *,
        color: Any = None,  # noqa: ANN401 - whatever matplotlib takes for one
        label: str = "prévision",
    ) -> Any:  # noqa: ANN401
        """Draw the mean and its intervals on matplotlib axes, and return them.

        Without axes, on new ones, after what was observed (see `draw`).
        """
        if ax is None:
            return super().plot()
        index = _drawn(self.mean.index)
        (line,) = ax.plot(index, self.mean, ls="--", color=color, label=label)
        for level in self.levels:
            band = self.interval(level)
            around = {"color": line.get_color(), "alpha": 0.18, "lw": 0}
            ax.fill_between(index, band["lower"], band["upper"], **around)
        return ax

    def draw(self, ax: Any) -> None:  # noqa: ANN401
        """Draw what was observed, then what is expected."""
        observed = _drawn(self.series.index)
        (line,) = ax.plot(observed, self.series, marker="o", label="observé")
        self.plot(ax, color=line.get_color())
        in_french(ax.yaxis)
        if pd.api.types.is_integer_dtype(observed):
            ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_ylabel(" · ".join(filter(None, (str(self.series.name or ""), self._unit))))
        ax.legend(frameon=False)

    @property
    def _unit(self) -> str:
        return str(self.series.attrs.get("unit") or "")

    def _digits(self, column: pd.Series) -> int:  # noqa: ARG002 — alike in all columns
        return digits_for(
            float(self.interval(max(self.levels, default=80)).diff(axis=1)["upper"].max())
        )

    def _date(self, at: Any) -> Any:  # noqa: ANN401
        index = self.mean.index
        inside = dates_in(index, at)
        if inside.empty:
            dates = ", ".join(date_text(date) for date in index[:3])
            last = date_text(index[-1])
            raise ForecastError(f"{at} is not a date of the forecast: {dates} ... {last}")
        return inside[-1]

    def explain(self) -> str:
        """Say in French how the forecast was made."""
        names = [FRENCH[name] for name in self.members.columns]
        listed = ", ".join(names[:-1]) + " et " + names[-1]
        n, first, last = len(self.series), self.series.index[0], self.series.index[-1]
        text = (
            f"Moyenne de {in_letters(len(names))} méthodes simples ({listed})\u202f; celles qui "
            f"s’écartent des autres pèsent moins. Elle est ajustée sur {n} valeurs, de "
            f"{french_date(first)} à {french_date(last)}, et va {_steps(len(self.mean))} plus "
            "loin. Les intervalles viennent du bruit de la série autour de sa tendance et du "
            "désaccord des méthodes, et s’élargissent avec l’horizon"
        )
        text += _french_bounds(self.quantity)
        moving = pace.sentence(self.adjusted.to_numpy(), self.mean.to_numpy(), self.season)
        sentences = [text, *self.notes, *([moving] if moving else [])]
        return "\u202f; ".join(sentences) + "."


def _steps(count: int) -> str:
    return "un pas" if count == 1 else f"{count} pas"


def _drawn(index: pd.Index[Any]) -> pd.Index[Any]:
    """Return dates that matplotlib draws."""
    return index.to_timestamp(how="end") if isinstance(index, pd.PeriodIndex) else index


def _french_bounds(quantity: Quantity) -> str:
    from handbook.core import french as fr

    low, high = quantity.bounds
    if quantity.floor is not None:
        return f", sans redescendre sous {fr.number(quantity.floor)}, déjà atteint"
    if low is not None and high is not None:
        return f", bornés entre {fr.number(low)} et {fr.number(high)}"
    if low is not None:
        return ", sans passer sous zéro" if low == 0 else f", sans passer sous {fr.number(low)}"
    return f", sans dépasser {fr.number(high)}" if high is not None else ""


@door(ForecastError, horizon=(1, FARTHEST))
def forecast(
    series: pd.Series,
    horizon: int | None = None,
    levels: Sequence[float] = (80, 95),
    *,
    to: Any = None,  # noqa: ANN401
    bounds: str | Bounds | None = None,
    floor: SupportsFloat | None = None,
    part_of: Forecast | None = None,
    start: Any = None,  # noqa: ANN401
    events: Sequence[Event] = (),
    seasonal: bool = True,
    fast: bool = False,
) -> Forecast:
    """Forecast a short regular series (5 to some 60 points).

    The point forecast is the mean, date by date, of six simple methods that err differently (five
    where a value is not positive, two more at steps of a quarter or a month), those that stand
    apart weighing less. Intervals come from the noise of the series around its trend and from how
    far apart the methods are; their constants were fitted on public series. A season at steps of
    a half-year, a quarter or a month is tested first, and where there is one, removed and put
    back.

    Parameters
    ----------
    series : Series of n >= 5 numbers
        On a regular index of years, dates or periods, in any order; a DataFrame of one column
        will do. Its attributes say what the quantity cannot do: ``nature`` ("count", "share"),
        ``cumulative``, ``floor``, ``cap``, ``unit``.
    horizon : int
        Number of steps to forecast, from the last value known; or give `to`.
    to : date, period, year or text, optional
        Forecast up to this date: ``"2032"`` goes to the last step of 2032.
    levels : sequence of float
        Interval levels in percent, from 1 to less than 100.
    bounds : "count", "share", "cumulative" or (low, high), optional
        What the quantity cannot pass: counts are >= 0, shares in 0-100, a total since some origin
        is never below its last value. By default the ``floor`` and ``cap`` that the series'
        attributes declare with a ``nature``; without one, a series in "%" that lies in 0-100 is a
        share, and one that was never negative stays so. `(None, None)` lifts both.
    floor : float, optional
        What a quantity that never falls has already reached. By default the last value of a
        series whose attributes say ``cumulative``; for a count of eight values or more that has
        not fallen yet a fall is held to be rare. ``-inf`` lifts both.
    part_of : Forecast, optional
        Forecast of the whole of which the series is a part, to the same dates or beyond: the part
        never passes it. A series whose attributes name a whole (``part_of``) that is not given is
        forecast alone, and `explain` says so.
    start : date, period or year, optional
        First value used: the one after a break that makes earlier values another series.
    events : sequence of Event, optional
        Known level shifts and one-off dates, removed before fitting and told by `explain`.
    seasonal : bool
        Look for a season where the step is a part of a year.
    fast : bool
        Skip statsmodels' own descent of the exponential smoothing (the member then differs by
        less than 0.5 %) and do not load it: for panels and backtests.

    Returns
    -------
    Forecast

    Raises
    ------
    ForecastError
        If the series, horizon, levels, bounds or whole cannot be used; the message says why.
    """
    series = clean(series, minimum=1)
    values, notes = series, _numbered(series)
    if start is not None:
        values = after(values, start)
        notes += (
            f"les valeurs antérieures à {french_date(values.index[0])} sont laissées de côté",
        )
    values = clean(values, MINIMUM_POINTS)
    rhythm = clock(values)
    if to is not None and horizon is not None:
        raise ForecastError(f"give horizon={horizon!r} or to={to!r}, not both")
    steps = _checked_horizon(horizon) if to is None else rhythm.steps_to(values.index, to)
    future = rhythm.after(values.index, steps)
    levels = _levels(levels)
    without = adjust(values, events) if events else Adjusted(values, ())
    quantity = declared(without.series, series.attrs, bounds, floor)
    found, season_notes = _season(without.series.to_numpy(), rhythm.steps_a_year if seasonal else 1)
    notes += (*season_notes, *without.notes, *([quantity.note] if quantity.note else []))
    notes += _part_note(values, future, part_of)
    made = _made(without.series.to_numpy(), steps, found, rhythm.steps_a_year, fast=fast)
    members = pd.DataFrame(made.ahead, index=future, columns=made.names)
    mean = pd.Series(made.mean, index=future, name=values.name)
    if np.ptp(without.series.to_numpy()) == 0:
        notes += ("la série n’a jamais varié, l’intervalle ne dit que l’arrondi des valeurs",)
    return Forecast(
        series=values,
        adjusted=pd.Series(made.fitted_on, index=values.index, name=values.name),
        mean=_held(mean, quantity, part_of),
        members=members,
        weights=pd.Series(made.shares, index=members.columns, name="weight"),
        levels=levels,
        scale=pd.Series(made.scale, index=future, name="scale"),
        degrees=intervals.DEGREES,
        quantity=quantity,
        notes=notes,
        season=found,
        part_of=part_of,
        asked=Asked(bounds, tuple(events), seasonal),
    )


@dataclass(frozen=True, eq=False)
class _Made:
    names: list[str]
    ahead: Floats
    mean: Floats
    shares: Floats
    scale: Floats
    fitted_on: Floats


def _made(y: Floats, steps: int, found: Season | None, steps_a_year: int, *, fast: bool) -> _Made:
    """Forecast values whose events are removed; a season found is removed and put back."""
    seasonal = found is not None and found.found
    x = found.removed(y) if found and seasonal else y
    unit = float(np.abs(x).max()) or 1.0
    names = methods.applicable(x / unit, steps_a_year)
    ahead = methods.ahead_of(x / unit, steps, fast=fast, steps_a_year=steps_a_year) * unit
    mean, shares = methods.combined(ahead / unit)
    spread = intervals.scale(x / unit, ahead / unit) * unit
    spread = np.maximum(spread, intervals.rounding(y, steps))  # rounding alone errs as much
    mean = mean * unit
    if found and seasonal:
        mean, ahead = found.restored(mean, len(y)), found.restored(ahead, len(y))
        if found.mode == "multiplicative":
            spread = spread * found.effect(len(y), steps)
    return _Made(names, ahead, mean, shares.mean(axis=0), spread, x)


def _held(mean: pd.Series, quantity: Quantity, whole: Forecast | None) -> pd.Series:
    """Hold point forecasts to what the quantity can do.

    A count that has not fallen yet is not expected to.
    """
    if whole is not None:
        mean = mean.clip(upper=whole.mean[mean.index])
    lowest = max(quantity.least, -np.inf if quantity.reached is None else quantity.reached)
    return mean.clip(lowest, quantity.most)


def _part_note(values: pd.Series, future: pd.Index[Any], whole: Forecast | None) -> tuple[str, ...]:
    """Check that a whole can hold a part, and say in French whether one does."""
    if whole is None:
        name = values.attrs.get("part_of")
        alone = "est prévue seule\u00a0: rien ne l’empêche de dépasser ce tout"
        return (f"cette part de « {name} » {alone}",) if name else ()
    unit, of_whole = values.attrs.get("unit"), whole.series.attrs.get("unit")
    if unit is not None and of_whole is not None and unit != of_whole:
        raise ForecastError(f"{label(values)} is in {unit} and its whole in {of_whole}")
    if not future.isin(whole.mean.index).all():
        raise ForecastError(
            f"the forecast of the whole of {label(values)} stops short of its dates or has others: "
            f"{date_text(whole.mean.index[0])} to {date_text(whole.mean.index[-1])}, for "
            f"{date_text(future[0])} to {date_text(future[-1])}"
        )
    shared = values.index.intersection(whole.series.index)
    above = shared[(values[shared] > whole.series[shared]).to_numpy()]
    if len(above):
        raise ForecastError(f"{label(values)} is above its whole at {date_text(above[0])}")
    name = whole.series.attrs.get("label") or whole.series.name
    return (f"une part ne dépasse jamais son tout{f' (« {name} »)' if name else ''}",)


def _numbered(series: pd.Series) -> tuple[str, ...]:
    if not numbered(series.index):
        return ()
    first, last = series.index[0], series.index[-1]
    said = f"aucune date n’est donnée\u00a0: les valeurs sont numérotées de {first} à {last}"
    return (said,)


def _season(y: Floats, period: int) -> tuple[Season | None, tuple[str, ...]]:
    """Look for a season, and say in French what was found, or why it was not looked for."""
    if period < 2:
        return None, ()
    if len(y) < season.needed(period):
        why = (
            f"aucune saison n’est cherchée\u00a0: il y faut {season.needed(period)} valeurs, "
            f"la série en a {len(y)}"
        )
        return None, (why,)
    measured = season.measure(y, period)
    name = STEPS[period]
    if not measured.found:
        return measured, (f"aucune saison par {name} n’y est décelée",)
    from handbook.core import french as fr

    effects = measured.factors
    size = np.ptp(effects) * (100 if measured.mode == "multiplicative" else 1)
    shown = fr.percent(size, 0) if measured.mode == "multiplicative" else fr.number(size)
    said = (
        f"une saison par {name} est décelée, retirée avant les calculs puis remise (écart de "
        f"{shown} entre le plus haut et le plus bas)"
    )
    return measured, (said,)


def _levels(levels: Sequence[float]) -> tuple[float, ...]:
    given = tuple(levels)
    for level in given:
        check_level(level, ForecastError)
    distinct(map(float, given), "levels", ForecastError)
    return tuple(float(level) for level in sorted(given))


def _checked_horizon(horizon: int | None) -> int:
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or horizon < 1:
        raise ForecastError(
            f"the horizon is a number of steps, 1 or more, not {horizon!r}; or give a date: to=2032"
        )
    return int(horizon)
