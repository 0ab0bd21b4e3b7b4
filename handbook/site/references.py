"""Links to the sources page, and figures cited in prose straight from the data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from handbook import facts
from handbook.core import french as fr
from handbook.site import data

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_FACT = re.compile(
    r"(?:(?P<kind>cible|parametre):)?(?P<name>[\w-]+)(?:/(?P<place>[\w-]+))?(?:@(?P<date>[\w-]+))?"
    r"(?:\s*\|\s*(?P<form>\w+))?"
)
_FACT_SYNTAX = (
    "write series, then perhaps /geography, @date and |form (a number of decimals, unité or date);"
    " or cible:series, or parametre:name"
)


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
    known = data.of(env).sources()
    found: list[nodes.Node] = [
        nodes.Text("Source\u00a0: " if len(names) == 1 else "Sources\u00a0: ")
    ]
    for rank, name in enumerate(names):
        if rank:
            found.append(nodes.Text("\u202f; "))
        if name in known or not Path(name).suffix:
            about = known[name].citation if name in known else name
            found.append(link(env, "source", name, about))
        else:  # a reader's own file, which no page of the book describes
            found.append(nodes.Text(name))
    return [nodes.inline("", "", *found, classes=["hb-source-list"])]


class SourceRole(SphinxRole):
    """``{source}`id``` shows « DREES, 2024 », a link to the source's entry."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the link; an unknown identifier is an unresolved reference, hence a warning."""
        source = data.of(self.env).sources().get(self.text)
        return [link(self.env, "source", self.text, source.citation if source else self.text)], []


@dataclass(frozen=True)
class _Cited:
    """A figure worded for a sentence: its text, what it is, and its source's identifier."""

    text: str
    about: str
    source_id: str


def cite(held: facts.Facts, asked: str) -> _Cited:
    """Word the figure that ``asked`` names (see `FactRole`).

    Raises
    ------
    ValueError
        If the syntax is not understood.
    FactsError
        If the data hold no such figure: the nearest identifiers are named.
    """
    parts = _FACT.fullmatch(asked)
    if parts is None:
        raise ValueError(_FACT_SYNTAX)
    name, place, form = parts["name"], parts["place"] or "FR", parts["form"] or ""
    if parts["kind"] == "parametre":
        parameter = held.parameter(name)
        text = _text(parameter.central, parameter.unit, form)
        return _Cited(text, parameter.label, parameter.source.id)
    target = parts["kind"] == "cible"
    figure = held.target(name, place) if target else held.figure(name, parts["date"], place)
    text = figure.date_text if form == "date" else _text(figure.value, figure.unit, form)
    return _Cited(text, f"{figure.label}, {figure.date_text}", figure.source.id)


def _text(value: float, unit: str, form: str) -> str:
    """Word a value in French, with so many decimals, or with its unit, as ``form`` says."""
    number = fr.number(value, int(form) if form.isdigit() else None)
    if unit == "%":
        return f"{number}{fr.NARROW}%"
    return f"{number}{fr.NBSP}{unit}" if form == "unité" else number


class FactRole(SphinxRole):
    """``{fact}`msp_nb@2023-12-31``` shows « 2 501 », read from the data and linked to its source.

    The whole form is ``series/geography@date|form``: the geography is the nation if left out, the
    date the latest one (``first`` is also known), and the form a number of decimals, ``unité``
    (adds the unit) or ``date`` (shows the date instead). ``cible:msp_nb`` is the official target
    set on a series, ``parametre:name`` a parameter's central value.
    """

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the figure as a link, or a build warning that says what was not found."""
        try:
            cited = cite(data.of(self.env), self.text)
        except (facts.FactsError, ValueError) as error:
            logger.warning("fact %r: %s", self.text, error, location=self.get_location())
            return [nodes.inline("", f"[{self.text}]")], []
        reference = link(self.env, "source", cited.source_id, cited.text, "hb-fact")
        reference["reftitle"] = cited.about
        return [reference], []


class ReadingRole(SphinxRole):
    """``{reading}`sources``` says how many sources there are, and how far they were read."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the sentences, counted on the table of sources."""
        known = list(data.of(self.env).sources().values())
        opening = sum("début de la page" in source.read for source in known)
        nowhere = sum(not source.address for source in known)
        text = (
            f"Ce manuel s’appuie sur {fr.number(len(known))} sources. De {fr.number(opening)}"
            f" d’entre elles, nous n’avons lu que le début de la page\u202f; {fr.number(nowhere)}"
            " n’ont pas d’adresse publique connue. La page des sources le dit pour chacune."
        )
        return [nodes.inline("", fr.typeset(text))], []


class FindingRole(SphinxRole):
    """``{finding}`collectifs-de-soins``` shows the title of that chapter's first picture.

    The welcome page thus says what each chapter finds in the words of the chapter itself.
    """

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the title, or a build warning if the chapter or its picture is not there."""
        notebook = Path(self.env.srcdir, "notebooks", f"{self.text}.ipynb")
        self.env.note_dependency(str(notebook))
        try:
            title = first_title(notebook)
        except (OSError, ValueError) as error:
            logger.warning("finding %r: %s", self.text, error, location=self.get_location())
            title = f"[{self.text}]"
        return [nodes.inline("", title, classes=["hb-finding"])], []


class FirstPicture(SphinxDirective):
    """``{first-picture} collectifs-de-soins`` shows a chapter's first picture, and leads there."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Return the picture, or a build warning if the chapter has none."""
        name = self.arguments[0]
        notebook = Path(self.env.srcdir, "notebooks", f"{name}.ipynb")
        self.env.note_dependency(str(notebook))
        try:
            output = first_picture(notebook)
        except (OSError, ValueError) as error:
            logger.warning("picture of %r: %s", name, error, location=self.get_location())
            return []
        drawn = str(output["data"]["text/html"]).split("<figcaption>", maxsplit=1)[0]
        html = drawn.replace(" hidden ", " ") + "</figure>"
        about = nodes.inline("", "Lire le chapitre et ses sources")
        target = addnodes.pending_xref(
            "",
            about,
            refdomain="std",
            reftype="doc",
            reftarget=f"/notebooks/{name}",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        return [nodes.raw("", html, format="html"), nodes.paragraph("", "", target)]


def first_picture(notebook: Path) -> dict[str, Any]:
    """Return the first saved output of a notebook that is a picture.

    Raises
    ------
    OSError
        If the notebook cannot be read.
    ValueError
        If it is not a notebook, or if none of its saved outputs is a picture.
    """
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("handbook", {}).get("kind") == "picture":
                return dict(output)
    message = "none of the saved outputs is a picture: execute the notebook"
    raise ValueError(message)


def first_title(notebook: Path) -> str:
    """Return the title of the first picture that a notebook shows (see `first_picture`)."""
    return str(first_picture(notebook)["metadata"]["handbook"]["title"])


def setup(app: Sphinx) -> None:
    """Register the roles and the directive."""
    app.add_directive("first-picture", FirstPicture)
    app.add_role("finding", FindingRole())
    app.add_role("source", SourceRole())
    app.add_role("reading", ReadingRole())
    app.add_role("fact", FactRole())
