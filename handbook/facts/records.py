"""What the tables say of one thing: a source, a published figure, a parameter of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pandas takes half a second to import: it is loaded by the first table
    import pandas as pd

__all__ = ["Figure", "Parameter", "Source"]


@dataclass(frozen=True)
class Source:
    """A published source, described once in ``sources.csv``."""

    id: str
    title: str
    publisher: str
    year: int | None
    address: str
    licence: str
    read: str
    origin: str = ""

    @property
    def citation(self) -> str:
        """Publisher and year, for a caption."""
        return f"{self.publisher}, {self.year}" if self.year else self.publisher

    def __deepcopy__(self, memo: dict[int, object]) -> Source:
        """Return itself: it cannot change, and pandas copies ``attrs`` deeply at each operation."""
        return self


@dataclass(frozen=True)
class Figure:
    """One published figure with its unit, date and source.

    ``date`` is the end of the period, ``date_text`` the date in the source's own words;
    ``reason`` says why the row is not the preferred one (empty when it is).

    ``qualifier`` is the reservation that goes with the value wherever it is written (« plus de »,
    « environ », « au moins »…, see `handbook.core.french.qualified`); with « entre », ``low`` and
    ``high`` are known and the value is nan. ``basis`` is the declared base or scope of the value,
    that of its source or date where the series has several (see `handbook.facts.compare`);
    ``edition`` is that of ``editions.csv``, empty if the value is common to all.
    """

    value: float
    unit: str
    date: pd.Timestamp
    date_text: str
    label: str
    source: Source
    locator: str
    confidence: str
    note: str
    series_id: str
    geography: str = "FR"
    status: str = "reported"
    preferred: bool = True
    reason: str = ""
    qualifier: str = ""
    basis: str = ""
    edition: str = ""
    low: float = math.nan
    high: float = math.nan

    def __eq__(self, other: object) -> bool:
        """Tell whether another says the same; bounds that neither gives make no difference."""
        if not isinstance(other, Figure):
            return NotImplemented
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return all(one == two or (one != one and two != two) for one, two in pairs)

    def __hash__(self) -> int:
        """Hash what names a figure."""
        return hash((self.series_id, self.geography, self.date, self.edition))


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model: a central value, with bounds where they are known (else nan)."""

    id: str
    label: str
    low: float
    central: float
    high: float
    unit: str
    source: Source
    note: str
    status: str = "reported"
    confidence: str = ""
    qualifier: str = ""
