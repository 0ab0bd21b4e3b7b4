"""Execute the notebooks whose outputs no longer hold; replace each only when it has run whole.

A notebook is written beside its old version and moved over it in one step, so that a failing
cell or an interrupted run leaves the old one as it was. What would change from one run to the
next without any figure changing (time stamps, widget identifiers) is not kept. What it read is
(see `handbook.dependencies`), so that a notebook is executed again, or refused by the site, when
its code or a file that it depends on has changed, and only then.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook import dependencies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT_SECONDS = 300
SHOWN = 3  # reasons given for each notebook


def chapters(place: Path) -> list[Path]:
    """Return the notebook named, or those below a folder (in order, check-points aside)."""
    if place.suffix == ".ipynb":
        return [place]
    found = place.rglob("*.ipynb")
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
    # loaded when first used: to find out that nothing has changed takes neither
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        extra_arguments=[
            "--log-level=ERROR",
            f"--IPKernelApp.extensions=['{dependencies.__name__}']",
        ],
    )
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace.json")
        client.execute(env=os.environ | {dependencies.TRACE: str(trace)})
        files = dependencies.traced(trace)
    saved = json.loads(nbformat.writes(without_run_traces(notebook)))
    notebook.metadata[dependencies.KEY] = dependencies.record(saved, files)
    replace(path, nbformat.writes(notebook) + "\n")
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
    paths = list(paths)
    if not paths:
        sys.stdout.write("Nothing has changed: every notebook holds.\n")
        return {}
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


def outdated(paths: Iterable[Path]) -> dict[Path, list[str]]:
    """Return the notebooks whose outputs no longer hold, each with what has changed."""
    found = {path: dependencies.changes(path) for path in paths}
    return {path: reasons for path, reasons in found.items() if reasons}


def refusal(stale: dict[Path, list[str]]) -> str:
    """Say which notebooks must be executed again, why, and with which command."""
    lines = []
    for path, reasons in stale.items():
        more = f" and {len(reasons) - SHOWN} more" if len(reasons) > SHOWN else ""
        lines.append(f"{path}: {', '.join(reasons[:SHOWN])}{more}")
    one = next(iter(stale)).stem
    lines.append(f"Execute them again: make notebooks (or one alone: make notebook NAME={one})")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Execute notebooks, or only check them; exit code 1 when one fails or no longer holds."""
    parser = argparse.ArgumentParser(prog="python -m handbook.execution", description=__doc__)
    parser.add_argument("places", type=Path, nargs="+", metavar="folder or notebook")
    parser.add_argument("--all", action="store_true", help="those whose outputs hold too")
    parser.add_argument("--check", action="store_true", help="execute nothing, say what should be")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    paths = [path for place in options.places for path in chapters(place)]
    if not paths or not all(path.is_file() for path in paths):
        parser.error(f"no notebook at {', '.join(map(str, options.places))}")
    stale = outdated(paths)
    if options.check:
        sys.stderr.write(f"{refusal(stale)}\n" if stale else "")
        return 1 if stale else 0
    failures = execute_all(paths if options.all else stale, options.workers)
    for path, error in failures.items():
        sys.stderr.write(f"\n{path}\n{error}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
