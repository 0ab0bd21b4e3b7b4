"""Files that a reader takes away: which kind the name asks for, CSV and Excel that run nothing."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from handbook.core.cells import inert
from handbook.core.errors import HandbookError, nearest
from handbook.core.french import NARROW, NBSP, joined

__all__ = ["csv_text", "save", "xlsx_bytes"]

_CSV_DIGITS = "%.10g"
_WIDEST = 60  # characters of a column in Excel
_MOST_ROWS = 1_048_575  # of a sheet, its heading excluded
_MADE = dt.datetime(2000, 1, 1)


def save(path: str | Path, kinds: Mapping[str, Callable[[], bytes]]) -> None:
    """Write the file that the ending of its name asks for.

    Raises
    ------
    HandbookError
        If the name has another ending; nothing is written.

    Examples
    --------
    >>> save("/tmp/mesures.txt", {".csv": lambda: b"", ".xlsx": lambda: b""})
    Traceback (most recent call last):
    ...
    handbook.core.errors.HandbookError: save: 'mesures.txt' should end in .csv or .xlsx
    """
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in kinds:
        raise HandbookError(
            f"save: {file.name!r} should end in {joined(kinds, 'or')}",
            nearest=nearest(ending, kinds),
        )
    content = kinds[ending]()
    try:
        file.write_bytes(content)
    except (OSError, ValueError) as error:
        raise HandbookError(f"save: {str(file)!r:.200} cannot be written: {error}") from error


def csv_text(data: pd.DataFrame, headings: Mapping[str, str] | None = None) -> str:
    """Return `data` as CSV text (comma, decimal point, ISO dates, ten significant digits).

    `headings` gives French names to columns; their typographic spaces become plain ones. The
    columns of a forecast or a range (``mean``, ``lower_80``…) have theirs. A text that a
    spreadsheet would execute is quoted.

    Examples
    --------
    >>> print(csv_text(pd.DataFrame({"nom": ["=1+1"], "valeur": [2.5]})), end="")
    nom,valeur
    '=1+1,2.5
    """
    flat = _flat(data, headings).rename(columns=lambda name: _quoted(str(name)))
    text = flat.apply(_inert).to_csv(
        index=False, float_format=_CSV_DIGITS, date_format="%Y-%m-%d", lineterminator="\n"
    )
    return str(text)


_HEADINGS = {
    "date": "date",
    "year": "année",
    "value": "valeur",
    "mean": "prévision",
    "median": "médiane",
    "lower": "bas",
    "upper": "haut",
    **{
        f"{end}_{level}": f"{word} à {level} %"
        for level in (50, 80, 90, 95)
        for end, word in (("lower", "bas"), ("upper", "haut"))
    },
}


def _flat(data: pd.DataFrame, headings: Mapping[str, str] | None) -> pd.DataFrame:
    """Return the table whose index is a column, under the headings given or of results."""
    named = not isinstance(data.index, pd.RangeIndex)
    flat = data.reset_index() if named else data
    spaces = str.maketrans(NBSP + NARROW, "  ")
    words = {name: text.translate(spaces) for name, text in (headings or {}).items()}
    words = {**{name: word for name, word in _HEADINGS.items() if word not in flat}, **words}
    return flat.rename(columns=words)


def _inert(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.astype(object).map(lambda cell: _quoted(cell) if isinstance(cell, str) else cell)


def _quoted(cell: str) -> str:
    """Return a text as a cell of a CSV file: pandas does not quote a lone carriage return."""
    return inert(cell.replace("\r\n", "\n").replace("\r", "\n"))


def xlsx_bytes(data: pd.DataFrame, headings: Mapping[str, str] | None = None) -> bytes:
    """Return `data` as an Excel workbook of one sheet: numbers and dates, texts that stay texts.

    No text becomes a formula or a link, whatever it opens with. The same table always gives the
    same bytes.

    Raises
    ------
    HandbookError
        If there are more rows than a sheet holds.

    Examples
    --------
    >>> xlsx_bytes(pd.DataFrame({"nom": ["=1+1"], "valeur": [2.5]}))[:2]
    b'PK'
    """
    import xlsxwriter

    flat = _flat(data, headings)
    if len(flat) > _MOST_ROWS:
        raise HandbookError(
            f"save: a sheet holds {_MOST_ROWS} rows, the table has {len(flat)}: save it as .csv"
        )
    out = io.BytesIO()
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    book.set_properties({"created": _MADE})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("données")
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(flat.columns):
        cells = [_excel(cell) for cell in flat.iloc[:, place].tolist()]
        sheet.write_string(0, place, str(name), bold)
        for row, cell in enumerate(cells, start=1):
            _write(sheet, row, place, cell, day)
        longest = max(len(str(cell)) for cell in [name, *cells] if cell is not None)
        sheet.set_column(place, place, min(longest + 2, _WIDEST))
    book.close()
    return out.getvalue()


Cell = dt.date | bool | str | float | None


def _write(sheet: Any, row: int, place: int, cell: Cell, day: Any) -> None:  # noqa: ANN401
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, place, cell, day)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, place, cell)
    elif cell is not None:
        sheet.write_number(row, place, cell)


def _excel(cell: Any) -> Cell:  # noqa: ANN401 — any cell
    """Return what a cell of a sheet can hold; nothing where there is no value."""
    value = cell.item() if isinstance(cell, np.generic) else cell
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_pydatetime()
    finite = isinstance(value, int | float) and math.isfinite(value)
    return value if finite or isinstance(value, dt.date | bool) else str(value)
