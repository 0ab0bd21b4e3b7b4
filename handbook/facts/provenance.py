"""Where things come from: the sources of a figure, a series, a frame, or of anything made of them.

Series and frames carry their sources in ``attrs``, which pandas keeps through its own operations
(``series / 1000``, ``frame.loc[...]``). From two series pandas keeps the ``attrs`` of one only, its
label and unit included: what is made of several says what it is with `carrying`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from handbook.facts.errors import FactsError
from handbook.facts.records import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    Frame = TypeVar("Frame", pd.Series[Any], pd.DataFrame)

__all__ = ["attributes", "carrying", "cited", "uses"]

_COLUMNS = ("source_id", "source_ids")
# What an object other than a series or a frame may call its own sources, or what holds them.
_NAMES = ("source", "sources", "source_id", "source_ids", "series")


def cited(things: Iterable[object], source: Callable[[str], Source]) -> list[Source]:
    """Return the sources of `things`, once each, in order (see `handbook.facts.cited`).

    Parameters
    ----------
    things
        Whatever may have sources.
    source
        Gives a source by its identifier, or raises.
    """
    named = dict.fromkeys(_named(things))
    found = (one if isinstance(one, Source) else source(one) for one in named)
    return list({one.id: one for one in found}.values())


def attributes(sources: Iterable[Source]) -> dict[Hashable, Any]:
    """Return what a series or a frame holds of its sources in ``attrs``."""
    held = tuple(sources)
    return {"sources": held, "source_ids": [one.id for one in held]}


def carrying(frame: Frame, sources: Iterable[Source], about: Mapping[Any, Any]) -> Frame:
    """Return a series or a frame that carries these sources, what `about` says, and no more."""
    result = frame.copy(deep=False)
    result.attrs = {**about, **attributes(sources)}
    return result


def uses(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[str]]]:
    """Return, by source and then by table that cites it, the series concerned, sorted.

    A table whose rows name no series, or not all, has an entry all the same.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for name, rows in tables.items():
        series = rows["series_id"].fillna("") if "series_id" in rows else [""] * len(rows)
        for column in [column for column in _COLUMNS if column in rows]:
            for cell, measured in zip(rows[column], series, strict=True):
                for source in _identifiers([cell]):
                    found.setdefault(source, {}).setdefault(name, set()).add(str(measured))
    return {
        source: {name: sorted(series - {""}) for name, series in tables.items()}
        for source, tables in found.items()
    }


def _named(thing: object) -> Iterator[Source | str]:
    """Yield sources and identifiers of sources, in the order in which they are met."""
    if isinstance(thing, Source | str):
        yield thing
    elif (held := _held(thing)) is not None:
        for each in held:
            yield from _named(each)
    elif isinstance(thing, Iterable):
        for each in thing.values() if isinstance(thing, Mapping) else thing:
            yield from _named(each)
    else:
        raise FactsError(f"{_described(thing)} says nothing of its sources")


def _held(thing: object) -> list[object] | None:
    """Return what holds the sources of a thing that knows them, None if it is no such thing."""
    import pandas as pd

    if isinstance(thing, pd.Index):
        return list(thing)
    if isinstance(thing, pd.Series | pd.DataFrame):
        return _of_data(thing)
    values = (getattr(thing, name, None) for name in _NAMES)
    known = next((value for value in values if value is not None and not callable(value)), None)
    return None if known is None else [known]


def _of_data(data: pd.Series[Any] | pd.DataFrame) -> list[object]:
    """Return the sources in the ``attrs`` of a series or frame, then in its columns or labels.

    Raises
    ------
    FactsError
        If it has none.
    """
    import pandas as pd

    # A frame made by hand may say ``source_ids`` alone, or more of them than it inherited.
    held: list[object] = [data.attrs[key] for key in ("sources", "source_ids") if key in data.attrs]
    columns = [data[name] for name in _COLUMNS if name in data]  # of a frame, or labels of a row
    if isinstance(data, pd.Series):
        columns = [data] if data.name in _COLUMNS else [[cell] for cell in columns]
    held += [list(dict.fromkeys(_identifiers(column))) for column in columns]
    if not held:
        shape = "columns" if isinstance(data, pd.DataFrame) else "index"
        labels = ", ".join(map(str, list(getattr(data, shape))[:6]))
        raise FactsError(
            f"a {type(data).__name__} ({labels}…) says nothing of its sources;"
            " facts.sourced(data, source, …) gives it some"
        )
    return held


def _identifiers(cells: Iterable[object]) -> Iterator[str]:
    for cell in cells:
        if isinstance(cell, str):
            yield from filter(None, re.split(r"[;,\s]+", cell))


def _described(thing: object) -> str:
    name = getattr(thing, "name", None)
    named = f" « {name} »" if isinstance(name, str) else ""
    return f"{type(thing).__name__}{named or f' {thing!r}'[:60]}"
