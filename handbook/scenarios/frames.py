"""Read a cross-impact matrix from a table of one score a row, as a spreadsheet or a CSV file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from handbook.core.doors import door
from handbook.scenarios.checks import ScenarioError, integer
from handbook.scenarios.matrix import CrossImpactMatrix

__all__ = ["matrix_from_frame"]

_COLUMNS = ("source", "source_state", "target", "target_state", "score")


@door(ScenarioError)
def matrix_from_frame(frame: pd.DataFrame, name: str = "") -> CrossImpactMatrix:
    """Build a matrix from a tidy table (``matrix_from_frame(pd.read_csv("matrix.csv"))``).

    Parameters
    ----------
    frame : DataFrame
        One row a score: ``source`` and ``source_state`` influence ``target`` and
        ``target_state`` by ``score``, an integer. Descriptors and states come in the order of
        their first row, as sources then as targets; pairs that are absent score 0. A row whose
        score is 0 is a way to name a state that influences nothing.
    name : str, optional
        Title of the matrix.

    Raises
    ------
    ScenarioError
        When a column is missing, a cell is empty, a score is no integer or is given twice.
    """
    missing = [column for column in _COLUMNS if column not in frame]
    if missing:
        raise ScenarioError(f"the table lacks the columns {missing}; have {list(frame.columns)}")
    rows = frame[list(_COLUMNS)]
    empty = rows.columns[rows.isna().any()].tolist()
    if empty or rows.empty:
        raise ScenarioError(f"the table has no row, or an empty cell in {empty}")
    descriptors: dict[str, list[str]] = {}
    for side in ("source", "target"):
        for descriptor, state in rows[[side, f"{side}_state"]].astype(str).to_numpy().tolist():
            states = descriptors.setdefault(descriptor, [])
            if state not in states:
                states.append(state)
    places = {(d, s): None for d, states in descriptors.items() for s in states}
    at = {place: number for number, place in enumerate(places)}
    scores = np.zeros((len(at), len(at)), dtype=np.int64)
    seen: set[tuple[int, int]] = set()
    for source, source_state, target, target_state, score in rows.to_numpy().tolist():
        place = at[str(source), str(source_state)], at[str(target), str(target_state)]
        what = f"score of {source!r} {source_state!r} on {target!r} {target_state!r}"
        if place in seen:
            raise ScenarioError(f"the {what} is given twice")
        seen.add(place)
        scores[place] = integer(_whole(score), what)
    return CrossImpactMatrix(descriptors, scores, name)


def _whole(value: Any) -> Any:  # noqa: ANN401 - a cell of a table
    return value.item() if isinstance(value, np.generic) else value
