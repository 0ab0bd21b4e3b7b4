"""What a chapter says in words from its own computations, each sentence marked for what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.core.french import typeset
from handbook.figures.caption import source_ids
from handbook.figures.display import stamp
from handbook.figures.errors import FigureError

__all__ = ["STATUSES", "Statements", "says", "takeaways"]

STATUSES = {
    "fait": ("Fait", "●"),
    "modele": ("Résultat de modèle", "◆"),
    "jugement": ("Jugement", "◇"),
    "hypothese": ("Hypothèse du lecteur", "▲"),
}
"""Label and shape of each status, for the site too; ``theme.MARKS`` draws the same four."""
_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, repr=False)
class Statements:
    """Sentences computed from the data, each with its status.

    Attributes
    ----------
    title
        Heading of the box; empty for sentences that stand in the text.
    items
        Pairs of a status (a key of ``STATUSES``) and a French sentence; ``**…**`` is strong.
    sources
        Identifiers of the sources.
    """

    title: str
    items: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:  # noqa: D105
        lines = [f"[{STATUSES[status][0]}] {text.replace('**', '')}" for status, text in self.items]
        return "\n".join([self.title, *lines] if self.title else lines)

    @property
    def html(self) -> str:
        """The sentences as HTML, for Jupyter and for the page."""
        body = "".join(
            f'<p class="hb-said"><span class="hb-badge hb-{status}"><span aria-hidden="true">'
            f"{STATUSES[status][1]}</span>&nbsp;{STATUSES[status][0]}</span> {_marked(text)}</p>"
            for status, text in self.items
        )
        digest = f' data-digest="{stamp(self.about)}"'
        if not self.title:
            return f'<div class="hb-statements"{digest}>{body}</div>'
        heading = f'<p class="admonition-title">{escape(self.title)}</p>'
        return f'<div class="admonition hb-takeaways"{digest}>{heading}{body}</div>'

    @property
    def about(self) -> dict[str, Any]:
        """What the page publishes beside the sentences."""
        return {"kind": "statements", "title": self.title, "sources": list(self.sources)}

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/html": self.html, "text/plain": repr(self)}, {"handbook": self.about}


def _marked(text: str) -> str:
    return _STRONG.sub(r"<strong>\1</strong>", escape(text, quote=False))


def _is_pair(item: object) -> bool:
    if not isinstance(item, tuple | list) or len(item) != 2:
        return False
    return all(isinstance(part, str) and part.strip() for part in item)


def _statements(title: str, items: tuple[tuple[str, str], ...], sources: object) -> Statements:
    if not items:
        raise FigureError("statements: none; give pairs of a status and a sentence")
    for item in items:
        if not _is_pair(item):
            raise FigureError(f"statements: {item!r:.60} is no pair of a status and a sentence")
        if item[0] not in STATUSES:
            raise unknown(item[0], STATUSES, "status of a statement", FigureError)
    checked = tuple((status, typeset(" ".join(text.split()))) for status, text in items)
    return Statements(typeset(title), checked, source_ids(sources))


@door(FigureError)
def takeaways(*items: tuple[str, str], sources: object) -> Statements:
    """Box « À retenir » at the head of a chapter: pairs of a status and a sentence.

    Raises
    ------
    FigureError
        If there is no sentence, no source, or a status is unknown.
    """
    return _statements("À retenir", items, sources)


@door(FigureError)
def says(status: str, text: str, *, sources: object) -> Statements:
    """One sentence in the text, computed and marked (see `takeaways`)."""
    return _statements("", ((status, text),), sources)
