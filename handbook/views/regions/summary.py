"""What the explorer of series by territory says in one state.

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

from handbook.core.french import NARROW, NBSP, date, in_letters, joined, number, ordinal, percent
from handbook.views.base.explorer import State, Summary
from handbook.views.base.values import agreed, capital

__all__ = ["summary"]

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
    indicator = next(one for one in data["indicators"] if one["id"] == state["indicator"])
    measure, whole, noun = state["measure"], _whole(data), data["noun"]
    # a share of itself would say nothing
    codes = [code for code in state["regions"] if code != whole or measure != "share"]
    base = {
        "caption": f"{indicator['label']}, {data['measures'][measure]}",
        "sources": indicator["sources"],
    }
    if not codes:
        none, chosen = agreed("aucun", noun), agreed("choisi", noun)
        sentence = (
            f"{capital(none)} {noun['one']} n’est {chosen}. Cochez-en au moins {agreed('un', noun)}"
            " pour voir sa courbe."
        )
        title = f"{capital(none)} {noun['one']} {chosen}"
        return Summary(title, sentence, columns=[capital(noun["one"])], **base)
    span = _window(indicator, measure, codes, whole)
    if span is None:
        sentence = (
            f"Les {noun['many']} {agreed('choisi', noun, 2)} n’ont pas deux dates en commun pour"
            " cet indicateur."
        )
        return Summary("Pas de période commune", sentence, columns=[capital(noun["one"])], **base)
    first, last = (dt.date.fromisoformat(indicator["dates"][at]) for at in span)
    years = (last - first).days / 365.25
    write = _writing(data, indicator, measure)
    places = {place["code"]: place for place in data["regions"]}
    results = [
        _result(
            places[code],
            _measured(indicator, measure, code, span[0], whole),
            span,
            years,
            write.points,
        )
        for code in codes
    ]
    results.sort(key=lambda one: _order(one, whole), reverse=True)
    rank = _ranks(data, indicator, measure, span)
    said = [date(moment, indicator["precision"]) for moment in (first, last)]
    title, sentence = _wording(data, results, rank, said, write)
    columns, rows, notes = _tabled(data, results, rank, said, write, measure)
    curves = [
        {
            "code": one.region["code"],
            "points": list(map(list, zip(indicator["dates"], one.values, strict=True))),
        }
        for one in results
    ]
    return Summary(title, sentence, columns=columns, rows=rows, notes=notes, curves=curves, **base)


def _whole(data: Mapping[str, Any]) -> str | None:
    """Return the code of what holds the others, if anything does."""
    return data["whole"]["code"] if data["whole"] else None


def _order(one: _Result, whole: str | None) -> float:
    """Put the whole first, then territories from the highest; what has no value last."""
    if one.region["code"] == whole:
        return math.inf
    return -math.inf if one.last is None else one.last


def _rounded(value: float, places: int) -> float:
    """Round half away from zero on the shortest decimal writing, as ``french.js`` does."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(exact) + 0.0


def _sure(value: float | None) -> float:
    return cast("float", value)


def _measured(
    indicator: Mapping[str, Any], measure: str, code: str, base: int, whole: str | None
) -> list[float | None]:
    """Return the values of one territory in the measure asked for."""
    values: list[float | None] = indicator["values"][code]
    if measure == "value":
        return values
    by = indicator["values"][whole] if measure == "share" else [values[base]] * len(values)
    return [
        None if value is None or not one else _rounded(100 * value / one, _PLACES)
        for value, one in zip(values, by, strict=True)
    ]


def _writing(data: Mapping[str, Any], indicator: Mapping[str, Any], measure: str) -> _Writing:
    points = measure == "share" or (measure == "value" and indicator["unit"] == "%")
    digits = {"value": indicator["decimals"], "index": 0, "share": 1}[measure]
    counted = {
        "value": indicator["noun"],
        "index": "en indice",
        "share": f"des {indicator['noun']} {data['whole']['of'] if data['whole'] else ''}",
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


def _window(
    indicator: Mapping[str, Any], measure: str, codes: Sequence[str], whole: str | None
) -> tuple[int, int] | None:
    """Return the first and last dates at which every chosen territory has a value."""
    needed = [*codes, whole] if measure == "share" else codes
    columns = [indicator["values"][code] for code in needed]
    common = [at for at, row in enumerate(zip(*columns, strict=True)) if None not in row]
    return (common[0], common[-1]) if len(common) > 1 else None


def _ranks(
    data: Mapping[str, Any], indicator: Mapping[str, Any], measure: str, span: tuple[int, int]
) -> dict[str, int]:
    """Return each territory's place at the last date, from the highest; equal values share one."""
    whole = _whole(data)
    values = {
        place["code"]: _measured(indicator, measure, place["code"], span[0], whole)[span[1]]
        for place in data["regions"]
        if place["code"] != whole
    }
    last = {code: value for code, value in values.items() if value is not None}
    return {code: 1 + sum(other > value for other in last.values()) for code, value in last.items()}


def _tabled(
    data: Mapping[str, Any],
    results: list[_Result],
    rank: Mapping[str, int],
    said: list[str],
    write: _Writing,
    measure: str,
) -> tuple[list[str], list[list[str]], list[str]]:
    plain = measure == "value" and not write.points
    columns = [
        capital(data["noun"]["one"]),
        *said,
        *(["Écart"] if plain else []),
        "Évolution",
        "Par an",
    ]
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
    data: Mapping[str, Any],
    results: list[_Result],
    rank: Mapping[str, int],
    said: list[str],
    write: _Writing,
) -> tuple[str, str]:
    """Return the title and the sentence."""
    whole, noun = _whole(data), data["noun"]
    grown = [one for one in results if one.growth is not None]
    compared = [one for one in grown if one.region["code"] != whole]
    nation = next((one for one in grown if one.region["code"] == whole), None)
    also = ""
    if nation and compared:
        growth = write.growth(_sure(nation.growth), 0)
        also = f" {capital(nation.tells(write, short=True))} ({growth})."
    between = f"Entre {said[0]} et {said[1]}, "
    if len(compared) > 1:
        regions = sum(one.region["code"] != whole for one in results)
        which = f" {agreed('choisi', noun, 2)}" if len(rank) > len(compared) else ""
        which = " comparables" if regions > len(compared) else which
        many = f"{noun['many']}{which}"
        title, sentence = _compared(compared, many, write)
        return title, between + sentence + also
    only = (compared or [nation] if nation else compared or results)[0]
    title, sentence = _alone(only, rank, noun["many"], write)
    if only.first is None or only.last is None:
        return title, sentence
    return title, f"{between}{sentence}{also}"


def _compared(compared: list[_Result], noun: str, write: _Writing) -> tuple[str, str]:
    ordered = sorted(compared, key=lambda one: -_sure(one.growth))
    top, low = ordered[0], ordered[-1]
    high, least = _sure(top.growth), _sure(low.growth)
    many = f"des {in_letters(len(compared))} {noun}"
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


def _alone(only: _Result, rank: Mapping[str, int], noun: str, write: _Writing) -> tuple[str, str]:
    name = only.region["name"]
    if only.first is None or only.last is None:
        subject = capital(only.region["subject"])
        return (
            f"{name}{NBSP}: pas d’évolution calculable",
            f"{subject} n’a pas d’évolution calculable sur la période.",
        )
    grown = "" if only.growth is None else f" ({write.growth(only.growth, 0)})"
    place = rank.get(only.region["code"])
    ranked = f", au {ordinal(place)} rang des {len(rank)} {noun}" if place else ""
    amounts = f"de {write.amount(only.first)} à {write.amount(only.last)} {write.counted}"
    return f"{name}{NBSP}: {amounts}{grown}", f"{only.tells(write)}{grown}{ranked}."
