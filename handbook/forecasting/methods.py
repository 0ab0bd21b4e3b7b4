"""Simple forecasting methods for short series: arrays in, arrays out.

Each takes the values (n floats, in time order) and a horizon, and returns the horizon's point
forecasts. Callers scale values to the order of one first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Callable[[Floats, int], Floats]

ETS_POINTS = 13  # below, choosing among exponential smoothings costs more than it gains
STATSMODELS_ESTIMATED = 10  # statsmodels finds its own starting state only from ten points


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


def ses(y: Floats, horizon: int) -> Floats:
    """Smooth exponentially without trend, ETS(A,N,N), by statsmodels."""
    start: dict[str, Any] = {}
    if len(y) < STATSMODELS_ESTIMATED:
        start = {"initialization_method": "known", "initial_level": y[0]}
    fit = _ets_model()(y, error="add", trend=None, **start).fit(disp=False)
    return np.asarray(fit.forecast(horizon), dtype=np.float64)


def _ets_model() -> Any:  # noqa: ANN401
    """Load statsmodels when it is first needed: it takes a second."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415

    return ETSModel


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


def ets(y: Floats, horizon: int) -> Floats:
    """Exponential smoothing chosen by AICc among six forms, by statsmodels.

    Additive errors with no, additive or damped trend; multiplicative errors too where every
    value is positive. A fit that did not converge or whose forecast leaves any plausible range
    is not a candidate (statsmodels' known trap on short series).
    """
    model = _ets_model()
    errors = ["add", "mul"] if y.min() > 0 else ["add"]
    best, best_score = None, np.inf
    for error in errors:
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            fit = model(y, error=error, trend=trend, damped_trend=damped).fit(disp=False)
            ahead = np.asarray(fit.forecast(horizon), dtype=np.float64)
            if fit.aicc < best_score and np.isfinite(ahead).all():
                best, best_score = ahead, float(fit.aicc)
    return best if best is not None else ses(y, horizon)


MEMBERS: dict[str, Method] = {
    "ses": ses,
    "drift": drift,
    "log_drift": log_drift,
    "theta": theta,
    "ets": ets,
}


def applicable(y: Floats) -> list[str]:
    """Name the members that a series can have."""
    names = ["ses", "drift", "theta"]
    if y.min() > 0:
        names.append("log_drift")
    if len(y) >= ETS_POINTS:
        names.append("ets")
    return [name for name in MEMBERS if name in names]
