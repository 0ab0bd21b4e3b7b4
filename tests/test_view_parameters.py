"""Numbers offered with a range, a status and a source."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parity import in_javascript

from handbook.views import Parameter, central_state, moved, parameter_entries, parameter_fields


def made(**changed: Any) -> Parameter:
    told: dict[str, Any] = {
        "key": "share",
        "param": "part",
        "label": "Part",
        "group": "Recettes",
        "low": 1,
        "central": 2,
        "high": 4,
        "unit": "%",
    }
    return Parameter(**{**told, **changed})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"low": 3}, "increasing order"),
        ({"maximum": 3}, "increasing order"),
        ({"status": "vrai"}, "« vrai »; nearest: fait"),
        ({"status": "fait"}, "needs a source"),
        ({"central": float("nan")}, "central: a finite number"),
    ],
)
def test_what_could_mislead_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(**changed)


def test_a_single_published_value_needs_bounds_to_move_in() -> None:
    fixed = {"low": 2, "high": 2, "status": "fait", "sources": ["s"]}
    with pytest.raises(ValueError, match="nothing to choose"):
        made(**fixed).field()
    assert made(**fixed, minimum=0, maximum=3).field().maximum == 3


@given(st.floats(0, 1e6), st.floats(1e-3, 1e6))
def test_the_slider_has_fifty_to_a_hundred_round_steps(low: float, width: float) -> None:
    field = made(low=low, central=low, high=low + width).field()
    assert 39 <= (field.maximum - field.minimum) / field.step <= 101
    assert f"{field.step:e}"[0] in "125"


def test_a_row_of_data_becomes_a_parameter() -> None:
    row = {
        "input": "share",
        "param": "part",
        "label": "Part",
        "group": "income",
        "low": 1.0,
        "central": 2.0,
        "high": 4.0,
        "unit": "%",
        "status": "sourced",
        "note": float("nan"),
    }
    told = Parameter.from_row(row, group="Recettes", sources=["s"], digits=1)
    assert (told.status, told.group, told.note, told.sources) == ("fait", "Recettes", "", ("s",))
    with pytest.raises(ValueError, match="'sourced', 'model'"):
        Parameter.from_row({**row, "status": "fait"}, sources=["s"])


def test_fields_state_and_words_agree_with_the_page() -> None:
    both = [made(), made(key="rent", param="loyer", label="Loyer", unit="€", low=0, high=30_000)]
    entries = parameter_entries(both)
    assert [one.key for one in parameter_fields(both)] == list(central_state(both))
    states = [{"share": share, "rent": rent} for share in (2, 3.5) for rent in (2, 12_300)]
    said = in_javascript(
        "[parameters.centralValues({ parameters: given.entries }),"
        " given.states.map((state) => parameters.moved(given.entries, state))]",
        {"entries": entries, "states": states},
        "base/parameters.js",
    )
    assert said == [
        central_state(both),
        [moved(entries, state) for state in states],
    ]
    assert moved(entries, states[0]) == []
