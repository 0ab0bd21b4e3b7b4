"""Every page of the built site, opened in a real browser as its readers would."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
import yaml
from accessibility import DESKTOP, SIGHTS, serious_violations, views_are_ready
from bs4 import BeautifulSoup
from conftest import REFUSE_STORAGE, ROOT, QuietHandler, served
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from handbook import execution
from handbook.core import french

TUTORIALS = {"avec-vos-donnees"}  # which answer no question, hence have no figure that does
CHAPTERS = [path for path in execution.chapters(ROOT / "notebooks") if path.stem not in TUTORIALS]

FIRST_LOAD_BYTES = 800_000
FIRST_LOAD_BYTES_WITH_EXPLORER = 1_300_000
BUILT_BY_SPHINX = {"genindex", "search", "index", "404"}


def toc_pages() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *chapters]


LONGEST = {"book/sources", "book/dictionnaire"}  # opened first, so that no process waits for them
PAGES = sorted([*toc_pages(), "search", "genindex"], key=lambda name: name not in LONGEST)


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


READ_TO_THE_END = """
async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo(0, top);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
  }
}
"""


class Visit:
    """A page opened in the browser, with all it asked for and complained about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.responses: list[Response] = []
        self.requested: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("response", self.answered)
        page.on("console", self.note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url)
        views_are_ready(page)

    def answered(self, response: Response) -> None:
        self.responses.append(response)

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    @property
    def weight(self) -> int:
        """Bytes of the first load, each answer compressed."""
        return sum(len(gzip.compress(response.body())) for response in self.responses)


@pytest.fixture(params=PAGES)
def page_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=SIGHTS, ids=["desktop", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: Browser, address: str, page_name: str
) -> Iterator[Visit]:
    viewport, scheme = request.param
    context = browser.new_context(locale="fr-FR", viewport=viewport, color_scheme=scheme)
    yield Visit(context.new_page(), f"{address}/{page_name}.html")
    context.close()


def test_a_page_is_light_quiet_and_accessible(visit: Visit, address: str) -> None:
    page = visit.page
    scheme = "light" if page.viewport_size == DESKTOP else "dark"
    page.wait_for_selector(f"html[data-theme='{scheme}']", state="attached")
    assert not serious_violations(page)
    has_explorer = page.locator("[data-explorer]").count() > 0
    assert visit.weight <= (FIRST_LOAD_BYTES_WITH_EXPLORER if has_explorer else FIRST_LOAD_BYTES)
    assert page.locator("html").get_attribute("lang") == "fr"
    alts = page.locator("main img").evaluate_all("nodes => nodes.map(n => n.getAttribute('alt'))")
    assert all(alt and " " in alt and not alt.endswith(".png") for alt in alts)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    # last, so that what is asked for or said while the page is read to its end counts too
    page.evaluate(READ_TO_THE_END)
    outside = [url for url in visit.requested if not url.startswith((address, "data:", "blob:"))]
    assert not outside
    assert not visit.complaints


def test_search_finds_a_word_typed_without_its_accents(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="fr-FR", viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{address}/search.html?q=prevision", wait_until="networkidle")
    page.wait_for_selector("#search-results li a")
    found = page.locator("#search-results li a").all_inner_texts()
    context.close()
    assert any("Méthode" in title for title in found)


CHAPTER = "notebooks/marche-e-sante"
REGIONS = "notebooks/collectifs-de-soins"


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Give a function that opens pages of the site, all in one browser context of its own."""
    contexts = []

    def opener(name: str, script: str = "", **options: object) -> Page:
        if not contexts:
            contexts.append(browser.new_context(locale="fr-FR", viewport=DESKTOP, **options))
            contexts[0].add_init_script(script)
        page = contexts[0].new_page()
        page.goto(f"{address}/{name}.html")
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.mark.parametrize("script", ["", REFUSE_STORAGE], ids=["storage", "storage refused"])
def test_one_switch_shows_the_code_of_the_whole_page(
    open_page: Callable[..., Page], script: str
) -> None:
    page = open_page(CHAPTER, script)
    code = page.locator("div.cell_input")
    switch = page.locator(".hb-code-switch")
    expect(switch).to_have_text("Montrer le code")
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert not any(cell.is_visible() for cell in code.all())
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).to_have_text("Montrer le code")  # pressed or not: the name never changes
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert code.count() > 1
    assert all(cell.is_visible() for cell in code.all())
    remembered = open_page(CHAPTER).locator("div.cell_input").first.is_visible()
    assert remembered == (not script)
    page.emulate_media(media="print")
    assert not any(cell.is_visible() for cell in code.all())


def test_where_storage_is_refused_menus_and_light_still_answer(
    open_page: Callable[..., Page],
) -> None:
    errors: list[str] = []
    page = open_page(CHAPTER, REFUSE_STORAGE)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    views_are_ready(page)
    page.locator("button.primary-toggle").click()
    expect(page.locator("#pst-primary-sidebar-modal")).to_be_visible()
    page.keyboard.press("Escape")
    before = page.locator("html").get_attribute("data-mode")
    page.locator(".theme-switch-button:visible").first.click()
    assert page.locator("html").get_attribute("data-mode") != before
    assert not errors


def test_menus_are_set_in_french_typography(site: Path) -> None:
    for name in toc_pages():
        page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        entries = [link.text.strip() for link in page.select("nav a.nav-link, nav.bd-links a")]
        assert len(entries) > 10, name
        assert entries == [french.typeset(entry) for entry in entries], name


def test_without_scripts_the_code_shows_and_its_switch_does_not(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(CHAPTER, java_script_enabled=False)
    expect(page.locator("div.cell_input").first).to_be_visible()
    expect(page.locator(".hb-code-switch")).to_be_hidden()


# What a reader of a chapter has before the eyes on an ordinary laptop: the code hidden, the folds
# closed. Tables inside a view or a fold are not in sight.
LAPTOP = {"width": 1366, "height": 900}
TALLEST, MOST_FIGURES, MOST_TABLES, LONGEST_TITLE = 8_000, 7, 4, 89
MEASURES = """
async () => {
  const article = document.querySelector("article");
  const inSight = (node) => node.checkVisibility() && !node.closest("[data-explorer]");
  article.querySelectorAll("details[open]").forEach((fold) => {
    if (inSight(fold)) fold.open = false;
  });
  const images = [...article.querySelectorAll("img")];
  images.forEach((image) => { image.loading = "eager"; });
  await Promise.all(images.map((image) => image.decode().catch(() => null)));
  const titles = [...article.querySelectorAll("h1, h2, h3, h4, caption, .hb-fold > summary")];
  const headed = (section) => section.querySelector(":scope > h2")?.firstChild.textContent.trim();
  const sections = [...article.querySelectorAll("section")];
  const answer = sections.find((section) => headed(section) === "La réponse");
  return {
    height: document.documentElement.scrollHeight,
    figures: [...article.querySelectorAll("figure.hb-picture")].filter(inSight).length,
    tables: [...article.querySelectorAll("table")].filter(
      (table) => inSight(table) && !table.closest("figure.hb-picture")).length,
    titles: titles.map((title) => title.innerText.replace(/#$/, "").trim()),
    answers: answer ? answer.querySelectorAll("figure.hb-picture").length : 0,
    takeaways: answer ? answer.querySelectorAll(".hb-takeaways").length : 0,
  };
}
"""


def faults(page: Page) -> list[str]:
    """Say how a chapter is too long or does not answer at once; nothing if it keeps in bounds."""
    seen = page.evaluate(MEASURES)
    long_titles = [title for title in seen["titles"] if len(title) > LONGEST_TITLE]
    broken = {
        f"{seen['height']} pixels high": seen["height"] > TALLEST,
        f"{seen['figures']} figures": seen["figures"] > MOST_FIGURES,
        f"{seen['tables']} tables in sight": seen["tables"] > MOST_TABLES,
        f"titles too long: {long_titles}": bool(long_titles),
        f"{seen['answers']} figures under « La réponse », not one": seen["answers"] != 1,
        "nothing to remember under « La réponse »": seen["takeaways"] != 1,
    }
    return [fault for fault, found in broken.items() if found]


@pytest.mark.parametrize("name", [path.stem for path in CHAPTERS])
def test_a_chapter_is_read_in_a_few_minutes(browser: Browser, address: str, name: str) -> None:
    page = browser.new_page(locale="fr-FR", viewport=LAPTOP)
    page.goto(f"{address}/notebooks/{name}.html")
    views_are_ready(page)
    found = faults(page)
    page.close()
    assert found == []


GOOD = (
    "<article><section><h2>La réponse</h2><figure class=hb-picture><table></table></figure>"
    "<div class=hb-takeaways>…</div></section>{}</article>"
)
HIDDEN = "<details open><summary>Plus</summary>" + "<table><tr><td>1</table>" * 9 + "</details>"
TOO_MUCH = {
    "pixels high": "<div style='height: 8001px'></div>",
    "8 figures": "<figure class=hb-picture>1</figure>" * 7,
    "5 tables": "<table><tr><td>1</td></tr></table>" * 5,
    "titles": f"<h3>{'mot ' * 23}</h3>",
    "2 figures under": "<script>document.querySelector('figure').after("
    "document.querySelector('figure').cloneNode())</script>",
    "nothing to remember": "<script>document.querySelector('.hb-takeaways').remove()</script>",
}


def test_the_measures_of_a_chapter_see_each_excess(browser: Browser) -> None:
    page = browser.new_page(viewport=LAPTOP)
    page.set_content(GOOD.format(HIDDEN))
    assert faults(page) == []
    for fault, html in TOO_MUCH.items():
        page.set_content(GOOD.format(html))
        found = faults(page)
        assert len(found) == 1, found
        assert fault in found[0]
    page.close()


POLICY = re.search(r"`(default-src 'none';[^`]*)`", (ROOT / "SECURITY.md").read_text("utf-8"))


class StrictHandler(QuietHandler):
    """Serve the pages under the policy that SECURITY.md promises they bear."""

    def end_headers(self) -> None:
        assert POLICY
        self.send_header("Content-Security-Policy", POLICY[1])
        super().end_headers()


@pytest.mark.parametrize("name", [*PAGES, "index", "404"])
def test_a_page_is_quiet_under_the_strictest_policy(
    browser: Browser, site: Path, name: str
) -> None:
    page = browser.new_page(locale="fr-FR")
    with served(site, StrictHandler) as address:
        visit = Visit(page, f"{address}/{name}.html")
        page.wait_for_load_state("networkidle")
    page.close()
    assert visit.complaints == []


@pytest.mark.parametrize("name", [CHAPTER, "book/glossaire", "search", "404"])
def test_a_page_opened_from_a_folder_is_quiet(browser: Browser, site: Path, name: str) -> None:
    page = browser.new_page(locale="fr-FR")
    query = "?q=infirmier" if name == "search" else ""
    visit = Visit(page, f"{(site / name).as_uri()}.html{query}")
    page.wait_for_timeout(500)
    page.close()
    assert visit.complaints == []


@pytest.mark.parametrize("script", ["", REFUSE_STORAGE], ids=["storage", "storage refused"])
def test_a_view_follows_the_fragment_of_the_open_page(
    open_page: Callable[..., Page], script: str
) -> None:
    page = open_page(REGIONS, script)
    views_are_ready(page)
    regions = page.locator("[data-explorer=regions]")
    said = regions.locator("[role=status]").first
    before = said.inner_text()
    page.evaluate("window.opened = true")
    page.evaluate("location.hash = 'regions.mesure=index'")
    expect(regions.get_by_role("radio", name="En indice")).to_be_checked()
    expect(said).not_to_have_text(before)
    page.evaluate("history.back()")
    expect(said).to_have_text(before)
    assert page.evaluate("window.opened"), "the page was loaded again"


@pytest.mark.parametrize("script", ["", REFUSE_STORAGE], ids=["storage", "storage refused"])
@pytest.mark.parametrize(("menu", "rank"), [("Sommaire du manuel", 0), ("Sur cette page", 1)])
def test_the_focus_goes_back_to_the_button_of_a_closed_menu(
    open_page: Callable[..., Page], script: str, menu: str, rank: int
) -> None:
    page = open_page(CHAPTER, script)
    page.set_viewport_size({"width": 390, "height": 844})
    dialog = page.locator("dialog").nth(rank)
    for _ in range(2):
        page.locator(f"button.sidebar-toggle[aria-label='{menu}']").first.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.locator(":focus")).to_have_attribute("aria-label", menu)


def test_the_focus_goes_back_to_where_the_search_was_called_from(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(CHAPTER)
    switch = page.locator(".hb-code-switch")
    switch.focus()
    page.keyboard.press("Control+k")
    field = page.locator(".hb-search input:visible")
    expect(field).to_be_focused()
    page.keyboard.type("médecin")
    page.keyboard.press("Escape")
    expect(switch).to_be_focused()


# What WCAG 1.4.10 asks: 1280 x 1024 at 400 %. Tables, drawings and code may scroll by themselves.
ENLARGED = {"width": 320, "height": 256}
MOST_FIXED = 0.4  # of the height
REFLOW = """
() => {
  const style = (node) => getComputedStyle(node);
  const main = document.querySelector("article") ?? document.querySelector("main");
  const ownScroll = "table, pre, figure, svg, math, input, select, textarea";
  const scrolling = [...main.querySelectorAll("*")].filter((node) =>
    node.checkVisibility() && node.clientWidth > 0 && node.scrollWidth > node.clientWidth + 1
    && ["auto", "scroll"].includes(style(node).overflowX)
    && !node.closest(ownScroll) && !node.querySelector(ownScroll));
  // what stays at the top or the bottom, wherever the reader is
  const stays = [...document.querySelectorAll("body *")].filter((node) =>
    style(node).position === "fixed"
    || (style(node).position === "sticky" && style(node).top + style(node).bottom !== "autoauto"));
  const height = (node) => {
    const box = node.getBoundingClientRect();
    const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    const wide = Math.min(box.right, innerWidth) - Math.max(box.left, 0) > innerWidth / 2;
    return wide && node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      ? Math.max(seen, 0) : 0;
  };
  const fixed = [];
  const end = document.documentElement.scrollHeight;
  for (let top = 0; top < end; top += Math.max(200, end / 60)) {
    scrollTo({ top, behavior: "instant" });
    fixed.push(stays.reduce((sum, node) => sum + height(node), 0));
  }
  const size = parseFloat(style(main).fontSize);
  return {
    width: document.documentElement.scrollWidth,
    scrolling: scrolling.map((node) => node.textContent.trim().slice(0, 60)),
    fixed: Math.max(...fixed) / innerHeight,
    size,
  };
}
"""


def crowded(page: Page) -> list[str]:
    """Say why a page cannot be read enlarged four times; nothing if it can."""
    seen = page.evaluate(REFLOW)
    broken = {
        f"{seen['width']} pixels wide": seen["width"] > ENLARGED["width"],
        f"text scrolls both ways: {seen['scrolling']}": bool(seen["scrolling"]),
        f"{seen['fixed']:.0%} of the height never moves": seen["fixed"] > MOST_FIXED,
        f"letters of {seen['size']} pixels": seen["size"] < 14,
    }
    return [fault for fault, found in broken.items() if found]


@pytest.mark.parametrize("name", [*PAGES, "index", "404"])
def test_a_page_enlarged_four_times_is_read_downwards_only(
    browser: Browser, address: str, name: str
) -> None:
    page = browser.new_page(locale="fr-FR", viewport=ENLARGED)
    page.goto(f"{address}/{name}.html")
    views_are_ready(page)
    page.locator("article, main").first.wait_for(state="attached")  # the index leads elsewhere
    found = crowded(page)
    page.close()
    assert found == []


def test_the_measures_of_an_enlarged_page_see_each_excess(browser: Browser) -> None:
    excesses = {
        "pixels wide": "<p style='width: 500px'>mot</p>",
        "both ways": "<div style='overflow: auto'><p style='width: 400px'>mot</p></div>",
        "never moves": "<p style='position: fixed; top: 0; width: 300px; height: 150px'>mot</p>",
        "letters": "<style>article { font-size: 9px }</style>",
    }
    page = browser.new_page(viewport=ENLARGED)
    page.set_content("<article><p>mot</p><table style='display: block; overflow: auto'></table>")
    assert crowded(page) == []
    for fault, html in excesses.items():
        page.set_content(f"<article><p>mot</p>{html}</article>")
        found = crowded(page)
        assert len(found) == 1, found
        assert fault in found[0]
    page.close()
