"""Explorer of scenarios: choose hypotheses, see whether they hold, why, and the plan.

Python computes with `handbook.scenarios`; the page has its own copy of the same rules in
``balances.js`` and ``words.js``, held equal by a test. Any cross-impact matrix will do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import traitlets

from handbook.core.doors import door
from handbook.core.french import NARROW, NBSP, joined, percent
from handbook.scenarios import (
    ActionPlan,
    CrossImpactMatrix,
    MorphologicalField,
    ScenarioError,
    action_plan,
    completions,
    noise_by_confidence,
    robustness,
    words,
)
from handbook.views.base.errors import StateError, ViewError
from handbook.views.base.explorer import (
    Choice,
    Choices,
    Explorer,
    Field,
    State,
    Summary,
    source_entries,
)
from handbook.views.scenarios.data import Wording, check_size, page_data
from handbook.views.scenarios.fields import field_of

__all__ = ["OPEN", "ScenarioExplorer", "Wording"]

OPEN = "-"
"""Letter of an issue left open: « je ne sais pas »."""

ALL = "tous"
"""Every actor, or every horizon."""

_EDIT = re.compile(r"(\d+[A-Z])(\d+[A-Z])(-?\d{1,7})")
_COLUMNS = ["Enjeu", "Hypothèse choisie", "Soutien", "Meilleure rivale", "Verdict"]
_IF = "Si l’on suit ces scores"
_CAPTION = "Soutien que chaque hypothèse reçoit des autres choix"


@dataclass(frozen=True)
class _Coded(Field):
    """A field whose values are too many to list: the page knows their form."""

    def __post_init__(self) -> None:
        """Accept no listed value."""


@dataclass(frozen=True)
class _Code(_Coded):
    """A future, one letter an issue; the empty text or open letters where `blank` allows them."""

    letters: tuple[str, ...] = ()
    blank: str = ""

    def check(self, value: object) -> object:
        """Return a code whose letters are hypotheses, or raise naming what is wrong."""
        if value == "" and self.blank == "empty":
            return value
        more = OPEN if self.blank == "open" else ""
        known = isinstance(value, str) and len(value) == len(self.letters)
        if not known or any(
            a not in b + more for a, b in zip(str(value), self.letters, strict=True)
        ):
            choices = "".join(f"[{one}{more}]" for one in self.letters)
            raise StateError(f"{self.key}: {value!r} does not read {choices}")
        return value


@dataclass(frozen=True)
class _Edits(_Coded):
    """Scores that differ from the authors', such as ``1A3B-2``, in the order of the matrix."""

    scores: Mapping[tuple[str, str], int] | None = None
    most: int = 0

    def check(self, value: object) -> object:
        """Return the edits sorted, without those that change nothing."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._error(value, "a list of edits such as '1A3B-2', not")
        given: dict[tuple[str, str], int] = {}
        for token in value:
            match = _EDIT.fullmatch(token) if isinstance(token, str) else None
            place = (match[1], match[2]) if match else ("", "")
            score = int(match[3]) if match else self.most + 1
            if place not in (self.scores or {}) or place in given or abs(score) > self.most:
                raise StateError(
                    f"{self.key}: {token!r} is not an edit such as '1A3B-2': two hypotheses of"
                    f" different issues, once, and a score from {-self.most} to {self.most}"
                )
            given[place] = score
        return [
            f"{a}{b}{given[a, b]}"
            for (a, b), own in (self.scores or {}).items()
            if given.get((a, b), own) != own
        ]


class ScenarioExplorer(Explorer):
    """Choose one hypothesis an issue; the view says whether that future holds, why, and the plan.

    Attributes
    ----------
    choice
        The future chosen, one letter an issue, ``-`` where it is left open.
    observed
        The situation taken as observed: the reader's assumption.
    start
        The future one started from: what differs from it is listed.
    compared
        Another future to set beside, or the empty text.
    actor, horizon
        Whose actions the plan keeps, and of which horizon in years; ``tous`` for all.
    scores
        Scores that the reader changed, such as ``1A3B-2``.
    scenario
        The choice as descriptor -> state of the matrix; those left open are absent. May be
        assigned.
    matrix
        The cross-impact matrix with the reader's scores. May be assigned.

    Examples
    --------
    >>> view = ScenarioExplorer(scenarios.read_scw("project.scw"))  # doctest: +SKIP
    >>> view.choice = "CCCBCA"  # doctest: +SKIP
    >>> view.matrix.consistent_scenarios()  # doctest: +SKIP
    """

    name = "scenarios"

    choice = Choice()
    observed = Choice()
    start = Choice()
    compared = Choice()
    actor = Choice()
    horizon = Choice()
    scores = Choices()
    scenario = traitlets.Dict()
    matrix = traitlets.Instance(CrossImpactMatrix)

    @door(ViewError)
    def __init__(
        self,
        matrix: CrossImpactMatrix | MorphologicalField,
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        choice: str | None = None,
        wording: Wording | None = None,
        **known: Any,  # noqa: ANN401 - those of field_of
    ) -> None:
        """Hold a cross-impact matrix, or a field of issues and hypotheses that has one.

        Parameters
        ----------
        matrix
            From `handbook.scenarios.read_scw`, `handbook.scenarios.matrix_from_frame` or any other
            way; a `MorphologicalField` comes with its own tables.
        sources
            See :func:`handbook.views.base.explorer.source_entries`.
        choice
            The first future; by default the one taken as observed.
        wording
            What is said of where the matrix comes from.
        **known
            Of a matrix alone, all optional: ``observed`` and ``target``, scenarios (by default the
            first consistent one, and none); ``judgements``, a frame with ``source``,
            ``source_state``, ``target``, ``justification``, and ``locator`` and ``confidence`` if
            known; ``levers``, a frame with ``descriptor``, ``state``, ``action``,
            ``horizon_years``, and ``case`` (``both``, ``accelerate`` or ``redirect``), ``actor``,
            ``partners`` and ``indicator`` if known; ``doubt``, a frame with ``confidence``,
            ``shift`` and ``probability``: how far a score may be off.

        Raises
        ------
        ScenarioError
            If a table names what the matrix does not hold, or there are too many futures for a
            page.
        """
        if isinstance(matrix, CrossImpactMatrix):
            check_size(matrix)
            self._field, self._given = field_of(matrix, **known), matrix
        else:
            if known:
                raise ViewError(f"a field comes with its own tables: {sorted(known)} are refused")
            self._field, self._given = matrix, matrix.matrix()
        field = self._field
        self._origin = CrossImpactMatrix(
            {issue.id: tuple(one.id for one in issue.hypotheses) for issue in field.issues},
            self._given.scores,
        )
        page = page_data(field, self._origin, wording or Wording())
        seen = field.code(field.observed())
        letters = tuple("".join(h.letter for h in issue.hypotheses) for issue in field.issues)
        fields = (
            _Code("choice", "choix", "choice", letters=letters, blank="open"),
            _Code("observed", "constate", "choice", letters=letters),
            _Code("start", "depart", "choice", letters=letters),
            _Code("compared", "compare", "choice", letters=letters, blank="empty"),
            Field("actor", "acteur", "choice", values=(ALL, *page["actors"])),
            Field("horizon", "horizon", "choice", values=(ALL, *_horizons(field))),
            _Edits(
                "scores",
                "scores",
                "choices",
                scores=_places(field, self._origin),
                most=page["most"],
            ),
        )
        state = {
            "choice": choice or seen,
            "observed": seen,
            "start": choice or seen,
            "compared": "",
            "actor": ALL,
            "horizon": ALL,
            "scores": [],
        }
        super().__init__({**page, "sources": source_entries(sources)}, fields, state)
        self.observe(self._scenario_assigned, names="scenario")
        self.observe(self._matrix_assigned, names="matrix")

    def _said(self, state: State) -> Summary:
        reading = _Reading(self._field, self._edited(state["scores"]), state["choice"])
        edits = len(state["scores"])
        many = f" Vous avez modifié {words.counted(edits)} score{'s' if edits > 1 else ''}."
        return Summary(
            reading.title,
            reading.sentence + (many if edits else ""),
            _CAPTION,
            columns=list(_COLUMNS),
            rows=reading.rows(),
            notes=reading.notes,
            sources=[one["id"] for one in self.data["sources"]],
        )

    def plan(self) -> ActionPlan:
        """Return the plan from the observed situation to the future chosen.

        Raises
        ------
        ScenarioError
            When issues are left open.
        """
        field, matrix = self._field, self._edited(self.state["scores"])
        actor, horizon = self.state["actor"], self.state["horizon"]
        return action_plan(
            field,
            matrix,
            field.scenario(self.state["observed"]),
            _partial(field, self.state["choice"]),
            actor=None if actor == ALL else self.data["actors"][actor],
            horizon=None if horizon == ALL else int(horizon),
        )

    def readings(self) -> str:
        """Say how far from holding the possible readings of the first situation are.

        What the source writes of it is kept; what it leaves out takes every hypothesis in turn.
        """
        written = {
            one.issue_id for one in self._field.settings if one.role == "observed" and one.written
        }
        known = {
            i: h for i, h in _partial(self._field, self.state["observed"]).items() if i in written
        }
        return words.readings_said(self._edited(self.state["scores"]), known)

    def _edited(self, edits: Sequence[str]) -> CrossImpactMatrix:
        """Return the matrix with the reader's scores, hypotheses as states."""
        place = {h: row for row, h in enumerate(self._field.hypotheses)}
        scores = self._origin.scores.copy()
        for match in filter(None, map(_EDIT.fullmatch, edits)):
            scores[place[match[1]], place[match[2]]] = int(match[3])
        return CrossImpactMatrix(self._origin.descriptors, scores)

    @traitlets.observe("state")
    def _futures_follow(self, change: traitlets.Bunch) -> None:
        """Make `scenario` and `matrix` follow the state."""
        descriptors = self._given.descriptors
        chosen = {
            issue.id: descriptors[issue.id]["".join(h.letter for h in issue.hypotheses).index(one)]
            for issue, one in zip(self._field.issues, change.new["choice"], strict=True)
            if one != OPEN
        }
        if chosen != self.scenario:
            self.scenario = chosen
        if not change.old or change.old.get("scores") != change.new["scores"]:
            scores = self._edited(change.new["scores"]).scores
            self.matrix = CrossImpactMatrix(descriptors, scores, self._given.name)

    def _scenario_assigned(self, change: traitlets.Bunch) -> None:
        chosen = self._given.positions(change.new)
        self.choice = "".join(
            issue.hypotheses[chosen[j]].letter if j in chosen else OPEN
            for j, issue in enumerate(self._field.issues)
        )

    def _matrix_assigned(self, change: traitlets.Bunch) -> None:
        if change.new.descriptors != self._given.descriptors:
            raise ScenarioError("the matrix must have the descriptors and states of the view")
        ids = list(self._field.hypotheses)
        places = np.argwhere(change.new.scores != self._given.scores)
        self.scores = [f"{ids[a]}{ids[b]}{change.new.scores[a, b]}" for a, b in places]


class _Reading:
    """What is said of a future, whole or open, with one matrix."""

    def __init__(self, field: MorphologicalField, matrix: CrossImpactMatrix, code: str) -> None:
        self.field, self.matrix = field, matrix
        self.chosen = _partial(field, code)
        name = "-".join("?" if letter == OPEN else letter for letter in code)
        if len(self.chosen) < len(field.issues):
            brief, self.sentence, self.notes = self._open(len(field.issues) - len(self.chosen))
        else:
            brief, self.sentence, self.notes = self._whole()
        self.title = f"{_IF}, {name}{brief}"

    def _open(self, left: int) -> tuple[str, str, list[str]]:
        fitting = completions(self.matrix, self.chosen).to_dict("records")
        n = len(fitting)
        many = "s" if n > 1 else ""
        count = f"{words.counted(n)} futur{many}"
        futures = f"{count} qui {'tiennent' if n > 1 else 'tient'}"
        if self.chosen:
            s = "x restent ouverts" if left > 1 else " reste ouvert"
            start = f"{words.counted(left).capitalize()} enjeu{s}{NBSP}: "
            verb = "contiennent" if n > 1 else "contient" if n else "ne contient"
            end = f"{futures} {verb} vos réponses."
        else:
            start = f"Aucun enjeu n’est tranché{NBSP}: "
            verb = "restent possibles" if n > 1 else "reste possible"
            end = f"{futures} {verb if n else 'n’existe avec ces scores'}."
        names = ["-".join(self._code(row)) for row in self._ordered(fitting)]
        notes = [f"Futur{many} possible{many}{NBSP}: {joined(names)}."] if n else self._nearest()
        return f"{NBSP}: {count} possible{many}", start + end, notes

    def _ordered(self, rows: Sequence[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
        return sorted(rows, key=lambda row: -row["total_impact"])

    def _code(self, row: Mapping[Any, Any]) -> str:
        return self.field.code({issue.id: row[issue.id] for issue in self.field.issues})

    def _nearest(self) -> list[str]:
        """Say the least changes of the answers given that leave a consistent future."""
        table = self.matrix.consistent_scenarios()
        table["distance"] = sum((table[i] != h).astype(int) for i, h in self.chosen.items())
        table = table.sort_values(
            ["distance", "total_impact"], ascending=[True, False], kind="stable"
        )
        said = []
        for row in table.head(3).to_dict("records"):
            moves = [
                f"{words.dotted(h)} par {words.quoted(self.field, row[i])}"
                for i, h in self.chosen.items()
                if row[i] != h
            ]
            count = f"{words.counted(len(moves))} enjeu{'x' if len(moves) > 1 else ''}"
            said.append(f"En changeant {count}{NBSP}: remplacer {joined(moves)}.")
        return said

    def _whole(self) -> tuple[str, str, list[str]]:
        balance = self.matrix.balance(self.chosen)
        leads = {i: self._lead(balance[i], self.chosen[i]) for i in self.chosen}
        failing = sum(lead < 0 for lead in leads.values())
        tied = ", de justesse" if 0 in leads.values() else ""
        brief = f" ne tient pas sur {words.counted(failing)} enjeu{'x' if failing > 1 else ''}"
        sentence = words.verdict(self.field, self.matrix, self.chosen) + self._doubt(failing > 0)
        notes = words.why(self.field, self.matrix, self.chosen)
        notes += words.repairs(self.field, self.matrix, self.chosen)
        return brief if failing else f" tient{tied}", sentence, notes

    def _doubt(self, failing: bool) -> str:
        """Say in which share of the plausible matrices it holds, when an error is given."""
        if self.field.tables["perturbation"].empty:
            return ""
        codes = self.matrix.codes(self.chosen)[None]
        share = robustness(self.matrix, noise_by_confidence(self.field), codes)["share"].iloc[0]
        part = f"moins de 1{NARROW}%" if share < 0.005 else percent(100 * share, 0)
        return (
            " Compte tenu du doute sur chaque score, il"
            f" {'tiendrait' if failing else 'tient encore'} dans {part} des jeux de scores"
            " plausibles."
        )

    @staticmethod
    def _lead(received: Mapping[str, int], own: str) -> int:
        return received[own] - max(b for h, b in received.items() if h != own)

    def rows(self) -> list[list[str]]:
        """Return one row an issue: its hypothesis, its support, its best rival, how it stands."""
        balance = self._balance()
        rows = []
        for issue in self.field.issues:
            received, own = balance[issue.id], self.chosen.get(issue.id)
            rivals = {h: b for h, b in received.items() if h != own}
            rival = max(rivals, key=lambda h: rivals[h])
            best = f"{words.dotted(rival)} ({words.signed(rivals[rival])})"
            head = f"{issue.rank}. {issue.short_title}"
            if own is None:
                rows.append([head, "je ne sais pas", "–", best, "ouvert"])
                continue
            lead = received[own] - rivals[rival]
            stands = "tient à égalité"
            if lead:
                stands = (
                    f"tient, {words.points(lead)} d’avance"
                    if lead > 0
                    else f"ne tient pas, il manque {words.points(-lead)}"
                )
            chosen = words.quoted(self.field, own)
            rows.append([head, chosen, words.signed(received[own]), best, stands])
        return rows

    def _balance(self) -> dict[str, dict[str, int]]:
        """Sum the scores that the answered issues give."""
        places = [self.matrix.row(i, h) for i, h in self.chosen.items()]
        sums = iter(self.matrix.scores[places].sum(axis=0).tolist())
        return {i: {h: next(sums) for h in hs} for i, hs in self.matrix.descriptors.items()}


def _partial(field: MorphologicalField, code: str) -> dict[str, str]:
    """Return the answered issues of a code."""
    by_letter = [{h.letter: h.id for h in issue.hypotheses} for issue in field.issues]
    pairs = zip(field.issues, code, by_letter, strict=True)
    return {issue.id: ids[letter] for issue, letter, ids in pairs if letter != OPEN}


def _horizons(field: MorphologicalField) -> list[str]:
    """Return the horizons of the actions, in years."""
    return [str(years) for years in sorted({*field.tables["levers"]["horizon_years"]})]


def _places(field: MorphologicalField, matrix: CrossImpactMatrix) -> dict[tuple[str, str], int]:
    """Return the scores that may be edited, between hypotheses of different issues."""
    ids = list(field.hypotheses)
    return {
        (a, b): int(matrix.scores[row, column])
        for row, a in enumerate(ids)
        for column, b in enumerate(ids)
        if field.issue_of[a] != field.issue_of[b]
    }
