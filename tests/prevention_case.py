"""The prevention consultation as the tests need it, read from the data."""

from __future__ import annotations

import pandas as pd

from handbook import facts
from handbook.core.ranges import Range, Ranges
from handbook.economics import prevention as room
from handbook.views import Parameter, PreventionExplorer, Scale, Total

PHYSICIANS = 56_738.0
YOUNGER, OLDER = 52.7e6, 17.1e6


def table() -> pd.DataFrame:
    return facts.table("prevention_inputs").set_index("input", drop=False)


def ranges() -> Ranges:
    known = {str(row["input"]): (row["low"], row["central"], row["high"]) for row in _rows()}
    fixed = {"younger": YOUNGER, "older": OLDER, "physicians": PHYSICIANS}
    known |= {name: (value, value, value) for name, value in fixed.items()}
    return Ranges({name: Range(*bounds) for name, bounds in known.items()})


def view() -> PreventionExplorer:
    parameters = [
        Parameter.from_row(
            {str(key): value for key, value in row.items()},
            sources=["s"],
            minimum=row["minimum"],
            maximum=row["maximum"],
            step=row["step"],
        )
        for row in _rows()
        if not str(row["input"]).startswith("to_")
    ]
    scale = Scale(
        younger=YOUNGER,
        older=OLDER,
        physicians=PHYSICIANS,
        physicians_words="généralistes exclusivement libéraux de 2023",
        split={who: float(table()["central"][f"to_{who}"]) for who in room.WHO[1:]},
        today=112_000,
        today_words="des bilans faits en 2024 et 2025",
        totals=[Total("des 200 Md€ du récit", 200.0, "s"), Total("du reste", 255.0, "s")],
        likely={
            name: (float(bounds["lower"]), float(bounds["median"]), float(bounds["upper"]))
            for name, bounds in room.doubt(ranges(), draws=500).interval(80).iterrows()
            if name in {"visits", "workforce_share", "cost"}
        },
        year=2032,
        today_is_low=True,
    )
    presets = [{"label": "Tous viennent", "note": "N.", "values": {"uptake": 100}}]
    return PreventionExplorer(
        parameters, scale, sources=[{"id": "s", "title": "Source"}], presets=presets
    )


def _rows() -> list[dict[str, object]]:
    return table().to_dict("records")  # type: ignore[return-value]
