"""Cross-impact matrix and the analyses of the cross-impact balance method.

The method is W. Weimer-Jehle's (*Cross-impact balances: a system-theoretical approach to
cross-impact analysis*, Technological Forecasting and Social Change 73, 2006): each descriptor takes
one of a few states; an integer score says how much a state of one descriptor promotes (positive) or
hinders (negative) a state of another. The balance of a state is the sum of the scores it receives
from the states chosen by all the descriptors, its own descriptor included when that block is
filled. A scenario is consistent when no descriptor has a state of higher balance than its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core import french as fr
from handbook.core.checks import distinct
from handbook.core.doors import door
from handbook.core.errors import nearest, unknown
from handbook.core.results import Result
from handbook.scenarios import dynamics
from handbook.scenarios.balance import (
    IntArray,
    Layout,
    advantages,
    balances,
    product_codes,
    score_type,
)
from handbook.scenarios.checks import (
    ScenarioError,
    cell,
    checked_descriptors,
    checked_scores,
    integer,
)
from handbook.scenarios.search import Problem, consistent_codes
from handbook.scenarios.solution import Solution

Scenario = Mapping[str, str]
MOST_LISTED = 10_000_000
Rule = Literal["global", "local"]


class CrossImpactMatrix(Result):
    """Descriptors, their states, and the impact of each state on each other.

    Immutable: `with_scores` returns a new matrix.

    Parameters
    ----------
    descriptors : mapping of str to sequence of str
        States of each descriptor, in order.
    scores : array of int, shape (states, states)
        Row = influencing state, column = influenced state, both in the order of `descriptors`.
    name : str, optional
        Title of the matrix.

    Raises
    ------
    ScenarioError
        When a name is missing, repeated or reserved, or when the scores are not integers of the
        right shape.
    """

    @door(ScenarioError)
    def __init__(
        self, descriptors: Mapping[str, Sequence[str]], scores: npt.ArrayLike, name: str = ""
    ) -> None:
        self._descriptors = checked_descriptors(descriptors)
        self.name = name
        self.layout = Layout(tuple(len(states) for states in self._descriptors.values()))
        self._scores = checked_scores(scores, sum(self.layout.sizes))
        self._labels = {
            (d, s): self.layout.offsets[j] + k
            for j, (d, states) in enumerate(self._descriptors.items())
            for k, s in enumerate(states)
        }

    @classmethod
    @door(ScenarioError)
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Build a matrix from ``{"descriptors": {name: [states]}, "impacts": {key: score}}``.

        Parameters
        ----------
        document : mapping
            A key of ``impacts`` reads ``"A.a1->B.b2"``: state a1 of A acts on state b2 of B. Pairs
            that are absent score 0. Other entries of the document are ignored, ``name`` excepted.

        Raises
        ------
        ScenarioError
            When an entry is missing, or a key or a score cannot be read; the message names it.
        """
        if not isinstance(document, Mapping) or "descriptors" not in document:
            raise ScenarioError('the document has no "descriptors": {name: [states]}')
        others = [key for key in document if key not in ("descriptors", "name")]
        if "impacts" not in document and (close := nearest("impacts", others)):
            raise unknown(close[0], ["impacts"], "entry of the document", ScenarioError)
        impacts = document.get("impacts", {})
        if not isinstance(impacts, Mapping):
            raise ScenarioError('"impacts" must map keys such as "A.a1->B.b2" to integers')
        descriptors = checked_descriptors(document["descriptors"])
        total = sum(len(states) for states in descriptors.values())
        empty = cls(descriptors, np.zeros((total, total), dtype=int), str(document.get("name", "")))
        return empty.with_scores(impacts)

    def to_dict(self) -> dict[str, Any]:
        """Inverse of `from_dict`; scores of 0 are left out."""
        labels = [f"{d}.{s}" for d, s in self._labels]
        impacts = {
            f"{labels[row]}->{labels[column]}": int(self._scores[row, column])
            for row, column in np.argwhere(self._scores)
        }
        descriptors = {d: list(states) for d, states in self._descriptors.items()}
        return {"name": self.name, "descriptors": descriptors, "impacts": impacts}

    @property
    def descriptors(self) -> dict[str, tuple[str, ...]]:
        """States of each descriptor, in order."""
        return dict(self._descriptors)

    @property
    def scores(self) -> IntArray:
        """Scores, shape (states, states); read-only."""
        return self._scores

    @property
    def size(self) -> int:
        """Number of scenarios: the product of the numbers of states."""
        return prod(self.layout.sizes)

    def __repr__(self) -> str:
        """Return the sizes of the matrix."""
        shape = " x ".join(str(n) for n in self.layout.sizes)
        return f"CrossImpactMatrix({self.name!r}, {shape} = {self.size} scenarios)"

    def __eq__(self, other: object) -> bool:
        """Return whether descriptors, states (in order) and scores are the same."""
        if not isinstance(other, CrossImpactMatrix):
            return NotImplemented
        return list(self._labels) == list(other._labels) and np.array_equal(
            self._scores, other._scores
        )

    def __hash__(self) -> int:
        """Return a hash of the labels and scores."""
        return hash((tuple(self._labels), self._scores.tobytes()))

    def to_frame(self) -> pd.DataFrame:
        """Return the scores, each state named « descriptor : state »: a row acts on the columns."""
        names = [f"{descriptor} : {state}" for descriptor, state in self._labels]
        return pd.DataFrame(self._scores, index=pd.Index(names, name="agit sur"), columns=names)

    def draw(self, ax: Any) -> None:  # noqa: ANN401
        """Draw the scores as coloured cells: hindering in red, promoting in blue."""
        table = self.to_frame()
        most = max(1, int(np.abs(self._scores).max()))
        ax.imshow(self._scores, cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
        for row, column in np.argwhere(self._scores):
            score = int(self._scores[row, column])
            pale = "white" if abs(score) > 0.7 * most else "black"
            ax.text(column, row, fr.number(score, sign=True), ha="center", va="center", color=pale)
        ax.set_xticks(range(len(table)), list(table.columns), rotation=90)
        ax.set_yticks(range(len(table)), list(table.index))

    def explain(self) -> str:
        """Say in French what the matrix holds."""
        title = f"«\u00a0{self.name}\u00a0»\u202f: " if self.name else ""
        kinds = fr.counted(len(self._descriptors), "descripteur")
        count = fr.counted(self.size, "scénario possible", "scénarios possibles")
        return f"{title}{kinds}, {count}. La ligne agit sur la colonne."

    def row(self, descriptor: str, state: str) -> int:
        """Row and column of a state in `scores`."""
        if (descriptor, state) not in self._labels:
            self._position(descriptor, state)
        return self._labels[descriptor, state]

    @door(ScenarioError)
    def score(self, source: tuple[str, str], target: tuple[str, str]) -> int:
        """Score that one (descriptor, state) gives to another."""
        return int(self._scores[self.row(*source), self.row(*target)])

    @door(ScenarioError)
    def with_scores(self, changes: Mapping[str, int]) -> Self:
        """Copy of the matrix with some scores replaced.

        Parameters
        ----------
        changes : mapping of str to int
            New scores by key, ``"A.a1->B.b2"``.
        """
        labels = {f"{d}.{s}": row for (d, s), row in self._labels.items()}
        if len(labels) < len(self._labels):
            raise ScenarioError("names with a dot make two states read the same in keys")
        cells: dict[tuple[int, int], int] = {}
        for key, score in changes.items():
            place = cell(key, labels)
            if place in cells:
                raise ScenarioError(f"impact {key!r} is given twice")
            cells[place] = integer(score, f"impact {key!r}")
        return self.with_cells(cells)

    def with_cells(self, changes: Mapping[tuple[int, int], int]) -> Self:
        """Copy of the matrix with some scores replaced, by row and column (see `row`).

        Raises
        ------
        ScenarioError
            When a cell is not of the matrix, or a score is no integer.
        """
        scores = self._scores.copy()
        for (row, column), score in changes.items():
            if not (0 <= row < len(scores) and 0 <= column < len(scores)):
                raise ScenarioError(f"no cell {row}, {column} in a matrix of {len(scores)} states")
            scores[row, column] = integer(score, f"score in row {row}, column {column}")
        return type(self)(self._descriptors, scores, self.name)

    def codes(self, scenario: Scenario) -> IntArray:
        """Positions of the states of a scenario, shape (descriptors,).

        Raises
        ------
        ScenarioError
            When a descriptor is missing or unknown, or a state unknown; the message names it.
        """
        chosen = _as_dict(scenario)
        missing = [d for d in self._descriptors if d not in chosen]
        if missing:
            raise ScenarioError(f"the scenario gives no state to descriptor {missing[0]!r}")
        positions = dict(self._position(d, s) for d, s in chosen.items())
        return np.array([positions[j] for j in range(len(self._descriptors))], dtype=np.int16)

    @door(ScenarioError)
    def scenario(self, codes: IntArray) -> dict[str, str]:
        """Inverse of `codes`."""
        sizes = self.layout.sizes
        given = isinstance(codes, np.ndarray | list | tuple) and len(codes) == len(sizes)
        whole = given and all(
            isinstance(code, int | np.integer) and 0 <= code < size
            for code, size in zip(codes, sizes, strict=True)
        )
        if not whole:
            raise ScenarioError(f"codes: a place from 0 in each of {len(sizes)} descriptors")
        return {
            d: states[k] for (d, states), k in zip(self._descriptors.items(), codes, strict=True)
        }

    def balance(self, scenario: Scenario) -> dict[str, dict[str, int]]:
        """Sum of the scores received by every state of every descriptor."""
        totals = balances(self._scores, self.layout, self.codes(scenario)[None])[0].tolist()
        rows = iter(totals)
        return {d: {s: next(rows) for s in states} for d, states in self._descriptors.items()}

    def inconsistency(self, scenario: Scenario) -> dict[str, int]:
        """Shortfall of each descriptor: best balance minus the balance of its own state."""
        balance = self.balance(scenario)
        chosen = _as_dict(scenario)
        return {d: max(b.values()) - b[chosen[d]] for d, b in balance.items()}

    def evaluate(self, codes: IntArray, exempt: Iterable[int] = ()) -> tuple[IntArray, IntArray]:
        """Consistency value and total impact score of many scenarios.

        Parameters
        ----------
        codes : array of int, shape (scenarios, descriptors)
        exempt : iterable of int
            Descriptors left out of the consistency value.

        Returns
        -------
        consistency, total_impact : arrays of int, shape (scenarios,)
            Consistency is the least lead of a state over its best rival (negative = some descriptor
            is inconsistent by that much; 0 when no descriptor has a rival state).
        """
        codes = self._checked_codes(codes)
        scores = self._scores.astype(score_type(self._scores))
        balance = balances(scores, self.layout, codes)
        rows = np.array(self.layout.offsets) + codes
        total = np.take_along_axis(balance, rows, axis=1).sum(axis=1, dtype=np.int64)
        held = set(exempt)
        if strange := held - set(range(len(self.layout.sizes))):
            raise ScenarioError(f"exempt: no descriptor has the number {min(strange)}")
        tested = [j for j, n in enumerate(self.layout.sizes) if n > 1 and j not in held]
        if not tested:
            return np.zeros(len(codes), dtype=np.int64), total
        lead = advantages(balance, self.layout, codes)[:, tested]
        return lead.min(axis=1).astype(np.int64), total

    @door(ScenarioError, limit=(1, MOST_LISTED))
    def consistent_scenarios(
        self,
        tolerance: int = 0,
        *,
        forced: Scenario | None = None,
        exclusions: Iterable[Scenario] = (),
        limit: int = 1_000_000,
    ) -> pd.DataFrame:
        """All the scenarios whose inconsistency is at most `tolerance`.

        Parameters
        ----------
        tolerance : int
            Largest inconsistency accepted in any descriptor (ties are consistent).
        forced : mapping of str to str, optional
            Descriptors held in one state from outside: only these scenarios are kept, and the
            balance of a forced descriptor is not tested.
        exclusions : iterable of mappings of str to str
            Combinations of states that no scenario may contain.
        limit : int
            Number of scenarios beyond which an error is raised; so is a search that is too long,
            and a higher limit lets it be longer.

        Returns
        -------
        DataFrame
            One row a scenario, in the order of the states: the state of each descriptor, then
            ``consistency`` and ``total_impact`` (see `evaluate`). Always complete.

        Raises
        ------
        TooManyScenariosError
            When there are more than `limit`, or the space is too large to be searched whole.
        ScenarioError
            When the tolerance is not a non-negative integer, or a name is unknown.
        """
        tolerance = integer(tolerance, "tolerance")
        if tolerance < 0:
            raise ScenarioError(f"tolerance must be 0 or more, not {tolerance}")
        held = self.positions(forced or {})
        excluded = [self.positions(e) for e in exclusions]
        if not all(excluded):
            raise ScenarioError("an exclusion names no state: it would exclude every scenario")
        problem = Problem(
            scores=self._scores.astype(score_type(self._scores, tolerance)),
            layout=self.layout,
            tolerance=tolerance,
            forced=held,
            exclusions=excluded,
            limit=limit,
        )
        return self.table(consistent_codes(problem), exempt=held)

    @door(ScenarioError, limit=(1, MOST_LISTED))
    def solve(
        self,
        tolerance: int = 0,
        *,
        forced: Scenario | None = None,
        exclusions: Iterable[Scenario] = (),
        limit: int = 1_000_000,
    ) -> Solution:
        """Return `consistent_scenarios` as one result, to show, draw and save."""
        found = self.consistent_scenarios(
            tolerance, forced=forced, exclusions=exclusions, limit=limit
        )
        return Solution(found, self.descriptors, self.size, tolerance)

    @door(ScenarioError, limit=(1, MOST_LISTED))
    def scenarios(self, limit: int = 1_000_000) -> pd.DataFrame:
        """Every scenario, consistent or not, in the same form as `consistent_scenarios`."""
        if self.size > limit:
            raise ScenarioError(f"{self.size} scenarios exceed the limit of {limit}")
        return self.table(self.every_code())

    def every_code(self) -> IntArray:
        """Codes of all scenarios in order, shape (scenarios, descriptors).

        Raises
        ------
        ScenarioError
            When they are more than memory holds.
        """
        if self.size > MOST_LISTED:
            raise ScenarioError(
                f"{self.size:.1e} scenarios are too many to be listed ({MOST_LISTED:_} at most): "
                "search the consistent ones, or give the codes of some"
            )
        return product_codes([range(n) for n in self.layout.sizes])

    def table(self, codes: IntArray, exempt: Iterable[int] = ()) -> pd.DataFrame:
        """Scenarios as a table: states, ``consistency`` and ``total_impact``."""
        codes = self._checked_codes(codes)
        consistency, total = self.evaluate(codes, exempt)
        columns: dict[str, Any] = {
            d: np.array(states, dtype=object)[codes[:, j]]
            for j, (d, states) in enumerate(self._descriptors.items())
        }
        return pd.DataFrame({**columns, "consistency": consistency, "total_impact": total})

    @door(ScenarioError)
    def succession(self, scenario: Scenario, rule: Rule = "global") -> dict[str, str]:
        """Scenario that follows when descriptors move to their best supported state.

        A descriptor keeps its state on a tie, else takes the first best one. Under the ``"global"``
        rule all descriptors move together; under ``"local"`` only the most inconsistent one (the
        first of them on a tie). A consistent scenario follows itself.
        """
        codes = dynamics.successors(self._scores, self.layout, self.codes(scenario)[None], rule)
        return self.scenario(codes[0])

    @door(ScenarioError)
    def trajectory(
        self, scenario: Scenario, rule: Rule = "global", *, forced: Scenario | None = None
    ) -> dynamics.Trajectory:
        """Successive scenarios from a start until one comes back.

        Parameters
        ----------
        scenario : mapping of str to str
            Start; forced descriptors take their forced state at once.
        rule : {"global", "local"}
        forced : mapping of str to str, optional
            Descriptors held in one state all along.
        """
        held = self.positions(forced or {})
        return dynamics.trajectory(self, self.codes(scenario), rule, held)

    @door(ScenarioError, limit=(1, MOST_LISTED), samples=(1, 10_000_000), seed=(0, 2**32 - 1))
    def attractors(
        self,
        rule: Rule = "global",
        *,
        forced: Scenario | None = None,
        limit: int = 1_000_000,
        samples: int | None = None,
        seed: int = 0,
    ) -> tuple[dynamics.Attractor, ...]:
        """Scenarios or cycles where succession ends, with the number of starts that lead there.

        Parameters
        ----------
        rule : {"global", "local"}
        forced : mapping of str to str, optional
            Descriptors held in one state; only starts in those states are counted.
        limit : int
            Number of starts beyond which the exact count is refused.
        samples : int, optional
            Draw that many starts at random instead; the attractors then say ``exact=False``.
        seed : int
            Seed of the draw.

        Returns
        -------
        tuple of Attractor
            In the order of their first scenario.

        Raises
        ------
        ScenarioError
            When the starts are more than `limit` and `samples` is not given.
        """
        held = self.positions(forced or {})
        if samples is not None:
            return dynamics.sampled_attractors(self, rule, held, samples, seed)
        starts = prod(1 if j in held else n for j, n in enumerate(self.layout.sizes))
        if starts > limit:
            raise ScenarioError(
                f"{starts} starts exceed the limit of {limit}: pass `samples` for an estimate, "
                "or raise `limit`"
            )
        return dynamics.exact_attractors(self, rule, held)[0]

    @door(ScenarioError, limit=(1, MOST_LISTED))
    def basins(self, rule: Rule = "global", limit: int = 1_000_000) -> pd.DataFrame:
        """Every scenario with the attractor where it ends.

        Returns
        -------
        DataFrame
            Rows and columns of `scenarios`, then ``attractor``: position in `attractors`.
        """
        table = self.scenarios(limit)
        return table.assign(attractor=dynamics.exact_attractors(self, rule, {})[1])

    def positions(self, states: Scenario) -> dict[int, int]:
        """Descriptor and state numbers of a partial scenario."""
        return dict(self._position(d, s) for d, s in _as_dict(states).items())

    def _checked_codes(self, codes: IntArray) -> IntArray:
        given = np.asarray(codes)
        sizes = np.array(self.layout.sizes)
        if given.ndim != 2 or given.shape[1] != len(sizes) or given.dtype.kind not in "iu":
            raise ScenarioError(f"codes: rows of {len(sizes)} whole numbers, one a descriptor")
        if ((given < 0) | (given >= sizes)).any():
            row = int(((given < 0) | (given >= sizes)).any(axis=1).argmax())
            raise ScenarioError(
                f"codes: {given[row].tolist()} is not a place from 0 in each of {sizes.tolist()}"
            )
        return given

    def _position(self, descriptor: str, state: str) -> tuple[int, int]:
        names = list(self._descriptors)
        if descriptor not in self._descriptors:
            raise unknown(descriptor, names, "descriptor", ScenarioError)
        states = self._descriptors[descriptor]
        if state not in states:
            raise unknown(state, states, f"state of descriptor {descriptor!r}:", ScenarioError)
        return names.index(descriptor), states.index(state)


def _as_dict(scenario: Scenario) -> dict[str, str]:
    if isinstance(scenario, pd.Series):
        distinct(scenario.index, "a scenario: descriptors", ScenarioError)
        return {str(k): v for k, v in scenario.items()}
    if not isinstance(scenario, Mapping):
        raise ScenarioError(f"a scenario maps descriptors to states; got {type(scenario).__name__}")
    return dict(scenario)
