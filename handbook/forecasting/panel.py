"""The same forecast for many series, in parallel, on one machine or a cluster."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.forecasting.core import Forecast, forecast
from handbook.forecasting.series import FARTHEST, ForecastError

LONG = ("unique_id", "ds", "y")
CHUNK = 8  # series a task: few enough to balance, many enough to pay for the trip
Outcome = tuple[str, Forecast | str]


@dataclass(frozen=True, eq=False)
class Panel:
    """Forecasts of many series.

    Attributes
    ----------
    forecasts : dict of Forecast
        By series identifier, in the order of the frame.
    failures : DataFrame
        Columns unique_id, error: the series that could not be forecast, and why. Every series of
        the frame is in one or the other.
    """

    forecasts: dict[str, Forecast]
    failures: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """Long table: unique_id, ds, mean, and lo-80, hi-80... for each level."""
        parts = []
        for name, made in self.forecasts.items():
            columns: dict[str, Any] = {"unique_id": name, "ds": made.mean.index, "mean": made.mean}
            for level in made.levels:
                limits = made.interval(level)
                columns[f"lo-{level:g}"] = limits["lower"]
                columns[f"hi-{level:g}"] = limits["upper"]
            parts.append(pd.DataFrame(columns).reset_index(drop=True))
        if not parts:
            return pd.DataFrame(columns=["unique_id", "ds", "mean"])
        return pd.concat(parts, ignore_index=True)


_OPTIONS = tuple(inspect.signature(forecast).parameters)[1:]


@door(ForecastError, horizon=(1, FARTHEST))
def forecast_panel(
    frame: pd.DataFrame,
    horizon: int,
    levels: Sequence[float] = (80, 95),
    *,
    n_jobs: int | None = None,
    executor: Executor | None = None,
    progress: bool | Callable[[int, int], None] = False,
    **options: Any,  # noqa: ANN401
) -> Panel:
    """Forecast every series of a frame; a bad one is reported, never fatal.

    The work goes through joblib, so that the caller chooses where: nothing for this process,
    ``n_jobs=-1`` for every core, or a cluster, with the same call, by
    ``with joblib.parallel_config(backend="dask"): forecast_panel(frame, 10)`` once a
    ``distributed.Client`` (or Ray's own joblib backend) is connected. Or give an executor of
    `concurrent.futures`, which Dask's clients have: ``executor=client.get_executor()``.

    Parameters
    ----------
    frame : DataFrame
        Long, with columns unique_id, ds, y; or wide, one column a series on an index of dates
        (a missing value there is a date the series does not have).
    horizon, levels
        As for `forecast`.
    n_jobs : int, optional
        Number of workers, as for joblib; by default what its configuration says.
    executor : concurrent.futures.Executor, optional
        Where the work goes instead of joblib: threads, processes, a cluster.
    progress : bool or callable
        True writes a counter on standard error; a callable receives (done, total).
    **options
        Passed to `forecast`: bounds, floor, part_of, start, events, seasonal; `fast` is true
        unless asked otherwise.

    Returns
    -------
    Panel
    """
    import joblib

    series, failed = _split(frame)
    for name in options:
        if name not in _OPTIONS:
            raise unknown(name, _OPTIONS, "option of forecast_panel", ForecastError)
    _check_workers(n_jobs, executor)
    tell = progress if callable(progress) else _counter if progress else _silent
    chunks = [series[k : k + CHUNK] for k in range(0, len(series), CHUNK)]
    task = partial(
        _forecast_chunk, horizon=horizon, levels=tuple(levels), options={"fast": True, **options}
    )
    if executor is not None:
        work = executor.map(task, chunks)
    else:
        work = joblib.Parallel(n_jobs=n_jobs, return_as="generator")(
            joblib.delayed(task)(chunk) for chunk in chunks
        )
    made: dict[str, Forecast] = {}
    done = 0
    for outcomes in work:
        for name, outcome in outcomes:
            if isinstance(outcome, Forecast):
                made[name] = outcome
            else:
                failed.append((name, outcome))
        done += len(outcomes)
        tell(done, len(series))
    return Panel(made, pd.DataFrame(failed, columns=["unique_id", "error"]))


def _check_workers(n_jobs: int | None, executor: Executor | None) -> None:
    if n_jobs == 0:
        raise ForecastError("n_jobs: how many workers, or -1 for every core, not 0")
    if executor is not None and not hasattr(executor, "map"):
        raise ForecastError(f"executor: one of concurrent.futures, not {executor!r:.40}")


def _forecast_chunk(
    chunk: list[tuple[str, pd.Series]],
    horizon: int,
    levels: tuple[float, ...],
    options: dict[str, Any],
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for name, values in chunk:
        try:
            outcomes.append((name, forecast(values, horizon, levels, **options)))
        except ForecastError as error:
            outcomes.append((name, str(error)))
        except Exception as error:  # noqa: BLE001 -- one series must not lose the others
            outcomes.append((name, f"unexpected {type(error).__name__}: {error}"))
    return outcomes


def _split(frame: pd.DataFrame) -> tuple[list[tuple[str, pd.Series]], list[Outcome]]:
    """Return the series of a frame by identifier, and those whose identifier will not do.

    Identifiers become text: 75 and "75" (a file read in pieces) are one series where their dates
    do not clash, else neither is forecast and both are told, as are rows without an identifier.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ForecastError(f"a DataFrame is needed, not {type(frame).__name__}")
    twice = [name for name in LONG if list(frame.columns).count(name) > 1]
    if twice:
        raise ForecastError(f"the frame has several columns {twice[0]}")
    parts = _long(frame) if set(LONG) <= set(frame.columns) else _wide(frame)
    named: dict[str, list[tuple[Any, pd.Series]]] = {}
    failed: list[Outcome] = []
    for name, values in parts:
        if pd.isna(name):
            failed.append((str(name), f"{len(values)} values have no identifier: name them"))
        else:
            named.setdefault(str(name), []).append((name, values))
    series: list[tuple[str, pd.Series]] = []
    for text, same in named.items():
        whole = same[0][1] if len(same) == 1 else pd.concat([values for _, values in same])
        if len(same) > 1 and whole.index.has_duplicates:
            kinds = " and ".join(f"{name!r} ({type(name).__name__})" for name, _ in same)
            why = f"several series are named {text}: {kinds}; give identifiers of one kind"
            failed.extend((text, why) for _ in same)
        else:
            series.append((text, whole.rename(text)))
    return series, failed


def _long(frame: pd.DataFrame) -> list[tuple[Any, pd.Series]]:
    if odd := [name for name in frame["unique_id"] if isinstance(name, dict | list | set)]:
        raise ForecastError(f"unique_id: a text or a number, not {odd[0]!r:.40}")
    return [
        (name, pd.Series(part["y"].to_numpy(), index=pd.Index(part["ds"]), name=str(name)))
        for name, part in frame.groupby("unique_id", sort=False, dropna=False)
    ]


def _wide(frame: pd.DataFrame) -> list[tuple[Any, pd.Series]]:
    if "unique_id" in frame.columns:
        missing = sorted(set(LONG) - set(frame.columns))
        raise ForecastError(f"a long frame needs the columns {', '.join(LONG)}: no {missing}")
    columns = [frame.iloc[:, rank].dropna() for rank in range(frame.shape[1])]
    for values in columns:
        values.attrs = dict(frame.attrs)
    return list(zip(frame.columns, columns, strict=True))


def _silent(done: int, total: int) -> None:
    """Say nothing."""


def _counter(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    sys.stderr.write(f"\r{done}/{total} series{end}")
    sys.stderr.flush()
