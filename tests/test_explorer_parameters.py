"""Numbers offered with a range, a status and a source."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.explorers import Parameter, central_state, moved, parameter_entries, parameter_fields

SOURCES = Path(__file__).parents[1] / "handbook" / "explorers" / "js"


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
        ({"status": "vrai"}, "'fait', 'hypothese'"),
        ({"status": "fait"}, "needs a source"),
        ({"central": float("nan")}, "increasing order"),
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
    with pytest.raises(ValueError, match="'sourced', 'assumption'"):
        Parameter.from_row({**row, "status": "fait"}, sources=["s"])


def test_fields_state_and_words_agree_with_the_page(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    both = [made(), made(key="rent", param="loyer", label="Loyer", unit="€", low=0, high=30_000)]
    entries = parameter_entries(both)
    assert [one.key for one in parameter_fields(both)] == list(central_state(both))
    states = [{"share": share, "rent": rent} for share in (2, 3.5) for rent in (2, 12_300)]
    code = "\n".join(
        f'export * from "{SOURCES.as_uri()}/{name}.js";' for name in ("parameters", "french")
    )
    (tmp_path / "all.mjs").write_text(code, encoding="utf-8")
    script = tmp_path / "said.mjs"
    script.write_text(
        f'import {{ moved, centralValues }} from "./all.mjs";\n'
        f"const entries = {json.dumps(entries)};\n"
        f"console.log(JSON.stringify([centralValues({{ parameters: entries }}),"
        f" {json.dumps(states)}.map((state) => moved(entries, state))]));\n",
        encoding="utf-8",
    )
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    run = subprocess.run([node, script], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [
        central_state(both),
        [moved(entries, state) for state in states],
    ]
    assert moved(entries, states[0]) == []
