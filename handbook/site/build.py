"""Build the site, or one page of it to look at while writing.

The site is built clean beside the old one, then swapped in whole. What it was made from and what
it holds are kept with it, as digests: it is built again when an input was added, changed, renamed
or removed, or when one of its own files was, and only then. A notebook that was not executed since
its code or its data changed is refused, and so is a table that breaks its schema.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from handbook import execution
from handbook.site.edition import INPUTS, edition

ROOT = Path(__file__).resolve().parents[2]
SITE, PAGES = "_build/html", "_build/pages"
_STATE = ".cache/site.json"
_NOT_INPUTS = {"__pycache__", ".ipynb_checkpoints"}
COMPANIONS = ("book/glossaire", "book/bibliographie")  # a preview has tips and citations
# but its links to the other pages lead nowhere, sources included (a page that takes half the time).
_LEFT_OUT = ["myst.xref_missing", "ref.source", "ref.table", "ref.series"]


class BuildError(RuntimeError):
    """The site, or the page asked for, cannot be built; the message says why."""


def build(root: Path = ROOT) -> bool:
    """Build the site of `root` into ``_build/html``; return whether there was anything to do.

    Raises
    ------
    BuildError
        If a notebook no longer holds, if a table breaks its schema or if Sphinx warns of anything.
        The site built before is left as it was.
    """
    inputs = _inputs(root)
    why = _difference_with(root, inputs)
    if not why:
        return False
    sys.stdout.write(f"Building the site, about half a minute ({why})...\n")
    sys.stdout.flush()
    made = clean(root, root / ".cache" / "site")
    site = root / SITE
    shutil.rmtree(site, ignore_errors=True)
    site.parent.mkdir(exist_ok=True)
    made.replace(site)
    state = {"inputs": inputs, "outputs": _digests(site, site.rglob("*"))}
    (root / _STATE).write_text(json.dumps(state, indent=0), encoding="utf-8")
    return True


def clean(root: Path, work: Path) -> Path:
    """Build the site of `root` from nothing into the folder `work`; return where its pages are.

    Raises
    ------
    BuildError
        As `build` does.
    """
    if stale := execution.outdated(execution.chapters(root / "notebooks")):
        raise BuildError(execution.refusal(stale))
    _check_tables(root / "data")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    _run_sphinx(root, work / "html", root / "_toc.yml", work / "doctrees", strict=True)
    return work / "html"


def preview(page: str, root: Path = ROOT) -> Path:
    """Build one page of the book, with what it leads to, and return its HTML file.

    Parameters
    ----------
    page
        Path below `root`, with or without its extension: ``notebooks/marche-e-sante``.

    Raises
    ------
    BuildError
        If there is no such page, or if Sphinx stops.
    """
    name = page.removesuffix(".ipynb").removesuffix(".md")
    if not any((root / f"{name}{suffix}").is_file() for suffix in (".ipynb", ".md")):
        known = sorted(
            path.relative_to(root).with_suffix("").as_posix()
            for folder, kind in (("notebooks", "*.ipynb"), ("book", "*.md"))
            for path in (root / folder).glob(kind)
        )
        raise BuildError(f"no page {name!r}; the pages are {', '.join(known)}")
    work = root / ".cache" / "page"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    chapters = [{"file": companion} for companion in COMPANIONS if companion != name]
    toc = work / "_toc.yml"
    toc.write_text(
        yaml.safe_dump({"format": "jb-book", "root": name, "chapters": chapters}), encoding="utf-8"
    )
    _run_sphinx(root, root / PAGES, toc, work / "doctrees", strict=False)
    return root / PAGES / f"{name}.html"


def _inputs(root: Path) -> dict[str, str]:
    """Return the digest of each file that the site is made from, and of its edition."""
    files = [
        path
        for name in INPUTS
        for path in ((root / name).rglob("*") if (root / name).is_dir() else [root / name])
        if not _NOT_INPUTS.intersection(path.parts) and path.suffix != ".tmp"
    ]
    made = json.dumps(dataclasses.astuple(edition(root)))
    return _digests(root, files) | {"the commit": hashlib.sha256(made.encode()).hexdigest()}


def _digests(folder: Path, files: Any) -> dict[str, str]:  # noqa: ANN401 — any iterable of paths
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
        if path.is_file()
    }


def reason(root: Path = ROOT) -> str:
    """Say why the site must be built; nothing if it is whole and made from the present inputs."""
    return _difference_with(root, _inputs(root))


def _difference_with(root: Path, inputs: dict[str, str]) -> str:
    try:
        state = json.loads((root / _STATE).read_text(encoding="utf-8"))
        made_from, held = state["inputs"], state["outputs"]
    except (OSError, ValueError, KeyError):
        return "for the first time"
    site = root / SITE
    return _difference(made_from, inputs) or _difference(held, _digests(site, site.rglob("*")))


def _difference(before: dict[str, str], now: dict[str, str]) -> str:
    """Name the first file that was added, changed or removed, and say how many others were."""
    names = sorted(name for name in before.keys() | now if before.get(name) != now.get(name))
    if not names:
        return ""
    what = "is new" if names[0] not in before else "is gone" if names[0] not in now else "changed"
    more = f", {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]} {what}{more}"


def _check_tables(folder: Path) -> None:
    """Read every table of the package against its schema, its size and its digest."""
    from handbook.facts import Facts, FactsError, checksums

    facts = Facts(folder)
    try:
        for name, table in facts.described().items():
            if checksums.missing(table):
                raise BuildError(f"{table.path} has no size and digest; run: make data")
            facts.table(name)
    except FactsError as error:
        raise BuildError(str(error)) from error


def _run_sphinx(root: Path, output: Path, toc: Path, doctrees: Path, *, strict: bool) -> None:
    """Run Sphinx as Jupyter Book does on the pages of `toc`; `strict` refuses any warning."""
    from jupyter_book.sphinx import build_sphinx

    configured = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    suppressed = configured["sphinx"]["config"]["suppress_warnings"]
    code = build_sphinx(
        str(root),
        str(output),
        noconfig=True,
        path_config=str(root / "_config.yml"),
        confoverrides={
            "external_toc_path": toc.as_posix(),
            "latex_individualpages": False,
            "nitpicky": strict,
            "suppress_warnings": suppressed if strict else [*suppressed, *_LEFT_OUT],
        },
        doctreedir=str(doctrees),
        freshenv=True,
        quiet=True,
        warningiserror=strict,
        keep_going=strict,
    )
    if code != 0:
        raise BuildError("The site was not built: see the messages above")


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for; exit code 1, with the reason, if that fails."""
    parser = argparse.ArgumentParser(prog="python -m handbook.site.build", description=__doc__)
    parser.add_argument("--page", help="build this page only, into _build/pages")
    options = parser.parse_args(arguments)
    try:
        if options.page:
            sys.stdout.write(f"{preview(options.page).as_uri()}\n")
        else:
            build()
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
