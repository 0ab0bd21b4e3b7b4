"""Exact Kemeny consensus: the order that contradicts the least weight of pairwise comparisons.

Integer programme of Conitzer, Davenport and Kalagnanam (2006) solved with HiGHS. Two facts keep it
small: blocks of units that all beat the units of the next block are separated first (extended
Condorcet criterion), and transitivity is imposed only on triangles found broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from handbook.benchmarking.aggregate import HALF_TOLERANCE
from handbook.benchmarking.framework import BenchmarkError, FloatArray, IntArray
from handbook.benchmarking.solver import quiet_milp

Triangle = tuple[int, int, int]


@dataclass(frozen=True)
class Consensus:
    """A Kemeny order.

    Attributes
    ----------
    ranks
        1 the first; units next to one another whose pair is an exact tie share the smallest rank.
    disagreement
        Weight contradicted, summed over pairs (an exact tie costs one half either way).
    unique
        Whether no other order contradicts as little; tied neighbours make it False. None where it
        was not looked into.
    """

    ranks: pd.Series
    disagreement: float
    unique: bool | None


_MOST_TOGETHER = 60  # minutes beyond: the exact order is found by integer programming


def kemeny(
    support: FloatArray, units: Sequence[object] | pd.Index, *, check_unique: bool = True
) -> Consensus:
    """Return the Kemeny consensus of an outranking matrix.

    Parameters
    ----------
    support
        Shape ``(units, units)``: share of weight putting the row before the column.
    units
        Labels. Where several orders are optimal the one returned depends on the labels, never on
        the order of rows; :attr:`Consensus.unique` then says so.
    check_unique
        Whether to look for another optimal order (as costly as the first); if not, ``unique`` is
        None unless a tie settles it.

    Raises
    ------
    BenchmarkError
        If more than 60 units beat one another in circles: no exact order in a reasonable time.
    """
    canonical = np.array(sorted(range(len(units)), key=lambda at: str(units[at])), dtype=np.int64)
    matrix = support[np.ix_(canonical, canonical)]
    order: list[int] = []
    verdicts: list[bool | None] = []
    for block in _blocks(matrix):
        best, alone = _order_block(matrix[np.ix_(block, block)], check_unique)
        order.extend(int(block[at]) for at in best)
        verdicts.append(alone)
    ranks = np.empty(len(units), dtype=np.int64)
    ranks[canonical[order]] = _places(order, matrix)
    unique = False if False in verdicts else None if None in verdicts else True
    series = pd.Series(ranks, index=pd.Index(units), name="rank")
    return Consensus(series, _disagreement(order, matrix), unique)


def _disagreement(order: Sequence[int], support: FloatArray) -> float:
    ordered = support[np.ix_(order, order)]
    return float(np.tril(ordered, -1).sum())


def _blocks(support: FloatArray) -> list[IntArray]:
    """Split into blocks, first to last, every unit of a block beating all those of later blocks."""
    reaches = scipy.sparse.csr_array((support >= 0.5 - HALF_TOLERANCE).astype(np.float64))
    count, labels = scipy.sparse.csgraph.connected_components(
        reaches, directed=True, connection="strong"
    )
    # Between blocks the majority is complete and acyclic: a block's wins give its place.
    blocks = [np.flatnonzero(labels == label) for label in range(count)]
    wins = [float((support[block[0]] > 0.5 + HALF_TOLERANCE).sum()) for block in blocks]
    inside = [(support[block[0], block] > 0.5 + HALF_TOLERANCE).sum() for block in blocks]
    place = np.argsort([inner - won for won, inner in zip(wins, inside, strict=True)])
    return [blocks[at] for at in place]


def _order_block(support: FloatArray, check_unique: bool) -> tuple[list[int], bool | None]:
    """Order one block; also whether that order is the only optimal one."""
    size = len(support)
    if size == 1:
        return [0], True
    if size > _MOST_TOGETHER:
        raise BenchmarkError(
            f"kemeny: {size} units beat one another in circles, and at most {_MOST_TOGETHER} are"
            " put in an exact order; use copeland or borda"
        )
    triangles: set[Triangle] = set()
    before = _solve(support, triangles, None)
    # Every unit is before a different number of others, so wins sort the block.
    order = np.argsort(-before.sum(axis=1), kind="stable").tolist()
    neighbours = support[order[:-1], order[1:]]
    if (np.abs(neighbours - 0.5) <= HALF_TOLERANCE).any():
        return order, False
    if not check_unique:
        return order, None
    cost = float((support.T * before).sum())
    rival = _solve(support, triangles, before, ceiling=cost + HALF_TOLERANCE)
    return order, not rival.any()


def _solve(
    support: FloatArray,
    triangles: set[Triangle],
    banned: FloatArray | None,
    ceiling: float = np.inf,
) -> FloatArray:
    """Minimise contradiction; all zeros if no order other than `banned` costs up to `ceiling`.

    Triangles are first gathered on the continuous relaxation, which they nearly always make whole.
    """
    size = len(support)
    upper = np.triu_indices(size, 1)
    number = np.zeros((size, size), dtype=np.int64)
    number[upper] = np.arange(len(upper[0]))
    cost = support.T[upper] - support[upper]
    extra = []
    if banned is not None:
        held = banned[upper]
        extra.append(
            scipy.optimize.LinearConstraint(np.where(held > 0, 1.0, -1.0), ub=held.sum() - 1.0)
        )
        extra.append(
            scipy.optimize.LinearConstraint(cost, ub=ceiling - float(support[upper].sum()))
        )
    whole = 0
    while True:
        constraints = [*extra, *_transitivity(triangles, number, len(cost))]
        found = quiet_milp(
            cost,
            integrality=np.full(len(cost), whole),
            bounds=scipy.optimize.Bounds(0, 1),
            constraints=constraints,
        )
        if found.status == 2:
            return np.zeros((size, size))
        if found.x is None:
            raise BenchmarkError(f"Kemeny order of {size} units not found: {found.message}")
        before = np.zeros((size, size))
        before[upper] = np.round(found.x) if whole else found.x
        before.T[upper] = 1.0 - before[upper]
        broken = _broken(before) - triangles
        if broken:
            triangles |= broken
        elif whole or np.abs(before - np.round(before)).max() < HALF_TOLERANCE:
            return np.round(before)
        else:
            whole = 1


def _broken(before: FloatArray) -> set[Triangle]:
    """Triangles i before j before k before i, smallest number first, the most broken only."""
    cycles = before[:, :, None] + before[None, :, :] + before.T[:, None, :] - 2.0
    found = np.argwhere(cycles > 1e-6)
    found = found[(found[:, 0] < found[:, 1]) & (found[:, 0] < found[:, 2])]
    worst = np.argsort(-cycles[tuple(found.T)], kind="stable")[:400]
    return {(int(i), int(j), int(k)) for i, j, k in found[worst]}


def _transitivity(
    triangles: set[Triangle], number: IntArray, width: int
) -> list[scipy.optimize.LinearConstraint]:
    """At most two of i before j, j before k, k before i."""
    if not triangles:
        return []
    rows, columns, signs, limits = [], [], [], []
    for row, (i, j, k) in enumerate(sorted(triangles)):
        limit = 2.0
        for first, second in ((i, j), (j, k), (k, i)):
            forward = first < second
            limit -= 0.0 if forward else 1.0
            rows.append(row)
            columns.append(int(number[min(first, second), max(first, second)]))
            signs.append(1.0 if forward else -1.0)
        limits.append(limit)
    matrix = scipy.sparse.csr_array((signs, (rows, columns)), shape=(len(limits), width))
    return [scipy.optimize.LinearConstraint(matrix, ub=np.array(limits))]


def _places(order: Sequence[int], support: FloatArray) -> IntArray:
    """Rank of each position; neighbours tied with all of their group share its first place."""
    places = np.arange(1, len(order) + 1)
    start = 0
    for at in range(1, len(order)):
        group = [order[back] for back in range(start, at)]
        if np.all(np.abs(support[order[at], group] - 0.5) <= HALF_TOLERANCE):
            places[at] = places[start]
        else:
            start = at
    return places
