"""What a prevention consultation for everyone asks: identities, ranges, a published example."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import facts
from handbook.core.ranges import Range, Ranges
from handbook.economics import prevention
from handbook.economics.prevention import INPUTS, PreventionError, outcomes

VALUES = {
    "younger": 50e6,
    "older": 15e6,
    "physicians": 100_000.0,
    "eligible": 80.0,
    "every_younger": 5.0,
    "every_older": 3.0,
    "uptake": 40.0,
    "minutes": 30.0,
    "delegated": 40.0,
    "to_ipa": 1.0,
    "to_nurse": 2.0,
    "to_pharmacist": 1.0,
    "hours_week": 40.0,
    "weeks_off": 7.0,
    "tariff": 30.0,
}


def told(**changed: float) -> pd.Series:
    return outcomes({**VALUES, **changed}).iloc[0]


@pytest.fixture(scope="module")
def ranges() -> Ranges:
    rows = facts.table("prevention_inputs").itertuples()
    bounds = {str(row.input): Range(row.low, row.central, row.high) for row in rows}
    for name in ("younger", "older", "physicians"):
        bounds[name] = Range(*(VALUES[name] * share for share in (0.97, 1, 1.02)))
    return Ranges(bounds)


def test_a_case_worked_by_hand() -> None:
    case = told()
    assert case["visits_younger"] == pytest.approx(3.2e6)  # 40 % of 40 million, a fifth a year
    assert case["visits_older"] == pytest.approx(2e6)
    assert case["hours"] == pytest.approx(2.6e6)
    assert case["full_time"] == pytest.approx(0.6 * 2.6e6 / 1800)
    assert case["workforce_share_alone"] == pytest.approx(2.6e6 / 1800 / 1000)
    assert case["cost"] == pytest.approx(156)


@given(st.floats(1, 50), st.floats(1, 120), st.floats(0, 100), st.floats(1, 50), st.floats(0.1, 9))
@settings(max_examples=40)
def test_identities(
    uptake: float, minutes: float, delegated: float, every: float, weight: float
) -> None:
    case = told(uptake=uptake, minutes=minutes, delegated=delegated, to_nurse=weight)
    twice = told(uptake=2 * uptake, minutes=minutes, delegated=delegated, to_nurse=weight)
    for name in ("visits", "hours", "full_time", "cost"):
        assert twice[name] == pytest.approx(2 * case[name])
    assert sum(case[f"hours_{who}"] for who in prevention.WHO) == pytest.approx(case["hours"])
    assert case["full_time"] == pytest.approx((1 - delegated / 100) * case["full_time_alone"])
    # everyone once every n years: n years see everyone
    rare = told(every_younger=every, every_older=every, uptake=100, eligible=100)
    assert rare["visits"] * every == pytest.approx(65e6)


@pytest.mark.parametrize(
    ("name", "outcome", "sign"),
    [
        ("every_younger", "visits", -1),
        ("every_older", "visits", -1),
        ("eligible", "visits", 1),
        ("minutes", "hours", 1),
        ("delegated", "full_time", -1),
        ("hours_week", "full_time", -1),
        ("weeks_off", "full_time", 1),
        ("physicians", "workforce_share", -1),
        ("tariff", "cost", 1),
    ],
)
def test_each_input_moves_what_it_should(name: str, outcome: str, sign: int) -> None:
    more = told(**{name: 1.1 * VALUES[name]})[outcome] - told()[outcome]
    assert sign * more > 0


def test_delegation_does_not_change_what_is_needed() -> None:
    none, all_ = told(delegated=0), told(delegated=100)
    assert none["hours"] == all_["hours"]
    assert none["cost"] == all_["cost"]
    assert all_["full_time"] == 0
    assert all_["full_time_alone"] == none["full_time"]


def test_a_cost_is_a_share_of_each_total() -> None:
    assert prevention.shares(500, {"a": 200, "b": 250}).to_dict() == {"a": 0.25, "b": 0.2}
    with pytest.raises(PreventionError, match="a must be positive"):
        prevention.shares(500, {"a": 0})


def test_the_interval_holds_the_central_case_and_a_seed_draws_the_same(ranges: Ranges) -> None:
    found = prevention.doubt(ranges, draws=1500)
    band = found.interval(90)
    assert (band["lower"] <= found.central).all()
    assert (found.central <= band["upper"]).all()
    again = prevention.doubt(ranges, draws=1500)
    pd.testing.assert_frame_equal(found.outcomes, again.outcomes)
    assert found.probability_above("visits", 0) == 1
    assert found.probability_above("visits", band.loc["visits", "upper"]) == pytest.approx(
        0.05, abs=0.002
    )


def test_what_decides_is_found_and_constants_decide_nothing(ranges: Ranges) -> None:
    found = prevention.decides(ranges, "cost", base=256).table["total"]
    assert list(found.index[:2]) == ["uptake", "tariff"]
    assert "every_older" not in found
    assert found["minutes"] == pytest.approx(0, abs=1e-9)
    assert prevention.decides(ranges, "cost", base=256).deciding() == "uptake"


def test_the_published_estimate_of_2022_is_found_again() -> None:
    """Three ages, 37 % of those invited: 860 000 visits, 40 M€ and 250 full-time physicians."""
    invited = sum(facts.parameter(f"population_age_{age}").central for age in (25, 45, 65))
    visits = facts.parameter("bilan_prevention_cible_gouv_2026").central
    found = told(
        younger=invited,
        eligible=100,
        every_younger=1,
        older=0,
        uptake=facts.parameter("bilan_prevention_taux_recours").high,
        minutes=facts.parameter("bilan_prevention_duree").low,
        hours_week=facts.parameter("heures_semaine_patients_mg").central,
        weeks_off=facts.parameter("semaines_conges_mg").central,
        tariff=1e6 * facts.parameter("bilan_prevention_cout_annuel").central / visits,
        delegated=0,
    )
    assert found["visits"] == pytest.approx(visits, rel=0.02)
    assert found["cost"] == pytest.approx(40, rel=0.02)
    published = facts.parameter("bilan_prevention_etp_mg").central
    assert found["full_time"] < published < 1.5 * found["full_time"]  # at 30, and at 45 minutes


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"uptake": 140}, "'uptake' is 140; a number from 0 to 100"),
        ({"every_older": 0}, "every_older"),
        ({"minutes": float("nan")}, "minutes"),
        ({"to_ipa": 0, "to_nurse": 0, "to_pharmacist": 0}, "delegated to nobody"),
    ],
)
def test_impossible_values_are_refused(changed: dict[str, float], message: str) -> None:
    with pytest.raises(PreventionError, match=message):
        told(**changed)


def test_missing_inputs_and_unknown_outcomes_are_named(ranges: Ranges) -> None:
    with pytest.raises(PreventionError, match="tariff"):
        outcomes({name: VALUES[name] for name in INPUTS if name != "tariff"})
    fewer = {name: one for name, one in ranges.inputs.items() if name != "uptake"}
    with pytest.raises(PreventionError, match="uptake"):
        prevention.doubt(Ranges(fewer))
    with pytest.raises(PreventionError, match="unknown outcome « health »"):
        prevention.decides(ranges, "health")
    with pytest.raises(PreventionError, match="a level"):
        prevention.doubt(ranges, draws=10).interval(100)


def test_inputs_are_what_the_parameters_they_name_say() -> None:
    """The central value is a published one; a bound is too, or is written in the note.

    An assumption may rest on published values of something else: its note says so.
    """
    table = facts.table("prevention_inputs").fillna({"parameter_ids": ""})
    assert set(table["input"]) == set(INPUTS) - {"younger", "older", "physicians"}
    for row in table.itertuples():
        known = [facts.parameter(name) for name in str(row.parameter_ids).split()]
        assert known or row.status == "assumption", row.input
        assert row.minimum <= row.low <= row.central <= row.high <= row.maximum, row.input
        if known and row.status == "assumption":
            assert "hypothèse" in str(row.note), row.input
        if not known:
            continue
        values = {value for one in known for value in (one.low, one.central, one.high)}
        written = re.findall(r"\d+(?:,\d+)?", str(row.note))
        noted = {float(text.replace(",", ".")) for text in written}
        assert row.central in values, row.input
        assert {row.low, row.high} <= values | noted, row.input
