"""Steps 4 and 9 of the Handbook: how indicators go together, and why factor weights are refused."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from handbook.benchmarking.framework import BenchmarkError, checked_values
from handbook.core.checks import are_numbers, check_work, distinct
from handbook.core.doors import door

CASES_RULES = {
    "trois cas par indicateur": 3.0,
    "cinq cas par indicateur": 5.0,
    "dix cas par indicateur": 10.0,
}
"""Rules of thumb on sample size that the Handbook quotes for factor analysis."""


@door(BenchmarkError, minimum=(1, 10**9))
def correlations(data: pd.DataFrame, method: str = "spearman", minimum: int = 3) -> pd.DataFrame:
    """Correlation of every pair of indicators over the units known for both.

    Parameters
    ----------
    data
        Units x indicators.
    method
        ``spearman`` or ``pearson``.
    minimum
        Pairs with fewer common units are NaN.
    """
    if method not in ("spearman", "pearson"):
        raise BenchmarkError(f"correlation must be 'spearman' or 'pearson', not {method!r}")
    data = pd.DataFrame(checked_values(data), data.index, data.columns)
    return data.corr(method="pearson" if method == "pearson" else "spearman", min_periods=minimum)


@door(BenchmarkError)
def cronbach_alpha(data: pd.DataFrame, *, standardised: bool = True) -> float:
    """Cronbach's alpha over complete units: q/(q-1) (1 - sum of variances / variance of the sum).

    Parameters
    ----------
    data
        Units x indicators, oriented so that more is better.
    standardised
        Divide by standard deviations first, as indicators rarely share a unit.

    Raises
    ------
    BenchmarkError
        With fewer than two indicators or three complete units, or a constant indicator.
    """
    values = checked_values(data)
    complete = values[~np.isnan(values).any(axis=1)]
    rows, columns = complete.shape
    if columns < 2 or rows < 3:
        raise BenchmarkError(
            f"alpha needs at least 2 indicators and 3 complete units, not {columns} and {rows}"
        )
    spread = complete.std(axis=0, ddof=1)
    if (spread == 0).any():
        name = data.columns[int(np.argmin(spread))]
        raise BenchmarkError(f"alpha: indicator {name!r} is constant over the complete units")
    if standardised:
        complete = complete / spread
    whole = complete.sum(axis=1).var(ddof=1)
    if whole == 0:
        raise BenchmarkError("alpha: the sum of indicators is constant")
    return float(columns / (columns - 1) * (1.0 - complete.var(axis=0, ddof=1).sum() / whole))


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rho between two series, over the units known in both.

    Attributes
    ----------
    rho
        From -1 to 1; ties share the mean rank.
    units
        Number of common units.
    p_value
        Two-sided: share of shuffles with as strong a rho (exact up to seven units).
    """

    rho: float
    units: int
    p_value: float


@door(BenchmarkError, shuffles=(1, 1_000_000), seed=(0, 2**32 - 1))
def rank_correlation(
    first: pd.Series, second: pd.Series, *, shuffles: int = 9_999, seed: int = 0
) -> RankCorrelation:
    """Link two measures of the same units by their ranks, with a permutation test.

    Raises
    ------
    BenchmarkError
        With fewer than four common units, or a constant series.
    """
    for one in (first, second):
        distinct(one.index, "rank correlation: units", BenchmarkError)
        if not are_numbers(one):
            raise BenchmarkError(f"rank correlation: {one.name!r} is not numeric ({one.dtype})")
    check_work([(len(first), "units"), (shuffles, "shuffles")], 2e8, "fewer", BenchmarkError)
    both = pd.concat([first, second], axis=1, keys=["first", "second"]).dropna()
    if len(both) < 4:
        raise BenchmarkError(f"rank correlation needs 4 common units, not {len(both)}")
    ranks = both.rank().to_numpy()
    spread = ranks.std(axis=0)
    if (spread == 0).any():
        raise BenchmarkError("rank correlation: a series is constant over the common units")
    scores = (ranks - ranks.mean(axis=0)) / spread
    size = len(scores)
    if size <= 7:
        orders = np.array(list(permutations(range(size))))
    else:
        rng = np.random.default_rng(seed)
        orders = rng.permuted(np.tile(np.arange(size), (shuffles, 1)), axis=1)
        orders = np.vstack([np.arange(size), orders])
    shuffled = scores[orders, 0] @ scores[:, 1] / size
    rho = float(scores[:, 0] @ scores[:, 1] / size)
    return RankCorrelation(rho, size, float((np.abs(shuffled) >= abs(rho) - 1e-12).mean()))


@dataclass(frozen=True)
class FactorVerdict:
    """Whether a table is large enough for weights from a factor analysis.

    Attributes
    ----------
    cases_per_indicator
        Units divided by indicators.
    rules
        Each rule of thumb and whether it is met.
    """

    cases_per_indicator: float
    rules: dict[str, bool]

    @property
    def accepted(self) -> bool:
        """Whether at least the mildest rule is met."""
        return any(self.rules.values())

    def explain(self) -> str:
        """Say it in one French sentence."""
        ratio = f"{self.cases_per_indicator:.1f}".replace(".", ",")
        met = [name for name, holds in self.rules.items() if holds]
        end = (
            f"la règle «\u00a0{met[-1]}\u00a0» est tenue."
            if met
            else "aucune des règles d’usage (trois, cinq ou dix) n’est tenue\u00a0: des poids "
            "tirés d’une analyse factorielle ne décriraient que ce petit échantillon."
        )
        return f"{ratio}\u00a0cas par indicateur\u00a0: {end}"


@door(BenchmarkError)
def factor_verdict(units: int, indicators: int) -> FactorVerdict:
    """Apply the rules of thumb on the number of cases to a table's shape."""
    if units < 1 or indicators < 1:
        raise BenchmarkError(f"a table of {units} x {indicators} has no cases per indicator")
    ratio = units / indicators
    return FactorVerdict(ratio, {name: ratio >= least for name, least in CASES_RULES.items()})
