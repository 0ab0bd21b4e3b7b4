"""What is said of each territory: cells, ranks, medians of peers, sentences, unknowns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook.core.french import (
    MISSING,
    NARROW,
    NBSP,
    in_letters,
    joined,
    number,
    ordinal,
    percent,
    period,
    typeset,
)
from handbook.views.base.values import Noun, iso_date, rounded

if TYPE_CHECKING:
    from handbook.views.territory.view import Course

__all__ = ["METHOD", "WORDS", "Indicator", "place", "shades"]

WORDS = {
    "nothing": "Aucun territoire choisi",
    "invitation": (
        "Choisissez un territoire\u00a0: tapez son nom ou son numéro, prenez-le dans la liste ou"
        " touchez la carte."
    ),
    "caption": "valeur, rang et valeur de l’ensemble",
}
"""What the page says when nothing is chosen, and over the figures of those that are."""
METHOD = (
    (
        "Rang\u00a0: de la plus haute valeur à la plus basse, parmi les territoires du même niveau"
        " qui ont une valeur à cette date\u202f; il ne dit pas si c’est bien ou mal. Deux valeurs"
        " égales une fois arrondies sont ex æquo."
    ),
    (
        "Pairs\u00a0: médiane des territoires qui ressemblent le plus à celui-ci, sans lui\u202f;"
        " ceux qui n’ont pas de valeur sont laissés de côté."
    ),
    (
        "Phrases\u00a0: le cinquième le plus haut ou le plus bas se lit au rang\u202f; l’écart le"
        " plus net est celui qui compte le plus d’écarts-types entre territoires. Les décomptes,"
        " qui suivent d’abord la taille, n’y entrent pas."
    ),
)
_AVERAGE = "moyenne pondérée"  # as `handbook.facts.territories` calls it
_TAIL = 5  # a fifth at each end
_FEWEST = 10  # ranked territories under which a fifth means little
_NAMED = 2  # indicators named at each end
_SHADES = 5  # classes of the map before any choice


@dataclass(frozen=True)
class Indicator:
    """One indicator over all territories.

    Attributes
    ----------
    label
        Its name, without its unit.
    entry
        What the page shows of it beside the territories (JSON).
    amounts
        By code, rounded as they are shown; a territory without a value is not there.
    ranks
        By code: place, how many share it, and how many are ranked.
    spread
        By level, standard deviation of the values.
    late
        By code, the date of a value that is not of the indicator's own date, in words.
    how
        By code, how a value is known: « observé », « somme », « moyenne pondérée ».
    """

    label: str
    entry: dict[str, Any]
    amounts: dict[str, float]
    ranks: dict[str, tuple[int, int, int]]
    spread: dict[str, float]
    late: dict[str, str]
    how: dict[str, str]

    @classmethod
    def of(cls, rows: pd.DataFrame, whole: str, sources: Mapping[str, str]) -> Indicator:
        """Return the indicator of some rows of a checked frame.

        Parameters
        ----------
        rows
            Those of one indicator.
        whole
            Code of the territory that holds the others.
        sources
            Identifier to « éditeur, année ».
        """
        first = rows.iloc[0]
        known = rows.dropna(subset=["value"])
        digits = _digits(first["decimals"], known["value"])
        day = (known if len(known) else rows)["date"].mode().iloc[0]
        ids = dict.fromkeys(one for cell in known["source_ids"] for one in cell.split(";") if one)
        cells = known.set_index("code")
        values = {str(code): rounded(value, digits) for code, value in cells["value"].items()}
        entry = {
            "id": str(first["indicator"]),
            "label": _label(first),
            "unit": str(first["unit"]),
            "digits": digits,
            "count": bool(first["nature"] == "count"),
            "day": iso_date(day),
            "date": _moment(day, rows["over_date"]),
            "source": ", ".join(dict.fromkeys(sources[one] for one in ids)),
            "sources": list(ids),
        }
        late = {str(code): period(at) for code, at in cells["date"].items() if at != day}
        ranks: dict[str, tuple[int, int, int]] = {}
        spread: dict[str, float] = {}
        for level, group in known[known["code"] != whole].groupby("level"):
            same = {code: values[code] for code in group["code"] if code not in late}
            ranks |= _ranked(same)
            spread[str(level)] = float(pd.Series(same, dtype=float).std())
        how = {str(code): str(word) for code, word in cells["how"].items()}
        return cls(typeset(str(first["label"])), entry, values, ranks, spread, late, how)

    def written(self, value: float | None) -> str:
        """Return a value as the page shows it."""
        write = percent if self.entry["unit"] == "%" else number
        return MISSING if value is None else write(value, self.entry["digits"])

    def cell(self, code: str) -> str:
        """Return the value of a territory, with its date if that is another one."""
        late = f" ({self.late[code]})" if code in self.late else ""
        return f"{self.written(self.amounts.get(code))}{late}"

    def rank(self, code: str) -> str:
        """Return « 12e sur 100 » or « 12e ex æquo sur 100 »."""
        if code not in self.ranks:
            return "–"
        at, sharing, of = self.ranks[code]
        tie = f"{NBSP}ex{NBSP}æquo " if sharing > 1 else NBSP
        return f"{ordinal(at)}{tie}sur{NBSP}{of}"

    def median(self, peers: Sequence[str]) -> float | None:
        """Return the median of those of the peers that have a value at the indicator's date."""
        held = [self.amounts[one] for one in peers if one in self.amounts and one not in self.late]
        return rounded(median(held), self.entry["digits"]) if held else None

    def end(self, code: str) -> int:
        """Tell the fifth: 1 for the highest, −1 for the lowest, 0 between."""
        at, sharing, of = self.ranks.get(code, (0, 0, 0))
        if of < _FEWEST or self.entry["count"]:
            return 0
        if at + sharing - 1 <= of // _TAIL:
            return 1
        return -1 if at > of - of // _TAIL else 0

    def named(self) -> str:
        """Return the label as it stands inside a sentence."""
        return _lower(self.label)

    def quoted(self) -> str:
        """Return the label where a sentence would want an article: between quotation marks."""
        return f"«{NBSP}{self.named()}{NBSP}»"


def shades(
    indicator: Indicator, places: Sequence[Mapping[str, Any]], noun: Noun
) -> dict[str, Any] | None:
    """Return how a map of one level is tinted before any choice: classes as full as each other.

    Parameters
    ----------
    indicator
        What the tint tells.
    places
        Of one level, each with its ``code`` and ``name``.
    noun
        What they are called.

    Returns
    -------
    dict or None
        Class of each code from the lowest, what each class holds, and a sentence (JSON); None
        with fewer values than classes.
    """
    names = {str(one["code"]): typeset(str(one["name"])) for one in places}
    held = {code: indicator.amounts[code] for code in names if code in indicator.amounts}
    kept = {code: value for code, value in held.items() if code not in indicator.late}
    if len(kept) < _SHADES:
        return None
    cuts = quantiles(kept.values(), n=_SHADES, method="inclusive")
    classes = {code: bisect_right(cuts, value) for code, value in kept.items()}
    parts: list[list[float]] = [[] for _ in range(_SHADES)]
    for code, value in kept.items():
        parts[classes[code]].append(value)
    least, most = min(kept, key=kept.__getitem__), max(kept, key=kept.__getitem__)
    ends = [f"{indicator.written(kept[code])} ({names[code]})" for code in (least, most)]
    return {
        "classes": classes,
        "label": f"{indicator.label}, {indicator.entry['date']}",
        "bounds": [
            f"{indicator.written(min(part))} à {indicator.written(max(part))}" if part else ""
            for part in parts
        ],
        "sentence": (
            f"La carte montre chaque {noun.one}, {indicator.entry['date']}{NBSP}:"
            f" {indicator.named()}, de {ends[0]} à {ends[1]}."
        ),
    }


def _ranked(values: Mapping[str, float]) -> dict[str, tuple[int, int, int]]:
    every = list(values.values())
    return {
        code: (1 + sum(other > value for other in every), every.count(value), len(every))
        for code, value in values.items()
    }


def _digits(given: Any, values: pd.Series[float]) -> int:  # noqa: ANN401
    """Return the decimals asked for; else one under 100, none above."""
    if not pd.isna(given):
        return int(given)
    return int(values.abs().median() < 100 and (values % 1 != 0).any())


def _label(row: pd.Series[Any]) -> str:
    unit = str(row["unit"])
    needs_unit = unit and unit != "%" and row["nature"] != "count" and unit not in row["label"]
    return typeset(f"{row['label']} ({unit})" if needs_unit else str(row["label"]))


def _moment(day: Any, over: pd.Series[Any]) -> str:  # noqa: ANN401
    """Return the date, with that of a rate's divisor when it is another one."""
    below = over.dropna()
    if below.empty or below.iloc[0] == day:
        return period(day)
    return f"{period(day)}, rapporté à la population du {period(below.iloc[0])}"


def place(
    one: Mapping[str, Any],
    indicators: Sequence[Indicator],
    *,
    noun: Noun,
    peers: Mapping[str, str],
    path: Mapping[str, Any] | None,
    course: Course | None,
) -> dict[str, Any]:
    """Return all that the page says of a territory (JSON).

    Parameters
    ----------
    one
        Its ``code``, ``name``, ``level`` and ``parent``.
    indicators
        In the order shown.
    noun
        What territories of its level are called.
    peers
        Codes and names of those that resemble it, nearest first.
    path
        What was observed of the course, its forecast and its target.
    course
        Their names.
    """
    code, name = str(one["code"]), typeset(str(one["name"]))
    medians = [indicator.median(list(peers)) for indicator in indicators]
    unknown = [indicator.named() for indicator in indicators if code not in indicator.amounts]
    notes = []
    if unknown:
        notes.append(f"{name}, ce qui n’est pas connu à ces dates{NBSP}: {joined(unknown)}.")
    averages = [
        indicator.named() for indicator in indicators if indicator.how.get(code) == _AVERAGE
    ]
    if averages:
        mean = "moyenne des départements pondérée par les habitants"
        notes.append(f"{name}, {mean}{NBSP}: {joined(averages)}.")
    if path is not None and not path["points"]:
        notes.append(f"{name}{NBSP}: pas de prévision.")
    if peers:
        notes.append(f"Pairs ({name}){NBSP}: {joined(typeset(text) for text in peers.values())}.")
    position = _position(code, indicators, noun)
    words = [
        "" if path is None or course is None else _course(path, course),
        _distance(code, one["level"], indicators, medians, len(peers)),
        position,
    ]
    if not words[0]:  # the first sentence stands alone where several are compared
        words = [position, words[1]]
    return {
        "code": code,
        "name": name,
        "level": str(one["level"]),
        "parent": str(one["parent"]),
        "title": _title(code, name, indicators, path, course),
        "cells": [
            [indicator.cell(code), indicator.rank(code), indicator.written(middle)]
            for indicator, middle in zip(indicators, medians, strict=True)
        ],
        "values": [
            [
                indicator.amounts.get(code),
                *indicator.ranks.get(code, (None, None, None)),
                middle,
                indicator.how.get(code, ""),
            ]
            for indicator, middle in zip(indicators, medians, strict=True)
        ],
        "words": _introduced(name, [text for text in words if text]),
        "notes": notes,
        "peers": list(peers),
        "path": path if path and path["observed"] else None,
    }


def _introduced(name: str, words: Sequence[str]) -> list[str]:
    """Return sentences, the first of which names the territory, and the others have a capital."""
    first, *others = words
    return [f"{name}{NBSP}: {first}", *(text[:1].upper() + text[1:] for text in others)]


def _position(code: str, indicators: Sequence[Indicator], noun: Noun) -> str:
    """Say at which ends the territory stands: the two most extreme indicators of each."""
    ranked = [
        indicator
        for indicator in indicators
        if code in indicator.ranks and not indicator.entry["count"]
    ]
    if not ranked:
        return "aucun taux n’est connu qui permette de se situer."
    ranked.sort(key=lambda indicator: indicator.ranks[code][0] / indicator.ranks[code][2])
    high = [indicator for indicator in ranked if indicator.end(code) == 1][:_NAMED]
    low = [indicator for indicator in reversed(ranked) if indicator.end(code) == -1][:_NAMED]
    said = [
        f"dans le cinquième le plus {which} pour "
        + joined(f"{indicator.quoted()} ({indicator.rank(code)})" for indicator in ends)
        for which, ends in (("haut", high), ("bas", low))
        if ends
    ]
    if not said:
        said = ["dans le cinquième le plus haut ni le plus bas pour aucun taux"]
        return f"parmi les {noun.many}, le territoire n’est {said[0]}."
    return f"parmi les {noun.many}, le territoire est {f'{NARROW}; il est '.join(said)}."


def _distance(
    code: str,
    level: str,
    indicators: Sequence[Indicator],
    medians: Sequence[float | None],
    count: int,
) -> str:
    """Say where the peers are furthest: the widest gap in standard deviations."""
    gaps = [
        (abs(indicator.amounts[code] - middle) / indicator.spread[level], indicator, middle)
        for indicator, middle in zip(indicators, medians, strict=True)
        if middle is not None
        and code in indicator.ranks
        and not indicator.entry["count"]
        and indicator.spread.get(level, 0) > 0
    ]
    widest = max(gaps, key=lambda gap: gap[0], default=None)
    if widest is None:
        return ""
    size, indicator, middle = widest
    of = f"de ses {in_letters(count)} pairs" if count > 1 else "de son pair"
    if size == 0:
        return f"le territoire est à la médiane {of}."
    return (
        f"l’écart le plus net avec la médiane {of} porte sur {indicator.quoted()}{NBSP}:"
        f" {indicator.cell(code)} contre {indicator.written(middle)}."
    )


def _course(path: Mapping[str, Any], course: Course) -> str:
    """Say what is there, then the target and its chance, then the forecast."""
    if not path["observed"]:
        return f"rien n’est observé ({_lower(course.label)})."
    day, now = path["observed"][-1]
    # the noun is in the plural
    said = [f"on comptait {number(now)}{NBSP}{course.noun} {period(day)}"]
    if now < 2:
        said = [f"{_lower(course.label)}, {number(now)} {period(day)}"]
    aim = path["aim"]
    if aim:
        there = now >= aim["value"]
        hope = "la chance qu’elle le soit encore alors" if there else "la chance de l’atteindre"
        said.append(
            f"sa part de la cible, {number(aim['value'], 0)} {period(aim['date'])},"
            f" {'est déjà atteinte' if there else 'n’est pas atteinte'}"
            + (f", et {hope} est de {aim['chance']}" if aim["chance"] else "")
        )
    end = aim["date"] if aim else None
    points = [point for point in path["points"] if end is None or point[0] <= end]
    if points:
        at, mean, low, high = points[-1][:4]
        said.append(
            f"la prévision est de {number(mean, 0)} {period(at)}"
            f" (de {number(low, 0)} à {number(high, 0)}, à {percent(80)})"
        )
    return f"{f'{NARROW}; '.join(said)}."


def _lower(label: str) -> str:
    """Return a label as it stands inside a sentence: « MSP » stays, « Part » does not."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _title(
    code: str,
    name: str,
    indicators: Sequence[Indicator],
    path: Mapping[str, Any] | None,
    course: Course | None,
) -> str:
    if course is not None and path is not None and path["observed"]:
        day, now = path["observed"][-1]
        if now < 2:  # the noun is in the plural
            return f"{name}{NBSP}: {_lower(course.label)}, {number(now)} {period(day)}"
        return f"{name}{NBSP}: {number(now)}{NBSP}{course.noun} {period(day)}"
    indicator = next((one for one in indicators if code in one.amounts), None)
    if indicator is None:
        return f"{name}{NBSP}: rien n’est connu"
    return f"{name}{NBSP}: {indicator.named()}, {indicator.cell(code)} ({indicator.rank(code)})"
