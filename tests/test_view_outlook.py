"""The view of forecasts, the bench and the chapters that forecast."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from parity import assert_same_words, random_states
from playwright.sync_api import Browser
from traitlets import TraitError
from view_pages import write_page

from handbook import forecasting
from handbook.views.outlook.view import Aim, OutlookExplorer, Scope


def made(values: list[float], last: int = 2024) -> forecasting.Forecast:
    dates = pd.date_range(end=f"{last}-12-31", periods=len(values), freq="YE")
    return forecasting.forecast(pd.Series(values, index=dates, name="essai"), 2032 - last)


@pytest.fixture(scope="module")
def view() -> OutlookExplorer:
    aim = Aim(130.0, pd.Timestamp("2027-12-31"), "s")
    return OutlookExplorer(
        {
            "a": Scope(
                "Maisons",
                "maisons",
                made([80, 85, 92, 95, 101, 108, 112]),
                after=made([95, 101, 103, 108, 112]),
                rupture="2020, autre registre",
                aim=aim,
                sources=["s"],
            ),
            "b": Scope(
                "Part", "du PIB", made([8.7, 8.8, 8.7, 8.9, 9.1, 9.0]), unit="%", decimals=1
            ),
        },
        sources=[{"id": "s", "title": "Source"}],
    )


def test_python_and_the_page_say_the_same_in_every_state(view: OutlookExplorer) -> None:
    options = product("ab", (2026, 2032), ("80", "95"), ("sans", "avec"), ("oui", "non"))
    keys = ("scope", "year", "level", "rupture", "target")
    states = [dict(zip(keys, values, strict=True)) for values in options]
    assert_same_words(view, [*states, *random_states(view, 200)])


def test_the_file_holds_every_observed_and_forecast_value(
    view: OutlookExplorer, browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(f"{write_page(tmp_path, view).as_uri()}?outlook.horizon=2027")
    with page.expect_download(timeout=5000) as saved:
        page.get_by_role("button", name="Télécharger (CSV)").click()
    rows = pd.read_csv(saved.value.path(), sep=";", decimal=",", encoding="utf-8-sig")
    page.close()
    told = view.data["scopes"][0]
    assert rows["nature"].value_counts().to_dict() == {"observé": 7, "modèle": 3}
    assert rows["valeur"][:7].tolist() == [value for _, value in told["observed"]]
    assert rows[["bas à 80 %", "haut à 80 %"]][7:].notna().all(axis=None)


def test_a_target_is_said_only_when_due_by_the_horizon(view: OutlookExplorer) -> None:
    near, far = (view.summary({"year": year}).sentence for year in (2026, 2032))
    assert "après l’horizon choisi" in near
    assert "la chance de l’atteindre" in far
    assert "cible" not in view.summary({"target": "non"}).sentence


def test_a_break_changes_the_forecast_only_where_there_is_one(view: OutlookExplorer) -> None:
    assert view.summary({"rupture": "avec"}).curves != view.summary().curves
    calm = {"scope": "b"}
    assert view.summary(calm | {"rupture": "avec"}).curves == view.summary(calm).curves
    assert "Aucune rupture" in view.summary(calm | {"rupture": "avec"}).notes[0]


def test_traits_refuse_what_the_view_does_not_hold(view: OutlookExplorer) -> None:
    with pytest.raises(TraitError, match="year"):
        view.year = 2050
