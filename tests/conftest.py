"""What the tests share: the built site, a server for it, a real browser."""

from __future__ import annotations

import functools
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# What a browser that blocks every cookie answers to a page that asks for its storage.
REFUSE_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException("refused", "SecurityError"); },
  });
}
"""

# A busy machine is slow, not wrong: no example is failed for the time it took.
hypothesis.settings.register_profile("handbook", deadline=None)
hypothesis.settings.load_profile("handbook")

# The longest files come first, then the notebooks; pages, shared one by one, fill the gaps.
LONG = (
    "test_project",
    "test_build",
    "test_jupyterlab",
    "test_site",
    "test_view_scenarios",
    "test_views_page",
    "test_forecasting_panel",
    "test_forecasting",
)
ONE_BY_ONE = "test_browser"


def said_by(notebook: Path) -> str:
    """Return what a notebook's outputs say to its readers, with plain spaces."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [
        text
        for output in outputs
        for mime, text in output.get("data", {}).items()
        if mime in {"text/plain", "text/markdown"}
    ]
    texts += [
        str(output.get("metadata", {}).get("handbook", {}).get("alt", "")) for output in outputs
    ]
    words = "\n".join("".join(text) for text in texts).replace("**", "")
    return words.translate(str.maketrans("\u00a0\u202f", "  "))


def cannot_run(reason: str) -> None:
    """Skip visibly, or fail where nothing may be skipped."""
    if os.environ.get("HANDBOOK_SKIP_NOTHING"):
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files so that two processes end together, whatever takes long."""

    def place(item: pytest.Item) -> int:
        name = item.path.stem
        if name in LONG:
            return LONG.index(name)
        if name == ONE_BY_ONE:
            return len(LONG) + 2
        return len(LONG) + (item.path.suffix != ".ipynb")

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep a file's tests in one process, in the order above, but share the pages out."""
    from xdist.scheduler import LoadFileScheduling

    class Shared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if f"{ONE_BY_ONE}.py" in nodeid else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return Shared(config, log)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Path:
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail("the site is not built: run `make book` first")
    return folder


@contextmanager
def served(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder on a free port of this machine; give the address."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as here:
        yield here


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        cannot_run(
            "no Chromium here: the pages were not opened in a browser (apt install chromium)"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_OPTIONS))
        yield chromium
        chromium.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close the run with one table of every check that this machine left out, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons: dict[str, int] = {}
    for report in skipped:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        why = str(why).removeprefix("Skipped: ")
        reasons[why] = reasons.get(why, 0) + 1
    terminalreporter.section("left out on this machine")
    if not reasons:
        terminalreporter.write_line("nothing: every check was made")
    for why, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count:5}  {why}")
