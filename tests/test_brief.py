"""The note of two pages that each chapter offers: on paper, as Markdown, without a server."""

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
