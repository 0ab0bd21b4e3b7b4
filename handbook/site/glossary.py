"""Explain acronyms and terms where they are first met, from the glossary page.

An acronym, a name or a term of several words is found in plain prose by itself. A term that is one
ordinary word (« horizon ») has other meanings: it is explained where the author asks for it, with
``{term}`` or with a plain link to the glossary page.
"""

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

_ORDINARY_WORD = re.compile(r"[^\sA-ZÉÈÀ]+")
_QUIET = {"hb-badge", "hb-fact", "sd-card"}  # a card is one link already
_KEPT_AS_IS = (
    nodes.title,
    nodes.table,
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
    """Explain the terms asked for, and the first mention in plain prose of each other one."""

    default_priority = 5  # before references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Explain the terms of one page; the glossary itself is left alone."""
        terms = domain.of(self.env).terms
        self.pages = {term.place.docname for term in terms.values()}
        self.terms = {_key(name): term for name, term in terms.items()}
        self.explained: dict[str, int] = {}
        if not self.terms or self.env.docname in self.pages:
            return
        self._explain_asked()
        spotted = [_spelling(name) for name in terms if not _ORDINARY_WORD.fullmatch(name)]
        if spotted:
            longest_first = "|".join(sorted(spotted, key=len, reverse=True))
            self.pattern = re.compile(rf"(?<![\w-])(?:{longest_first})(?![\w-])")
            for text in list(self.document.findall(nodes.Text)):
                self._explain_first(text)

    def _explain_asked(self) -> None:
        """Explain each ``{term}``, and each link to the glossary page whose text is a term."""
        for xref in list(self.document.findall(addnodes.pending_xref)):
            term = None
            if xref.get("reftype") == "term":
                term = self.terms.get(_key(xref["reftarget"]))
            elif xref["reftarget"] in self.pages:
                term = self.terms.get(_key(xref.astext()))
            if term is not None:
                xref.replace_self(self._explained(term, xref.astext()))

    def _explain_first(self, text: nodes.Text) -> None:
        if text.parent is None or _inside(text, _KEPT_AS_IS):
            return
        written, start, parts = text.astext(), 0, []
        for mention in self.pattern.finditer(written):
            term = self.terms[_key(mention[0])]
            if term.name in self.explained:
                continue
            parts += [nodes.Text(written[start : mention.start()])]
            parts += [self._explained(term, mention[0])]
            start = mention.end()
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


def _key(name: str) -> str:
    """Return what the spellings of a term have in common."""
    return " ".join(word.rstrip("sx") for word in name.lower().split())


def _spelling(name: str) -> str:
    """Return a pattern for a term: its plurals and its capital, but an acronym as it is."""
    if len(name.split()) == 1:
        return re.escape(name)
    first, *others = [re.escape(word.rstrip("sx")) + "[sx]?" for word in name.split()]
    return r"\s+".join([f"[{first[0].upper()}{first[0].lower()}]{first[1:]}", *others])


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
