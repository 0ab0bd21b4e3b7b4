"""Why a scenario does not hold, and the cheapest ways to make it hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from handbook.core.checks import check_work
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix, Scenario

SCALE = 3  # scores usually lie between -3 and 3


@dataclass(frozen=True)
class ScoreChange:
    """Change of one score: ``source`` and ``target`` are (descriptor, state)."""

    source: tuple[str, str]
    target: tuple[str, str]
    old: int
    new: int


@door(ScenarioError)
def influences(matrix: CrossImpactMatrix, scenario: Scenario) -> pd.DataFrame:
    """Effect of every chosen state on every other, against the best rival.

    Returns
    -------
    DataFrame
        ``descriptor``, ``state``, ``rival`` (the rival state of highest balance, the first on a
        tie), ``shortfall`` (inconsistency of the descriptor), ``source``, ``source_state``,
        ``own_score``, ``rival_score`` and ``effect`` = own - rival: negative when that judgement
        speaks against the chosen state. Descriptors with a single state are left out.
    """
    matrix.codes(scenario)
    balance = matrix.balance(scenario)
    rows = []
    for target, received in balance.items():
        own = scenario[target]
        rivals = {s: b for s, b in received.items() if s != own}
        if not rivals:
            continue
        rival = max(rivals, key=lambda s: rivals[s])
        for source in matrix.descriptors:
            cell = (source, scenario[source])
            mine, other = matrix.score(cell, (target, own)), matrix.score(cell, (target, rival))
            shortfall = max(0, rivals[rival] - received[own])
            rows.append((target, own, rival, shortfall, *cell, mine, other, mine - other))
    columns = [
        "descriptor",
        "state",
        "rival",
        "shortfall",
        "source",
        "source_state",
        "own_score",
        "rival_score",
        "effect",
    ]
    return pd.DataFrame(rows, columns=columns)


@door(ScenarioError)
def reasons(matrix: CrossImpactMatrix, scenario: Scenario) -> pd.DataFrame:
    """Judgements that make a scenario inconsistent, the strongest first.

    Returns
    -------
    DataFrame
        Rows of `influences` of negative effect on an inconsistent descriptor, by decreasing
        shortfall, then effect; empty for a consistent scenario.
    """
    table = influences(matrix, scenario)
    against = table[(table["shortfall"] > 0) & (table["effect"] < 0)]
    ordered = against.sort_values(["shortfall", "effect"], ascending=[False, True], kind="stable")
    return ordered.reset_index(drop=True)


@door(ScenarioError)
def nearest_consistent(
    matrix: CrossImpactMatrix,
    scenario: Scenario,
    keep: Iterable[str] = (),
    exclusions: Iterable[Scenario] = (),
) -> pd.DataFrame:
    """Consistent scenarios by increasing number of issues to change.

    Parameters
    ----------
    keep : iterable of str
        Descriptors whose state must not change.
    exclusions : iterable of partial scenarios
        Combinations that no scenario may contain.

    Returns
    -------
    DataFrame
        Columns of `CrossImpactMatrix.table`, then ``distance`` and ``changed`` (names of the
        changed descriptors); ties by higher total impact score. Empty when there is none.
    """
    matrix.codes(scenario)
    kept = list(keep)
    for name in kept:
        if name not in matrix.descriptors:
            raise unknown(name, matrix.descriptors, "descriptor in `keep`:", ScenarioError)
    table = matrix.consistent_scenarios(exclusions=exclusions)
    names = list(matrix.descriptors)
    differs = np.column_stack([table[d].to_numpy() != scenario[d] for d in names])
    table["distance"] = differs.sum(axis=1)
    table["changed"] = [
        tuple(d for d, moved in zip(names, row, strict=True) if moved) for row in differs
    ]
    for name in kept:
        table = table[table[name] == scenario[name]]
    return table.sort_values(
        ["distance", "total_impact"], ascending=[True, False], kind="stable"
    ).reset_index(drop=True)


@door(ScenarioError)
def readings(matrix: CrossImpactMatrix, known: Scenario) -> pd.DataFrame:
    """Every scenario that keeps what is known of a situation, and how far each is from holding.

    Parameters
    ----------
    known : mapping of str to str
        States of the descriptors that are known; the others take every state in turn.

    Returns
    -------
    DataFrame
        Columns of `CrossImpactMatrix.table`, then ``changes``: the least number of descriptors,
        known ones included, to change to reach a consistent scenario.

    Raises
    ------
    ScenarioError
        When no scenario is consistent, or a name is unknown.
    """
    held = matrix.positions(known)
    holding = matrix.consistent_scenarios()
    if holding.empty:
        raise ScenarioError("no scenario is consistent: no reading has a way to one")
    codes = matrix.every_code()
    for position, state in held.items():
        codes = codes[codes[:, position] == state]
    names = list(matrix.descriptors)
    goals = np.array(
        [matrix.codes(dict(zip(names, row, strict=True))) for row in holding[names].to_numpy()]
    )
    sizes = [(len(codes), "readings"), (len(goals), "consistent scenarios"), (len(names), "issues")]
    check_work(sizes, 2e9, "more descriptors must be known", ScenarioError)
    changes = (codes[:, None] != goals[None]).sum(axis=2).min(axis=1)
    return matrix.table(codes).assign(changes=changes)


@door(ScenarioError)
def completions(matrix: CrossImpactMatrix, chosen: Scenario, tolerance: int = 0) -> pd.DataFrame:
    """Consistent scenarios that contain a partial choice; what is left open is « not known ».

    Parameters
    ----------
    chosen : mapping of str to str
        States of some descriptors.

    Returns
    -------
    DataFrame
        Rows of `CrossImpactMatrix.consistent_scenarios`; empty when no future fits the choice.
    """
    matrix.positions(chosen)
    table = matrix.consistent_scenarios(tolerance)
    for descriptor, state in chosen.items():
        table = table[table[descriptor] == state]
    return table.reset_index(drop=True)


@door(ScenarioError, tolerance=(0, 10**9), scale=(1, 10**6))
def cheapest_scores(
    matrix: CrossImpactMatrix, scenario: Scenario, tolerance: int = 0, scale: int = SCALE
) -> tuple[ScoreChange, ...]:
    """Smallest change of the scores, in points, that makes a scenario consistent.

    Each inconsistent descriptor needs points for its own state, or fewer for its rivals; one point
    on the own balance serves against all rivals, so the cheapest mix is found by trying each
    number of points on the own balance. Points go first to the judgements most opposed.

    Parameters
    ----------
    tolerance : int
        Inconsistency that may remain.
    scale : int
        Largest absolute value of a score.

    Raises
    ------
    ScenarioError
        When no scores within the scale suffice.
    """
    changes: list[ScoreChange] = []
    balance = matrix.balance(scenario)
    for target, received in balance.items():
        own = scenario[target]
        gaps = {s: b - received[own] - tolerance for s, b in received.items() if s != own}
        if not gaps or max(gaps.values()) <= 0:
            continue
        raised = _room(matrix, scenario, target, own, scale, up=True)
        lowered = {s: _room(matrix, scenario, target, s, scale, up=False) for s in gaps}
        room = {s: sum(r.values()) for s, r in lowered.items()}
        feasible = [
            (points + sum(max(0, g - points) for g in gaps.values()), -points)
            for points in range(min(sum(raised.values()), max(gaps.values())) + 1)
            if all(g - points <= room[s] for s, g in gaps.items())
        ]
        if not feasible:
            raise ScenarioError(f"no scores within {scale} make {target}.{own} consistent")
        points = -min(feasible)[1]
        changes += _spread(matrix, raised, (target, own), points)
        for state, gap in gaps.items():
            changes += _spread(matrix, lowered[state], (target, state), -max(0, gap - points))
    return tuple(changes)


def _room(
    matrix: CrossImpactMatrix, scenario: Scenario, target: str, state: str, scale: int, *, up: bool
) -> dict[tuple[str, str], int]:
    """Points by which each score on a state may rise (or fall), most opposed score first."""
    cells = [(d, scenario[d]) for d in matrix.descriptors if d != target]
    score = {cell: matrix.score(cell, (target, state)) for cell in cells}
    sign = 1 if up else -1
    room = {cell: max(0, scale - sign * value) for cell, value in score.items()}
    return dict(sorted(room.items(), key=lambda item: -item[1]))


def _spread(
    matrix: CrossImpactMatrix,
    room: dict[tuple[str, str], int],
    target: tuple[str, str],
    points: int,
) -> list[ScoreChange]:
    """Give `points` (of either sign) to the scores that have room, in order."""
    changes = []
    left = abs(points)
    for cell, available in room.items():
        step = min(left, available)
        if step:
            old = matrix.score(cell, target)
            changes.append(ScoreChange(cell, target, old, old + (step if points > 0 else -step)))
            left -= step
    return changes
