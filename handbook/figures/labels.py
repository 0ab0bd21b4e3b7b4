"""Labels that keep apart: names at the ends of curves, words beside a point."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from handbook.figures import theme
from handbook.figures.parts import LEADING
from handbook.figures.plate import Plate
from handbook.figures.svg import HALO

__all__ = ["AROUND", "END_SHARE", "Labelled", "Spot", "end_labels", "free_label", "kept_apart"]

_GAP = 5.0
_EARLY = 0.25
_SHORT = 16.0
END_SHARE = 0.3
"""Part of the plate's width that names at the ends of curves may take."""


@dataclass(frozen=True)
class Labelled:
    """A point to be named in the right margin."""

    x: float
    y: float
    text: str
    colour: str


def end_labels(
    plate: Plate, axes: Axes, items: Sequence[Labelled], share: float = END_SHARE
) -> None:
    """Name the series at the right of the axes, kept apart, each with a leader to its end.

    A series that ends long before the last one is named beside its own end. `share` is the part
    of the plate's width that labels may take.
    """
    room = plate.width * share
    last, first = max(item.x for item in items), axes.dataLim.x0
    late = [item for item in items if last - item.x <= _EARLY * (last - first)]
    for item in items:
        if item not in late:
            text = plate.wrap(item.text, 1.3 * room, weight=600)
            free_label(plate, axes, (item.x, item.y), text, color=item.colour, weight=600)
    texts = [
        axes.annotate(
            plate.wrap(item.text, room, weight=600),
            (1, item.y),
            xycoords=("axes fraction", "data"),
            xytext=(10 * theme.POINT, 0),
            textcoords="offset points",
            va="center",
            color=item.colour,
            weight=600,
            linespacing=LEADING,
            annotation_clip=False,
        )
        for item in late
    ]
    plate.after(lambda: _spread(plate, axes, late, texts))


def _spread(
    plate: Plate, axes: Axes, items: Sequence[Labelled], texts: Sequence[Annotation]
) -> None:
    scale = plate.figure.dpi / 96
    heights = [text.get_window_extent().height / scale + _GAP for text in texts]
    wanted = [float(axes.transData.transform((0, item.y))[1]) / scale for item in items]
    box = axes.get_window_extent()
    placed = kept_apart(wanted, heights, box.y0 / scale, box.y1 / scale)
    right = axes.get_xlim()[1]
    for item, text, where, want in zip(items, texts, placed, wanted, strict=True):
        text.set_position((10 * theme.POINT, (where - want) * theme.POINT))
        start = axes.transData.transform((min(item.x, right), item.y)) / scale
        if np.hypot(box.x1 / scale - start[0], where - start[1]) < _SHORT:
            continue
        end = (1, axes.transAxes.inverted().transform((0, where * scale))[1])
        axes.annotate(
            "",
            end,
            xycoords="axes fraction",
            xytext=(min(item.x, right), item.y),
            textcoords="data",
            arrowprops={"arrowstyle": "-", "color": theme.QUIET, "lw": 0.6, "shrinkA": 5},
            annotation_clip=False,
        )


def kept_apart(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Return centres near `wanted` where blocks of `heights` do not overlap.

    Blocks keep their order; they stay within ``low..high`` when they all fit.
    """
    order = np.argsort(np.asarray(wanted), kind="stable")
    groups: list[tuple[list[int], float]] = []
    for index in order:
        members, centre = [int(index)], wanted[index]
        while groups and _overlap(groups[-1], (members, centre), heights):
            before, _ = groups.pop()
            members = before + members
            centre = _balanced(members, wanted, heights)
        groups.append((members, centre))
    placed = [0.0] * len(wanted)
    for members, centre in groups:
        bottom = centre - sum(heights[m] for m in members) / 2
        for member in members:
            placed[member] = bottom + heights[member] / 2
            bottom += heights[member]
    return _within(placed, heights, [int(i) for i in order], low, high)


def _overlap(
    below: tuple[list[int], float], above: tuple[list[int], float], heights: Sequence[float]
) -> bool:
    reach = sum(heights[m] for m in below[0]) / 2 + sum(heights[m] for m in above[0]) / 2
    return above[1] - below[1] < reach


def _balanced(members: list[int], wanted: Sequence[float], heights: Sequence[float]) -> float:
    """Return the centre of a stack whose blocks lie, on average, where they were wanted."""
    total = sum(heights[m] for m in members)
    offsets, bottom = [], -total / 2
    for member in members:
        offsets.append(wanted[member] - (bottom + heights[member] / 2))
        bottom += heights[member]
    return sum(offsets) / len(offsets)


def _within(
    placed: list[float], heights: Sequence[float], order: list[int], low: float, high: float
) -> list[float]:
    ceiling = max(high, low + sum(heights))
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling - heights[index] / 2)
        ceiling = placed[index] - heights[index] / 2
    floor = low
    for index in order:
        placed[index] = max(placed[index], floor + heights[index] / 2)
        floor = placed[index] + heights[index] / 2
    return placed


@dataclass(frozen=True)
class Spot:
    """One place a label may take beside its point: an offset in CSS pixels and an alignment."""

    dx: float
    dy: float
    ha: Literal["left", "center", "right"]
    va: Literal["bottom", "center", "top"]


AROUND = (
    Spot(0, 10, "right", "bottom"),
    Spot(0, -10, "left", "top"),
    Spot(0, 10, "left", "bottom"),
    Spot(0, -10, "right", "top"),
    Spot(0, 14, "center", "bottom"),
    Spot(0, -14, "center", "top"),
)
"""Where a label beside a point is tried, best first."""


def free_label(
    plate: Plate,
    axes: Axes,
    point: tuple[float, float],
    text: str,
    spots: Sequence[Spot] = AROUND,
    **look: Any,  # noqa: ANN401  (matplotlib's text properties)
) -> Annotation:
    """Write `text` beside `point`, where it covers the least of what is drawn."""
    label = axes.annotate(
        text,
        point,
        (0, 0),
        textcoords="offset points",
        linespacing=LEADING,
        gid=HALO,
        zorder=8,
        annotation_clip=False,
        **look,
    )
    label.set_in_layout(False)
    plate.after(lambda: _settle_label(axes, label, spots))
    return label


def _settle_label(axes: Axes, label: Annotation, spots: Sequence[Spot]) -> None:
    ink = _drawn_points(axes)
    room = axes.get_window_extent()
    others = [
        text.get_window_extent()
        for text in axes.texts
        if text is not label and text.get_text() and text.get_visible()
    ]
    costs = []
    for spot in spots:
        _move(label, spot)
        box = label.get_window_extent()
        inside = (ink > box.min) & (ink < box.max)
        covered = float(np.sum(inside.all(axis=1)))
        clashes = 60.0 * sum(box.overlaps(other) for other in others)
        outside = max(0.0, room.x0 - box.x0) + max(0.0, box.x1 - room.x1)
        above = max(0.0, box.y1 - room.y1 - 12) + max(0.0, room.y0 - box.y0)
        costs.append(covered + clashes + outside + above)
    _move(label, spots[int(np.argmin(costs))])


def _move(label: Annotation, spot: Spot) -> None:
    label.set_position((spot.dx * theme.POINT, spot.dy * theme.POINT))
    label.set_horizontalalignment(spot.ha)
    label.set_verticalalignment(spot.va)


def _drawn_points(axes: Axes, step: float = 4.0) -> npt.NDArray[np.float64]:
    """Return points every few pixels along the lines drawn on `axes`, in pixels."""
    pieces = []
    for line in axes.lines:
        corners = line.get_transform().transform(line.get_xydata())
        for start, end in itertools.pairwise(corners):
            if not np.isfinite([start, end]).all():  # a missing value cuts the line
                continue
            count = int(np.hypot(*(end - start)) // step) + 2
            pieces.append(np.linspace(start, end, count))
    return np.vstack(pieces) if pieces else np.empty((0, 2))
