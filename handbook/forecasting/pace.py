"""At what pace a forecast runs, beside the paces known, in one French sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handbook.forecasting.season import Season

Floats = NDArray[np.float64]

RISING = 0.85  # share of changes upwards that makes a growing series
QUICKER = 1.15  # ratio of the second half's mean change to the first's that makes a quickening one
FEWEST = 8  # values
# Public series that grew and quickened so (benchmarks/calibration.py writes these three):
ANALOGUES = 110
REALISED = 1.6  # median ratio of the pace that came to the mean pace known
OVER = 0.58  # share whose pace passed that of the forecast


def quickening(y: Floats) -> bool:
    """Tell whether a series has grown almost always, and faster in its second half."""
    changes = np.diff(y)
    half = len(changes) // 2
    if len(y) < FEWEST or (changes > 0).mean() < RISING:
        return False
    return bool(changes[half:].mean() > QUICKER * changes[:half].mean())


def sentence(y: Floats, mean: Floats, season: Season | None = None) -> str:
    """Say at what pace the forecast runs and why it is not braked; empty for other series."""
    from handbook.core import french as fr

    seasonal = season is not None and season.found
    if seasonal or not quickening(y):
        return ""
    changes = np.diff(y)
    expected = (mean[-1] - y[-1]) / len(mean)
    shown = [fr.short(value) for value in (expected, changes.mean(), changes.max())]
    return (
        f"le rythme prévu est de {shown[0]} par pas, pour {shown[1]} en moyenne connue et "
        f"{shown[2]} au plus\u00a0: il n’est pas freiné, car sur {ANALOGUES} séries publiques qui "
        f"accéléraient de même le rythme venu ensuite a valu {fr.number(REALISED, 1)} fois le "
        f"rythme moyen connu, et dépassé le nôtre {fr.number(10 * OVER, 0)} fois sur dix"
    )
