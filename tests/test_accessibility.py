"""Every page and view with its folds open, by the keyboard, zoomed, in the reader's own colours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from accessibility import (
    DESKTOP,
    PHONE,
    SIGHTS,
    contrasts,
    serious_violations,
    tab_through,
    views_are_ready,
)
from conftest import ROOT
from playwright.sync_api import Browser, Locator, Page, expect

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
BOOK = [TOC["root"], *(page["file"] for part in TOC["parts"] for page in part["chapters"])]
PAGES = [*BOOK, "search", "genindex", "404"]
WITH_VIEW = [
    name
    for name in BOOK
    if name.startswith("notebooks/")
    and "Explorer" in (ROOT / f"{name}.ipynb").read_text(encoding="utf-8")
]
FOLDED = ("book/dictionnaire", "book/sources", *(n for n in BOOK if n.startswith("notebooks/")))
STATEMENT = "book/accessibilite"
SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"  # noqa: E501 - one rule of WCAG 1.4.12
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
# what stays in place while the page scrolls, over more than a third of the height
IN_THE_WAY = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const { position, top, bottom } = getComputedStyle(node);
  const stuck = position === "sticky" && (top !== "auto" || bottom !== "auto");
  const held = position === "fixed" || stuck;
  const box = node.getBoundingClientRect();
  return held && node.checkVisibility({ visibilityProperty: true })
    && box.right > 0 && box.left < innerWidth && box.height > innerHeight / 3;
}).map((node) => node.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll("*")].filter((node) => {
  const style = getComputedStyle(node);
  return style.animationName !== "none" || style.scrollBehavior === "smooth"
    || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
}).map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page of the site in a context of its own."""
    contexts = []

    def opener(name: str, *, everything: bool = False, **options: object) -> Page:
        context = browser.new_context(locale="fr-FR", **{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/{name}.html")
        views_are_ready(page)
        if everything:
            open_everything(page)
        return page

    yield opener
    for context in contexts:
        context.close()


def open_everything(page: Page) -> None:
    """Open each fold, and press the switch that shows the code, as a reader would."""
    page.locator("details").evaluate_all("folds => folds.forEach((one) => { one.open = true; })")
    switch = page.locator(".hb-code-switch")
    if switch.count() and switch.get_attribute("aria-pressed") == "false":
        switch.click()


@pytest.mark.parametrize(("viewport", "scheme"), SIGHTS, ids=["desktop", "phone"])
@pytest.mark.parametrize("name", FOLDED)
def test_a_page_with_everything_open_has_no_serious_fault(
    opened: Callable[..., Page], name: str, viewport: dict[str, int], scheme: str
) -> None:
    page = opened(name, everything=True, viewport=viewport, color_scheme=scheme)
    assert serious_violations(page) == []


def test_no_other_page_has_a_fold_or_code_to_show(site: Path) -> None:
    for name in set(PAGES) - set(FOLDED):
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert not re.search("<details class=.hb(?!-cite)|hb-code-switch", text), name


# the policy of the page refuses a style tag, and lets a script adopt a sheet
ADOPT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_zoomed_twice_and_four_times_is_read_downwards(
    opened: Callable[..., Page], name: str
) -> None:
    page = opened(name, everything=True, viewport={"width": 640, "height": 450})
    for width, height in ((640, 450), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(SIDEWAYS) <= 0, width
        assert page.evaluate(IN_THE_WAY) == []
    page.evaluate(ADOPT, SPACED)
    assert page.evaluate(SIDEWAYS) <= 0, "with its letters and lines spaced out"


@pytest.mark.parametrize("name", WITH_VIEW)
def test_the_tab_key_meets_each_control_of_a_view_once(
    opened: Callable[..., Page], name: str
) -> None:
    page = opened(name, everything=True)
    views = page.locator("[data-explorer]")
    assert views.count() > 0
    for view in views.all():
        assert tab_through(page, view) == []


def press_first(page: Page, view: Locator, selector: str, key: str, what: str) -> None:
    """Press a key on the first control of a kind in a view, if it has one: it must answer."""
    controls = view.locator(selector).filter(visible=True)
    if not controls.count():
        return
    control = controls.first.element_handle()  # this one, whatever it looks like afterwards
    before = control.evaluate(what)
    control.focus()
    last = "node => node.tagName === 'SELECT' && node.selectedIndex === node.length - 1"
    page.keyboard.press("ArrowUp" if control.evaluate(last) else key)
    assert control.evaluate(what) != before, f"{selector}: {key} did nothing"


VALUE, CHECKED = "node => node.value", "node => node.checked"
GROUP = "node => [...document.getElementsByName(node.name)].findIndex((one) => one.checked)"
KEYS = [
    ("input[type=checkbox]", "Space", CHECKED),
    ("input[type=radio]:checked", "ArrowDown", GROUP),
    ("input[type=range]", "ArrowLeft", VALUE),
    ("select:has(option + option)", "ArrowDown", VALUE),
    ("summary", "Enter", "node => node.parentElement.open"),
    ("summary", "Space", "node => node.parentElement.open"),
    ("button[aria-pressed=false]", "Enter", "node => node.ariaPressed"),
]


@pytest.mark.parametrize("name", WITH_VIEW)
def test_each_kind_of_control_answers_the_keyboard(opened: Callable[..., Page], name: str) -> None:
    page = opened(name, everything=True)
    for view in page.locator("[data-explorer]").all():
        for selector, key, what in KEYS:
            press_first(page, view, selector, key, what)
        box = view.get_by_role("spinbutton").filter(visible=True)
        if box.count():
            before = box.first.input_value()
            box.first.fill("rien")
            box.first.press("Enter")
            expect(box.first).to_have_attribute("aria-invalid", "true")
            box.first.press("Escape")
            expect(box.first).to_have_value(before)


@pytest.mark.parametrize("name", WITH_VIEW)
def test_nothing_moves_for_who_asks_for_no_movement(opened: Callable[..., Page], name: str) -> None:
    page = opened(name, everything=True, reduced_motion="reduce")
    assert page.evaluate(MOVING) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", WITH_VIEW)
def test_drawings_and_choices_are_seen_in_forced_colours(
    opened: Callable[..., Page], name: str, scheme: str
) -> None:
    page = opened(name, everything=True, forced_colors="active", color_scheme=scheme)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert contrasts(page) == []
    choices = page.locator("[data-explorer] :is(input[type=radio], input[type=checkbox])")
    drawn = choices.evaluate_all("all => all.map((one) => getComputedStyle(one).appearance)")
    assert set(drawn) <= {"auto", "checkbox", "radio"}
    pressed = page.locator("[data-explorer] [aria-pressed='true']").filter(visible=True)
    grounds = pressed.evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert canvas not in grounds, "a pressed button looks like another"


def test_the_menu_of_a_phone_opens_closes_and_is_sound(opened: Callable[..., Page]) -> None:
    page = opened(BOOK[0], viewport=PHONE)
    page.locator("button.primary-toggle").press("Enter")
    expect(page.locator("#pst-primary-sidebar-modal")).to_be_visible()
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#pst-primary-sidebar-modal")).to_be_hidden()


@pytest.mark.parametrize("words", ["prévision", "zzzz"])
def test_found_pages_and_their_absence_are_sound(
    browser: Browser, address: str, words: str
) -> None:
    page = browser.new_page(locale="fr-FR")
    page.goto(f"{address}/search.html?q={words}", wait_until="networkidle")
    expect(page.locator("#search-results")).to_contain_text(re.compile(r"\w"))
    assert serious_violations(page) == []
    page.close()


def test_the_first_stop_of_a_page_leads_to_its_text(opened: Callable[..., Page]) -> None:
    page = opened(BOOK[1])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"


def test_the_statement_has_the_public_form_and_every_page_leads_to_it(site: Path) -> None:
    text = (ROOT / f"{STATEMENT}.md").read_text(encoding="utf-8")
    parts = re.findall(r"^##+ (.+)$", text, re.MULTILINE)
    for part in (
        "État de conformité",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ):
        assert part in parts
    for name in BOOK:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        link = re.search('<a href="([^"]*)">Accessibilité(?:&nbsp;|\u00a0): non conforme</a>', html)
        assert link, name
        target = (site / name).parent / link[1].partition("#")[0]
        here = link[1] == "#" and name == STATEMENT
        assert here or target.resolve() == (site / f"{STATEMENT}.html").resolve()


def test_the_statement_names_the_axe_that_is_locked() -> None:
    package = json.loads((ROOT / "tests/types/package.json").read_text(encoding="utf-8"))
    text = (ROOT / f"{STATEMENT}.md").read_text(encoding="utf-8")
    assert f"axe-core {package['devDependencies']['axe-core']}" in text
