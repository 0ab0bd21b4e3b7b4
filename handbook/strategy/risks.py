"""Risks told in words: what « moyenne » and « élevée » allow one to rank, and what they do not.

A risk matrix that multiplies the ranks of its labels orders risks by an arithmetic the labels do
not carry, and can do worse than chance (L. A. Cox, « What's Wrong with Risk Matrices? », *Risk
Analysis* 28(2), 2008). Here labels are only ordered. `dominance` keeps the comparisons that hold
whatever the labels mean; `rank_risks` draws what they could mean and counts how often each risk
comes at each rank: rank acceptability, as in stochastic multicriteria acceptability analysis
(R. Lahdelma and P. Salminen, « SMAA-2 », *Operations Research* 49(3), 2001). `coverage` sets
measures against risks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import check_level, check_work, distinct
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown
from handbook.strategy.errors import StrategyError

__all__ = [
    "DIRECT",
    "NONE",
    "PARTIAL",
    "Coverage",
    "RiskRanking",
    "Scale",
    "coverage",
    "dominance",
    "rank_risks",
]

Floats = npt.NDArray[np.float64]
Reading = Literal["label", "band"]

NONE, PARTIAL, DIRECT = 0, 1, 2
_MOST_MEASURES = 20  # all their subsets are listed


@fields_checked(StrategyError)
@dataclass(frozen=True)
class Scale:
    """Ordered labels, and the numbers they may stand for.

    Attributes
    ----------
    labels
        From the lowest to the highest.
    low, high
        Bounds of the numbers: of a probability, or of the share lost if the event happens.
    log
        Whether numbers are drawn evenly over orders of magnitude (`low` is then above zero):
        what to assume when the worst loss is tens of times an ordinary one.
    """

    labels: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0
    log: bool = False

    def __post_init__(self) -> None:
        """Check the labels and the bounds."""
        if not self.labels or len(set(self.labels)) != len(self.labels):
            raise StrategyError(f"labels: distinct ones are needed, got {self.labels}")
        least = 0.0 if not self.log else np.finfo(float).tiny
        if not least <= self.low < self.high:
            wanted = "0 < low < high" if self.log else "0 <= low < high"
            raise StrategyError(f"scale: {wanted} is needed, got {self.low} and {self.high}")

    def codes(self, values: pd.Series) -> npt.NDArray[np.int64]:
        """Return the place of each label, from 0."""
        for value in values:
            if value not in self.labels:
                raise unknown(value, self.labels, f"label in column {values.name}:", StrategyError)
        return np.array([self.labels.index(value) for value in values], dtype=np.int64)

    def numbers(self, shares: Floats) -> Floats:
        """Turn draws from 0 to 1 into numbers of the scale."""
        if self.log:
            spread: Floats = self.low * (self.high / self.low) ** shares
            return spread
        return self.low + (self.high - self.low) * shares


@dataclass(frozen=True)
class RiskRanking:
    """Ranks of risks over everything their labels may mean.

    Attributes
    ----------
    acceptability : DataFrame, shape (risks, ranks)
        Share of the draws that put each risk (row) at each rank (column, 1 = gravest). Risks tied
        in a draw share their ranks equally, so that rows and columns sum to 1.
    pairwise : DataFrame, shape (risks, risks)
        Share of the draws in which the row is graver than the column, ties counting for half;
        the diagonal is 0.5.
    dominance : DataFrame of bool, shape (risks, risks)
        See `dominance`.
    draws : int
        Number of draws.
    reading : str
        ``"label"`` or ``"band"``.
    """

    acceptability: pd.DataFrame
    pairwise: pd.DataFrame
    dominance: pd.DataFrame
    draws: int
    reading: Reading

    @property
    def expected(self) -> pd.Series:
        """Mean rank of each risk."""
        mean: pd.Series = (self.acceptability * self.acceptability.columns).sum(axis=1)
        return mean.rename("rank")

    @door(StrategyError)
    def intervals(self, level: float = 90) -> pd.DataFrame:
        """Return the ranks that hold `level` percent of the draws, equal tails left out.

        Returns
        -------
        DataFrame
            Columns ``lower`` and ``upper``, whole ranks, one row a risk.
        """
        check_level(level, StrategyError)
        tail = (1 - level / 100) / 2
        # draws are counted: rounding keeps a share of exactly the tail on its side
        reached = self.acceptability.cumsum(axis=1).round(9)
        ranks = reached.columns.to_numpy()
        lower = ranks[(reached > round(tail, 9)).to_numpy().argmax(axis=1)]
        upper = ranks[(reached >= round(1 - tail, 9)).to_numpy().argmax(axis=1)]
        return pd.DataFrame({"lower": lower, "upper": upper}, index=reached.index)


@dataclass(frozen=True)
class Coverage:
    """Which measure parries which risk.

    Attributes
    ----------
    matrix : DataFrame, shape (risks, measures)
        0 (not at all), 1 (in part), 2 (directly).
    level : int
        Degree from which a risk counts as covered.
    uncovered : tuple of str
        Risks that no measure covers.
    alone : dict
        Risk to the only measure that covers it.
    idle : tuple of str
        Measures that cover no risk.
    smallest : tuple of tuples of str
        Every smallest set of measures that covers all risks that can be covered.
    """

    matrix: pd.DataFrame
    level: int
    uncovered: tuple[str, ...]
    alone: dict[str, str]
    idle: tuple[str, ...]
    smallest: tuple[tuple[str, ...], ...]


@door(StrategyError)
def dominance(risks: pd.DataFrame, probability: Scale, impact: Scale) -> pd.DataFrame:
    """Return which risk is at least as probable and as grave as which other, and more so on one.

    These are the only comparisons that hold for every increasing meaning of the labels.

    Parameters
    ----------
    risks : DataFrame
        Indexed by risk, with columns ``probability`` and ``impact`` of labels.

    Returns
    -------
    DataFrame of bool, shape (risks, risks)
        True where the row dominates the column.
    """
    likely, grave = _codes(risks, probability, impact)
    at_least = (likely[:, None] >= likely) & (grave[:, None] >= grave)
    more = (likely[:, None] > likely) | (grave[:, None] > grave)
    return pd.DataFrame(at_least & more, index=risks.index, columns=risks.index)


@door(StrategyError, draws=(1, 200_000), seed=(0, 2**32 - 1))
def rank_risks(
    risks: pd.DataFrame,
    probability: Scale,
    impact: Scale,
    *,
    reading: Reading = "label",
    draws: int = 20_000,
    seed: int = 2032,
) -> RiskRanking:
    """Rank risks by expected loss, over what their labels may mean.

    Prior of a draw. ``"label"``: each label is one number, the labels of a scale being the order
    statistics of as many independent uniform draws (risks of equal labels are then equal).
    ``"band"``: the scale is cut by uniform order statistics into one band a label, and each risk
    has its own number, uniform within the band of its label: risks of equal labels may differ.
    The two scales are independent, and so are the draws. A risk's expected loss is the product of
    the two *numbers*, never of the labels.

    Parameters
    ----------
    risks : DataFrame
        Indexed by risk, with columns ``probability`` and ``impact`` of labels.
    probability, impact
        What the labels are, and over what numbers they are drawn.
    reading
        ``"label"`` or ``"band"``.
    draws
        Number of draws; a share of draws is exact to about ``1 / (2 * sqrt(draws))``.
    seed
        Same seed, same result.

    Raises
    ------
    StrategyError
        If there is no risk, an index is repeated, a label is not of its scale, or the reading is
        unknown.
    """
    if reading not in ("label", "band"):
        raise unknown(reading, ("label", "band"), "reading", StrategyError)
    if draws < 1:
        raise StrategyError(f"{draws} draws: 1 or more are expected")
    sizes = [(draws, "draws"), (len(risks), "risks"), (len(risks), "risks")]
    check_work(sizes, 1e9, "ask fewer draws, or rank fewer risks", StrategyError)
    generator = np.random.default_rng(seed)
    loss = np.ones((draws, len(risks)))
    for scale, codes in zip((probability, impact), _codes(risks, probability, impact), strict=True):
        loss *= scale.numbers(_shares(generator, len(scale.labels), codes, draws, reading))
    graver = (loss[:, :, None] < loss[:, None, :]).sum(axis=2)  # how many come before each risk
    tied = (loss[:, :, None] == loss[:, None, :]).sum(axis=2)
    count = len(risks)
    shares = np.zeros((count, count))
    for rank in range(count):
        here = (graver <= rank) & (rank < graver + tied)
        shares[:, rank] = (here / tied).mean(axis=0)
    wins = (loss[:, :, None] > loss[:, None, :]).mean(axis=0)
    wins += (loss[:, :, None] == loss[:, None, :]).mean(axis=0) / 2
    names = risks.index
    return RiskRanking(
        pd.DataFrame(shares, index=names, columns=pd.RangeIndex(1, count + 1, name="rank")),
        pd.DataFrame(wins, index=names, columns=names),
        dominance(risks, probability, impact),
        draws,
        reading,
    )


@door(StrategyError)
def coverage(matrix: pd.DataFrame, level: int = PARTIAL) -> Coverage:
    """Say which risks are covered, by what, and by how few measures all can be.

    Parameters
    ----------
    matrix : DataFrame, shape (risks, measures)
        0 (not at all), 1 (in part) or 2 (directly).
    level
        Degree from which a risk counts as covered: 1 or 2.

    Raises
    ------
    StrategyError
        If a value is not a degree, or measures are more than 20 (all their sets are tried).
    """
    if matrix.empty:
        raise StrategyError("coverage: one risk and one measure at least are needed")
    distinct(matrix.index, "coverage: risks", StrategyError)
    distinct(matrix.columns, "coverage: measures", StrategyError)
    known = matrix.isin([NONE, PARTIAL, DIRECT])
    if not known.to_numpy().all():
        row, column = np.argwhere(~known.to_numpy())[0]
        raise StrategyError(
            f"{matrix.index[row]} × {matrix.columns[column]}: {matrix.iloc[row, column]!r} is not"
            " a degree; 0 (not at all), 1 (in part) or 2 (directly) is expected"
        )
    if level not in (PARTIAL, DIRECT) or matrix.shape[1] > _MOST_MEASURES:
        raise StrategyError(
            f"level {level}, {matrix.shape[1]} measures: expected level 1 or 2, and at most"
            f" {_MOST_MEASURES} measures"
        )
    covers = (matrix >= level).to_numpy()
    risks, measures = list(map(str, matrix.index)), list(map(str, matrix.columns))
    by = covers.sum(axis=1)
    alone = {
        risk: measures[int(row.argmax())]
        for risk, row, count in zip(risks, covers, by, strict=True)
        if count == 1
    }
    return Coverage(
        matrix,
        level,
        tuple(risk for risk, count in zip(risks, by, strict=True) if not count),
        alone,
        tuple(name for name, used in zip(measures, covers.T, strict=True) if not used.any()),
        _smallest_covers(covers[by > 0], measures),
    )


def _codes(
    risks: pd.DataFrame, probability: Scale, impact: Scale
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    if risks.empty:
        raise StrategyError("risks: one row a risk is needed, got none")
    distinct(risks.index, "risks", StrategyError)
    missing = {"probability", "impact"} - set(risks.columns)
    if missing:
        raise StrategyError(f"risks: no column {', '.join(sorted(missing))}")
    return probability.codes(risks["probability"]), impact.codes(risks["impact"])


def _shares(
    generator: np.random.Generator,
    levels: int,
    codes: npt.NDArray[np.int64],
    draws: int,
    reading: Reading,
) -> Floats:
    """Draw, from 0 to 1, what each risk's label stands for: shape (draws, risks)."""
    if reading == "label":
        drawn: Floats = np.sort(generator.random((draws, levels)), axis=1)[:, codes]
        return drawn
    cuts = np.sort(generator.random((draws, levels - 1)), axis=1)
    edges = np.hstack([np.zeros((draws, 1)), cuts, np.ones((draws, 1))])
    low, high = edges[:, codes], edges[:, codes + 1]
    within: Floats = low + (high - low) * generator.random((draws, len(codes)))
    return within


def _smallest_covers(
    covers: npt.NDArray[np.bool_], measures: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    for size in range(len(measures) + 1):
        found = [
            tuple(measures[place] for place in chosen)
            for chosen in combinations(range(len(measures)), size)
            if covers[:, list(chosen)].any(axis=1).all()
        ]
        if found:
            return tuple(found)
    return ()
