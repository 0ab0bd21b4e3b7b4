"""Complete search for the consistent scenarios of a cross-impact matrix.

A scenario is consistent when no descriptor would be better supported in another state. Written as
inequalities: for each descriptor ``j`` in state ``a`` and each rival ``l``, the advantages
``C[i, j](z_i, a) - C[i, j](z_i, l)`` granted by the states ``z_i`` of all descriptors sum to at
least minus the tolerance.

Small matrices are enumerated. Larger ones are cut into blocks of descriptors. A partial scenario
over the first blocks is extended by *all* the combinations of the next block at once: for every
pair ``(a, l)`` of states, a table keeps, one bit a combination, which ones grant an advantage of at
least ``v``, for every ``v`` that occurs. Adding the largest advantage that the remaining blocks may
still grant makes each test a sound bound, so nothing consistent is lost; a partial scenario is
dropped when the intersection of its bit sets is empty. Partial scenarios are treated in batches,
depth first, so that memory stays flat whatever the number of combinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
import numpy.typing as npt

from handbook.core.errors import HandbookError
from handbook.scenarios.balance import (
    BoolArray,
    IntArray,
    Layout,
    balances,
    lead,
    product_codes,
)

ENUMERATED = 5_000  # combinations below which plain enumeration is quicker
BLOCK = 729  # combinations in one block: 6 descriptors of 3 states
BATCH = 16_384  # partial scenarios treated together
THRESHOLDS = 256  # thresholds kept a pair; scores of wide range are tested on rounded thresholds
FIRST = 4  # most selective tests tried before the others
EFFORT = 200  # tests of partial scenarios, for each scenario of the limit: some ten seconds


class TooManyScenariosError(HandbookError):
    """More scenarios than the caller accepted: the list would not be complete."""


@dataclass(frozen=True)
class Problem:
    """What is searched: scores, tolerance, and what the caller imposes.

    Attributes
    ----------
    scores : array, shape (states, states)
        Row = influencing state, column = influenced state; own blocks included.
    layout : Layout
    tolerance : int
        Largest inconsistency accepted.
    forced : mapping of int to int
        Descriptors held from outside in one state, whose own balance is not tested.
    exclusions : sequence of mapping of int to int
        Combinations of states that no scenario may contain.
    limit : int
        Number of scenarios beyond which an error is raised.
    """

    scores: IntArray
    layout: Layout
    tolerance: int = 0
    forced: Mapping[int, int] = field(default_factory=dict)
    exclusions: Sequence[Mapping[int, int]] = ()
    limit: int = 2_000_000

    def allowed(self, j: int) -> tuple[int, ...]:
        """States that descriptor `j` may take."""
        if j in self.forced:
            return (self.forced[j],)
        return tuple(range(self.layout.sizes[j]))

    @property
    def tested(self) -> list[int]:
        """Descriptors whose own balance is tested."""
        return [j for j, n in enumerate(self.layout.sizes) if j not in self.forced and n > 1]

    def admits(self, codes: IntArray) -> BoolArray:
        """Tell which rows of `codes` contain no excluded combination; -1 = not yet chosen."""
        kept = np.ones(len(codes), dtype=bool)
        for exclusion in self.exclusions:
            kept &= ~np.all([codes[:, j] == k for j, k in exclusion.items()], axis=0)
        return kept

    def check_limit(self, count: int) -> None:
        """Raise `TooManyScenariosError` when `count` exceeds the limit."""
        if count > self.limit:
            raise TooManyScenariosError(
                f"more than {self.limit} scenarios lie within tolerance {self.tolerance}: an "
                "incomplete list is never returned; lower the tolerance, force or exclude states, "
                "or raise `limit`"
            )


def consistent_codes(problem: Problem) -> IntArray:
    """Codes of all the consistent scenarios, in lexicographic order.

    Returns
    -------
    array of int16, shape (scenarios, descriptors)

    Raises
    ------
    TooManyScenariosError
        When they are more numerous than the problem's limit.
    """
    choices = [problem.allowed(j) for j in range(len(problem.layout.sizes))]
    if prod(len(c) for c in choices) <= ENUMERATED:
        return _verified(problem, product_codes(choices))
    blocks = _blocks(problem)
    start = np.full((1, len(choices)), -1, dtype=np.int16)
    unmoved = np.zeros((1, problem.scores.shape[1]), dtype=problem.scores.dtype)
    found: list[IntArray] = []
    count = 0
    effort = _Effort(problem, len(blocks[0].pairs.chosen))
    for codes in _descend(blocks, start, unmoved, effort):
        kept = _verified(problem, codes)
        count += len(kept)
        problem.check_limit(count)
        found.append(kept)
    if not found:
        return start[:0]
    every = np.concatenate(found)
    return every[np.lexsort(every.T[::-1])]


@dataclass
class _Effort:
    """What a search has cost, and when it is given up."""

    problem: Problem
    tests: int
    partial: int = 0

    def spend(self, partial: int) -> None:
        self.partial += partial
        if self.partial * self.tests > EFFORT * max(self.problem.limit, 1_000_000):
            size = prod(len(self.problem.allowed(j)) for j in range(len(self.problem.layout.sizes)))
            raise TooManyScenariosError(
                f"{self.partial} partial scenarios were tried of a space of {size:.1e}, too large "
                "to be searched whole, and an incomplete list is never returned: force or exclude "
                "states, lower the tolerance, or raise `limit` to search longer"
            )


def _verified(problem: Problem, codes: IntArray) -> IntArray:
    """Rows of `codes` that are consistent and admitted, each tested directly."""
    codes = codes[problem.admits(codes)]
    balance = balances(problem.scores, problem.layout, codes)
    for j in problem.tested:
        kept = lead(balance, problem.layout, codes, j) >= -problem.tolerance
        codes, balance = codes[kept], balance[kept]
    problem.check_limit(len(codes))
    return codes


class _Pairs:
    """Ordered pairs of rival states of the tested descriptors, as flat arrays.

    Attributes
    ----------
    chosen, rival : array, shape (pairs,)
        Row of each state in the matrix.
    number : dict of int to array
        For each tested descriptor, the pair of state ``a`` and its ``step``-th rival, at
        ``[a, step - 1]``.
    """

    def __init__(self, problem: Problem) -> None:
        chosen: list[int] = []
        rival: list[int] = []
        self.number: dict[int, IntArray] = {}
        for j in problem.tested:
            size, offset = problem.layout.sizes[j], problem.layout.offsets[j]
            table = np.empty((size, size - 1), dtype=np.int32)
            for a in range(size):
                for step in range(1, size):
                    table[a, step - 1] = len(chosen)
                    chosen.append(offset + a)
                    rival.append(offset + (a + step) % size)
            self.number[j] = table
        self.chosen = np.array(chosen, dtype=np.intp)
        self.rival = np.array(rival, dtype=np.intp)


class _Block:
    """One block of descriptors and its tables of bits."""

    def __init__(
        self, problem: Problem, pairs: _Pairs, members: Sequence[int], before: Sequence[int]
    ) -> None:
        layout = problem.layout
        self.problem, self.pairs = problem, pairs
        self.members, self.before = list(members), list(before)
        self.after = [j for j in range(len(layout.sizes)) if j not in {*members, *before}]
        codes = np.full((prod(len(problem.allowed(j)) for j in members), len(layout.sizes)), -1)
        codes[:, self.members] = product_codes([problem.allowed(j) for j in members])
        self.codes = codes[problem.admits(codes)].astype(np.int16)
        self.choices = self.codes[:, self.members]
        self.effect = np.zeros((len(self.codes), problem.scores.shape[1]), problem.scores.dtype)
        for i in members:
            self.effect += _outside_own(problem, i)[self.codes[:, i]]
        self._tabulate()

    def _tabulate(self) -> None:
        pairs, problem = self.pairs, self.problem
        gain = (self.effect[:, pairs.chosen] - self.effect[:, pairs.rival]).T
        low, high = gain.min(axis=1, initial=0), gain.max(axis=1, initial=0)
        self.step = max(1, -(-int((high - low).max(initial=0)) // THRESHOLDS))
        self.rows = int((high - low).max(initial=0)) // self.step + 2
        words = -(-gain.shape[1] // 64)
        self.table = np.zeros((len(pairs.chosen), self.rows, words), dtype=np.uint64)
        bits = np.zeros((self.rows, words * 64), dtype=bool)
        owners = {
            int(p): (j, a)
            for j in self.members
            if j in pairs.number
            for a, row in enumerate(pairs.number[j])
            for p in row
        }
        thresholds = np.arange(self.rows)[:, None] * self.step
        for p in range(len(pairs.chosen)):
            bits[:, : gain.shape[1]] = gain[p] >= low[p] + thresholds
            if p in owners:
                j, a = owners[p]
                bits[:, : gain.shape[1]] |= self.codes[:, j] != a
            self.table[p] = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)
        self.table = self.table.reshape(len(pairs.chosen) * self.rows, words)
        self.counts = np.bitwise_count(self.table).sum(axis=1, dtype=np.int32)
        # Least advantage that a partial scenario lacks before the table must supply it.
        need = -problem.tolerance - _reserve(problem, pairs, self.after) - low
        self.need = need.astype(np.int64 if problem.scores.dtype == np.int64 else np.int32)

    def _lookup(self, balance: IntArray, pairs: IntArray) -> IntArray:
        """Rows of the table that answer the tests `pairs` of each partial scenario.

        `pairs` has shape (tests,), the same for all, or (partial scenarios, tests).
        """
        chosen, rival = self.pairs.chosen[pairs], self.pairs.rival[pairs]
        if pairs.ndim == 1:
            lead = balance[:, chosen] - balance[:, rival]
        else:
            start = np.arange(len(balance))[:, None] * balance.shape[1]
            flat = balance.ravel()
            lead = flat.take(start + chosen) - flat.take(start + rival)
        rank = self.need[pairs] - lead
        if self.step > 1:
            rank //= self.step
        row: IntArray = pairs * self.rows + np.clip(rank, 0, self.rows - 1)
        return row

    @property
    def exact(self) -> bool:
        """Whether the bit sets of the last block hold the consistent scenarios and no other."""
        return not self.after and self.step == 1 and not self.problem.exclusions

    def extensions(
        self, codes: IntArray, balance: IntArray
    ) -> tuple[IntArray, npt.NDArray[np.uint64]]:
        """Partial scenarios that may be extended, with the bit set of their extensions."""
        nodes: IntArray = np.arange(len(codes))
        fitting = np.zeros(self.table.shape[1] * 64, dtype=bool)
        fitting[: len(self.codes)] = True
        whole = np.packbits(fitting, bitorder="little").view(np.uint64)
        fit = np.tile(whole, (len(codes), 1))
        earlier = [self.pairs.number[j][codes[:, j]] for j in self.before if j in self.pairs.number]
        if earlier:
            rows = self._lookup(balance, np.concatenate(earlier, axis=1))
            nodes, fit = self._intersect(rows, nodes, fit)
        balance = balance[nodes]
        for j in self.members:
            if j in self.pairs.number:
                for test in self._lookup(balance, self.pairs.number[j].ravel()).T:
                    fit &= self.table[test]
        for j in self.after:
            if j in self.pairs.number:
                fit &= self._reachable(balance, self.pairs.number[j])
        alive = fit.any(axis=1)
        return nodes[alive], fit[alive]

    def _intersect(
        self, rows: IntArray, nodes: IntArray, fit: npt.NDArray[np.uint64]
    ) -> tuple[IntArray, npt.NDArray[np.uint64]]:
        """Keep the extensions that pass all the tests, most selective tests first."""
        width = rows.shape[1]
        if width > FIRST:
            first = np.argpartition(self.counts[rows], FIRST - 1, axis=1)[:, :FIRST]
            for test in np.take_along_axis(rows, first, axis=1).T:
                fit &= self.table[test]
            alive = fit.any(axis=1)
            rows, nodes, fit = rows[alive], nodes[alive], fit[alive]
        for test in rows.T:
            fit &= self.table[test]
        alive = fit.any(axis=1)
        return nodes[alive], fit[alive]

    def _reachable(self, balance: IntArray, numbers: IntArray) -> npt.NDArray[np.uint64]:
        """Extensions that leave a later descriptor at least one possible state."""
        possible = np.zeros((len(balance), self.table.shape[1]), dtype=np.uint64)
        for pairs in numbers:
            first, *others = self._lookup(balance, pairs).T
            together = self.table[first]
            for test in others:
                together &= self.table[test]
            possible |= together
        return possible


def _outside_own(problem: Problem, i: int) -> IntArray:
    """Rows of descriptor `i` without its effect on itself."""
    rows = problem.scores[problem.layout.block(i)].copy()
    rows[:, problem.layout.block(i)] = 0
    return rows


def _reserve(problem: Problem, pairs: _Pairs, after: Sequence[int]) -> IntArray:
    """Advantage of each pair from the state itself, plus the most that later blocks may grant."""
    total = problem.scores[pairs.chosen, pairs.chosen] - problem.scores[pairs.chosen, pairs.rival]
    total = total.astype(np.int64)
    for i in after:
        rows = _outside_own(problem, i)[list(problem.allowed(i))]
        total += (rows[:, pairs.chosen] - rows[:, pairs.rival]).max(axis=0)
    return total


def _blocks(problem: Problem) -> list[_Block]:
    """Cut the descriptors into blocks, those most bound to each other first."""
    pairs = _Pairs(problem)
    groups: list[list[int]] = [[]]
    for j in _order(problem):
        size = prod(len(problem.allowed(i)) for i in [*groups[-1], j])
        if groups[-1] and size > BLOCK:
            groups.append([])
        groups[-1].append(j)
    blocks: list[_Block] = []
    before: list[int] = []
    for members in groups:
        blocks.append(_Block(problem, pairs, members, before))
        before = [*before, *members]
    return blocks


def _order(problem: Problem) -> list[int]:
    """Order descriptors so that each is bound as strongly as possible to those before it."""
    n = len(problem.layout.sizes)
    bond = np.zeros((n, n), dtype=np.int64)
    for i in range(n):
        for j in range(n):
            group = problem.scores[problem.layout.block(i), problem.layout.block(j)]
            if i != j:
                bond[i, j] = (group.max(axis=1) - group.min(axis=1)).sum()
    bond = bond + bond.T
    order = [int(bond.sum(axis=0).argmax())]
    while len(order) < n:
        rest = [j for j in range(n) if j not in order]
        order.append(max(rest, key=lambda j: int(bond[order, j].sum())))
    return order


def _descend(
    blocks: Sequence[_Block], codes: IntArray, balance: IntArray, effort: _Effort
) -> Iterator[IntArray]:
    """Extend partial scenarios block after block, in batches, and yield the complete ones.

    `balance` leaves out the effect of each descriptor on itself, which the tests add.
    """
    block, rest = blocks[0], blocks[1:]
    effort.spend(len(codes))
    nodes, fit = block.extensions(codes, balance)
    counts = np.bitwise_count(fit).sum(axis=1, dtype=np.int64)
    if block.exact:
        block.problem.check_limit(int(counts.sum()))
    for part in _portions(counts):
        bits = np.unpackbits(fit[part].view(np.uint8), axis=1, bitorder="little")
        parent, extension = np.divmod(np.flatnonzero(bits), bits.shape[1])
        parent = nodes[part][parent]
        children = codes[parent]
        children[:, block.members] = block.choices[extension]
        admitted = block.problem.admits(children)
        children = children[admitted]
        if not rest:
            yield children
        elif len(children):
            received = balance[parent] + block.effect[extension]
            yield from _descend(rest, children, received[admitted], effort)


def _portions(counts: IntArray) -> Iterator[slice]:
    """Cut consecutive partial scenarios into portions of at most about BATCH extensions."""
    start, size = 0, 0
    for stop, count in enumerate(counts.tolist()):
        if size and size + count > BATCH:
            yield slice(start, stop)
            start, size = stop, 0
        size += count
    if size:
        yield slice(start, len(counts))
