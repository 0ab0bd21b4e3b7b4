"""Explorer of a chosen future: hypotheses and levers, several quantities at one horizon.

The room `handbook.strategy.futures` computes; ``view.js`` computes the same in the page, draw for
draw, so that nothing but the laws, the links and the words is carried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from handbook.core.doors import door
from handbook.core.french import NBSP, amount, chance, in_letters, joined, number, percent, typeset
from handbook.strategy import Futures, Link, Quantity
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import Explorer, Field, State, Summary, source_entries
from handbook.views.base.parameters import (
    Parameter,
    central_state,
    moved,
    parameter_entries,
    parameter_fields,
)
from handbook.views.base.values import capital, plain_number, rounded

__all__ = ["FutureExplorer", "Option", "Origin"]

WHOLE = 100
_TOLD = 2  # quantities that the sentence names
LEVEL = 80
_METHOD = (
    (
        "Chaque quantité part de ce que la prévision, ou une fourchette, en dit à l’horizon. Chaque"
        " hypothèse autre que celle de départ la fait bouger d’autant que le lien le dit\u202f;"
        " les leviers agissent en proportion de leur dose. Modèle et hypothèses sont tirés"
        " ensemble, puis séparément, pour dire ce qui vient de chacun."
    ),
    (
        "« Part des liens »\u00a0: dans l’incertitude de votre futur, ce qui vient des liens"
        " supposés, le reste venant de la prévision ou de la fourchette."
        " Additions\u00a0: en pourcentage de ce que la quantité gagnerait d’ici à l’horizon."
        " Croissance\u00a0: en points par an. Les liens s’ajoutent et sont tirés indépendamment. Ce"
        " sont des jugements\u00a0: rien de cela n’est une prévision."
    ),
)


_CONFIDENCE = {"low": "faible", "medium": "moyenne", "high": "forte", "": ""}
_LIMITS = (
    (
        "Les liens sont des jugements\u00a0: aucun n’est mesuré. Ils s’ajoutent et sont tirés"
        " indépendamment\u202f; deux hypothèses qui se renforcent ou se gênent ne sont pas vues."
    ),
    "Une fourchette supposée n’a pas été jugée sur le passé.",
)


@dataclass(frozen=True)
class Option:
    """A set of choices under a label: hypotheses and doses; the rest is the reference."""

    label: str
    values: Mapping[str, str | float]
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """Where what a quantity may be, if nothing changes, comes from.

    Attributes
    ----------
    status
        ``"modele"``: a forecast or a model; ``"jugement"``: a range that is assumed.
    reason
        A sentence for the reader.
    date
        Of the last reading, in words; empty if nothing of the kind was ever observed.
    """

    status: Literal["modele", "jugement"]
    reason: str
    date: str = ""


class FutureExplorer(Explorer):
    """Choose a hypothesis on each issue and the dose of each lever; see what would follow.

    Each issue and each lever is a trait of the same name; each link has a trait ``weight_<name>``
    (with ``_`` for ``-``), in percent of what is assumed.
    """

    name = "future"

    @door(ViewError)
    def __init__(
        self,
        futures: Futures,
        *,
        titles: Mapping[str, str],
        year: int,
        origins: Mapping[str, Origin],
        noun: str = "",
        digits: Mapping[str, int] | None = None,
        options: Sequence[Option] = (),
        sources: Mapping[str, Any] | Sequence[Any] = (),
        method: Sequence[str] = (),
        question: str = "",
        limits: Sequence[str] = (),
    ) -> None:
        """Hold what is computed and the words for it.

        Parameters
        ----------
        futures
            Quantities, links, levers and reference. The first quantity gives the title.
        titles
            Of each issue and each hypothesis, by identifier.
        year
            The horizon.
        origins
            Of each quantity, by name.
        noun
            What the first quantity counts, as it follows a number: « maisons de santé ». Without
            it, the title gives its label and its unit.
        digits
            Decimals of a quantity, by name; none by default.
        options
            Ready-made choices.
        sources
            See :func:`handbook.views.source_entries`.
        method
            Sentences to add to those on how it is computed.
        question
            What the note of two pages asks; by default, what the quantities would be.
        limits
            Sentences to add to those of the note on its limits.

        Raises
        ------
        ViewError
            If an issue or a hypothesis has no title, or a quantity no origin.
        """
        needed = [*futures.issues, *(name for names in futures.issues.values() for name in names)]
        if absent := [name for name in needed if name not in titles]:
            raise ViewError(f"titles: {', '.join(absent)} are missing")
        if absent := [one.name for one in futures.quantities if one.name not in origins]:
            raise ViewError(f"origins: {', '.join(absent)} are missing")
        self._futures = futures
        entries = source_entries(sources)
        weights = _weights(futures, titles)
        fields = (
            *(Field(key, key, "choice", tuple(names)) for key, names in futures.issues.items()),
            *(
                Field(one.name, one.name, "number", (), WHOLE * one.low, WHOLE * one.high, 5)
                for one in futures.levers
            ),
            *parameter_fields(weights),
        )
        data = {
            "year": year,
            "level": LEVEL,
            "count": futures.count,
            "noun": noun,
            "quantities": [
                _quantity(one, origins[one.name], digits or {}) for one in futures.quantities
            ],
            "links": [_link(link) for link in futures.links],
            "levers": [{"name": one.name, "label": one.label} for one in futures.levers],
            "issues": [
                {
                    "name": key,
                    "title": titles[key],
                    "hypotheses": [{"name": name, "title": titles[name]} for name in names],
                }
                for key, names in futures.issues.items()
            ],
            "reference": dict(futures.reference),
            "parameters": parameter_entries(weights),
            "options": [
                {"label": typeset(one.label), "values": dict(one.values), "note": one.note}
                for one in options
            ],
            "sources": entries,
            "method": [
                *_METHOD,
                *(
                    typeset(f"{one.label} : {origins[one.name].reason}")
                    for one in futures.quantities
                ),
                *map(typeset, method),
            ],
            "question": typeset(
                question or f"Que vaudraient ces quantités en {year}, si vos choix se réalisaient ?"
            ),
            "limits": [*_LIMITS, *map(typeset, limits)],
        }
        state = {
            **futures.reference,
            **{one.name: 0 for one in futures.levers},
            **central_state(weights),
        }
        super().__init__(data, fields, state)

    def imagined(self, state: State | None = None) -> pd.DataFrame:
        """Return what each quantity would be in a state (see `Futures.imagine`)."""
        return self._imagined(self._checked({**self.state, **(state or {})}))

    def _imagined(self, state: State) -> pd.DataFrame:
        futures = self._futures
        return futures.imagine(
            {key: state[key] for key in futures.issues},
            {one.name: state[one.name] / WHOLE for one in futures.levers},
            {link.name: state[_key(link.name)] / WHOLE for link in futures.links},
            level=LEVEL,
        )

    def _said(self, state: State) -> Summary:
        return summary(self.data, state, self._imagined(state))


def _key(name: str) -> str:
    return f"weight_{name.replace('-', '_')}"


def _weights(futures: Futures, titles: Mapping[str, str]) -> list[Parameter]:
    """Return what the reader may do with each link: not believe it, or double it."""
    levers = {one.name: one.label for one in futures.levers}
    names = {one.name: one.label for one in futures.quantities}
    issue_of = {one: issue for issue, several in futures.issues.items() for one in several}
    made = []
    for link in futures.links:
        lever = levers.get(link.driver)
        bounds = [number(_significant(one), sign=True) for one in (link.range.low, link.range.high)]
        made.append(
            Parameter(
                key=_key(link.name),
                param=f"lien-{link.name}",
                label=f"{lever or _dotted(link.driver)} → {names[link.quantity]}",
                group=lever or titles[issue_of[link.driver]],
                low=0,
                central=WHOLE,
                high=2 * WHOLE,
                unit="%",
                status="jugement",
                sources=[link.source] if link.source else [],
                note=typeset(
                    f"De {bounds[0]} à {bounds[1]} {link.unit}. {link.reason}{_grounds(link)}"
                ),
                step=5,
                digits=0,
            )
        )
    return made


def _significant(value: float) -> float:
    """Keep three digits under a thousand, units above: nobody assumes more."""
    return float(f"{value:.3g}") if abs(value) < 1_000 else float(round(value))


def _grounds(link: Link) -> str:
    """Say how sure a link is and where it is read, if that is known."""
    sure = f" Confiance : {_CONFIDENCE[link.confidence]}." if link.confidence else ""
    return sure + (f" Passage : {link.passage}." if link.passage else "")


def _dotted(name: str) -> str:
    return f"{name[0]}.{name[1:]}"


def _quantity(one: Quantity, origin: Origin, digits: Mapping[str, int]) -> dict[str, Any]:
    low, high = (None if bound is None else plain_number(bound) for bound in one.bounds)
    return {
        "name": one.name,
        "label": one.label,
        "unit": one.unit,
        "last": plain_number(one.last),
        "date": origin.date,
        "status": origin.status,
        "years": plain_number(one.years),
        "low": low,
        "high": high,
        "threshold": None if one.threshold is None else plain_number(one.threshold),
        "digits": int(digits.get(one.name, 0)),
        "quantiles": [plain_number(float(value)) for value in one.quantiles],
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "key": _key(link.name),
        "driver": link.driver,
        "quantity": link.quantity,
        "kind": link.kind,
        "low": plain_number(link.range.low),
        "central": plain_number(link.range.central),
        "high": plain_number(link.range.high),
        "unit": link.unit,
        "confidence": _CONFIDENCE[link.confidence],
        "passage": typeset(link.passage),
        "reason": typeset(link.reason),
    }


def summary(data: Mapping[str, Any], state: State, imagined: pd.DataFrame) -> Summary:
    """Return what the view says in a state."""
    rows: list[dict[str, Any]] = imagined.to_dict("records")  # type: ignore[assignment]
    known = data["quantities"]
    chosen = _supposed(data, state)
    movers = _strongest(known, rows)
    first, head = known[0], rows[0]
    noun = data["noun"]
    what = (
        f"{_written(head['median'], first)} {noun}"
        if noun
        else f"{first['label'].lower()}, {amount(head['median'], first['unit'], first['digits'])}"
    )
    condition = chosen or "Si les tendances se prolongent"
    if movers:
        said = " ".join(_change(one, row) for one, row in movers[:_TOLD])
        said += _others(len(movers) - _TOLD)
        still = [one["label"] for one, row in zip(known, rows, strict=True) if not row["moved"]]
        rest = f" Rien n’agit sur{NBSP}: {joined(still)}." if still else ""
        sentence = f"{condition}, en {data['year']}{NBSP}: {said}{rest}"
    elif chosen:
        sentence = f"{condition}{NBSP}: aucun lien supposé n’agit, rien ne bouge."
    else:
        sentence = (
            "Hypothèses de départ, leviers au repos\u00a0: chaque quantité reste à ce que sa"
            " prévision ou sa fourchette en dit. Choisissez une hypothèse ou déplacez un levier."
        )
    return Summary(
        title=f"{condition}{NBSP}: {what} en {data['year']}",
        sentence=sentence,
        caption=f"En {data['year']}, médiane et intervalle à {percent(data['level'], 0)}",
        columns=[
            "Quantité",
            "Dernier relevé",
            "Référence",
            "Votre futur",
            "Écart",
            "Part des liens",
            "Chances de la promesse",
        ],
        rows=[_line(one, row) for one, row in zip(known, rows, strict=True)],
        notes=[*moved(data["parameters"], state)],
        sources=[one["id"] for one in data["sources"]],
    )


def _supposed(data: Mapping[str, Any], state: State) -> str:
    """Say what differs from the reference, as a condition; nothing if nothing does."""
    names = [
        _dotted(state[issue["name"]])
        for issue in data["issues"]
        if state[issue["name"]] != data["reference"][issue["name"]]
    ]
    doses = [
        f"{one['label'].lower()} {percent(state[one['name']], 0, sign=True)}"
        for one in data["levers"]
        if state[one["name"]]
    ]
    moved = f" ({joined(doses)})" if doses else ""
    if not names:
        return moved and f"Si les leviers changent{moved}"
    return (
        f"Si l’on retient {'les hypothèses' if names[1:] else 'l’hypothèse'} {joined(names)}{moved}"
    )


def _strongest(
    known: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return the quantities that move, the most first: against what their reference may be."""

    def force(pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> float:
        row = pair[1]
        return float(abs(row["change"]) / ((row["reference_high"] - row["reference_low"]) or 1))

    moving = [pair for pair in zip(known, rows, strict=True) if pair[1]["moved"]]
    return sorted(moving, key=force, reverse=True)


def _others(count: int) -> str:
    if count <= 0:
        return ""
    word = "autres quantités bougent" if count > 1 else "autre quantité bouge"
    return f" {capital(in_letters(count))} {word}{NBSP}: voir le tableau."


def _written(value: float, one: Mapping[str, Any], *, sign: bool = False) -> str:
    return number(value, one["digits"], sign=sign)


def _added(one: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Write what is added to the reference's median, as both are written."""
    after, before = (rounded(row[key], one["digits"]) for key in ("median", "reference"))
    return _written(after - before, one, sign=True)


def _change(one: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    low, high = (_written(row[key], one, sign=True) for key in ("change_low", "change_high"))
    return (
        f"{one['label']}, {amount(row['median'], one['unit'], one['digits'])}, soit"
        f" {_added(one, row)} (de {low} à {high})."
    )


def _line(one: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    def spread(low: str, middle: str, high: str) -> str:
        return (
            f"{_written(row[middle], one)} ({_written(row[low], one)} à {_written(row[high], one)})"
        )

    return [
        f"{one['label']} ({one['unit']})",
        f"{number(one['last'], max(one['digits'], 0))} ({one['date']})" if one["date"] else "–",
        spread("reference_low", "reference", "reference_high"),
        spread("low", "median", "high") if row["moved"] else "inchangé",
        _added(one, row) if row["moved"] else "0",
        percent(WHOLE * row["assumed_share"], 0) if row["moved"] else "–",
        _promised(one, row),
    ]


def _promised(one: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Say the chance of what is promised, and how far from it the median is."""
    if one["threshold"] is None:
        return "–"
    gap = row["median"] - one["threshold"]
    written = _written(abs(gap), one)
    far = f"manque {written}" if gap < 0 else f"dépassée de {written}"
    if written == _written(0, one):
        far = "atteinte"
    return f"{chance(row['chance'])} ({_written(one['threshold'], one)}, {far})"
