"""Interactive views that answer in Jupyter and, without a kernel, in the built page.

A view is a folder: a Python class in ``view.py``, an ES module in ``view.js``, and ``view.css`` if
it needs its own style. The class checks the state, packs the data and says the result; the module
says the same result in the reader's browser, and draws. Names are loaded when first used.

To write another one, say ``prevention``, first the class, listed in `_HOMES`::

    class PreventionExplorer(Explorer):
        name = "prevention"                  # the folder, data-explorer="prevention"

        def __init__(self, gdp, *, sources=(), share=2.0, path="linear"):
            fields = (
                Field("share", "part", "number", minimum=0, maximum=5, step=0.1),
                Field("path", "trajectoire", "choice", ("linear", "early")),
            )
            data = {"gdp": gdp, "sources": source_entries(sources), "method": ["…"]}
            super().__init__(data, fields, {"share": share, "path": path})

        def _said(self, state):              # the twin of summary() below
            return Summary(title, sentence, caption, columns, rows, sources=["insee"])

then ``view.js``::

    import { explorer } from "../base/common.js";
    import { radioGroup, slider } from "../base/controls.js";
    import { lineChart } from "../base/chart.js";

    export function summary(data, state) {   // {title, sentence, caption, columns, rows, …}
    }
    export default explorer({
      name: "prevention",
      label: "Explorateur de la prévention",
      summary,
      build: (context) => ({
        controls: [
          slider(context, { key: "share", legend: "Part du PIB", unit: "%", digits: 1 }),
          radioGroup(context, { key: "path", legend: "Trajectoire", options }),
        ],
        picture: { el, show: (state, view) => {} },
      }),
      file: (data, state, view) => ({ name: "prevention.csv", columns, rows }),
    });

The frame does the rest: state in the address (``?prevention.part=2.5``) and its checks, the result
said to screen readers, the table, the CSV file, the link to copy, the way back, the method and the
sources. Four rules: all the view can say is in ``data`` or follows from it by simple arithmetic;
text becomes ``textContent``, never markup; French comes from ``french.js``, written as
`handbook.core.french` writes it; a module exports where it declares (`handbook.views.base.bundle`
joins modules, each in its own scope). ``tests/parity.py`` holds both summaries equal.

A field of kind ``"text"`` holds words to search for (`Text`, ``searchBox`` in ``controls.js``):
both sides clean them alike and refuse more characters than the field allows.

A view of a small model has many numbers, each with a range, a status and a source. Describe each
once, as a `Parameter` (`Parameter.from_row` reads a row of data), and let the rest follow::

    class BudgetExplorer(Explorer):
        def __init__(self, parameters, *, sources=()):
            data = {
                "parameters": parameter_entries(parameters),
                "presets": [{"label": "…", "note": "…", "values": {"share": 3}}],  # if any
                "sources": source_entries(sources),  # those of the parameters among them
                "method": ["…"],
            }
            super().__init__(data, parameter_fields(parameters), central_state(parameters))

        def _said(self, state):
            return Summary(..., notes=moved(self.data["parameters"], state))

In the module, ``controls: [...parameterGroups(context), …]`` gives one foldable group of sliders
each, with range, status, sources, and the way back to the central values; ``moved(data.parameters,
state)`` gives the same sentence as Python's; `parameterRows` and `PARAMETER_COLUMNS` fill a CSV.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handbook.views.base.explorer import (
        Choice,
        Choices,
        Explorer,
        Field,
        Number,
        Summary,
        Text,
        source_entries,
    )
    from handbook.views.base.live import live
    from handbook.views.base.parameters import (
        Parameter,
        central_state,
        moved,
        parameter_entries,
        parameter_fields,
    )
    from handbook.views.base.values import Noun
    from handbook.views.catalogue.view import CatalogueExplorer, Filter
    from handbook.views.centre.view import CentreExplorer
    from handbook.views.future.view import FutureExplorer, Option, Origin
    from handbook.views.growth.view import Future, GrowthExplorer, Path
    from handbook.views.outlook.view import Aim, OutlookExplorer, Scope
    from handbook.views.prevention.view import PreventionExplorer, Scale, Total
    from handbook.views.regions.view import Indicator, RegionsExplorer
    from handbook.views.scenarios.view import ScenarioExplorer, Wording
    from handbook.views.territory.view import Course, TerritoryExplorer
    from handbook.views.weights.view import Criterion, WeightsExplorer

__all__ = [
    "Aim",
    "CatalogueExplorer",
    "CentreExplorer",
    "Choice",
    "Choices",
    "Course",
    "Criterion",
    "Explorer",
    "Field",
    "Filter",
    "Future",
    "FutureExplorer",
    "GrowthExplorer",
    "Indicator",
    "Noun",
    "Number",
    "Option",
    "Origin",
    "OutlookExplorer",
    "Parameter",
    "Path",
    "PreventionExplorer",
    "RegionsExplorer",
    "Scale",
    "ScenarioExplorer",
    "Scope",
    "Summary",
    "TerritoryExplorer",
    "Text",
    "Total",
    "WeightsExplorer",
    "Wording",
    "central_state",
    "live",
    "moved",
    "parameter_entries",
    "parameter_fields",
    "source_entries",
]

_HOMES = {
    "Aim": "outlook.view",
    "CatalogueExplorer": "catalogue.view",
    "CentreExplorer": "centre.view",
    "Choice": "base.explorer",
    "Choices": "base.explorer",
    "Course": "territory.view",
    "Criterion": "weights.view",
    "Explorer": "base.explorer",
    "Field": "base.explorer",
    "Filter": "catalogue.view",
    "Future": "growth.view",
    "FutureExplorer": "future.view",
    "GrowthExplorer": "growth.view",
    "Indicator": "regions.view",
    "Noun": "base.values",
    "Number": "base.explorer",
    "Option": "future.view",
    "Origin": "future.view",
    "OutlookExplorer": "outlook.view",
    "Parameter": "base.parameters",
    "Path": "growth.view",
    "PreventionExplorer": "prevention.view",
    "RegionsExplorer": "regions.view",
    "Scale": "prevention.view",
    "ScenarioExplorer": "scenarios.view",
    "Scope": "outlook.view",
    "Summary": "base.explorer",
    "TerritoryExplorer": "territory.view",
    "Text": "base.explorer",
    "Total": "prevention.view",
    "WeightsExplorer": "weights.view",
    "Wording": "scenarios.view",
    "central_state": "base.parameters",
    "live": "base.live",
    "moved": "base.parameters",
    "parameter_entries": "base.parameters",
    "parameter_fields": "base.parameters",
    "source_entries": "base.explorer",
}


def __getattr__(name: str) -> object:
    """Load the module that holds `name` (PEP 562)."""
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
