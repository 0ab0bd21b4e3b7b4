"""The tables of the strategy text are whole: what their schemas cannot say of several rows."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from handbook import facts, strategy


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return facts.table("strategy_items")


def test_items_of_each_kind_are_numbered_from_one(items: pd.DataFrame) -> None:
    ranks = items.groupby("kind")["rank"].agg(list).to_dict()
    assert {kind: list(range(1, len(told) + 1)) for kind, told in ranks.items()} == ranks


def test_every_risk_is_judged_against_every_recommendation(items: pd.DataFrame) -> None:
    of = items.groupby("kind")["claim_id"].agg(list)
    judged = facts.table("strategy_coverage")
    pairs = set(zip(judged["risk_id"], judged["item_id"], strict=True))
    assert pairs == set(product(of["risque"], of["recommandation"]))


def test_needs_are_among_recommendations_and_run_in_no_circle(items: pd.DataFrame) -> None:
    rows = facts.table("strategy_dependencies")
    needs = list(zip(rows["item_id"], rows["needs_id"], strict=True))
    asked = items[items["kind"] == "recommandation"].set_index("claim_id")
    told = strategy.schedule(asked, horizons=list(asked["horizon"].unique()), needs=needs)
    assert set(told.table.index) == set(asked.index)


def test_an_indicator_has_a_series_exactly_when_one_is_said_to_measure_it() -> None:
    rows = facts.table("strategy_kpis")
    wrong = rows[(rows["relation"] == "aucune") != rows["series_id"].isna()]
    assert wrong.empty, wrong.to_string()


def test_each_future_has_one_name_and_one_amount_a_series() -> None:
    told = facts.table("strategy_futures").groupby("future_id")
    assert told["label"].nunique().eq(1).all()
    assert told["series_id"].agg(set).tolist() == [{"msp_nb", "cpts_aci"}] * len(told)
