"""The explorer of a chosen future: page, Python and room say the same; its words hold."""

from __future__ import annotations

import numpy as np
import pytest
from parity import assert_same_words, random_states
from scipy import stats

from handbook import facts, views
from handbook.core.ranges import Range
from handbook.strategy import Futures, Lever, Link, Quantity

SHARES = (np.arange(101) + 0.5) / 101
SIZES = {  # last value, mean and standard deviation at the horizon, floor, promise
    "msp_nb": (2981, 4465, 190, 2981, 6200),
    "cpts_aci": (690, 850, 60, 690, 770),
    "cds_pluripro_nb": (673, 990, 40, None, None),
    "mg_lib_exclusif": (56738, 50000, 2500, None, None),
    "med_sal_autre": (29040, 32000, 1500, None, None),
    "teleconsult_an": (13.9, 15.5, 2, 0, None),
    "mes_profils_actives": (24, 45, 6, 24, 52),
    "marge_centre": (-80, -80, 60, None, None),
}


@pytest.fixture(scope="module")
def shown() -> views.FutureExplorer:
    quantities = []
    for name, (last, mean, width, floor, promise) in SIZES.items():
        law = np.maximum(stats.norm(mean, width).ppf(SHARES), -np.inf if floor is None else floor)
        label = name.replace("_", " ").capitalize()
        quantities.append(Quantity(name, label, "unités", last, law, 7, (floor, None), promise))
    rows = facts.table("future_links")
    links = [
        Link(
            row.link_id,
            row.driver,
            row.quantity,
            row.kind,
            Range(row.low, row.central, row.high),
            row.unit,
            row.reason,
        )
        for row in rows.itertuples()
    ]
    study = facts.table("cabinets_hypotheses")
    issues = study.groupby("issue_id", sort=False)["hypothesis_id"].agg(list).to_dict()
    settings = facts.table("cabinets_settings").query("role == 'observed'")
    reference = dict(zip(settings["issue_id"], settings["assumed_hypothesis_id"], strict=True))
    levers = [
        Lever("budgets", "Budgets publics"),
        Lever("prevention", "Effort de prévention", 0, 1),
    ]
    titles = study.set_index("hypothesis_id")["title"].to_dict() | {key: key for key in issues}
    return views.FutureExplorer(
        Futures(quantities, links, levers, issues, reference),
        titles=titles,
        year=2032,
        digits={"msp_nb": -1, "mg_lib_exclusif": -2, "teleconsult_an": 1},
        options=[views.Option("Tout collectif", {"exercice": "5C"})],
        sources=[facts.source("cpnefp-2025")],
    )


def test_python_and_the_page_say_the_same(shown: views.FutureExplorer) -> None:
    assert_same_words(shown, random_states(shown, 300))


def test_the_reference_says_that_nothing_changes(shown: views.FutureExplorer) -> None:
    said = shown.summary()
    assert said.title.startswith("Si rien ne change")
    assert {row[3] for row in said.rows} == {"inchangé"}


def test_a_choice_begins_with_if_and_names_what_moves_and_what_does_not(
    shown: views.FutureExplorer,
) -> None:
    said = shown.summary({"exercice": "5C", "budgets": -50})
    assert said.title.startswith("Si hypothèse 5.C et budgets publics −50")
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
        views.FutureExplorer(shown._futures, titles={}, year=2032)
