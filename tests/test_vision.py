"""The catalogue of the 2032 scenario: whole, linked, placed in the text, and judged as such."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from prevention_case import ranges

from handbook import facts, strategy
from handbook.economics import prevention
from handbook.facts import catalogue

# Counted in the printed lists that close the scenes.
OBSTACLES = dict(
    zip(
        ["11", "12", "21", "22", "23", "31", "32", "41", "42"],
        (6, 8, 5, 6, 8, 3, 5, 7, 5),
        strict=True,
    )
)
TABLES = ("measures", "principles", "obstacles")


@pytest.fixture(scope="module")
def vision() -> dict[str, pd.DataFrame]:
    names = ("scenes", "actors", "roles", "links", "references", "timeline", *TABLES)
    return {name: facts.table(f"vision_{name}") for name in names}


def test_every_scene_has_measures_principles_and_its_printed_obstacles(vision) -> None:
    assert [f"{row.act}{row.scene}" for row in vision["scenes"].itertuples()] == list(OBSTACLES)
    counted = Counter(vision["obstacles"]["scene_id"])
    assert counted == {f"A{key[0]}S{key[1]}": many for key, many in OBSTACLES.items()}
    for name in TABLES:
        assert set(vision[name]["scene_id"]) == set(vision["scenes"]["scene_id"]), name


def test_the_obstacle_counts_are_those_of_the_claims(vision) -> None:
    claims = facts.table("claims").set_index("claim_id")["value"]
    for scene, many in Counter(vision["obstacles"]["scene_id"]).items():
        assert claims[f"innovation-scene-{scene[1]}-{scene[3]}"] == many


@pytest.mark.parametrize("name", TABLES)
def test_identifiers_tell_the_scene_and_the_rank(vision, name: str) -> None:
    frame = vision[name]
    key = f"{name[:-1]}_id"
    letter = name[0].upper()
    told = frame["scene_id"] + f"-{letter}" + frame["rank"].astype(str).str.zfill(2)
    assert frame[key].tolist() == told.tolist()
    assert frame["title"].is_unique
    for _, rows in frame.groupby("scene_id"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("name", [*TABLES, "references"])
def test_locators_place_the_row_in_its_scene(vision, name: str) -> None:
    frame = vision[name]
    scene = frame["from_scene_id" if name == "references" else "scene_id"]
    start = "acte " + scene.str[1] + ", scène " + scene.str[3] + ", "
    assert [a.startswith(b) for a, b in zip(frame["locator"], start, strict=True)].count(False) == 0


def test_a_dated_measure_has_a_year_before_the_horizon_and_no_other_has(vision) -> None:
    measures = vision["measures"]
    assert (measures["year"].notna() == measures["dated"]).all()
    assert measures.loc[measures["dated"], "year"].between(2022, 2031).all()
    assert measures.loc[measures["dated"], "claim_id"].notna().all()


def test_claims_are_of_this_document_and_of_the_same_scene(vision) -> None:
    claims = facts.table("claims").set_index("claim_id")
    measures = vision["measures"].dropna(subset=["claim_id"])
    told = claims.loc[measures["claim_id"]]
    assert set(told["source_id"]) == {"innovation-days-2032"}
    at = measures["scene_id"].map(lambda scene: f"acte {scene[1]}, scène {scene[3]}")
    elsewhere = {"innovation-parlement-creation"}  # told on the back cover too
    for claim, where, here in zip(told.index, told["locator"], at, strict=True):
        assert here in where or claim in elsewhere, (claim, where, here)


def test_every_measure_has_one_bearer_at_least_and_an_unnamed_one_stands_alone(vision) -> None:
    roles = vision["roles"]
    bearers = roles[roles["role"] == "pilote"].groupby("measure_id")["actor_id"].agg(list)
    assert set(bearers.index) == set(vision["measures"]["measure_id"])
    assert all(len(names) == 1 for names in bearers if "non-nomme" in names)
    assert set(roles["actor_id"]) == set(vision["actors"]["actor_id"])
    unnamed = vision["measures"].set_index("measure_id")["who"] == "non précisé"
    without = {measure for measure, names in bearers.items() if names == ["non-nomme"]}
    assert set(unnamed.index[unnamed]) - without <= {"A2S2-M15"}


def test_judged_links_join_what_their_relation_says(vision) -> None:
    links = vision["links"]
    needs = links["relation"] == "needs"
    assert (links["obstacle_id"].isna() == needs).all()
    assert (links["needed_measure_id"].notna() == needs).all()
    assert not links.duplicated(
        ["relation", "measure_id", "obstacle_id", "needed_measure_id"]
    ).any()
    blocks = links[links["relation"] == "blocks"]
    assert (blocks["measure_id"].str[:4] == blocks["obstacle_id"].str[:4]).all()
    assert set(blocks["obstacle_id"]) == set(vision["obstacles"]["obstacle_id"])
    both = links[~needs].duplicated(["measure_id", "obstacle_id"], keep=False)
    told = links[~needs][both].sort_values(["obstacle_id", "measure_id"])
    assert (told["measure_id"] + told["obstacle_id"]).value_counts().eq(2).all()


def test_needs_run_in_no_circle(vision) -> None:
    links = vision["links"]
    needs = links[links["relation"] == "needs"]
    left = set(zip(needs["measure_id"], needs["needed_measure_id"], strict=True))
    while left:
        asked = {second for _, second in left}
        free = {(first, second) for first, second in left if first not in asked}
        assert free, sorted(left)
        left -= free


def test_printed_references_are_all_there_and_one_scene_does_not_exist(vision) -> None:
    references = vision["references"]
    assert len(references) == 34  # notes printed « Acte n, scène n » in the document
    missing = references[references["to_scene_id"].isna()]
    assert missing[["from_scene_id", "to_act", "to_scene"]].to_numpy().tolist() == [["A4S1", 2, 4]]
    found = references.dropna(subset=["to_scene_id"])
    told = "A" + found["to_act"].astype(str) + "S" + found["to_scene"].astype(str)
    assert (told == found["to_scene_id"]).all()
    assert ((references["fits"] == "oui") == references["remark"].isna()).all()


def test_the_vote_adds_up() -> None:
    claims = facts.table("claims").set_index("claim_id")
    value = claims["value"]
    cast = value["innovation-vote-exprimes"]
    assert value["innovation-vote-pour"] + value["innovation-vote-contre"] == cast == 245
    assert cast <= value["innovation-vote-presents"] <= value["innovation-parlement-membres"]
    assert set(claims.loc[["innovation-vote-pour", "innovation-vote-contre"], "date"]) == {
        "2023-05-10"
    }


def test_what_happened_has_a_source_a_date_and_the_rest_says_so(vision) -> None:
    timeline = vision["timeline"]
    known = timeline["state"] != "non documenté"
    for column in ("source_id", "happened_on", "happened_text", "locator"):
        assert (timeline[column].notna() == known).all(), column
    assert (
        timeline.loc[known, "happened_on"]
        .dt.year.lt(timeline.loc[known, "promised_year"] + 1)
        .all()
    )
    dated = vision["measures"].loc[vision["measures"]["dated"], "claim_id"]
    assert set(dated) <= set(timeline["claim_id"])


# What the rooms make of the tables --------------------------------------------------------------


def test_the_catalogue_holds_every_row_once_and_no_hole(vision) -> None:
    entries = catalogue.entries()
    assert len(entries) == sum(len(vision[name]) for name in TABLES)
    assert entries["id"].is_unique
    assert not entries.isna().any(axis=None)
    assert entries["scene"].is_monotonic_increasing


def test_families_count_each_obstacle_once_or_twice(vision) -> None:
    listed = vision["obstacles"]
    first, both = (catalogue.families_by_scene(second=two) for two in (False, True))
    assert first.to_numpy().sum() == len(listed)
    assert both.to_numpy().sum() == len(listed) + listed["second_family"].notna().sum()


def test_only_actors_that_the_text_names_are_in_the_network(vision) -> None:
    nodes, edges = catalogue.network_tables()
    assert catalogue.UNNAMED not in set(nodes["id"])
    net = strategy.network(nodes, edges)
    assert set(net.nodes["kind"]) == {"actor", "measure", "obstacle"}
    assert (edges["relation"] != "carries").sum() == len(vision["links"])


def test_withdrawing_links_removes_about_that_part_and_is_repeatable() -> None:
    whole, part = catalogue.judged(), catalogue.judged(0.2, seed=3)
    assert part.equals(catalogue.judged(0.2, seed=3))
    assert not part.equals(catalogue.judged(0.2, seed=4))
    assert 0.7 < len(part) / len(whole) < 0.9
    assert set(part["link_id"]) < set(whole["link_id"])
    with pytest.raises(ValueError, match="from 0 to less than 1"):
        catalogue.judged(1.5)


def test_axes_and_enrolment_are_in_the_catalogue_where_the_text_has_them(vision) -> None:
    measures = vision["measures"].set_index("measure_id")
    assert "biomarqueurs" in measures.loc["A2S1-M12", "title"]
    assert "plateforme" in measures.loc["A1S2-M16", "title"]


def test_no_principle_forbids_what_the_text_does_not_forbid(vision) -> None:
    words = " ".join(vision["principles"]["title"])
    assert "jamais" not in words
    assert "sanction" not in words


# Promises and their thresholds ------------------------------------------------------------------


@pytest.fixture(scope="module")
def promises() -> pd.DataFrame:
    return facts.table("vision_promises").set_index("promise_id")


def test_every_promise_of_the_document_is_measured_or_told_why_not(promises) -> None:
    claims = facts.table("claims")
    claims = claims[claims["source_id"] == catalogue.DOCUMENT]
    promised = set(claims.loc[claims["kind"] == "promesse", "claim_id"])
    assert promised <= set(promises["claim_id"])
    measured, told = promises["threshold_low"].notna(), promises["why_not_measurable"].notna()
    assert (measured != told).all()
    by_claim = claims.set_index("claim_id")
    assert (promises["locator"] == promises["claim_id"].map(by_claim["locator"])).all()


def test_a_measured_promise_says_all_that_judging_it_takes(promises) -> None:
    measured = promises[promises["threshold_low"].notna()]
    assert (measured["threshold_low"] < measured["threshold_high"]).all()
    needed = ["measure", "closeness", "direction", "threshold_status", "threshold_reason", "note"]
    assert measured[needed].notna().all(axis=None)
    assert (measured["series_id"].notna() != measured["parameter_ids"].notna()).all()
    goal = facts.parameter("ipa_cible_exercice")
    low, high = measured.loc["pratique-avancee", ["threshold_low", "threshold_high"]]
    assert (low, high) == (goal.low, goal.high)


def test_thresholds_derived_from_figures_still_agree_with_them(promises) -> None:
    low, high = promises["threshold_low"], promises["threshold_high"]
    everyone = prevention.doubt(ranges().fixed(uptake=100)).interval(80).loc["visits", "median"]
    assert low["consultation-prevention"] == pytest.approx(everyone / 2, rel=0.02)
    assert high["consultation-prevention"] == pytest.approx(0.9 * everyone, rel=0.02)
    spending = facts.latest("dcsi").value
    assert low["budget-prevention"] == pytest.approx(0.03 * spending, rel=0.01)
    assert high["budget-prevention"] == pytest.approx(0.05 * spending, rel=0.01)
    each = facts.figure("mg_msp", "2023").value / facts.figure("msp_aci_remunerees", "2023").value
    alone = facts.figure("mg_lib_exclusif", "2023").value
    assert low["maillage-msp"] == pytest.approx(0.5 * alone / each, rel=0.01)
    assert high["maillage-msp"] == pytest.approx(0.9 * alone / each, rel=0.01)
    share = facts.series("csbm_pib")
    assert low["regle-pib"] == share["2022-12-31"]  # the year the text speaks of
    assert high["regle-pib"] == share["2021-12-31"]
    assert high["assistant-medical"] == pytest.approx(alone / 2, rel=0.02)
    doubled = 2 * facts.latest("cds_pluripro_nb").value
    assert high["centres-pluripro"] == pytest.approx(doubled, rel=0.01)
    for name in ("cds_pluripro_nb", "assistants_medicaux"):
        row = promises[promises["series_id"] == name].iloc[0]
        assert row["threshold_low"] == facts.target(name).value
