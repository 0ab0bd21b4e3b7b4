"""Forecasts of short series with intervals that hold, growth curves, reconciliation.

A pure room: Series and DataFrames in, frozen results out. It knows no facts and no pictures.
`handbook.forecasting.ledger` keeps what was announced, and scores it when a newer figure comes.
"""

from handbook.forecasting.backtesting import backtest
from handbook.forecasting.breaks import Event
from handbook.forecasting.chances import Reliability, past_chances, pit_histogram, reliability
from handbook.forecasting.core import Forecast, forecast
from handbook.forecasting.growth import Growth, fit_growth
from handbook.forecasting.panel import Panel, forecast_panel
from handbook.forecasting.quantity import Quantity
from handbook.forecasting.reading import from_csv
from handbook.forecasting.reconciling import Reconciled, reconcile
from handbook.forecasting.season import Season
from handbook.forecasting.series import ForecastError, Regularised, regularise

__all__ = [
    "Event",
    "Forecast",
    "ForecastError",
    "Growth",
    "Panel",
    "Quantity",
    "Reconciled",
    "Regularised",
    "Reliability",
    "Season",
    "backtest",
    "fit_growth",
    "forecast",
    "forecast_panel",
    "from_csv",
    "past_chances",
    "pit_histogram",
    "reconcile",
    "regularise",
    "reliability",
]
