"""Forecasts: a series, a horizon, a level, a break and a target."""
