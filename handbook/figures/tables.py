"""Tables a reader can read and a screen reader can walk: caption, headers, French numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from handbook.core import french
from handbook.core.french import typeset
from handbook.figures.display import Sources, csv_text, source_ids

__all__ = ["Table", "table"]

Format = int | str | Callable[[Any], str]


@dataclass(frozen=True, repr=False)
class Table:
    """A table with its caption, sources and data.

    Attributes
    ----------
    title
        The finding, in French: the caption.
    sources
        Identifiers of the sources.
    data
        The values, unrounded; they become the CSV.
    cells
        The same as French text, as shown.
    numeric
        Names of the columns set to the right.
    alt
        A longer summary for those who cannot see the shape of the table; may be empty.
    note
        A caveat, under the table.
    folded
        Whether the page shows its title alone until it is opened: for what supports a finding
        without being one.
    """

    title: str
    sources: tuple[str, ...]
    data: pd.DataFrame
    cells: pd.DataFrame
    numeric: frozenset[str] = field(default_factory=frozenset)
    alt: str = ""
    note: str = ""
    folded: bool = False

    def __repr__(self) -> str:  # noqa: D105
        rows = self.cells.to_string(index=False)
        return f"<Table «{french.NBSP}{self.title}{french.NBSP}»>\n{rows}"

    @property
    def csv(self) -> str:
        """The values, as CSV text under the headings shown."""
        return csv_text(self.data, dict(zip(self.data.columns, self.cells.columns, strict=True)))

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
        note = f'\n<p class="handbook-note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<table class="handbook-table">\n<caption>{escape(self.title)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}"
        )

    def _class(self, column: str) -> str:
        return ' class="number"' if column in self.numeric else ""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return what Jupyter stores: HTML, the rows as text, and the page's metadata."""
        about: dict[str, Any] = {
            "kind": "table",
            "title": self.title,
            "alt": self.alt,
            "sources": list(self.sources),
            "csv": self.csv,
        }
        if self.folded:
            about["folded"] = True
        return {"text/html": self.html, "text/plain": repr(self)}, {"handbook": about}


def table(
    data: pd.DataFrame,
    *,
    title: str,
    sources: Sources,
    formats: Mapping[str, Format] | None = None,
    names: Mapping[str, str] | None = None,
    alt: str = "",
    note: str = "",
    folded: bool = False,
) -> Table:
    """Set a table in French.

    Parameters
    ----------
    data
        One row per line shown, at most what a page can hold; an index that is not a plain
        range becomes the first column, which heads the rows.
    title
        The finding, in French: the caption.
    sources
        Identifiers, or objects with ``id``, ``publisher`` and ``year``.
    formats
        Column to format: a number of decimals, a unit (« % », « Md€ »), a precision of dates
        (``"day"``, ``"month"``, ``"year"``) or a function from value to text.
    names
        Column to heading, in French, on the page and in the CSV.
    alt
        A longer summary, optional.
    note
        A caveat, under the table.
    folded
        Show the title alone until the reader opens the table.

    Raises
    ------
    ValueError
        If the title or the table is empty, or a format names no column.
    """
    heading = typeset(" ".join(title.split()))
    frame = data if isinstance(data.index, pd.RangeIndex) else data.reset_index()
    frame.columns = [str(column) for column in frame.columns]
    if not heading or frame.empty:
        msg = f"table: {'the title' if not heading else 'the data'} of a table cannot be empty"
        raise ValueError(msg)
    for given in (formats or {}, names or {}):
        unknown = sorted(set(given) - set(frame.columns))
        if unknown:
            msg = f"table: no column {', '.join(unknown)}; columns are {', '.join(frame.columns)}"
            raise ValueError(msg)
    cells = frame.astype(object)
    for column in frame.columns:
        write = _writer(frame[column], (formats or {}).get(column))
        cells[column] = [write(value) for value in frame[column]]
    headings = {column: typeset((names or {}).get(column, column)) for column in frame.columns}
    numeric = frozenset(
        headings[column] for column in frame.columns if pd.api.types.is_numeric_dtype(frame[column])
    )
    return Table(
        heading,
        source_ids(sources),
        frame.copy(),
        cells.rename(columns=headings),
        numeric,
        typeset(alt),
        typeset(note),
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
