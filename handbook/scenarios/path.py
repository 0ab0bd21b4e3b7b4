"""From an observed scenario to a target: what differs, in what order, and what must be held."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Literal

import numpy as np

from handbook.core.doors import door
from handbook.scenarios.balance import IntArray
from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix, Rule, Scenario

Case = Literal["accelerate", "redirect"]
MOST_CHANGES = 16  # 65,536 intermediate scenarios


@dataclass(frozen=True)
class Gap:
    """What separates a target from an observed scenario.

    Attributes
    ----------
    cases : dict of str to {"accelerate", "redirect"}
        The two cases of the committee's method: the target agrees with the natural trend, which is
        to be accelerated, or differs from it, and the course is to be redirected.
    """

    cases: dict[str, Case]

    @property
    def changed(self) -> tuple[str, ...]:
        """Issues on which the two differ."""
        return tuple(issue for issue, case in self.cases.items() if case == "redirect")


@dataclass(frozen=True)
class ChangeOrder:
    """Order of changes from one scenario to another.

    Attributes
    ----------
    issues : tuple of str
        Issues in the order they change.
    scenarios : tuple of dict
        Start, scenario after each change, target.
    inconsistency : tuple of int
        Inconsistency of each of these scenarios.
    worst : int
        Highest inconsistency of the intermediate scenarios, start and target left out (0 if none).
    orders : int
        Number of orders that do equally well on `worst` and on the sum.
    """

    issues: tuple[str, ...]
    scenarios: tuple[dict[str, str], ...]
    inconsistency: tuple[int, ...]
    worst: int
    orders: int


@dataclass(frozen=True)
class Forcing:
    """Smallest sets of issues to hold in their target hypothesis.

    Attributes
    ----------
    to_hold : tuple of str
        Issues to hold so that the target, once reached, stays: those it leaves inconsistent.
    to_reach : tuple of tuple of str
        Sets of least size that also lead from the start to the target.
    from_anywhere : tuple of tuple of str
        Sets of least size for which every start leads to the target.
    """

    to_hold: tuple[str, ...]
    to_reach: tuple[tuple[str, ...], ...]
    from_anywhere: tuple[tuple[str, ...], ...]


@door(ScenarioError)
def gap(observed: Scenario, target: Scenario) -> Gap:
    """Compare a target with the observed scenario, issue by issue."""
    missing = set(observed) ^ set(target)
    if missing:
        raise ScenarioError(f"issue {min(missing)!r} is not in both scenarios")
    return Gap({i: "accelerate" if observed[i] == target[i] else "redirect" for i in observed})


@door(ScenarioError)
def best_order(matrix: CrossImpactMatrix, start: Scenario, target: Scenario) -> ChangeOrder:
    """Order of changes whose worst intermediate inconsistency is lowest.

    All subsets of the changed issues are visited (64 for six issues). Among the orders that reach
    the lowest worst value, the one with the lowest sum of intermediate inconsistencies is kept,
    then the first in the order of the issues.

    Raises
    ------
    ScenarioError
        When more than 16 issues change.
    """
    first, last = matrix.codes(start), matrix.codes(target)
    moved = np.flatnonzero(first != last)
    if len(moved) > MOST_CHANGES:
        raise ScenarioError(f"{len(moved)} changes: more than {MOST_CHANGES} cannot be ordered")
    level = _levels(matrix, first, last, moved)
    full = len(level) - 1
    cost = level.copy()
    cost[[0, full]] = 0
    worst = int(_cost_to_go(cost, len(moved), bottleneck=True)[0])
    allowed = np.where(cost <= worst, cost, np.iinfo(np.int32).max)
    ahead = _cost_to_go(allowed, len(moved), bottleneck=False)
    order: list[int] = []
    here = 0
    while here != full:
        order.append(
            min(b for b, after in _next(here, full) if _on_best(here, after, allowed, ahead))
        )
        here |= 1 << order[-1]
    names = list(matrix.descriptors)
    visited = np.cumsum([0, *(1 << b for b in order)])
    codes = [_mixed(first, last, moved, int(subset)) for subset in visited]
    return ChangeOrder(
        issues=tuple(names[moved[b]] for b in order),
        scenarios=tuple(matrix.scenario(c) for c in codes),
        inconsistency=tuple(int(level[subset]) for subset in visited),
        worst=worst,
        orders=_ways(allowed, ahead),
    )


@door(ScenarioError)
def forcing(
    matrix: CrossImpactMatrix, start: Scenario, target: Scenario, rule: Rule = "global"
) -> Forcing:
    """Find the smallest sets of issues to hold so that the target lasts, is reached, or attracts.

    Held issues keep their target hypothesis whatever the others say; the others follow the
    succession `rule`. Every set is tried by increasing size.

    Raises
    ------
    ScenarioError
        When the matrix has more than 16 issues or a million scenarios.
    """
    names = list(matrix.descriptors)
    if len(names) > MOST_CHANGES:
        raise ScenarioError(f"{len(names)} issues: more than {MOST_CHANGES} sets cannot be tried")
    matrix.codes(target)  # names what is missing or unknown
    goal = {d: target[d] for d in names}
    needed = tuple(d for d, value in matrix.inconsistency(goal).items() if value > 0)

    def reaches(held: tuple[str, ...]) -> bool:
        forced = {d: goal[d] for d in held}
        return matrix.trajectory(start, rule, forced=forced).end == (goal,)

    def attracts(held: tuple[str, ...]) -> bool:
        ends = matrix.attractors(rule, forced={d: goal[d] for d in held})
        return [a.states for a in ends] == [(goal,)]

    to_reach: tuple[tuple[str, ...], ...] = ()
    anywhere: tuple[tuple[str, ...], ...] = ()
    for size in range(len(needed), len(names) + 1):
        sets = [s for s in combinations(names, size) if set(needed) <= set(s)]
        to_reach = to_reach or tuple(s for s in sets if reaches(s))
        if to_reach:
            anywhere = tuple(s for s in sets if attracts(s))
        if anywhere:
            break
    return Forcing(needed, to_reach, anywhere)


@door(ScenarioError)
def worst_orders(matrix: CrossImpactMatrix, start: Scenario, target: Scenario) -> dict[int, int]:
    """Count the orders of change by their worst intermediate inconsistency.

    Shows what a well chosen order saves. At most eight changes (40,320 orders) are counted.
    """
    first, last = matrix.codes(start), matrix.codes(target)
    moved = np.flatnonzero(first != last)
    if len(moved) > 8:
        raise ScenarioError(f"{len(moved)} changes: the orders of more than 8 are not counted")
    level = _levels(matrix, first, last, moved).tolist()
    counts: dict[int, int] = {}
    for order in permutations(range(len(moved))):
        subset, worst = 0, 0
        for b in order[:-1]:
            subset |= 1 << b
            worst = max(worst, level[subset])
        counts[worst] = counts.get(worst, 0) + 1
    return dict(sorted(counts.items()))


@door(ScenarioError)
def best_first_steps(
    matrix: CrossImpactMatrix, start: Scenario, target: Scenario
) -> tuple[str, ...]:
    """Issues that open at least one order of lowest worst intermediate inconsistency.

    `best_order` keeps a single order; this says which other first changes are worth as much.
    """
    for given in (start, target):
        matrix.codes(given)  # names what is missing or unknown
    worst: dict[str, int] = {}
    for issue in (i for i in matrix.descriptors if start[i] != target[i]):
        changed = {**start, issue: target[issue]}
        after = max(matrix.inconsistency(changed).values()) if changed != target else 0
        worst[issue] = max(after, min(worst_orders(matrix, changed, target)))
    return tuple(issue for issue, value in worst.items() if value == min(worst.values()))


def _mixed(first: IntArray, last: IntArray, moved: IntArray, subset: int) -> IntArray:
    """Codes of the start once the changes of `subset` are made."""
    codes = first.copy()
    for b, j in enumerate(moved):
        if subset >> b & 1:
            codes[j] = last[j]
    return codes


def _levels(
    matrix: CrossImpactMatrix, first: IntArray, last: IntArray, moved: IntArray
) -> IntArray:
    """Inconsistency after each subset of changes, shape (2 ** changes,)."""
    codes = np.array([_mixed(first, last, moved, s) for s in range(1 << len(moved))])
    consistency, _ = matrix.evaluate(codes)
    return np.maximum(0, -consistency)


def _next(subset: int, full: int) -> list[tuple[int, int]]:
    """List the changes still to make, with the subset each one leads to."""
    rest = [b for b in range(full.bit_length()) if not subset >> b & 1]
    return [(b, subset | 1 << b) for b in rest]


def _cost_to_go(cost: IntArray, changes: int, *, bottleneck: bool) -> IntArray:
    """Lowest maximum (or sum) of the costs still to be met after each subset."""
    full = (1 << changes) - 1
    ahead = np.zeros(1 << changes, dtype=np.int64)
    for subset in range(full - 1, -1, -1):
        steps = [(int(cost[after]), int(ahead[after])) for _, after in _next(subset, full)]
        ahead[subset] = min(max(s) if bottleneck else sum(s) for s in steps)
    return ahead


def _on_best(here: int, after: int, cost: IntArray, ahead: IntArray) -> bool:
    """Tell whether the step lies on a way of lowest sum."""
    return bool(ahead[here] == cost[after] + ahead[after])


def _ways(cost: IntArray, ahead: IntArray) -> int:
    """Count the orders of lowest sum."""
    full = len(cost) - 1
    ways = np.zeros(len(cost), dtype=object)
    ways[full] = 1
    for subset in range(full - 1, -1, -1):
        best = [a for _, a in _next(subset, full) if _on_best(subset, a, cost, ahead)]
        ways[subset] = sum(ways[a] for a in best)
    return int(ways[0])
