"""One look for every picture: type, colours, and the four marks that never look alike.

Everything is expressed in CSS pixels, because that is what a reader of the page sees; `POINT`
turns them into matplotlib's points. The palette is tested: contrast against the plate and
distance between colours as seen by the three kinds of colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager

from handbook.core.errors import unknown
from handbook.figures.errors import FigureError

__all__ = [
    "ACCENT",
    "FAMILY",
    "GRID",
    "INK",
    "MARKS",
    "MUTED",
    "ON_DARK",
    "ON_PALE",
    "PALETTE",
    "PLATE",
    "QUIET",
    "SEQUENTIAL",
    "SHAPES",
    "TEXT",
    "VARIABLES",
    "Mark",
    "Style",
    "applied",
    "set_theme",
    "size",
    "style",
]

ASSETS = Path(__file__).parent / "assets"
FAMILY = "Handbook Sans"

PLATE = "#FAF9F6"
"""The ground of the page, which pictures let through."""
INK = "#22252A"
MUTED = "#5C6169"
GRID = "#DEDCD5"
QUIET = "#8D9096"
"""Context lines and leaders: 3:1 on the plate, never the only bearer of meaning."""

PALETTE = ("#1746B4", "#BF7A12", "#22908A", "#8C0F70", "#6B5D0A", "#2E2C2B")
TEXT = ("#1746B4", "#865207", "#146F6A", "#8C0F70", "#6B5D0A", "#2E2C2B")
"""The same colours dark enough for words (4.5:1)."""
ACCENT = PALETTE[0]
SHAPES = ("o", "s", "^", "v", "P", "X")
"""Marker of the n-th series, so that a series is known without its colour."""

SEQUENTIAL = ("#DCE6F5", "#A3C0E8", "#6592D3", "#2C60B5", "#122E6B")
"""Five classes from few to many; each step also darker, so it survives a grey print."""
ON_PALE, ON_DARK = "#22252B", "#FAF9F7"
"""Words on the first and on the last classes."""

_RANKED = tuple(enumerate(PALETTE, 1))

VARIABLES = {
    colour.lower(): name
    for name, colour in (
        ("ink", INK),
        ("muted", MUTED),
        ("grid", GRID),
        ("quiet", QUIET),
        ("ground", PLATE),
        ("on-pale", ON_PALE),
        ("on-dark", ON_DARK),
        *((f"q{rank}", colour) for rank, colour in enumerate(SEQUENTIAL, 1)),
        *((f"t{rank}", colour) for rank, colour in enumerate(TEXT, 1)),
        *((f"s{rank}", mpl.colors.to_hex(sns.desaturate(c, 0.75))) for rank, c in _RANKED),
        *((f"s{rank}", colour) for rank, colour in _RANKED),
    )
}
"""Colour to the name of the page's variable (``--hb-ink``) that stands for it in a drawing.

Seaborn's bars are a little less saturated than its palette: they follow the same variables."""

POINT = 72 / 96
"""Points in one CSS pixel."""

SIZES = {"title": 18.0, "subtitle": 14.0, "body": 13.5, "small": 12.0}
"""Type sizes in CSS pixels, the same on the wide and the narrow picture."""

Mark = Literal["fact", "model", "judgement", "assumption", "target"]


@dataclass(frozen=True)
class Style:
    """How one kind of statement is drawn.

    Attributes
    ----------
    word
        What the reader is told it is.
    line
        Matplotlib line style.
    marker
        Marker drawn on points; None draws none and "" leaves the shape to the series.
    filled
        Whether the marker or bar is filled with colour.
    hatch
        Hatching of bars and areas.
    """

    word: str
    line: Any
    marker: str | None
    filled: bool
    hatch: str


MARKS: dict[Mark, Style] = {
    "fact": Style("observé", "-", "", True, ""),
    "model": Style("modèle", (0, (4.5, 1.8)), None, True, ""),
    "judgement": Style("jugement d’auteur", (0, (6, 1.5, 1.2, 1.5)), "D", False, "////"),
    "assumption": Style("hypothèse du lecteur", (0, (1, 1.3)), None, False, "...."),
    "target": Style("objectif officiel", (0, (9, 3)), "*", False, ""),
}


def style(mark: str) -> Style:
    """Return the style of `mark`.

    Raises
    ------
    FigureError
        If `mark` is not one of the known kinds of statement.
    """
    for name, look in MARKS.items():
        if name == mark:
            return look
    raise unknown(mark, MARKS, "mark", FigureError)


def size(name: str) -> float:
    """Return a type size in points."""
    return SIZES[name] * POINT


@cache
def _register_fonts() -> None:
    for path in sorted((ASSETS / "fonts").glob("*.ttf")):
        font_manager.fontManager.addfont(path)


@cache
def _base() -> dict[str, Any]:
    _register_fonts()
    body = size("body")
    return {
        **sns.axes_style("ticks"),
        **sns.plotting_context("notebook"),
        "font.family": FAMILY,
        "font.size": body,
        "axes.labelsize": body,
        "axes.titlesize": body,
        "xtick.labelsize": body,
        "ytick.labelsize": body,
        "figure.facecolor": PLATE,
        "axes.facecolor": "none",
        "savefig.facecolor": PLATE,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": QUIET,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": MUTED,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": False,
        "grid.color": GRID,
        "grid.linewidth": 0.75,
        "xtick.major.size": 0,
        "xtick.minor.size": 4,
        "ytick.major.size": 0,
        "ytick.alignment": "center",
        "xtick.major.width": 0.75,
        "xtick.minor.width": 0.75,
        "axes.linewidth": 0.75,
        "lines.linewidth": 2.0,
        "lines.markersize": 5.0,
        "hatch.linewidth": 0.8,
        "axes.unicode_minus": True,
        "axes.prop_cycle": mpl.cycler(color=PALETTE),  # type: ignore[attr-defined]
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "handbook",
        "text.hinting": "none",
        "text.parse_math": False,
        "path.simplify": False,
    }


def set_theme() -> None:
    """Draw everything that follows in the handbook's type and colours (as seaborn's does)."""
    mpl.rcParams.update(cast("Any", _base()))


@contextmanager
def applied() -> Iterator[None]:
    """Draw with the settings of every picture, and leave matplotlib as it was."""
    with mpl.rc_context(cast("Any", _base())):
        yield
