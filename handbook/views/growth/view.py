"""Explorer of stated assumptions: what a supposed future adds to a forecast, and nothing else.

The forecast is computed when the view is made; the assumption is the reader's, laid over it by
simple arithmetic. `summary` has its twin in ``view.js``; a test holds the two equal.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from handbook.core.doors import door, fields_checked
from handbook.core.french import NARROW, NBSP, number, percent, period
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Choice,
    Explorer,
    Field,
    Number,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.values import RangeLike, capital, iso_date, of_noun, plain_number

__all__ = ["Future", "GrowthExplorer", "Path"]

NOTHING = "aucun"
_LEVEL = 80
_MOST = 100  # percent of what is added
_METHOD = (
    (
        "L’hypothèse change, à partir du 1er janvier de l’année choisie, ce que la prévision"
        " ajoute\u00a0: à −40\u202f%, quatre dixièmes n’en ont pas lieu, à −100\u202f% plus rien"
        " ne s’ajoute. Ce qui est acquis le reste."
    ),
    (
        "La prévision ne change pas\u00a0: ses tirets et sa bande restent ceux du passé prolongé."
        " Avec l’hypothèse, l’intervalle d’une prévision est déplacé d’autant, sans s’élargir"
        "\u00a0: il dit l’incertitude du passé, non celle de l’hypothèse. Une fourchette"
        " supposée, elle, est multipliée."
    ),
)


@fields_checked(ViewError)
@dataclass(frozen=True)
class Path:
    """A series and where it goes without assumption.

    Attributes
    ----------
    label, noun
        Its name, and what its amounts count: « Maisons de santé », « maisons de santé ».
    added
        What each step adds: « ouvertures », « signatures ».
    forecast
        Has ``series``, ``mean`` and ``interval(80)``: a model's forecast, or a stated range.
    band
        What ``interval(80)`` is: « intervalle à 80 % », « fourchette supposée ».
    kind
        ``"model"``: the assumption shifts the band. ``"assumption"``: the band is itself supposed,
        and each of its edges is multiplied.
    caveat
        What to know of it, one French sentence.
    digits
        Decimals that its amounts deserve; −1 rounds to tens.
    sources
        Identifiers of its sources.
    cap
        What it cannot pass, whatever is supposed: the whole it is a part of.
    """

    label: str
    noun: str
    added: str
    forecast: RangeLike
    band: str
    kind: Literal["model", "assumption"] = "model"
    caveat: str = ""
    digits: int = 0
    sources: Sequence[str] = ()
    cap: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no range."""
        if not hasattr(self.forecast, "interval"):
            kind = type(self.forecast).__name__
            raise ViewError(f"Path: forecast: a forecast or a stated range is needed, not {kind}")


@fields_checked(ViewError)
@dataclass(frozen=True)
class Future:
    """A future offered, with the effect supposed on each path.

    Attributes
    ----------
    label
        Its name, after « si »: « budgets publics ralentis ».
    amounts
        Identifier of each path to the change of what it adds, in percent.
    reasons
        Identifier of a path to the French sentence that defends the amount.
    """

    label: str
    amounts: Mapping[str, float]
    reasons: Mapping[str, str]


class GrowthExplorer(Explorer):
    """Choose a future, or one's own effect on what is added, and see what it changes.

    Attributes
    ----------
    path
        Identifier of the path shown.
    future
        A future, or ``"aucun"``; choosing one in the page sets the effect on every path.
    start
        Year from which the assumption acts.

    Each path's own identifier is an attribute too: the change of what it adds, in percent.
    """

    name = "growth"

    path = Choice()
    future = Choice()
    start = Number()

    @door(ViewError)
    def __init__(
        self,
        paths: Mapping[str, Path],
        futures: Mapping[str, Future] | None = None,
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        future: str | None = None,
        years: tuple[int, int] | None = None,
    ) -> None:
        """Hold forecasts and futures.

        Parameters
        ----------
        paths
            Identifier (a plain lower-case word) to path, in the order shown.
        futures
            What is offered, in that order, beside no assumption at all.
        sources
            See :func:`handbook.views.source_entries`.
        future
            The first one shown: the first by default.
        years
            First and last year from which an assumption may act; the first is the first state. By
            default, from the year after the last observation to the last year of the forecasts.

        Raises
        ------
        ViewError
            If there is no path, one has no plain name, or a future lacks an amount.
        StateError
            If the first state is not allowed.
        """
        futures = futures or {}
        _check(paths, futures)
        first = future or next(iter(futures), NOTHING)
        span = years or _years(paths.values())
        fields = (
            Field("path", "serie", "choice", tuple(paths)),
            Field("future", "futur", "choice", (NOTHING, *futures)),
            *(Field(name, name, "number", minimum=-_MOST, maximum=_MOST, step=5) for name in paths),
            Field("start", "debut", "number", (), *span, whole=True),
        )
        data = {
            "paths": [_entry(key, one) for key, one in paths.items()],
            "futures": [
                {
                    "id": key,
                    "label": one.label,
                    "amounts": {name: plain_number(value) for name, value in one.amounts.items()},
                    "reasons": dict(one.reasons),
                }
                for key, one in futures.items()
            ],
            "sources": source_entries(sources),
            "method": _METHOD,
        }
        state = {"path": next(iter(paths)), "future": first, **dict.fromkeys(paths, 0)}
        if first in futures:
            amounts = futures[first].amounts.items()
            state |= {name: plain_number(value) for name, value in amounts}
        state["start"] = span[0]
        super().__init__(data, fields, state)

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _check(paths: Mapping[str, Path], futures: Mapping[str, Future]) -> None:
    if not paths:
        raise ViewError("paths: give at least one")
    odd = [name for name in paths if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]
    if odd:
        raise ViewError(f"paths: {odd} are no plain lower-case words")
    lacking = [name for name, one in futures.items() if set(one.amounts) != set(paths)]
    if lacking:
        raise ViewError(f"futures: {', '.join(lacking)} must give an amount for {', '.join(paths)}")
    untold = [name for name, one in futures.items() if not set(paths) <= set(one.reasons)]
    if untold:
        raise ViewError(f"futures: {', '.join(untold)} must give a reason for each path")


def _years(paths: Iterable[Path]) -> tuple[int, int]:
    """Return the year after the last observation, and the last of the forecasts."""
    known = [one.forecast for one in paths]
    first = 1 + max(one.series.index[-1].year for one in known)
    return first, max(first + 1, *(one.mean.index[-1].year for one in known))


def _entry(key: str, path: Path) -> dict[str, Any]:
    band = path.forecast.interval(_LEVEL)
    points = [
        [iso_date(date), *(round(float(value), 3) for value in values)]
        for date, *values in zip(
            path.forecast.mean.index,
            path.forecast.mean,
            band["lower"],
            band["upper"],
            strict=True,
        )
    ]
    return {
        "id": key,
        "label": path.label,
        "noun": path.noun,
        "added": path.added,
        "band": path.band,
        "kind": path.kind,
        "digits": path.digits,
        "caveat": path.caveat,
        "observed": [
            [iso_date(date), plain_number(value)] for date, value in path.forecast.series.items()
        ],
        "points": points,
        "cap": None if path.cap is None else plain_number(path.cap),
        "sources": list(path.sources),
    }


def supposed(chosen: Mapping[str, Any], amount: float, start: int) -> list[list[Any]]:
    """Return the points of a path (date, mean, low, high) once the assumption is laid over it."""
    day = f"{start - 1}-12-31"
    edges = [_held(chosen, column, day) for column in (1, 2, 3)]
    share = amount / 100
    moved = []
    for iso, *values in chosen["points"]:
        late = iso > day
        added = [
            share * (value - edge) if late else 0.0
            for value, edge in zip(values, edges, strict=True)
        ]
        if chosen["kind"] == "model":
            added = [added[0]] * 3
        ends = (value + more for value, more in zip(values, added, strict=True))
        moved.append([iso, *(_capped(chosen, end) for end in ends)])
    return moved


def _capped(chosen: Mapping[str, Any], value: float) -> float:
    return float(value) if chosen["cap"] is None else min(float(value), chosen["cap"])


def _held(chosen: Mapping[str, Any], column: int, day: str) -> float:
    """Return a column of the path at a day, read on a straight line between its points."""
    last = chosen["observed"][-1]
    known = [[last[0], last[1], last[1], last[1]], *chosen["points"]]
    if day <= known[0][0]:
        return float(known[0][column])
    for before, after in pairwise(known):
        if day <= after[0]:
            span = _day(after[0]) - _day(before[0])
            part = (_day(day) - _day(before[0])) / span
            return float(before[column] + (after[column] - before[column]) * part)
    return float(known[-1][column])


def _day(iso: str) -> int:
    return dt.date.fromisoformat(iso).toordinal()


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    chosen = next(one for one in data["paths"] if one["id"] == state["path"])
    amount, start = state[state["path"]], state["start"]
    points, moved = chosen["points"], supposed(chosen, amount, start)
    then = period(points[-1][0])
    base, central, low, high = (_written(chosen, v) for v in (points[-1][1], *moved[-1][1:]))
    pairs = list(zip(points, moved, strict=True))
    shown = [pair for pair in pairs if pair[0][0].endswith("12-31")] or pairs
    return Summary(
        title=f"{chosen['label']}{NBSP}: {central} {then} {_condition(data, state)}"
        + ("" if amount == 0 else f", {base} sans cette hypothèse"),
        sentence=f"{_supposition(data, chosen, state)} {capital(then)}, il y aurait"
        f" {central}{NBSP}{chosen['noun']}, de {low} à {high}"
        f" ({chosen['band']}){NARROW}; sans l’hypothèse, {base}.",
        caption=f"{chosen['label']}{NBSP}: prolongement sans et avec l’hypothèse, {chosen['band']}",
        columns=["Date", "Sans", "Avec", "Au moins", "Au plus"],
        rows=[
            [capital(period(point[0])), *(_written(chosen, v) for v in (point[1], *other[1:]))]
            for point, other in shown
        ],
        notes=_notes(data, chosen, state),
        sources=chosen["sources"],
        curves=[{"code": chosen["id"], "points": moved}],
    )


def _chosen(data: Mapping[str, Any], state: State) -> Mapping[str, Any] | None:
    """Return the future whose amounts are those of the state, if it is the one named."""
    found = next((one for one in data["futures"] if one["id"] == state["future"]), None)
    if found is None:
        return None
    same = all(found["amounts"][key] == state[key] for key in found["amounts"])
    return found if same else None


def _condition(data: Mapping[str, Any], state: State) -> str:
    future = _chosen(data, state)
    if future is not None:
        return f"si «{NBSP}{future['label']}{NBSP}»"
    return "avec vos réglages" if state[state["path"]] != 0 else "sans hypothèse"


def _supposition(data: Mapping[str, Any], chosen: Mapping[str, Any], state: State) -> str:
    future, amount = _chosen(data, state), state[state["path"]]
    whose = "Hypothèse du lecteur"
    if future is not None:
        whose = f"Hypothèse («{NBSP}{future['label']}{NBSP}»)"
    if amount == 0:
        return f"{whose}{NBSP}: les {chosen['added']} ne changent pas."
    return (
        f"{whose}{NBSP}: {percent(amount, 0, sign=True)}"
        f" {of_noun(chosen['added'])} à partir de {state['start']}."
    )


def _notes(data: Mapping[str, Any], chosen: Mapping[str, Any], state: State) -> list[str]:
    notes = []
    future = _chosen(data, state)
    if future is not None:
        notes.append(f"Ce que suppose cette valeur{NBSP}: {future['reasons'][chosen['id']]}")
    elif state["future"] != NOTHING:
        notes.append("Les réglages ne sont plus ceux du futur choisi.")
    if f"{state['start'] - 1}-12-31" >= chosen["points"][-1][0] and state[chosen["id"]] != 0:
        notes.append("L’hypothèse commence après la dernière date montrée\u00a0: rien ne change.")
    if chosen["caveat"]:
        notes.append(chosen["caveat"])
    return notes


def _written(chosen: Mapping[str, Any], value: float) -> str:
    """Write an amount at the precision of its path."""
    unit = 10.0 ** chosen["digits"]
    return number(math.floor(value * unit + 0.5) / unit, max(0, chosen["digits"]))
