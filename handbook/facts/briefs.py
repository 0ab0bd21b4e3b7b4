"""Short tables read from the facts: claims and their verdicts, measures side by side.

Every table carries the sources it used (see `handbook.facts.cited`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook.core.checks import plain_date
from handbook.core.errors import unknown
from handbook.core.french import amount
from handbook.facts import store as facts
from handbook.facts import verdicts
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WHOLE = 100  # from here on, a figure is written without decimals
_WORDS = ("kind", "about", "status", "relation", "direction", "unit", "qualifier")


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


def courses(series_ids: Iterable[str]) -> pd.DataFrame:
    """Set the first and the latest figures of several series in a table.

    Returns
    -------
    DataFrame
        One row a series, in the order given and with the index given, if there is one: ``label``,
        ``unit``, ``first``, ``first_date``, ``last``, ``last_date``, and ``said``, both figures
        in words.

    Raises
    ------
    FactsError
        If a series is unknown.
    """
    known = [facts.series(name, modelling=False) for name in series_ids]
    told = pd.DataFrame([_course(values) for values in known], getattr(series_ids, "index", None))
    return facts.sourced(told, known)


def _course(values: pd.Series[float]) -> dict[str, Any]:
    unit, (start, end), (first, last) = (
        values.attrs["unit"],
        values.index[[0, -1]],
        values.iloc[[0, -1]],
    )
    before = f"{amount(first, '', _digits(first))} en {start.year}"
    after = f"{amount(last, unit, _digits(last))} en {end.year}"
    return {
        "label": values.attrs["label"],
        "unit": unit,
        "first": first,
        "first_date": start,
        "last": last,
        "last_date": end,
        "said": f"{before}, {after}",
    }


def _digits(value: float) -> int:
    return 0 if value >= _WHOLE or value == int(value) else 1


def passages(claim_ids: Sequence[str]) -> str:
    """Say where some statements stand in their document, each place once.

    Raises
    ------
    FactsError
        If a statement is unknown.
    """
    places = facts.table("claims").set_index("claim_id")["locator"]
    for name in claim_ids:
        if name not in places.index:
            raise unknown(name, list(places.index), "claim:", facts.FactsError)
    return "\u202f; ".join(dict.fromkeys(places[name] for name in claim_ids))


def register(
    document: str | None = None, *, as_of: pd.Timestamp | str | None = None
) -> pd.DataFrame:
    """Give every statement of the documents its verdict, by the rule of `handbook.facts.verdicts`.

    Parameters
    ----------
    document
        Its identifier in ``sources.csv``; all of them by default.
    as_of
        The day on which it is judged, with the readings of that day or before: by default, that of
        the latest observation of the data.

    Returns
    -------
    DataFrame
        One row a statement, in the order of ``claims.csv``, with its columns, then ``verdict``,
        ``reason`` (why it is not verifiable), ``observed``, ``observed_unit``, ``observed_date``,
        ``observed_source`` and ``days`` (from the date that is written), ``gap`` (written over
        observed, minus one, or the change observed; in percent), ``latest`` and ``latest_date``
        (what left a figure that held at its date), ``happened`` (what became of an announced
        event, in words, its source being ``observed_source``).

    Raises
    ------
    FactsError
        If the document is unknown, or a figure is held against a series of another unit.
    """
    if document is not None:
        facts.source(document)
    claims = facts.table("claims")
    claims = claims[claims["source_id"] == document] if document else claims
    plain_date(as_of, FactsError)
    evidence = _Evidence(pd.Timestamp(as_of) if as_of else None)
    rows = [_line(claim, evidence) for claim in _records(claims)]
    whole = claims.reset_index(drop=True).join(pd.DataFrame(rows))
    return facts.sourced(whole, [*claims["source_id"].unique(), *whole["observed_source"].dropna()])


def confronted(document: str) -> pd.DataFrame:
    """Set each figure of a document that bears on a series beside the nearest observation.

    Returns
    -------
    DataFrame
        The rows of `register` that give a figure and bear on a series, without those that a
        series only illustrates, and with ``claimed``, the figure as it is written.

    Raises
    ------
    FactsError
        If the document is unknown.
    """
    whole = register(document)
    figures = whole["kind"].eq("chiffre") & whole["value"].notna() & whole["direction"].isna()
    kept = whole[figures & whole["series_id"].notna() & whole["relation"].ne("contexte")]
    claimed = kept.assign(claimed=kept["value"]).reset_index(drop=True)
    return facts.sourced(claimed, [document, *kept["observed_source"].dropna()])


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


def _line(claim: dict[str, Any], evidence: _Evidence) -> dict[str, Any]:
    told = {key: "" if isinstance(cell, float) else cell for key, cell in claim.items()}
    start, end = _period(str(told["date"]))
    words: dict[str, Any] = {key: str(told[key]) for key in _WORDS}
    numbers: dict[str, Any] = {key: float(claim[key]) for key in ("value", "low", "high")}
    statement = verdicts.Statement(**words, **numbers, start=start, end=end)
    verdict = verdicts.judge(
        statement,
        evidence.readings(told),
        as_of=evidence.day,
        cumulative=evidence.cumulative.get(str(told["series_id"]), False),
        event=evidence.events.get(str(told["claim_id"])),
    )
    read, latest = verdict.reading, verdict.latest
    return {
        "verdict": verdict.name,
        "reason": verdict.reason,
        "observed": read.value if read else float("nan"),
        "observed_unit": read.unit if read else None,
        "observed_date": read.date if read else pd.NaT,
        "observed_source": read.source_id if read else None,
        "days": verdict.days,
        "gap": verdict.gap,
        "latest": latest.value if latest else float("nan"),
        "latest_date": latest.date if latest else pd.NaT,
        "happened": None,
    } | evidence.told.get(str(told["claim_id"]), {})


def _period(text: str) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return the first and the last day of a period as ``claims.csv`` writes it."""
    if not text:
        return None, None
    first, _, last = text.partition("/")
    start = pd.Period(first).start_time
    return start, None if last == ".." else pd.Period(last or first).end_time.normalize()


class _Evidence:
    """What the data hold that a statement can be held against."""

    USABLE = ("reported", "rounded", "lower_bound", "upper_bound", "derived")

    def __init__(self, day: pd.Timestamp | None) -> None:
        rows = facts.table("observations")
        sure = rows["value"].notna() & rows["status"].isin(self.USABLE)
        sure &= rows["preferred"] & (rows["confidence"] != "low")
        self._observed = dict(list(rows[sure].groupby(["series_id", "geography"])))
        self.day: pd.Timestamp = day or rows.loc[sure, "date"].max()
        places = facts.table("comparisons")
        kept = places["value"].notna() & places["year"].notna() & places["comparable"]
        places = places[kept & (places["confidence"] != "low")]
        dates = pd.to_datetime(places["year"].astype(str) + "-12-31")
        places = places.assign(date=dates, status="reported")
        self._compared = dict(list(places.groupby(["indicator_id", "entity"])))
        described = facts.table("series").set_index("series_id")["cumulative"]
        self.cumulative = described.astype(str).str.lower().eq("true").to_dict()
        self.events, self.told = _events(self.day), _told()
        self._sources = facts.table("sources").set_index("source_id")

    def readings(self, claim: dict[str, Any]) -> list[verdicts.Reading]:
        """Return what a statement may be held against, without what merely repeats it."""
        if claim["parameter_id"]:
            found = [_parameter(str(claim["parameter_id"]))]
        else:
            rows = self._observed.get((claim["series_id"], claim["geography"]))
            if claim["indicator_id"]:
                rows = self._compared.get((claim["indicator_id"], claim["entity"]))
            kept = [] if rows is None else _records(rows)
            names = ("date", "value", "unit", "status", "source_id")
            found = [verdicts.Reading(**{name: row[name] for name in names}) for row in kept]
        own = self._issuers(str(claim["source_id"])) | _names(claim["origin"])
        known = [reading for reading in found if reading.date <= self.day]
        return [reading for reading in known if not own & self._issuers(reading.source_id)]

    def _issuers(self, source_id: str) -> set[str]:
        """Return who stands behind a source: who publishes it and whom it repeats."""
        row = self._sources.loc[source_id]
        return _names(row["publisher"]) | _names(row["origin"])


def _events(day: pd.Timestamp) -> dict[str, verdicts.Event]:
    """Return what has become of each announced event by a day."""
    rows = facts.table("vision_timeline")
    rows = rows.assign(known=rows["happened_on"].le(day))
    return {
        str(row["claim_id"]): verdicts.Event(row["state"], row["happened_on"])
        if row["known"]
        else verdicts.Event()
        for row in _records(rows)
    }


def _told() -> dict[str, dict[str, Any]]:
    """Return what became of each announced event, in words, and where that is read."""
    return {
        str(row["claim_id"]): {
            "happened": row["what_happened"],
            "observed_source": None if pd.isna(row["source_id"]) else row["source_id"],
        }
        for row in _records(facts.table("vision_timeline"))
    }


def _parameter(parameter_id: str) -> verdicts.Reading:
    rows = facts.table("parameters")
    (row,) = _records(rows[rows["parameter_id"] == parameter_id])
    end = pd.Period(re.findall(r"\d{4}", row["date_text"])[-1]).end_time.normalize()
    return verdicts.Reading(end, row["central"], row["unit"], row["status"], row["source_id"])


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]


def _names(text: object) -> set[str]:
    """Return the issuers that a cell names, to compare."""
    if not isinstance(text, str):
        return set()
    return {name.strip().casefold() for name in re.split(r",|/| et |\(|\)", text)} - {""}
