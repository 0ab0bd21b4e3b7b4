"""Bibliography in French: « et » between authors, « Dans », « p. »."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style
from pybtex.style.template import Node, names, sentence
from sphinxcontrib.bibtex.plugin import register_plugin as register_citation
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STYLE = "francais"
_WORDS = {
    "In": "Dans",
    "Number": "Numéro",
    "PhD thesis": "Thèse de doctorat",
    "Technical Report": "Rapport technique",
    "chapter": "chapitre",
    "edition": "édition",
    "editor": "dir.",
    "editors": "dir.",
    "in": "dans",
    "number": "numéro",
    "of": "de",
    "pages": "p.",
}


def _in_french(part: Any) -> Any:  # noqa: ANN401 — pybtex mixes nodes and text
    if isinstance(part, Node):
        part.children = [_in_french(child) for child in part.children]
        return part
    return _WORDS.get(part, part) if isinstance(part, str) else part


class French(Style):
    """pybtex's alphabetic style with its words in French."""

    def format_names(self, role: str, as_sentence: bool = True) -> Node:
        """Join names with commas and « et »."""
        joined = names(role, sep=", ", sep2=" et ", last_sep=" et ")
        return sentence[joined] if as_sentence else joined

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        """Translate whatever template the style gives for a kind of entry."""
        found = super().__getattribute__(name)
        if name.startswith("get_") and name.endswith("_template"):
            return lambda entry: _in_french(found(entry))
        return found


def _french_names() -> PersonStyle:
    return PersonStyle(sep2=" et ", last_sep=" et ")


@dataclass
class FrenchCitation(AuthorYearReferenceStyle):
    """Author and year in the text, « et » between two authors."""

    person: PersonStyle = field(default_factory=_french_names)


def setup(app: Sphinx) -> None:  # noqa: ARG001
    """Make both styles known as ``francais``."""
    register_plugin("pybtex.style.formatting", STYLE, French)
    register_citation("sphinxcontrib.bibtex.style.referencing", STYLE, FrenchCitation)
