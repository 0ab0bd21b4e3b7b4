"""What may be said of a count at a date, of official targets, and of territories."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook import facts
from handbook.chapters import collectifs, official_targets, outlooks, usages
from handbook.chapters import collectifs_territories as territories
from handbook.chapters.prospects import APART, HALF_YEAR, paces, possible_range, prospect, sayable

END = pd.Timestamp("2026-12-31")
START = pd.Timestamp("2020-01-01")


def readings(values: list[float], days: list[int], unit: str = "structures") -> pd.Series:
    dates = START + pd.to_timedelta(np.cumsum(days), unit="D")
    series = pd.Series(values, index=dates, name="essai", dtype=float)
    series.attrs = {"unit": unit}
    return series


def test_a_range_prolongs_the_slowest_and_the_fastest_pace_seen() -> None:
    known = readings([100, 120, 180], [0, 365, 365])  # 10 then 30 by half-year, nearly
    low, high = possible_range(known, known.index[-1] + pd.Timedelta(days=365))
    assert (low, high) == pytest.approx((200, 240))


def test_readings_too_near_give_no_pace() -> None:
    known = readings([100, 110, 120], [0, 20, APART])
    assert len(paces(known)) == 1
    assert paces(known).iloc[0] == pytest.approx(20 / (20 + APART) * HALF_YEAR)
    with pytest.raises(ValueError, match="two readings"):
        possible_range(known.iloc[:2], END)


steps = st.lists(st.tuples(st.integers(APART, 800), st.integers(0, 300)), min_size=2, max_size=6)


@given(steps)
def test_the_mean_pace_always_lies_within_the_range(taken: list[tuple[int, int]]) -> None:
    values = np.cumsum([10, *(gain for _, gain in taken)])
    known = readings(list(values), [0, *(days for days, _ in taken)])
    at = known.index[-1] + pd.Timedelta(days=500)
    low, high = possible_range(known, at)
    mean = (known.iloc[-1] - known.iloc[0]) / (known.index[-1] - known.index[0]).days
    assert low - 1e-6 <= known.iloc[-1] + 500 * mean <= high + 1e-6


def test_a_share_never_passes_its_whole() -> None:
    low, high = possible_range(readings([60, 90], [0, 365], unit="%"), END)
    assert low == high == 100


def test_a_part_never_passes_its_whole() -> None:
    whole = facts.latest("cpts_total").value
    found = prospect("cpts_aci", END)
    assert found.readings.iloc[-1] <= found.low <= found.high == whole


@pytest.mark.parametrize(
    ("series_id", "kind"),
    [
        ("msp_nb", "forecast"),
        ("cpts_aci", "range"),
        ("ald_avec_mt", "range"),
        ("msp_aci_nb", "changing"),
        ("cpts_couverture_pop", "changing"),
        ("france_sante", "none"),
    ],
)
def test_each_count_is_prolonged_as_far_as_its_readings_allow(series_id: str, kind: str) -> None:
    found = prospect(series_id, END)
    assert found.kind == kind
    assert np.isnan(found.chance(100)) == (kind != "forecast")
    assert np.isnan(found.low) == (kind in {"changing", "none"})


def test_the_table_says_how_many_readings_compare() -> None:
    told = sayable(["cpts_aci", "msp_aci_nb"], END).data.set_index("label")
    assert told["readings"].tolist() == [4, 0]
    assert "fourchette" in told["told"].iloc[0]
    assert "prévision" not in " ".join(told["told"])


@pytest.fixture(scope="module")
def goals() -> pd.DataFrame:
    return official_targets.to_come()


def test_what_cannot_be_forecast_is_given_no_chance(goals: pd.DataFrame) -> None:
    unknown = goals[goals["kind"] != "forecast"]
    assert len(unknown)
    assert unknown["chance"].isna().all()
    assert not unknown["words"].str.contains("%").any()
    drawn = official_targets.chance_of_each(goals).data.set_index("nom")["chance"]
    assert drawn[unknown.index].isna().all()


def test_every_national_goal_is_either_to_come_or_confronted(goals: pd.DataFrame) -> None:
    rows = facts.table("targets").query("geography == 'FR'")
    wanted = rows[~rows["series_id"].isin(official_targets.VOTED)]
    assert len(goals) + len(official_targets.confronted()) == len(wanted)


def test_past_targets_are_judged_by_the_count_of_their_year() -> None:
    past = official_targets.confronted().set_index("label")
    seen = past.loc[[label for label in past.index if "2019" in label]].iloc[0]
    assert seen["came"] == facts.figure("teleconsult_an_snds", "2019").value
    assert seen["verdict"] == "manquée"
    uncounted = past[past["came"].isna()]
    assert set(uncounted["verdict"]) == {"non vérifiable"}


@pytest.mark.parametrize(
    ("chance", "word"),
    [(0.97, "presque certain"), (0.66, "probable"), (0.5, "incertain"), (0.0, "presque exclu")],
)
def test_a_chance_has_its_word(chance: float, word: str) -> None:
    assert official_targets.word(chance) == word


def test_territories_make_the_nation_and_each_has_its_chance() -> None:
    target = facts.target("msp_nb")
    together = territories.together("msp_nb", target.date, finest="departement")
    parts = [name for name in together.mean if name.startswith("DEP-")]
    assert together.mean[parts].sum(axis=1).to_numpy() == pytest.approx(together.mean["FR"])
    chance = territories.chances_by_departement(together, target)
    assert len(chance) == len(parts) == 101
    assert chance.between(0, 1).all()
    goals = facts.table("targets").query("series_id == 'msp_nb'").set_index("geography")["value"]
    now = facts.panel("msp_nb", "departement").ffill().iloc[-1]
    met = [code for code in parts if now[code] >= goals[code]]
    assert met
    assert (chance[met] == 1).all(), "what is reached is not put in doubt"
    likely = int((chance >= 0.5).sum())
    assert f" {likely} départements" in territories.chance_map(chance, target).title


def test_a_small_target_is_left_out_and_named() -> None:
    target = facts.target("cds_pluripro_nb")
    together = territories.together("cds_pluripro_nb", target.date)
    drawn = territories.regional_outlook(together, target, least=10)
    assert "Corse" not in set(drawn.data["nom"])
    assert len(territories.regional_outlook(together, target).data) == 18


def test_a_family_of_lines_is_scored_by_hand() -> None:
    dates = pd.date_range("2015-12-31", periods=10, freq="YE")
    lines = pd.DataFrame(
        {f"r{k}": 10 + k * np.arange(10.0) for k in (1, 2, 3)} | {"flat": 4.0}, index=dates
    )
    lines.attrs = {"source_ids": []}
    judged = outlooks.scores({"droites": lines}, steps=3).iloc[0]
    assert judged["drift"] == pytest.approx(0)
    assert judged["naive"] == pytest.approx(2)  # one, two, then three steps behind
    assert judged["n"] == 9, "a series that never moved has no scale"
    assert judged["coverage_95"] == 100


@pytest.mark.parametrize(("last", "ahead"), [("2025-06-30", 3), ("2025-12-31", 2)])
def test_steps_lead_to_the_date(last: str, ahead: int) -> None:
    series = pd.Series(1.0, index=pd.date_range(end=last, periods=6, freq="6ME"))
    assert outlooks.steps_to(series, END) == ahead


def test_the_bench_takes_half_years_and_years_alike() -> None:
    bench = collectifs.laboratory()
    assert bench.start.options[0] == ("fin\u00a0juin\u00a02017", pd.Timestamp("2017-06-30"))
    before = repr(bench)
    bench.start.value = pd.Timestamp("2020-12-31")
    assert bench.forecast.series.index[0] == pd.Timestamp("2020-12-31")
    assert repr(bench) != before
    bench.series.value = "cds_pluripro_nb"
    bench.end.value = 2027
    assert bench.forecast.mean.index[-1] == pd.Timestamp("2027-12-31")
    assert len(bench.forecast.mean) == 3


def test_no_quick_rise_is_prolonged_beyond_what_the_chapter_shows() -> None:
    assert usages.laboratory().end.max == usages.SHOWN_TO
