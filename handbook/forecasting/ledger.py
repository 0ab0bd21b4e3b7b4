"""A ledger of forecasts: what was announced, on which day, and what came.

`recorded` writes forecasts as rows, `scored` holds these rows against later figures, `confronted`
does it for conclusions that a figure could refute. A row that nothing judges yet says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from handbook.core.checks import LARGEST, are_numbers, plain_date
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.forecasting.backtesting import interval_score
from handbook.forecasting.series import ForecastError

__all__ = ["STATES", "confronted", "recorded", "scored"]

STATES = ("scored", "to come", "no figure")
"""What became of a row: judged; no figure of its date or of after; passed over by later ones."""

LEVELS = (80, 95)
SENSES = ("above", "below")
WHERE = ["series_id", "geography"]
ANNOUNCED = ["mean", *(f"{side}_{level}" for level in LEVELS for side in ("lower", "upper"))]
OPENING = ["edition", "origin", "made_on", "known_to"]


class ForecastLike(Protocol):
    """A `Forecast`, or what reads as one: a territory of forecasts that were reconciled."""

    @property
    def series(self) -> pd.Series:
        """What was known, by date."""

    @property
    def mean(self) -> pd.Series:
        """What is expected, by date."""

    def interval(self, level: float) -> pd.DataFrame:
        """Columns ``lower`` and ``upper``."""

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        """Chance of reaching a value at a date."""


@door(ForecastError)
def recorded(
    made: Mapping[tuple[str, str], ForecastLike],
    *,
    edition: str,
    made_on: str | pd.Timestamp,
    origin: Literal["published", "replayed"] = "published",
    aims: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return forecasts as rows of a ledger, one a series, territory and date.

    Parameters
    ----------
    made : mapping of Forecast
        By series and territory; anything that has its series, mean, interval and chances does.
    edition : str
        Name of the edition that announces them.
    made_on : date
        The day they were made; for a replay, the day it goes back to.
    origin : "published" or "replayed"
        A replay is made later, of figures cut at a past day: nobody read it then.
    aims : DataFrame, optional
        Columns series_id, geography, date, value: thresholds whose chance is recorded.

    Returns
    -------
    DataFrame
        Columns edition, origin, made_on, known_to (date of the last figure used), series_id,
        geography, date, mean, lower_80, upper_80, lower_95, upper_95, aim and chance (0 to 1;
        missing without an aim).

    Raises
    ------
    ForecastError
        If nothing is given, an aim stands twice or is of what no forecast announces, or a forecast
        uses a figure of after its day.
    """
    for key in made:
        if not (isinstance(key, tuple) and len(key) == 2):
            raise ForecastError(f"made: by (series, territory), not {key!r:.40}")
    day = _day(made_on)
    wanted = _thresholds(aims)
    parts = []
    for (series_id, geography), forecast in made.items():
        known_to = _day(forecast.series.index[-1])
        if known_to > day:
            raise ForecastError(
                f"{series_id}, {geography}: a figure of {known_to:%Y-%m-%d} was not known on"
                f" {day:%Y-%m-%d}"
            )
        columns: dict[str, Any] = {"mean": forecast.mean.to_numpy()}
        for level in LEVELS:
            band = forecast.interval(level)
            columns |= {f"{side}_{level}": band[side].to_numpy() for side in ("lower", "upper")}
        dates = [_day(date) for date in forecast.mean.index]
        aimed = [wanted.get((series_id, geography, date), np.nan) for date in dates]
        chances = [
            np.nan if np.isnan(aim) else forecast.probability_above(aim, date)
            for aim, date in zip(aimed, forecast.mean.index, strict=True)
        ]
        opening = dict(zip(OPENING, (edition, origin, day, known_to), strict=True))
        about = {**opening, "series_id": series_id, "geography": geography, "date": dates}
        parts.append(pd.DataFrame({**about, **columns, "aim": aimed, "chance": chances}))
    if not parts:
        raise ForecastError("made: no forecast to record")
    rows = pd.concat(parts, ignore_index=True)
    _check_aims(wanted, rows)
    return rows


@door(ForecastError, within=(0, 366))
def scored(ledger: pd.DataFrame, observations: pd.DataFrame, *, within: int = 15) -> pd.DataFrame:
    """Hold what was announced against what came.

    Parameters
    ----------
    ledger : DataFrame
        As `recorded` returns it.
    observations : DataFrame
        Columns series_id, geography, date, value: figures known now, one a date.
    within : int
        A figure judges a row if it is dated at most this number of days from it.

    Returns
    -------
    DataFrame
        The rows, in their order, with `state` (see `STATES`), `last_figure` (date of the latest
        figure of that series and territory), `observed_on`, `observed`, `error` (what came less
        the mean), `inside_80`, `inside_95`, `score_80`, `score_95` (interval scores, in the unit
        of the series: lower is better), `came_true` (the aim was reached) and `brier` (squared
        distance of the chance from what came). All but the first two are missing unless scored.

    Raises
    ------
    ForecastError
        If a column is missing, or two figures have one date.
    """
    _require(ledger, [*OPENING, *WHERE, "date", *ANNOUNCED, "aim", "chance"], "ledger")
    rows = _judged(_dated(ledger, ["date", "known_to"], "ledger"), observations, within)
    came = rows["observed"]
    rows["error"] = came - rows["mean"]
    for level in LEVELS:
        lower, upper = rows[f"lower_{level}"], rows[f"upper_{level}"]
        rows[f"inside_{level}"] = came.between(lower, upper).astype("boolean").mask(came.isna())
        outcome, low, high = (one.to_numpy(dtype=np.float64) for one in (came, lower, upper))
        rows[f"score_{level}"] = interval_score(outcome, low, high, level)
    open_question = came.isna() | rows["aim"].isna()
    rows["came_true"] = (came >= rows["aim"]).astype("boolean").mask(open_question)
    rows["brier"] = (rows["chance"] - rows["came_true"].astype("Float64").astype("float64")) ** 2
    return rows


@door(ForecastError, within=(0, 366))
def confronted(
    conclusions: pd.DataFrame, observations: pd.DataFrame, *, within: int = 15
) -> pd.DataFrame:
    """Say which conclusions a later figure has refuted.

    Parameters
    ----------
    conclusions : DataFrame
        Columns made_on, series_id, geography, date, refuted_if ("above" or "below") and threshold;
        a conclusion without a series is refuted by other means than a figure.
    observations, within
        As for `scored`; only figures of after the day of the conclusion count.

    Returns
    -------
    DataFrame
        The rows with `state`: refuted, stands, to come, no figure, or in words (no series).
    """
    names = ["made_on", *WHERE, "date", "refuted_if", "threshold"]
    _require(conclusions, names, "conclusions")
    told = _told(conclusions)
    rows = _judged(told.assign(known_to=told["made_on"]), observations, within)
    above = rows["observed"] > rows["threshold"]
    below = rows["observed"] < rows["threshold"]
    refuted = above.where(rows["refuted_if"] == "above", below)
    verdict = refuted.map({True: "refuted", False: "stands"})
    rows["state"] = rows["state"].mask(rows["state"] == "scored", verdict)
    rows["state"] = rows["state"].mask(rows["series_id"].isna(), "in words")
    return rows.drop(columns="known_to")


def _judged(rows: pd.DataFrame, observations: pd.DataFrame, within: int) -> pd.DataFrame:
    """Put beside each row the nearest figure of after what it knew, and its state."""
    _require(observations, [*WHERE, "date", "value"], "observations")
    figures = _dated(observations[[*WHERE, "date", "value"]].dropna(), ["date"], "observations")
    _check_numbers(figures["value"], "observations: value")
    twice = figures.duplicated([*WHERE, "date"])
    if twice.any():
        first = figures[twice].iloc[0]
        raise ForecastError(
            f"observations: {first['series_id']}, {first['geography']} has two figures of"
            f" {first['date']:%Y-%m-%d}"
        )
    held = dict(list(figures.groupby(WHERE)[["date", "value"]]))
    none = figures.loc[[], ["date", "value"]]
    reach = pd.Timedelta(days=within)
    found = [
        _nearest(row, held.get((row["series_id"], row["geography"]), none), reach)
        for _, row in rows.iterrows()
    ]
    columns = ["state", "last_figure", "observed_on", "observed"]
    outcomes = pd.DataFrame(found, columns=columns, index=rows.index)
    for name in ("last_figure", "observed_on"):
        outcomes[name] = pd.to_datetime(outcomes[name])
    return pd.concat([rows, outcomes.astype({"observed": "float64"})], axis=1)


def _nearest(
    row: pd.Series, own: pd.DataFrame, within: pd.Timedelta
) -> tuple[str, pd.Timestamp | None, pd.Timestamp | None, float]:
    last = own["date"].max() if len(own) else None
    later = own[own["date"] > row["known_to"]]
    away = (later["date"] - row["date"]).abs()
    if not away.empty and away.min() <= within:
        best = later.loc[away.idxmin()]
        return "scored", last, best["date"], float(best["value"])
    passed = last is not None and last > row["date"]
    return "no figure" if passed else "to come", last, None, np.nan


def _thresholds(aims: pd.DataFrame | None) -> dict[tuple[str, str, pd.Timestamp], float]:
    if aims is None:
        return {}
    _require(aims, [*WHERE, "date", "value"], "aims")
    aims = _dated(aims, ["date"], "aims")
    _check_numbers(aims["value"], "aims: value")
    if aims.duplicated([*WHERE, "date"]).any():
        raise ForecastError("aims: two thresholds for one series, territory and date")
    named = zip(aims["series_id"], aims["geography"], aims["date"], aims["value"], strict=True)
    return {(one, place, _day(date)): float(value) for one, place, date, value in named}


def _check_aims(wanted: Mapping[tuple[str, str, pd.Timestamp], float], rows: pd.DataFrame) -> None:
    """Refuse a threshold of what no forecast announces: it would never be judged."""
    announced = set(zip(*(rows[name] for name in (*WHERE, "date")), strict=True))
    for series_id, geography, date in wanted.keys() - announced:
        raise ForecastError(
            f"aims: nothing made forecasts {series_id}, {geography} on {date:%Y-%m-%d}"
        )


def _told(conclusions: pd.DataFrame) -> pd.DataFrame:
    """Return conclusions with days for dates; those that name a series say what refutes them."""
    by_figures = conclusions["series_id"].notna()
    told = conclusions[by_figures]
    for word in told["refuted_if"]:
        if word not in SENSES:
            raise unknown(word, SENSES, "refuted_if", ForecastError)
    _check_numbers(told["threshold"], "conclusions: threshold")
    if told["threshold"].isna().any():
        raise ForecastError("conclusions: one that names a series has no threshold")
    _dated(told, ["date", "made_on"], "conclusions")
    days = {
        name: pd.to_datetime(
            pd.Series(
                [pd.NaT if pd.isna(one) else _day(one) for one in conclusions[name]],
                index=conclusions.index,
            )
        )
        for name in ("date", "made_on")
    }
    return conclusions.assign(**days)


def _dated(frame: pd.DataFrame, names: list[str], what: str) -> pd.DataFrame:
    """Return a table whose dates, however they are held, are days."""
    days = {}
    for name in names:
        if pd.api.types.is_datetime64_dtype(frame[name]) and frame[name].notna().all():
            days[name] = frame[name].dt.normalize()
            continue
        try:
            days[name] = pd.Series([_day(one) for one in frame[name]], index=frame.index)
        except ForecastError as error:
            raise ForecastError(f"{what}: {name}: {error}") from error
        days[name] = pd.to_datetime(days[name])
    return frame.assign(**days)


def _check_numbers(column: pd.Series, what: str) -> None:
    if not are_numbers(column) or not (column.dropna().abs() <= LARGEST).all():
        raise ForecastError(f"{what}: a column of finite numbers is needed")


def _require(frame: pd.DataFrame, columns: list[str], what: str) -> None:
    absent = [name for name in columns if name not in frame]
    if absent:
        raise ForecastError(
            f"{what}: no column {', '.join(absent)}; has {', '.join(map(str, frame))}"
        )


def _day(date: Any) -> pd.Timestamp:  # noqa: ANN401
    """Return the last day of a period or of a year; a day as it is."""
    if isinstance(date, pd.Period):
        return date.end_time.normalize()
    if isinstance(date, (int, np.integer)) and not isinstance(date, bool):
        return pd.Timestamp(int(date), 12, 31)
    try:
        day = pd.Timestamp(date)
    except (TypeError, ValueError) as error:
        raise ForecastError(f"{date!r} is no date; 2024-12-31 would be right") from error
    if pd.isna(day):
        raise ForecastError("a date is missing")
    plain_date(date, ForecastError)
    return day.tz_localize(None).normalize()
