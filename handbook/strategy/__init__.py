"""Question a strategy text: its risks, its choices, what concentration it leads to, what blocks it.

Words in, ranges out. Nothing here knows the documents, the pictures or the pages.
"""

from handbook.strategy.errors import StrategyError
from handbook.strategy.network import ObstacleNetwork, Removal, network
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
    "Coverage",
    "ObstacleNetwork",
    "Removal",
    "RiskRanking",
    "Scale",
    "StrategyError",
    "coverage",
    "dominance",
    "network",
    "rank_risks",
]
