"""No-break spaces and apostrophes of French typography, set in prose whoever typed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from handbook.core import french

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_VERBATIM = (
    nodes.FixedTextElement,
    nodes.comment,
    nodes.literal,
    nodes.math,
    nodes.raw,
)


class Typeset(SphinxTransform):
    """Typeset every sentence of a page; code, formulas and raw HTML are left alone."""

    default_priority = 875  # after roles and substitutions, before titles are collected (880)

    def apply(self, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Replace each text whose spaces or apostrophes change."""
        for text in list(self.document.findall(nodes.Text)):
            parent, written = text.parent, text.astext()
            set_text = french.typeset(written)
            if parent is not None and set_text != written and not _verbatim(text):
                parent.replace(text, nodes.Text(set_text))


def _verbatim(node: nodes.Node) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, _VERBATIM):
            return True
        parent = parent.parent
    return False


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(Typeset)
