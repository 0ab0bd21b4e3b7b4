"""Executable handbook on French primary care to 2032."""
