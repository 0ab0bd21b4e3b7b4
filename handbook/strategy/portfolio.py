"""Choose several measures at once when their merits are only told in words.

A set of measures is preferred to another only when it is for *every* scale that respects the
order of the labels: for benefits, each group of labels that is closed upwards must hold at least as
many of its measures; for costs, at most as many (first-order dominance of multisets, here over
several attributes at once). What all efficient sets hold is core, what none holds is exterior, the
rest is borderline, as in robust portfolio modelling (J. Liesiö, P. Mild and A. Salo, *European
Journal of Operational Research* 181(3), 2007).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import distinct
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.strategy.errors import StrategyError

__all__ = ["Portfolios", "Schedule", "portfolios", "schedule"]

Grades = Mapping[str, Sequence[str]]
Ints = npt.NDArray[np.int64]

MOST_ITEMS = 16
_MOST_UPPER_SETS = 5_000


@dataclass(frozen=True)
class Portfolios:
    """Every set of measures that may be chosen, and those that no other beats.

    Attributes
    ----------
    sets : DataFrame of bool, shape (feasible sets, items)
        The sets that respect the dependences (and the size asked for), smallest first.
    efficient : Series of bool
        Whether no other feasible set is at least as good on all counts and better on one.
    core_index : Series
        Share of the efficient sets that hold each item.
    """

    sets: pd.DataFrame
    efficient: pd.Series
    core_index: pd.Series

    @property
    def best(self) -> list[tuple[str, ...]]:
        """The efficient sets, as names."""
        return [
            tuple(self.sets.columns[row]) for row in self.sets[self.efficient].to_numpy(dtype=bool)
        ]

    @property
    def status(self) -> pd.Series:
        """``core`` (in all efficient sets), ``exterior`` (in none) or ``borderline``."""
        words = self.core_index.map(
            lambda share: "core" if share == 1 else "exterior" if share == 0 else "borderline"
        )
        return words.rename("status")


@dataclass(frozen=True)
class Schedule:
    """Waves in which measures can be done, and stated dates that contradict dependences.

    Attributes
    ----------
    table : DataFrame
        Indexed by item, earliest first: ``stated`` (label of its horizon), ``wave`` (label of the
        first one that its own horizon and what it needs allow), ``needs``.
    conflicts : tuple of (str, str)
        Item, and what it needs although that comes later.
    """

    table: pd.DataFrame
    conflicts: tuple[tuple[str, str], ...]


@door(StrategyError, size=(1, MOST_ITEMS))
def portfolios(
    items: pd.DataFrame,
    benefits: Grades,
    costs: Grades | None = None,
    *,
    needs: Iterable[tuple[str, str]] = (),
    size: int | None = None,
) -> Portfolios:
    """List feasible sets of items and the efficient ones among them.

    Parameters
    ----------
    items : DataFrame
        Indexed by item, one column of labels an attribute; at most 16 items.
    benefits
        Attribute to its labels, from the least to the most desirable. All benefits of an item are
        valued together, by any function that increases with each of them and is positive.
    costs
        Attribute to its labels, from the lightest to the heaviest; likewise.
    needs
        Pairs (item, what it needs): a set that holds the first must hold the second.
    size
        Compare only sets of that many items: what to choose when only so many can be led at once.
        By default every set, where the empty one always is efficient if something has a cost.

    Raises
    ------
    StrategyError
        If there are more than 16 items, a label or an item is unknown, or no set is feasible.
    """
    names = [str(name) for name in items.index]
    if not 1 <= len(names) <= MOST_ITEMS or len(set(names)) < len(names):
        raise StrategyError(f"items: from 1 to {MOST_ITEMS} distinct ones, got {len(names)}")
    chosen = _feasible(names, list(needs), size)
    benefit = chosen @ _memberships(items, benefits)
    merits = [benefit]
    if costs:
        merits.append(-(chosen @ _memberships(items, costs)))
    efficient = _undominated(np.hstack(merits))
    sets = pd.DataFrame(chosen.astype(bool), columns=names)
    flags = pd.Series(efficient, index=sets.index, name="efficient")
    return Portfolios(sets, flags, sets[flags].mean().rename("core_index"))


@door(StrategyError)
def schedule(
    items: pd.DataFrame,
    horizons: Sequence[str],
    *,
    needs: Iterable[tuple[str, str]] = (),
    column: str = "horizon",
) -> Schedule:
    """Set items in waves that respect their stated horizons and what they need.

    Parameters
    ----------
    items : DataFrame
        Indexed by item, with the label of the horizon in `column`.
    horizons
        Labels, soonest first.
    needs
        Pairs (item, what it needs).

    Raises
    ------
    StrategyError
        If a label or an item is unknown, or needs run in a circle.
    """
    names = [str(name) for name in items.index]
    pairs = list(needs)
    distinct(names, "items", StrategyError)
    _check_needs(names, pairs)
    own = dict(zip(names, _codes(items, column, horizons), strict=True))
    wave: dict[str, int] = {}

    def settle(name: str, above: tuple[str, ...]) -> int:
        if name in above:
            raise StrategyError(f"needs run in a circle: {' → '.join([*above, name])}")
        if name not in wave:
            first = [settle(needed, (*above, name)) for one, needed in pairs if one == name]
            wave[name] = max([own[name], *first])
        return wave[name]

    for name in names:
        settle(name, ())
    order = sorted(names, key=lambda name: (wave[name], _depth(name, pairs), names.index(name)))
    table = pd.DataFrame(
        {
            "stated": [horizons[own[name]] for name in order],
            "wave": [horizons[wave[name]] for name in order],
            "needs": [tuple(needed for one, needed in pairs if one == name) for name in order],
        },
        index=order,
    )
    late = [(name, needed) for name, needed in pairs if own[needed] > own[name]]
    return Schedule(table, tuple(late))


def _feasible(names: list[str], needs: list[tuple[str, str]], size: int | None) -> Ints:
    """Return the sets that hold what they need: shape (sets, items), 0 or 1, smallest first."""
    _check_needs(names, needs)
    count = len(names)
    codes = np.arange(2**count)
    held = (codes[:, None] >> np.arange(count)) & 1
    keep = np.ones(len(codes), dtype=bool)
    for one, needed in needs:
        keep &= held[:, names.index(one)] <= held[:, names.index(needed)]
    if size is not None:
        keep &= held.sum(axis=1) == size
    if not keep.any():
        raise StrategyError(f"no set of {size} items respects the dependences")
    sets = held[keep].astype(np.int64)
    ordered: Ints = sets[np.argsort(sets.sum(axis=1), kind="stable")]
    return ordered


def _memberships(items: pd.DataFrame, grades: Grades) -> Ints:
    """Return which items belong to each upward-closed group of labels: shape (items, groups)."""
    if not grades:
        raise StrategyError("benefits: at least one attribute is needed")
    codes = np.column_stack([_codes(items, name, labels) for name, labels in grades.items()])
    held = {tuple(row) for row in codes.tolist()}
    above = {
        one: frozenset(
            other for other in held if all(a >= b for a, b in zip(other, one, strict=True))
        )
        for one in held
    }
    groups: set[frozenset[tuple[int, ...]]] = {frozenset()}
    for one in sorted(held):
        groups |= {group | above[one] for group in groups}
        if len(groups) > _MOST_UPPER_SETS:
            raise StrategyError(f"{len(grades)} attributes leave too many ways to value an item")
    rows = [tuple(row) for row in codes.tolist()]
    ordered = sorted(groups - {frozenset()}, key=lambda group: (len(group), sorted(group)))
    return np.array([[row in group for group in ordered] for row in rows], dtype=np.int64)


def _undominated(merits: Ints) -> npt.NDArray[np.bool_]:
    """Return which rows no other row equals or exceeds everywhere and exceeds somewhere."""
    kinds, back = np.unique(merits, axis=0, return_inverse=True)
    # what dominates a row has a greater sum: one pass from the greatest sum down is enough
    order = np.argsort(-kinds.sum(axis=1), kind="stable")
    kept = np.zeros(len(kinds), dtype=bool)
    front = np.empty((0, kinds.shape[1]), dtype=kinds.dtype)
    for place in order:
        if not (front >= kinds[place]).all(axis=1).any():
            kept[place] = True
            front = np.vstack([front, kinds[place]])
    flags: npt.NDArray[np.bool_] = kept[back.ravel()]
    return flags


def _codes(items: pd.DataFrame, column: str, labels: Sequence[str]) -> list[int]:
    if column not in items:
        raise StrategyError(f"items: no column « {column} »")
    distinct(labels, f"labels of {column}", StrategyError)
    for value in items[column]:
        if value not in labels:
            raise unknown(value, labels, f"label in column {column}:", StrategyError)
    return [list(labels).index(value) for value in items[column]]


def _check_needs(names: list[str], needs: list[tuple[str, str]]) -> None:
    wrong = sorted({name for pair in needs for name in pair} - set(names))
    if wrong:
        raise StrategyError(f"needs: no item {', '.join(wrong)}; items are {', '.join(names)}")
    if own := [one for one, needed in needs if one == needed]:
        raise StrategyError(f"needs: {own[0]} is said to need itself")


def _depth(name: str, needs: list[tuple[str, str]]) -> int:
    return max((1 + _depth(needed, needs) for one, needed in needs if one == name), default=0)
