"""The note of two pages, of a chapter or of a future: on paper, as Markdown, without a server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect

CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
WITHOUT = {"avec-vos-donnees"}  # a tutorial: it asks and answers no question
HEADINGS = ["La question", "La réponse", "Limites", "Sources"]


def opened(browser: Browser, site: Path, name: str) -> Page:
    page = browser.new_page(locale="fr-FR", accept_downloads=True)
    page.goto((site / "notebooks" / f"{name}.html").as_uri())
    page.get_by_role("button", name="Note de deux pages").click()
    return page


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name not in WITHOUT])
def test_the_note_of_a_chapter_holds_on_two_pages(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, site, name)
    note = page.locator("section.hb-brief")
    assert note.locator("h2").all_inner_texts() == HEADINGS
    assert note.locator("figure.hb-picture svg").count() == 1
    assert note.locator(".hb-takeaways").count() == 1
    expect(page.locator("article.bd-article")).to_be_hidden()
    expect(note.locator("h1")).to_be_focused()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    page.emulate_media(media="print")
    assert note.bounding_box()["height"] > 300  # type: ignore[index]
    page.close()
    assert 1 <= len(re.findall(rb"/Type /Page\b", printed)) <= 2


def test_the_note_is_downloaded_as_markdown_and_closed_by_escape(
    browser: Browser, site: Path
) -> None:
    page = opened(browser, site, "promesses-2032")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger (Markdown)").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "promesses-2032-note.md"
    assert text.startswith("# Les promesses de 2032\n")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    assert "> Figure" in text
    assert "**À retenir**" in text
    assert "promesses-2032.html)" in text
    page.keyboard.press("Escape")
    expect(page.locator("article.bd-article")).to_be_visible()
    expect(page.get_by_role("button", name="Note de deux pages")).to_be_focused()
    assert page.locator("section.hb-brief").count() == 0
    page.close()


FUTURES = {
    "reference": "",
    "half-budgets": "future.exercice=5C&future.budgets=-50",
    "everything": "future.jeunes=1A&future.soins=2B&future.numerique=3C&future.delegation=4B"
    "&future.exercice=5C&future.financement=6B&future.budgets=100&future.prevention=100",
}


def future(browser: Browser, site: Path, query: str) -> Page:
    page = browser.new_page(locale="fr-FR", accept_downloads=True)
    page.goto(f"{(site / 'notebooks' / 'synthese.html').as_uri()}?{query}")
    view = page.locator("[data-explorer=future][data-ready]")
    view.get_by_role("button", name="Votre futur en deux pages").click()
    return page


def pages_printed(page: Page) -> int:
    return len(re.findall(rb"/Type /Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("name", FUTURES)
def test_the_note_of_a_future_holds_on_two_pages(browser: Browser, site: Path, name: str) -> None:
    page = future(browser, site, FUTURES[name])
    note = page.locator("section.hb-brief")
    expect(note.locator("h1")).to_contain_text(re.compile("^Si "))
    expect(page.locator("article.bd-article")).to_be_hidden()
    assert note.locator("h2").all_inner_texts() == [
        "La question", "La réponse", "Certitude", "Limites", "Sources",
    ]  # fmt: skip
    assert 1 <= pages_printed(page) <= 2
    page.close()


def test_the_ready_made_futures_hold_on_two_pages(browser: Browser, site: Path) -> None:
    page = future(browser, site, "")
    page.keyboard.press("Escape")
    view = page.locator("[data-explorer=future]")
    ways = view.get_by_role("group", name="Futurs proposés").get_by_role("button")
    assert ways.count() > 3
    for rank in range(ways.count()):
        ways.nth(rank).click()
        view.get_by_role("button", name="Votre futur en deux pages").click()
        assert 1 <= pages_printed(page) <= 2, ways.nth(rank).text_content()
        page.keyboard.press("Escape")
    page.close()


def test_every_weight_changed_the_note_still_holds_on_two_pages(
    browser: Browser, site: Path
) -> None:
    """The longest note there is: every issue and lever moved, every link weighed again."""
    page = future(browser, site, "")
    weights = page.locator("[data-explorer=future] [data-key^=weight_]").evaluate_all(
        "all => all.map((one) => one.dataset.key.slice(7).replaceAll('_', '-'))"
    )
    assert len(weights) > 20
    moved = "".join(f"&future.lien-{name}=200" for name in weights)
    page.close()
    page = future(browser, site, FUTURES["everything"] + moved)
    expect(page.locator("[data-explorer=future] .hx-notice")).to_have_attribute("hidden", "")
    assert page.locator("section.hb-brief table").nth(1).locator("tbody tr").count() > 20
    assert pages_printed(page) == 2
    page.close()


def test_a_future_then_its_chapter_give_one_note_at_a_time(browser: Browser, site: Path) -> None:
    page = future(browser, site, FUTURES["half-budgets"])
    expect(page.locator("section.hb-brief")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Note de deux pages").click()
    expect(page.locator("section.hb-brief h1")).to_have_text("Cinq documents, un avenir\u202f?")
    page.close()
