"""What several views are given the same way: numbers, dates, and a forecast as they need it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

import pandas as pd

from handbook.core.doors import fields_checked
from handbook.views.base.errors import ViewError

__all__ = [
    "Noun",
    "RangeLike",
    "agreed",
    "capital",
    "iso_date",
    "of_noun",
    "plain",
    "plain_number",
    "rounded",
    "slug",
]

_PLAINER = str.maketrans({"’": "'", "œ": "oe", "æ": "ae"})


class RangeLike(Protocol):
    """A path with a band: a ``handbook.forecasting.Forecast``, or a range that somebody states."""

    @property
    def series(self) -> pd.Series:
        """What was observed, by date."""

    @property
    def mean(self) -> pd.Series:
        """What is expected, by date."""

    def interval(self, level: float) -> pd.DataFrame:
        """Columns ``lower`` and ``upper``."""


@fields_checked(ViewError)
@dataclass(frozen=True)
class Noun:
    """What the rows of a view are: ``Noun("région", "régions", feminine=True)``."""

    one: str
    many: str
    feminine: bool = False

    def entry(self) -> dict[str, Any]:
        """Return it as the page reads it (JSON)."""
        return asdict(self)


def agreed(word: str, noun: Mapping[str, Any], count: int = 1) -> str:
    """Return « choisi », « choisie », « choisis » or « choisies » (a twin in JavaScript)."""
    return word + ("e" if noun["feminine"] else "") + ("s" if count > 1 else "")


def of_noun(noun: str) -> str:
    """Return « de maisons » or « d’ouvertures » (a twin in JavaScript)."""
    return f"d’{noun}" if noun[0] in "aeiouéèê" else f"de {noun}"


def capital(text: str) -> str:
    """Return the text with a capital, as a sentence begins (a twin in JavaScript)."""
    return text[:1].upper() + text[1:]


def plain_number(value: float, significant: int | None = None) -> float:
    """Return a number as JavaScript writes it (4, not 4.0), at so many significant digits."""
    number = float(value) if significant is None else float(f"{float(value):.{significant}g}")
    return int(number) if number.is_integer() else number


def rounded(value: float, digits: int) -> float:
    """Round half away from zero on the shortest decimal writing, as numbers are written."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return plain_number(float(exact) + 0.0)


def iso_date(moment: Any) -> str:  # noqa: ANN401
    """Return the date of a moment, as the page orders and reads it: ``2032-12-31``."""
    return str(pd.Timestamp(moment).date())


def plain(text: str) -> str:
    """Return `text` without accents, ligatures, capitals or curly apostrophes."""
    bare = unicodedata.normalize("NFD", text)
    kept = "".join(one for one in bare if not unicodedata.category(one).startswith("M"))
    return kept.lower().translate(_PLAINER)


def slug(text: str) -> str:
    """Return a name fit for an address: « offre de soins » gives ``offre-de-soins``."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")
