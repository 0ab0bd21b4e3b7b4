"""Formulas over published parameters: how a model's input follows from what sources print."""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING

from handbook.core.doors import door
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from handbook.facts.store import Facts

__all__ = ["computed", "named"]

_LONGEST = 500  # characters: a formula is read by people
BOUNDS = ("low", "central", "high")
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@door(FactsError)
def named(formula: str) -> list[str]:
    """Return the identifiers of the parameters that a formula names, once each."""
    found = re.findall(r"[a-z]\w+", formula)
    return list(dict.fromkeys(name for name in found if name not in BOUNDS))


def computed(formula: str, data: Facts) -> float:
    """Return the value of a formula (see `handbook.facts.computed`)."""
    if len(formula) > _LONGEST:
        raise FactsError(f"formula: {_LONGEST} characters at most, not {len(formula)}")
    try:
        value = _value(ast.parse(formula, mode="eval").body, formula, data)
    except (SyntaxError, ArithmeticError, RecursionError, ValueError) as error:
        if isinstance(error, FactsError):
            raise
        raise FactsError(f"formula {formula!r}: {error}") from error
    if not math.isfinite(value):
        raise FactsError(f"formula {formula!r}: its value is not finite")
    return value


def _value(node: ast.expr, formula: str, data: Facts) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = (_value(side, formula, data) for side in (node.left, node.right))
        return _OPERATIONS[type(node.op)](left, right)
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return float(node.value)
    if isinstance(node, ast.Name):
        return _published(node.id, "central", formula, data)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _published(node.value.id, node.attr, formula, data)
    raise FactsError(f"formula {formula!r}: {ast.unparse(node)!r} is not a number or a parameter")


def _published(name: str, bound: str, formula: str, data: Facts) -> float:
    if bound not in BOUNDS:
        raise FactsError(f"formula {formula!r}: .{bound} is not one of {', '.join(BOUNDS)}")
    value = float(getattr(data.parameter(name), bound))
    if math.isnan(value):
        raise FactsError(f"formula {formula!r}: no source gives {name}.{bound}")
    return value
