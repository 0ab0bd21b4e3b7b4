"""The JSDoc types of the views' JavaScript, checked by the TypeScript compiler."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, cannot_run

SETTINGS = ROOT / "tests" / "types"
COMPILER = ROOT / ".venv" / "types" / "node_modules" / "typescript" / "bin" / "tsc"


@pytest.fixture(scope="module")
def compiler() -> list[str]:
    node = shutil.which("node")
    if node is None or not COMPILER.exists():
        cannot_run(
            "no Node or no TypeScript here: the JavaScript's types were not checked"
            " (apt install nodejs npm, then make test)"
        )
    return [str(node), str(COMPILER)]


def checked(compiler: list[str], project: Path) -> subprocess.CompletedProcess[str]:
    command = [*compiler, "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_types_hold(compiler: list[str]) -> None:
    run = checked(compiler, SETTINGS / "tsconfig.json")
    assert run.returncode == 0, run.stdout


def test_a_wrong_type_is_seen(compiler: list[str], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "handbook" / "views", tmp_path / "handbook" / "views")
    project = tmp_path / "tests" / "types"
    shutil.copytree(SETTINGS, project)
    module = tmp_path / "handbook" / "views" / "base" / "wrong.js"
    module.write_text('import { ticks } from "./chart.js";\nticks("a", 1, 2).trim();\n', "utf-8")
    run = checked(compiler, project / "tsconfig.json")
    assert "wrong.js(1" not in run.stdout
    assert "wrong.js(2,7): error TS2345" in run.stdout
    assert "Property 'trim' does not exist on type 'number[]'" in run.stdout


def test_the_compiler_is_pinned_with_its_hash_and_names_no_host() -> None:
    text = (SETTINGS / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")["devDependencies"]
    assert {f"node_modules/{name}" for name in wanted} == set(packages)
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
        assert packages[f"node_modules/{name}"]["integrity"].startswith("sha512-")
