"""The one error of this room."""

from __future__ import annotations

from handbook.core.errors import HandbookError


class FigureError(HandbookError):
    """What no picture or table can show: the message says what, and what would be right."""
