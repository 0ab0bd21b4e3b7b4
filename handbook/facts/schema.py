"""Read a CSV file by its Table Schema, and say exactly where it breaks it.

Only what the project's tables use is understood: types string, number, integer, year, date and
boolean; constraints required, enum, pattern, minimum and maximum; primary and foreign keys
(https://specs.frictionlessdata.io/table-schema/), and columns that increase along a row.
"""

from __future__ import annotations

import csv
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook.core.errors import unknown
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Cells = list[str | None]
Schema = dict[str, Any]

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}
_EXPECTED = {
    "number": "a number such as 2501 or 3.5",
    "integer": "a whole number",
    "year": "a year such as 2023",
    "date": "a date such as 2023-12-31",
    "boolean": "true or false",
}


def read(file: Path, schema: Schema, column_of: Callable[[str, str], pd.Series[Any]]) -> Any:  # noqa: ANN401
    """Return a table typed by its schema.

    Parameters
    ----------
    file
        UTF-8 CSV file with a header.
    schema
        Table Schema of the file; `increasing`, which is ours, names columns whose values must not
        fall from one to the next in a row (missing ones aside).
    column_of
        Gives the column that a foreign key points at, from a resource and a column's name.

    Returns
    -------
    DataFrame
        Empty cells are missing values; dates are timestamps, integers and years ``Int64``.

    Raises
    ------
    FactsError
        At the first fault, with the file, the line and the column.
    """
    fields = {field["name"]: field for field in schema["fields"]}
    rows, lines = _rows(file, list(fields))
    frame = pd.DataFrame(
        {
            name: _column(file, lines, [row[rank] or None for row in rows], field)
            for rank, (name, field) in enumerate(fields.items())
        }
    )
    _check_unique(file, lines, frame, _names(schema.get("primaryKey", ())))
    _check_ordered(file, lines, frame, schema.get("increasing", []))
    for key in schema.get("foreignKeys", ()):
        name, other = _names(key["fields"])[0], _names(key["reference"]["fields"])[0]
        resource = key["reference"]["resource"]
        known = column_of(resource, other) if resource else frame[other]
        _check_known(file, lines, frame[name], known)
    return frame


def _names(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _rows(file: Path, header: list[str]) -> tuple[list[list[str]], list[int]]:
    """Return the rows below a header that must be the schema's, and their line numbers."""
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            for row in reader:
                rows.append(row)
                lines.append(line)
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError) as error:
            raise FactsError(f"unreadable ({error})", file=file, line=line) from error
    found = rows[0] if rows else []
    if found != header:
        missing = [f"« {name} »" for name in header if name not in found]
        what = f"no column {', '.join(missing)}" if missing else f"columns are {', '.join(found)}"
        raise FactsError(f"{what}; expected {', '.join(header)}", file=file, line=1)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            message = f"{len(row)} cells where {len(header)} are expected"
            raise FactsError(message, file=file, line=line)
    return rows[1:], lines[1:]


def _column(file: Path, lines: list[int], cells: Cells, field: Schema) -> pd.Series[Any]:
    """Type a column by its field; the first cell that breaks it is an error."""
    kind = field.get("type", "string")
    typed = _TYPES.get(kind, _text)(cells)
    known, read = pd.Series(cells, dtype="object").notna(), typed.notna()
    for rank in typed.index[known & ~read]:
        message = f"« {cells[rank]} » is not {_EXPECTED.get(kind, kind)}"
        raise FactsError(message, file=file, line=lines[rank], column=field["name"])
    for rank, message in _breaches(cells, typed, field.get("constraints") or {}):
        raise FactsError(message, file=file, line=lines[rank], column=field["name"])
    return typed


def _text(cells: Cells) -> pd.Series[Any]:
    return pd.Series(cells, dtype="str")


def _number(cells: Cells) -> pd.Series[Any]:
    written = [float(cell) if cell and _NUMBER.fullmatch(cell) else None for cell in cells]
    return pd.Series(written, dtype="float64")


def _integer(cells: Cells) -> pd.Series[Any]:
    whole = [
        int(cell) if cell and re.fullmatch(r"[+-]?\d+", cell, re.ASCII) else None for cell in cells
    ]
    return pd.Series(whole, dtype="Int64")


def _date(cells: Cells) -> pd.Series[Any]:
    written = [
        cell if cell and re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII) else None
        for cell in cells
    ]
    return pd.to_datetime(pd.Series(written, dtype="object"), format="%Y-%m-%d", errors="coerce")


def _boolean(cells: Cells) -> pd.Series[Any]:
    values = pd.Series([_BOOLEANS.get(cell or "") for cell in cells], dtype="boolean")
    return values if values.isna().any() else values.astype("bool")


_TYPES: dict[str, Callable[[Cells], pd.Series[Any]]] = {
    "number": _number,
    "integer": _integer,
    "year": _integer,
    "date": _date,
    "boolean": _boolean,
}


def _breaches(cells: Cells, typed: pd.Series[Any], rules: Schema) -> Iterator[tuple[int, str]]:
    """Yield the rank and the fault of each cell that breaks a constraint."""
    low, high = (_bound(rules.get(key), typed) for key in ("minimum", "maximum"))
    pattern = re.compile(rules.get("pattern", ".*"), re.DOTALL)
    choices = [str(choice) for choice in rules.get("enum", ())]
    for rank, (cell, value) in enumerate(zip(cells, typed, strict=True)):
        if cell is None:
            if rules.get("required"):
                yield rank, "a value is required"
        elif choices and cell not in choices:
            yield rank, f"« {cell} » is not one of {', '.join(choices)}"
        elif (low is not None and value < low) or (high is not None and value > high):
            yield rank, f"« {cell} » is not within {rules.get('minimum')} to {rules.get('maximum')}"
        elif not pattern.fullmatch(cell):
            yield rank, f"« {cell} » does not match {pattern.pattern}"


def _bound(bound: Any, typed: pd.Series[Any]) -> Any:  # noqa: ANN401
    dated = pd.api.types.is_datetime64_dtype(typed)
    return pd.Timestamp(str(bound)) if dated and bound is not None else bound


def _check_unique(file: Path, lines: list[int], frame: pd.DataFrame, key: list[str]) -> None:
    for rank in frame.index[frame.duplicated(key)] if key else ():
        what = ", ".join(str(frame[name][rank]) for name in key)
        raise FactsError(f"a second row for {what}", file=file, line=lines[rank], column=key[0])


def _check_ordered(file: Path, lines: list[int], frame: pd.DataFrame, names: list[str]) -> None:
    for rank, row in enumerate(frame[names].to_numpy(dtype=float)):
        known = zip(names, row, strict=True)
        told = [(name, value) for name, value in known if not math.isnan(value)]
        for (before, low), (name, high) in pairwise(told):
            if low > high:
                message = f"{high:g} is below « {before} », which is {low:g}"
                raise FactsError(message, file=file, line=lines[rank], column=name)


def _check_known(
    file: Path, lines: list[int], column: pd.Series[Any], known: pd.Series[Any]
) -> None:
    for rank in column.index[column.notna() & ~column.isin(known)]:
        raise unknown(
            str(column[rank]),
            known,
            str(known.name),
            FactsError,
            file=file,
            line=lines[rank],
            column=str(column.name),
        )
