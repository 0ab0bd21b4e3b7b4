"""The one error of the facts: a table, an identifier or a value that is missing or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbook.core.errors import HandbookError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class FactsError(HandbookError, LookupError):
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
        super().__init__(f"{place}: {message}" if place else message, nearest=nearest)
        self.file, self.line, self.column = file, line, column
