"""Explorer of series by territory: choose some, an indicator and a measure, see what follows.

What it says in each state is computed in `summary`, and by its twin in ``view.js``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from handbook.core.doors import door, fields_checked
from handbook.core.french import typeset
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Choice,
    Choices,
    Explorer,
    Field,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.values import Noun, agreed, plain_number
from handbook.views.regions.names import subject_of
from handbook.views.regions.summary import summary

__all__ = ["Indicator", "RegionsExplorer"]

_TERRITORY = Noun("territoire", "territoires")
_SIGNIFICANT = 10  # digits kept of a given value, so that machines agree
_MEASURES = {
    "value": "en valeur",
    "index": "en indice (100 au départ)",
    "share": "en part du total",
}


@fields_checked(ViewError)
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
        Whether territories sum to the whole, so that a share of it means something.
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


class RegionsExplorer(Explorer):
    """Choose territories, an indicator and a measure; curves, figures and the finding follow.

    Attributes
    ----------
    regions
        Codes of the chosen territories, a tuple.
    indicator
        Identifier of the indicator.
    measure
        ``"value"``, ``"index"`` (100 at the start) or ``"share"`` (of the whole).

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

    @door(ViewError)
    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        indicators: Mapping[str, Indicator],
        whole: tuple[str, str] | None = None,
        noun: Noun = _TERRITORY,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        regions: Sequence[str] | None = None,
        indicator: str | None = None,
        measure: str = "value",
    ) -> None:
        """Hold a tidy frame of series by territory.

        Parameters
        ----------
        frame
            One row per date, territory and indicator. Columns ``date`` (period end), ``code``,
            ``name``, ``indicator``, ``value``.
        indicators
            How each indicator of the frame is named, in the order in which they are offered.
        whole
            Code of the territory that holds the others, if the frame has it, and how one says « of
            it »: ``("FR", "de France")``. It has no rank, and the others may be shares of it.
        noun
            What a territory is.
        sources
            See :func:`handbook.views.base.explorer.source_entries`.
        regions, indicator, measure
            The first state. By default the three territories that hold most at the last date, the
            first indicator and its plain values.

        Raises
        ------
        ViewError
            If a column is missing, an indicator has no row, two rows tell the same fact, or the
            whole is no territory of the frame.
        StateError
            If the first state is not allowed.
        """
        tidy = _tidy(frame, indicators)
        entries = [_entry(tidy, key, one) for key, one in indicators.items()]
        code = whole[0] if whole else None
        places = _places(tidy, code)
        complete = all(code in one["values"] and indicators[one["id"]].additive for one in entries)
        measures = {key: text for key, text in _MEASURES.items() if complete or key != "share"}
        chosen = indicator or next(iter(indicators))
        fields = (
            Field("indicator", "indicateur", "choice", tuple(indicators)),
            Field("measure", "mesure", "choice", tuple(measures)),
            Field("regions", "regions", "choices", tuple(place["code"] for place in places)),
        )
        state = {
            "indicator": chosen,
            "measure": measure,
            "regions": _largest(tidy, chosen, code) if regions is None else list(regions),
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
                "whole": {"code": whole[0], "of": typeset(whole[1])} if whole else None,
                "noun": noun.entry(),
                "sources": source_entries(sources),
                "method": _method(noun.entry(), share="share" in measures),
            },
            fields,
            state,
        )

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _tidy(frame: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    wanted = ["date", "code", "name", "indicator", "value"]
    missing = [column for column in wanted if column not in frame]
    if missing:
        raise ViewError(f"frame: columns {missing} are missing; have {list(frame.columns)}")
    if not indicators:
        raise ViewError("indicators: give at least one")
    tidy = frame.loc[frame["indicator"].isin(list(indicators)), wanted].dropna(subset=["value"])
    absent = sorted(set(indicators) - set(tidy["indicator"]))
    if absent:
        raise ViewError(f"frame: no value for indicator {absent}")
    tidy = tidy.assign(date=pd.to_datetime(tidy["date"]).dt.strftime("%Y-%m-%d"))
    double = tidy[tidy.duplicated(["date", "code", "indicator"])]
    if len(double):
        first = double.iloc[0]
        raise ViewError(
            f"frame: two values of {first['indicator']!r} for {first['code']!r} on {first['date']}"
        )
    spaced = sorted(code for code in {*indicators, *tidy["code"]} if not code or " " in code)
    if spaced:
        raise ViewError(f"identifiers may not be empty or hold a space: {spaced}")
    return tidy


def _method(noun: Mapping[str, Any], *, share: bool) -> list[str]:
    every = f"{'toutes' if noun['feminine'] else 'tous'} les {noun['many']}"
    definitions = [
        (
            "Les évolutions se comptent entre la première et la dernière date où"
            f" {every} {agreed('choisi', noun, 2)} ont une valeur."
        ),
        "Indice\u00a0: valeur divisée par celle de la première de ces dates, multipliée par 100.",
        (
            "Par an\u00a0: croissance annuelle moyenne, c’est-à-dire le taux constant qui mènerait"
            " de la première à la dernière valeur\u202f; pour une part, les points gagnés par an."
        ),
        (
            f"Rang\u00a0: place parmi {every} à la dernière date, de la plus haute valeur à la plus"
            " basse."
        ),
    ]
    if share:
        text = "Part du total\u00a0: valeur divisée par celle de l’ensemble à la même date."
        definitions.insert(2, text)
    return definitions


def _places(tidy: pd.DataFrame, whole: str | None) -> list[dict[str, Any]]:
    """Return the whole first, then territories by name, with how a sentence names them."""
    found = tidy.drop_duplicates("code").set_index("code")["name"].to_dict()
    if whole is not None and whole not in found:
        raise ViewError(f"whole: no {whole!r} in the frame; have {', '.join(map(str, found))}")
    places = []
    for code, given in found.items():
        name = typeset(str(given))
        subject = subject_of(name)
        plural = subject.startswith("les ")
        places.append({"code": str(code), "name": name, "subject": subject, "plural": plural})
    return sorted(places, key=lambda place: (place["code"] != whole, _sortable(place["name"])))


def _sortable(name: str) -> str:
    """Sort É and Î as E and I."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def _entry(tidy: pd.DataFrame, key: str, indicator: Indicator) -> dict[str, Any]:
    wide = tidy[tidy["indicator"] == key].pivot_table("value", index="date", columns="code")
    values = {
        str(code): [
            None if pd.isna(value) else plain_number(value, _SIGNIFICANT) for value in wide[code]
        ]
        for code in wide.columns
    }
    return {
        "id": key,
        "label": indicator.label,
        "noun": indicator.noun,
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "precision": indicator.precision,
        "sources": list(indicator.sources),
        "dates": list(wide.index),
        "values": values,
    }


def _largest(tidy: pd.DataFrame, indicator: str, whole: str | None) -> list[str]:
    rows = tidy[(tidy["indicator"] == indicator) & (tidy["code"] != whole)]
    last = rows[rows["date"] == rows["date"].max()].sort_values(["value", "code"])
    return [str(code) for code in last["code"].iloc[::-1][:3]]
