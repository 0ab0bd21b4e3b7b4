"""The one error of the ground floor, and how it names what would have been right."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class FactsError(LookupError, ValueError):
    """A table, series, figure or value that is missing or wrong.

    Attributes
    ----------
    file, line, column
        Where the fault lies, when it lies in a file (``line`` counts from 1, header included).
    nearest
        Valid identifiers closest to the one asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        column: str | None = None,
        nearest: Sequence[str] = (),
    ) -> None:
        place = f"{file.parent.name}/{file.name}" if file else ""
        place += f" line {line}" if line else ""
        place += f", column « {column} »" if column else ""
        super().__init__(f"{place}: {message}" if place else message)
        self.file, self.line, self.column, self.nearest = file, line, column, tuple(nearest)


def nearest(name: str, known: Iterable[object]) -> list[str]:
    """Return the identifiers of ``known`` that look most like ``name``."""
    return difflib.get_close_matches(name, sorted(map(str, known)), n=3, cutoff=0.5)


def unknown(
    name: str,
    known: Iterable[object],
    what: str,
    *,
    file: Path | None = None,
    line: int | None = None,
    column: str | None = None,
) -> FactsError:
    """Return the error that says ``name`` is no identifier of that sort, and what comes nearest."""
    close = nearest(name, known)
    hint = f"; nearest: {', '.join(close)}" if close else ""
    message = f"unknown {what} « {name} »{hint}"
    return FactsError(message, file=file, line=line, column=column, nearest=close)
