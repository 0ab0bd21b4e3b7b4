"""Every public entry: what is right is computed, what is not is refused by name, never raw."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from public_entries import Entry, entries

from handbook.core.doors import door
from handbook.core.errors import HandbookError

ENTRIES = entries()
# Arguments of any kind: a date is many things, an unlabelled question may be None.
OF_ANY_KIND = {"at", "date", "start", "to"}
HOSTILE = st.one_of(
    st.none(),
    st.sampled_from([math.nan, math.inf, -math.inf, 10**30, -(10**30), 1j, b"x", pd.NaT]),
    st.sampled_from([np.int64(-7), np.float32(2.5), True]),
    st.floats(),
    st.text(max_size=4),
    st.lists(st.floats(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.floats(), max_size=2),
    st.builds(object),
    st.just(pd.DataFrame()),
    st.just(pd.Series([math.inf])),
)
DOORED = sorted(
    name
    for name, (function, _) in ENTRIES.items()
    if hasattr(
        getattr(function, "__init__" if isinstance(function, type) else "__call__"), "__wrapped__"
    )
    or hasattr(function, "__wrapped__")
)


@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_right_is_accepted(name: str) -> None:
    function, arguments = ENTRIES[name]
    function(**arguments)


def test_the_doors_of_the_rooms_are_guarded() -> None:
    rooms = {ENTRIES[name][0].__module__.split(".")[1] for name in DOORED}
    assert rooms >= {"benchmarking", "core", "economics", "facts", "figures", "forecasting"}
    assert rooms >= {"scenarios", "strategy", "views"}
    assert len(DOORED) > 130


@pytest.mark.parametrize("name", ENTRIES)
@settings(max_examples=8, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_a_hostile_argument_is_refused_by_name(name: str, data: st.DataObject) -> None:
    arguments = ENTRIES[name][1]
    if not arguments:
        return
    where = data.draw(st.sampled_from(sorted(arguments.keys() - OF_ANY_KIND) or sorted(arguments)))
    value = data.draw(HOSTILE)
    result = answer(ENTRIES[name], where, value)
    assert not infinite(result), (where, value)


def answer(entry: Entry, where: str, value: object) -> Any:
    function, arguments = entry
    try:
        return function(**{**arguments, where: value})
    except HandbookError as error:
        return str(error)


def infinite(result: object) -> bool:
    if isinstance(result, float):
        return math.isinf(result)
    if isinstance(result, pd.DataFrame):
        return any(infinite(result.iloc[:, rank]) for rank in range(result.shape[1]))
    if isinstance(result, pd.Series) and pd.api.types.is_float_dtype(result):
        return bool(np.isinf(result.to_numpy(dtype=float)).any())
    return False


@pytest.mark.parametrize("name", DOORED)
def test_a_misspelt_option_is_told_the_nearest(name: str) -> None:
    function, arguments = ENTRIES[name]
    option = max(arguments, key=len)
    if len(option) < 3:
        return
    wrong = option[:-1] + "zz"
    if any(kind == "VAR_KEYWORD" for kind in kinds(function)):
        return
    with pytest.raises(HandbookError, match=f"unknown option .*{wrong}.*{option}"):
        function(**{wrong if key == option else key: value for key, value in arguments.items()})


def kinds(function: Any) -> list[str]:
    import inspect

    return [one.kind.name for one in inspect.signature(function).parameters.values()]


class DoorError(HandbookError):
    pass


@door(DoorError, n=(1, 9))
def guarded(
    n: int, x: float = 1.0, names: list[str] | None = None, y: dict[str, float] | None = None
) -> tuple[int, object]:
    return n, (x, names, y)


@given(st.integers(1, 9), st.floats(-1e300, 1e300), st.lists(st.text()))
def test_a_door_lets_through_what_its_annotations_say(n: int, x: float, names: list[str]) -> None:
    assert guarded(n, x, names, {"a": x})[0] == n
    assert guarded(np.int64(n), np.float32(1.5))[0] == n


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"n": 10}, "n: a whole number from 1 to 9"),
        ({"n": 1.0}, "n: a whole number"),
        ({"n": True}, "n: a whole number"),
        ({"n": 1, "x": math.nan}, "x: a finite number is expected, not nan"),
        ({"n": 1, "x": 10**400}, "x: a finite number"),
        ({"n": 1, "names": "ab"}, "names: a list or None"),
        ({"n": 1, "names": ["a", 2]}, "names: a list of texts"),
        ({"n": 1, "y": {"a": math.inf}}, "y: a mapping of finite numbers"),
        ({"n": 1, "name": []}, "unknown option of guarded « name »; nearest: names"),
    ],
)
def test_a_door_says_what_is_wrong(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(DoorError, match=said):
        guarded(**arguments)
