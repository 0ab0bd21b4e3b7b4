"""A future the reader chooses: what must hold whatever the assumptions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from handbook import facts, forecasting
from handbook.core.ranges import Range
from handbook.strategy import Futures, Lever, Link, Quantity, StrategyError, carried
from handbook.strategy.futures import DRAWS, draws

ISSUES = {"status": ["1A", "1B", "1C"], "capital": ["6A", "6B"]}
REFERENCE = {"status": "1C", "capital": "6B"}
LAW = tuple(stats.norm(4000, 300).ppf((np.arange(101) + 0.5) / 101))


def futures(*links: Link, quantity: Quantity | None = None) -> Futures:
    house = quantity or Quantity(
        "houses", "Maisons", "structures", 3000, LAW, 7, (3000, None), 4200
    )
    budgets = Lever("budgets", "Budgets publics")
    return Futures([house], links, [budgets], ISSUES, REFERENCE)


def test_draws_fill_the_cube_evenly_and_independently() -> None:
    """Each dimension uniform; no pair of them moves together."""
    points = draws(40)
    assert points.shape == (DRAWS, 40)
    for column in points.T:
        assert stats.kstest(column, "uniform").statistic < 0.05
    correlation = np.corrcoef(points.T) - np.eye(40)
    assert np.abs(correlation).max() < 0.15


def test_the_reference_moves_nothing() -> None:
    link = Link("link", "1C", "houses", "growth", Range(1, 2, 3))
    row = futures(link).imagine().loc["houses"]
    assert not row["moved"]
    assert (row["change_low"], row["change"], row["change_high"]) == (0, 0, 0)
    assert (row["low"], row["median"], row["high"]) == (
        row["reference_low"],
        row["reference"],
        row["reference_high"],
    )
    assert row["reference"] == pytest.approx(4000, abs=10)
    assert row["reference_chance"] == pytest.approx(stats.norm(4000, 300).sf(4200), abs=0.02)


def test_leaving_the_reference_takes_back_what_it_carried() -> None:
    """1C gives +2 points a year: to choose 1A instead takes them away, and gives those of 1A."""
    lost = futures(Link("link", "1C", "houses", "level", Range(100, 100, 100)))
    assert lost.imagine({"status": "1A"}).loc["houses", "change"] == pytest.approx(-100)
    both = futures(
        Link("link", "1C", "houses", "level", Range(100, 100, 100)),
        Link("other", "1A", "houses", "level", Range(250, 250, 250)),
    )
    assert both.imagine({"status": "1A"}).loc["houses", "change"] == pytest.approx(150)


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [("additions", 50.0, 3000 + 1.5 * 1000), ("growth", 1.0, 4000 * 1.01**7), ("level", 80, 4080)],
)
def test_each_kind_does_what_it_says(kind: str, amount: float, expected: float) -> None:
    link = Link("link", "6A", "houses", kind, Range(amount, amount, amount))  # type: ignore[arg-type]
    row = futures(link).imagine({"capital": "6A"}).loc["houses"]
    assert row["median"] == pytest.approx(expected, rel=0.003)
    assert row["assumed_low"] == pytest.approx(row["assumed_high"])


def test_what_has_opened_does_not_close() -> None:
    link = Link("link", "budgets", "houses", "additions", Range(100, 200, 400))
    row = futures(link).imagine(doses={"budgets": -1}).loc["houses"]
    assert (row["low"], row["median"]) == (3000, 3000)


def test_assumptions_widen_the_interval_and_are_told_apart() -> None:
    sure = futures(Link("link", "6A", "houses", "level", Range(500, 500, 500))).imagine(
        {"capital": "6A"}
    )
    wide = futures(Link("link", "6A", "houses", "level", Range(-500, 500, 1500))).imagine(
        {"capital": "6A"}
    )
    widths = [(frame["high"] - frame["low"])["houses"] for frame in (sure, wide)]
    assert widths[1] > 1.5 * widths[0]
    assert wide.loc["houses", "assumed_high"] - wide.loc["houses", "assumed_low"] > 800


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: futures(Link("link", "7A", "houses", "level", Range(0, 0, 0))),
            "driver of a link",
        ),
        (lambda: futures(Link("link", "1A", "house", "level", Range(0, 0, 0))), "houses"),
        (lambda: Link("link", "1A", "houses", "levels", Range(0, 0, 0)), "level"),  # type: ignore[arg-type]
        (lambda: futures().imagine({"status": "6A"}), "issue status"),
        (lambda: futures().imagine({"statut": "1A"}), "status"),
        (lambda: futures().imagine(doses={"budget": 1}), "budgets"),
        (lambda: futures().imagine(doses={"budgets": math.nan}), "finite numbers"),
        (lambda: futures().imagine(level=0.8), "percent"),
        (lambda: futures().imagine(weights={"l": 1}), "link"),
        (lambda: Quantity("q", "Q", "u", 1, (2, 1), 1), "in order"),
        (lambda: Quantity("q", "Q", "u", 1, (1, math.inf), 1), "finite"),
        (lambda: Quantity("q", "Q", "u", 1, (1, 2), 0), "years"),
        (lambda: Lever("l", "L", 0.5, 1), "reference"),
    ],
)
def test_what_is_wrong_is_named(make: object, message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        make()  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.floats(-150, 150), min_size=3, max_size=3).map(sorted),
    kind=st.sampled_from(["additions", "growth", "level"]),
    dose=st.floats(-1, 1),
    status=st.sampled_from(ISSUES["status"]),
)
def test_bounds_and_order_hold_in_every_state(
    amounts: list[float], kind: str, dose: float, status: str
) -> None:
    links = [
        Link("link", "budgets", "houses", kind, Range(*amounts)),  # type: ignore[arg-type]
        Link("other", "1A", "houses", "level", Range(-10, 0, 10)),
    ]
    row = futures(*links).imagine({"status": status}, {"budgets": dose}).loc["houses"]
    assert 3000 <= row["low"] <= row["median"] <= row["high"]
    assert row["change_low"] <= row["change"] <= row["change_high"]
    assert np.isfinite(row["high"])
    assert row["moved"] == (dose != 0 or status == "1A")
    assert 0 <= row["chance"] <= 1


def test_the_links_in_the_data_move_what_exists_and_never_what_the_past_carries() -> None:
    """Drivers are hypotheses of the study or the two levers; the observed ones move nothing."""
    rows = facts.table("future_links")
    study = facts.table("cabinets_hypotheses")
    hypotheses, levers = set(study["hypothesis_id"]), {"budgets", "prevention"}
    assert set(rows["driver"]) <= hypotheses | levers
    settings_ = facts.table("cabinets_settings")
    observed = set(settings_.loc[settings_["role"] == "observed", "assumed_hypothesis_id"])
    assert observed
    assert not observed & set(rows["driver"])
    named = {*facts.table("series")["series_id"], "marge_centre"}
    assert set(rows["quantity"]) <= named
    assert (rows["low"] < rows["high"]).all()


def test_each_hypothesis_that_is_not_observed_either_moves_something_or_is_listed() -> None:
    """A new hypothesis cannot be forgotten in silence."""
    rows = facts.table("future_links")
    settings_ = facts.table("cabinets_settings")
    observed = set(settings_.loc[settings_["role"] == "observed", "assumed_hypothesis_id"])
    others = set(facts.table("cabinets_hypotheses")["hypothesis_id"]) - observed
    assert others == set(rows["driver"]) - {"budgets", "prevention"}


def test_a_quantity_made_of_a_forecast_has_its_law_its_floor_and_its_horizon() -> None:
    dates = pd.date_range("2015-12-31", periods=10, freq="YE")
    series = pd.Series(np.linspace(100, 190, 10) + np.tile([2.0, -2.0], 5), dates)
    forecast = forecasting.forecast(series, to=2030, floor=series.iloc[-1])
    made = Quantity.of("q", forecast, label="Q", unit="u", scale=10.0, threshold=25.0)
    assert made.last == pytest.approx(series.iloc[-1] / 10)
    assert made.years == pytest.approx(6, abs=0.01)
    assert made.bounds == (made.last, None)
    law = np.array(made.quantiles) * 10
    low, high = forecast.range_at(2030, 80)
    assert np.interp([0.1, 0.9], (np.arange(100) + 0.5) / 100, law) == pytest.approx(
        [low, high], rel=0.01
    )
    row = Futures([made], [], [], ISSUES, REFERENCE).imagine().loc["q"]
    assert row["chance"] == pytest.approx(forecast.probability_above(250, 2030), abs=0.02)


def test_a_quantity_made_of_a_range_asks_for_what_the_range_does_not_say() -> None:
    made = Quantity.of("q", Range(1, 2, 4), label="Q", unit="u", last=1, years=5)
    assert (made.at(np.array([0.0, 1.0])) >= 1).all()
    with pytest.raises(StrategyError, match="give last"):
        Quantity.of("q", Range(1, 2, 4), label="Q", unit="u", years=5)


def test_a_pace_is_carried_to_the_horizon_slower_or_faster() -> None:
    dates = pd.to_datetime(["2010-01-01", "2014-01-01", "2022-01-01"])
    series = pd.Series([100.0, 90.0, 70.0], index=dates)
    days = (pd.Timestamp("2030-01-01") - dates[2]).days
    pace = -20 / (dates[2] - dates[1]).days
    found = carried(series, since="2014-01-01", to="2030-01-01", slow=0.5, fast=1.5)
    expected = [70 + pace * days * factor for factor in (1.5, 1, 0.5)]
    assert [found.low, found.central, found.high] == pytest.approx(expected)
    for since in ("2015-01-01", "2022-01-01"):
        with pytest.raises(StrategyError, match="since"):
            carried(series, since=since, to="2030-01-01")


def test_a_link_says_how_sure_it_is_in_known_words() -> None:
    link = Link("link", "1C", "houses", "level", Range(1, 2, 3), confidence="low", passage="p. 3")
    assert (link.confidence, link.passage) == ("low", "p. 3")
    with pytest.raises(StrategyError, match=r"confidence.*lowish"):
        Link("other", "1C", "houses", "level", Range(1, 2, 3), confidence="lowish")  # type: ignore[arg-type]
