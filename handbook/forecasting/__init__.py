"""Forecasts of short series with intervals that hold, and their backtests.

A pure room: Series and DataFrames in, frozen results out. It knows no facts and no pictures.
"""

from handbook.forecasting.backtesting import backtest
from handbook.forecasting.core import Forecast, forecast
from handbook.forecasting.series import ForecastError, Regularised, regularise

__all__ = ["Forecast", "ForecastError", "Regularised", "backtest", "forecast", "regularise"]
