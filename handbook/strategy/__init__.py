"""Question a strategy text: its risks, its choices, what concentration it leads to, what blocks it.

Words in, ranges out. Nothing here knows the documents, the pictures or the pages.
"""

from handbook.core.ranges import Range
from handbook.strategy.assumptions import Effect, Stated, Supposed, suppose
from handbook.strategy.consolidation import Consolidation, consolidate, decisive
from handbook.strategy.errors import StrategyError
from handbook.strategy.futures import Futures, Lever, Link, Quantity, carried
from handbook.strategy.network import ObstacleNetwork, Removal, network
from handbook.strategy.portfolio import Portfolios, Schedule, portfolios, schedule
from handbook.strategy.risks import (
    DIRECT,
    NONE,
    PARTIAL,
    Coverage,
    RiskRanking,
    Scale,
    coverage,
    dominance,
    rank_risks,
)

__all__ = [
    "DIRECT",
    "NONE",
    "PARTIAL",
    "Consolidation",
    "Coverage",
    "Effect",
    "Futures",
    "Lever",
    "Link",
    "ObstacleNetwork",
    "Portfolios",
    "Quantity",
    "Range",
    "Removal",
    "RiskRanking",
    "Scale",
    "Schedule",
    "Stated",
    "StrategyError",
    "Supposed",
    "carried",
    "consolidate",
    "coverage",
    "decisive",
    "dominance",
    "network",
    "portfolios",
    "rank_risks",
    "schedule",
    "suppose",
]
