"""The promises of the 2032 vision, their thresholds, and what may be said of their future."""

from __future__ import annotations

import pandas as pd
import pytest

from handbook import facts
from handbook.chapters import distances, prevention, promises
from handbook.chapters.distances import Distance


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return facts.table("vision_promises")


@pytest.fixture(scope="module")
def found() -> list[Distance]:
    return distances.measure()


def test_every_promise_of_the_document_is_measured_or_told_why_not(rows: pd.DataFrame) -> None:
    claims = facts.table("claims")
    claims = claims[claims["source_id"] == promises.DOCUMENT]
    promised = set(claims.loc[claims["kind"] == "promesse", "claim_id"])
    assert promised <= set(rows["claim_id"])
    measured, told = rows["threshold_low"].notna(), rows["why_not_measurable"].notna()
    assert (measured != told).all()
    by_claim = claims.set_index("claim_id")
    assert (rows["locator"] == rows["claim_id"].map(by_claim["locator"])).all()


def test_a_measured_row_says_all_that_judging_it_takes(rows: pd.DataFrame) -> None:
    measured = rows[rows["threshold_low"].notna()]
    assert (measured["threshold_low"] < measured["threshold_high"]).all()
    needed = ["measure", "closeness", "direction", "threshold_status", "threshold_reason", "note"]
    assert measured[needed].notna().all(axis=None)
    assert (measured["series_id"].notna() != measured["parameter_ids"].notna()).all()
    published = measured[measured["threshold_status"] == "published"].set_index("promise_id")
    goal = facts.parameter("ipa_cible_exercice")
    assert published.loc["pratique-avancee", ["threshold_low", "threshold_high"]].tolist() == [
        goal.low,
        goal.high,
    ]


def test_thresholds_derived_from_figures_still_agree_with_them(rows: pd.DataFrame) -> None:
    low = rows.set_index("promise_id")["threshold_low"]
    high = rows.set_index("promise_id")["threshold_high"]
    everyone = prevention.study().promised.central["visits"]
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
    assert high["centres-pluripro"] == pytest.approx(
        2 * facts.latest("cds_pluripro_nb").value, 0.01
    )
    for name in ("cds_pluripro_nb", "assistants_medicaux"):
        row = rows[rows["series_id"] == name].iloc[0]
        assert row["threshold_low"] == facts.target(name).value


def test_nothing_is_forecast_that_the_facts_forbid(found: list[Distance]) -> None:
    described = facts.table("series").set_index("series_id")["modelling"]
    for one in found:
        assert (one.forecast is None) == bool(one.reason)
        if isinstance(one.row.series_id, str) and described[one.row.series_id] == "non":
            assert one.forecast is None
    assert not {one.row.promise_id for one in found if one.chance} & {"budget-prevention"}


def test_a_chance_falls_as_the_threshold_gets_harder(found: list[Distance]) -> None:
    known = {one.row.promise_id: one.chance for one in found if one.chance}
    assert {"maillage-msp", "pratique-avancee", "regle-pib"} <= set(known)
    for hard, easy in known.values():
        assert 0 <= hard <= easy <= 1
    for one in found:
        assert one.reached[0] <= one.reached[1]


def test_the_rhythm_needed_reaches_the_threshold(found: list[Distance]) -> None:
    for one in found:
        years = (distances.END - one.date).days / 365.25
        for rate, threshold in zip(one.needed, one.thresholds, strict=True):
            assert one.value + rate * years == pytest.approx(threshold)


def test_a_check_up_count_is_brought_to_a_year(found: list[Distance]) -> None:
    done = next(one for one in found if one.row.promise_id == "consultation-prevention")
    assert done.value == pytest.approx(168_000 / 1.5) == pytest.approx(prevention.done_a_year())


def test_a_ceiling_is_never_told_as_kept_today(found: list[Distance]) -> None:
    ceilings = [one for one in found if one.ceiling]
    assert ceilings
    assert all(one.reached[0] >= 100 for one in ceilings)
    rising = sum(one.reached[1] >= 100 for one in found) - len(ceilings)
    assert rising == 1
    assert "mesures, une atteint déjà" in promises.gaps(found).title


def test_pictures_and_sentences_agree(found: list[Distance]) -> None:
    picture = promises.gaps(found)
    assert len(picture.data) == len(found)
    assert f"sur {len(found)} mesures" in picture.title
    chances = promises.chances(found)
    assert len(chances.data) == sum(one.chance is not None for one in found)
    assert "79 promesses" in repr(promises.remember(found))
    assert (
        promises.reasons().data["count"].sum()
        == facts.table("vision_promises")["why_not_measurable"].notna().sum()
    )
    for shown in (promises.paces, promises.futures, promises.thresholds):
        assert len(shown(found).cells) == len(found)
    none = promises.futures(found).data["expected"] == "aucune"
    assert none.sum() == len(found) - len(chances.data)
