"""CSV texts as a French spreadsheet opens them, and as a small HTML table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import escape

from handbook.core import french as fr
from handbook.core.cells import inert
from handbook.site.search import fold

_DECIMAL = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def slug(text: str, longest: int = 60) -> str:
    """Turn a French title into a file name: ``« Le bilan, à 2032 »`` gives ``le-bilan-a-2032``."""
    words = re.findall(r"[a-z0-9]+", fold(text).lower())
    kept = ""
    for word in words:
        if kept and len(kept) + 1 + len(word) > longest:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or "donnees"


def for_spreadsheets(text: str) -> str:
    """Rewrite a CSV text (comma, decimal point) for a French spreadsheet.

    The result has a byte order mark, ``;`` between cells and a decimal comma; no cell is a
    formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in csv.reader(io.StringIO(text)):
        writer.writerow(
            cell.replace(".", ",") if _DECIMAL.fullmatch(cell) else inert(cell) for cell in row
        )
    return "\ufeff" + out.getvalue()


def as_html(text: str, longest: int = 40) -> str:
    """Return the rows of a CSV text as an HTML table, or ``""`` beyond ``longest`` rows."""
    header, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    if not rows or len(rows) > longest:
        return ""
    columns = [_column(list(cells)) for cells in zip(*rows, strict=True)]
    head = "".join(
        f'<th scope="col"{style}>{escape(name or "ligne")}</th>'
        for name, (style, _) in zip(header, columns, strict=True)
    )
    lines = []
    for rank in range(len(rows)):
        (style, first), *others = [(style, cells[rank]) for style, cells in columns]
        cells = "".join(f"<td{style}>{escape(cell)}</td>" for style, cell in others)
        lines.append(f'<tr><th scope="row"{style}>{escape(first)}</th>{cells}</tr>')
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _column(cells: list[str]) -> tuple[str, list[str]]:
    """Return a column's class and its cells in French; years are not numbers to group."""
    filled = [cell for cell in cells if cell]
    if all(_YEAR.fullmatch(cell) for cell in filled):
        return "", cells
    if all(_DAY.fullmatch(cell) for cell in filled):
        return "", [fr.date(dt.date.fromisoformat(cell)) if cell else "" for cell in cells]
    if not all(_NUMBER.fullmatch(cell) for cell in filled):
        return "", cells
    return ' class="number"', [fr.number(float(c)) if c else "" for c in cells]
