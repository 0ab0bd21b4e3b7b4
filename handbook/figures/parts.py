"""Parts that several pictures share: tidy data, axes in French, labels that keep apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from babel.dates import get_month_names
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from handbook.figures import french, theme
from handbook.figures.plate import Plate

__all__ = ["Labelled", "end_labels", "halo", "key", "tidy", "time_axis", "to_x", "value_axis"]

Lines = pd.Series | pd.DataFrame | Mapping[str, pd.Series]
Floats = npt.NDArray[np.float64]

_DAYS = 365.25
_FEW_YEARS = 2.5
_YEARS = (1800, 2200)
_GAP = 3.0


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


def to_x(values: Any) -> Floats:
    """Return dates as matplotlib day numbers, and numbers as they are."""
    column = pd.Series(values)
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    return np.asarray(mdates.date2num(pd.to_datetime(column).to_numpy()), dtype=float)


def time_axis(axes: Axes, values: Any, *, narrow: bool, most: int | None = None) -> None:
    """Set the horizontal axis for `values`: French dates, or plain numbers.

    A year's label stands at the middle of the year between two ticks at 1 January, so that a
    point at 31 December is seen to close its year. When all dates share one day of the year
    (« fin 2017, fin 2018… »), the label stands under the points instead.
    """
    column = pd.Series(values).dropna()
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
    axes: Axes, *, unit: str = "", zero: bool = True, bins: int = 5, horizontal: bool = False
) -> None:
    """Set the value axis: light grid, French numbers, from zero when `zero`."""
    axis = axes.xaxis if horizontal else axes.yaxis
    low, high = axes.get_xlim() if horizontal else axes.get_ylim()
    if zero:
        low, high = min(low, 0.0) if low < 0 else 0.0, max(high, 0.0)
        _ = axes.set_xlim(low, high) if horizontal else axes.set_ylim(low, high)
    axis.set_major_locator(MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10]))
    percent = unit.strip() == "%"
    axis.set_major_formatter(
        FuncFormatter(lambda v, _: french.percent(v) if percent else french.number(v))
    )
    axis.grid(visible=True, which="major")
    axes.set_axisbelow(True)


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


def end_labels(plate: Plate, axes: Axes, items: Sequence[Labelled], share: float = 0.3) -> None:
    """Name the series at the right of the axes, kept apart, with a leader where moved.

    `share` is the part of the plate's width that labels may take.
    """
    room = plate.width * share
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
            linespacing=1.1,
            annotation_clip=False,
        )
        for item in items
    ]
    plate.after(lambda: _spread(plate, axes, items, texts))


def _spread(plate: Plate, axes: Axes, items: Sequence[Labelled], texts: Sequence[Any]) -> None:
    scale = plate.figure.dpi / 96
    heights = [text.get_window_extent().height / scale + _GAP for text in texts]
    wanted = [float(axes.transData.transform((0, item.y))[1]) / scale for item in items]
    box = axes.get_window_extent()
    placed = kept_apart(wanted, heights, box.y0 / scale, box.y1 / scale)
    right = axes.get_xlim()[1]
    for item, text, where, want in zip(items, texts, placed, wanted, strict=True):
        text.set_position((10 * theme.POINT, (where - want) * theme.POINT))
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


def key(plate: Plate, axes: Axes, handles: Sequence[Any], labels: Sequence[Hashable]) -> None:
    """Write a key above the axes, in as many columns as fit the width."""
    words = [str(label) for label in labels]
    widest = max(plate.text_width(word) for word in words) + 52
    columns = max(1, min(len(words), int(plate.width // widest)))
    axes.legend(
        handles,
        words,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=columns,
        frameon=False,
        handlelength=2.4,
        columnspacing=1.4,
        borderaxespad=0.2,
        borderpad=0.2,
        labelcolor=theme.INK,
    )


Finish = Callable[[], None]
