"""Best and worst rank a unit can reach when weights are free: exact, by mixed-integer programme.

Scores are linear in the weights (after f for geometric and harmonic means). For a unit i, rival j
is ahead when w . (x_j - x_i) > 0. Best rank: the fewest rivals ahead; ties count for the unit.
Worst: the most rivals ahead or level. Solved with HiGHS; every solution is then checked by a linear
programme on the weights alone, so that the tolerance of the integer solver cannot invent a rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from handbook.benchmarking.framework import BenchmarkError, FloatArray
from handbook.benchmarking.solver import quiet_milp

Box = tuple[FloatArray, FloatArray]

MARGIN = 1e-9
"""A rival ahead by less than this (on a scale where differences are at most 1) is level."""


@dataclass(frozen=True)
class Attainable:
    """What weights can do for one unit.

    Attributes
    ----------
    unit
        Its label.
    best, worst
        Ranks, ties for the unit in ``best`` and against it in ``worst``.
    best_weights, worst_weights
        Weights that give them, as near to the given ones as possible (least sum of absolute
        changes); they sum to one.
    """

    unit: str
    best: int
    worst: int
    best_weights: pd.Series
    worst_weights: pd.Series


@dataclass(frozen=True)
class _Race:
    """Differences rival minus unit that must not be positive in as many rows as possible.

    ``gaps`` has shape (rivals, indicators), scaled to at most 1 in absolute value.
    """

    gaps: FloatArray
    box: Box

    def most_satisfied(self, near: FloatArray | None = None) -> tuple[int, FloatArray]:
        """Largest number of rows with ``gaps @ w <= 0``, and weights that reach it."""
        least, most = _extremes(self.gaps, self.box)
        sure = most <= MARGIN
        never = least > MARGIN
        open_ = ~sure & ~never
        if near is None:
            for weights in self._corners():
                if np.all(self.gaps[open_] @ weights <= MARGIN):
                    return int((sure | open_).sum()), weights
        race = _Race(self.gaps[open_], self.box)
        if open_.any():
            count, weights = race._search(near)
            return int(sure.sum()) + count, weights
        nearest = race._witness(open_[:0], near)
        return int(sure.sum()), self._corners()[0] if nearest is None else nearest

    def _corners(self) -> list[FloatArray]:
        """Weights as concentrated as the box allows on each indicator in turn."""
        low, high = self.box
        corners = []
        for first in range(len(low)):
            order = np.r_[first, np.delete(np.arange(len(low)), first)]
            room = np.minimum(np.cumsum((high - low)[order]), 1.0 - low.sum())
            weights = low.copy()
            weights[order] += np.diff(room, prepend=0.0)
            corners.append(weights)
        return corners

    def _search(self, near: FloatArray | None) -> tuple[int, FloatArray]:
        rows, columns = self.gaps.shape
        refused: list[FloatArray] = []
        count: int | None = None
        while True:
            found = self._programme(refused, count, near)
            if found is None:
                raise BenchmarkError(f"attainable rank: no solution over {columns} weights")
            held = np.round(found[columns : columns + rows]) > 0.5
            weights = self._witness(held, near)
            if weights is not None:
                if near is None or count is not None:
                    return int(held.sum()), weights
                # Second pass: the count is known, now the nearest weights that reach it.
                count = int(held.sum())
                continue
            refused.append(held.astype(np.float64))

    def _programme(
        self, refused: list[FloatArray], count: int | None, near: FloatArray | None
    ) -> FloatArray | None:
        """Variables: weights, a binary a row (1: kept at or below zero), absolute changes."""
        rows, columns = self.gaps.shape
        extra = columns if count is not None else 0
        low, high = self.box
        cost = np.r_[np.zeros(columns), np.full(rows, -1.0 if not extra else 0.0), np.ones(extra)]
        # Rows are scaled to a unit big M, so that the solver's tolerance means the same in all.
        bound = np.maximum(_extremes(self.gaps, self.box)[1], MARGIN)
        scaled = self.gaps / bound[:, None]
        blank = np.zeros((rows, extra))
        constraints = [
            scipy.optimize.LinearConstraint(
                np.r_[np.ones(columns), np.zeros(rows + extra)], 1.0, 1.0
            ),
            scipy.optimize.LinearConstraint(
                np.hstack([scaled, np.eye(rows), blank]), ub=np.ones(rows)
            ),
        ]
        for held in refused:
            cut = np.r_[np.zeros(columns), held, np.zeros(extra)]
            constraints.append(scipy.optimize.LinearConstraint(cut, ub=held.sum() - 1.0))
        if count is not None and near is not None:
            total = np.r_[np.zeros(columns), np.ones(rows), np.zeros(extra)]
            constraints.append(scipy.optimize.LinearConstraint(total, lb=float(count)))
            constraints += _changes(near, rows)
        found = quiet_milp(
            cost,
            integrality=np.repeat([0, 1, 0], [columns, rows, extra]),
            bounds=scipy.optimize.Bounds(
                np.r_[low, np.zeros(rows + extra)], np.r_[high, np.ones(rows), np.ones(extra)]
            ),
            constraints=constraints,
            presolve=False,  # faster on programmes this small
        )
        return None if found.x is None else np.asarray(found.x)

    def _witness(self, held: np.ndarray, near: FloatArray | None) -> FloatArray | None:
        """Weights that keep the held rows at or below zero, or None if none truly does."""
        rows, columns = int(held.sum()), self.gaps.shape[1]
        low, high = self.box
        if near is None:
            # Stay as far inside as possible: maximise the smallest margin.
            left = np.hstack([self.gaps[held], np.ones((rows, 1))])
            sums, cost = np.r_[np.ones(columns), 0.0], np.r_[np.zeros(columns), -1.0]
            bounds = [*zip(low, high, strict=True), (-1.0, 1.0)]
            right = np.zeros(rows)
        else:
            ties = np.hstack([np.eye(columns), -np.eye(columns)])
            left = np.vstack([np.hstack([self.gaps[held], np.zeros((rows, columns))]), ties, -ties])
            left[rows + columns :, columns:] = -np.eye(columns)
            right = np.r_[np.full(rows, MARGIN), near, -near]
            sums, cost = (
                np.r_[np.ones(columns), np.zeros(columns)],
                np.r_[np.zeros(columns), np.ones(columns)],
            )
            bounds = [*zip(low, high, strict=True), *([(0.0, 1.0)] * columns)]
        found = scipy.optimize.linprog(
            cost, left, right, sums[None, :], [1.0], bounds, method="highs"
        )
        if found.status != 0 or found.x is None or (near is None and found.x[-1] < -MARGIN):
            return None
        return np.asarray(found.x[:columns], dtype=np.float64)


def weight_box(given: FloatArray, near: float | None, bounds: tuple[float, float] | None) -> Box:
    """Smallest and largest weight of each indicator.

    Parameters
    ----------
    given
        Effective weights, summing to one.
    near
        Relative half-width around them; or
    bounds
        the same two numbers for every indicator; with neither, 0 and 1.
    """
    size = len(given)
    if near is not None and bounds is not None:
        raise BenchmarkError("give near or weight_bounds, not both")
    if near is not None:
        if near < 0:
            raise BenchmarkError(f"near must not be negative, not {near!r}")
        return given * max(0.0, 1.0 - near), np.minimum(1.0, given * (1.0 + near))
    low, high = bounds or (0.0, 1.0)
    if not 0 <= low <= high <= 1 or low * size > 1 + 1e-9 or high * size < 1 - 1e-9:
        raise BenchmarkError(
            f"weight_bounds {bounds!r} hold no weights of {size} indicators summing to one"
        )
    return np.full(size, low), np.full(size, high)


def _changes(near: FloatArray, rows: int) -> list[scipy.optimize.LinearConstraint]:
    """``|weight - near| <= change`` as two blocks of inequalities."""
    size = len(near)
    blank, eye = np.zeros((size, rows)), np.eye(size)
    return [
        scipy.optimize.LinearConstraint(np.hstack([eye, blank, -eye]), ub=near),
        scipy.optimize.LinearConstraint(np.hstack([-eye, blank, -eye]), ub=-near),
    ]


def _extremes(gaps: FloatArray, box: Box) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest ``gaps @ w`` over the box, one row at a time (greedy, exact)."""
    low, high = box
    base, room = gaps @ low, 1.0 - low.sum()
    span = high - low

    def push(order: np.ndarray) -> FloatArray:
        used = np.diff(np.minimum(np.cumsum(span[order], axis=1), room), prepend=0.0, axis=1)
        return np.asarray(base + (np.take_along_axis(gaps, order, axis=1) * used).sum(axis=1))

    return push(np.argsort(gaps, axis=1)), push(np.argsort(-gaps, axis=1))


def _races(low: FloatArray, high: FloatArray, at: int, box: Box) -> tuple[_Race, _Race]:
    """Races for the best and the worst rank of unit `at`; unknown cells lie in ``[low, high]``."""
    others = np.delete(np.arange(len(low)), at)
    behind = low[others] - high[at]
    ahead = low[at] - high[others]
    scale = max(float(np.abs(behind).max(initial=0.0)), float(np.abs(ahead).max(initial=0.0)))
    size = scale or 1.0
    return _Race(behind / size, box), _Race(ahead / size, box)


def attainable_table(low: FloatArray, high: FloatArray, units: pd.Index, box: Box) -> pd.DataFrame:
    """Best and worst rank of every unit.

    Parameters
    ----------
    low, high
        Bounds of the cells, units x indicators (equal where known), on a scale whose weighted mean
        ranks the units.
    units
        Labels.
    box
        Smallest and largest weight of each indicator; weights sum to one.

    Returns
    -------
    pandas.DataFrame
        Columns ``best`` and ``worst``.
    """
    rows = []
    if np.all(box[0] == 0) and np.all(box[1] == 1):
        # With every weight allowed, the scale of a column changes no rank: take an even one.
        span = high.max(axis=0) - low.min(axis=0)
        even = np.where(span > 0, span, 1.0)
        low, high = low / even, high / even
    for at in range(len(units)):
        for_best, for_worst = _races(low, high, at, box)
        kept, _ = for_best.most_satisfied()
        lost, _ = for_worst.most_satisfied()
        rows.append((len(units) - kept, 1 + lost))
    return pd.DataFrame(rows, index=units, columns=["best", "worst"])


def attainable_rank(
    low: FloatArray,
    high: FloatArray,
    units: pd.Index,
    weights: pd.Series,
    unit: str,
    box: Box,
) -> Attainable:
    """Best and worst rank of one unit with the weights nearest to `weights` that give them."""
    at = int(np.flatnonzero(units == unit)[0])
    near = weights.to_numpy(dtype=np.float64)
    for_best, for_worst = _races(low, high, at, box)
    kept, up = for_best.most_satisfied(near)
    lost, down = for_worst.most_satisfied(near)
    return Attainable(
        unit,
        len(units) - kept,
        1 + lost,
        pd.Series(up, index=weights.index, name="weight"),
        pd.Series(down, index=weights.index, name="weight"),
    )
