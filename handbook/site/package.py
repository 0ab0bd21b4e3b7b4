"""Read the Frictionless data package that the dictionary and the sources page describe."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.environment import BuildEnvironment


class PackageError(ValueError):
    """The package's description or one of its tables cannot be read."""


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
    """One resource of the package: its description, columns, and rows as text."""

    name: str
    path: Path
    title: str
    description: str
    licence: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Source:
    """Where figures come from: one row of the ``sources`` table."""

    id: str
    title: str
    publisher: str
    origin: str
    year: str
    address: str
    licence: str
    read: str

    @property
    def citation(self) -> str:
        """Short mention for captions, for instance « DREES, 2024 »."""
        return ", ".join(part for part in (self.publisher or self.title, self.year) if part)


@dataclass(frozen=True)
class Package:
    """A data package: title, description, licence, tables by name, sources by identifier."""

    path: Path
    title: str
    description: str
    licence: str
    version: str
    tables: dict[str, Table]
    sources: dict[str, Source]

    @property
    def files(self) -> list[Path]:
        """Every file of the package: the description, then the tables."""
        return [self.path, *(table.path for table in self.tables.values())]

    def uses(self, source_id: str) -> dict[str, list[str]]:
        """Return, by table, the series (or other keys) that cite ``source_id``."""
        found: dict[str, list[str]] = {}
        for table in self.tables.values():
            series = {
                row.get("series_id") or ""
                for row in table.rows
                if table.name != "sources" and source_id in _cited(row)
            }
            if series:
                found[table.name] = sorted(series - {""})
        return found


def _cited(row: dict[str, str]) -> list[str]:
    text = f"{row.get('source_id') or ''} {row.get('source_ids') or ''}"
    return text.replace(";", " ").replace(",", " ").split()


def _licence(description: dict[str, Any], default: str = "") -> str:
    licences = description.get("licenses") or []
    return ", ".join(str(item.get("title") or item.get("name")) for item in licences) or default


def _column(field: dict[str, Any]) -> Column:
    constraints = field.get("constraints") or {}
    return Column(
        name=str(field["name"]),
        type=str(field.get("type", "any")),
        title=str(field.get("title", "")),
        unit=str(field.get("unit", "")),
        description=str(field.get("description", "")),
        choices=tuple(str(value) for value in constraints.get("enum") or ()),
        required=bool(constraints.get("required")),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield from csv.DictReader(handle)
    except OSError as error:
        message = f"{path}: the table named in datapackage.yaml cannot be read ({error})"
        raise PackageError(message) from error


def _table(folder: Path, resource: dict[str, Any], default_licence: str) -> Table:
    schema = resource.get("schema") or {}
    if isinstance(schema, str):
        schema = yaml.safe_load((folder / schema).read_text(encoding="utf-8"))
    path = folder / str(resource["path"])
    return Table(
        name=str(resource["name"]),
        path=path,
        title=str(resource.get("title") or resource["name"]),
        description=str(resource.get("description", "")),
        licence=_licence(resource, default_licence),
        columns=tuple(_column(field) for field in schema.get("fields", ())),
        rows=tuple(_rows(path)),
    )


def _source(row: dict[str, str]) -> Source:
    def text(*names: str) -> str:
        return next((row[name] for name in names if row.get(name)), "")

    return Source(
        id=text("id", "source_id"),
        title=text("title"),
        publisher=text("publisher"),
        origin=text("origin"),
        year=text("year"),
        address=text("address", "url"),
        licence=text("licence", "license"),
        read=text("read"),
    )


@functools.lru_cache(maxsize=4)
def _load(path: Path, stamp: tuple[int, ...]) -> Package:  # noqa: ARG001 — the stamp is the key
    description = yaml.safe_load(path.read_text(encoding="utf-8"))
    licence = _licence(description)
    tables = {
        str(resource["name"]): _table(path.parent, resource, licence)
        for resource in description.get("resources", ())
    }
    rows = tables["sources"].rows if "sources" in tables else ()
    return Package(
        path=path,
        title=str(description.get("title", "")),
        description=str(description.get("description", "")),
        licence=licence,
        version=str(description.get("version", "")),
        tables=tables,
        sources={source.id: source for source in map(_source, rows)},
    )


def load(path: Path) -> Package:
    """Read the package described by the YAML file ``path``; read again once a file changed.

    Raises
    ------
    PackageError
        When the description or one of its tables is missing.
    """
    if not path.is_file():
        message = f"{path}: no data package here; set `handbook_data` to datapackage.yaml's path"
        raise PackageError(message)
    stamp = tuple(file.stat().st_mtime_ns for file in [path, *sorted(path.parent.rglob("*.csv"))])
    return _load(path, stamp)


def of(env: BuildEnvironment) -> Package:
    """Return the project's package, and make the page being read depend on its files."""
    package = load(Path(env.srcdir) / env.config.handbook_data)
    for file in package.files:
        env.note_dependency(str(file))
    return package
