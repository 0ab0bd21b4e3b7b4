"""Accounts of a centre: identities, break-even, published accounts, what decides."""

from __future__ import annotations

import re

import centre_case
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import facts
from handbook.core.ranges import Range, Ranges
from handbook.core.sensitivity import sensitivity, swing
from handbook.economics.centre import (
    EXPENSES,
    INCOME,
    INPUTS,
    Centre,
    CentreError,
    evaluate,
    needed_acts,
    paying_acts,
)

RANGES = centre_case.ranges()
CENTRE = centre_case.centre()
SHARES = ("filled", "contribution_refund", "third_party", "unpaid")
GAINS = ("tariff", "capitation", "agreement", "assistant_aid", "contribution_refund")
# not « filled »: where acts are few or cheap, a doctor more loses money
GAINS += ("local_subsidy", "acts", "mix", "patients", "other_revenue")
LOSSES = ("doctor_salary", "employer_rate", "other_salary", "support", "support_cost", "premises")
LOSSES += ("coordination", "digital", "other_costs", "third_party", "unpaid")


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """Return any centre within the ranges."""
    told = {name: draw(st.floats(one.low, one.high)) for name, one in RANGES.inputs.items()}
    return Centre(**told)


# ---- the account


def test_a_small_account_by_hand() -> None:
    told = dict.fromkeys(INPUTS, 0.0)
    told |= {"doctors": 2, "filled": 50, "acts": 4000, "tariff": 25, "mix": 1.2, "patients": 800}
    told |= {"capitation": 10, "doctor_salary": 80_000, "employer_rate": 40, "support": 0.5}
    told |= {"support_cost": 30_000, "third_party": 10, "unpaid": 1, "contribution_refund": 10}
    told |= {"agreement": 50_000, "digital": 500, "premises": 7_000}
    account = Centre(**told).accounts()
    # one doctor present, two posts to support
    assert account.income["acts"] == 120_000
    assert account.income["capitation"] == 8_000
    assert account.income["contribution_refund"] == pytest.approx(8_000)  # of gross salaries
    assert account.expenses["doctors"] == pytest.approx(112_000)
    assert account.expenses["support"] == 30_000
    assert account.expenses["third_party"] == 12_000
    assert account.expenses["unpaid"] == 1_200
    assert account.margin == pytest.approx(186_000 - 163_200)


@settings(max_examples=40)
@given(centres())
def test_totals_are_sums_and_many_equal_one(centre: Centre) -> None:
    account = centre.accounts()
    assert account.activity + account.subsidies == pytest.approx(account.total_income)
    assert (tuple(account.income), tuple(account.expenses)) == (tuple(INCOME), tuple(EXPENSES))
    frame = pd.DataFrame([[getattr(centre, name) for name in INPUTS]] * 2, columns=list(INPUTS))
    table = evaluate(frame)
    assert table["margin"].tolist() == pytest.approx([account.margin] * 2)
    assert table["margin_rate"].iloc[0] == pytest.approx(account.margin_rate)


@settings(max_examples=40)
@given(centres(), st.sampled_from(INPUTS))
def test_what_is_needed_balances(centre: Centre, key: str) -> None:
    change = centre.needed(key)
    if change.needed is None:
        assert centre.slope(key) == pytest.approx(0)
        return
    told = {name: getattr(centre, name) for name in INPUTS} | {key: change.needed}
    if not change.within(0, 100 if key in SHARES else np.inf):
        with pytest.raises(CentreError, match=key):
            evaluate(pd.DataFrame([told]))
        return
    margin = evaluate(pd.DataFrame([told]))["margin"].iloc[0]
    scale = centre.accounts().total_expenses * max(1, abs(change.needed) / max(change.now, 1))
    assert abs(margin) < 1e-9 * scale + 1e-3


@settings(max_examples=40)
@given(centres(), st.sampled_from([*GAINS, *LOSSES]), st.floats(0, 1))
def test_more_of_a_gain_never_worsens_and_more_of_a_cost_never_helps(
    centre: Centre, key: str, share: float
) -> None:
    now = getattr(centre, key)
    more = now + share * (RANGES.inputs[key].high - now)
    moved = centre.with_(**{key: more}).margin - centre.margin
    assert moved >= -1e-6 if key in GAINS else moved <= 1e-6


@settings(max_examples=20)
@given(centres())
def test_acts_needed_by_many_are_those_of_each(centre: Centre) -> None:
    told = pd.DataFrame([{name: getattr(centre, name) for name in INPUTS}])
    assert needed_acts(told)[0] == pytest.approx(centre.needed("acts").needed)
    at_par = paying_acts(told)[0]
    assert centre.with_(acts=at_par).slope("doctors") == pytest.approx(0, abs=0.01)
    assert needed_acts(told.assign(tariff=0.0))[0] == np.inf


def test_bad_inputs_are_named() -> None:
    with pytest.raises(ValueError, match="acts must be zero or more"):
        CENTRE.with_(acts=-1)
    with pytest.raises(ValueError, match="filled is a percentage"):
        CENTRE.with_(filled=120)
    with pytest.raises(ValueError, match="unknown input of a centre « rent »"):
        CENTRE.needed("rent")
    with pytest.raises(ValueError, match="needed: « unpaid »"):
        evaluate(pd.DataFrame([RANGES.central()]).drop(columns="unpaid"))


# ---- ranges and what decides


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10), st.floats(0, 1))
def test_draws_stay_within_the_range(low: float, up: float, more: float, quantile: float) -> None:
    one = Range(low, low + up, low + up + more)
    for shape in ("triangular", "uniform"):
        (value,) = one.at(np.array([quantile]), shape)
        assert one.low - 1e-9 <= value <= one.high + 1e-9


def test_a_triangle_has_its_mean_and_a_constant_stays() -> None:
    known = Ranges({"a": Range(0, 1, 5), "b": Range(3, 3, 3)})
    drawn = known.draw(20_000, seed=1)
    assert drawn["a"].mean() == pytest.approx(2, abs=0.03)
    assert set(drawn["b"]) == {3}


def test_shares_of_an_additive_model_add_up_and_rank() -> None:
    known = Ranges(
        {
            "big": Range(0, 3, 6, "one"),
            "small": Range(0, 1, 2, "one"),
            "other": Range(0, 1, 2, "two"),
            "fixed": Range(9, 9, 9, "three"),
        }
    )
    found = sensitivity(known, lambda x: x.sum(axis=1), seed=1, n=512)
    assert found.table.index.tolist() == ["one", "two"]  # nothing of what never varies
    expected = [40 / 44, 4 / 44]  # variances go as the squared widths: 36, 4 and 4
    assert found.table["total"].tolist() == pytest.approx(expected, abs=0.03)
    assert found.table["first"].sum() == pytest.approx(1, abs=0.05)
    assert found.deciding() == "one"
    alike = known.regrouped({"big": "three"}).fixed(big=3)
    assert sensitivity(alike, lambda x: x.sum(axis=1), seed=1, n=512).deciding() is None
    alone = known.fixed(other=1)
    assert sensitivity(alone, lambda x: x.sum(axis=1), seed=1).table["total"].to_dict() == {
        "one": 1
    }
    with pytest.raises(ValueError, match="nothing varies"):
        sensitivity(alone.fixed(big=1, small=1), lambda x: x.sum(axis=1), seed=1)
    with pytest.raises(ValueError, match="power of two"):
        sensitivity(known, lambda x: x.sum(axis=1), n=100, seed=1)


def test_the_worst_and_best_of_a_condition_are_extremes() -> None:
    ends = swing(RANGES, lambda x: evaluate(x)["margin"])
    drawn = RANGES.draw(200, seed=2)
    for group, (worst, _, best) in zip(ends.index, ends.to_numpy(), strict=True):
        alone = RANGES.fixed(
            **{name: one.central for name, one in RANGES.inputs.items() if one.group != group}
        )
        margins = evaluate(alone.at(drawn.rank(pct=True).to_numpy(), "uniform"))["margin"]
        assert worst <= margins.min() < margins.max() <= best


# ---- the inputs and the published accounts


@pytest.mark.parametrize("bound", centre_case.BOUNDS)
def test_inputs_equal_the_parameters_they_cite(bound: str) -> None:
    cited = centre_case.table().dropna(subset=f"{bound}_from")
    assert len(cited) > 5
    for row in cited.to_dict("records"):
        value = facts.computed(row[f"{bound}_from"])
        # as precise as a slider: rounded, never changed
        assert row[bound] == pytest.approx(value, rel=0.012), (row["input"], value)


def test_a_sourced_input_cites_and_an_assumption_says_so() -> None:
    rows = centre_case.table()
    assert rows.loc[rows["status"] == "sourced", "central_from"].notna().all()
    silent = rows["central_from"].isna()
    assert set(rows.loc[silent, "status"]) == {"assumption"}
    assert rows["note"].str.len().min() > 60  # each says where it comes from


def test_formulas_refuse_what_is_not_published() -> None:
    for formula in ("tarif_inconnu", "actes_etp_mg_salarie.low", "__import__('os')", "2 ** 3"):
        with pytest.raises((ValueError, facts.FactsError), match=re.escape(formula.split()[0][:6])):
            facts.computed(formula)


def test_the_deficit_of_an_average_municipal_centre_is_found_again() -> None:
    """Nine municipal centres of three doctors lose some 100,000 euros a year before any subsidy.

    Two numbers of acts are published for a salaried doctor; the one kept here finds the deficit.
    """
    published = facts.parameter("centre_municipal_deficit").central
    known = {"doctors": 3.0, "others": 0.0, "local_subsidy": 0.0}
    known["tariff"] = facts.parameter("tarif_consultation_mg_2017").central
    found = {}
    for name in ("consultations_an_mg_salarie", "actes_etp_mg_salarie"):
        acts = facts.parameter(name).central
        found[name] = -evaluate(RANGES.fixed(acts=acts, **known).draw(4000, seed=3))["margin"]
    kept, other = found["actes_etp_mg_salarie"], found["consultations_an_mg_salarie"]
    assert kept.quantile(0.1) < published < kept.quantile(0.9)
    assert kept.median() == pytest.approx(published, rel=0.15)
    assert other.median() < kept.median()


def test_the_staff_of_a_departmental_centre_is_found_again() -> None:
    """Saône-et-Loire 2021: 70 doctors, 0.61 support staff each, 8 millions of staff costs."""
    ratio = facts.parameter("ratio_support_par_medecin_centre").central
    doctors = facts.parameter("cd71_medecins").central
    account = CENTRE.with_(doctors=doctors, support=ratio, others=0, coordination=0).accounts()
    staff = account.expenses["doctors"] + account.expenses["support"]
    assert staff == pytest.approx(8_000_000, rel=0.2)  # the doctors are not all full-time


def test_activity_decides_however_the_disputed_inputs_are_counted() -> None:
    margin = lambda x: evaluate(x)["margin"]  # noqa: E731
    for moved in ({}, *centre_case.regroupings()):
        found = sensitivity(RANGES.regrouped(moved), margin, seed=1, n=512)
        assert found.deciding() == centre_case.CONDITIONS["recruitment"], moved
