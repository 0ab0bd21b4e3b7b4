"""The chapter on 2032: what its words take for granted, and how it treats its own judgements."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from handbook import facts, strategy
from handbook.chapters import horizon, horizon_network
from handbook.chapters.horizon_lab import ObstacleBench
from handbook.facts import catalogue as vision


@pytest.fixture(scope="module")
def judged() -> horizon_network.Judged:
    return horizon_network.judged(draws=6)


# The tables -----------------------------------------------------------------------------------


def test_the_catalogue_holds_every_row_once_and_no_hole() -> None:
    told = vision.entries()
    tables = [facts.table(f"vision_{name}") for name in ("measures", "principles", "obstacles")]
    assert len(told) == sum(map(len, tables))
    assert told["id"].is_unique
    assert not told.isna().any(axis=None)
    assert told["scene"].is_monotonic_increasing


def test_families_count_each_obstacle_once_or_twice() -> None:
    listed = vision.obstacles()
    first, both = (vision.families_by_scene(second=two) for two in (False, True))
    assert first.to_numpy().sum() == len(listed)
    assert both.to_numpy().sum() == len(listed) + listed["second_family"].notna().sum()


def test_only_actors_that_the_text_names_are_in_the_network() -> None:
    nodes, edges = vision.network_tables()
    assert vision.UNNAMED not in set(nodes["id"])
    net = strategy.network(nodes, edges)
    assert set(net.nodes["kind"]) == {"actor", "measure", "obstacle"}
    links = facts.table("vision_links")
    assert (edges["relation"] != "carries").sum() == len(links)


def test_withdrawing_links_removes_about_that_part_and_is_repeatable() -> None:
    whole, part = vision.judged(), vision.judged(0.2, seed=3)
    assert part.equals(vision.judged(0.2, seed=3))
    assert not part.equals(vision.judged(0.2, seed=4))
    assert 0.7 < len(part) / len(whole) < 0.9
    assert set(part["link_id"]) < set(whole["link_id"])
    with pytest.raises(ValueError, match="from 0 to less than 1"):
        vision.judged(1.5)


# The judgements -------------------------------------------------------------------------------


def test_fewer_links_never_hold_more_measures(judged: horizon_network.Judged) -> None:
    for one in judged.drawn:
        held = one.blocking["total"]
        assert (held <= judged.held.reindex(held.index)).all()


def test_ranks_and_their_bounds_are_ranks(judged: horizon_network.Judged) -> None:
    ranks = judged.ranks
    assert ranks["rank"].iloc[0] == 1
    assert (ranks["lower"] <= ranks["upper"]).all()
    assert ranks[["lower", "upper"]].stack().between(1, len(ranks)).all()  # noqa: PD013


def test_the_three_to_lift_free_what_is_said(judged: horizon_network.Judged) -> None:
    names, freed = judged.removal
    net = judged.whole
    assert len(net.freed(names)) == freed
    assert freed >= max(net.unlocking.query("kind == 'obstacle'")["freed"])
    assert f"**{freed}**" in judged.sentence
    assert judged.chosen.between(0, 100).all()


def test_what_holds_most_is_not_what_to_lift_first(judged: horizon_network.Judged) -> None:
    """The page says so in its own words: they must follow the data."""
    names, _ = judged.removal
    assert judged.held.index[0] not in names
    assert "n’en libérerait aucune" in horizon_network.unlocking(judged).title


def test_texts_and_judgements_are_told_apart(judged: horizon_network.Judged) -> None:
    whose = horizon_network.links().data.set_index("whose")["many"]
    assert whose["texte"] + whose["jugement"].sum() == len(vision.network_tables()[1])
    compared = horizon_network.scenes_compared(judged).data
    printed = vision.references()
    elsewhere = printed.dropna(subset=["to_scene_id"]).query("to_scene_id != from_scene_id")
    assert compared["received"].sum() == len(elsewhere)
    assert compared["text"].sum() == pytest.approx(100)


def test_structure_ranks_every_family(judged: horizon_network.Judged) -> None:
    rows = horizon_network.structure(judged).data
    assert set(rows["family"]) == set(vision.FAMILIES)
    assert rows["influence"].is_monotonic_decreasing
    assert rows["range"].str.fullmatch(r"[1-6] à [1-6]").all()


def test_the_pictures_say_their_numbers(judged: horizon_network.Judged) -> None:
    network = horizon_network.picture(judged)
    assert f"sur {len(judged.held)}" in network.title
    for name in judged.held.index[:3]:
        assert f"({judged.held[name]})" in network.alt
    low, high = judged.ranks.iloc[0][["lower", "upper"]]
    assert re.search(rf"rang {low} au rang {high}$", horizon_network.blocking(judged).title)


# The page -------------------------------------------------------------------------------------


def test_the_vote_is_told_with_the_figures_of_the_claims() -> None:
    said = repr(horizon.vote())
    assert "245 présents, 245 votants, 217 pour, 28 contre" in said
    assert "fiction" in said


def test_promises_due_are_told_apart_from_landmarks() -> None:
    picture = horizon.dated()
    due = vision.timeline().query("kind == 'promesse'")
    due = due[due["promised"].dt.year < horizon.HORIZON].drop(index="vote")  # told, not promised
    assert f"Sur {len(due)} promesses" in picture.title
    assert "aucune n’est relevée" in picture.title
    assert set(due["state"]).isdisjoint({"advenu"})
    assert horizon.read_until() <= pd.Timestamp("2026-12-31")


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["en partie", "non documenté"], "aucune n’est relevée telle qu’écrite ; 1 l’est"),
        (["advenu", "en partie", "en partie"], "une est relevée telle qu’écrite ; 2 le sont"),
        (["advenu", "advenu"], "2 sont relevées telles qu’écrites ; aucune ne l’est"),
    ],
)
def test_the_verdict_agrees_in_number(states: list[str], said: str) -> None:
    told = horizon._verdict(pd.Series(states))
    assert said in told


def test_bearers_hold_every_measure_and_the_unnamed_come_first(
    judged: horizon_network.Judged,
) -> None:
    everyone = horizon.bearers(judged, shown=99).data
    assert everyone["measures"].sum() >= len(facts.table("vision_measures"))
    assert (everyone["held"] <= everyone["measures"]).all()
    assert everyone["actor"].iloc[0] == "Porteur non nommé"  # the title says so


def test_contents_add_up_and_misdirected_references_are_those_marked() -> None:
    rows = horizon.contents().data
    assert rows["measures"].sum() == len(facts.table("vision_measures"))
    assert rows["obstacles"].sum() == 53
    wrong = vision.references().query("fits != 'oui'")
    assert len(horizon.misdirected().data) == len(wrong)


def test_the_bench_computes_again_and_saves_its_picture() -> None:
    bench = ObstacleBench("gouvernance")
    before, freed = repr(bench), len(bench.freed)
    bench.lifted.value = vision.FAMILIES
    assert len(bench.freed) == len(bench.network.blocked()) > freed
    bench.drop.value = 0.4
    assert repr(bench) != before
    data, metadata = bench._repr_mimebundle_()
    assert {"image/png", "text/plain"} < set(data)
    assert metadata["handbook"]["kind"] == "picture"
