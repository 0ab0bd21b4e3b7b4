"""Observations of every level in one frame, and the editions that are never mixed unsaid.

A series may be published again: revised estimates, another method, another register. Each value
names its edition (``editions.csv``); a value without one is common to all editions of its series,
or its series declares none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handbook.core.errors import unknown
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import pandas as pd

__all__ = ["Editions", "attributes", "combined", "of_edition", "region_sums"]

Editions = str | tuple[str, ...]


def combined(
    observations: pd.DataFrame, readings: pd.DataFrame, values: pd.DataFrame
) -> pd.DataFrame:
    """Return observations, then the values of the readings, in the columns of observations.

    The note of a value follows that of its reading.
    """
    import pandas as pd

    rows = values.merge(readings, on="reading_id", suffixes=("_of_value", ""), validate="m:1")
    notes = rows["note"].fillna("") + " " + rows["note_of_value"].fillna("")
    notes = notes.str.strip()
    rows["note"] = notes.where(notes != "", None)
    return pd.concat([observations, rows[list(observations)]], ignore_index=True)


def of_edition(rows: pd.DataFrame, edition: Editions | None, what: str) -> pd.DataFrame:
    """Return one value a date and place: the preferred ones, or those of the editions named.

    Parameters
    ----------
    rows
        Observations of one series.
    edition
        Identifier of an edition, or several when mixing them is meant: of two values of one date,
        that of the edition named first is kept. Preferred values without an edition are common to
        all and always kept.
    what
        The series and place, for the message.

    Raises
    ------
    FactsError
        If no edition is named and preferred values belong to several, or if `rows` hold none of
        an edition that is named.
    """
    if edition is None:
        chosen = rows[rows["preferred"]]
        if len(set(chosen["edition"].dropna())) > 1:
            spans = _spans(chosen)
            editions = ", ".join(f"{name} ({span})" for name, span in spans)
            raise FactsError(
                f"{what} has several editions, which do not follow on: {editions}; name the one to"
                f' read, edition="{spans[0][0]}", or several to mix them'
            )
        return chosen
    named = (edition,) if isinstance(edition, str) else edition
    held = list(dict.fromkeys(rows["edition"].dropna()))
    for name in named:
        if name not in held:
            raise unknown(name, held, f"edition of {what}", FactsError)
    rank = rows["edition"].map({name: place for place, name in enumerate(named)})
    common = rows["preferred"] & rows["edition"].isna()
    kept = rows.assign(_rank=rank.fillna(-1))[rank.notna() | common]
    kept = kept.sort_values(["date", "_rank"], kind="stable")
    return kept.drop_duplicates(["geography", "date"]).drop(columns="_rank")


def attributes(rows: pd.DataFrame, every: pd.DataFrame) -> dict[Hashable, Any]:
    """Return what a series says of its editions.

    Returns
    -------
    dict
        ``editions``, by ISO date, for the dates that have one; ``other_editions``, those that
        `every` row of the series holds and `rows` leave out.
    """
    if every["edition"].isna().all():
        return {"editions": {}, "other_editions": ()}
    dated = rows[rows["edition"].notna()]
    days = dated["date"].dt.strftime("%Y-%m-%d")
    editions = dict(zip(days, dated["edition"].astype(str), strict=True))
    held = dict.fromkeys(every["edition"].dropna().astype(str))
    others = tuple(name for name in held if name not in editions.values())
    return {"editions": editions, "other_editions": others}


def region_sums(values: pd.DataFrame, departements: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of a count over the départements of each region.

    Parameters
    ----------
    values
        Dates by départements.
    departements
        ``code`` and ``parent`` of every département. A region that lacks one at a date has no sum.
    """
    parents = departements.set_index("code")["parent"]
    every = values.reindex(columns=parents.index)
    return (
        every.T.groupby(parents, sort=False)
        .sum(min_count=1)
        .T.where(every.notna().T.groupby(parents, sort=False).all().T)
    )


def _spans(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return each edition with its first and last dates, in order of first date."""
    dates = rows.groupby("edition")["date"].agg(["min", "max"]).sort_values("min")
    ends: Iterable[Any] = dates.itertuples()
    days = ((str(row.Index), f"{row.min:%Y-%m-%d}", f"{row.max:%Y-%m-%d}") for row in ends)
    return [(name, first if first == last else f"{first} to {last}") for name, first, last in days]
