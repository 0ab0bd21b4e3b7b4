"""Which units look alike: the nearest ones on standardised indicators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from handbook.benchmarking.framework import BenchmarkError, checked_values, listed
from handbook.core.doors import door

__all__ = ["nearest"]


@door(BenchmarkError, count=(1, 10**9))
def nearest(data: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """Return the units that look most like each one.

    Indicators are standardised (mean 0, standard deviation 1 over the units), so that none counts
    more because of its unit of measure; the distance is Euclidean. Two indicators that say the
    same thing count twice: choose few. Searched in a k-d tree, so that 35,000 units take seconds.

    Parameters
    ----------
    data
        Units x indicators, without an empty cell. Take the logarithm of sizes first.
    count
        Neighbours of each unit.

    Returns
    -------
    DataFrame
        ``count`` rows a unit, nearest first: ``unit``, ``neighbour``, ``distance`` (in standard
        deviations). Units come in the order of `data`; ties come in that order too.

    Raises
    ------
    BenchmarkError
        If a cell is empty, an indicator is constant, or there are not more than `count` units.
    """
    from scipy.spatial import cKDTree

    values = checked_values(data)
    data = pd.DataFrame(values, data.index, data.columns)
    holed = data.index[data.isna().any(axis=1)]
    if len(holed):
        raise BenchmarkError(f"nearest: no value in some cell of {listed(holed)}")
    flat = data.columns[data.nunique() < 2]
    if len(flat):
        raise BenchmarkError(f"nearest: {listed(flat)} is the same everywhere")
    if count >= len(data):
        raise BenchmarkError(f"nearest: 1 to {len(data) - 1} neighbours, not {count}")
    tiny = data.columns[~(data.std() > 0)]
    if len(tiny):
        raise BenchmarkError(f"nearest: {listed(tiny)} varies too little: give it a larger unit")
    scores = ((data - data.mean()) / data.std()).to_numpy()
    # one more than asked, the unit itself, which is not first where another equals it
    distances, places = cKDTree(scores).query(scores, k=count + 1)
    rows = pd.DataFrame(
        {
            "place": [place for place in range(len(data)) for _ in range(count + 1)],
            "other": np.ravel(places),
            "distance": np.ravel(distances),
        }
    )
    rows = rows[rows["place"] != rows["other"]].sort_values(["place", "distance", "other"])
    rows = rows.groupby("place").head(count)
    return pd.DataFrame(
        {
            "unit": data.index[rows["place"]],
            "neighbour": data.index[rows["other"]],
            "distance": rows["distance"].to_numpy(),
        }
    )
