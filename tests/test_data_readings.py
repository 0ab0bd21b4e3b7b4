"""The readings by département add up to what their publishers print, and editions keep apart."""

from __future__ import annotations

import pandas as pd
import pytest

from handbook import facts

EVERY = facts.observations()
DEPARTEMENTS = set(facts.geographies("departement")["code"])
MAYOTTE = "DEP-976"


def sums(series_id: str, edition: str | None = None) -> pd.Series:
    """Return the sum of a series over the départements, by ISO date."""
    panel = facts.panel(series_id, "departement", edition=edition)
    total = panel.sum(axis="columns")
    total.index = total.index.strftime("%Y-%m-%d")
    return total


# Published totals ---------------------------------------------------------------------------


@pytest.mark.parametrize("series_id", ["pop_total", "pop_65p", "pop_75p"])
def test_departements_make_up_the_population_of_the_nation(series_id: str) -> None:
    """Where editions agree, to the unit; before 2014 the nation's count leaves Mayotte out too."""
    nation = facts.series(series_id)
    nation.index = nation.index.strftime("%Y-%m-%d")
    total = sums(series_id, "insee-2026" if series_id != "pop_75p" else None)
    dates = [date for date in total.index if series_id != "pop_75p" or date < "2023"]
    assert len(dates) == {"pop_total": 15, "pop_65p": 12, "pop_75p": 11}[series_id]
    assert (total[dates] - nation[dates]).to_dict() == dict.fromkeys(dates, 0)


@pytest.mark.parametrize(
    ("series_id", "edition", "published"),
    [
        ("pop_total", "insee-2024-12", {"2023": 68246082, "2024": 68436616, "2025": 68605616}),
        (
            "pop_total",
            "insee-2026",
            {"2022": 68060207, "2023": 68404843, "2024": 68638377, "2025": 68851996},
        ),
        ("pop_65p", "insee-2024-12", {"2022": 14206987, "2025": 14924665}),
        ("pop_65p", "insee-2026", {"2026": 15339252}),
        ("pop_75p", "insee-2024-12", {"2022": 6584621}),
    ],
)
def test_each_edition_has_its_own_totals(
    series_id: str, edition: str, published: dict[str, int]
) -> None:
    total = sums(series_id, edition)
    assert {year: total[f"{year}-01-01"] for year in published} == published


def test_the_oldest_of_2022_are_all_counted() -> None:
    published = {"pop_total": 68060207, "pop_65p": 14206987, "pop_75p": 6584621, "pop_85p": 2272576}
    held = {name: facts.figure(name, "2022-01-01").value for name in published}
    assert held == published


def test_the_revised_series_of_physicians_is_the_one_followed() -> None:
    for name in ("med_total", "mg_total", "spe_total"):
        values = facts.series(name)["2012":]
        assert list(values.index.year) == list(range(2012, 2027))
        assert set(values.attrs["editions"].values()) == {"drees-rpps-2026"}
    every = facts.series("med_total") - facts.series("mg_total") - facts.series("spe_total")
    assert every.abs().max() == 0


def test_a_few_physicians_of_the_nation_are_in_no_departement() -> None:
    nation = facts.series("med_total")
    departements = facts.panel("med_total", "departement")
    left = nation[departements.index] - departements.sum(axis="columns")
    assert list(departements.index.year) == list(range(2012, 2027))
    assert (left.min(), left.max()) == (4, 34)
    assert left["2026-01-01"] == 22


@pytest.mark.parametrize(
    ("series_id", "published"),
    [
        ("mg_lib", 55546),
        ("mg_lib_hors_mep", 51775),
        ("mg_lib_mep", 3771),
        ("med_lib", 112159),
        ("inf_lib", 99023),
        ("kine_lib", 82101),
    ],
)
def test_professions_add_up_to_the_national_line_of_the_health_insurance(
    series_id: str, published: int
) -> None:
    assert sums(series_id).to_dict() == {"2024-12-31": published}


def test_general_practitioners_are_those_with_and_without_a_special_practice() -> None:
    for edition in ("cnam-snir", "cnam-amos", "cnam-data-2024"):
        whole, without, special = (
            facts.panel(name, "departement", edition=edition)
            for name in ("mg_lib", "mg_lib_hors_mep", "mg_lib_mep")
        )
        assert whole.equals(without + special), edition


def test_accessibility_has_the_totals_of_its_publisher() -> None:
    low = facts.panel("apl_mg_pop_sous_2_5", "departement")
    assert low.sum(axis="columns").tolist() == [12341978]
    reach = facts.panel("apl_mg", "departement", edition=("apl-2021", "apl-2022", "apl-2022-2024"))
    assert list(reach.index.year) == [2021, 2022, 2023, 2024]
    weights = facts.panel("pop_total", "departement").loc["2024-01-01", reach.columns]
    means = (reach * weights).sum(axis="columns") / weights.sum()
    # published for France, weighted by standardised population: 3.81, then 3.79, 3.74 and 3.72
    assert means.round(2).tolist() == pytest.approx([3.81, 3.79, 3.74, 3.72], abs=0.03)
    share = facts.panel("apl_mg_pop_sous_2_5_pct", "departement").loc["2024-12-31"]
    rebuilt = 100 * low.loc["2024-12-31"] / weights
    assert (share - rebuilt).abs().max() < 2  # the population of the file is not that of 2024
    assert ((share == 0) == (rebuilt == 0)).all()


@pytest.mark.parametrize(
    ("series_id", "published"),
    [
        (
            "assistants_medicaux",
            {"2022-12-31": 3827, "2023-11-30": 5355, "2023-12-31": 5808, "2025-11-30": 8971},
        ),
        (
            "cds_pluripro_nb",
            {
                f"{2017 + k}-12-31": n
                for k, n in enumerate([374, 398, 425, 454, 522, 582, 638, 673])
            },
        ),
    ],
)
def test_counts_of_the_barometer_add_up(series_id: str, published: dict[str, int]) -> None:
    assert sums(series_id).to_dict() == published
    nation = facts.table("observations").query("series_id == @series_id and geography == 'FR'")
    held = set(zip(nation["date"].dt.strftime("%Y-%m-%d"), nation["value"], strict=True))
    assert set(published.items()) <= held


@pytest.mark.parametrize("series_id", ["cds_pluripro_nb", "assistants_medicaux", "msp_nb"])
def test_departements_make_up_the_regions_that_are_published(series_id: str) -> None:
    regions = facts.panel(series_id, "region")
    parents = facts.geographies("departement").set_index("code")["parent"]
    added = facts.panel(series_id, "departement").T.groupby(parents).sum(min_count=1).T
    dates = added.index.intersection(regions.index)
    assert len(dates) >= 3
    gap = added.loc[dates] - regions.loc[dates, added.columns]
    assert gap.fillna(0).eq(0).all(axis=None)
    assert gap.notna().sum().sum() >= 0.9 * gap.size


# Coverage -----------------------------------------------------------------------------------


def test_every_reading_has_its_departements_and_says_who_is_missing() -> None:
    counts = facts.table("reading_values").groupby("reading_id")["geography"].agg(set)
    readings = facts.table("readings").set_index("reading_id")
    assert set(counts.index) == set(readings.index)
    for name, held in counts.items():
        missing = DEPARTEMENTS - held
        row = readings.loc[name]
        before_mayotte = row["series_id"].startswith("pop_") and row["date"].year < 2014
        told = before_mayotte or not row["preferred"] or pd.notna(row["note"])
        assert not missing or told, (name, sorted(missing)[:5])
        if "absent" in str(row["note"]):
            assert MAYOTTE in missing


def test_the_carried_count_of_centres_is_no_reading() -> None:
    rows = EVERY[(EVERY["series_id"] == "cds_pluripro_nb") & (EVERY["date"] == "2025-12-31")]
    assert set(rows["status"]) <= {"carried"}
    assert not rows["preferred"].any()


# Editions -----------------------------------------------------------------------------------


def test_two_editions_are_refused_until_one_is_named() -> None:
    with pytest.raises(facts.FactsError, match=r"several editions.*insee-2024-12.*insee-2026"):
        facts.panel("pop_65p", "departement")
    with pytest.raises(facts.FactsError, match="several editions"):
        facts.series("pop_65p", "DEP-35")
    old = facts.panel("pop_65p", "departement", edition="insee-2024-12")
    assert old.index[-1] == pd.Timestamp("2025-01-01")
    assert set(old.attrs["editions"].values()) == {"insee-2024-12"}
    assert old.attrs["other_editions"] == ("insee-2026",)
    both = facts.panel("pop_65p", "departement", edition=("insee-2026", "insee-2024-12"))
    assert len(both) == len(old) + 1
    assert both.attrs["editions"]["2026-01-01"] == "insee-2026"


def test_a_panel_is_of_one_edition_and_names_those_it_leaves_out() -> None:
    for series_id in facts.table("readings")["series_id"].unique():
        if series_id == "pop_65p":
            continue
        panel = facts.panel(series_id, "departement")
        assert len(set(panel.attrs["editions"].values())) <= 1, series_id
    reach = facts.panel("apl_mg", "departement")
    assert list(reach.index.year) == [2023, 2024]
    assert reach.attrs["other_editions"] == ("apl-2021", "apl-2022")
    assert facts.panel("apl_mg", "departement", edition="apl-2021").shape == (1, 100)
    with pytest.raises(facts.FactsError, match=r"unknown edition.*nearest: .*apl-2021"):
        facts.panel("apl_mg", "departement", edition="apl-2012")


def test_of_two_editions_on_a_date_the_one_named_first_is_kept() -> None:
    new, old = "insee-2026", "insee-2024-12"
    first = facts.series("pop_total", "DEP-35", edition=(old, new))
    second = facts.series("pop_total", "DEP-35", edition=(new, old))
    assert first.index.equals(second.index)
    assert first["2025-01-01"] == facts.figure("pop_total", "2025", "DEP-35", edition=old).value
    assert second["2025-01-01"] == facts.figure("pop_total", "2025", "DEP-35").value
    assert first["2025-01-01"] < second["2025-01-01"]


def test_a_comparison_of_two_editions_is_refused() -> None:
    latest = facts.latest("pop_65p", "DEP-35")
    before = facts.figure("pop_65p", "2025-01-01", "DEP-35")
    assert (latest.edition, before.edition) == ("insee-2026", "insee-2024-12")
    with pytest.raises(facts.FactsError, match="differ by their edition: insee-2026 and insee-20"):
        facts.compare(latest, before, across="date")
    assert facts.compare(latest, before, across=("date", "edition")).change > 0
    nation = facts.figure("pop_65p", "2025-01-01")
    with pytest.raises(facts.FactsError, match="edition"):
        facts.compare(before, nation, across="geography")
    old = facts.figure("pop_65p", "2012-01-01", "DEP-35")  # final: common to all editions
    assert facts.compare(latest, old, across="date").change > 0
    panel = facts.panel("pop_65p", "departement", edition="insee-2024-12")
    with pytest.raises(facts.FactsError, match="edition"):
        facts.compare(panel["DEP-35"], facts.series("pop_65p"), at="2025-01-01", across="geography")


def test_every_edition_is_used_and_every_passed_over_reading_says_why() -> None:
    used = set(EVERY["edition"].dropna())
    assert used == set(facts.table("editions")["edition_id"])
    key = ["series_id", "geography", "date"]
    chosen = EVERY[EVERY["preferred"]]
    assert not chosen.duplicated(key).any()
    assert not EVERY.duplicated([*key, "source_id", "edition", "value"]).any()
    assert EVERY.loc[~EVERY["preferred"], "reason"].notna().all()
    assert EVERY.loc[EVERY["preferred"], "reason"].isna().all()


# Regions ------------------------------------------------------------------------------------


def test_a_region_that_nobody_publishes_is_the_sum_of_its_departements() -> None:
    regions = facts.panel("med_total", "region")
    departements = facts.panel("med_total", "departement")
    assert regions.attrs["summed_from"] == "departement"
    assert regions.shape == (15, 18)
    assert regions.sum(axis="columns").equals(departements.sum(axis="columns"))
    brittany = departements[["DEP-22", "DEP-29", "DEP-35", "DEP-56"]].sum(axis="columns")
    assert regions["REG-53"].tolist() == brittany.tolist()
    assert facts.panel("msp_nb", "region").attrs["summed_from"] == ""
    with pytest.raises(facts.FactsError, match="no value at level region"):
        facts.panel("apl_mg", "region")  # a mean is not added


def test_a_region_that_lacks_a_departement_has_no_sum() -> None:
    population = facts.panel("pop_total", "region")
    assert population["REG-06"].isna().sum() == 2  # Mayotte, before 2014
    low = facts.panel("apl_mg_pop_sous_2_5", "region")
    assert "REG-06" not in low.dropna(axis="columns")
    assert low.drop(columns="REG-06").notna().all(axis=None)
