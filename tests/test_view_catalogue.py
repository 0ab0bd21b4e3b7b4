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
from handbook.views import Explorer, Field, Number, Text
from handbook.views.base.explorer import cleaned
from handbook.views.base.values import plain, slug
from handbook.views.catalogue.view import ANY, CatalogueExplorer

HOSTILE = "</script><img src=x onerror=alert(1)>"
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


def published(**chosen: Any) -> CatalogueExplorer:
    return CatalogueExplorer(
        vision.entries(),
        scenes=vision.scenes()["title"].to_dict(),
        actors=vision.actors(),
        sources=[facts.source(vision.DOCUMENT)],
        **chosen,
    )


@pytest.fixture(scope="module")
def view() -> CatalogueExplorer:
    return published()


def drawn(view: CatalogueExplorer, draw: random.Random) -> dict[str, Any]:
    """Return a state that a reader could reach."""
    keys = ("kind", "place", "tag", "actor", "dated")
    state = {key: draw.choice([ANY, *view.field(key).entry()["values"]]) for key in keys}
    # most filters are left alone, or nothing would ever be found
    state = {key: value if draw.random() < 0.25 else ANY for key, value in state.items()}
    shown = draw.choice((10, 60, len(view.data["entries"])))
    return {**state, "words": cleaned(draw.choice(WORDS)), "shown": shown}


# Python -------------------------------------------------------------------------------------


def test_nothing_asked_shows_all_and_counts_each_kind(view: CatalogueExplorer) -> None:
    tables = [facts.table(f"vision_{name}") for name in ("measures", "principles", "obstacles")]
    counts = [len(table) for table in tables]
    said = view.summary()
    assert f"{sum(counts)}\u00a0entrées sur {sum(counts)}" in said.sentence
    for many, noun in zip(counts, ("mesures", "principes", "obstacles"), strict=True):
        assert f"{many}\u00a0{noun}" in said.sentence
    assert len(said.rows) == 10
    assert f"{sum(counts) - 10}\u00a0entrées de plus" in said.notes[0]


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
        rows = view.summary({"shown": len(view.data["entries"]), **state}).rows
        return {row[0] for row in rows}

    first, second = found(words="prévention"), found(words="région")
    assert found(words="prévention région") == first & second
    assert first - second
    assert found(kind="obstacle", place="A2") == found(place="A2") & found(kind="obstacle")
    assert found(dated="oui") == set(
        facts.table("vision_measures").query("dated")["title"].map(str)
    )
    titles = facts.table("vision_obstacles")
    family = (titles["family"] == "territoire") | (titles["second_family"] == "territoire")
    assert found(tag="f-territoire") == set(titles.loc[family, "title"])


def test_no_entry_is_said_too(view: CatalogueExplorer) -> None:
    said = view.summary({"words": "zzz", "kind": "principe"})
    assert said.rows == []
    assert said.sentence.startswith(f"Aucune entrée sur {len(view.data['entries'])}")
    assert "«\u00a0zzz\u00a0», principe" in said.sentence


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"words": "a" * 61}, "60 characters at most"),
        ({"words": ["a"]}, "60 characters at most"),
        ({"words": None}, "60 characters at most"),
        ({"place": "A5"}, "A1S1"),
        ({"actor": HOSTILE}, "parlement-sante"),
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

    with pytest.raises(TypeError, match=r"words = Text\(\)"):
        Wrong({}, (Field("words", "cherche", "text", maximum=9),), {"words": ""})
    assert isinstance(CatalogueExplorer.words, Text)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "idée"}, "'idée' is not one of"),
        ({"scene": "A9S9"}, "'A9S9' is not one of"),
        ({"actors": ["personne"]}, "no actor"),
    ],
)
def test_a_faulty_entry_is_named(changed: dict[str, Any], message: str) -> None:
    rows = vision.entries().to_dict("records")
    rows[3] = {**rows[3], **changed}
    with pytest.raises(ValueError, match=message) as refused:
        CatalogueExplorer(
            pd.DataFrame(rows), scenes=vision.scenes()["title"], actors=vision.actors()
        )
    assert rows[3]["id"] in str(refused.value)


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


def test_python_and_the_page_clean_words_alike() -> None:
    texts = ["\u202e a\x00\u200b\ufeffb \n", " é\u00a0à ", "a\x85b\u1680c\u3000d"]
    cleaned_there = in_javascript("given.map(common.cleaned)", texts, "base/common.js")
    assert cleaned_there == [cleaned(text) for text in texts]


@pytest.fixture(scope="module")
def host(view: CatalogueExplorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    here = tmp_path_factory.mktemp("catalogue")
    write_page(here, view)
    with served(here) as address:
        yield f"{address}/page.html"


def test_a_reader_searches_filters_and_keeps_the_address(
    browser: Browser, host: str, view: CatalogueExplorer
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(host)
    box = page.get_by_label("Chercher")
    box.press_sequentially("prevention ")
    expect(page.locator(".hx-result")).to_have_text(view.summary({"words": "prevention"}).sentence)
    expect(box).to_have_value("prevention ")  # not rewritten under the fingers
    page.get_by_label("Mesures", exact=True).check()
    page.get_by_role("button", name="acte\u00a02, scène\u00a02").press("Enter")
    state = {"words": "prevention", "kind": "mesure", "place": "A2S2"}
    expect(page.locator(".hx-result")).to_have_text(view.summary(state).sentence)
    page.wait_for_url("**catalogue.scene=A2S2**")
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


def test_an_address_is_read_and_what_it_may_not_hold_is_named(browser: Browser, host: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(f"{host}?catalogue.cherche={quote(HOSTILE)}&catalogue.acteur=zorro")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.acteur")
    expect(page.locator(".hx-result")).to_contain_text(f"«\u00a0{HOSTILE}\u00a0»")
    page.goto(f"{host}?catalogue.cherche={'a' * 61}")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.cherche")
    page.goto(f"{host}?{'&'.join(f'catalogue.x{rank}=1' for rank in range(300))}")
    expect(page.locator(".hx-notice")).to_contain_text("catalogue.x4 et 295 de plus.")
    assert not complaints
    page.close()
