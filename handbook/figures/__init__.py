"""Pictures and tables of the handbook: French, sourced, described, and the same everywhere.

>>> from handbook.figures import fr
>>> fr.number(2501)
'2\u202f501'

Names are loaded when first used: a page that only writes French numbers loads no drawing library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from handbook.core import french as fr

if TYPE_CHECKING:
    from handbook.figures.axes import publish
    from handbook.figures.caption import Caption
    from handbook.figures.display import Picture
    from handbook.figures.lines import Reference, curves, fan
    from handbook.figures.maps import choropleth, outlines
    from handbook.figures.plate import Plate, compose
    from handbook.figures.ranks import bars, dots
    from handbook.figures.statements import Statements, says, takeaways
    from handbook.figures.tables import Table, table
    from handbook.figures.theme import set_theme
    from handbook.figures.timelines import timeline

__all__ = [
    "Caption",
    "Picture",
    "Plate",
    "Reference",
    "Statements",
    "Table",
    "bars",
    "choropleth",
    "compose",
    "curves",
    "dots",
    "fan",
    "fr",
    "outlines",
    "publish",
    "says",
    "set_theme",
    "table",
    "takeaways",
    "timeline",
]

_HOMES = {
    "Caption": "caption",
    "Picture": "display",
    "Plate": "plate",
    "Reference": "lines",
    "Statements": "statements",
    "Table": "tables",
    "bars": "ranks",
    "choropleth": "maps",
    "compose": "plate",
    "curves": "lines",
    "dots": "ranks",
    "fan": "lines",
    "outlines": "maps",
    "publish": "axes",
    "says": "statements",
    "set_theme": "theme",
    "table": "tables",
    "takeaways": "statements",
    "timeline": "timelines",
}


def __getattr__(name: str) -> object:
    """Load the module that holds `name` (PEP 562)."""
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
