"""What a chapter displays: a picture or a table that knows its finding, sources and data."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from handbook.core.french import NARROW, NBSP, counted, joined, typeset

__all__ = ["Picture", "SourceLike", "csv_text", "digest", "source_ids", "source_line"]

_SIGNIFICANT = 4
_CSV_DIGITS = "%.10g"
_MIN_ALT = 20
_MAX_SOURCES_SHOWN = 6
_ALT_FILLERS = ("image de", "image d’", "image d'", "graphique de", "figure de", "photo de")


@runtime_checkable
class SourceLike(Protocol):
    """A source of data as pictures need it (``handbook.facts.Source`` is one)."""

    @property
    def id(self) -> str:
        """Identifier in the table of sources."""

    @property
    def publisher(self) -> str:
        """Who publishes it."""

    @property
    def year(self) -> object:
        """Year of publication."""


Sources = str | SourceLike | Iterable[str | SourceLike]


def _listed(sources: Sources) -> list[str | SourceLike]:
    if isinstance(sources, str | SourceLike):
        return [sources]
    return list(sources)


def source_ids(sources: Sources) -> tuple[str, ...]:
    """Return the identifiers of `sources`, once each, in the order given.

    Raises
    ------
    ValueError
        If there is no source: a picture always says where its figures come from.
    TypeError
        If one is neither an identifier nor an object with ``id``, ``publisher`` and ``year``.
    """
    found: dict[str, None] = {}
    for source in _listed(sources):
        if not isinstance(source, str | SourceLike):
            msg = f"sources: {source!r} is neither an identifier nor has id, publisher and year"
            raise TypeError(msg)
        found[source if isinstance(source, str) else source.id] = None
    if not found:
        msg = "sources: at least one source is needed (an identifier or a facts.Source)"
        raise ValueError(msg)
    return tuple(found)


def source_line(sources: Sources, attribution: str = "") -> str:
    """Write the source line of a picture: « Source : Cnam, 2023 et 2024 ; DREES, 2022. »."""
    years: dict[str, list[str]] = {}
    for source in _listed(sources):
        if isinstance(source, str):
            years.setdefault(source, [])
            continue
        known = years.setdefault(source.publisher, [])
        year = "" if pd.isna(source.year) else str(source.year)  # type: ignore[call-overload]
        if year and year not in known:
            known.append(year)
    texts = [f"{name}, {joined(sorted(dates))}" if dates else name for name, dates in years.items()]
    hidden = len(texts) - _MAX_SOURCES_SHOWN
    if hidden > 1:
        texts = [*texts[:_MAX_SOURCES_SHOWN], f"et {counted(hidden, 'autre')}"]
    word = "Source" if len(texts) == 1 else "Sources"
    line = f"{word}{NBSP}: {f'{NARROW}; '.join(texts)}."
    return typeset(f"{line} {attribution}".strip())


def csv_text(data: pd.DataFrame, headings: Mapping[str, str] | None = None) -> str:
    """Return `data` as CSV text (comma, decimal point, ISO dates, ten significant digits).

    `headings` gives French names to columns; their typographic spaces become plain ones.
    """
    named = not isinstance(data.index, pd.RangeIndex)
    flat = data.reset_index() if named else data
    plain = str.maketrans(NBSP + NARROW, "  ")
    words = {name: text.translate(plain) for name, text in (headings or {}).items()}
    text = flat.rename(columns=words).to_csv(
        index=False, float_format=_CSV_DIGITS, date_format="%Y-%m-%d", lineterminator="\n"
    )
    return str(text)


def digest(data: pd.DataFrame) -> str:
    """Return eight hexadecimal digits that change when `data` visibly change.

    Numbers are rounded to four significant digits first, so that the last bits of a floating
    point result, which differ between processors, leave it unchanged.
    """
    rounded = data.reset_index(drop=isinstance(data.index, pd.RangeIndex)).map(_rounded)
    return hashlib.sha256(rounded.to_csv(index=False, lineterminator="\n").encode()).hexdigest()[:8]


def _rounded(value: object) -> str:
    if isinstance(value, bool | str) or pd.isna(value):  # type: ignore[call-overload]
        return str(value)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(value)
    # adding zero turns -0.0 into 0.0
    return f"{float(f'{number:.{_SIGNIFICANT}g}') + 0.0:.{_SIGNIFICANT}g}"


def check_alt(alt: str, title: str) -> str:
    """Return `alt` typeset, or say what is wrong with it.

    Raises
    ------
    ValueError
        If it is too short, only repeats the title, or announces that it is a picture.
    """
    text = " ".join(alt.split())
    where = f"alt of « {title} »"
    if len(text) <= _MIN_ALT:
        msg = f"{where}: more than {_MIN_ALT} characters are needed, got {len(text)} ({text!r})"
        raise ValueError(msg)
    for filler in _ALT_FILLERS:
        if filler in text.lower():
            msg = f"{where}: say what is seen, not that it is one; remove « {filler} »"
            raise ValueError(msg)
    if text.rstrip(".").casefold() == title.rstrip(".").casefold():
        msg = f"{where}: it only repeats the title; say the finding with its numbers"
        raise ValueError(msg)
    return typeset(text)


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn picture with everything the page needs to show it.

    Attributes
    ----------
    title
        The finding, in French.
    alt
        What the picture shows, with its numbers, for those who do not see it.
    sources
        Identifiers of the sources.
    data
        The data plotted; they become the downloadable CSV.
    wide, narrow
        PNG files at double density for a page column and for a phone.
    wide_size, narrow_size
        Width and height of each in CSS pixels.
    headings
        Column to its French heading in the CSV, where the two differ.
    """

    title: str
    alt: str
    sources: tuple[str, ...]
    data: pd.DataFrame
    wide: bytes
    narrow: bytes
    wide_size: tuple[int, int]
    narrow_size: tuple[int, int]
    headings: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:  # noqa: D105
        rows = counted(len(self.data), "ligne")
        return f"<Picture «{NBSP}{self.title}{NBSP}» · {rows} · empreinte {digest(self.data)}>"

    @property
    def csv(self) -> str:
        """The data plotted, as CSV text."""
        return csv_text(self.data, self.headings)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return what Jupyter stores: image, text with digest, and the page's metadata."""
        width, height = self.wide_size
        data = {
            "image/png": base64.b64encode(self.wide).decode("ascii"),
            "text/plain": repr(self),
        }
        about = {
            "kind": "picture",
            "title": self.title,
            "alt": self.alt,
            "sources": list(self.sources),
            "csv": self.csv,
            "narrow": base64.b64encode(self.narrow).decode("ascii"),
            "narrow_size": list(self.narrow_size),
        }
        return data, {"image/png": {"width": width, "height": height}, "handbook": about}
