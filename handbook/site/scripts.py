"""Wire the views: their scripts, on the pages that hold them, and their sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from handbook.site import domain
from handbook.views.base import bundle
from handbook.views.base.saved import relinked

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_EXPLORER = re.compile(r'data-explorer="([a-z0-9-]+)"')
FOLDER = "views"


def names(doctree: nodes.document) -> list[str]:
    """Return the names of the explorers a page holds, in order, once each."""
    raw = (node.astext() for node in doctree.findall(nodes.raw))
    return list(dict.fromkeys(name for text in raw for name in _EXPLORER.findall(text)))


def cite_the_book(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead each explorer's sources to their entries in the book, as all other sources do."""
    places = domain.of(app.env).anchors

    def address_of(source: str) -> str | None:
        place = places.get(f"source:{source}")
        if place is None:
            return None
        return f"{app.builder.get_relative_uri(docname, place.docname)}#{place.anchor}"

    for node in list(doctree.findall(nodes.raw)):
        if _EXPLORER.search(node.astext()):
            text = relinked(node.astext(), address_of)
            node.replace_self(nodes.raw(text, text, format="html"))


def load(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the style and the classic scripts of a page's views; load them, deferred, on it."""
    scripts = {name: bundle.classic(name) for name in (names(doctree) if doctree else [])}
    if context.get("has_note"):
        scripts["note"] = bundle.script("note/chapter.js")
    if not scripts:
        return
    app.add_css_file(_written(app, "views.css", bundle.style(*bundle.names())), priority=950)
    scripts = {"base": bundle.shared(), **scripts}
    for name, text in scripts.items():
        app.add_js_file(_written(app, f"{name}.js", text), loading_method="defer")


def _written(app: Sphinx, name: str, text: str) -> str:
    """Write a static file and return its name as Sphinx wants it."""
    path = Path(app.outdir) / "_static" / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"{FOLDER}/{name}"


def setup(app: Sphinx) -> None:
    """Connect to the resolving and the writing of pages."""
    app.connect("doctree-resolved", cite_the_book)
    app.connect("html-page-context", load)
