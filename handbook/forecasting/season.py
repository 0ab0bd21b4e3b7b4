"""A season tested, measured and removed before the members are fitted, put back afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SIGNIFICANCE = 0.1
YEARS = 2  # full years known before a season is looked for, and three values more
SPARE = 3
SLOWEST = 3.0  # swings longer than so many years are trend


@dataclass(frozen=True, eq=False)
class Season:
    """What was found of a season.

    Attributes
    ----------
    period : int
        Steps a year.
    mode : {"additive", "multiplicative"}
    factors : array of `period` floats
        Effect of each step of the year, that of the series' first value first: added, or
        multiplied.
    p_value : float
        Chance of so large differences between seasons were there none.
    strength : float
        Share kept of the differences seen, 0 to 1: the rest is what chance alone would show.
    """

    period: int
    mode: Literal["additive", "multiplicative"]
    factors: Floats
    p_value: float
    strength: float

    @property
    def found(self) -> bool:
        """Whether the test finds a season."""
        return self.p_value < SIGNIFICANCE

    def removed(self, y: Floats) -> Floats:
        """Return values without their season."""
        effect = self.factors[np.arange(len(y)) % self.period]
        return y - effect if self.mode == "additive" else y / effect

    def restored(self, ahead: Floats, known: int) -> Floats:
        """Return forecasts with their season; `known` values came before them."""
        effect = self.effect(known, len(ahead))
        effect = effect.reshape(-1, *[1] * (ahead.ndim - 1))
        return ahead + effect if self.mode == "additive" else ahead * effect

    def effect(self, known: int, horizon: int) -> Floats:
        """Return the effects at the steps that follow `known` values."""
        return self.factors[np.arange(known, known + horizon) % self.period]


def needed(period: int) -> int:
    """Return the number of values from which a season of that period is looked for."""
    return YEARS * period + SPARE


def measure(y: Floats, period: int) -> Season:
    """Test and measure the season of a series.

    A smooth trend (Hodrick and Prescott's, which lets pass the swings longer than three years)
    and one effect a step of the year are fitted together: what the trend leaves of the values is
    regressed on what it leaves of the effects (Robinson 1988, Speckman 1988), which uses every
    value where a moving average loses a year. An F test compares the fits with and without the
    effects, and these are drawn towards none by the share of their differences that chance
    explains (a James-Stein shrinkage, as Miller and Williams 2003 propose). Effects are
    added or, on logarithms of positive values, multiplied, whichever is the likelier.

    Parameters
    ----------
    y : array of n >= needed(period) floats
    period : int
        Steps a year, 2 or more.
    """
    size = float(np.abs(y).max()) or 1.0
    added = _measured(y / size, period)
    if y.min() > 0:
        multiplied = _measured(np.log(y / size), period)
        # densities are compared in the same unit: a logarithm squeezes large values
        if multiplied.deviance + 2 * float(np.log(y / size).sum()) < added.deviance:
            factors = np.exp(multiplied.factors)
            return Season(period, "multiplicative", factors, *multiplied.said)
    return Season(period, "additive", added.factors * size, *added.said)


@dataclass(frozen=True, eq=False)
class _Measured:
    factors: Floats
    said: tuple[float, float]  # p-value and strength
    deviance: float


def _measured(x: Floats, period: int) -> _Measured:
    left, design, free = regression(x, period)
    effects = np.linalg.lstsq(design, left, rcond=None)[0]
    without, rest = float(left @ left), float(((left - design @ effects) ** 2).sum())
    deviance = len(x) * float(np.log(rest / len(x) + 1e-30))
    if without <= 1e-24 * len(x):  # the trend explains everything
        return _Measured(np.zeros(period), (1.0, 0.0), deviance)
    ratio = (without - rest) / (period - 1) / max(rest / free, 1e-12 * without)
    strength = max(0.0, 1 - 1 / ratio) if ratio > 0 else 0.0
    factors = strength * np.r_[effects, -effects.sum()]
    p_value = float(scipy.special.fdtrc(period - 1, free, ratio))
    return _Measured(factors, (p_value, strength), deviance)


def regression(x: Floats, period: int) -> tuple[Floats, Floats, float]:
    """Return what the trend leaves of values and of effects, and the degrees of freedom left.

    Returns
    -------
    left : array (n,)
    design : array (n, period - 1)
        Effects of the steps of the year but the last, which makes their sum zero.
    free : float
    """
    n = len(x)
    remover = np.eye(n) - smoother(n, period)
    place = np.eye(period)[np.arange(n) % period]
    design = remover @ (place[:, :-1] - place[:, -1:])
    free = float(np.trace(remover)) - (period - 1)
    return remover @ x, design, max(free, 1.0)


@lru_cache(maxsize=64)
def smoother(n: int, period: int) -> Floats:
    """Return the matrix of the Hodrick-Prescott filter, statsmodels' ``hpfilter``."""
    bends = np.diff(np.eye(n), 2, axis=0)
    return np.asarray(np.linalg.inv(np.eye(n) + smoothness(period) * bends.T @ bends))


def smoothness(period: int) -> float:
    """Return the filter's penalty that halves a swing of three years."""
    return float((2 * np.sin(np.pi / (SLOWEST * period))) ** -4)
