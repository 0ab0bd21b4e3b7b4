"""Tables a reader can read and a screen reader can walk: caption, headers, French numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from handbook.core import french
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.core.french import typeset
from handbook.core.saving import csv_text, save, xlsx_bytes
from handbook.figures.caption import Caption
from handbook.figures.display import stamp
from handbook.figures.errors import FigureError

__all__ = ["Table", "table"]

Format = int | str | Callable[[Any], str]


@dataclass(frozen=True, repr=False)
class Table:
    """A table with its caption, sources and data.

    Attributes
    ----------
    caption
        Finding, sources, note; a longer summary, if any, as alternative text.
    data
        The values, unrounded; they become the CSV.
    cells
        The same as French text, as shown.
    numeric
        Names of the columns set to the right.
    folded
        Whether the page shows its title alone until it is opened: for what supports a finding
        without being one.
    """

    caption: Caption
    data: pd.DataFrame
    cells: pd.DataFrame
    numeric: frozenset[str] = field(default_factory=frozenset)
    folded: bool = False

    @property
    def title(self) -> str:
        """The finding."""
        return self.caption.title

    @property
    def sources(self) -> tuple[str, ...]:
        """Identifiers of the sources."""
        return self.caption.source_ids

    @property
    def about(self) -> dict[str, Any]:
        """What the page publishes beside the table."""
        about = {
            "kind": "table",
            "title": self.title,
            "alt": self.caption.alt,
            "sources": list(self.sources),
            "csv": self.csv,
        }
        return {**about, "folded": True} if self.folded else about

    def __repr__(self) -> str:  # noqa: D105
        rows = self.cells.to_string(index=False)
        return f"<Table «{french.NBSP}{self.title}{french.NBSP}»>\n{rows}"

    @property
    def csv(self) -> str:
        """The values, as CSV text under the headings shown."""
        return csv_text(self.data, self._headings)

    @property
    def _headings(self) -> dict[str, str]:
        return dict(zip(self.data.columns, self.cells.columns, strict=True))

    def save(self, path: str | Path) -> None:
        """Write the values (``.csv``, ``.xlsx``).

        Raises
        ------
        FigureError
            If the name ends otherwise.
        """
        save(
            path,
            {
                ".csv": self.csv.encode,
                ".xlsx": lambda: xlsx_bytes(self.data, self._headings),
            },
        )

    @property
    def html(self) -> str:
        """The table as HTML: caption, one header row, the first column heading its row."""
        first, *others = self.cells.columns
        head = "".join(
            f'<th scope="col"{self._class(str(name))}>{escape(str(name))}</th>'
            for name in (first, *others)
        )
        body = "\n".join(
            f'<tr><th scope="row"{self._class(str(first))}>{escape(row[0])}</th>'
            + "".join(
                f"<td{self._class(str(name))}>{escape(text)}</td>"
                for name, text in zip(others, row[1:], strict=True)
            )
            + "</tr>"
            for row in self.cells.itertuples(index=False, name=None)
        )
        note = self.caption.note and f'\n<p class="handbook-note">{escape(self.caption.note)}</p>'
        return (
            f'<table class="handbook-table" data-digest="{stamp(self.about)}">\n'
            f"<caption>{escape(self.title)}</caption>\n"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}"
        )

    def _class(self, column: str) -> str:
        return ' class="number"' if column in self.numeric else ""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return what Jupyter stores: HTML, the rows as text, and the page's metadata."""
        return {"text/html": self.html, "text/plain": repr(self)}, {"handbook": self.about}


@door(FigureError)
def table(
    data: pd.DataFrame,
    caption: Caption,
    *,
    formats: Mapping[str, Format] | None = None,
    names: Mapping[str, str] | None = None,
    folded: bool = False,
) -> Table:
    """Set a table in French.

    Parameters
    ----------
    data
        One row per line shown, at most what a page can hold; an index that is not a plain
        range becomes the first column, which heads the rows.
    caption
        Finding, sources, note.
    formats
        Column to format: a number of decimals, a unit (« % », « Md€ »), a precision of dates
        (``"day"``, ``"month"``, ``"year"``) or a function from value to text.
    names
        Column to heading, in French, on the page and in the CSV.
    folded
        Show the title alone until the reader opens the table.

    Raises
    ------
    FigureError
        If the table is empty, or a format names no column.
    """
    frame = data if isinstance(data.index, pd.RangeIndex) else data.reset_index()
    frame.columns = [str(column) for column in frame.columns]
    if frame.empty:
        msg = f"table: « {caption.title} » has no row"
        raise FigureError(msg)
    for given in (formats or {}, names or {}):
        for name in given:
            if name not in frame.columns:
                raise unknown(name, frame.columns, "column of the table", FigureError)
    cells = frame.astype(object)
    for column in frame.columns:
        write = _writer(frame[column], (formats or {}).get(column))
        cells[column] = [write(value) for value in frame[column]]
    headings = {column: typeset((names or {}).get(column, column)) for column in frame.columns}
    numeric = frozenset(
        headings[column] for column in frame.columns if pd.api.types.is_numeric_dtype(frame[column])
    )
    return Table(
        caption,
        frame.copy(),
        cells.rename(columns=headings),
        numeric,
        folded,
    )


def _writer(column: pd.Series, form: Format | None) -> Callable[[Any], str]:
    if callable(form):
        return form
    if pd.api.types.is_bool_dtype(column):
        return lambda value: "oui" if value else "non"
    if pd.api.types.is_numeric_dtype(column):
        if isinstance(form, str):
            return lambda value: french.amount(value, form)
        return lambda value: french.number(value, form)
    if pd.api.types.is_datetime64_any_dtype(column):
        return lambda value: french.MISSING if pd.isna(value) else french.date(value, form or "day")  # type: ignore[arg-type]
    return lambda value: french.MISSING if pd.isna(value) else typeset(str(value))
