"""Compose an explorer's JavaScript from its small modules, without any bundler.

The sources are ES modules in ``js/``: one per explorer and a few shared ones. A browser could load
them as they are; a notebook needs one text (anywidget's ``_esm``), and a page opened from a file
or under ``script-src 'self'`` needs a classic script. Both are made here by joining the modules in
the order of their imports. Two modules may not declare the same top-level name.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["BundleError", "classic", "module", "names", "style"]

_SOURCES = Path(__file__).with_name("js")
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function |const )", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_DECLARED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|const|let|var|class) (\w+)", re.MULTILINE
)


class BundleError(ValueError):
    """A module that cannot be joined: the message names the file and what would be right."""


def names() -> list[str]:
    """Return the explorers, which are the modules with a default export, in alphabetical order."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in _SOURCES.glob("*.js")}
    return sorted(name for name, text in texts.items() if _DEFAULT.search(text))


def style() -> str:
    """Return the style sheet of all explorers."""
    return (_SOURCES / "style.css").read_text(encoding="utf-8")


def module(name: str) -> str:
    """Return the self-contained ES module of an explorer.

    Parameters
    ----------
    name
        Name of the explorer, as in ``data-explorer``.

    Returns
    -------
    str
        Text whose default export is what anywidget wants, and which imports nothing.

    Raises
    ------
    BundleError
        If the explorer does not exist, an import names nothing, or two modules share a name.
    """
    return _joined(name)


def classic(name: str) -> str:
    """Return the same code as a classic script, which renders every ``[data-explorer=name]``.

    It works from ``file://`` and under ``script-src 'self'; style-src 'self'``: nothing is
    imported, evaluated or styled inline. Load it with ``defer`` on the pages that need it.

    Raises
    ------
    BundleError
        As :func:`module`.
    """
    code = _DEFAULT.sub("const widget = ", _joined(name, "page"))
    start = f"mount({json.dumps(name)}, widget, {json.dumps(style(), ensure_ascii=False)});"
    return f'(() => {{\n"use strict";\n{_EXPORT.sub("", code)}{start}\n}})();\n'


def _joined(name: str, *extra: str) -> str:
    if name not in names():
        raise BundleError(f"no explorer {name!r} in {_SOURCES}: have {', '.join(names())}")
    texts: dict[str, str] = {}
    for start in (*extra, name):
        _collect(start, texts)
    owner: dict[str, str] = {}
    for part, text in texts.items():
        for _, declared in _DECLARED.findall(text):
            if declared in owner:
                raise BundleError(
                    f"{part}.js declares {declared!r}, as {owner[declared]}.js does: rename one"
                )
            owner[declared] = part
    parts = [
        _IMPORT.sub("", text) if part == name else _EXPORT.sub("", _IMPORT.sub("", text))
        for part, text in texts.items()
    ]
    return "\n".join(parts)


def _collect(name: str, texts: dict[str, str]) -> None:
    """Add the module and, before it, all that it imports."""
    if name in texts:
        return
    text = (_SOURCES / f"{name}.js").read_text(encoding="utf-8")
    for wanted, source in _IMPORT.findall(text):
        if not (_SOURCES / f"{source}.js").exists():
            raise BundleError(f"{name}.js imports from {source}.js, which does not exist")
        _collect(source, texts)
        exported = {declared for export, declared in _DECLARED.findall(texts[source]) if export}
        missing = sorted({word.strip() for word in wanted.split(",")} - exported)
        if missing:
            raise BundleError(f"{name}.js imports {missing}, which {source}.js does not export")
    if re.search(r"^import\b", _IMPORT.sub("", text), re.MULTILINE):
        raise BundleError(f'{name}.js: write imports on one line, `import {{ a }} from "./b.js";`')
    if re.search(r"^export\b", _EXPORT.sub("", _DEFAULT.sub("", text)), re.MULTILINE):
        raise BundleError(f"{name}.js: export a function or a const where it is declared")
    texts[name] = text
