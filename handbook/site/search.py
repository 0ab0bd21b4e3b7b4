"""French full-text search that sees neither accents nor genders, and finds numbers.

``equite`` finds « équité », ``infirmier`` finds « infirmière » and ``1000`` finds « 1 000 ». The
index is made here and the query is read in the browser: both obey the rules written once below,
which the browser receives beside Sphinx's own French stemmer.
"""

from __future__ import annotations

import json
import re
import unicodedata

from sphinx.search.fr import SearchFrench, french_stopwords

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})

# A number as it is written or typed: thousands apart or not, then a decimal comma or point. It
# becomes one word: 1000, 12_5. ASCII digits only: « \d » is not the same set in both languages.
_SPACE = "[ \u00a0\u2009\u202f]"
_NUMBER = rf"(?:[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)?"

# A word without its accents misleads the stemmer. Before it works, the endings it knows by them
# are given back and genders are made one; after it, what it leaves of a word and its kin is.
_BEFORE = (
    ("ees?$", "é"),
    ("ies?$", "ié"),
    ("([igh]|ll)er(?:e|es|s)$", "$1er"),
    ("trices?$", "teur"),
    ("(i|eu)fs?$", "$1ve"),
    ("ass(?:e|es|é)$", "asser"),
    ("(^|[^ou])ites?$", "$1ité"),
)
_AFTER = (("qu$", "c"), ("y$", "i"), ("(.{4})i$", "$1"))

_IN_THE_BROWSER = r"""
var foldAccents = (text) => text
    .normalize("NFD").replace(/\p{Mn}/gu, "")
    .replace(/œ/g, "oe").replace(/Œ/g, "OE").replace(/æ/g, "ae").replace(/Æ/g, "AE");
var splitQuery = (query) => foldAccents(query)
    .replace(new RegExp(%(number)s, "g"), (number) => number
        .replace(new RegExp(%(space)s, "g"), "").replace(/[.,]/, "_"))
    .split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu)
    .filter((term) => term);
var Stemmer = ((Snowball) => function () {
  const stemmer = new Snowball();
  const rewrite = (rules, word) => rules.reduce(
    (changed, [ending, other]) => changed.replace(new RegExp(ending), other), word);
  this.stemWord = (word) => rewrite(%(after)s, foldAccents(
    stemmer.stemWord(rewrite(%(before)s, foldAccents(word).toLowerCase()))).toLowerCase());
})(Stemmer);
"""


def fold(text: str) -> str:
    """Strip accents and undo ligatures: ``Équité, cœur`` gives ``Equite, coeur``."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").translate(_LIGATURES)


def _plain_number(written: re.Match[str]) -> str:
    return re.sub(r"[.,]", "_", re.sub(_SPACE, "", written[0]))


def _rewrite(rules: tuple[tuple[str, str], ...], word: str) -> str:
    for ending, other in rules:
        word = re.sub(ending, other.replace("$1", r"\1"), word, count=1)
    return word


class AccentBlindFrench(SearchFrench):
    """Sphinx's French search, blind to accents and genders in the index and the query alike."""

    stopwords = {fold(word) for word in french_stopwords}  # noqa: RUF012 — Sphinx's own declaration
    js_splitter_code = _IN_THE_BROWSER % {
        "number": json.dumps(_NUMBER),
        "space": json.dumps(_SPACE),
        "before": json.dumps(_BEFORE),
        "after": json.dumps(_AFTER),
    }

    def split(self, input: str) -> list[str]:  # noqa: A002 — Sphinx's own name
        """Split a text into words without accents; a number is one word, « 1 000 » included."""
        return super().split(re.sub(_NUMBER, _plain_number, fold(input)))

    def stem(self, word: str) -> str:
        """Return the stem of a word: the same with or without accents, masculine or feminine."""
        plain = _rewrite(_BEFORE, fold(word).lower())
        return _rewrite(_AFTER, fold(super().stem(plain)).lower())
