"""Any seaborn, pandas or matplotlib axes as a picture of the handbook."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure, FigureBase
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.typing import ColorType

from handbook.core.doors import door
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.french_axes import (
    french_text,
    name_lines,
    names_within,
    thinned,
    write_axis,
)
from handbook.figures.labels import Labelled, end_labels
from handbook.figures.parts import KEY_LOOK, key_columns, key_height
from handbook.figures.plate import NARROW, WIDE, Plate
from handbook.figures.reading import Scale, main_axes, names_by_artist, plotted, scale_of, words_of
from handbook.figures.svg import HALO

__all__ = ["HasFigure", "publish"]

_STACKED = 0.8  # height of a panel on a phone, of the height of the whole
_LINE, _ROW = 18, 8  # CSS pixels
_FRAME = 60  # CSS pixels of the scale and its name under rows
_PUBLISHED: weakref.WeakSet[Figure] = weakref.WeakSet()
_DARK = {"#000000", "#333333", "#424242"}
"""What seaborn, pandas and matplotlib draw edges and error bars with by themselves."""


@runtime_checkable
class HasFigure(Protocol):
    """What stands on a figure: seaborn's FacetGrid, JointGrid or PairGrid."""

    @property
    def figure(self) -> Any:  # noqa: ANN401  (seaborn has no types)
        """The matplotlib figure."""


@door(FigureError, height=(80, 4000))
def publish(
    axes: Axes | FigureBase | HasFigure,
    caption: Caption,
    *,
    data: pd.DataFrame | None = None,
    unit: str = "",
    height: int = 330,
    name_ends: bool = False,
    folded: bool = False,
) -> Picture:
    """Make of a drawing a picture: French numbers and dates, finding, sources, data.

    The drawing is laid out twice, for a page's column and for a phone; its text keeps its size.
    Its legend becomes a key above it; side by side panels stand one above the other on a phone.

    Parameters
    ----------
    axes
        Drawn by seaborn, pandas or matplotlib (or their figure, or a FacetGrid); all the axes of
        the figure are shown. The figure is closed: it can be published once.
    caption
        Finding, description, sources.
    data
        What is plotted, for the CSV. None reads it off the lines, bars, points and cells drawn.
    unit
        Written after the values of the axes given (« % »), or of all axes of a figure.
    height
        Height of the drawing in CSS pixels, its key excluded; long names may need more.
    name_ends
        Whether to write the name of each line at its right end, in place of a legend.
    folded
        Whether a page shows the title alone until it is opened.

    Raises
    ------
    FigureError
        If nothing is drawn, the figure was published already, the caption has no alternative text,
        there is no line to name, or names do not fit.
    FigureError
        If `axes` is neither axes, nor a figure, nor on one.
    """
    import matplotlib.pyplot as plt

    figure = _figure_of(axes)
    panels = main_axes(figure.axes) if figure else []
    if figure is None or not panels:
        msg = f"publish: nothing is drawn on the axes of « {caption.title} »"
        raise FigureError(msg)
    if figure in _PUBLISHED:
        msg = f"publish: the figure of « {caption.title} » was published already; draw it again"
        raise FigureError(msg)
    caption.require_alt()
    rows = plotted(panels) if data is None else data
    _free_colour_scales(figure, panels)
    layout = _Layout.of(figure, panels, axes, unit)
    ends = layout.ends() if name_ends else []
    if name_ends and not ends:
        msg = "publish: name_ends needs lines with a name; give them a label= or a hue="
        raise FigureError(msg)
    plt.close(figure)
    _PUBLISHED.add(figure)
    FigureCanvasAgg(figure)
    with theme.applied():
        layout.prepare()
        return replace(Picture.of(layout.drawn(height, ends), rows, caption), folded=folded)


def _figure_of(given: Axes | FigureBase | HasFigure) -> Figure | None:
    if isinstance(given, Artist):
        root = given.get_figure(root=True)
        return root if isinstance(root, Figure) else None
    figure = getattr(given, "figure", None)
    if isinstance(figure, Figure):
        return figure
    msg = (
        f"publish: axes, a figure or a seaborn grid is expected, got {type(given).__name__};"
        " give one of the axes"
    )
    raise FigureError(msg)


def _free_colour_scales(figure: Figure, panels: Sequence[Axes]) -> None:
    """Draw again the colour scales that seaborn nests in grids: the layout cannot move those."""
    for panel in panels:
        for mappable in (*panel.collections, *panel.images):
            scale = mappable.colorbar
            if scale is None or scale.ax.get_subplotspec() is None:
                continue
            label = words_of(scale.ax.get_ylabel() or scale.ax.get_xlabel())
            scale.remove()
            figure.colorbar(mappable, ax=panel, label=label, use_gridspec=False, drawedges=False)


# --- Layout ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Key:
    """What the legends of the drawing say, for one key above it."""

    handles: list[Any]
    words: list[str]
    title: str

    def height(self, width: float) -> float:
        return key_height(self.words, width) + (_LINE + 4 if self.title and self.words else 0)


@dataclass(frozen=True)
class _Panel:
    """One set of axes: what it counts, and what it was before it was laid out."""

    axes: Axes
    scales: tuple[tuple[Axis, Scale, str], ...]
    spec: SubplotSpec | None
    labelled: tuple[bool, bool]


@dataclass(frozen=True)
class _Layout:
    """A drawing to be laid out at several widths."""

    figure: Figure
    panels: tuple[_Panel, ...]
    key: _Key

    @classmethod
    def of(
        cls,
        figure: Figure,
        panels: Sequence[Axes],
        given: Axes | FigureBase | HasFigure,
        unit: str,
    ) -> _Layout:
        siblings = given.get_shared_y_axes().get_siblings(given) if isinstance(given, Axes) else ()
        others = [each for each in figure.axes if each.has_data() and each not in panels]
        return cls(
            figure,
            tuple(
                _panel(each, unit if each in (siblings or panels) or each in others else "")
                for each in (*panels, *others)
            ),
            _key_of(figure, panels),
        )

    def prepare(self) -> None:
        """Set the words in French and the colours to those of the page; drop the legends."""
        for panel in self.panels:
            if panel.axes.legend_ is not None:
                panel.axes.legend_.remove()
        for legend in list(self.figure.legends):
            legend.remove()
        for panel in self.panels:
            _speak_french(panel)
            _follow_page(panel.axes)

    def drawn(self, height: int, ends: Sequence[tuple[Axes, list[Labelled]]]) -> Iterator[Figure]:
        """Yield the figure laid out narrow, then wide."""
        for width in (NARROW, WIDE):
            plate = self._plate(width, height, keyed=not ends)
            written = [(axes, len(axes.texts)) for axes, _ in ends]
            for axes, items in ends:
                end_labels(plate, axes, items)
            self.figure.draw_without_rendering()
            for axes, scale in self._columns():
                names_within(plate, axes, scale)
            plate.settle()
            for panel in self.panels:
                thinned(panel.axes)
            yield self.figure
            added = [text for axes, count in written for text in axes.texts[count:]]
            for artist in [*added, *self.figure.legends] * (width == NARROW):
                artist.remove()

    def _columns(self) -> list[tuple[Axes, Scale]]:
        """Return the axes under which names stand."""
        return [
            (panel.axes, scale)
            for panel in self.panels
            for axis, scale, _ in panel.scales
            if scale.kind == "name" and axis is panel.axes.xaxis
        ]

    def ends(self) -> list[tuple[Axes, list[Labelled]]]:
        """Return the names to write at the ends of lines."""
        named = [(panel.axes, _line_ends(panel.axes)) for panel in self.panels]
        return [(axes, items) for axes, items in named if items]

    def _plate(self, width: int, height: int, *, keyed: bool) -> Plate:
        stacked = width == NARROW and self._stackable()
        tall = float(height)
        if stacked:
            tall = _STACKED * height * len(self._specs())
        tall = max(tall, self._needed(width))
        if keyed:
            tall += self.key.height(width)
        self.figure.set_dpi(96)
        self.figure.set_size_inches(width / 96, round(tall) / 96)
        self.figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02)
        self._arrange(stacked=stacked)
        plate = Plate(self.figure, width == NARROW, width, round(tall))
        for panel in self.panels:
            for axis, scale, unit in panel.scales:
                write_axis(plate, panel.axes, axis, scale, unit)
        if keyed and self.key.words:
            self._draw_key(width)
        return plate

    def _needed(self, width: int) -> float:
        """Return the height in which the names of rows stand apart."""
        heights = []
        for panel in self.panels:
            for axis, scale, _ in panel.scales:
                if scale.kind == "name" and axis is panel.axes.yaxis:
                    down, across = _shape(panel.spec)
                    lines = name_lines(scale, width / across)
                    tallest = max(map(len, lines))
                    heights.append((tallest * _LINE + _ROW) * len(lines) * down + _FRAME)
        return max(heights, default=0.0)

    def _specs(self) -> list[SubplotSpec]:
        """Return the places of panels, once each (twin axes share theirs)."""
        return list({panel.spec.num1: panel.spec for panel in self.panels if panel.spec}.values())

    def _stackable(self) -> bool:
        grids = {id(panel.spec.get_gridspec()) for panel in self.panels if panel.spec}
        whole = all(panel.spec is not None for panel in self.panels)
        return whole and len(grids) == 1 and any(_shape(spec)[1] > 1 for spec in self._specs())

    def _arrange(self, *, stacked: bool) -> None:
        order = [spec.num1 for spec in self._specs()]
        grid = GridSpec(len(order), 1, figure=self.figure) if stacked else None
        for panel in self.panels:
            if panel.spec is None:
                continue
            panel.axes.set_subplotspec(grid[order.index(panel.spec.num1)] if grid else panel.spec)
            bottom, left = panel.labelled
            if len(order) > 1 or not (bottom and left):
                panel.axes.tick_params(axis="x", labelbottom=stacked or bottom)
                if panel.axes.yaxis.get_ticks_position() != "right":
                    panel.axes.tick_params(axis="y", labelleft=stacked or left)

    def _draw_key(self, width: int) -> None:
        self.figure.legend(
            self.key.handles,
            self.key.words,
            title=self.key.title or None,
            loc="outside upper left",
            ncols=key_columns(self.key.words, width),
            alignment="left",
            borderaxespad=0,
            borderpad=0.1,
            **KEY_LOOK,
        )


def _shape(spec: SubplotSpec | None) -> tuple[int, int]:
    if spec is None:
        return 1, 1
    down, across = spec.get_gridspec().get_geometry()
    return down, across


def _panel(axes: Axes, unit: str) -> _Panel:
    scales = [(axis, scale_of(axes, axis)) for axis in (axes.yaxis, axes.xaxis)]
    numeric = [axis for axis, scale in scales if scale.kind == "number"]
    units = [unit if numeric[:1] == [axis] else "" for axis, _ in scales]
    shown = [all(label.get_visible() for label in axis.get_ticklabels()) for axis, _ in scales]
    left = shown[0] and bool(axes.yaxis.get_tick_params().get("labelleft", True))
    bottom = shown[1] and bool(axes.xaxis.get_tick_params().get("labelbottom", True))
    described = tuple(
        (axis, scale, unit) for (axis, scale), unit in zip(scales, units, strict=True)
    )
    return _Panel(axes, described, axes.get_subplotspec(), (bottom, left))


def _key_of(figure: Figure, panels: Sequence[Axes]) -> _Key:
    legends: list[Legend] = [each.legend_ for each in panels if each.legend_ is not None]
    legends += figure.legends
    entries: dict[str, Any] = {}
    for legend in legends:
        for handle, text in zip(legend.legend_handles, legend.texts, strict=True):
            entries.setdefault(text.get_text(), _shown(handle))
    titles = {words_of(legend.get_title().get_text()) for legend in legends} - {""}
    words = [_french(word) for word in entries]
    return _Key(list(entries.values()), words, titles.pop() if len(titles) == 1 else "")


def _shown(handle: Any) -> Any:  # noqa: ANN401  (any artist)
    """Return the symbol of a legend's entry; seaborn heads groups of entries with a white one."""
    if isinstance(handle, Line2D) and to_hex(handle.get_markerfacecolor()) == "#ffffff":
        return Line2D([], [], ls="none")
    _followed(handle)
    return handle


def _french(words: str) -> str:
    text = Text(text=words)
    french_text(text)
    return text.get_text()


def _line_ends(axes: Axes) -> list[Labelled]:
    ends = []
    name = names_by_artist(axes)
    for line in axes.lines:
        values = np.asarray(line.get_xydata(), dtype=float).reshape(-1, 2)
        values = values[np.isfinite(values).all(axis=1)]
        words = _french(name(line))
        if len(values) and words and line.get_transform() == axes.transData:
            x, y = values[-1]
            ends.append(Labelled(float(x), float(y), words, _for_words(line.get_color())))
    return ends


def _for_words(colour: ColorType) -> str:
    """Return the colour that is dark enough for words, where the theme has one."""
    darker = dict(zip((shade.lower() for shade in theme.PALETTE), theme.TEXT, strict=True))
    return darker.get(to_hex(colour), to_hex(colour))


# --- Words and colours ----------------------------------------------------------------------------


def _speak_french(panel: _Panel) -> None:
    axes = panel.axes
    axes.set_xlabel(words_of(axes.get_xlabel()))
    axes.set_ylabel(words_of(axes.get_ylabel()))
    for place in ("left", "center", "right"):
        axes.set_title(words_of(axes.get_title(loc=place)), loc=place)
    for text in axes.texts:
        french_text(text)
    numeric = [axis for axis, scale, _ in panel.scales if scale.kind == "number"]
    if numeric and not _has_cells(axes):
        numeric[0].grid(visible=True, which="major")
        axes.set_axisbelow(True)


def _has_cells(axes: Axes) -> bool:
    return bool(axes.images) or any(isinstance(each, QuadMesh) for each in axes.collections)


def _follow_page(axes: Axes) -> None:
    """Give what seaborn draws in black or white by itself the page's ink and ground."""
    for artist in axes.findobj(lambda each: isinstance(each, QuadMesh | AxesImage)):
        artist.set_rasterized(False)
    if _has_cells(axes):
        return  # cells keep their colours in the dark, and so must what is written on them
    for artist in axes.get_children():
        _followed(artist)
    for text in axes.texts:
        _followed(text)
        if np.mean(to_rgba(text.get_color())[:3]) < 0.6:
            text.set_gid(text.get_gid() or HALO)


def _followed(artist: object) -> None:
    for owner, names in (
        (Line2D, ("color", "markeredgecolor", "markerfacecolor")),
        (Patch, ("edgecolor", "facecolor")),
        (Collection, ("edgecolor", "facecolor")),
        (Text, ("color",)),
    ):
        if isinstance(artist, owner):
            for name in names:
                _recolour(artist, name)


def _recolour(artist: Any, name: str) -> None:  # noqa: ANN401  (any artist)
    colours = getattr(artist, f"get_{name}")()
    change: Callable[[Any], None] = getattr(artist, f"set_{name}")
    if isinstance(artist, Collection):
        page = [_page_colour(colour, name) for colour in np.asarray(colours)]
        if any(page):
            change([new or tuple(old) for new, old in zip(page, np.asarray(colours), strict=True)])
    elif (followed := _page_colour(colours, name)) is not None:
        change(followed)


def _page_colour(colour: Any, name: str) -> tuple[float, ...] | None:  # noqa: ANN401  (any form)
    """Return the theme's colour for one that is black or, on an edge, white."""
    *_, alpha = to_rgba(colour)
    shade = to_hex(colour)
    if alpha and shade in _DARK:
        return to_rgba(theme.INK, alpha)
    if alpha and shade == "#ffffff" and name.endswith("edgecolor"):
        return to_rgba(theme.PLATE, alpha)
    return None
