"""Short tables read from the facts: claims beside observations, measures side by side.

Every table carries the sources it used (see `handbook.facts.cited`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook.facts import store as facts

if TYPE_CHECKING:
    from collections.abc import Iterable

NEAR = 366  # days: an observation further than a year from a claim says nothing of it


def latest(series_ids: Iterable[str]) -> pd.DataFrame:
    """Set the latest figure of several series in a table.

    Returns
    -------
    DataFrame
        One row a series, in the order given: ``label``, ``value``, ``unit``, ``date`` (as the
        source writes it), ``publisher``, and ``caveat`` (why no curve is drawn, if none is).

    Raises
    ------
    FactsError
        If a series is unknown.
    """
    figures = [facts.latest(name) for name in series_ids]
    described = facts.table("series").set_index("series_id")
    rows = [
        {
            "label": figure.label,
            "value": figure.value,
            "unit": figure.unit,
            "date": figure.date_text,
            "publisher": figure.source.publisher,
            "caveat": described["modelling_reason"].get(figure.series_id, ""),
        }
        for figure in figures
    ]
    return facts.sourced(pd.DataFrame(rows), figures)


def confronted(document: str) -> pd.DataFrame:
    """Set each figure of a document beside the nearest observation from another source.

    Parameters
    ----------
    document
        Its identifier in ``sources.csv``.

    Returns
    -------
    DataFrame
        One row a figure that bears on a series, in the document's order: ``label``,
        ``qualifier``, ``claimed``, ``unit``, ``observed`` and ``observed_date`` (missing when no
        other source gives a value within a year), ``gap`` (claimed over observed, minus one, in
        percent).

    Raises
    ------
    FactsError
        If the document is unknown.
    """
    claims = _claims(document, "chiffre").dropna(subset=["value", "series_id"])
    observations = facts.table("observations")
    others = observations["preferred"] & (observations["source_id"] != document)
    observations = observations[others & observations["value"].notna()]
    rows: list[dict[str, Any]] = []
    used: list[object] = [document]
    for claim in claims.itertuples():
        here = observations[
            (observations["series_id"] == claim.series_id)
            & (observations["geography"] == claim.geography)
        ]
        found = _nearest(here, str(claim.date))
        rows.append(
            {
                "label": claim.label,
                "qualifier": claim.qualifier,
                "claimed": claim.value,
                "unit": claim.unit,
                "observed": found["value"],
                "observed_date": found["date"],
                "gap": 100 * (claim.value / found["value"] - 1),
            }
        )
        used += [found["source_id"]] if found["source_id"] else []
    return facts.sourced(pd.DataFrame(rows), used)


def illustrated(document: str, kind: str) -> pd.DataFrame:
    """Set each claim of a kind beside the first and latest values of the series it bears on.

    Returns
    -------
    DataFrame
        One row a claim, in the document's order: ``label``, ``measure`` (label of the series,
        missing where none measures it), ``unit``, ``first``, ``first_date``, ``last``,
        ``last_date``, ``caveat``.

    Raises
    ------
    FactsError
        If the document is unknown.
    """
    rows: list[dict[str, Any]] = []
    used: list[object] = [document]
    for claim in _claims(document, kind).itertuples():
        row: dict[str, Any] = {"label": claim.label, "measure": None, "unit": None}
        if isinstance(claim.series_id, str):
            values = facts.series(claim.series_id)
            row |= {"measure": values.attrs["label"], "unit": values.attrs["unit"]}
            row |= {"first": values.iloc[0], "first_date": values.index[0]}
            row |= {"last": values.iloc[-1], "last_date": values.index[-1]}
            row["caveat"] = values.attrs["modelling_reason"]
            used.append(values)
        rows.append(row)
    return facts.sourced(pd.DataFrame(rows), used)


def _claims(document: str, kind: str) -> pd.DataFrame:
    facts.source(document)
    claims = facts.table("claims")
    return claims[(claims["source_id"] == document) & (claims["kind"] == kind)]


def _nearest(rows: pd.DataFrame, period: str) -> dict[str, Any]:
    moment = pd.Period(period).end_time.normalize()
    away = (rows["date"] - moment).abs()
    if rows.empty or away.min().days > NEAR:
        return {"value": float("nan"), "date": pd.NaT, "source_id": None}
    row = rows.iloc[int(away.to_numpy().argmin())]
    return {key: row[key] for key in ("value", "date", "source_id")}
