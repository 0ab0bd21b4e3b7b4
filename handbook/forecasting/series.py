"""Time series as the facts have them: checked, ordered, brought to a regular step."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from handbook.core.checks import LARGEST, are_numbers
from handbook.core.doors import door
from handbook.core.errors import HandbookError, unknown
from handbook.core.french import MONTHS

Floats = NDArray[np.float64]

MINIMUM_POINTS = 5
STEPS = {"annual": 12, "half-yearly": 6, "quarterly": 3, "monthly": 1}


FARTHEST = 400
"""Steps beyond which no forecast goes: ten times the longest series means nothing."""
FARTHEST_YEAR = 1e9
"""A larger integer in an index is no year nor rank."""


class ForecastError(HandbookError):
    """A series or a request cannot be forecast; the message says why and what can be done."""


def clean(series: pd.Series, minimum: int = MINIMUM_POINTS) -> pd.Series:
    """Check a series and return it in time order, as floats.

    Parameters
    ----------
    series : Series of n numbers, or DataFrame of one column
        Indexed by years (integers, whole floats or text), dates or periods, in any order.
    minimum : int
        Least number of values accepted.

    Returns
    -------
    Series of n floats, in time order.

    Raises
    ------
    ForecastError
        If the series is not a Series of numbers on a time index, holds a missing or infinite
        value or the same date twice, or has too few values.
    """
    series = _one_column(series)
    name = label(series)
    index = time_index(series.index, name)
    _check_index(index, name)
    if not are_numbers(series):
        raise ForecastError(f"{name} holds something other than numbers: {series.dtype}")
    values = _as_floats(series, name).set_axis(index).sort_index()
    missing = values.index[values.isna()]
    if len(missing):
        steps = "interpolate it with series.interpolate()"
        if isinstance(values.index, pd.DatetimeIndex):
            steps = "drop the date with .dropna(), then regularise(series, step) interpolates"
            steps += " and says so"
        raise ForecastError(f"{name} has no value at {_listed(missing)}: {steps}")
    infinite = values.index[~(np.abs(values.to_numpy()) <= LARGEST)]
    if len(infinite):
        raise ForecastError(
            f"{name} is infinite, or too large to be computed with, at {_listed(infinite)}:"
            " correct or drop it"
        )
    if len(values) < minimum:
        raise ForecastError(_too_short(values, name, minimum))
    return values


def label(series: pd.Series) -> str:
    """Name a series in a message."""
    return f"series {series.name!r}" if series.name is not None else "the series"


def _one_column(series: Any) -> pd.Series:  # noqa: ANN401
    if isinstance(series, pd.DataFrame):
        if series.shape[1] == 1:
            return series.iloc[:, 0]
        names = ", ".join(map(str, series.columns[:4]))
        raise ForecastError(
            f"a DataFrame has {series.shape[1]} columns ({names}): take one, frame[name], or "
            "forecast them all with forecast_panel(frame, horizon)"
        )
    if not isinstance(series, pd.Series):
        raise ForecastError(f"a pandas Series is needed, not {type(series).__name__}")
    return series


def _as_floats(series: pd.Series, name: str) -> pd.Series:
    try:
        return series.astype("float64")
    except OverflowError as error:
        raise ForecastError(f"{name} is too large to be computed with: {error}") from error


def time_index(index: pd.Index[Any], name: str) -> pd.Index[Any]:
    """Read an index as years (integers), dates or periods, whatever the years are held as.

    Whole floats and texts of four digits are years; texts such as 2024-06-30 are dates, 2024Q2
    quarters; `datetime.date` objects are dates.

    Raises
    ------
    ForecastError
        If it is none of these, or a number no date can be.
    """
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return index
    if pd.api.types.is_bool_dtype(index) or pd.api.types.is_complex_dtype(index):
        raise ForecastError(_no_time(index, name))
    if pd.api.types.is_numeric_dtype(index):
        return _years(index, name)
    held = list(index)
    if held and all(isinstance(one, int | np.integer) for one in held):
        return _years(pd.Index(held), name)
    if held and all(isinstance(one, dt.date) for one in held):
        return pd.DatetimeIndex(held, name=index.name)
    if held and all(isinstance(one, str) for one in held):
        return _from_texts(index, name)
    return index


def _years(index: pd.Index[Any], name: str) -> pd.Index[Any]:
    numbers: NDArray[Any] = index.to_numpy()
    if index.hasnans:
        raise ForecastError(f"{name} has a missing date: drop that row")
    if len(numbers) and float(np.abs(numbers.astype("float64")).max()) > FARTHEST_YEAR:
        raise ForecastError(f"{name} is indexed by {numbers.max()}, which is no year")
    whole = numbers.astype("int64")
    if (whole != numbers).any():
        raise ForecastError(f"{_no_time(index, name)}; {numbers[whole != numbers][0]:g} is no year")
    _refuse_stamps(whole, name)
    years: pd.Index[Any] = pd.Index(whole, name=index.name)
    return years


def _refuse_stamps(numbers: NDArray[np.int64], name: str) -> None:
    """Refuse months written 202401 and days written 20240131: they are no numbers of periods."""
    for digits, what, how in ((6, "months", "%Y%m"), (8, "days", "%Y%m%d")):
        size = 10 ** (digits - 4)
        months = numbers // (size // 100) % 100
        dated = (
            (numbers // size >= 1800) & (numbers // size < 2200) & (months >= 1) & (months <= 12)
        )
        if len(numbers) and dated.all():
            raise ForecastError(
                f"{name} is indexed by {numbers[0]}, which looks like {what}: give dates, with"
                f" pd.to_datetime(series.index.astype(str), format={how!r})"
            )


def _from_texts(index: pd.Index[Any], name: str) -> pd.Index[Any]:
    texts = [text.strip() for text in index]
    if all(re.fullmatch(r"[0-9]{4}", text) for text in texts):
        return pd.Index([int(text) for text in texts], name=index.name)
    try:
        if all(re.fullmatch(r"[0-9]{4}-?[QqTt][1-4]", text) for text in texts):
            quarters = [text.upper().replace("T", "Q") for text in texts]
            return pd.PeriodIndex(quarters, freq="Q", name=index.name)
        return pd.DatetimeIndex(pd.to_datetime(texts, format="ISO8601"), name=index.name)
    except ValueError as error:
        raise ForecastError(f"{_no_time(index, name)}; {error}") from error


def _no_time(index: pd.Index[Any], name: str) -> str:
    return (
        f"{name} is indexed by {index.dtype}: an index of integers (years), dates or periods "
        "is needed"
    )


def numbered(index: pd.Index[Any]) -> bool:
    """Tell whether an index only numbers the values from zero: dates were forgotten."""
    return bool(pd.api.types.is_integer_dtype(index)) and len(index) > 1 and index[0] == 0


def _check_index(index: pd.Index[Any], name: str) -> None:
    known = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    if not known and not pd.api.types.is_integer_dtype(index):
        raise ForecastError(_no_time(index, name))
    if index.hasnans:
        raise ForecastError(f"{name} has a missing date: drop that row")
    twice = index[index.duplicated()].unique()
    if len(twice):
        raise ForecastError(f"{name} has several values at {_listed(twice)}: keep one for a date")


def _too_short(values: pd.Series, name: str, minimum: int) -> str:
    if values.empty:
        return f"{name} is empty: nothing can be said from it"
    low, high = values.min(), values.max()
    first, last = date_text(values.index[0]), date_text(values.index[-1])
    return (
        f"{name} has {len(values)} values and a forecast needs {minimum}. What can be said "
        f"instead: between {first} and {last} it ranged from {low:g} to {high:g}"
    )


def date_text(date: Any) -> str:  # noqa: ANN401
    """Write a date as in a message: 2023-12-31 without an hour, 2023 for a year."""
    if isinstance(date, pd.Timestamp):
        return str(date.date())
    return str(date)


def french_date(date: Any) -> str:  # noqa: ANN401
    """Write a date for the reader: « juin 2017 », or a year as it stands."""
    if isinstance(date, pd.Timestamp):
        return f"{MONTHS[date.month - 1]} {date.year}"
    return str(date)


def is_year(at: Any) -> bool:  # noqa: ANN401
    """Tell whether something names a year: 2032, 2032.0, numpy's own integers, "2032"."""
    if isinstance(at, bool | np.bool_):
        return False
    if isinstance(at, str):
        return bool(re.fullmatch(r"[0-9]{4}", at.strip()))
    number = isinstance(at, int | float | np.integer | np.floating)
    return number and bool(np.isfinite(at)) and at == int(at)


def span(index: pd.Index[Any], at: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Return the first and the last moment that something names, in the terms of an index.

    Parameters
    ----------
    index : DatetimeIndex, PeriodIndex or Index of integers
    at : year (any integer type, whole float, text), text of a date, month or quarter, date, period

    Raises
    ------
    ForecastError
        If it names no date.
    """
    try:
        if isinstance(index, pd.DatetimeIndex):
            first, last = _moments(at)
            return _in_zone(first, index), _in_zone(last, index)
        if isinstance(index, pd.PeriodIndex):
            first, last = _moments(at)
            return pd.Period(first, freq=index.freqstr), pd.Period(last, freq=index.freqstr)
        if isinstance(at, pd.Period | dt.date):
            return at.year, at.year
        whole = int(at) if is_year(at) else int(str(at))
    except (TypeError, ValueError, OverflowError) as error:
        raise ForecastError(f"{at!r} cannot be read as a date of the series: {error}") from error
    return whole, whole


def _moments(at: Any) -> tuple[pd.Timestamp, pd.Timestamp]:  # noqa: ANN401
    if is_year(at):
        period = pd.Period(year=int(at), freq="Y")
    elif isinstance(at, pd.Period):
        period = at
    elif isinstance(at, str):
        text = at.strip()
        if re.fullmatch(r"[0-9]{4}-?[QqTt][1-4]", text):
            period = pd.Period(text.upper().replace("T", "Q"), freq="Q")
        elif re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            period = pd.Period(text, freq="M")
        elif re.match(r"[0-9]{1,2}/[0-9]{1,2}/", text):
            raise ValueError("day or month first? write 2030-12-31")
        else:
            moment = pd.Timestamp(text)
            return moment, moment
    elif isinstance(at, dt.date | np.datetime64):
        moment = pd.Timestamp(at)
        return moment, moment
    else:
        raise TypeError("a year, a date, a period or a text is needed")
    return period.start_time, period.end_time


def _in_zone(moment: pd.Timestamp, index: pd.DatetimeIndex) -> pd.Timestamp:
    if index.tz is None:
        return moment if moment.tz is None else moment.tz_localize(None)
    return moment.tz_localize(index.tz) if moment.tz is None else moment.tz_convert(index.tz)


def on_index(index: pd.Index[Any], at: Any) -> Any:  # noqa: ANN401
    """Return the first moment that something names, in the terms of an index (see `span`)."""
    return span(index, at)[0]


def dates_in(index: pd.Index[Any], at: Any) -> pd.Index[Any]:  # noqa: ANN401
    """Return the dates of an index that a date, a period, a year or a text covers."""
    first, last = span(index, at)
    inside: pd.Index[Any] = index[(index >= first) & (index <= last)]
    return inside


def _listed(dates: pd.Index[Any]) -> str:
    shown = ", ".join(date_text(date) for date in dates[:3])
    return shown + (f" and {len(dates) - 3} more" if len(dates) > 3 else "")


@dataclass(frozen=True)
class Clock:
    """The regular step of an index.

    Attributes
    ----------
    months : int or None
        Step in months; None for an integer index or a step in days.
    step : int or Timedelta
        Step of an integer index or of dates a fixed time apart; months otherwise.
    period_months : int or None
        Months between two periods of an index of periods, where they are whole.
    month_end : bool
        The dates are ends of months.
    """

    months: int | None
    step: Any
    period_months: int | None = None
    month_end: bool = False

    def after(self, index: pd.Index[Any], horizon: int) -> pd.Index[Any]:
        """Return the `horizon` dates that follow an index."""
        ahead = range(1, horizon + 1)
        last = index[-1]
        try:
            if isinstance(index, pd.PeriodIndex):
                return pd.PeriodIndex([last + k * self.step for k in ahead], name=index.name)
            if isinstance(index, pd.DatetimeIndex):
                local = last.tz_localize(None)
                moved = pd.DatetimeIndex([self._move(local, k) for k in ahead], name=index.name)
                return moved if index.tz is None else moved.tz_localize(index.tz)
        except (OverflowError, ValueError) as error:
            raise ForecastError(
                f"no date is {horizon} steps after {date_text(last)}: {error}"
            ) from error
        later: pd.Index[Any] = pd.Index([int(last) + k * self.step for k in ahead], name=index.name)
        return later

    def steps_to(self, index: pd.Index[Any], to: Any) -> int:  # noqa: ANN401
        """Return how many steps lead from the end of an index to a date, or to a year's last step.

        Raises
        ------
        ForecastError
            If the date is not after the last one, or is more than `FARTHEST` steps away.
        """
        goal = span(index, to)[1]
        for steps in range(1, FARTHEST + 2):
            if self.after(index, steps)[-1] > goal:
                if steps > 1:
                    return steps - 1
                break
        else:
            raise ForecastError(f"{to} is more than {FARTHEST} steps after {date_text(index[-1])}")
        raise ForecastError(f"{to} does not follow the last value, {date_text(index[-1])}")

    @property
    def steps_a_year(self) -> int:
        """How many steps make a year: 1 where a step is a year, or no whole part of one."""
        months = self.period_months if self.months is None else self.months
        return 12 // months if months in (1, 2, 3, 4, 6) else 1

    def _move(self, last: pd.Timestamp, count: int) -> pd.Timestamp:
        if self.months is None:
            return pd.Timestamp(last + count * self.step)
        moved = last + pd.DateOffset(months=count * self.months)
        return pd.Timestamp(moved + pd.offsets.MonthEnd(0) if self.month_end else moved)


_MONTHS_OF = {"Y": 12, "Q": 3, "M": 1}


def clock(series: pd.Series) -> Clock:
    """Find the regular step of a checked series.

    Raises
    ------
    ForecastError
        If the dates are not regular; the message names the first odd gap.
    """
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        return _date_clock(series, index)
    numbers = index.astype("int64").to_numpy()
    step = int(np.diff(numbers).min())
    _refuse_gaps(series, numbers, step)
    if isinstance(index, pd.PeriodIndex):
        unit = index.freqstr.split("-")[0].lstrip("0123456789")
        multiple = index.freqstr.split("-")[0].removesuffix(unit)
        length = _MONTHS_OF.get(unit)
        return Clock(None, step // int(multiple or 1), length and length * step)
    return Clock(None, step)


def _date_clock(series: pd.Series, index: pd.DatetimeIndex) -> Clock:
    index = index.tz_localize(None)  # months and days are those of the clock on the wall
    month_end = bool(index.is_month_end.all())
    if month_end or len(set(index.day)) == 1:
        months = (index.year * 12 + index.month).to_numpy(dtype="int64")
        step = int(np.diff(months).min())
        _refuse_gaps(series, months, step)
        return Clock(step, step, month_end=month_end)
    days = index.to_numpy().astype("datetime64[ns]").astype("int64")
    _refuse_gaps(series, days, int(np.diff(days).min()))
    return Clock(None, index[1] - index[0])


def _refuse_gaps(series: pd.Series, numbers: NDArray[np.int64], step: int) -> None:
    odd = np.flatnonzero(np.diff(numbers) != step)
    if len(odd):
        before, after = (date_text(series.index[odd[0] + k]) for k in (0, 1))
        how = "bring it to one step with regularise(series, step)"
        if pd.api.types.is_integer_dtype(series.index):
            step = int(np.diff(numbers).min())
            how = (
                f"interpolate it with series.reindex(range({numbers[0]}, {numbers[-1] + 1}, "
                f"{step})).interpolate(), or give it dates and regularise(series, step)"
            )
        raise ForecastError(
            f"{label(series)} is not regular: the gap from {before} to {after} differs from the "
            f"shortest; {how}"
        )


@dataclass(frozen=True, eq=False)
class Regularised:
    """A series brought to a regular step.

    Attributes
    ----------
    series : Series
        One value at each period end.
    origin : Series of str
        For each date, « observed », « moved » (read within the tolerance) or « interpolated ».
    note : str
        What was done, in French, for the reader.
    """

    series: pd.Series
    origin: pd.Series
    note: str


@door(ForecastError, tolerance=(0, 10_000))
def regularise(series: pd.Series, step: str, tolerance: int | None = None) -> Regularised:
    """Bring irregular dates to period ends, and say how.

    Each period end between the first and the last observation takes the value observed on that
    day, or the nearest one within the tolerance, or else the straight line between its
    neighbours. Nothing is extrapolated. Interpolated points make a series smoother than life:
    intervals computed on many of them are too narrow.

    Parameters
    ----------
    series : Series of numbers on dates
    step : {"annual", "half-yearly", "quarterly", "monthly"}
    tolerance : int, optional
        Days within which an observation stands for a period end; by default a twelfth of the
        step (30 days for a year, 15 for a half-year).

    Returns
    -------
    Regularised

    Raises
    ------
    ForecastError
        If the step is unknown, the index is not made of dates, or fewer than two period ends
        are covered.
    """
    if step not in STEPS:
        raise unknown(step, STEPS, "step", ForecastError)
    values = series.dropna() if isinstance(series, pd.Series) else series
    values = clean(values, minimum=2)
    zone = None
    if isinstance(values.index, pd.DatetimeIndex):  # days are those of the clock on the wall
        zone = values.index.tz
        values.index = values.index.tz_localize(None)
    if isinstance(values.index, pd.PeriodIndex):
        values.index = values.index.to_timestamp(how="end").normalize()
    if not isinstance(values.index, pd.DatetimeIndex):
        raise ForecastError(f"{label(series)} has no dates to regularise: {values.index.dtype}")
    months = STEPS[step]
    days = round(months * 30.4 / 12) if tolerance is None else tolerance
    ends = _period_ends(values.index, months, days)
    if len(ends) < 2:
        raise ForecastError(f"{label(series)} covers fewer than two {step} period ends")
    values_at, origin = _read_at(values, ends, days)
    ends = ends.tz_localize(zone)
    result = pd.Series(values_at, index=ends, name=series.name)
    result.attrs = dict(series.attrs)
    kinds = pd.Series(origin, index=ends, name="origin")
    return Regularised(result, kinds, _regularised_note(kinds, step, len(values)))


def _period_ends(index: pd.DatetimeIndex, months: int, days: int) -> pd.DatetimeIndex:
    reach = pd.Timedelta(days=days)
    ends = pd.date_range(index[0].normalize() - reach, index[-1].normalize() + reach, freq="ME")
    return ends[ends.month % months == 0]


def _read_at(values: pd.Series, ends: pd.DatetimeIndex, days: int) -> tuple[Floats, list[str]]:
    at = values.index.to_numpy().astype("datetime64[D]").astype("float64")
    wanted = ends.to_numpy().astype("datetime64[D]").astype("float64")
    numbers = values.to_numpy()
    read = np.interp(wanted, at, numbers)
    origin = []
    for k, end in enumerate(wanted):
        nearest = int(np.argmin(np.abs(at - end)))
        gap = abs(at[nearest] - end)
        origin.append("observed" if gap == 0 else "moved" if gap <= days else "interpolated")
        if gap <= days:
            read[k] = numbers[nearest]
    return read, origin


def _regularised_note(kinds: pd.Series, step: str, read: int) -> str:
    french = {
        "annual": "annuel",
        "half-yearly": "semestriel",
        "quarterly": "trimestriel",
        "monthly": "mensuel",
    }
    counts = kinds.value_counts()
    parts = [f"{counts.get('observed', 0)} valeurs observées à la fin de la période"]
    if counts.get("moved", 0):
        parts.append(f"{counts['moved']} lues à une date voisine")
    if counts.get("interpolated", 0):
        dates = ", ".join(str(d.date()) for d in kinds.index[kinds == "interpolated"][:6])
        parts.append(f"{counts['interpolated']} interpolées en ligne droite ({dates})")
    return f"Série ramenée au pas {french[step]} à partir de {read} relevés : {', '.join(parts)}."
