"""What the outputs of a notebook depend on: recorded while it runs, compared before it is shown.

Loaded as an extension of the kernel, this module notes every file of the project that the
notebook imports, opens or lists. `record` then writes a digest of each into the notebook, beside
those of its code and of its outputs, and `changes` says which of them no longer hold. No clock is
read: a file restored to what it was is not a change, nor is the notebook's prose.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
TRACE = "HANDBOOK_TRACE"
KEY = "handbook"
ABSENT = "absent"
_DIGEST_LENGTH = 16
# Made by the project, or not part of it: never an input.
_NOT_INPUTS = {".venv", ".cache", ".git", "_build", "__pycache__", ".ipynb_checkpoints"}
# The description of the data may hold a checksum of each table: the tables that a notebook reads
# count by themselves, and the others do not.
_PACKAGE = "datapackage.yaml"
_CHECKSUM = re.compile(rb"^ *(?:hash|bytes): .*\n", re.MULTILINE)
# The tools that run and publish notebooks do not change what these compute.
_TOOLS = ("handbook/dependencies.py", "handbook/execution.py", "handbook/site/")


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 — IPython is not loaded here
    """Note in the kernel what it reads, and write the list after each cell."""
    target = Path(os.environ[TRACE])
    opened: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"open", "os.scandir"} and isinstance(arguments[0], (str, os.PathLike)):
            path = os.path.abspath(arguments[0])  # noqa: PTH100 — pathlib would be audited in turn
            opened.add(f"{path}/" if event == "os.scandir" else path)

    def write(*_: object) -> None:
        imported = [
            str(module.__file__)
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] == __name__.partition(".")[0]
            and getattr(module, "__file__", None)
        ]
        target.write_text(json.dumps(sorted({*opened, *imported})), encoding="utf-8")

    sys.addaudithook(hook)
    shell.events.register("post_run_cell", write)


def traced(trace: Path, root: Path = ROOT) -> list[str]:
    """Return the project's own files among those of `trace`, relative to `root`.

    The name of a folder whose files were listed ends with a slash.
    """
    found = set()
    for name in json.loads(trace.read_text(encoding="utf-8")):
        if Path(name).is_relative_to(root):
            relative = Path(name).relative_to(root).as_posix() + "/" * name.endswith("/")
            if not _NOT_INPUTS.intersection(Path(relative).parts):
                found.add(relative)
    return sorted(name for name in found if not name.startswith(_TOOLS))


def record(notebook: dict[str, Any], files: Iterable[str], root: Path = ROOT) -> dict[str, Any]:
    """Return what to keep in the metadata of a notebook that has just run (key `KEY`)."""
    return {
        "code": _digest_of(_code(notebook)),
        "outputs": _digest_of(_outputs(notebook)),
        "files": {name: _digest(root / name) for name in files},
    }


def changes(path: Path, root: Path = ROOT) -> list[str]:
    """Say what has changed since the notebook `path` was executed; nothing if its outputs hold."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    kept = notebook["metadata"].get(KEY)
    if kept is None:
        return ["it was never executed whole"]
    found = []
    if kept["code"] != _digest_of(_code(notebook)):
        found.append("its code changed")
    if kept["outputs"] != _digest_of(_outputs(notebook)):
        found.append("its outputs are not those of the execution")
    for name, digest in kept["files"].items():
        now = _digest(root / name)
        if now != digest:
            found.append(f"{name} {'is gone' if now == ABSENT else 'changed'}")
    return found


def _digest_of(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def _digest(path: Path) -> str:
    if path.is_dir():
        return _digest_of(sorted({entry.name for entry in path.iterdir()} - _NOT_INPUTS))
    if not path.is_file():
        return ABSENT
    content = path.read_bytes()
    if path.name == _PACKAGE:
        content = _CHECKSUM.sub(b"", content)
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]


def _text(value: Any) -> Any:  # noqa: ANN401 — JSON
    """Join a text that the notebook format cuts into lines."""
    return "".join(value) if isinstance(value, list) and value else value


def _code(notebook: dict[str, Any]) -> list[str]:
    return [_text(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return [
        output
        | {"text": _text(output.get("text"))}
        | {"data": {mime: _text(value) for mime, value in output.get("data", {}).items()}}
        for output in outputs
    ]
