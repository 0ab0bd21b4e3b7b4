"""Growth curves: the published example, and honesty about the ceiling."""

import numpy as np
import pandas as pd
import pytest

from handbook.forecasting import ForecastError, fit_growth

VCR = pd.Series(
    [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890],
    index=range(1980, 1990),
    name="vcr",
)


def test_video_recorders_as_published():
    """Bass (1969) density by nonlinear least squares, as in R's nls."""
    fit = fit_growth(VCR)
    ceiling, p, q = fit.parameters["estimate"]
    assert ceiling == pytest.approx(67_980, abs=20)
    assert p == pytest.approx(0.00659, abs=5e-6)
    assert q == pytest.approx(0.638, abs=5e-4)
    assert fit.residual_error == pytest.approx(727, abs=1)
    assert fit.degrees == 7
    assert fit.parameters["std_error"].iloc[0] == pytest.approx(3128, rel=0.01)
    low, high = fit.ceiling_interval
    assert low == pytest.approx(60_900, rel=0.01)
    assert high == pytest.approx(75_820, rel=0.01)
    assert fit.identified
    assert "plafond estimé à 67\u202f98" in fit.explain()


def test_before_the_peak_the_ceiling_is_open():
    fit = fit_growth(VCR[:6])
    assert not fit.identified
    assert fit.ceiling_interval[1] == np.inf
    assert "ne permettent pas d’identifier le plafond" in fit.explain()
    ahead = fit.predict(3)
    assert list(ahead.index) == [1986, 1987, 1988]
    assert ahead["upper"].isna().all()
    assert (ahead["lower"] <= ahead["mean"]).all()


@pytest.mark.parametrize("curve", ["bass", "logistic", "gompertz"])
@pytest.mark.parametrize("observed", ["stock", "flow"])
def test_a_curve_without_noise_is_found_again(curve, observed):
    from handbook.forecasting.growth import FORMS

    truth = np.array([5000.0, 0.01, 0.45] if curve == "bass" else [5000.0, 0.4, 60.0])
    form = FORMS[curve]
    t = np.arange(1.0, 21.0)
    values = (form.flow if observed == "flow" else form.stock)(t, truth)
    fit = fit_growth(pd.Series(values), curve, observed=observed)
    np.testing.assert_allclose(fit.parameters["estimate"], truth, rtol=1e-3)
    assert fit.identified
    later = (form.flow if observed == "flow" else form.stock)(np.array([21.0]), truth)
    np.testing.assert_allclose(fit.predict(1)["mean"], later, rtol=1e-3)


def test_a_flow_is_the_derivative_of_its_stock():
    from handbook.forecasting.growth import FORMS

    t = np.linspace(1, 15, 8)
    for curve, form in FORMS.items():
        x = np.array([100.0, 0.01, 0.5] if curve == "bass" else [100.0, 0.5, 20.0])
        slope = (form.stock(t + 1e-5, x) - form.stock(t - 1e-5, x)) / 2e-5
        np.testing.assert_allclose(form.flow(t, x), slope, rtol=1e-6)


def test_a_straight_line_needs_no_curve():
    steady = pd.Series(100 + 10.0 * np.arange(12))
    fit = fit_growth(steady, "bass", observed="stock")
    assert not fit.identified
    assert "une simple droite" in fit.explain()


def test_the_launch_may_be_given():
    sold = pd.Series(VCR.to_numpy()[2:], index=pd.date_range("1982-12-31", periods=8, freq="YE"))
    fit = fit_growth(sold, launch="1979-12-31")
    assert fit.inflexion == pytest.approx(fit_growth(VCR).inflexion, abs=0.5)
    with pytest.raises(ForecastError, match="comes after the first value"):
        fit_growth(sold, launch="1990-12-31")


@pytest.mark.parametrize(
    ("series", "curve", "message"),
    [
        (VCR, "exponential", "unknown curve"),
        (VCR - 1000, "bass", "negative at 1980"),
        (VCR * 0 + 3, "bass", "never changes"),
        (VCR[:4], "bass", "has 4 values"),
    ],
)
def test_a_fault_is_named(series, curve, message):
    with pytest.raises(ForecastError, match=message):
        fit_growth(series, curve)


@pytest.mark.parametrize("curve", ["bass", "logistic", "gompertz"])
def test_no_ceiling_lies_below_what_was_observed(curve):
    noisy = pd.Series([2.0, 5, 11, 24, 43, 63, 78, 91, 103, 97, 99, 98], index=range(2010, 2022))
    fit = fit_growth(noisy, curve, observed="stock")
    assert fit.parameters["estimate"].iloc[0] >= 103 * (1 - 1e-9)
    assert fit.ceiling_interval[0] >= 103 * (1 - 1e-9)


def test_no_ceiling_lies_above_what_the_quantity_cannot_pass():
    share = pd.Series([3.0, 5, 9, 15, 26, 42], index=range(2018, 2024))
    assert fit_growth(share, "logistic").ceiling_interval[1] > 100
    share.attrs.update(nature="share", cap=100.0)
    fit = fit_growth(share, "logistic")
    assert fit.parameters["estimate"].iloc[0] <= 100 + 1e-6
    assert "au moins" in fit.explain()
    assert fit.ceiling_interval[1] == pytest.approx(100)
    assert not fit.identified
    assert "100 au plus, que la grandeur ne peut passer" in fit.explain()
    under_whole = fit_growth(share, "logistic", cap=60)
    assert under_whole.parameters["estimate"].iloc[0] <= 60 + 1e-6
    assert under_whole.ceiling_interval[1] == pytest.approx(60)
    with pytest.raises(ForecastError, match="reached its cap, 42"):
        fit_growth(share, "logistic", cap=42)
    full = pd.Series([3.0, 20, 60, 90, 99, 100])
    full.attrs["cap"] = 100.0
    with pytest.raises(ForecastError, match="reached its cap"):
        fit_growth(full, "logistic")
