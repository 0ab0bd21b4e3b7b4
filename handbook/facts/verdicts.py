"""What a statement is worth beside a public figure: one rule, with its tolerances in one table.

The rule, in the order in which it is applied:

1. What cannot be read, what tells of the document itself or of its fiction, is not verifiable.
2. An announced event is confirmed if it happened in time; if its date has passed otherwise, it is
   « échéance passée »; if its date is to come, it is not verifiable yet.
3. A statement that no series of the same notion bears on is not verifiable. If a series measures
   another notion, declared as such in the data, nothing is judged: « autre définition ». If it is
   the very count that the statement repeats (« même compte »), nothing independent confirms it.
4. A direction (up, down) is held against two readings, at the start and at the end of its period.
   A cumulative series, which can only rise, proves nothing.
5. A figure is read as the range that its own words and digits allow (`allowed`), and held against
   the nearest reading in time, at most `NEAR` days away. It is contradicted when the two ranges do
   not meet, and not verifiable when two readings as near say otherwise of it. A bound that holds
   is « borne tenue ». A figure that held at its date, and that the latest reading leaves, is
   « juste à sa date ».

Readings are given, never looked for here: whoever calls keeps only those that are sure, and that
do not come from the document or from whom it quotes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NEAR",
    "REASONS",
    "TOLERANCES",
    "VERDICTS",
    "Event",
    "Reading",
    "Statement",
    "Verdict",
    "allowed",
    "judge",
]

NEAR = 366
"""Days: public counts come once a year, so a reading further away says nothing of a date."""

VERDICTS = (
    "confirmé",
    "juste à sa date",
    "borne tenue",
    "contredit",
    "autre définition",
    "échéance passée",
    "non vérifiable",
)
"""From what holds to what nobody can check."""

REASONS = {
    "illisible": "illisible dans le texte lu",
    "récit": "fait du récit, non du monde",
    "document": "propre au document",
    "jugement": "ni chiffre ni échéance",
    "avenir": "échéance à venir",
    "sans date": "aucune date",
    "sans série": "aucune série publique dans ces données",
    "sans relevé": "aucun relevé indépendant et sûr à moins d’un an",
    "cumul": "un cumul ne peut que monter",
    "repris": "repris du seul compte que nous ayons",
    "discordants": "deux relevés aussi proches se contredisent",
}
"""Why a statement is not verifiable."""

TOLERANCES: dict[str, tuple[float, float]] = {
    "sans mention": (1.0, 1.0),
    "entre": (1.0, 1.0),
    "environ": (0.95, 1.05),
    "près de": (0.90, 1.0),
    "plus de": (1.0, math.inf),
    "au moins": (1.0, math.inf),
    "moins de": (-math.inf, 1.0),
    "au plus": (-math.inf, 1.0),
    "jusqu’à": (-math.inf, 1.0),
}
"""What a reservation allows, as parts of the figure.

A figure without reservation allows its own rounding, no more (see `allowed`). « Environ » is
taken as one part in twenty, half of what two significant digits can hide at worst. « Près de » is
said of what has not been reached: from nine tenths to the figure itself. The others are bounds.
"""
_NOT_HELD = {
    "autre définition": ("autre définition", ""),
    "même compte": ("non vérifiable", "repris"),
}
"""Relations to a series that nothing is judged by: the verdict, and its reason."""
_BOUNDS = frozenset(key for key, parts in TOLERANCES.items() if math.inf in map(abs, parts))


@dataclass(frozen=True)
class Statement:
    """One statement, as the register holds it.

    Attributes
    ----------
    kind, about, status, relation, direction
        Columns of ``claims.csv``; empty where there is nothing.
    value, low, high
        What is written; nan where there is nothing.
    unit, qualifier
        Of the figure.
    start, end
        Of the period, if there is one; an open period has no `end`.
    """

    kind: str
    about: str = "monde"
    status: str = "lisible"
    relation: str = ""
    direction: str = ""
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    qualifier: str = ""
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None

    @property
    def quantified(self) -> bool:
        """Whether a figure is written."""
        return not all(math.isnan(each) for each in (self.value, self.low, self.high))


@dataclass(frozen=True)
class Reading:
    """One public figure: ``status`` is that of ``observations.csv``."""

    date: pd.Timestamp
    value: float
    unit: str
    status: str
    source_id: str

    @property
    def range(self) -> tuple[float, float]:
        """What the reading says the quantity can be."""
        if self.status == "lower_bound":
            return self.value, math.inf
        if self.status == "upper_bound":
            return -math.inf, self.value
        half = _half_unit(self.value) if self.status == "rounded" else 0.0
        return self.value - half, self.value + half


@dataclass(frozen=True)
class Event:
    """What became of an announced event: ``state`` is that of ``vision_timeline.csv``."""

    state: str = ""
    happened: pd.Timestamp | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdict on one statement, and what it rests on.

    Attributes
    ----------
    name
        One of `VERDICTS`.
    reason
        A key of `REASONS`, when not verifiable.
    reading
        What the statement was held against, if anything.
    days
        How far the reading is from the statement's date.
    gap
        The figure over the reading, minus one; or the change read, for a direction. In percent.
    latest
        The latest reading, when it leaves a figure that held at its date.
    """

    name: str
    reason: str = ""
    reading: Reading | None = None
    days: int | None = None
    gap: float = math.nan
    latest: Reading | None = None


def _half_unit(value: float) -> float:
    """Return half of the last significant unit of a figure, as it is written.

    Two digits are always taken as significant: 300 is known to the ten, 2 100 to the hundred,
    2 031 to the unit, 2,7 to the tenth, 6 to the unit.
    """
    text = f"{abs(value):.10f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    if decimals:
        return 0.5 * 10.0 ** -len(decimals)
    zeros = len(whole) - len(whole.rstrip("0"))
    return 0.5 * 10.0 ** min(zeros, max(len(whole) - 2, 0))


def allowed(statement: Statement) -> tuple[float, float]:
    """Return the least and the most that a figure can mean, by its words and its digits.

    Raises
    ------
    FactsError
        If no figure is written, or if its reservation is not one of `TOLERANCES`.
    """
    if not statement.quantified or statement.qualifier not in TOLERANCES:
        raise FactsError(
            f"{statement.value} « {statement.qualifier} »: a figure with one of {list(TOLERANCES)}"
            " is expected"
        )
    least, most = TOLERANCES[statement.qualifier]
    between = statement.qualifier == "entre"
    low, high = (statement.low, statement.high) if between else (statement.value,) * 2
    if statement.qualifier in _BOUNDS:  # a bound is taken at its word
        return (low if least == 1 else -math.inf), (high if most == 1 else math.inf)
    # an end that the reservation leaves at the figure is known to the figure's own rounding
    return (
        low * least - (_half_unit(low) if least == 1 else 0),
        high * most + (_half_unit(high) if most == 1 else 0),
    )


def judge(
    statement: Statement,
    readings: Sequence[Reading],
    *,
    as_of: pd.Timestamp,
    cumulative: bool = False,
    event: Event | None = None,
) -> Verdict:
    """Return the verdict on a statement (the rule is that of the module).

    Parameters
    ----------
    statement
        What is said.
    readings
        Of the series that it is held against, in any order: sure, and independent of it.
    as_of
        The day on which it is judged.
    cumulative
        Whether the series can only rise.
    event
        What became of it, if it announces an event.

    Raises
    ------
    FactsError
        If a figure and a reading of the same notion have two units.
    """
    reason = _untold(statement)
    if reason:
        return Verdict("non vérifiable", reason)
    if event is not None:
        return _announced(statement, as_of, event)
    if statement.kind == "promesse" and statement.relation != "directe":
        return _announced(statement, as_of, Event())
    if statement.relation in _NOT_HELD:
        return _beside(statement, readings)
    if statement.relation != "directe":
        return Verdict("non vérifiable", _unrelated(statement, as_of))
    if statement.end is not None and statement.end > as_of:
        return Verdict("non vérifiable", "avenir")
    if statement.direction:
        return _direction(statement, readings, cumulative=cumulative)
    return _figure(statement, readings)


def _untold(statement: Statement) -> str:
    """Return why a statement says nothing of the world, if it does not."""
    if statement.status == "illisible":
        return "illisible"
    return statement.about if statement.about in ("récit", "document") else ""


def _unrelated(statement: Statement, as_of: pd.Timestamp) -> str:
    """Return why a statement that no series bears on is not verifiable."""
    if statement.end is not None and statement.end > as_of:
        return "avenir"
    return "sans série" if statement.quantified or statement.kind == "jalon" else "jugement"


def _announced(statement: Statement, as_of: pd.Timestamp, event: Event) -> Verdict:
    happened, due = event.happened, statement.end
    if event.state == "advenu" and happened and (due is None or happened <= due):
        return Verdict("confirmé")
    if due is None:
        return Verdict("non vérifiable", "sans date")
    return Verdict("échéance passée") if due <= as_of else Verdict("non vérifiable", "avenir")


def _beside(statement: Statement, readings: Sequence[Reading]) -> Verdict:
    """Return the reading of another notion, or of the very count repeated: nothing is judged."""
    dated = statement.end or statement.start
    found = _nearest(readings, dated) if dated else _newest(readings)
    name, reason = _NOT_HELD[statement.relation]
    return Verdict(name, reason, reading=found[0] if found else None)


def _newest(readings: Sequence[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: reading.date)[-1:]


def _nearest(readings: Sequence[Reading], moment: pd.Timestamp) -> list[Reading]:
    """Return the nearest readings, the latest first.

    Several when they are of one moment, or stand as far on each side: a day more or less is no
    distance, as between the end of a year and the first of January.
    """

    def away(reading: Reading) -> int:
        return int(abs((reading.date - moment).days))

    least = min(map(away, readings), default=NEAR + 1)
    found = [reading for reading in readings if away(reading) <= min(least + 1, NEAR)]
    return sorted(found, key=lambda reading: reading.date, reverse=True)


def _direction(statement: Statement, readings: Sequence[Reading], *, cumulative: bool) -> Verdict:
    """Hold a direction against its period: a year at least, to the last reading if it is open."""
    if cumulative:
        return Verdict("non vérifiable", "cumul")
    if statement.start is None:
        return Verdict("non vérifiable", "sans date")
    newest = _newest(readings)
    end = statement.end or (newest[0].date if newest else statement.start)
    start = min(statement.start - pd.Timedelta(days=1), end - pd.DateOffset(years=1))
    before, after = _nearest(readings, start)[:1], _nearest(readings, end)[:1]
    if not before or not after or before[0].date >= after[0].date:
        return Verdict("non vérifiable", "sans relevé")
    change = after[0].value - before[0].value
    holds = change > 0 if statement.direction == "hausse" else change < 0
    return Verdict(
        "confirmé" if holds else "contredit",
        reading=after[0],
        days=int(abs((after[0].date - end).days)),
        gap=100 * change / before[0].value,
    )


def _figure(statement: Statement, readings: Sequence[Reading]) -> Verdict:
    if statement.end is None:
        return Verdict("non vérifiable", "sans date")
    found = _nearest(readings, statement.end)
    if not found:
        return Verdict("non vérifiable", "sans relevé")
    units = {reading.unit for reading in found} - {statement.unit}
    if units:
        raise FactsError(f"a figure in {statement.unit} is held against {sorted(units)}")
    low, high = allowed(statement)
    sides = {_side(reading.range, (low, high)) for reading in found}
    if len(sides) > 1:
        return Verdict("non vérifiable", "discordants")
    written = statement.value if not math.isnan(statement.value) else (low + high) / 2
    verdict = Verdict(
        "contredit",
        reading=found[0],
        days=int(abs((found[0].date - statement.end).days)),
        gap=100 * (written / found[0].value - 1),
    )
    if sides != {0}:
        return verdict
    if statement.qualifier in _BOUNDS:
        return replace(verdict, name="borne tenue")
    return _since(replace(verdict, name="confirmé"), readings, (low, high))


def _side(read: tuple[float, float], told: tuple[float, float]) -> int:
    """Tell where a reading stands: 0 if it meets what the figure allows, −1 under it, 1 over it."""
    # a billionth of the figure: binary fractions must not decide at the edge
    edge = 1e-9 * max(1, *(abs(end) for end in told if math.isfinite(end)))
    if read[0] > told[1] + edge:
        return 1
    return -1 if read[1] < told[0] - edge else 0


def _since(verdict: Verdict, readings: Sequence[Reading], within: tuple[float, float]) -> Verdict:
    """Return the verdict, unless a later reading leaves what the figure allows."""
    (newest,) = _newest(readings)
    later = verdict.reading is not None and newest.date > verdict.reading.date
    least, most = newest.range
    if later and (least > within[1] or most < within[0]):
        return replace(verdict, name="juste à sa date", latest=newest)
    return verdict
