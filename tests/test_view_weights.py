"""The explorer of benchmarks: Python and the page say the same, whatever the reader chooses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from accessibility import serious_violations
from parity import assert_same_words, random_states
from playwright.sync_api import Browser, Page
from traitlets import TraitError
from view_pages import write_page

from handbook.benchmarking import Composite, interval_payload, live_payload, ordinal_intervals
from handbook.benchmarking.live import live_ranks
from handbook.views.base.values import Noun
from handbook.views.weights.view import Criterion, WeightsExplorer

NAMES = {
    "FRA": "France",
    "DEU": "Allemagne",
    "EST": "Estonie",
    "USA": "États-Unis",
    "KOR": "Corée du Sud",
}
COUNTRY = Noun("pays", "pays")
FRANCE = ("FRA", "la France")
SOURCE = {"id": "essai", "title": "Données d’essai", "publisher": "nous", "year": 2026}


def numeric() -> WeightsExplorer:
    data = pd.DataFrame(
        {
            "a": [3.3, 3.8, 3.4, 2.5, None],
            "b": [6.0, 8.0, 5.0, 3.0, 9.5],
            "c": [42.0, 40.0, 30.0, 34.0, 14.0],
        },
        index=list(NAMES),
    )
    criteria = [
        Criterion("a", "Médecins", "moins de médecins", "plus de médecins"),
        Criterion("b", "Lits", "moins de lits", "plus de lits"),
        Criterion("c", "Âge", "médecins plus âgés"),
    ]
    payload = live_payload(Composite(data, {"a": -1, "b": -1, "c": 1}), draws=100)
    return WeightsExplorer(
        payload,
        units=NAMES,
        criteria=criteria,
        focus=FRANCE,
        label="Essai",
        noun=COUNTRY,
        sources=[SOURCE],
    )


def rated() -> WeightsExplorer:
    levels = ("Limité", "Moyen", "Élevé")
    ratings = pd.DataFrame(index=list(NAMES), columns=["1", "2"], dtype=object)
    ratings.loc["FRA", "1"], ratings.loc["KOR", "2"] = "Limité", "activé"
    table = ordinal_intervals(
        ratings, levels, spacing=(1, 2, 3), partial={"activé": ("Moyen", "Élevé")}
    )
    return WeightsExplorer(
        interval_payload(table, draws=100),
        units=NAMES,
        criteria=[Criterion("1", "Stratégie"), Criterion("2", "Organisation")],
        focus=FRANCE,
        label="Essai",
        noun=COUNTRY,
        levels=levels,
        sources=[SOURCE],
    )


def page_of(browser: Browser, view: WeightsExplorer, folder: Path, query: str = "") -> Page:
    """The built page's form of the view, opened from a file."""
    opened = browser.new_page(viewport={"width": 900, "height": 1200})
    opened.goto(write_page(folder, view).as_uri() + query)
    opened.wait_for_selector("[data-ready]")
    return opened


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    page = page_of(browser, numeric(), tmp_path)
    yield page
    page.close()


@pytest.mark.parametrize("make", [numeric, rated])
def test_the_page_says_what_python_says_in_random_states(make: Any) -> None:
    view = make()
    nothing = {"weights": [f"{one[0]}.0" for one in view.data["criteria"]]}
    assert_same_words(view, [nothing, *random_states(view, 200)])


def test_any_table_of_units_and_indicators_opens() -> None:
    table = pd.DataFrame(
        {"Délai, jours": [12, 40, None, 25], "Effectif": [3, 9, 5, 1]},
        index=["Brest", "Évreux", "L’Île-d’Yeu", "Saint-Malo"],
    )
    view = WeightsExplorer.from_table(table, {"Délai, jours": -1}, label="Cabinets", draws=60)
    assert view.summary().columns[0] == "Unité"
    assert "Brest va du rang" in view.result
    assert_same_words(view, random_states(view, 150))
    best = view.summary({"weights": ["effectif.0"]}).curves[0]
    assert best["code"] == "brest"
    with pytest.raises(ValueError, match="Délai"):
        WeightsExplorer.from_table(table, {"Delai": -1}, label="Cabinets")
    with pytest.raises(ValueError, match="two row names are alike"):
        WeightsExplorer.from_table(table.set_axis(["a", "A", "b", "c"]), label="Cabinets")


def test_ranks_are_those_of_the_benchmarking_room() -> None:
    view = numeric()
    view.weights = ["a.8", "c.0"]
    view.reversed = ["b"]
    expected = live_ranks(
        view.data["live"],
        [8, 5, 0],
        normalise=["minmax", "zscore", "rank"],
        aggregate=["arithmetic", "geometric"],
        reversed_=["b"],
    )
    found = {curve["code"]: curve["points"] for curve in view.summary().curves}
    assert found == {code: row.tolist() for code, row in expected.iterrows()}


def test_filling_a_cell_fixes_it_and_can_make_an_order_certain() -> None:
    view = rated()
    assert "connues exactement\u00a0: 1 sur 10" in view.summary().notes[-1]
    view.cells = ["FRA.2.1", "KOR.1.3"]
    assert "3 sur 10" in view.summary().notes[-1]
    assert view.summary().notes[-1].endswith(": 1.")


def test_a_title_says_when_no_rank_is_certain_and_when_no_row_is_shown() -> None:
    unsure = rated().summary()
    first, last = next(c["points"] for c in unsure.curves if c["code"] == FRANCE[0])[2:]
    assert first < last
    ranks = f"de {first} à {last} sur 5"
    assert unsure.title == f"Si l’on suit vos poids, aucun rang sûr pour la France\u00a0: {ranks}"
    view = numeric()
    alone = {"weights": ["a.0", "b.0", "c.10"], "normalise": "minmax"}
    assert view.summary(alone).title == "Si l’on suit vos poids, rang 1 sur 5 pour la France"
    none = view.summary({"shown": []})
    assert none.title == "Aucune ligne affichée"
    assert "France" not in none.sentence
    assert_same_words(view, [alone, {"shown": []}])


def test_what_is_not_allowed_is_refused() -> None:
    view = numeric()
    with pytest.raises(TraitError, match=r"lits\.11"):
        view.weights = ["lits.11"]
    with pytest.raises(ValueError, match="0 criteria"):
        WeightsExplorer(view.data["live"], units=NAMES, criteria=[], focus=FRANCE, label="Essai")


def test_a_slider_moved_by_keyboard_changes_figures_words_and_address(opened: Page) -> None:
    before = opened.locator(".hx-figures").inner_text()
    slider = opened.get_by_role("slider", name="Poids\u00a0: Âge")
    slider.focus()
    for _ in range(5):
        opened.keyboard.press("ArrowLeft")
    assert opened.locator(".hx-figures").inner_text() != before
    opened.wait_for_function("document.querySelector('.hx-result').textContent.includes('France')")
    opened.wait_for_function("location.href.includes('weights.poids=c.0')")
    assert "Sans poids" in opened.locator(".hx-note").inner_text()
    opened.get_by_role("button", name="Réinitialiser").click()
    assert opened.locator(".hx-figures").inner_text() == before


def test_one_change_is_shown_in_less_than_a_tenth_of_a_second(opened: Page) -> None:
    spent = opened.evaluate(
        """() => {
            const slider = document.querySelector("input[type=range]");
            const times = [1, 9, 3, 7, 2].map((value) => {
                slider.value = value;
                const start = performance.now();
                slider.dispatchEvent(new Event("input"));
                return performance.now() - start;
            });
            return times.sort((a, b) => a - b)[2];
        }"""
    )
    assert spent < 100


def test_the_csv_holds_ranks_and_settings(opened: Page) -> None:
    with opened.expect_download() as caught:
        opened.get_by_role("button", name="Télécharger (CSV)").click()
    text = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("code;pays;rang au mieux")
    assert len(text.splitlines()) == 1 + len(NAMES)


HOSTILE = {
    "weights.poids": "a.5 <img src=x onerror=alert(1)>",
    "weights.inverses": "'; DROP TABLE pays;--",
    "weights.lignes": "FRA FRA",
    "weights.normalisation": "__proto__",
    "weights.moyenne": "constructor",
    "weights.inconnu": "1" * 5000,
}


def test_a_hostile_address_changes_nothing_and_is_said(browser: Browser, tmp_path: Path) -> None:
    query = "?" + "&".join(f"{key}={quote(value)}" for key, value in HOSTILE.items())
    page = page_of(browser, numeric(), tmp_path, query)
    assert "weights.poids" in page.get_by_role("alert").inner_text()
    assert page.locator("img").count() == 0
    assert page.locator(".hx-title").inner_text() == numeric().summary().title
    page.close()


def test_a_shared_address_gives_the_shared_state(browser: Browser, tmp_path: Path) -> None:
    view = rated()
    state = {"weights": ["1.10"], "cells": ["FRA.2.3", "FRA.2.1"], "shown": ["FRA", "KOR"]}
    query = "?weights.poids=1.10&weights.cases=FRA.2.3+FRA.2.1&weights.lignes=FRA+KOR"
    page = page_of(browser, view, tmp_path, query)
    assert page.locator(".hx-title").inner_text() == view.summary(state).title
    assert page.locator(".hx-figures tbody tr").count() == 2
    assert page.get_by_role("combobox", name="Organisation").input_value() == "1"
    page.close()


@pytest.mark.parametrize("make", [numeric, rated])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_view_is_accessible(browser: Browser, tmp_path: Path, make: Any, width: int) -> None:
    page = page_of(browser, make(), tmp_path)
    page.set_viewport_size({"width": width, "height": 900})
    assert serious_violations(page) == []
    page.close()
