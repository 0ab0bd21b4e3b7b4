"""What a statement is worth, said with words, a shape and a line; and the box to remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from handbook.core import french
from handbook.figures.statements import STATUSES
from handbook.site.markup import Badge

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx


def badge(status: str, text: str) -> Badge:
    """Return a label: the shape of its status, hidden from screen readers, then its words."""
    shape = f'<span aria-hidden="true">{STATUSES[status][1]}</span>{french.NBSP}'
    return Badge(
        "",
        "",
        nodes.raw("", shape, format="html"),
        nodes.Text(text),
        classes=["hb-badge", f"hb-{status}"],
    )


class StatusRole(SphinxRole):
    """``{modele}`Résultat de modèle``` shows the badge of that status within a sentence."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the badge."""
        return [badge(self.name, self.text)], []


class StatusBlock(SphinxDirective):
    """``:::{jugement}`` sets paragraphs apart under the badge; its argument is another label."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[Node]:
        """Return the block."""
        label = self.arguments[0] if self.arguments else STATUSES[self.name][0]
        block = nodes.container(classes=["hb-statement", f"hb-{self.name}"])
        block += nodes.paragraph("", "", badge(self.name, label), classes=["hb-statement-label"])
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


class Takeaways(SphinxDirective):
    """``:::{a-retenir}`` frames what the reader should leave with."""

    has_content = True
    title: ClassVar[str] = "À retenir"

    def run(self) -> list[Node]:
        """Return the box."""
        box = nodes.admonition(classes=["hb-takeaways"])
        box += nodes.title("", self.title)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def setup(app: Sphinx) -> None:
    """Register the roles and the directives."""
    for status in STATUSES:
        app.add_role(status, StatusRole())
        app.add_directive(status, StatusBlock)
    app.add_directive("a-retenir", Takeaways)
