"""Forecasting methods for short series: arrays in, arrays out.

Each takes the values (n floats, in time order) and a horizon, and returns the horizon's point
forecasts. Callers scale values to the order of one first. Which is whose:

``ets``
    statsmodels' ``ETSModel``, its form chosen by AICc (`handbook.forecasting.smoothing`).
``drift``, ``log_drift``
    statsmodels' ``ARIMA(0, 1, 0)`` with a trend, of the values or of their logarithms: what it
    estimates is the line from the first to the last value, written here in one line.
``damped``, ``classic_theta``
    statsmodels' ``ETSModel`` with additive errors and a damped trend, and its ``ThetaModel``. For
    steps of a quarter and of a month only: on yearly and half-yearly series they added errors.
``theta``, ``ces``, ``theil_sen``
    Own code: the dynamic optimised theta model, complex smoothing and the median slope from the
    last value are in no kept library of the pinned environment. Given their smoothing constants
    the first two are linear in their first states, so that a grid and least squares find the
    optimum without starting values, on five points as on fifty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from handbook.forecasting import models, smoothing

Floats = NDArray[np.float64]
Method = Callable[[Floats, int], Floats]

FASTEST = 1.1  # largest growth factor a step of complex smoothing
PATIENCE = 2.0  # mean distances from the others at which a member weighs half
QUARTERS, MONTHS = 4, 12  # steps a year
EXPERIENCE = 6  # steps ahead on which the methods were compared


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
    """Smooth exponentially, the form chosen by AICc among six: statsmodels' optimum by a grid."""
    return smoothing.select(y).forecast(horizon)


def fitted_ets(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially as `ets`, the fit and the forecast by statsmodels itself.

    Loads statsmodels, which takes a second, and adds two milliseconds a series. Where its descent
    leads nowhere the optimum it started from is kept.
    """
    start = smoothing.select(y)
    ahead = np.asarray(models.fit_ets(y, start).forecast(horizon), dtype=np.float64)
    return ahead if np.isfinite(ahead).all() else start.forecast(horizon)


DAMPED = smoothing.Form("add", "add", damped=True)


def damped(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially with a damped trend: statsmodels' optimum by a grid."""
    return smoothing.optimum(y, DAMPED).forecast(horizon)


def fitted_damped(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially with a damped trend, the fit and the forecast by statsmodels."""
    start = smoothing.optimum(y, DAMPED)
    ahead = np.asarray(models.fit_ets(y, start).forecast(horizon), dtype=np.float64)
    return ahead if np.isfinite(ahead).all() else start.forecast(horizon)


def classic_theta(y: Floats, horizon: int) -> Floats:
    """Forecast by the theta method (Assimakopoulos and Nikolopoulos 2000) as statsmodels does.

    Half the slope of the least-squares line is added to simple exponential smoothing that starts
    from the first value (Hyndman and Billah 2003).
    """
    n, around = len(y), np.linspace(0.005, 0.9999, 200)
    for closer in (0.005, 0.0005, 0.00005):
        level, squares = np.full(len(around), y[0]), np.zeros(len(around))
        for value in y:
            error = value - level
            squares += error**2
            level = level + around * error
        best = int(np.argmin(squares))
        alpha, last = float(around[best]), float(level[best])
        around = np.clip(alpha + closer * np.linspace(-1, 1, 21), 1e-4, 0.9999)
    slope = float(np.polyfit(np.arange(n), y, 1)[0])
    steps = np.arange(1, horizon + 1)
    tilt = steps - 1 + 1 / alpha - (1 - alpha) ** n / alpha
    return np.asarray(last + slope / 2 * tilt, dtype=np.float64)


def fitted_classic_theta(y: Floats, horizon: int) -> Floats:
    """Forecast by statsmodels' own theta model."""
    return np.asarray(models.fit_theta(y).forecast(horizon), dtype=np.float64)


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
    "ets": ets,
    "drift": drift,
    "log_drift": log_drift,
    "theil_sen": theil_sen,
    "theta": theta,
    "ces": ces,
    "damped": damped,
    "classic_theta": classic_theta,
}
FITTED = {"ets": fitted_ets, "damped": fitted_damped, "classic_theta": fitted_classic_theta}
WITHIN_YEAR = ("damped", "classic_theta")


def applicable(y: Floats, steps_a_year: int = 1) -> list[str]:
    """Name the members that a series can have: six, or five where a value is not positive.

    Two more where a year has four steps or more.
    """
    left_out = set() if y.min() > 0 else {"log_drift"}
    if steps_a_year < QUARTERS:
        left_out |= {*WITHIN_YEAR}
    return [name for name in MEMBERS if name not in left_out]


def ahead_of(y: Floats, horizon: int, *, fast: bool, steps_a_year: int = 1) -> Floats:
    """Forecast with every applicable member.

    Where a step is a month the lines of `drift`, `log_drift` and `theil_sen` start from the level
    of `ets`: one month is too noisy to start from.

    Parameters
    ----------
    y : array of n >= 5 values of the order of one
    horizon : int
    fast : bool
        Keep the grid's optimum of exponential smoothing, without statsmodels' own descent.
    steps_a_year : int

    Returns
    -------
    array (horizon, members), in the order of `applicable`
    """
    names = applicable(y, steps_a_year)
    if np.ptp(y) == 0:  # nothing to estimate: every member repeats the value
        return np.tile(y[-1], (horizon, len(names)))
    own = MEMBERS if fast else {**MEMBERS, **FITTED}
    ahead = {name: own[name](y, horizon) for name in names}
    if steps_a_year >= MONTHS:
        level = smoothing.select(y).last[0]
        for name in ("drift", "theil_sen"):
            ahead[name] = ahead[name] + (level - y[-1])
        if "log_drift" in ahead and level > 0:
            ahead["log_drift"] = ahead["log_drift"] * (level / y[-1])
    return np.column_stack([straightened(one) for one in ahead.values()])


def combined(ahead: Floats) -> tuple[Floats, Floats]:
    """Average members, those that stand apart weighing less.

    At each step a member at a distance d from their median weighs 1 / (1 + (d / 2m)^4), where m
    is the mean of the distances. A member alone in its opinion counts little, none counts
    nothing: alone against five that agree, it still weighs a hundredth of each.

    Returns
    -------
    mean : array (horizon,)
    shares : array (horizon, members), each row sums to 1
    """
    middle = np.median(ahead, axis=1, keepdims=True)
    apart = np.abs(ahead - middle)
    usual = apart.mean(axis=1, keepdims=True)
    weights = 1 / (1 + (apart / (PATIENCE * np.where(usual > 0, usual, 1.0))) ** 4)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return middle[:, 0] + ((ahead - middle) * shares).sum(axis=1), shares
