"""What every result offers: it shows itself, becomes a table, draws itself, and is saved."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from html import escape
from math import floor, log10
from pathlib import Path
from typing import Any

import pandas as pd

from handbook.core import french as fr
from handbook.core.optional import optional
from handbook.core.saving import csv_text, save, xlsx_bytes

__all__ = ["Result", "digits_for", "in_french"]

_INCHES = (8.0, 4.5)
_DENSITY = 192
_SHOWN = 40  # rows


class Result(ABC):
    """A result of an engine.

    A kind of result says what its table is (`to_frame`), how it is drawn (`draw`) and, in French,
    how it was made (`explain`); the rest follows.
    """

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the result as a table, unrounded."""

    @abstractmethod
    def draw(self, ax: Any) -> None:  # noqa: ANN401 — matplotlib is loaded by who has it
        """Draw the whole result on matplotlib axes."""

    def explain(self) -> str:
        """Say in French how the result was made."""
        return ""

    def plot(self, ax: Any = None) -> Any:  # noqa: ANN401
        """Draw the result on axes, on new ones if none are given, and return them.

        Raises
        ------
        ImportError
            If new axes are needed and matplotlib is not installed.
        """
        if ax is None:
            pyplot = optional("matplotlib.pyplot", "figures")
            _, ax = pyplot.subplots(figsize=_INCHES, layout="constrained")
        self.draw(ax)
        return ax

    def save(self, path: str | Path, *, title: str = "") -> None:
        """Write the result; the ending of the name says how.

        Parameters
        ----------
        path
            ``.svg`` and ``.png`` draw it, ``.csv`` (comma, decimal point) and ``.xlsx`` hold its
            table. No text of a table can run as a formula.
        title
            Written above the drawing.

        Raises
        ------
        HandbookError
            If the name ends otherwise; nothing is written.
        ImportError
            If it is to be drawn and matplotlib is not installed.
        """
        save(
            path,
            {
                ".svg": lambda: self._drawn("svg", title),
                ".png": lambda: self._drawn("png", title),
                ".csv": lambda: csv_text(self.to_frame()).encode(),
                ".xlsx": lambda: xlsx_bytes(self.to_frame()),
            },
        )

    def _drawn(self, kind: str, title: str) -> bytes:
        """Return the drawing as a file: the same result gives the same bytes."""
        matplotlib = optional("matplotlib", "figures")
        figure = optional("matplotlib.figure", "figures").Figure(_INCHES, layout="constrained")
        ax = figure.add_subplot()
        self.draw(ax)
        if title:
            ax.set_title(fr.typeset(title), loc="left", weight="bold")
        out = io.BytesIO()
        about = {"Date": None} if kind == "svg" else {"Software": None}
        with matplotlib.rc_context({"svg.hashsalt": "handbook", "svg.fonttype": "none"}):
            figure.savefig(out, format=kind, dpi=_DENSITY, metadata=about)
        return out.getvalue()

    def _digits(self, column: pd.Series) -> int:
        """Return the decimals shown of a column of numbers: enough to tell its values apart."""
        values = column.dropna()
        if (values % 1 == 0).all():
            return 0
        return digits_for(float(values.max() - values.min()) or float(values.abs().max()))

    def _repr_html_(self) -> str:
        """Show the first rows of the table, and how it was made."""
        cells, hidden = self._cells()
        more = f"<p>{hidden}</p>" if hidden else ""
        text = self.explain()
        said = f"<p>{escape(fr.typeset(text))}</p>" if text else ""
        return f"{cells.to_html(border=0)}{more}{said}"

    def __str__(self) -> str:
        """Return the same in plain text."""
        cells, hidden = self._cells()
        parts = (cells.to_string(), hidden, fr.typeset(self.explain()))
        return "\n".join(part for part in parts if part)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}

    def _cells(self) -> tuple[pd.DataFrame, str]:
        """Return the first rows in French, and a word on the others."""
        table = self.to_frame()
        shown = table.head(_SHOWN)
        rows = [
            [self._shown(shown.iloc[:, place], value) for place, value in enumerate(row)]
            for row in shown.itertuples(index=False, name=None)
        ]
        labels = [_label(label) for label in shown.index]
        more = len(table) - len(shown)
        hidden = f"… et {fr.counted(more, 'autre ligne', 'autres lignes')}." if more else ""
        return pd.DataFrame(rows, index=labels, columns=shown.columns), hidden

    def _shown(self, column: pd.Series, value: Any) -> str:  # noqa: ANN401
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            return fr.number(value, self._digits(column))
        return fr.MISSING if pd.isna(value) else str(value)


def digits_for(spread: float) -> int:
    """Return the decimals in which a spread has three significant digits, six at most."""
    if not 0 < spread < 100:
        return 0 if spread else 2
    return min(6, max(0, 2 - floor(log10(spread))))


def _label(label: Any) -> str:  # noqa: ANN401 — any label of an index
    if isinstance(label, tuple):
        return " · ".join(map(str, label))
    return str(label.date()) if isinstance(label, pd.Timestamp) else str(label)


def in_french(axis: Any) -> None:  # noqa: ANN401
    """Write the numbers of a matplotlib axis in French."""
    axis.set_major_formatter(lambda value, _: fr.number(value))
