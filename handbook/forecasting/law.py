"""The law of an outcome around a forecast: a Student t, cut and counted as the quantity is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from handbook.forecasting.quantity import SLIPS, Quantity
from handbook.forecasting.series import ForecastError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Law:
    """The law of the outcome at each date of a forecast.

    A Student t around the forecast. Where the quantity never falls it is cut at the value
    reached. Where it is a count that has not fallen yet, only a part of its chances of a fall is
    kept. Where it is counted one by one the outcome is its nearest whole number, so that reaching
    12 is to pass 11.5. What lies beyond a bound lies at the bound. A part never passes its whole:
    at each probability its value is at most that of the whole, which is what two laws need for
    the one outcome never to pass the other.

    Attributes
    ----------
    mean, scale : arrays of h floats
    degrees : float
    quantity : Quantity
    under : Law, optional
        Law, at the same dates, of the whole it is a part of.
    """

    mean: Floats
    scale: Floats
    degrees: float
    quantity: Quantity
    under: Law | None = None

    def at(self, places: NDArray[np.intp]) -> Law:
        """Return the law at some of its dates."""
        under = None if self.under is None else self.under.at(places)
        return replace(self, mean=self.mean[places], scale=self.scale[places], under=under)

    def quantile(self, share: float) -> Floats:
        """Return, by date, the value that the outcome does not pass with a probability."""
        below, kept = self._under_edge()
        wanted = share * (1 - (1 - kept) * below)
        # under the edge only a part of the t's mass is left, beyond it the whole
        under = wanted <= kept * below
        wanted = np.where(under, wanted / max(kept, 1e-12), wanted + (1 - kept) * below)
        reach = scipy.special.stdtrit(self.degrees, np.minimum(wanted, 1 - 1e-15))
        values = np.where(self.scale > 0, self.mean + self.scale * np.nan_to_num(reach), self.mean)
        if self.quantity.whole:
            values = np.round(values)
        if self.under is not None:
            values = np.minimum(values, self.under.quantile(share))
        return np.clip(values, self.quantity.least, self.quantity.most)

    def above(self, value: float) -> Floats:
        """Return, by date, the probability that the outcome reaches a value.

        Raises
        ------
        ForecastError
            If the value is not a finite number.
        """
        if not np.isfinite(float(value)):
            raise ForecastError(f"the threshold must be a finite number, not {value}")
        if value <= self.quantity.least:
            return np.ones_like(self.mean)
        if value > self.quantity.most:
            return np.zeros_like(self.mean)
        goal = np.ceil(value - 1e-9) - 0.5 if self.quantity.whole else value
        below, kept = self._under_edge()
        above = scipy.special.stdtr(self.degrees, -self._distance(goal))
        # of the mass between the goal and the edge, where the goal is under it, a part is left
        above = above - (1 - kept) * np.maximum(above - (1 - below), 0)
        highest = np.ones_like(above) if self.under is None else self.under.above(value)
        return np.asarray(np.minimum(above / (1 - (1 - kept) * below), highest), dtype=np.float64)

    def _distance(self, value: float) -> Floats:
        gap = value - self.mean
        certain = np.where(gap <= 0, -np.inf, np.inf)
        return np.where(self.scale > 0, gap / np.where(self.scale > 0, self.scale, 1.0), certain)

    def _under_edge(self) -> tuple[Floats, float]:
        """Return, by date, the part of the t under the value reached, and the share of it kept."""
        floor, reached = self.quantity.floor, self.quantity.reached
        edge, kept = (reached, SLIPS) if floor is None else (floor, 0.0)
        if edge is None:
            return np.zeros_like(self.mean), 1.0
        distance = self._distance(edge - 0.5 if self.quantity.whole else edge)
        below = scipy.special.stdtr(self.degrees, np.where(self.scale > 0, distance, -np.inf))
        return np.asarray(np.minimum(below, 1 - 1e-12), dtype=np.float64), kept
