"""The one error of this room."""

from __future__ import annotations

from handbook.core.errors import HandbookError


class StrategyError(HandbookError):
    """An input that no analysis can take: the message says what, where, and what would be right."""
