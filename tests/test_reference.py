"""The reference of the library: each public name has an example, and each example runs."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import ROOT

from handbook.site import reference

EXAMPLES = ROOT / reference.EXAMPLES
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
every_room = pytest.mark.parametrize("room", reference.ROOMS)
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "handbook").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8") and "site" not in path.parts
)


@every_room
def test_each_public_name_has_an_example(room: str) -> None:
    _, found = reference.examples(EXAMPLES, room)
    things = reference.public(room)
    without = [
        name
        for name, thing in things.items()
        if name not in found and ">>>" not in (inspect.getdoc(thing) or "")
    ]
    assert without == [], f"give an example in {EXAMPLES.name}/{room}.txt"
    assert set(found) - set(things) == set(), "examples of names that are no longer public"
    assert things


def run(text: str, name: str, space: dict[str, Any]) -> doctest.TestResults:
    """Run the examples of a text; what they define stays in `space`."""
    test = doctest.DocTestParser().get_doctest(text, space, name, name, 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    results = runner.run(test, out=said.append, clear_globs=False)
    space.update(test.globs)
    assert results.failed == 0, "".join(said)
    return results


@every_room
def test_the_examples_of_a_room_run(room: str) -> None:
    opening, found = reference.examples(EXAMPLES, room)
    begun: dict[str, Any] = {"__name__": "__main__"}
    run(opening, room, begun)
    for name, text in found.items():
        assert name in text or name in reference.public(room)
        assert run(text, f"{room}.{name}", dict(begun)).attempted > 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    module: ModuleType = import_module(name)
    results = doctest.testmod(module, optionflags=FLAGS)
    assert results.failed == 0


def test_an_example_that_lies_is_found() -> None:
    with pytest.raises(AssertionError, match=r"Expected:\s+3\s+Got:\s+2"):
        run(">>> 1 + 1\n3\n", "lie", {})


def test_each_documented_room_has_its_page_in_the_table_of_contents() -> None:
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    pages = sorted((ROOT / "book" / "reference").glob("*.md"))
    assert [page.stem for page in pages if f"book/reference/{page.stem}" not in toc] == []
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert [room for room in reference.ROOMS if f"automodule:: handbook.{room}\n" not in text] == []


def test_importing_the_reference_loads_no_sphinx() -> None:
    """The tests and other tools read examples without the book's packages."""
    code = "import sys, handbook.site.reference; sys.exit('sphinx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path("/")).returncode == 0
