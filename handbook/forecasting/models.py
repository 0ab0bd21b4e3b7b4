"""The members that statsmodels fits, and the fitted models an analyst may open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from handbook.core.errors import unknown
from handbook.forecasting import season, smoothing
from handbook.forecasting.series import ForecastError, clock

Floats = NDArray[np.float64]

STATSMODELS = ("ets", "drift", "log_drift", "damped", "classic_theta")
"""Members that are models of statsmodels; the others are own code (see `methods`)."""


def fit_ets(y: Floats, start: smoothing.Smoothing) -> Any:  # noqa: ANN401
    """Fit by statsmodels a form of exponential smoothing from its optimum on the grid.

    The search keeps a single correction (`m`): with more, linear algebra starts threads for
    matrices of five rows and takes five times longer.

    Parameters
    ----------
    y : array of n values of the order of one
    start : Smoothing
        Its form is fitted, its first states are kept and its constants searched from.

    Returns
    -------
    ETSResults
    """
    given = np.array(start.constants())
    # a perfect fit makes the likelihood infinite: its forecast is sound all the same
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _ets_model(y, start, 1.0).fit(
            start_params=given, disp=False, warn_convergence=False, m=1
        )


def _ets_model(y: Floats | pd.Series, start: smoothing.Smoothing, unit: float) -> Any:  # noqa: ANN401
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    form, first = start.form, {"initial_level": start.first[0] * unit}
    if form.trend is not None:
        first["initial_trend"] = start.first[1] * unit
    form_of = {"error": form.error, "trend": form.trend, "damped_trend": form.damped}
    return ETSModel(y, **form_of, initialization_method="known", **first)


def dated(series: pd.Series) -> pd.Series:
    """Return values on an index statsmodels reads without guessing: periods, or ranks.

    Dates without a frequency of pandas' own (a half-year, a day of the month) become periods
    where the step is whole months, ranks otherwise.
    """
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        months = clock(series).months
        names = {12: "Y", 3: "Q", 1: "M"}
        if months in names:
            return series.set_axis(index.tz_localize(None).to_period(names[months]))
    elif isinstance(index, pd.PeriodIndex):
        return series
    return series.set_axis(pd.RangeIndex(len(series)))


def fit_walk(y: Floats | pd.Series) -> Any:  # noqa: ANN401
    """Fit by statsmodels a random walk with drift: ARIMA(0,1,0) with a trend."""
    from statsmodels.tsa.arima.model import ARIMA

    return ARIMA(y, order=(0, 1, 0), trend="t").fit()


def fit_theta(y: Floats | pd.Series) -> Any:  # noqa: ANN401
    """Fit by statsmodels the theta model of Assimakopoulos and Nikolopoulos, without season."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    return ThetaModel(y, deseasonalize=False, period=1).fit()


def fit_season(y: Floats, period: int, mode: str) -> Any:  # noqa: ANN401
    """Fit by statsmodels the effects of the steps of the year, beside a smooth trend.

    Ordinary least squares of what the trend leaves (see `handbook.forecasting.season.measure`):
    its F test is the test of the season.

    Returns
    -------
    RegressionResults
        One coefficient a step of the year but the last, in logarithms where effects multiply.
    """
    from statsmodels.regression.linear_model import OLS

    left, design, free = season.regression(np.log(y) if mode == "multiplicative" else y, period)
    model = OLS(left, pd.DataFrame(design, columns=[f"step_{k + 1}" for k in range(period - 1)]))
    model.df_resid = free
    return model.fit()


@dataclass(frozen=True, eq=False)
class Models(Mapping[str, Any]):
    """Fitted models of statsmodels, by member: ``models["ets"].summary()``.

    ``"drift"`` and ``"log_drift"`` start from the last value, as models of the values do, also
    where the members start from a level (monthly steps).

    Each is fitted when first asked for, on the very values the member was (without the effect of
    events and of the season). ``"season"`` is there where a season was removed: the regression
    that found it.

    Attributes
    ----------
    series : Series
        What the members were fitted on.
    members : tuple of str
        The members of the forecast.
    unadjusted : Series
        The same with the season.
    period, mode
        Steps a year and "additive" or "multiplicative", where a season was removed; else 1, "".
    """

    series: pd.Series
    members: tuple[str, ...]
    unadjusted: pd.Series
    period: int = 1
    mode: str = ""
    _fitted: dict[str, Any] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[str]:
        """Name the models."""
        if np.ptp(self.series.to_numpy()) > 0:
            yield from (name for name in self.members if name in STATSMODELS)
        if self.period > 1:
            yield "season"

    def __len__(self) -> int:
        """Count them."""
        return len(list(iter(self)))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        """Fit a model, once."""
        if name not in list(self):
            if name in self.members:
                raise ForecastError(
                    f"« {name} » is own code, not a model of statsmodels: see "
                    f"forecast.members[{name!r}]; models: {', '.join(self)}"
                )
            raise unknown(name, self, "model", ForecastError)
        if name not in self._fitted:
            self._fitted[name] = self._fit(name)
        return self._fitted[name]

    def _fit(self, name: str) -> Any:  # noqa: ANN401
        if name == "season":
            return fit_season(self.unadjusted.to_numpy(), self.period, self.mode)
        if name in ("ets", "damped"):
            return self._smoothing(name)
        values = dated(self.series)
        if name == "classic_theta":
            return fit_theta(values)
        return fit_walk(values if name == "drift" else np.log(values))

    def _smoothing(self, name: str) -> Any:  # noqa: ANN401
        """Return the fit in the unit of the series: it was made on values of the order of one."""
        y = self.series.to_numpy()
        unit = float(np.abs(y).max()) or 1.0
        form = smoothing.Form("add", "add", damped=True)
        start = smoothing.select(y / unit) if name == "ets" else smoothing.optimum(y / unit, form)
        constants = fit_ets(y / unit, start).params
        return _ets_model(dated(self.series), start, unit).smooth(constants)
