"""Tables as French spreadsheets and institutes write them: cells first, then what they hold.

A file is in UTF-8 (with a byte order mark or not), in UTF-16 with its mark, or else in the western
Windows code page: on the few lines of such a file, statistical detectors answer « cp1250 » and turn
« Forêt » into « Foręt ». Its separator is the one that cuts all its lines alike. pandas reads such
files too, but a cell that it cannot read makes a column of texts and not an error; here each fault
says its line, its column and what would be right.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from os import PathLike, fspath
from pathlib import PurePath
from typing import BinaryIO, TypeAlias

from handbook.core.errors import HandbookError, unknown

__all__ = ["Cell", "Delimited", "Readable", "ReadingError", "numbers", "read_delimited"]

Readable: TypeAlias = str | PathLike[str] | BinaryIO
"""A path, or a binary file that is open (``io.BytesIO`` of what a form received)."""

SEPARATORS = (";", "\t", ",", "|")
SPACES = " \u00a0\u202f\u2009\u2007\u2006"
NOTHING = {"", "nd", "n.d.", "n. d.", "ns", "na", "n/a", "nan", "-", "–", "—"}
NOTHING |= {"…", "...", "..", "///", "//"}
_SPACE = f"[{SPACES}]"
_GROUPS = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d+"
_SIGN = "[-+\N{MINUS SIGN}]?"
_FRENCH = re.compile(rf"{_SIGN}(?:{_GROUPS})(?:,\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_ENGLISH = re.compile(rf"{_SIGN}(?:{_GROUPS})\.\d+(?:[eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(rf"{_SIGN}(?:{_GROUPS})(?:[eE][-+]?\d+)?", re.ASCII)
_POINTED = re.compile(rf"{_SIGN}\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?")
_THOUSANDS = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}[.,]\d{{3}}")
_MIXED = re.compile("Ã[©¨ª«´§¢®»¯]|â€")  # UTF-8 in a text that is not all UTF-8
_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NAMES = {"\t": "tabulation", ";": "point-virgule", ",": "virgule", "|": "barre"}


class ReadingError(HandbookError):
    """A file cannot be read as the table it should be.

    Attributes
    ----------
    file : str
        Its name.
    line : int or None
        Line of the file, from 1.
    column : str or None
        Heading of the column, or its rank where it has none.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str | None = None,
        nearest: Sequence[str] = (),
    ) -> None:
        places = [file, f"line {line}" if line else "", f"column « {column} »" if column else ""]
        where = ", ".join(place for place in places if place)
        super().__init__(f"{where}: {problem}" if where else problem, nearest=nearest)
        self.file, self.line, self.column = file, line, column


@dataclass(frozen=True)
class Cell:
    """A text and where it stands."""

    text: str
    file: str
    line: int
    column: str
    separator: str = ";"

    def fault(self, problem: str) -> ReadingError:
        """Return the error that says what is wrong with this cell."""
        return ReadingError(problem, file=self.file, line=self.line, column=self.column)

    @property
    def empty(self) -> bool:
        """Whether it says that there is no value (« n.d. », « … », « /// », nothing)."""
        return self.text.lower() in NOTHING


@dataclass(frozen=True)
class Delimited:
    """The cells of a file, with no spaces around.

    Attributes
    ----------
    file
        Its name.
    header
        Headings, all different; only the first may be empty.
    rows
        Line of the file and texts of each row; rows with nothing in them are left out.
    separator, encoding
        What was found.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    separator: str
    encoding: str

    def column(self, name: str | int) -> list[Cell]:
        """Return the cells of a column, by its heading or its rank from 0.

        Raises
        ------
        ReadingError
            If there is no such column; the message names the nearest.
        """
        if isinstance(name, str) and name not in self.header:
            raise unknown(name, self.header, "column", ReadingError, file=self.file)
        whole = isinstance(name, int) and not isinstance(name, bool)
        if not isinstance(name, str) and not (whole and 0 <= name < len(self.header)):
            raise ReadingError(
                f"column: a heading, or a rank from 0 to {len(self.header) - 1}, not {name!r:.40}",
                file=self.file,
            )
        place = self.header.index(name) if isinstance(name, str) else name
        heading = self.header[place] or str(place + 1)
        return [
            Cell(texts[place], self.file, line, heading, self.separator)
            for line, texts in self.rows
        ]

    @property
    def reading(self) -> str:
        """How the file was read, in French."""
        return f"encodage {self.encoding}, séparateur\u00a0: {_NAMES[self.separator]}"


def read_delimited(source: Readable) -> Delimited:
    r"""Read the cells of a file that a spreadsheet wrote.

    Parameters
    ----------
    source
        Path, or open binary file.

    Returns
    -------
    Delimited

    Raises
    ------
    ReadingError
        If the file is a workbook, is no text, has no separator, a quote that does not end, a row
        of another length than its heading, or two headings alike.

    Examples
    --------
    >>> table = read_delimited(io.BytesIO("année;médecins\n2024;1 234,5".encode("cp1252")))
    >>> table.header, table.encoding
    (('année', 'médecins'), 'cp1252')
    >>> numbers(table.column("médecins"))
    [1234.5]
    """
    file, content = _content(source)
    if content.startswith(_WORKBOOK):
        raise ReadingError(
            "this is a workbook, not a text: save its sheet as CSV (« CSV UTF-8 »)", file=file
        )
    text, encoding = _decoded(content, file)
    first, *_ = (*text.splitlines(), "")
    named = re.fullmatch(r'"?sep=(.)"?', first.strip())
    if named:  # a line that Excel writes and reads
        text = text.replace(first, "", 1)
    separator = named[1] if named and named[1] in SEPARATORS else _separator(text, file)
    lines = list(_lines(text, separator, file))
    if not lines:
        raise ReadingError("the file is empty: a line of headings is needed, then rows", file=file)
    (line, header), *rows = lines
    width = max(place for place, name in enumerate(header, start=1) if name)
    header = header[:width]
    _check_header(header, file, line)
    checked = tuple(_checked(row, header, file, separator) for row in rows)
    if not checked:
        raise ReadingError("the file has headings but no row below them", file=file, line=line)
    return Delimited(file, header, checked, separator, encoding)


def _content(source: Readable) -> tuple[str, bytes]:
    if isinstance(source, str | PathLike):
        path = PurePath(fspath(source))
        try:
            with open(path, "rb") as opened:  # noqa: PTH123 — a path of any kind
                return path.name, opened.read()
        except OSError as error:
            raise ReadingError(f"cannot be read: {error.strerror}", file=str(path)) from error
    if not hasattr(source, "read"):
        raise ReadingError(f"a path or an open binary file is needed, not {source!r:.40}")
    content = source.read()
    if not isinstance(content, bytes):
        raise ReadingError("open the file in binary mode: open(path, 'rb')")
    return PurePath(str(getattr(source, "name", "") or "file")).name, content


def _decoded(content: bytes, file: str) -> tuple[str, str]:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    line = 1
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
        else:
            if "\0" not in text and not (encoding == "cp1252" and _MIXED.search(text)):
                return text.replace("\r\n", "\n").replace("\r", "\n"), encoding.removesuffix("-sig")
            line = line if encoding == "cp1252" else 1 + text[: text.index("\0")].count("\n")
    raise ReadingError(
        "this is no text in UTF-8 nor in the western Windows code page, or it mixes both: save it "
        "as « CSV UTF-8 »",
        file=file,
        line=line,
    )


def _lines(text: str, separator: str, file: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line where each row starts, and its texts; rows with nothing are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            cells = tuple(cell.strip(SPACES + "\n") for cell in row)
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadingError(
            f"a quotation mark opens here and is not closed as it should be ({error})",
            file=file,
            line=line,
        ) from error


def _separator(text: str, file: str) -> str:
    """Return the separator that cuts all lines alike, or else the commonest of the heading."""
    for separator in SEPARATORS:
        try:
            widths = {len(row) for _, row in _lines(text, separator, file)}
        except ReadingError:
            continue
        if len(widths) == 1 and widths != {1}:
            return separator
    heading = next((line for line in text.splitlines() if line.strip()), "")
    counts = Counter({separator: heading.count(separator) for separator in SEPARATORS})
    separator, count = counts.most_common(1)[0]
    if count == 0 and heading:
        raise ReadingError(
            f"one column only ({heading[:40]!r}): semicolons, tabs or commas must separate two",
            file=file,
            line=1,
        )
    return separator


def _check_header(header: Sequence[str], file: str, line: int) -> None:
    for place, name in enumerate(header, start=1):
        if not name and place > 1:
            raise ReadingError("a column has no heading", file=file, line=line, column=str(place))
        if name in header[: place - 1]:
            raise ReadingError("two columns have this heading", file=file, line=line, column=name)


def _checked(
    row: tuple[int, tuple[str, ...]], header: Sequence[str], file: str, separator: str
) -> tuple[int, tuple[str, ...]]:
    line, cells = row
    width = len(header)
    if len(cells) < width or any(cells[width:]):
        why = f"{len(cells)} cells, and {width} headings"
        if separator == "," and len(cells) > width:
            why += "; a decimal comma needs quotation marks where commas separate cells"
        raise ReadingError(why, file=file, line=line)
    return line, cells[:width]


def numbers(cells: Sequence[Cell], decimal: str | None = None) -> list[float]:
    """Read the cells of a column as numbers; nan where there is no value.

    Parameters
    ----------
    cells
        They may group digits with spaces of any width, write the true minus, and all end with
        « % ».
    decimal
        ``","`` or ``"."``; by default the comma, and the point in a column that has no comma.

    Raises
    ------
    ReadingError
        Naming the first cell that is no number, or a column such as « 1.234 » or, where commas
        separate cells, « 1,234 », in which nothing tells thousands from decimals.
    """
    if decimal not in (None, ",", "."):
        raise ReadingError(f"decimal is ',' or '.', not {decimal!r}")
    known = [cell for cell in cells if not cell.empty]
    filled = [(cell, cell.text.removesuffix("%").rstrip(SPACES)) for cell in known]
    units = {cell.text.endswith("%") for cell, _ in filled}
    if len(units) > 1:
        odd = next(cell for cell, _ in filled if not cell.text.endswith("%"))
        raise odd.fault(f"{odd.text!r} has no « % », and others of the column do")
    texts = [text for _, text in filled]
    mark = decimal or ("," if any("," in text for text in texts) else ".")
    if decimal is None:
        _refuse_ambiguous(filled)
    values = iter([_number(cell, text, mark) for cell, text in filled])
    return [float("nan") if cell.empty else next(values) for cell in cells]


def _refuse_ambiguous(filled: Sequence[tuple[Cell, str]]) -> None:
    """Refuse a column where all that is marked is « 1.234 », a thousand or a little over one."""
    for mark in ".,":
        marked = [(cell, text) for cell, text in filled if mark in text]
        doubtful = mark == "." or any(cell.separator == "," for cell, _ in marked)
        if doubtful and marked and all(_THOUSANDS.fullmatch(text) for _, text in marked):
            cell, text = marked[0]
            whole, other = text.replace(mark, ""), text.translate(str.maketrans(".,", ",."))
            raise cell.fault(
                f"{text!r} may be {whole} or {other}: write one of these, or say decimal={mark!r}"
            )


def _number(cell: Cell, text: str, mark: str) -> float:
    kinds = (_FRENCH,) if mark == "," else (_WHOLE, _ENGLISH)
    if not any(kind.fullmatch(text) for kind in kinds):
        raise cell.fault(f"{cell.text!r} is no number; {_remedy(text, mark)}")
    plain = re.sub(_SPACE, "", text).replace("\N{MINUS SIGN}", "-")
    value = float(plain.replace(",", "."))
    if not isfinite(value):
        raise cell.fault(f"{cell.text!r} is greater than any number a computer holds")
    return value


def _remedy(text: str, mark: str) -> str:
    """Say what would be right in place of a text that is no number."""
    if _POINTED.fullmatch(text):
        return f"{text.replace('.', ' ')!r} would be right: points do not group digits"
    if mark == "," and _ENGLISH.fullmatch(text):
        return f"{text.replace('.', ',')!r} would be right, as in the rest of the column"
    found = re.match(rf"{_SIGN}(?:{_GROUPS})(?:[.,]\d+)?(?=\D|$)", text)
    if found and found[0] != text:
        return f"{found[0]!r} alone would be right: units and notes belong in the heading"
    return "'1 234,5' would be right, and nothing or « n.d. » where there is no value"
