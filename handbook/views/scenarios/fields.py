"""Make of any cross-impact matrix, and of what is known of it, the field that the view shows."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

import pandas as pd

from handbook.scenarios import (
    CrossImpactMatrix,
    Hypothesis,
    Issue,
    MorphologicalField,
    ScenarioError,
    Setting,
    words,
)

__all__ = ["field_of"]

_JUDGED = ("justification", "locator", "confidence")
_ABSENT = "absent"  # confidence of a score of which nobody said anything
_LEVERS = ("action", "actor", "partners", "indicator")


def field_of(
    matrix: CrossImpactMatrix,
    *,
    observed: Mapping[str, str] | None = None,
    target: Mapping[str, str] | None = None,
    judgements: pd.DataFrame | None = None,
    levers: pd.DataFrame | None = None,
    doubt: pd.DataFrame | None = None,
) -> MorphologicalField:
    """Return a field whose issues are the descriptors; its hypotheses are called 1A, 1B, 2A.

    The parameters are those of `ScenarioExplorer`.

    Raises
    ------
    ScenarioError
        When a descriptor offers no choice, or a table names what the matrix does not hold.
    """
    issues = tuple(_issue(rank, d, s) for rank, (d, s) in enumerate(_choices(matrix), start=1))
    tables = {
        "impacts": _impacts(matrix, issues, judgements),
        "levers": _levers(issues, levers),
        "criteria": _no_criterion(),
        "profiles": pd.DataFrame(columns=["hypothesis_id", "criterion_id", "profile", "hesitant"]),
        "perturbation": _with_columns(doubt, ("confidence", "shift", "probability"), "doubt"),
    }
    _check_doubt(tables["impacts"], tables["perturbation"])
    settings = (
        *_settings("observed", matrix, issues, _first(matrix) if observed is None else observed),
        *_settings("target", matrix, issues, target or {}),
    )
    return MorphologicalField(issues, settings, tables)


def _no_criterion() -> pd.DataFrame:
    columns = ["issue_id", "criterion_id", "label", "jobs"]
    return pd.DataFrame(columns=columns).astype({"jobs": bool})


def _choices(matrix: CrossImpactMatrix) -> list[tuple[str, tuple[str, ...]]]:
    for descriptor, states in matrix.descriptors.items():
        if not 2 <= len(states) <= len(ascii_uppercase):
            raise ScenarioError(
                f"descriptor {descriptor!r} has {len(states)} states: from 2 to"
                f" {len(ascii_uppercase)} can be chosen from"
            )
    return list(matrix.descriptors.items())


def _issue(rank: int, descriptor: str, states: tuple[str, ...]) -> Issue:
    hypotheses = tuple(
        Hypothesis(f"{rank}{letter}", letter, state, state, "", "", "")
        for letter, state in zip(ascii_uppercase, states, strict=False)
    )
    return Issue(descriptor, rank, descriptor, descriptor, "", "", (), hypotheses)


def _first(matrix: CrossImpactMatrix) -> dict[str, str]:
    """Return the first scenario that holds, else the first of all."""
    consistent = matrix.consistent_scenarios().head(1).to_dict("records")
    start = consistent[0] if consistent else {d: s[0] for d, s in matrix.descriptors.items()}
    return {descriptor: str(start[descriptor]) for descriptor in matrix.descriptors}


def _settings(
    role: Any,  # noqa: ANN401 - a literal of the room
    matrix: CrossImpactMatrix,
    issues: tuple[Issue, ...],
    scenario: Mapping[str, str],
) -> list[Setting]:
    chosen = matrix.positions(scenario)
    if role == "observed":
        matrix.codes(scenario)  # names the descriptor that is left out
    return [
        Setting(
            role,
            issue.id,
            None,
            "not_formalised",
            issue.hypotheses[chosen[at]].id if at in chosen else None,
            "",
            (),
            "",
        )
        for at, issue in enumerate(issues)
    ]


def _impacts(
    matrix: CrossImpactMatrix, issues: tuple[Issue, ...], judgements: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the scores of each state on each descriptor, with what is said of them."""
    said = _said(matrix, judgements)
    rows = []
    for number, source in enumerate(one for issue in issues for one in issue.hypotheses):
        for at, issue in enumerate(issues):
            scores = matrix.scores[number, matrix.layout.block(at)].tolist()
            judgement = said.get((number, issue.id))
            if judgement is not None or any(scores):
                rows.append(
                    {
                        "source_hypothesis_id": source.id,
                        "target_issue_id": issue.id,
                        **(judgement or _unsaid(issue, scores)),
                        **{
                            f"score_{one.letter.lower()}": score
                            for one, score in zip(issue.hypotheses, scores, strict=True)
                        },
                    }
                )
    columns = ["source_hypothesis_id", "target_issue_id", *_JUDGED]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def _said(
    matrix: CrossImpactMatrix, judgements: pd.DataFrame | None
) -> dict[tuple[int, str], dict[str, str]]:
    """Return what is said of the influence of a state (its row) on a descriptor."""
    wanted = ("source", "source_state", "target", "justification")
    said = {}
    for row in _with_columns(judgements, wanted, "judgements").to_dict("records"):
        target = str(row["target"])
        if target not in matrix.descriptors:
            raise ScenarioError(f"judgements: the matrix has no descriptor {target!r}")
        texts = {key: _text(row.get(key)) for key in _JUDGED}
        texts["confidence"] = texts["confidence"] or _ABSENT
        said[matrix.row(str(row["source"]), str(row["source_state"])), target] = texts
    return said


def _unsaid(issue: Issue, scores: list[int]) -> dict[str, str]:
    """Say the scores themselves where nobody wrote why."""
    listed = ", ".join(
        f"{words.signed(score)} sur {words.dotted(one.id)}"
        for one, score in zip(issue.hypotheses, scores, strict=True)
    )
    text = f"scores de la matrice, {listed}."
    return {"justification": text, "locator": "", "confidence": _ABSENT}


def _levers(issues: tuple[Issue, ...], levers: pd.DataFrame | None) -> pd.DataFrame:
    given = _with_columns(levers, ("descriptor", "state", "action", "horizon_years"), "levers")
    ids = {(issue.id, one.title): one.id for issue in issues for one in issue.hypotheses}
    rows = []
    for row in given.to_dict("records"):
        place = (str(row["descriptor"]), str(row["state"]))
        if place not in ids:
            raise ScenarioError(f"levers: the matrix has no {place[0]!r} {place[1]!r}")
        texts = {key: _text(row.get(key)) for key in (*_LEVERS, "figures")}
        rows.append(
            {
                "hypothesis_id": ids[place],
                "case": _text(row.get("case")) or "both",
                "role": _text(row.get("role")) or "lead",
                "horizon_years": int(row["horizon_years"]),
                "jobs": row.get("jobs") is True,
                **texts,
            }
        )
    columns = ["hypothesis_id", "case", "role", "horizon_years", "jobs", *_LEVERS, "figures"]
    return pd.DataFrame(rows, columns=columns)


def _check_doubt(impacts: pd.DataFrame, doubt: pd.DataFrame) -> None:
    unmeasured = {*impacts["confidence"], _ABSENT} - {*doubt["confidence"]}
    if len(doubt) and unmeasured:
        raise ScenarioError(f"doubt: no error is given for the confidence {sorted(unmeasured)}")


def _text(value: Any) -> str:  # noqa: ANN401 - a cell of a table
    return "" if value is None or pd.isna(value) else str(value)


def _with_columns(frame: pd.DataFrame | None, wanted: tuple[str, ...], what: str) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame(columns=list(wanted))
    missing = [column for column in wanted if column not in frame]
    if missing:
        raise ScenarioError(f"{what}: the columns {missing} are missing; have {list(frame)}")
    return frame
