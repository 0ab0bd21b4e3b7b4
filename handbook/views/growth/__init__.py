"""Stated assumptions, laid over forecasts."""
