"""Benchmark countries by composite indicators, with the doubt shown.

The ten steps of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008) as small pure
functions over units x indicators; definitions follow the JRC's COINr, so that results compare.
Start with :class:`Composite`; for ratings that cannot be read, with :func:`ordinal_intervals`.
"""

from handbook.benchmarking.aggregate import AGGREGATIONS
from handbook.benchmarking.attainable import Attainable
from handbook.benchmarking.composite import Composite
from handbook.benchmarking.consensus import Consensus
from handbook.benchmarking.framework import BenchmarkError, Coverage, coverage, read_metadata
from handbook.benchmarking.intervals import (
    Completions,
    IntervalTable,
    necessary_preferences,
    ordinal_intervals,
    rank_intervals,
    sample_completions,
    score_intervals,
)
from handbook.benchmarking.live import interval_payload, live_payload, live_ranks
from handbook.benchmarking.multivariate import (
    FactorVerdict,
    RankCorrelation,
    correlations,
    cronbach_alpha,
    factor_verdict,
    rank_correlation,
)
from handbook.benchmarking.neighbours import nearest
from handbook.benchmarking.normalise import NORMALISATIONS
from handbook.benchmarking.profiles import decomposition, strengths, unit_ranks
from handbook.benchmarking.ranking import Ranking
from handbook.benchmarking.reading import from_csv
from handbook.benchmarking.sensitivity import Sensitivity
from handbook.benchmarking.uncertainty import Choices, Simulation
from handbook.benchmarking.weighting import (
    BenefitOfTheDoubt,
    benefit_of_the_doubt,
    budget_weights,
)

__all__ = [
    "AGGREGATIONS",
    "NORMALISATIONS",
    "Attainable",
    "BenchmarkError",
    "BenefitOfTheDoubt",
    "Choices",
    "Completions",
    "Composite",
    "Consensus",
    "Coverage",
    "FactorVerdict",
    "IntervalTable",
    "RankCorrelation",
    "Ranking",
    "Sensitivity",
    "Simulation",
    "benefit_of_the_doubt",
    "budget_weights",
    "correlations",
    "coverage",
    "cronbach_alpha",
    "decomposition",
    "factor_verdict",
    "from_csv",
    "interval_payload",
    "live_payload",
    "live_ranks",
    "nearest",
    "necessary_preferences",
    "ordinal_intervals",
    "rank_correlation",
    "rank_intervals",
    "read_metadata",
    "sample_completions",
    "score_intervals",
    "strengths",
    "unit_ranks",
]
