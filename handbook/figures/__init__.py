"""Pictures and tables of the handbook: French, sourced, described, and the same everywhere.

>>> from handbook.figures import curves, fr
>>> fr.number(2501)
'2\u202f501'
"""

from handbook.figures import french as fr
from handbook.figures.display import Picture
from handbook.figures.lines import Reference, curves, fan
from handbook.figures.plate import Plate, compose
from handbook.figures.statements import Statements, says, takeaways
from handbook.figures.tables import Table, table

__all__ = [
    "Picture",
    "Plate",
    "Reference",
    "Statements",
    "Table",
    "compose",
    "curves",
    "fan",
    "fr",
    "says",
    "table",
    "takeaways",
]
