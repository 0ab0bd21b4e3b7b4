"""Growth curves with a ceiling, and what the data can say of that ceiling."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from handbook.core.checks import check_level
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.forecasting.quantity import declared
from handbook.forecasting.series import (
    FARTHEST,
    ForecastError,
    clean,
    clock,
    date_text,
    label,
    on_index,
)

Floats = NDArray[np.float64]
Curve = Callable[[Floats, Floats], Floats]

FAR = 100.0  # a ceiling so many times the observed maximum is as good as none
FRENCH = {"bass": "de Bass", "logistic": "logistique", "gompertz": "de Gompertz"}


def _bass(t: Floats, parameters: Floats) -> Floats:
    ceiling, p, q = parameters
    decay = np.exp(-np.minimum((p + q) * t, 700.0))
    return np.asarray(ceiling * (1 - decay) / (1 + q / p * decay), dtype=np.float64)


def _bass_flow(t: Floats, parameters: Floats) -> Floats:
    ceiling, p, q = parameters
    decay = np.exp(-np.minimum((p + q) * t, 700.0))
    return np.asarray(
        ceiling * ((p + q) ** 2 / p) * decay / (1 + q / p * decay) ** 2, dtype=np.float64
    )


def _logistic(t: Floats, parameters: Floats) -> Floats:
    ceiling, rate, shape = parameters
    return np.asarray(ceiling * scipy.special.expit(rate * t - np.log(shape)), dtype=np.float64)


def _logistic_flow(t: Floats, parameters: Floats) -> Floats:
    share = scipy.special.expit(parameters[1] * t - np.log(parameters[2]))
    return np.asarray(parameters[0] * parameters[1] * share * (1 - share), dtype=np.float64)


def _gompertz(t: Floats, parameters: Floats) -> Floats:
    ceiling, rate, shape = parameters
    return np.asarray(
        ceiling * np.exp(-shape * np.exp(np.clip(-rate * t, -700, 700))), dtype=np.float64
    )


def _gompertz_flow(t: Floats, parameters: Floats) -> Floats:
    decay = np.exp(np.clip(-parameters[1] * t, -700, 700))
    share = np.exp(-parameters[2] * decay)
    return np.asarray(parameters[0] * share * parameters[1] * parameters[2] * decay)


@dataclass(frozen=True)
class _Form:
    names: tuple[str, str, str]
    stock: Curve
    flow: Curve
    starts: tuple[tuple[float, ...], tuple[float, ...]]  # per unit of time and of n

    def inflexion(self, parameters: Floats) -> float:
        _, first, second = parameters
        if self.names[1] == "p":
            return float(np.log(second / first) / (first + second))
        return float(np.log(second) / first)


FORMS = {
    "bass": _Form(("ceiling", "p", "q"), _bass, _bass_flow, ((0.003, 0.02, 0.1), (0.1, 0.4, 1.0))),
    "logistic": _Form(
        ("ceiling", "rate", "shape"), _logistic, _logistic_flow, ((0.1, 0.3, 1.0), (3.0, 20.0))
    ),
    "gompertz": _Form(
        ("ceiling", "rate", "shape"), _gompertz, _gompertz_flow, ((0.05, 0.15, 0.5), (2.0, 6.0))
    ),
}


@dataclass(frozen=True, eq=False)
class Growth:
    """A fitted growth curve.

    Attributes
    ----------
    curve : str
        "bass", "logistic" or "gompertz".
    observed : str
        "flow" (per step) or "stock" (level reached).
    parameters : DataFrame
        Rows ceiling, p, q (Bass) or ceiling, rate, shape; columns `estimate`, `std_error`.
        Ceiling in the unit of the series (for a flow, of its total), searched up to a hundred
        times what was reached; rates per step.
    ceiling_interval : tuple of float
        Profile interval of the ceiling; where the data set no upper end it is what the quantity
        cannot pass, or infinite.
    level : float
        Its level in percent.
    residual_error : float
        Residual standard error, in the unit of the series.
    degrees : int
        Residual degrees of freedom.
    inflexion : float
        Steps from the origin at which growth is fastest; `past_inflexion` says whether the
        last value lies beyond, even with the highest ceiling of the interval.
    beats_line : bool
        The curve is closer to the values than a straight line.
    fitted : Series of n floats
    identified : bool
        The last value lies past the inflexion, whatever the ceiling within its interval, the
        interval is closed, no parameter is free, and the curve beats the straight line.
    """

    series: pd.Series
    curve: str
    observed: str
    parameters: pd.DataFrame
    ceiling_interval: tuple[float, float]
    level: float
    residual_error: float
    degrees: int
    inflexion: float
    past_inflexion: bool
    beats_line: bool
    fitted: pd.Series
    _origin: float
    _limits: tuple[Floats | None, Floats | None]

    @property
    def identified(self) -> bool:
        """Whether the data identify the ceiling."""
        closed = self._limits[1] is not None
        free = bool(np.isinf(self.parameters["std_error"]).any())
        return self.past_inflexion and self.beats_line and closed and not free

    @door(ForecastError, horizon=(1, FARTHEST))
    def predict(self, horizon: int) -> pd.DataFrame:
        """Prolong the curve.

        Returns
        -------
        DataFrame, h rows
            Columns `mean`, and `lower` and `upper`, the curves refitted with the ceiling at
            either end of its interval (NaN where that end is infinite). They say what the
            ceiling leaves open, not how far an outcome may stray: show them beside a forecast.
        """
        future = clock(self.series).after(self.series.index, horizon)
        ahead = np.arange(len(self.series), len(self.series) + horizon, dtype=np.float64)
        t: Floats = self._origin + ahead
        function = _function(self.curve, self.observed)
        estimate = self.parameters["estimate"].to_numpy()
        columns = {"mean": function(t, estimate)}
        for name, limit in zip(("lower", "upper"), self._limits, strict=True):
            columns[name] = np.full(horizon, np.nan) if limit is None else function(t, limit)
        return pd.DataFrame(columns, index=future)

    def explain(self) -> str:
        """Say in French what the curve knows of the ceiling."""
        ceiling, (low, high) = float(self.parameters["estimate"].iloc[0]), self.ceiling_interval
        head = (
            f"Courbe {FRENCH[self.curve]} ajustée par moindres carrés sur {len(self.series)} "
            f"valeurs\u202f; "
        )
        if self.identified:
            return head + (
                f"plafond estimé à {_number(ceiling)}, entre {_number(low)} et {_number(high)} "
                f"(intervalle de profil à {self.level:g}\u202f%)."
            )
        reason = ""
        if not self.beats_line:
            reason = " (une simple droite passe plus près des valeurs)"
        elif not self.past_inflexion:
            reason = " (le point d’inflexion n’est pas sûrement dépassé)"
        said = f"au moins {_number(low)}"
        if np.isinf(high):
            said += ", sans borne haute"
        elif self._limits[1] is None:
            said += f", et {_number(high)} au plus, que la grandeur ne peut passer"
        else:
            said += f", et {_number(high)} au plus si la forme choisie est la bonne"
        return head + (
            f"les données ne permettent pas d’identifier le plafond{reason}\u00a0: {said} "
            f"(intervalle de profil à {self.level:g}\u202f%)."
        )


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def _function(curve: str, observed: str) -> Curve:
    form = FORMS[curve]
    return form.flow if observed == "flow" else form.stock


@door(ForecastError)
def fit_growth(
    series: pd.Series,
    curve: str = "bass",
    *,
    observed: str | None = None,
    launch: Any = None,  # noqa: ANN401
    cap: float | None = None,
    level: float = 95,
) -> Growth:
    """Fit a growth curve by nonlinear least squares, and profile its ceiling.

    Bass (1969), with innovation p and imitation q; the logistic, ceiling/(1 + shape exp(-rate
    t)); Gompertz, ceiling exp(-shape exp(-rate t)). Parameters are fitted in logarithms from
    several starts (Srinivasan and Mason 1986 for Bass); the profile interval holds the ceilings
    whose best fit an F test does not reject (Bates and Watts 1988). Before the inflexion no
    curve can tell its ceiling: the result then says so and is not to be used as a forecast.

    Parameters
    ----------
    series : Series of n >= 5 values >= 0 on a regular index
    curve : {"bass", "logistic", "gompertz"}
    observed : {"flow", "stock"}, optional
        Whether values are amounts per step (sales) or levels reached (an installed base). By
        default flows for Bass and levels for the others.
    launch : date, period or int, optional
        Date at which t = 0; by default one step before the first value.
    cap : float, optional
        What levels cannot pass, such as what the whole of which they are a part will reach; by
        default the cap that the series' attributes declare. No ceiling lies over it, nor under
        what was observed.
    level : float
        Level of the profile interval, in percent.

    Returns
    -------
    Growth

    Raises
    ------
    ForecastError
        If the series cannot carry a growth curve (negative, constant, too short) or no start
        converges.
    """
    if curve not in FORMS:
        raise unknown(curve, FORMS, "curve", ForecastError)
    if observed is None:
        observed = "flow" if curve == "bass" else "stock"
    if observed not in ("flow", "stock"):
        raise ForecastError(f"observed is 'flow' or 'stock', not {observed!r}")
    check_level(level, ForecastError)
    if cap is not None and observed == "flow":
        raise ForecastError("cap: what levels cannot pass; give observed='stock', or no cap")
    values = _growing(clean(series))
    most = _cap(values, cap) if observed == "stock" else np.inf
    origin = _origin(values, launch)
    y = values.to_numpy()
    t: Floats = origin + np.arange(len(y), dtype=np.float64)
    unit = float(y.max())
    reached = float((y / unit).sum() if observed == "flow" else 1.0)
    problem = _Problem(t, y / unit, _function(curve, observed), reached, most / unit)
    best = problem.best(_starts(curve, problem), label(series))
    return _growth(values, (curve, observed, level), problem, best, unit)


def _cap(values: pd.Series, cap: float | None) -> float:
    """Return what levels cannot pass, as the caller or the attributes say; infinity if neither."""
    high = declared(values, values.attrs, None, None).most if cap is None else float(cap)
    if high <= values.max():
        raise ForecastError(f"{label(values)} has reached its cap, {high:g}: no growth is left")
    return high


def _growing(values: pd.Series) -> pd.Series:
    if values.min() < 0:
        date = values.index[int(np.argmin(values.to_numpy()))]
        raise ForecastError(
            f"{label(values)} is negative at {date_text(date)}: a growth curve starts from zero"
        )
    if values.max() == values.min():
        raise ForecastError(
            f"{label(values)} never changes ({values.iloc[0]:g}): there is no growth to fit"
        )
    return values


def _origin(values: pd.Series, launch: Any) -> float:  # noqa: ANN401
    ticking = clock(values)
    if launch is None:
        return 1.0
    first = values.index[0]
    if isinstance(values.index, pd.DatetimeIndex):
        months = ticking.months or 12
        begun = on_index(values.index, launch)
        origin = ((first.year - begun.year) * 12 + first.month - begun.month) / months
    elif isinstance(values.index, pd.PeriodIndex):
        origin = (first.ordinal - on_index(values.index, launch).ordinal) / ticking.step
    else:
        try:
            origin = (first - on_index(values.index, launch)) / ticking.step
        except OverflowError as error:
            raise ForecastError(f"the launch {launch} is no date") from error
    if math.isnan(origin):
        raise ForecastError(f"the launch {launch} is no date")
    if origin > FARTHEST:
        raise ForecastError(f"the launch {launch} is more than {FARTHEST} steps before {first}")
    if origin < 0:
        raise ForecastError(f"the launch {launch} comes after the first value {date_text(first)}")
    return float(origin)


@dataclass(frozen=True)
class _Problem:
    """Least squares in the logarithm of the parameters, on values scaled to one."""

    t: Floats
    y: Floats
    curve: Curve
    reached: float  # total of a flow, highest level of a stock: no ceiling lies under it
    cap: float  # and none over what the quantity cannot pass

    @property
    def nearest(self) -> float:
        return float(np.log(self.reached))

    @property
    def farthest(self) -> float:
        return float(np.log(min(FAR * self.reached, self.cap)))

    def best(self, starts: Iterator[Floats], name: str) -> Floats:
        found = [fit for start in starts if (fit := self.solve(np.log(start))) is not None]
        if not found:
            raise ForecastError(f"no start of the growth curve converges on {name}")
        return min(found, key=self.squares)

    def solve(self, start: Floats) -> Floats | None:
        margin = 0.01 * min(1.0, self.farthest - self.nearest)
        ceiling = np.clip(start[0], self.nearest + margin, self.farthest - margin)
        inside = np.r_[ceiling, np.minimum(start[1:], 24.0)]
        bounds = ([self.nearest, -25.0, -25.0], [self.farthest, 25.0, 25.0])
        return self._least(lambda logs: logs, inside, bounds)

    def given_ceiling(self, log_ceiling: float, start: Floats) -> Floats | None:
        inside = np.clip(start[1:], -24.0, 24.0)
        bounds = ([-25.0, -25.0], [25.0, 25.0])
        return self._least(lambda rest: np.concatenate([[log_ceiling], rest]), inside, bounds)

    def _least(
        self,
        whole: Callable[[Floats], Floats],
        start: Floats,
        bounds: tuple[list[float], list[float]],
    ) -> Floats | None:
        def residuals(free: Floats) -> Floats:
            return self.curve(self.t, np.exp(whole(free))) - self.y

        fit = scipy.optimize.least_squares(residuals, start, bounds=bounds, max_nfev=400)
        return whole(fit.x) if fit.success and np.isfinite(fit.cost) else None

    def squares(self, logs: Floats) -> float:
        residuals = self.curve(self.t, np.exp(logs)) - self.y
        return float(residuals @ residuals)

    def jacobian(self, parameters: Floats) -> Floats:
        steps = parameters * 1e-6
        return np.column_stack(
            [
                (self.curve(self.t, parameters + e) - self.curve(self.t, parameters - e))
                / (2 * step)
                for step, e in zip(steps, np.diag(steps), strict=True)
            ]
        )


def _starts(curve: str, problem: _Problem) -> Iterator[Floats]:
    first, second = FORMS[curve].starts
    per_step = 10 / (problem.t[-1] + 1) if curve != "bass" else 1.0  # rates are for ten steps
    for factor, a, b in product((1.1, 2.0, 8.0), first, second):
        yield np.array([factor * problem.reached, a * per_step, b])


def _growth(
    values: pd.Series, kind: tuple[str, str, float], problem: _Problem, best: Floats, unit: float
) -> Growth:
    curve, observed, level = kind
    degrees = len(values) - 3
    form = FORMS[curve]
    farthest = problem.farthest
    estimate = np.exp(best)
    variance = problem.squares(best) / degrees
    low, high = (_profile_end(problem, best, level, farthest, side) for side in (-1, 1))
    if low is None:  # nothing excludes that growth is over
        low = problem.given_ceiling(problem.nearest, best)
    in_unit = np.array([unit, 1.0, 1.0])
    errors = _standard_errors(problem.jacobian(estimate), variance)
    latest = max(form.inflexion(np.exp(one)) for one in (best, best if high is None else high))
    table = pd.DataFrame(
        {"estimate": estimate * in_unit, "std_error": errors * in_unit},
        index=pd.Index(form.names, name="parameter"),
    )
    bottom = None if low is None else np.exp(low) * in_unit
    top = None if high is None else np.exp(high) * in_unit
    return Growth(
        series=values,
        curve=curve,
        observed=observed,
        parameters=table,
        ceiling_interval=(
            problem.reached * unit if bottom is None else float(bottom[0]),
            problem.cap * unit if top is None else float(top[0]),
        ),
        level=level,
        residual_error=float(np.sqrt(variance)) * unit,
        degrees=degrees,
        inflexion=form.inflexion(estimate),
        past_inflexion=bool(problem.t[-1] > latest),
        beats_line=variance < _line_variance(problem),
        fitted=pd.Series(problem.curve(problem.t, estimate) * unit, index=values.index),
        _origin=float(problem.t[0]),
        _limits=(bottom, top),
    )


def _line_variance(problem: _Problem) -> float:
    design = np.column_stack([np.ones_like(problem.t), problem.t])
    coefficients = np.linalg.lstsq(design, problem.y, rcond=None)[0]
    residuals = problem.y - design @ coefficients
    return float(residuals @ residuals) / (len(problem.y) - 2)


def _standard_errors(jacobian: Floats, variance: float) -> Floats:
    """Return standard errors, infinite where the data leave a direction free."""
    information = jacobian.T @ jacobian
    scale = np.sqrt(np.diag(information))
    if (scale == 0).any() or np.linalg.cond(information / np.outer(scale, scale)) > 1e14:
        return np.full(3, np.inf)
    return np.asarray(np.sqrt(variance * np.diag(np.linalg.inv(information))), dtype=np.float64)


def _profile_end(
    problem: _Problem, best: Floats, level: float, farthest: float, side: int
) -> Floats | None:
    """Return the parameters at one end of the profile interval; None if it is never reached."""
    degrees = len(problem.y) - 3
    limit = (
        problem.squares(best) * (1 + float(scipy.special.fdtri(1, degrees, level / 100)) / degrees)
        + 1e-12
    )
    state = best

    def excess(log_ceiling: float) -> float:
        nonlocal state
        found = problem.given_ceiling(log_ceiling, state)
        state = state if found is None else found
        return problem.squares(np.concatenate([[log_ceiling], state[1:]])) - limit

    step, inside = 0.01, best[0]
    last = farthest if side > 0 else problem.nearest
    while side * (last - inside) > 0:
        outside = inside + side * step
        if excess(outside) > 0:
            while abs(outside - inside) > 1e-5:
                middle = (inside + outside) / 2
                inside, outside = (middle, outside) if excess(middle) <= 0 else (inside, middle)
            excess(inside)
            return np.concatenate([[inside], state[1:]])
        inside, step = outside, step * 1.6
    return None
