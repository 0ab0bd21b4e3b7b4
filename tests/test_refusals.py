"""What was once accepted in silence, or failed raw: refused by name, or right."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import centre_case
import numpy as np
import pandas as pd
import pytest

from handbook import benchmarking, facts, figures, forecasting, scenarios, strategy, views
from handbook.core import french
from handbook.core.errors import HandbookError
from handbook.economics import centre

CENTRE = centre_case.centre()
MANY = pd.DataFrame([{name: getattr(CENTRE, name) for name in centre.INPUTS}])
SERIES = pd.Series([10, 11, 13, 14, 17, 18, 21, 22, 24, 27.0], index=range(2010, 2020))
DATED = SERIES.set_axis(pd.date_range("2010-12-31", periods=10, freq="YE"))
PANEL = pd.DataFrame({"a": SERIES, "b": SERIES * 2})
CAPTION = figures.Caption("Titre", "Une phrase qui dit ce que l’image montre.", "Source")
NET = strategy.network(
    pd.DataFrame({"id": ["o", "m"], "kind": ["obstacle", "measure"], "label": ["o", "m"]}),
    pd.DataFrame([("o", "blocks", "m")], columns=["source", "relation", "target"]),
)


def circles() -> benchmarking.Composite:
    data = pd.DataFrame(np.random.default_rng(1).random((80, 9)))
    return benchmarking.Composite(data, dict.fromkeys(range(9), 1))


def package(folder: Path, schema: str, cells: str = "a\nx\n") -> pd.DataFrame:
    (folder / "t.csv").write_text(cells, encoding="utf-8")
    (folder / "datapackage.yaml").write_text(
        f"name: x\nresources:\n  - name: t\n    path: t.csv\n    schema:\n{schema}",
        encoding="utf-8",
    )
    return facts.Facts(folder).table("t")


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "an impossible tariff, many centres": (
        lambda: centre.evaluate(MANY.assign(tariff=-30.0)),
        "tariff must be zero or more",
    ),
    "posts filled at 500 %": (
        lambda: centre.evaluate(MANY.assign(filled=500.0)),
        "filled must be from 0 to 100",
    ),
    "a product that overflows": (
        lambda: centre.evaluate(MANY.assign(acts=1e308)),
        r"acts must be .*1e\+12 at most",
    ),
    "a misspelt input of a centre": (lambda: CENTRE.with_(tarif=30.0), "nearest: tariff"),
    "a misspelt option of each series": (
        lambda: forecasting.forecast_panel(PANEL, 1, seasonnal=False),
        "seasonnal.*nearest: seasonal",
    ),
    "values whose squares overflow": (
        lambda: forecasting.forecast(SERIES * 1e307, 1),
        "too large to be computed with",
    ),
    "day or month first": (
        lambda: forecasting.forecast(DATED, 3, fast=True).at("01/02/2021"),
        "day or month first",
    ),
    "an exact order of units in circles": (
        lambda: circles().ranks(aggregate="kemeny"),
        "at most 60 are put in an exact order",
    ),
    "a misspelt mean": (
        lambda: benchmarking.score_intervals(
            benchmarking.ordinal_intervals(pd.DataFrame({"p": ["a", "b"]}), ["a", "b"]),
            aggregate="geometrik",
        ),
        "nearest: geometric",
    ),
    "a level of 90 where a share is meant": (
        lambda: circles().simulate(n=5).intervals(90),
        "from 0 to 1 is expected, not 90",
    ),
    "an obstacle that is none": (lambda: NET.blocked(lifted=["p"]), "unknown obstacle « p »"),
    "a code that is no state": (
        lambda: scenarios.CrossImpactMatrix({"A": ["x"], "B": ["y"]}, np.zeros((2, 2))).scenario(
            np.array([0, 3])
        ),
        "a place from 0 in each of 2 descriptors",
    ),
    "a place that is none": (lambda: facts.targets("msp_nb", "zzz"), "unknown geography « zzz »"),
    "a division by zero": (lambda: facts.computed("1 / 0"), "division by zero"),
    "a formula that is none": (lambda: facts.computed("1 +"), "formula '1 [+]'"),
    "a formula too deep": (lambda: facts.computed("-" * 900 + "1"), "500 characters at most"),
    "too many decimals": (lambda: french.number(1.0, 400), "from -15 to 15"),
    "decimals in letters": (lambda: french.number(1.0, "x"), "digits: a whole number"),  # type: ignore[arg-type]
    "a text for a number": (lambda: french.number("3"), "a number that a float can hold"),  # type: ignore[arg-type]
    "a number no float holds": (lambda: french.number(10**400), "that a float can hold"),
    "a misspelt precision": (
        lambda: french.date("2024-01-01", "moth"),  # type: ignore[arg-type]
        "nearest: month",
    ),
    "a caption without text": (lambda: figures.Caption(None, "", "s"), "title: a text"),  # type: ignore[arg-type]
    "an empty source": (lambda: figures.Caption("Titre", "", " "), "at least one source"),
    "an infinite bar": (lambda: figures.bars({"a": math.inf}, CAPTION), "finite numbers"),
    "an infinite point": (
        lambda: figures.curves(SERIES.replace(27.0, math.inf), CAPTION),
        "an infinite value cannot be drawn",
    ),
    "a misspelt status": (
        lambda: figures.says("faits", "Une phrase.", sources="s"),
        "nearest: fait",
    ),
    "a unit that a view does not write": (
        lambda: views.Indicator("Dépense", "euros", unit="€"),  # type: ignore[arg-type]
        "unknown Indicator: unit « € »",
    ),
    "a source without a title": (
        lambda: views.source_entries([{"id": "s"}]),
        "an id and a title are needed",
    ),
    "a file that is not there": (
        lambda: centre.from_csv("/nulle/part.csv"),
        "part.csv: cannot be read",
    ),
    "a file that is a workbook": (lambda: centre.from_csv(io.BytesIO(b"PK\x03\x04")), "workbook"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(HandbookError, match=message):
        call()


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("      primaryKey: b\n      fields: [{name: a}]\n", "unknown column of a key « b »"),
        ("      uniqueKeys: [[b]]\n      fields: [{name: a}]\n", "unknown column of a key « b »"),
        (
            "      fields: [{name: a, constraints: {pattern: '('}}]\n",
            r"datapackage.yaml line \d+: pattern « \( »",
        ),
        ("      fields: [{name: a, type: integer}]\n", "column « a »: « 9{20} » is not"),
    ],
)
def test_a_description_that_cannot_be_obeyed_is_refused_where_it_stands(
    tmp_path: Path, schema: str, message: str
) -> None:
    with pytest.raises(facts.FactsError, match=message):
        package(tmp_path, schema, "a\n" + "9" * 20 + "\n")


def test_unknown_stays_unknown() -> None:
    assert centre.needed_acts(MANY.assign(tariff=math.nan)).isna().all()
    assert centre.paying_acts(MANY.assign(acts=1.0, doctor_salary=math.nan)).isna().all()
    assert centre.needed_acts(MANY.assign(tariff=0.0)).tolist() == [math.inf]


def test_the_greatest_numbers_are_written_whole() -> None:
    written = french.number(1e308).replace(french.NARROW, "")
    assert int(written) == 10**308
    assert french.number(10**30 + 1).endswith("001")
