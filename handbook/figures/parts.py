"""Parts that several pictures share: tidy data, axes in French, keys."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from handbook.core import french
from handbook.figures import theme
from handbook.figures.errors import FigureError
from handbook.figures.plate import Plate, line_width

__all__ = [
    "KEY_LOOK",
    "LEADING",
    "draw_band",
    "key",
    "key_columns",
    "key_height",
    "name_rows",
    "require_columns",
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
_KEY_LINE = 23
LEADING = 0.9
"""Line spacing of labels; the face's own lines are already generous."""
KEY_LOOK: dict[str, Any] = {
    "frameon": False,
    "handlelength": 2.15,
    "labelspacing": 0.15,
    "columnspacing": 1.4,
    "labelcolor": theme.INK,
}
"""Settings of every key."""


def tidy(data: Lines, *, x: str = "date", y: str = "value", by: str = "series") -> pd.DataFrame:
    """Return `data` as columns ``by, x, y``, without missing values, sorted in time.

    Parameters
    ----------
    data
        A Series, a mapping of labels to Series, a tidy frame with columns `x` and `y` (and `by`
        when there are several series), or a frame with one column per series.

    Raises
    ------
    FigureError
        If nothing is left to draw, or if a series has two values at one date.
    """
    frame = _long(data, x, y, by).dropna(subset=[y])
    if frame.empty:
        msg = f"no value to draw: column {y!r} is empty or missing everywhere"
        raise FigureError(msg)
    if np.isinf(pd.to_numeric(frame[y], errors="coerce")).any():
        raise FigureError(f"column {y!r}: an infinite value cannot be drawn")
    twice = frame.duplicated([by, x])
    if twice.any():
        first = frame.loc[twice].iloc[0]
        msg = f"series {first[by]!r} has two values at {x} {first[x]}: one row per series and date"
        raise FigureError(msg)
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
        raise FigureError(msg)
    return pd.concat(parts, ignore_index=True)


def require_columns(data: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse a table without a row, or without one of the columns a picture needs.

    Raises
    ------
    FigureError
        If it is so; `what` names the table.
    """
    absent = [name for name in columns if name not in data]
    if absent:
        msg = f"{what}: no column {', '.join(absent)}; columns are {', '.join(map(str, data))}"
        raise FigureError(msg)
    if data.empty:
        msg = f"{what}: no row; at least one is expected"
        raise FigureError(msg)


def draw_band(axes: Axes, lower: pd.Series, upper: pd.Series, alpha: float) -> None:
    """Shade what lies between two bounds over time, in the colour of the first series."""
    axes.fill_between(
        to_x(lower.index),
        lower.to_numpy(dtype=float),
        upper.to_numpy(dtype=float),
        color=theme.PALETTE[0],
        alpha=alpha,
        lw=0,
        zorder=1.5,
    )


def name_rows(axes: Axes, labels: Sequence[str], emphasis: str = "") -> None:
    """Name rows drawn at 0, 1, 2…, the first on top, beside axes without a frame."""
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), labels)
    for tick, label in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_color(theme.INK)
        tick.set_fontweight(700 if emphasis and label == emphasis else 400)
    axes.spines["bottom"].set_visible(False)


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
    shown = months[::-1][::step]
    places = [month.start_time + pd.Timedelta(days=14) for month in shown]
    starts = [month.start_time for month in months] + [months[-1].end_time]
    axes.set_xlim(to_x(starts)[0], to_x(starts)[-1])
    _place_ticks(
        axes,
        to_x(places),
        [f"{french.SHORT_MONTHS[m.month - 1]}\n{m.year}" for m in shown],
        to_x(starts),
    )


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


def key_columns(words: Sequence[str], width: float) -> int:
    """Return in how many columns a key of `words` fits `width` CSS pixels."""
    widest = max(line_width(word) for word in words) + 52
    return max(1, min(len(words), int(width // widest)))


def key_height(words: Sequence[str], width: float) -> float:
    """Return the height that a key of `words` takes above the axes, in CSS pixels."""
    return _KEY_LINE * -(-len(words) // key_columns(words, width)) + 8 if words else 0.0


def key(
    plate: Plate,
    axes: Axes,
    handles: Sequence[Any],
    labels: Sequence[Hashable],
    sample: float = 2.15,
) -> None:
    """Write a key above the axes, in as many columns as fit; `sample` is its symbols' length."""
    words = [str(label) for label in labels]
    columns = key_columns(words, plate.width)
    legend = axes.legend(
        handles,
        words,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        borderpad=0.2,
        **KEY_LOOK | {"handlelength": sample},
    )

    def align() -> None:
        # the key starts where the title does, not where the axis of values ends
        box = axes.get_window_extent()
        legend.set_bbox_to_anchor((-box.x0 / box.width, 1.0), transform=axes.transAxes)

    plate.after(align)
