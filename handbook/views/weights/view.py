"""Explorer of a benchmark: the reader's weights and choices in, rank intervals out.

The ranks are those of :func:`handbook.benchmarking.live.live_ranks`, which the script repeats with
the same numbers; a test holds ``view.js`` equal to this module on random states.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pandas as pd

from handbook.benchmarking.composite import Composite
from handbook.benchmarking.live import Payload, live_payload, live_ranks
from handbook.core.doors import door, fields_checked
from handbook.core.french import NARROW, NBSP, in_letters, joined, percent, typeset
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
from handbook.views.base.values import Noun, capital, of_noun, slug

__all__ = ["LEVEL", "Criterion", "WeightsExplorer"]

LEVEL = 5
"""Weight of a criterion that the reader has not moved, on a scale from 0 to 10."""

_UNIT = Noun("unité", "unités", feminine=True)
_LEVELS = range(11)
_BOTH = "toutes"
_NORMALISATIONS = {"minmax": "étendue", "zscore": "écart-type", "rank": "rangs"}
_AGGREGATIONS = {"arithmetic": "arithmétique", "geometric": "géométrique"}
_SCALES = (
    "Chaque critère est ramené à une échelle commune, pondéré, puis résumé par une moyenne. "
    "Étendue\u00a0: de 0,01 pour le moins bon à 1 pour le meilleur. Écart-type\u00a0: distance à "
    "la moyenne. Rangs\u00a0: place parmi {many}. La moyenne arithmétique laisse un point fort "
    "racheter un point faible\u202f; la géométrique le permet moins."
)
_RATINGS = (
    "Chaque cote vaut un point par niveau. La moyenne arithmétique laisse un point fort racheter "
    "un point faible\u202f; la géométrique le permet moins. Compter un point par niveau est une "
    "hypothèse\u00a0: une cote ne dit pas de combien un niveau dépasse l’autre."
)
_NONE_SHOWN = "Aucune ligne affichée"
_DOUBT = (
    "Rang\u00a0: celui que donnent vos poids avec la première méthode choisie. Intervalle\u00a0: "
    "chaque poids varie de plus ou moins {spread} dans {draws} tirages, avec toutes les méthodes "
    "choisies\u202f; on écarte les 5\u202f% de cas les plus favorables et les 5\u202f% les plus "
    "défavorables. Une case inconnue peut prendre toute valeur de son critère\u202f; le rang est "
    "alors donné au mieux, puis au pire."
)


@fields_checked(ViewError)
@dataclass(frozen=True)
class Criterion:
    """One criterion of the benchmark.

    Attributes
    ----------
    id
        Short identifier, in the page's address: no space, no dot.
    label
        Its name, in French.
    counts
        What earns points, as « moins de médecins ».
    turned
        What would earn points were the direction reversed; empty when nobody contests it.
    """

    id: str
    label: str
    counts: str = ""
    turned: str = ""


class WeightsExplorer(Explorer):
    """Weights, methods and directions by the reader; the rank of each unit, with its doubt.

    Attributes
    ----------
    weights
        Weights moved by the reader, as ``("medecins.8", "lits.0")``; the others weigh
        `LEVEL`. Given twice, the last counts.
    reversed
        Criteria whose direction is reversed.
    normalise, aggregate
        A method of the payload, or ``"toutes"``.
    shown
        Codes of the units shown; ranks are always among all.
    cells
        Ratings the reader filled in, as ``("KOR.1.3",)``: unit, criterion, level from 1.
    """

    name = "weights"

    weights = Choices()
    reversed = Choices()
    normalise = Choice()
    aggregate = Choice()
    shown = Choices()
    cells = Choices()

    @door(ViewError)
    def __init__(
        self,
        payload: Payload,
        *,
        units: Mapping[str, str],
        criteria: Sequence[Criterion],
        label: str,
        focus: tuple[str, str] | None = None,
        noun: Noun = _UNIT,
        levels: Sequence[str] = (),
        sources: Mapping[str, Any] | Sequence[Any] = (),
        note: str = "",
        state: State | None = None,
    ) -> None:
        """Hold the tables the page combines.

        Parameters
        ----------
        payload
            From ``live_payload`` or ``interval_payload``; units are codes of `units`, and
            indicators are in the order of `criteria`. `from_table` makes one of any table.
        units
            Code, without space or dot, to French name.
        criteria
            What each indicator is called.
        label
            What is ranked, in French: the name of the view for a screen reader.
        focus
            Code of the unit the finding is about, and how a sentence names it (« la France »); by
            default the first one.
        noun
            What a unit is.
        levels
            Names of the levels of a rating scale, from the worst: the reader may then fill cells.
        sources
            See :func:`handbook.views.base.explorer.source_entries`.
        note
            What the first line of the method says of this benchmark.
        state
            Part of the first state.

        Raises
        ------
        ViewError
            If a unit has no name, or the criteria do not match the payload.
        StateError
            If the first state is not allowed.
        """
        unnamed = [unit for unit in payload["units"] if unit not in units]
        if unnamed or len(criteria) != len(payload["indicators"]):
            raise ViewError(
                f"weights: no name for {unnamed}, or {len(criteria)} criteria for "
                f"{len(payload['indicators'])} indicators"
            )
        first_unit = payload["units"][0]
        focus = focus or (first_unit, units[first_unit])
        if focus[0] not in payload["units"]:
            raise ViewError(f"weights: the focus {focus[0]!r} is none of {payload['units']}")
        spread = percent(100 * payload["spread"])
        doubt = _DOUBT.format(draws=payload["draws"], spread=spread)
        method = [_RATINGS if levels else _SCALES.format(many=f"les {noun.many}"), doubt]
        data = {
            "live": payload,
            "units": [[code, typeset(units[code])] for code in payload["units"]],
            "noun": noun.entry(),
            "criteria": [
                [one.id, typeset(one.label), typeset(one.counts), typeset(one.turned)]
                for one in criteria
            ],
            "focus": list(focus),
            "label": typeset(label),
            "levels": [typeset(level) for level in levels],
            "normalisations": _offered(payload["tables"], _NORMALISATIONS),
            "aggregations": _offered(_aggregations(payload), _AGGREGATIONS),
            "sources": source_entries(sources),
            "method": [typeset(note), *method] if note else method,
        }
        fields = _fields(data)
        first: State = {one.key: [] for one in fields if one.kind == "choices"}
        first |= {one.key: one.values[-1] for one in fields if one.kind == "choice"}  # noqa: PD011
        first["shown"] = list(payload["units"])
        super().__init__(data, fields, {**first, **(state or {})})

    @classmethod
    @door(ViewError)
    def from_table(
        cls,
        table: pd.DataFrame,
        directions: Mapping[str, int] | None = None,
        *,
        label: str,
        draws: int = 200,
        **settings: Any,  # noqa: ANN401 - those of the class
    ) -> WeightsExplorer:
        """Return the view of any table of units (rows) by indicators (columns).

        Parameters
        ----------
        table
            Numbers; an empty cell is unknown, and never replaced. Row and column names are shown.
        directions
            Indicator to 1 (more is better, the default) or -1.
        label
            What is ranked, in French.
        draws
            Of the weights, around the reader's.
        **settings
            ``focus`` (with the name of a row), ``noun``, ``sources``, ``note``, ``state``.

        Raises
        ------
        ViewError
            If two names cannot be told apart in an address, or `Composite` refuses the table.
        """
        units, columns = _codes(table.index, "row"), _codes(table.columns, "column")
        odd = sorted(set(directions or {}) - set(map(str, table.columns)))
        if odd:
            raise ViewError(f"directions: {odd} are no columns; have {list(columns.values())}")
        coded = table.set_axis(list(units), axis=0).set_axis(list(columns), axis=1)
        signs = {code: (directions or {}).get(name, 1) for code, name in columns.items()}
        if "focus" in settings:
            name, subject = settings["focus"]
            settings["focus"] = (slug(name), subject)
        return cls(
            live_payload(Composite(coded, signs), draws=draws),
            units=units,
            criteria=[Criterion(code, name) for code, name in columns.items()],
            label=label,
            **settings,
        )

    def _said(self, state: State) -> Summary:
        return _summary(self.data, state)


def _codes(names: pd.Index, what: str) -> dict[str, str]:
    """Return each name under a code fit for an address."""
    codes = {slug(str(name)): str(name) for name in names}
    if len(codes) < len(names) or "" in codes:
        raise ViewError(f"table: two {what} names are alike, or one is empty: {list(names)}")
    return codes


def _offered(names: Sequence[str] | Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the methods offered by name, « toutes » last where there are several."""
    found = {name: labels.get(name, "échelle") for name in names}
    return {**found, _BOTH: "toutes"} if len(found) > 1 else found


def _aggregations(payload: Payload) -> list[str]:
    """Return the means possible: the geometric one asks for values above zero."""
    tables = [payload["tables"][name] for name in payload["geometric"].values()]
    cells = [
        row
        for table in tables
        for side in (table["given"], table["reversed"])
        for row in side["low"]
    ]
    positive = all(value > 0 for row in cells for value in row)
    return ["arithmetic", "geometric"] if positive else ["arithmetic"]


def _fields(data: Mapping[str, Any]) -> list[Field]:
    names = [one[0] for one in data["criteria"]]
    units = tuple(data["live"]["units"])
    moved = tuple(f"{name}.{level}" for name in names for level in _LEVELS)
    contested = tuple(one[0] for one in data["criteria"] if one[3])
    levels = range(1, 1 + len(data["levels"]))
    cells = tuple(f"{unit}.{name}.{at}" for unit in units for name in names for at in levels)
    fields = [Field("weights", "poids", "choices", moved)]
    if contested:
        fields.append(Field("reversed", "inverses", "choices", contested))
    if cells:
        fields.append(Field("cells", "cases", "choices", cells))
    return [
        *fields,
        Field("shown", "lignes", "choices", units),
        Field("normalise", "normalisation", "choice", tuple(data["normalisations"])),
        Field("aggregate", "moyenne", "choice", tuple(data["aggregations"])),
    ]


def _chosen(value: str, offered: Mapping[str, str]) -> list[str]:
    return [name for name in offered if name != _BOTH] if value == _BOTH else [value]


def _reader_weights(data: Mapping[str, Any], state: State) -> list[float]:
    moved = dict(token.rsplit(".", 1) for token in state["weights"])
    return [float(moved.get(one[0], LEVEL)) for one in data["criteria"]]


def _filled(data: Mapping[str, Any], state: State) -> Payload:
    """Return the payload with the reader's cells: low and high become the level chosen."""
    live: Payload = data["live"]
    if not state.get("cells"):
        return live
    changed = deepcopy(live)
    names = [one[0] for one in data["criteria"]]
    for token in state["cells"]:
        unit, name, level = token.split(".")
        row, column = changed["units"].index(unit), names.index(name)
        for table in changed["tables"].values():
            for side, value in (
                (table["given"], float(level)),
                (table["reversed"], 1.0 + len(data["levels"]) - float(level)),
            ):
                side["low"][row][column] = side["high"][row][column] = value
    return changed


def _ranked(data: Mapping[str, Any], state: State) -> pd.DataFrame | None:
    weights = _reader_weights(data, state)
    if not any(weights):
        return None
    payload = _filled(data, state)
    turned = set(state.get("reversed", ()))
    return live_ranks(
        payload,
        weights,
        normalise=_chosen(state["normalise"], data["normalisations"]),
        aggregate=_chosen(state["aggregate"], data["aggregations"]),
        reversed_=[
            name
            for name, one in zip(payload["indicators"], data["criteria"], strict=True)
            if one[0] in turned
        ],
    )


def _plain(name: str) -> str:
    """Sort É as E."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} à {last}"


def _summary(data: Mapping[str, Any], state: State) -> Summary:
    noun = data["noun"]
    columns = [capital(noun["one"]), "Rang avec vos poids", "Intervalle des rangs"]
    sources = [one["id"] for one in data["sources"]]
    size = len(data["units"])
    caption = f"Rang parmi {size} {noun['many']}"
    found = _ranked(data, state)
    if found is None:
        return Summary(
            "Aucun critère ne pèse",
            "Tous les poids sont à zéro. Donnez du poids à un critère pour classer les"
            f" {noun['many']}.",
            caption,
            columns,
            sources=sources,
        )
    names = dict(data["units"])
    rows = found[["best", "worst", "lower", "upper"]].to_numpy().tolist()
    ranks = {code: tuple(row) for code, row in zip(names, rows, strict=True)}
    order = sorted(ranks, key=lambda code: (*ranks[code], _plain(names[code])))
    shown = [code for code in order if code in state["shown"]]
    title, sentence = _wording(data, ranks, names, size)
    if not shown:
        title, sentence = _NONE_SHOWN, f"Choisissez des {noun['many']} à afficher."
    return Summary(
        title,
        sentence,
        caption,
        columns,
        [[names[code], _span(*ranks[code][:2]), _span(*ranks[code][2:])] for code in shown],
        _notes(data, state),
        sources,
        [{"code": code, "points": list(ranks[code])} for code in shown],
    )


def _wording(
    data: Mapping[str, Any],
    ranks: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
    size: int,
) -> tuple[str, str]:
    code, subject = data["focus"]
    best, worst, lower, upper = ranks[code]
    at = f"le rang {best}" if best == worst else f"entre les rangs {best} et {worst}"
    moves = f"reste au rang {lower}" if lower == upper else f"va du rang {lower} au rang {upper}"
    spread = percent(100 * data["live"]["spread"])
    first = sorted((names[one] for one in ranks if ranks[one][2] == 1), key=_plain)
    if len(first) == size:
        leaders = f"Le premier rang est possible pour les {size} {data['noun']['many']}."
    elif len(first) == 1:
        leaders = f"Au premier rang, une seule possibilité{NBSP}: {first[0]}."
    else:
        leaders = f"Au premier rang, {in_letters(len(first))} possibilités{NBSP}: {joined(first)}."
    ranked = f"rang {lower} sur {size} pour {subject}"
    if lower < upper:
        ranked = f"aucun rang sûr pour {subject}{NBSP}: de {lower} à {upper} sur {size}"
    title = f"Si l’on suit vos poids, {ranked}"
    sentence = (
        f"Si chaque poids varie de plus ou moins {spread}, et selon les méthodes choisies, "
        f"{subject} {moves} sur {size}{NARROW}; avec vos poids tels quels, {at}. {leaders}"
    )
    return title, sentence


def _notes(data: Mapping[str, Any], state: State) -> list[str]:
    weights = _reader_weights(data, state)
    notes = []
    mute = [one[1] for one, weight in zip(data["criteria"], weights, strict=True) if weight == 0]
    if mute:
        notes.append(f"Sans poids{NBSP}: {joined(mute)}.")
    turned = [one[3] for one in data["criteria"] if one[0] in state.get("reversed", ())]
    if turned:
        notes.append(f"Sens inversé, compte désormais en plus{NBSP}: {joined(turned)}.")
    if data["levels"]:
        notes.append(_known(data, state))
    return notes


def _known(data: Mapping[str, Any], state: State) -> str:
    """Say how many cells are known, and how many orders of two units are certain."""
    payload = _filled(data, state)
    side = payload["tables"]["scale"]["given"]
    pairs = [
        (low, high)
        for lows, highs in zip(side["low"], side["high"], strict=True)
        for low, high in zip(lows, highs, strict=True)
    ]
    known = sum(low == high for low, high in pairs)
    weights = _reader_weights(data, state)
    total = sum(weights)
    lower, upper = (
        [sum(x * w for x, w in zip(row, weights, strict=True)) / total for row in side[end]]
        for end in ("low", "high")
    )
    sure = sum(
        one > other + payload["tolerance"]
        for at, one in enumerate(lower)
        for to, other in enumerate(upper)
        if at != to
    )
    return (
        f"Cases connues exactement{NBSP}: {known} sur {len(pairs)}{NARROW}; couples "
        f"{of_noun(data['noun']['many'])} dont l’ordre est certain avec vos poids et la moyenne"
        f" arithmétique{NBSP}: {sure}."
    )
