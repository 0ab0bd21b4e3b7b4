"""What a statement is worth, read from the columns of the rows that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    pass

__all__ = ["MARKS", "Mark", "mark_of"]

Mark = Literal["fait", "modele", "jugement", "hypothese"]
MARKS: tuple[Mark, ...] = ("fait", "modele", "jugement", "hypothese")
"""From the surest to the least sure."""

# ``status`` of observations, parameters, inputs and settings, ``nature`` of markets.
_STATUSES: dict[str, Mark] = {
    **dict.fromkeys(("reported", "rounded", "lower_bound", "upper_bound"), "fait"),
    **dict.fromkeys(("sourced", "written", "observed"), "fait"),
    **dict.fromkeys(("derived", "estimate", "forecast"), "modele"),
    "illustration": "jugement",
    **dict.fromkeys(("carried", "announced", "assumption", "potential"), "hypothese"),
}
_LOST = ("erroneous", "illegible", "illisible", "not_formalised", "absent")
# Rows that have no status are told by what they are of.
_KINDS: dict[str, Mark] = {"projection_id": "modele", "target_id": "fait", "indicator_id": "fait"}
_CLAIMS: dict[str, Mark] = {"chiffre": "fait", "jalon": "fait", "hypothèse": "hypothese"}


def mark_of(*things: object) -> Mark:
    """Return the mark of a statement that rests on `things`: that of the least sure of them.

    Parameters
    ----------
    things
        Figures, parameters, rows of a table (a Series, a mapping, a row of ``itertuples``), or
        forecasts (a result of model).

    Returns
    -------
    str
        ``"fait"``: read in a source; ``"modele"``: computed or estimated from what was read;
        ``"jugement"``: judged by an author, or kept although the reading is not sure;
        ``"hypothese"``: assumed, announced or carried forward.

    Raises
    ------
    FactsError
        If nothing is given, if a thing says neither status nor confidence, or if it is illegible
        or wrong: nothing can rest on it.
    """
    if not things:
        raise FactsError("mark_of: nothing is given")
    return max((_mark(thing) for thing in things), key=MARKS.index)


def _mark(thing: object) -> Mark:
    row = _Row(thing)
    status, confidence = row.text("status") or row.text("nature"), row.text("confidence")
    if status in _LOST or confidence in _LOST:
        lost = status if status in _LOST else confidence
        raise FactsError(f"no statement can rest on what is {lost}: {thing!r}"[:200])
    mark = _STATUSES.get(status) or _by_kind(row)
    if mark is None:
        raise FactsError(f"{thing!r}"[:160] + " says neither its status nor its confidence")
    return "jugement" if mark == "fait" and confidence == "low" else mark


def _by_kind(row: _Row) -> Mark | None:
    if row.text("status") == "lisible":
        return _CLAIMS.get(row.text("kind"), "jugement")
    for column, mark in _KINDS.items():
        if row.text(column):
            return mark
    if row.text("confidence"):  # of an author in his own judgement
        return "jugement"
    return "modele" if callable(getattr(row.thing, "interval", None)) else None


class _Row:
    """A row of a table, however it was taken from it, or a record."""

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def text(self, name: str) -> str:
        """Return a cell, empty if there is none."""
        import pandas as pd

        if isinstance(self.thing, pd.Series | Mapping):
            value: Any = self.thing[name] if name in self.thing else ""  # noqa: SIM401
        else:
            value = getattr(self.thing, name, "")
        return value if isinstance(value, str) else ""
