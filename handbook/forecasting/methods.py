"""Simple forecasting methods for short series: arrays in, arrays out.

Each takes the values (n floats, in time order) and a horizon, and returns the horizon's point
forecasts. Callers scale values to the order of one first. Theta and complex smoothing are own
code because no kept library of the pinned environment has them: given their smoothing constants
both are linear in their first states, so that a grid and least squares find the optimum without
starting values, on five points as on fifty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Callable[[Floats, int], Floats]

ETS_POINTS = 13  # below, choosing among exponential smoothings costs more than it gains
FASTEST = 1.1  # largest growth factor a step of complex smoothing
EXPERIENCE = 6  # steps ahead on which the methods were compared
STATSMODELS_HEURISTIC = 10  # statsmodels finds a starting state only from ten points


def naive(y: Floats, horizon: int) -> Floats:
    """Repeat the last value."""
    return np.full(horizon, y[-1])


def drift(y: Floats, horizon: int) -> Floats:
    """Prolong the line from the first to the last value."""
    slope = (y[-1] - y[0]) / (len(y) - 1)
    return np.asarray(y[-1] + slope * np.arange(1, horizon + 1), dtype=np.float64)


def log_drift(y: Floats, horizon: int) -> Floats:
    """Prolong the mean growth rate; every value must be positive."""
    return np.exp(np.minimum(drift(np.log(y), horizon), 700.0))


def theil_sen(y: Floats, horizon: int) -> Floats:
    """Prolong from the last value along the median of all pairwise slopes (Sen 1968)."""
    first, second = np.triu_indices(len(y), 1)
    slope = np.median((y[second] - y[first]) / (second - first))
    return np.asarray(y[-1] + slope * np.arange(1, horizon + 1), dtype=np.float64)


def ses(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially without trend, ETS(A,N,N), by statsmodels."""
    fit = _ets_fit(y, error="add", trend=None, damped_trend=False)
    return np.asarray(fit.forecast(horizon), dtype=np.float64)


def theta(y: Floats, horizon: int) -> Floats:
    """Dynamic optimised theta model (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016).

    The one-step forecast is linear in the first level and in 1 - 1/theta, so that for each
    smoothing constant both follow by least squares: a fine grid over the constant finds the
    optimum the published simplex search looks for, with no starting values.
    """
    intercepts, slopes = _running_lines(y)
    best = _theta_grid(y, intercepts, slopes, np.linspace(0.1, 0.99, 90))
    fine = np.clip(best[0] + np.linspace(-0.01, 0.01, 41), 0.1, 0.99)
    alpha, level, weight = _theta_grid(y, intercepts, slopes, fine)
    for value in y:
        level = alpha * value + (1 - alpha) * level
    return _theta_forecast(y, horizon, (alpha, level, weight))


def _running_lines(y: Floats) -> tuple[Floats, Floats]:
    """Least-squares line through the first t values, for t = 1..n."""
    n = len(y)
    intercepts, slopes = np.zeros(n), np.zeros(n)
    mean, slope = y[0], 0.0
    intercepts[0] = y[0]
    for t in range(2, n + 1):
        slope = ((t - 2) * slope + 6 * (y[t - 1] - mean) / t) / (t + 1)
        mean = ((t - 1) * mean + y[t - 1]) / t
        slopes[t - 1] = slope
        intercepts[t - 1] = mean - slope * (t + 1) / 2
    return intercepts, slopes


def _theta_grid(
    y: Floats, intercepts: Floats, slopes: Floats, alphas: Floats
) -> tuple[float, float, float]:
    """Return the smoothing constant, first level and weight of the least squared error."""
    n = len(y)
    decay = (1 - alphas)[:, None] ** np.arange(n)[None, :]  # (alphas, n)
    base = np.zeros_like(decay)
    for t in range(1, n):
        base[:, t] = alphas * y[t - 1] + (1 - alphas) * base[:, t - 1]
    line = np.zeros_like(decay)
    line[:, 1:] = decay[:, 1:] * intercepts[:-1] + slopes[:-1] * (
        (1 - decay[:, 1:] * (1 - alphas)[:, None]) / alphas[:, None]
    )
    skip = 3 if n >= 8 else 1
    target, level_x, line_x = (a[:, skip:] for a in (y - base, decay, line))
    level, weight = _two_regressors(target, level_x, line_x)
    errors = target - level[:, None] * level_x - weight[:, None] * line_x
    best = int(np.argmin((errors**2).sum(axis=1)))
    return float(alphas[best]), float(level[best]), float(weight[best])


def _two_regressors(target: Floats, x: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Row-wise least squares of target on x and z, the second coefficient held in [0, 1]."""
    xx, zz, xz = (x * x).sum(1), (z * z).sum(1), (x * z).sum(1)
    xy, zy = (x * target).sum(1), (z * target).sum(1)
    determinant = xx * zz - xz**2
    sound = determinant > 1e-12 * xx * zz
    weight = np.where(sound, (xx * zy - xz * xy) / np.where(sound, determinant, 1.0), 0.0)
    weight = np.clip(weight, 0.0, 1.0)
    level = (xy - weight * xz) / xx
    return level, weight


def _theta_forecast(y: Floats, horizon: int, fit: tuple[float, float, float]) -> Floats:
    alpha, level, weight = fit
    values = list(y)
    n = len(y)
    intercepts, slopes = _running_lines(y)
    slope, mean = slopes[-1], float(np.mean(y))
    intercept = intercepts[-1]
    for t in range(n + 1, n + horizon + 1):
        decay = (1 - alpha) ** (t - 1)
        value = level + weight * (decay * intercept + slope * (1 - decay * (1 - alpha)) / alpha)
        values.append(value)
        level = alpha * value + (1 - alpha) * level
        slope = ((t - 2) * slope + 6 * (value - mean) / t) / (t + 1)
        mean = ((t - 1) * mean + value) / t
        intercept = mean - slope * (t + 1) / 2
    return np.asarray(values[n:], dtype=np.float64)


def ces(y: Floats, horizon: int) -> Floats:
    """Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022), without season.

    The two smoothing constants are searched on a grid inside the stability region, where growth
    or decay stays under a tenth a step; the two first states follow by least squares.
    """
    transition, gain = _ces_grid()
    n, count = len(y), len(gain)
    discount = transition.copy()
    discount[:, :, 0] -= gain
    power = np.broadcast_to(np.eye(2), (count, 2, 2)).copy()
    state = np.zeros((count, 2))
    design, base = np.empty((count, n, 2)), np.empty((count, n))
    for t in range(n):
        design[:, t], base[:, t] = power[:, 0], state[:, 0]
        power = discount @ power
        state = (discount @ state[:, :, None])[:, :, 0] + gain * y[t]
    target = y - base
    level, cycle = _two_free_regressors(target, design[:, :, 0], design[:, :, 1])
    errors = target - level[:, None] * design[:, :, 0] - cycle[:, None] * design[:, :, 1]
    best = int(np.argmin((errors**2).sum(axis=1)))
    last = power[best] @ np.array([level[best], cycle[best]]) + state[best]
    ahead = np.empty(horizon)
    for step in range(horizon):
        ahead[step] = last[0]
        last = transition[best] @ last
    return ahead


@cache
def _ces_grid() -> tuple[Floats, Floats]:
    """Transition matrices (k, 2, 2) and gains (k, 2) of the pairs of constants allowed."""
    pairs = np.meshgrid(np.linspace(0.6, 2.0, 29), np.linspace(0.8, 1.3, 26), indexing="ij")
    a, b = (values.ravel() for values in pairs)
    ones = np.ones_like(a)
    transition = np.stack([np.stack([ones, b - 1], -1), np.stack([ones, 1 - a], -1)], 1)
    gain = np.stack([a - b, a + b], -1)
    discount = transition.copy()
    discount[:, :, 0] -= gain
    stable = _radius(discount) < 0.999  # errors far back are forgotten
    calm = _radius(transition) <= FASTEST
    return transition[stable & calm], gain[stable & calm]


def _radius(matrices: Floats) -> Floats:
    return np.asarray(np.abs(np.linalg.eigvals(matrices)).max(axis=1), dtype=np.float64)


def _two_free_regressors(target: Floats, x: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Row-wise least squares of target on x and z, with a trace of ridge against collinearity."""
    xx, zz, xz = (x * x).sum(1), (z * z).sum(1), (x * z).sum(1)
    ridge = 1e-9 * (xx + zz)
    xx, zz = xx + ridge, zz + ridge
    xy, zy = (x * target).sum(1), (z * target).sum(1)
    determinant = xx * zz - xz**2
    return (zz * xy - xz * zy) / determinant, (xx * zy - xz * xy) / determinant


def ets(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially, the form chosen by AICc among six, by statsmodels.

    Additive errors with no, additive or damped trend; multiplicative errors too where every
    value is positive (Hyndman, Koehler, Ord and Snyder 2008). A form whose fit or forecast is
    not finite is no candidate (a known trap of short series). A search stopped before it
    converged remains one: its likelihood is judged like the others'.
    """
    errors = ["add", "mul"] if y.min() > 0 else ["add"]
    best, best_score = None, np.inf
    for error in errors:
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            fit = _ets_fit(y, error=error, trend=trend, damped_trend=damped)
            ahead = np.asarray(fit.forecast(horizon), dtype=np.float64)
            states = 1 + (trend is not None)
            score = _aicc(float(fit.llf), len(y), 1 + states + damped + states)
            if score < best_score and np.isfinite(ahead).all():
                best, best_score = ahead, score
    return best if best is not None else drift(y, horizon)


def _aicc(log_likelihood: float, n: int, parameters: int) -> float:
    """Return the corrected criterion; `parameters` counts smoothing, first states, variance."""
    correction = 2 * parameters * (parameters + 1) / (n - parameters - 1)
    return -2 * log_likelihood + 2 * parameters + correction


def _ets_fit(y: Floats, **form: Any) -> Any:  # noqa: ANN401
    """Fit one form; statsmodels is loaded when first needed, for it takes a second.

    First states come from a line through the first ten values: searching for them as well takes
    twice the time and forecasts no better. The search keeps a single correction (`m`): with
    more, linear algebra starts threads for matrices of five rows and takes five times longer.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    start: dict[str, Any] = {"initialization_method": "heuristic"}
    if len(y) < STATSMODELS_HEURISTIC:
        start = {"initialization_method": "known", "initial_level": y[0]}
    # a fitted value of zero or a perfect fit makes the likelihood infinite: `ets` judges that
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return ETSModel(y, **form, **start).fit(disp=False, warn_convergence=False, m=1)


def straightened(ahead: Floats) -> Floats:
    """Keep a forecast from accelerating beyond the horizons on which methods were compared.

    Past the sixth step a forecast whose steps grow goes on with the sixth: nothing measured
    supports exponential growth further.
    """
    if len(ahead) <= EXPERIENCE:
        return ahead
    steps = np.diff(ahead[:EXPERIENCE])
    if abs(steps[-1]) <= abs(steps[-2]):
        return ahead
    beyond = np.arange(1, len(ahead) - EXPERIENCE + 1)
    return np.concatenate([ahead[:EXPERIENCE], ahead[EXPERIENCE - 1] + steps[-1] * beyond])


MEMBERS: dict[str, Method] = {
    "ses": ses,
    "ets": ets,
    "drift": drift,
    "log_drift": log_drift,
    "theil_sen": theil_sen,
    "theta": theta,
    "ces": ces,
}


def applicable(y: Floats) -> list[str]:
    """Name the members that a series can have: five or six."""
    smoothing = "ets" if len(y) >= ETS_POINTS else "ses"
    names = {smoothing, "drift", "theil_sen", "theta", "ces"}
    if y.min() > 0:
        names.add("log_drift")
    return [name for name in MEMBERS if name in names]
