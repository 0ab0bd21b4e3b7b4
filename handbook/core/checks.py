"""What several rooms refuse in the same words: no numbers, names given twice, a share as a level.

A `door` reads annotations; these hold what an annotation cannot say.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from handbook.core.errors import HandbookError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["are_numbers", "bounded", "check_level", "check_work", "distinct", "plain_date"]

LARGEST = 1e140
"""The square of a greater number overflows, or nearly."""


def are_numbers(column: pd.Series) -> bool:
    """Tell whether all that is known of a column is real numbers.

    Texts that look like numbers, truth values and dates are none: which number « 1,234 » or True
    stands for is for the caller to say.
    """
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return are_numbers(column.cat.categories.to_series())
    if pd.api.types.is_object_dtype(column):
        return all(_is_number(value) for value in column.dropna())
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return numeric and not pd.api.types.is_complex_dtype(column)


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool)


def bounded(value: object) -> bool:
    """Tell whether something is a number that can be computed with: finite, not enormous."""
    try:
        return _is_number(value) and abs(float(value)) <= LARGEST  # type: ignore[arg-type]
    except OverflowError:
        return False


def distinct(names: Iterable[object], what: str, error: type[HandbookError]) -> None:
    """Refuse a name that is missing, or stands twice, be it once as a number, once as a text.

    Parameters
    ----------
    names
        Labels of units, options of a choice, levels.
    what
        What each is, in words.
    error
        The room's own kind of error.
    """
    seen: dict[str, object] = {}
    for name in names:
        if name is None or name != name or str(name) in ("<NA>", "NaT"):
            raise error(f"{what}: one has no name")
        if str(name) in seen:
            first = seen[str(name)]
            kinds = "" if type(first) is type(name) else f", as {first!r} and as {name!r}"
            raise error(f"{what}: « {name} » is given twice{kinds}")
        seen[str(name)] = name


def plain_date(date: object, error: type[HandbookError]) -> None:
    """Refuse a text such as « 01/02/2024 », which half of the world reads the other way round."""
    if isinstance(date, str) and re.match(r"\s*[0-9]{1,2}[/.-][0-9]{1,2}[/.-]", date):
        raise error(f"{date!r}: day or month first? write 2024-12-31")


def check_level(level: object, error: type[HandbookError]) -> None:
    """Refuse a level that is not in percent; the message gives the right form of a fraction."""
    number = _is_number(level) and not isinstance(level, Decimal)
    if not number or math.isnan(level):  # type: ignore[arg-type]
        raise error(f"a level is a number in percent (80, 95), not {level!r}")
    if 0 < level < 1:  # type: ignore[operator]
        raise error(f"a level is in percent: write {100 * level:g}, not {level!r}")  # type: ignore[operator]
    if not 1 <= level < 100:  # type: ignore[operator]
        raise error(f"a level is in percent, between 1 and 100 (80, 95), not {level!r}")


def check_work(
    sizes: Sequence[tuple[int, str]], most: float, remedy: str, error: type[HandbookError]
) -> None:
    """Refuse what would take minutes, or more memory than there is, before it begins.

    Parameters
    ----------
    sizes
        What the work is the product of: a number, and of what.
    most
        The largest product that takes some ten seconds.
    remedy
        What would be right instead.
    """
    work = math.prod(size for size, _ in sizes)
    if work > most:
        told = " x ".join(f"{size} {name}" for size, name in sizes)
        raise error(f"{told} is too much to compute (at most {most:.0e} in all): {remedy}")
