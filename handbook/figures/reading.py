"""What is drawn on axes, read back: what an axis counts, and the rows plotted.

A published picture offers the data plotted as CSV. They are read off the lines, bars, points and
cells drawn, in the words of the reader: dates, names and legend entries instead of matplotlib's
numbers and seaborn's unnamed lines. Error bars and bands become bounds beside their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import category, ticker
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import (
    FillBetweenPolyCollection,
    LineCollection,
    PathCollection,
    QuadMesh,
)
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from handbook.core.french import typeset
from handbook.figures.errors import FigureError

__all__ = ["Scale", "main_axes", "names_by_artist", "plotted", "scale_of", "words_of"]

Floats = npt.NDArray[np.float64]

_NUMERIC = (ticker.ScalarFormatter, ticker.LogFormatter)
_DATED = (mdates.AutoDateFormatter, mdates.ConciseDateFormatter, mdates.DateFormatter)
_YEARS = (1800, 2200)
_NEAR = 0.5
_WHITE = "#ffffff"
_WORDS = {
    "Count": "Effectif",
    "Density": "Densité",
    "Frequency": "Fréquence",
    "Percent": "Pourcentage",
    "Probability": "Probabilité",
    "Proportion": "Part",
    "None": "",
}
"""What seaborn and pandas write by themselves, in French."""


@dataclass(frozen=True)
class Scale:
    """What an axis counts.

    Attributes
    ----------
    kind
        Numbers, years written as numbers, dates, pandas' periods, names, or the caller's own.
    values
        Where something is plotted along it.
    names
        Place to name.
    frequency
        Of the periods, as pandas writes it.
    """

    kind: Literal["number", "year", "date", "period", "name", "own"]
    values: Floats
    names: Mapping[float, str]
    frequency: str = ""

    def written(self, values: Floats) -> list[Any]:
        """Return values as the axis names them: dates, periods, names or numbers."""
        if self.kind == "date":
            dates = pd.DatetimeIndex(mdates.num2date(values)).tz_localize(None)  # type: ignore[no-untyped-call]
            return list(dates.round("s"))
        if self.kind == "period":
            return [str(self.period(value)) for value in values]
        if self.kind == "name":
            return [self._name(value) for value in values]
        return [int(value) if float(value).is_integer() else value for value in values]

    def period(self, value: float) -> pd.Period:
        """Return the period at a place of the axis."""
        return pd.Period(ordinal=round(value), freq=self.frequency)

    def _name(self, value: float) -> str | float:
        place = min(self.names, key=lambda named: abs(named - value))
        return self.names[place] if abs(place - value) <= _NEAR else float(value)


def words_of(text: str) -> str:
    """Return a label on one line, typeset, in French where seaborn or pandas wrote it."""
    line = " ".join(text.split())
    return typeset(_WORDS.get(line, line))


def main_axes(axes: Sequence[Axes]) -> list[Axes]:
    """Return the axes that show data: neither empty ones nor colour scales."""
    return [each for each in axes if each.has_data() and each.get_label() != "<colorbar>"]


# --- Scales ---------------------------------------------------------------------------------------


def scale_of(axes: Axes, axis: Axis) -> Scale:
    """Say what an axis counts, as seaborn, pandas or matplotlib left it."""
    column = 0 if axis is axes.xaxis else 1
    values = _places(axes, column)
    formatter = axis.get_major_formatter()
    frequency = str(getattr(axis, "freq", "") or "")
    if frequency and type(formatter).__name__ == "TimeSeries_DateFormatter":
        return Scale("period", values, {}, frequency)
    if isinstance(formatter, _DATED):
        return Scale("date", values, {})
    if isinstance(formatter, _NUMERIC):
        years = column == 0 and axis.get_scale() == "linear" and _are_years(values)
        return Scale("year" if years else "number", values, {})
    names = _names(axis)
    return Scale("name" if names else "own", values, names)


def _are_years(values: Floats) -> bool:
    between = (values >= _YEARS[0]) & (values <= _YEARS[1])
    return bool(len(values) and between.all() and (values == np.round(values)).all())


def _names(axis: Axis) -> dict[float, str]:
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if isinstance(formatter, category.StrCategoryFormatter):
        places = [float(place) for place in axis.units._mapping.values()]
    elif isinstance(locator, ticker.FixedLocator) and _fixed(formatter):
        places = [float(place) for place in locator()]
    else:
        return {}
    return {
        place: words_of(str(text))
        for place, text in zip(places, formatter.format_ticks(places), strict=True)
    }


def _fixed(formatter: ticker.Formatter) -> bool:
    """Whether tick labels were given one by one (matplotlib keeps them in either form)."""
    given = isinstance(formatter, ticker.FuncFormatter) and isinstance(formatter.func, partial)
    return given or isinstance(formatter, ticker.FixedFormatter)


def _places(axes: Axes, column: int) -> Floats:
    """Return where lines, points and bars are along x (0) or y (1)."""
    lines = [_finite(line)[:, column] for line in axes.lines if _on_data(axes, line)]
    points = [
        _filled(points.get_offsets())[:, column]
        for points in axes.collections
        if isinstance(points, PathCollection)
    ]
    bars = [_boxes(bars)[:, column + 2 * end] for bars in _bar_groups(axes) for end in (0, 1)]
    values = np.concatenate([np.empty(0), *lines, *points, *bars])
    return np.unique(values[np.isfinite(values)])


# --- Rows -----------------------------------------------------------------------------------------


def plotted(panels: Sequence[Axes]) -> pd.DataFrame:
    """Return the values drawn on axes as rows.

    Raises
    ------
    FigureError
        If nothing is drawn that can be read back.
    """
    frames = []
    for axes in panels:
        rows = _rows(axes)
        if len(panels) > 1 and (title := words_of(axes.get_title())):
            rows.insert(0, "panneau", title)
        frames.append(rows)
    data = pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame()])
    if data.empty:
        msg = (
            "publish: what is drawn (neither lines, bars, points nor cells) cannot be read back as"
            " rows; give them with data="
        )
        raise FigureError(msg)
    for helper in ("série", "tracé"):
        if helper in data and not data[helper].fillna("").any():
            data = data.drop(columns=helper)
    return data.reset_index(drop=True)


def _rows(axes: Axes) -> pd.DataFrame:
    reader = _Reader(axes)
    parts = {
        "barres": reader.bars(),
        "courbe": reader.lines(),
        "points": reader.points(),
        "case": reader.cells(),
        "bande": reader.lone_bands(),
    }
    kept = {kind: pd.concat(frames) for kind, frames in parts.items() if frames}
    if len(kept) > 1:
        kept = {kind: frame.assign(tracé=kind) for kind, frame in kept.items()}
    return pd.concat(kept.values()) if kept else pd.DataFrame()


@dataclass(frozen=True)
class _Span:
    """An error bar: bounds of a value, at a place."""

    place: float
    low: float
    high: float


class _Reader:
    """Reads the rows drawn on one set of axes."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.scales = scale_of(axes, axes.xaxis), scale_of(axes, axes.yaxis)
        self.headings = self._headings()
        self.name = names_by_artist(axes)
        self.upright = all(group.orientation == "vertical" for group in _bar_groups(axes))
        self.spans, self.errors = self._error_bars()
        self.bands = [
            band for band in axes.collections if isinstance(band, FillBetweenPolyCollection)
        ]
        self.used: set[int] = set()

    def _headings(self) -> tuple[str, str]:
        usual = {"date": "date", "period": "période", "year": "année", "name": "nom"}
        if self.scales[1].kind == "name":
            usual["number"] = "valeur"
        x = words_of(self.axes.get_xlabel()) or usual.get(self.scales[0].kind, "x")
        y = words_of(self.axes.get_ylabel()) or usual.get(self.scales[1].kind, "valeur")
        return x, f"{y} (y)" if y == x else y

    def bars(self) -> list[pd.DataFrame]:
        frames = []
        for group in _bar_groups(self.axes):
            boxes = _boxes(group)
            boxes = boxes[np.isfinite(boxes).all(axis=1)]
            if not len(boxes):
                continue
            across, along = (0, 1) if self.upright else (1, 0)
            places = (boxes[:, across] + boxes[:, across + 2]) / 2
            lengths = boxes[:, along + 2] - boxes[:, along]
            values = np.where(_downward(group), -lengths, lengths)
            frame = self._frame(self.name(group), places, values, across)
            if self.scales[across].kind == "number" and _adjacent(boxes, across):
                frame = self._binned(frame, boxes, across)
            frames.append(frame)
        return frames

    def _binned(self, frame: pd.DataFrame, boxes: Floats, across: int) -> pd.DataFrame:
        """Return a histogram's rows with the bounds of each class in place of its middle."""
        heading = self.headings[across]
        at = frame.columns.get_loc(heading)
        frame = frame.drop(columns=heading)
        frame.insert(at, f"{heading} (de)", boxes[:, across])  # type: ignore[arg-type]
        frame.insert(at + 1, f"{heading} (à)", boxes[:, across + 2])  # type: ignore[operator,arg-type]
        return frame

    def lines(self) -> list[pd.DataFrame]:
        frames = []
        for line in self.axes.lines:
            values = _finite(line)
            if id(line) in self.errors or not len(values) or not _on_data(self.axes, line):
                continue
            frame = self._frame(self.name(line), values[:, 0], values[:, 1], 0)
            frames.append(self._banded(frame, values, to_hex(line.get_color())))
        return frames

    def points(self) -> list[pd.DataFrame]:
        frames = []
        for points in self.axes.collections:
            if not isinstance(points, PathCollection):
                continue
            places = _filled(points.get_offsets())
            if len(places):
                frame = self._frame("", places[:, 0], places[:, 1], 0)
                frames.append(frame.assign(série=self._names_of(points, len(places))).dropna())
        return frames

    def _names_of(self, points: PathCollection, count: int) -> list[str]:
        if _own(points):
            return [_own(points)] * count
        colours = list(np.atleast_2d(points.get_facecolor()))
        return [self.name(to_hex(colours[rank % len(colours)])) for rank in range(count)]

    def cells(self) -> list[pd.DataFrame]:
        frames = []
        for mesh in self.axes.collections:
            if isinstance(mesh, QuadMesh) and mesh.get_array() is not None:
                values = _filled(mesh.get_array())
                down, across = np.indices(values.shape) + 0.5
                rows, columns = (
                    scale.written(places.ravel())
                    for scale, places in ((self.scales[1], down), (self.scales[0], across))
                )
                x, y = words_of(self.axes.get_xlabel()), words_of(self.axes.get_ylabel())
                data = {y or "ligne": rows, x or "colonne": columns, "valeur": values.ravel()}
                frames.append(pd.DataFrame(data).dropna())
        return frames

    def lone_bands(self) -> list[pd.DataFrame]:
        """Return the bands drawn around no line."""
        frames = []
        for band in self.bands:
            bounds = _bounds(band)
            if id(band) not in self.used and len(bounds):
                frame = pd.DataFrame({"série": self.name(band), "bas": bounds["low"]})
                frame["haut"] = bounds["high"]
                frame.insert(1, self.headings[0], self.scales[0].written(bounds.index.to_numpy()))
                frames.append(frame)
        return frames

    def _frame(self, name: str, places: Floats, values: Floats, across: int) -> pd.DataFrame:
        """Return rows of one series: where each value stands along `across`, and the value."""
        columns = (places, values) if across == 0 else (values, places)
        frame = pd.DataFrame({"série": [name] * len(places)})
        for heading, scale, column in zip(self.headings, self.scales, columns, strict=True):
            frame[heading] = scale.written(np.asarray(column, dtype=float))
        spans = [self._span(*pair) for pair in zip(places, values, strict=True)]
        if any(spans):
            frame["bas"] = [span.low if span else np.nan for span in spans]
            frame["haut"] = [span.high if span else np.nan for span in spans]
        return frame

    def _span(self, place: float, value: float) -> _Span | None:
        """Return the error bar of a value, if one is drawn."""
        close = (span for span in self.spans if abs(span.place - place) < 1e-6)
        return next((span for span in close if span.low <= value <= span.high), None)

    def _banded(self, frame: pd.DataFrame, values: Floats, colour: str) -> pd.DataFrame:
        """Return a line's rows with the bounds of the band of its colour, if one is drawn."""
        for band in self.bands:
            bounds = _bounds(band)
            around = _colour(band) == colour and set(values[:, 0]) <= set(bounds.index)
            if around and id(band) not in self.used:
                self.used.add(id(band))
                rows = bounds.reindex(pd.Index(values[:, 0]))
                return frame.assign(bas=rows["low"].to_numpy(), haut=rows["high"].to_numpy())
        return frame

    def _error_bars(self) -> tuple[list[_Span], set[int]]:
        """Return the error bars, and which lines draw them (or draw nothing)."""
        anchors = self._anchors()
        spans, lines = [], set()
        for line in self.axes.lines:
            values = _finite(line)
            if not len(values) or _own(line):
                continue
            if (span := self._as_span(values, anchors)) is not None:
                spans.append(span)
                lines.add(id(line))
        for container in self.axes.containers:
            if isinstance(container, ErrorbarContainer):
                _, caps, stems = container.lines
                lines |= {id(cap) for cap in caps}
                spans += [span for stem in stems for span in self._stems(stem)]
        return spans, lines

    def _anchors(self) -> list[tuple[float, float, float]]:
        """Return the places, values and widths around which an error bar may stand."""
        across, along = (0, 1) if self.upright else (1, 0)
        anchors = []
        for group in _bar_groups(self.axes):
            for box in _boxes(group):
                middle, width = (box[across] + box[across + 2]) / 2, box[across + 2] - box[across]
                anchors.append((middle, box[along + 2], width))
                anchors.append((middle, box[along], width))
        for line in self.axes.lines:
            values = _finite(line)
            if len(values) > 1 and len(np.unique(values[:, across])) == len(values):
                anchors += [(value[across], value[along], 0.4) for value in values]
        return anchors

    def _as_span(
        self, values: Floats, anchors: Sequence[tuple[float, float, float]]
    ) -> _Span | None:
        across, along = (0, 1) if self.upright else (1, 0)
        low, high = values[:, along].min(), values[:, along].max()
        left, right = values[:, across].min(), values[:, across].max()
        repeated = len(np.unique(values[:, across])) < len(values)
        for place, value, width in anchors:
            centred = abs((left + right) / 2 - place) < 1e-6 and right - left <= width
            if repeated and centred and low <= value <= high and low < high:
                return _Span(place, low, high)
        return None

    def _stems(self, stems: LineCollection) -> Iterator[_Span]:
        across, along = (0, 1) if self.upright else (1, 0)
        for segment in np.asarray(stems.get_segments(), dtype=float):
            ends = segment[:, along]
            if np.ptp(segment[:, across]) < 1e-9:
                yield _Span(segment[0, across], ends.min(), ends.max())


def names_by_artist(axes: Axes) -> Callable[[Artist | str | BarContainer], str]:
    """Return what names an artist: its own label, else the legend's word for its colour."""
    by_colour = _names_by_colour(axes)
    wholes = {  # errorbar() names the whole, not its line
        id(whole.lines[0]): _own(whole)
        for whole in axes.containers
        if isinstance(whole, ErrorbarContainer)
    }

    def name(artist: Artist | str | BarContainer) -> str:
        if isinstance(artist, str):
            return by_colour.get(artist, "")
        return _own(artist) or wholes.get(id(artist), "") or by_colour.get(_colour(artist), "")

    return name


def _names_by_colour(axes: Axes) -> dict[str, str]:
    """Return colour to name, from the lines that seaborn adds for its legend and from legends."""
    names: dict[str, str] = {}
    for line in axes.lines:
        if _own(line):
            names.setdefault(to_hex(line.get_color()), _own(line))
    for legend in _legends(axes):
        for handle, text in zip(legend.legend_handles, legend.texts, strict=True):
            colour = _colour(handle)
            if colour != _WHITE:  # seaborn's headings
                names.setdefault(colour, text.get_text())
    return names


def _legends(axes: Axes) -> list[Legend]:
    figure = axes.get_figure(root=True)
    own = [] if axes.legend_ is None else [axes.legend_]
    return [*own, *(figure.legends if figure else ())]


def _own(artist: Artist | BarContainer | ErrorbarContainer) -> str:
    """Return the label an artist was given, if any: the others start with an underscore."""
    label = str(artist.get_label() or "")
    return "" if label.startswith("_") else label


def _colour(artist: object) -> str:
    """Return the colour by which an artist is told from the others."""
    if isinstance(artist, BarContainer):
        return _colour(artist.patches[0]) if artist.patches else ""
    if isinstance(artist, Line2D):
        bare = artist.get_linestyle() in {"None", "", " "}
        return to_hex(artist.get_markerfacecolor() if bare else artist.get_color())
    colours = np.atleast_2d(artist.get_facecolor())  # type: ignore[attr-defined]
    return to_hex(colours[0]) if len(colours) and colours.size else ""


def _on_data(axes: Axes, line: Line2D) -> bool:
    """Whether a line stands at data, not across the axes as a reference does."""
    return bool(line.get_transform() == axes.transData)


def _finite(line: Line2D) -> Floats:
    values = np.asarray(line.get_xydata(), dtype=float).reshape(-1, 2)
    return np.asarray(values[np.isfinite(values).all(axis=1)])


def _filled(values: object) -> Floats:
    """Return numbers with masked ones missing."""
    masked: Any = np.ma.asarray(values, dtype=float)
    return np.asarray(masked.filled(np.nan), dtype=float)


def _bar_groups(axes: Axes) -> list[BarContainer]:
    return [group for group in axes.containers if isinstance(group, BarContainer)]


def _boxes(group: BarContainer) -> Floats:
    """Return the least x and y and the greatest x and y of each bar."""
    corners = [
        (
            *sorted((bar.get_x(), bar.get_x() + bar.get_width())),
            *sorted((bar.get_y(), bar.get_y() + bar.get_height())),
        )
        for bar in group.patches
    ]
    boxes = np.array(corners, dtype=float).reshape(-1, 4)
    return np.asarray(boxes[:, [0, 2, 1, 3]], dtype=float)


def _downward(group: BarContainer) -> npt.NDArray[np.bool_]:
    lengths = [
        bar.get_height() if group.orientation == "vertical" else bar.get_width()
        for bar in group.patches
    ]
    values = np.array(lengths, dtype=float)
    return np.asarray(values[np.isfinite(values)] < 0)


def _adjacent(boxes: Floats, across: int) -> bool:
    """Whether bars touch one another, as the classes of a histogram do."""
    gaps = boxes[1:, across] - boxes[:-1, across + 2]
    return len(boxes) > 1 and bool(np.allclose(gaps, 0, atol=1e-6 * np.ptp(boxes)))


def _bounds(band: FillBetweenPolyCollection) -> pd.DataFrame:
    """Return the bounds of a band, by place."""
    corners = np.concatenate(
        [np.empty((0, 2)), *(np.asarray(path.vertices) for path in band.get_paths())]
    )
    grouped = pd.Series(corners[:, 1]).groupby(corners[:, 0])
    return pd.DataFrame({"low": grouped.min(), "high": grouped.max()})
