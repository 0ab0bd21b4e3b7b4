"""The explorer of a chosen future in a real browser: controls, address, fold, file, print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious_violations
from conftest import QuietHandler, served
from future_case import shown as made
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from view_pages import THEME, write_page

from handbook import views

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def view() -> views.FutureExplorer:
    return made()


class Handler(QuietHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="module")
def address(view: views.FutureExplorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    here = tmp_path_factory.mktemp("future")
    (here / "theme.css").write_text(THEME, encoding="utf-8")
    path: Path = write_page(here, view, before='<link rel="stylesheet" href="theme.css">\n')
    with served(here, Handler) as host:
        yield f"{host}/{path.name}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True)
    context.set_default_timeout(5000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def opened(page: Page, address: str) -> Locator:
    page.goto(address)
    root = page.locator("[data-explorer=future][data-ready]")
    root.wait_for()
    return root


def test_every_hypothesis_of_every_issue_is_said_as_python_says(
    page: Page, address: str, view: views.FutureExplorer
) -> None:
    root = opened(page, address)
    for issue in view.data["issues"]:
        menu = root.get_by_role("combobox", name=issue["title"], exact=True)
        for one in issue["hypotheses"]:
            menu.select_option(one["name"])
            said = view.summary({issue["name"]: one["name"]})
            assert root.locator(".hx-title").text_content() == said.title
        menu.select_option(view.data["reference"][issue["name"]])


def test_the_ends_of_the_levers_and_every_issue_changed(
    page: Page, address: str, view: views.FutureExplorer
) -> None:
    reference = view.data["reference"]
    last = {
        issue["name"]: [
            one["name"] for one in issue["hypotheses"] if one["name"] != reference[issue["name"]]
        ][-1]
        for issue in view.data["issues"]
    }
    for budgets, effort in ((-100, 0), (100, 100)):
        state = {**last, "budgets": budgets, "prevention": effort}
        query = "&".join(f"future.{key}={value}" for key, value in state.items())
        root = opened(page, f"{address}?{query}")
        expect(root.get_by_role("alert")).to_be_hidden()
        said = view.summary(state)
        expect(root.locator("[aria-live]")).to_have_text(said.sentence)
        rows = [one.all_text_contents() for one in cells(root)]
        assert rows == said.rows
        assert "NaN" not in (root.text_content() or "")


def cells(root: Locator) -> list[Locator]:
    return [row.locator("th, td") for row in root.locator(".hx-figures tbody tr").all()]


def test_ready_made_choices_are_pressed_and_undone(page: Page, address: str) -> None:
    root = opened(page, address)
    ways = root.get_by_role("group", name="Futurs proposés")
    start, other = (ways.get_by_role("button").nth(rank) for rank in (0, 1))
    expect(start).to_have_attribute("aria-pressed", "true")
    other.click()
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(start).to_have_attribute("aria-pressed", "false")
    page.wait_for_url("**/page.html?future.exercice=5C")
    menu = opened(page, page.url).get_by_role("combobox", name="exercice", exact=True)
    expect(menu).to_have_value("5C")
    root.get_by_role("button", name="Réinitialiser").click()
    page.wait_for_url("**/page.html")
    expect(start).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_is_enough(page: Page, address: str, view: views.FutureExplorer) -> None:
    root = opened(page, address)
    root.get_by_role("button", name="Tout collectif").focus()
    for _ in view.data["issues"]:
        page.keyboard.press("Tab")
    last = view.data["issues"][-1]["title"]
    expect(root.get_by_role("combobox", name=last, exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    budgets = root.get_by_role("slider", name="Budgets publics (%)")
    expect(budgets).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(root.locator(".hx-title")).to_contain_text("budgets publics +5")
    page.keyboard.press("Home")
    expect(root.locator(".hx-title")).to_contain_text("budgets publics −100")
    for control in root.locator("input, select, button, a").all():
        assert control.evaluate("node => node.tabIndex") == 0


def test_a_link_is_doubled_or_dropped_behind_its_fold(
    page: Page, address: str, view: views.FutureExplorer
) -> None:
    root = opened(page, f"{address}?future.exercice=5C&future.lien-5c-msp=0")
    said = view.summary({"exercice": "5C", "weight_5c_msp": 0})
    assert root.locator(".hx-title").text_content() == said.title
    root.get_by_text("Les liens supposés, à corriger").click()
    group = root.locator("details.hx-links details", has_text="5.C → Msp nb").first
    group.locator("summary").first.click()
    slider = group.get_by_role("slider", name="5.C → Msp nb (%)")
    expect(slider).to_have_value("0")  # brought up to date although it was closed
    slider.press("End")
    said = view.summary({"exercice": "5C", "weight_5c_msp": 200})
    assert root.locator(".hx-title").text_content() == said.title


def test_the_file_says_what_is_judged_and_what_was_never_observed(page: Page, address: str) -> None:
    root = opened(page, f"{address}?future.exercice=5C")
    with page.expect_download() as download:
        root.get_by_role("button", name="Télécharger").click()
    assert download.value.suggested_filename == "futur-choisi.csv"
    lines = download.value.path().read_bytes().decode("utf-8-sig").splitlines()
    head, *rows = [line.split(";") for line in lines]
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert told["Msp nb"]["statut"] == "Jugement"
    assert told["Teleconsult an"]["statut"] == "Résultat de modèle"
    assert told["Marge centre"]["dernier relevé"] == ""
    assert told["Msp nb"]["date du relevé"] == "fin 2025"


def test_a_change_takes_less_than_a_frame(page: Page, address: str) -> None:
    root = opened(page, f"{address}?future.exercice=5C&future.soins=2B&future.financement=6C")
    spent = root.get_by_role("slider", name="Budgets publics (%)").evaluate(
        """(bar) => Array.from({ length: 30 }, (_, turn) => {
            const start = performance.now();
            bar.value = turn % 2 ? -100 : 100;
            bar.dispatchEvent(new Event("input", { bubbles: true }));
            return performance.now() - start;
        })"""
    )
    assert min(spent) < 16  # the fastest of thirty: a busy computer proves nothing


def test_on_paper_the_controls_go_and_the_table_stays(page: Page, address: str) -> None:
    root = opened(page, f"{address}?future.exercice=5C")
    page.emulate_media(media="print")
    expect(root.locator(".hx-controls")).to_be_hidden()
    expect(root.locator(".hx-figures tbody")).to_be_visible()
    expect(root.locator(".hx-title")).to_contain_text("Si hypothèse 5.C")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible(page: Page, address: str, viewport: ViewportSize, scheme: str) -> None:
    page.set_viewport_size(viewport)
    root = opened(page, f"{address}?future.exercice=5C&future.budgets=-50")
    page.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
    root.locator("details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    assert serious_violations(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
