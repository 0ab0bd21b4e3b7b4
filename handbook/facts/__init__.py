"""Facts: tables of ``data/``, series and single figures, each with its source.

`store` is the only door through which data enter; `records` are what it hands out, `provenance` how
they keep their sources, `readings` how editions are kept apart, `package` how the tables are
described. `comparing` refuses two bases in one comparison, `marks` says what a statement of ours is
worth, `verdicts` what one of the documents is. `briefs`, `countries` and `catalogue` lay out what
it holds (claims and their verdicts, indicators by country, the 2032 scenario); `territories` finds
them by name and lays their figures side by side; `formulas` compute a model's inputs; `schema`
reads a table against its description.
"""

from handbook.facts.formulas import named
from handbook.facts.store import (
    DATA,
    Facts,
    FactsError,
    Figure,
    MixedBasesError,
    Parameter,
    Rate,
    Source,
    Territory,
    TerritoryError,
    cited,
    claim,
    compare,
    computed,
    described,
    figure,
    geographies,
    latest,
    mark_of,
    observations,
    panel,
    parameter,
    projection,
    series,
    source,
    sourced,
    sources,
    sources_of,
    table,
    target,
    targets,
    territories,
    territory,
    uses,
)

__all__ = [
    "DATA",
    "Facts",
    "FactsError",
    "Figure",
    "MixedBasesError",
    "Parameter",
    "Rate",
    "Source",
    "Territory",
    "TerritoryError",
    "cited",
    "claim",
    "compare",
    "computed",
    "described",
    "figure",
    "geographies",
    "latest",
    "mark_of",
    "named",
    "observations",
    "panel",
    "parameter",
    "projection",
    "series",
    "source",
    "sourced",
    "sources",
    "sources_of",
    "table",
    "target",
    "targets",
    "territories",
    "territory",
    "uses",
]
