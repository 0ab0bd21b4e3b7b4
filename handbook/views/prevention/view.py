"""Explorer of the prevention consultation: rhythm, uptake, minutes, delegation and price.

The arithmetic is that of ``handbook.economics.prevention``, small enough for the page to redo it;
a test holds the three equal. Its twin is in ``view.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handbook.core.doors import door, fields_checked
from handbook.core.french import NARROW, NBSP, amount, joined, number, percent, typeset
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import Explorer, Number, State, Summary, source_entries
from handbook.views.base.parameters import (
    Parameter,
    central_state,
    moved,
    parameter_entries,
    parameter_fields,
)

__all__ = ["PreventionExplorer", "Scale", "Total"]

WEEKS = 52
_TWO_MILLIONS = 1.95e6  # written 2,0
WHO = {"ipa": "Infirmiers en pratique avancée", "nurse": "Infirmiers", "pharmacist": "Pharmaciens"}
_METHOD = (
    "Consultations par an\u00a0: population invitée, divisée par le rythme, fois la part qui"
    " vient. Heures\u00a0: consultations fois leur durée. Temps pleins\u00a0: heures divisées"
    " par celles qu’un généraliste passe auprès des patients dans l’année. Coût\u00a0:"
    " consultations fois leur prix, sans les examens prescrits ni leurs suites."
)


@fields_checked(ViewError)
@dataclass(frozen=True)
class Total:
    """A yearly total of spending, in Md€, to which the cost is set."""

    label: str
    value: float
    source: str


@fields_checked(ViewError)
@dataclass(frozen=True)
class Scale:
    """What the reader does not set.

    Attributes
    ----------
    younger, older
        Persons at the end of `year`, under and over the age at which the rhythm changes.
    physicians
        How many general practitioners would give the visits.
    physicians_words
        Which ones: « généralistes exclusivement libéraux de 2023 ».
    split
        Weights of those who are not physicians: keys of ``WHO``.
    today
        Check-ups a year now.
    today_words
        What they are, after « le rythme »: « des bilans faits en 2025 ».
    totals
        Yearly totals, the document's own first.
    likely
        Lower bound at 80 percent, median and upper bound, all ranges together, of ``visits``,
        ``workforce_share`` and ``cost``.
    year
        Of what is computed.
    physicians_short
        The same in fewer words, for a title; `physicians_words` by default.
    today_is_low
        Whether `today` is a lower bound (« plus de »): then the multiple of it is an upper one.
    method
        Sentences on where the populations and the physicians come from.
    """

    younger: float
    older: float
    physicians: float
    physicians_words: str
    split: Mapping[str, float]
    today: float
    today_words: str
    totals: Sequence[Total]
    likely: Mapping[str, tuple[float, float, float]]
    year: int
    today_is_low: bool = False
    physicians_short: str = ""
    method: Sequence[str] = ()


class PreventionExplorer(Explorer):
    """Set the rhythm, who comes, for how long, who receives them and the price.

    Attributes
    ----------
    every_younger, every_older
        Years between two consultations.
    eligible, uptake, delegated
        Percents: of the younger invited, of the invited who come, of visits not given by
        physicians.
    minutes, hours_week, weeks_off
        Of a visit; of care a week; without any visit in a year.
    tariff
        Euros a visit.
    """

    name = "prevention"

    every_younger = Number()
    every_older = Number()
    eligible = Number()
    uptake = Number()
    minutes = Number()
    hours_week = Number()
    weeks_off = Number()
    delegated = Number()
    tariff = Number()

    @door(ViewError)
    def __init__(
        self,
        parameters: Sequence[Parameter],
        scale: Scale,
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        presets: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Hold the parameters, one for each trait, and what they apply to.

        Parameters
        ----------
        parameters
            In the order they are shown.
        scale
            Populations, physicians and totals.
        sources
            See :func:`handbook.views.source_entries`.
        presets
            Sets of values under a label: ``{"label", "note", "values"}``.

        Raises
        ------
        ViewError
            If a parameter is missing or the split weighs nothing.
        StateError
            If a parameter has no trait.
        """
        absent = sorted(set(_KEYS) - {one.key for one in parameters})
        if absent:
            raise ViewError(f"parameters: {', '.join(absent)} are missing")
        weight = sum(scale.split[key] for key in WHO)
        if weight <= 0:
            raise ViewError(f"split: the weights {dict(scale.split)} give nothing to anyone")
        data = {
            "parameters": parameter_entries(parameters),
            "presets": list(presets),
            "younger": round(scale.younger),
            "older": round(scale.older),
            "physicians": round(scale.physicians),
            "physicians_words": typeset(scale.physicians_words),
            "physicians_short": typeset(scale.physicians_short or scale.physicians_words),
            "split": [[key, WHO[key], scale.split[key] / weight] for key in WHO],
            "today": round(scale.today),
            "today_words": typeset(scale.today_words),
            "today_is_low": scale.today_is_low,
            "totals": [[one.label, one.value] for one in scale.totals],
            "cited": list(dict.fromkeys(one.source for one in scale.totals)),
            "likely": {key: list(bounds) for key, bounds in scale.likely.items()},
            "year": scale.year,
            "sources": source_entries(sources),
            "method": [_METHOD, *map(typeset, scale.method)],
        }
        super().__init__(data, parameter_fields(parameters), central_state(parameters))

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


_KEYS = (
    "every_younger",
    "every_older",
    "eligible",
    "uptake",
    "minutes",
    "hours_week",
    "weeks_off",
    "delegated",
    "tariff",
)


def need(data: Mapping[str, Any], state: State) -> dict[str, float]:
    """Return visits, hours, full-time physicians and M€, in the order JavaScript computes them."""
    young = data["younger"] * state["eligible"] / 100 / state["every_younger"]
    visits = (young + data["older"] / state["every_older"]) * state["uptake"] / 100
    hours = visits * state["minutes"] / 60
    alone = hours / (state["hours_week"] * (WEEKS - state["weeks_off"]))
    return {
        "visits": visits,
        "hours": hours,
        "alone": alone,
        "full": alone * (100 - state["delegated"]) / 100,
        "cost": visits * state["tariff"] / 1e6,
    }


def _millions(count: float) -> str:
    """Write « 0,9 million », « 14,4 millions »."""
    return amount(count / 1e6, "millions" if count >= _TWO_MILLIONS else "million", 1)


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    needs = need(data, state)
    share, alone = (100 * needs[key] / data["physicians"] for key in ("full", "alone"))
    visits = _millions(needs["visits"])
    label, total = data["totals"][0]
    sentence = (
        f"Il faudrait {visits} de consultations par an,{' au plus' if data['today_is_low'] else ''}"
        f" {number(needs['visits'] / data['today'], 0)} fois le rythme {data['today_words']}. Les"
        f" médecins y consacreraient {number(needs['full'], 0)} temps pleins,"
        f" {percent(share, 1)} du temps des"
        f" {data['physicians_words']}{NARROW}; {number(needs['alone'], 0)} temps pleins"
        f" ({percent(alone, 1)}) si rien n’est délégué. Le prix des consultations serait de"
        f" {amount(needs['cost'], 'M€', 0)} par an,"
        f" {percent(needs['cost'] / 10 / total, 2)} {label}."
    )
    away = state["delegated"] / 100
    parts = [("Médecins", 1 - away), *((name, away * part) for _, name, part in data["split"])]
    rows = [
        [
            name,
            number(needs["visits"] * part / 1e3, 0),
            number(needs["hours"] * part / 1e3, 0),
            number(needs["alone"] * part, 0),
        ]
        for name, part in [*parts, ("Ensemble", 1.0)]
    ]
    others = joined(
        f"{percent(needs['cost'] / 10 / value, 2)} {name}" for name, value in data["totals"][1:]
    )
    likely = data["likely"]
    (few, visited, many), (least, given, most), (cheap, paid, dear) = (
        likely[key] for key in ("visits", "workforce_share", "cost")
    )
    return Summary(
        title=f"Si {percent(state['uptake'])} des invités viennent{NBSP}: {percent(share, 1)} du"
        f" temps des {data['physicians_short']}",
        sentence=sentence,
        caption=f"Qui ferait les consultations, fin {data['year']}",
        columns=[
            "Qui",
            "Milliers de consultations par an",
            "Milliers d’heures par an",
            "Temps pleins, à l’horaire d’un généraliste",
        ],
        rows=rows,
        notes=[
            f"À prendre sur l’existant{NBSP}: le même coût ferait {others}.",
            (
                "Sans toucher aux réglages, chaque valeur tirée dans sa fourchette donne, en"
                f" médiane et à 80{NARROW}%{NBSP}: {_millions(visited)} de"
                f" consultations (de {number(few / 1e6, 1)} à {number(many / 1e6, 1)}),"
                f" {percent(given, 1)} de ce"
                f" temps (de {number(least, 1)} à {number(most, 1)}), {amount(paid, 'M€', 0)}"
                f" (de {number(cheap, 0)} à {number(dear, 0)}). Les curseurs partent de la valeur"
                " publiée ou supposée de chaque entrée, qui n’est pas toujours la médiane."
            ),
            *moved(data["parameters"], state),
        ],
        sources=data["cited"],
    )
