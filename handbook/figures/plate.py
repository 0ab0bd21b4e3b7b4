"""The plate: one drawing function becomes a wide and a narrow PNG under one title and source.

Every builder ends in :func:`compose`. It measures the wrapped title, subtitle and source line,
leaves the room between them to the drawing, calls it once per width, and encodes the result
as a small PNG whose bytes depend on nothing but the drawing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image

from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.display import Picture, Sources, check_alt, source_ids, source_line

__all__ = ["ROOMS", "Drawing", "Plate", "compose", "line_width", "wrapped"]

WIDE, NARROW = 760, 360
_DENSITY = 2
_DPI = 96 * _DENSITY
_MARGIN = 14
ROOMS = (WIDE - 2 * _MARGIN, NARROW - 2 * _MARGIN)
"""Width between the margins, wide and narrow."""
_LEADING = 1.25
_COLOURS = 64
_FLAT = 12
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
    width
        Width between the margins.
    height
        Height between the title and the notes.
    margin
        Space left on each side.
    """

    figure: Figure
    narrow: bool
    width: float
    height: float
    margin: float = _MARGIN
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


def line_width(text: str, kind: str = "body", weight: int | None = None) -> float:
    """Return the width of a line of text, in CSS pixels."""
    font = FontProperties(
        family=theme.FAMILY, size=theme.size(kind), weight=weight or _WEIGHTS[kind]
    )
    with theme.applied():
        width, _, _ = _MEASURE.get_text_width_height_descent(  # type: ignore[no-untyped-call]
            text, font, ismath=False
        )
    return float(width) / _DENSITY


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


@dataclass(frozen=True)
class _Block:
    """Lines of text of one size, set at the top or the bottom of the plate."""

    kind: str
    colour: str
    lines: Sequence[str]

    @property
    def leading(self) -> float:
        return theme.SIZES[self.kind] * _LEADING

    @property
    def height(self) -> float:
        return self.leading * len(self.lines)

    def write(self, figure: Figure, top: float) -> None:
        """Write the lines, the first one starting `top` CSS pixels below the upper edge."""
        total_width, total_height = (side * 96 for side in figure.get_size_inches())
        for rank, line in enumerate(self.lines):
            # the baseline sits about 80 % down the line, whatever accents it carries
            baseline = top + self.leading * (rank + 0.8)
            figure.text(
                _MARGIN / total_width,
                1 - baseline / total_height,
                line,
                size=theme.size(self.kind),
                weight=_WEIGHTS[self.kind],
                color=self.colour,
                va="baseline",
                in_layout=False,
            )


def _draw(drawing: Drawing, head: list[str], foot: list[str], width: int, height: int) -> Figure:
    room = width - 2 * _MARGIN
    title, subtitle = head
    blocks = [_Block("title", theme.INK, wrapped(title, room, "title"))]
    if subtitle:
        blocks.append(_Block("subtitle", theme.MUTED, wrapped(subtitle, room, "subtitle")))
    notes = [_Block("small", theme.MUTED, wrapped(text, room, "small")) for text in foot if text]
    above = _MARGIN + sum(block.height for block in blocks) + 10
    below = _MARGIN + sum(block.height for block in notes) + 8
    total = round(above + height + below)

    figure = Figure(figsize=(width / 96, total / 96), dpi=_DPI, facecolor=theme.PLATE)
    FigureCanvasAgg(figure)
    side = _MARGIN / width
    figure.set_layout_engine(
        "constrained",
        rect=(side, below / total, 1 - 2 * side, (total - above - below) / total),
        w_pad=0,
        h_pad=0,
    )
    top = float(_MARGIN)
    for block in blocks:
        block.write(figure, top)
        top += block.height
    top = total - below + 8
    for block in notes:
        block.write(figure, top)
        top += block.height
    plate = Plate(figure, width == NARROW, room, height)
    drawing(plate)
    plate.settle()
    return figure


def _png(figure: Figure, colours: int) -> bytes:
    """Encode the figure as a small PNG without metadata, its flat colours exact."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="raw", dpi=_DPI)
    width, height = figure.canvas.get_width_height(physical=True)
    image = Image.frombuffer("RGBA", (width, height), buffer.getvalue(), "raw", "RGBA", 0, 1)
    out = io.BytesIO()
    _few_colours(image.convert("RGB"), colours).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _few_colours(image: Image.Image, colours: int) -> Image.Image:
    """Return `image` with a palette: its most frequent colours as they are, others near.

    Pillow's own quantisation moves flat colours too: a class of a map would differ from its key.
    """
    counted = image.getcolors(image.width * image.height) or []
    ordered = sorted(counted, key=lambda item: (-item[0], item[1]))
    seen = np.array([colour for _, colour in ordered], dtype=np.int32)
    blends = image.quantize(
        max(2, colours - _FLAT), method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    ).getpalette()
    palette = np.vstack([seen[:_FLAT], np.reshape(blends or [], (-1, 3))])[:colours]
    distance = ((seen[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    nearest = np.zeros(1 << 24, dtype=np.uint8)
    nearest[_packed(seen)] = distance.argmin(axis=1)
    small = Image.fromarray(nearest[_packed(np.asarray(image, dtype=np.int32))], mode="P")
    small.putpalette([int(value) for value in palette.ravel()])
    return small


def _packed(pixels: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return each colour as one number."""
    packed: npt.NDArray[np.int32] = pixels @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32)
    return packed


def compose(
    drawing: Drawing,
    data: pd.DataFrame,
    *,
    title: str,
    alt: str,
    sources: Sources,
    subtitle: str = "",
    note: str = "",
    attribution: str = "",
    heights: tuple[int, int] = (330, 330),
    colours: int = _COLOURS,
    headings: Mapping[str, str] | None = None,
) -> Picture:
    """Draw `drawing` at both widths and return the picture.

    Parameters
    ----------
    drawing
        Called once per width with a :class:`Plate`; it draws and returns nothing.
    data
        The data plotted: they become the picture's CSV and its digest.
    title
        The finding, in French; it wraps.
    alt
        What is seen, with its numbers, in French (more than 20 characters).
    sources
        Identifiers, or objects with ``id``, ``publisher`` and ``year``.
    subtitle
        Unit and scope, under the title.
    note
        A caveat, above the source line.
    attribution
        Whom else to credit, after the sources (a map's outlines).
    heights
        Height of the drawing itself, wide and narrow, in CSS pixels.
    colours
        Size of the palette of the PNG; fewer make a lighter file.
    headings
        Column to its French heading in the CSV, for columns that have another name.

    Raises
    ------
    ValueError
        If the title is empty, the alternative text is unfit or there is no source.
    """
    heading = typeset(" ".join(title.split()))
    if not heading:
        msg = "title: a picture states its finding; the title is empty"
        raise ValueError(msg)
    described = check_alt(alt, heading)
    ids = source_ids(sources)
    head = [heading, typeset(subtitle)]
    foot = [typeset(note), source_line(sources, attribution)]
    images: list[bytes] = []
    sizes: list[tuple[int, int]] = []
    with theme.applied():
        for width, height in zip((WIDE, NARROW), heights, strict=True):
            figure = _draw(drawing, head, foot, width, height)
            images.append(_png(figure, colours))
            sizes.append((width, round(figure.get_size_inches()[1] * 96)))
    told = dict(headings or {})
    return Picture(
        heading, described, ids, data.copy(), images[0], images[1], sizes[0], sizes[1], told
    )
