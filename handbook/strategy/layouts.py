"""Where to draw the nodes of a network, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["layered", "sprung"]

_SWEEPS = 24


def layered(columns: Sequence[Sequence[str]], graph: nx.Graph[str]) -> pd.DataFrame:
    """Set nodes in columns, each ordered by the mean place of its neighbours beside it.

    The barycentre heuristic of K. Sugiyama, S. Tagawa and M. Toda (*IEEE Transactions on Systems,
    Man, and Cybernetics* 11(2), 1981); the order with the fewest crossings met is kept.

    Returns
    -------
    DataFrame
        Indexed by node: ``x`` and ``y`` from 0 to 1, first of a column on top (y = 1).
    """
    orders = [list(column) for column in columns]
    best, kept = crossings(orders, graph), [list(column) for column in orders]
    ranks = list(range(len(orders)))
    for _ in range(_SWEEPS):
        for rank in [*ranks, *reversed(ranks)]:
            beside = [orders[at] for at in (rank - 1, rank + 1) if 0 <= at < len(orders)]
            place = {
                name: (spot + 0.5) / len(column)
                for column in beside
                for spot, name in enumerate(column)
            }
            own = {name: (spot + 0.5) / len(orders[rank]) for spot, name in enumerate(orders[rank])}
            orders[rank].sort(key=lambda name: _pull(name, graph, place, own))
        now = crossings(orders, graph)
        if now < best:
            best, kept = now, [list(column) for column in orders]
    across = max(1, len(kept) - 1)
    rows = {
        name: (rank / across, 1 - (spot + 0.5) / len(column))
        for rank, column in enumerate(kept)
        for spot, name in enumerate(column)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["x", "y"])


def crossings(orders: Sequence[Sequence[str]], graph: nx.Graph[str]) -> int:
    """Return how many edges between neighbouring columns cross."""
    total = 0
    for left, right in pairwise(orders):
        place = {name: spot for spot, name in enumerate(right)}
        ends = [
            [place[other] for other in graph[name] if other in place] if name in graph else []
            for name in left
        ]
        for spot, lower in enumerate(ends):
            above = [end for earlier in ends[:spot] for end in earlier]
            total += sum(one > end for end in lower for one in above)
    return total


def sprung(graph: nx.Graph[str]) -> pd.DataFrame:
    """Set nodes so that distances follow the number of steps (T. Kamada and S. Kawai, 1989).

    The search starts from a circle in the order of the nodes, so that it ends at the same place.

    Returns
    -------
    DataFrame
        Indexed by node: ``x`` and ``y`` from 0 to 1.
    """
    import networkx as nx

    spots = nx.kamada_kawai_layout(graph, pos=nx.circular_layout(graph))
    frame = pd.DataFrame.from_dict(
        {name: tuple(map(float, spot)) for name, spot in spots.items()},
        orient="index",
        columns=["x", "y"],
    )
    span = frame.max() - frame.min()
    return (frame - frame.min()) / span.where(span > 0, 1.0)


def _pull(name: str, graph: nx.Graph[str], place: dict[str, float], own: dict[str, float]) -> float:
    near = [place[other] for other in graph[name] if other in place] if name in graph else []
    return float(np.mean(near)) if near else own[name]
