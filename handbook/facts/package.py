"""The data package's own description: its tables and their columns, as ``datapackage.yaml`` says.

Only the description is read here; `handbook.facts.schema` reads the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handbook.core.errors import unknown
from handbook.facts.descriptions import loaded
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Column", "Table", "read"]

# What a resource may say: of these, `_ONLY` holds the values that the reader can obey.
_WORDS = {
    *("name", "path", "title", "description", "licenses", "sources", "homepage", "profile"),
    *("format", "mediatype", "encoding", "bytes", "hash", "schema"),
}
_ONLY = {
    "format": ("csv",),
    "mediatype": ("text/csv",),
    "encoding": ("utf-8", "utf8"),
    "profile": ("tabular-data-resource", "data-resource"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table: name, type, title, unit, description, and constraints in words."""

    name: str
    type: str
    title: str
    unit: str
    description: str
    choices: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class Table:
    """One resource of the package; ``schema`` is its Table Schema, as the file holds it.

    ``bytes`` and ``hash`` are what the file must be (None and empty where the package is silent).
    """

    name: str
    path: Path
    title: str
    description: str
    licence: str
    columns: tuple[Column, ...]
    bytes: int | None
    hash: str
    schema: dict[str, Any] = field(repr=False, compare=False)


def read(file: Path) -> dict[str, Table]:
    """Return the tables that a ``datapackage.yaml`` describes, by name, in its order.

    Raises
    ------
    FactsError
        If the file is not the description of a data package.
    """
    import yaml

    try:
        package = loaded(file)
        for resource in package["resources"]:
            _check_resource(file, resource)
        licence = _licence(package)
        tables = [_table(file.parent, resource, licence) for resource in package["resources"]]
    except FactsError:
        raise
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactsError(f"not a data package ({error})", file=file) from error
    return {table.name: table for table in tables}


def _check_resource(file: Path, resource: dict[str, Any]) -> None:
    """Refuse what a table says of its file and the reader would not obey."""
    place = f"word of the table {resource.get('name')}"
    size, digest = resource.get("bytes"), resource.get("hash", "")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise FactsError(f"bytes of {resource.get('name')}: {size!r} is no size", file=file)
    if not isinstance(digest, str):  # YAML reads one made of digits as a number
        raise FactsError(
            f"hash of {resource.get('name')}: write it in quotation marks, sha256:…", file=file
        )
    for word, value in resource.items():
        if word not in _WORDS:
            raise unknown(word, _WORDS, place, FactsError, file=file)
        only = _ONLY.get(word)
        if only and str(value).lower() not in only:
            raise unknown(value, only, f"{word} of {resource.get('name')}", FactsError, file=file)


def _licence(described: dict[str, Any], default: str = "") -> str:
    licences = described.get("licenses") or []
    return ", ".join(str(item.get("title") or item["name"]) for item in licences) or default


def _table(folder: Path, resource: dict[str, Any], licence: str) -> Table:
    return Table(
        name=str(resource["name"]),
        path=folder / str(resource["path"]),
        title=str(resource.get("title") or resource["name"]),
        description=str(resource.get("description", "")),
        licence=_licence(resource, licence),
        columns=tuple(_column(described) for described in resource["schema"]["fields"]),
        bytes=None if resource.get("bytes") is None else int(resource["bytes"]),
        hash=str(resource.get("hash") or ""),
        schema=resource["schema"],
    )


def _column(described: dict[str, Any]) -> Column:
    constraints = described.get("constraints") or {}
    return Column(
        name=str(described["name"]),
        type=str(described.get("type", "any")),
        title=str(described.get("title", "")),
        unit=str(described.get("unit", "")),
        description=str(described.get("description", "")),
        choices=tuple(str(value) for value in constraints.get("enum") or ()),
        required=bool(constraints.get("required")),
    )
