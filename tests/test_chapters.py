"""What chapters say follows the data: briefs read from the facts, titles and texts from results."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from handbook import facts, forecasting
from handbook.chapters import collectifs
from handbook.chapters.collectifs_territories import share_of_target
from handbook.facts import briefs

STUDY = "echos-etudes-2023"


@pytest.fixture(scope="module")
def msp() -> pd.Series:
    return facts.series("msp_nb", modelling=True)


def test_a_claim_stands_beside_the_nearest_observation_of_another_source() -> None:
    claims = briefs.confronted(STUDY).set_index("label")
    row = claims.loc["Maisons de santé recensées"]
    assert (row["claimed"], row["observed"]) == (2100, facts.figure("msp_nb", "2022-12-31").value)
    assert row["gap"] == pytest.approx(100 * (2100 / row["observed"] - 1))
    unmatched = claims.loc["Projets de création de MSP"]
    assert math.isnan(unmatched["observed"]), "the study must not confirm itself"


def test_an_unknown_document_is_named_with_its_nearest() -> None:
    with pytest.raises(facts.FactsError, match="echos-etudes-2023"):
        briefs.confronted("echos-etude-2023")


def test_every_brief_carries_its_sources() -> None:
    tables = [
        briefs.confronted(STUDY),
        briefs.illustrated(STUDY, "moteur"),
        briefs.latest(["mg_part_msp"]),
        briefs.gauged(collectifs.CONDITIONS),
    ]
    known = set(facts.table("sources")["source_id"])
    for frame in tables:
        assert frame.attrs["source_ids"]
        assert set(frame.attrs["source_ids"]) <= known


def test_the_outlook_says_what_the_forecast_says(msp: pd.Series) -> None:
    forecast, target = forecasting.forecast(msp, horizon=15), facts.target("msp_nb")
    rounded = round(forecast.mean[target.date], -1)
    picture = collectifs.outlook(forecast, target)
    said = picture.title.replace("\u202f", "")
    assert f"{rounded:.0f}" in said
    assert f"{target.value:.0f}" in said


def test_a_change_in_the_data_changes_the_picture_and_its_digest(msp: pd.Series) -> None:
    target = facts.target("msp_nb")
    changed = msp.copy()
    changed.iloc[-1] += 40
    changed.attrs = msp.attrs
    before, after = (
        collectifs.outlook(forecasting.forecast(series, horizon=15), target)
        for series in (msp, changed)
    )
    assert repr(before) != repr(after)
    assert before.wide != after.wide


def test_shares_of_target_cover_every_department_and_cite_both_files() -> None:
    share = share_of_target(facts.panel("msp_nb", "departement"))
    assert len(share) == len(facts.geographies("departement"))
    assert share.between(0, 300).all()
    cited = {source.id for source in map(facts.source, share.attrs["source_ids"])}
    assert set(facts.table("targets").query("series_id == 'msp_nb'")["source_id"]) <= cited
