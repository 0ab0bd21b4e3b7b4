"""Step 5 of the Handbook: bring indicators to a common scale, each column by itself.

Definitions are those of the JRC's COINr (functions ``n_minmax``, ``n_zscore``, ``n_rank``,
``n_prank``, ``n_borda``, ``n_goalposts``, ``n_dist2targ``): values are first multiplied by their
direction, so that after every method more is better; ties take the smallest rank; NaN stays NaN
and does not touch other cells of the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import numpy as np
import pandas as pd
import scipy

from handbook.benchmarking.framework import (
    BenchmarkError,
    FloatArray,
    Framework,
    as_numbers,
    listed,
)
from handbook.core.errors import unknown

NORMALISATIONS = (
    "none",
    "minmax",
    "zscore",
    "rank",
    "percentile",
    "borda",
    "goalposts",
    "reference",
)

FIXED = ("goalposts", "reference", "percentile")
"""Methods whose 0 and 1 do not depend on a column's observed ends alone."""

Goalposts = Mapping[str, tuple[float, float]]
Reference = Mapping[str, float]


def normalise(
    framework: Framework,
    method: str,
    *,
    goalposts: Goalposts | None = None,
    reference: Reference | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> FloatArray:
    """Normalise every indicator of a framework; shape ``(units, indicators)``, more is better.

    Parameters
    ----------
    framework
        Checked values and directions.
    method
        ``none`` (direction only), ``minmax`` onto `bounds`, ``zscore`` (standard deviation with
        n-1), ``rank`` (1 worst), ``percentile`` ((rank-1)/(known-1)), ``borda`` (rank-1),
        ``goalposts`` ((x-low)/(high-low) cut to [0, 1]; (high-x)/(high-low) where less is better)
        or ``reference`` (distance from the worst value over that of the reference: worst 0,
        reference 1, not capped).
    goalposts
        ``{indicator: (low, high)}``, low < high whatever the direction.
    reference
        ``{indicator: value}``, strictly better than the worst observed value.
    bounds
        Ends of the min-max scale.

    Raises
    ------
    BenchmarkError
        Naming the method, or the indicators that are constant or lack a parameter.
    """
    oriented = framework.table * framework.directions
    if method in ("goalposts", "reference"):
        given = goalposts if method == "goalposts" else reference
        columns = _parameters(given, framework.indicators, method)
        if method == "goalposts":
            return _goalposts(framework, columns)
        return _reference(framework, oriented, columns[:, 0])
    if method not in NORMALISATIONS:
        raise unknown(method, NORMALISATIONS, "normalisation", BenchmarkError)
    if method == "none":
        return oriented
    if method in ("minmax", "zscore"):
        _refuse_constant(oriented, framework, method)
        return minmax(oriented, bounds) if method == "minmax" else zscore(oriented)
    ranks = ascending_ranks(oriented)
    if method == "rank":
        return ranks
    if method == "borda":
        return ranks - 1.0
    known = (~np.isnan(oriented)).sum(axis=0)
    _refuse_single(known, framework.indicators)
    return np.asarray((ranks - 1.0) / (known - 1.0))


def minmax(values: FloatArray, bounds: tuple[float, float] = (0.0, 1.0)) -> FloatArray:
    """Map each column linearly, smallest known value to the first bound, largest to the second.

    A constant column, which only a weight of zero allows, is at the second bound.
    """
    low, high = bounds
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise BenchmarkError(f"bounds must be two finite numbers in order, not {bounds!r}")
    least, most = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    span = np.where(most > least, most - least, 1.0)
    scaled = (values - least) / span * (high - low) + low
    return np.asarray(np.where(most > least, scaled, high + 0 * values))


def zscore(values: FloatArray) -> FloatArray:
    """Centre each column and divide by its standard deviation (n-1, as in the Handbook)."""
    deviation = np.nanstd(values, axis=0, ddof=1)
    scale = np.where(deviation > 0, deviation, 1.0)
    return np.asarray((values - np.nanmean(values, axis=0)) / scale)


def ascending_ranks(values: FloatArray) -> FloatArray:
    """Rank each column from 1 (smallest); ties take the smallest rank, NaN stays NaN."""
    return np.asarray(
        scipy.stats.rankdata(values, method="min", axis=0, nan_policy="omit"), dtype=np.float64
    )


def positive(values: FloatArray, floor: float) -> FloatArray:
    """Rescale every column onto ``[floor, 1]``, as COINr advises before a geometric mean.

    A constant column becomes 1 everywhere: it tells no unit from another. For scales whose ends
    are the observed ones; `lifted` keeps fixed references.
    """
    _check_floor(floor)
    least, most = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    span = np.where(most > least, most - least, 1.0)
    return np.asarray(np.where(most > least, (values - least) / span * (1 - floor) + floor, 1.0))


def lifted(values: FloatArray, floor: float) -> FloatArray:
    """Move a scale whose 0 and 1 are fixed references onto ``[floor, 1]``, unstretched."""
    _check_floor(floor)
    return np.asarray(floor + (1 - floor) * values)


def _check_floor(floor: float) -> None:
    if not isinstance(floor, Real) or not 0 < floor < 1:
        raise BenchmarkError(f"floor must lie strictly between 0 and 1, not {floor!r}")


def _goalposts(framework: Framework, posts: FloatArray) -> FloatArray:
    low, high = posts[:, 0], posts[:, 1]
    reversed_ = ~(low < high)
    if reversed_.any():
        name = framework.indicators[reversed_][0]
        raise BenchmarkError(
            f"goalposts of {listed(framework.indicators[reversed_])} must be (low, high) with "
            f"low < high; {name!r} has {tuple(posts[reversed_][0].tolist())}"
        )
    rising = (framework.table - low) / (high - low)
    falling = (high - framework.table) / (high - low)
    return np.asarray(np.clip(np.where(framework.directions > 0, rising, falling), 0.0, 1.0))


def _reference(framework: Framework, oriented: FloatArray, values: FloatArray) -> FloatArray:
    target = values * framework.directions
    worst = np.nanmin(oriented, axis=0)
    bad = ~(target > worst)
    if bad.any():
        raise BenchmarkError(
            f"reference of {listed(framework.indicators[bad])} must be better than the worst "
            "observed value"
        )
    return np.asarray((oriented - worst) / (target - worst))


def _parameters(
    given: Mapping[str, object] | None, indicators: pd.Index, method: str
) -> FloatArray:
    if given is None:
        raise BenchmarkError(
            f"normalise={method!r} needs {method}={{indicator: ...}} for {listed(indicators)}"
        )
    if not isinstance(given, Mapping | pd.Series):
        raise BenchmarkError(f"{method} maps each indicator to its numbers, not {given!r}")
    named = {str(key): value for key, value in given.items()}
    unknown = sorted(set(named) - set(indicators))
    missing = [name for name in indicators if name not in named]
    if unknown or missing:
        what, names = ("unknown names", unknown) if unknown else ("nothing given for", missing)
        raise BenchmarkError(f"{method}: {what} {listed(names)}")
    width = 2 if method == "goalposts" else 1
    rows = [np.atleast_1d(as_numbers(named[name], method)) for name in indicators]
    bad = [
        name
        for name, row in zip(indicators, rows, strict=True)
        if row.shape != (width,) or not np.isfinite(row).all()
    ]
    if bad:
        shape = "(low, high)" if width == 2 else "one finite number"
        raise BenchmarkError(f"{method}: {listed(bad)} must be {shape}")
    return np.vstack(rows)


def _refuse_constant(values: FloatArray, framework: Framework, method: str) -> None:
    """Refuse a constant column that counts; one of weight zero is out of the index."""
    constant = ~(np.nanmax(values, axis=0) > np.nanmin(values, axis=0))
    constant &= framework.effective_weights() > 0
    if constant.any():
        raise BenchmarkError(
            f"indicator {listed(framework.indicators[constant])} is constant:"
            f" normalise={method!r} is undefined; remove it, or give goalposts"
        )


def _refuse_single(known: np.ndarray, indicators: pd.Index) -> None:
    if (known < 2).any():
        raise BenchmarkError(
            f"indicator {listed(indicators[known < 2])} has a single known value: no percentile"
        )
