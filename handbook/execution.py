"""Execute notebooks again, in parallel, and replace each one only when it has run whole.

A notebook is written beside its old version and moved over it in one step, so that a failing
cell or an interrupted run leaves the old one as it was. What would change from one run to the
next without any figure changing (time stamps, widget identifiers) is not kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT_SECONDS = 300


def chapters(folder: Path) -> list[Path]:
    """Return the notebooks below `folder`, in a fixed order, editor check-points aside."""
    found = folder.rglob("*.ipynb")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def without_run_traces(notebook: NotebookNode) -> NotebookNode:
    """Drop from `notebook`, in place, all that differs between two equal runs."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data: dict[str, Any] = output.get("data", {})
            if len(data) > 1:
                data.pop(WIDGET_VIEW, None)
    return notebook


def execute(path: Path) -> Path:
    """Run one notebook in a fresh kernel and replace it.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails; the file on disk is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute()
    replace(path, nbformat.writes(without_run_traces(notebook)) + "\n")
    return path


def replace(path: Path, text: str) -> None:
    """Write `text` to `path` in one step: a reader sees the old file or the new, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def execute_all(paths: Iterable[Path], workers: int) -> dict[Path, Exception]:
    """Run every notebook on `workers` processes; return the failures by path."""
    failures: dict[Path, Exception] = {}
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(execute, path): path for path in paths}
        for done, future in enumerate(as_completed(running), start=1):
            path, error = running[future], future.exception()
            if isinstance(error, Exception):
                failures[path] = error
            state = "failed, left as it was" if error else "executed"
            sys.stdout.write(f"[{done}/{len(running)}] {path}: {state}\n")
            sys.stdout.flush()
    return failures


def main(arguments: list[str] | None = None) -> int:
    """Execute the notebooks of a folder; exit code 1 when one of them fails."""
    parser = argparse.ArgumentParser(prog="python -m handbook.execution", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    paths = chapters(options.folder)
    if not paths:
        parser.error(f"no notebook below {options.folder}")
    failures = execute_all(paths, options.workers)
    for path, error in failures.items():
        sys.stderr.write(f"\n{path}\n{error}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
