"""Pictures of intervals: one row a unit, what is likely as a bar, what is possible as a line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handbook.core.doors import door
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.parts import key, key_height, name_rows, require_columns
from handbook.figures.plate import WIDTHS, Plate, compose

__all__ = ["ranges"]

_ROW = 26  # CSS pixels
_AXIS = 30  # CSS pixels
_FEW = 8  # ranks that a phone can number one by one


@door(FigureError)
def ranges(
    data: pd.DataFrame,
    caption: Caption,
    *,
    words: Sequence[str],
    emphasis: str = "",
) -> Picture:
    """Draw ranks with their doubt, the best on the left.

    Parameters
    ----------
    data
        Labels to ``mark``, ``low``, ``high``, ``least``, ``most``: a central rank, the interval
        around it, and what can be reached at all. Drawn in the order given, from the top.
    words
        What the mark, the interval and the reach are, in French, for the key.
    caption
        Finding, description, sources.
    emphasis
        Label of the row to bring out.

    Raises
    ------
    ValueError
        If a column is missing, or there is no row.
    """
    wanted = ["mark", "low", "high", "least", "most"]
    require_columns(data, wanted, "ranges")
    rows = data[wanted]
    size = int(rows.to_numpy().max())

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        for at, (label, row) in enumerate(rows.iterrows()):
            colour = theme.PALETTE[1] if label == emphasis else theme.PALETTE[0]
            axes.plot([row["least"], row["most"]], [at, at], color=theme.QUIET, lw=1.2, zorder=2)
            axes.plot(
                [row["low"] - 0.12, row["high"] + 0.12],
                [at, at],
                color=colour,
                lw=8,
                alpha=0.4,
                solid_capstyle="round",
                zorder=3,
            )
            axes.plot([row["mark"]], [at], "D", ms=6.5, mfc=colour, mec=theme.PLATE, zorder=4)
        axes.set_xlim(0.4, size + 0.6)
        axes.set_xticks(range(1, size + 1, 2 if plate.narrow and size > _FEW else 1))
        axes.grid(visible=True, axis="x")
        axes.set_axisbelow(True)
        name_rows(axes, [str(label) for label in rows.index], emphasis)
        colour = theme.PALETTE[0]
        handles = [
            Line2D([], [], color=colour, marker="D", ls="none", ms=6.5),
            Patch(facecolor=colour, alpha=0.4, lw=0),
            Line2D([], [], color=theme.QUIET, lw=1.2),
        ]
        key(plate, axes, handles, words)

    height = _AXIS + _ROW * len(rows)
    wide, narrow = (round(height + key_height(words, room)) for room in WIDTHS)
    return compose(
        drawing,
        rows.rename_axis("label").reset_index(),
        caption,
        heights=(wide, narrow),
        headings={
            "label": "nom",
            "mark": words[0],
            **{name: f"{words[1]}, {end}" for name, end in (("low", "de"), ("high", "à"))},
            **{name: f"{words[2]}, {end}" for name, end in (("least", "de"), ("most", "à"))},
        },
    )
