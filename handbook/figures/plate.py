"""The plate: one drawing function becomes a wide and a narrow SVG.

Every builder ends in :func:`compose`: it calls the drawing once per width, lets the layout settle,
and hands the two drawings to the picture. Title, notes and sources are text of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from handbook.core.doors import door
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError

__all__ = ["NARROW", "WIDE", "WIDTHS", "Drawing", "Plate", "compose", "line_width", "wrapped"]

WIDE, NARROW = 740, 350
WIDTHS = (WIDE, NARROW)
"""Widths of a picture in CSS pixels: in the page's column, on a phone."""
_DPI = 96
_WEIGHTS = {"title": 700, "subtitle": 400, "body": 400, "small": 400}


@dataclass
class Plate:
    """The room a drawing has, and how to write on it. All lengths are CSS pixels.

    Attributes
    ----------
    figure
        The matplotlib figure to draw on.
    narrow
        True for the phone's version.
    width, height
        The drawing's.
    """

    figure: Figure
    narrow: bool
    width: float
    height: float
    _finishers: list[Callable[[], None]] = field(default_factory=list)

    def axes(self, rows: int = 1, columns: int = 1, **options: Any) -> list[Axes]:  # noqa: ANN401
        """Return ``rows * columns`` axes, row by row."""
        grid = self.figure.subplots(rows, columns, squeeze=False, **options)
        return list(np.ravel(grid))

    def wrap(self, text: str, width: float, kind: str = "body", weight: int | None = None) -> str:
        """Break `text` at its ordinary spaces so that it fits `width`."""
        return "\n".join(wrapped(text, width, kind, weight))

    def text_width(self, text: str, kind: str = "body", weight: int | None = None) -> float:
        """Return the width of the longest line of `text`."""
        return max(line_width(line, kind, weight) for line in text.split("\n"))

    def after(self, finisher: Callable[[], None]) -> None:
        """Call `finisher` once the axes have their final place (to set labels apart)."""
        self._finishers.append(finisher)

    def settle(self) -> None:
        """Let the axes take their final place, then run the finishers."""
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        for finisher in self._finishers:
            finisher()


Drawing = Callable[[Plate], None]


_MEASURE = RendererAgg(8, 8, _DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=8192)
def line_width(text: str, kind: str = "body", weight: int | None = None) -> float:
    """Return the width of a line of text, in CSS pixels."""
    font = FontProperties(
        family=theme.FAMILY, size=theme.size(kind), weight=weight or _WEIGHTS[kind]
    )
    with theme.applied():
        width, _, _ = _MEASURE.get_text_width_height_descent(  # type: ignore[no-untyped-call]
            text, font, ismath=False
        )
    return float(width) * 96 / _DPI


def wrapped(text: str, width: float, kind: str = "body", weight: int | None = None) -> list[str]:
    """Break `text` into lines no wider than `width`, at spaces, else after hyphens."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line_width(longer, kind, weight) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _hyphenated(word, width, kind, weight)
            lines += full
        lines.append(line)
    return lines


def _hyphenated(word: str, width: float, kind: str, weight: int | None) -> list[str]:
    """Break one word after its hyphens; a part that is still too wide stays whole."""
    parts: list[str] = [""]
    for piece in re.findall(r"[^-]*-|[^-]+", word):
        if parts[-1] and line_width(parts[-1] + piece, kind, weight) > width:
            parts.append("")
        parts[-1] += piece
    return parts


def _draw(drawing: Drawing, width: int, height: int) -> Figure:
    figure = Figure(figsize=(width / 96, height / 96), dpi=_DPI)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02)
    plate = Plate(figure, width == NARROW, width, height)
    drawing(plate)
    plate.settle()
    return figure


@door(FigureError)
def compose(
    drawing: Drawing,
    data: pd.DataFrame,
    caption: Caption,
    *,
    attribution: str = "",
    heights: tuple[int, int] = (330, 330),
    headings: Mapping[str, str] | None = None,
) -> Picture:
    """Draw `drawing` at both widths and return the picture.

    Parameters
    ----------
    drawing
        Called once per width with a :class:`Plate`; it draws and returns nothing.
    data
        The data plotted: they become the picture's CSV and its digest.
    caption
        Finding, description, sources.
    attribution
        Whom else to credit, after the sources (a map's outlines).
    heights
        Height of the drawing, wide and narrow, in CSS pixels.
    headings
        Column to its French heading in the CSV, for columns that have another name.

    Raises
    ------
    ValueError
        If the caption has no alternative text.
    """
    with theme.applied():
        sizes = reversed(list(zip(WIDTHS, heights, strict=True)))
        figures = (_draw(drawing, *size) for size in sizes)
        return Picture.of(figures, data, caption, attribution, headings or {})
