"""What the handbook is made of: a CycloneDX list of the locked packages, and their licences."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["Component", "bill", "components", "licence_report"]

_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST = 80  # characters: beyond, a package gives its licence's whole text, not its name
UNKNOWN = "non déclarée"
ELSEWHERE = "non lue (paquet d’un autre système)"


@dataclass(frozen=True)
class Component:
    """A locked package: its version, the digests of its files, the licence it declares."""

    name: str
    version: str
    digests: tuple[str, ...]
    licence: str

    @property
    def purl(self) -> str:
        """The package's universal address."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


def components(lock: Path) -> list[Component]:
    """Return the packages of a lock of hashes, by name."""
    found: list[Component] = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8")):
        if pinned := _PINNED.match(block):
            name, version = pinned["name"], pinned["version"]
            digests = tuple(sorted(_HASH.findall(block)))
            found.append(Component(name, version, digests, _licence(name)))
    return sorted(found, key=lambda component: component.name)


def _licence(name: str) -> str:
    """Return the licence that an installed package declares."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE
    given = about.get_all("License-Expression", []) + about.get_all("License", [])
    declared = str(given[0]) if given else ""
    if declared and len(declared) <= _LONGEST and "\n" not in declared:
        return declared
    classified = [line for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    return "; ".join(line.rsplit(" :: ", 1)[-1] for line in classified) or UNKNOWN


def bill(held: list[Component], version: str) -> str:
    """Return the bill of materials, CycloneDX 1.6; the same lock gives the same text."""
    listed: list[dict[str, Any]] = [
        {
            "type": "library",
            "bom-ref": component.purl,
            "name": component.name,
            "version": component.version,
            "purl": component.purl,
            "licenses": [_named(component)],
            "properties": [
                {"name": "handbook:sha256", "value": digest} for digest in component.digests
            ],
        }
        for component in held
    ]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(listed, sort_keys=True) + version)
    described = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "handbook", "version": version}},
        "components": listed,
    }
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def _named(component: Component) -> dict[str, Any]:
    """Name a licence as CycloneDX wants it: by an SPDX expression where the package gives one."""
    try:
        given = metadata.metadata(component.name).get_all("License-Expression", [])
    except metadata.PackageNotFoundError:
        given = []
    return {"expression": str(given[0])} if given else {"license": {"name": component.licence}}


def licence_report(held: list[Component]) -> str:
    """Return the packages by licence, in Markdown."""
    groups: dict[str, list[str]] = {}
    for component in held:
        groups.setdefault(component.licence, []).append(f"{component.name} {component.version}")
    parts = [
        f"## {licence} ({len(names)})\n\n" + "".join(f"- {name}\n" for name in names)
        for licence, names in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return "# Licences des paquets verrouillés\n\n" + "\n".join(parts)
