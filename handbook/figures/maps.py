"""Maps of France by département or region, overseas included."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from handbook.core import french
from handbook.core.doors import door
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.plate import Plate, compose

__all__ = [
    "ATTRIBUTION",
    "Level",
    "Outlines",
    "choropleth",
    "class_breaks",
    "outlines",
    "territories",
]

Level = Literal["departement", "region"]

ATTRIBUTION = (
    "Fond de carte\N{NO-BREAK SPACE}: MapSVG et V. Cazanave (CC BY 4.0), simplifié et complété"
    " de Natural Earth pour l’outre-mer."
)
_GROUPS = {"departement": "departements", "region": "regions"}
_CLASSES = len(theme.SEQUENTIAL)
_DARK = 3
"""From this class on, words on the colour are light."""
_OVERSEAS: tuple[dict[str, str], ...] = (
    {"name": "Guadeloupe", "departement": "DEP-971", "region": "REG-01"},
    {"name": "Martinique", "departement": "DEP-972", "region": "REG-02"},
    {"name": "Guyane", "departement": "DEP-973", "region": "REG-03"},
    {"name": "La Réunion", "departement": "DEP-974", "region": "REG-04"},
    {"name": "Mayotte", "departement": "DEP-976", "region": "REG-06"},
)
_INNER = ("DEP-75", "DEP-92", "DEP-93", "DEP-94")
_INNER_NAME = "Paris et petite couronne"


class Box(NamedTuple):
    """A rectangle of the drawing, in CSS pixels from its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class _Layout:
    """Where the parts of the map stand on a plate."""

    height: int
    main: Box
    overseas: tuple[Box, ...]
    inner: Box
    key: tuple[float, float]
    """Upper left corner of the key."""


_ROW = 20.0
_GAIN = 0.03
"""By how much the share of the largest class must fall to be worth less round bounds."""
_WIDE = _Layout(
    415,
    Box(100, 0, 434, 415),
    tuple(Box(0, 415 - 83 * rank, 80, 64) for rank in range(1, 6)),
    Box(578, 130, 112, 112),
    (556, 411),
)
_ALONE = _Layout(
    415,
    Box(92, 0, 434, 415),
    tuple(Box(0, 415 - 83 * rank, 80, 64) for rank in range(1, 6)),
    Box(0, 0, 0, 0),
    (0, 0),
)
_NARROW = _Layout(
    546,
    Box(0, 229, 332, 317),
    tuple(Box(67 * rank, 132, 63, 60) for rank in range(5)),
    Box(0, 473, 56, 56),
    (0, 118),
)


@cache
def _outlines() -> dict[str, Any]:
    text = (theme.ASSETS / "outlines.json").read_text(encoding="utf-8")
    outlines: dict[str, Any] = json.loads(text)
    return outlines


@door(FigureError)
def territories(level: Level) -> pd.DataFrame:
    """Return the territories a map of this level shows.

    Returns
    -------
    DataFrame
        Indexed by code, with ``name`` and, for départements, the code of the ``region``.

    Raises
    ------
    FigureError
        If `level` is neither ``"departement"`` nor ``"region"``.
    """
    if level not in _GROUPS:
        msg = f"level {level!r}: one of {', '.join(_GROUPS)} is expected"
        raise FigureError(msg)
    shapes = _outlines()[_GROUPS[level]]
    columns = ["name", "region"] if level == "departement" else ["name"]
    rows = [[about[column] for column in columns] for about in shapes.values()]
    return pd.DataFrame(rows, index=pd.Index(list(shapes), name="code"), columns=columns)


@dataclass(frozen=True)
class Outlines:
    """Shapes of the départements for a page that draws its own map, as SVG path data.

    Attributes
    ----------
    width, height
        Of the drawing, whose origin is its upper left corner.
    shapes
        By code.
    borders
        Of all regions of the mainland and Corsica, as one path.
    names
        Of the insets: left, baseline, text.
    attribution
        To be written under the map.
    """

    width: int
    height: int
    shapes: dict[str, str]
    borders: str
    names: tuple[tuple[int, int, str], ...]
    attribution: str = ATTRIBUTION


@cache
@door(FigureError)
def outlines() -> Outlines:
    """Return the départements as `choropleth` lays them out, Paris twice, without a key."""
    layout, drawn = _ALONE, _outlines()
    inner = Box(88, 8, 96, 96)
    shapes = {}
    for code, shape in drawn["departements"].items():
        part, box = _place(code, shape, layout, "departement")
        shapes[code] = _svg(_path(shape[part], part, box), layout.height)
        if code in _INNER:
            shapes[code] += _svg(_path(shape["paris"], "paris", inner), layout.height)
    regions = (shape["main"] for shape in drawn["regions"].values() if "main" in shape)
    borders = "".join(_svg(_path(one, "main", layout.main), layout.height) for one in regions)
    named = [
        *zip((place["name"] for place in _OVERSEAS), layout.overseas, strict=True),
        ("Petite couronne", inner),
    ]
    names = tuple(
        (2 * int(box.x), int(2 * (layout.height - box.y - box.height) - 6), text)
        for text, box in named
    )
    width = 2 * int(layout.main.x + layout.main.width)
    return Outlines(width, 2 * layout.height, shapes, borders, names)


def _svg(path: Path, height: int) -> str:
    """Return a path on a grid of half pixels as short SVG path data, y downwards."""
    corners = np.asarray(path.vertices, dtype=float)
    grid = np.rint(2 * (corners * np.array([1, -1]) + np.array([0, height]))).astype(int)
    words, at = [], np.zeros(2, dtype=int)
    for point, code in zip(grid, np.asarray(path.codes), strict=True):
        if code == Path.CLOSEPOLY:
            words.append("z")
            continue
        dx, dy = point - at
        if code == Path.MOVETO:
            words.append(f"M{point[0]} {point[1]}l")
        else:
            words.append(f"{dx} {dy}")
        at = point
    return re.sub(r"(?<=\d) (?=-|z)|(?<=[lz]) ", "", " ".join(words))


def class_breaks(values: pd.Series) -> list[float]:
    """Return the four inner bounds of five classes of about equal size, at round numbers.

    Fewer distinct values than classes give one class each. Bounds are quantiles, rounded to a
    step of 1, 2 or 5 times a power of ten; a finer step must lighten the largest class.
    """
    distinct = np.unique(values.dropna().to_numpy(dtype=float))
    if len(distinct) <= _CLASSES:
        return [float(value) for value in distinct[1:]]
    wanted = np.quantile(values.dropna(), np.arange(1, _CLASSES) / _CLASSES)
    low, high = distinct[0], distinct[-1]
    power = int(np.floor(np.log10(high - low)))
    best, widest = [float(bound) for bound in np.unique(wanted) if bound > low], 1.0
    for step in (
        factor * 10.0**exponent for exponent in range(power, power - 4, -1) for factor in (5, 2, 1)
    ):
        tried = np.unique([round(round(bound / step) * step, 10) for bound in wanted])
        if len(tried) < _CLASSES - 1 or tried[0] <= low or tried[-1] > high:
            continue
        ranks = np.searchsorted(tried, values.dropna(), side="right")
        share = np.bincount(ranks).max() / len(ranks)
        if share < widest - _GAIN:
            best, widest = [float(bound) for bound in tried], share
    return best


@door(FigureError)
def choropleth(
    values: pd.Series,
    caption: Caption,
    *,
    level: Level,
    unit: str = "",
    digits: int | None = None,
    breaks: Sequence[float] | None = None,
    top: str = "",
) -> Picture:
    """Colour the départements or the regions by their value, in at most five classes.

    The overseas territories stand in labelled insets, Paris and its inner suburbs in another.
    A territory without a value is hatched, and the key says so. Regions bear their value.

    Parameters
    ----------
    values
        Indexed by code (« DEP-01 », « REG-84 »); codes left out have no value.
    level
        ``"departement"`` or ``"region"``.
    caption
        Finding, description, sources.
    unit
        « % » or a short unit, written in the key.
    digits
        Decimals in the key and on the regions (None: as many as useful; -1: tens).
    breaks
        Inner bounds of the classes, growing, one to four; a class holds its lower bound. None
        takes round numbers that make classes of about equal size (`class_breaks`).
    top
        Words of the key for the last class, where « 100 % ou plus » would not say what it is.

    Raises
    ------
    FigureError
        If a code is unknown or given twice, nothing has a value, or the breaks do not grow.
    """
    drawn = territories(level)
    table = _checked(values, drawn, level)
    bounds = class_breaks(table["value"]) if breaks is None else _checked_breaks(breaks)
    ranks = pd.Series(np.searchsorted(bounds, table["value"], side="right"), table.index)
    ranks = ranks.where(table["value"].notna(), -1).astype(int)
    words = _class_words(bounds, unit, digits)
    if top:
        words[-1] = french.typeset(top)

    def drawing(plate: Plate) -> None:
        layout = _NARROW if plate.narrow else _WIDE
        axes = _canvas(plate)
        _draw_map(axes, layout, ranks, level)
        if level == "region":
            _write_values(axes, layout, table.assign(rank=ranks), digits, level)
        _draw_key(axes, layout.key, words, ranks, level)

    return compose(
        drawing,
        table.reset_index(),
        caption,
        attribution=ATTRIBUTION,
        heights=(_WIDE.height, _NARROW.height),
        headings={
            "name": "département" if level == "departement" else "région",
            "value": f"valeur ({unit})" if unit else "valeur",
        },
    )


def _checked(values: pd.Series, drawn: pd.DataFrame, level: Level) -> pd.DataFrame:
    codes = [str(code) for code in values.index]
    for code in codes:
        if code not in drawn.index:
            near = get_close_matches(code, list(drawn.index), 1, 0.0)
            msg = f"choropleth: no {level} has the code {code!r}; the nearest is {near[0]!r}"
            raise FigureError(msg)
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        msg = f"choropleth: {', '.join(twice)} given more than once; one value per code"
        raise FigureError(msg)
    numbers = pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=codes)
    numbers = numbers.where(np.isfinite(numbers))
    if numbers.notna().sum() == 0:
        msg = f"choropleth: no {level} has a value"
        raise FigureError(msg)
    return drawn[["name"]].assign(value=numbers.reindex(drawn.index))


def _checked_breaks(breaks: Sequence[float]) -> list[float]:
    bounds = [float(bound) for bound in breaks]
    if not 1 <= len(bounds) < _CLASSES or bounds != sorted(set(bounds)):
        msg = f"breaks: one to {_CLASSES - 1} growing bounds are expected, not {list(breaks)}"
        raise FigureError(msg)
    return bounds


def _class_words(bounds: Sequence[float], unit: str, digits: int | None) -> list[str]:
    if not bounds:
        return ["valeur unique"]
    short = [french.number(bound, digits) for bound in bounds]
    long = [french.amount(bound, unit, digits) for bound in bounds]
    between = [f"{low} à {high}" for low, high in zip(short[:-1], long[1:], strict=True)]
    return [f"moins de {long[0]}", *between, f"{long[-1]} ou plus"]


def _canvas(plate: Plate) -> Axes:
    """Return axes whose unit is the CSS pixel."""
    (axes,) = plate.axes()
    axes.set_axis_off()
    axes.set(xlim=(0, plate.width), ylim=(0, plate.height))
    return axes


def _placed(part: str, box: Box) -> tuple[float, npt.NDArray[np.float64]]:
    """Return the scale and the shift that fit a frame of the outlines into `box`."""
    left, bottom, right, top = _outlines()["frames"][part]
    scale = min(box.width / (right - left), box.height / (top - bottom))
    x = box.x + (box.width - scale * (right - left)) / 2 - scale * left
    y = box.y + (box.height - scale * (top - bottom)) / 2 - scale * bottom
    return scale, np.array([x, y])


def _path(rings: Sequence[Sequence[int]], part: str, box: Box) -> Path:
    scale, shift = _placed(part, box)
    points, codes = [], []
    for ring in rings:
        corners = _visible(scale * np.reshape(ring, (-1, 2)) + shift)
        points.append(np.vstack([corners, corners[:1]]))
        codes += [Path.MOVETO, *[Path.LINETO] * (len(corners) - 1), Path.CLOSEPOLY]
    return Path(np.vstack(points), np.array(codes, dtype=Path.code_type))


def _visible(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the corners on a grid of half pixels, without those that fall on the one before."""
    rounded = np.round(corners * 2) / 2
    moved = np.any(np.diff(rounded, axis=0) != 0, axis=1)
    kept: npt.NDArray[np.float64] = rounded[np.concatenate([[True], moved])]
    return kept


def _filling(rank: int) -> dict[str, Any]:
    if rank < 0:
        return {"facecolor": theme.PLATE, "hatch": "//////", "hatchcolor": theme.QUIET}
    return {"facecolor": theme.SEQUENTIAL[rank]}


def _draw_map(axes: Axes, layout: _Layout, ranks: pd.Series, level: Level) -> None:
    shapes = _outlines()[_GROUPS[level]]
    for code, shape in shapes.items():
        part, box = _place(code, shape, layout, level)
        _paint(axes, _path(shape[part], part, box), ranks[code])
    for outline in _outlines()["regions"].values():
        if "main" in outline:
            _trace(axes, outline["main"], "main", layout.main)
    for places, box in zip(_OVERSEAS, layout.overseas, strict=True):
        _name(axes, places["name"], box)
    if level == "departement":
        for code in _INNER:
            _paint(axes, _path(shapes[code]["paris"], "paris", layout.inner), ranks[code])
        _name(axes, _INNER_NAME, layout.inner)


def _place(code: str, shape: Mapping[str, Any], layout: _Layout, level: Level) -> tuple[str, Box]:
    """Return the part of the outlines a territory belongs to, and the box it is drawn in."""
    if "main" in shape:
        return "main", layout.main
    rank = next(n for n, places in enumerate(_OVERSEAS) if places[level] == code)
    return "overseas", layout.overseas[rank]


def _paint(axes: Axes, path: Path, rank: int) -> None:
    axes.add_patch(PathPatch(path, edgecolor=theme.QUIET, lw=0.45, **_filling(rank)))


def _trace(axes: Axes, rings: Sequence[Sequence[int]], part: str, box: Box) -> None:
    axes.add_patch(PathPatch(_path(rings, part, box), fill=False, edgecolor=theme.INK, lw=0.7))


def _name(axes: Axes, text: str, box: Box) -> None:
    axes.text(
        box.x,
        box.y + box.height + 3,
        text,
        size=theme.size("small"),
        color=theme.MUTED,
        va="bottom",
    )


def _write_values(
    axes: Axes, layout: _Layout, table: pd.DataFrame, digits: int | None, level: Level
) -> None:
    """Write each value inside its territory."""
    for code, shape in _outlines()[_GROUPS[level]].items():
        rank, value = int(table["rank"][code]), float(table["value"][code])
        if rank < 0:
            continue
        part, box = _place(code, shape, layout, level)
        scale, shift = _placed(part, box)
        x, y = scale * np.array(shape["at"]) + shift
        axes.text(
            x,
            y,
            french.short(value, digits=digits),
            ha="center",
            va="center",
            weight=600,
            color=theme.ON_DARK if rank >= _DARK else theme.ON_PALE,
        )


def _draw_key(
    axes: Axes,
    corner: tuple[float, float],
    words: Sequence[str],
    ranks: pd.Series,
    level: Level,
) -> None:
    counts = Counter(ranks)
    rows = [(rank, word) for rank, word in enumerate(words)]
    if -1 in counts:
        rows.append((-1, "sans valeur"))
    for place, (rank, word) in enumerate(rows):
        x, y = corner[0], corner[1] - _ROW * (place + 0.5)
        axes.add_patch(
            Rectangle((x, y - 7), 24, 14, edgecolor=theme.QUIET, lw=0.45, **_filling(rank))
        )
        count = counts[rank]
        axes.text(x + 32, y, f"{word} · {_counted(count, level)}", va="center")


def _counted(count: int, level: Level) -> str:
    if level == "region":
        return french.counted(count, "région")
    return f"{count}{french.NBSP}dép."
