"""A centre's inputs as the tests need them, read from the data."""

from __future__ import annotations

import pandas as pd

from handbook import facts
from handbook.core.ranges import Range, Ranges
from handbook.economics.centre import INPUTS, Centre
from handbook.views import CentreExplorer, Parameter

CONDITIONS = {
    "funding": "Financements publics",
    "recruitment": "Recrutement et activité",
    "costs": "Coûts de gestion",
}
BOUNDS = ("low", "central", "high")


def table() -> pd.DataFrame:
    return facts.table("centre_inputs").set_index("input", drop=False).loc[list(INPUTS)]


def ranges() -> Ranges:
    return Ranges(
        {
            str(row["input"]): Range(
                row["low"], row["central"], row["high"], CONDITIONS[row["group"]]
            )
            for row in table().to_dict("records")
        }
    )


def centre() -> Centre:
    return Centre(**ranges().central())


def regroupings() -> list[dict[str, str]]:
    """Return the inputs that could be counted in another condition, way by way."""
    disputed = table().dropna(subset="other_group")
    ways = disputed.groupby(["group", "other_group"])
    return [
        dict.fromkeys(map(str, rows["input"]), CONDITIONS[str(other)]) for (_, other), rows in ways
    ]


def parameters() -> list[Parameter]:
    rows = table().to_dict("records")
    return [
        Parameter.from_row(
            {str(key): value for key, value in row.items()},
            group=title,
            sources=["s"],
            minimum=row["minimum"],
            maximum=row["maximum"],
            step=row["step"],
        )
        for group, title in CONDITIONS.items()
        for row in rows
        if row["group"] == group
    ]


def view() -> CentreExplorer:
    presets = [
        {"label": "Tarif de 2022", "note": "N.", "values": {"tariff": 25}},
        {"label": "Trois médecins", "note": "N.", "values": {"doctors": 3, "others": 0}},
    ]
    return CentreExplorer(parameters(), sources=[{"id": "s", "title": "Source"}], presets=presets)
