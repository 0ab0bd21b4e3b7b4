"""Voilà serves a notebook as a page without its code; its view and its bench answer there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, expect
from test_jupyterlab import free_port, move

NAME = "reseaux-paramedicaux"
RUN_MILLISECONDS = 240_000


@pytest.fixture(scope="module")
def served_by_voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("voila")
    port = free_port()
    log = folder / "voila.log"
    command = [sys.executable, "-m", "voila", f"notebooks/{NAME}.ipynb", "--no-browser"]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1"]
    places = {"JUPYTER_RUNTIME_DIR": folder / "runtime", "JUPYTER_CONFIG_DIR": folder / "config"}
    environment = os.environ | {name: str(place) for name, place in places.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=environment)
    try:
        listening(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the server without asking for the page, which would run the notebook."""
    address = f"http://127.0.0.1:{port}/voila/static/voila.js"
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Voilà did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


def test_a_notebook_is_a_page_whose_controls_answer(browser: Browser, served_by_voila: str) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(served_by_voila, timeout=RUN_MILLISECONDS)
    view = page.locator("[data-explorer='growth'][data-ready]").last
    expect(view).to_be_attached(timeout=RUN_MILLISECONDS)
    title = view.locator(".hx-title")
    move(view, title.inner_text)
    bench = page.locator(".widget-vbox:has(figure)").last
    expect(bench).to_be_attached()
    move(bench, bench.locator("figure").first.inner_html)
    assert page.locator(".jp-CodeMirrorEditor:visible, .jp-InputArea-editor:visible").count() == 0
    assert faults == []
    page.close()
