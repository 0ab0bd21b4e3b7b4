"""The explorer of a chosen future: page, Python and room say the same; its words hold."""

from __future__ import annotations

import pytest
from future_case import ORIGINS, SIZES, TITLES
from future_case import shown as made
from parity import assert_same_words, random_states

from handbook import facts, views


@pytest.fixture(scope="module")
def shown() -> views.FutureExplorer:
    return made()


def test_python_and_the_page_say_the_same(shown: views.FutureExplorer) -> None:
    assert_same_words(shown, random_states(shown, 300))


def test_the_reference_says_that_nothing_changes(shown: views.FutureExplorer) -> None:
    said = shown.summary()
    assert said.title.startswith("Si les tendances se prolongent")
    assert {row[3] for row in said.rows} == {"inchangé"}


def test_a_choice_begins_with_if_and_names_what_moves_and_what_does_not(
    shown: views.FutureExplorer,
) -> None:
    said = shown.summary({"exercice": "5C", "budgets": -50})
    assert said.title.startswith("Si l’on retient l’hypothèse 5.C (budgets publics −50")
    moved = {row[0] for row in said.rows if row[3] != "inchangé"}
    rows = facts.table("future_links").query("driver in ['5C', 'budgets']")
    assert len(moved) == rows["quantity"].nunique()
    assert "Rien n’agit sur" in said.sentence


def test_a_link_one_does_not_believe_moves_nothing(shown: views.FutureExplorer) -> None:
    own = facts.table("future_links").query("driver == '5C'")["link_id"]
    unbelieved = {f"weight_{name.replace('-', '_')}": 0 for name in own}
    frame = shown.imagined({"exercice": "5C", **unbelieved})
    assert not frame["moved"].any()
    assert "aucun lien" in shown.summary({"exercice": "5C", **unbelieved}).sentence


def test_a_title_is_asked_for_every_hypothesis(shown: views.FutureExplorer) -> None:
    with pytest.raises(ValueError, match="titles"):
        views.FutureExplorer(shown._futures, titles={}, year=2032, origins={})


def test_the_title_counts_what_the_first_quantity_counts(shown: views.FutureExplorer) -> None:
    assert shown.summary().title.endswith(" maisons de santé en 2032")
    bare = views.FutureExplorer(
        shown._futures, titles=TITLES, year=2032, origins=ORIGINS, digits={"msp_nb": -1}
    )
    assert ": msp nb, " in bare.summary().title.replace("\u00a0", " ")
    assert_same_words(bare, random_states(bare, 20))


def test_what_was_never_observed_has_no_last_reading(shown: views.FutureExplorer) -> None:
    told = {row[0].split(" (")[0]: row[1] for row in shown.summary().rows}
    assert told["Marge centre"] == "–"
    assert told["Msp nb"].endswith("(fin 2025)")


def test_an_origin_is_asked_for_every_quantity(shown: views.FutureExplorer) -> None:
    with pytest.raises(ValueError, match="origins: msp_nb"):
        views.FutureExplorer(shown._futures, titles=TITLES, year=2032, origins={})
    said = " ".join(shown.data["method"])
    assert said.count("Essai.") == len(SIZES)
