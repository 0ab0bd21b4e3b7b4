"""What Python says and what the page says, compared: the one harness of every view.

JavaScript runs in Node, from the very text that ships (`handbook.views.base.bundle`).
"""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conftest import cannot_run

from handbook.views import Explorer
from handbook.views.base import bundle

State = Mapping[str, Any]


def in_javascript(code: str, given: object, *modules: str) -> Any:
    """Return what a JavaScript expression gives, as JSON.

    `code` sees ``given`` and, under its file's stem, each of the modules (``base/french.js`` is
    ``french``, ``regions/view.js`` is ``view``).
    """
    node = shutil.which("node")
    if node is None:
        cannot_run("no Node here: Python and JavaScript were not compared (apt install nodejs)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loads = []
        for path in modules:
            stem = Path(path).stem
            (folder / f"{stem}.mjs").write_text(bundle.library(path), encoding="utf-8")
            loads.append(f'import * as {stem} from "./{stem}.mjs";\n')
        (folder / "main.mjs").write_text(
            'import { readFileSync } from "node:fs";\n'
            + "".join(loads)
            + 'const given = JSON.parse(readFileSync(0, "utf8"));\n'
            + f"process.stdout.write(JSON.stringify({code}));\n",
            encoding="utf-8",
        )
        run = subprocess.run(
            [node, folder / "main.mjs"],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def random_states(view: Explorer, count: int, seed: int = 2032) -> list[dict[str, Any]]:
    """Return checked states that a reader can reach: each field moved or left, ends included."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    states = [dict(view.state)]
    for _ in range(count):
        wanted = {
            one["key"]: _drawn(one, draw) if draw.random() < 0.6 else view.state[one["key"]]
            for one in view.data["fields"]
        }
        states.append(view._checked(wanted))
    return states


def _drawn(field: Mapping[str, Any], draw: random.Random) -> Any:
    if field["kind"] == "choice":
        return draw.choice(field["values"])
    if field["kind"] == "choices":
        most = min(len(field["values"]), field.get("maximum", 9))
        return draw.sample(field["values"], draw.randint(0, most))
    if field["kind"] == "number":
        low, high, step = field["minimum"], field["maximum"], field["step"]
        steps = draw.randint(0, math.ceil((high - low) / step))
        return round(min(high, low + steps * step), 6)
    return "".join(draw.choice("aéÉ œ'’<-9 ") for _ in range(draw.randint(0, 12))).strip()


def assert_same_words(
    view: Explorer, states: Iterable[State], *, rtol: float = 0.0
) -> list[dict[str, Any]]:
    """Hold both summaries equal in every state (numbers of curves within `rtol`); return them."""
    asked = [view._checked({**view.state, **state}) for state in states]
    said = in_javascript(
        "given.states.map((state) => view.summary(given.data, state))",
        {"data": view.data, "states": asked},
        f"{view.name}/view.js",
    )
    for state, theirs in zip(asked, said, strict=True):
        ours = json.loads(json.dumps(asdict(view.summary(state))))
        assert ours.keys() == theirs.keys(), state
        for key, mine in ours.items():
            assert _close(mine, theirs[key], rtol), (view.name, key, state, mine, theirs[key])
    return list(said)


def _close(mine: Any, theirs: Any, rtol: float) -> bool:
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(
            _close(a, b, rtol) for a, b in zip(mine, theirs, strict=True)
        )
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(_close(mine[k], theirs[k], rtol) for k in mine)
    if rtol and isinstance(mine, float) and isinstance(theirs, (int, float)):
        return math.isclose(mine, theirs, rel_tol=rtol)
    return bool(mine == theirs)
