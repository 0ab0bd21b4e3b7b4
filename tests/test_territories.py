"""Territories: found by every way of writing them, and compared on one edition only."""

from __future__ import annotations

import dataclasses
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook import facts
from handbook.facts import MixedBasesError, Rate, TerritoryError

PLACES = facts.geographies().fillna("").to_dict("records")
OVERSEAS = {"Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"}


def unaccented(text: str) -> str:
    kept = unicodedata.normalize("NFD", text)
    return "".join(one for one in kept if not unicodedata.combining(one))


WRITTEN = [
    str,
    str.lower,
    str.upper,
    unaccented,
    lambda text: unaccented(text).lower(),
    lambda text: text.replace("-", " "),
    lambda text: text.replace("’", "'"),
    lambda text: text.replace("-", "").replace(" ", ""),
    lambda text: f"  {text.replace(' ', '  ')} ",
    lambda text: text.replace("Saint", "St"),
]


# ---- names


@given(st.sampled_from(PLACES), st.lists(st.sampled_from(WRITTEN), max_size=4))
def test_every_way_of_writing_a_name_or_a_code_finds_its_territory(place, ways) -> None:
    for text in (place["name"], place["code"], place["code"].split("-")[-1]):
        written = text
        for way in ways:
            written = way(written)
        assert facts.territory(written, place["level"]).code == place["code"]


@given(st.sampled_from(PLACES), st.sampled_from(["le ", "la ", "les ", "l’", "L'", "du "]))
def test_an_article_does_not_matter(place, article: str) -> None:
    assert facts.territory(article + place["name"], place["level"]).code == place["code"]


@given(st.text(max_size=30))
def test_any_text_finds_a_territory_or_is_refused_by_name(text: str) -> None:
    try:
        found = facts.territory(text)
    except TerritoryError as error:
        suggestions = error.nearest
        assert len(suggestions) <= 3
    else:
        assert facts.territory(found.code) == found


def test_a_bare_number_is_a_departement_unless_the_level_is_said() -> None:
    assert facts.territory("53").name == "Mayenne"
    for text in ("REG-53", "région 53", "Region 53"):
        assert facts.territory(text).name == "Bretagne"
    assert facts.territory("53", "region").name == "Bretagne"
    assert facts.territory(1).name == "Ain"  # as a spreadsheet leaves it
    numbers = [place["code"] for place in PLACES if place["level"] == "region"]
    for code in numbers:
        bare = code.removeprefix("REG-")
        assert facts.territory(bare).code == f"DEP-{bare}"


def test_an_overseas_name_is_the_departement_unless_the_level_is_said() -> None:
    same = {place["name"] for place in PLACES if place["level"] == "region"} & {
        place["name"] for place in PLACES if place["level"] == "departement"
    }
    assert same == OVERSEAS
    for name in same:
        assert facts.territory(name).level == "departement"
        assert facts.territory(f"région {name}").level == "region"


def test_a_territory_says_what_it_is_and_cannot_change() -> None:
    brittany, france = facts.territory("Bretagne"), facts.territory("france")
    assert brittany.departements == ("DEP-22", "DEP-29", "DEP-35", "DEP-56")
    assert (brittany.level, brittany.parent, brittany.number) == ("region", "FR", "53")
    assert len(france.departements) == 101
    assert facts.territory("35").departements == ("DEP-35",)
    assert facts.territory("35").parent == "REG-53"
    assert str(facts.territory("2a")) == "Corse-du-Sud (2A)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        brittany.name = "Breizh"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("vilaine", "Ille-et-Vilaine (35)"),
        ("ile et vilaine", "Ille-et-Vilaine (35)"),
        ("Bretagnes", "Bretagne (53)"),
        ("Saone", "Haute-Saône (70)"),
        ("finistaire", "Finistère (29)"),
    ],
)
def test_what_is_unsure_is_refused_with_the_nearest(text: str, first: str) -> None:
    with pytest.raises(TerritoryError, match="no territory is called") as refused:
        facts.territory(text)
    assert refused.value.nearest[0] == first
    assert first in str(refused.value)


def test_a_name_of_another_level_is_suggested() -> None:
    with pytest.raises(TerritoryError, match=r"no region .* nearest: Mayenne \(53\)"):
        facts.territory("Mayenne", "region")
    with pytest.raises(TerritoryError, match="one of departement, region, nation"):
        facts.territory("Mayenne", "commune")


# ---- figures


def one(frame: pd.DataFrame, code: str) -> pd.Series:
    (row,) = frame[frame["code"] == code].to_dict("records")
    return pd.Series(row)


def read(series: str, date: str, edition: str | None = None) -> pd.Series:
    """Return the observations of a date by territory, straight from the table."""
    rows = facts.observations()
    rows = rows[(rows["series_id"] == series) & (rows["date"] == pd.Timestamp(date))]
    rows = rows[rows["edition"] == edition] if edition else rows
    return rows.set_index("geography")["value"]


def test_a_frame_has_one_row_an_indicator_and_a_territory() -> None:
    frame = facts.territories(["msp_nb", Rate("msp_nb")])
    assert len(frame) == 2 * len(PLACES)
    assert not frame.duplicated(["indicator", "code"]).any()
    assert "barometre-2026" in frame.attrs["source_ids"]
    assert (frame["date"] == frame["date"].iloc[0]).all()


def test_a_rate_is_the_quotient_at_the_nearest_date_of_one_edition() -> None:
    row = one(facts.territories([Rate("mg_lib", label="Généralistes")]), "DEP-35")
    top = read("mg_lib", "2024-12-31")["DEP-35"]
    below = read("pop_total", "2025-01-01", "insee-2026")["DEP-35"]
    assert row["value"] == pytest.approx(100_000 * top / below)
    assert (row["date"], row["over_date"]) == (
        pd.Timestamp("2024-12-31"),
        pd.Timestamp("2025-01-01"),
    )
    assert row["label"] == "Généralistes"
    assert set(row["source_ids"].split(";")) == {
        "cnam-effectifs-densites-2024",
        "insee-population-departements-2026",
    }


def test_a_share_of_inhabitants_takes_both_counts_from_one_edition() -> None:
    frame = facts.territories([Rate("pop_75p", per=100)])
    row = one(frame, "DEP-75")
    part, whole = (
        read(series, "2025-01-01", "insee-2024-12")["DEP-75"] for series in ("pop_75p", "pop_total")
    )
    assert row["value"] == pytest.approx(100 * part / whole)
    assert row["unit"] == "%"
    # the other edition of that date would have given something else
    other = read("pop_total", "2025-01-01", "insee-2026")["DEP-75"]
    assert row["value"] != pytest.approx(100 * part / other)


def test_regions_have_what_is_published_or_the_sum_and_nothing_with_a_part_missing() -> None:
    frame = facts.territories(["msp_nb", "med_total", "apl_mg_pop_sous_2_5"], across="basis")
    assert set(frame[frame["indicator"] == "msp_nb"]["how"]) == {"observé"}
    physicians = frame[frame["indicator"] == "med_total"].set_index("code")
    for place in PLACES:
        if place["level"] == "region":
            below = [p["code"] for p in PLACES if p["parent"] == place["code"]]
            assert physicians["value"][place["code"]] == physicians["value"][below].sum()
            assert physicians["how"][place["code"]] == "somme"
    short = frame[frame["indicator"] == "apl_mg_pop_sous_2_5"].set_index("code")
    assert np.isnan(short["value"]["REG-06"])
    assert short["how"]["REG-06"] == "inconnu"
    assert short["source_ids"]["REG-06"] == ""


def test_a_share_of_regions_is_unknown_unless_its_weighted_mean_is_meant() -> None:
    plain = facts.territories(["apl_mg"]).set_index("code")
    assert plain.loc["REG-53", ["how"]].item() == "inconnu"
    meant = facts.territories(["apl_mg"], weighted=["apl_mg"]).set_index("code")
    codes = list(facts.territory("Bretagne").departements)
    weights = read("pop_total", "2025-01-01", "insee-2026")[codes]
    expected = np.average(meant["value"][codes], weights=weights)
    assert meant["value"]["REG-53"] == pytest.approx(expected)
    assert meant["how"]["REG-53"] == "moyenne pondérée"
    assert "insee-population-departements-2026" in meant["source_ids"]["REG-53"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([Rate("mg_lib", over="med_total", per=100)], "cnam-data-2024 does not give « med_total »"),
        (["pop_total", "pop_75p"], "of insee-2026 and of insee-2024-12"),
        (["mg_lib", "med_total"], "of cnam-data-2024 and of drees-rpps-2026"),
    ],
)
def test_two_editions_or_registers_are_refused(asked, said: str) -> None:
    with pytest.raises(MixedBasesError, match=said):
        facts.territories(asked)


def test_two_registers_stand_side_by_side_when_that_is_meant() -> None:
    frame = facts.territories(["mg_lib", "med_total"], across="basis")
    assert set(frame["edition"]) == {"cnam-data-2024", "drees-rpps-2026"}


def test_what_is_no_count_is_not_divided_and_what_is_unknown_is_named() -> None:
    with pytest.raises(facts.FactsError, match="is no count to divide"):
        facts.territories([Rate("apl_mg")])
    with pytest.raises(facts.FactsError, match="nearest: msp_nb"):
        facts.territories(["msp_n"])
    with pytest.raises(facts.FactsError, match="at least one indicator"):
        facts.territories([])
    with pytest.raises(facts.FactsError, match="no value by département until 1990"):
        facts.territories(["msp_nb"], "1990-01-01")


def test_nothing_later_than_the_date_is_read() -> None:
    frame = facts.territories(["msp_nb", "pop_total"], "2020-03-01", across="basis")
    assert frame["date"].max() <= pd.Timestamp("2020-03-01")
    assert sorted(frame["date"].dt.strftime("%Y-%m-%d").unique()) == ["2019-12-31", "2020-01-01"]


def test_a_series_is_read_by_the_name_of_its_territory() -> None:
    brittany = facts.series("msp_nb", "Bretagne")
    assert brittany.equals(facts.series("msp_nb", "REG-53"))
    assert brittany.attrs["geography"] == "REG-53"
    assert facts.latest("msp_nb", "bretagne") == facts.latest("msp_nb", "REG-53")
    assert facts.target("msp_nb", "france").geography == "FR"
    with pytest.raises(facts.FactsError, match="unknown geography « Bretage »; nearest: Bretagne"):
        facts.series("msp_nb", "Bretage")
