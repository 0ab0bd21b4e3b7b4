"""Scenario builder over a cross-impact matrix."""
