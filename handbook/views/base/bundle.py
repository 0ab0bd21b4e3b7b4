"""Compose a view's JavaScript from its small modules, without any bundler.

The sources are ES modules: ``<view>/view.js`` for each view, whatever it imports beside it, and
the shared ones in ``base/``. A browser could load them as they are; a notebook needs one text
(anywidget's ``_esm``), and a page opened from a file or under ``script-src 'self'`` needs classic
scripts. Both are made here: each module becomes a function called once, which returns what it
exports, so that names stay its own.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BundleError", "classic", "library", "module", "names", "script", "shared", "style"]

_SOURCES = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{([\w,\s]+)\} from "(\.[\w./-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const )", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async function|function\*?|const) (\w+)", re.MULTILINE)
_SHARED = "handbookViews"
_PAGE = "base/page.js"


class BundleError(ValueError):
    """A module that cannot be joined: the message names the file and what would be right."""


@dataclass(frozen=True)
class _Module:
    """One source: its path below the views, its text, what it imports and exports."""

    path: str
    text: str
    imports: dict[str, list[str]]
    exports: list[str]

    @property
    def variable(self) -> str:
        return _variable(self.path)

    def scoped(self) -> str:
        """Return the module as a constant: a function called once, holding what it exports."""
        taken = "".join(
            f"const {{ {', '.join(words)} }} = {_variable(path)};\n"
            for path, words in self.imports.items()
        )
        body = _EXPORT.sub("", _DEFAULT.sub("const $default = ", _IMPORT.sub("", self.text)))
        given = [*self.exports, *(["default: $default"] if _DEFAULT.search(self.text) else [])]
        returned = f"return {{ {', '.join(given)} }};"
        return f"const {self.variable} = (() => {{\n{taken}{body}{returned}\n}})();\n"


def names() -> list[str]:
    """Return the views, which are the folders with a ``view.js``, in alphabetical order."""
    return sorted(path.parent.name for path in _SOURCES.glob("*/view.js"))


def style(*views: str) -> str:
    """Return the style sheet of some views: the common one, then their own."""
    paths = [_SOURCES / "base" / "style.css", *(_SOURCES / one / "view.css" for one in views)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def module(name: str) -> str:
    """Return the self-contained ES module of a view.

    Parameters
    ----------
    name
        Name of the view, as in ``data-explorer``.

    Returns
    -------
    str
        Text whose default export is what anywidget wants, and which imports nothing.

    Raises
    ------
    BundleError
        If the view does not exist, or an import names nothing.
    """
    return library(_entry(name))


def library(path: str) -> str:
    """Return any module, by its path below the views (``base/french.js``), as `module` does.

    Raises
    ------
    BundleError
        As `module` does.
    """
    modules = _collected(path)
    last = modules[path]
    parts = [one.scoped() for one in modules.values()]
    if last.exports:
        parts.append(f"export const {{ {', '.join(last.exports)} }} = {last.variable};\n")
    if _DEFAULT.search(last.text):
        parts.append(f"export default {last.variable}.default;\n")
    return "\n".join(parts)


def shared() -> str:
    """Return the classic script of what all views share: load it before `classic`, once a page.

    Both work from ``file://`` and under ``script-src 'self'; style-src 'self'``: nothing is
    imported, evaluated or styled inline. Load them with ``defer`` on the pages that need them.
    """
    modules = _common()
    held = ", ".join(one.variable for one in modules.values())
    scoped = "\n".join(one.scoped() for one in modules.values())
    return _enclosed(f"{scoped}globalThis.{_SHARED} = {{ {held} }};\n")


def classic(name: str) -> str:
    """Return the classic script that renders every ``[data-explorer=name]`` of a page.

    Raises
    ------
    BundleError
        As `module` does.
    """
    path = _entry(name)
    start = f"{_variable(_PAGE)}.mount({json.dumps(name)}, {_variable(path)}.default);\n"
    return _beside_shared(path, start)


def script(path: str) -> str:
    """Return a module that is no view (``note/chapter.js``) as a classic script, after `shared`.

    Raises
    ------
    BundleError
        As `module` does.
    """
    return _beside_shared(path)


def _beside_shared(path: str, start: str = "") -> str:
    common = _common()
    own = [one for key, one in _collected(path).items() if key not in common]
    held = ", ".join(one.variable for one in common.values())
    scoped = "\n".join(one.scoped() for one in own)
    return _enclosed(f"const {{ {held} }} = globalThis.{_SHARED};\n{scoped}{start}")


def _enclosed(code: str) -> str:
    return f'(() => {{\n"use strict";\n{code}}})();\n'


def _variable(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


def _entry(name: str) -> str:
    if name not in names():
        raise BundleError(f"no view {name!r} in {_SOURCES}: have {', '.join(names())}")
    return f"{name}/view.js"


def _common() -> dict[str, _Module]:
    modules: dict[str, _Module] = {}
    for path in sorted((_SOURCES / "base").glob("*.js")):
        _collect(f"base/{path.name}", modules)
    return modules


def _collected(path: str) -> dict[str, _Module]:
    modules: dict[str, _Module] = {}
    _collect(path, modules)
    return modules


def _collect(path: str, modules: dict[str, _Module]) -> None:
    """Add the module and, before it, all that it imports."""
    if path in modules:
        return
    one = _read(path)
    for source, words in one.imports.items():
        if not (_SOURCES / source).exists():
            raise BundleError(f"{path} imports from {source}, which does not exist")
        _collect(source, modules)
        if source not in modules:
            raise BundleError(f"{path} and {source} import each other")
        missing = sorted({*words} - {*modules[source].exports})
        if missing:
            raise BundleError(f"{path} imports {missing}, which {source} does not export")
    modules[path] = one


def _read(path: str) -> _Module:
    text = (_SOURCES / path).read_text(encoding="utf-8")
    if re.search(r"^import\b", _IMPORT.sub("", text), re.MULTILINE):
        raise BundleError(f'{path}: write imports as `import {{ a, b }} from "./c.js";`')
    if re.search(r"^export\b", _EXPORT.sub("", _DEFAULT.sub("", text)), re.MULTILINE):
        raise BundleError(f"{path}: export a function or a const where it is declared")
    imports: dict[str, list[str]] = {}
    for words, source in _IMPORT.findall(text):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), source))
        imports.setdefault(target, []).extend(filter(None, map(str.strip, words.split(","))))
    return _Module(path, text, imports, _EXPORTED.findall(text))
