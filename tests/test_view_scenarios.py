"""The scenario builder: same words in the page as in Python, hostile links, keyboard, traits."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
import traitlets
from accessibility import serious_violations
from parity import in_javascript
from playwright.sync_api import Browser, Page
from view_pages import write_page

from handbook import facts
from handbook.scenarios import (
    CrossImpactMatrix,
    MorphologicalField,
    ScenarioError,
    best_order,
    matrix_from_frame,
    read_scw,
    write_scw,
)
from handbook.scenarios.field import TABLES
from handbook.views.scenarios.view import ScenarioExplorer, Wording

PLACES = [(f"{i}{a}", f"{j}{b}") for i in range(1, 7) for a in "ABC" for j in range(1, 7)
          for b in "ABC" if i != j]  # fmt: skip


@pytest.fixture(scope="module")
def field() -> MorphologicalField:
    return MorphologicalField.from_tables({n: facts.table(f"cabinets_{n}") for n in TABLES})


@pytest.fixture
def view(field: MorphologicalField) -> ScenarioExplorer:
    return ScenarioExplorer(field, sources=[facts.source("cpnefp-2025")])


@pytest.fixture(scope="module")
def folder(field: MorphologicalField, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page opened from a file, as a reader without a server would."""
    here = tmp_path_factory.mktemp("page")
    explorer = ScenarioExplorer(field, sources=[facts.source("cpnefp-2025")])
    policy = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " script-src file: 'self'; style-src file: 'self'\">"
    )
    write_page(here, explorer, before=policy)
    return here


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert wrong == []


def visit(page: Page, folder: Path, query: str = "") -> Page:
    page.goto(f"{(folder / 'page.html').as_uri()}{query}")
    page.wait_for_selector("[data-explorer=scenarios][data-ready]")
    return page


def choose(page: Page, issue: str, letter: str) -> None:
    page.locator(f'[data-key="{issue}"] input[value="{letter}"]').check()


# Python and the page ---------------------------------------------------------------------------


def random_states(seed: int, count: int) -> list[dict[str, object]]:
    draw = random.Random(seed)  # noqa: S311
    states = []
    for n in range(count):
        places = draw.sample(PLACES, draw.choice([0, 0, 1, 3, 40]))
        letters = "ABC-" if n % 4 == 0 else "ABC"
        states.append(
            {
                "choice": "".join(draw.choice(letters) for _ in range(6)),
                "observed": "".join(draw.choice("ABC") for _ in range(6)),
                "scores": [f"{a}{b}{draw.randint(-3, 3)}" for a, b in places],
            }
        )
    kept = {"actor": "assurance-maladie", "horizon": "5"}
    return [
        *states,
        {"choice": "------"},
        {"choice": "AAAAAC", "observed": "AAAAAC"},
        {"choice": "CCCBCA", "observed": "AAAAAC", **kept},
    ]


SAID = ("title", "sentence", "caption", "columns", "rows", "notes", "sources")


def assert_same_words_and_plans(
    view: ScenarioExplorer, states: list[dict[str, object]], planned: Callable[[int], bool]
) -> None:
    asked = []
    for rank, patch in enumerate(states):
        view.state = patch
        plan = view.plan() if "-" not in view.choice and planned(rank) else None
        rows = list(csv_rows(plan.to_csv())) if plan else None
        said = view.summary()
        told = {key: getattr(said, key) for key in SAID} | {"readings": view.readings()}
        asked.append((view.state, told, plan.to_markdown() if plan else None, rows))
    answers = in_javascript(
        "given.states.map((state) => view.everything(given.data, state))",
        {"data": view.data, "states": [state for state, *_ in asked]},
        "scenarios/view.js",
    )
    for (state, summary, plan, rows), answer in zip(asked, answers, strict=True):
        for key, text in summary.items():
            assert answer[key] == text, (state, key)
        if plan is not None:
            assert answer["plan"] == plan, state
            assert [[str(cell) for cell in row] for row in answer["rowsOfPlan"]] == rows, state


def test_the_page_says_what_python_says(view: ScenarioExplorer) -> None:
    # a plan is slow in Python
    states = random_states(seed=7, count=120)
    assert_same_words_and_plans(view, states, lambda at: at % 10 in {1, 3} or at >= len(states) - 2)


# Anybody's matrix --------------------------------------------------------------------------------

SOMEWHERELAND = Path(__file__).parent / "reference" / "scenarios" / "somewhereland.scw"


def drawn_states(view: ScenarioExplorer, count: int) -> list[dict[str, object]]:
    draw = random.Random(11)  # noqa: S311
    letters = ["".join(h["letter"] for h in issue["hypotheses"]) for issue in view.data["issues"]]
    ids = [[h["id"] for h in issue["hypotheses"]] for issue in view.data["issues"]]
    places = [(a, b) for i, own in enumerate(ids) for a in own for j, other in enumerate(ids)
              if i != j for b in other]  # fmt: skip
    most = view.data["most"]
    return [
        {
            "choice": "".join(draw.choice(one + "-" * (at % 3 == 0)) for one in letters),
            "observed": "".join(map(draw.choice, letters)),
            "scores": [
                f"{a}{b}{draw.randint(-most, most)}"
                for a, b in draw.sample(places, draw.choice([0, 0, 1, 5]))
            ],
        }
        for at in range(count)
    ]


def test_a_scenariowizard_project_opens_alone() -> None:
    matrix = read_scw(SOMEWHERELAND)
    view = ScenarioExplorer(matrix)
    assert view.matrix == matrix
    first = matrix.consistent_scenarios().iloc[0]
    assert view.scenario == {one: first[one] for one in matrix.descriptors}
    assert " tient" in view.summary().title
    assert view.summary().title.startswith("Si ")
    assert "plausibles" not in view.summary().sentence  # no error was given
    assert_same_words_and_plans(view, drawn_states(view, 150), lambda at: at % 5 == 1)


def test_the_page_opens_a_project_as_python_does() -> None:
    view = ScenarioExplorer(read_scw(SOMEWHERELAND))
    given = {"data": view.data, "text": SOMEWHERELAND.read_text(encoding="utf-8-sig")}
    answer = in_javascript(
        "project.projectData(given.data, project.readProject(given.text))",
        given,
        "scenarios/project.js",
    )
    assert answer == view.data


def test_the_page_writes_the_projects_that_python_writes(
    view: ScenarioExplorer, tmp_path: Path
) -> None:
    view.scores = ["1A3B-2", "5C6A3"]
    titles = {
        issue["short"]: [one["title"] for one in issue["hypotheses"]]
        for issue in view.data["issues"]
    }
    path = tmp_path / "matrice.scw"
    write_scw(CrossImpactMatrix(titles, view.matrix.scores), path)
    given = {"data": view.data, "edits": view.scores}
    text, table, edits = in_javascript(
        """((text) => [text, project.matrixRows(given.data, given.edits),
             project.editsTo(given.data, project.readProject(text).scores)])(
             project.projectText(given.data, given.edits, "matrice.scw"))""",
        given,
        "scenarios/project.js",
    )
    assert text.encode() == path.read_bytes()
    assert tuple(edits) == view.scores
    assert [row[1:] for row in table["rows"]] == view.matrix.scores.tolist()
    assert table["columns"][1:] == [row[0] for row in table["rows"]]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[:200], "pas un projet .scw entier"),
        (lambda text: text.replace(" 2", " x", 1), "scores entiers"),
        (lambda text: text.replace("&", "?", 1), "ligne 3, on attend un enjeu"),
        (lambda text: text + "1, 2\n", None),
    ],
)
def test_a_damaged_project_is_refused_by_the_page(
    damage: Callable[[str], str], said: str | None
) -> None:
    text = damage(SOMEWHERELAND.read_text(encoding="utf-8-sig"))
    answer = in_javascript(
        """(() => { try { project.readProject(given.text); return null; }
             catch (error) { return error.message; } })()""",
        {"text": text},
        "scenarios/project.js",
    )
    assert (said or "") in (answer or "")
    assert (said is None) == (answer is None)


def test_a_matrix_from_a_table_with_all_that_is_known_of_it() -> None:
    matrix = read_scw(SOMEWHERELAND)
    rows = [
        (*source, *target, matrix.score(source, target))
        for source in pairs(matrix)
        for target in pairs(matrix)
    ]
    columns = ["source", "source_state", "target", "target_state", "score"]
    again = matrix_from_frame(pd.DataFrame(rows, columns=columns))
    assert again == matrix
    descriptor, *others = matrix.descriptors
    state = matrix.descriptors[descriptor][0]
    said = {
        "source": descriptor,
        "source_state": state,
        "target": others[0],
        "justification": "Parce que.",
        "locator": "p. 3",
        "confidence": "high",
    }
    lever = {
        "descriptor": descriptor,
        "state": state,
        "action": "Agir",
        "horizon_years": 5,
        "actor": "Région",
    }
    doubt = pd.DataFrame(
        [("high", 0, 1.0), ("absent", -1, 0.25), ("absent", 0, 0.5), ("absent", 1, 0.25)],
        columns=["confidence", "shift", "probability"],
    )
    view = ScenarioExplorer(
        again,
        judgements=pd.DataFrame([said]),
        levers=pd.DataFrame([lever]),
        doubt=doubt,
        observed={one: states[0] for one, states in matrix.descriptors.items()},
        wording=Wording(method=("Notés par nous.",), silent="Rien."),
    )
    assert "Notés par nous." in view.data["method"]
    assert "jeux de scores plausibles" in view.summary().sentence
    assert_same_words_and_plans(view, drawn_states(view, 80), lambda at: at % 5 == 1)
    view.scenario = {one: states[0] for one, states in matrix.descriptors.items()}
    assert view.plan().to_frame()["action"].tolist() == ["Agir"]


def pairs(matrix: CrossImpactMatrix) -> list[tuple[str, str]]:
    return [(one, state) for one, states in matrix.descriptors.items() for state in states]


def test_what_no_page_could_show_is_refused_by_name() -> None:
    matrix = read_scw(SOMEWHERELAND)
    with pytest.raises(ScenarioError, match="1048576 are more than"):
        ScenarioExplorer(CrossImpactMatrix({str(n): ("a", "b") for n in range(20)}, zeros(40)))
    with pytest.raises(ScenarioError, match="'x' has 1 states"):
        ScenarioExplorer(CrossImpactMatrix({"x": ("a",), "y": ("a", "b")}, zeros(3)))
    judged = {"source": "x", "source_state": "a", "target": "Economie", "justification": ""}
    with pytest.raises(ScenarioError, match="no descriptor 'Economie'"):
        ScenarioExplorer(matrix, judgements=pd.DataFrame([judged]))
    with pytest.raises(ScenarioError, match="columns"):
        ScenarioExplorer(matrix, levers=pd.DataFrame({"action": ["x"]}))
    columns = ("source", "source_state", "target", "target_state")
    twice = {**dict(zip(columns, "axby", strict=True)), "score": 1}
    with pytest.raises(ScenarioError, match="score of 'a' 'x' on 'b' 'y' is given twice"):
        matrix_from_frame(pd.DataFrame([twice] * 2))


def zeros(size: int) -> np.ndarray:
    return np.zeros((size, size), dtype=int)


def test_a_matrix_alone_works_in_a_page(opened: Page, tmp_path: Path) -> None:
    view = ScenarioExplorer(read_scw(SOMEWHERELAND))
    write_page(tmp_path, view)
    visit(opened, tmp_path)
    issue = view.data["issues"][0]
    assert opened.locator(".hx-cib-issue").count() == len(view.data["issues"])
    choose(opened, issue["id"], issue["hypotheses"][-1]["letter"])
    said = view.summary({"choice": issue["hypotheses"][-1]["letter"] + view.choice[1:]})
    assert opened.locator(".hx-cib-verdict .hx-title").inner_text() == said.title
    opened.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    opened.wait_for_selector(".hx-cib-plan")
    assert opened.locator(".hx-cib-profile").count() == 0


def csv_rows(text: str) -> Iterator[list[str]]:
    frame = pd.read_csv(io.StringIO(text), dtype=str)
    yield from frame.to_numpy().tolist()


def test_a_choice_is_answered_within_a_frame(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    spent = opened.evaluate(
        """() => {
          const spent = [];
          for (let round = 0; round < 4; round += 1) {
            for (const input of document.querySelectorAll(".hx-cib-option input")) {
              const start = performance.now();
              input.click();
              spent.push(performance.now() - start);
            }
          }
          return spent.sort((a, b) => a - b);
        }"""
    )
    assert spent[len(spent) // 4] < 16  # the quickest quarter: this machine may be busy


# The page ---------------------------------------------------------------------------------------


def test_choices_verdict_and_repairs_follow_each_other(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    title = opened.locator(".hx-cib-verdict .hx-title")
    assert "ne tient pas" in title.inner_text()
    opened.get_by_role("button", name="Appliquer").first.click()
    assert " tient" in title.inner_text()
    assert opened.evaluate("document.activeElement.textContent") == title.inner_text()
    choose(opened, "jeunes", "-")
    assert "?" in title.inner_text()
    opened.get_by_role("button", name="Revenir au départ").click()
    assert "C-A-A-A-B-A" in title.inner_text()


def test_the_address_reproduces_everything(opened: Page, folder: Path) -> None:
    asked = {
        "choix": "CCBB-A",
        "constate": "CAAABB",
        "depart": "CCBBCA",
        "compare": "AAAAAC",
        "scores": "1A3B-2 5C6A3",
    }
    query = "&".join(f"scenarios.{key}={quote(value)}" for key, value in asked.items())
    visit(opened, folder, f"?{query}")
    assert "C-C-B-B-?-A" in opened.locator(".hx-cib-verdict .hx-title").inner_text()
    assert "deux scores" in opened.locator(".hx-result").inner_text()
    choose(opened, "exercice", "C")
    opened.wait_for_url(lambda url: "choix=CCBBCA" in url)
    wait_said(opened, "deux scores")  # the sentence follows once things are quiet
    shown = opened.locator(".hx-cib").inner_text()
    opened.reload()
    opened.wait_for_selector("[data-ready]")
    assert opened.locator(".hx-cib").inner_text() == shown


@pytest.mark.parametrize(
    "query",
    [
        "?scenarios.choix=<img src=x onerror=alert(1)>",
        "?scenarios.choix=ABC&scenarios.compare=ZZZZZZ",
        "?scenarios.scores=1A3B-2+1A3B1",
        "?scenarios.scores=1A1B2+9Z9Z9",
        "?scenarios.constate=------",
        "?scenarios.choix=__proto__&scenarios.__proto__=x&scenarios.constructor=y",
        "?scenarios.scores=" + "1A3B1+" * 3000,
    ],
)
def test_a_hostile_link_is_refused_and_said(opened: Page, folder: Path, query: str) -> None:
    visit(opened, folder, query)
    notice = opened.locator(".hx-notice")
    assert notice.inner_text().startswith("Paramètre")
    assert opened.locator(".hx-cib img").count() == 0
    assert "C-A-A-A-B-A" in opened.locator(".hx-cib-verdict .hx-title").inner_text()


def test_a_score_is_changed_and_restored(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    before = opened.locator(".hx-cib-verdict").inner_text()
    opened.get_by_text("Pourquoi il ne tient pas").click()
    opened.get_by_role("button", name="Voir ce jugement").first.click()
    scores = opened.locator(".hx-cib-scores select")
    for rank, value in enumerate(("3", "0", "-3")):
        scores.nth(rank).select_option(value)
    assert "trois scores" in wait_said(opened, "score")
    opened.get_by_role("button", name="Tout rétablir").click()
    wait_said(opened, "")
    assert opened.locator(".hx-cib-verdict").inner_text() == before
    assert opened.get_by_text("Scores que vous avez modifiés").count() == 0


def wait_said(page: Page, word: str) -> str:
    page.wait_for_timeout(400)
    text = page.locator(".hx-result").inner_text()
    assert word in text
    return text


def test_plan_profiles_and_comparison_are_drawn_when_opened(opened: Page, folder: Path) -> None:
    visit(opened, folder, "?scenarios.choix=AAAAAC&scenarios.compare=CCCBCA")
    opened.evaluate(
        "document.querySelectorAll('.hx-cib-fold').forEach((one) => { one.open = true; })"
    )
    opened.wait_for_selector(".hx-cib-plan .hx-table")
    heads = opened.locator(".hx-cib-plan h4").all_inner_texts()
    assert heads[1:3] == ["D’ici à cinq ans", "D’ici à 10 ans"]
    opened.get_by_label("Horizon", exact=True).select_option("10")
    opened.get_by_label("Acteur", exact=True).select_option("assurance-maladie")
    assert opened.locator(".hx-cib-plan .hx-table").count() == 1
    assert opened.get_by_text("Actions retenues").count() == 1
    opened.get_by_label("Horizon", exact=True).select_option("tous")
    assert opened.locator(".hx-cib-profile tbody").count() == 6
    assert opened.get_by_text("Les deux futurs diffèrent sur six enjeux.").count() == 1
    with opened.expect_download() as saved:
        opened.get_by_role("button", name="Plan en Markdown").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# Plan d’action\u00a0: de C-A-A-A-B-A à A-A-A-A-A-C")


def test_the_case_follows_what_is_observed_and_aimed_at(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    line = opened.locator('[data-key="jeunes"]')
    assert "accélérer" in line.inner_text()
    choose(opened, "jeunes", "A")
    assert "réorienter" in line.inner_text()
    line.get_by_label("1.A, départ").check()
    assert "accélérer" in line.inner_text()
    opened.wait_for_url(lambda url: "constate=AAAABA" in url)


@pytest.mark.parametrize("at", ["jeunes", "scores"])
def test_the_verdict_stays_in_sight_and_a_link_opens_at_the_board(
    opened: Page, folder: Path, at: str
) -> None:
    visit(opened, folder, "?scenarios.choix=AAAAAC")
    opened.evaluate(
        "document.body.prepend(Object.assign(document.createElement('div'), {id: 'high'}))"
    )
    opened.evaluate("document.getElementById('high').style.setProperty('height', '3000px')")
    opened.reload()
    opened.wait_for_selector("[data-ready]")
    if at == "jeunes":
        opened.locator('[data-key="jeunes"]').scroll_into_view_if_needed()
    else:
        opened.evaluate(
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
        )
        opened.locator(".hx-cib-scores").scroll_into_view_if_needed()
    verdict = opened.locator(".hx-cib-verdict").bounding_box()
    assert verdict is not None
    assert 0 <= verdict["y"] <= 900 - verdict["height"]


def test_the_board_is_projected_alone_and_left(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    opened.set_viewport_size({"width": 1920, "height": 1080})
    opened.get_by_role("button", name="Projeter").click()
    opened.wait_for_selector(".hx-cib-stage")
    assert opened.locator(".hx-cib-fold:visible").count() == 0
    assert opened.locator(".hx-cib-issue:visible").count() == 6
    verdict = opened.locator(".hx-cib-verdict").bounding_box()
    assert verdict is not None
    assert verdict["y"] + verdict["height"] <= 1081
    opened.get_by_role("button", name="Quitter la projection").click()
    assert opened.locator(".hx-cib-stage").count() == 0


def test_another_project_takes_the_place_of_the_board(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    opened.get_by_text("Les scores\u00a0:").click()
    opened.get_by_label("Ouvrir un projet").set_input_files(SOMEWHERELAND)
    view = ScenarioExplorer(read_scw(SOMEWHERELAND))
    opened.wait_for_selector(f'[data-key="{view.data["issues"][0]["id"]}"]')
    title = opened.locator(".hx-cib-verdict .hx-title")
    assert title.inner_text() == view.summary().title


def test_keyboard_alone_chooses(opened: Page, folder: Path) -> None:
    visit(opened, folder)
    opened.locator('[data-key=jeunes] input[value="C"]').focus()
    opened.keyboard.press("ArrowLeft")
    assert "B-A" in opened.locator(".hx-cib-verdict .hx-title").inner_text()


@pytest.mark.parametrize("width", [1000, 360])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    browser: Browser, folder: Path, width: int
) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 800})
    visit(opened, folder, "?scenarios.choix=CCCBCA&scenarios.compare=AAAAAC&scenarios.scores=1A3B3")
    opened.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    opened.wait_for_selector(".hx-cib-plan")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_violations(opened) == []
    opened.close()


# Python ------------------------------------------------------------------------------------------


def test_scenario_and_matrix_follow_the_state_both_ways(
    view: ScenarioExplorer, field: MorphologicalField
) -> None:
    seen = []
    view.observe(lambda change: seen.append(change.name), names=["scenario", "matrix"])
    assert view.scenario == field.observed()
    view.choice = "AAAA-C"
    assert "exercice" not in view.scenario
    assert view.scenario["financement"] == "6C"
    view.scenario = field.scenario("CCCBCA")
    assert view.choice == "CCCBCA"
    view.scores = ["3C4A0"]
    assert view.matrix.score(("numerique", "3C"), ("delegation", "4A")) == 0
    view.matrix = field.matrix()
    assert view.scores == ()
    assert set(seen) == {"scenario", "matrix"}
    order = best_order(view.matrix, field.observed(), view.scenario)
    assert view.plan().order == order


def test_what_is_not_allowed_is_refused_and_named(view: ScenarioExplorer) -> None:
    for key, value, said in (
        ("choice", "CAAAB", "CAAAB"),
        ("choice", "DAAABA", "DAAABA"),
        ("observed", "-AAABA", "-AAABA"),
        ("compared", None, "None"),
        ("scores", ["1A1B2"], "1A1B2"),
        ("scores", ["1A3B9"], "1A3B9"),
        ("scores", ["1A3B1", "1A3B2"], "1A3B2"),
        ("scores", "1A3B1", "1A3B1"),
    ):
        with pytest.raises(traitlets.TraitError, match=said):
            setattr(view, key, value)
    with pytest.raises(ScenarioError, match="jeune"):
        view.scenario = {"jeune": "1A"}


def test_edits_that_change_nothing_are_dropped(view: ScenarioExplorer) -> None:
    view.scores = ["5A1A3", "1A5A-0", "1A3B1"]
    assert view.scores == ("1A5A0",)


def test_the_page_form_holds_json_and_a_plain_table(view: ScenarioExplorer) -> None:
    text = view.html()
    saved = text.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(saved)["state"]["choice"] == "CAAABA"
    assert text.count("<tr>") == 7
    assert "Financiarisation" in text
    assert repr(view) == repr(view)
    assert len(text) < 90_000
