"""The reference of the library: docstrings, each public name with an example that runs.

An example stands in the docstring, or in ``book/reference/exemples/<room>.txt``, under the name
between brackets; what comes before the first name is what all of them begin with.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["ROOMS", "examples", "public"]

ROOMS = (
    "forecasting",
    "benchmarking",
    "scenarios",
    "economics.centre",
    "economics.prevention",
    "strategy",
    "facts",
    "figures",
    "views",
)
"""Modules whose ``__all__`` is documented."""
EXAMPLES = Path("book") / "reference" / "exemples"
_HEADING = re.compile(r"^\[(\w+)\]\n", re.MULTILINE)


def public(room: str) -> dict[str, Any]:
    """Return the public names of a room that can have an example: functions and classes.

    Exceptions say what went wrong in the examples of what raises them; constants, submodules and
    types made of others are described where they stand.
    """
    module = import_module(f"handbook.{room}")
    held = {name: getattr(module, name) for name in module.__all__}
    return {
        name: thing
        for name, thing in held.items()
        if callable(thing)
        and not isinstance(thing, ModuleType)
        and not (isinstance(thing, type) and issubclass(thing, Exception))
        and str(getattr(thing, "__module__", "")).startswith("handbook")
    }


def examples(folder: Path, room: str) -> tuple[str, dict[str, str]]:
    """Return what the examples of a room begin with, and each of them by name."""
    file = folder / f"{room}.txt"
    if not file.is_file():
        return "", {}
    opening, *parts = _HEADING.split(file.read_text(encoding="utf-8"))
    texts = [text.strip() for text in parts[1::2]]
    return opening.strip(), dict(zip(parts[::2], texts, strict=True))


def add_example(
    app: Sphinx,
    what: str,
    name: str,
    obj: Any,  # noqa: ANN401, ARG001
    options: Any,  # noqa: ANN401, ARG001
    lines: list[str],
) -> None:
    """Give a documented name its example, if its docstring has none.

    A property is said in a sentence; napoleon would take what precedes its colon for a type.
    """
    if what in ("attribute", "data", "property") and lines:
        lines[0] = lines[0].replace(": ", " — ", 1)
    room, _, short = name.removeprefix("handbook.").rpartition(".")
    if room not in ROOMS or any(line.lstrip().startswith(">>>") for line in lines):
        return
    _, found = examples(Path(app.srcdir) / EXAMPLES, room)
    if short in found:
        lines += ["", "Examples", "--------", *found[short].splitlines(), ""]


def configure(app: Sphinx, config: Config) -> None:  # noqa: ARG001
    """Lay out docstrings without a link to what other libraries define."""
    config.autodoc_typehints = "none"
    config.autodoc_member_order = "bysource"
    config.autodoc_preserve_defaults = True
    config.napoleon_google_docstring = False
    config.napoleon_use_param = False
    config.napoleon_use_rtype = False
    config.napoleon_custom_sections = [
        ("Attributes", "params_style"),
        ("Raises", "params_style"),
    ]
    config.default_role = "literal"
    config.add_module_names = False
    config.toc_object_entries_show_parents = "hide"


def setup(app: Sphinx) -> None:
    """Load what reads docstrings; examples come before napoleon lays them out."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("config-inited", configure, priority=100)
    app.connect("autodoc-process-docstring", add_example, priority=100)
    app.setup_extension("sphinx.ext.napoleon")
