"""The forecast of a short series, its intervals and its backtest."""

import numpy as np
import pandas as pd
import pytest

from handbook.forecasting import ForecastError, backtest, forecast, regularise

MSP = pd.Series(
    [1034, 1118, 1208, 1307, 1415, 1547, 1617, 1740, 1889, 2018, 2127, 2251, 2395, 2501],
    index=pd.date_range("2017-06-30", periods=14, freq="6ME"),
    name="msp_nb",
)


def test_half_years_to_2032():
    made = forecast(MSP, 18)
    assert made.mean.index[0] == pd.Timestamp("2024-06-30")
    assert made.mean.index[-1] == pd.Timestamp("2032-12-31")
    assert 3900 < made.mean.iloc[-1] < 5500
    assert made.weights.sum() == pytest.approx(1)
    assert made.explain().startswith("Médiane de 5 méthodes simples")


def test_intervals_nest_widen_and_agree_with_the_probabilities():
    made = forecast(MSP, 18)
    narrow, wide = made.interval(80), made.interval(95)
    assert (narrow["lower"] > wide["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    assert (np.diff(wide["upper"] - wide["lower"]) > 0).all()
    at = pd.Timestamp("2026-12-31")
    assert made.probability_above(made.mean[at], at) == pytest.approx(0.5)
    assert made.probability_above(wide.loc[at, "upper"], "2026-12-31") == pytest.approx(0.025)
    assert made.probability_above(0, at) == 1


def test_a_longer_horizon_leaves_the_nearer_one_unchanged():
    pd.testing.assert_frame_equal(forecast(MSP, 6).interval(95), forecast(MSP, 18).interval(95)[:6])


def test_backtest_beside_the_naive_forecast():
    table = backtest(MSP, 4, origins=5)
    assert set(table["role"]) == {"forecast", "benchmark", "best_member"}
    assert list(table["n"][:4]) == [5, 4, 3, 2]
    total = backtest(MSP, 4, origins=5, by_horizon=False).set_index("method")
    assert total.loc["combination", "mase"] < total.loc["naive", "mase"]


def test_regularise_says_what_it_did():
    later = pd.Series([2758.0, 3000.0], index=pd.to_datetime(["2025-01-01", "2026-01-15"]))
    made = regularise(pd.concat([MSP, later]).rename("msp_nb"), "half-yearly")
    assert made.series.index[-1] == pd.Timestamp("2025-12-31")
    assert list(made.origin[-4:]) == ["interpolated", "moved", "interpolated", "moved"]
    assert made.series["2024-12-31"] == 2758
    assert "2 interpolées" in made.note


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (MSP.where(MSP != 1740), "no value at 2020-12-31"),
        (MSP.astype(float).replace(1740, np.inf), "infinite at 2020-12-31"),
        (MSP[:4], "ranged from 1034 to 1307"),
        (pd.concat([MSP, MSP[-1:]]), "several values at 2023-12-31"),
        (MSP.drop(MSP.index[5]), "regularise"),
        (MSP.astype(str) + "x", "other than numbers"),
        (MSP.set_axis(list("abcdefghijklmn")), "integers"),
    ],
)
def test_a_fault_is_named(broken, message):
    with pytest.raises(ForecastError, match=message):
        forecast(broken, 3)
