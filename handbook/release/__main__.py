"""``make release``: what a release holds, made twice; kept only if both are the same bytes."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from handbook.release import archive, book_pdf, inventory, notes
from handbook.site import build
from handbook.site.edition import edition

ROOT = Path(__file__).resolve().parents[2]
TARGET = "dist"
_WORK = ".cache/release"
# What must change nothing: the second making has another hash seed, clock zone and language.
_EPOCH = "946684800"  # 2000-01-01
_ELSEWHERE = {"PYTHONHASHSEED": "17", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"}


class ReleaseError(RuntimeError):
    """The release cannot be made; the message says why."""


def release(root: Path = ROOT) -> Path:
    """Make the release of `root` twice and put it in ``dist`` if both are equal.

    Raises
    ------
    ReleaseError
        If an input of the site is not committed, if a piece cannot be made, or if the two differ.
    """
    if edition(root).modified:
        raise ReleaseError("an input of the site is not committed: a release is made of a commit")
    made = [
        _made_apart(root, root / _WORK / name, settings)
        for name, settings in (("first", {}), ("second", _ELSEWHERE))
    ]
    if differing := difference(*made):
        raise ReleaseError(f"two makings of the same commit differ: {', '.join(differing)}")
    target = root / TARGET
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(made[0], target)
    shutil.rmtree(root / _WORK)
    return target


def difference(first: Path, second: Path) -> list[str]:
    """Name the files of two folders that are not the same bytes, or are in one only."""
    digests = [
        {path.name: archive.sha256(path) for path in folder.iterdir()} for folder in (first, second)
    ]
    names = digests[0].keys() | digests[1].keys()
    return sorted(name for name in names if digests[0].get(name) != digests[1].get(name))


def _made_apart(root: Path, work: Path, settings: dict[str, str]) -> Path:
    """Make the release in a process of its own, under `settings`, and return its folder."""
    command = [sys.executable, "-m", "handbook.release", "--once", str(work)]
    run = subprocess.run(command, cwd=root, env=os.environ | settings, check=False)  # noqa: S603
    if run.returncode != 0:
        raise ReleaseError("see the messages above")
    return work / TARGET


def once(root: Path, work: Path) -> Path:
    """Build the site of `root` from nothing and assemble the release in ``work/dist``."""
    shutil.rmtree(work, ignore_errors=True)
    return assemble(root, build.clean(root, work / "site"), work / TARGET)


def assemble(root: Path, site: Path, target: Path) -> Path:
    """Write what a release of `root` holds into `target`, from its built `site`."""
    target.mkdir(parents=True)
    name = f"soins-de-ville-{edition(root).version}"
    archive.pack(site, target / f"{name}-site.zip", name)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    parts = book_pdf.book_pages(root / "_toc.yml")
    with book_pdf.chromium() as browser:
        pdf = target / f"{name}.pdf"
        book_pdf.print_book(browser, site, parts, pdf, config["title"], edition(root))
    _wheel(root, target)
    held = inventory.components(root / "requirements.txt")
    version = edition(root).version
    pieces = {
        f"{name}.cdx.json": inventory.bill(held, version),
        "LICENCES.md": inventory.licence_report(held),
        "CHANGES.md": _changes(root, version),
    }
    for piece, text in pieces.items():
        (target / piece).write_text(text, encoding="utf-8")
    archive.checksums(target.iterdir(), target / archive.CHECKSUMS)
    return target


def _wheel(root: Path, target: Path) -> None:
    """Build the wheel of the library with the locked backend, its entries dated alike."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    settings = os.environ | {"SOURCE_DATE_EPOCH": _EPOCH}
    run = subprocess.run(  # noqa: S603
        command, cwd=root, env=settings, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        raise ReleaseError(f"the wheel was not built:\n{run.stderr}")


def _changes(root: Path, version: str) -> str:
    try:
        return notes.changes((root / "book" / "journal.md").read_text(encoding="utf-8"), version)
    except ValueError as error:
        raise ReleaseError(str(error)) from error


def main(arguments: list[str] | None = None) -> int:
    """Make the release; exit code 1, with the reason, if that fails."""
    parser = argparse.ArgumentParser(prog="python -m handbook.release", description=__doc__)
    parser.add_argument("--once", type=Path, help="make it once, in this folder, and compare none")
    options = parser.parse_args(arguments)
    try:
        if options.once:
            once(ROOT, options.once)
        else:
            sys.stdout.write(f"The release is ready in {release()}\n")
    except (
        ReleaseError,
        build.BuildError,
        book_pdf.BrowserMissingError,
        book_pdf.PaperError,
    ) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
