"""Pictures of what is only ordered: a grid of labels, and shares of each rank.

`grid` puts names in the cell of their two labels, and colours nothing: a colour would multiply the
labels. `shares` stacks, for each name, the share of cases at each rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from handbook.core import french
from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.parts import key, key_height, name_rows
from handbook.figures.plate import WIDTHS, Plate, compose

__all__ = ["grid", "shares"]

_CELL = 74  # CSS pixels
_NAME = 20  # CSS pixels, a line of a cell
_BAR = 34  # CSS pixels
_READABLE = 8.0  # percent: below, a segment has no room for its number
_DARK = 1  # last class of the reversed palette whose words are light


def grid(
    places: Mapping[str, tuple[str, str]],
    caption: Caption,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    axes_names: tuple[str, str],
) -> Picture:
    """Put names in the cell of their two labels.

    Parameters
    ----------
    places
        Name to its row's and its column's label.
    rows, columns
        Labels, from the lowest: rows go up, columns go right.
    axes_names
        What rows and columns are, in French.
    caption
        Finding, description, sources.

    Raises
    ------
    ValueError
        If there is no name, or a label is not on its axis.
    """
    wrong = [
        name for name, (row, column) in places.items() if row not in rows or column not in columns
    ]
    if wrong or not places:
        msg = f"grid: {wrong or 'no name'}; rows are {list(rows)}, columns {list(columns)}"
        raise ValueError(msg)
    cells: dict[tuple[str, str], list[str]] = {}
    for name, place in places.items():
        cells.setdefault(place, []).append(typeset(name))
    fullest = max(map(len, cells.values()))
    tall = max(_CELL, fullest * _NAME + 26)

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        across = plate.width / (len(columns) + 0.6)
        for up, row in enumerate(rows):
            for right, column in enumerate(columns):
                names = cells.get((row, column), [])
                axes.add_patch(
                    Rectangle(
                        (right, up),
                        1,
                        1,
                        fc=theme.SEQUENTIAL[0] if names else "none",
                        ec=theme.QUIET,
                        lw=0.9,
                    )
                )
                text = "\n".join(plate.wrap(name, across - 16, weight=600) for name in names)
                axes.text(
                    right + 0.5,
                    up + 0.5,
                    text,
                    ha="center",
                    va="center",
                    color=theme.INK,
                    weight=600,
                    linespacing=1.15,
                )
        axes.set_xlim(-0.02, len(columns) + 0.02)
        axes.set_ylim(-0.02, len(rows) + 0.02)
        axes.set_xticks([at + 0.5 for at in range(len(columns))], [typeset(c) for c in columns])
        axes.set_yticks([at + 0.5 for at in range(len(rows))], [typeset(r) for r in rows])
        axes.set_xlabel(f"{typeset(axes_names[1])} →", color=theme.MUTED)
        axes.set_ylabel(f"{typeset(axes_names[0])} →", color=theme.MUTED)
        axes.spines["bottom"].set_visible(False)

    table = pd.DataFrame(
        [(name, *place) for name, place in places.items()], columns=["nom", *axes_names]
    )
    height = round(len(rows) * tall + 56)
    return compose(
        drawing,
        table,
        caption,
        heights=(height, height),
    )


def shares(
    data: pd.DataFrame,
    caption: Caption,
    *,
    words: Sequence[str] = (),
) -> Picture:
    """Stack, for each name, the share of cases at each rank.

    Parameters
    ----------
    data : DataFrame, shape (names, ranks)
        Shares from 0 to 1, each row summing to 1; at most five ranks. Drawn in the order given.
    words
        What each rank is called in the key; « 1er », « 2e »... unless said.
    caption
        Finding, description, sources.

    Raises
    ------
    ValueError
        If there is no row, there are more than five ranks, or a row does not sum to 1.
    """
    most = len(theme.SEQUENTIAL)
    if data.empty or data.shape[1] > most:
        msg = f"shares: from 1 row and to {most} ranks, got {data.shape[0]} and {data.shape[1]}"
        raise ValueError(msg)
    wrong = data.index[(data.sum(axis=1) - 1).abs() > 1e-6]
    if len(wrong):
        msg = f"shares: row {wrong[0]!r} sums to {data.sum(axis=1)[wrong[0]]}, not to 1"
        raise ValueError(msg)
    named = [typeset(w) for w in words] or [
        french.ordinal(rank + 1) for rank in range(data.shape[1])
    ]
    # the first rank is the one that counts: it is the darkest
    colours = list(reversed(theme.SEQUENTIAL))[: data.shape[1]]
    percents = 100 * data

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        for at, (_, row) in enumerate(percents.iterrows()):
            _stack(axes, at, row, colours)
        labels = [typeset(str(name)) for name in data.index]
        name_rows(axes, labels)
        axes.set_xlim(0, 100)
        axes.set_xticks([])
        key(plate, axes, [Patch(facecolor=colour, lw=0) for colour in colours], named, sample=1.0)

    wide, narrow = (round(_BAR * len(data) + key_height(named, room) + 14) for room in WIDTHS)
    return compose(
        drawing,
        percents.set_axis(named, axis=1).rename_axis("nom").reset_index(),
        caption,
        heights=(wide, narrow),
    )


def _stack(axes: Axes, at: int, row: pd.Series, colours: Sequence[str]) -> None:
    start = 0.0
    for rank, (value, colour) in enumerate(zip(row, colours, strict=True)):
        width = float(value)
        axes.barh(at, width, left=start, height=0.72, color=colour, ec=theme.PLATE, lw=0.8)
        if width >= _READABLE:
            light = rank <= _DARK
            axes.text(
                start + width / 2,
                at,
                french.percent(width, 0),
                ha="center",
                va="center",
                color=theme.ON_DARK if light else theme.ON_PALE,
            )
        start += width
