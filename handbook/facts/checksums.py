"""The size and the digest of each table, kept in the description of the package.

A table that was cut, damaged or replaced still parses, and may still keep to its schema: only its
digest tells. `check` refuses a table that is no longer what the description says; `refresh`, which
``make data`` calls, writes what it is now.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.core.errors import unknown
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from handbook.facts.package import Table

__all__ = ["check", "missing", "refresh"]

_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
_DESCRIPTION = "datapackage.yaml"
_ITEM = re.compile(r"(?P<indent> *)- name: (?P<name>\S+)")


def check(table: Table) -> None:
    """Refuse a file that has not the size or the digest that the package gives it.

    Raises
    ------
    FactsError
        Naming the file and the command that accepts it as it is now.
    """
    try:
        content = table.path.read_bytes()
    except OSError as error:
        raise FactsError(f"cannot be read: {error.strerror}", file=table.path) from error
    found = ""
    if table.bytes is not None and len(content) != table.bytes:
        found = f"{len(content)} bytes where {_DESCRIPTION} says {table.bytes}"
    elif table.hash and _digest(content, table) != table.hash.rpartition(":")[2].lower():
        found = f"its content is not the one whose hash {_DESCRIPTION} holds"
    if found:
        how = f"if the change is meant, run: {_command(table.path.parent)}"
        raise FactsError(f"{found}; {how}", file=table.path)


def missing(table: Table) -> bool:
    """Say whether a table has no size or no digest in the description."""
    return table.bytes is None or not table.hash


def _digest(content: bytes, table: Table) -> str:
    algorithm = table.hash.rpartition(":")[0] or "md5"  # the specification's own default
    if algorithm not in _ALGORITHMS:
        raise unknown(algorithm, _ALGORITHMS, "hash algorithm", FactsError, file=table.path)
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def _command(folder: Path) -> str:
    own = Path(__file__).resolve().parents[2] / "data"
    return "make data" if folder == own else f"python -m {__package__} {folder}"


def refresh(folder: Path) -> list[str]:
    """Write the size and the digest of each table, and return the names of those that changed.

    The description is edited line by line: its comments and its layout stay as they are.
    """
    from handbook.facts import package

    description = folder / _DESCRIPTION
    before = package.read(description)
    files = {name: table.path for name, table in before.items()}
    if absent := [path for path in files.values() if not path.is_file()]:
        raise FactsError("no such file", file=absent[0])
    text = description.read_text(encoding="utf-8")
    renewed = _rewritten(text.splitlines(), files)
    if renewed != text:
        description.write_text(renewed, encoding="utf-8")
    after = package.read(description)
    if bare := [name for name, table in after.items() if missing(table)]:
        message = f"give « {bare[0]} » its « - name: » on the first line of its entry"
        raise FactsError(message, file=description)
    return [name for name in after if after[name].hash != before[name].hash]


def _rewritten(lines: list[str], files: dict[str, Path]) -> str:
    """Put two lines below the name of each table, in place of those that were there."""
    kept: list[str] = []
    resources = [*lines, "resources:"].index("resources:")
    items = filter(None, map(_ITEM.fullmatch, lines[resources:]))
    indent = next((item["indent"] for item in items), "")  # of tables, which come before fields
    for number, line in enumerate(lines):
        if number > resources and line.startswith((f"{indent}  bytes: ", f"{indent}  hash: ")):
            continue
        kept.append(line)
        item = _ITEM.fullmatch(line)
        if number > resources and item and item["indent"] == indent and item["name"] in files:
            content = files[item["name"]].read_bytes()
            kept.append(f"{indent}  bytes: {len(content)}")
            kept.append(f"{indent}  hash: sha256:{hashlib.sha256(content).hexdigest()}")
    return "\n".join([*kept, ""])
