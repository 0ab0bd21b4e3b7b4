"""What every picture and table owes its reader: a finding, a description, its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from handbook.core.doors import fields_checked
from handbook.core.french import NARROW, NBSP, counted, joined, typeset
from handbook.core.protocols import SourceLike
from handbook.figures.errors import FigureError

__all__ = ["Caption", "source_ids", "source_line"]

_MIN_ALT = 20
_MAX_SOURCES_SHOWN = 6
_ALT_FILLERS = ("image de", "image d’", "image d'", "graphique de", "figure de", "photo de")


@fields_checked(FigureError)
@dataclass(frozen=True)
class Caption:
    """Title, description and sources of a picture or a table, typeset and checked.

    Attributes
    ----------
    title
        The finding, in French.
    alt
        What is seen, with its numbers, for those who do not see it (more than 20 characters).
        A table, which can be read as it is, may leave it empty.
    sources
        Anything that knows where it comes from: a source or its identifier, a figure, a series or
        a frame that carries its sources, a forecast, or several of these.
    subtitle
        Unit and scope, under the title.
    note
        A caveat, above the source line.

    Raises
    ------
    FigureError
        If the title is empty, the alternative text is unfit or there is no source.
    FigureError
        If one of `sources` does not say where it comes from.
    """

    title: str
    alt: str
    sources: Any
    subtitle: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Typeset the texts and refuse what a reader could not trust."""
        title = typeset(" ".join(self.title.split()))
        if not title:
            msg = "title: a picture or a table states its finding; the title is empty"
            raise FigureError(msg)
        fitted = {
            "title": title,
            "alt": _checked_alt(self.alt, title),
            "sources": tuple(_sources(self.sources)),
            "subtitle": typeset(self.subtitle),
            "note": typeset(self.note),
        }
        for name, value in fitted.items():
            object.__setattr__(self, name, value)
        source_ids(self.sources)

    def noting(self, text: str) -> Caption:
        """Return the same caption with `text` before its note: what the drawing's marks mean."""
        return replace(self, note=f"{text.strip()} {self.note}".strip())

    def require_alt(self) -> None:
        """Refuse a caption without alternative text, for what cannot be read as it is.

        Raises
        ------
        FigureError
            If there is none.
        """
        if not self.alt:
            msg = f"alt of « {self.title} »: say what is seen, with its numbers"
            raise FigureError(msg)

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Identifiers of the sources, once each."""
        return source_ids(self.sources)


def _checked_alt(alt: str, title: str) -> str:
    text = " ".join(alt.split())
    if not text:
        return ""
    where = f"alt of « {title} »"
    if len(text) <= _MIN_ALT:
        msg = f"{where}: more than {_MIN_ALT} characters are needed, got {len(text)} ({text!r})"
        raise FigureError(msg)
    for filler in _ALT_FILLERS:
        if filler in text.lower():
            msg = f"{where}: say what is seen, not that it is one; remove « {filler} »"
            raise FigureError(msg)
    if text.rstrip(".").casefold() == title.rstrip(".").casefold():
        msg = f"{where}: it only repeats the title; say the finding with its numbers"
        raise FigureError(msg)
    return typeset(text)


def _sources(given: object) -> list[str | SourceLike]:
    """Return the sources that something carries, in order; it may hold others."""
    if isinstance(given, str | SourceLike):
        return [given]
    if isinstance(given, pd.Series | pd.DataFrame):
        return list(given.attrs.get("sources") or given.attrs.get("source_ids") or ())
    for name in ("source", "sources", "series"):
        if hasattr(given, name):
            return _sources(getattr(given, name))
    if isinstance(given, Iterable):
        return [source for item in given for source in _sources(item)]
    msg = f"sources: {given!r} does not say where it comes from (id, publisher and year)"
    raise FigureError(msg)


def source_ids(sources: object) -> tuple[str, ...]:
    """Return the identifiers of `sources`, once each, in the order given.

    Raises
    ------
    FigureError
        If there is no source: a picture always says where its figures come from.
    FigureError
        If one of them does not say where it comes from.
    """
    names = [source if isinstance(source, str) else source.id for source in _sources(sources)]
    if not names or not all(str(name).strip() for name in names):
        msg = "sources: at least one source is needed (an identifier, or what carries its sources)"
        raise FigureError(msg)
    return tuple(dict.fromkeys(names))


def source_line(sources: object, attribution: str = "") -> str:
    """Write the source line of a picture: « Source : Cnam, 2023 et 2024 ; DREES, 2022. »."""
    years: dict[str, list[str]] = {}
    for source in _sources(sources):
        if isinstance(source, str):
            years.setdefault(source, [])
            continue
        published = years.setdefault(source.publisher, [])
        year = "" if pd.isna(source.year) else str(source.year)  # type: ignore[call-overload]
        if year and year not in published:
            published.append(year)
    texts = [f"{name}, {joined(sorted(dates))}" if dates else name for name, dates in years.items()]
    hidden = len(texts) - _MAX_SOURCES_SHOWN
    if hidden > 1:
        texts = [*texts[:_MAX_SOURCES_SHOWN], f"et {counted(hidden, 'autre')}"]
    word = "Source" if len(texts) == 1 else "Sources"
    line = f"{word}{NBSP}: {f'{NARROW}; '.join(texts)}."
    return typeset(f"{line} {attribution}".strip())
