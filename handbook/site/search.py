"""French full-text search that does not see accents: ``equite`` finds « équité »."""

from __future__ import annotations

import unicodedata

from sphinx.search.fr import SearchFrench, french_stopwords

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})

_SPLIT_QUERY = r"""
var foldAccents = (text) => text
    .normalize("NFD").replace(/\p{Mn}/gu, "")
    .replace(/œ/g, "oe").replace(/Œ/g, "OE").replace(/æ/g, "ae").replace(/Æ/g, "AE");
var splitQuery = (query) => foldAccents(query)
    .split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu)
    .filter((term) => term);
"""


def fold(text: str) -> str:
    """Strip accents and undo ligatures: ``Équité, cœur`` gives ``Equite, coeur``."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").translate(_LIGATURES)


class AccentBlindFrench(SearchFrench):
    """Sphinx's French search with accents folded in the index and in the query alike."""

    stopwords = {fold(word) for word in french_stopwords}  # noqa: RUF012 — Sphinx's own declaration
    js_splitter_code = _SPLIT_QUERY

    def split(self, input: str) -> list[str]:  # noqa: A002 — Sphinx's own name
        """Split a text into words without accents."""
        return super().split(fold(input))

    def stem(self, word: str) -> str:
        """Return the stem of a word, accents folded first as the browser does."""
        return super().stem(fold(word))
