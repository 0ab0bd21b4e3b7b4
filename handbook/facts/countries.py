"""Tables of countries read from the facts: context, levers, published scores.

Units are in rows, indicators in columns. Every table carries the sources it used
(see `handbook.facts.cited`); a value marked as not comparable, or not retained, is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook.facts import store as facts
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STUDY = "pipame-2016"
FRANCE = "FRA"
LEVELS = {"limité": 1.0, "moyen": 2.0, "élevé": 3.0}
"""The three levels of the study's ratings, one apart: the spacing is an assumption."""

GROUPS = {"deuxième groupe": 1.0, "groupe de tête": 2.0}

CONTEXT = {
    "medecins_pipame": -1,
    "infirmiers_pipame": -1,
    "lits_pipame": -1,
    "medecins_55_ans": 1,
    "isolement_pipame": 1,
    "climat_pipame": 1,
}
"""Context indicators of the study and the direction its argument gives them: what makes digital
health more pressing counts for more (fewer carers, older doctors, isolation, climate)."""

_ISO = {"GB": "GBR", "US": "USA", "JP": "JPN", "KR": "KOR", "NO": "NOR", "ES": "ESP"}


def names() -> dict[str, str]:
    """Return the French name of every country, part or group of countries."""
    table = facts.table("countries")
    return dict(zip(table["entity"], table["name"], strict=True))


def comparisons(indicator: str) -> pd.DataFrame:
    """Return the retained, comparable rows of an indicator, ratings and groups as numbers.

    Raises
    ------
    FactsError
        If the table is missing.
    FactsError
        If the indicator has no row.
    """
    table = facts.table("comparisons")
    rows = table[(table["indicator_id"] == indicator) & table["preferred"] & table["comparable"]]
    if rows.empty:
        raise FactsError(f"no comparable value of {indicator!r} in comparisons.csv")
    coded = rows["text_value"].map({**LEVELS, **GROUPS})
    return rows.assign(value=rows["value"].fillna(coded)).dropna(subset=["value"])


def published(indicator: str, years: Iterable[int] = (), *, source: str | None = None) -> pd.Series:
    """Return one value a country: that of the first of `years` it has.

    Parameters
    ----------
    indicator
        Its identifier.
    years
        In order of preference; without any, every country must have a single value.
    source
        Keep this source only.

    Raises
    ------
    FactsError
        If no year is given and a country has several values.
    """
    rows = comparisons(indicator)
    if source:
        rows = rows[rows["source_id"] == source]
    wanted = list(years)
    if wanted:
        rows = rows[rows["year"].isin(wanted)]
        rows = rows.sort_values("year", key=lambda column: column.map(wanted.index))
        rows = rows.drop_duplicates("entity")
    if rows["entity"].duplicated().any():
        raise FactsError(f"{indicator}: several values a country; say which years are wanted")
    return facts.sourced(rows.set_index("entity")["value"].rename(indicator), rows)


def context() -> pd.DataFrame:
    """Return the study's two context tables: 11 places x 6 indicators, ratings from 1 to 3."""
    columns = [published(name, source=STUDY) for name in CONTEXT]
    return facts.sourced(pd.concat(columns, axis=1).drop(index="OCDE").sort_index(), columns)


def average(indicator: str) -> float:
    """Return the OECD average the study prints beside an indicator of its tables."""
    return float(published(indicator, source=STUDY)["OCDE"])


def said_advanced() -> list[str]:
    """Return the countries the introduction says make more of digital health than France.

    This is not the study's ranking, which stood only in a lost picture.
    """
    claims = facts.table("claims")
    said = claims[claims["claim_id"].str.startswith("pipame-en-avance-")]
    return [_ISO[code] for code in said["geography"]]


def levers() -> pd.DataFrame:
    """Return the nine levers, indexed by their number."""
    return facts.table("levers").set_index("lever")


def readings(*, wide: bool = False) -> pd.DataFrame:
    """Return the lever matrix as the text allows it: 11 places x 9 levers, illegible missing.

    Parameters
    ----------
    wide
        Also grant the countries said to be ahead the levers that the text finds in every advanced
        country. The text names neither those countries nor any rating: this is a reading.
    """
    table = levers()
    numbers = [str(lever) for lever in table.index]
    found = pd.DataFrame(index=context().index, columns=numbers, dtype=object)
    if wide:
        always = [str(lever) for lever in table.index[table["advanced_countries"].eq(True)]]
        found.loc[said_advanced(), always] = "présent"
    exported = [str(lever) for lever in table.index[table["exporters"].eq(True)]]
    found.loc["KOR", exported] = "présent"
    for lever, reading in table["france_reading"].dropna().items():
        found.loc["FRA", str(lever)] = reading
    return facts.sourced(found, STUDY)


def scores(chosen: Mapping[str, Iterable[int]], *, least: float) -> pd.DataFrame:
    """Set published scores side by side for the countries that have enough of them.

    Parameters
    ----------
    chosen
        Indicator to the years wanted, in order of preference.
    least
        Smallest share of the scores a country must have.
    """
    columns = [published(name, years) for name, years in chosen.items()]
    frame = pd.concat(columns, axis=1)
    whole = facts.table("countries").set_index("entity")["kind"] == "country"
    frame = frame[whole.reindex(frame.index, fill_value=False)]
    return facts.sourced(frame[frame.notna().mean(axis=1) >= least].sort_index(), columns)


def measures() -> pd.DataFrame:
    """Return the recommendations: ``axis``, ``label``, indexed by « axis-measure »."""
    claims = facts.table("claims")
    parts = claims["claim_id"].str.extract(r"^pipame-axe-(\d)-mesure-(\d+)$")
    rows = claims[parts[0].notna()].assign(axis=parts[0], key=parts[0] + "-" + parts[1])
    return rows.set_index("key")[["axis", "label"]]


def axes() -> dict[str, str]:
    """Return the four axes of recommendations by number."""
    claims = facts.table("claims").set_index("claim_id")
    return {str(at): str(claims.loc[f"pipame-axe-{at}", "label"]) for at in range(1, 5)}
