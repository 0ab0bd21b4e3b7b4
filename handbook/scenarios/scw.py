"""Read and write the project files of ScenarioWizard (``.scw``).

The format was established from published project files. Lines that hold a lone ``#`` end sections:
two title lines, then ``&descriptor`` and ``-state`` lines; long names; an empty section; one colour
a state; an empty section; the matrix, one line a state (row = influencing state, own block
included), scores separated by commas; comments, which are skipped.
"""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path

import numpy as np

from handbook.core.doors import door
from handbook.scenarios.checks import LARGEST_SCORE, RESERVED, ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix

MATRIX_SECTION = 5  # sections that precede the matrix
INTEGER = re.compile(r"[+-]?[0-9]+")
BREAK = re.compile(r"\r\n|\n|\r")

NumberedLine = tuple[int, str]


class ScwError(ScenarioError):
    """A ``.scw`` file does not follow its format.

    Attributes
    ----------
    line : int
        Line of the file, from 1.
    field : str
        What was being read there.
    """

    def __init__(self, path: Path, line: int, field: str, problem: str) -> None:
        super().__init__(f"{path.name}, line {line}, field {field}: {problem}")
        self.line = line
        self.field = field


@door(ScenarioError)
def read_scw(path: str | PathLike[str]) -> CrossImpactMatrix:
    """Read a ScenarioWizard project.

    Parameters
    ----------
    path : path
        File in UTF-8 or in the Windows western code page.

    Returns
    -------
    CrossImpactMatrix
        Its name is the second title line. A descriptor or state left without a name is called
        after its position, ``(1)``, ``(2)``...

    Raises
    ------
    ScwError
        When the file is damaged; the message names the line and the field.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScwError(path, 1, "file", f"cannot be read: {error.strerror}") from error
    lines = list(enumerate(BREAK.split(_text(content)), start=1))
    sections = _sections(lines)
    descriptors = _descriptors(path, sections[0])
    if len(sections) <= MATRIX_SECTION:
        raise ScwError(
            path,
            lines[-1][0],
            "section mark #",
            f"the file ends after {len(sections) - 1} section marks; the matrix follows the "
            f"{MATRIX_SECTION}th",
        )
    columns = [(d, s) for d, states in descriptors.items() for s in states]
    end = sections[MATRIX_SECTION][-1][0] + 1 if sections[MATRIX_SECTION] else lines[-1][0]
    rows = [row for row in sections[MATRIX_SECTION] if row[1].strip()]
    scores = [_scores(path, row, columns) for row in rows[: len(columns)]]
    if len(rows) != len(columns):
        line = rows[len(columns)][0] if len(rows) > len(columns) else end
        raise ScwError(
            path, line, "matrix row", f"{len(rows)} rows for {len(columns)} states in the header"
        )
    title = lines[1][1].strip() if len(lines) > 1 else ""
    return CrossImpactMatrix(descriptors, np.array(scores), title)


@door(ScenarioError)
def write_scw(matrix: CrossImpactMatrix, path: str | PathLike[str]) -> None:
    """Write a matrix as a ScenarioWizard project, in UTF-8 with Windows line ends.

    Raises
    ------
    ScenarioError
        When a name cannot be read back: a line break inside, or spaces around.
    """
    path = Path(path)
    lines = ["$ ScenarioWizard 4.0", path.name]
    for descriptor, states in matrix.descriptors.items():
        lines += [f"&{_writable(descriptor)}", *(f" -{_writable(state)}" for state in states)]
    lines.append("#")
    for states in matrix.descriptors.values():
        lines += ["&", *[" "] * len(states)]
    lines += ["#", "#", *["FFFFFF"] * len(matrix.scores), "#", "#"]
    lines += [",".join(f"{score:2d} " for score in row) for row in matrix.scores.tolist()]
    lines += ["#", "# 0-0", '""', "#", "#", ""]
    path.write_bytes("\r\n".join(lines).encode())


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sections(lines: list[NumberedLine]) -> list[list[NumberedLine]]:
    """Cut the lines after the titles at the marks; the marks are left out."""
    sections: list[list[NumberedLine]] = [[]]
    for number, line in lines[2:]:
        if line.strip() == "#":
            sections.append([])
        else:
            sections[-1].append((number, line))
    return sections


def _descriptors(path: Path, lines: list[NumberedLine]) -> dict[str, list[str]]:
    descriptors: dict[str, list[str]] = {}
    current: list[str] | None = None
    number = 3
    for number, raw in lines:
        line = raw.strip()
        if line.startswith("&"):
            _check_states(path, number, descriptors)
            name = line[1:].strip() or f"({len(descriptors) + 1})"
            if name in descriptors or name in RESERVED:
                why = "given twice" if name in descriptors else "a reserved name"
                raise ScwError(path, number, "descriptor", f"{name!r} is {why}")
            current = descriptors[name] = []
        elif line.startswith("-") and current is not None:
            state = line[1:].strip() or f"({len(current) + 1})"
            if state in current:
                raise ScwError(path, number, "state", f"{state!r} is given twice")
            current.append(state)
        elif line:
            raise ScwError(
                path, number, "descriptor or state", f"expected &name, then -state; found {line!r}"
            )
    _check_states(path, number, descriptors)
    if not descriptors:
        raise ScwError(path, number, "descriptor", "no descriptor is given (&name)")
    return descriptors


def _check_states(path: Path, number: int, descriptors: dict[str, list[str]]) -> None:
    if descriptors and not (last := list(descriptors.items())[-1])[1]:
        raise ScwError(path, number, "state", f"descriptor {last[0]!r} has no state (-state)")


def _scores(path: Path, row: NumberedLine, columns: list[tuple[str, str]]) -> list[int]:
    number, line = row
    cells = [cell.strip() for cell in line.split(",")]
    scores = []
    for position, (cell, (descriptor, state)) in enumerate(zip(cells, columns, strict=False), 1):
        field = f"{position} ({descriptor} {state})"
        if not INTEGER.fullmatch(cell):
            raise ScwError(path, number, field, f"expected an integer score, found {cell!r}")
        if len(cell) > len(str(LARGEST_SCORE)) + 1 or abs(int(cell)) > LARGEST_SCORE:
            raise ScwError(path, number, field, f"score {cell[:20]} exceeds {LARGEST_SCORE}")
        scores.append(int(cell))
    if len(cells) != len(columns):
        field = str(min(len(cells), len(columns)) + 1)
        raise ScwError(
            path, number, field, f"{len(cells)} scores for {len(columns)} states in the header"
        )
    return scores


def _writable(name: str) -> str:
    if name.strip() != name or BREAK.search(name):
        raise ScenarioError(f"{name!r} cannot be written: line break inside or spaces around")
    return name
