"""Step 8 of the Handbook: back to the details. What makes a unit's score, where it stands out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from handbook.benchmarking import aggregate as ag
from handbook.benchmarking.composite import Composite
from handbook.benchmarking.framework import BenchmarkError
from handbook.benchmarking.intervals import rank_bounds
from handbook.core.doors import door
from handbook.core.errors import unknown


@door(BenchmarkError, share=(0, 1))
def strengths(composite: Composite, unit: str, *, share: float = 1 / 3) -> pd.DataFrame:
    """Strengths and weaknesses of a unit, with the interval of its rank on each indicator.

    A strength is an indicator where the unit stays in the best third even when ties and unknown
    cells count against it; a weakness, in the worst third even when they count for it. A
    characteristic shared by many is therefore neither.

    Parameters
    ----------
    composite
        Data and directions.
    unit
        Label.
    share
        Part of the units that makes the top and the bottom.

    Returns
    -------
    pandas.DataFrame
        By indicator: ``value`` (raw), ``best``, ``worst`` (ranks among all units: ties for, then
        against; an unknown cell may be anywhere between the worst and the best observed),
        ``gap`` (distance from the median of the others in standard deviations, more is better),
        ``kind`` (``strength``, ``weakness``, ``neither`` or ``unknown``).
    """
    at = _position(composite, unit)
    oriented = composite.normalised("none").to_numpy()
    unknown = np.isnan(oriented)
    low = np.where(unknown, np.nanmin(oriented, axis=0), oriented)
    high = np.where(unknown, np.nanmax(oriented, axis=0), oriented)
    best, worst = (ranks.T[at] for ranks in rank_bounds(low.T, high.T))
    others = np.delete(oriented, at, axis=0)
    spread = np.nanstd(oriented, axis=0, ddof=1)
    gap = np.divide(
        oriented[at] - np.nanmedian(others, axis=0),
        spread,
        out=np.full(len(spread), np.nan),
        where=spread > 0,
    )
    size = len(oriented)
    top, bottom = size * share, size * (1.0 - share)
    kind = np.select(
        [unknown[at], worst <= top, best > bottom], ["unknown", "strength", "weakness"], "neither"
    )
    return pd.DataFrame(
        {
            "value": composite.framework.table[at],
            "best": best,
            "worst": worst,
            "gap": gap,
            "kind": kind,
        },
        index=composite.framework.indicators,
    )


@door(BenchmarkError)
def decomposition(
    composite: Composite,
    unit: str,
    against: str | None = None,
    *,
    normalise: str = "minmax",
) -> pd.DataFrame:
    """Arithmetic score of a unit, indicator by indicator, beside another or the mean of all.

    Returns
    -------
    pandas.DataFrame
        By indicator: ``weight``, ``score`` (normalised), ``part`` (weight x score; parts sum to the
        unit's score), ``other`` (part of the other unit, or mean part), ``lead`` (part - other;
        leads sum to the gap between scores).
    """
    at = _position(composite, unit)
    table = composite.normalised(normalise)
    parts = composite.contributions(normalise, "arithmetic")
    rows = slice(None) if against is None else [_position(composite, against)]
    other = parts.iloc[rows].mean(axis=0)
    part = parts.iloc[at]
    return pd.DataFrame(
        {
            "weight": composite.effective_weights,
            "score": table.iloc[at],
            "part": part,
            "other": other,
            "lead": part - other,
        }
    )


@door(BenchmarkError)
def unit_ranks(composite: Composite, unit: str) -> pd.DataFrame:
    """Rank of one unit under every pair of parameter-free choices: normalisations x aggregations.

    Geometric and harmonic means use scales lifted to [0.01, 1].
    """
    _position(composite, unit)
    rows = {
        normalise: {
            aggregate: composite.ranks(
                normalise,
                aggregate,
                floor=0.01 if aggregate in ("geometric", "harmonic") else None,
            ).loc[unit]
            for aggregate in (*ag.MEANS, "copeland", "borda")
        }
        for normalise in ("minmax", "zscore", "rank")
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _position(composite: Composite, unit: str) -> int:
    if unit not in composite.framework.units:
        raise unknown(unit, composite.framework.units, "unit", BenchmarkError)
    return int(np.flatnonzero(composite.framework.units == unit)[0])
