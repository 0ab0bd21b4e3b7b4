"""Many series: panels, clusters, and forecasts that add up."""

import json
import os
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.forecasting import ForecastError, forecast, forecast_panel, reconcile

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
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        panel = forecast_panel(frame, 3)
        told = client.run(lambda: (os.getpid(), "handbook.forecasting.panel" in sys.modules))
    processes, worked = zip(*told.values(), strict=True)
    assert len({*processes, os.getpid()}) == 3
    assert any(worked), "the other processes never needed the code that forecasts"
    assert list(panel.failures["unique_id"]) == ["bad"]
    pd.testing.assert_frame_equal(panel.table, forecast_panel(frame, 3).table)


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
    from dataclasses import replace

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
    """It centres errors before their covariance, we do not: means differ by a hundredth."""
    path = Path(__file__).parent / "reference/forecasting/mint_hierarchicalforecast.json"
    reference = json.loads(path.read_text())
    made = reconcile(_PANELS[0], TREE)
    assert list(made.mean.columns) == reference["nodes"]
    expected = np.array(reference["mean"]).T[:3]
    assert np.abs(expected - np.array(reference["base"]).T[:3]).max() > 0.1
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
    with pytest.raises(ForecastError, match="no node"):
        together.probability_above(1, 2024, "Z")
    with pytest.raises(ForecastError, match="not a date"):
        together.probability_above(1, 2040, "A")


def test_other_faults_are_named():
    with pytest.raises(ForecastError, match="unknown method"):
        reconcile(_PANELS[0], TREE, "middle_out")
    late = {**_PANELS[0], "a1": forecast(counts()["a1"][:-1], 3)}
    with pytest.raises(ForecastError, match="a1 is not on the dates of FR"):
        reconcile(late, TREE)
    with pytest.raises(ForecastError, match="is no node"):
        reconcile(_PANELS[0], TREE).interval(95, "Z")
