"""Facts: tables of ``data/``, series and single figures, each with its source.

`store` is the only door through which data enter; `briefs`, `countries` and `catalogue` lay out
what it holds (claims beside observations, indicators by country, the 2032 scenario); `schema` reads
a table against its description.
"""

from handbook.facts.store import (
    DATA,
    Facts,
    FactsError,
    Figure,
    Parameter,
    Source,
    figure,
    geographies,
    latest,
    panel,
    parameter,
    projection,
    series,
    source,
    sources_of,
    table,
    target,
    targets,
)

__all__ = [
    "DATA",
    "Facts",
    "FactsError",
    "Figure",
    "Parameter",
    "Source",
    "figure",
    "geographies",
    "latest",
    "panel",
    "parameter",
    "projection",
    "series",
    "source",
    "sources_of",
    "table",
    "target",
    "targets",
]
