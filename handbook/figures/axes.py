"""Any seaborn, pandas or matplotlib axes as a picture of the handbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import category, ticker
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import ColorType

from handbook.core import french
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.labels import Labelled, end_labels
from handbook.figures.plate import NARROW, WIDTHS, Plate, wrapped
from handbook.figures.svg import HALO

__all__ = ["publish"]

_NUMERIC = (ticker.ScalarFormatter, ticker.LogFormatter)
_DATED = (mdates.AutoDateFormatter, mdates.ConciseDateFormatter, mdates.DateFormatter)
_NAMES_SHARE = 0.36
_YEARS = (1800, 2200)
_FEW_DAYS = 900
_FEW_DATES, _MANY_DATES = 6, 10


def publish(
    axes: Axes,
    caption: Caption,
    *,
    data: pd.DataFrame | None = None,
    unit: str = "",
    height: int = 330,
    name_ends: bool = False,
) -> Picture:
    """Make of drawn axes a picture: French numbers and dates, finding, sources, data.

    The drawing is laid out twice, for a page's column and for a phone; its text keeps its size.

    Parameters
    ----------
    axes
        Drawn by seaborn, pandas or matplotlib; all the axes of its figure are shown. The figure is
        closed: it can be published once.
    caption
        Finding, description, sources.
    data
        What is plotted, for the CSV. None reads it off the lines, bars and points drawn.
    unit
        Written after the values of the numeric axis (« % »).
    height
        Height of the drawing in CSS pixels.
    name_ends
        Whether to write the name of each line at its right end, in place of a legend.

    Raises
    ------
    ValueError
        If nothing is drawn, or the caption has no alternative text.
    """
    import matplotlib.pyplot as plt

    figure = axes.get_figure(root=True)
    if figure is None or not any(one.has_data() for one in figure.axes):
        msg = f"publish: nothing is drawn on the axes of « {caption.title} »"
        raise ValueError(msg)
    plotted = _plotted(axes) if data is None else data
    plt.close(figure)
    FigureCanvasAgg(figure)
    for one in figure.axes:
        _speak_french(one, unit)
    for text in axes.texts:
        text.set_gid(text.get_gid() or HALO)
    with theme.applied():
        return Picture.of(_laid_out(figure, axes, height, name_ends=name_ends), plotted, caption)


def _laid_out(figure: Figure, axes: Axes, height: int, *, name_ends: bool) -> Iterator[Figure]:
    """Yield the figure laid out wide, then narrow."""
    names = _category_names(figure)
    for width in WIDTHS:
        figure.set_dpi(96)
        figure.set_size_inches(width / 96, height / 96)
        figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02)
        plate = Plate(figure, width == NARROW, width, height)
        for one in figure.axes:
            if isinstance(one.xaxis.get_major_locator(), mdates.AutoDateLocator):
                most = _FEW_DATES if plate.narrow else _MANY_DATES
                one.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=most))  # type: ignore[no-untyped-call]
        for axis, labels in names.items():
            room = width * _NAMES_SHARE
            axis.set_ticklabels(["\n".join(wrapped(label, room)) for label in labels])
        written = len(axes.texts)
        if name_ends:
            _name_ends(plate, axes)
        plate.settle()
        yield figure
        for text in axes.texts[written:]:
            text.remove()


def _name_ends(plate: Plate, axes: Axes) -> None:
    if axes.legend_ is not None:
        axes.legend_.remove()
    ends = []
    for line in axes.lines:
        values = np.asarray(line.get_xydata(), dtype=float)
        values = values[np.isfinite(values).all(axis=1)]
        name = _name_of(axes, line)
        if len(values) and name:
            x, y = values[-1]
            ends.append(Labelled(float(x), float(y), name, _for_words(line.get_color())))
    if ends:
        end_labels(plate, axes, ends)


def _name_of(axes: Axes, line: Line2D) -> str:
    """Return the name of a line; seaborn gives it to an empty line of the same colour."""
    same = [other for other in axes.lines if other.get_color() == line.get_color()]
    names = (str(one.get_label()) for one in (line, *same))
    return next((name for name in names if not name.startswith("_")), "")


def _for_words(colour: ColorType) -> str:
    """Return the colour that is dark enough for words, where the theme has one."""
    known = dict(zip((one.lower() for one in theme.PALETTE), theme.TEXT, strict=True))
    return known.get(to_hex(colour), to_hex(colour))


# --- French -------------------------------------------------------------------------------------


def _speak_french(axes: Axes, unit: str) -> None:
    """Write the axes' numbers and dates in French; the unit goes to the values' axis."""
    numeric = [axis for axis in (axes.yaxis, axes.xaxis) if _is_numeric(axis)]
    if numeric:
        numeric[0].grid(visible=True, which="major")
        axes.set_axisbelow(True)
    for axis in numeric:
        values = unit if axis is numeric[0] and not _is_years(axis) else ""
        axis.set_major_formatter(ticker.FuncFormatter(_number_writer(axis, values)))
        if axis.get_scale() == "log":
            axis.set_minor_locator(ticker.NullLocator())
    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_formatter(), _DATED):
            axis.set_major_formatter(ticker.FuncFormatter(_date_writer(axis)))
    for set_text, text in (
        (axes.set_xlabel, axes.get_xlabel()),
        (axes.set_ylabel, axes.get_ylabel()),
    ):
        set_text(french.typeset(text))


def _is_numeric(axis: Axis) -> bool:
    return isinstance(axis.get_major_formatter(), _NUMERIC)


def _is_years(axis: Axis) -> bool:
    low, high = axis.get_data_interval()
    return _YEARS[0] <= low <= high <= _YEARS[1] and float(low).is_integer()


def _number_writer(axis: Axis, unit: str) -> Callable[[float, int | None], str]:
    def write(value: float, _: int | None) -> str:
        if _is_years(axis) and isinstance(axis, XAxis):
            return str(round(value))
        if unit == "%":
            return french.percent(value)
        return french.amount(value, unit)

    return write


def _date_writer(axis: Axis) -> Callable[[float, int | None], str]:
    def write(value: float, _: int | None) -> str:
        low, high = (mdates.num2date(bound) for bound in axis.get_view_interval())  # type: ignore[no-untyped-call]
        moment = pd.Timestamp(mdates.num2date(value)).tz_localize(None)  # type: ignore[no-untyped-call]
        if (high - low).days > _FEW_DAYS:
            return str(moment.year)
        return french.date(moment, "month")

    return write


def _category_names(figure: Figure) -> dict[Axis, list[str]]:
    """Return the names written along vertical axes of categories, which a phone must wrap."""
    found: dict[Axis, list[str]] = {}
    for axes in figure.axes:
        formatter = axes.yaxis.get_major_formatter()
        if isinstance(formatter, category.StrCategoryFormatter | ticker.FixedFormatter):
            figure.canvas.draw()
            ticks = axes.get_yticks()
            names = [french.typeset(label.get_text()) for label in axes.get_yticklabels()]
            axes.yaxis.set_major_locator(ticker.FixedLocator(list(ticks)))
            found[axes.yaxis] = names
    return found


# --- Data ---------------------------------------------------------------------------------------


def _plotted(axes: Axes) -> pd.DataFrame:
    """Read the values drawn as lines, bars and points off the axes."""
    parts = [*_lines(axes), *_bars(axes), *_points(axes)]
    if not parts:
        msg = "publish: no line, bar or point to read the data from; give data="
        raise ValueError(msg)
    return pd.concat(parts, ignore_index=True)


def _lines(axes: Axes) -> list[pd.DataFrame]:
    frames = []
    for line in axes.lines:
        values = np.asarray(line.get_xydata(), dtype=float)
        if np.isfinite(values).all(axis=1).any() and line.get_transform() == axes.transData:
            frames.append(_frame(axes, _name_of(axes, line), values))
    return frames


def _bars(axes: Axes) -> list[pd.DataFrame]:
    frames = []
    for container in axes.containers:
        if isinstance(container, BarContainer):
            upright = container.orientation == "vertical"
            corners = [
                (bar.get_x() + bar.get_width() / 2, bar.get_height())
                if upright
                else (bar.get_width(), bar.get_y() + bar.get_height() / 2)
                for bar in container
            ]
            frames.append(_frame(axes, container.get_label(), np.array(corners, dtype=float)))
    return frames


def _points(axes: Axes) -> list[pd.DataFrame]:
    frames = []
    for points in axes.collections:
        offsets = np.ma.getdata(points.get_offsets())
        if isinstance(points, PathCollection) and len(offsets):
            frames.append(_frame(axes, points.get_label(), np.asarray(offsets, dtype=float)))
    return frames


def _frame(axes: Axes, label: object, values: npt.NDArray[np.float64]) -> pd.DataFrame:
    name = "" if str(label).startswith("_") else str(label)
    return pd.DataFrame(
        {
            "série": name,
            axes.get_xlabel() or "x": _written(axes.xaxis, values[:, 0]),
            axes.get_ylabel() or "y": _written(axes.yaxis, values[:, 1]),
        }
    )


def _written(axis: Axis, values: npt.NDArray[np.float64]) -> list[object]:
    """Return values as the axis names them: dates, categories or numbers."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, _DATED):
        dates = pd.DatetimeIndex(mdates.num2date(values)).tz_localize(None)  # type: ignore[no-untyped-call]
        return list(dates.normalize())
    if isinstance(formatter, category.StrCategoryFormatter | ticker.FixedFormatter):
        names = formatter.format_ticks([round(value) for value in values])
        return list(names)
    return list(values)
