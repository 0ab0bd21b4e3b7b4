"""Links to the sources page, and figures cited in prose straight from the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from handbook import facts
from handbook.figures import french
from handbook.site import package

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_FACT = re.compile(
    r"(?P<series>[\w-]+)(?:/(?P<place>[\w-]+))?(?:@(?P<date>[\w-]+))?(?:\s*\|\s*(?P<form>.+))?"
)
_FACT_SYNTAX = "write series, then perhaps /geography, @date, |1 (decimals), |unité, |date"


def link(env: BuildEnvironment, kind: str, name: str, text: str, *classes: str) -> nodes.Element:
    """Return a reference to ``kind:name``, worded ``text``, resolved once all pages are read."""
    reference = addnodes.pending_xref(
        "", refdomain="hb", reftype=kind, reftarget=name, refdoc=env.docname, refwarn=True
    )
    reference += nodes.inline("", text, classes=list(classes))
    return reference


def sources(env: BuildEnvironment, names: list[str]) -> list[nodes.Node]:
    """Return « Source : … », each source a link to its entry on the sources page."""
    if not names:
        return []
    known = package.of(env).sources
    found: list[nodes.Node] = [
        nodes.Text("Source\u00a0: " if len(names) == 1 else "Sources\u00a0: ")
    ]
    for rank, name in enumerate(names):
        if rank:
            found.append(nodes.Text("\u202f; "))
        found.append(link(env, "source", name, known[name].citation if name in known else name))
    return [nodes.inline("", "", *found, classes=["hb-source-list"])]


class SourceRole(SphinxRole):
    """``{source}`id``` shows « DREES, 2024 », a link to the source's entry."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the link; an unknown identifier is an unresolved reference, hence a warning."""
        source = package.of(self.env).sources.get(self.text)
        return [link(self.env, "source", self.text, source.citation if source else self.text)], []


def _text(figure: facts.Figure, form: str) -> str:
    """Word a figure: its value in French, with decimals or unit on demand, or its date."""
    if form == "date":
        return figure.date_text
    number = french.number(figure.value, int(form) if form.isdigit() else None)
    if figure.unit == "%":
        return f"{number}\u00a0%"
    return f"{number}\u00a0{figure.unit}" if form == "unité" else number


class FactRole(SphinxRole):
    """``{fact}`msp_nb@2023-12-31``` shows « 2 501 », read from the data and linked to its source.

    The whole form is ``series/geography@date|form``: the geography is the nation if left out, the
    date the latest one (``first`` is also known), and the form a number of decimals, ``unité``
    (adds the unit) or ``date`` (shows the date instead).
    """

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the figure as a link, or a build warning that says what was not found."""
        package.of(self.env)  # the page now depends on the data
        try:
            return [self._cite()], []
        except (facts.FactsError, LookupError, ValueError) as error:
            logger.warning("fact %r: %s", self.text, error, location=self.get_location())
            return [nodes.inline("", f"[{self.text}]")], []

    def _cite(self) -> nodes.Element:
        asked = _FACT.fullmatch(self.text)
        if asked is None:
            raise ValueError(_FACT_SYNTAX)
        figure = facts.figure(
            asked["series"], asked["date"] or "latest", geography=asked["place"] or "FR"
        )
        cited = link(
            self.env, "source", figure.source.id, _text(figure, asked["form"] or ""), "hb-fact"
        )
        cited["reftitle"] = f"{figure.label}, {figure.date_text}"
        return cited


def setup(app: Sphinx) -> None:
    """Register the roles."""
    app.add_role("source", SourceRole())
    app.add_role("fact", FactRole())
