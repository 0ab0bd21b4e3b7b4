"""The project as a whole: style rules, locks, licences, and what it must not depend on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

PYTHON = [sys.executable, "-m"]


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["lint", "format", "types"],
)
def test_the_code_follows_its_rules(command: list[str]) -> None:
    run = subprocess.run(PYTHON + command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


LOCKS = [*sorted(ROOT.glob("requirements*.txt")), ROOT / "binder" / "requirements.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_dependency_is_pinned_with_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9][\w.-]*)(?:\[.*\])?==", text, re.M)
    loose = re.findall(r"^[a-z0-9][^=\n]*$", text, re.M)
    assert names
    assert not loose
    assert len(re.findall(r"--hash=sha256:", text)) >= len(names)
    assert "://" not in text


def test_jupyter_book_stays_on_its_first_generation() -> None:
    """The second drops _config.yml, French and building without a network."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    version = re.search(r"^jupyter-book==(\d+)", text, re.M)
    assert version is not None
    assert version[1] == "1"


def test_importing_the_package_is_quick_because_it_loads_nothing_heavy() -> None:
    heavy = "pandas", "statsmodels", "matplotlib", "seaborn", "scipy"
    code = f"import sys, handbook; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


# What each room may cost when it is imported: nothing, or pandas and what little it needs of scipy.
LIGHT = ("core", "facts", "economics", "views", "site")
WITH_PANDAS = ("forecasting", "benchmarking", "scenarios", "strategy", "figures")
NEVER_AT_ONCE = (
    "statsmodels", "seaborn", "matplotlib", "networkx", "SALib", "joblib", "scipy.stats",
    "scipy.optimize", "scipy.sparse", "anywidget", "ipywidgets", "IPython", "sphinx",
)  # fmt: skip


@pytest.mark.parametrize("room", [*LIGHT, *WITH_PANDAS])
def test_importing_a_room_loads_nothing_it_has_not_been_asked_for(room: str) -> None:
    code = f"import sys, handbook.{room}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {*NEVER_AT_ONCE}
    assert len({name for name in loaded if name.startswith("handbook")}) < 40
    if room in LIGHT:
        assert not loaded & {"pandas", "numpy", "scipy", "yaml", "babel"}


WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
JOBS = {
    f"{name}.{job}": described
    for name, workflow in WORKFLOWS.items()
    for job, described in workflow["jobs"].items()
}


def test_a_workflow_grants_nothing_that_its_jobs_do_not_ask_for() -> None:
    assert len(JOBS) == 6
    assert all(workflow["permissions"] == {} for workflow in WORKFLOWS.values())
    assert all(job["permissions"] for job in JOBS.values())


@pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
def test_everything_that_a_job_runs_from_elsewhere_is_held_by_a_digest(job: dict) -> None:
    for step in job["steps"]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))
    assert re.fullmatch(r"[a-z:]+@sha256:[0-9a-f]{64}", job.get("container", f"a@sha256:{0:064}"))


@pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
def test_a_job_that_may_write_runs_none_of_the_projects_code(job: dict) -> None:
    """Code of the project, or of what it depends on, never holds a token that can write."""
    uses = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    checks_out = "actions/checkout" in uses
    writes = "write" in job["permissions"].values()
    assert checks_out != writes
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # what an event says is never pasted into a command
        assert "${{" not in step.get("run", "")


def test_what_is_published_is_what_was_tested() -> None:
    publish, tested = JOBS["tests.publish"], JOBS["tests.tests"]
    assert publish["needs"] == "tests"
    assert [step["uses"].partition("@")[0] for step in publish["steps"]] == ["actions/deploy-pages"]
    (kept,) = [
        step["with"] for step in tested["steps"] if "upload-artifact" in step.get("uses", "")
    ]
    assert kept["name"] == "github-pages"
    assert "refs/heads/main" in publish["if"]


def test_a_release_is_that_of_its_tag_made_tested_and_checked_before_it_is_published() -> None:
    made, published = JOBS["release.make"], JOBS["release.publish"]
    assert WORKFLOWS["release"][True] == {"push": {"tags": ["v*"]}}  # YAML reads `on` as true
    runs = [step.get("run", "") for step in made["steps"]]
    tag = next(run for run in runs if "GITHUB_REF_NAME" in run)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for name, code in ((f"v{version}", 0), ("v99.0.0", 1)):
        environment = {"GITHUB_REF_NAME": name, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(["bash", "-c", tag], cwd=ROOT, env=environment, check=False)
        assert done.returncode == code
    assert runs.index("bash .ci/run") < runs.index("make release")
    assert published["needs"] == "make"
    (publish,) = [step["run"] for step in published["steps"]]
    assert publish.index("sha256sum --check") < publish.index("gh release create")


def test_updates_are_proposed_for_every_lock_and_held_where_they_would_break() -> None:
    text = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    updates = {
        (one["package-ecosystem"], one["directory"]): one for one in yaml.safe_load(text)["updates"]
    }
    assert {*updates} == {
        ("pip", "/"),
        ("pip", "/benchmarks"),
        ("pip", "/binder"),
        ("npm", "/tests/types"),
        ("github-actions", "/"),
    }
    held = {one["dependency-name"]: one["versions"] for one in updates["pip", "/"]["ignore"]}
    assert held == {"jupyter-book": [">=2"], "snowballstemmer": [">2.2.0"]}


def asked_for(section: list[str]) -> dict[str, str]:
    """Return the packages that a section of pyproject.toml asks for, with the version it fixes."""
    parts = [re.fullmatch(r"([\w.-]+)(?:\[.*\])?(?:==(\S+))?", line) for line in section]
    assert all(parts), section
    return {part[1].lower(): part[2] or "" for part in parts if part}


def test_a_dependency_comes_with_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    book = asked_for(project["project"]["dependencies"])
    needs = {
        "requirements.txt": book,
        "requirements-test.txt": book | asked_for(project["dependency-groups"]["test"]),
    }
    for name, wanted in needs.items():
        lines = re.findall(
            r"^([\w.-]+)(?:\[.*?\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M
        )
        locked = dict(lines)
        unlocked = [
            package
            for package, version in wanted.items()
            if locked.get(package) is None or version not in ("", locked[package])
        ]
        assert not unlocked, f"{name} does not hold {', '.join(unlocked)}: run make lock"


def test_the_laboratory_online_has_the_same_packages_without_those_of_the_book() -> None:
    def locked(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)(?:\[.*?\])?==(\S+)", text, re.M))

    online = locked("binder/requirements.txt")
    assert online.items() <= locked("requirements.txt").items()
    assert {"jupyterlab", "anywidget", "voila", "hatchling", "editables"} <= online.keys()
    assert not {"jupyter-book", "sphinx", "myst-nb"} & online.keys()


# The floors of the house: each may use what stands below it, and nothing else of the project.
PURE_ROOMS = ("forecasting", "benchmarking", "scenarios", "economics", "strategy")
MAY_USE = {
    "core": set(),
    "facts": {"core"},
    **{room: {"core"} for room in PURE_ROOMS},
    "figures": {"core"},
    "views": {"core", "figures", *PURE_ROOMS},
    "site": {"core", "facts", "figures", "views", "execution"},
}
HEAVY = ("networkx", "SALib", "scipy.optimize", "scipy.stats", "statsmodels", "matplotlib")


def imported(path: Path) -> set[str]:
    """Return what a module imports, anywhere in it, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name"
            names |= {f"{node.module}.{one.name}" for one in node.names}
    return names


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_knows_only_the_floors_below(room: str) -> None:
    paths = list((ROOT / "handbook" / room).rglob("*.py"))
    assert paths
    for path in paths:
        used = {name.split(".")[1] for name in imported(path) if name.startswith("handbook.")}
        stray = used - MAY_USE[room] - {room}
        assert not stray, f"{path.relative_to(ROOT)} imports handbook.{', handbook.'.join(stray)}"


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_draws_nothing_reads_no_page_and_loads_heavy_things_late(room: str) -> None:
    for path in (ROOT / "handbook" / room).glob("*.py"):
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & {"matplotlib", "seaborn", "anywidget", "ipywidgets", "IPython", "sphinx"}
    modules = sorted(
        f"handbook.{room}.{path.stem}"
        for path in (ROOT / "handbook" / room).glob("*.py")
        if path.stem != "__init__"
    )
    code = f"import sys, {', '.join(modules)}\nprint(*({{*sys.modules}} & {{*{HEAVY}}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("room", [room for room in MAY_USE if room != "facts"])
def test_the_facts_are_read_through_one_door(room: str) -> None:
    """What opens a table elsewhere escapes its schema, its sources and its marks."""
    paths = list((ROOT / "handbook" / room).rglob("*.py"))
    assert paths
    for path in paths:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        opened = {name for name in called if name.split(".")[-1] in ("read_csv", "DictReader")}
        assert not opened, path
