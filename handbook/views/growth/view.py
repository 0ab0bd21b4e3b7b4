"""Explorer of stated assumptions: what a supposed future adds to a forecast, and nothing else.

The forecast is computed when the view is made; the assumption is the reader's, laid over it by
simple arithmetic. `summary` has its twin in ``view.js``; a test holds the two equal.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from handbook.core.french import NARROW, NBSP, number, percent, period
from handbook.views.base.explorer import (
    Choice,
    Explorer,
    Field,
    Number,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.values import RangeLike, iso_date, plain_number

__all__ = ["Future", "GrowthExplorer", "Path"]

NOTHING = "aucun"
_LEVEL = 80
_MOST = 100  # percent of openings
_METHOD = (
    (
        "L’hypothèse change, à partir du 1er janvier de l’année choisie, ce que la prévision"
        " ajoute\u00a0: à −40\u202f%, quatre ouvertures sur dix n’ont pas lieu, à −100\u202f%"
        " plus rien n’ouvre. Ce qui est déjà ouvert reste ouvert."
    ),
    (
        "La prévision ne change pas\u00a0: ses tirets et sa bande restent ceux du passé prolongé."
        " Avec l’hypothèse, l’intervalle d’une prévision est déplacé d’autant, sans s’élargir"
        "\u00a0: il dit l’incertitude du passé, non celle de l’hypothèse. Une fourchette"
        " supposée, elle, est multipliée."
    ),
)


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
    sources
        Identifiers of its sources.
    """

    label: str
    noun: str
    added: str
    forecast: RangeLike
    band: str
    kind: Literal["model", "assumption"] = "model"
    caveat: str = ""
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class Future:
    """A future offered, with the effect supposed on each path.

    Attributes
    ----------
    label
        Its name, after « si »: « budgets publics ralentis ».
    amounts
        Identifier of a path to the change of its openings, in percent.
    reasons
        Identifier of a path to the French sentence that defends the amount.
    """

    label: str
    amounts: Mapping[str, float]
    reasons: Mapping[str, str]


class GrowthExplorer(Explorer):
    """Choose a future, or one's own effect on openings, and see what it changes.

    Attributes
    ----------
    path
        ``"msp"`` or ``"cpts"``.
    future
        A future, or ``"aucun"``; choosing one in the page sets both effects.
    msp, cpts
        Change of openings, in percent.
    start
        Year from which the assumption acts.
    """

    name = "growth"

    path = Choice()
    future = Choice()
    msp = Number()
    cpts = Number()
    start = Number()

    def __init__(
        self,
        paths: Mapping[str, Path],
        futures: Mapping[str, Future],
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        future: str | None = None,
        years: tuple[int, int] = (2026, 2030),
    ) -> None:
        """Hold forecasts and futures.

        Parameters
        ----------
        paths
            ``"msp"`` and ``"cpts"``, in the order shown.
        futures
            What is offered, in that order, beside no assumption at all.
        sources
            See :func:`handbook.views.source_entries`.
        future
            The first one shown: the first by default.
        years
            First and last year from which an assumption may act; the first is the first state.

        Raises
        ------
        ValueError
            If the paths are not those two, or a future lacks an amount.
        """
        if set(paths) != {"msp", "cpts"}:
            raise ValueError(f"paths: msp and cpts are expected, got {sorted(paths)}")
        lacking = [name for name, one in futures.items() if set(one.amounts) != set(paths)]
        if lacking:
            raise ValueError(f"futures: {', '.join(lacking)} must give an amount for msp and cpts")
        first = future or next(iter(futures))
        fields = (
            Field("path", "serie", "choice", tuple(paths)),
            Field("future", "futur", "choice", (NOTHING, *futures)),
            Field("msp", "msp", "number", minimum=-_MOST, maximum=_MOST, step=5),
            Field("cpts", "cpts", "number", minimum=-_MOST, maximum=_MOST, step=5),
            Field("start", "debut", "number", (), *years, whole=True),
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
        state = {"path": next(iter(paths)), "future": first, "start": years[0]}
        state |= {name: plain_number(value) for name, value in futures[first].amounts.items()}
        super().__init__(data, fields, state)

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


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
        "caveat": path.caveat,
        "observed": [
            [iso_date(date), plain_number(value)] for date, value in path.forecast.series.items()
        ],
        "points": points,
        "sources": list(path.sources),
    }


def supposed(told: Mapping[str, Any], amount: float, start: int) -> list[list[Any]]:
    """Return the points of a path (date, mean, low, high) once the assumption is laid over it."""
    day = f"{start - 1}-12-31"
    edges = [_held(told, column, day) for column in (1, 2, 3)]
    share = amount / 100
    moved = []
    for iso, *values in told["points"]:
        late = iso > day
        added = [
            share * (value - edge) if late else 0.0
            for value, edge in zip(values, edges, strict=True)
        ]
        if told["kind"] == "model":
            added = [added[0]] * 3
        moved.append([iso, *(value + more for value, more in zip(values, added, strict=True))])
    return moved


def _held(told: Mapping[str, Any], column: int, day: str) -> float:
    """Return a column of the path at a day, read on a straight line between its points."""
    last = told["observed"][-1]
    known = [[last[0], last[1], last[1], last[1]], *told["points"]]
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
    told = next(one for one in data["paths"] if one["id"] == state["path"])
    amount, start = state[state["path"]], state["start"]
    points, moved = told["points"], supposed(told, amount, start)
    then = period(points[-1][0])
    base, central, low, high = (_tens(v) for v in (points[-1][1], *moved[-1][1:]))
    shown = [
        (point, other)
        for point, other in zip(points, moved, strict=True)
        if point[0].endswith("12-31")
    ]
    return Summary(
        title=f"{told['label']}{NBSP}: {number(central)} {then} {_condition(data, state)}"
        + ("" if amount == 0 else f", {number(base)} sans cette hypothèse"),
        sentence=f"{_supposition(data, told, state)} {_capital(then)}, il y aurait"
        f" {number(central)}{NBSP}{told['noun']}, de {number(low)} à {number(high)}"
        f" ({told['band']}){NARROW}; sans l’hypothèse, {number(base)}.",
        caption=f"{told['label']}{NBSP}: prolongement sans et avec l’hypothèse, {told['band']}",
        columns=["Date", "Sans", "Avec", "Au moins", "Au plus"],
        rows=[
            [_capital(period(point[0])), number(_tens(point[1]))]
            + [number(_tens(value)) for value in other[1:]]
            for point, other in shown
        ],
        notes=_notes(data, told, state),
        sources=told["sources"],
        curves=[{"code": told["id"], "points": moved}],
    )


def _chosen(data: Mapping[str, Any], state: State) -> Mapping[str, Any] | None:
    """Return the future whose two amounts are those of the state, if it is the one named."""
    found = next((one for one in data["futures"] if one["id"] == state["future"]), None)
    if found is None:
        return None
    same = all(found["amounts"][key] == state[key] for key in ("msp", "cpts"))
    return found if same else None


def _condition(data: Mapping[str, Any], state: State) -> str:
    future = _chosen(data, state)
    if future is not None:
        return f"si «{NBSP}{future['label']}{NBSP}»"
    return "avec vos réglages" if state[state["path"]] != 0 else "sans hypothèse"


def _supposition(data: Mapping[str, Any], told: Mapping[str, Any], state: State) -> str:
    future, amount = _chosen(data, state), state[state["path"]]
    named = f" («{NBSP}{future['label']}{NBSP}»)" if future is not None else ""
    if amount == 0:
        return f"Hypothèse du lecteur{named}{NBSP}: les {told['added']} ne changent pas."
    return (
        f"Hypothèse du lecteur{named}{NBSP}: {percent(amount, 0, sign=True)}"
        f" {_of(told['added'])} à partir de {state['start']}."
    )


def _notes(data: Mapping[str, Any], told: Mapping[str, Any], state: State) -> list[str]:
    notes = []
    future = _chosen(data, state)
    if future is not None:
        notes.append(f"Ce que suppose cette valeur{NBSP}: {future['reasons'][told['id']]}")
    elif state["future"] != NOTHING:
        notes.append("Les réglages ne sont plus ceux du futur choisi.")
    if f"{state['start'] - 1}-12-31" >= told["points"][-1][0] and state[told["id"]] != 0:
        notes.append("L’hypothèse commence après la dernière date montrée\u00a0: rien ne change.")
    if told["caveat"]:
        notes.append(told["caveat"])
    return notes


def _of(noun: str) -> str:
    return f"d’{noun}" if noun[0] in "aeiouéèê" else f"de {noun}"


def _tens(value: float) -> int:
    """Round to tens: a forecast knows no more."""
    return math.floor(value / 10 + 0.5) * 10


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
