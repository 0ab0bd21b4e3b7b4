"""No cell of a CSV that the handbook writes is a formula, and numbers stay numbers."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from parity import in_javascript

from handbook.core.cells import inert
from handbook.core.saving import csv_text
from handbook.figures import Caption, table
from handbook.site import spreadsheet

FORMULAS = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "- 3 points", "=", "-"]
FORMULAS += [" =1", "\u00a0@x", "\ufeff=1", "\u200b+x", "\n=1", "＝1+1", "＋1", "－1", "＠a"]
PLAIN = ["-3", "+3", "-3.5", "-3,5", "-1e-05", "a=b", "", "2023-12-31", "−3", "'=1", " a"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_would_execute_is_quoted(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_other_cells_are_left_alone(cell: str) -> None:
    assert inert(cell) == cell
    assert inert(inert(cell)) == inert(cell)


def test_the_page_quotes_the_same_cells_as_python() -> None:
    cells = [*FORMULAS, *PLAIN]
    text = in_javascript(
        "common.csvText({ name: 'x', columns: ['nom', '=h'], rows: given.map((one) => [one, 1]) })",
        cells,
        "base/common.js",
    )
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows[0] == ["nom", "'=h"]
    assert [row[0] for row in rows[1:]] == [inert(cell) for cell in cells]


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
def test_a_line_within_a_cell_opens_no_row(ending: str) -> None:
    text = csv_text(pd.DataFrame({f"nom{ending}=1": [f"x{ending}=1+1"], "part": [1]}))
    assert list(csv.reader(io.StringIO(text))) == [["nom\n=1", "part"], ["x\n=1+1", "1"]]


def test_every_csv_of_a_page_is_harmless() -> None:
    data = pd.DataFrame({"=nom": ["=1+1", "-3", "Corse"], "part": [-3.5, 2.0, None]})
    data["le"] = pd.Timestamp("2023-12-31")
    text = table(data, Caption("Titre", "", "cnam-2024")).csv
    first, *rows = csv.reader(io.StringIO(text))
    assert first == ["'=nom", "part", "le"]
    assert rows[0] == ["'=1+1", "-3.5", "2023-12-31"]
    assert rows[1][0] == "-3"
    french = spreadsheet.for_spreadsheets("nom,part\n@x,-3.5\n-3,=2\n").removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(french), delimiter=";"))[1:] == [
        ["'@x", "-3,5"],
        ["-3", "'=2"],
    ]
