"""The chapter on levers: what it reads, what it counts, and what its words take for granted."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from handbook import benchmarking, facts
from handbook.chapters import leviers, leviers_grid, leviers_links, leviers_scores
from handbook.facts import countries as country_tables
from handbook.figures.ranges import ranges

USED = [
    *country_tables.CONTEXT,
    *leviers_scores.SCORES,
    "medecins_banque_mondiale",
    "dossier_consulte",
    "premier_recours_dme",
    "ordonnance_en_ligne",
    "questions_courriel",
    "rendez_vous_en_ligne_medecin",
]


@pytest.fixture(scope="module")
def context() -> pd.DataFrame:
    return country_tables.context()


@pytest.fixture(scope="module")
def index(context: pd.DataFrame) -> benchmarking.Composite:
    return benchmarking.Composite(context, country_tables.CONTEXT)


def test_no_country_is_ranked_on_an_indicator_that_forbids_it() -> None:
    ranking = facts.table("indicators").set_index("indicator_id")["ranking"]
    assert not [name for name in USED if ranking[name] == "non"]


def test_context_holds_eleven_places_and_one_unknown_cell(context: pd.DataFrame) -> None:
    assert context.shape == (11, 6)
    assert context.isna().sum().sum() == 1
    assert pd.isna(context.loc["ARE-DU", "medecins_55_ans"])


def test_several_years_are_never_mixed_unasked() -> None:
    with pytest.raises(ValueError, match="several values"):
        country_tables.published("score_ehealth")
    latest = country_tables.published("score_ehealth", [2024, 2023])
    assert latest["FRA"] == country_tables.published("score_ehealth", [2024])["FRA"]
    with pytest.raises(KeyError, match="nowhere"):
        country_tables.published("nowhere")


def test_only_what_the_text_says_is_read_in_the_matrix() -> None:
    found = country_tables.readings()
    read = {str(unit): list(row.dropna().index) for unit, row in found.iterrows() if row.any()}
    assert read == {"FRA": ["1", "2", "5", "6", "7", "9"], "KOR": ["7", "9"]}
    wide = country_tables.readings(wide=True)
    assert list(wide.loc["USA"].dropna().index) == ["1", "2", "5", "6"]
    assert wide[["3", "4", "8"]].isna().all(axis=None)


def test_chance_is_counted_over_every_draw_of_four() -> None:
    holds = pd.Series([True] * 6 + [False] * 4)
    draws = list(combinations(holds, 4))
    expected = sum(sum(draw) >= 3 for draw in draws) / len(draws)
    assert leviers._by_chance(3, 4, holds) == pytest.approx(expected)


def test_words_about_traits_and_scores_match_the_data(context: pd.DataFrame) -> None:
    cells = leviers.traits(context).data
    assert cells["ahead"].tolist() == ["4 sur 4", "3 sur 4"]
    assert cells["others"].tolist() == ["3 sur 6"] * 2  # « la moitié des autres »
    scores = country_tables.scores(leviers_scores.SCORES, least=0.65)
    # « la France porte la plus basse » for access and governance
    assert (scores.loc["FRA"] == scores.min()).iloc[1:].all()
    access = country_tables.comparisons("score_ehealth").set_index(["entity", "year"])["value"]
    assert abs(access["FRA", 2024] - access["UE27", 2024]) <= 1  # « rejoint la moyenne »


def test_the_matrix_concludes_nothing_short_of_three_assumptions() -> None:
    found = leviers_grid.lever_readings().data
    assert found["any"].tolist()[:3] == [0, 0, 0]
    assert found["equal"].tolist()[:3] == [0, 0, 0]
    assert found["any"].iloc[3] > 0
    rank = benchmarking.rank_intervals(leviers_grid.grid())
    assert (rank == [1, 11]).all(axis=None)


def test_every_recommendation_is_linked_once_to_legible_levers() -> None:
    counts = leviers_links.touched()
    assert list(counts.index) == [1, 2, 5, 6, 7, 9]
    by_axis = leviers_links.by_axis()
    axes = [name for name in by_axis if name.startswith("Axe")]
    assert by_axis[axes].sum(axis=1).tolist() == counts["direct"].tolist()
    assert not any(set(direct) & set(rest) for direct, rest in leviers_links.LINKS.values())


def test_weights_said_to_put_france_first_do(index: benchmarking.Composite) -> None:
    found = index.attainable("FRA")
    assert found.best == 1
    scores = index.normalised("minmax").fillna(0.0) @ found.best_weights  # ties count for it
    assert scores["FRA"] >= scores.max() - 1e-6


def test_ranges_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="most"):
        ranges(
            pd.DataFrame({"mark": [1], "low": [1], "high": [2], "least": [1]}, index=["a"]),
            words=["rang", "intervalle", "portée"],
            title="Essai",
            alt="Une seule ligne, sans portée maximale.",
            sources="pipame-2016",
        )
