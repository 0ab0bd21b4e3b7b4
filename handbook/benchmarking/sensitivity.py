"""Which choice moves a rank most: exact on the full factorial, Sobol on a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from handbook.benchmarking.framework import BenchmarkError, FloatArray, IntArray
from handbook.benchmarking.uncertainty import FACTORS, Model, Picks
from handbook.core.doors import door
from handbook.core.sensitivity import saltelli


@dataclass(frozen=True)
class Sensitivity:
    """Shares of the variance of each unit's rank.

    Attributes
    ----------
    first
        Units x factors: share due to the factor alone. NaN where the rank never moves.
    total
        Units x factors: share due to the factor and all its interactions.
    variance
        Variance of each unit's rank.
    ranks
        One row a combination, columns: the factors' options then the units (factorial only).
    """

    first: pd.DataFrame
    total: pd.DataFrame
    variance: pd.Series
    ranks: pd.DataFrame = field(repr=False)

    @door(BenchmarkError)
    def most(self, unit: str) -> str | None:
        """Return the factor with the largest total share for a unit, None if it never moves."""
        row = self.total.loc[unit]
        return None if row.isna().all() else str(row.idxmax())

    def overall(self) -> pd.DataFrame:
        """Shares of the variance of the whole ranking, every unit's rank counting as one output.

        The shares of each unit, weighted by the variance of its rank: the generalised indices of
        Gamboa, Janon, Klein and Lagnoux (2014, Electronic Journal of Statistics 8).

        Returns
        -------
        pandas.DataFrame
            Factors in rows, columns ``first`` and ``total``; NaN where no rank ever moves.
        """
        whole = self.variance.sum()
        parts = {
            name: shares.mul(self.variance, axis="index").sum() / whole
            for name, shares in (("first", self.first), ("total", self.total))
        }
        return pd.DataFrame(parts)

    @door(BenchmarkError)
    def one_at_a_time(self, unit: str) -> pd.DataFrame:
        """Rank of a unit when one choice leaves the first option and the others keep it.

        Returns
        -------
        pandas.DataFrame
            Columns ``factor``, ``option``, ``rank``, ``shift`` (positive: worse).
        """
        if self.ranks.empty:
            raise BenchmarkError(
                "one_at_a_time needs the factorial: use sensitivity(), not sobol()"
            )
        factors = list(self.first.columns)
        base = self.ranks.iloc[0]
        rows = []
        for factor in factors:
            held = [name for name in factors if name != factor]
            same = (self.ranks[held] == base[held]).all(axis=1)
            for _, row in self.ranks[same].iterrows():
                rank = int(row[unit])
                rows.append((factor, row[factor], rank, rank - int(base[unit])))
        return pd.DataFrame(rows, columns=["factor", "option", "rank", "shift"])


def factorial(model: Model, weight_sets: Mapping[str, FloatArray]) -> Sensitivity:
    """Rank the units under every combination of choices; no sampling error.

    Parameters
    ----------
    model
        Its discrete options; weights are those of `weight_sets`.
    weight_sets
        Named effective weights, a factor of their own when there are several.
    """
    counts = [*model.option_counts.tolist(), len(weight_sets)]
    grid = np.array(list(np.ndindex(*counts)), dtype=np.int64)
    ranks = model.ranks(_grid_picks(model, grid, list(weight_sets.values())))
    cube = ranks.astype(np.float64).reshape(*counts, -1)
    names = {**model.option_names, "weights": list(weight_sets)}
    active = [at for at, count in enumerate(counts) if count > 1]
    variance = cube.reshape(-1, cube.shape[-1]).var(axis=0)
    axes = tuple(range(len(counts)))
    first, total = {}, {}
    for at in active:
        others = tuple(axis for axis in axes if axis != at)
        factor = (*FACTORS, "weights")[at]
        first[factor] = _share(cube.mean(axis=others).var(axis=0), variance)
        without = cube.mean(axis=at).reshape(-1, cube.shape[-1]).var(axis=0)
        total[factor] = _share(variance - without, variance)
    units = model.framework.units
    labels = {
        (*FACTORS, "weights")[at]: np.array(names[(*FACTORS, "weights")[at]])[grid[:, at]]
        for at in active
    }
    table = pd.concat([pd.DataFrame(labels), pd.DataFrame(ranks, columns=units)], axis=1)
    return Sensitivity(
        pd.DataFrame(first, index=units),
        pd.DataFrame(total, index=units),
        pd.Series(variance, index=units, name="variance"),
        table,
    )


def _grid_picks(model: Model, grid: IntArray, sets: list[FloatArray]) -> Picks:
    """Effective weights of each combination, the dropped indicator leaving its group first."""
    plain = model.picks(grid[:, :4])
    given = model.framework.effective_weights()
    if all(np.array_equal(weights, given) for weights in sets):
        return plain
    weights = np.vstack(sets)[grid[:, 4]]
    rows = np.flatnonzero(grid[:, 2] > 0)
    weights[rows, model.droppable[grid[rows, 2] - 1]] = 0.0
    return Picks(plain.options, weights / weights.sum(axis=1, keepdims=True))


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    share = np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 1e-12)
    return np.asarray(np.clip(share, 0.0, 1.0))


def sobol(model: Model, n: int, seed: int) -> Sensitivity:
    """Sobol indices of every unit's rank (Saltelli's design), all weights as one factor.

    Parameters
    ----------
    model
        Its options and weight spread.
    n
        Base sample, a power of two; the model runs ``n * (factors + 2)`` times.
    seed
        Of the scrambling.
    """
    groups = [*FACTORS, *(["weights"] * (model.dimensions - len(FACTORS)))]
    live = [at for at, count in enumerate(model.option_counts) if count > 1]
    kept = [*live, *range(len(FACTORS), model.dimensions)]
    design = saltelli([groups[at] for at in kept], n, seed=seed, error=BenchmarkError)
    points = np.zeros((len(design.points), model.dimensions))
    points[:, kept] = design.points
    ranks = model.ranks(model.decode(np.clip(points, 0.0, 1.0 - 1e-12))).astype(np.float64)
    factors = design.names
    first, total = (np.full((ranks.shape[1], len(factors)), np.nan) for _ in range(2))
    for at, column in enumerate(ranks.T):
        if column.var() > 0:
            shares = design.shares(column, resamples=2)
            first[at], total[at] = shares["first"], shares["total"]
    units = model.framework.units
    return Sensitivity(
        pd.DataFrame(first, index=units, columns=factors),
        pd.DataFrame(total, index=units, columns=factors),
        pd.Series(ranks.var(axis=0), index=units, name="variance"),
        pd.DataFrame(),
    )
