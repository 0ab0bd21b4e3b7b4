"""Pictures of ranks: values side by side (`bars`), and moved or uncertain ones (`dots`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handbook.core import french
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.parts import key, key_height, require_columns
from handbook.figures.plate import WIDTHS, Plate, compose, wrapped
from handbook.figures.svg import HALO

__all__ = ["bars", "dots"]

_PALE = theme.SEQUENTIAL[1]
LABEL_SHARE = 0.36
_ROW = 25.0
_LINE = 17.0
_PAD = 6.0
_BASELINE = 4.6
"""How far below the middle of figures and small letters their baseline is."""


@door(FigureError)
def bars(
    data: pd.Series | Mapping[str, float],
    caption: Caption,
    *,
    intervals: pd.DataFrame | None = None,
    marks: Mapping[str, str] | None = None,
    highlight: Collection[str] = (),
    unit: str = "",
    digits: int | None = None,
) -> Picture:
    """Draw horizontal bars in the order given, each with its value.

    Parameters
    ----------
    data
        One value per label.
    intervals
        Columns ``lower`` and ``upper``, indexed like `data`: a whisker on each bar.
    marks
        Label to kind of statement (``"fact"`` unless said): a model's bar is pale with a dashed
        edge, a judgement is hatched, an assumption dotted; a key says so.
    highlight
        Labels drawn in full colour, the others in pale; none means all in full colour.
    unit, digits
        How values are written (see ``fr.short``).
    caption
        Finding, description, sources.

    Raises
    ------
    FigureError
        If there is no value, a label is given twice, or `marks` or `highlight` name no bar.
    """
    values = _labelled(data, "bars")
    labels = [str(label) for label in values.index]
    _check_known({*(marks or {}), *highlight}, labels)
    kinds = [(marks or {}).get(label, "fact") for label in labels]
    spans = _spans(intervals, labels, "bars")

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        rows = Rows(labels, narrow=plate.narrow)
        for place, label, value, kind in zip(rows.places, labels, values, kinds, strict=True):
            pale = len(highlight) > 0 and label not in set(highlight)
            axes.barh(place, value, height=16, **bar_look(kind, pale=pale))
        reach = _draw_whiskers(axes, rows, values, spans)
        texts = [french.short(value, unit, digits) for value in values]
        for place, text, end in zip(rows.places, texts, reach, strict=True):
            beside(axes, end, place, text, left=end < 0, weight=600)
        rows.name(axes)
        for place in rows.places:
            axes.plot([0, 0], [place - 11, place + 11], color=theme.QUIET, lw=0.9, zorder=3)
        lefts = [text for text, end in zip(texts, reach, strict=True) if end < 0]
        _bare(plate, axes, lefts, zero=True)
        if words:
            key(plate, axes, [Patch(**bar_look(kind, pale=False)) for kind in shown], words)

    table = _with_spans(pd.DataFrame({"nom": labels, "valeur": values.to_numpy()}), spans)
    if marks:
        table["nature"] = [theme.style(kind).word for kind in kinds]
    shown = list(dict.fromkeys(kinds))
    words = [] if shown == ["fact"] else [theme.style(kind).word for kind in shown]
    return compose(
        drawing,
        table,
        caption,
        heights=row_heights(labels, words),
    )


@door(FigureError)
def dots(
    data: pd.DataFrame | pd.Series,
    caption: Caption,
    *,
    intervals: pd.DataFrame | None = None,
    zero: bool = False,
    unit: str = "",
    digits: int | None = None,
) -> Picture:
    """Draw one row per label, in the order given: a value, or where it was and where it is.

    Parameters
    ----------
    data
        Indexed by label. One column is a value; two are a before and an after, in that order,
        joined by a line and named in a key by the columns' names.
    intervals
        Columns ``lower`` and ``upper``, indexed like `data`: a bar around the last value (a
        model's interval, the range of a rank).
    zero
        Whether the axis starts at zero.
    unit, digits
        How values are written (see ``fr.short``).
    caption
        Finding, description, sources.

    Raises
    ------
    FigureError
        If there is no value, a label is given twice, or there are more than two columns.
    """
    frame = data.to_frame("valeur") if isinstance(data, pd.Series) else data
    if frame.shape[1] not in (1, 2):
        msg = (
            "dots: one or two columns are expected (a value, or before and after), got"
            f" {list(frame.columns)}"
        )
        raise FigureError(msg)
    last = _labelled(frame.iloc[:, -1], "dots")
    labels = [str(label) for label in last.index]
    try:
        shown = frame.rename(index=str).loc[labels].astype(float)
    except (TypeError, ValueError) as error:
        raise FigureError(f"dots: a value is not a number: {error}") from error
    _check_finite(shown, "dots")
    spans = _spans(intervals, labels, "dots")
    lows, highs = ([], []) if spans is None else (list(spans["lower"]), list(spans["upper"]))
    words = [str(name) for name in shown.columns] if shown.shape[1] > 1 else []

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        rows = Rows(labels, narrow=plate.narrow)
        lefts = []
        for rank, place in enumerate(rows.places):
            around = None if spans is None else (lows[rank], highs[rank])
            lefts.append(_dot_row(axes, place, shown.iloc[rank], around, unit, digits))
        rows.name(axes)
        _bare(plate, axes, lefts, zero=zero)
        if words:
            _moment_key(plate, axes, words)

    return compose(
        drawing,
        _with_spans(shown.rename_axis("nom").reset_index(), spans),
        caption,
        heights=row_heights(labels, words),
    )


def _labelled(data: pd.Series | Mapping[str, float], builder: str) -> pd.Series:
    try:
        values = pd.Series(data, dtype=float).dropna()
    except (TypeError, ValueError) as error:
        raise FigureError(f"{builder}: a value is not a number: {error}") from error
    _check_finite(values, builder)
    if values.empty or values.index.has_duplicates:
        msg = f"{builder}: one value per label is needed, and at least one; got {len(values)} rows"
        raise FigureError(msg)
    return values


def _check_finite(values: pd.Series | pd.DataFrame, builder: str) -> None:
    if np.isinf(values.to_numpy(dtype=float)).any():
        raise FigureError(f"{builder}: an infinite value cannot be drawn")


def _spans(
    intervals: pd.DataFrame | None, labels: Sequence[str], builder: str
) -> pd.DataFrame | None:
    """Return the interval of each label, in their order."""
    if intervals is None:
        return None
    require_columns(intervals, ("lower", "upper"), f"{builder}, intervals")
    spans = intervals.rename(index=str)[["lower", "upper"]]
    absent = [label for label in labels if label not in spans.index]
    if absent or spans.index.has_duplicates:
        raise FigureError(f"{builder}, intervals: one row per label is needed; none for {absent}")
    try:
        numbers: pd.DataFrame = spans.loc[list(labels)].astype(float)
    except (TypeError, ValueError) as error:
        raise FigureError(f"{builder}, intervals: not numbers: {error}") from error
    _check_finite(numbers, f"{builder}, intervals")
    crossed = list(numbers.index[numbers["lower"] > numbers["upper"]])
    if crossed:
        raise FigureError(
            f"{builder}, intervals: the lower end of {crossed[0]!r} is above the upper"
        )
    return numbers


def _with_spans(table: pd.DataFrame, spans: pd.DataFrame | None) -> pd.DataFrame:
    if spans is None:
        return table
    return table.assign(bas=spans["lower"].to_numpy(), haut=spans["upper"].to_numpy())


def _check_known(given: Collection[str], labels: Sequence[str]) -> None:
    for name in given:
        if name not in labels:
            raise unknown(name, labels, "bar", FigureError)


class Rows:
    """Where rows stand and how they are named: beside them if wide, above them on a phone."""

    def __init__(self, labels: Sequence[str], *, narrow: bool) -> None:
        self.narrow = narrow
        room = WIDTHS[narrow] * (1.0 if narrow else LABEL_SHARE)
        self.labels = [wrapped(typeset(label), room) for label in labels]
        self.places: list[float] = []
        down = 0.0
        for lines in self.labels:
            above = len(lines) * _LINE + 2 if narrow else 0.0
            tall = _ROW if narrow else max(_ROW, len(lines) * _LINE + _PAD)
            self.places.append(down + above + tall / 2)
            down += above + tall
        self.total = down

    def name(self, axes: Axes) -> None:
        """Write the labels and set the vertical extent, first row on top."""
        axes.set_ylim(self.total, 0)
        axes.set_yticks([])
        for place, lines in zip(self.places, self.labels, strict=True):
            for rank, line in enumerate(reversed(lines)):
                # on baselines, so that accents and tails do not move a line
                up = rank * _LINE
                up += 14.0 if self.narrow else -_BASELINE - (len(lines) - 1) * _LINE / 2
                axes.annotate(
                    line,
                    (0, place),
                    (0 if self.narrow else -10 * theme.POINT, up * theme.POINT),
                    xycoords=("axes fraction", "data"),
                    textcoords="offset points",
                    ha="left" if self.narrow else "right",
                    va="baseline",
                    annotation_clip=False,
                )


def row_heights(labels: Sequence[str], words: Sequence[str]) -> tuple[int, int]:
    """Return the heights that the rows and a key of `words` need, wide and narrow."""
    wide, narrow = (
        Rows(labels, narrow=bool(rank)).total + key_height(words, room)
        for rank, room in enumerate(WIDTHS)
    )
    return round(wide) + 6, round(narrow) + 6


def bar_look(kind: str, *, pale: bool) -> dict[str, Any]:
    look = theme.style(kind)
    colour = _PALE if pale else theme.ACCENT
    if kind == "fact":
        return {"fc": colour, "lw": 0}
    filling = _PALE if kind == "model" else theme.PLATE
    return {"fc": filling, "ec": theme.ACCENT, "ls": look.line, "lw": 1.1, "hatch": look.hatch}


def _draw_whiskers(
    axes: Axes, rows: Rows, values: pd.Series, spans: pd.DataFrame | None
) -> list[float]:
    """Draw the intervals and return where each row's drawing ends."""
    ends = values.to_numpy(dtype=float)
    if spans is None:
        return list(ends)
    low, high = spans["lower"].to_numpy(dtype=float), spans["upper"].to_numpy(dtype=float)
    around = [np.maximum(ends - low, 0), np.maximum(high - ends, 0)]
    axes.errorbar(
        ends, rows.places, xerr=around, fmt="none", ecolor=theme.INK, elinewidth=1.2, capsize=3
    )
    return list(np.where(ends < 0, np.minimum(ends, low), np.maximum(ends, high)))


def beside(axes: Axes, x: float, y: float, text: str, *, left: bool, **look: Any) -> None:  # noqa: ANN401
    """Write `text` just outside a bar or a dot, on its left or right."""
    axes.annotate(
        text,
        (x, y),
        ((-8 if left else 8) * theme.POINT, -_BASELINE * theme.POINT),
        textcoords="offset points",
        ha="right" if left else "left",
        va="baseline",
        annotation_clip=False,
        gid=HALO,
        zorder=5,
        **look,
    )


def _dot_row(
    axes: Axes,
    place: float,
    row: pd.Series,
    around: tuple[float, float] | None,
    unit: str,
    digits: int | None,
) -> str:
    """Draw one row and return what it writes on the left of its first dot, if anything."""
    after = float(row.iloc[-1])
    low, high = around or (after, after)
    if around:
        axes.plot([low, high], [place] * 2, color=theme.ACCENT, alpha=0.35, lw=6, zorder=2)
    axes.axhline(place, color=theme.GRID, lw=0.75, zorder=0)
    before = float(row.iloc[0])
    moved = len(row) > 1 and np.isfinite(before)
    backward = moved and after < before
    then, now = (french.short(value, unit, digits) for value in (before, after))
    if moved:
        axes.plot([before, after], [place] * 2, color=theme.QUIET, lw=1.6, zorder=2.5)
        axes.plot([before], [place], "s", ms=5, color=theme.MUTED, zorder=3, clip_on=False)
        beside(axes, before, place, then, left=not backward, color=theme.MUTED)
    axes.plot([after], [place], "o", ms=7, color=theme.ACCENT, zorder=4, clip_on=False)
    beside(axes, low if backward else high, place, now, left=backward, weight=600)
    if backward:
        return now
    return then if moved else ""


def _bare(plate: Plate, axes: Axes, lefts: Sequence[str], *, zero: bool) -> None:
    """Leave only the zero line, as every value is written, and room for those on the left."""
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    low, high = axes.dataLim.x0, axes.dataLim.x1
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    across = plate.width * (0.9 if plate.narrow else 0.9 - LABEL_SHARE)
    words = max((plate.text_width(text, weight=600) + 14 for text in lefts if text), default=0.0)
    pad = 0.0 if zero and low == 0 else 0.02
    span = ((high - low) or 1.0) / (1 - words / across)
    axes.set_xlim(high - span * (1 + pad), high + span * pad)


def _moment_key(plate: Plate, axes: Axes, names: Sequence[str]) -> None:
    handles = [
        Line2D([], [], ls="none", marker="s", ms=5, color=theme.MUTED),
        Line2D([], [], ls="none", marker="o", ms=7, color=theme.ACCENT),
    ]
    key(plate, axes, handles, names, sample=1.0)
