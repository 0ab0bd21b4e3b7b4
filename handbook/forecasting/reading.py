"""A reader's own series, from a file as French spreadsheets and institutes write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from handbook.core.delimited import Cell, Delimited, Readable, ReadingError, numbers, read_delimited
from handbook.core.doors import door
from handbook.core.errors import nearest
from handbook.core.french import MONTHS, SHORT_MONTHS, joined
from handbook.core.french import date as french_day

__all__ = ["from_csv"]

_MONTH = {
    name.rstrip(".").replace("é", "e").replace("û", "u"): month
    for names in (MONTHS, SHORT_MONTHS, ("jan", "fev", "mar", "avril", "mai", "juin", "juill"))
    for month, name in enumerate(names, start=1)
}
_YEAR = r"(?P<year>[0-9]{4})"


@door(ReadingError)
def from_csv(
    source: Readable,
    column: str | None = None,
    *,
    dates: str | None = None,
    day_first: bool = True,
    decimal: str | None = None,
) -> pd.Series:
    r"""Read a series that `forecast` accepts.

    The file may separate cells with semicolons, tabs or commas; be in UTF-8, with a byte order
    mark or not, in UTF-16 or in the western Windows code page; write decimal commas, group digits
    with spaces of any width, and say « n.d. », « … » or nothing where there is no value.

    Dates are years (``2024``), months (``2024-01``, ``01/2024``, ``janv. 2024``), quarters
    (``2024-T1``, ``T1 2024``, ``2024Q1``), half-years (``2024-S1``) or days (``31/12/2024``,
    ``2024-12-31``, ``31 décembre 2024``), all alike in a file. **An ambiguous date is read day
    first, as French files write it**: ``01/02/2019`` is the first of February. The attributes of
    the series say so.

    Parameters
    ----------
    source
        Path, or open binary file (``io.BytesIO(content)``).
    column
        Heading of the values; by default the only column that does not hold the dates.
    dates
        Heading of the dates; by default the first column.
    day_first
        Whether ``01/02/2019`` is in February; false for files of the United States.
    decimal
        ``","`` or ``"."``, where the column does not tell.

    Returns
    -------
    Series of floats
        In time order, named after its column; indexed by years (integers), months or quarters
        (periods) or days (dates; the last day of each half-year). Its attributes are ``file``,
        ``reading`` (in French: what was found and what was decided), ``sources`` (the name of the
        file, for a caption) and ``unit`` if all values end with « % ».

    Raises
    ------
    ReadingError
        Naming the line and the column of the first fault, and what would be right.

    Examples
    --------
    >>> import io
    >>> visits = from_csv(io.BytesIO("fin;visites\n31/12/2023;1 204,5\n31/12/2024;1 310".encode()))
    >>> visits.tolist(), str(visits.index[-1].date()), visits.attrs["unit"]
    ([1204.5, 1310.0], '2024-12-31', '')
    >>> from_csv(io.BytesIO("an;visites\n2023;12\n2024;x".encode()))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    handbook.core.delimited.ReadingError: file, line 3, column « visites »: 'x' is no number; ...
    """
    table = read_delimited(source)
    when = table.column(dates if dates is not None else 0)
    cells = table.column(_values_of(table, column, when[0].column))
    index, form = _index(when, day_first=day_first)
    _refuse_twice(when, index)
    values = numbers(cells, decimal)
    series = pd.Series(values, index=index, name=cells[0].column, dtype="float64").sort_index()
    percent = all(cell.text.endswith("%") for cell in cells if not cell.empty)
    series.attrs = {
        "file": table.file,
        "sources": [table.file],
        "unit": "%" if percent else "",
        "reading": f"{table.reading}, dates\u00a0: {form}",
    }
    return series


def _values_of(table: Delimited, column: str | None, dates: str) -> str:
    if column is not None:
        return column
    others = [name for name in table.header if name not in (dates, "")]
    if len(others) == 1:
        return others[0]
    if not others:
        raise ReadingError("one column only: dates and values are needed", file=table.file, line=1)
    raise ReadingError(
        f"several columns of values: name one, from_csv(…, {others[0]!r}); they are "
        f"{', '.join(others)}",
        file=table.file,
        line=1,
    )


@dataclass(frozen=True)
class _Form:
    """A way to write dates: its pattern, its name in a message, what it makes of a match."""

    pattern: re.Pattern[str]
    name: str
    french: str
    read: Callable[[dict[str, str]], Any]


def _period(unit: str) -> Callable[[dict[str, str]], pd.Period]:
    def read(found: dict[str, str]) -> pd.Period:
        if "month" not in found:
            return pd.Period(f"{found['year']}Q{found['part']}", freq="Q")
        month = _month(found["month"])
        return pd.Period(year=int(found["year"]), month=month, freq=unit)

    return read


def _month(text: str) -> int:
    if text.isdigit():
        month = int(text)
        if not 1 <= month <= 12:
            raise ValueError(f"there is no month {month}")
        return month
    plain = text.lower().rstrip(".").replace("é", "e").replace("û", "u")
    if plain not in _MONTH:
        close = nearest(plain, _MONTH)
        raise ValueError(f"no month is called {text!r}" + (f"; nearest: {close[0]}" * bool(close)))
    return _MONTH[plain]


def _half(found: dict[str, str]) -> pd.Timestamp:
    return pd.Timestamp(
        f"{found['year']}-06-30" if found["part"] == "1" else f"{found['year']}-12-31"
    )


def _day(found: dict[str, str]) -> pd.Timestamp:
    year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
    last = calendar.monthrange(year, month)[1] if year else 0
    if not 1 <= day <= last:
        raise ValueError(f"there is no day {day} in {MONTHS[month - 1]} {year}")
    return pd.Timestamp(year, month, day)


def _forms(*, day_first: bool) -> tuple[_Form, ...]:
    day, month = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})"
    word = r"(?P<month>[^\W\d_]+\.?)"
    first, second = (day, month) if day_first else (month, day)
    order = "jour/mois/année" if day_first else "mois/jour/année"
    midnight = r"(?:[T ]00:00(?::00)?)?"
    written = (
        (_YEAR, "a year", "années", lambda found: int(found["year"])),
        (rf"{_YEAR}[- ]?[TQtq](?P<part>[1-4])", "a quarter", "trimestres", _period("Q")),
        (rf"[TQtq](?P<part>[1-4])[-/ ]?{_YEAR}", "a quarter", "trimestres", _period("Q")),
        (rf"{_YEAR}[- ]?[Ss](?P<part>[12])", "a half-year", "semestres (dernier jour)", _half),
        (rf"[Ss](?P<part>[12])[-/ ]?{_YEAR}", "a half-year", "semestres (dernier jour)", _half),
        (rf"{_YEAR}[-/](?P<month>[0-9]{{2}})", "a month", "mois", _period("M")),
        (rf"{month}[-/]{_YEAR}", "a month", "mois", _period("M")),
        (rf"{word}[ -]{_YEAR}", "a month", "mois", _period("M")),
        (rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){midnight}", "a day", "jours", _day),
        (rf"{first}(?P<mark>[-/.]){second}(?P=mark){_YEAR}{midnight}", "a day", order, _day),
        (rf"(?P<day>[0-9]{{1,2}})(?:er)? {word} {_YEAR}", "a day", "jours", _day),
    )
    return tuple(_Form(re.compile(form), name, said, read) for form, name, said, read in written)


def _index(cells: Sequence[Cell], *, day_first: bool) -> tuple[pd.Index[Any], str]:
    """Read dates that are all written in one way, and name that way in French."""
    forms = _forms(day_first=day_first)
    form = next((form for form in forms if form.pattern.fullmatch(_plain(cells[0]))), None)
    if form is None:
        raise cells[0].fault(_no_date(cells[0]))
    moments = []
    for cell in cells:
        found = form.pattern.fullmatch(_plain(cell))
        if found is None:
            other = next((each for each in forms if each.pattern.fullmatch(_plain(cell))), None)
            if other is None:
                raise cell.fault(_no_date(cell))
            raise cell.fault(
                f"{cell.text!r} is {other.name} written otherwise than {cells[0].text!r} on line "
                f"{cells[0].line}: write all the dates of the column alike"
            )
        moments.append(_moment(cell, form, found.groupdict(), day_first=day_first))
    return _indexed(moments, cells[0].column), _said(form, cells, moments)


def _plain(cell: Cell) -> str:
    return re.sub(r"[ \u00a0\u202f]+", " ", cell.text)


def _moment(cell: Cell, form: _Form, found: dict[str, str], *, day_first: bool) -> Any:  # noqa: ANN401
    try:
        return form.read(found)
    except ValueError as error:
        problem = f"{cell.text!r} is read {form.french}: {error}"
        if form.french.startswith(("jour/", "mois/")):
            problem += f"; day_first={not day_first} reads the other way round"
        raise cell.fault(problem) from error


def _indexed(moments: list[Any], name: str) -> pd.Index[Any]:
    if isinstance(moments[0], pd.Period):
        return pd.PeriodIndex(moments, name=name)
    if isinstance(moments[0], pd.Timestamp):
        return pd.DatetimeIndex(moments, name=name)
    years: pd.Index[Any] = pd.Index(moments, dtype="int64", name=name)
    return years


def _said(form: _Form, cells: Sequence[Cell], moments: Sequence[Any]) -> str:
    """Say how dates were read, with the first one that could have been read otherwise."""
    if not form.french.startswith(("jour/", "mois/")):
        return form.french
    for cell, moment in zip(cells, moments, strict=True):
        if moment.day <= 12 and moment.day != moment.month:
            return f"{form.french} («\u00a0{cell.text}\u00a0» est le {french_day(moment)})"
    return form.french


def _no_date(cell: Cell) -> str:
    if cell.empty:
        return "a date is missing: write it, or remove the line"
    if re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}", cell.text):
        return f"{cell.text!r} has a year of two digits: write it with four, as 31/12/2024"
    examples = joined(("2024", "2024-T1", "2024-01", "31/12/2024"), "or")
    return f"{cell.text!r} is no date; {examples} would be right"


def _refuse_twice(cells: Sequence[Cell], index: pd.Index[Any]) -> None:
    twice = index.duplicated()
    if twice.any():
        place = int(twice.argmax())
        first = cells[list(index).index(index[place])]
        raise cells[place].fault(
            f"{cells[place].text!r} is already on line {first.line}: keep one value for a date"
        )
