"""Pictures of time: series (`curves`) and forecasts (`fan`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handbook.core import french
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.errors import FigureError
from handbook.figures.labels import END_SHARE, Labelled, Spot, end_labels, free_label
from handbook.figures.parts import Lines, draw_band, key, tidy, time_axis, to_x, value_axis
from handbook.figures.plate import NARROW, WIDE, Plate, compose, wrapped

__all__ = ["ForecastLike", "Reference", "curves", "fan"]

_MAX_CURVES = len(theme.PALETTE)
_BAND_ALPHAS = (0.30, 0.16)
_ON_A_LINE = (Spot(2, 4, "left", "bottom"), Spot(2, -4, "left", "top"))


class ForecastLike(Protocol):
    """A forecast as pictures need it (``handbook.forecasting.Forecast`` is one)."""

    @property
    def mean(self) -> pd.Series:
        """Central forecast, indexed by date."""

    def interval(self, level: int) -> pd.DataFrame:
        """Columns ``lower`` and ``upper`` of the interval at `level` percent."""


@fields_checked(FigureError)
@dataclass(frozen=True)
class Reference:
    """A level to compare with: an official target, a threshold, an average.

    Attributes
    ----------
    value
        Its height.
    label
        Its name, in French.
    date
        When it is due; a star marks it. None draws the line alone.
    mark
        What kind of statement it is (see ``theme.MARKS``).
    """

    value: float
    label: str
    date: pd.Timestamp | str | None = None
    mark: str = "target"

    def __post_init__(self) -> None:
        """Refuse a date that is none, and an unknown kind of statement."""
        theme.style(self.mark)
        if self.date is not None:
            french.date(self.date)


def draw_reference(plate: Plate, axes: Axes, reference: Reference) -> None:
    """Draw the line of a reference, its star when it is dated, and its name."""
    look = theme.style(reference.mark)
    axes.axhline(reference.value, color=theme.INK, lw=1.1, ls=look.line, zorder=1.8)
    text = plate.wrap(reference.label, plate.width * (0.5 if plate.narrow else 0.55))
    if reference.date is None:
        label = free_label(plate, axes, (0, reference.value), text, _ON_A_LINE, color=theme.INK)
        label.xycoords = ("axes fraction", "data")
        return
    due = to_x([pd.Timestamp(reference.date)])[0]
    axes.plot(
        [due],
        [reference.value],
        marker=look.marker or "o",
        ms=12,
        mfc=theme.PLATE,
        mec=theme.INK,
        mew=1.3,
        ls="none",
        zorder=7,
        clip_on=False,
    )
    free_label(plate, axes, (due, reference.value), text, color=theme.INK)


def _reference_rows(references: Sequence[Reference], name: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: [reference.label for reference in references],
            "date": pd.to_datetime(pd.Series([reference.date for reference in references])),
            "valeur": [reference.value for reference in references],
            "nature": [theme.style(reference.mark).word for reference in references],
        }
    )


def _dated(references: Sequence[Reference]) -> list[pd.Timestamp]:
    return [pd.Timestamp(item.date) for item in references if item.date is not None]


def draw_line(
    axes: Axes,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rank: int,
    mark: str = "fact",
    size: float = 5.0,
) -> None:
    """Draw one series in the look of its rank (colour, shape) and of its mark (line, filling)."""
    look = theme.style(mark)
    colour = theme.PALETTE[rank % _MAX_CURVES]
    shape = theme.SHAPES[rank % _MAX_CURVES] if look.marker == "" else look.marker
    settings: dict[str, Any] = {
        "color": colour,
        "ls": look.line,
        "marker": shape,
        "mfc": colour if look.filled else theme.PLATE,
        "mec": colour,
        "mew": 1.2,
        "ms": size,
        "zorder": 3 + 0.01 * rank,
        "dash_capstyle": "butt",
    }
    axes.plot(x, y, **settings)


@door(FigureError)
def curves(
    data: Lines,
    caption: Caption,
    *,
    unit: str = "",
    digits: int | None = None,
    marks: Mapping[str, str] | None = None,
    references: Sequence[Reference] = (),
    zero: bool = True,
) -> Picture:
    """Draw several series over time, each named with its last value at its end.

    Parameters
    ----------
    data
        A Series, a mapping of labels to Series, a tidy frame with columns ``series``, ``date``
        and ``value``, or a frame with one column per series. Dates may be irregular; the points
        are marked. A numeric index (a step, a price) is drawn as numbers.
    caption
        Finding, description, sources.
    unit
        « % » writes percent on the axis; any unit follows the values at the ends.
    digits
        Decimals of the values at the ends (None: none from 100 on, one from 10, else two; -1:
        tens).
    marks
        Label to kind of statement (``"fact"`` unless said, ``"model"``, ``"judgement"``,
        ``"assumption"``); kinds other than facts are explained in a key.
    references
        Targets and thresholds to compare with.
    zero
        Whether the value axis starts at zero.

    Raises
    ------
    FigureError
        If there is nothing to draw, a date is given twice, or there are more than six series
        (``panels`` shows more).
    """
    frame = tidy(data)
    names = list(dict.fromkeys(frame["series"]))
    kinds = _kinds(names, marks or {})
    if len(names) > _MAX_CURVES:
        msg = f"curves: {len(names)} series, at most {_MAX_CURVES} can be told apart; use panels"
        raise FigureError(msg)

    last = frame.groupby("series", sort=False)["value"].last()
    labels = [f"{name} {french.short(last[name], unit, digits)}".strip() for name in names]

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        ends = []
        for rank, name in enumerate(names):
            rows = frame[frame["series"] == name]
            x, y = to_x(rows["date"]), rows["value"].to_numpy(dtype=float)
            many = len(x) > (12 if plate.narrow else 25)
            draw_line(axes, x, y, rank, kinds[name], 3.2 if many else 5.0)
            ends.append(Labelled(x[-1], y[-1], labels[rank], theme.TEXT[rank]))
        for reference in references:
            draw_reference(plate, axes, reference)
        time_axis(axes, [*frame["date"], *_dated(references)], narrow=plate.narrow)
        value_axis(axes, unit=unit, zero=zero)
        end_labels(plate, axes, ends)
        _mark_key(plate, axes, list(kinds.values()))

    table = frame.assign(nature=[theme.style(kinds[name]).word for name in frame["series"]])
    table = table.rename(columns={"series": "série", "value": "valeur"})
    if references:
        table = pd.concat([table, _reference_rows(references, "série")], ignore_index=True)
    return compose(
        drawing,
        table,
        caption,
        heights=(max(330, _needed(labels, WIDE)), max(330, _needed(labels, NARROW))),
    )


def _needed(labels: Sequence[str], width: int) -> int:
    """Return the height in which the names at the ends of the curves stand apart."""
    lines = sum(len(wrapped(label, END_SHARE * width, "body", 600)) for label in labels)
    return round(18 * lines + 6 * len(labels) + 50)


def _kinds(names: Sequence[str], marks: Mapping[str, str]) -> dict[str, str]:
    for name in marks:
        if name not in names:
            raise unknown(name, names, "series in marks:", FigureError)
    kinds = {name: marks.get(name, "fact") for name in names}
    for mark in kinds.values():
        theme.style(mark)
    return kinds


def _mark_key(plate: Plate, axes: Axes, kinds: Sequence[str]) -> None:
    """Explain the kinds of statement when there is more than facts."""
    shown = list(dict.fromkeys(kinds))
    if shown == ["fact"]:
        return
    handles = [
        Line2D(
            [],
            [],
            color=theme.INK,
            ls=theme.style(kind).line,
            marker=theme.style(kind).marker if theme.style(kind).marker != "" else "o",
            mfc=theme.INK if theme.style(kind).filled else theme.PLATE,
            dash_capstyle="butt",
        )
        for kind in shown
    ]
    key(plate, axes, handles, [theme.style(kind).word for kind in shown])


@door(FigureError)
def fan(
    forecast: ForecastLike,
    caption: Caption,
    *,
    observed: pd.Series | None = None,
    target: Reference | None = None,
    levels: tuple[int, ...] = (80, 95),
    unit: str = "",
    digits: int | None = None,
) -> Picture:
    """Draw what was observed, what the model expects, and how unsure it is.

    The axis of values starts at zero unless that would flatten the picture. Facts are a solid line
    with filled points; the model is a dashed line in bands, one per
    level; a key says it in words, and the last forecast is written with its intervals.

    Parameters
    ----------
    forecast
        Has ``mean`` (Series by date) and ``interval(level)`` (frame with ``lower``, ``upper``);
        its ``series``, if any, is what was observed.
    observed
        The observations to draw instead of ``forecast.series`` (as published, before they were
        made regular for the model).
    target
        A level to compare with, usually dated.
    levels
        Levels of the bands, in percent, from the narrowest.
    digits
        Decimals of the last forecast and its intervals (-1: tens). None writes no more than the
        model knows: two significant digits of half the narrowest interval.
    caption
        Finding, description, sources.
    unit
        See :func:`curves`.

    Raises
    ------
    FigureError
        If there is no observation, or a level is not between 0 and 100.
    """
    facts = observed if observed is not None else getattr(forecast, "series", None)
    if facts is None or facts.dropna().empty:
        msg = "fan: no observation; give observed= or a forecast that has a series"
        raise FigureError(msg)
    facts = _on_dates(facts.dropna().sort_index())
    mean = _on_dates(forecast.mean)
    bands = {level: _on_dates(forecast.interval(level)) for level in sorted(levels)}
    references = [target] if target else []
    # the model starts where the facts end, so that no gap is left between the two
    start = facts[facts.index < mean.index[0]].iloc[-1:]

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        _draw_bands(axes, bands, start)
        central = pd.concat([start, mean])
        draw_line(axes, to_x(central.index), central.to_numpy(dtype=float), 0, "model")
        draw_line(axes, to_x(facts.index), facts.to_numpy(dtype=float), 0)
        for reference in references:
            draw_reference(plate, axes, reference)
        time_axis(
            axes,
            [*facts.index, *mean.index, *_dated(references)],
            narrow=plate.narrow,
        )
        value_axis(axes, unit=unit, zero=axes.dataLim.y0 < axes.dataLim.y1 / 2)
        end_labels(plate, axes, [_fan_end(mean, bands, unit, digits)], share=0.26)
        _fan_key(plate, axes, list(bands))

    return compose(
        drawing,
        _fan_table(facts, mean, bands, references),
        caption,
        heights=(350, 340),
    )


def _draw_bands(axes: Axes, bands: Mapping[int, pd.DataFrame], start: pd.Series) -> None:
    for level, alpha in zip(reversed(list(bands)), _band_alphas(len(bands)), strict=True):
        lower = pd.concat([start, bands[level]["lower"]])
        upper = pd.concat([start, bands[level]["upper"]])
        draw_band(axes, lower, upper, alpha)


def _band_alphas(count: int) -> list[float]:
    """Return opacities from the widest band to the narrowest."""
    return [_BAND_ALPHAS[1]] * (count - 1) + [_BAND_ALPHAS[0]] if count else []


Dated = TypeVar("Dated", pd.Series, pd.DataFrame)


def _on_dates(data: Dated) -> Dated:
    """Place what is indexed by months or quarters at their last days."""
    if not isinstance(data.index, pd.PeriodIndex):
        return data
    return data.set_axis(data.index.to_timestamp(how="end").normalize())


def _fan_end(
    mean: pd.Series, bands: Mapping[int, pd.DataFrame], unit: str, digits: int | None
) -> Labelled:
    if digits is None:
        digits = _known_digits(next(iter(bands.values()))) if bands else 0
    lines = [
        f"{french.amount(mean.iloc[-1], unit, digits)} {_when(mean.index[-1])}".replace(
            " ", french.NBSP
        )
    ]
    for level, band in bands.items():
        low, high = (french.number(band[side].iloc[-1], digits) for side in ("lower", "upper"))
        lines.append(f"{french.percent(level)}{french.NBSP}: {low} à{french.NBSP}{high}")
    return Labelled(to_x(mean.index)[-1], float(mean.iloc[-1]), "\n".join(lines), theme.TEXT[0])


def _when(moment: Any) -> str:  # noqa: ANN401 — a date, or a year as it stands
    return french.period(moment) if isinstance(moment, pd.Timestamp) else f"en {moment}"


def _known_digits(band: pd.DataFrame) -> int:
    """Return the decimals that leave two significant digits in half the last interval."""
    half = float(band["upper"].iloc[-1] - band["lower"].iloc[-1]) / 2
    return 1 - math.floor(math.log10(half)) if half > 0 else 0


def _fan_key(plate: Plate, axes: Axes, levels: Sequence[int]) -> None:
    colour = theme.PALETTE[0]
    handles: list[Any] = [
        Line2D([], [], color=colour, marker=theme.SHAPES[0]),
        Line2D([], [], color=colour, ls=theme.style("model").line, dash_capstyle="butt"),
    ]
    words = ["observé", "modèle"]
    opacity = 0.0
    shades = []
    for alpha in _band_alphas(len(levels)):
        opacity = 1 - (1 - opacity) * (1 - alpha)
        shades.append(opacity)
    for level, shade in zip(levels, reversed(shades), strict=True):
        handles.append(Patch(facecolor=colour, alpha=shade, lw=0))
        words.append(f"intervalle à {french.percent(level)}")
    key(plate, axes, handles, words)


def _fan_table(
    facts: pd.Series,
    mean: pd.Series,
    bands: Mapping[int, pd.DataFrame],
    references: Sequence[Reference],
) -> pd.DataFrame:
    seen = pd.DataFrame({"date": facts.index, "nature": "observé", "valeur": facts.to_numpy()})
    model = pd.DataFrame({"date": mean.index, "nature": "modèle"})
    model["valeur"] = mean.to_numpy()
    for level, band in bands.items():
        model[f"bas à {level} %"] = band["lower"].to_numpy()
        model[f"haut à {level} %"] = band["upper"].to_numpy()
    parts = [seen, model]
    if references:
        parts.append(_reference_rows(references, "nom").dropna(axis="columns", how="all"))
    return pd.concat(parts, ignore_index=True)
