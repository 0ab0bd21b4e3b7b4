"""A real JupyterLab, as an analyst would use it: open a notebook, run it, move its controls.

Two whole notebooks by default; every one of them with ``HANDBOOK_LAB=all`` (`make test-lab`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from jupyter_client.blocking import BlockingKernelClient
from playwright.sync_api import Browser, Locator, Page, expect

# Of each chapter, how the cells begin that open its views (all of them: an empty beginning).
OPENED = {
    "collectifs-de-soins": ("",),
    "cabinets-medicaux": ("from itertools", "etude =", "mots ="),
    "avec-vos-donnees": ("import io", "def prevoir"),
}
RUN_SECONDS = 120
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUICKEST = ("leviers-e-sante", "reseaux-paramedicaux")
EVERY_ONE = os.environ.get("HANDBOOK_LAB") == "all"
OPENED_WHOLE = [path.stem for path in NOTEBOOKS if EVERY_ONE or path.stem in QUICKEST]
WHOLE_SECONDS = 400  # a busy machine is slow, not wrong


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def excerpt(name: str, starts: tuple[str, ...], folder: Path) -> None:
    """Copy a chapter's own cells that begin in one of these ways; all must be found."""
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    kept = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "".join(cell["source"]).startswith(starts)
    ]
    assert len(kept) >= len(starts), f"{name}: a cell that opens a view was renamed"
    notebook["cells"] = kept
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Start JupyterLab on extracts of chapters; yield its address and its runtime folder."""
    tmp_path = tmp_path_factory.mktemp("lab")
    work, runtime = tmp_path / "work", tmp_path / "runtime"
    work.mkdir()
    runtime.mkdir()
    for name, starts in OPENED.items():
        excerpt(name, starts, work)
    shutil.copytree(ROOT / "notebooks" / "exemples", work / "exemples")
    shutil.copytree(ROOT / "notebooks", work / "notebooks")
    (work / "benchmarks").symlink_to(ROOT / "benchmarks")
    # every cell stays in the page, whether it is in sight or not
    tracker = tmp_path / "settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir(parents=True)
    (tracker / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    port = free_port()
    log = tmp_path / "lab.log"
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    options += [f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True"]
    # nothing asked of the network
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    options += ["--LabApp.extension_manager=readonly"]
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "jupyter", "lab", *options]
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, log)
        yield address, runtime
    finally:
        process.terminate()
        process.wait(timeout=60)


def ask_kernel(runtime: Path, expression: str) -> str:
    """Evaluate an expression in the kernel of the notebook opened last."""
    files = sorted(runtime.glob("kernel-*.json"), key=lambda path: path.stat().st_mtime)
    client = BlockingKernelClient(connection_file=str(files[-1]))
    client.load_connection_file()
    client.start_channels()
    said: list[str] = []
    reply = client.execute_interactive(
        f"print({expression})",
        timeout=RUN_SECONDS,  # it answers after the cells that still run
        output_hook=lambda message: said.append(message["content"].get("text", "")),
    )
    client.stop_channels()
    assert reply["content"]["status"] == "ok", f"{expression}: {reply['content']}"
    return "".join(said).strip()


def open_and_run(
    browser: Browser, address: str, name: str, complaints: list[str] | None = None
) -> Page:
    """Open a notebook and start running its cells; note what the console complains of."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    noted = [] if complaints is None else complaints
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.on("console", lambda said: noted.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}/lab/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    # before its kernel is there, JupyterLab would ask which one to start
    kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.status === 'idle'", timeout=60_000)
    run_all = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
    # not awaited: each wait has its own limit
    page.evaluate(f"() => {{ {run_all}.then(() => {{ window.handbookRun = 'ended'; }}); }}")
    return page


# what a cell showed without naming it
SHOWN = "next(one for one in __import__('gc').get_objects() if type(one).__name__ == '{}')"
EXPLORER, LABORATORY = SHOWN.format("RegionsExplorer"), SHOWN.format("Live")


@pytest.fixture(scope="module")
def chapter(browser: Browser, lab: tuple[str, Path]) -> Iterator[Page]:
    """Open the chapter on collectives once for every test."""
    page = open_and_run(browser, lab[0], "collectifs-de-soins")
    yield page
    page.close()


def test_moving_a_control_moves_the_python_trait(chapter: Page, lab: tuple[str, Path]) -> None:
    _, runtime = lab
    view = chapter.locator(".jp-OutputArea [data-explorer='regions']").first
    expect(view.get_by_role("checkbox").first).to_be_attached(timeout=RUN_SECONDS * 1000)
    before = ask_kernel(runtime, f"{EXPLORER}.regions")
    view.get_by_role("checkbox", name="Bretagne").check()
    deadline = time.monotonic() + 30
    while (after := ask_kernel(runtime, f"{EXPLORER}.regions")) == before:
        assert time.monotonic() < deadline, "the Python trait did not follow the control"
    assert "REG-53" not in before
    assert "REG-53" in after
    said = ask_kernel(
        runtime, f"(lambda one: (one.set_trait('measure', 'index'), one.result)[1])({EXPLORER})"
    )
    expect(view.get_by_role("radio", name="En indice")).to_be_checked()
    expect(view.locator("[aria-live]")).to_have_text(said)


def test_a_control_of_the_bench_refits_and_redraws(chapter: Page, lab: tuple[str, Path]) -> None:
    _, runtime = lab
    before = ask_kernel(runtime, f"{LABORATORY}.picture.title")  # answers once its cell has run
    bench = chapter.locator(".jp-OutputArea .widget-vbox").last
    expect(bench.locator("figure")).to_contain_text(before, timeout=RUN_SECONDS * 1000)
    bench.locator("select").first.select_option(label="Bretagne")
    expect(bench.locator("figure")).to_contain_text("Bretagne", timeout=30_000)
    assert ask_kernel(runtime, f"{LABORATORY}.controls['lieu'].value") == "REG-53"
    assert "Bretagne" in ask_kernel(runtime, f"{LABORATORY}.picture.title")


def test_a_future_chosen_in_a_notebook_makes_its_note(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    complaints: list[str] = []
    page = open_and_run(browser, lab[0], "notebooks/synthese", complaints)
    view = page.locator(".jp-OutputArea [data-explorer='future'][data-ready]")
    page.wait_for_function("() => window.handbookRun === 'ended'", timeout=RUN_SECONDS * 1000)
    view.get_by_role("combobox", name="Exercice en groupe").select_option("5C")
    view.get_by_role("button", name="Votre futur en deux pages").click()
    note = page.locator("section.hb-brief")
    expect(note.locator("h1")).to_contain_text("Si l’on retient l’hypothèse 5.C")
    expect(note.locator(".hb-brief-back code")).to_have_text("?future.exercice=5C")
    printed = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type /Page\b", printed)) <= 2
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    assert complaints == []
    page.close()


def test_a_hypothesis_chosen_moves_the_scenario(browser: Browser, lab: tuple[str, Path]) -> None:
    address, runtime = lab
    page = open_and_run(browser, address, "cabinets-medicaux")
    view = page.locator(".jp-OutputArea [data-explorer='scenarios']").first
    free = view.locator(".hx-cib-option input:not(:checked)").first
    expect(free).to_be_attached(timeout=RUN_SECONDS * 1000)
    letter = str(free.get_attribute("value"))
    before = ask_kernel(runtime, "constructeur.choice")
    free.check()
    deadline = time.monotonic() + 30
    while (after := ask_kernel(runtime, "constructeur.choice")) == before:
        assert time.monotonic() < deadline, "the Python trait did not follow the click"
    assert after == letter + before[1:]
    assert ask_kernel(runtime, "next(iter(constructeur.scenario.values()))").endswith(letter)
    page.close()


def test_a_file_put_in_the_form_is_forecast_or_its_fault_is_said(
    browser: Browser, lab: tuple[str, Path], tmp_path: Path
) -> None:
    mine, wrong = tmp_path / "mes-soins.csv", tmp_path / "fautif.csv"
    rows = "".join(
        f"{year};{value},5\n"
        for year, value in zip(range(2015, 2025), range(40, 60, 2), strict=True)
    )
    mine.write_bytes(f"année;soins donnés\n{rows}".encode("cp1252"))
    wrong.write_text("année;soins\n2023;12\n2024;douze\n", encoding="utf-8")
    page = open_and_run(browser, lab[0], "avec-vos-donnees")
    form = page.locator(".jp-OutputArea .widget-vbox").last
    expect(form.locator("figure")).to_contain_text("visites.csv", timeout=RUN_SECONDS * 1000)
    for file, said in ((mine, "soins donnés"), (wrong, "line 3, column « soins »")):
        with page.expect_file_chooser() as chosen:
            form.get_by_role("button", name="Choisir un fichier").click()
        chosen.value.set_files(file)
        expect(form).to_contain_text(said, timeout=30_000)
    expect(form.locator("figure")).to_contain_text("mes-soins.csv")  # the last that could be read
    page.close()


SESSION = "window.jupyterapp.shell.currentWidget.sessionContext"
# What of the page tells that its run has ended, and what went wrong in it.
RUN_ENDED = """() => {
  const notebook = window.jupyterapp.shell.currentWidget;
  const cells = notebook.content.widgets.filter(({ model }) => model.type === "code");
  return cells.every(({ promptNode }) => !promptNode?.textContent.includes("*"))
    && notebook.sessionContext.session.kernel.status === "idle"
    && window.handbookRun === "ended";
}"""
FAULTY = ".jp-OutputArea-output:is([data-mime-type$='.error'], [data-mime-type$='.stderr'])"
# The views that the kernel holds, whatever their names in the notebook.
EXPLORERS = (
    "[one for one in __import__('gc').get_objects() if isinstance(one, "
    "__import__('importlib').import_module('handbook.views.base.explorer').Explorer)]"
)
STATES = f"sorted(repr(one.state) for one in {EXPLORERS})"
RESULTS = f"__import__('json').dumps([one.result for one in {EXPLORERS}])"
# JupyterLab keeps some keys for itself outside of our views: there a list is chosen from.
MOVES = (
    ("input[type=radio]:checked", "ArrowDown"),
    ("select:has(option + option)", ""),
    ("input[type=range]", "ArrowRight"),
    (".noUi-handle", "ArrowRight"),
    ("input[type=checkbox]:not(:checked)", "Space"),  # last: one may only say how others are used
)


def move(area: Locator, result: Callable[[], str]) -> None:
    """Move the first control of an area, and wait for another result."""
    before = result()
    for selector, key in MOVES:
        controls = area.locator(selector).filter(visible=True)
        if not controls.count():
            continue
        if key:
            controls.first.press(key)
        else:
            chosen = int(controls.first.evaluate("one => one.selectedIndex"))
            controls.first.select_option(index=0 if chosen else 1)
        deadline = time.monotonic() + RUN_SECONDS
        while result() == before:
            assert time.monotonic() < deadline, f"the result did not follow {selector}"
            time.sleep(0.3)
        return
    pytest.fail("no control to move")


@pytest.mark.parametrize("name", OPENED_WHOLE)
def test_a_whole_notebook_runs_and_follows_its_controls(
    browser: Browser, lab: tuple[str, Path], name: str
) -> None:
    address, runtime = lab
    complaints: list[str] = []
    page = open_and_run(browser, address, f"notebooks/{name}", complaints)
    page.wait_for_function(RUN_ENDED, timeout=WHOLE_SECONDS * 1000, polling=500)
    assert page.locator(FAULTY).all_inner_texts() == []
    view = page.locator(".jp-OutputArea [data-explorer][data-ready]").last
    if view.count():
        move(view, lambda: ask_kernel(runtime, STATES))
        said = json.loads(ask_kernel(runtime, RESULTS))
        follows = re.compile("|".join(f"^{re.escape(sentence)}$" for sentence in said))
        expect(view.locator("[aria-live]").first).to_have_text(follows)
    bench = page.locator(".jp-OutputArea .widget-vbox:has(figure)").last
    assert bench.count(), "no bench to move"
    figure = bench.locator("figure").first
    move(bench, figure.inner_html)
    assert complaints == []
    page.evaluate(f"{SESSION}.shutdown()")  # the memory of the kernels would add up
    page.close()
