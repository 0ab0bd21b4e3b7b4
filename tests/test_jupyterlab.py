"""A real JupyterLab, as an analyst would use it: open the chapter, run it, move a control."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from jupyter_client.blocking import BlockingKernelClient
from playwright.sync_api import Browser, expect

CHAPTER = "collectifs-de-soins"
RUN_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Start JupyterLab on a copy of the chapter; yield its address and its runtime folder."""
    work, runtime = tmp_path / "work", tmp_path / "runtime"
    work.mkdir()
    runtime.mkdir()
    shutil.copy(ROOT / "notebooks" / f"{CHAPTER}.ipynb", work)
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
    """Evaluate an expression in the notebook's own kernel."""
    client = BlockingKernelClient(connection_file=str(next(runtime.glob("kernel-*.json"))))
    client.load_connection_file()
    client.start_channels()
    said: list[str] = []
    client.execute_interactive(
        f"print({expression})",
        timeout=RUN_SECONDS,  # it answers after the cells that still run
        output_hook=lambda message: said.append(message["content"].get("text", "")),
    )
    client.stop_channels()
    return "".join(said).strip()


def test_moving_a_control_moves_the_python_trait(browser: Browser, lab: tuple[str, Path]) -> None:
    address, runtime = lab
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{address}/lab/tree/{CHAPTER}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    # before its kernel is there, JupyterLab would ask which one to start
    kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.status === 'idle'", timeout=60_000)
    run_all = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
    page.evaluate(f"() => {{ {run_all}; }}")  # not awaited: each wait has its own limit
    view = page.locator(".jp-OutputArea [data-explorer='regions']").first
    expect(view.get_by_role("checkbox").first).to_be_attached(timeout=RUN_SECONDS * 1000)
    before = ask_kernel(runtime, "explorer.regions")
    view.get_by_role("checkbox", name="Bretagne").check()
    deadline = time.monotonic() + 30
    while (after := ask_kernel(runtime, "explorer.regions")) == before:
        assert time.monotonic() < deadline, "the Python trait did not follow the control"
    assert "REG-53" not in before
    assert "REG-53" in after
    said = ask_kernel(runtime, "(explorer.set_trait('measure', 'index'), explorer.result)[1]")
    expect(view.get_by_role("radio", name="En indice")).to_be_checked()
    expect(view.locator("[aria-live]")).to_have_text(said)
    page.close()
