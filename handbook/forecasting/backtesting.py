"""Rolling-origin evaluation: how the forecast would have fared on the series' own past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from handbook.core.doors import door
from handbook.forecasting import methods
from handbook.forecasting.breaks import Event, after
from handbook.forecasting.core import Asked, forecast
from handbook.forecasting.quantity import Bounds
from handbook.forecasting.series import (
    FARTHEST,
    MINIMUM_POINTS,
    ForecastError,
    clean,
    clock,
    label,
    on_index,
)

Floats = NDArray[np.float64]
LEVELS = (80, 95)


@door(ForecastError, horizon=(1, FARTHEST))
def backtest(
    series: pd.Series,
    horizon: int,
    origins: int | None = None,
    *,
    by_horizon: bool = True,
    bounds: str | Bounds | None = None,
    start: Any = None,  # noqa: ANN401
    events: Sequence[Event] = (),
) -> pd.DataFrame:
    """Score the forecast from past origins against the naive one, the drift and its members.

    At each origin only the values known then are used. MASE divides the absolute error by the
    mean absolute change up to the origin (Hyndman and Koehler 2006); sMAPE is in percent; the
    interval score (Gneiting and Raftery 2007), scaled in the same way, is `msis_80` or `msis_95`.
    Coverage is the share of outcomes inside the interval. The best single member is chosen with
    hindsight, which flatters it.

    Parameters
    ----------
    series : Series of n >= 6 numbers on a regular index
    horizon : int
        Farthest step scored; late origins score the steps they can.
    origins : int, optional
        Number of origins, the latest ones; by default all that leave five values or more.
    by_horizon : bool
        One row a method and horizon, or one row a method over all (`horizon` is then the
        farthest).
    bounds, start, events
        As for `forecast`. An event counts from the origins that know it, not before.

    Returns
    -------
    DataFrame
        Columns method (combination, naive, drift, or the best member's name), role (forecast,
        benchmark, best_member), horizon, n (number of errors), mase, smape, coverage_80,
        coverage_95, msis_80, msis_95.

    Raises
    ------
    ForecastError
        If no origin leaves five values before and one after.
    """
    values = clean(series if start is None else after(clean(series, minimum=1), start))
    return replay(values, horizon, origins, Asked(bounds, tuple(events)), by_horizon=by_horizon)


def replay(
    values: pd.Series, horizon: int, origins: int | None, asked: Asked, *, by_horizon: bool = True
) -> pd.DataFrame:
    """Score from past origins the forecast of checked values (see `backtest`)."""
    clock(values)
    latest = len(values) - 1
    first = MINIMUM_POINTS if origins is None else max(MINIMUM_POINTS, latest - origins + 1)
    if latest < MINIMUM_POINTS or (origins is not None and origins < 1):
        raise ForecastError(
            f"{label(values)} has {len(values)} values: a backtest needs {MINIMUM_POINTS + 1} "
            "and at least one origin"
        )
    rows = [
        row
        for origin in range(first, latest + 1)
        for row in _from_origin(values, origin, horizon, asked)
    ]
    return _table(pd.DataFrame(rows), horizon, by_horizon=by_horizon)


def _known(values: pd.Series, events: Sequence[Event]) -> list[Event]:
    last = values.index[-1]
    return [event for event in events if on_index(values.index, event.at) <= last]


def _from_origin(
    values: pd.Series, origin: int, horizon: int, asked: Asked
) -> list[dict[str, object]]:
    known, outcome = values.iloc[:origin], values.iloc[origin : origin + horizon].to_numpy()
    made = forecast(
        known,
        len(outcome),
        LEVELS,
        bounds=asked.bounds,
        events=_known(known, asked.events),
        seasonal=asked.seasonal,
        fast=True,
    )
    unit = float(np.mean(np.abs(np.diff(known.to_numpy()))))
    rows = []
    ours = [made.interval(level).to_numpy().T for level in LEVELS]
    rows += _scored("combination", outcome, made.mean.to_numpy(), unit, ours)
    for name in made.members.columns:
        if name != "drift":
            rows += _scored(name, outcome, made.members[name].to_numpy(), unit, None)
    for name in ("naive", "drift"):
        mean, limits = _benchmark(name, known.to_numpy(), len(outcome))
        rows += _scored(name, outcome, mean, unit, limits)
    return rows


def _benchmark(name: str, y: Floats, horizon: int) -> tuple[Floats, list[Floats]]:
    """Return a benchmark's mean and textbook normal intervals (Hyndman and Athanasopoulos 2021)."""
    size = float(np.abs(y).max()) or 1.0
    y, steps = y / size, np.arange(1, horizon + 1)
    if name == "naive":
        mean, spread = methods.naive(y, horizon), np.sqrt(np.mean(np.diff(y) ** 2) * steps)
    else:
        mean = methods.drift(y, horizon)
        variance = float(np.var(np.diff(y), ddof=1))
        spread = np.sqrt(variance * steps * (1 + steps / (len(y) - 1)))
    reaches = [spread * float(scipy.special.ndtri(0.5 + level / 200)) for level in LEVELS]
    return mean * size, [np.vstack([mean - reach, mean + reach]) * size for reach in reaches]


def _scored(
    method: str, outcome: Floats, mean: Floats, unit: float, limits: list[Floats] | None
) -> list[dict[str, object]]:
    unit = unit if unit > 0 else np.nan
    error = np.abs(outcome - mean)
    size = np.abs(outcome) + np.abs(mean)
    columns: dict[str, Floats] = {
        "mase": error / unit,
        "smape": 200 * error / np.where(size > 0, size, 1.0),
    }
    for level, pair in zip(LEVELS, limits or [], strict=False):
        columns[f"coverage_{level}"] = ((pair[0] <= outcome) & (outcome <= pair[1])).astype(float)
        columns[f"msis_{level}"] = interval_score(outcome, pair[0], pair[1], level) / unit
    return [
        {"method": method, "horizon": k + 1} | {name: v[k] for name, v in columns.items()}
        for k in range(len(outcome))
    ]


def interval_score(outcome: Floats, lower: Floats, upper: Floats, level: float) -> Floats:
    """Return the interval score of Gneiting and Raftery (2007): width plus penalised misses."""
    penalty = 2 / (1 - level / 100)
    missed = np.maximum(lower - outcome, 0) + np.maximum(outcome - upper, 0)
    return np.asarray(upper - lower + penalty * missed, dtype=np.float64)


def _table(errors: pd.DataFrame, horizon: int, *, by_horizon: bool) -> pd.DataFrame:
    own = errors[~errors["method"].isin(["combination", "naive", "drift"])]
    counts = own.groupby("method").size()
    everywhere = counts.index[counts == counts.max()]  # scored on the same errors as the others
    best = str(own.groupby("method")["mase"].mean()[everywhere].fillna(0).idxmin())
    roles = {
        "combination": "forecast",
        "naive": "benchmark",
        "drift": "benchmark",
        best: "best_member",
    }
    kept = errors[errors["method"].isin(list(roles))]
    if not by_horizon:
        kept = kept.assign(horizon=horizon)
    scores = [f"{name}_{level}" for name in ("coverage", "msis") for level in LEVELS]
    grouped = kept.groupby(["method", "horizon"])[["mase", "smape", *scores]]
    table = grouped.mean().join(grouped.size().rename("n")).reset_index()
    table["role"] = table["method"].map(roles)
    order = {name: rank for rank, name in enumerate(roles)}
    table = table.sort_values(
        ["method", "horizon"], key=lambda c: c.map(order) if c.name == "method" else c
    )
    return table[["method", "role", "horizon", "n", "mase", "smape", *scores]].reset_index(
        drop=True
    )
