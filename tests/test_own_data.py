"""A reader's own files: read as French spreadsheets write them, each fault named where it is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from handbook import benchmarking, figures, forecasting, scenarios
from handbook.core import french as fr
from handbook.core.delimited import ReadingError, numbers, read_delimited
from handbook.core.errors import HandbookError
from handbook.core.results import Result
from handbook.core.saving import csv_text, xlsx_bytes
from handbook.economics import centre
from handbook.figures import Caption

YEARS = "année;médecins\n2019;1 204,5\n2020;1 260\n2021;1 301\n2022;1 340\n2023;1 388\n2024;1 420\n"
NARROW, NBSP = "\u202f", "\u00a0"


def held(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("space", [" ", NBSP, NARROW])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_same_series_is_read_however_it_was_saved(
    encoding: str, separator: str, space: str, end: str
) -> None:
    if encoding == "cp1252" and space == NARROW:
        space = NBSP  # that code page has no narrow space
    rows = list(csv.reader(io.StringIO(YEARS), delimiter=";"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    text = out.getvalue().replace("1 ", f"1{space}")
    series = forecasting.from_csv(held(text, encoding))
    assert series.to_dict() == {
        2019: 1204.5,
        2020: 1260,
        2021: 1301,
        2022: 1340,
        2023: 1388,
        2024: 1420,
    }
    assert series.name == "médecins"
    assert series.index.name == "année"


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8), st.data())
def test_a_number_that_the_handbook_writes_is_read_back(values: list[Any], data: Any) -> None:
    space = data.draw(st.sampled_from([" ", NBSP, NARROW]))
    texts = [fr.number(value, 2).replace(NARROW, space) for value in values]
    rows = "".join(f"{rank};{text}\n" for rank, text in enumerate(texts))
    table = read_delimited(held(f"rang;valeur\n{rows}"))
    assert numbers(table.column("valeur")) == [float(value) for value in values]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024", 2024),
        ("2024-T3", pd.Period("2024Q3")),
        ("T3 2024", pd.Period("2024Q3")),
        ("2024Q3", pd.Period("2024Q3")),
        ("2024-S1", pd.Timestamp("2024-06-30")),
        ("2024-02", pd.Period("2024-02", freq="M")),
        ("02/2024", pd.Period("2024-02", freq="M")),
        ("févr. 2024", pd.Period("2024-02", freq="M")),
        ("Août 2024", pd.Period("2024-08", freq="M")),
        ("31/12/2024", pd.Timestamp("2024-12-31")),
        ("31-12-2024", pd.Timestamp("2024-12-31")),
        ("31.12.2024", pd.Timestamp("2024-12-31")),
        ("2024-12-31", pd.Timestamp("2024-12-31")),
        ("2024-12-31 00:00:00", pd.Timestamp("2024-12-31")),
        ("1er mars 2024", pd.Timestamp("2024-03-01")),
        ("01/02/2019", pd.Timestamp("2019-02-01")),
    ],
)
def test_a_date_is_read_as_french_files_write_it(written: str, expected: object) -> None:
    assert forecasting.from_csv(held(f"date;valeur\n{written};3\n")).index[0] == expected


def test_an_ambiguous_date_is_read_day_first_and_the_series_says_so() -> None:
    text = "date;valeur\n01/02/2019;1\n01/03/2019;2\n"
    assert "« 01/02/2019 » est le 1er février 2019" in plain(
        forecasting.from_csv(held(text)).attrs["reading"]
    )
    american = forecasting.from_csv(held(text), day_first=False)
    assert american.index[0] == pd.Timestamp("2019-01-02")
    assert "mois/jour/année" in american.attrs["reading"]


def plain(text: str) -> str:
    return text.translate(str.maketrans(NBSP + NARROW, "  "))


FAULTS = {
    "a word": ("an;v\n2023;12\n2024;douze\n", 3, "v", "'1 234,5' would be right"),
    "a unit": ("an;v\n2024;12 345 €\n", 2, "v", "'12 345' alone would be right"),
    "points for thousands": ("an;v\n2024;1.234,5\n", 2, "v", "'1 234,5' would be right"),
    "thousands or decimals": ("an;v\n2024;1.234\n2025;2.500\n", 2, "v", "may be 1234 or 1,234"),
    "commas of both kinds": ('an,v\n2024,"1,234"\n', 2, "v", "may be 1234 or 1.234"),
    "a point among commas": ("an;v\n2023;1,5\n2024;1.5\n", 3, "v", "'1,5' would be right"),
    "a badly grouped number": ("an;v\n2024;1 23\n", 2, "v", "is no number"),
    "a number beyond all": ("an;v\n2024;1e999\n", 2, "v", "greater than any number"),
    "percent and none": ("an;v\n2023;12 %\n2024;13\n", 3, "v", "has no « % »"),
    "no date": ("an;v\nhier;12\n", 2, "an", "31/12/2024 would be right"),
    "a date without its century": ("an;v\n31/12/24;12\n", 2, "an", "write it with four"),
    "no such day": ("an;v\n29/02/2023;12\n", 2, "an", "there is no day 29 in février 2023"),
    "no such month": ("an;v\n12/31/2024;12\n", 2, "an", "day_first=False"),
    "no month so named": ("an;v\nmari 2024;12\n", 2, "an", "nearest: mar"),
    "a missing date": ("an;v\n2023;1\n;12\n", 3, "an", "a date is missing"),
    "dates of two kinds": ("an;v\n2023;1\n31/12/2024;12\n", 3, "an", "write all the dates"),
    "a date twice": ("an;v\n2023;1\n2023;12\n", 3, "an", "already on line 2"),
    "a short row": ("an;v\n2023\n", 2, None, "1 cells, and 2 headings"),
    "bare decimal commas": ("an,v\n2023,1,5\n2024,2\n", 2, None, "needs quotation marks"),
    "an open quote": ('an;v\n2023;1\n2024;"12\n', 3, None, "is not closed"),
    "a line after a long cell": ('an;"v\nsuite"\n2023;x\n', 3, "v\nsuite", "is no number"),
    "one column": ("médecins\n12\n", 1, None, "semicolons, tabs or commas"),
    "no row": ("an;v\n", 1, None, "no row"),
    "nothing": ("", None, None, "is empty"),
    "a heading twice": ("an;v;v\n2023;1;2\n", 1, "v", "two columns have this heading"),
    "a column without heading": ("an;;v\n2023;1;2\n", 1, "2", "has no heading"),
    "columns to choose from": ("an;v;w\n2023;1;2\n", 1, None, "they are v, w"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_line_its_column_and_what_would_be_right(fault: str) -> None:
    text, line, column, right = FAULTS[fault]
    with pytest.raises(ReadingError) as raised:
        forecasting.from_csv(held(text))
    assert (raised.value.line, raised.value.column) == (line, column)
    assert right in plain(str(raised.value))
    for part in (f"line {line}" if line else "", f"column « {column} »" if column else "", "file"):
        assert part in str(raised.value)


@pytest.mark.parametrize(
    ("content", "right"),
    [
        (b"PK\x03\x04rest of a workbook", "save its sheet as CSV"),
        (b"an;v\n2023;\x00\x01", "this is no text"),
        ("an;é\n2023;1\n".encode() + "2024;3 è\n".encode("cp1252"), "mixes both"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, right: str) -> None:
    with pytest.raises(ReadingError, match=right):
        forecasting.from_csv(io.BytesIO(content))


def test_a_misspelt_column_names_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "mes-chiffres.csv"
    path.write_text("an;médecins;infirmiers\n2024;1;2\n", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"mes-chiffres.csv: .*nearest: médecins") as raised:
        forecasting.from_csv(path, "medecins")
    assert raised.value.nearest == ("médecins",)
    assert forecasting.from_csv(path, "infirmiers").tolist() == [2]


def test_a_workbook_is_opened_in_binary_or_refused() -> None:
    with pytest.raises(ReadingError, match="binary"):
        forecasting.from_csv(io.StringIO(YEARS))  # type: ignore[arg-type]


def test_an_unknown_value_stays_unknown() -> None:
    series = forecasting.from_csv(held("an;v\n2022;n.d.\n2023;…\n2024;3\n"))
    assert series.isna().tolist() == [True, True, False]


UNITS = "canton;médecins;délai;part\nAubrac;12,5;n.d.;12 %\nMargeride;9;21;8 %\nCausse;7;30;15 %\n"
SQUARE = (
    "agit sur;offre : rare;offre : large;aide : oui;aide : non\n"
    "offre : rare;;;2;-2\noffre : large;;;-1;1\naide : oui;-2;2;;\naide : non;2;-2;;\n"
)
MUTUAL = "x;a : 1;a : 2;b : 1;b : 2\na : 1;;;3;\na : 2;;;;1\nb : 1;2;;;\nb : 2;;2;;\n"
TIDY = (
    "source;état_source;cible;état_cible;score\noffre;rare;aide;oui;2\noffre;rare;aide;non;-2\n"
    "offre;large;aide;oui;-1\noffre;large;aide;non;1\naide;oui;offre;rare;-2\n"
    "aide;oui;offre;large;2\naide;non;offre;rare;2\naide;non;offre;large;-2\n"
)
ACCOUNTS = "poste;valeur;unité\n" + "".join(f"{name};10,5;€\n" for name in centre.INPUTS)


def test_a_table_of_units_keeps_its_gaps() -> None:
    table = benchmarking.from_csv(held(UNITS, "cp1252"))
    assert list(table.columns) == ["médecins", "délai", "part"]
    assert np.isnan(table.loc["Aubrac", "délai"])
    assert table.loc["Causse", "part"] == 15
    ranks = benchmarking.Composite(table[["médecins", "part"]], {"médecins": 1, "part": -1}).ranks()
    assert ranks.tolist() == [1, 2, 3]  # means of 1 and 3/7, of 4/11 and 1, of 0 and 0


def test_a_matrix_is_the_same_square_or_a_score_a_row() -> None:
    square, tidy = (scenarios.from_csv(held(text)) for text in (SQUARE, TIDY))
    assert square == tidy
    assert square.descriptors == {"offre": ("rare", "large"), "aide": ("oui", "non")}
    assert square.score(("aide", "oui"), ("offre", "large")) == 2
    frame = pd.read_csv(held(TIDY), sep=";").set_axis(
        ["source", "source_state", "target", "target_state", "score"], axis=1
    )
    assert scenarios.matrix_from_frame(frame) == tidy


def test_a_centre_is_read_whole_or_over_another() -> None:
    whole = centre.from_csv(held(ACCOUNTS))
    assert whole.acts == 10.5
    part = centre.from_csv(held("poste;valeur\nactes;5 000\n"), names={"actes": "acts"}, base=whole)
    assert part == whole.with_(acts=5000)


HALF = SQUARE.replace(";2;-2\noffre", ";2,5;-2\noffre")
MISSPELT = SQUARE.replace("offre : rare;;", "offre : rar;;")
SHORT = SQUARE.replace("aide : non;2;-2;;\n", "")
TWICE = f"{TIDY}offre;rare;aide;oui;1\n"


@pytest.mark.parametrize(
    ("read", "text", "line", "column", "right"),
    [
        (benchmarking.from_csv, "u;v\nA;1\nA;2\n", 3, "u", "already on line 2"),
        (benchmarking.from_csv, "u;v\n;1\n", 2, "u", "has no name"),
        (benchmarking.from_csv, "u;v\nA;beaucoup\n", 2, "v", "is no number"),
        (scenarios.from_csv, HALF, 2, "aide : oui", "a whole number is needed"),
        (scenarios.from_csv, MISSPELT, 2, "agit sur", "nearest: offre : rare"),
        (scenarios.from_csv, SHORT, None, "aide : non", "has no line"),
        (scenarios.from_csv, "x;a;b\na;1;2\nb;1;2\n", 2, "x", "names no state"),
        (
            scenarios.from_csv,
            TWICE,
            10,
            "score",
            "already given on line 2",
        ),
        (scenarios.from_csv, TIDY.replace("aide;non;-2\n", "aide;;-2\n"), 3, "état_cible", "empty"),
        (scenarios.from_csv, TIDY.replace("offre", "consistency"), 2, "source", "name of a result"),
        (centre.from_csv, ACCOUNTS.replace("acts;", "act;"), 10, "poste", "nearest: acts"),
        (centre.from_csv, ACCOUNTS.replace("filled;10", "filled;110"), 9, "valeur", "100 at most"),
        (centre.from_csv, "poste;valeur\nacts;1\nacts;2\n", 3, "poste", "already on line 2"),
        (centre.from_csv, "poste;valeur\nacts;1\n", None, None, "no line for tariff"),
    ],
)
def test_each_room_names_the_fault_of_its_file(
    read: Callable[[io.BytesIO], object], text: str, line: int | None, column: str, right: str
) -> None:
    with pytest.raises(ReadingError) as raised:
        read(held(text))
    assert right in str(raised.value)
    assert (raised.value.line, raised.value.column) == (line, column)


def made() -> dict[str, Result]:
    table = benchmarking.from_csv(held(UNITS))
    matrix = scenarios.from_csv(held(SQUARE), "essai")
    index = benchmarking.Composite(table, {"médecins": 1, "délai": -1, "part": -1})
    return {
        "forecast": forecasting.forecast(forecasting.from_csv(held(YEARS)), 3),
        "ranking": index.ranking(n=200),
        "matrix": matrix,
        "solution": scenarios.from_csv(held(MUTUAL)).solve(),
        "no solution": matrix.solve(),
        "accounts": centre.from_csv(held(ACCOUNTS)).accounts(),
    }


RESULTS = made()
every_result = pytest.mark.parametrize("name", RESULTS)


@every_result
def test_a_result_shows_its_table_and_how_it_was_made(name: str) -> None:
    shown = RESULTS[name]._repr_html_()
    assert shown.startswith("<table")
    for label in RESULTS[name].to_frame().index[:3]:
        assert str(label) in shown
    assert RESULTS[name].explain()
    assert "<p>" in shown


@pytest.mark.parametrize(
    ("dates", "end"),
    [
        ([str(year) for year in range(2015, 2021)], "en 2023"),
        (["2022-T1", "2022-T2", "2022-T3", "2022-T4", "2023-T1", "2023-T2"], "fin mars 2024"),
        ([f"2022-{month:02}" for month in range(1, 7)], "fin septembre 2022"),
        ([f"31/12/{year}" for year in range(2015, 2021)], "fin 2023"),
    ],
)
def test_a_picture_names_the_right_end_whatever_the_dates(dates: list[str], end: str) -> None:
    rows = "".join(f"{date};{value}\n" for date, value in zip(dates, range(3, 9), strict=True))
    series = forecasting.from_csv(held(f"date;visites\n{rows}"))
    caption = Caption("Essai", "Une droite qui monte, jusqu’à huit.", series)
    picture = figures.fan(forecasting.forecast(series, 3), caption)
    assert end in plain(picture.wide)
    assert "1970" not in picture.wide


@every_result
def test_a_result_draws_itself_on_axes_given_or_new(name: str) -> None:
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    assert RESULTS[name].plot(ax) is ax
    assert ax.has_data() or name == "no solution"
    assert RESULTS[name].plot().get_yticks().size
    plt.close("all")


@every_result
@pytest.mark.parametrize("ending", [".svg", ".png", ".csv", ".xlsx", ".PNG"])
def test_a_result_is_saved_as_its_name_says_and_always_alike(
    name: str, ending: str, tmp_path: Path
) -> None:
    first, again = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    RESULTS[name].save(first, title="Un titre : essai")
    RESULTS[name].save(again, title="Un titre : essai")
    content = first.read_bytes()
    assert content == again.read_bytes()
    opening = {".svg": b"<?xml", ".png": b"\x89PNG", ".csv": b"", ".xlsx": b"PK"}[ending.lower()]
    assert content.startswith(opening)
    if ending == ".svg":
        assert f"Un titre{NBSP}: essai" in content.decode()
    if ending == ".csv":
        back = pd.read_csv(first)
        assert len(back) == len(RESULTS[name].to_frame())


@every_result
@pytest.mark.parametrize("file", ["a.pdf", "a", "a.xls"])
def test_an_unknown_ending_is_refused_and_nothing_is_written(
    name: str, file: str, tmp_path: Path
) -> None:
    with pytest.raises(HandbookError, match=r"should end in .svg, .png, .csv or .xlsx"):
        RESULTS[name].save(tmp_path / file)
    assert list(tmp_path.iterdir()) == []


HOSTILE = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("x")', "http://x.fr", "12"]


def test_no_text_of_a_workbook_is_a_formula_or_a_link() -> None:
    frame = pd.DataFrame(
        {
            "=nom": HOSTILE,
            "nombre": [1.5, np.nan, 3, -4, 0, 1e9, np.inf, 2],
            "jour": pd.to_datetime(["2024-12-31"] * 7 + [None]),
            "vrai": [True, False] * 4,
        }
    )
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(frame))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
        assert not [name for name in book.namelist() if "rels/sheet" in name]
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{space}f"))
    texts = [item.findtext(f"{space}t") for item in shared]
    assert set(HOSTILE) <= set(texts)
    kinds = [cell.get("t") for cell in sheet.iter(f"{space}c")]
    assert kinds.count("s") == 4 + len(HOSTILE) + 1  # headings, names, infinity
    values = [cell.findtext(f"{space}v") for cell in sheet.iter(f"{space}c")]
    assert "1.5" in values
    assert "45657" in values  # 31 December 2024


def test_a_csv_of_hostile_texts_opens_as_text() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({"=nom": HOSTILE})))))
    assert all(not cell.startswith(("=", "+", "@", "\t")) for (cell,) in rows)
    assert ["'-2+3"] in rows


def test_units_that_look_like_formulas_are_saved_as_texts(tmp_path: Path) -> None:
    table = benchmarking.from_csv(held("u;v;w\n=1+1;1;2\n@x;2;1\nb;3;5\n"))
    result = benchmarking.Composite(table, {"v": 1, "w": 1}).ranking(n=50)
    result.save(tmp_path / "rangs.csv")
    assert "'=1+1" in (tmp_path / "rangs.csv").read_text(encoding="utf-8")


def test_the_example_files_say_that_they_are_invented() -> None:
    """The tutorial's figures are no facts: whoever opens the folder must know."""
    folder = ROOT / "notebooks" / "exemples"
    files = sorted(path.name for path in folder.iterdir())
    notice = (folder / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "inventés pour l’exercice" in notice
    assert [name for name in files if name.endswith(".csv") and name not in notice] == []
    assert len([name for name in files if name.endswith(".csv")]) == 4
