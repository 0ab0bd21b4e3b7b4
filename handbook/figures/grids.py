"""Small multiples: the same picture for each region, on one scale (`panels`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from handbook.core import french
from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.lines import ForecastLike, draw_line
from handbook.figures.parts import LEADING, Lines, draw_band, tidy, time_axis, to_x, value_axis
from handbook.figures.plate import Plate, compose

__all__ = ["panels"]

_WIDE_COLUMNS, _NARROW_COLUMNS = 4, 2
_PANEL = 96
_LINE = 17


def panels(
    data: Lines,
    caption: Caption,
    *,
    forecasts: Mapping[str, ForecastLike] | None = None,
    level: int = 80,
    columns: int = _WIDE_COLUMNS,
    unit: str = "",
    digits: int | None = None,
) -> Picture:
    """Draw one small panel per series, all on one scale, each with its last value.

    Parameters
    ----------
    data
        As in :func:`handbook.figures.curves`; any number of series.
    forecasts
        Label to forecast: its mean is dashed, in a band.
    level
        Level of that band, in percent.
    columns
        Panels in a row on the wide picture (two on a phone).
    caption
        Finding, description, sources.
    unit, digits
        See :func:`curves`.

    Raises
    ------
    ValueError
        If there is nothing to draw, or a forecast names no series.
    """
    frame = tidy(data)
    ends = frame.groupby("series", sort=False)["value"].last()
    names = [str(name) for name in ends.index]
    models = _checked(forecasts or {}, names)
    dates = [*frame["date"], *(date for model in models.values() for date in model.mean.index)]

    def drawing(plate: Plate) -> None:
        across = _NARROW_COLUMNS if plate.narrow else columns
        down = -(-len(names) // across)
        grid = plate.axes(down, across, sharex=True, sharey=True)
        room = plate.width / across - 26
        for axes in grid[len(names) :]:
            axes.set_axis_off()
        for name, axes in zip(names, grid, strict=False):
            rows = frame[frame["series"] == name]
            _draw_context(axes, frame, name)
            _draw_model(axes, rows, models.get(name), level)
            _draw_own(axes, rows)
            value = french.short(float(ends[name]), unit, digits)
            axes.set_title(
                plate.wrap(f"{typeset(name)} {value}", room, weight=600),
                loc="left",
                color=theme.INK,
                weight=600,
                linespacing=LEADING,
                pad=4,
            )
        time_axis(grid[0], dates, narrow=True, most=2)
        _one_scale(grid[: len(names)], unit=unit)
        _outer_labels(grid, across, len(names))

    table = frame.assign(nature=theme.style("fact").word)
    for name, model in models.items():
        table = pd.concat([table, _model_rows(name, model, level)], ignore_index=True)
    return compose(
        drawing,
        table.rename(columns={"series": "série", "value": "valeur"}),
        caption.noting(_legend(level, model=bool(models))),
        heights=(_height(names, columns, 30), _height(names, _NARROW_COLUMNS, 22)),
    )


def _checked(
    forecasts: Mapping[str, ForecastLike], names: Sequence[str]
) -> dict[str, ForecastLike]:
    unknown = sorted(set(forecasts) - set(names))
    if unknown:
        msg = f"panels: no series for the forecast of {', '.join(unknown)}; series are {names}"
        raise ValueError(msg)
    return dict(forecasts)


def _legend(level: int, *, model: bool) -> str:
    """Say what the lines are, in words: there is no room for a key between the panels."""
    parts = ["Trait plein : observé"]
    if model:
        parts.append(f"tirets : modèle, et son intervalle à {level} %")
    parts.append("en gris : les autres")
    return f"{' ; '.join(parts)}."


def _draw_context(axes: Axes, frame: pd.DataFrame, name: str) -> None:
    """Draw all the other series as one line, broken between them: many lines are slow."""
    others = frame[frame["series"] != name]
    x, y = to_x(others["date"]), others["value"].to_numpy(dtype=float)
    breaks = np.flatnonzero(others["series"].to_numpy()[1:] != others["series"].to_numpy()[:-1]) + 1
    x, y = np.insert(x, breaks, np.nan), np.insert(y, breaks, np.nan)
    axes.plot(x, y, color=theme.GRID, lw=0.9, zorder=1)


def _one_scale(grid: Sequence[Axes], *, unit: str) -> None:
    """Set the scale that the panels share, once: their ticks and words are the same."""
    first = grid[0]
    low, high = min(a.dataLim.y0 for a in grid), max(a.dataLim.y1 for a in grid)
    if 0 <= low < high / 2:
        first.set_ylim(bottom=0)
    value_axis(first, unit=unit, zero=False, bins=3)
    low, high = first.get_ylim()
    ticks = [float(tick) for tick in first.get_yticks() if low <= tick <= high]
    first.set_yticks(ticks, first.yaxis.get_major_formatter().format_ticks(ticks))
    for axes in grid:
        axes.yaxis.grid(visible=True, which="major")
        axes.set_axisbelow(True)
        for label in axes.get_yticklabels():
            label.set_verticalalignment("center")


def _draw_own(axes: Axes, rows: pd.DataFrame) -> None:
    x, y = to_x(rows["date"]), rows["value"].to_numpy(dtype=float)
    draw_line(axes, x, y, 0, size=0)
    axes.plot(x[-1:], y[-1:], "o", ms=4.5, color=theme.PALETTE[0], zorder=4)


def _draw_model(axes: Axes, rows: pd.DataFrame, model: ForecastLike | None, level: int) -> None:
    if model is None:
        return
    facts = pd.Series(rows["value"].to_numpy(), index=pd.DatetimeIndex(rows["date"]))
    start = facts[facts.index < model.mean.index[0]].iloc[-1:]
    mean = pd.concat([start, model.mean])
    band = model.interval(level)
    low, high = (pd.concat([start, band[side]]) for side in ("lower", "upper"))
    draw_band(axes, low, high, 0.3)
    draw_line(axes, to_x(mean.index), mean.to_numpy(dtype=float), 0, "model")


def _model_rows(name: str, model: ForecastLike, level: int) -> pd.DataFrame:
    band = model.interval(level)
    return pd.DataFrame(
        {
            "series": name,
            "date": model.mean.index,
            "value": model.mean.to_numpy(),
            "nature": theme.style("model").word,
            f"bas à {level} %": band["lower"].to_numpy(),
            f"haut à {level} %": band["upper"].to_numpy(),
        }
    )


def _outer_labels(grid: Sequence[Axes], across: int, used: int) -> None:
    """Keep the scales on the left, and the years under the last panel of each column."""
    for rank, axes in enumerate(grid[:used]):
        axes.tick_params(labelleft=rank % across == 0, labelbottom=rank + across >= used)


def _height(names: Sequence[str], across: int, length: int) -> int:
    """Return the height that the panels need: their drawing, and titles that may wrap."""
    total = 26
    for start in range(0, len(names), across):
        row = names[start : start + across]
        total += _PANEL + _LINE * max(-(-(len(name) + 7) // length) for name in row)
    return total
