"""What was promised for a date, and what happened: one row a promise, from the first to the last.

The three marks differ in shape as well as in colour, and the state is written, so that a grey print
or a screen reader loses nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handbook.core import french
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.parts import key, key_height, require_columns, time_axis, to_x
from handbook.figures.plate import WIDTHS, Plate, compose
from handbook.figures.ranks import Rows
from handbook.figures.svg import HALO

__all__ = ["timeline"]

_COLUMNS = ("label", "promised", "happened", "state")
_RULE = (0, (3, 2))
_AXIS = 34  # CSS pixels
_SHIFT = 11  # from a mark to its words


@door(FigureError, start=(1800, 2200), end=(1800, 2200))
def timeline(
    data: pd.DataFrame,
    caption: Caption,
    *,
    today: pd.Timestamp,
    filled: Mapping[str, bool],
    start: int | None = None,
    end: int | None = None,
) -> Picture:
    """Draw promises against what happened, in time.

    Parameters
    ----------
    data
        One row a promise, in the order drawn, from the top: ``label``, ``promised`` (date),
        ``happened`` (date, or NaT when nothing is documented) and ``state`` (words written
        beside the row).
    today
        Up to when what happened is known: a rule.
    filled
        For each state, whether the mark of what happened is full (it is hollow when what happened
        is only a part of the promise, or something else).
    start, end
        First and last year shown; by default those of the data.
    caption
        Finding, description, sources.

    Raises
    ------
    FigureError
        If there is no row, a column is missing, a label is given twice, or a state is not in
        `filled`.
    """
    require_columns(data, _COLUMNS, "timeline")
    rows = data[list(_COLUMNS)].reset_index(drop=True)
    twice = rows.loc[rows["label"].duplicated(), "label"]
    if not twice.empty:
        msg = f"timeline: {twice.iloc[0]!r} is given twice; one row a promise is expected"
        raise FigureError(msg)
    for state in rows["state"]:
        if state not in filled:
            raise unknown(state, filled, "state, not in filled:", FigureError)
    dates = pd.concat([rows["promised"], rows["happened"].dropna(), pd.Series([today])])
    first, last = start or dates.min().year, end or dates.max().year
    if first > last:
        raise FigureError(f"timeline: it starts in {first} and ends in {last}")
    labels = [str(label) for label in rows["label"]]
    words = ["promis", "ce qui est advenu", f"relevé arrêté en {french.date(today, 'month')}"]

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        places = Rows(labels, narrow=plate.narrow)
        span = [pd.Timestamp(f"{first}-01-01"), pd.Timestamp(f"{last}-12-30")]
        now = float(to_x([today])[0])
        for place, row in zip(places.places, rows.to_dict("records"), strict=True):
            _row(axes, place, row, span, full=filled[str(row["state"])])
            # beside each row's marks only: on a phone the labels stand between the rows
            reach = [place - 6, place + 11] if plate.narrow else [place - 25, place + 25]
            axes.plot([now, now], reach, color=theme.MUTED, lw=1.2, ls=_RULE, zorder=1)
        places.name(axes)
        time_axis(axes, span, narrow=plate.narrow, most=5 if plate.narrow else 12)
        axes.grid(visible=True, axis="x", which="minor")
        axes.set_axisbelow(True)
        key(plate, axes, _handles(), words, sample=1.4)

    wide, narrow = (
        round(Rows(labels, narrow=small).total + _AXIS + key_height(words, WIDTHS[small]))
        for small in (False, True)
    )
    return compose(
        drawing,
        rows.rename(columns={"label": "promesse", "promised": "promis", "happened": "advenu"}),
        caption,
        heights=(wide, narrow),
    )


def _row(
    axes: Axes, place: float, row: Mapping[Hashable, Any], span: list[pd.Timestamp], *, full: bool
) -> None:
    """Draw one promise: a diamond where it was due, a disc where something happened."""
    due = float(to_x([row["promised"]])[0])
    axes.axhline(place, color=theme.GRID, lw=0.75, zorder=0)
    happened = row["happened"]
    ends = [due]
    if not pd.isna(happened):
        then = float(to_x([happened])[0])
        axes.plot([then, due], [place] * 2, color=theme.QUIET, lw=1.4, zorder=2)
        axes.plot(
            [then],
            [place],
            "o",
            ms=7.5,
            color=theme.ACCENT,
            mfc=theme.ACCENT if full else theme.PLATE,
            mew=1.8,
            zorder=4,
            clip_on=False,
        )
        ends.append(then)
    look: dict[str, Any] = {
        "color": theme.PALETTE[1],
        "mfc": theme.PLATE,
        "mew": 1.6,
        "clip_on": False,
    }
    axes.plot([due], [place], "D", ms=6, zorder=3, **look)
    low, high = to_x(span)
    # after the last mark, or after the first one when the last is near the right edge
    late = max(ends) > low + 0.62 * (high - low)
    at = min(ends) if late else max(ends)
    left = at > low + 0.62 * (high - low)
    axes.annotate(
        typeset(str(row["state"])),
        (at, place),
        ((-_SHIFT if left else _SHIFT) * theme.POINT, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        color=theme.INK if not pd.isna(happened) else theme.MUTED,
        gid=HALO,
        zorder=5,
    )


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], ls="none", marker="D", ms=6, color=theme.PALETTE[1], mfc=theme.PLATE),
        Line2D([], [], ls="none", marker="o", ms=7.5, color=theme.ACCENT),
        Line2D([], [], color=theme.MUTED, lw=1.2, ls=_RULE),
    ]
