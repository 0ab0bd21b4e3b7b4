"""Breaks and one-off events, handled where the reader can see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from handbook.core.doors import fields_checked
from handbook.forecasting.series import (
    ForecastError,
    date_text,
    dates_in,
    french_date,
    label,
    on_index,
)

Floats = NDArray[np.float64]


@fields_checked(ForecastError)
@dataclass(frozen=True)
class Event:
    """Something that moved a series, known from outside it.

    Attributes
    ----------
    at : date, period or year
        First date it touches.
    kind : {"level", "pulse"}
        "level": the series passes for good to another level (a change of definition).
        "pulse": that date alone is out of line (a strike, a lockdown); give one for each date.
    label : str
        What happened, in French, for the reader.
    """

    at: Any
    kind: Literal["level", "pulse"] = "level"
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown kind."""
        if self.kind not in ("level", "pulse"):
            raise ForecastError(f"an event is a 'level' or a 'pulse', not {self.kind!r}")


@dataclass(frozen=True, eq=False)
class Adjusted:
    """A series after its events: values at today's level, and what was done, in French."""

    series: pd.Series
    notes: tuple[str, ...]


def after(series: pd.Series, start: Any) -> pd.Series:  # noqa: ANN401
    """Keep the values from a date on (the first one after a break)."""
    kept: pd.Series = series.loc[series.index >= on_index(series.index, start)]
    if kept.empty:
        last = date_text(series.index[-1])
        raise ForecastError(f"{label(series)} ends at {last}, before the start asked for, {start}")
    return kept


def adjust(series: pd.Series, events: Sequence[Event]) -> Adjusted:
    """Remove known events from a checked series.

    A level shift is the dummy of a random walk with drift: its effect is the change at its date
    less the median of the other changes, and the values before are moved by it to today's level.
    A pulse is replaced by the straight line between its neighbours (the median change from the
    last value before, where none follows). Intervention analysis, Box and Tiao (1975), in its
    plainest form.
    """
    y = series.to_numpy().copy()
    places = [_place(series, event) for event in events]
    pulses = {k for k, event in zip(places, events, strict=True) if event.kind == "pulse"}
    touched = {*places, *(k + 1 for k in pulses)}
    changes = [change for k, change in enumerate(np.diff(y), start=1) if k not in touched]
    if not changes:
        raise ForecastError(f"{label(series)} has no change left apart from its events")
    usual = float(np.median(changes))
    notes = []
    for k in sorted(pulses):
        y[k] = _between(y, k, pulses, usual)
    for k, event in zip(places, events, strict=True):
        effect = float(series.iloc[k] - y[k])
        if event.kind == "level":
            effect = float(y[k] - y[k - 1] - usual)
            y[:k] += effect
        notes.append(_note(event, series.index[k], effect))
    return Adjusted(pd.Series(y, index=series.index, name=series.name), tuple(notes))


def _place(series: pd.Series, event: Event) -> int:
    dates = dates_in(series.index, event.at)
    if dates.empty:
        first, last = date_text(series.index[0]), date_text(series.index[-1])
        raise ForecastError(
            f"the event at {event.at} is not a date of {label(series)} ({first} ... {last})"
        )
    place = int(series.index.get_indexer(dates[:1])[0])
    if place == 0:
        raise ForecastError(
            f"the event at {event.at} falls on the first value: start the series after it instead"
        )
    return place


def _between(y: Floats, k: int, pulses: set[int], usual: float) -> float:
    before = k - 1  # earlier pulses are already replaced
    later = next((j for j in range(k + 1, len(y)) if j not in pulses), None)
    if later is None:
        return float(y[before] + usual)
    return float(y[before] + (y[later] - y[before]) / (later - before))


def _note(event: Event, date: Any, effect: float) -> str:  # noqa: ANN401
    sign = "+" if effect >= 0 else "−"
    size = f"{sign}{abs(effect):,.3g}" if abs(effect) < 100 else f"{sign}{abs(effect):,.0f}"
    size = size.replace(",", "\u202f").replace(".", ",")
    why = f" ({event.label})" if event.label else ""
    if event.kind == "level":
        return (
            f"le changement de niveau de {french_date(date)}{why}, estimé à {size}, est retiré "
            "des valeurs antérieures"
        )
    return (
        f"la valeur de {french_date(date)}{why}, hors de la ligne de {size}, est remplacée par "
        "l’interpolation de ses voisines"
    )
