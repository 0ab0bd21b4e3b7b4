"""What the pages of the site know of one another: anchors, glossary terms, files to publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sphinx.domains import Domain
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True)
class Place:
    """A spot of a page: its document, the id of the element and the document that declared it."""

    docname: str
    anchor: str


@dataclass(frozen=True)
class Term:
    """A word of the glossary and the first sentence(s) that define it."""

    name: str
    place: Place
    definition: str


class HandbookDomain(Domain):
    """Registry of anchors (``kind:name``), glossary terms and files written beside the pages.

    References are ordinary ``pending_xref`` nodes of domain ``hb``: one that leads nowhere is
    a warning under ``-n``, hence an error under ``-W``.
    """

    name = "hb"
    label = "Handbook"
    data_version = 1
    initial_data: dict[str, Any] = {"anchors": {}, "terms": {}, "files": {}}  # noqa: RUF012

    @property
    def anchors(self) -> dict[str, Place]:
        """Places by ``kind:name``."""
        return cast("dict[str, Place]", self.data["anchors"])

    @property
    def terms(self) -> dict[str, Term]:
        """Glossary terms by name."""
        return cast("dict[str, Term]", self.data["terms"])

    @property
    def files(self) -> dict[str, dict[str, str | bytes]]:
        """Content of the files to publish, by document then by path below the site's root."""
        return cast("dict[str, dict[str, str | bytes]]", self.data["files"])

    def note_anchor(self, kind: str, name: str, docname: str, anchor: str) -> None:
        """Declare that ``kind:name`` is the element ``anchor`` of ``docname``."""
        self.anchors[f"{kind}:{name}"] = Place(docname, anchor)

    def note_file(self, docname: str, path: str, content: str | bytes) -> None:
        """Ask for ``content`` to be written at ``path`` (relative to the site's root)."""
        self.files.setdefault(docname, {})[path] = content

    def clear_doc(self, docname: str) -> None:
        """Forget what ``docname`` declared."""
        self.files.pop(docname, None)
        for key in [key for key, place in self.anchors.items() if place.docname == docname]:
            del self.anchors[key]
        for key in [key for key, term in self.terms.items() if term.place.docname == docname]:
            del self.terms[key]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process collected for ``docnames``."""
        wanted = set(docnames)
        self.files.update({doc: f for doc, f in otherdata["files"].items() if doc in wanted})
        self.anchors.update({k: p for k, p in otherdata["anchors"].items() if p.docname in wanted})
        self.terms.update(
            {k: t for k, t in otherdata["terms"].items() if t.place.docname in wanted}
        )

    def resolve_xref(
        self,
        env: BuildEnvironment,  # noqa: ARG002
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Turn a reference to ``typ:target`` into a link, or leave it unresolved."""
        place = self.anchors.get(f"{typ}:{target}")
        if place is None:
            return None
        return make_refnode(
            builder, fromdocname, place.docname, place.anchor, [contnode], node.get("reftitle")
        )

    def resolve_any_xref(self, *args: Any, **kwargs: Any) -> list[tuple[str, nodes.reference]]:  # noqa: ANN401, ARG002
        """Offer nothing to ``{any}`` references."""
        return []


def of(env: BuildEnvironment) -> HandbookDomain:
    """Return the handbook's registry of ``env``."""
    return cast("HandbookDomain", env.get_domain(HandbookDomain.name))
