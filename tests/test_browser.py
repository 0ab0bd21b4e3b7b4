"""Every page of the built site, opened in a real browser as its readers would."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

FIRST_LOAD_BYTES = 800_000
FIRST_LOAD_BYTES_WITH_EXPLORER = 1_300_000
BUILT_BY_SPHINX = {"genindex", "search", "index", "404"}
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def toc_pages() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *chapters]


PAGES = [*toc_pages(), "search", "genindex"]


class Links(HTMLParser):
    """Collect what a page links to, and the anchors it offers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.update(filter(None, (values.get("id"), values.get("name"))))
        target = values.get("href") if tag in {"a", "link"} else values.get("src")
        if target:
            self.targets.append(target)


@pytest.fixture(scope="session")
def links(site: Path) -> dict[str, Links]:
    pages = site.rglob("*.html")
    return {
        page.relative_to(site).as_posix(): Links(page.read_text(encoding="utf-8"))
        for page in pages
        if "_static" not in page.parts
    }


def test_the_site_holds_exactly_the_pages_of_its_table_of_contents(links: dict[str, Links]) -> None:
    built = {name.removesuffix(".html") for name in links} - BUILT_BY_SPHINX
    assert built == set(toc_pages())


def test_no_link_inside_the_site_is_dead(site: Path, links: dict[str, Links]) -> None:
    dead = []
    for name, page in links.items():
        for target in page.targets:
            path, anchor = urldefrag(urljoin(f"/{name}", target))
            if urlsplit(target).scheme or target.startswith("//"):
                continue
            found = unquote(urlsplit(path).path).lstrip("/")
            if not (site / found).is_file():
                dead.append(f"{name}: {target}")
            elif anchor and found in links and unquote(anchor) not in links[found].anchors:
                dead.append(f"{name}: {target} (no such anchor)")
    assert not dead


class Visit:
    """A page opened in the browser, with all it asked for and complained about."""

    def __init__(self, browser: Browser, address: str, name: str, **options: object) -> None:
        self.context = browser.new_context(locale="fr-FR", **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.responses: list[Response] = []
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("response", self.responses.append)
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{address}/{name}.html", wait_until="networkidle")

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(params=PAGES)
def visited(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address, request.param, viewport=DESKTOP, color_scheme="light")
    yield visit
    visit.context.close()


def test_a_page_stays_at_home_light_and_quiet(visited: Visit, address: str) -> None:
    page = visited.page
    outside = [url for url in visited.requested if not url.startswith((address, "data:", "blob:"))]
    assert not outside
    assert not visited.complaints
    has_explorer = page.locator("[data-explorer]").count() > 0
    weight = sum(len(gzip.compress(response.body())) for response in visited.responses)
    assert weight <= (FIRST_LOAD_BYTES_WITH_EXPLORER if has_explorer else FIRST_LOAD_BYTES)
    assert page.locator("html").get_attribute("lang") == "fr"
    alts = page.locator("main img").evaluate_all("nodes => nodes.map(n => n.getAttribute('alt'))")
    assert all(alt and " " in alt and not alt.endswith(".png") for alt in alts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(
    browser: Browser, address: str, name: str, viewport: dict[str, int], scheme: str
) -> None:
    visit = Visit(browser, address, name, viewport=viewport, color_scheme=scheme)
    try:
        assert visit.page.locator("html").get_attribute("data-theme") == scheme
        wide = visit.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, "the page scrolls sideways"
        found = Axe().run(visit.page).response["violations"]
        serious = [
            f"{rule['id']}: {node['html'][:200]}"
            for rule in found
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        ]
        assert not serious
    finally:
        visit.context.close()


def test_search_finds_a_word_typed_without_its_accents(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "search", viewport=DESKTOP)
    visit.page.goto(f"{address}/search.html?q=prevision", wait_until="networkidle")
    visit.page.wait_for_selector("#search-results li a")
    found = visit.page.locator("#search-results li a").all_inner_texts()
    visit.context.close()
    assert any("Méthode" in title for title in found)
