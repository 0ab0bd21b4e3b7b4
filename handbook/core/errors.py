"""What every error of the handbook is, and how it names what would have been right."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["HandbookError", "nearest", "unknown"]

_FEW = 12  # names that an error lists whole


class HandbookError(ValueError):
    """What cannot be done as asked: the message says what, where, and what would be right.

    Each room has its own kind, so that a caller may catch one room's errors, or all.

    Attributes
    ----------
    nearest
        Valid names closest to the one asked for, if a name was at fault.
    """

    nearest: tuple[str, ...] = ()

    def __init__(self, *message: object, nearest: Sequence[str] = ()) -> None:
        super().__init__(*message)
        self.nearest = tuple(nearest)


Kind = TypeVar("Kind", bound=HandbookError)


def nearest(name: object, known: Iterable[object]) -> list[str]:
    """Return the names of ``known`` that look most like ``name``, at most three."""
    return difflib.get_close_matches(str(name), sorted(map(str, known)), n=3, cutoff=0.5)


def unknown(
    name: object,
    known: Iterable[object],
    what: str,
    error: type[Kind],
    **place: Any,  # noqa: ANN401
) -> Kind:
    """Return the error that says ``name`` is no name of that sort, and what comes nearest.

    Parameters
    ----------
    name
        The misspelt option, column, identifier.
    known
        The names that would do.
    what
        What ``name`` should have been, in words.
    error
        The room's kind of error.
    place
        Other arguments of that kind, such as a file and a line.
    """
    names = list(dict.fromkeys(map(str, known)))
    close = nearest(name, names)
    hint = ""
    if close:
        hint = f"; nearest: {', '.join(close)}"
    elif len(names) <= _FEW:
        hint = f"; known: {', '.join(names)}"
    return error(f"unknown {what} « {name} »{hint}", nearest=close, **place)
