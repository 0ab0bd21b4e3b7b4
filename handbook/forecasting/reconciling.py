"""Regional forecasts that add up to the national one.

Own code, some lines of linear algebra. The kept library for this, hierarchicalforecast, gives the
same means (a test holds them together) but brings scikit-learn and two solvers of quadratic
programmes, wants every model's fitted values, which a combination does not have, and takes its
intervals from in-sample residuals, which on short series hold far fewer outcomes than they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from handbook.core.checks import check_level
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.forecasting.core import Forecast
from handbook.forecasting.law import Law
from handbook.forecasting.quantity import Quantity
from handbook.forecasting.series import ForecastError, dates_in

Floats = NDArray[np.float64]

METHODS = ("mint", "bottom_up", "top_down")
COMMON_ERRORS = 4  # fewer errors on common dates say nothing of correlations


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Coherent forecasts of a hierarchy.

    Attributes
    ----------
    mean : DataFrame, h rows, one column a node
        Every parent is the sum of its children, at every date.
    scale : DataFrame, same shape
        Scale of the Student t distribution of the outcome around the mean, as in each node's
        own forecast.
    degrees : float
        Its degrees of freedom.
    adjustment : DataFrame, same shape
        Reconciled minus base forecast.
    method : str
        "mint", "bottom_up" or "top_down".
    shrinkage : float
        Weight given to independence in the correlations of errors, 0 to 1.
    quantities : mapping node -> Quantity
        What each node's quantity cannot do, as in its own forecast.
    """

    mean: pd.DataFrame
    scale: pd.DataFrame
    degrees: float
    adjustment: pd.DataFrame
    method: str
    shrinkage: float
    quantities: Mapping[str, Quantity]

    @door(ForecastError)
    def law(self, node: str) -> Law:
        """Return the law of a node's outcome at each date.

        Raises
        ------
        ForecastError
            If there is no such node.
        """
        if node not in self.mean:
            raise unknown(node, self.mean.columns, "node", ForecastError)
        mean, scale = self.mean[node].to_numpy(), self.scale[node].to_numpy()
        return Law(mean, scale, self.degrees, self.quantities[node])

    @door(ForecastError)
    def interval(self, level: float, node: str) -> pd.DataFrame:
        """Return a node's interval of a level in percent: h rows, columns `lower`, `upper`."""
        check_level(level, ForecastError)
        law = self.law(node)
        sides = {"lower": 0.5 - level / 200, "upper": 0.5 + level / 200}
        return pd.DataFrame(
            {side: law.quantile(share) for side, share in sides.items()}, index=self.mean.index
        )

    @door(ForecastError)
    def probability_above(self, value: float, at: Any, node: str) -> float:  # noqa: ANN401
        """Return the probability that a node's outcome reaches a value at a date.

        The distribution is the one `interval` reads: P(outcome >= value).
        """
        law = self.law(node)
        dates = dates_in(self.mean.index, at)
        if dates.empty:
            raise ForecastError(f"{at} is not a date of the forecast")
        return float(law.above(value)[self.mean.index.get_loc(dates[-1])])

    def explain(self) -> str:
        """Say in one French sentence how the sums were made to hold."""
        how = {
            "mint": "ajustées ensemble, chacune d’autant moins qu’elle est plus précise (MinT, "
            f"corrélations contractées à {100 * self.shrinkage:.0f}\u202f%)",
            "bottom_up": "le niveau le plus fin est prévu, les autres en sont les sommes",
            "top_down": "le total est prévu, puis réparti selon les prévisions de chaque niveau",
        }[self.method]
        return f"Prévisions de {self.mean.shape[1]} séries rendues cohérentes\u00a0: {how}."


@dataclass(frozen=True)
class _Tree:
    """Nodes of a hierarchy, parents first, and the matrix that sums its leaves."""

    children: Mapping[str, tuple[str, ...]]
    nodes: tuple[str, ...]
    leaves: tuple[str, ...]
    summing: Floats  # (nodes, leaves)

    @classmethod
    def plant(cls, children: Mapping[str, Sequence[str]]) -> _Tree:
        tree = {parent: tuple(below) for parent, below in children.items() if len(below)}
        listed = [node for below in tree.values() for node in below]
        twice = sorted({node for node in listed if listed.count(node) > 1})
        if twice:
            raise ForecastError(f"the hierarchy gives {', '.join(twice)} more than one parent")
        roots = [parent for parent in tree if parent not in set(listed)]
        if len(roots) != 1:
            raise ForecastError(
                f"the hierarchy must have one top, not {len(roots)}: {', '.join(roots) or 'a loop'}"
            )
        nodes = [roots[0]]
        for node in nodes:  # grows while it is read: parents come before their children
            nodes.extend(tree.get(node, ()))
        if len(nodes) != len(listed) + 1:
            raise ForecastError(f"the hierarchy has a loop apart from {roots[0]}")
        leaves = tuple(node for node in nodes if node not in tree)
        rows = {leaf: np.eye(len(leaves))[k] for k, leaf in enumerate(leaves)}
        for node in reversed(nodes):
            if node in tree:
                rows[node] = np.sum([rows[child] for child in tree[node]], axis=0)
        return cls(tree, tuple(nodes), leaves, np.array([rows[node] for node in nodes]))

    def shares(self, base: Floats) -> Floats:
        """Share of each leaf in the top, from the base forecasts of each level."""
        at = {node: k for k, node in enumerate(self.nodes)}
        share = {self.nodes[0]: 1.0}
        for parent in self.nodes:
            below = self.children.get(parent, ())
            total = sum(base[at[child]] for child in below)
            for child in below:
                part = base[at[child]] / total if total else 1 / len(below)
                share[child] = share[parent] * part
        return np.array([share[leaf] for leaf in self.leaves])

    def limits(self, quantities: Mapping[str, Quantity]) -> dict[str, tuple[float, float]]:
        """Return the values each node may take, given what its parts may.

        Raises
        ------
        ForecastError
            If a node may take none.
        """
        limits: dict[str, tuple[float, float]] = {}
        for node in reversed(self.nodes):
            low, high = quantities[node].least, quantities[node].most
            below = [limits[child] for child in self.children.get(node, ())]
            if below:
                parts = [sum(ends) for ends in zip(*below, strict=True)]
                low, high = max(low, parts[0]), min(high, parts[1])
            if low > high + 1e-9 * max(1.0, abs(high)):
                raise ForecastError(
                    f"{node} cannot be the sum of its parts: it lies between {low:g} and {high:g}"
                )
            limits[node] = (low, max(low, high))
        return limits

    def held(self, values: Floats, limits: Mapping[str, tuple[float, float]]) -> Floats:
        """Bring coherent values within the limits, from the top, so that the sums still hold."""
        amounts = dict(zip(self.nodes, values.tolist(), strict=True))
        top = self.nodes[0]
        amounts[top] = float(np.clip(amounts[top], *limits[top]))
        for parent in self.nodes:
            below = self.children.get(parent, ())
            if not below:
                continue
            low, high = np.array([limits[child] for child in below]).T
            parts = np.clip([amounts[child] for child in below], low, high)
            amounts.update(zip(below, _shared(parts, amounts[parent], low, high), strict=True))
        return np.array([amounts[node] for node in self.nodes])


def _shared(parts: Floats, total: float, low: Floats, high: Floats) -> Floats:
    """Move parts within their limits so that they sum to a total.

    Each moves in proportion to the room it has, or to its size where room is unlimited.
    """
    missing = total - float(parts.sum())
    if abs(missing) <= 1e-12 * max(1.0, abs(total)):
        return parts
    room = high - parts if missing > 0 else parts - low
    free = np.isinf(room)
    if free.any():
        room = np.where(free, np.abs(parts) + 1e-9 * max(1.0, abs(total)), 0.0)
    whole = float(room.sum())
    return parts + missing * room / whole if whole > 0 else parts


@door(ForecastError)
def reconcile(
    forecasts: Mapping[str, Forecast],
    children: Mapping[str, Sequence[str]],
    method: str = "mint",
) -> Reconciled:
    """Make the forecasts of a hierarchy add up.

    Minimum trace reconciliation (Wickramasuriya, Athanasopoulos and Hyndman 2019) weighs each
    forecast by the covariance of its errors: here of rolling one-step drift errors on common
    dates, correlations shrunk towards independence as Schäfer and Strimmer (2005) do. Bottom-up
    adds the leaves; top-down splits each parent in proportion to its children's forecasts
    (Athanasopoulos, Ahmed and Hyndman 2009). What a node cannot do it still cannot: a leaf brought
    under its floor or over its cap goes back to it, and its siblings share the difference, so that
    the sums hold.

    Every interval keeps the width of the node's own forecast, around the reconciled mean. The
    narrower ones that MinT promises rest on correlations that a dozen dates cannot show: a new
    policy moves all regions at once, and their sum with them.

    Parameters
    ----------
    forecasts : mapping node -> Forecast
        One for each node, on the same dates.
    children : mapping parent -> children
        A tree: ``{"FR": ["REG-11", ...], "REG-11": ["DEP-75", ...]}``.
    method : {"mint", "bottom_up", "top_down"}

    Returns
    -------
    Reconciled

    Raises
    ------
    ForecastError
        If a forecast is missing, dates differ, the hierarchy is not one tree, or no sum can keep
        to what the nodes cannot pass.
    """
    if method not in METHODS:
        raise unknown(method, METHODS, "method", ForecastError)
    tree = _Tree.plant(children)
    made = _matching(forecasts, tree.nodes)
    base = np.column_stack([one.mean.to_numpy() for one in made])
    covariance, shrinkage = _covariance(made)
    quantities = {node: one.quantity for node, one in zip(tree.nodes, made, strict=True)}
    limits = tree.limits(quantities)
    means = np.empty_like(base)
    for k, values in enumerate(base):
        bottom = _projection(method, tree, values, covariance) @ values
        means[k] = tree.held(tree.summing @ bottom, limits)

    def framed(values: Floats) -> pd.DataFrame:
        columns = pd.Index(tree.nodes, name="unique_id")
        return pd.DataFrame(values, index=made[0].mean.index, columns=columns)

    return Reconciled(
        mean=framed(means),
        scale=framed(np.column_stack([one.scale.to_numpy() for one in made])),
        degrees=made[0].degrees,
        adjustment=framed(means - base),
        method=method,
        shrinkage=shrinkage,
        quantities=quantities,
    )


def _projection(method: str, tree: _Tree, base: Floats, covariance: Floats) -> Floats:
    """Matrix (leaves, nodes) that gives the leaves from the base forecasts."""
    count = len(tree.leaves)
    if method == "bottom_up":
        return np.array([[float(node == leaf) for node in tree.nodes] for leaf in tree.leaves])
    if method == "top_down":
        projection = np.zeros((count, len(tree.nodes)))
        projection[:, 0] = tree.shares(base)
        return projection
    weighted = np.linalg.solve(covariance, tree.summing).T  # S' W^-1
    return np.asarray(np.linalg.solve(weighted @ tree.summing, weighted), dtype=np.float64)


def _matching(forecasts: Mapping[str, Forecast], nodes: Sequence[str]) -> list[Forecast]:
    missing = [node for node in nodes if node not in forecasts]
    if missing:
        raise ForecastError(f"no forecast for {', '.join(missing[:5])} of the hierarchy")
    made = [forecasts[node] for node in nodes]
    for node, one in zip(nodes, made, strict=True):
        if not one.mean.index.equals(made[0].mean.index):
            raise ForecastError(f"the forecast of {node} is not on the dates of {nodes[0]}")
    return made


def _covariance(made: Sequence[Forecast]) -> tuple[Floats, float]:
    """Covariance of one-step drift errors, its correlations shrunk towards independence."""
    errors = pd.concat([_drift_errors(one.adjusted) for one in made], axis=1, join="inner")
    x = errors.to_numpy(dtype=np.float64)
    count, width = x.shape
    if count < COMMON_ERRORS:
        scale = np.array([one.scale.iloc[0] for one in made])
        return np.diag(np.maximum(scale, _least(scale)) ** 2), 1.0
    size = np.sqrt((x**2).mean(axis=0))
    x = np.divide(x, size, out=np.zeros_like(x), where=size > 0)
    raw = x.T @ x / count
    noise = ((x**2).T @ (x**2) / count - raw**2) / (count - 1)
    off = ~np.eye(width, dtype=bool)
    signal = float((raw[off] ** 2).sum())
    shrinkage = min(1.0, float(noise[off].sum()) / signal) if signal > 0 else 1.0
    correlation = (1 - shrinkage) * raw
    np.fill_diagonal(correlation, 1.0)
    size = np.maximum(size, _least(size))
    return correlation * np.outer(size, size), shrinkage


def _least(size: Floats) -> float:
    """Smallest error size allowed: a series that never moved is not infinitely precise."""
    return float(1e-3 * size.max()) or 1.0


def _drift_errors(series: pd.Series) -> pd.Series:
    y = series.to_numpy()
    steps = np.arange(2, len(y))
    slopes = (y[1:-1] - y[0]) / (steps - 1)
    return pd.Series(np.diff(y)[1:] - slopes, index=series.index[2:])
