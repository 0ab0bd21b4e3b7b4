"""Morphological field: issues, their hypotheses, and what is known or judged of each.

A scenario chooses one hypothesis for each issue. Hypotheses A, B and C are names, not degrees: the
distance between two scenarios is the number of issues on which they differ. Criteria differ from
one issue to the next, so a profile is read side by side and never summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix, Scenario

Role = Literal["observed", "target"]
TABLES = (
    "issues",
    "context",
    "hypotheses",
    "criteria",
    "profiles",
    "settings",
    "impacts",
    "perturbation",
    "exclusions",
    "levers",
)


@dataclass(frozen=True)
class Hypothesis:
    """One possible course of an issue; texts are in French."""

    id: str
    letter: str
    title: str
    annex_title: str
    description: str
    story: str
    locator: str


@dataclass(frozen=True)
class Issue:
    """One issue and its hypotheses, in order; texts are in French."""

    id: str
    rank: int
    title: str
    short_title: str
    question: str
    locator: str
    context: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True)
class Setting:
    """Observed or target hypothesis of an issue.

    Attributes
    ----------
    written : str or None
        Hypothesis that the study writes, if any.
    status : str
        ``written``, ``illustration``, ``illegible`` (a lost picture) or ``not_formalised``.
    assumed : str or None
        Hypothesis taken until the reader chooses another.
    """

    role: Role
    issue_id: str
    written: str | None
    status: str
    assumed: str | None
    reason: str
    figures: tuple[str, ...]
    locator: str

    @property
    def is_assumption(self) -> bool:
        """Whether the hypothesis is ours and not the study's."""
        return self.written is None and self.assumed is not None


@dataclass(frozen=True)
class MorphologicalField:
    """Issues and hypotheses of a study, with the tables that qualify them.

    Attributes
    ----------
    issues : tuple of Issue
        In the order of the study.
    settings : tuple of Setting
    tables : mapping of str to DataFrame
        The tables as given, by name without prefix (see `TABLES`).
    """

    issues: tuple[Issue, ...]
    settings: tuple[Setting, ...]
    tables: Mapping[str, pd.DataFrame]

    @classmethod
    @door(ScenarioError)
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], prefix: str = "cabinets_") -> Self:
        """Build the field from its data tables.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            The tables named in `TABLES`, with or without `prefix`.

        Raises
        ------
        ScenarioError
            When a table is missing, or names an unknown issue or hypothesis.
        """
        known = {str(name).removeprefix(prefix): table for name, table in tables.items()}
        for name in TABLES:
            if name not in known:
                raise ScenarioError(f"table {prefix}{name} is missing")
        issues = tuple(_issue(row, known) for row in _records(known["issues"].sort_values("rank")))
        field = cls(issues, tuple(_setting(row) for row in _records(known["settings"])), known)
        field._check()
        return field

    def _check(self) -> None:
        """Raise when a table names an issue or a hypothesis that does not exist."""
        columns = {
            "profiles": ("hypothesis_id",),
            "settings": ("hypothesis_id", "assumed_hypothesis_id"),
            "impacts": ("source_hypothesis_id",),
            "exclusions": ("first_hypothesis_id", "second_hypothesis_id"),
            "levers": ("hypothesis_id",),
        }
        for name, keys in columns.items():
            for key in keys:
                for value in self.tables[name][key].dropna().unique():
                    if value not in self.hypotheses:
                        what = f"hypothesis in table {name}, column {key}:"
                        raise unknown(value, self.hypotheses, what, ScenarioError)
        for issue in self.tables["impacts"]["target_issue_id"].unique():
            self.issue(issue)

    @cached_property
    def hypotheses(self) -> dict[str, Hypothesis]:
        """Every hypothesis by identifier."""
        return {h.id: h for issue in self.issues for h in issue.hypotheses}

    @cached_property
    def issue_of(self) -> dict[str, str]:
        """Issue of each hypothesis."""
        return {h.id: issue.id for issue in self.issues for h in issue.hypotheses}

    def issue(self, issue_id: str) -> Issue:
        """One issue by identifier."""
        for issue in self.issues:
            if issue.id == issue_id:
                return issue
        raise unknown(issue_id, [issue.id for issue in self.issues], "issue", ScenarioError)

    def matrix(self) -> CrossImpactMatrix:
        """Cross-impact matrix of the judgements, hypotheses as states of the issues."""
        descriptors = {i.id: tuple(h.id for h in i.hypotheses) for i in self.issues}
        total = len(self.hypotheses)
        matrix = CrossImpactMatrix(descriptors, np.zeros((total, total), dtype=int))
        place = {name: matrix.row(self.issue_of[name], name) for name in self.hypotheses}
        return matrix.with_cells(
            {
                (place[row["source_hypothesis_id"]], place[hypothesis.id]): int(
                    row[f"score_{hypothesis.letter.lower()}"]
                )
                for row in _records(self.tables["impacts"])
                for hypothesis in self.issue(row["target_issue_id"]).hypotheses
            }
        )

    def judgement(self, source: str, target_issue: str) -> dict[str, Any] | None:
        """Scores, justification, locator and confidence of one judgement; None if absent."""
        return self._judgements.get((source, target_issue))

    @cached_property
    def _judgements(self) -> dict[tuple[str, str], dict[str, Any]]:
        rows = _records(self.tables["impacts"])
        return {(r["source_hypothesis_id"], r["target_issue_id"]): r for r in rows}

    def setting(self, role: Role, issue_id: str) -> Setting:
        """Observed or target setting of one issue."""
        for setting in self.settings:
            if (setting.role, setting.issue_id) == (role, issue_id):
                return setting
        raise ScenarioError(f"no {role} setting for issue {issue_id!r}")

    def observed(self) -> dict[str, str]:
        """Observed scenario: what the study writes, else the assumed hypothesis."""
        return self._chosen("observed")

    def target(self) -> dict[str, str]:
        """Target hypotheses, for the issues that have one."""
        return self._chosen("target")

    def _chosen(self, role: Role) -> dict[str, str]:
        settings = {i.id: self.setting(role, i.id) for i in self.issues}
        chosen = {i: s.written or s.assumed for i, s in settings.items()}
        return {i: h for i, h in chosen.items() if h is not None}

    @door(ScenarioError)
    def completed_target(self, matrix: CrossImpactMatrix) -> dict[str, str]:
        """Complete the target by the consistent scenario that contains it, nearest to observed.

        Ties go to the higher total impact score, then to the order of the hypotheses.

        Raises
        ------
        ScenarioError
            When no consistent scenario contains the target hypotheses.
        """
        wanted = self.target()
        observed = self.observed()
        table = matrix.consistent_scenarios()
        rows = table.to_dict("records")
        fitting = [r for r in rows if all(r[i] == h for i, h in wanted.items())]
        if not fitting:
            raise ScenarioError(f"no consistent scenario contains {', '.join(wanted.values())}")
        best = min(
            fitting,
            key=lambda r: (sum(r[i] != observed[i] for i in observed), -r["total_impact"]),
        )
        return {i.id: best[i.id] for i in self.issues}

    def code(self, scenario: Scenario) -> str:
        """Short name of a scenario: its letters in the order of the issues, such as ``CAAABA``."""
        return "".join(self.hypotheses[scenario[i.id]].letter for i in self.issues)

    def scenario(self, code: str) -> dict[str, str]:
        """Inverse of `code`."""
        if len(code) != len(self.issues):
            raise ScenarioError(f"{code!r} must have {len(self.issues)} letters, one an issue")
        chosen = {}
        for letter, issue in zip(code, self.issues, strict=True):
            by_letter = {h.letter: h.id for h in issue.hypotheses}
            if letter not in by_letter:
                raise ScenarioError(f"{code!r}: issue {issue.id!r} has no hypothesis {letter!r}")
            chosen[issue.id] = by_letter[letter]
        return chosen

    def profiles(self, scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
        """Criteria profiles of several scenarios, side by side.

        Parameters
        ----------
        scenarios : mapping of str to scenario
            Scenarios by column name.

        Returns
        -------
        DataFrame
            One row a criterion: ``issue_id``, ``criterion_id``, ``label``, ``jobs`` (whether it is
            about jobs or skills), then one text a scenario, with a question mark where the study
            itself doubts.
        """
        text = {
            (row["hypothesis_id"], row["criterion_id"]): row["profile"]
            + ("\u202f?" if bool(row["hesitant"]) else "")
            for row in _records(self.tables["profiles"])
        }
        criteria = self.tables["criteria"][["issue_id", "criterion_id", "label", "jobs"]].copy()
        for name, scenario in scenarios.items():
            pairs = zip(criteria["issue_id"], criteria["criterion_id"], strict=True)
            criteria[name] = [text[scenario[issue], criterion] for issue, criterion in pairs]
        return criteria

    def story(self, scenario: Scenario) -> str:
        """Tell a scenario in one French paragraph, one sentence an issue."""
        return " ".join(self.hypotheses[scenario[i.id]].story for i in self.issues)

    def excluded_pairs(self) -> list[dict[str, str]]:
        """List, as partial scenarios, the combinations that the study's own words contradict."""
        table = self.tables["exclusions"].query("kind == 'exclusion'")
        pairs = table[["first_hypothesis_id", "second_hypothesis_id"]].to_numpy().tolist()
        return [{self.issue_of[a]: a, self.issue_of[b]: b} for a, b in pairs]


@door(ScenarioError)
def distance(first: Scenario, second: Scenario) -> int:
    """Count the issues on which two scenarios differ (Hamming distance)."""
    if first.keys() != second.keys():
        alone = ", ".join(sorted(map(str, first.keys() ^ second.keys())))
        raise ScenarioError(f"two scenarios of the same issues are compared; only one has {alone}")
    return sum(first[issue] != second[issue] for issue in first)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _text(value: Any) -> str | None:  # noqa: ANN401 - a cell of a table
    return None if pd.isna(value) or value == "" else str(value)


def _issue(row: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Issue:
    context = tables["context"].query("issue_id == @row['issue_id']").sort_values("rank")
    mine = tables["hypotheses"].query("issue_id == @row['issue_id']").sort_values("letter")
    hypotheses = tuple(
        Hypothesis(
            id=h["hypothesis_id"],
            letter=h["letter"],
            title=h["title"],
            annex_title=h["annex_title"],
            description=h["description"],
            story=h["story"],
            locator=h["locator"],
        )
        for h in _records(mine)
    )
    if not hypotheses:
        raise ScenarioError(f"issue {row['issue_id']!r} has no hypothesis")
    return Issue(
        id=row["issue_id"],
        rank=int(row["rank"]),
        title=row["title"],
        short_title=row["short_title"],
        question=row["question"],
        locator=row["locator"],
        context=tuple(context["factor"]),
        hypotheses=hypotheses,
    )


def _setting(row: Mapping[str, Any]) -> Setting:
    return Setting(
        role=row["role"],
        issue_id=row["issue_id"],
        written=_text(row["hypothesis_id"]),
        status=row["status"],
        assumed=_text(row["assumed_hypothesis_id"]),
        reason=row["reason"],
        figures=tuple((_text(row["figures"]) or "").split()),
        locator=row["locator"],
    )
