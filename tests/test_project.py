"""The project as a whole: style rules, locks, licences, and what it must not depend on."""

from __future__ import annotations

import re
import subprocess
import sys
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


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.txt")), ids=lambda p: p.name)
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


def test_every_workflow_pins_its_actions_to_a_commit() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            for step in job["steps"]:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))
