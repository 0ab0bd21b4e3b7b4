"""Nodes of the handbook's own elements and how they are written in HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class Figure(nodes.General, nodes.Element):
    """``<figure>``: a picture or a table with its caption."""


class Caption(nodes.General, nodes.Element):
    """``<figcaption>``: sources, download link, data."""


class Explained(nodes.Inline, nodes.TextElement):
    """A link whose explanation shows on hover and on focus (attributes refuri, tip, tip_id)."""


class Badge(nodes.Inline, nodes.TextElement):
    """The label that says what a statement is worth (attribute status)."""


def _open(tag: str) -> Callable[[HTML5Translator, nodes.Element], None]:
    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(self.starttag(node, tag, ""))

    return visit


def _close(tag: str) -> Callable[[HTML5Translator, nodes.Element], None]:
    def depart(self: HTML5Translator, node: nodes.Element) -> None:  # noqa: ARG001
        self.body.append(f"</{tag}>")

    return depart


def visit_explained(self: HTML5Translator, node: Explained) -> None:
    """Write the link, then its explanation, tied by ``aria-describedby``."""
    self.body.append(
        f'<span class="hb-explained"><a class="{" ".join(node["classes"])}"'
        f' href="{escape(node["refuri"])}" aria-describedby="{node["tip_id"]}">'
    )


def depart_explained(self: HTML5Translator, node: Explained) -> None:
    """Close the link and write the explanation."""
    tip = escape(node["tip"])
    self.body.append(
        f'</a><span class="hb-tip" role="tooltip" id="{node["tip_id"]}">{tip}</span></span>'
    )


def setup(app: Sphinx) -> None:
    """Register the nodes; builders other than HTML write their text only."""
    tags: dict[type[nodes.Element], str] = {
        Figure: "figure",
        Caption: "figcaption",
        Badge: "span",
    }
    for node, tag in tags.items():
        app.add_node(node, html=(_open(tag), _close(tag)))
    app.add_node(Explained, html=(visit_explained, depart_explained))
