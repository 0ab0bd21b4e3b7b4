"""How far outcomes fall from a simple forecast: the scale of a Student t by horizon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEGREES = 5.0  # heavy tails of errors on short series
POWER = 0.85  # growth of the scale with the horizon
PRIOR_ERRORS = 20.0  # weight of the mean squared first difference
FIRST_ORIGIN = 5  # values known at the first origin
FARTHEST = 4  # horizons used to learn the scale


def scale(y: Floats) -> float:
    """Return the one-step scale of the forecast error, in the unit of the values.

    Squared errors of rolling-origin drift forecasts, each divided by its horizon's share, are
    pooled with the mean squared first difference, which counts as twenty of them. No model is
    fitted, so that five points are enough.
    """
    n = len(y)
    total, count = PRIOR_ERRORS * float(np.mean(np.diff(y) ** 2)), PRIOR_ERRORS
    for origin in range(FIRST_ORIGIN, n):
        slope = (y[origin - 1] - y[0]) / (origin - 1)
        ahead = np.arange(1, min(FARTHEST, n - origin) + 1)
        errors = y[origin : origin + len(ahead)] - (y[origin - 1] + slope * ahead)
        total += float(np.sum((errors / ahead**POWER) ** 2))
        count += len(ahead)
    return float(np.sqrt(total / count))


def growth(horizon: int) -> Floats:
    """Return how the scale grows with the horizon, 1 at the first step."""
    return np.arange(1, horizon + 1, dtype=np.float64) ** POWER


def resolution(y: Floats) -> float:
    """Return the unit in which values are published: 1, 0.1, 0.01... or 0 if none is seen."""
    for digits in range(10):
        if np.allclose(np.round(y, digits), y, rtol=1e-12, atol=0):
            return float(10.0**-digits)
    return 0.0
