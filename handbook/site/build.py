"""Build the site, or one page of it to look at while writing."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = "_build/pages"
COMPANIONS = ("book/glossaire", "book/bibliographie")  # a preview has tips and citations
# but its links to the other pages lead nowhere, sources included (a page that takes half the time).
_LEFT_OUT = ["myst.xref_missing", "ref.source", "ref.table", "ref.series"]


class BuildError(RuntimeError):
    """The site, or the page asked for, cannot be built; the message says why."""


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
    _run_sphinx(root, root / PAGES, toc, work / "doctrees")
    return root / PAGES / f"{name}.html"


def _run_sphinx(root: Path, output: Path, toc: Path, doctrees: Path) -> None:
    """Run Sphinx as Jupyter Book does, on the pages of `toc` only."""
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
            "suppress_warnings": [*suppressed, *_LEFT_OUT],
        },
        doctreedir=str(doctrees),
        freshenv=True,
        quiet=True,
    )
    if code != 0:
        raise BuildError("Sphinx stopped: see the messages above")


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for; exit code 1, with the reason, if that fails."""
    parser = argparse.ArgumentParser(prog="python -m handbook.site.build", description=__doc__)
    parser.add_argument("--page", required=True, help="build this page only, into _build/pages")
    options = parser.parse_args(arguments)
    try:
        sys.stdout.write(f"{preview(options.page).as_uri()}\n")
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
