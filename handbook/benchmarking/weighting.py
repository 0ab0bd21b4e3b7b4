"""Weights that the data or a jury propose: benefit of the doubt, budget allocation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from handbook.benchmarking.framework import BenchmarkError, FloatArray, checked_values, listed
from handbook.core.doors import door


@dataclass(frozen=True)
class BenefitOfTheDoubt:
    """Each unit judged with the weights that suit it best.

    Attributes
    ----------
    scores
        By unit, from 0 to 1; 1 is on the frontier.
    weights
        Units x indicators, on the scale of the data (they do not sum to one).
    shares
        Units x indicators: part of the unit's own score each indicator brings; rows sum to one.
    """

    scores: pd.Series
    weights: pd.DataFrame
    shares: pd.DataFrame


@door(BenchmarkError)
def benefit_of_the_doubt(
    data: pd.DataFrame, *, share_bounds: tuple[float, float] | None = None
) -> BenefitOfTheDoubt:
    """Score units by the benefit-of-the-doubt linear programme (Melyn and Moesen 1991).

    For each unit, the non-negative weights that maximise its score while no unit exceeds 1
    (*Handbook*, Table 19).

    Parameters
    ----------
    data
        Units x indicators, not negative, more is better, complete.
    share_bounds
        Smallest and largest part each indicator may bring to the unit's own score.

    Raises
    ------
    BenchmarkError
        For unknown or negative cells, a unit with only zeros, or bounds no weights can meet.
    """
    values = _non_negative(data)
    rows = [_bod_weights(values, at, share_bounds, data.index) for at in range(len(values))]
    weights = np.vstack(rows)
    parts = weights * values
    scores = parts.sum(axis=1)
    return BenefitOfTheDoubt(
        pd.Series(scores, index=data.index, name="score"),
        pd.DataFrame(weights, index=data.index, columns=data.columns),
        pd.DataFrame(parts / scores[:, None], index=data.index, columns=data.columns),
    )


def _non_negative(data: pd.DataFrame) -> FloatArray:
    values = checked_values(data)
    for wrong, what in ((np.isnan(values), "unknown"), (values < 0, "negative")):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise BenchmarkError(
                f"benefit of the doubt: {data.columns[column]!r} is {what} for {data.index[row]!r}"
            )
    empty = values.sum(axis=1) <= 0
    if empty.any():
        raise BenchmarkError(f"benefit of the doubt: only zeros for {listed(data.index[empty])}")
    return values


def _bod_weights(
    values: FloatArray, at: int, share_bounds: tuple[float, float] | None, units: pd.Index
) -> FloatArray:
    limits, ceiling = [values], [np.ones(len(values))]
    if share_bounds is not None:
        low, high = share_bounds
        own = np.diag(values[at])
        limits += [own - high * values[at], low * values[at] - own]
        ceiling += [np.zeros(len(own)), np.zeros(len(own))]
    found = scipy.optimize.linprog(
        -values[at], A_ub=np.vstack(limits), b_ub=np.concatenate(ceiling), method="highs"
    )
    if found.status != 0 or found.x is None or not (found.x > 0).any():
        raise BenchmarkError(
            f"benefit of the doubt: no weights for {units[at]!r} within {share_bounds}"
        )
    return np.asarray(found.x, dtype=np.float64)


@door(BenchmarkError)
def budget_weights(points: pd.DataFrame) -> pd.Series:
    """Average the budgets of a jury: each member spreads the same number of points.

    Parameters
    ----------
    points
        Members x indicators, not negative, every row with the same positive sum.

    Returns
    -------
    pandas.Series
        Weights by indicator, summing to one.

    Raises
    ------
    BenchmarkError
        Naming members whose budget is negative, unknown or of another size.
    """
    try:
        values = points.to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BenchmarkError(f"budget: points are numbers: {error}") from error
    if not values.size or np.isnan(values).all():
        raise BenchmarkError("budget: no member, or no points")
    totals = values.sum(axis=1)
    usual = float(np.nanmedian(totals))
    wrong = ~(np.isclose(totals, usual) & (values >= 0).all(axis=1))
    if wrong.any() or usual <= 0:
        raise BenchmarkError(
            f"budget: {listed(points.index[wrong] if wrong.any() else points.index)} must spread "
            f"{usual:g} points, none negative"
        )
    return pd.Series(values.mean(axis=0) / usual, index=points.columns, name="weight")
