"""Step 7 of the Handbook: how far ranks move when the choices behind an index are drawn.

A draw is a point of the unit cube: one coordinate for each discrete choice, one for each weight.
Monte Carlo draws such points at random, Sobol analysis on a design, the full factorial on a grid:
all three go through the same vectorised :class:`Model`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.benchmarking import aggregate as ag
from handbook.benchmarking.framework import (
    BenchmarkError,
    FloatArray,
    Framework,
    IntArray,
    listed,
)
from handbook.benchmarking.normalise import NORMALISATIONS, positive
from handbook.core.checks import check_work, distinct
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown

Normaliser: TypeAlias = Callable[[FloatArray, str], FloatArray]
RankArray: TypeAlias = npt.NDArray[np.int16]

DRAWN_AGGREGATIONS = ("arithmetic", "geometric", "harmonic", "copeland", "borda")
FACTORS = ("normalise", "aggregate", "dropped", "completion")
_MOST_COMPARED = 5e8  # units, three times: 4 GB of comparisons
_MOST_WORK = 1e12  # about 30 seconds
_ROWS = 2_000
"""Draws ranked at once: bounds the memory of pairwise comparisons (51 units: 20 MB)."""


@fields_checked(BenchmarkError, spread=(0, 1), completions=(1, 1_000_000), floor=(1e-9, 0.999))
@dataclass(frozen=True)
class Choices:
    """What is uncertain, every option of a discrete choice being equally likely.

    Attributes
    ----------
    normalise, aggregate
        Options. Before a geometric or harmonic mean, a table that reaches zero is rescaled onto
        ``[floor, 1]``.
    spread
        Each weight, at every level, is multiplied by a number between 1 - spread and 1 + spread
        (as COINr's noisy weights). ``None``: all weights equally likely, whatever those given.
    drop
        Whether to draw an indicator to leave out: none or any one with weight, equally likely.
    completions
        How many fillings of the unknown cells are drawn, each cell uniform between the worst and
        the best observed value of its indicator.
    floor
        See above.
    """

    normalise: tuple[str, ...] = ("minmax", "zscore", "rank")
    aggregate: tuple[str, ...] = ("arithmetic", "geometric", "copeland")
    spread: float | None = 0.25
    drop: bool = True
    completions: int = 64
    floor: float = 0.01

    def __post_init__(self) -> None:
        """Refuse unknown options."""
        for what, given, known in (
            ("normalise", self.normalise, NORMALISATIONS),
            ("aggregate", self.aggregate, DRAWN_AGGREGATIONS),
        ):
            for name in given:
                if name not in known:
                    raise unknown(name, known, f"choice of {what}", BenchmarkError)
            if not given:
                raise BenchmarkError(f"choices: {what} needs one at least of {listed(known)}")
            distinct(given, f"choices: {what}", BenchmarkError)

    @classmethod
    @door(BenchmarkError)
    def weights_only(
        cls, normalise: str = "minmax", aggregate: str = "arithmetic", spread: float | None = None
    ) -> Choices:
        """One normalisation, one aggregation, no dropped indicator: only weights vary (SMAA)."""
        return cls((normalise,), (aggregate,), spread, drop=False)


@dataclass(frozen=True)
class Picks:
    """Decoded draws: an option number for each factor, and effective weights.

    Attributes
    ----------
    options
        Shape ``(draws, 4)``, in the order of `FACTORS`.
    weights
        Shape ``(draws, indicators)``, rows summing to one.
    """

    options: IntArray
    weights: FloatArray


@dataclass(frozen=True)
class Model:
    """An index as a function of its uncertain choices."""

    framework: Framework
    choices: Choices
    tables: tuple[dict[str, FloatArray], ...] = field(repr=False)
    droppable: IntArray = field(repr=False)

    @property
    def option_counts(self) -> IntArray:
        """Number of options of each factor, in the order of `FACTORS`."""
        picks = self.choices
        return np.array(
            [
                len(picks.normalise),
                len(picks.aggregate),
                1 + len(self.droppable),
                len(self.tables),
            ]
        )

    @property
    def option_names(self) -> dict[str, list[str]]:
        """Names of the options of each factor."""
        dropped = [str(self.framework.indicators[at]) for at in self.droppable]
        return {
            "normalise": list(self.choices.normalise),
            "aggregate": list(self.choices.aggregate),
            "dropped": ["none", *dropped],
            "completion": [str(at + 1) for at in range(len(self.tables))],
        }

    @property
    def dimensions(self) -> int:
        """Coordinates of a draw: the four factors, then one weight a node of every level."""
        return len(FACTORS) + sum(len(level.names) for level in self.framework.levels)

    def decode(self, points: FloatArray) -> Picks:
        """Turn points of the unit cube, shape ``(draws, dimensions)``, into picks."""
        width = len(FACTORS)
        options = np.minimum(
            (points[:, :width] * self.option_counts).astype(np.int64), self.option_counts - 1
        )
        return self.picks(options, points[:, width:])

    def picks(self, options: IntArray, noise: FloatArray | None = None) -> Picks:
        """Combine options with weight coordinates (none: the given weights)."""
        weights: list[FloatArray] = []
        start = 0
        for level in self.framework.levels:
            stop = start + len(level.names)
            raw = np.broadcast_to(level.weights, (len(options), stop - start)).copy()
            if noise is not None:
                part = noise[:, start:stop]
                if self.choices.spread is None:
                    raw = -np.log1p(-part)
                else:
                    raw *= 1.0 + self.choices.spread * (2.0 * part - 1.0)
            weights.append(raw)
            start = stop
        rows = np.flatnonzero(options[:, 2] > 0)
        weights[0][rows, self.droppable[options[rows, 2] - 1]] = 0.0
        return Picks(options, self.framework.compose(weights))

    def ranks(self, picks: Picks) -> RankArray:
        """Rank of every unit in every draw; shape ``(draws, units)``."""
        ranks = np.empty((len(picks.options), len(self.framework.units)), dtype=np.int16)
        used = picks.options[:, [3, 0, 1]]
        keys, member = np.unique(used, axis=0, return_inverse=True)
        for at, (completion, normalise, aggregate) in enumerate(keys):
            rows = np.flatnonzero(member.ravel() == at)
            table = self.tables[completion][self.choices.normalise[normalise]]
            method = self.choices.aggregate[aggregate]
            score = _scorer(table, method, self.choices.floor)
            for start in range(0, len(rows), _ROWS):
                chunk = rows[start : start + _ROWS]
                ranks[chunk] = ag.ranks(score(picks.weights[chunk]))
        return ranks


def _scorer(table: FloatArray, method: str, floor: float) -> Callable[[FloatArray], FloatArray]:
    """Return the function from weights ``(draws, indicators)`` to scores ``(draws, units)``."""
    if method in ag.MEANS:
        if method != "arithmetic" and (table <= 0).any():
            table = positive(table, floor)
        image = ag.link(method)(table).T
        return lambda weights: weights @ image
    first, second = np.triu_indices(len(table), 1)
    duels = np.sign(table[first] - table[second]).T
    sides = np.zeros((len(first), len(table)))
    sides[np.arange(len(first)), first] = 1.0
    sides[np.arange(len(first)), second] = -1.0
    if method == "borda":
        return lambda weights: weights @ (duels @ sides)

    def copeland(weights: FloatArray) -> FloatArray:
        margin = weights @ duels
        won = (margin > 2 * ag.HALF_TOLERANCE).astype(np.float64)
        won -= margin < -2 * ag.HALF_TOLERANCE
        return np.asarray(won @ sides)

    return copeland


def check_draws(units: int, draws: int) -> None:
    """Refuse draws that would take minutes: each compares all units two by two."""
    sizes = [(units, "units")] * 3
    fewer = "rank fewer units, or give Choices with means only in aggregate"
    check_work(sizes, _MOST_COMPARED, fewer, BenchmarkError)
    check_work([(draws, "draws"), *sizes], _MOST_WORK, "ask fewer draws", BenchmarkError)


def build_model(
    framework: Framework, normaliser: Normaliser, choices: Choices, seed: int = 0
) -> Model:
    """Normalise the (completed) values with every option and return the model."""
    unknown = np.isnan(framework.table)
    fillings = [framework.table]
    if unknown.any():
        rng = np.random.default_rng([seed, 65])
        fillings = [_fill(framework.table, unknown, rng) for _ in range(choices.completions)]
    tables = tuple(
        {method: normaliser(values, method) for method in choices.normalise} for values in fillings
    )
    weighty = np.flatnonzero(framework.effective_weights() > 0)
    droppable = weighty if choices.drop and len(weighty) > 1 else weighty[:0]
    return Model(framework, choices, tables, droppable.astype(np.int64))


def _fill(values: FloatArray, unknown: np.ndarray, rng: np.random.Generator) -> FloatArray:
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    drawn = low + (high - low) * rng.random(values.shape)
    return np.asarray(np.where(unknown, drawn, values))


@dataclass(frozen=True)
class Simulation:
    """Ranks over many draws.

    Attributes
    ----------
    units, indicators
        Labels.
    ranks
        Shape ``(draws, units)``; 1 is best, ties share the smallest rank.
    weights
        Effective weights of each draw, shape ``(draws, indicators)``.
    options
        Option number of each factor in each draw, shape ``(draws, 4)``; see `FACTORS`.
    """

    units: pd.Index
    indicators: pd.Index
    ranks: RankArray = field(repr=False)
    weights: FloatArray = field(repr=False)
    options: IntArray = field(repr=False)

    def acceptability(self) -> pd.DataFrame:
        """Share of draws in which each unit has each rank: units x ranks, rows sum to one."""
        size = len(self.units)
        codes = self.ranks.astype(np.int64) - 1 + size * np.arange(size)
        counts = np.bincount(codes.ravel(), minlength=size * size).reshape(size, size)
        return pd.DataFrame(
            counts / len(self.ranks), index=self.units, columns=range(1, size + 1)
        ).rename_axis(columns="rank")

    @door(BenchmarkError, level=(0, 1))
    def intervals(self, level: float = 0.90) -> pd.DataFrame:
        """Median rank and central interval: columns ``median``, ``lower``, ``upper`` (whole ranks).

        Each is the smallest rank reached in at least the wanted share of draws.
        """
        cumulated = self.acceptability().to_numpy().cumsum(axis=1)
        tail = (1.0 - level) / 2.0
        found = {
            name: 1 + (cumulated < share - 1e-12).sum(axis=1)
            for name, share in (("median", 0.5), ("lower", tail), ("upper", 1.0 - tail))
        }
        return pd.DataFrame(found, index=self.units)

    def central_weights(self) -> pd.DataFrame:
        """Mean weights of the draws that put each unit first; NaN for a unit never first."""
        first = (self.ranks == 1).astype(np.float64)
        count = first.sum(axis=0)[:, None]
        total = first.T @ self.weights
        means = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
        return pd.DataFrame(means, index=self.units, columns=self.indicators)

    def ahead(self) -> pd.DataFrame:
        """Share of draws in which the row's unit ranks strictly before the column's."""
        size = len(self.units)
        share = np.empty((size, size))
        for at in range(size):
            share[at] = (self.ranks[:, [at]] < self.ranks).mean(axis=0)
        return pd.DataFrame(share, index=self.units, columns=self.units)


def simulate(model: Model, n: int, seed: int) -> Simulation:
    """Draw `n` points at random and rank the units in each.

    Raises
    ------
    BenchmarkError
        If `n` is not a positive whole number.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise BenchmarkError(f"n must be a positive number of draws, not {n!r}")
    points = np.random.default_rng(seed).random((int(n), model.dimensions))
    picks = model.decode(points)
    return Simulation(
        model.framework.units,
        model.framework.indicators,
        model.ranks(picks),
        picks.weights,
        picks.options,
    )
