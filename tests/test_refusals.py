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
from handbook.forecasting import ledger

CENTRE = centre_case.centre()
MANY = pd.DataFrame([{name: getattr(CENTRE, name) for name in centre.INPUTS}])
SERIES = pd.Series([10, 11, 13, 14, 17, 18, 21, 22, 24, 27.0], index=range(2010, 2020))
DATED = SERIES.set_axis(pd.date_range("2010-12-31", periods=10, freq="YE"))
PANEL = pd.DataFrame({"a": SERIES, "b": SERIES * 2})
CAPTION = figures.Caption("Titre", "Une phrase qui dit ce que l’image montre.", "Source")
ANNOUNCED = {("s", "FR"): forecasting.forecast(DATED, 2, fast=True)}
FIGURE = pd.DataFrame(
    {"series_id": ["s"], "geography": ["FR"], "date": ["2020-12-31"], "value": [29.0]}
)
NET = strategy.network(
    pd.DataFrame({"id": ["o", "m"], "kind": ["obstacle", "measure"], "label": ["o", "m"]}),
    pd.DataFrame([("o", "blocks", "m")], columns=["source", "relation", "target"]),
)


def circles() -> benchmarking.Composite:
    data = pd.DataFrame(np.random.default_rng(1).random((80, 9)))
    return benchmarking.Composite(data, dict.fromkeys(range(9), 1))


def vast() -> scenarios.CrossImpactMatrix:
    scores = np.random.default_rng(0).integers(-3, 4, (90, 90))
    scores *= np.kron(1 - np.eye(30, dtype=int), np.ones((3, 3), dtype=int))
    return scenarios.CrossImpactMatrix({f"D{k}": ["a", "b", "c"] for k in range(30)}, scores)


def package(folder: Path, schema: str, cells: str = "a\nx\n") -> pd.DataFrame:
    (folder / "t.csv").write_text(cells, encoding="utf-8")
    (folder / "datapackage.yaml").write_text(
        f"name: x\nresources:\n  - name: t\n    path: t.csv\n    schema:\n{schema}",
        encoding="utf-8",
    )
    return facts.Facts(folder).table("t")


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    # options, levels, choices
    "an option that no normalisation reads": (
        lambda: circles().scores(bound=(0, 1)),
        "unknown option of scores « bound »; nearest: bounds",
    ),
    "goalposts with another normalisation": (
        lambda: circles().scores(goalposts=dict.fromkeys(map(str, range(9)), (0, 1))),
        "goalposts goes with normalise='goalposts'",
    ),
    "a level given twice": (lambda: forecasting.forecast(SERIES, 1, (80, 80.0)), "given twice"),
    "one choice given twice": (
        lambda: benchmarking.Choices(normalise=("rank", "rank")),
        "« rank » is given twice",
    ),
    "a share for a level": (
        lambda: forecasting.fit_growth(SERIES, "logistic", level=0.95),
        "write 95, not 0.95",
    ),
    "an argument that is missing": (
        strategy.coverage,
        "missing a required argument: 'matrix'",
    ),
    "a cap of what is no level": (
        lambda: forecasting.fit_growth(SERIES, "bass", cap=90.0),
        "give observed='stock'",
    ),
    # what is no number
    "a text among numbers": (
        lambda: forecasting.forecast(SERIES.astype(object).where(SERIES != 22, "22"), 1),
        "something other than numbers",
    ),
    "a truth among numbers": (
        lambda: forecasting.forecast(SERIES.astype(object).where(SERIES != 22, True), 1),
        "something other than numbers",
    ),
    "dates for an indicator": (
        lambda: benchmarking.nearest(PANEL.assign(a=DATED.index)),
        "indicator 'a' is not numeric",
    ),
    "months as numbers": (
        lambda: forecasting.forecast(SERIES.set_axis(range(202001, 202011)), 1),
        "202001, which looks like months",
    ),
    # names
    "one label twice, as a number and as a text": (
        lambda: benchmarking.nearest(pd.DataFrame({1: [1.0, 2], "1": [2.0, 1]}), 1),
        "« 1 » is given twice, as 1 and as '1'",
    ),
    "weights that say two things": (
        lambda: benchmarking.Composite(
            PANEL, {"a": 1, "b": 1}, pd.Series([1, 2, 3], index=["a", "a", "b"])
        ),
        "labels: « a » is given twice",
    ),
    # ledgers
    "a day or a month first, in a ledger": (
        lambda: ledger.recorded(ANNOUNCED, edition="e", made_on="01/06/2020"),
        "day or month first",
    ),
    "an aim that nothing forecasts": (
        lambda: ledger.recorded(
            ANNOUNCED, edition="e", made_on="2020-06-01", aims=FIGURE.assign(series_id="t")
        ),
        "nothing made forecasts t, FR on 2020-12-31",
    ),
    "a conclusion refuted by no known sense": (
        lambda: ledger.confronted(
            FIGURE.assign(made_on="2020-01-01", refuted_if="Above", threshold=2.0), FIGURE
        ),
        "unknown refuted_if « Above »; nearest: above",
    ),
    "a figure that is infinite": (
        lambda: ledger.scored(
            ledger.recorded(ANNOUNCED, edition="e", made_on="2020-06-01"),
            FIGURE.assign(value=math.inf),
        ),
        "observations: value: a column of finite numbers",
    ),
    # work without end
    "a space too large to be searched": (
        lambda: vast().consistent_scenarios(),
        "an incomplete list is never returned",
    ),
    "a space too large to be listed": (lambda: vast().every_code(), "too many to be listed"),
    "races of too many units": (
        lambda: benchmarking.Composite(
            pd.DataFrame(np.random.default_rng(1).random((400, 3))), dict.fromkeys(range(3), 1)
        ).attainable_ranks(),
        "400 units x 400 units x 400 units is too much to compute",
    ),
    # states and places
    "codes that are no state": (
        lambda: vast().evaluate(np.full((1, 30), 3)),
        "is not a place from 0 in each of",
    ),
    "noise that is no probability": (
        lambda: scenarios.robustness(vast(), np.full((90, 90, 1), np.nan)),
        "probabilities, which sum to 1",
    ),
    "a scenario that says two things": (
        lambda: vast().codes(pd.Series(["a", "b"], index=["D0", "D0"])),
        "« D0 » is given twice",
    ),
    "two editions side by side, misspelt": (
        lambda: facts.territories(["msp_nb"], across="bases"),  # type: ignore[arg-type]
        "nearest: basis",
    ),
    "a rate per nothing": (lambda: facts.Rate("msp_nb", per=0), "per: a finite number"),
    "a day of two readings": (lambda: french.date("01/02/2024"), "day or month first"),
    "an interval upside down": (
        lambda: figures.bars(
            {"a": 1.0}, CAPTION, intervals=pd.DataFrame({"lower": [3.0], "upper": [1.0]}, ["a"])
        ),
        "lower end of 'a' is above the upper",
    ),
    "a law that passes its bounds": (
        lambda: strategy.Quantity("q", "Q", "u", 1.0, (1.0, 2.0), 5.0, bounds=(5.0, None)),
        "passes its bounds",
    ),
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
        ("      primaryKey: {a: 1}\n      fields: [{name: a}]\n", "primaryKey is no column"),
        ("      foreignKeys: [{fields: a}]\n      fields: [{name: a}]\n", "is no such key"),
        ("      fields: [{name: a}, {name: a}]\n", "two fields have one name"),
        ("      fields: [{name: a, name: b}]\n", r"line \d+: « name » is said twice"),
        ("      fields: [{name: a, constraints: {enum: xyz}}]\n", "enum is a list of values"),
        ("      fields: [{name: a, constraints: {unique: yes please}}]\n", "true or false"),
        ("      fields: [{name: a, type: number, constraints: {minimum: .nan}}]\n", "not a number"),
        ("      fields: [{name: a, constraints: {minimum: 1}}]\n", "minimum goes with number"),
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


def test_an_enumeration_is_read_in_the_type_of_its_column(tmp_path: Path) -> None:
    enum = "      fields: [{name: a, type: %s, constraints: {enum: [%s]}}]\n"
    for kind, choice, cell in (("number", "1.0", "1"), ("boolean", "true", "true")):
        assert len(package(tmp_path, enum % (kind, choice), f"a\n{cell}\n")) == 1
    with pytest.raises(facts.FactsError, match="« 2 » is not one of 1"):
        package(tmp_path, enum % ("number", "1.0"), "a\n2\n")


def test_a_ledger_is_judged_alike_however_its_days_are_held() -> None:
    rows = ledger.recorded(ANNOUNCED, edition="e", made_on="2020-06-01")
    written = pd.read_csv(io.StringIO(rows.to_csv(index=False)))
    for one in (rows, written):
        for date in ("2020-12-31", pd.Timestamp("2020-12-31", tz="Europe/Paris"), 2020):
            assert ledger.scored(one, FIGURE.assign(date=[date])).state[0] == "scored"


def test_a_conclusion_in_words_keeps_its_day() -> None:
    told = FIGURE.assign(made_on="2020-01-01", refuted_if=None, threshold=math.nan, series_id=None)
    judged = ledger.confronted(told, FIGURE)
    assert judged.loc[0, ["state", "made_on"]].tolist() == ["in words", pd.Timestamp("2020-01-01")]
