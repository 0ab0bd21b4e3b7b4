"""Concentration of a field of independent structures: how far could it go.

Each year a share of the structures still independent joins a pole: a federation under one operator,
or a private group. What joined stays. Poles share newcomers by Zipf's law (the r-th attracts
``r ** -inequality``). The yearly share is ``merging * (1 + effect * subsidy)``: public money may
hold structures back (negative effect) or push them together (positive). Openings add independent
structures. All is counted in expectation, so that a result depends on the assumptions and not on
luck; assumptions are ranges, drawn together, and the result is a band.

Left out: structures that leave a pole, that close, or that are born in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.strategy.errors import StrategyError

__all__ = ["ASSUMPTIONS", "Consolidation", "Range", "consolidate", "decisive"]

Floats = npt.NDArray[np.float64]

ASSUMPTIONS = {
    "structures": (1.0, 1e6),
    "openings": (0.0, 1e5),
    "merging": (0.0, 1.0),
    "subsidy": (0.0, 1.0),
    "effect": (-1.0, 10.0),
    "capture": (0.0, 1.0),
    "groups": (1.0, 1e3),
    "federations": (1.0, 1e3),
    "inequality": (0.0, 5.0),
}
"""What the model needs, and the bounds each value must keep."""

MEASURES = ("independent", "operators", "grouped", "largest", "private", "concentration")


@dataclass(frozen=True)
class Range:
    """What a value could be: least, most likely and greatest."""

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        """Check the order."""
        if not self.low <= self.central <= self.high:
            raise StrategyError(
                f"range: low <= central <= high is needed, got {self.low}, {self.central},"
                f" {self.high}"
            )

    def at(self, shares: Floats) -> Floats:
        """Return the quantiles of the triangular distribution of this range."""
        width, left = self.high - self.low, self.central - self.low
        if width == 0:
            return np.full_like(shares, self.low)
        rising = self.low + np.sqrt(shares * width * left)
        falling = self.high - np.sqrt((1 - shares) * width * (self.high - self.central))
        return np.where(shares < left / width, rising, falling)


@dataclass(frozen=True)
class Consolidation:
    """What random draws of the assumptions lead to.

    Attributes
    ----------
    inputs : DataFrame, shape (draws, assumptions)
        The values drawn.
    paths : dict of DataFrame, shape (draws, years)
        ``independent``: structures that joined nothing; ``operators``: these and the poles;
        ``grouped``: share of all structures that joined a pole;
        ``largest``: share of all structures held by the `top` largest operators; ``private``: share
        held by private groups; ``concentration``: Herfindahl index, from 1 / structures to 1.
        Shares and index from 0 to 1. The first year is the state before any merger.
    top : int
        How many operators ``largest`` counts.
    """

    inputs: pd.DataFrame
    paths: Mapping[str, pd.DataFrame]
    top: int

    def bands(
        self, measure: str, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
    ) -> pd.DataFrame:
        """Return quantiles of a measure over the draws: years by quantiles."""
        if measure not in self.paths:
            raise StrategyError(f"measure « {measure} »: expected {', '.join(self.paths)}")
        frame: pd.DataFrame = self.paths[measure].quantile(list(quantiles)).T
        return frame


def consolidate(
    ranges: Mapping[str, Range],
    years: Sequence[int],
    *,
    top: int = 5,
    draws: int = 4_000,
    seed: int = 2032,
) -> Consolidation:
    """Draw the assumptions over their ranges and follow the field year by year.

    Parameters
    ----------
    ranges
        One range (triangular distribution) for each key of `ASSUMPTIONS`: ``structures`` at the
        start, ``openings`` a year, ``merging`` (share of independent structures that join a pole
        in a year, with no subsidy effect), ``subsidy`` (share of public money in revenue),
        ``effect`` of the subsidy on merging, ``capture`` (share of the joining that go to private
        groups), numbers of ``groups`` and ``federations``, ``inequality`` between poles.
    years
        Successive years; the first is the start.
    top
        How many operators ``largest`` counts.
    draws, seed
        The same draws stand behind every range: a range moved upwards moves every draw upwards.

    Raises
    ------
    StrategyError
        If an assumption is missing, unknown or out of bounds, or years do not follow each other.
    """
    _check(ranges, years)
    shares = np.random.default_rng(seed).random((draws, len(ASSUMPTIONS)))
    drawn = {name: ranges[name].at(shares[:, place]) for place, name in enumerate(ASSUMPTIONS)}
    return _followed(pd.DataFrame(drawn), years, top)


def decisive(
    ranges: Mapping[str, Range],
    years: Sequence[int],
    *,
    measure: str = "largest",
    top: int = 5,
    size: int = 512,
    seed: int = 2032,
) -> pd.DataFrame:
    """Tell which assumption decides the last year's result.

    Parameters
    ----------
    ranges, years, top
        See `consolidate`.
    measure
        One of the measures of `Consolidation`.
    size
        Base sample of Saltelli's scheme, a power of two (``size * (assumptions + 2)`` runs).

    Returns
    -------
    DataFrame
        Indexed by assumption, the most decisive first: ``low`` and ``high`` (the measure when the
        assumption alone goes to an end of its range, the others staying central), ``first`` and
        ``total`` (Sobol indices: share of the variance due to it alone, and with its interactions;
        I. M. Sobol', 2001; A. Saltelli et al., 2010; by SALib). Assumptions without a range are
        left out.
    """
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampling

    _check(ranges, years)
    loose = [name for name in ASSUMPTIONS if ranges[name].low < ranges[name].high]
    if not loose:
        raise StrategyError("ranges: every assumption is a single value, nothing can decide")
    problem = {"num_vars": len(loose), "names": loose, "bounds": [[0.0, 1.0]] * len(loose)}
    places = sampling.sample(problem, size, calc_second_order=False, seed=seed)
    central = {name: ranges[name].central for name in ASSUMPTIONS}

    def last(columns: Mapping[str, Floats], rows: int) -> Floats:
        full = {name: columns.get(name, np.full(rows, central[name])) for name in ASSUMPTIONS}
        path = _followed(pd.DataFrame(full), years, top).paths[measure]
        ends: Floats = path.iloc[:, -1].to_numpy(dtype=float)
        return ends

    drawn = {name: ranges[name].at(places[:, rank]) for rank, name in enumerate(loose)}
    found = sobol.analyze(
        problem, last(drawn, len(places)), calc_second_order=False, seed=seed, num_resamples=10
    )
    table = pd.DataFrame(
        {
            "low": [float(last({name: np.array([ranges[name].low])}, 1)[0]) for name in loose],
            "high": [float(last({name: np.array([ranges[name].high])}, 1)[0]) for name in loose],
            "first": np.clip(found["S1"], 0, 1),
            "total": np.clip(found["ST"], 0, None),
        },
        index=pd.Index(loose, name="assumption"),
    )
    return table.sort_values("total", ascending=False, kind="stable")


def _followed(inputs: pd.DataFrame, years: Sequence[int], top: int) -> Consolidation:
    value = {name: inputs[name].to_numpy(dtype=float) for name in ASSUMPTIONS}
    rate = np.clip(value["merging"] * (1 + value["effect"] * value["subsidy"]), 0, 1)
    private, federated = _pulls(value, "groups"), _pulls(value, "federations")
    pulls = np.hstack(
        [private * value["capture"][:, None], federated * (1 - value["capture"])[:, None]]
    )
    independent, joined = value["structures"].copy(), np.zeros(len(inputs))
    rows: dict[str, list[Floats]] = {name: [] for name in MEASURES}
    for rank in range(len(years)):
        if rank:
            joining = rate * independent
            independent = independent - joining + value["openings"]
            joined = joined + joining
        told = _told(independent, pulls * joined[:, None], private.shape[1], top)
        for name, column in zip(MEASURES, told, strict=True):
            rows[name].append(column)
    paths = {
        name: pd.DataFrame(np.column_stack(columns), columns=pd.Index(years, name="year"))
        for name, columns in rows.items()
    }
    return Consolidation(inputs, paths, top)


def _told(independent: Floats, poles: Floats, groups: int, top: int) -> tuple[Floats, ...]:
    """Return the measures of one year; a pole of less than one structure is not one yet."""
    total = independent + poles.sum(axis=1)
    operators = independent + np.minimum(poles, 1).sum(axis=1)
    # a pole that holds less than one structure in expectation weighs as scattered structures do
    squares = independent + np.maximum(poles**2, poles).sum(axis=1)
    ranked = -np.sort(-poles, axis=1)[:, :top]
    largest = np.maximum(ranked, np.minimum(1, independent)[:, None]).sum(axis=1)
    missing = max(0, top - poles.shape[1])
    held = np.minimum(largest + missing * np.minimum(1, independent), total)
    return (
        independent,
        operators,
        1 - independent / total,
        held / total,
        poles[:, :groups].sum(axis=1) / total,
        squares / total**2,
    )


def _pulls(value: Mapping[str, Floats], kind: str) -> Floats:
    """Return what share of newcomers each pole of a kind draws: rows sum to 1."""
    counts = np.round(value[kind])
    ranks = np.arange(1, int(counts.max()) + 1)
    weights = np.where(ranks <= counts[:, None], ranks ** -value["inequality"][:, None], 0.0)
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _check(ranges: Mapping[str, Range], years: Sequence[int]) -> None:
    wrong = sorted(set(ranges) ^ set(ASSUMPTIONS))
    if wrong:
        raise StrategyError(
            f"ranges: {', '.join(wrong)} missing or unknown; expected {', '.join(ASSUMPTIONS)}"
        )
    for name, (least, most) in ASSUMPTIONS.items():
        one = ranges[name]
        if one.low < least or one.high > most:
            raise StrategyError(
                f"{name}: from {one.low} to {one.high}; between {least} and {most} is expected"
            )
    if len(years) < 1 or list(years) != list(range(years[0], years[0] + len(years))):
        raise StrategyError(f"years: successive ones are expected, got {list(years)}")
