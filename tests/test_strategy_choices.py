"""Portfolios, concentration and stated assumptions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import forecasting, strategy
from handbook.core.errors import HandbookError
from handbook.strategy import Effect, Range, StrategyError

BENEFITS = {"impact": ("faible", "moyen", "élevé"), "horizon": ("long", "moyen", "court")}
COSTS = {"complexity": ("S", "M", "L")}
ITEMS = st.lists(
    st.tuples(
        st.sampled_from(BENEFITS["impact"]),
        st.sampled_from(BENEFITS["horizon"]),
        st.sampled_from(COSTS["complexity"]),
    ),
    min_size=1,
    max_size=5,
)


def table(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    columns = ["impact", "horizon", "complexity"]
    return pd.DataFrame(rows, columns=columns, index=[f"i{n}" for n in range(len(rows))])


# Portfolios ---------------------------------------------------------------------------------


def value_of(rows: list[tuple[str, ...]], chosen: set[int], seed: int) -> tuple[float, float]:
    """Value and cost of a set on one random scale that respects the order of the labels."""
    draw = np.random.default_rng(seed)
    gain = draw.random((3, 3)).cumsum(axis=0).cumsum(axis=1)
    cost = draw.random(3).cumsum()
    places = [
        (BENEFITS["impact"].index(a), BENEFITS["horizon"].index(b), COSTS["complexity"].index(c))
        for a, b, c in rows
    ]
    return (
        sum(gain[places[n][:2]] for n in chosen),
        sum(cost[places[n][2]] for n in chosen),
    )


@settings(max_examples=25)
@given(rows=ITEMS, seed=st.integers(0, 1000))
def test_what_is_best_on_some_scale_is_never_discarded(rows, seed) -> None:
    made = strategy.portfolios(table(rows), BENEFITS, COSTS, size=min(2, len(rows)))
    sets = [set(np.flatnonzero(row)) for row in made.sets.to_numpy()]
    nets = [np.subtract(*value_of(rows, chosen, seed)) for chosen in sets]
    assert made.efficient.to_numpy()[np.argmax(nets)]
    assert ((made.core_index >= 0) & (made.core_index <= 1)).all()


@settings(max_examples=25)
@given(rows=ITEMS)
def test_whatever_is_discarded_is_beaten_on_every_scale_by_one_set(rows) -> None:
    made = strategy.portfolios(table(rows), BENEFITS, COSTS)
    sets = [set(np.flatnonzero(row)) for row in made.sets.to_numpy()]
    scores = np.array([[value_of(rows, chosen, seed) for seed in range(12)] for chosen in sets])
    for lost in np.flatnonzero(~made.efficient.to_numpy()):
        better = (scores[:, :, 0] >= scores[lost, :, 0] - 1e-9) & (
            scores[:, :, 1] <= scores[lost, :, 1] + 1e-9
        )
        assert better[made.efficient.to_numpy()].all(axis=1).any()


def test_core_borderline_and_exterior() -> None:
    items = table(
        [
            ("élevé", "court", "M"),
            ("élevé", "moyen", "L"),
            ("moyen", "court", "S"),
            ("moyen", "moyen", "L"),
        ]
    )
    two = strategy.portfolios(items, BENEFITS, COSTS, size=2)
    assert two.status.to_dict() == {
        "i0": "core",
        "i1": "borderline",
        "i2": "borderline",
        "i3": "exterior",
    }
    assert two.best == [("i0", "i1"), ("i0", "i2")]
    bound = strategy.portfolios(items, BENEFITS, COSTS, size=2, needs=[("i0", "i3")])
    assert ("i0", "i3") in bound.best
    assert ("i0", "i1") not in bound.best


def test_a_schedule_waits_for_what_is_needed_and_says_so() -> None:
    items = table([("élevé", "court", "M"), ("élevé", "long", "L"), ("moyen", "moyen", "S")])
    plan = strategy.schedule(items, ("court", "moyen", "long"), needs=[("i0", "i2")])
    assert plan.table.loc["i0", ["stated", "wave"]].tolist() == ["court", "moyen"]
    assert list(plan.table.index) == ["i2", "i0", "i1"]
    assert plan.conflicts == (("i0", "i2"),)
    with pytest.raises(StrategyError, match="circle"):
        strategy.schedule(items, ("court", "moyen", "long"), needs=[("i0", "i2"), ("i2", "i0")])


def test_unknown_items_and_labels_are_named() -> None:
    with pytest.raises(StrategyError, match="no item i9"):
        strategy.portfolios(table([("élevé", "court", "M")]), BENEFITS, needs=[("i0", "i9")])
    with pytest.raises(StrategyError, match=r"unknown label in column .*: « énorme »"):
        strategy.portfolios(table([("énorme", "court", "M")]), BENEFITS)


def test_sixteen_items_are_within_reach() -> None:
    rows = list(product(BENEFITS["impact"], BENEFITS["horizon"], COSTS["complexity"]))[:16]
    made = strategy.portfolios(table(rows), {"impact": BENEFITS["impact"]}, COSTS, size=8)
    assert len(made.sets) == 12_870
    assert made.efficient.any()


# Consolidation ------------------------------------------------------------------------------

YEARS = range(2025, 2031)
RANGES = {
    "structures": Range(2500, 2500, 2500),
    "openings": Range(0, 100, 200),
    "merging": Range(0.005, 0.02, 0.06),
    "subsidy": Range(0.1, 0.2, 0.4),
    "effect": Range(-0.5, 0, 1),
    "capture": Range(0, 0.2, 0.6),
    "groups": Range(2, 4, 8),
    "federations": Range(13, 40, 101),
    "inequality": Range(0, 0.7, 1.2),
}
FIXED = Range(0, 0, 0)


def test_without_merger_nothing_moves() -> None:
    still = strategy.consolidate(RANGES | {"merging": FIXED, "openings": FIXED}, YEARS, draws=50)
    assert (still.paths["independent"] == 2500).all(axis=None)
    np.testing.assert_allclose(still.paths["concentration"], 1 / 2500)
    np.testing.assert_allclose(still.paths["largest"], 5 / 2500)


def test_one_pole_and_a_full_merger_are_known_in_closed_form() -> None:
    one = RANGES | {
        "openings": FIXED,
        "merging": Range(0.1, 0.1, 0.1),
        "effect": FIXED,
        "capture": Range(1, 1, 1),
        "groups": Range(1, 1, 1),
    }
    made = strategy.consolidate(one, YEARS, draws=3, top=1)
    left = 0.9 ** np.arange(6)
    np.testing.assert_allclose(made.paths["independent"].iloc[0], 2500 * left)
    share = made.paths["largest"].iloc[0]
    np.testing.assert_allclose(share.iloc[1:], 1 - left[1:])
    np.testing.assert_allclose(
        made.paths["concentration"].iloc[0].iloc[1:], (1 - left[1:]) ** 2 + left[1:] / 2500
    )


@settings(max_examples=15)
@given(rate=st.floats(0, 0.5), more=st.floats(0, 0.5), openings=st.floats(0, 300))
def test_merging_more_concentrates_more_and_structures_are_conserved(rate, more, openings) -> None:
    at = [
        strategy.consolidate(
            RANGES
            | {"merging": Range(each, each, each), "openings": Range(openings, openings, openings)},
            YEARS,
            draws=30,
        )
        for each in (rate, rate + more)
    ]
    few, many = (one.paths for one in at)
    assert (many["independent"] <= few["independent"] + 1e-6).all(axis=None)
    for measure in ("largest", "concentration", "private"):
        assert (many[measure] >= few[measure] - 1e-9).all(axis=None)
    total = 2500 + openings * np.arange(6)
    assert (many["concentration"] >= 1 / total - 1e-12).all(axis=None)
    assert (many["concentration"] <= 1).all(axis=None)
    assert (many["independent"] <= total + 1e-6).all(axis=None)
    assert (many["operators"] <= total + 1e-6).all(axis=None)


def test_bands_are_ordered_and_the_merger_rate_decides() -> None:
    bands = strategy.consolidate(RANGES, YEARS, draws=500).bands("largest")
    assert (bands.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    calm = RANGES | {name: Range(*[RANGES[name].central] * 3) for name in ("openings", "capture")}
    found = strategy.decisive(calm, YEARS, measure="independent", size=128)
    assert found.index[0] == "merging"
    assert "capture" not in found.index
    assert found["total"].iloc[0] > 0.4
    assert found.loc["inequality", "total"] == pytest.approx(0, abs=1e-9)
    assert found.loc["merging", "low"] > found.loc["merging", "high"]


def test_ranges_are_checked() -> None:
    with pytest.raises(HandbookError, match="in order"):
        Range(2, 1, 3)
    with pytest.raises(StrategyError, match="capture"):
        strategy.consolidate(RANGES | {"capture": Range(0, 1, 2)}, YEARS)
    with pytest.raises(StrategyError, match="merging missing"):
        strategy.consolidate({k: v for k, v in RANGES.items() if k != "merging"}, YEARS)


def test_triangular_draws_have_the_mean_of_their_range() -> None:
    shares = (np.arange(20_000) + 0.5) / 20_000
    assert Range(1, 2, 6).at(shares).mean() == pytest.approx(3, abs=1e-3)


# Assumptions --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forecast() -> forecasting.Forecast:
    dates = pd.date_range("2018-12-31", periods=14, freq="6ME")
    values = pd.Series(np.linspace(1000, 2300, 14), index=dates, name="essai")
    return forecasting.forecast(values, 6)


def test_no_effect_is_the_forecast_itself(forecast) -> None:
    when = pd.Timestamp("2026-01-01")
    for effects in ([], [Effect("a", 0, when), Effect("b", 0, when, "growth")]):
        same = strategy.suppose(forecast, effects)
        assert same.mean.equals(forecast.mean)
        assert same.interval(80).equals(forecast.interval(80))


def test_stopping_all_openings_keeps_what_is_open(forecast) -> None:
    last = forecast.series.index[-1]
    stopped = strategy.suppose(forecast, [Effect("arrêt", -100, last)])
    np.testing.assert_allclose(stopped.mean, forecast.series.iloc[-1])
    width = np.ptp(stopped.interval(80).to_numpy(), axis=1)
    np.testing.assert_allclose(width, np.ptp(forecast.interval(80).to_numpy(), axis=1))


def test_growth_compounds_from_its_start(forecast) -> None:
    start = forecast.mean.index[0]
    faster = strategy.suppose(forecast, [Effect("élan", 10, start, "growth")])
    assert faster.mean.iloc[0] == forecast.mean.iloc[0]
    two = forecast.mean.index[4]
    years = (two - start).days / 365.25
    assert faster.mean[two] / forecast.mean[two] == pytest.approx(1.1**years)


def test_no_assumption_takes_a_part_over_its_whole(forecast) -> None:
    part = forecasting.forecast(forecast.series * 0.9, 6, part_of=forecast)
    supposed = [Effect("élan", 100, part.series.index[-1])]
    faster = strategy.suppose(part, supposed)
    assert (strategy.suppose(replace(part, part_of=None), supposed).mean > forecast.mean).any()
    assert (faster.mean <= forecast.mean).all()
    assert (faster.interval(80) <= forecast.interval(80)).all(axis=None)


def test_an_effect_below_nothing_is_refused(forecast) -> None:
    with pytest.raises(StrategyError, match="from -100 to"):
        strategy.suppose(forecast, [replace(Effect("x", 0, pd.Timestamp(2026, 1, 1)), amount=-101)])


def test_a_stated_range_is_the_same_at_any_level_and_stays_in_order() -> None:
    seen = pd.Series([500.0, 690.0], index=pd.to_datetime(["2024-02-01", "2025-05-31"]))
    dates = pd.to_datetime(["2025-12-31", "2026-12-31"])
    stated = strategy.Stated(seen, pd.DataFrame({"lower": 690.0, "upper": [750.0, 820.0]}, dates))
    assert stated.mean.tolist() == [720.0, 755.0]
    assert stated.interval(80).equals(stated.interval(95))
    with pytest.raises(StrategyError, match="above the upper"):
        strategy.Stated(seen, pd.DataFrame({"lower": 900.0, "upper": 820.0}, dates))
    with pytest.raises(StrategyError, match="after the last observation"):
        strategy.Stated(seen, pd.DataFrame({"lower": 1.0, "upper": 2.0}, seen.index))
