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

from handbook.core.checks import check_work, distinct
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.core.ranges import Range, Ranges
from handbook.core.sensitivity import sensitivity
from handbook.strategy.errors import StrategyError

__all__ = ["ASSUMPTIONS", "Consolidation", "consolidate", "decisive"]

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

    @door(StrategyError)
    def bands(
        self, measure: str, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
    ) -> pd.DataFrame:
        """Return quantiles of a measure over the draws: years by quantiles."""
        if measure not in self.paths:
            raise unknown(measure, self.paths, "measure", StrategyError)
        distinct(map(float, quantiles), "quantiles", StrategyError)
        if not quantiles or not all(0 <= share <= 1 for share in quantiles):
            raise StrategyError(f"quantiles: shares from 0 to 1, not {tuple(quantiles)}")
        frame: pd.DataFrame = self.paths[measure].quantile(list(quantiles)).T
        return frame


@door(StrategyError, top=(1, 100_000), draws=(1, 200_000), seed=(0, 2**32 - 1))
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
    inputs = _checked(ranges, years)
    _check_work(ranges, years, draws)
    return _followed(inputs.draw(draws, seed=seed), years, top)


@door(StrategyError, top=(1, 100_000), size=(1, 65_536), seed=(0, 2**32 - 1))
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
        I. M. Sobol', 2001; A. Saltelli et al., 2010; see
        `handbook.core.sensitivity`). Assumptions without a range are
        left out.
    """
    inputs = _checked(ranges, years)
    _check_work(ranges, years, size * (len(ASSUMPTIONS) + 2))
    if measure not in MEASURES:
        raise unknown(measure, MEASURES, "measure", StrategyError)

    def last(frame: pd.DataFrame) -> Floats:
        ends: Floats = _followed(frame, years, top).paths[measure].iloc[:, -1].to_numpy(dtype=float)
        return ends

    shares = sensitivity(inputs, last, by="input", n=size, seed=seed).table
    loose = list(shares.index)
    central = pd.DataFrame([inputs.central()] * len(loose), index=loose, dtype=float)
    ends = {}
    for end in ("low", "high"):
        moved = central.copy()
        for name in loose:
            moved.loc[name, name] = getattr(ranges[name], end)
        ends[end] = last(moved)
    return pd.DataFrame(
        {
            **ends,
            "first": shares["first"].clip(0, 1),
            "total": shares["total"].clip(lower=0),
        },
        index=pd.Index(loose, name="assumption"),
    )


def _check_work(ranges: Mapping[str, Range], years: Sequence[int], draws: int) -> None:
    poles = round(ranges["groups"].high + ranges["federations"].high)
    sizes = [(draws, "draws"), (len(years), "years"), (poles, "poles")]
    check_work(sizes, 3e8, "ask fewer draws or years", StrategyError)


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


def _checked(ranges: Mapping[str, Range], years: Sequence[int]) -> Ranges:
    """Return the ranges in the order of `ASSUMPTIONS`, once they and the years are right."""
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
    return Ranges({name: ranges[name] for name in ASSUMPTIONS})
