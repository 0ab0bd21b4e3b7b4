"""The one error of this room."""

from __future__ import annotations


class StrategyError(ValueError):
    """An input that no analysis can take: the message says what, where, and what would be right."""
