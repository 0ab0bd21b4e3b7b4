"""The built site in one zip, and the checksums of what a release holds.

The same files always give the same bytes: entries are sorted, dated alike and bear no owner.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["CHECKSUMS", "checksums", "pack", "sha256", "verify"]

CHECKSUMS = "SHA256SUMS"
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that the format holds
_MODE = 0o100644 << 16
_COMPRESSION = 9
_BUILD_TRACES = {".buildinfo"}


def pack(folder: Path, archive: Path, top: str) -> Path:
    """Write the files of `folder` into a zip, all below one folder named `top`.

    Parameters
    ----------
    folder
        The built site.
    archive
        The file to write.
    top
        Name of the only folder that unpacking makes.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w") as out:
        for path in files:
            name = path.relative_to(folder).as_posix()
            if name in _BUILD_TRACES:
                continue
            entry = zipfile.ZipInfo(f"{top}/{name}", _DATE)
            entry.external_attr = _MODE
            entry.create_system = 3
            out.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, _COMPRESSION)
    return archive


def sha256(path: Path) -> str:
    """Return the SHA-256 digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(files: Iterable[Path], target: Path) -> Path:
    """Write the digests of `files` as ``sha256sum --check`` reads them."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(files)]
    target.write_text("".join(lines), encoding="utf-8")
    return target


def verify(folder: Path) -> list[str]:
    """Name what differs from the checksums of `folder`: changed, missing or not listed."""
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    held = {path.name: path for path in folder.iterdir() if path.name != CHECKSUMS}
    changed = {name for name, path in held.items() if listed.get(name) != sha256(path)}
    return sorted(changed | (listed.keys() - held.keys()))
