"""Remove what other extensions leave on pages: unused scripts, English labels, dead weight."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_UNUSED_FILES = ("thebe", "sphinx-comments", "togglebutton", "translations.js")
_UNPUBLISHED = (
    "locales",
    "vendor",
    "scripts/fontawesome*",
    "*webpack-macros.html",
    "**/*.map",
    "sphinx-thebe*",
    "togglebutton*",
    "translations.js",
    "plus.png",
    "minus.png",
    "file.png",
    "images/logo_*",
)
_INLINE_STYLE = re.compile(r'(<(?:td|table|tr|ul)\b[^>]*?) style="[^"]*"')
# entries in a list with role="list" must be list items
_BODY = {'role="doc-biblioentry"': 'role="listitem"'}


def forget_thebe(app: Sphinx, doctree: nodes.document, docname: str) -> None:  # noqa: ARG001
    """Take out the settings of a live-code service that no page offers."""
    for node in list(doctree.findall(nodes.raw)):
        if "x-thebe-config" in node.astext() or "kernelName = " in node.astext():
            node.parent.remove(node)


def clean_page(
    app: Sphinx,  # noqa: ARG001
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Drop unused scripts and style sheets and correct the body, once all others are done."""
    context["default_mode"] = ""  # our early script decides; without it the page is light
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, ()) if not _unused(file)]
    for found, corrected in _BODY.items():
        context["body"] = context.get("body", "").replace(found, corrected)


def _unused(file: Any) -> bool:  # noqa: ANN401 — Sphinx allows text and its own class
    """Tell whether a file is one of those; inline scripts, which a strict policy forbids, are."""
    name = str(getattr(file, "filename", file) or "")
    return not name or any(word in name for word in _UNUSED_FILES)


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Delete static files that no page asks for."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in [path for pattern in _UNPUBLISHED for path in static.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def style_free(app: Sphinx, error: Exception | None) -> None:
    """Take the inline styles out of the general index, which the pages' policy forbids."""
    index = Path(app.outdir) / "genindex.html"
    if error is None and app.builder.format == "html" and index.is_file():
        text = index.read_text(encoding="utf-8")
        index.write_text(_INLINE_STYLE.sub(r"\1", text), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect after the themes and extensions whose work is cleaned."""
    app.connect("doctree-resolved", forget_thebe, priority=900)
    app.connect("html-page-context", clean_page, priority=900)
    app.connect("build-finished", lighten, priority=900)
    app.connect("build-finished", style_free, priority=900)
