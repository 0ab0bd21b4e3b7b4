"""The explorers in a real browser: what the page says, does, refuses and announces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from accessibility import serious_violations
from conftest import QuietHandler, served
from parity import assert_same_words, in_javascript, random_states
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from view_pages import THEME, published_regions, write_page

from handbook import forecasting
from handbook.core import french
from handbook.views import Indicator, Noun, OutlookExplorer, RegionsExplorer, Scope
from handbook.views.base import bundle

HOSTILE = "</script><img src=x onerror=alert(1)><!--"
SOURCES = Path(bundle.__file__).parent
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 800}
THEMED = '<link rel="stylesheet" href="theme.css">\n'


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable, not secret


def series() -> pd.DataFrame:
    """Return two indicators over four regions and the nation: a zero, a gap, a hostile name."""
    names = {
        "FR": "France",
        "REG-11": "Île-de-France",
        "REG-32": "Hauts-de-France",
        "REG-53": "Bretagne",
        "REG-06": "Mayotte",
        "REG-99": HOSTILE,
    }
    rows: list[tuple[str, str, str, str, float]] = []
    dates = [f"{year}-{end}" for year in range(2017, 2024) for end in ("06-30", "12-31")]
    draw = seeded(3)
    for code, name in names.items():
        count, share = float(draw.randrange(40, 200)), draw.uniform(5, 40)
        for at, moment in enumerate(dates):
            count += draw.randrange(-4, 14)
            share += draw.uniform(-1, 4)
            if code == "REG-06" and at == 0:
                count = 0
            if not (code == "REG-32" and at in {0, 6}):
                rows.append((moment, code, name, "msp", count))
            rows.append((moment, code, name, "part", share))
    return pd.DataFrame(rows, columns=["date", "code", "name", "indicator", "value"])


@pytest.fixture(scope="module")
def view() -> RegionsExplorer:
    indicators = {
        "msp": Indicator("MSP ouvertes", "MSP", sources=["s1"]),
        "part": Indicator("Population couverte", "de la population", unit="%", decimals=1),
    }
    source = {"id": "s1", "title": "Baromètre", "publisher": "DITP", "address": "sources.html#s1"}
    return RegionsExplorer(
        series(),
        indicators=indicators,
        sources=[source],
        regions=["REG-11", "REG-53"],
        whole=("FR", "de France"),
        noun=Noun("région", "régions", feminine=True),
    )


class Handler(QuietHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="module")
def folder(view: RegionsExplorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("page")
    (here / "theme.css").write_text(THEME, encoding="utf-8")
    write_page(here, view, before=THEMED)
    write_page(here, view, view, name="two.html", before=THEMED)
    (here / "js").symlink_to(SOURCES)
    for name in bundle.names():
        (here / f"{name}.js").write_text(bundle.classic(name), encoding="utf-8")
        (here / f"{name}.mjs").write_text(bundle.module(name), encoding="utf-8")
    return here


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    with served(folder, Handler) as here:
        yield here


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that may neither complain nor open a dialog."""
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True)
    context.set_default_timeout(5000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert not complaints


def opened(page: Page, address: str) -> Locator:
    page.goto(address)
    root = page.locator("[data-explorer=regions][data-ready]").first
    root.wait_for()
    return root


def result(root: Locator) -> Locator:
    return root.locator("[aria-live]")


# the same numbers as Python


def test_french_numbers_and_dates_are_those_of_python() -> None:
    draw = seeded(5)
    values = [0, -0.0, -0.004, 0.005, 0.5, 2.5, 1.005, 0.285, 999.995, 1e-9, 1e15, 2501, None]
    values += [
        round(draw.uniform(-1, 1) * 10 ** draw.randrange(8), draw.randrange(9)) for _ in range(400)
    ]
    asked = [[value, draw.choice([None, 0, 1, 2, 3]), draw.random() < 0.5] for value in values]
    days = [
        f"{draw.randrange(1990, 2040)}-{draw.randrange(1, 13):02}-{day:02}" for day in range(1, 28)
    ]
    said = in_javascript(
        """[
          given.asked.map(([value, digits, sign]) => french.number(value, digits, {sign})),
          given.asked.map(([value, digits, sign]) => french.percent(value, digits, {sign})),
          given.asked.map(([value, digits, sign]) => french.amount(value, "Md€", digits, {sign})),
          given.days.flatMap((iso) => ["day", "month", "year"].map((one) => french.date(iso, one))),
          [1, 2, 18].map(french.ordinal),
          [[], ["a"], ["a", "b"], ["a", "b", "c"]].map(french.joined)]""",
        {"asked": asked, "days": days},
        "base/french.js",
    )
    precisions: tuple[french.Precision, ...] = ("day", "month", "year")
    assert said == [
        [french.number(value, digits, sign=sign) for value, digits, sign in asked],
        [french.percent(value, digits, sign=sign) for value, digits, sign in asked],
        [french.amount(value, "Md€", digits, sign=sign) for value, digits, sign in asked],
        [french.date(iso, one) for iso in days for one in precisions],
        [french.ordinal(rank) for rank in (1, 2, 18)],
        [french.joined(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])],
    ]


@pytest.mark.parametrize("given", ["drawn", "published"])
def test_the_page_says_what_python_says(view: RegionsExplorer, given: str) -> None:
    if given == "published":
        view = published_regions()
    assert_same_words(view, random_states(view, 200))


def test_any_territories_without_a_whole() -> None:
    frame = series().query("code != 'FR'")
    frame["name"] = "Ville " + frame["code"]
    view = RegionsExplorer(frame, indicators={"msp": Indicator("Cabinets", "cabinets")})
    assert list(view.data["measures"]) == ["value", "index"]
    assert_same_words(view, random_states(view, 150))
    said = [view.result, *view.data["method"], view.summary({"regions": []}).title]
    assert not [text for text in said if "région" in text or "France" in text]
    assert said[-1] == "Aucun territoire choisi"


@pytest.mark.parametrize("name", bundle.names())
def test_every_module_and_script_parses(page: Page, host: str, name: str) -> None:
    page.goto(f"{host}/page.html")
    kind = "async (path) => typeof (await import(path)).default.render"
    assert page.evaluate(kind, f"/{name}.mjs") == "function"
    page.add_script_tag(url=f"{host}/{name}.js")  # a syntax error would reach the console


# what the reader does


def test_a_click_changes_title_curves_figures_and_words(
    page: Page, host: str, view: RegionsExplorer
) -> None:
    root = opened(page, f"{host}/page.html")
    expect(result(root)).to_have_text(view.result)
    root.get_by_role("checkbox", name="Mayotte").check()
    said = view.summary({"regions": ["REG-11", "REG-53", "REG-06"]})
    assert root.locator(".hx-title").text_content() == said.title  # at once
    assert root.locator(".hx-line").count() == 3
    assert root.locator(".hx-figures tbody tr").count() == 3
    expect(result(root)).to_have_text(said.sentence)  # once the reader pauses
    root.get_by_role("radio", name="Population couverte").check()
    root.get_by_role("radio", name="En indice").check()
    said = view.summary(
        {"indicator": "part", "measure": "index", "regions": ["REG-11", "REG-53", "REG-06"]}
    )
    expect(result(root)).to_have_text(said.sentence)


def test_a_change_takes_less_than_a_frame(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html")
    root.get_by_role("button", name="Tout").click()
    spent = root.get_by_role("checkbox", name="Bretagne").evaluate(
        """(box) => Array.from({ length: 20 }, () => {
            const start = performance.now();
            box.click();
            return performance.now() - start;
        })"""
    )
    assert min(spent) < 16  # the fastest of twenty: a busy computer proves nothing


def test_the_keyboard_is_enough(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html")
    page.keyboard.press("Tab")
    expect(root.get_by_role("radio", name="MSP ouvertes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(root.get_by_role("radio", name="Population couverte")).to_be_checked()
    for _ in range(3):
        page.keyboard.press("Tab")  # measure, fold, filter
    page.keyboard.type("ile")
    shown = root.get_by_role("checkbox").filter(visible=True)
    expect(shown).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("Tab")  # all, none, first region shown
    expect(root.get_by_role("checkbox", name="Île-de-France")).to_be_focused()
    page.keyboard.press("Space")
    expect(root.get_by_role("checkbox", name="Île-de-France")).not_to_be_checked()
    for control in root.locator("input, select, button, a").all():
        assert control.evaluate("node => node.tabIndex") == 0


def test_all_and_none_follow_the_filter(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html")
    root.get_by_role("button", name="Aucun").click()
    expect(result(root)).to_contain_text("Aucune région")
    root.get_by_role("button", name="Tout").click()
    france = root.get_by_role("checkbox", name="France", exact=True)
    expect(france).not_to_be_checked()  # the regions' curves would lie flat beside it
    root.get_by_role("button", name="Aucun").click()
    root.get_by_role("searchbox").fill("FRANCE")
    root.get_by_role("button", name="Tout").click()
    rows = root.locator(".hx-figures tbody th").all_text_contents()
    assert sorted(rows) == ["France", "Hauts-de-France", "Île-de-France"]
    root.get_by_role("searchbox").fill("ile")
    root.get_by_role("button", name="Aucun").click()
    assert root.locator("input[type=checkbox]:checked").count() == 2


def test_link_file_and_reset(page: Page, host: str, view: RegionsExplorer) -> None:
    root = opened(page, f"{host}/page.html?autre=1#ici")
    root.get_by_role("checkbox", name="Hauts-de-France").check()
    page.wait_for_url("**/page.html?autre=1&regions.regions=REG-11+REG-53+REG-32#ici")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root.get_by_role("button", name="Copier le lien").click()
    expect(root.get_by_text("Lien copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    with page.expect_download() as download:
        root.get_by_role("button", name="Télécharger").click()
    assert download.value.suggested_filename == "msp.csv"
    lines = download.value.path().read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0] == "date;code;région;indicateur;mesure;valeur"
    assert len(lines) == 2 + 14 * 3
    first = view.data["indicators"][0]["values"]["REG-11"][0]
    assert f"2017-06-30;REG-11;Île-de-France;MSP ouvertes;en valeur;{first}" in lines
    root.get_by_role("button", name="Réinitialiser").click()
    page.wait_for_url("**/page.html?autre=1#ici")
    expect(result(root)).to_have_text(view.result)


def test_a_csv_opens_in_a_french_spreadsheet_and_holds_no_formula(page: Page, host: str) -> None:
    page.goto(f"{host}/page.html")
    text = page.evaluate(
        """async () => (await import("/js/common.js")).csvText({
            columns: ["nom", "valeur"],
            rows: [['=1+1', -2.5], ['a;"b"', null], [69700000, 3257.484923]] })"""
    )
    assert text == ('\ufeffnom;valeur\r\n\'=1+1;-2,5\r\n"a;""b""";\r\n69700000;3257,485\r\n')


# what the page refuses


def test_a_link_brings_its_state_back(page: Page, host: str, view: RegionsExplorer) -> None:
    query = "regions.indicateur=part&regions.mesure=index&regions.regions=REG-06+FR"
    root = opened(page, f"{host}/page.html?{query}")
    state = {"indicator": "part", "measure": "index", "regions": ["REG-06", "FR"]}
    expect(result(root)).to_have_text(view.summary(state).sentence)
    expect(root.get_by_role("alert")).to_be_hidden()
    assert opened(page, f"{host}/page.html#{query}").locator(".hx-line").count() == 2


def test_a_state_after_the_hash_never_fights_the_query(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html?regions.mesure=share#regions.mesure=index&autre=1")
    expect(root.get_by_role("radio", name="En indice")).to_be_checked()
    expect(root.get_by_role("alert")).to_be_hidden()
    root.get_by_role("radio", name="En part").check()
    page.wait_for_url("**/page.html?regions.mesure=share#autre=1")
    expect(opened(page, page.url).get_by_role("radio", name="En part")).to_be_checked()


def test_a_changed_address_moves_the_open_view(
    page: Page, host: str, view: RegionsExplorer
) -> None:
    root = opened(page, f"{host}/page.html")
    page.evaluate("window.opened = true")
    page.evaluate("location.hash = 'regions.mesure=share&regions.regions=REG-53'")
    state = {"measure": "share", "regions": ["REG-53"]}
    expect(result(root)).to_have_text(view.summary(state).sentence)
    page.wait_for_url("**/page.html?regions.mesure=share&regions.regions=REG-53")
    page.evaluate("location.hash = 'regions.mesure=rien'")
    expect(root.get_by_role("alert")).to_contain_text("regions.mesure")
    page.evaluate("history.back()")
    expect(root.get_by_role("alert")).to_be_hidden()
    expect(result(root)).to_have_text(view.summary(state).sentence)
    page.evaluate("history.back()")
    expect(result(root)).to_have_text(view.result)
    assert page.evaluate("window.opened")  # the page was never loaded again


def test_a_link_to_a_place_does_not_undo_what_the_reader_just_did(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html")
    root.get_by_role("radio", name="En indice").check()
    page.evaluate("location.hash = 'ici'")
    expect(root.get_by_role("radio", name="En indice")).to_be_checked()
    page.wait_for_url("**/page.html?regions.mesure=index#ici")


def test_a_shared_link_leads_to_its_view(page: Page, host: str, folder: Path) -> None:
    text = (folder / "page.html").read_text(encoding="utf-8")
    far = text.replace("<div", "<p>Avant.</p>" * 120 + "<div", 1)
    (folder / "far.html").write_text(far, encoding="utf-8")
    top = "document.querySelector('[data-explorer]').getBoundingClientRect().top"
    opened(page, f"{host}/far.html")
    assert page.evaluate(top) > 900
    opened(page, f"{host}/far.html?regions.mesure=index")
    page.wait_for_function(f"Math.abs({top}) < 120")
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    page.locator("[data-ready]").wait_for()
    page.wait_for_timeout(100)
    assert page.evaluate(top) > 900  # reloading keeps one's place
    opened(page, f"{host}/far.html?regions.mesure=index#ici")
    assert page.evaluate(top) > 900


def test_it_works_where_storage_is_refused(page: Page, host: str) -> None:
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
             Object.defineProperty(window, name, { get() { throw new Error("refused"); } });
           }"""
    )
    root = opened(page, f"{host}/page.html?regions.mesure=index")
    expect(root.get_by_role("radio", name="En indice")).to_be_checked()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("regions.indicateur=" + quote("<img src=x onerror=alert(1)>"), "regions.indicateur"),
        ("regions.regions=REG-11+REG-00", "regions.regions"),
        ("regions.regions=REG-11+REG-11", "regions.regions"),
        ("regions.mesure=value&regions.mesure=index", "regions.mesure"),
        ("regions.__proto__=1", "regions.__proto__"),
        ("regions." + quote(HOSTILE) + "=1", "regions.</script><img"),
        ("regions.mesure=constructor", "regions.mesure"),
    ],
)
def test_a_hostile_link_is_ignored_and_said(
    page: Page, host: str, view: RegionsExplorer, query: str, named: str
) -> None:
    root = opened(page, f"{host}/page.html?{query}")
    expect(root.get_by_role("alert")).to_contain_text(named)
    expect(root.get_by_role("alert")).to_contain_text("ignoré")
    assert page.locator("img").count() == 0
    if query.count("mesure") < 2:
        expect(result(root)).to_have_text(view.result)
    root.get_by_role("button", name="Réinitialiser").click()
    expect(root.get_by_role("alert")).to_be_hidden()


def test_hostile_names_stay_text(page: Page, host: str) -> None:
    root = opened(page, f"{host}/page.html")
    root.get_by_role("button", name="Tout").click()
    expect(root.locator(".hx-figures tbody")).to_contain_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert (root.locator("svg").text_content() or "").count("onerror") == 1


# where the page is opened


def test_it_works_from_a_file(page: Page, folder: Path, view: RegionsExplorer) -> None:
    root = opened(page, (folder / "page.html").as_uri())
    root.get_by_role("radio", name="En indice").check()
    page.wait_for_function("location.href.includes('regions.mesure=index')")
    again = opened(page, page.url)
    expect(result(again)).to_have_text(view.summary({"measure": "index"}).sentence)


def test_without_script_the_figures_are_there(
    browser: Browser, host: str, view: RegionsExplorer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}/page.html")
    root = page.locator("[data-explorer=regions]")
    expect(root).to_contain_text(view.result)
    assert root.locator("tbody tr").count() == 2
    expect(root.locator("noscript p")).to_be_visible()
    assert page.locator("img").count() == 0
    context.close()


def test_two_views_on_a_page_have_their_own_state(page: Page, host: str) -> None:
    opened(page, f"{host}/two.html?regions-2.mesure=index")
    views = page.locator("[data-explorer=regions]")
    expect(views.nth(0).get_by_role("radio", name="En valeur")).to_be_checked()
    expect(views.nth(1).get_by_role("radio", name="En indice")).to_be_checked()
    views.nth(0).get_by_role("checkbox", name="Mayotte").check()
    expect(views.nth(1).get_by_role("checkbox", name="Mayotte")).not_to_be_checked()


def second_view() -> OutlookExplorer:
    """Another view with radio groups, to stand beside the first."""
    dates = pd.date_range("2018-12-31", periods=7, freq="YE")
    values = pd.Series([80.0, 85, 92, 95, 101, 108, 112], index=dates, name="essai")
    return OutlookExplorer({"a": Scope("Maisons", "maisons", forecasting.forecast(values, 8))})


CHOSEN = """() => [...document.querySelectorAll("fieldset:has(input[type=radio])")].map((group) => {
  const radios = [...group.querySelectorAll("input[type=radio]")];
  return [radios[0].name, radios.filter((one) => one.checked).length];
})"""
AS_IN_JUPYTER = """async (hosts) => {
  for (const { name, data, state } of hosts) {
    const { default: widget } = await import(`/${name}.mjs`);
    const values = { data, state };
    const told = [];
    const model = {
      get: (key) => values[key],
      set: (key, value) => { values[key] = value; told.forEach((listener) => listener()); },
      on: (_, listener) => told.push(listener), off() {}, save_changes() {},
    };
    const el = document.createElement("div");
    document.querySelector("main").append(el);
    widget.render({ model, el });
  }
}"""


@pytest.mark.parametrize("host_kind", ["page", "jupyter"])
def test_two_different_views_share_no_radio_group(
    page: Page, host: str, folder: Path, view: RegionsExplorer, host_kind: str
) -> None:
    both = (view, second_view())
    if host_kind == "page":
        write_page(folder, *both, name="both.html", before=THEMED)
        opened(page, f"{host}/both.html")
    else:
        write_page(folder, name="bare.html", before=THEMED)
        page.goto(f"{host}/bare.html")
        hosts = [{"name": one.name, "data": one.data, "state": one.state} for one in both]
        page.evaluate(AS_IN_JUPYTER, hosts)
    page.locator("[data-explorer=outlook][data-ready]").wait_for()
    groups = page.evaluate(CHOSEN)
    names = [name for name, _ in groups]
    assert len(names) >= 5
    assert len(set(names)) == len(names)
    assert {chosen for _, chosen in groups} == {1}
    inside = "document.activeElement.closest('[data-explorer]').dataset.explorer"
    page.locator("[data-explorer=regions] input[type=radio]").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        assert page.evaluate(inside) == "regions"
    assert {chosen for _, chosen in page.evaluate(CHOSEN)} == {1}
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(set(ids)) == len(ids)


def test_sliders_and_lists_are_named_and_stay_within_bounds(page: Page, host: str) -> None:
    page.goto(f"{host}/page.html")
    page.evaluate(
        """async () => {
            const { slider, select, yearSlider } = await import("/js/controls.js");
            const { addressState } = await import("/js/common.js");
            let state = { share: 10, way: "a", start: 2026 };
            const fields = [
              { key: "share", param: "part", kind: "number", minimum: 0, maximum: 60, step: 5 },
              { key: "start", param: "debut", kind: "number", minimum: 2026, maximum: 2030, step: 1,
                whole: true }];
            const set = (patch) => {
              state = { ...state, ...patch };
              parts.forEach((part) => part.show(state));
            };
            const context = { data: { fields }, set };
            const options = [{ value: "a", label: "Un" }, { value: "b", label: "Deux" }];
            const parts = [
              slider(context, { key: "share", legend: "Part", unit: "%" }),
              select(context, { key: "way", legend: "Voie", options }),
              yearSlider(context, { key: "start", legend: "Début" })];
            document.querySelector("main").replaceChildren(...parts.map((part) => part.el));
            set({});
            window.state = () => state;
            window.asked = () => addressState("essai").read(fields);
        }"""
    )
    page.get_by_role("slider", name="Part (%)").press("ArrowRight")
    page.get_by_label("Voie").select_option("Deux")
    assert page.evaluate("state()") == {"share": 15, "way": "b", "start": 2026}
    expect(page.get_by_role("slider", name="Part (%)")).to_have_attribute(
        "aria-valuetext", french.percent(15)
    )
    page.get_by_role("spinbutton", name="Part (%)").fill("999")
    page.keyboard.press("Enter")
    assert page.evaluate("state().share") == 60
    page.get_by_role("spinbutton", name="Début").fill("2027.5")
    page.keyboard.press("Enter")
    assert page.evaluate("state().start") == 2028
    expect(page.get_by_role("slider", name="Début")).to_have_attribute("aria-valuetext", "2028")
    page.evaluate("history.replaceState(null, '', '?essai.part=2.5&essai.debut=2027.5')")
    asked = {"patch": {"share": 2.5}, "ignored": ["essai.debut"]}
    assert page.evaluate("asked()") == asked


def test_a_number_is_typed_and_shown_with_a_comma_in_any_browser(
    browser: Browser, host: str
) -> None:
    """An English browser writes « 22.4 » in its own number boxes; ours are French, and say no."""
    page = browser.new_context(locale="en-US").new_page()
    page.goto(f"{host}/page.html")
    page.evaluate(
        """async () => {
            const { slider } = await import("/js/controls.js");
            let state = { share: 22.4 };
            const fields = [
              { key: "share", param: "part", kind: "number", minimum: -5, maximum: 1500,
                step: 0.1 }];
            const set = (patch) => { state = { ...state, ...patch }; part.show(state); };
            const spec = { key: "share", legend: "Part", unit: "%" };
            const part = slider({ data: { fields }, set }, spec);
            document.querySelector("main").replaceChildren(part.el);
            set({});
            window.state = () => state.share;
        }"""
    )
    box, bar = page.get_by_role("spinbutton"), page.get_by_role("slider")
    words = page.get_by_role("alert")
    expect(box).to_have_value("22,4")
    box.press("ArrowUp")
    expect(box).to_have_value("22,5")
    box.press("PageDown")
    expect(box).to_have_value("21,5")
    assert page.evaluate("state()") == 21.5
    typed = {"12,5": 12.5, "13.75": 13.75, "1\u202f234,5 %": 1234.5, "\u22123": -3, ",5": 0.5}
    for text, value in typed.items():
        box.fill(text)
        box.press("Enter")
        assert page.evaluate("state()") == value, text
        expect(words).to_have_count(0)
    for text in ("douze", "1,2,3", "", "12e3", "0x10", "Infinity"):
        box.fill(text)
        box.press("Enter")
        assert page.evaluate("state()") == 0.5, text
        expect(box).to_have_value(text)  # what was typed is there to be mended
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(words).to_contain_text("n’est pas un nombre")
        expect(words).to_contain_text("0,5")
    box.press("Escape")
    expect(box).to_have_value("0,5")
    expect(words).to_have_count(0)
    box.fill("9999")
    box.blur()
    assert page.evaluate("state()") == 1500
    expect(words).to_contain_text("9999 devient 1500")
    expect(box).to_have_attribute("aria-invalid", "false")
    box.fill("trop")
    box.blur()
    bar.press("ArrowLeft")  # another way to set it: the refused words go
    expect(box).to_have_value("1499,9")
    expect(words).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible(page: Page, host: str, viewport: ViewportSize, scheme: str) -> None:
    page.set_viewport_size(viewport)
    root = opened(page, f"{host}/page.html?regions.truc=1")
    page.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
    root.locator("details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    assert serious_violations(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    if viewport is PHONE:
        targets = "node => Math.round(node.getBoundingClientRect().height)"
        for control in root.locator("label.hx-option, button, input[type=search], summary").all():
            assert control.evaluate(targets) >= 44
