"""A reader's own cross-impact matrix, from a file as French spreadsheets write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handbook.core.delimited import (
    Cell,
    Delimited,
    Readable,
    ReadingError,
    numbers,
    read_delimited,
)
from handbook.core.errors import unknown
from handbook.scenarios.checks import LARGEST_SCORE, RESERVED
from handbook.scenarios.matrix import CrossImpactMatrix

__all__ = ["from_csv"]

_COLUMNS = ("source", "source_state", "target", "target_state", "score")
_FRENCH = ("source", "état_source", "cible", "état_cible", "score")
_MARKS = (" : ", " = ", ":", ".")  # between a descriptor and its state, in this order

State = tuple[str, str]


def from_csv(source: Readable, name: str = "") -> CrossImpactMatrix:
    r"""Read a cross-impact matrix, square or one score a row.

    Square: headings and first column name the same states in any order, « descriptor : state »
    (or with ``=`` or a point); a row acts on the columns; an empty cell scores 0. One score a row:
    columns ``source``, ``source_state``, ``target``, ``target_state`` and ``score`` (or ``source``,
    ``état_source``, ``cible``, ``état_cible`` and ``score``); pairs that are absent score 0.

    The file is read as :func:`handbook.forecasting.from_csv` reads its own. For a ScenarioWizard
    project see :func:`read_scw`.

    Parameters
    ----------
    source
        Path, or open binary file.
    name
        Title of the matrix; by default the name of the file.

    Returns
    -------
    CrossImpactMatrix

    Raises
    ------
    ReadingError
        Naming the line and the column of the first fault, and what would be right.

    Examples
    --------
    >>> import io
    >>> content = "agit sur;offre : rare;offre : large;aide : oui;aide : non\n"
    >>> content += "offre : rare;;;2;-2\noffre : large;;;-1;1\n"
    >>> content += "aide : oui;-2;2;;\naide : non;2;-2;;\n"
    >>> matrix = from_csv(io.BytesIO(content.encode()))
    >>> matrix.score(("aide", "oui"), ("offre", "large"))
    2
    """
    table = read_delimited(source)
    tidy = next((each for each in (_COLUMNS, _FRENCH) if set(each) <= set(table.header)), None)
    title = name or table.file.rpartition(".")[0]
    cells = _tidy(table, tidy) if tidy else _square(table)
    descriptors = _in_order(cells)
    places = [(d, s) for d, states in descriptors.items() for s in states]
    at = {place: number for number, place in enumerate(places)}
    scores = np.zeros((len(at), len(at)), dtype=np.int64)
    first: dict[tuple[int, int], int] = {}
    for cell, acting, acted_on, score in cells:
        place = at[acting], at[acted_on]
        if place in first:
            raise cell.fault(f"this score is already given on line {first[place]}")
        first[place] = cell.line
        scores[place] = score
    return CrossImpactMatrix(descriptors, scores, title)


Scored = tuple[Cell, State, State, int]


def _in_order(cells: Sequence[Scored]) -> dict[str, list[str]]:
    """Return descriptors and states in the order of their first row, as sources then as targets."""
    sources = [acting for _, acting, _, _ in cells]
    targets = [acted_on for _, _, acted_on, _ in cells]
    descriptors: dict[str, list[str]] = {}
    for descriptor, state in dict.fromkeys([*sources, *targets]):
        descriptors.setdefault(descriptor, []).append(state)
    return descriptors


def _tidy(table: Delimited, headings: Sequence[str]) -> list[Scored]:
    columns = [table.column(heading) for heading in headings]
    for cell in (cell for column in columns for cell in column):
        if not cell.text:
            raise cell.fault("an empty cell: a name or a score is needed")
    scores = _scores(columns[4])
    for cell in (*columns[0], *columns[2]):
        _refuse_reserved(cell, cell.text)
    return [
        (score, (a.text, b.text), (c.text, d.text), value)
        for (a, b, c, d, score), value in zip(zip(*columns, strict=True), scores, strict=True)
    ]


def _square(table: Delimited) -> list[Scored]:
    labels = table.column(0)
    states = [_state(cell, cell.text) for cell in labels]
    for cell, state in zip(labels, states, strict=True):
        if cell.text not in table.header[1:]:
            raise unknown(
                cell.text,
                table.header[1:],
                "state, which no heading names:",
                ReadingError,
                file=table.file,
                line=cell.line,
                column=cell.column,
            )
        _refuse_reserved(cell, state[0])
        if states.index(state) != labels.index(cell):
            raise cell.fault(f"state {cell.text!r} has two lines")
    for heading in table.header[1:]:
        if heading not in {cell.text for cell in labels}:
            raise ReadingError(
                "this state has no line: a square matrix has the same states down and across, or "
                f"the columns {', '.join(_FRENCH)} are needed",
                file=table.file,
                column=heading,
            )
    scored = []
    by_name = dict(zip((cell.text for cell in labels), states, strict=True))
    for heading in (cell.text for cell in labels):
        column = table.column(heading)
        for cell, acting, score in zip(column, states, _scores(column), strict=True):
            scored.append((cell, acting, by_name[heading], score))
    return scored


def _state(cell: Cell, text: str) -> State:
    for mark in _MARKS:
        descriptor, found, state = text.partition(mark)
        if found and descriptor.strip() and state.strip():
            return descriptor.strip(), state.strip()
    raise cell.fault(f"{text!r} names no state: « descriptor : state » is needed")


def _refuse_reserved(cell: Cell, descriptor: str) -> None:
    if descriptor in RESERVED:
        raise cell.fault(f"{descriptor!r} is the name of a result: call the descriptor otherwise")


def _scores(cells: Sequence[Cell]) -> list[int]:
    scores = []
    for cell, value in zip(cells, numbers(cells), strict=True):
        score = 0.0 if value != value else value
        if score % 1 or abs(score) > LARGEST_SCORE:
            raise cell.fault(f"{cell.text!r} is no score: a whole number is needed, such as -2")
        scores.append(int(score))
    return scores
