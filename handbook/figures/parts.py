"""Parts that several pictures share: tidy data, axes in French, labels that keep apart."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from babel.dates import get_month_names
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from handbook.figures import french, theme
from handbook.figures.plate import Plate, line_width

__all__ = [
    "END_SHARE",
    "LEADING",
    "Labelled",
    "Spot",
    "end_labels",
    "free_label",
    "halo",
    "kept_apart",
    "key",
    "key_height",
    "tidy",
    "time_axis",
    "to_x",
    "value_axis",
]

Lines = pd.Series | pd.DataFrame | Mapping[str, pd.Series]
Floats = npt.NDArray[np.float64]

_DAYS = 365.25
_FEW_YEARS = 2.5
_YEARS = (1800, 2200)
_GAP = 5.0
_EARLY = 0.25
END_SHARE = 0.3
"""Part of the plate's width that names at the ends of curves may take."""
_KEY_LINE = 23
_SHORT = 16.0
LEADING = 0.9
"""Line spacing of labels; the face's own lines are already generous."""


def tidy(data: Lines, *, x: str = "date", y: str = "value", by: str = "series") -> pd.DataFrame:
    """Return `data` as columns ``by, x, y``, without missing values, sorted in time.

    Parameters
    ----------
    data
        A Series, a mapping of labels to Series, a tidy frame with columns `x` and `y` (and `by`
        when there are several series), or a frame with one column per series.

    Raises
    ------
    ValueError
        If nothing is left to draw, or if a series has two values at one date.
    """
    frame = _long(data, x, y, by).dropna(subset=[y])
    if frame.empty:
        msg = f"no value to draw: column {y!r} is empty or missing everywhere"
        raise ValueError(msg)
    twice = frame.duplicated([by, x])
    if twice.any():
        first = frame.loc[twice].iloc[0]
        msg = f"series {first[by]!r} has two values at {x} {first[x]}: one row per series and date"
        raise ValueError(msg)
    order = {name: rank for rank, name in enumerate(dict.fromkeys(frame[by]))}
    keys = frame[by].map(order)
    return (
        frame.assign(_rank=keys)
        .sort_values(["_rank", x])
        .drop(columns="_rank")
        .reset_index(drop=True)
    )


def _long(data: Lines, x: str, y: str, by: str) -> pd.DataFrame:
    if isinstance(data, pd.Series):
        data = {str(data.attrs.get("label") or data.name or ""): data}
    if isinstance(data, pd.DataFrame):
        if {x, y} <= set(data.columns):
            named = data if by in data.columns else data.assign(**{by: ""})
            return named[[by, x, y]]
        data = {str(name): data[name] for name in data.columns}
    parts = [
        pd.DataFrame({by: label, x: series.index, y: series.to_numpy()})
        for label, series in data.items()
    ]
    if not parts:
        msg = "no series to draw: the mapping is empty"
        raise ValueError(msg)
    return pd.concat(parts, ignore_index=True)


def to_x(values: Iterable[Any]) -> Floats:
    """Return dates as matplotlib day numbers, and numbers as they are."""
    column = pd.Series(list(values))
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    days = mdates.date2num(pd.to_datetime(column).to_numpy())  # type: ignore[no-untyped-call]
    return np.asarray(days, dtype=np.float64)


def time_axis(axes: Axes, values: Iterable[Any], *, narrow: bool, most: int | None = None) -> None:
    """Set the horizontal axis for `values`: French dates, or plain numbers.

    A year's label stands at the middle of the year between two ticks at 1 January, so that a
    point at 31 December is seen to close its year. When all dates share one day of the year
    (« fin 2017, fin 2018… »), the label stands under the points instead.
    """
    column = pd.Series(list(values)).dropna()
    limit = most or (6 if narrow else 11)
    if pd.api.types.is_numeric_dtype(column):
        _number_axis(axes, column, limit)
        return
    dates = pd.to_datetime(column)
    if (dates.max() - dates.min()).days < _FEW_YEARS * _DAYS:
        _month_axis(axes, dates, limit)
    else:
        _year_axis(axes, dates, limit)


def _number_axis(axes: Axes, column: pd.Series, limit: int) -> None:
    years = bool(column.between(*_YEARS).all())
    axes.xaxis.set_major_locator(MaxNLocator(limit, integer=years, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: str(round(value)) if years else french.number(value))
    )


def _year_axis(axes: Axes, dates: pd.Series, limit: int) -> None:
    first, last = int(dates.dt.year.min()), int(dates.dt.year.max())
    days = dates.dt.strftime("%m-%d").unique()
    step = next(s for s in (1, 2, 3, 5, 10, 20, 50) if (last - first + 1) / s <= limit)
    # count back from the last year, the one a reader looks for
    shown = list(range(last, first - 1, -step))
    if len(days) == 1:
        places = [pd.Timestamp(f"{year}-{days[0]}") for year in shown]
        ticks = places
    else:
        places = [pd.Timestamp(f"{year}-07-01") for year in shown]
        ticks = [pd.Timestamp(f"{year}-01-01") for year in range(first, last + 2)]
        axes.set_xlim(to_x(ticks)[0], to_x(ticks)[-1])
    _place_ticks(axes, to_x(places), [str(year) for year in shown], to_x(ticks))


def _month_axis(axes: Axes, dates: pd.Series, limit: int) -> None:
    months = pd.period_range(dates.min(), dates.max(), freq="M")
    step = next(s for s in (1, 2, 3, 6, 12) if len(months) / s <= limit)
    names = get_month_names("abbreviated", locale="fr")
    shown = months[::-1][::step]
    places = [month.start_time + pd.Timedelta(days=14) for month in shown]
    starts = [month.start_time for month in months] + [months[-1].end_time]
    axes.set_xlim(to_x(starts)[0], to_x(starts)[-1])
    _place_ticks(axes, to_x(places), [f"{names[m.month]}\n{m.year}" for m in shown], to_x(starts))


def _place_ticks(axes: Axes, places: Floats, labels: Sequence[str], ticks: Floats) -> None:
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_xticks(list(places), list(labels))
    axes.xaxis.set_minor_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_minor_formatter(NullFormatter())


def value_axis(
    axes: Axes, *, unit: str = "", zero: bool = True, bins: int = 5, grid: bool = True
) -> None:
    """Set the vertical axis of values: French numbers, a light grid, from zero when `zero`."""
    if zero:
        low, high = axes.dataLim.y0, axes.dataLim.y1
        axes.set_ylim(bottom=0 if low >= 0 else None, top=0 if high <= 0 else None)
    axes.yaxis.set_major_locator(MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10]))
    write = french.percent if unit.strip() == "%" else french.number
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: write(value, _decimals(axes.get_yticks())))
    )
    axes.yaxis.grid(visible=grid, which="major")
    axes.set_axisbelow(True)
    for label in axes.get_yticklabels():
        label.set_verticalalignment("center")


def _decimals(ticks: npt.ArrayLike) -> int:
    """Return how many decimals the steps between ticks need."""
    steps = np.unique(np.diff(np.asarray(ticks, dtype=float)).round(9))
    step = float(steps[0]) if len(steps) else 1.0
    return next((d for d in range(6) if abs(round(step, d) - step) < 1e-9), 6)


def halo(width: float = 3.0) -> list[patheffects.AbstractPathEffect]:
    """Return the outline in the plate's colour that keeps words legible over lines."""
    return [patheffects.withStroke(linewidth=width, foreground=theme.PLATE)]


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
        path_effects=halo(),
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


def _drawn_points(axes: Axes, step: float = 4.0) -> Floats:
    """Return points every few pixels along the lines drawn on `axes`, in pixels."""
    pieces = []
    for line in axes.lines:
        corners = line.get_transform().transform(line.get_xydata())
        for start, end in itertools.pairwise(corners):
            count = int(np.hypot(*(end - start)) // step) + 2
            pieces.append(np.linspace(start, end, count))
    return np.vstack(pieces) if pieces else np.empty((0, 2))


def _key_columns(words: Sequence[str], width: float) -> int:
    widest = max(line_width(word) for word in words) + 52
    return max(1, min(len(words), int(width // widest)))


def key_height(words: Sequence[str], width: float) -> float:
    """Return the height that a key of `words` takes above the axes, in CSS pixels."""
    return _KEY_LINE * -(-len(words) // _key_columns(words, width)) + 8 if words else 0.0


def key(
    plate: Plate,
    axes: Axes,
    handles: Sequence[Any],
    labels: Sequence[Hashable],
    sample: float = 2.15,
) -> None:
    """Write a key above the axes, in as many columns as fit; `sample` is its symbols' length."""
    words = [str(label) for label in labels]
    columns = _key_columns(words, plate.width)
    legend = axes.legend(
        handles,
        words,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=columns,
        frameon=False,
        handlelength=sample,
        labelspacing=0.15,
        columnspacing=1.4,
        borderaxespad=0.2,
        borderpad=0.2,
        labelcolor=theme.INK,
    )

    def align() -> None:
        # the key starts where the title does, not where the axis of values ends
        box = axes.get_window_extent()
        left = plate.margin * plate.figure.dpi / 96
        legend.set_bbox_to_anchor(((left - box.x0) / box.width, 1.0), transform=axes.transAxes)

    plate.after(align)
