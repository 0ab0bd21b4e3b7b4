"""The axes of a published picture in French: numbers, dates, periods and names that fit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.text import Text

from handbook.core import french
from handbook.figures.errors import FigureError
from handbook.figures.parts import time_axis
from handbook.figures.plate import Plate, wrapped
from handbook.figures.reading import Scale

__all__ = ["french_text", "name_lines", "names_within", "thinned", "write_axis"]

_LABEL = 58  # CSS pixels a year or a month takes, with the room around it
_NAMES_SHARE = 0.36
_UPRIGHT = 120  # CSS pixels of a name that is turned
_LEAST_SLOT = 14  # CSS pixels: less does not hold a turned line
_TWO_LINES = 34  # CSS pixels
_GAP = 4
_FEW_YEARS = 2.5 * 365
_YEARS = (1800, 2200)
_PLAIN = re.compile(r"[-−]?\d+(?:\.\d+)?")
_MOST_DECIMALS = 6


def french_text(text: Text) -> None:
    """Write a text of the drawing as a French reader expects it, numbers included."""
    words = text.get_text()
    if _PLAIN.fullmatch(words):
        value, decimals = float(words.replace("−", "-")), len(words.partition(".")[2])
        if decimals or not _YEARS[0] <= value <= _YEARS[1]:
            words = french.number(value, decimals)
    text.set_text("\n".join(french.typeset(line) for line in words.split("\n")))


def write_axis(plate: Plate, axes: Axes, axis: Axis, scale: Scale, unit: str) -> None:
    """Set the ticks of an axis for the plate, and write them in French."""
    room = _room(plate, axes)
    if scale.kind == "number":
        axis.set_major_formatter(ticker.FuncFormatter(_numbers(axis, unit)))
        axis.set_minor_locator(ticker.NullLocator())
    elif scale.kind == "year":
        _years(axis, int(room // _LABEL))
    elif scale.kind == "date":
        _dates(plate, axes, axis, scale, int(room // _LABEL))
    elif scale.kind == "period":
        _periods(axis, scale, int(room // _LABEL))
    elif scale.kind == "name":
        upright = isinstance(axis, XAxis)  # until the width of a column is known
        lines = name_lines(scale, _UPRIGHT / _NAMES_SHARE if upright else room)
        names = ["\n".join(name) for name in lines]
        axis.set_ticks(list(scale.names), names, rotation=90 if upright else 0)


def name_lines(scale: Scale, room: float) -> list[list[str]]:
    """Return the names of rows, broken so that they leave most of `room` to the drawing."""
    return [wrapped(name, _NAMES_SHARE * room) for name in scale.names.values()]


def _room(plate: Plate, axes: Axes) -> float:
    """Return about how wide the axes are, in CSS pixels."""
    spec = axes.get_subplotspec()
    return plate.width / (spec.get_gridspec().ncols if spec else 1)


def _numbers(axis: Axis, unit: str) -> Callable[[float, int | None], str]:
    def write(value: float, _: int | None) -> str:
        places = _decimals(axis, value)
        if unit.strip() == "%":
            return french.percent(value, places)
        return french.amount(value, unit, places)

    return write


def _decimals(axis: Axis, value: float) -> int:
    """Return the decimals that tell a tick from its neighbours, or a power of ten from zero."""
    ticks = np.asarray(axis.get_majorticklocs(), dtype=float)
    if axis.get_scale() != "linear":
        ticks = np.array([0.0, value])
    steps = np.diff(ticks) if len(ticks) > 1 else ticks
    exact = (
        places
        for places in range(_MOST_DECIMALS)
        if np.allclose(steps * 10**places, np.round(steps * 10**places), rtol=0, atol=1e-6)
    )
    return next(exact, _MOST_DECIMALS)


def _years(axis: Axis, most: int) -> None:
    if not isinstance(axis.get_major_locator(), ticker.FixedLocator):
        axis.set_major_locator(ticker.MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: str(round(value))))


def _dates(plate: Plate, axes: Axes, axis: Axis, scale: Scale, most: int) -> None:
    chosen = not isinstance(axis.get_major_locator(), mdates.AutoDateLocator | ticker.FixedLocator)
    if isinstance(axis, XAxis) and len(scale.values) and not chosen:
        time_axis(axes, scale.written(scale.values), narrow=plate.narrow, most=max(2, most))
        return
    axis.set_major_formatter(ticker.FuncFormatter(_date_writer(axis)))


def _date_writer(axis: Axis) -> Callable[[float, int | None], str]:
    def write(value: float, _: int | None) -> str:
        low, high = axis.get_view_interval()
        moment = pd.Timestamp(mdates.num2date(value)).tz_localize(None)  # type: ignore[no-untyped-call]
        return str(moment.year) if high - low > _FEW_YEARS else french.date(moment, "month")

    return write


def _periods(axis: Axis, scale: Scale, most: int) -> None:
    """Name pandas' periods: years in their middle, or the last periods of a short series."""
    places = list(scale.values)
    periods = [scale.period(place) for place in places]
    years = pd.Series(places).groupby([period.year for period in periods]).mean()
    if len(years) > 2:
        places, labels = list(years), [str(year) for year in years.index]
    else:
        labels = [_period_name(period) for period in periods]
    step = -(-len(places) // max(2, most))
    axis.set_minor_locator(ticker.NullLocator())
    axis.set_ticks(places[::-1][::step], labels[::-1][::step])


def _period_name(period: pd.Period) -> str:
    """Write a period as parts of pictures do: its name above its year."""
    if period.freqstr.startswith("Q"):
        return f"T{period.quarter}\n{period.year}"
    month = french.SHORT_MONTHS[period.month - 1]
    day = "" if period.freqstr.startswith("M") else f"{period.day}{french.NBSP}"
    return f"{day}{month}\n{period.year}"


def names_within(plate: Plate, axes: Axes, scale: Scale) -> None:
    """Write the names under columns, turned when one is wider than its place.

    Raises
    ------
    FigureError
        If there are more names than can be written side by side.
    """
    low, high = sorted(axes.get_xlim())
    spread = np.ptp(list(scale.names)) / max(len(scale.names) - 1, 1) or 1.0
    slot = axes.get_window_extent().width * 96 / plate.figure.dpi / ((high - low) / spread)
    lines = [wrapped(name, slot - _GAP) for name in scale.names.values()]
    turned = any(plate.text_width(line) > slot - _GAP for name in lines for line in name)
    if turned and all(name.isdigit() for name in scale.names.values()):
        turned = False  # years may be thinned
    elif turned and slot < _LEAST_SLOT:
        msg = (
            f"publish: {len(scale.names)} names do not fit side by side in {plate.width:.0f} pixels"
            f" ({next(iter(scale.names.values()))!r}…); draw them as rows (y=)"
        )
        raise FigureError(msg)
    if turned:
        whole = slot < _TWO_LINES
        lines = [[name] if whole else wrapped(name, _UPRIGHT) for name in scale.names.values()]
    axes.xaxis.set_ticks(
        list(scale.names), ["\n".join(name) for name in lines], rotation=90 if turned else 0
    )


def thinned(axes: Axes) -> None:
    """Drop every other label under the axes, the last one kept, while two touch."""
    axis = axes.xaxis
    while _touching(_written(axes)):
        low, high = sorted(axis.get_view_interval())
        places = [place for place in axis.get_majorticklocs() if low <= place <= high]
        labels = axis.get_major_formatter().format_ticks(places)
        kept = slice((len(places) - 1) % 2, None, 2)
        if len(places[kept]) == len(places):
            return
        axis.set_ticks(places[kept], labels[kept])
        axes.figure.draw_without_rendering()  # type: ignore[union-attr]


def _written(axes: Axes) -> list[Text]:
    """Return the labels that are drawn: an axis keeps some outside its limits."""
    drawn = axes.xaxis._update_ticks()  # type: ignore[attr-defined]
    labels = [tick.label1 for tick in drawn if tick.label1.get_visible()]
    return [label for label in labels if label.get_text().strip() and label.get_rotation() == 0]


def _touching(labels: Sequence[Text]) -> bool:
    boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.x0)
    return any(right.x0 - left.x1 < _GAP for left, right in itertools.pairwise(boxes))
