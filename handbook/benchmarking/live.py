"""What the page computes by itself when a reader moves a weight: specified here, once.

The browser holds the tables made by :func:`live_payload` and repeats :func:`live_ranks` with the
same numbers. The rule uses only sums, products, comparisons, logarithms and a sort of whole
numbers, in this order:

1. Draw ``k`` of ``draws``, indicator ``q``: ``u = frac(0.5 + k * steps[q])`` (Kronecker sequence,
   ``frac(x) = x - floor(x)``), noise ``2u - 1``. Draw 0 is the reader's own weights: u = 1/2.
2. ``weight[q] = reader[q] * (1 + spread * noise)``, divided by their sum.
3. For every normalisation and aggregation chosen, bounds of the score of unit i: the weighted mean
   of f(low[i][q]) and of f(high[i][q]), f(x) = x for the arithmetic mean, ln(x) for the geometric.
   Under the geometric mean the table is ``geometric[normalisation]``, which is above zero. Where
   the reader reversed indicator q, columns come from ``reversed``. Known cells have low = high.
4. ``best[i] = 1 + #{j : lower[j] > upper[i] + tolerance}`` and
   ``worst[i] = #{j : upper[j] >= lower[i] - tolerance}`` (i itself counts once).
5. ``best`` and ``worst`` shown come from draw 0, first normalisation, first aggregation.
   ``lower`` is the value of rank ``ceil(0.05 * n)`` among the n sorted ``best``, ``upper`` that of
   rank ``ceil(0.95 * n)`` among the sorted ``worst`` (1 the smallest), over all draws,
   normalisations and aggregations.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypedDict

import numpy as np
import pandas as pd

from handbook.benchmarking.composite import Composite, Options
from handbook.benchmarking.framework import BenchmarkError, FloatArray, as_numbers, listed
from handbook.benchmarking.intervals import IntervalTable, rank_bounds
from handbook.core.checks import LARGEST, distinct
from handbook.core.doors import door
from handbook.core.errors import unknown

Rows = list[list[float]]


LIVE_METHODS = ("minmax", "zscore", "rank")
"""Normalisations that a page can change by itself."""


class Bounds(TypedDict):
    """Bounds of one normalised table, units x indicators."""

    low: Rows
    high: Rows


class LiveTable(TypedDict):
    """One normalisation: with the given directions, and with every direction reversed."""

    given: Bounds
    reversed: Bounds


class Payload(TypedDict):
    """Everything the page needs, ready for JSON."""

    units: list[str]
    indicators: list[str]
    weights: list[float]
    tables: dict[str, LiveTable]
    geometric: dict[str, str]
    steps: list[float]
    draws: int
    spread: float
    tolerance: float
    tail: float


def kronecker_steps(size: int) -> list[float]:
    """Return the steps of the additive recurrence on the generalised golden ratio."""
    ratio = 2.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (size + 1))
    return [float((1.0 / ratio) ** (at + 1) % 1.0) for at in range(size)]


@door(BenchmarkError, draws=(1, 200_000), spread=(0, 1), floor=(0, 0.999))
def live_payload(
    composite: Composite,
    methods: Sequence[str] = LIVE_METHODS,
    *,
    draws: int = 500,
    spread: float = 0.25,
    floor: float = 0.01,
) -> Payload:
    """Prepare the tables the page combines.

    Parameters
    ----------
    composite
        Raw data, directions, weights (effective ones are the reader's starting point). An unknown
        cell may be anything between the worst and the best of its column.
    methods
        Normalisations offered, among ``minmax``, ``zscore``, ``rank``. The min-max table is mapped
        onto ``[floor, 1]``, which changes no arithmetic rank; under a geometric mean z-scores
        become that table, as in :class:`Choices`. With no noise ranks are those of
        ``composite.ranks(...)``.
    draws, spread
        Number of weight draws and relative half-width of the noise.
    floor
        Smallest value of every table.
    """
    framework = composite.framework
    for name in methods:
        if name not in LIVE_METHODS:
            raise unknown(name, LIVE_METHODS, "live normalisation", BenchmarkError)
    if not methods:
        raise BenchmarkError(f"live normalisations: one at least of {listed(LIVE_METHODS)}")
    distinct(methods, "live normalisations", BenchmarkError)
    frame = pd.DataFrame(framework.table, framework.units, framework.indicators)
    tables: dict[str, LiveTable] = {}
    for method in dict.fromkeys([*methods, *(["minmax"] if "zscore" in methods else [])]):
        sides = []
        for sign in (1, -1):
            directions = pd.Series(framework.directions * sign, framework.indicators)
            turned = Composite(frame, directions)
            ends: Options = {"bounds": (floor, 1.0)} if method == "minmax" else {}
            sides.append(_bounds(turned.normalised(method, **ends).to_numpy()))
        tables[method] = {"given": sides[0], "reversed": sides[1]}
    return {
        "units": [str(unit) for unit in framework.units],
        "indicators": composite.indicators,
        "weights": composite.effective_weights.tolist(),
        "tables": tables,
        "geometric": {name: "minmax" if name == "zscore" else name for name in tables},
        "steps": kronecker_steps(len(framework.indicators)),
        "draws": draws,
        "spread": spread,
        "tolerance": 1e-9,
        "tail": 0.05,
    }


@door(BenchmarkError, draws=(1, 200_000))
def interval_payload(table: IntervalTable, *, draws: int = 500, spread: float = 0.25) -> Payload:
    """Prepare a table of ratings known within bounds: one normalisation, ``scale``."""
    low, high = table.lower.to_numpy(dtype=np.float64), table.upper.to_numpy(dtype=np.float64)
    size = low.shape[1]
    least, most = float(low.min()), float(high.max())
    given: Bounds = {"low": low.tolist(), "high": high.tolist()}
    turned: Bounds = {"low": (least + most - high).tolist(), "high": (least + most - low).tolist()}
    return {
        "units": [str(unit) for unit in table.lower.index],
        "indicators": [str(name) for name in table.lower.columns],
        "weights": [1.0 / size] * size,
        "tables": {"scale": {"given": given, "reversed": turned}},
        "geometric": {"scale": "scale"},
        "steps": kronecker_steps(size),
        "draws": draws,
        "spread": spread,
        "tolerance": 1e-9,
        "tail": 0.05,
    }


@door(BenchmarkError)
def live_ranks(
    payload: Payload,
    weights: Sequence[float] | None = None,
    *,
    normalise: Sequence[str] | None = None,
    aggregate: Sequence[str] = ("arithmetic",),
    reversed_: Sequence[str] = (),
) -> pd.DataFrame:
    """Rank intervals as the page computes them; the reference its script is tested against.

    Parameters
    ----------
    payload
        From :func:`live_payload` or :func:`interval_payload`.
    weights
        The reader's, relative; those of the payload by default.
    normalise, aggregate
        Choices combined (``arithmetic``, ``geometric``); the first of each gives the headline rank.
    reversed_
        Indicators whose direction the reader reversed.

    Returns
    -------
    pandas.DataFrame
        Units x ``best``, ``worst``, ``lower``, ``upper`` (whole ranks).
    """
    reader, methods = _asked(payload, weights, normalise, aggregate, reversed_)
    drawn = _draw_weights(payload, reader)
    turned = np.array([name in set(reversed_) for name in payload["indicators"]])
    bests, worsts = [], []
    for method in methods:
        for way in aggregate:
            name = payload["geometric"][method] if way == "geometric" else method
            low, high = _tables(payload["tables"][name], turned)
            if way == "geometric":
                low, high = _logarithms(low, high)
            lower, upper = drawn @ low.T, drawn @ high.T
            best, worst = rank_bounds(lower, upper, payload["tolerance"])
            bests.append(best)
            worsts.append(worst)
    every_best, every_worst = np.vstack(bests), np.vstack(worsts)
    return pd.DataFrame(
        {
            "best": bests[0][0],
            "worst": worsts[0][0],
            "lower": _quantile(every_best, payload["tail"]),
            "upper": _quantile(every_worst, 1.0 - payload["tail"]),
        },
        index=pd.Index(payload["units"]),
    )


def _asked(
    payload: Payload,
    weights: Sequence[float] | None,
    normalise: Sequence[str] | None,
    aggregate: Sequence[str],
    reversed_: Sequence[str],
) -> tuple[FloatArray, list[str]]:
    """Return the reader's weights and normalisations; refuse what the payload does not hold."""
    absent = {"indicators", "weights", "tables", "geometric", "tolerance"} - payload.keys()
    if absent:
        raise BenchmarkError(
            f"the payload has no {listed(sorted(absent))}: make it with live_payload"
        )
    reader = as_numbers(payload["weights"] if weights is None else weights, "weights")
    size = len(payload["indicators"])
    fits = reader.shape == (size,) and ((reader >= 0) & (reader <= LARGEST)).all()
    if not fits or not reader.any():
        raise BenchmarkError(f"weights must be {size} finite numbers, none negative, not all zero")
    methods = list(payload["tables"] if normalise is None else normalise)
    for what, given, known in (
        ("indicator to reverse", reversed_, payload["indicators"]),
        ("aggregation", aggregate, ("arithmetic", "geometric")),
        ("normalisation", methods, payload["tables"]),
    ):
        for name in given:
            if name not in known:
                raise unknown(name, known, what, BenchmarkError)
    if not methods or not aggregate:
        raise BenchmarkError("name at least one normalisation and one aggregation")
    return reader, methods


def _draw_weights(payload: Payload, reader: FloatArray) -> FloatArray:
    number = np.arange(payload["draws"], dtype=np.float64)[:, None]
    position = 0.5 + number * np.asarray(payload["steps"])
    noise = 2.0 * (position - np.floor(position)) - 1.0
    drawn = reader * (1.0 + payload["spread"] * noise)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _tables(table: LiveTable, turned: np.ndarray) -> tuple[FloatArray, FloatArray]:
    low = np.where(turned, table["reversed"]["low"], table["given"]["low"])
    high = np.where(turned, table["reversed"]["high"], table["given"]["high"])
    return low, high


def _logarithms(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    if (low <= 0).any():
        raise BenchmarkError("a geometric mean needs a scale above zero; space ratings from 1")
    return np.log(low), np.log(high)


def _quantile(ranks: np.ndarray, share: float) -> np.ndarray:
    place = max(1, ceil(share * len(ranks) - 1e-9))
    return np.asarray(np.sort(ranks, axis=0)[place - 1])


def _bounds(values: FloatArray) -> Bounds:
    unknown = np.isnan(values)
    low = np.where(unknown, np.nanmin(values, axis=0), values)
    high = np.where(unknown, np.nanmax(values, axis=0), values)
    return {"low": low.tolist(), "high": high.tolist()}
