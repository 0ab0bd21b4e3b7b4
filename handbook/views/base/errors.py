"""The errors of this room: of what a view is made of, and of its state."""

from __future__ import annotations

import traitlets

from handbook.core.errors import HandbookError


class ViewError(HandbookError):
    """What no view can be made of: the message says what, and what would be right."""


class StateError(ViewError, traitlets.TraitError):
    """A state that a view refuses; traitlets knows it as its own."""
