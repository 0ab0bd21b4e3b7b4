"""What one room needs of another's results, without knowing that room."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import pandas as pd

__all__ = ["BandLike", "ForecastLike", "RangeLike", "SourceLike"]


@runtime_checkable
class SourceLike(Protocol):
    """A source of data as pictures and views need it (``handbook.facts.Source`` is one)."""

    @property
    def id(self) -> str:
        """Identifier in the table of sources."""

    @property
    def publisher(self) -> str:
        """Who publishes it."""

    @property
    def year(self) -> object:
        """Year of publication."""


class BandLike(Protocol):
    """A path with a band around it, by date: what a picture needs of a forecast."""

    @property
    def mean(self) -> pd.Series:
        """What is expected, by date."""

    def interval(self, level: float) -> pd.DataFrame:
        """Columns ``lower`` and ``upper`` of the interval at `level` percent."""


class RangeLike(BandLike, Protocol):
    """A path with a band that starts from observations: a forecast, or what somebody states."""

    @property
    def series(self) -> pd.Series:
        """What was observed, by date."""


class ForecastLike(RangeLike, Protocol):
    """A forecast that tells chances (``handbook.forecasting.Forecast`` is one)."""

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        """Chance of reaching a value at a date."""
