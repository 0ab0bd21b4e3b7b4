"""Explorer of regional series: choose regions, an indicator and a measure, see what follows.

`summary` and the helpers below have their twins in ``js/regions.js``; a test holds the two equal.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, cast

import pandas as pd

from handbook.explorers.base import (
    Choice,
    Choices,
    Explorer,
    Field,
    State,
    Summary,
    source_entries,
)
from handbook.figures.french import (
    NARROW,
    NBSP,
    date,
    joined,
    number,
    ordinal,
    percent,
    typeset,
)

__all__ = ["Indicator", "RegionsExplorer"]

NATION = "FR"
_PLACES = 6  # decimals kept of a computed value, so that Python and JavaScript agree
_SIGNIFICANT = 10  # digits kept of a given value, so that machines agree
_NONE = "–"
_MEASURES = {
    "value": "en valeur",
    "index": "en indice (100 au départ)",
    "share": "en part de la France",
}
_METHOD = (
    "Les évolutions se comptent entre la première et la dernière date où toutes les régions "
    "choisies ont une valeur. Indice\u00a0: valeur divisée par celle de la première de ces dates, "
    "multipliée par 100. Part de la France\u00a0: valeur divisée par celle de la France à la même "
    "date.",
    "Par an\u00a0: croissance annuelle moyenne, c’est-à-dire le taux constant qui mènerait de la "
    "première à la dernière valeur\u202f; pour une part, les points gagnés par an. Rang\u00a0: "
    "place parmi toutes les régions à la dernière date, de la plus haute valeur à la plus basse.",
)
# How a sentence names a region: grammar, not data. A name that is not here stands alone.
_ARTICLES = {
    "l’": ("Auvergne-Rhône-Alpes", "Île-de-France", "Occitanie"),
    "le ": ("Centre-Val de Loire", "Grand Est"),
    "les ": ("Hauts-de-France", "Pays de la Loire"),
    "la ": (
        "Bourgogne-Franche-Comté",
        "Bretagne",
        "Corse",
        "France",
        "Guadeloupe",
        "Guyane",
        "Martinique",
        "Normandie",
        "Nouvelle-Aquitaine",
        "Provence-Alpes-Côte d’Azur",
    ),
}


@dataclass(frozen=True)
class Indicator:
    """How an indicator is named and written.

    Attributes
    ----------
    label
        Its name, as in « MSP ouvertes ».
    noun
        What an amount counts, in the plural: « MSP » in « 2 501 MSP ».
    unit
        ``"%"`` for a share: its changes are then in points. Otherwise empty.
    decimals
        Decimals shown.
    additive
        Whether regions sum to the nation, so that a share of it means something.
    precision
        How a date is written.
    sources
        Identifiers of its sources.
    """

    label: str
    noun: str
    unit: Literal["", "%"] = ""
    decimals: int = 0
    additive: bool = True
    precision: Literal["day", "month", "year"] = "month"
    sources: Sequence[str] = ()


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
        noun = "point" if abs(_rounded(value, 1)) < 2 else "points"  # noqa: PLR2004
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


class RegionsExplorer(Explorer):
    """Choose regions, an indicator and a measure; curves, figures and the finding follow.

    Attributes
    ----------
    regions
        Codes of the chosen regions, a tuple.
    indicator
        Identifier of the indicator.
    measure
        ``"value"``, ``"index"`` (100 at the start) or ``"share"`` (of the nation).

    Examples
    --------
    >>> view = RegionsExplorer(frame, indicators={"msp_nb": Indicator("MSP ouvertes", "MSP")},
    ...                        sources=[source])  # doctest: +SKIP
    >>> view.regions = ["REG-84"]  # doctest: +SKIP
    """

    name = "regions"

    regions = Choices()
    indicator = Choice()
    measure = Choice()

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        indicators: Mapping[str, Indicator],
        sources: Mapping[str, Any] | Sequence[Any] = (),
        regions: Sequence[str] | None = None,
        indicator: str | None = None,
        measure: str = "value",
    ) -> None:
        """Hold a tidy frame of regional series.

        Parameters
        ----------
        frame
            One row per date, region and indicator. Columns ``date`` (period end), ``code``
            (``"FR"`` is the nation), ``name``, ``indicator``, ``value``.
        indicators
            How each indicator of the frame is named, in the order in which they are offered.
        sources
            See :func:`handbook.explorers.base.source_entries`.
        regions, indicator, measure
            The first state. By default the three regions that hold most at the last date, the
            first indicator and its plain values.

        Raises
        ------
        ValueError
            If a column is missing, an indicator has no row, or two rows tell the same fact.
        traitlets.TraitError
            If the first state is not allowed.
        """
        tidy = _tidy(frame, indicators)
        entries = [_entry(tidy, key, told) for key, told in indicators.items()]
        places = _places(tidy)
        complete = all(
            NATION in one["values"] and indicators[one["id"]].additive for one in entries
        )
        measures = {key: text for key, text in _MEASURES.items() if complete or key != "share"}
        chosen = indicator if indicator in indicators else next(iter(indicators))
        fields = (
            Field("indicator", "indicateur", "choice", tuple(indicators)),
            Field("measure", "mesure", "choice", tuple(measures)),
            Field("regions", "regions", "choices", tuple(place["code"] for place in places)),
        )
        state = {
            "indicator": indicator or chosen,
            "measure": measure,
            "regions": _largest(tidy, chosen) if regions is None else list(regions),
        }
        codes = [place["code"] for place in places]
        for entry in entries:
            empty: list[float | None] = [None] * len(entry["dates"])
            entry["values"] = {code: entry["values"].get(code, empty) for code in codes}
        super().__init__(
            {
                "regions": places,
                "indicators": entries,
                "measures": measures,
                "sources": source_entries(sources),
                "method": list(_METHOD),
            },
            fields,
            state,
        )

    def summary(self, state: State | None = None) -> Summary:
        """Return what the view says in `state` (by default the current one).

        Raises
        ------
        traitlets.TraitError
            If the state is not allowed.
        """
        now = {**self.state, **(state or {})}
        now = {key: self.field(key).check(value) for key, value in now.items()}
        return _summary(self.data, now)


def _tidy(frame: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    wanted = ["date", "code", "name", "indicator", "value"]
    missing = [column for column in wanted if column not in frame]
    if missing:
        raise ValueError(f"frame: columns {missing} are missing; have {list(frame.columns)}")
    if not indicators:
        raise ValueError("indicators: give at least one")
    tidy = frame.loc[frame["indicator"].isin(list(indicators)), wanted].dropna(subset=["value"])
    absent = sorted(set(indicators) - set(tidy["indicator"]))
    if absent:
        raise ValueError(f"frame: no value for indicator {absent}")
    tidy = tidy.assign(date=pd.to_datetime(tidy["date"]).dt.strftime("%Y-%m-%d"))
    double = tidy[tidy.duplicated(["date", "code", "indicator"])]
    if len(double):
        first = double.iloc[0]
        raise ValueError(
            f"frame: two values of {first['indicator']!r} for {first['code']!r} on {first['date']}"
        )
    spaced = sorted(code for code in {*indicators, *tidy["code"]} if not code or " " in code)
    if spaced:
        raise ValueError(f"identifiers may not be empty or hold a space: {spaced}")
    return tidy


def _places(tidy: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the nation first, then regions by name, with how a sentence names them."""
    found = tidy.drop_duplicates("code").set_index("code")["name"].to_dict()
    places = []
    for code, given in found.items():
        name = typeset(str(given))
        article = next((key for key, names in _ARTICLES.items() if name in names), "")
        told = {"name": name, "subject": article + name, "plural": article == "les "}
        places.append({"code": str(code), **told})
    return sorted(places, key=lambda place: (place["code"] != NATION, _sortable(place["name"])))


def _sortable(name: str) -> str:
    """Sort É and Î as E and I."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def _entry(tidy: pd.DataFrame, key: str, told: Indicator) -> dict[str, Any]:
    wide = tidy[tidy["indicator"] == key].pivot(index="date", columns="code", values="value")
    wide = wide.sort_index()
    values = {
        str(code): [None if pd.isna(value) else _plain(value) for value in wide[code]]
        for code in wide.columns
    }
    return {
        "id": key,
        "label": told.label,
        "noun": told.noun,
        "unit": told.unit,
        "decimals": told.decimals,
        "precision": told.precision,
        "sources": list(told.sources),
        "dates": list(wide.index),
        "values": values,
    }


def _largest(tidy: pd.DataFrame, indicator: str) -> list[str]:
    rows = tidy[(tidy["indicator"] == indicator) & (tidy["code"] != NATION)]
    last = rows[rows["date"] == rows["date"].max()].sort_values(["value", "code"])
    return [str(code) for code in last["code"].iloc[::-1][:3]]


def _plain(value: float) -> float:
    """Return `value` at ten significant digits, whole numbers as int (so JSON stays short)."""
    short = float(f"{float(value):.{_SIGNIFICANT}g}")
    return int(short) if short.is_integer() else short


def _rounded(value: float, places: int) -> float:
    """Round half away from zero on the shortest decimal writing, as ``js/french.js`` does."""
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


def _summary(data: Mapping[str, Any], state: State) -> Summary:
    told = next(one for one in data["indicators"] if one["id"] == state["indicator"])
    measure, codes = state["measure"], state["regions"]
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
    rank = _ranks(data, told, measure, span)
    said = [date(moment, told["precision"]) for moment in (first, last)]
    title, sentence = _wording(results, rank, said, write)
    columns, rows, notes = _tabled(results, rank, said, write, measure)
    curves = [
        {"code": one.region["code"], "points": [list(at) for at in zip(told["dates"], one.values)]}
        for one in results
    ]
    return Summary(title, sentence, columns=columns, rows=rows, notes=notes, curves=curves, **base)


def _tabled(
    results: list[_Result], rank: Mapping[str, int], said: list[str], write: _Writing, measure: str
) -> tuple[list[str], list[list[str]], list[str]]:
    plain = measure == "value" and not write.points
    columns = ["Région", *said, *(["Écart"] if plain else []), "Évolution", "Par an", "Rang"]
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
                f"{ordinal(place)} sur {len(rank)}" if place else _NONE,
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
        title, sentence = _compared(compared, len(rank), write)
        return title, between + sentence + also
    only = (compared or [nation] if nation else compared or results)[0]
    return _alone(only, rank, between, also, write)


def _compared(compared: list[_Result], count: int, write: _Writing) -> tuple[str, str]:
    ordered = sorted(compared, key=lambda one: -_sure(one.growth))
    top, low = ordered[0], ordered[-1]
    high, least = _sure(top.growth), _sure(low.growth)
    many = f"des {len(compared)} régions" + ("" if len(compared) == count else " choisies")
    best = "la plus forte hausse" if high > 0 else "l’évolution la plus haute"
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
