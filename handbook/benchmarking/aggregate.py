"""Step 6 of the Handbook: from normalised indicators to one score a unit, and from scores to ranks.

Means are quasi-arithmetic (f of a weighted mean of f-images): compensatory arithmetic, less so
geometric and harmonic. Copeland and Borda use only the pairwise outranking matrix.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from handbook.benchmarking.framework import BenchmarkError, FloatArray, IntArray, listed

MEANS = ("arithmetic", "geometric", "harmonic")
AGGREGATIONS = (*MEANS, "copeland", "borda", "kemeny")
HALF_TOLERANCE = 1e-9
"""A support this near one half is a tie: sums of 1/49 do not add up to 0.5 in binary."""
TIE_TOLERANCE = 1e-12
"""Scores nearer than this share of the largest are equal: rounding, not performance."""


def link(method: str) -> Callable[[FloatArray], FloatArray]:
    """Return f, increasing, such that ranks follow the weighted mean of f(x)."""
    if method == "arithmetic":
        return lambda values: values
    if method == "geometric":
        return _log
    return _minus_inverse


def unlink(method: str) -> Callable[[FloatArray], FloatArray]:
    """Return the inverse of :func:`link`."""
    if method == "arithmetic":
        return lambda values: values
    if method == "geometric":
        return np.exp
    return _minus_inverse


def _log(values: FloatArray) -> FloatArray:
    return np.log(values, out=np.full_like(values, -np.inf), where=values != 0)


def _minus_inverse(values: FloatArray) -> FloatArray:
    return np.divide(-1.0, values, out=np.full_like(values, -np.inf), where=values != 0)


def mean(
    values: FloatArray,
    weights: FloatArray,
    method: str = "arithmetic",
    *,
    missing: str = "propagate",
) -> FloatArray:
    """Weighted mean of each row.

    Parameters
    ----------
    values
        Shape ``(units, indicators)``; NaN is unknown. Not negative for the geometric and harmonic
        means, which are 0 as soon as a weighted value is 0 (their limit).
    weights
        Shape ``(indicators,)``, not negative; rescaled to sum to one. A zero weight ignores its
        column, unknown cells included.
    method
        ``arithmetic``, ``geometric`` or ``harmonic``.
    missing
        ``propagate``: a unit with an unknown weighted cell has no score (NaN). ``available``: its
        known cells share the weight, as in COINr; a unit with none is NaN.

    Returns
    -------
    numpy.ndarray
        Shape ``(units,)``.
    """
    used = weights > 0
    table, share = link(method)(values[:, used]), weights[used] / weights[used].sum()
    known, lost = ~np.isnan(table), np.isneginf(table)
    part = known @ share
    total = np.where(known & ~lost, table, 0.0) @ share
    total = np.divide(total, part, out=np.full_like(part, np.nan), where=part > 0)
    if missing == "propagate":
        total[~known.all(axis=1)] = np.nan
    total[lost.any(axis=1) & ~np.isnan(total)] = -np.inf
    return _invert(total, method)


def _invert(total: FloatArray, method: str) -> FloatArray:
    lost = np.isneginf(total)
    back = unlink(method)(np.where(lost, -1.0, total))
    return np.asarray(np.where(lost, 0.0, back))


def refuse_negative(
    values: FloatArray, method: str, units: pd.Index, names: pd.Index | tuple[str, ...]
) -> None:
    """Raise unless `values` suit a geometric or harmonic mean, naming the first cell at fault."""
    if method not in ("geometric", "harmonic"):
        return
    columns, rows = np.nonzero(values.T < 0)
    if rows.size:
        raise BenchmarkError(
            f"aggregate={method!r} needs values that are not negative: "
            f"{listed(dict.fromkeys(names[column] for column in columns.tolist()))} has "
            f"{values[rows[0], columns[0]]:.4g} for {units[rows[0]]!r}; use minmax or goalposts, "
            "or give floor=0.01 to rescale"
        )


def outranking(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Share of weight on which the row's unit beats the column's, ties counting half.

    Indicators unknown for either unit of a pair do not vote, and the others share their weight: the
    result does not depend on the order of rows (COINr 1.1.14 credits the lost weight to the later
    row). A pair with no common indicator is a tie.

    Returns
    -------
    numpy.ndarray
        Shape ``(units, units)``, diagonal one half, ``a + a.T == 1``.
    """
    share = weights / weights.sum()
    above = values[:, None, :] > values[None, :, :]
    below = values[:, None, :] < values[None, :, :]
    balance = (above.astype(np.float64) - below) @ share
    known = (~np.isnan(values)).astype(np.float64)
    common = (known * share) @ known.T
    scaled = np.divide(balance, common, out=np.zeros_like(balance), where=common > HALF_TOLERANCE)
    return np.asarray(0.5 + 0.5 * scaled)


def copeland(support: FloatArray) -> FloatArray:
    """Pairwise majorities won less those lost; scores sum to zero."""
    margin = support - 0.5
    return np.asarray(
        (margin > HALF_TOLERANCE).sum(axis=1) - (margin < -HALF_TOLERANCE).sum(axis=1),
        dtype=np.float64,
    )


def borda(support: FloatArray, total: float = 1.0) -> FloatArray:
    """Borda count: weight x number of units beaten, ties counting half.

    Parameters
    ----------
    support
        Outranking matrix.
    total
        Sum of the weights: with one weight a voter the count is the usual one, points of tied units
        being the mean of the places they share.
    """
    return np.asarray((support.sum(axis=1) - 0.5) * total)


def ranks(scores: FloatArray) -> IntArray:
    """Competition ranks along the last axis: 1 the highest score, ties share the smallest rank.

    Parameters
    ----------
    scores
        Shape ``(..., units)``, no NaN. Scores within :data:`TIE_TOLERANCE` of one another,
        relative to the largest, are tied.
    """
    order = np.argsort(-scores, axis=-1, kind="stable")
    ordered = np.take_along_axis(scores, order, axis=-1)
    finite = np.where(np.isfinite(ordered), ordered, 0.0)
    tolerance = TIE_TOLERANCE * np.abs(finite).max(axis=-1, keepdims=True)
    fresh = np.ones(ordered.shape, dtype=bool)
    fresh[..., 1:] = ordered[..., 1:] < ordered[..., :-1] - tolerance
    places = np.where(fresh, np.arange(1, ordered.shape[-1] + 1), 0)
    result = np.empty(ordered.shape, dtype=np.int64)
    np.put_along_axis(result, order, np.maximum.accumulate(places, axis=-1), axis=-1)
    return result
