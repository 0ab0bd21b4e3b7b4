"""Formulas over published parameters: how a model's input follows from what sources print."""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from handbook.facts.store import Facts

__all__ = ["computed", "named"]

BOUNDS = ("low", "central", "high")
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def named(formula: str) -> list[str]:
    """Return the identifiers of the parameters that a formula names, once each."""
    found = re.findall(r"[a-z]\w+", formula)
    return list(dict.fromkeys(name for name in found if name not in BOUNDS))


def computed(formula: str, data: Facts) -> float:
    """Return the value of a formula (see `handbook.facts.computed`)."""
    return _value(ast.parse(formula, mode="eval").body, formula, data)


def _value(node: ast.expr, formula: str, data: Facts) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = (_value(side, formula, data) for side in (node.left, node.right))
        return _OPERATIONS[type(node.op)](left, right)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return _published(node.id, "central", formula, data)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _published(node.value.id, node.attr, formula, data)
    raise ValueError(f"formula {formula!r}: {ast.unparse(node)!r} is not a number or a parameter")


def _published(name: str, bound: str, formula: str, data: Facts) -> float:
    if bound not in BOUNDS:
        raise ValueError(f"formula {formula!r}: .{bound} is not one of {', '.join(BOUNDS)}")
    value = float(getattr(data.parameter(name), bound))
    if math.isnan(value):
        raise ValueError(f"formula {formula!r}: no source gives {name}.{bound}")
    return value
