"""Checks on names, scores and keys, with errors that name what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral

import numpy as np
import numpy.typing as npt

from handbook.core.errors import HandbookError, unknown
from handbook.scenarios.balance import IntArray

RESERVED = ("consistency", "total_impact")
LARGEST_SCORE = 1_000_000


class ScenarioError(HandbookError):
    """A descriptor, state, score or scenario is not what the matrix expects."""


def checked_descriptors(descriptors: object) -> dict[str, tuple[str, ...]]:
    """Check descriptors and their states; raise `ScenarioError` naming what is wrong."""
    if not isinstance(descriptors, Mapping) or not descriptors:
        raise ScenarioError('"descriptors" must map at least one name to its states')
    checked: dict[str, tuple[str, ...]] = {}
    for name, states in descriptors.items():
        check_name(name, "descriptor")
        if name in RESERVED:
            raise ScenarioError(f"descriptor name {name!r} is reserved for the results")
        if isinstance(states, str) or not isinstance(states, Sequence) or not states:
            raise ScenarioError(f"descriptor {name!r} must list at least one state")
        for state in states:
            check_name(state, f"state of descriptor {name!r}")
        if len(set(states)) < len(states):
            twice = next(s for s in states if list(states).count(s) > 1)
            raise ScenarioError(f"descriptor {name!r} lists state {twice!r} twice")
        checked[name] = tuple(states)
    return checked


def check_name(name: object, what: str) -> None:
    """Raise `ScenarioError` unless `name` is a non-empty text."""
    if not isinstance(name, str) or not name.strip():
        raise ScenarioError(f"{what} must be named by a non-empty text, not {name!r}")


def integer(value: object, what: str) -> int:
    """Check a whole number of reasonable size; `what` names it in the error."""
    whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool | np.bool_) or not whole:
        raise ScenarioError(f"{what}: {value!r} is not an integer")
    number = int(value)  # type: ignore[call-overload]
    if abs(number) > LARGEST_SCORE:
        raise ScenarioError(f"{what}: {number} exceeds {LARGEST_SCORE} in absolute value")
    return int(number)


def checked_scores(scores: npt.ArrayLike, total: int) -> IntArray:
    """Check scores of shape (total, total) and make them read-only."""
    try:
        array = np.asarray(scores)
    except ValueError as error:
        raise ScenarioError(f"scores must have shape {(total, total)}: {error}") from error
    if array.shape != (total, total):
        raise ScenarioError(f"scores must have shape {(total, total)}, not {array.shape}")
    if not np.issubdtype(array.dtype, np.integer):
        cells = np.ndindex(*array.shape)
        array = array.astype(object)
        whole = [integer(array[c], f"score in row {c[0]}, column {c[1]}") for c in cells]
        array = np.array(whole, dtype=np.int64).reshape(array.shape)
    if max(int(array.max()), -int(array.min())) > LARGEST_SCORE:
        raise ScenarioError(f"a score exceeds {LARGEST_SCORE} in absolute value")
    array = array.astype(np.int64)
    array.setflags(write=False)
    return array


def cell(key: object, labels: Mapping[str, int]) -> tuple[int, int]:
    """Row and column of a key such as "A.a1->B.b2"; names may hold dots and arrows."""
    text = str(key)
    parts = text.split("->")
    sides = [("->".join(parts[:i]), "->".join(parts[i:])) for i in range(1, len(parts))]
    for source, target in sides:
        if source.strip() in labels and target.strip() in labels:
            return labels[source.strip()], labels[target.strip()]
    if not sides:
        raise ScenarioError(f'impact {text!r} does not read "descriptor.state->descriptor.state"')
    source, target = (side.strip() for side in sides[0])
    wrong = source if source not in labels else target
    raise unknown(wrong, labels, f"state in impact {text!r}:", ScenarioError)
