"""What a reader takes away from under a figure: the drawing as SVG, the data as a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import textwrap
from html import escape

from handbook.figures.svg import plain

__all__ = ["standalone", "workbook"]

_DRAWING = re.compile(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*?)</svg>', re.DOTALL)
_LEADING_ZERO = re.compile(r"[-+]?0\d")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FAMILY = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Arial, sans-serif"
_INK, _MUTED = "#22252a", "#5c6169"
_MARGIN = 6
_TITLE, _SMALL = 12.5, 9.5  # points
_WIDTH_OF_LETTER = 0.5  # of the height, in the mean


def standalone(html: str, title: str, subtitle: str, alt: str, credit: str) -> str:
    """Return the first drawing of a picture as an SVG file of its own, on white, in its colours.

    Parameters
    ----------
    html
        The picture as it is in the page.
    title, subtitle
        Written above the drawing.
    alt
        Its alternative text, kept as the file's description.
    credit
        Where it comes from, written below.

    Raises
    ------
    ValueError
        If there is no drawing.
    """
    drawing = _DRAWING.search(html)
    if drawing is None:
        raise ValueError(f"no drawing in {title!r}")
    width, height = float(drawing[1]), float(drawing[2])
    above = [(line, _TITLE, _INK, 700) for line in _lines(title, width, _TITLE)]
    above += [(line, _SMALL, _MUTED, 400) for line in _lines(subtitle, width, _SMALL)]
    below = [(line, _SMALL, _MUTED, 400) for line in _lines(credit, width, _SMALL)]
    heading, top = _written(above, _MARGIN)
    foot, bottom = _written(below, top + height + _MARGIN)
    size = f"{width + 2 * _MARGIN:g} {bottom + _MARGIN:g}"
    wide, high = size.split()
    head = (
        f'<svg viewBox="0 0 {size}" width="{wide}pt" height="{high}pt" role="img"'
        f' font-family="{_FAMILY}"><title>{escape(title)}</title><desc>{escape(alt)}</desc>'
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
    )
    inside = f'<g transform="translate({_MARGIN} {top:g})">{drawing[3]}</g>'
    return plain(f"{head}{heading}{inside}{foot}</svg>\n")


def _lines(text: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(text, int(width / (size * _WIDTH_OF_LETTER))) if text else []


def _written(lines: list[tuple[str, float, str, int]], top: float) -> tuple[str, float]:
    """Return lines of text set one below the other, and where they end."""
    parts = []
    for line, size, colour, weight in lines:
        top += size * 1.3
        parts.append(
            f'<text x="{_MARGIN}" y="{top - size * 0.3:g}" font-size="{size}px" fill="{colour}"'
            f' font-weight="{weight}">{escape(line)}</text>'
        )
    return "".join(parts), top + _MARGIN


def workbook(text: str) -> bytes:
    """Return a CSV text (comma, decimal point) as an Excel workbook of one sheet.

    Numbers and dates are such; a code that opens with a zero, such as a department's, stays a
    text, and no text is a formula.
    """
    import pandas as pd

    from handbook.core.saving import xlsx_bytes

    header, *rows = list(csv.reader(io.StringIO(text)))
    typed = [[_typed(cell) for cell in row] for row in rows]
    return xlsx_bytes(pd.DataFrame(typed, columns=header, dtype=object))


def _typed(cell: str) -> float | str | dt.date | None:
    if not cell:
        return None
    if _DAY.fullmatch(cell):
        return dt.date.fromisoformat(cell)
    if _NUMBER.fullmatch(cell) and not _LEADING_ZERO.match(cell):
        return float(cell)
    return cell
