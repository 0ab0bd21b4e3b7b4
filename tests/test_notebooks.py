"""The notebooks: executed, short, framed alike, free of helpers and of typed-in figures."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import ROOT

from handbook import dependencies, execution

CHAPTERS = execution.chapters(ROOT / "notebooks")
TEMPLATES = execution.chapters(ROOT / "templates")
FRAME = ("La question", "Ce que dit le document", "Les faits", "L’analyse", "Ce que cela change")
FRAME += ("Limites", "Sources")
NUMBER = re.compile(r"(?<![\w-])\d{1,3}(?:[   ]\d{3})+(?:,\d+)?|(?<![\w,-])\d+(?:,\d+)?")


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def code_lines(cell: dict[str, Any]) -> int:
    lines = "".join(cell["source"]).splitlines()
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


every_notebook = pytest.mark.parametrize("path", [*CHAPTERS, *TEMPLATES], ids=lambda p: p.stem)


@every_notebook
def test_every_code_cell_has_run_in_order_without_a_warning(path: Path) -> None:
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [out for out in outputs if out["output_type"] == "error" or out.get("name")]


@every_notebook
def test_a_notebook_is_prose_with_a_few_calls(path: Path) -> None:
    code = cells(path, "code")
    assert max(map(code_lines, code)) <= 20
    assert sum(map(code_lines, code)) <= 60
    tree = ast.parse("\n".join("".join(cell["source"]) for cell in code))
    helpers = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, helpers)]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "*" not in {name.name for node in imports for name in node.names}


def test_the_median_notebook_has_at_most_35_lines_of_code() -> None:
    assert statistics.median(sum(map(code_lines, cells(path, "code"))) for path in CHAPTERS) <= 35


@every_notebook
def test_a_notebook_follows_the_common_frame(path: Path) -> None:
    text = "\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert [title for title in headings if title in FRAME] == list(FRAME)


@pytest.fixture(scope="session")
def known_figures() -> set[float]:
    values: set[float] = set()
    for name in ("observations", "targets", "claims"):
        table = pd.read_csv(ROOT / "data" / f"{name}.csv", dtype=str)
        values.update(pd.to_numeric(table["value"], errors="coerce").dropna())
    return values


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_figure_that_the_data_hold_is_typed_in_prose(
    path: Path, known_figures: set[float]
) -> None:
    allowed = {float(year) for year in range(1900, 2101)} | {float(n) for n in range(13)}
    allowed |= {80.0, 95.0}  # the two levels of every interval
    for cell in cells(path, "markdown"):
        prose = re.sub(r"\{[\w-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)", "", "".join(cell["source"]))
        for text in NUMBER.findall(prose):
            value = float(re.sub(r"[   ]", "", text).replace(",", "."))
            assert value in allowed or value not in known_figures, f"typed in prose: {text}"


def run_nbval(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)


def test_one_changed_digit_turns_the_comparison_red(tmp_path: Path) -> None:
    """Guards the guard: were outputs stripped or ignored, the comparison could not fail."""
    copy = tmp_path / "mutated.ipynb"
    notebook = nbformat.read(TEMPLATES[0], as_version=4)
    first = next(k for k, cell in enumerate(notebook.cells) if "empreinte" in str(cell))
    notebook.cells = notebook.cells[: first + 2]  # what leads to the changed digit, and the next
    mutated, count = re.subn(r"empreinte [0-9a-f]{4}", "empreinte ffff", nbformat.writes(notebook))
    assert count == 1
    copy.write_text(mutated, encoding="utf-8")
    run = run_nbval(copy)
    assert run.returncode == 1
    assert f"1 failed, {len(cells(copy, 'code')) - 1} passed" in run.stdout


def test_an_interrupted_execution_leaves_the_old_notebook_whole(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in ("1 + 1", "1 / 0")]
    )
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    before = path.read_bytes()
    assert list(execution.execute_all([path], workers=1)) == [path]
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.suffix in {".ipynb", ".tmp"}] == [path.name]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's code and data, and one notebook executed in it."""
    project = tmp_path_factory.mktemp("projet")
    for name in ("handbook", "data"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    (project / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            nbformat.v4.new_markdown_cell("# Essai", id="prose"),
            nbformat.v4.new_code_cell(
                "from handbook import facts\n\nfacts.figure('msp_nb').value", id="code"
            ),
            nbformat.v4.new_code_cell("'mai' + 'sons'", id="shown"),
        ],
    )
    nbformat.write(notebook, project / "notebooks" / "essai.ipynb")
    run = tool(project, "notebooks")
    assert run.returncode == 0, run.stderr
    return project


def tool(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the execution command of a copy of the project, with that copy's own code."""
    command = [sys.executable, "-m", "handbook.execution", *arguments]
    environment = os.environ | {"PYTHONPATH": str(project)}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


CHANGED = {
    "code": (lambda at: swap(at / "notebooks/essai.ipynb", "msp_nb", "cpts_total"), "its code"),
    "output": (lambda at: swap(at / "notebooks/essai.ipynb", "maisons", "centres"), "its outputs"),
    "data": (lambda at: append(at / "data/observations.csv", "\n"), "data/observations.csv"),
    "room": (lambda at: append(at / "handbook/facts/store.py", "#\n"), "handbook/facts/store.py"),
    "data gone": (lambda at: (at / "data/series.csv").unlink(), "data/series.csv is gone"),
}
UNCHANGED = {
    "prose": lambda at: swap(at / "notebooks/essai.ipynb", "# Essai", "# Mieux"),
    "table that it does not read": lambda at: append(at / "data/claims.csv", "\n"),
    "room that it does not use": lambda at: append(at / "handbook/scenarios/matrix.py", "#\n"),
    "time stamp": lambda at: (at / "data/observations.csv").touch(),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_change_of_what_a_notebook_depends_on_is_seen(
    executed: Path, tmp_path: Path, kind: str
) -> None:
    change, reason = CHANGED[kind]
    project = shutil.copytree(executed, tmp_path / "copie")
    change(project)
    found = dependencies.changes(project / "notebooks" / "essai.ipynb", project)
    assert len(found) == 1
    assert found[0].startswith(reason)


@pytest.mark.parametrize("kind", UNCHANGED)
def test_a_change_of_anything_else_is_not(executed: Path, tmp_path: Path, kind: str) -> None:
    project = shutil.copytree(executed, tmp_path / "copie")
    UNCHANGED[kind](project)
    assert dependencies.changes(project / "notebooks" / "essai.ipynb", project) == []


def test_only_the_notebooks_that_no_longer_hold_are_executed(
    executed: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(executed, tmp_path / "copie")
    notebook = project / "notebooks" / "essai.ipynb"
    written = notebook.stat().st_mtime_ns
    assert "Nothing has changed" in tool(project, "notebooks").stdout
    assert notebook.stat().st_mtime_ns == written
    swap(notebook, "msp_nb", "cpts_total")
    refused = tool(project, "--check", "notebooks")
    assert refused.returncode == 1
    assert "notebooks/essai.ipynb: its code changed" in refused.stderr
    assert "make notebook NAME=essai" in refused.stderr
    assert "executed" in tool(project, "notebooks").stdout
    assert tool(project, "--check", "notebooks").returncode == 0


def test_every_notebook_holds() -> None:
    assert execution.outdated([*CHAPTERS, *TEMPLATES]) == {}
