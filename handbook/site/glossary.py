"""Explain acronyms where they are first met, from the glossary page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from handbook.site import domain
from handbook.site.markup import Explained

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_ACRONYM = re.compile(r"\w*[A-ZÉÈÀ]\w*[A-ZÉÈÀ]\w*")
_QUIET = {"hb-badge", "hb-fact", "sd-card"}  # a card is one link already
_KEPT_AS_IS = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.raw,
    nodes.term,
    nodes.FixedTextElement,
    nodes.rubric,
    addnodes.pending_xref,
    addnodes.toctree,
    addnodes.compact_paragraph,
    addnodes.glossary,
    Explained,
)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note each term of the page's glossaries with its first paragraph of definition."""
    registry = domain.of(app.env)
    for item in (
        i for g in doctree.findall(addnodes.glossary) for i in g.findall(nodes.definition_list_item)
    ):
        first = next(iter(item.findall(nodes.paragraph)), None)
        for term in item.findall(nodes.term):
            if first is not None and term["ids"]:
                place = domain.Place(app.env.docname, term["ids"][0])
                registry.terms[term.astext()] = domain.Term(term.astext(), place, first.astext())


class ExplainTerms(SphinxPostTransform):
    """Turn each ``{term}`` and the first mention of each acronym into an explained link."""

    default_priority = 5  # before references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Explain the terms of one page; the glossary itself is left alone."""
        self.terms = domain.of(self.env).terms
        self.explained: dict[str, int] = {}
        if not self.terms or any(t.place.docname == self.env.docname for t in self.terms.values()):
            return
        self._explain_roles()
        acronyms = [re.escape(name) for name in self.terms if _ACRONYM.fullmatch(name)]
        if acronyms:
            longest_first = "|".join(sorted(acronyms, key=len, reverse=True))
            self.pattern = re.compile(rf"(?<![\w-])(?:{longest_first})(?![\w-])")
            for text in list(self.document.findall(nodes.Text)):
                self._explain_first(text)

    def _explain_roles(self) -> None:
        for xref in list(self.document.findall(addnodes.pending_xref)):
            term = self.terms.get(xref["reftarget"]) if xref.get("reftype") == "term" else None
            if term is not None:
                xref.replace_self(self._explained(term, xref.astext()))

    def _explain_first(self, text: nodes.Text) -> None:
        if text.parent is None or _inside(text, _KEPT_AS_IS):
            return
        written, start, parts = text.astext(), 0, []
        for found in self.pattern.finditer(written):
            if found[0] in self.explained:
                continue
            parts += [nodes.Text(written[start : found.start()])]
            parts += [self._explained(self.terms[found[0]], found[0])]
            start = found.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(written[start:])])

    def _explained(self, term: domain.Term, text: str) -> Explained:
        rank = self.explained[term.name] = self.explained.get(term.name, 0) + 1
        builder: Any = self.app.builder
        address = builder.get_relative_uri(self.env.docname, term.place.docname)
        return Explained(
            "",
            text,
            refuri=f"{address}#{term.place.anchor}",
            tip=term.definition,
            tip_id=f"def-{term.place.anchor}-{rank}",
            classes=["hb-term"],
        )


def _inside(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds) or _QUIET.intersection(parent.get("classes", ())):
            return True
        parent = parent.parent
    return False


def setup(app: Sphinx) -> None:
    """Connect the collection of terms and their explanation."""
    app.connect("doctree-read", collect)
    app.add_post_transform(ExplainTerms)
