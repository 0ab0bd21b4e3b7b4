"""The site's search: what a reader types is found, as it is typed, and nothing typed breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import REFUSE_STORAGE
from parity import in_javascript
from playwright.sync_api import Browser, Page, expect

from handbook.site.search import AccentBlindFrench, fold

FRENCH = AccentBlindFrench({})
GENDERS = """
infirmier infirmière, financier financière, hospitalier hospitalière, premier première, particulier
particulière, salarié salariée, retraité retraitée, conseiller conseillère, étranger étrangère,
usager usagère, léger légère, entier entière, employé employée, diplômé diplômée, associé associée,
réuni réunie, suivi suivie, âgé âgée, directeur directrice, coordinateur coordinatrice, acteur
actrice, actif active, préventif préventive, public publique, complet complète, chirurgien
chirurgienne, régional régionale, nombreux nombreuse, médecin médecins, qualité qualités
"""
NUMBERS = ["1000", "1 000", "1\u202f000", "1\u00a0000", "1\u2009000"]


def stems(text: str) -> list[str]:
    return [FRENCH.stem(word) for word in FRENCH.split(text)]


@pytest.mark.parametrize("pair", [pair.split() for pair in GENDERS.split(",")], ids=" ".join)
def test_masculine_and_feminine_meet_with_or_without_accents(pair: list[str]) -> None:
    words = [form + ending for form in pair for ending in ("", "s")]
    words = [re.sub("([sx])s$", r"\1", word) for word in words]
    assert len({FRENCH.stem(word) for word in (*words, *map(fold, words))}) == 1


def test_words_of_other_kins_do_not_meet() -> None:
    words = ["métier", "mettre", "levier", "lever", "médecin", "médical", "soin", "série", "sera"]
    assert len({FRENCH.stem(word) for word in words}) == len(words)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_one_word_however_its_thousands_are_set_apart(number: str) -> None:
    assert stems(f"près de {number} cabinets")[2] == "1000"


def test_numbers_are_read_as_they_are_written() -> None:
    assert FRENCH.split("12,5 %, 12.5 et 2\u202f345\u202f678,9") == [
        "12_5",
        "12_5",
        "et",
        "2345678_9",
    ]
    assert FRENCH.split("en 2032, 100 MSP") == ["en", "2032", "100", "MSP"]
    assert FRENCH.split("12 3456 78") == ["12", "3456", "78"]


@pytest.fixture(scope="module")
def texts(site: Path) -> list[str]:
    """Every text of the pages of the site."""
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return [
        str(text)
        for path in pages
        for text in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find_all(
            string=True
        )
    ]


def test_the_browser_reads_a_query_as_python_reads_a_page(site: Path, texts: list[str]) -> None:
    words = sorted({word for text in texts for word in re.findall(r"\w+", text)})
    numbers = sorted({text for text in texts if re.search(r"\d\s\d|\d[.,]\d", text)})[:2000]
    assert len(words) > 5000
    assert len(numbers) > 100
    asked = [
        *words,
        *map(fold, words),
        *numbers,
        *GENDERS.split(","),
        "Œuvre",
        "ŒUVRÉE",
        "x\u0301é",
    ]
    said = in_javascript(
        """(() => {
          const { splitQuery, Stemmer } = new Function(
            `${given.script}; return { splitQuery, Stemmer };`)();
          const stemmer = new Stemmer();
          return given.asked.map((text) => splitQuery(text).map(stemmer.stemWord));
        })()""",
        {
            "script": (site / "_static" / "language_data.js").read_text(encoding="utf-8"),
            "asked": asked,
        },
    )
    differ = [
        (text, ours, theirs)
        for text, ours, theirs in zip(asked, map(stems, asked), said, strict=True)
        if ours != theirs
    ]
    assert differ == []


@pytest.fixture(params=["", REFUSE_STORAGE], ids=["storage", "storage refused"])
def search(browser: Browser, address: str, request: pytest.FixtureRequest) -> Any:
    """Give a function that types a query and says what the page answers."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(request.param)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def ask(query: str) -> list[str]:
        found = answers(page, f"{address}/search.html", query)
        assert complaints == []
        return found

    yield ask
    context.close()


def answers(page: Page, address: str, query: str) -> list[str]:
    page.goto(address)
    field = page.locator(".hb-search-page input[name=q]")
    field.fill(query)
    field.press("Enter")
    summary = page.locator("#search-results .search-summary")
    expect(summary).not_to_be_empty()
    links = page.locator("#search-results li a")
    said = summary.inner_text()
    count = re.search(r"\d+", said)
    assert links.count() == (int(count[0]) if count else 0), said
    return sorted(set(links.all_inner_texts()))


Ask = Callable[[str], list[str]]


def test_what_a_reader_types_is_found(search: Ask) -> None:
    nurses = search("infirmier")
    assert len(nurses) > 3
    for query in ("infirmière", "infirmiere", "INFIRMIÈRES"):
        assert set(nurses) <= set(search(query)) | {query.lower()}, query
    assert len(search("2032")) > 3
    assert len(search("1 000")) > 0
    assert search("1 000") == search("1000") == search("1\u202f000")
    assert 0 < len(search("horizon 2032")) <= len(search("horizon"))
    assert search("infirmier zzzz") == []


@pytest.mark.parametrize(
    "query",
    ["constructor", "__proto__", "hasOwnProperty", "toString valueOf", "\\", "(((", "[a-", "<img>"],
)
def test_a_word_of_the_language_breaks_nothing(search: Ask, query: str) -> None:
    search(query)
    assert "Méthode" in " ".join(search("methode"))


def test_a_question_too_long_is_cut_and_the_page_says_so(browser: Browser, address: str) -> None:
    page = browser.new_page()
    assert answers(page, f"{address}/search.html", "médecin " + "z" * 50_000) == []
    assert "200 premiers caractères" in page.locator("#search-results").inner_text()
    many = " ".join(["médecin"] * 6_000)
    assert len(answers(page, f"{address}/search.html", many)) > 3
    page.close()


def test_results_quote_the_number_that_was_asked_for(browser: Browser, address: str) -> None:
    page = browser.new_page()
    answers(page, f"{address}/search.html", "1000")
    expect(page.locator("#search-results li:not(:has(p))")).to_have_count(0)
    quotes = page.locator("#search-results li p").all_inner_texts()
    page.close()
    assert any(re.search(r"1\s?000", quote) for quote in quotes)
