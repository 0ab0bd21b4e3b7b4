"""The framework of a benchmark: units, indicators, directions, weights, groups, coverage.

Steps 1 and 2 of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008). A framework is
checked once, when it is built, and every error names the unit, indicator or group at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import LARGEST, are_numbers, bounded, distinct
from handbook.core.doors import door
from handbook.core.errors import HandbookError, unknown

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Weights: TypeAlias = "Mapping[str, float] | pd.Series | Sequence[float] | FloatArray"

MINIMUM_COVERAGE = 0.65
"""Share of known cells the JRC asks of every unit and every indicator (COIN Tool user guide)."""

METADATA_COLUMNS = ("code", "name", "direction", "weight", "parent", "source", "status")


class BenchmarkError(HandbookError):
    """A benchmark that cannot be computed as asked; the message names what is wrong."""


def listed(names: Iterable[object]) -> str:
    """Return ``'a', 'b'`` for an error message, shortened after eight names."""
    known = [repr(str(name)) for name in names]
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return ", ".join(known[:8]) + more


@dataclass(frozen=True)
class Level:
    """One floor of the hierarchy: nodes, their given weights, and where each goes above.

    Attributes
    ----------
    names
        Codes of the nodes: indicators at the first level, groups above.
    weights
        Given weights, one a node, not rescaled.
    parents
        Position of each node's parent in the next level (all 0 at the last level: the index).
    """

    names: tuple[str, ...]
    weights: FloatArray
    parents: IntArray

    def shares(self, weights: FloatArray | None = None) -> FloatArray:
        """Weights rescaled to sum to one under each parent; shape ``(..., nodes)``.

        A parent whose weights are all zero has zero shares: it has left the index.
        """
        given = self.weights if weights is None else weights
        totals = self.gather(given)[..., self.parents]
        return np.divide(given, totals, out=np.zeros_like(given), where=totals > 0)

    def gather(self, values: FloatArray) -> FloatArray:
        """Sum ``values`` of shape ``(..., nodes)`` by parent; shape ``(..., parents)``."""
        incidence = np.zeros((len(self.names), int(self.parents.max()) + 1))
        incidence[np.arange(len(self.names)), self.parents] = 1.0
        return values @ incidence


@dataclass(frozen=True)
class Framework:
    """Checked units, indicators, directions and hierarchy of a composite indicator.

    Attributes
    ----------
    units, indicators
        Labels of rows and columns.
    table
        Raw values, shape ``(units, indicators)``; NaN is unknown.
    directions
        +1 where more is better, -1 where less is; shape ``(indicators,)``.
    levels
        From indicators to the last groups; without groups a single level.
    """

    units: pd.Index
    indicators: pd.Index
    table: FloatArray = field(repr=False)
    directions: FloatArray = field(repr=False)
    levels: tuple[Level, ...] = field(repr=False)

    def effective_weights(self, indicator_weights: FloatArray | None = None) -> FloatArray:
        """Weight of each indicator in the whole index, product of its shares up the hierarchy.

        Parameters
        ----------
        indicator_weights
            Other indicator weights, shape ``(..., indicators)``; the groups keep theirs. A group
            whose indicators all weigh zero leaves the index, and the others share its part.

        Returns
        -------
        numpy.ndarray
            Same shape, non-negative, last axis summing to one.
        """
        given = self.levels[0].weights if indicator_weights is None else indicator_weights
        return self.compose([given, *(level.weights for level in self.levels[1:])])

    def compose(self, weights: Sequence[FloatArray]) -> FloatArray:
        """Effective indicator weights from raw weights of every level, each ``(..., nodes)``."""
        alive = weights[0] > 0
        shares: list[FloatArray] = []
        for level, raw in zip(self.levels, weights, strict=True):
            present = np.where(alive, raw, 0.0)
            shares.append(level.shares(present))
            alive = level.gather(present) > 0
        effective = shares[-1]
        for level, share in zip(self.levels[-2::-1], shares[-2::-1], strict=True):
            effective = share * effective[..., level.parents]
        return effective


def build_framework(
    data: pd.DataFrame,
    directions: Mapping[str, int] | pd.Series,
    weights: Weights | None = None,
    groups: Mapping[str, str] | pd.Series | None = None,
) -> Framework:
    """Check everything and return the framework.

    Raises
    ------
    BenchmarkError
        Naming the unit, indicator or group at fault.
    """
    values = checked_values(data)
    indicators = pd.Index([str(column) for column in data.columns])
    paths = _paths(indicators, groups)
    names = [] if groups is None else [str(group) for _, group in groups.items()]
    levels = _levels(indicators, paths, _weights(weights, indicators, paths, names))
    return Framework(
        pd.Index(data.index), indicators, values, _directions(directions, indicators), levels
    )


def checked_values(data: pd.DataFrame) -> FloatArray:
    """Return a table of units x indicators as numbers; NaN is unknown.

    Raises
    ------
    BenchmarkError
        If it is empty, a label is missing or repeated, a cell is no number or is infinite, or an
        indicator has no known value.
    """
    if not isinstance(data, pd.DataFrame):
        raise BenchmarkError(
            f"data must be a DataFrame, units in rows and indicators in columns, not "
            f"{type(data).__name__}"
        )
    if data.empty:
        raise BenchmarkError(f"data is empty: {data.shape[0]} units x {data.shape[1]} indicators")
    for labels, what in ((data.index, "unit"), (data.columns, "indicator")):
        if labels.has_duplicates:
            raise BenchmarkError(
                f"{what} names must be unique; repeated: {listed(labels[labels.duplicated()])}"
            )
        distinct(labels, f"{what} names", BenchmarkError)
    columns = [_numeric(data[column], str(column)) for column in data.columns]
    return np.column_stack(columns)


def _numeric(column: pd.Series, name: str) -> FloatArray:
    if not are_numbers(column):
        raise BenchmarkError(
            f"indicator {name!r} is not numeric ({_odd_cell(column)}); an unknown value is NaN, a "
            "rating goes through ordinal_intervals(), and numbers written as text through from_csv"
        )
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except OverflowError as error:
        raise BenchmarkError(f"indicator {name!r} is too large: {error}") from error
    infinite = np.abs(values) > LARGEST
    if infinite.any():
        units = listed(column.index[infinite])
        what = "infinite" if np.isinf(values).any() else "too large to be computed with"
        raise BenchmarkError(f"indicator {name!r} is {what} for {units}")
    if np.isnan(values).all():
        raise BenchmarkError(f"indicator {name!r} has no known value; remove it")
    return values


def _odd_cell(column: pd.Series) -> str:
    """Name the first cell that is no number: one that does not even look like one, if any."""
    known = column.dropna()
    texts = known[[not are_numbers(pd.Series([one], dtype=object)) for one in known]]
    words = texts[[pd.isna(pd.to_numeric(str(one), errors="coerce")) for one in texts]]
    for bad in (words, texts):
        if len(bad):
            return f"{bad.iloc[0]!r} for unit {bad.index[0]!r}"
    return str(column.dtype)


def _directions(directions: Mapping[str, int] | pd.Series, indicators: pd.Index) -> FloatArray:
    if not isinstance(directions, Mapping | pd.Series):
        raise BenchmarkError(
            f"directions must map every indicator to +1 or -1, not {type(directions).__name__}"
        )
    given = {str(key): value for key, value in directions.items()}
    _same_names(given, indicators, "directions")
    wrong = [name for name, value in given.items() if value not in (1, -1)]
    if wrong:
        raise BenchmarkError(
            f"direction must be +1 or -1; not so for {listed(wrong)} ({given[wrong[0]]!r})"
        )
    return np.array([given[name] for name in indicators], dtype=np.float64)


def _same_names(given: Iterable[str], indicators: pd.Index, what: str) -> None:
    names = set(given)
    for name in sorted(names - set(indicators)):
        raise unknown(name, indicators, f"indicator in {what}", BenchmarkError)
    missing = [name for name in indicators if name not in names]
    if missing:
        raise BenchmarkError(f"{what}: nothing given for indicator {listed(missing)}")


def _paths(
    indicators: pd.Index, groups: Mapping[str, str] | pd.Series | None
) -> dict[str, tuple[str, ...]]:
    """Return the groups above each indicator, from its own up to the last below the index."""
    if groups is None:
        return dict.fromkeys(indicators, ())
    if not isinstance(groups, Mapping | pd.Series):
        raise BenchmarkError(
            f"groups must map every indicator to its group, not {type(groups).__name__}"
        )
    parents = {str(key): value for key, value in groups.items()}
    blank = [key for key, group in parents.items() if pd.isna(group) or not str(group).strip()]
    if blank:
        raise BenchmarkError(f"groups: empty group name for {listed(blank)}")
    named = {key: str(group) for key, group in parents.items()}
    empty = sorted(set(named) - set(indicators) - set(named.values()))
    if empty:
        raise BenchmarkError(f"groups: {listed(empty)} is no indicator and holds none")
    clash = sorted(set(named.values()) & set(indicators))
    if clash:
        raise BenchmarkError(f"groups: {listed(clash)} is both an indicator and a group")
    _same_names((key for key in named if key in set(indicators)), indicators, "groups")
    return _same_depth({name: _climb(name, named) for name in indicators})


def _climb(name: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    path: list[str] = []
    while name in parents:
        name = parents[name]
        if name in path:
            raise BenchmarkError(f"groups: {name!r} is above itself")
        path.append(name)
    return tuple(path)


def _same_depth(paths: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    depth = max(len(path) for path in paths.values())
    shallow = [name for name, path in paths.items() if len(path) < depth]
    if shallow:
        raise BenchmarkError(
            f"groups: {listed(shallow)} has fewer levels above than the others ({depth}); give it "
            "a group of its own at each level"
        )
    while depth and len({path[-1] for path in paths.values()}) == 1:
        paths = {name: path[:-1] for name, path in paths.items()}
        depth -= 1
    return paths


def _weights(
    weights: Weights | None,
    indicators: pd.Index,
    paths: Mapping[str, tuple[str, ...]],
    all_groups: Sequence[str],
) -> dict[str, float]:
    group_names = sorted({group for path in paths.values() for group in path})
    given = _named_weights(weights, indicators)
    # A lone root is no level of the index, yet COINr's metadata give it a weight: without effect.
    for name in sorted(set(given) - set(indicators) - set(all_groups)):
        known = [*indicators, *group_names]
        raise unknown(name, known, "indicator or group of one in weights", BenchmarkError)
    for names in (list(indicators), group_names):
        missing = [name for name in names if name not in given]
        if missing and len(missing) < len(names):
            raise BenchmarkError(f"weights: nothing given for {listed(missing)}")
    wrong = [name for name, value in given.items() if not bounded(value) or value < 0]
    if wrong:
        raise BenchmarkError(
            f"weights must be finite and not negative; not so for {listed(wrong)} "
            f"({given[wrong[0]]!r})"
        )
    return {name: given.get(name, 1.0) for name in [*indicators, *group_names]}


def as_numbers(given: object, what: str) -> FloatArray:
    """Return an array of numbers, or say what was expected in its place."""
    try:
        array = np.asarray(given)
        if array.dtype.kind in "iuf" or are_numbers(pd.Series(array.ravel(), dtype=object)):
            return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise BenchmarkError(f"{what}: numbers are expected ({error})") from error
    raise BenchmarkError(f"{what}: numbers are expected, not {given!r:.60}")


def _named_weights(weights: Weights | None, indicators: pd.Index) -> dict[str, float]:
    if weights is None:
        return {}
    if isinstance(weights, Mapping | pd.Series):
        named: dict[str, float] = {}
        for key, value in weights.items():
            if isinstance(value, Mapping | pd.Series):  # one mapping a level
                named.update(_named_weights(value, indicators))
            else:
                named[str(key)] = _number(value)
        return named
    array = as_numbers(weights, "weights")
    if array.shape != (len(indicators),):
        raise BenchmarkError(
            f"weights have shape {array.shape}; {len(indicators)} indicators need "
            f"({len(indicators)},): {listed(indicators)}"
        )
    return dict(zip(indicators, array.tolist(), strict=True))


def _number(value: object) -> float:
    """Read a weight; what is no number becomes NaN, and is refused by name."""
    return float(value) if bounded(value) else float("nan")  # type: ignore[arg-type]


def _levels(
    indicators: pd.Index, paths: Mapping[str, tuple[str, ...]], weights: Mapping[str, float]
) -> tuple[Level, ...]:
    chains = {name: (name, *paths[name]) for name in indicators}
    depth = len(next(iter(chains.values())))
    levels = []
    for step in range(depth):
        names = tuple(dict.fromkeys(chain[step] for chain in chains.values()))
        above = {chain[step]: chain[step + 1] for chain in chains.values() if step + 1 < depth}
        order = {name: at for at, name in enumerate(dict.fromkeys(above.values()))}
        parents = np.array([order[above[name]] if above else 0 for name in names], dtype=np.int64)
        level = Level(names, np.array([weights[name] for name in names]), parents)
        dead = np.flatnonzero(level.gather(level.weights) <= 0)
        if dead.size:
            where = f" of group {listed(np.array(list(order))[dead])}" if above else ""
            members = [name for name, parent in zip(names, parents, strict=True) if parent in dead]
            raise BenchmarkError(f"weights{where} are all zero: {listed(members)}")
        levels.append(level)
    return tuple(levels)


@door(BenchmarkError)
def read_metadata(table: pd.DataFrame) -> pd.DataFrame:
    """Check a metadata table: one row an indicator or group.

    Parameters
    ----------
    table
        Columns ``code``, ``name``, ``direction`` (+1 or -1; +1 or empty for a group), ``weight``,
        ``parent`` (empty at the top), ``source``, ``status`` (free text: observed, illegible...).

    Returns
    -------
    pandas.DataFrame
        The same table indexed by code.

    Raises
    ------
    BenchmarkError
        Naming missing columns or repeated codes.
    """
    absent = [name for name in METADATA_COLUMNS if name not in table.columns]
    if absent:
        raise BenchmarkError(f"metadata: missing column {listed(absent)}")
    if table["code"].duplicated().any():
        repeated = table["code"][table["code"].duplicated()]
        raise BenchmarkError(f"metadata: repeated code {listed(repeated)}")
    groups = table[table["code"].isin(table["parent"].dropna())]
    against = groups["code"][~groups["direction"].isin([1]) & groups["direction"].notna()]
    if len(against):
        raise BenchmarkError(
            f"metadata: direction of group {listed(against)} must be +1 or empty; to turn a group "
            "round, give -1 to its indicators"
        )
    return table.set_index(table["code"].astype(str)).drop(columns="code")


@dataclass(frozen=True)
class Coverage:
    """Share of known cells, by unit and by indicator, against the JRC's 65 % rule."""

    by_unit: pd.Series
    by_indicator: pd.Series
    minimum: float = MINIMUM_COVERAGE

    @property
    def units_below(self) -> list[str]:
        """Units with too few known cells."""
        return [str(name) for name in self.by_unit.index[self.by_unit < self.minimum]]

    @property
    def indicators_below(self) -> list[str]:
        """Indicators with too few known cells."""
        return [str(name) for name in self.by_indicator.index[self.by_indicator < self.minimum]]

    @property
    def sufficient(self) -> bool:
        """Whether every unit and every indicator reaches the minimum."""
        return not (self.units_below or self.indicators_below)

    def explain(self) -> str:
        """Say in one French sentence whether the rule holds, and for whom it does not."""
        known = f"{100 * float(self.by_unit.mean()):.0f}"
        asked = f"{100 * self.minimum:.0f}"
        start = (
            f"{known}\u202f% des cases sont connues\u202f; la règle du Centre commun de recherche "
            f"en demande {asked}\u202f% pour chaque pays et pour chaque indicateur"
        )
        if self.sufficient:
            return f"{start}\u00a0: elle est tenue."
        parts = [
            f"{len(names)} {noun} ({', '.join(names)})"
            for names, noun in (
                (self.units_below, "pays"),
                (self.indicators_below, "indicateur" + "s" * (len(self.indicators_below) > 1)),
            )
            if names
        ]
        return f"{start}\u00a0: elle ne l’est pas pour {' ni pour '.join(parts)}."


@door(BenchmarkError, minimum=(0, 1))
def coverage(data: pd.DataFrame, minimum: float = MINIMUM_COVERAGE) -> Coverage:
    """Return the share of known cells of a table of units x indicators."""
    if data.empty:
        raise BenchmarkError(f"data is empty: {data.shape[0]} units x {data.shape[1]} indicators")
    known = data.notna()
    return Coverage(known.mean(axis=1), known.mean(axis=0), minimum)
