"""How far outcomes fall from the forecast: the scale of a Student t by horizon.

Five constants and the degrees of freedom, fitted by maximum likelihood on the yearly series of the
M1 competition and of the tourism competition, known whole, by their last twelve and by their last
eight values, every series weighing the same in its set (``benchmarks/calibration.py``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEGREES = 3.7  # heavy tails of errors on short series
SIZE = 1.34  # a noise and a disagreement of one give this scale
POWER = 0.86  # growth of the scale with the horizon
TYPICAL_NOISE = 0.65  # of changes around their mean, in root mean square changes
TYPICAL_WEIGHT = 2.0  # number of changes it counts for
DISAGREEMENT = 0.45  # share of the members' disagreement in the scale, noise has the rest
LEAST_DISAGREEMENT = 0.1  # members that agree are not certain


def scale(y: Floats, ahead: Floats) -> Floats:
    """Return the scale of the forecast error at each step, in the unit of the values.

    Two things say how far an outcome may fall: the noise of the changes around their mean (a
    steady trend is not noise), drawn towards what short series usually show; and how far apart
    the members are, by step ahead.

    Parameters
    ----------
    y : array of n known values, season and events removed
    ahead : array (horizon, members)
        Forecasts of the members.
    """
    changes = np.diff(y)
    steps = np.arange(1, len(ahead) + 1, dtype=np.float64)
    usual = float(np.sqrt(np.mean(changes**2)))
    if usual == 0:
        return np.zeros(len(ahead))
    around = float(((changes / usual - changes.mean() / usual) ** 2).sum())
    known = TYPICAL_WEIGHT * TYPICAL_NOISE**2 + around
    noise = np.sqrt(known / (TYPICAL_WEIGHT + len(changes) - 1))
    apart = LEAST_DISAGREEMENT + np.std(ahead, axis=1) / usual / steps
    spread = SIZE * noise ** (1 - DISAGREEMENT) * apart**DISAGREEMENT * steps**POWER
    return np.asarray(usual * spread, dtype=np.float64)


def rounding(y: Floats, horizon: int) -> Floats:
    """Return the scale that the rounding of published values alone gives."""
    steps = np.arange(1, horizon + 1, dtype=np.float64)
    return np.asarray(resolution(y) / np.sqrt(12) * steps**POWER, dtype=np.float64)


def resolution(y: Floats) -> float:
    """Return the unit in which values are published: 1, 0.1, 0.01... or 0 if none is seen."""
    for digits in range(10):
        if np.allclose(np.round(y, digits), y, rtol=1e-12, atol=0):
            return float(10.0**-digits)
    return 0.0
