"""The catalogue: words without accents, filters that add up, one sentence in both languages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from conftest import served
from parity import assert_same_words, in_javascript, random_states
from playwright.sync_api import Browser, expect
from traitlets import TraitError
from view_pages import write_page

from handbook import facts
from handbook.facts import catalogue as vision
from handbook.views import Explorer, Field, Filter, Noun, Number, Text
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import cleaned
from handbook.views.base.values import plain, slug
from handbook.views.catalogue.view import ANY, CatalogueExplorer

HOSTILE = "</script><img src=x onerror=alert(1)>"
COLUMNS = {"title": "Entrée", "kind": "Nature", "who": "Qui", "tag": "Moyen", "locator": "Passage"}
SCENE = "2-2-predire-et-prevenir-pour-moins-et-mieux-soigner"
WORDS = (
    "",
    "prévention",
    "PREVENTION",
    "l'état  région",
    "pair aidant",
    "zzz",
    HOSTILE,
    "İß ﬁ œ",
    "oeuvre",
)


FILTERS = {
    "kind": Filter(
        "Nature",
        {one: f"{one}s".capitalize() for one in ("mesure", "principe", "obstacle")},
        "nature",
    ),
    "act": "Acte",
    "place": "Scène",
    "means": "Moyen",
    "bearers": "Acteur",
}


def published(**chosen: Any) -> CatalogueExplorer:
    return CatalogueExplorer(
        vision.entries(),
        COLUMNS,
        FILTERS,
        counted="kind",
        bars="place",
        searched=["note"],
        sources=[facts.source(vision.DOCUMENT)],
        **chosen,
    )


SMALL = pd.DataFrame(
    {
        "name": ["Un", "Deux", "Trois"],
        "value": [1.5, 2, 3000],
        "theme": ["capital privé", "", "salariat"],
        "from": ["insee", "drees", "insee"],
        "note": ["caché", None, "vu"],
    }
)


def small(table: pd.DataFrame = SMALL, **more: Any) -> CatalogueExplorer:
    """Return a view of anybody's table."""
    given: dict[str, Any] = {
        "noun": Noun("compte", "comptes"),
        "searched": ["note"],
        "linked": {"value": "from"},
        "sources": [
            {"id": "insee", "title": "Insee", "address": "https://insee.fr/a"},
            {"id": "drees", "title": "Drees"},
        ],
        **more,
    }
    columns = {"name": "Compte", "value": "Valeur"}
    return CatalogueExplorer(table, columns, {"theme": "Thème"}, **given)


@pytest.fixture(scope="module")
def view() -> CatalogueExplorer:
    return published()


def drawn(view: CatalogueExplorer, draw: random.Random) -> dict[str, Any]:
    """Return a state that a reader could reach."""
    keys = [one["column"] for one in view.data["filters"]]
    state = {key: draw.choice(view.field(key).entry()["values"]) for key in keys}
    # most filters are left alone, or nothing would ever be found
    state = {key: value if draw.random() < 0.25 else ANY for key, value in state.items()}
    shown = draw.choice((10, 60, len(view.data["rows"])))
    return {**state, "words": cleaned(draw.choice(WORDS)), "shown": shown}


# Python -------------------------------------------------------------------------------------


def test_nothing_asked_shows_all_and_counts_each_kind(view: CatalogueExplorer) -> None:
    tables = [facts.table(f"vision_{name}") for name in ("measures", "principles", "obstacles")]
    counts = [len(table) for table in tables]
    said = view.summary()
    assert f"{sum(counts)}\u00a0entrées sur {sum(counts)}" in said.sentence
    for many, noun in zip(counts, ("mesures", "principes", "obstacles"), strict=True):
        assert f"{noun}\u00a0{many}" in said.sentence
    assert len(said.rows) == 10
    assert f"{sum(counts) - 10}\u00a0entrées à afficher" in said.notes[0]


@pytest.mark.parametrize("words", ["Prévention", "PREVENTION", "  prevention ", "prévention"])
def test_words_are_found_whatever_their_accents(view: CatalogueExplorer, words: str) -> None:
    assert view.summary({"words": words}).rows == view.summary({"words": "prévention"}).rows


@pytest.mark.parametrize("words", ["pair-aidant", "pairs-aidants", "Pair-Aidants"])
def test_a_plural_is_no_other_word_and_what_is_found_shows_it(
    view: CatalogueExplorer, words: str
) -> None:
    rows = view.summary({"words": words}).rows
    assert len(rows) == 6
    shown = [plain(" ".join(row)) for row in rows]
    assert all("pair-aidant" in text or "pairs-aidants" in text for text in shown)


def test_every_word_must_be_there_and_filters_narrow(view: CatalogueExplorer) -> None:
    def found(**state: Any) -> set[str]:
        rows = view.summary({"shown": len(view.data["rows"]), **state}).rows
        return {row[0] for row in rows}

    first, second = found(words="prévention"), found(words="région")
    assert found(words="prévention région") == first & second
    assert first - second
    assert found(kind="obstacle", act="acte-2") == found(act="acte-2") & found(kind="obstacle")
    titles = facts.table("vision_obstacles")
    family = (titles["family"] == "territoire") | (titles["second_family"] == "territoire")
    assert found(means="obstacle-territoire") == set(titles.loc[family, "title"])


def test_no_entry_is_said_too(view: CatalogueExplorer) -> None:
    said = view.summary({"words": "zzz", "kind": "principe"})
    assert said.rows == []
    assert said.sentence.startswith(f"Aucune entrée sur {len(view.data['rows'])}.")
    assert "«\u00a0zzz\u00a0», Principes" in said.sentence


def test_any_table_will_do_its_empty_cells_and_its_numbers_included() -> None:
    view = small()
    said = view.summary()
    assert said.rows == [["Un", "1,5"], ["Deux", "2"], ["Trois", "3\u202f000"]]
    assert said.sentence == "3\u00a0comptes sur 3."
    assert [one["value"] for one in view.data["filters"][0]["options"]] == [
        "capital-prive",
        "salariat",
    ]
    assert view.summary({"theme": "capital-prive"}).rows == [["Un", "1,5"]]
    assert view.summary({"words": "caché"}).rows == [["Un", "1,5"]]
    assert view.summary({"words": "zzz"}).sentence.startswith("Aucun compte sur 3.")


def test_only_the_sources_of_what_is_shown_are_cited() -> None:
    view = small()
    assert view.summary({"theme": "salariat"}).sources == ["insee"]
    assert view.summary().sources == ["insee", "drees"]
    assert view.summary({"words": "zzz"}).sources == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"table": SMALL.drop(columns="note")}, "no column"),
        ({"table": SMALL.iloc[:0]}, "no row"),
        ({"linked": {"value": "nowhere"}}, "nowhere"),
    ],
)
def test_a_table_without_what_it_is_said_to_hold_is_refused(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        small(**changed)


def test_a_cell_that_its_filter_does_not_offer_is_named() -> None:
    wrong = {"theme": Filter("Thème", {"salariat": "Salariat"})}
    with pytest.raises(ValueError, match="capital privé"):
        CatalogueExplorer(SMALL, {"name": "Compte"}, wrong)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"words": "a" * 61}, "60 characters at most"),
        ({"words": ["a"]}, "60 characters at most"),
        ({"words": None}, "60 characters at most"),
        ({"act": "acte-5"}, "acte-4"),
        ({"bearers": HOSTILE}, "parlement-sante"),
        ({"shown": 10_000}, "10"),
    ],
)
def test_hostile_states_are_refused_by_name(
    view: CatalogueExplorer, state: dict[str, Any], message: str
) -> None:
    with pytest.raises(TraitError, match=message):
        view.summary(state)


def test_unseen_characters_become_one_space_and_markup_stays_text() -> None:
    assert cleaned("\u202e a\x00\x1b[\u200b\ufeffb \n") == "a [ b"
    page = published(words=HOSTILE).html()
    assert HOSTILE not in page
    assert "&lt;img src=x" in page


def test_a_text_field_has_a_length() -> None:
    with pytest.raises(ValueError, match="200 characters"):
        Field("words", "cherche", "text", maximum=500)


def test_a_text_field_wants_a_text_trait() -> None:
    class Wrong(Explorer):
        words = Number()

    with pytest.raises(ViewError, match=r"words = Text\(\)"):
        Wrong({}, (Field("words", "cherche", "text", maximum=9),), {"words": ""})
    assert isinstance(CatalogueExplorer.words, Text)


def test_slugs_fit_an_address() -> None:
    assert slug("données et confiance") == "donnees-et-confiance"
    assert plain("L’État Éphémère") == "l'etat ephemere"
    assert plain("Œuvre, ex æquo") == "oeuvre, ex aequo"


# JavaScript and the page ----------------------------------------------------------------------


def test_python_and_the_page_say_the_same_in_random_states(view: CatalogueExplorer) -> None:
    draw = random.Random(2032)  # noqa: S311 - repeatable, not secret
    states = [*(drawn(view, draw) for _ in range(120)), *random_states(view, 100)]
    said = assert_same_words(view, states)
    assert sum(bool(one["rows"]) for one in said) > 40


def test_python_and_the_page_say_the_same_of_another_table() -> None:
    view = small()
    assert_same_words(view, random_states(view, 60))


def test_python_and_the_page_clean_words_alike() -> None:
    texts = ["\u202e a\x00\u200b\ufeffb \n", " é\u00a0à ", "a\x85b\u1680c\u3000d"]
    cleaned_there = in_javascript("given.map(common.cleaned)", texts, "base/common.js")
    assert cleaned_there == [cleaned(text) for text in texts]


@pytest.fixture(scope="module")
def host(view: CatalogueExplorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    here = tmp_path_factory.mktemp("catalogue")
    write_page(here, view)
    write_page(here, small(), name="small.html")
    with served(here) as address:
        yield address


def test_a_reader_searches_filters_and_keeps_the_address(
    browser: Browser, host: str, view: CatalogueExplorer
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{host}/page.html")
    box = page.get_by_label("Chercher")
    box.press_sequentially("prevention ")
    expect(page.locator(".hx-result")).to_have_text(view.summary({"words": "prevention"}).sentence)
    expect(box).to_have_value("prevention ")  # not rewritten under the fingers
    page.get_by_label("Mesures", exact=True).check()
    page.get_by_role("button", name="Prédire et prévenir").press("Enter")
    state = {"words": "prevention", "kind": "mesure", "place": SCENE}
    expect(page.locator(".hx-result")).to_have_text(view.summary(state).sentence)
    page.wait_for_url(f"**catalogue.scene={SCENE}**")
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger (CSV)").click()
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    assert len(text.strip().splitlines()) == 1 + len(view.summary(state).rows)
    page.get_by_role("button", name="Réinitialiser").click()
    expect(box).to_have_value("")
    page.get_by_role("button", name="Afficher 30").click()
    expect(page.locator(".hx-table tbody tr")).to_have_count(40)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_a_cell_leads_to_its_source_and_one_without_address_leads_nowhere(
    browser: Browser, host: str
) -> None:
    page = browser.new_page()
    page.goto(f"{host}/small.html")
    cells = page.locator(".hx-table tbody td")
    expect(cells.nth(0).locator("a")).to_have_attribute("href", "https://insee.fr/a")
    expect(cells.nth(1).locator("a")).to_have_count(0)
    page.get_by_label("Salariat").check()
    expect(page.locator(".hx-table tbody tr")).to_have_count(1)
    expect(cells.nth(0).locator("a")).to_have_attribute("href", "https://insee.fr/a")
    page.close()


def test_an_address_is_read_and_what_it_may_not_hold_is_named(browser: Browser, host: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(f"{host}/page.html?catalogue.cherche={quote(HOSTILE)}&catalogue.acteur=zorro")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.acteur")
    expect(page.locator(".hx-result")).to_contain_text(f"«\u00a0{HOSTILE}\u00a0»")
    page.goto(f"{host}/page.html?catalogue.cherche={'a' * 61}")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.cherche")
    page.goto(f"{host}/page.html?{'&'.join(f'catalogue.x{rank}=1' for rank in range(300))}")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.x4 et 295 de plus.")
    assert not complaints
    page.close()
