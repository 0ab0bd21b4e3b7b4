"""Many series: panels, clusters, and forecasts that add up."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from handbook import facts
from handbook.forecasting import (
    ForecastError,
    forecast,
    forecast_panel,
    past_chances,
    pit_histogram,
    reconcile,
    regularise,
    reliability,
)

YEARS = range(2012, 2022)
TREE = {"FR": ["A", "B"], "A": ["a1", "a2"], "B": ["b1", "b2", "b3"]}
LEAVES = ["a1", "a2", "b1", "b2", "b3"]


def counts(seed=0):
    """Five leaves that grow, and their sums."""
    steps = np.random.default_rng(seed).poisson(3, size=(len(YEARS), 5))
    frame = pd.DataFrame(steps.cumsum(axis=0), index=YEARS, columns=LEAVES)
    for parent in ("A", "B", "FR"):
        frame[parent] = frame[TREE[parent]].sum(axis=1)
    return frame


def test_one_bad_series_is_reported_not_fatal():
    frame = counts().astype(float)
    frame["gap"] = frame["a1"].where(frame.index != 2016)
    frame["short"] = frame["a1"].where(frame.index > 2018)
    seen = []
    panel = forecast_panel(frame, 3, progress=lambda done, total: seen.append((done, total)))
    assert list(panel.forecasts) == [*LEAVES, "A", "B", "FR"]
    assert list(panel.failures["unique_id"]) == ["gap", "short"]
    assert "regularise" in panel.failures["error"][0]
    assert seen[-1] == (10, 10)
    assert list(panel.table.columns) == [
        "unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95"
    ]  # fmt: skip
    assert len(panel.table) == 8 * 3


def test_long_and_wide_frames_agree(capsys):
    wide = counts()[LEAVES]
    long = wide.melt(var_name="unique_id", value_name="y", ignore_index=False)
    long = long.rename_axis("ds").reset_index()
    expected = forecast_panel(wide, 2, progress=True).table
    pd.testing.assert_frame_equal(forecast_panel(long, 2).table, expected)
    assert "5/5 series" in capsys.readouterr().err
    with pytest.raises(ForecastError, match="needs the columns unique_id, ds, y"):
        forecast_panel(long.drop(columns="y"), 2)


def test_the_same_call_runs_on_a_dask_cluster():
    distributed = pytest.importorskip("distributed")
    frame = pd.concat([counts(seed).add_suffix(f"_{seed}") for seed in range(3)], axis=1)
    frame["bad"] = np.inf
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        panel = forecast_panel(frame, 3)
        through = forecast_panel(frame, 3, executor=client.get_executor())
        told = client.run(lambda: (os.getpid(), "handbook.forecasting.panel" in sys.modules))
    processes, worked = zip(*told.values(), strict=True)
    assert len({*processes, os.getpid()}) == 3
    assert any(worked), "the other processes never needed the code that forecasts"
    assert list(panel.failures["unique_id"]) == ["bad"]
    pd.testing.assert_frame_equal(panel.table, forecast_panel(frame, 3).table)
    pd.testing.assert_frame_equal(through.table, panel.table)
    pd.testing.assert_frame_equal(through.failures, panel.failures)


def test_an_executor_gives_what_the_plain_call_gives():
    frame = pd.concat([counts(seed).add_suffix(f"_{seed}") for seed in range(3)], axis=1)
    frame["bad"] = np.inf
    plain, seen = forecast_panel(frame, 3), []
    with ThreadPoolExecutor(2) as pool:
        made = forecast_panel(
            frame, 3, executor=pool, progress=lambda done, total: seen.append((done, total))
        )
    assert list(made.forecasts) == list(plain.forecasts)
    pd.testing.assert_frame_equal(made.table, plain.table)
    pd.testing.assert_frame_equal(made.failures, plain.failures)
    assert seen[-1] == (25, 25)


@pytest.mark.parametrize("method", ["mint", "bottom_up", "top_down"])
def test_sums_hold(method):
    panel = forecast_panel(counts(), 4)
    made = reconcile(panel.forecasts, TREE, method)
    for parent, below in TREE.items():
        np.testing.assert_allclose(made.mean[parent], made.mean[below].sum(axis=1))
        assert (made.interval(95, parent)["upper"] > made.interval(80, parent)["upper"]).all()
    np.testing.assert_allclose(made.mean["FR"] - panel.forecasts["FR"].mean, made.adjustment["FR"])
    if method == "top_down":
        np.testing.assert_allclose(made.adjustment["FR"], 0, atol=1e-9)
    if method == "bottom_up":
        np.testing.assert_allclose(made.adjustment[LEAVES], 0, atol=1e-9)
    assert "cohérentes" in made.explain()


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from(["mint", "bottom_up", "top_down"]))
def test_sums_hold_for_any_counts_and_none_is_negative(seed, method):
    made = reconcile(_PANELS[seed % 3], TREE, method)
    rng = np.random.default_rng(seed)
    # whatever the base forecasts, not only those of the data
    bent = {name: _bent(one, rng.normal(1, 1.5, len(one.mean))) for name, one in _PANELS[0].items()}
    for result in (made, reconcile(bent, TREE, method)):
        np.testing.assert_allclose(result.mean["FR"], result.mean[LEAVES].sum(axis=1), atol=1e-8)
    assert (reconcile(bent, TREE, "mint").mean >= -1e-9).all(axis=None)


def _bent(one, factor):
    return replace(one, mean=one.mean * factor)


_PANELS = [
    {name: forecast(column, 3) for name, column in counts(seed).items()} for seed in range(3)
]


def test_two_equal_regions_share_the_gap_by_hand():
    """With equal and independent errors the gap is shared in three (FR, A and B)."""
    from handbook.forecasting.reconciling import _projection, _Tree

    tree = _Tree.plant({"FR": ["A", "B"]})
    base = np.array([103.0, 60.0, 40.0])
    leaves = _projection("mint", tree, base, np.eye(3)) @ base
    np.testing.assert_allclose(leaves, [61, 41])


def test_mint_agrees_with_the_kept_library():
    """Same base forecasts; it centres errors before their covariance, we do not."""
    path = Path(__file__).parent / "reference/forecasting/mint_hierarchicalforecast.json"
    reference = json.loads(path.read_text())
    base = pd.DataFrame(np.array(reference["base"]).T[:3], columns=reference["nodes"])
    given = {
        name: replace(one, mean=base[name].set_axis(one.mean.index))
        for name, one in _PANELS[0].items()
    }
    made = reconcile(given, TREE)
    assert list(made.mean.columns) == reference["nodes"]
    expected = np.array(reference["mean"]).T[:3]
    assert np.abs(expected - base.to_numpy()).max() > 0.1
    np.testing.assert_allclose(made.mean, expected, atol=0.01)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"FR": ["A", "B"], "X": ["a1"]}, "one top, not 2"),
        ({"FR": ["A", "A"]}, "more than one parent"),
        ({"A": ["B"], "B": ["A"]}, "one top, not 0"),
        ({"FR": ["A", "Z"]}, "no forecast for Z"),
    ],
)
def test_a_fault_of_the_tree_is_named(tree, message):
    with pytest.raises(ForecastError, match=message):
        reconcile(_PANELS[0], tree)


def test_the_chance_of_a_node_is_read_in_the_law_of_its_interval():
    frame = counts(3).astype(float)
    together = reconcile({name: forecast(frame[name], 3) for name in frame}, TREE)
    low, high = together.interval(80, "A").iloc[-1]
    assert together.probability_above(high, 2024, "A") == pytest.approx(0.1)
    assert together.probability_above(low, 2024, "A") == pytest.approx(0.9)
    assert together.probability_above(0, 2024, "A") == 1
    with pytest.raises(ForecastError, match="unknown node"):
        together.probability_above(1, 2024, "Z")
    with pytest.raises(ForecastError, match="not a date"):
        together.probability_above(1, 2040, "A")


def test_other_faults_are_named():
    with pytest.raises(ForecastError, match="unknown method"):
        reconcile(_PANELS[0], TREE, "middle_out")
    late = {**_PANELS[0], "a1": forecast(counts()["a1"][:-1], 3)}
    with pytest.raises(ForecastError, match="a1 is not on the dates of FR"):
        reconcile(late, TREE)
    with pytest.raises(ForecastError, match="unknown node"):
        reconcile(_PANELS[0], TREE).interval(95, "Z")


def long(identifiers, start=2015):
    values = np.array([10, 11, 13, 14, 17, 18, 21, 22.0])
    parts = [
        pd.DataFrame(
            {
                "unique_id": pd.Series([name] * 8, dtype=object),
                "ds": range(begun, begun + 8),
                "y": values * (rank + 1),
            }
        )
        for rank, (name, begun) in enumerate(zip(identifiers, [start, *[2015] * 9], strict=False))
    ]
    return pd.concat(parts, ignore_index=True)


def test_every_series_that_comes_in_comes_out_as_a_forecast_or_a_failure():
    clash = forecast_panel(long([1, "1", "2A"]), 1)
    assert list(clash.forecasts) == ["2A"]
    assert list(clash.failures["unique_id"]) == ["1", "1"]
    assert "1 (int) and '1' (str)" in clash.failures["error"][0]
    nameless = forecast_panel(long(["01", None, "2A"]), 1)
    assert list(nameless.forecasts) == ["01", "2A"]
    assert "8 values have no identifier" in nameless.failures["error"][0]
    twins = pd.DataFrame({1: np.arange(8.0) ** 2, "1": np.arange(8.0)}, index=range(2015, 2023))
    assert len(forecast_panel(twins, 1).failures) == 2


def test_one_series_whose_identifier_was_read_as_number_then_as_text_is_whole():
    made = forecast_panel(long([75, "75"], start=2007), 1)
    assert len(made.forecasts["75"].series) == 16
    assert made.failures.empty


@settings(max_examples=15)
@given(st.lists(st.sampled_from([1, "1", 2, "2A", None, 2.5]), min_size=1, max_size=5, unique=True))
def test_nothing_is_lost_on_the_way(identifiers):
    made = forecast_panel(long(identifiers), 1)
    assert len(made.forecasts) + len(made.failures) == len(identifiers)


def test_a_panel_takes_the_fast_path_and_stays_within_half_a_percent():
    frame = counts(1)[LEAVES].astype(float) + 20
    fast = forecast_panel(frame, 4).forecasts
    for name, one in fast.items():
        slow = forecast(frame[name], 4)
        np.testing.assert_allclose(one.mean, slow.mean, rtol=0.005)
        np.testing.assert_allclose(one.members["ets"], slow.members["ets"], rtol=0.005)


def test_what_a_frame_declares_holds_for_its_columns():
    frame = counts(2)[LEAVES]
    frame.attrs["cumulative"] = True
    for name, made in forecast_panel(frame, 4).forecasts.items():
        assert made.floor == frame[name].iloc[-1]
        assert (made.interval(99)["lower"] >= made.floor).all()


def series(values):
    return pd.Series(values, index=range(2010, 2010 + len(values)), dtype=float)


def test_bounds_and_floors_outlive_reconciliation():
    falling, wandering = series([9, 7, 6, 4, 3, 2, 2, 1, 1]), series([3, 1, -2, 0, 4, -1, 2, -3, 1])
    nodes = {
        "FR": forecast(falling + wandering, 5),
        "a": forecast(falling, 5, bounds="count"),
        "b": forecast(wandering, 5),
    }
    made = reconcile(nodes, {"FR": ["a", "b"]})
    assert made.interval(95, "a")["lower"].min() >= 0
    assert made.probability_above(0, 2019, "a") == 1
    assert made.interval(95, "b")["lower"].min() < 0
    np.testing.assert_allclose(made.mean["FR"], made.mean["a"] + made.mean["b"])


def test_a_capped_parent_stays_under_its_cap_and_its_parts_still_sum_to_it():
    parts = {
        "x": series([40, 42, 45, 47, 50, 52, 55, 57, 60]),
        "y": series([50, 49, 47, 46, 44, 43, 41, 40, 38.0]),
    }
    nodes = {name: forecast(one, 12) for name, one in parts.items()}
    nodes["FR"] = forecast(series([90, 91, 92, 93, 94, 95, 96, 97, 98]), 12, bounds=(0, 100))
    for method in ("mint", "bottom_up", "top_down"):
        made = reconcile(nodes, {"FR": ["x", "y"]}, method)
        assert made.mean["FR"].max() <= 100 + 1e-9
        assert made.interval(95, "FR")["upper"].max() <= 100
        np.testing.assert_allclose(made.mean["FR"], made.mean["x"] + made.mean["y"])


def test_parts_that_cannot_sum_to_their_whole_are_refused():
    nodes = {name: forecast(series([1, 2, 3, 4, 5.0]), 2, floor=9.0) for name in ("x", "y")}
    nodes["FR"] = forecast(series([2, 4, 6, 8, 9.5]), 2, bounds=(0, 10))
    with pytest.raises(ForecastError, match="FR cannot be the sum of its parts"):
        reconcile(nodes, {"FR": ["x", "y"]})


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_counts_that_never_fall_add_up_above_what_they_reached(seed):
    frame = counts(seed % 7)
    frame.attrs["cumulative"] = True
    made_of = {name: _bent(one, np.random.default_rng(seed).uniform(0.2, 1.5, len(one.mean)))
               for name, one in forecast_panel(frame, 3).forecasts.items()}  # fmt: skip
    made = reconcile(made_of, TREE)
    assert (made.mean[frame.columns] >= frame.iloc[-1] - 1e-6).all(axis=None)
    for parent, below in TREE.items():
        np.testing.assert_allclose(made.mean[parent], made.mean[below].sum(axis=1))


def test_past_chances_are_judged_against_their_own_base_rate():
    rising = np.random.default_rng(4).poisson(3, size=(16, 30)).cumsum(axis=0)
    frame = pd.DataFrame(rising, index=range(2005, 2021))
    frame.attrs["nature"] = "count"
    told = past_chances(frame, 2, (1.1, 1.3), every=3)
    assert set(told["question"]) == {1.1, 1.3}
    assert told["stated"].between(0, 1).all()
    judged = reliability(told)
    rate = told.groupby("question")["came"].transform("mean")
    assert judged.brier == pytest.approx(((told["stated"] - told["came"]) ** 2).mean())
    assert judged.base == pytest.approx(((rate - told["came"]) ** 2).mean())
    assert judged.skill == pytest.approx(1 - judged.brier / judged.base)
    assert judged.table["n"].sum() == judged.n == len(told)
    assert judged.table["observed"].is_monotonic_increasing
    fifths = pit_histogram(told, 5)
    assert fifths.sum() == pytest.approx(1)
    assert fifths.min() > 0


def test_outcomes_drawn_from_their_own_discrete_law_fill_its_classes_evenly():
    """Poisson counts of three on average: the middles of their steps would not."""
    came = np.random.default_rng(0).poisson(3, 20_000)
    low, high = (stats.poisson.cdf(came - less, 3) for less in (1, 0))
    drawn = pd.DataFrame({"unique_id": range(20_000), "origin": 0, "date": 0})
    drawn = drawn.assign(rank_low=low, rank_high=high)
    assert (pit_histogram(drawn) - 0.1).abs().max() < 0.006
    middles = np.histogram((low + high) / 2, 10, (0, 1))[0] / 20_000
    assert middles.min() == 0
    continuous = drawn.assign(
        rank_low=np.linspace(0, 1, 20_000), rank_high=np.linspace(0, 1, 20_000)
    )
    assert (pit_histogram(continuous) - 0.1).abs().max() < 1e-3


def test_departements_fall_in_every_tenth_of_their_law():
    panel = facts.panel("msp_nb", "departement")
    halves = panel.apply(lambda s: regularise(s, "half-yearly").series)
    frame = facts.sourced(halves, panel, unit="structures", nature="count")
    past = pd.concat([past_chances(frame, steps, (1.1,)) for steps in (1, 3, 5)])
    assert pit_histogram(past).between(0.07, 0.13).all()


def test_chances_without_power_are_said_to_have_none():
    came = np.tile([True, False, False, False], 50)
    constant = reliability(pd.DataFrame({"stated": 0.25, "came": came}))
    assert constant.skill == pytest.approx(0)
    assert "presque aucun pouvoir" in constant.explain()
    perfect = reliability(pd.DataFrame({"stated": came.astype(float), "came": came}))
    assert perfect.skill == 1
    assert "justes en moyenne" in perfect.explain()
    wrong = reliability(pd.DataFrame({"stated": 0.9, "came": came}))
    assert "trop hautes" in wrong.explain()
    assert "moins bien" in wrong.explain()


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ({"stated": [0.5]}, {}, "no \\['came'\\]"),
        ({"stated": [50], "came": [True]}, {}, "between 0 and 1"),
        ({"stated": [0.5], "came": [2]}, {}, "True or False"),
        ({"stated": [0.5], "came": [1]}, {"edges": (0, 0.5)}, "from 0 to 1"),
    ],
)
def test_chances_that_cannot_be_judged_are_refused(table, options, message):
    with pytest.raises(ForecastError, match=message):
        reliability(pd.DataFrame(table), **options)
