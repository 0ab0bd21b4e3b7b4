"""The inputs of a centre's account, read from the facts: ranges, formulas, sources.

Which published value, or which assumption, gives each input is written in
``data/centre_inputs.csv``; its formulas name parameters and are computed here, never retyped.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterable
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from handbook import facts
from handbook.core.ranges import Range, Ranges
from handbook.economics.centre import INPUTS, Centre
from handbook.views import Parameter

__all__ = [
    "BOUNDS",
    "CONDITIONS",
    "centre",
    "computed",
    "named",
    "parameters",
    "ranges",
    "regroupings",
    "sources",
    "sources_of",
    "table",
]

CONDITIONS = MappingProxyType(
    {
        "funding": "Financements publics",
        "recruitment": "Recrutement et activité",
        "costs": "Coûts de gestion",
    }
)
"""The three conditions of the study, in its order."""
BOUNDS = ("low", "central", "high")

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@cache
def table() -> pd.DataFrame:
    """Return the inputs, indexed by their name, in the order of the model."""
    return facts.table("centre_inputs").set_index("input", drop=False).loc[list(INPUTS)]


def ranges() -> Ranges:
    """Return the ranges of all inputs, grouped by condition."""
    return Ranges(
        {
            row["input"]: Range(row["low"], row["central"], row["high"], CONDITIONS[row["group"]])
            for row in _records(table())
        }
    )


def centre() -> Centre:
    """Return the centre with all central values."""
    return Centre(**ranges().central())


def regroupings() -> dict[str, dict[str, str]]:
    """Return the inputs that could be counted in another condition, by « from>to »."""
    told: dict[str, dict[str, str]] = {}
    for row in _records(table().dropna(subset="other_group")):
        way = f"{row['group']}>{row['other_group']}"
        told.setdefault(way, {})[row["input"]] = CONDITIONS[row["other_group"]]
    return told


def parameters() -> list[Parameter]:
    """Return what the page offers, group after group."""
    rows = table()
    return [
        Parameter.from_row(
            row,
            group=title,
            sources=sources([str(row["input"])]),
            minimum=row["minimum"],
            maximum=row["maximum"],
            step=row["step"],
        )
        for group, title in CONDITIONS.items()
        for row in _records(rows[rows["group"] == group])
    ]


def named(inputs: Iterable[str] | None = None) -> list[str]:
    """Return the identifiers of the published parameters behind some inputs (or all)."""
    rows = table() if inputs is None else table().loc[list(inputs)]
    formulas = [str(one) for bound in BOUNDS for one in rows[f"{bound}_from"].dropna()]
    return list(dict.fromkeys(name for one in formulas for name in _names(one)))


def sources(inputs: Iterable[str] | None = None) -> list[str]:
    """Return the identifiers of the sources behind some inputs (or all)."""
    known = facts.table("parameters").set_index("parameter_id")["source_id"]
    return list(dict.fromkeys(known[named(inputs)]))


def sources_of(formula: str) -> list[str]:
    """Return the identifiers of the sources of a formula's parameters."""
    return [facts.parameter(name).source.id for name in _names(formula)]


def computed(formula: str) -> float:
    """Return the value of a formula over published parameters.

    Parameters
    ----------
    formula
        Numbers, ``+ - * /``, parentheses, and parameters by name: ``rate`` for the central value,
        ``rate.low`` and ``rate.high`` for the bounds.

    Raises
    ------
    ValueError
        If something else is written, or a value is not published.
    """
    return _value(ast.parse(formula, mode="eval").body, formula)


def _names(formula: str) -> list[str]:
    return [name for name in re.findall(r"[a-z]\w+", formula) if name not in BOUNDS]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _value(node: ast.expr, formula: str) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = (_value(side, formula) for side in (node.left, node.right))
        return _OPERATIONS[type(node.op)](left, right)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return _published(node.id, "central", formula)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _published(node.value.id, node.attr, formula)
    raise ValueError(f"formula {formula!r}: {ast.unparse(node)!r} is not a number or a parameter")


def _published(name: str, bound: str, formula: str) -> float:
    if bound not in BOUNDS:
        raise ValueError(f"formula {formula!r}: .{bound} is not one of {', '.join(BOUNDS)}")
    value = float(getattr(facts.parameter(name), bound))
    if math.isnan(value):
        raise ValueError(f"formula {formula!r}: no source gives {name}.{bound}")
    return value
