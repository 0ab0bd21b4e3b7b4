"""Ratings that cannot be read are intervals, carried through to the rank.

A cell known only to lie between two values makes a score interval, a rank interval, and leaves some
preferences that hold whatever the cell is. All of this needs a scale fixed in advance (goalposts,
or an ordinal scale with its spacing): a min-max over unknown cells would move with them.

Ordinal scales have no spacing of their own. A preference holds *for every spacing* when it holds at
every threshold of the scale (first-order stochastic dominance).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from handbook.benchmarking import aggregate as ag
from handbook.benchmarking.framework import (
    BenchmarkError,
    FloatArray,
    Weights,
    as_numbers,
    checked_values,
    listed,
)
from handbook.core.checks import distinct
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown

TOLERANCE = 1e-9


@fields_checked(BenchmarkError)
@dataclass(frozen=True)
class IntervalTable:
    """Units x indicators known within bounds, more is better.

    Attributes
    ----------
    lower, upper
        Bounds of every cell, equal where it is known; same labels.
    levels
        Values of the scale, in order, when it is ordinal; empty for a continuous one.
    """

    lower: pd.DataFrame
    upper: pd.DataFrame
    levels: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check labels and order of bounds."""
        if not (
            self.lower.index.equals(self.upper.index)
            and self.lower.columns.equals(self.upper.columns)
        ):
            raise BenchmarkError("lower and upper bounds must have the same units and indicators")
        checked_values(self.lower.fillna(0.0))
        checked_values(self.upper.fillna(0.0))
        wrong = ~(self.lower.to_numpy() <= self.upper.to_numpy())
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise BenchmarkError(
                f"bounds of {self.lower.columns[column]!r} for {self.lower.index[row]!r} are "
                f"unknown or reversed: {self.lower.iloc[row, column]!r}, "
                f"{self.upper.iloc[row, column]!r}"
            )

    @property
    def known(self) -> float:
        """Share of cells known exactly."""
        return float((self.lower.to_numpy() == self.upper.to_numpy()).mean())

    @door(BenchmarkError)
    def filled(self, cells: Mapping[tuple[object, object], float]) -> IntervalTable:
        """Return the table with some cells set: ``{(unit, indicator): value}``."""
        lower, upper = self.lower.copy(), self.upper.copy()
        if odd := [key for key in cells if not (isinstance(key, tuple) and len(key) == 2)]:
            raise BenchmarkError(f"cells: by (unit, indicator), not {odd[0]!r:.40}")
        for (unit, indicator), value in cells.items():
            if unit not in lower.index or indicator not in lower.columns:
                raise BenchmarkError(f"no cell for unit {unit!r} and indicator {indicator!r}")
            if self.levels and value not in self.levels:
                raise BenchmarkError(
                    f"{value!r} for {unit!r}, {indicator!r} is not on the scale {self.levels}"
                )
            lower.loc[unit, indicator] = value
            upper.loc[unit, indicator] = value
        return IntervalTable(lower, upper, self.levels)


@door(BenchmarkError)
def ordinal_intervals(
    ratings: pd.DataFrame,
    scale: Sequence[str],
    *,
    spacing: Sequence[float] | None = None,
    partial: Mapping[str, tuple[str, str]] | None = None,
    reversed_: Sequence[str] = (),
) -> IntervalTable:
    """Turn a table of labels into bounds.

    Parameters
    ----------
    ratings
        Units x indicators of labels; missing is illegible and spans the whole scale.
    scale
        Labels from worst to best (« Limité », « Moyen », « Élevé »).
    spacing
        Value of each label, increasing; evenly spread over [0, 1] by default.
    partial
        Labels that bound a rating without fixing it: ``{"force nuancée": ("Moyen", "Élevé")}``.
    reversed_
        Indicators where less is better.

    Raises
    ------
    BenchmarkError
        Naming labels that are on no scale, with the cell.
    """
    values = np.linspace(0.0, 1.0, len(scale)) if spacing is None else np.asarray(spacing, float)
    if len(scale) < 2 or len(values) != len(scale) or (np.diff(values) <= 0).any():
        raise BenchmarkError(f"spacing must give {len(scale)} increasing values, not {spacing!r}")
    distinct(scale, "scale", BenchmarkError)
    _check_reversed(reversed_, ratings.columns)
    place = dict(zip(scale, values.tolist(), strict=True))
    bounds = {label: (value, value) for label, value in place.items()}
    for label, (worst, best) in (partial or {}).items():
        strange = [end for end in (worst, best) if end not in place]
        if strange:
            raise BenchmarkError(f"partial rating {label!r}: {listed(strange)} not on the scale")
        bounds[label] = (place[worst], place[best])
    lower = np.full(ratings.shape, values[0])
    upper = np.full(ratings.shape, values[-1])
    for (row, column), label in np.ndenumerate(ratings.to_numpy(dtype=object)):
        if pd.isna(label):
            continue
        if label not in bounds:
            raise BenchmarkError(
                f"rating {label!r} of {ratings.index[row]!r}, {ratings.columns[column]!r} is on no "
                f"scale; known {listed(bounds)}"
            )
        lower[row, column], upper[row, column] = bounds[label]
    flip = np.array([column in set(reversed_) for column in ratings.columns])
    ends = values[0] + values[-1]
    low = np.where(flip, ends - upper, lower)
    high = np.where(flip, ends - lower, upper)
    levels = values if not flip.any() else np.unique(np.r_[values, ends - values])
    return IntervalTable(
        pd.DataFrame(low, ratings.index, ratings.columns),
        pd.DataFrame(high, ratings.index, ratings.columns),
        tuple(levels.tolist()),
    )


def _check_reversed(reversed_: Sequence[str], indicators: pd.Index) -> None:
    for name in reversed_:
        if name not in indicators:
            raise unknown(name, indicators, "indicator to reverse", BenchmarkError)


def rank_bounds(
    lower: FloatArray, upper: FloatArray, tolerance: float = ag.TIE_TOLERANCE
) -> tuple[FloatArray, FloatArray]:
    """Best and worst rank of scores known within bounds, exactly.

    ``best_i = 1 + #{j : lower_j > upper_i + tolerance}`` and
    ``worst_i = 1 + #{j != i : upper_j >= lower_i - tolerance}``: ties for the unit, then against
    it. Both are reached, because cells of different units move freely.

    Parameters
    ----------
    lower, upper
        Shape ``(..., units)``.
    tolerance
        Absolute.
    """
    ahead = lower[..., None, :] > upper[..., :, None] + tolerance
    level = upper[..., None, :] >= lower[..., :, None] - tolerance
    return 1 + ahead.sum(axis=-1), level.sum(axis=-1)


@door(BenchmarkError)
def score_intervals(
    table: IntervalTable, weights: Weights | None = None, aggregate: str = "arithmetic"
) -> pd.DataFrame:
    """Lowest and highest score of each unit for given weights: columns ``lower``, ``upper``."""
    if aggregate not in ag.MEANS:
        raise unknown(aggregate, ag.MEANS, "mean", BenchmarkError)
    share = _weights(table, weights)
    bounds = {}
    for name, frame in (("lower", table.lower), ("upper", table.upper)):
        values = frame.to_numpy(dtype=np.float64)
        ag.refuse_negative(values, aggregate, frame.index, frame.columns)
        bounds[name] = ag.mean(values, share, aggregate)
    return pd.DataFrame(bounds, index=table.lower.index)


@door(BenchmarkError)
def rank_intervals(
    table: IntervalTable, weights: Weights | None = None, aggregate: str = "arithmetic"
) -> pd.DataFrame:
    """Best and worst rank of each unit over all completions, for given weights.

    Returns
    -------
    pandas.DataFrame
        Columns ``best`` and ``worst``; see `rank_bounds`.
    """
    scores = score_intervals(table, weights, aggregate)
    best, worst = rank_bounds(scores["lower"].to_numpy(), scores["upper"].to_numpy())
    return pd.DataFrame({"best": best, "worst": worst}, index=scores.index)


@door(BenchmarkError)
def necessary_preferences(
    table: IntervalTable,
    weights: Weights | None = None,
    *,
    any_weights: bool = True,
    any_spacing: bool = True,
) -> pd.DataFrame:
    """Preferences that hold for every completion of the unknown cells.

    Parameters
    ----------
    table
        Bounds.
    weights
        Used when `any_weights` is False; equal by default.
    any_weights
        Ask that the preference hold for all weights: then it holds for any spacing, and for any
        increasing aggregation.
    any_spacing
        Ask, for given weights, that it hold for all increasing spacings of an ordinal scale (and
        the arithmetic mean); otherwise for the spacing of the table.

    Returns
    -------
    pandas.DataFrame
        Units x units of booleans: the row is at least as good as the column in every completion,
        and better in some.
    """
    low, high = table.lower.to_numpy(dtype=np.float64), table.upper.to_numpy(dtype=np.float64)
    if any_weights:
        gap = (low[:, None, :] - high[None, :, :]).min(axis=2)
    elif any_spacing:
        gap = _threshold_gap(low, high, _weights(table, weights))
    else:
        share = _weights(table, weights)
        gap = (low @ share)[:, None] - (high @ share)[None, :]
    possible = high[:, None, :] > low[None, :, :]
    holds = (gap >= -TOLERANCE) & possible.any(axis=2)
    np.fill_diagonal(holds, False)
    return pd.DataFrame(holds, index=table.lower.index, columns=table.lower.index)


def _threshold_gap(low: FloatArray, high: FloatArray, share: FloatArray) -> FloatArray:
    """Smallest lead, over thresholds, of the weight at or above the threshold."""
    thresholds = np.unique(np.r_[low.ravel(), high.ravel()])[1:]
    gap = np.full((len(low), len(low)), np.inf)
    for threshold in thresholds:
        surely, possibly = (low >= threshold) @ share, (high >= threshold) @ share
        gap = np.minimum(gap, surely[:, None] - possibly[None, :])
    return gap


@dataclass(frozen=True)
class Completions:
    """Ranks over random completions (and weights).

    Attributes
    ----------
    acceptability
        Units x ranks, rows summing to one.
    ahead
        Units x units: share of completions where the row's score is strictly higher.
    """

    acceptability: pd.DataFrame
    ahead: pd.DataFrame


@door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
def sample_completions(
    table: IntervalTable,
    weights: Weights | None = None,
    *,
    any_weights: bool = False,
    n: int = 10_000,
    seed: int = 0,
) -> Completions:
    """Rank completions drawn at random: each level of a cell's interval equally likely.

    Equally likely levels are an assumption, not knowledge: show it beside the bounds.

    Parameters
    ----------
    table
        Bounds.
    weights
        Given weights; equal by default.
    any_weights
        Draw weights uniformly over all possible ones instead.
    n, seed
        Number of draws and seed.
    """
    if n < 1:
        raise BenchmarkError(f"n must be a positive number of draws, not {n!r}")
    rng = np.random.default_rng(seed)
    low, high = table.lower.to_numpy(dtype=np.float64), table.upper.to_numpy(dtype=np.float64)
    share = _weights(table, weights)
    size = len(low)
    counts, ahead = np.zeros((size, size)), np.zeros((size, size))
    for start in range(0, n, 1_000):
        draws = min(1_000, n - start)
        cells = _draw(rng, low, high, table.levels, draws)
        drawn = rng.dirichlet(np.ones(len(share)), draws) if any_weights else share[None, :]
        scores = np.einsum("duq,dq->du", cells, np.broadcast_to(drawn, (draws, len(share))))
        codes = ag.ranks(scores) - 1 + size * np.arange(size)
        counts += np.bincount(codes.ravel(), minlength=size * size).reshape(size, size)
        ahead += (scores[:, :, None] > scores[:, None, :] + ag.TIE_TOLERANCE).sum(axis=0)
    units = table.lower.index
    ranks = pd.RangeIndex(1, size + 1, name="rank")
    return Completions(
        pd.DataFrame(counts / n, index=units, columns=ranks),
        pd.DataFrame(ahead / n, index=units, columns=units),
    )


def _draw(
    rng: np.random.Generator,
    low: FloatArray,
    high: FloatArray,
    levels: Sequence[float],
    draws: int,
) -> FloatArray:
    uniform = rng.random((draws, *low.shape))
    if not levels:
        return np.asarray(low + (high - low) * uniform)
    steps = np.asarray(levels, dtype=np.float64)
    first = np.searchsorted(steps, low - TOLERANCE)
    last = np.searchsorted(steps, high + TOLERANCE) - 1
    return np.asarray(steps[first + (uniform * (last - first + 1)).astype(np.int64)])


def _weights(table: IntervalTable, weights: Weights | None) -> FloatArray:
    names = [str(name) for name in table.lower.columns]
    if weights is None:
        return np.full(len(names), 1.0 / len(names))
    if isinstance(weights, Mapping | pd.Series):
        values = as_numbers(
            list(weights.values() if isinstance(weights, Mapping) else weights), "weights"
        )
        given = dict(zip(map(str, weights.keys()), values.tolist(), strict=True))
        strange = sorted(set(given) ^ set(names))
        if strange:
            raise BenchmarkError(f"weights: {listed(strange)} unknown or not given")
        array = np.array([given[name] for name in names])
    else:
        array = as_numbers(weights, "weights")
    if array.shape != (len(names),) or not np.isfinite(array).all() or (array < 0).any():
        raise BenchmarkError(f"weights must be {len(names)} finite numbers, none negative")
    if array.sum() <= 0:
        raise BenchmarkError(f"weights are all zero: {listed(names)}")
    return np.asarray(array / array.sum())
