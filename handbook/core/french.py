"""French numbers, amounts, dates and lists, as a reader in France expects them.

Numbers and dates are written as the Unicode locale data do for ``fr`` (the tests hold them to
Babel's), with what typography asks for: the true minus sign, rounding half away from zero as
taught at school, narrow no-break spaces (U+202F) inside numbers and before ``%``, no-break spaces
(U+00A0) before units and inside « ».
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal, SupportsFloat

import numpy as np
import pandas as pd

from handbook.core.checks import plain_date
from handbook.core.doors import door
from handbook.core.errors import HandbookError, unknown

__all__ = [
    "MISSING",
    "MONTHS",
    "NARROW",
    "NBSP",
    "SHORT_MONTHS",
    "amount",
    "chance",
    "counted",
    "date",
    "euros",
    "in_letters",
    "joined",
    "number",
    "ordinal",
    "percent",
    "period",
    "qualified",
    "short",
    "spread",
    "typeset",
]

NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MISSING = f"n.{NBSP}d."
"""What stands for an absent value: « non disponible »."""

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)

Precision = Literal["day", "month", "year"]
Step = Literal["year", "end", "half", "quarter", "month"]
Moment = dt.date | dt.datetime | pd.Timestamp | str

_MAX_FREE_DIGITS = 2
_MOST_DIGITS = 15  # what a float holds
_EXACT = Context(prec=340)  # the longest float written in full, and its decimals
_LETTERS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_SCALES = ((10**9, "Md€"), (10**6, "M€"))


def _decimal(value: SupportsFloat | None) -> Decimal | None:
    """Return `value` as a Decimal, or None when it is missing or not finite."""
    if value is None or isinstance(value, type(pd.NaT) | type(pd.NA)):
        return None
    try:
        known = None if isinstance(value, str | bytes) else math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        known = None
    if known is None:
        raise HandbookError(f"a number that a float can hold is expected, not {value!r:.60}")
    if not known:
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    # the shortest repr, so that 0.285 rounds as it is written and not as it is stored
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, digits: int | None) -> Decimal:
    places = _MAX_FREE_DIGITS if digits is None else _places(digits)
    unit = Decimal(1).scaleb(-places)
    result = value.quantize(unit, rounding=ROUND_HALF_UP, context=_EXACT)
    if digits is None:
        result = result.normalize(_EXACT)
    return result.copy_abs() if result == 0 else result


def _places(digits: int) -> int:
    whole = isinstance(digits, numbers.Integral) and not isinstance(digits, bool)
    if not whole or abs(digits) > _MOST_DIGITS:
        raise HandbookError(
            f"digits: a whole number from -{_MOST_DIGITS} to {_MOST_DIGITS} is expected,"
            f" not {digits!r:.60}"
        )
    return int(digits)


@lru_cache(maxsize=4096)
def _grouped(value: Decimal, places: int) -> str:
    """Write a rounded number; kept, because axes ask for the same ones many times."""
    return f"{value:,.{places}f}".replace(",", NARROW).replace(".", ",")


def number(value: SupportsFloat, digits: int | None = None, *, sign: bool = False) -> str:
    """Write a number: ``number(2501)`` is « 2 501 », ``number(3.5, 1)`` « 3,5 ».

    Parameters
    ----------
    value
        Any real number; missing or infinite values give :data:`MISSING`.
    digits
        Decimals to show. None shows as many as needed, at most two; -1 rounds to tens, -2 to
        hundreds: « 4 860 » for a modelled 4 859.
    sign
        Also write the plus sign of a positive value (for changes).

    Returns
    -------
    str
        The number with narrow no-break thousands, a decimal comma and the true minus.
    """
    exact = _decimal(value)
    if exact is None:
        return MISSING
    rounded = _rounded(exact, digits)
    places = max(0, -int(rounded.as_tuple().exponent)) if digits is None else max(0, digits)
    text = _grouped(rounded.copy_abs(), places)
    if rounded < 0:
        return MINUS + text
    return "+" + text if sign and rounded > 0 else text


def percent(value: SupportsFloat, digits: int | None = None, *, sign: bool = False) -> str:
    """Write a share given in percent: ``percent(12.3)`` is « 12,3 % ».

    The value is already in percent (0 to 100), as the data hold it, and is not multiplied.
    """
    text = number(value, digits, sign=sign)
    return text if text == MISSING else f"{text}{NARROW}%"


def chance(probability: SupportsFloat) -> str:
    """Write a probability no more exactly than a model can know it.

    « moins de 1 % » and « plus de 99 % » at the ends, a whole percent near them, else by fives.

    Raises
    ------
    HandbookError
        If it is not between 0 and 1.
    """
    exact = _decimal(probability)
    share = math.nan if exact is None else 100 * float(exact)
    if not 0 <= share <= 100:
        raise HandbookError(f"chance: {probability!r} is not between 0 and 1")
    if share < 1:
        return f"moins de {percent(1)}"
    if share > 99:
        return f"plus de {percent(99)}"
    near_an_end = min(share, 100 - share) < 10
    return percent(round(share) if near_an_end else 5 * round(share / 5))


def amount(
    value: SupportsFloat, unit: str, digits: int | None = None, *, sign: bool = False
) -> str:
    """Write a quantity with its unit: ``amount(3.5, "Md€")`` is « 3,5 Md€ »."""
    if not isinstance(unit, str):
        raise HandbookError(f"amount: a unit is a text, not {unit!r:.60}")
    if unit.strip() == "%":
        return percent(value, digits, sign=sign)
    text = number(value, digits, sign=sign)
    return text if text == MISSING or not unit else f"{text}{NBSP}{unit.strip()}"


def spread(low: SupportsFloat, central: SupportsFloat, high: SupportsFloat, unit: str = "") -> str:
    """Write a value with what is known of its bounds; nan stands for unknown.

    « 3 396 actes/an », « 6 à 11 % », « au plus 15 % », « 66 000 €/an (40 000 à 200 000) ».
    """
    middle, known = _decimal(central), (_decimal(low) is not None, _decimal(high) is not None)
    both = f"{number(low)} à {number(high)}"
    if middle is not None:
        text = amount(central, unit)
        return f"{text} ({both})" if all(known) else text
    if all(known):
        return amount(high, unit).replace(number(high), both, 1)
    if any(known):
        return f"au moins {amount(low, unit)}" if known[0] else f"au plus {amount(high, unit)}"
    return MISSING


QUALIFIERS = (
    "sans mention",
    "plus de",
    "moins de",
    "près de",
    "environ",
    "au moins",
    "au plus",
    "jusqu’à",
    "entre",
)
"""Reservations that a figure may carry; « sans mention » is not written."""


def qualified(
    value: SupportsFloat,
    unit: str = "",
    qualifier: str = "",
    digits: int | None = None,
    *,
    low: SupportsFloat = math.nan,
    high: SupportsFloat = math.nan,
) -> str:
    """Write a quantity with the reservation it bears: « plus de 55 % », « environ 300 contrats ».

    Parameters
    ----------
    value, unit, digits
        See `amount`.
    qualifier
        One of `QUALIFIERS`, or nothing.
    low, high
        The bounds of « entre », which needs them.

    Raises
    ------
    HandbookError
        If the qualifier is unknown, or « entre » has no bounds.
    """
    if qualifier in ("", "sans mention"):
        return amount(value, unit, digits)
    if qualifier not in QUALIFIERS:
        raise unknown(qualifier, QUALIFIERS, "qualifier", HandbookError)
    if qualifier != "entre":
        return f"{qualifier} {amount(value, unit, digits)}"
    if _decimal(low) is None or _decimal(high) is None:
        raise HandbookError("qualified: « entre » needs low and high")
    return f"entre {number(low, digits)} et {amount(high, unit, digits)}"


def short(value: SupportsFloat, unit: str = "", digits: int | None = None) -> str:
    """Write a value beside a point or a bar: no decimal from 100 on, one from 10, else two.

    `digits` overrides this, and then the text is that of :func:`amount`.
    """
    exact = _decimal(value)
    if digits is None and exact is not None:
        places = sum(abs(exact) < bound for bound in (10, 100))
        value = _rounded(exact, places)
    return amount(value, unit, digits)


def euros(value: SupportsFloat, digits: int | None = None) -> str:
    """Write a sum given in euros at a readable scale: « 3,5 Md€ », « 12 M€ », « 73 500 € »."""
    exact = _decimal(value)
    if exact is None:
        return MISSING
    for scale, unit in _SCALES:
        if abs(exact) >= scale:
            scaled = exact / scale
            return amount(_rounded(scaled, 1) if digits is None else scaled, unit, digits)
    return amount(exact, "€", 0 if digits is None else digits)


def counted(value: SupportsFloat, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun in agreement: « 1,5 maison », « 2 maisons ».

    French takes the plural from two on. `plural` defaults to `singular` with an « s ».
    """
    if not (isinstance(singular, str) and singular.strip()):
        raise HandbookError(f"counted: a noun is needed, not {singular!r:.60}")
    exact = _decimal(value)
    several = exact is not None and abs(exact) >= 2
    noun = (plural or f"{singular}s") if several else singular
    return f"{number(value)}{NBSP}{noun}"


@door(HandbookError)
def in_letters(count: int, *, zero: str = "zéro") -> str:
    """Write a small count in letters, as prose does: « trois », but « 12 ».

    `zero` may be « aucun » before a masculine noun. « un » does not agree: « une » is not written.
    """
    letters = (zero, *_LETTERS)
    return letters[count] if 0 <= count < len(letters) else number(count)


@door(HandbookError)
def ordinal(rank: int, *, feminine: bool = False) -> str:
    """Write a rank: « 1er », « 1re », « 2e »."""
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{rank}e"


def _timestamp(moment: Moment) -> pd.Timestamp:
    plain_date(moment, HandbookError)
    dated = isinstance(moment, str | dt.date | np.datetime64)
    try:
        stamp = pd.Timestamp(moment) if dated else pd.NaT
    except ValueError:  # pandas' errors of dates and of their bounds are
        stamp = pd.NaT
    if pd.isna(stamp):
        raise HandbookError(
            f"date: {moment!r:.60} is not a date; give a Timestamp, a date or an ISO text"
        )
    return stamp


@door(HandbookError)
def date(moment: Moment, precision: Precision = "day") -> str:
    """Write a date: « 1er janvier 2025 », « janvier 2025 » or « 2025 ».

    Parameters
    ----------
    moment
        A Timestamp, a date or an ISO text.
    precision
        ``"day"``, ``"month"`` or ``"year"``.
    """
    stamp = _timestamp(moment)
    if precision == "year":
        return str(stamp.year)
    month = f"{MONTHS[stamp.month - 1]}{NBSP}{stamp.year}"
    if precision == "month":
        return month
    return f"{'1er' if stamp.day == 1 else stamp.day}{NBSP}{month}"


@door(HandbookError)
def period(moment: Moment, step: Step = "end") -> str:
    """Write the period that ends at `moment`.

    ``"end"`` gives « fin 2023 » on 31 December and « fin juin 2023 » on the last day of another
    month (any other day is written in full), ``"half"`` « 2e semestre 2023 », ``"quarter"``
    « 4e trimestre 2023 », ``"month"`` « décembre 2023 », ``"year"`` « 2023 ».
    """
    stamp = _timestamp(moment)
    if step == "half":
        return f"{ordinal(1 + (stamp.month > 6))} semestre {stamp.year}".replace(" ", NBSP)
    if step == "quarter":
        return f"{ordinal(stamp.quarter)} trimestre {stamp.year}".replace(" ", NBSP)
    if step == "month":
        return date(stamp, "month")
    if step == "year":
        return date(stamp, "year")
    if not stamp.is_month_end:
        return date(stamp)
    whole = date(stamp, "year" if stamp.is_year_end else "month")
    return f"fin{NBSP}{whole}"


def joined(items: Iterable[object], word: str = "et") -> str:
    """Join a list in a sentence: « a, b et c »."""
    texts: Sequence[str] = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


_RULES = (
    (re.compile(r"[ \u00a0\u202f]+([;!?%])"), NARROW + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+([:»])"), NBSP + r"\1"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NBSP),
    (re.compile(r"(?<=\d)[ ](?=(?:€|Md€|M€|k€|Md|M)(?!\w))"), NBSP),
    (re.compile(r"(?<=[^\W\d_])'(?=\w)"), "’"),
)

# a whole grouped number: « 2 501 », but not the year of « en 2023 250 maisons »
_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)")


@door(HandbookError)
def typeset(text: str) -> str:
    """Set the no-break spaces and apostrophes that French typography asks for.

    Only ordinary spaces that are already there change width: no punctuation is added or moved.
    The function is idempotent.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _GROUPED.sub(lambda match: re.sub(r"[ \u00a0]", NARROW, match[0]), text)
