"""Steps 4 and 9 of the Handbook: how indicators go together, and why factor weights are refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from handbook.benchmarking.framework import BenchmarkError

CASES_RULES = {
    "trois cas par indicateur": 3.0,
    "cinq cas par indicateur": 5.0,
    "dix cas par indicateur": 10.0,
}
"""Rules of thumb on sample size that the Handbook quotes for factor analysis."""


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
    return data.corr(method="pearson" if method == "pearson" else "spearman", min_periods=minimum)


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
    complete = data.dropna().to_numpy(dtype=np.float64)
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
            else "aucune des règles d’usage (trois, cinq ou dix) n’est tenue\u202f: des poids "
            "tirés d’une analyse factorielle ne décriraient que ce petit échantillon."
        )
        return f"{ratio}\u00a0cas par indicateur\u202f: {end}"


def factor_verdict(units: int, indicators: int) -> FactorVerdict:
    """Apply the rules of thumb on the number of cases to a table's shape."""
    if units < 1 or indicators < 1:
        raise BenchmarkError(f"a table of {units} x {indicators} has no cases per indicator")
    ratio = units / indicators
    return FactorVerdict(ratio, {name: ratio >= least for name, least in CASES_RULES.items()})
