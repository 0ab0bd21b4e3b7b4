"""What the handbook costs: ratios and sizes are held here, durations never."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from benchmarks import measure
from handbook.site import measures

ROWS = list(csv.DictReader(measure.OUTPUT.read_text(encoding="utf-8").splitlines()))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# What a quantity may not pass: what was measured, and room for another computer.
LIMITS = {
    "import_over_pandas": 1.6,
    "forecast_over_peer": 0.6,
    "scenarios_over_plain": 0.4,
    "ranks_over_plain": 0.1,
    "chapter_median": 70,
    "chapter_heaviest": 300,
    "scripts_and_styles": 350,
    "site": 40,
    "installed": 450,
}


def test_this_version_was_measured_whole_and_every_measure_has_its_name() -> None:
    named = {quantity for group in measures.QUANTITIES.values() for quantity in group}
    loads = {f"load_{name}" for name in measure.MEASURES}
    held = {row["quantity"] for row in ROWS if row["version"] == VERSION}
    assert held == named | loads
    assert all(float(row["value"]) >= 0 and row["unit"] and row["hardware"] for row in ROWS)


def test_what_was_measured_of_this_version_is_within_its_limits() -> None:
    held = {row["quantity"]: float(row["value"]) for row in ROWS if row["version"] == VERSION}
    assert {name: held[name] for name, limit in LIMITS.items() if held[name] > limit} == {}
    assert held["forecast_error"] < held["forecast_error_of_peer"] < 1


@pytest.mark.parametrize("name", ["imports", "scenarios", "ranks", "weight"])
def test_ratios_and_sizes_hold_on_this_machine(site: Path, name: str) -> None:
    assert (site / "index.html").exists()
    made = {quantity: value for quantity, value, _ in measure.MEASURES[name]()}
    limited = made.keys() & LIMITS.keys()
    assert limited
    assert {name: made[name] for name in limited if made[name] > LIMITS[name]} == {}


def test_the_race_of_forecasts_holds_on_a_few_series() -> None:
    made = {quantity: value for quantity, value, _ in measure.forecasts(limit=24)}
    assert made["forecast_over_peer"] < LIMITS["forecast_over_peer"]
    assert made["forecast_error"] < 1


def test_a_version_measured_again_takes_the_place_of_its_former_rows(tmp_path: Path) -> None:
    output = tmp_path / "measures.csv"
    first = pd.DataFrame(
        [("1", "d", "h", "a", 1.0, "s"), ("1", "d", "h", "b", 2.0, "s")], columns=measure.COLUMNS
    )
    measure.kept_with(first, output).to_csv(output, index=False)
    again = first.assign(version=["1", "2"], value=[9.0, 8.0])
    kept = measure.kept_with(again, output)
    assert sorted(zip(kept["version"], kept["quantity"], kept["value"], strict=True)) == [
        ("1", "a", 9.0), ("1", "b", 2.0), ("2", "b", 8.0),
    ]  # fmt: skip


def test_the_page_shows_each_version_and_says_what_else_the_machine_did(site: Path) -> None:
    page = BeautifulSoup((site / "book" / "mesures.html").read_bytes(), "html.parser")
    versions = {row["version"] for row in ROWS}
    heads = {cell.get_text(strip=True) for cell in page.select("th.head")}
    assert {f"Version\u00a0{version}" for version in versions} <= {
        h.replace(" ", "\u00a0") for h in heads
    }
    shown = page.get_text(" ")
    for group in measures.QUANTITIES.values():
        for label in group.values():
            assert label in shown.replace("\u00a0", " ").replace("\u202f", " ")
    assert "processus y travaillaient" in shown
