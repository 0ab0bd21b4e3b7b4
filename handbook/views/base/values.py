"""What several views are given the same way: numbers, dates, and a forecast as they need it."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd

__all__ = ["RangeLike", "iso_date", "plain_number"]


class RangeLike(Protocol):
    """A path with a band: a ``handbook.forecasting.Forecast``, or a range that somebody states."""

    @property
    def series(self) -> pd.Series:
        """What was observed, by date."""

    @property
    def mean(self) -> pd.Series:
        """What is expected, by date."""

    def interval(self, level: float) -> pd.DataFrame:
        """Columns ``lower`` and ``upper``."""


def plain_number(value: float, significant: int | None = None) -> float:
    """Return a number as JavaScript writes it (4, not 4.0), at so many significant digits."""
    number = float(value) if significant is None else float(f"{float(value):.{significant}g}")
    return int(number) if number.is_integer() else number


def iso_date(moment: Any) -> str:  # noqa: ANN401
    """Return the date of a moment, as the page orders and reads it: ``2032-12-31``."""
    return str(pd.Timestamp(moment).date())
