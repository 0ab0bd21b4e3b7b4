"""Interactive views that answer in Jupyter and, without a kernel, in the built page."""

from handbook.explorers.base import Choice, Choices, Explorer, Field, Number, Summary
from handbook.explorers.regions import Indicator, RegionsExplorer

__all__ = [
    "Choice",
    "Choices",
    "Explorer",
    "Field",
    "Indicator",
    "Number",
    "RegionsExplorer",
    "Summary",
]
