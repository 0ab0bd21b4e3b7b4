"""The installed library: what the wheel holds, what it needs, what runs without the rest."""

from __future__ import annotations

import ast
import email
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import DATA, ROOT

ENGINES = ("core", "facts", "forecasting", "benchmarking", "scenarios", "economics", "strategy")
# What a room loads when first asked for, and says how to install (see `handbook.core.optional`).
OPTIONAL = {"matplotlib", "SALib", "distributed"}
DISTRIBUTIONS = {"yaml": "pyyaml", "SALib": "salib", "dateutil": "pandas"}
BLOCKED = """
import sys
class Refused:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refused())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with no network from a copy of what the repository holds."""
    clean = tmp_path_factory.mktemp("depot")
    for name in ("handbook", "data"):
        shutil.copytree(ROOT / name, clean / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clean / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(clean / "dist"), str(clean)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = (clean / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    yield folder
    shutil.rmtree(folder)


def python(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code far from the repository, with the installed package first on the path."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed.parent,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_package_its_types_and_every_table(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        package = yaml.safe_load(archive.read("handbook/data/datapackage.yaml"))
    code = {p.relative_to(ROOT).as_posix() for p in (ROOT / "handbook").rglob("*.py")}
    views = {p.relative_to(ROOT).as_posix() for p in (ROOT / "handbook").rglob("*.js")}
    assert (code | views | {"handbook/py.typed"}) - names == set()
    tables = {f"handbook/data/{resource['path']}" for resource in package["resources"]}
    assert len(tables) == len(package["resources"]) > 30
    assert tables - names == set()
    assert not [name for name in names if not name.startswith(("handbook/", "handbook-"))]
    assert wheel.stat().st_size < 3_000_000


def test_only_what_the_engines_use_is_required(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(path))
    needs = metadata.get_all("Requires-Dist") or []
    required = {re.split(r"[^\w.-]", need)[0].lower() for need in needs if "extra ==" not in need}
    assert not required & {"jupyterlab", "jupyter-book", "sphinx", "matplotlib", "ipywidgets"}
    assert set(metadata.get_all("Provides-Extra") or []) == {
        "book",
        "figures",
        "lab",
        "sensitivity",
    }
    used = set()
    for room in ENGINES:
        for file in (ROOT / "handbook" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    used |= {name.name.partition(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    used.add(node.module.partition(".")[0])
    outside = used - set(sys.stdlib_module_names) - {"handbook"} - OPTIONAL
    assert {DISTRIBUTIONS.get(name, name).lower() for name in outside} - required == set()


def test_the_extras_cover_what_the_book_and_the_laboratory_had() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert any(need.startswith("jupyter-book") for need in extras["book"])
    assert {"jupyterlab", "ipywidgets", "anywidget"} <= set(extras["lab"])


def test_the_facts_are_read_from_inside_the_installed_package(installed: Path) -> None:
    code = (
        "import handbook.facts as facts; print(facts.DATA); print(len(facts.series('msp_nb')));"
        "print(len(facts.table('observations')))"
    )
    run = python(installed, code)
    assert run.returncode == 0, run.stderr
    place, count, rows = run.stdout.split()
    assert Path(place) == installed / "handbook" / "data"
    assert int(count) > 5
    header = (DATA / "observations.csv").read_text(encoding="utf-8")
    assert 0 < int(rows) < header.count("\n")


def test_the_engines_run_without_pictures_jupyter_or_sphinx(installed: Path) -> None:
    names = {"matplotlib", "seaborn", "SALib", "IPython", "ipywidgets", "anywidget", "sphinx"}
    code = BLOCKED.format(names=names) + (
        "from handbook import facts, forecasting, benchmarking, scenarios, economics, strategy\n"
        "made = forecasting.forecast(facts.series('msp_nb', modelling=True), 3)\n"
        "print(len(made.to_frame()), '<table' in made._repr_html_())\n"
        "try:\n    made.save('x.png')\nexcept ImportError as error:\n    print(error)\n"
    )
    run = python(installed, code)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("3 True")
    assert "handbook[figures]" in run.stdout


NEWER = ("3.12", "3.13")


def interpreter(version: str) -> str:
    """Return where a Python of this version is on this machine; nothing if it is not here."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python3"))]
    for path in map(str, filter(None, named)):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        if said.stdout.startswith(f"Python {version}."):  # a shim may lead nowhere
            return path
    return ""


@pytest.mark.parametrize("version", [name for name in NEWER if interpreter(name)])
def test_the_library_runs_on_each_newer_python_of_this_machine(
    wheel: Path, tmp_path: Path, version: str
) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    there = tmp_path / "venv" / "bin" / "python"
    made = [*uv, "venv", "--python", interpreter(version), str(tmp_path / "venv")]
    subprocess.run(made, check=True)
    # as `pip install` would, at the versions that the book is locked to
    lock = ["--constraint", str(ROOT / "requirements.txt")]
    command = [*uv, "pip", "install", "--python", str(there), *lock, str(wheel)]
    subprocess.run(command, check=True)
    code = (
        "import sys, warnings; warnings.simplefilter('error')\n"
        "from handbook import facts, forecasting, benchmarking, scenarios, strategy\n"
        "from handbook.economics import centre, prevention\n"
        "series = facts.series('msp_nb', modelling=True)\n"
        "print(len(forecasting.forecast(series, 3).to_frame()))\n"
        "matrix = scenarios.read_scw(sys.argv[1])\n"
        "print(len(matrix.consistent_scenarios()))\n"
        "units = facts.panel('msp_nb', 'region').iloc[-3:].T\n"
        "index = benchmarking.Composite(units.dropna(), dict.fromkeys(units.columns, 1))\n"
        "print(len(index.uncertainty(100)))\n"
    )
    matrix = str(ROOT / "tests" / "reference" / "scenarios" / "somewhereland.scw")
    answers = [
        subprocess.run(
            [str(one), "-c", code, matrix],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        for one in (there, sys.executable)
    ]
    assert answers[0].returncode == 0, answers[0].stderr
    assert answers[0].stdout == answers[1].stdout
    (package,) = (tmp_path / "venv").glob("lib/python*/site-packages/handbook")
    assert (package / "py.typed").is_file()
