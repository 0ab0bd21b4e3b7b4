"""What the explorer of regional series says in one state.

Everything here has its twin in ``view.js``, which answers in the page; a test holds the two
equal on the published series.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from handbook.core.french import NARROW, NBSP, date, joined, number, ordinal, percent
from handbook.views.base.explorer import State, Summary

__all__ = ["NATION", "summary"]

NATION = "FR"
_PLACES = 6  # decimals kept of a computed value, so that Python and JavaScript agree
_NONE = "–"


@dataclass(frozen=True)
class _Writing:
    """How amounts of an indicator in a measure are written."""

    points: bool
    digits: int
    counted: str

    def amount(self, value: float) -> str:
        return percent(value, self.digits) if self.points else number(value, self.digits)

    def growth(self, value: float, places: int) -> str:
        """Write a growth in percent, or in points when the amounts are themselves percents."""
        if not self.points:
            return percent(value, places, sign=True)
        noun = "point" if abs(_rounded(value, 1)) < 2 else "points"
        return f"{number(value, 1, sign=True)}{NBSP}{noun}"


@dataclass(frozen=True)
class _Result:
    """First, last, change, growth and yearly growth of one region over the common period."""

    region: dict[str, Any]
    values: list[float | None]
    first: float | None
    last: float | None
    change: float | None = None
    growth: float | None = None
    yearly: float | None = None

    def tells(self, write: _Writing, *, short: bool = False) -> str:
        """« l’Île-de-France passe de 59 à 175 MSP »."""
        verb = "passent" if self.region["plural"] else "passe"
        amounts = f"{write.amount(_sure(self.first))} à {write.amount(_sure(self.last))}"
        end = "" if short else f" {write.counted}"
        return f"{self.region['subject']} {verb} de {amounts}{end}"


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return the finding, the sentence, the table and the curves of a state.

    Parameters
    ----------
    data
        The explorer's ``data``.
    state
        ``indicator``, ``measure`` and ``regions``, already checked.
    """
    told = next(one for one in data["indicators"] if one["id"] == state["indicator"])
    measure = state["measure"]
    # a share of itself would say nothing
    codes = [code for code in state["regions"] if code != NATION or measure != "share"]
    base = {
        "caption": f"{told['label']}, {data['measures'][measure]}",
        "sources": told["sources"],
    }
    if not codes:
        sentence = "Aucune région n’est choisie. Cochez-en au moins une pour voir sa courbe."
        return Summary("Aucune région choisie", sentence, columns=["Région"], **base)
    span = _window(told, measure, codes)
    if span is None:
        sentence = "Les régions choisies n’ont pas deux dates en commun pour cet indicateur."
        return Summary("Pas de période commune", sentence, columns=["Région"], **base)
    first, last = (dt.date.fromisoformat(told["dates"][at]) for at in span)
    years = (last - first).days / 365.25
    write = _writing(told, measure)
    places = {place["code"]: place for place in data["regions"]}
    results = [
        _result(places[code], _measured(told, measure, code, span[0]), span, years, write.points)
        for code in codes
    ]
    results.sort(key=_order, reverse=True)
    rank = _ranks(data, told, measure, span)
    said = [date(moment, told["precision"]) for moment in (first, last)]
    title, sentence = _wording(results, rank, said, write)
    columns, rows, notes = _tabled(results, rank, said, write, measure)
    curves = [
        {
            "code": one.region["code"],
            "points": list(map(list, zip(told["dates"], one.values, strict=True))),
        }
        for one in results
    ]
    return Summary(title, sentence, columns=columns, rows=rows, notes=notes, curves=curves, **base)


def _order(one: _Result) -> float:
    """Put the nation first, then regions from the highest; what has no value last."""
    if one.region["code"] == NATION:
        return math.inf
    return -math.inf if one.last is None else one.last


def _rounded(value: float, places: int) -> float:
    """Round half away from zero on the shortest decimal writing, as ``french.js`` does."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(exact) + 0.0


def _sure(value: float | None) -> float:
    return cast("float", value)


def _measured(told: Mapping[str, Any], measure: str, code: str, base: int) -> list[float | None]:
    """Return the values of one region in the measure asked for."""
    values: list[float | None] = told["values"][code]
    if measure == "value":
        return values
    by = told["values"][NATION] if measure == "share" else [values[base]] * len(values)
    return [
        None if value is None or not one else _rounded(100 * value / one, _PLACES)
        for value, one in zip(values, by, strict=True)
    ]


def _writing(told: Mapping[str, Any], measure: str) -> _Writing:
    points = measure == "share" or (measure == "value" and told["unit"] == "%")
    digits = {"value": told["decimals"], "index": 0, "share": 1}[measure]
    counted = {
        "value": told["noun"],
        "index": "en indice",
        "share": f"des {told['noun']} de France",
    }[measure]
    return _Writing(points, digits, counted)


def _result(
    region: dict[str, Any],
    values: list[float | None],
    span: tuple[int, int],
    years: float,
    points: bool,
) -> _Result:
    first, last = values[span[0]], values[span[1]]
    if first is None or last is None:
        return _Result(region, values, first, last)
    change = _rounded(last - first, _PLACES)
    if points:
        return _Result(
            region, values, first, last, change, change, _rounded(change / years, _PLACES)
        )
    if first <= 0:
        return _Result(region, values, first, last, change)
    growth = _rounded(100 * (last / first - 1), _PLACES)
    yearly = _rounded(100 * ((last / first) ** (1 / years) - 1), _PLACES)
    return _Result(region, values, first, last, change, growth, yearly)


def _window(told: Mapping[str, Any], measure: str, codes: Sequence[str]) -> tuple[int, int] | None:
    """Return the first and last dates at which every chosen region has a value."""
    needed = [*codes, NATION] if measure == "share" else codes
    columns = [told["values"][code] for code in needed]
    common = [at for at, row in enumerate(zip(*columns, strict=True)) if None not in row]
    return (common[0], common[-1]) if len(common) > 1 else None


def _ranks(
    data: Mapping[str, Any], told: Mapping[str, Any], measure: str, span: tuple[int, int]
) -> dict[str, int]:
    """Return each region's place at the last date, from the highest; equal values share one."""
    values = {
        place["code"]: _measured(told, measure, place["code"], span[0])[span[1]]
        for place in data["regions"]
        if place["code"] != NATION
    }
    last = {code: value for code, value in values.items() if value is not None}
    return {code: 1 + sum(other > value for other in last.values()) for code, value in last.items()}


def _tabled(
    results: list[_Result], rank: Mapping[str, int], said: list[str], write: _Writing, measure: str
) -> tuple[list[str], list[list[str]], list[str]]:
    plain = measure == "value" and not write.points
    columns = ["Région", *said, *(["Écart"] if plain else []), "Évolution", "Par an"]
    columns.append(f"Rang sur {len(rank)}")
    rows = []
    for one in results:
        change = _NONE if one.change is None else number(one.change, write.digits, sign=True)
        place = rank.get(one.region["code"])
        rows.append(
            [
                one.region["name"],
                *(_NONE if at is None else write.amount(at) for at in (one.first, one.last)),
                *([change] if plain else []),
                *(_NONE if at is None else write.growth(at, 1) for at in (one.growth, one.yearly)),
                ordinal(place) if place else _NONE,
            ]
        )
    left = [one.region["name"] for one in results if one.growth is None]
    note = f"Sans évolution calculable (départ à zéro){NBSP}: {joined(left)}."
    return columns, rows, [note] if left else []


def _wording(
    results: list[_Result], rank: Mapping[str, int], said: list[str], write: _Writing
) -> tuple[str, str]:
    """Return the title and the sentence."""
    grown = [one for one in results if one.growth is not None]
    compared = [one for one in grown if one.region["code"] != NATION]
    nation = next((one for one in grown if one.region["code"] == NATION), None)
    also = ""
    if nation and compared:
        growth = write.growth(_sure(nation.growth), 0)
        also = f" {_capital(nation.tells(write, short=True))} ({growth})."
    between = f"Entre {said[0]} et {said[1]}, "
    if len(compared) > 1:
        regions = sum(one.region["code"] != NATION for one in results)
        which = " choisies" if len(rank) > len(compared) else ""
        which = " comparables" if regions > len(compared) else which
        title, sentence = _compared(compared, which, write)
        return title, between + sentence + also
    only = (compared or [nation] if nation else compared or results)[0]
    return _alone(only, rank, between, also, write)


def _compared(compared: list[_Result], which: str, write: _Writing) -> tuple[str, str]:
    ordered = sorted(compared, key=lambda one: -_sure(one.growth))
    top, low = ordered[0], ordered[-1]
    high, least = _sure(top.growth), _sure(low.growth)
    many = f"des {len(compared)} régions{which}"
    # in percent, the greatest rise is not that of the most added
    rise = "la plus forte hausse" if write.points else "la plus forte hausse en proportion"
    best = rise if high > 0 else "l’évolution la plus haute"
    worst = "la plus forte baisse" if least < 0 else "sans changement"
    worst = "la plus faible" if least > 0 else worst
    shared = " (ex æquo)" if ordered[1].growth == top.growth else ""
    title = f"{top.region['name']}{NBSP}: {best} {many} ({write.growth(high, 0)})"
    return title, (
        f"{top.tells(write)} ({write.growth(high, 0)}), {best} {many}{shared}{NARROW}; "
        f"{low.tells(write, short=True)} ({write.growth(least, 0)}), {worst}."
    )


def _alone(
    only: _Result, rank: Mapping[str, int], between: str, also: str, write: _Writing
) -> tuple[str, str]:
    name = only.region["name"]
    if only.first is None or only.last is None:
        subject = _capital(only.region["subject"])
        return (
            f"{name}{NBSP}: pas d’évolution calculable",
            f"{subject} n’a pas d’évolution calculable sur la période.",
        )
    grown = "" if only.growth is None else f" ({write.growth(only.growth, 0)})"
    place = rank.get(only.region["code"])
    ranked = f", au {ordinal(place)} rang des {len(rank)} régions" if place else ""
    amounts = f"de {write.amount(only.first)} à {write.amount(only.last)} {write.counted}"
    sentence = f"{between}{only.tells(write)}{grown}{ranked}.{also}"
    return f"{name}{NBSP}: {amounts}{grown}", sentence


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
