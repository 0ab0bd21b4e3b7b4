"""Read a CSV file by its Table Schema, and say exactly where it breaks it.

What is understood of https://specs.frictionlessdata.io/table-schema/ is listed in `_WORDS` and
`_TYPES`: every word of these is obeyed, and a description that uses another one is refused, since a
rule that nobody checks is worse than none. `increasing`, which is ours, names columns whose values
must not fall from one to the next in a row.
"""

from __future__ import annotations

import csv
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook.core.errors import unknown
from handbook.facts.descriptions import check_shapes
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
    "year": "a year of four digits such as 2023",
    "date": "a date such as 2023-12-31",
    "boolean": "true or false",
}


_WORDS = {
    "schema": {"fields", "primaryKey", "foreignKeys", "uniqueKeys", "increasing"},
    "field": {"name", "type", "format", "title", "description", "unit", "constraints"},
    "constraint": {
        "required",
        "unique",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
    },
    "foreign key": {"fields", "reference"},
    "reference": {"resource", "fields"},
}
_ORDERED = ("number", "integer", "year", "date")
_FORMATS = {"default", "any", "uri", "email"}


def check_words(schema: Schema, description: Path) -> None:
    """Refuse a schema that uses a word this module would not obey.

    Raises
    ------
    FactsError
        Naming the word, the nearest known one, and its line in the description.
    """
    check_shapes(schema, description)
    for what, held in _described_parts(schema):
        for word in held:
            if word not in _WORDS[what]:
                line = _line_of(description, str(word))
                raise unknown(
                    str(word),
                    _WORDS[what],
                    f"word of a {what}",
                    FactsError,
                    file=description,
                    line=line,
                )
    for field in schema["fields"]:
        for word, known in (("type", _TYPES.keys() | {"string"}), ("format", _FORMATS)):
            asked = str(field.get(word, "string" if word == "type" else "default"))
            if asked not in known:
                line = _line_of(description, str(field["name"]))
                raise unknown(asked, known, word, FactsError, file=description, line=line)
    _check_keys(schema, description)
    for field in schema["fields"]:
        check_constraints(field, description)


def _check_keys(schema: Schema, description: Path) -> None:
    """Refuse a key on a column that the table has not, and a pattern that cannot be read."""
    columns = [str(field.get("name", "")) for field in schema["fields"]]
    keys = [schema.get("primaryKey", ()), *schema.get("uniqueKeys", ())]
    keys += [
        schema.get("increasing", ()),
        *(one["fields"] for one in schema.get("foreignKeys", ())),
    ]
    for name in (str(name) for key in keys for name in _names(key)):
        if name not in columns:
            line = _line_of(description, name)
            raise unknown(name, columns, "column of a key", FactsError, file=description, line=line)
    kinds = {str(field["name"]): field.get("type", "string") for field in schema["fields"]}
    for name in _names(schema.get("increasing", ())):
        if kinds[name] not in ("number", "integer", "year"):
            line = _line_of(description, name)
            raise FactsError(
                f"increasing: « {name} » holds no numbers", file=description, line=line
            )


def check_constraints(field: Schema, description: Path) -> None:
    """Refuse a constraint that cannot be obeyed: a bound that is none, a pattern, a length."""
    rules = field.get("constraints") or {}
    line = _line_of(description, str(field["name"]))
    faults = [
        *_of_words(rules),
        *(
            fault
            for word in ("minimum", "maximum", "enum")
            for fault in _of_values(rules, word, field.get("type", "string"))
        ),
        *_of_order(rules),
    ]
    for fault in faults:
        raise FactsError(fault, file=description, line=line)


def _of_words(rules: Schema) -> Iterator[str]:
    for word in ("required", "unique"):
        if not isinstance(rules.get(word, False), bool):
            yield f"{word} is true or false, not {rules[word]!r}"
    for word in ("minLength", "maxLength"):
        length = rules.get(word, 0)
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            yield f"{word} is a whole number, not {length!r}"
    try:
        re.compile(rules.get("pattern", ""))
    except (TypeError, re.error) as error:
        yield f"pattern « {rules['pattern']} »: {error}"


def _of_values(rules: Schema, word: str, kind: str) -> Iterator[str]:
    """Yield what is wrong with a bound, or with a choice, of a column of some type."""
    if word not in rules:
        return
    given = rules[word] if word == "enum" else [rules[word]]
    if not isinstance(given, list) or not given:
        yield "enum is a list of values, one at least"
    elif word != "enum" and kind not in _ORDERED:
        yield f"{word} goes with {', '.join(_ORDERED)}, not with {kind}"
    elif word != "enum" and kind != "date" and not isinstance(given[0], int | float):
        yield f"{word}: {given[0]!r} is a text"
    else:
        typed = _TYPES.get(kind, _text)([_cell(one) for one in given])
        for rank in typed.index[typed.isna()]:
            yield f"{word}: {given[rank]!r} is not {_EXPECTED.get(kind, 'a text')}"


def _of_order(rules: Schema) -> Iterator[str]:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if {low, high} <= rules.keys() and rules[low] > rules[high]:
            yield f"{low} is above {high}"


def _cell(value: object) -> str:
    """Return a value of the description as a cell of the table holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(rules: Schema, typed: pd.Series[Any]) -> list[Any]:
    """Return the values of an enumeration in the type of the column."""
    kinds = {"float64": _number, "Int64": _integer, "bool": _boolean, "boolean": _boolean}
    read = _date if pd.api.types.is_datetime64_dtype(typed) else kinds.get(str(typed.dtype), _text)
    return read([_cell(one) for one in rules.get("enum", ())]).tolist()


def _described_parts(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield "schema", schema
    for field in schema["fields"]:
        yield "field", field
        yield "constraint", field.get("constraints") or {}
    for key in schema.get("foreignKeys", ()):
        yield "foreign key", key
        yield "reference", key["reference"]


def _line_of(description: Path, word: str) -> int | None:
    lines = description.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if word in line), None)


def read(
    file: Path, schema: Schema, name: str, table_of: Callable[[str], pd.DataFrame]
) -> pd.DataFrame:
    """Return a table typed by its schema.

    Parameters
    ----------
    file
        UTF-8 CSV file with a header.
    schema
        Table Schema of the file (see `check_words`).
    name
        Name of the table: a foreign key to that name, to "" or to none points at the table itself.
    table_of
        Gives the table that a foreign key points at.

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
            column: _column(file, lines, [row[rank] or None for row in rows], field)
            for rank, (column, field) in enumerate(fields.items())
        }
    )
    key = _names(schema.get("primaryKey", ()))
    _check_named(file, lines, frame, key)
    _check_unique(file, lines, frame, key)
    for key in schema.get("uniqueKeys", ()):
        _check_unique(file, lines, frame, _names(key), ignore_missing=True)
    for column, field in fields.items():
        if (field.get("constraints") or {}).get("unique"):
            _check_unique(file, lines, frame, [column], ignore_missing=True)
    _check_ordered(file, lines, frame, schema.get("increasing", []))
    for key in schema.get("foreignKeys", ()):
        other = key["reference"].get("resource") or name
        target = frame if other == name else table_of(other)
        pointed = _names(key["reference"]["fields"])
        for column in pointed:
            if column not in target:
                raise unknown(column, target.columns, f"column of {other}", FactsError, file=file)
        _check_known(file, lines, frame[_names(key["fields"])], target[pointed])
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
    # 1e999 is written as a number but is none
    finite = [value if value is not None and math.isfinite(value) else None for value in written]
    return pd.Series(finite, dtype="float64")


def _integer(cells: Cells) -> pd.Series[Any]:
    whole = [
        int(cell) if cell and re.fullmatch(r"[+-]?\d+", cell, re.ASCII) else None for cell in cells
    ]
    held = [value if value is not None and abs(value) < 2**63 else None for value in whole]
    return pd.Series(held, dtype="Int64")


def _year(cells: Cells) -> pd.Series[Any]:
    written = [
        cell if cell and re.fullmatch(r"-?\d{4}", cell, re.ASCII) else None for cell in cells
    ]
    return _integer(written)


def _date(cells: Cells) -> pd.Series[Any]:
    written = [
        cell if cell and re.fullmatch(r"(?!0000)\d{4}-\d\d-\d\d", cell, re.ASCII) else None
        for cell in cells
    ]
    return pd.to_datetime(pd.Series(written, dtype="object"), format="%Y-%m-%d", errors="coerce")


def _boolean(cells: Cells) -> pd.Series[Any]:
    values = pd.Series([_BOOLEANS.get(cell or "") for cell in cells], dtype="boolean")
    return values if values.isna().any() else values.astype("bool")


_TYPES: dict[str, Callable[[Cells], pd.Series[Any]]] = {
    "number": _number,
    "integer": _integer,
    "year": _year,
    "date": _date,
    "boolean": _boolean,
}


def _breaches(cells: Cells, typed: pd.Series[Any], rules: Schema) -> Iterator[tuple[int, str]]:
    """Yield the rank and the fault of each cell that breaks a constraint."""
    low, high = (_bound(rules.get(key), typed) for key in ("minimum", "maximum"))
    choices = [str(choice) for choice in rules.get("enum", ())]
    allowed = set(_choices(rules, typed))
    for rank, (cell, value) in enumerate(zip(cells, typed, strict=True)):
        if cell is None:
            if rules.get("required"):
                yield rank, "a value is required"
        elif (low is not None and value < low) or (high is not None and value > high):
            yield rank, f"« {cell} » is not within {rules.get('minimum')} to {rules.get('maximum')}"
        elif choices and value not in allowed:
            yield rank, f"« {cell} » is not one of {', '.join(choices)}"
        elif fault := _fault_of_text(cell, rules):
            yield rank, fault


def _fault_of_text(cell: str, rules: Schema) -> str:
    """Return what is wrong with a cell as it is written; empty if nothing is."""
    pattern = rules.get("pattern", ".*")
    if not re.fullmatch(pattern, cell, re.DOTALL):
        return f"« {cell} » does not match {pattern}"
    least, most = rules.get("minLength", 0), rules.get("maxLength", math.inf)
    if not least <= len(cell) <= most:
        return f"« {cell} » has {len(cell)} characters, not from {least} to {most}"
    return "a NUL byte is no text" if "\0" in cell else ""


def _bound(bound: Any, typed: pd.Series[Any]) -> Any:  # noqa: ANN401
    dated = pd.api.types.is_datetime64_dtype(typed)
    return pd.Timestamp(str(bound)) if dated and bound is not None else bound


def _check_unique(
    file: Path,
    lines: list[int],
    frame: pd.DataFrame,
    key: list[str],
    *,
    ignore_missing: bool = False,
) -> None:
    if not key:
        return
    twice = frame.duplicated(key)
    if ignore_missing:
        twice &= frame[key].notna().all(axis=1)
    for rank in frame.index[twice]:
        what = ", ".join(str(frame[name][rank]) for name in key)
        raise FactsError(f"a second row for {what}", file=file, line=lines[rank], column=key[0])


def _check_named(file: Path, lines: list[int], frame: pd.DataFrame, key: list[str]) -> None:
    """Refuse a row whose primary key, which tells it from the others, is empty."""
    for rank in frame.index[frame[key].isna().all(axis=1)] if key else ():
        raise FactsError("its primary key is empty", file=file, line=lines[rank], column=key[0])


def _check_ordered(file: Path, lines: list[int], frame: pd.DataFrame, names: list[str]) -> None:
    for rank, row in enumerate(frame[names].to_numpy(dtype=float)):
        known = zip(names, row, strict=True)
        bounds = [(name, value) for name, value in known if not math.isnan(value)]
        for (before, low), (name, high) in pairwise(bounds):
            if low > high:
                message = f"{high:g} is below « {before} », which is {low:g}"
                raise FactsError(message, file=file, line=lines[rank], column=name)


def _check_known(file: Path, lines: list[int], columns: pd.DataFrame, known: pd.DataFrame) -> None:
    """Check that each row, on the columns of a foreign key, is one of the table it points at."""
    rows = pd.MultiIndex.from_frame(columns)
    held = set(pd.MultiIndex.from_frame(known.dropna()))
    complete = columns.notna().all(axis=1)
    for rank in columns.index[complete]:
        if rows[rank] not in held:
            raise unknown(
                ", ".join(map(str, rows[rank])),
                [", ".join(map(str, row)) for row in held],
                ", ".join(map(str, known.columns)),
                FactsError,
                file=file,
                line=lines[rank],
                column=str(columns.columns[0]),
            )
