"""A picture taken away from the page: its title, its drawing and its sources on one sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import matplotlib.image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from handbook.figures import theme
from handbook.figures.caption import source_line
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.plate import WIDE, wrapped
from handbook.figures.svg import plain, size_of

__all__ = ["as_png", "as_svg"]

_MARGIN = 20  # CSS pixels
_FAMILIES = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Roboto, Arial, sans-serif"
_LEADING = 1.32
_DENSITY = 2


@dataclass(frozen=True)
class _Line:
    """A line of words on the sheet; `y` is its baseline, in CSS pixels from the top."""

    text: str
    y: float
    kind: str
    weight: int
    colour: str


@dataclass(frozen=True)
class _Sheet:
    """Where words and drawing stand on the sheet, in CSS pixels."""

    lines: tuple[_Line, ...]
    top: int
    height: int

    @classmethod
    def of(cls, picture: Picture) -> _Sheet:
        caption = picture.caption
        credit = source_line(caption.sources, picture.attribution)
        head, top = _set(
            _MARGIN,
            [
                (caption.title, "title", 700, theme.INK),
                (caption.subtitle, "subtitle", 400, theme.MUTED),
            ],
        )
        _, tall = size_of(picture.wide)
        foot, end = _set(
            top + 8 + tall + 8,
            [(caption.note, "small", 400, theme.MUTED), (credit, "small", 400, theme.MUTED)],
        )
        return cls((*head, *foot), top + 8, end + _MARGIN)


def _set(top: float, texts: Sequence[tuple[str, str, int, str]]) -> tuple[list[_Line], int]:
    """Return the lines of texts set from `top`, and where they end."""
    lines = []
    for text, kind, weight, colour in texts:
        for line in wrapped(text, WIDE, kind, weight) if text else ():
            tall = theme.SIZES[kind] * _LEADING
            lines.append(_Line(line, top + 0.76 * tall, kind, weight, colour))
            top += tall
    return lines, round(top)


def as_svg(picture: Picture) -> str:
    """Return the picture as an SVG document with its own colours, described and sourced."""
    sheet = _Sheet.of(picture)
    across = WIDE + 2 * _MARGIN
    words = "\n".join(
        f'<text x="{_MARGIN}" y="{line.y:.1f}" font-size="{theme.SIZES[line.kind]:g}"'
        f' font-weight="{line.weight}" fill="{line.colour}">{escape(line.text, quote=False)}</text>'
        for line in sheet.lines
    )
    drawing = plain(picture.wide).replace(
        "<svg ", f'<svg x="{_MARGIN}" y="{sheet.top}" overflow="visible" ', 1
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {sheet.height}"'
        f' width="{across}" height="{sheet.height}" role="img" xml:lang="fr"'
        f' font-family="{_FAMILIES}">\n'
        f"<title>{escape(picture.title, quote=False)}</title>\n"
        f"<desc>{escape(picture.alt, quote=False)}</desc>\n"
        f'<rect width="{across}" height="{sheet.height}" fill="{theme.PLATE}"/>\n'
        f"{words}\n{drawing}\n</svg>\n"
    )


def as_png(picture: Picture) -> bytes:
    """Return the picture in pixels, at twice its size.

    Raises
    ------
    FigureError
        If its drawing was not kept.
    """
    if picture.figure is None:
        msg = f"save: the drawing of « {picture.title} » was not kept; save it as .svg"
        raise FigureError(msg)
    sheet, dpi = _Sheet.of(picture), 96 * _DENSITY
    across = WIDE + 2 * _MARGIN
    with theme.applied():
        drawn = io.BytesIO()
        picture.figure.savefig(drawn, format="png", dpi=dpi)
        drawn.seek(0)
        pixels = matplotlib.image.imread(drawn)
        page = Figure(figsize=(across / 96, sheet.height / 96), dpi=dpi)
        FigureCanvasAgg(page)
        below = _DENSITY * (sheet.height - sheet.top) - pixels.shape[0]
        page.figimage(pixels, xo=_DENSITY * _MARGIN, yo=below)
        for line in sheet.lines:
            page.text(
                _MARGIN / across,
                1 - line.y / sheet.height,
                line.text,
                size=theme.size(line.kind),
                weight=line.weight,
                color=line.colour,
                va="baseline",
            )
        out = io.BytesIO()
        page.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
