"""The data hold: they keep to their schema, and to what a careful statistician would check."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import yaml
from conftest import ROOT

from handbook import facts

PACKAGE = yaml.safe_load((facts.DATA / "datapackage.yaml").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
SOURCED = [
    name
    for name, resource in RESOURCES.items()
    if any(field["name"] == "source_id" for field in resource["schema"]["fields"])
]
# What a count is added over: the territories of one level make up the next.
ADDITIVE = ["msp_nb", "cds_pluripro_nb", "assistants_medicaux"]


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    described = facts.table("series").set_index("series_id")
    sources = facts.table("sources").set_index("source_id")
    frame = facts.table("observations")
    frame = frame.join(described[["kind", "cumulative", "label"]], on="series_id")
    return frame.join(sources["year"], on="source_id")


@pytest.fixture(scope="module")
def preferred(observations) -> pd.DataFrame:
    return observations[observations["preferred"]]


def none_of(frame: pd.DataFrame) -> None:
    """Fail with the faulty rows in view."""
    assert frame.empty, "\n" + frame.head(12).to_string()


def test_the_package_keeps_to_its_schema() -> None:
    from frictionless import Package

    report = Package(str(facts.DATA / "datapackage.yaml")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:12]


def test_every_table_and_column_is_described_in_french() -> None:
    bare = [
        f"{name}.{field['name']}"
        for name, resource in RESOURCES.items()
        for field in resource["schema"]["fields"]
        if not (field.get("title") and field.get("description"))
    ]
    bare += [name for name, of in RESOURCES.items() if not (of.get("title") and of["description"])]
    assert not bare
    on_disk = {path.name for path in facts.DATA.glob("*.csv")}
    assert on_disk == {resource["path"] for resource in RESOURCES.values()}


def test_every_source_is_used_and_every_fact_has_one() -> None:
    used = set().union(
        *(set(facts.table(name)["source_id"].dropna()) for name in SOURCED if name != "sources")
    )
    known = set(facts.table("sources")["source_id"])
    # series of forecasting contests are not among the facts: chapters cite them by name
    chapters = [path.read_text(encoding="utf-8") for path in ROOT.glob("notebooks/*.ipynb")]
    used |= {name for name in known - used if any(name in text for text in chapters)}
    assert used == known, sorted(used ^ known)


def test_addresses_are_the_publishers_own() -> None:
    addresses = facts.table("sources")["address"].dropna()
    relays = (
        r"static\d|preprod|v2-dev|\bdev\.|ezproxy|proxy\.php|gouv\.fr\.|123dok|doczz|fdocuments"
    )
    relays += r"|studylib|pdfslide|slideshare|readkong|dayfr|agglotv|readnow|utm_"
    assert addresses[addresses.str.contains(relays)].tolist() == []
    assert addresses[~addresses.str.fullmatch(r"https?://[^\s]+")].tolist() == []


@pytest.mark.parametrize("name", sorted(set(RESOURCES) - {"claims", "strategy_items"}))
def test_texts_are_french_typography(name: str) -> None:
    texts = facts.table(name).select_dtypes("str").drop(columns="address", errors="ignore")
    wrong = r"'| [;:!?»%]|\d €|« |  |\d \d{3}\b|\bl\. ?\d|\bextrait (?:indexé|servi)"
    for column in texts:
        found = texts[column].dropna()
        assert found[found.str.contains(wrong)].unique()[:5].tolist() == [], column


# Observations -------------------------------------------------------------------------------


def test_one_preferred_value_at_most_and_a_reason_for_each_other(observations) -> None:
    key = ["series_id", "geography", "date"]
    chosen = observations[observations["preferred"]]
    none_of(chosen[chosen.duplicated(key, keep=False)])
    none_of(observations[~observations["preferred"] & observations["reason"].isna()])
    none_of(chosen[chosen["reason"].notna()])


def test_what_is_not_a_finding_is_never_preferred(observations) -> None:
    barred = observations["status"].isin(["carried", "announced", "erroneous", "illegible"])
    none_of(observations[barred & observations["preferred"]])
    illegible = observations["status"] == "illegible"
    none_of(observations[illegible != observations["value"].isna()])


def test_values_are_in_the_unit_of_their_series() -> None:
    units = facts.table("series").set_index("series_id")["unit"]
    for name in ("observations", "targets"):
        frame = facts.table(name)
        none_of(frame[frame["unit"] != frame["series_id"].map(units)])


def test_shares_are_shares_and_counts_are_not_negative(observations) -> None:
    shares = observations[observations["kind"] == "share"]
    none_of(shares[~shares["value"].between(0, 100)])
    counts = observations[observations["kind"].isin(["stock", "flow"])]
    none_of(counts[counts["value"] < 0])
    whole = counts[~counts["unit"].isin(["millions", "M€", "Md€"])]
    none_of(whole[whole["value"] % 1 != 0])


def test_dates_end_their_period_and_tell_the_year_published(observations) -> None:
    day = observations["date"]
    ends = {
        "month": day == day + pd.offsets.MonthEnd(0),
        "year": (day.dt.strftime("%m-%d") == "12-31")
        | observations["label"].str.contains("au 1er janvier"),
        "week": day.dt.day_of_week == 6,
        "school_year": day.dt.strftime("%m-%d") == "08-31",
    }
    for precision, at_end in ends.items():
        none_of(observations[(observations["precision"] == precision) & ~at_end])
    years = observations["date_text"].str.findall(r"\d{4}").str[-1].astype(int)
    telling = observations["date_text"] != "hiver 2020-2021"
    none_of(observations[telling & (years != day.dt.year)])


def test_nothing_is_observed_after_its_source_appeared(observations) -> None:
    ahead = observations["date"].dt.year > observations["year"]
    said = (observations["status"] == "announced") | (observations["precision"] == "school_year")
    none_of(observations[ahead.fillna(False).astype(bool) & ~said])


@pytest.mark.parametrize("series_id", ADDITIVE)
def test_regions_make_up_the_nation(series_id: str) -> None:
    nation, regions = facts.series(series_id), facts.panel(series_id).dropna()
    assert regions.shape[1] == 18
    dates = nation.index.intersection(regions.index)
    assert len(dates) >= 2
    gap = regions.loc[dates].sum(axis="columns") - nation[dates]
    assert gap[gap != 0].to_dict() == {}


def test_departements_make_up_their_regions() -> None:
    regions = facts.panel("msp_nb", "region")
    departements = facts.panel("msp_nb", "departement")
    assert departements.shape[1] == 101
    parents = facts.geographies("departement").set_index("code")["parent"]
    sums = departements.T.groupby(parents).sum(min_count=1).T
    gap = sums - regions.loc[sums.index, sums.columns]
    assert gap.columns[(gap != 0).any()].tolist() == []


@pytest.mark.parametrize(
    ("target_id", "total"), [("msp_nb_cible", 4000), ("cds_pluripro_nb_cible", 700)]
)
def test_targets_add_up_too(target_id: str, total: int) -> None:
    rows = facts.table("targets")
    rows = rows[(rows["target_id"] == target_id) & rows["preferred"]].join(
        facts.geographies().set_index("code")["level"], on="geography"
    )
    assert set(rows.groupby("level")["value"].sum()) == {total}


def test_a_target_with_several_dates_says_who_gives_each_and_keeps_one() -> None:
    rows = facts.table("targets")
    key = ["target_id", "geography", "date"]
    none_of(rows[rows["preferred"] & rows[rows["preferred"]].duplicated(key, keep=False)])
    nation = rows[rows["geography"] == "FR"].set_index("target_id")
    for target_id, years in (
        ("msp_nb_cible", [2026, 2026, 2027, 2027, 2027]),
        ("assistants_medicaux_cible", [2024, 2025, 2026]),
    ):
        told = nation.loc[target_id].sort_values("date")
        assert told["date"].dt.year.tolist() == years
        assert told["said_by"].notna().all()
        assert len(set(told["value"])) == 1
        assert told["preferred"].sum() == 1
    assert facts.target("msp_nb").date == facts.target("assistants_medicaux").date


def test_cumulative_counts_never_fall_unexplained(preferred) -> None:
    counts = preferred[preferred["cumulative"]].sort_values("date")
    change = counts.groupby(["series_id", "geography"])["value"].diff()
    none_of(counts[(change < 0) & counts["note"].isna()])


def test_a_jump_between_neighbouring_dates_is_explained(preferred) -> None:
    """A count that doubles or halves within a year is a slip until somebody says why."""
    rows = preferred[preferred["series_id"].isin(facts_for_models())].sort_values("date")
    groups = rows.groupby(["series_id", "geography"])
    before, gap = groups["value"].shift(), groups["date"].diff().dt.days
    ratio = rows["value"] / before
    large = rows["value"].combine(before, max) >= 30
    jump = large & (gap < 400) & ((ratio > 2) | (ratio < 0.5))
    none_of(rows[jump & rows["note"].isna()])


def facts_for_models() -> set[str]:
    described = facts.table("series")
    return set(described.loc[described["modelling"] == "oui", "series_id"])


def test_what_feeds_a_model_has_enough_to_feed_it() -> None:
    held = facts.table("observations")
    for series_id in facts_for_models():
        values = facts.series(series_id, modelling=True)
        assert len(values) >= 4, series_id
        assert values.index.is_monotonic_increasing
        rows = held[(held["series_id"] == series_id) & held["date"].isin(values.index)]
        assert "low" not in set(rows.loc[rows["preferred"], "confidence"]), series_id


# The other tables ---------------------------------------------------------------------------


def test_targets_and_projections_are_never_among_observations(observations) -> None:
    observed = set(observations["series_id"])
    assert observed.isdisjoint(facts.table("targets")["target_id"])
    assert observed.isdisjoint(facts.table("projections")["projection_id"])
    assert not [name for name in observed if re.search(r"_(cible|objectif|proj\d*)$", name)]


def test_bounds_are_in_order_and_something_is_given() -> None:
    frame = facts.table("parameters")
    none_of(frame[(frame["low"] > frame["central"]) | (frame["central"] > frame["high"])])
    none_of(frame[frame["low"] > frame["high"]])
    none_of(frame[frame[["low", "central", "high"]].isna().all(axis="columns")])


def test_comparisons_keep_one_value_and_say_what_is_not_comparable() -> None:
    frame = facts.table("comparisons")
    chosen = frame[frame["preferred"]]
    none_of(chosen[chosen.duplicated(["indicator_id", "entity", "year"], keep=False)])
    none_of(frame[~(frame["preferred"] & frame["comparable"]) & frame["reason"].isna()])
    none_of(frame[frame["value"].isna() == frame["text_value"].isna()])
    share = frame["unit"].str.startswith("%")
    none_of(frame[share & ~frame["value"].between(0, 100)])


def test_licensed_physicians_are_never_compared_with_practising_ones() -> None:
    ranking = facts.table("indicators").set_index("indicator_id")["ranking"]
    assert set(ranking[["medecins_oms", "infirmiers_oms", "generalistes_oms"]]) == {"non"}


def test_lost_levers_stay_lost() -> None:
    levers = facts.table("levers").set_index("lever")
    lost = levers["name_status"] == "illisible"
    assert list(levers.index[lost]) == [3, 4, 8]
    assert levers.loc[lost, ["name", "france_reading"]].isna().all(axis=None)


def test_a_slip_in_a_market_figure_is_kept_as_a_slip() -> None:
    markets = facts.table("markets")
    none_of(markets[~markets["usable"] & markets["reason"].isna()])
    slip = markets[markets["value"] >= 1000].query("unit == 'Md USD'")
    assert set(slip["nature"]) == {"erroneous"}
    assert not slip["usable"].any()


def test_judgements_on_the_networks_note_are_complete_and_ordered() -> None:
    items = facts.table("strategy_items").set_index("claim_id")["kind"]
    risks, choices = (list(items.index[items == kind]) for kind in ("risque", "recommandation"))
    coverage = facts.table("strategy_coverage")
    pairs = set(zip(coverage["risk_id"], coverage["item_id"], strict=True))
    assert pairs == {(risk, choice) for risk in risks for choice in choices}
    needs = facts.table("strategy_dependencies")
    assert set(needs["item_id"]) | set(needs["needs_id"]) <= set(choices)
    kpis = facts.table("strategy_kpis")
    assert set(kpis["claim_id"]) == set(choices)
    none_of(kpis[kpis["series_id"].isna() != (kpis["relation"] == "aucune")])
    ranges = facts.table("strategy_ranges")
    none_of(ranges[(ranges["low"] > ranges["central"]) | (ranges["central"] > ranges["high"])])
    futures = facts.table("strategy_futures")
    assert (futures.groupby("future_id")["series_id"].nunique() == 2).all()
