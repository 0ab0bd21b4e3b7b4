"""Cells of CSV files that a spreadsheet reads as data, never as formulas."""

from __future__ import annotations

import re

__all__ = ["inert"]

_STARTS_A_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet executes: a text that opens like a formula is quoted.

    Blanks before it hide nothing, nor do the wide signs of Asian keyboards.

    Numbers, signed ones included, stay numbers. The page's own files follow the same rule
    (``csvText`` in ``views/base/common.js``).

    >>> inert("=1+1"), inert("-3"), inert("- 3 points")
    ("'=1+1", '-3', "'- 3 points")
    """
    if _STARTS_A_FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
