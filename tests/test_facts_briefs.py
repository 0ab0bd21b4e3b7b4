"""Briefs read from the facts: each claim beside what another source counts."""

from __future__ import annotations

import math

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
