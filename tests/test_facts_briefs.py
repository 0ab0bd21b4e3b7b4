"""Briefs read from the facts: each claim beside what another source counts."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from handbook import facts
from handbook.facts import briefs

STUDY = "echos-etudes-2023"


def test_a_claim_stands_beside_the_nearest_observation_of_another_source() -> None:
    claims = briefs.confronted(STUDY).set_index("label")
    row = claims.loc["Maisons de santé recensées"]
    assert (row["claimed"], row["observed"]) == (2100, facts.figure("msp_nb", "2022-12-31").value)
    assert row["gap"] == pytest.approx(100 * (2100 / row["observed"] - 1))
    unmatched = claims.loc["Projets de création de maisons de santé"]
    assert math.isnan(unmatched["observed"]), "the study must not confirm itself"


def test_an_unknown_document_is_named_with_its_nearest() -> None:
    with pytest.raises(facts.FactsError, match="echos-etudes-2023"):
        briefs.confronted("echos-etude-2023")


def test_every_brief_carries_its_sources() -> None:
    tables = [
        briefs.confronted(STUDY),
        briefs.illustrated(STUDY, "moteur"),
        briefs.latest(["mg_part_msp"]),
    ]
    known = set(facts.table("sources")["source_id"])
    for frame in tables:
        assert frame.attrs["source_ids"]
        assert set(frame.attrs["source_ids"]) <= known


def test_the_course_of_a_series_is_its_first_and_its_last_figure() -> None:
    named = pd.Series({"houses": "msp_nb", "share": "med_cnom_sal_pct"})
    told = briefs.courses(named)
    assert list(told.index) == ["houses", "share"]
    for name, series_id in named.items():
        series = facts.series(series_id, modelling=False)
        row = told.loc[name]
        assert (row["first"], row["last"]) == (series.iloc[0], series.iloc[-1])
        assert (row["first_date"], row["last_date"]) == (series.index[0], series.index[-1])
    assert told.loc["share", "said"] == "42 en 2010, 45\u202f% en 2023"
    assert set(facts.cited(told)) >= set(facts.sources_of("msp_nb"))
    with pytest.raises(facts.FactsError, match="msp_nbb"):
        briefs.courses(["msp_nbb"])


def test_a_passage_is_said_once() -> None:
    claims = facts.table("claims").set_index("claim_id")
    place = claims.loc["cpnefp-hypothese-5c", "locator"]
    assert briefs.passages(["cpnefp-hypothese-5c", "cpnefp-hypothese-5c"]) == place
    assert briefs.passages(["cpnefp-hypothese-5c", "cpnefp-hypothese-5a"]).count("\u202f;") == 1
    with pytest.raises(facts.FactsError, match="cpnefp-hypothese-5d"):
        briefs.passages(["cpnefp-hypothese-5d"])
