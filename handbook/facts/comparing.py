"""Comparisons that refuse two bases: same unit, place, moment and declared base, or no result.

A difference between two places, or between two dates, is said to be meant (``across``); a
difference of unit never is. What is known by a bound only gives a bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from handbook.core.checks import plain_date
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.facts.errors import FactsError
from handbook.facts.records import Figure, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    Moment = str | pd.Timestamp
    Comparable = Figure | pd.Series[Any]

__all__ = ["Across", "Comparison", "compare", "moving"]

Across = Literal["date", "geography", "basis", "edition"]

_MOVING = ("plusieurs", "par date")
# What each reservation says of a value: at least it, at most it.
_SENSES = {
    "plus de": 1,
    "au moins": 1,
    "moins de": -1,
    "au plus": -1,
}
_ABOUT = ("environ", "près de")


@dataclass(frozen=True)
class Comparison:
    """A value against another of the same base.

    Attributes
    ----------
    value, reference
        The two values.
    unit
        Of both.
    qualifier
        What reservation the difference, the ratio and the change bear: empty, « environ »,
        « au moins » or « au plus ».
    sources
        Of both.
    """

    value: float
    reference: float
    unit: str
    qualifier: str
    sources: tuple[Source, ...]

    @property
    def difference(self) -> float:
        """The value minus the reference, in `difference_unit`."""
        return self.value - self.reference

    @property
    def difference_unit(self) -> str:
        """The unit of both, but points for percents."""
        return "points" if self.unit == "%" else self.unit

    @property
    def ratio(self) -> float:
        """The value over the reference; nan if that is zero."""
        return self.value / self.reference if self.reference else math.nan

    @property
    def change(self) -> float:
        """The value over the reference, minus one, in percent."""
        return 100 * (self.ratio - 1)


@dataclass(frozen=True)
class _Side:
    """One of the two, with all that must agree."""

    name: str
    value: float
    unit: str
    geography: str
    date: pd.Timestamp
    basis: str
    edition: str
    qualifier: str
    sources: tuple[Source, ...]


@door(FactsError)
def compare(
    value: Comparable,
    reference: Comparable,
    *,
    at: Moment | tuple[Moment, Moment] | None = None,
    across: Across | Iterable[Across] = (),
) -> Comparison:
    """Compare a figure with another, or two series at a date.

    Parameters
    ----------
    value, reference
        Figures, or series as `handbook.facts.series` gives them.
    at
        For series: the date, or the date of each.
    across
        What is meant to differ: ``"date"``, ``"geography"``, ``"basis"``, ``"edition"``, or
        several. Counts of the first of January and of the day before are of one moment.

    Raises
    ------
    FactsError
        If units differ, if places, dates, declared bases or editions differ and `across` does not
        say so, if there is no single value, or if both are bounds from which nothing follows.
    """
    meant: set[str] = {across} if isinstance(across, str) else set(across)
    for name in meant:
        if name not in get_args(Across):
            raise unknown(name, get_args(Across), "difference to compare across", FactsError)
    moments = at if isinstance(at, tuple) else (at, at)
    if len(moments) != 2:
        raise FactsError(f"at: a date, or one for each side, not {at!r:.60}")
    sides = _side(value, moments[0]), _side(reference, moments[1])
    _check(*sides, meant)
    held = dict.fromkeys(source for side in sides for source in side.sources)
    return Comparison(
        sides[0].value, sides[1].value, sides[0].unit, _reservation(*sides), tuple(held)
    )


def moving(basis: str) -> bool:
    """Tell whether a declared base changes from a source, or from a date, to the next."""
    return basis.startswith(_MOVING[0]) or basis.endswith(_MOVING[1])


def _side(thing: Comparable, moment: Moment | None) -> _Side:
    import pandas as pd

    if isinstance(thing, Figure):
        if not math.isfinite(thing.value):
            raise FactsError(f"« {thing.label} » has no single value to compare")
        return _Side(
            f"« {thing.label} » ({thing.date_text})",
            thing.value,
            thing.unit,
            thing.geography,
            thing.date,
            thing.basis,
            thing.edition,
            thing.qualifier,
            (thing.source,),
        )
    if not isinstance(thing, pd.Series):
        raise FactsError(f"a {type(thing).__name__} cannot be compared: give figures or series")
    return _of_series(thing, moment)


def _of_series(series: pd.Series[Any], moment: Moment | None) -> _Side:
    import pandas as pd

    about = series.attrs
    name = f"« {about.get('label', series.name)} »"
    if moment is None or "unit" not in about:
        wanted = "a unit in its attrs" if moment is not None else "a date: at=…"
        raise FactsError(f"series {name} cannot be compared without {wanted}")
    plain_date(moment, FactsError)
    try:
        date = pd.Timestamp(moment)
    except (TypeError, ValueError) as error:
        raise FactsError(f"series {name}: {moment!r:.60} is no date") from error
    if date not in series.index:
        known = ", ".join(str(each)[:10] for each in series.index[-6:])
        raise FactsError(f"series {name} has no value at {date.date()}; latest dates: {known}")
    basis = str(about.get("basis", ""))
    if moving(basis):
        raise FactsError(f"{name} has {basis}: compare its figures (facts.figure), not the series")
    place = str(about.get("geography", series.name))  # a panel's column is named after its place
    sources = tuple(about.get("sources", ()))
    value = float(series[date])
    edition = str(about.get("editions", {}).get(f"{date:%Y-%m-%d}", ""))
    return _Side(name, value, str(about["unit"]), place, date, basis, edition, "", sources)


def _check(value: _Side, reference: _Side, meant: set[str]) -> None:
    together = f"{value.name} and {reference.name}"
    if value.unit != reference.unit:
        raise FactsError(f"{together} have two units: {value.unit} and {reference.unit}")
    same_moment = abs((value.date - reference.date).days) <= 1  # false if a date is not known
    if not same_moment and "date" not in meant:
        dates = f"{str(value.date)[:10]} and {str(reference.date)[:10]}"
        raise FactsError(f'{together} have two dates: {dates}; across="date" if that is meant')
    for what in ("geography", "basis", "edition"):
        one, other = getattr(value, what), getattr(reference, what)
        if what not in meant and one and other and one != other:
            raise FactsError(
                f'{together} differ by their {what}: {one} and {other}; across="{what}" if that'
                " is meant"
            )


def _reservation(value: _Side, reference: _Side) -> str:
    """Return what the result is worth: a bound of one side bounds it, or bounds nothing."""
    senses = {_SENSES.get(value.qualifier, 0), -_SENSES.get(reference.qualifier, 0)} - {0}
    if len(senses) == 2:
        raise FactsError(
            f"{value.name} is « {value.qualifier} » and {reference.name} « {reference.qualifier} »:"
            " nothing follows from two such bounds"
        )
    if senses:
        return "au moins" if senses == {1} else "au plus"
    about = value.qualifier in _ABOUT or reference.qualifier in _ABOUT
    return "environ" if about else ""
