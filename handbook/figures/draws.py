"""Pictures of many draws over time: one panel a measure, its quantiles as bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from handbook.core import french
from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.parts import draw_band, time_axis, value_axis
from handbook.figures.plate import Plate, compose

__all__ = ["bands"]

_PANEL = (230, 190)  # CSS pixels, wide and narrow
# in words: there is no room for a key above several panels
_LEGEND = (
    "Trait pointillé : milieu des tirages ; bande foncée : la moitié d’entre eux ; bande claire :"
    " neuf sur dix."
)
_QUANTILES = 5
_INNER, _OUTER = 0.34, 0.16


def bands(
    data: Mapping[str, pd.DataFrame],
    caption: Caption,
    *,
    units: Sequence[str] = (),
    digits: int = 1,
) -> Picture:
    """Draw the quantiles of each measure over time, one panel a measure.

    Parameters
    ----------
    data
        Name of a measure to years by five quantiles (least, low, middle, high, greatest).
    units
        How the values of each measure are written: « % » or nothing.
    digits
        Decimals of the last values.
    caption
        Finding, description, sources.

    Raises
    ------
    ValueError
        If there is no measure, or one has not five quantiles.
    """
    wrong = [name for name, frame in data.items() if frame.shape[1] != _QUANTILES]
    if wrong or not data:
        msg = f"bands: five quantiles a measure are needed; {wrong or 'no measure'}"
        raise ValueError(msg)
    writing = [*units, *[""] * len(data)][: len(data)]

    def drawing(plate: Plate) -> None:
        down, across = (len(data), 1) if plate.narrow else (1, len(data))
        grid = plate.axes(down, across)
        for axes, (name, frame), unit in zip(grid, data.items(), writing, strict=True):
            _draw(plate, axes, frame, unit, digits)
            room = plate.width / across - 30
            axes.set_title(
                plate.wrap(typeset(name), room, weight=600),
                loc="left",
                weight=600,
                color=theme.INK,
                pad=8,
            )

    rows = [
        frame.set_axis(["5 %", "25 %", "milieu", "75 %", "95 %"], axis=1)
        .rename_axis("année")
        .reset_index()
        .assign(mesure=name)
        for name, frame in data.items()
    ]
    table = pd.concat(rows, ignore_index=True)
    return compose(
        drawing,
        table[["mesure", *[name for name in table if name != "mesure"]]],
        caption.noting(_LEGEND),
        heights=(_PANEL[0] + 44, (_PANEL[1] + 44) * len(data)),
    )


def _draw(plate: Plate, axes: Axes, frame: pd.DataFrame, unit: str, digits: int) -> None:
    years = frame.index.to_numpy(dtype=float)
    values = frame.to_numpy(dtype=float).T
    colour = theme.PALETTE[0]
    for low, high, alpha in ((0, 4, _OUTER), (1, 3, _INNER)):
        draw_band(axes, frame.iloc[:, low], frame.iloc[:, high], alpha)
    axes.plot(
        years,
        values[2],
        color=colour,
        ls=theme.style("assumption").line,
        dash_capstyle="butt",
        zorder=3,
    )
    time_axis(axes, frame.index, narrow=plate.narrow, most=6)
    value_axis(axes, unit=unit, bins=4)
    axes.set_xlim(years[0], years[-1] + (years[-1] - years[0]) * 0.17)
    for place in (0, 2, 4):
        axes.annotate(
            french.short(values[place][-1], unit, digits),
            (years[-1], values[place][-1]),
            (6 * theme.POINT, 0),
            textcoords="offset points",
            va="center",
            color=theme.TEXT[0],
            weight=600 if place == 2 else 400,
            annotation_clip=False,
        )
