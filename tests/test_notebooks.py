"""The notebooks: executed, open to the reader, framed alike, free of typed-in figures."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import ROOT

from handbook import dependencies, execution

# A tutorial shows how, on files that the reader replaces: no document, no finding, no figure held
# by the data. All else is asked of it as of a chapter.
TUTORIALS = [ROOT / "notebooks" / "avec-vos-donnees.ipynb"]
CHAPTERS = [path for path in execution.chapters(ROOT / "notebooks") if path not in TUTORIALS]
TEMPLATES = execution.chapters(ROOT / "templates")
# « Ce que disent les documents » where a chapter holds several to account
ONE, SEVERAL = "Ce que dit le document", "Ce que disent les documents"
FRAME = ["La question", "La réponse", ONE, "L’analyse", "À vous"]
FRAME += ["Ce que cela change", "Limites", "Sources"]
TUTORIAL_FRAME = ["La question", "Une série", "Des unités à comparer"]
TUTORIAL_FRAME += ["Une matrice d’effets croisés", "Le compte d’un centre", "Sans écrire de code"]
TUTORIAL_FRAME += ["Emporter", "Limites", "Sources"]
SPACE = r"[\u0020\u00a0\u202f]"
NUMBER = re.compile(rf"(?<![\w-])\d{{1,3}}(?:{SPACE}\d{{3}})+(?:,\d+)?|(?<![\w,-])\d+(?:,\d+)?")
LONGEST_TITLE = 89
FEWEST_LINES, MOST_LINES, MOST_LINES_IN_A_CELL = 60, 160, 20
ROLE_OR_DIRECTIVE = re.compile(r"\{[\w:-]+\}`|^\s*(?:```+|:::+)\s*\{", re.M)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPUTING = {"fit", "mean", "median", "sum", "corr", "diff", "pct_change", "quantile", "std"}
COMPUTING |= {"rank", "cumsum", "agg", "describe", "value_counts"}
FRAMING = {"loc", "assign", "groupby", "pivot", "pivot_table", "merge", "join", "sort_values"}
FRAMING |= {"query", "set_index", "reset_index", "unstack", "stack", "melt", "resample"}
FRAMING |= {"to_frame", "dropna"}


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def code_lines(cell: dict[str, Any]) -> int:
    lines = "".join(cell["source"]).splitlines()
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def code_of(path: Path) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in cells(path, "code"))


class Code:
    """What the code of a notebook imports, uses and calls."""

    def __init__(self, text: str) -> None:
        self.nodes = list(ast.walk(ast.parse(text)))
        self.aliases: dict[str, str] = {}  # module or object, by the name that the code uses
        for node in self.nodes:
            if isinstance(node, ast.Import):
                self.aliases |= {n.asname or n.name.partition(".")[0]: n.name for n in node.names}
            elif isinstance(node, ast.ImportFrom):
                self.aliases |= {n.asname or n.name: f"{node.module}.{n.name}" for n in node.names}
        self.names = {node.id for node in self.nodes if isinstance(node, ast.Name)}
        self.attributes = {node.attr for node in self.nodes if isinstance(node, ast.Attribute)}
        calls = [node.func for node in self.nodes if isinstance(node, ast.Call)]
        self.called = {node.id for node in calls if isinstance(node, ast.Name)}
        self.called |= {node.attr for node in calls if isinstance(node, ast.Attribute)}

    def uses(self, *packages: str) -> bool:
        """Tell whether a name imported from one of these packages serves."""
        return any(
            name in self.names and (target.partition(".")[0] in packages or target in packages)
            for name, target in self.aliases.items()
        )

    def imports(self, module: str) -> bool:
        return any(f"{target}.".startswith(f"{module}.") for target in self.aliases.values())

    def computes(self) -> bool:
        sums = [node for node in self.nodes if isinstance(node, ast.BinOp)]
        numeric = [
            node
            for node in sums
            if isinstance(node.op, ARITHMETIC)
            and not isinstance(node.left, (ast.JoinedStr, ast.Constant, ast.List))
            and not isinstance(node.right, (ast.JoinedStr, ast.List))
        ]
        return bool(numeric or self.called & COMPUTING)

    def hidden(self) -> list[str]:
        """Name what the reader misses: an empty list for an open notebook."""
        missing = []
        if not (self.uses("pandas") or len(self.attributes & FRAMING) > 1):
            missing.append("a data frame")
        if not self.computes():
            missing.append("a computation or a fit")
        if not self.uses("seaborn", "matplotlib"):
            missing.append("a plot drawn with seaborn or matplotlib")
        if self.called & {"forecast", "forecast_panel"} and not (
            self.uses("statsmodels") and "fit" in self.called
        ):
            missing.append("a statsmodels model beside ours")
        if self.imports("handbook.scenarios") and not self.uses("ipywidgets"):
            missing.append("ipywidgets controls to choose a scenario")
        return missing


NOTEBOOKS = [*CHAPTERS, *TUTORIALS, *TEMPLATES]
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


@every_notebook
def test_every_code_cell_has_run_in_order_without_a_warning(path: Path) -> None:
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [out for out in outputs if out["output_type"] == "error" or out.get("name")]


@every_notebook
def test_no_cell_hides_its_code_from_the_switch_of_the_page(path: Path) -> None:
    tags = {tag for cell in cells(path, "code") for tag in cell["metadata"].get("tags", ())}
    assert not tags & {"hide-input", "hide-cell", "remove-input", "remove-cell"}


@every_notebook
def test_a_cell_is_short_and_says_what_it_imports(path: Path) -> None:
    assert max(map(code_lines, cells(path, "code"))) <= MOST_LINES_IN_A_CELL
    assert not [name for name in Code(code_of(path)).aliases if name == "*"]


@every_notebook
def test_what_seaborn_draws_at_random_starts_from_a_seed(path: Path) -> None:
    """It shakes the points of a strip plot unless told not to: the picture would never be twice
    the same."""
    for cell in cells(path, "code"):
        source = "".join(cell["source"])
        shaken = "stripplot(" in source and "jitter=False" not in source
        assert not shaken or "np.random.seed(" in source, source


def test_the_front_page_leads_to_every_chapter() -> None:
    front = (ROOT / "book" / "accueil.md").read_text(encoding="utf-8")
    leads = [*CHAPTERS, *TUTORIALS]
    assert [path.stem for path in leads if f"notebooks/{path.name})" not in front] == []


@every_notebook
def test_the_analysis_stands_in_the_notebook_itself(path: Path) -> None:
    assert Code(code_of(path)).hidden() == []


CLOSED = """
from handbook import forecasting, scenarios
from handbook import market

past = market.answered()
forecast = forecasting.forecast(market.profiles(), horizon=4)
market.remember(past, forecast, title="Un titre : " + market.title)
"""
OPENER = """
import ipywidgets as widgets
import pandas as pd
import seaborn as sns
from statsmodels.tsa.api import ETSModel
from handbook import facts, forecasting, scenarios

table = pd.DataFrame(facts.series("msp_nb"))
fit = ETSModel(table, trend="add").fit(disp=False)
forecast = forecasting.forecast(table, horizon=4)
sns.lineplot(table)
widgets.Dropdown(options=scenarios.read("x"))
"""


def test_a_notebook_that_only_calls_the_package_is_found_closed() -> None:
    assert len(Code(CLOSED).hidden()) == 5
    assert Code(OPENER).hidden() == []
    for line in ("import ipywidgets", "import seaborn", "from statsmodels"):
        without = "\n".join(row for row in OPENER.splitlines() if not row.startswith(line))
        assert len(Code(without).hidden()) == 1


# What JupyterLab, VS Code and Voilà show without anything more than ipywidgets.
SHOWN_EVERYWHERE = {"text/html", "text/markdown", "text/plain", "image/png", "image/svg+xml"}


@every_notebook
def test_every_output_is_shown_by_any_editor_of_notebooks(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {"text/plain": ""}))
            assert kinds <= SHOWN_EVERYWHERE
            assert "text/plain" in kinds, "an editor that shows no HTML would show nothing"


@pytest.mark.parametrize("path", [*CHAPTERS, *TUTORIALS], ids=lambda p: p.stem)
def test_a_chapter_shows_its_code_without_drowning_the_reader(path: Path) -> None:
    assert FEWEST_LINES <= sum(map(code_lines, cells(path, "code"))) <= MOST_LINES


@every_notebook
def test_prose_reads_in_jupyterlab_as_on_the_page(path: Path) -> None:
    texts = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    outputs = [output for cell in cells(path, "code") for output in cell["outputs"]]
    texts += ["".join(output.get("data", {}).get("text/markdown", "")) for output in outputs]
    assert [found for text in texts for found in ROLE_OR_DIRECTIVE.findall(text)] == []


@every_notebook
def test_a_title_fits_in_two_lines(path: Path) -> None:
    outputs = [output for cell in cells(path, "code") for output in cell["outputs"]]
    shown = [output.get("metadata", {}).get("handbook", {}).get("title", "") for output in outputs]
    prose = "\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))
    titles = [*shown, *re.findall(r"^#+ (.+)$", prose, re.M)]
    assert [title for title in titles if len(title) > LONGEST_TITLE] == []


@every_notebook
def test_a_notebook_follows_the_common_frame(path: Path) -> None:
    text = "\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))
    headings = re.findall(r"^## (.+)$", text, re.M)
    held = [ONE if heading == SEVERAL else heading for heading in headings]
    assert held == (TUTORIAL_FRAME if path in TUTORIALS else FRAME)


def test_the_code_of_notebooks_is_typed_rightly(tmp_path: Path) -> None:
    modules = []
    for path in NOTEBOOKS:
        modules.append(tmp_path / f"{path.stem.replace('-', '_')}.py")
        text = f"from IPython.display import display\n\n{code_of(path)}\n"
        modules[-1].write_text(text, encoding="utf-8")
    # what pandas returns is left unchecked: its stubs refuse much of what it rightly accepts
    settings = tmp_path / "mypy.ini"
    settings.write_text(
        "[mypy]\nignore_missing_imports = True\ncheck_untyped_defs = True\n"
        "follow_imports = silent\n[mypy-pandas.*]\nfollow_imports = skip\n"
        "follow_imports_for_stubs = True\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", f"--config-file={settings}"]
    command += [f"--cache-dir={ROOT / '.cache' / 'mypy-notebooks'}", *map(str, modules)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.fixture(scope="session")
def known_figures() -> set[float]:
    values: set[float] = set()
    for name in ("observations", "targets", "claims"):
        table = pd.read_csv(ROOT / "data" / f"{name}.csv", dtype=str)
        values.update(pd.to_numeric(table["value"], errors="coerce").dropna())
    return values


YEARS = {float(year) for year in range(1900, 2101)}
# counts said in words or digits, the two levels of every interval, the base of an index
ALLOWED = YEARS | {float(n) for n in range(13)} | {80.0, 95.0}
IN_CODE = ALLOWED | {100.0}
# an age, and the base of a rate, are part of a definition
DEFINED = re.compile(
    rf"\b\d+\sans\b|\bpour (?:100|10?{SPACE}000|100{SPACE}000) habitants\b", re.IGNORECASE
)


def typed(prose: str, allowed: set[float], known: set[float]) -> list[str]:
    """Return the numbers written in a text that the data hold."""
    return [
        text
        for text in NUMBER.findall(DEFINED.sub("", prose))
        if (value := float(re.sub(SPACE, "", text).replace(",", "."))) in known
        and value not in allowed
    ]


@pytest.mark.parametrize("path", [*CHAPTERS, *TUTORIALS], ids=lambda p: p.stem)
def test_no_figure_that_the_data_hold_is_typed_in_prose(
    path: Path, known_figures: set[float]
) -> None:
    for cell in cells(path, "markdown"):
        prose = re.sub(r"\{[\w-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)", "", "".join(cell["source"]))
        assert typed(prose, ALLOWED, known_figures) == []


@every_notebook
def test_no_figure_that_the_data_hold_is_typed_in_a_computed_sentence(
    path: Path, known_figures: set[float]
) -> None:
    texts = [node for node in Code(code_of(path)).nodes if isinstance(node, ast.Constant)]
    sentences = [text.value for text in texts if len(str(text.value).split()) > 2]
    assert typed(" | ".join(map(str, sentences)), IN_CODE, known_figures) == []


def test_a_typed_figure_is_found(known_figures: set[float]) -> None:
    assert typed("673 centres, dont 12 à 75 ans, pour 1 000 habitants", ALLOWED, known_figures) == [
        "673"
    ]


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
    "checksum of a table": lambda at: append(at / "data/datapackage.yaml", "    bytes: 12\n"),
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
    assert execution.outdated(NOTEBOOKS) == {}
