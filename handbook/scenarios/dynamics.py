"""Succession of scenarios: where a system goes when each descriptor yields to its influences.

Succession is the search heuristic of cross-impact balance analysis (Weimer-Jehle 2006). It defines
a map of the scenarios onto themselves, whose fixed points are the consistent scenarios; every start
ends on a fixed point or a cycle. The number of starts that end on one is its basin weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal, Protocol, get_args

import numpy as np

from handbook.core.errors import unknown
from handbook.scenarios.balance import IntArray, Layout, balances, product_codes, score_type
from handbook.scenarios.checks import ScenarioError

Rule = Literal["global", "local"]
CHUNK = 65_536


class System(Protocol):
    """What succession needs of a cross-impact matrix."""

    @property
    def layout(self) -> Layout:
        """Sizes and places of the descriptors."""

    @property
    def scores(self) -> IntArray:
        """Scores, shape (states, states)."""

    def scenario(self, codes: IntArray) -> dict[str, str]:
        """Return a scenario by the positions of its states."""


@dataclass(frozen=True)
class Attractor:
    """A consistent scenario, or a cycle of scenarios, where succession ends.

    Attributes
    ----------
    states : tuple of dict
        The scenario, or those of the cycle in the order they follow each other.
    weight : int
        Number of starts that end here.
    starts : int
        Number of starts tried.
    exact : bool
        True when every start was tried; False when they were drawn at random.
    """

    states: tuple[dict[str, str], ...]
    weight: int
    starts: int
    exact: bool = True

    @property
    def share(self) -> float:
        """Share of the starts that end here, between 0 and 1."""
        return self.weight / self.starts

    @property
    def is_cycle(self) -> bool:
        """Whether several scenarios follow each other for ever."""
        return len(self.states) > 1


@dataclass(frozen=True)
class Trajectory:
    """Scenarios met from a start, and where they end.

    Attributes
    ----------
    steps : tuple of dict
        Distinct scenarios in the order they are met, start first.
    returns_to : int
        Position in `steps` of the scenario that follows the last one.
    """

    steps: tuple[dict[str, str], ...]
    returns_to: int

    @property
    def end(self) -> tuple[dict[str, str], ...]:
        """The final scenario, or the scenarios of the final cycle."""
        return self.steps[self.returns_to :]


def successors(
    scores: IntArray,
    layout: Layout,
    codes: IntArray,
    rule: Rule,
    held: Mapping[int, int] | None = None,
) -> IntArray:
    """Codes of the scenarios that follow, shape (scenarios, descriptors).

    Parameters
    ----------
    held : mapping of int to int, optional
        Descriptors that do not move.

    Raises
    ------
    ScenarioError
        When `rule` is unknown.
    """
    if rule not in get_args(Rule):
        raise unknown(rule, get_args(Rule), "succession rule", ScenarioError)
    balance = balances(scores, layout, codes)
    best = np.empty_like(codes)
    shortfall = np.zeros(codes.shape, dtype=balance.dtype)
    rows = np.arange(len(codes))
    for j in range(len(layout.sizes)):
        received = balance[:, layout.block(j)]
        first_best = received.argmax(axis=1)
        own = received[rows, codes[:, j]]
        gap = received[rows, first_best] - own
        best[:, j] = np.where(gap > 0, first_best, codes[:, j])
        shortfall[:, j] = gap
    for j in held or {}:
        best[:, j] = codes[:, j]
        shortfall[:, j] = 0
    if rule == "global":
        return best
    worst = shortfall.argmax(axis=1)
    moved = codes.copy()
    moved[rows, worst] = best[rows, worst]
    return moved


def trajectory(matrix: System, start: IntArray, rule: Rule, held: Mapping[int, int]) -> Trajectory:
    """Follow succession from one start until a scenario comes back."""
    codes = start.copy()
    for j, k in held.items():
        codes[j] = k
    met: dict[tuple[int, ...], int] = {}
    while tuple(codes.tolist()) not in met:
        met[tuple(codes.tolist())] = len(met)
        codes = successors(matrix.scores, matrix.layout, codes[None], rule, held)[0]
    steps = tuple(matrix.scenario(np.array(c)) for c in met)
    return Trajectory(steps, met[tuple(codes.tolist())])


def exact_attractors(
    matrix: System, rule: Rule, held: Mapping[int, int]
) -> tuple[tuple[Attractor, ...], IntArray]:
    """Attractors reached from every start, with exact weights.

    Returns
    -------
    attractors : tuple of Attractor
        In the order of their first scenario.
    basin : array of int, shape (starts,)
        Number of the attractor where each start ends, starts in the order of their codes.
    """
    sizes = matrix.layout.sizes
    choices = [[held[j]] if j in held else range(n) for j, n in enumerate(sizes)]
    follows = _map(matrix, rule, held, choices)
    ends = follows
    for _ in range(len(follows).bit_length()):  # 2**bits steps: every start is on its cycle
        ends = ends[ends]
    landed, place, counts = np.unique(ends, return_inverse=True, return_counts=True)
    cycles: dict[int, list[int]] = {}
    member: dict[int, int] = {}
    for node in landed.tolist():
        if node not in member:
            cycle = _cycle(follows, node)
            cycles[cycle[0]] = cycle
            member.update(dict.fromkeys(cycle, cycle[0]))
    keys = sorted(cycles)
    number = np.array([keys.index(member[node]) for node in landed.tolist()])
    weights = np.bincount(number, weights=counts, minlength=len(keys)).astype(int)
    attractors = tuple(
        Attractor(
            tuple(matrix.scenario(product_codes(choices, n, n + 1)[0]) for n in cycles[key]),
            int(weight),
            len(follows),
        )
        for key, weight in zip(keys, weights, strict=True)
    )
    return attractors, number[place]


def _map(
    matrix: System,
    rule: Rule,
    held: Mapping[int, int],
    choices: Sequence[Sequence[int]],
) -> IntArray:
    """Compute the number of the scenario that follows each one, in chunks."""
    sizes = [len(c) for c in choices]
    total = prod(sizes)
    place = np.array([prod(sizes[j + 1 :]) for j in range(len(sizes))])
    first = np.array([c[0] for c in choices])
    scores = matrix.scores.astype(score_type(matrix.scores))
    follows = np.empty(total, dtype=np.int64)
    for begin in range(0, total, CHUNK):
        codes = product_codes(choices, begin, begin + CHUNK)
        after = successors(scores, matrix.layout, codes, rule, held)
        follows[begin : begin + CHUNK] = (after - first) @ place
    return follows


def _cycle(follows: IntArray, node: int) -> list[int]:
    """Nodes of the cycle through `node`, smallest first."""
    cycle = [node]
    while (after := int(follows[cycle[-1]])) != node:
        cycle.append(after)
    least = cycle.index(min(cycle))
    return cycle[least:] + cycle[:least]


def sampled_attractors(
    matrix: System, rule: Rule, held: Mapping[int, int], samples: int, seed: int
) -> tuple[Attractor, ...]:
    """Attractors reached from starts drawn at random."""
    if samples < 1:
        raise ScenarioError(f"samples must be 1 or more, not {samples}")
    draw = np.random.default_rng(seed)
    sizes = matrix.layout.sizes
    starts = draw.integers(0, sizes, size=(samples, len(sizes)), dtype=np.int16)
    counts: dict[tuple[tuple[int, ...], ...], int] = {}
    known: dict[tuple[int, ...], tuple[tuple[int, ...], ...]] = {}
    for j, k in held.items():
        starts[:, j] = k
    for start in starts:
        end = _landing(matrix, start, rule, held, known)
        counts[end] = counts.get(end, 0) + 1
    return tuple(
        Attractor(
            tuple(matrix.scenario(np.array(c)) for c in end), counts[end], samples, exact=False
        )
        for end in sorted(counts)
    )


def _landing(
    matrix: System,
    codes: IntArray,
    rule: Rule,
    held: Mapping[int, int],
    known: dict[tuple[int, ...], tuple[tuple[int, ...], ...]],
) -> tuple[tuple[int, ...], ...]:
    """Cycle reached from `codes`, smallest scenario first; `known` remembers scenarios met."""
    path: dict[tuple[int, ...], int] = {}
    here = tuple(codes.tolist())
    while here not in path and here not in known:
        path[here] = len(path)
        after = successors(matrix.scores, matrix.layout, np.array([here]), rule, held)
        here = tuple(after[0].tolist())
    if here in known:
        end = known[here]
    else:
        cycle = list(path)[path[here] :]
        least = cycle.index(min(cycle))
        end = tuple(cycle[least:] + cycle[:least])
    known.update(dict.fromkeys(path, end))
    return end
