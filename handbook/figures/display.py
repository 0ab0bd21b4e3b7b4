"""What a chapter displays: a picture or a table that knows its finding, sources and data."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from handbook.core.french import NBSP, counted
from handbook.core.saving import csv_text, save, xlsx_bytes
from handbook.figures.caption import Caption, source_line
from handbook.figures.svg import following

__all__ = ["Picture", "stamp"]

_SIGNIFICANT = 4


def stamp(about: Mapping[str, Any]) -> str:
    """Return eight hexadecimal digits that change when what a page will publish visibly changes.

    Numbers of the CSV are rounded to four significant digits first, so that the last bits of a
    floating point result, which differ between processors, leave it unchanged.

    Parameters
    ----------
    about
        What accompanies an output: title, alternative text, sources, ``csv``.
    """
    rows = csv.reader(io.StringIO(str(about.get("csv", ""))))
    rounded = [[_rounded(cell) for cell in row] for row in rows]
    text = json.dumps({**about, "csv": rounded}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _rounded(cell: str) -> str:
    try:
        number = float(cell)
    except ValueError:
        return cell
    # adding zero turns -0.0 into 0.0
    return f"{float(f'{number:.{_SIGNIFICANT}g}') + 0.0:.{_SIGNIFICANT}g}"


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn picture with everything a page needs to show it.

    Attributes
    ----------
    caption
        Finding, description, sources, note.
    data
        The data plotted; they become the downloadable CSV.
    wide, narrow
        SVG elements for a page's column and for a phone.
    attribution
        Whom else to credit.
    headings
        Column to its French heading in the CSV, where the two differ.
    folded
        Whether the page shows its title alone until it is opened.
    figure
        The wide drawing, for a picture in pixels.
    """

    caption: Caption
    data: pd.DataFrame
    wide: str
    narrow: str
    attribution: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    folded: bool = False
    figure: Figure | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        figures: Iterable[Figure],
        data: pd.DataFrame,
        caption: Caption,
        attribution: str = "",
        headings: Mapping[str, str] | None = None,
    ) -> Picture:
        """Return the picture of a figure drawn narrow, then wide.

        The wide one is kept, for ``save("….png")``: it may be the same figure laid out again.

        Raises
        ------
        ValueError
            If the caption has no alternative text.
        """
        caption.require_alt()
        name = hashlib.sha256(f"{caption.title}{caption.alt}".encode()).hexdigest()[:6]
        drawn = [
            (following(figure, f"p{name}{k}"), figure)
            for k, figure in zip("nw", figures, strict=True)
        ]
        (narrow, _), (wide, figure) = drawn
        return cls(
            caption,
            data.copy(),
            wide,
            narrow,
            attribution=attribution,
            headings=dict(headings or {}),
            figure=figure,
        )

    @property
    def title(self) -> str:
        """The finding."""
        return self.caption.title

    @property
    def alt(self) -> str:
        """What is seen."""
        return self.caption.alt

    @property
    def sources(self) -> tuple[str, ...]:
        """Identifiers of the sources."""
        return self.caption.source_ids

    @property
    def csv(self) -> str:
        """The data plotted, as CSV text."""
        return csv_text(self.data, self.headings)

    @property
    def about(self) -> dict[str, Any]:
        """What the page publishes beside the drawing."""
        about: dict[str, Any] = {
            "kind": "picture",
            "title": self.title,
            "alt": self.alt,
            "sources": list(self.sources),
            "csv": self.csv,
            "attribution": self.attribution,
        }
        return {**about, "folded": True} if self.folded else about

    @property
    def html(self) -> str:
        """The picture as a ``<figure>``: for a notebook as it is, for the page's own to complete.

        A notebook shows the wide drawing; a page shows the narrow one on a phone.
        """
        credit = source_line(self.caption.sources, self.attribution)
        return "\n".join(
            (
                f'<figure class="hb-picture" data-digest="{stamp(self.about)}">',
                _line("title", self.caption.title),
                _line("subtitle", self.caption.subtitle),
                f'<div class="hb-wide" role="img" aria-label="{escape(self.alt)}">',
                f"{self.wide}</div>",
                f'<div class="hb-narrow" hidden role="img" aria-label="{escape(self.alt)}">',
                f"{self.narrow}</div>",
                _line("note", self.caption.note),
                f"<figcaption>{escape(credit)}</figcaption>",
                "</figure>",
            )
        )

    def __repr__(self) -> str:  # noqa: D105
        rows = counted(len(self.data), "ligne")
        return f"<Picture «{NBSP}{self.title}{NBSP}» · {rows} · empreinte {stamp(self.about)}>"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return what Jupyter stores: the figure, its name with a digest, and the page's part."""
        return {"text/html": self.html, "text/plain": repr(self)}, {"handbook": self.about}

    def save(self, path: str | Path) -> None:
        """Write the picture or its data; the name's ending says which.

        ``.svg`` and ``.png`` bear the title, the note and the sources, so that they can be taken
        away; ``.csv`` and ``.xlsx`` hold the data plotted.

        Raises
        ------
        ValueError
            If the name ends otherwise.
        """
        from handbook.figures.saving import as_png, as_svg

        save(
            path,
            {
                ".svg": lambda: as_svg(self).encode(),
                ".png": lambda: as_png(self),
                ".csv": self.csv.encode,
                ".xlsx": lambda: xlsx_bytes(self.data, self.headings),
            },
        )


def _line(kind: str, text: str) -> str:
    return f'<p class="hb-{kind}">{escape(text)}</p>' if text else ""
