"""The whole book in one tagged PDF, printed by Chromium from the built site.

Each page is opened as a reader would open it, its views drawn, and its article is kept as it
stands; the articles make one document, so that bookmarks, page numbers, links and alternative
texts are those of one book.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from handbook.site.edition import Edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

__all__ = [
    "BrowserMissingError",
    "PaperError",
    "Part",
    "PrintError",
    "book_pages",
    "chromium",
    "print_book",
    "reproducible",
]

HERE = Path(__file__).parent
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_WAITING = "[data-explorer]:not([data-ready])"
_VIEWPORT: ViewportSize = {"width": 1000, "height": 1200}
_PAPER: ViewportSize = {"width": 672, "height": 980}  # an A4 sheet within its margins, in pixels
_CUT = """() => [...document.querySelectorAll("table, svg, img, pre")]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => `${node.closest(".hb-sheet")?.id}: ${node.textContent.trim().slice(0, 60)}`)"""
# A table that is too wide breaks its words; the others keep them whole.
_SQUEEZE = """() => document.querySelectorAll("table").forEach((table) => {
  if (table.getBoundingClientRect().right > innerWidth + 1) table.classList.add("hb-squeezed");
})"""
_PATIENCE = 300_000  # milliseconds: a busy machine is slow, not wrong
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_EPOCH = b"20000101000000"
# Chromium numbers the headings of tables after whatever its process has painted before.
_NODE = re.compile(rb"\(node(\d{8})\)")
# The book's font is there in both its styles, whichever the paper needs: a print waits for none.
_FONTS = """() => Promise.all([...document.fonts]
  .filter((font) => font.family.includes("Source Sans 3")).map((font) => font.load()))
  .then((fonts) => fonts.length)"""
_FOOT = (
    '<div style="font: 8px sans-serif; color: #444; width: 100%; margin: 0 16mm; display: flex;'
    ' justify-content: space-between"><span>{title}</span><span><span class="pageNumber"></span>'
    '\u202f/\u202f<span class="totalPages"></span></span></div>'
)


class PrintError(RuntimeError):
    """The book cannot be printed; the message says why."""


class BrowserMissingError(PrintError):
    """There is no browser to print with; the message says what to install."""


class PaperError(PrintError):
    """A table or a drawing does not fit in the width of the paper; the message names it."""


@dataclass(frozen=True)
class Part:
    """A part of the book: its caption, and its pages as paths without extension."""

    caption: str
    pages: tuple[str, ...]


def book_pages(toc: Path) -> list[Part]:
    """Return the parts of the table of contents, the welcome page first, under no caption."""
    held = yaml.safe_load(toc.read_text(encoding="utf-8"))
    parts = held.get("parts") or [{"caption": "", "chapters": held.get("chapters", [])}]
    return [
        Part("", (held["root"],)),
        *(Part(p.get("caption", ""), tuple(c["file"] for c in p["chapters"])) for p in parts),
    ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the Chromium of this machine.

    Raises
    ------
    BrowserMissingError
        If Chromium, or the package that drives it, is not installed.
    """
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise BrowserMissingError("the PDF is printed by Chromium: apt install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BrowserMissingError("the PDF needs the test packages: make .venv/.test") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
        yield browser
        browser.close()


def print_book(
    browser: Browser, site: Path, parts: list[Part], target: Path, title: str, about: Edition
) -> Path:
    """Print the pages of a built site, in order, as one A4 document.

    Parameters
    ----------
    browser
        An open Chromium (see `chromium`).
    site
        The built site, where nothing is written.
    parts
        What to print (see `book_pages`).
    target
        The PDF to write; the page to print stands beside it meanwhile.
    title, about
        Of the cover and of every foot.
    """
    document = target.with_suffix(".html")
    document.write_text(_document(browser, site, parts, title, about), encoding="utf-8")
    page = browser.new_page(locale="fr-FR", viewport=_VIEWPORT)
    page.set_default_timeout(_PATIENCE)
    try:
        page.goto(document.as_uri())
        page.evaluate(_FONTS)
        _fit(page)
        page.pdf(
            path=target,
            prefer_css_page_size=True,
            print_background=True,
            tagged=True,
            outline=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT.format(title=escape(title)),
        )
    finally:
        page.close()
        document.unlink()
    target.write_bytes(reproducible(target.read_bytes()))
    return target


def _fit(page: Page) -> None:
    """Lay the sheet out as on paper; a table or a drawing that passes its edge stops all."""
    page.emulate_media(media="print")
    page.set_viewport_size(_PAPER)
    page.evaluate(_SQUEEZE)
    if cut := page.evaluate(_CUT):
        raise PaperError(f"wider than the paper: {', '.join(cut)}")


def reproducible(pdf: bytes) -> bytes:
    """Return a PDF that says nothing of when, nor after what, it was printed.

    Its dates are fixed, and the nodes that its tables name are numbered from 1 in the same order;
    each keeps its length, so that the offsets of the file stay true.
    """
    ranks = {node: rank for rank, node in enumerate(sorted({*_NODE.findall(pdf)}), start=1)}
    numbered = _NODE.sub(lambda match: b"(node%08d)" % ranks[match[1]], pdf)
    return _DATE.sub(rb"/\1 (D:" + _EPOCH, numbered)


def _document(browser: Browser, site: Path, parts: list[Part], title: str, about: Edition) -> str:
    """Return the print page: cover, contents, then each article under its name."""
    names = {page: page.replace("/", "-") for part in parts for page in part.pages}
    addresses = {(site / f"{page}.html").as_uri(): name for page, name in names.items()}
    context = browser.new_context(locale="fr-FR", viewport=_VIEWPORT, color_scheme="light")
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    styles: dict[str, None] = {}
    titles: dict[str, str] = {}
    sheets = []
    for path, name in names.items():
        page.goto((site / f"{path}.html").as_uri())
        # a question asked from inside the page would be an eval its policy refuses
        page.locator(_WAITING).first.wait_for(state="detached")
        links = page.locator("link[rel=stylesheet]").evaluate_all("all => all.map((l) => l.href)")
        styles.update(dict.fromkeys(links))
        titles[path] = page.evaluate("document.querySelector('h1').firstChild.textContent.trim()")
        snapshot = (HERE / "snapshot.js").read_text(encoding="utf-8")
        article = page.evaluate(snapshot, {"name": name, "pages": addresses})
        sheets.append(f'<section class="hb-sheet" id="{name}">{article}</section>')
    context.close()
    linked = "".join(f'<link rel="stylesheet" href="{escape(style)}">' for style in styles)
    own = (HERE / "print.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html><html lang="fr" data-theme="light" class="hb-code-hidden"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title>{linked}<style>{own}</style></head>'
        f'<body><main class="bd-article">{_cover(title, about)}{_contents(parts, names, titles)}'
        f"{''.join(sheets)}</main></body></html>"
    )


def _cover(title: str, about: Edition) -> str:
    date = f", {about.date}" if about.date else ""
    return (
        f'<section class="hb-cover"><h1>{escape(title)}</h1>'
        f"<p>Manuel d’analyse exécutable. Version {escape(about.version)}{escape(date)}.</p>"
        "<p>Textes et figures sous licence CC BY 4.0, code sous licence MIT, données publiques sous"
        " leurs licences d’origine. Les vues sont imprimées dans leur état de départ\u202f; le site"
        " et son archive permettent de les régler.</p></section>"
    )


def _contents(parts: list[Part], names: dict[str, str], titles: dict[str, str]) -> str:
    lines = []
    for part in parts:
        entries = "".join(
            f'<li><a href="#{names[page]}">{escape(titles[page])}</a></li>' for page in part.pages
        )
        caption = f'<p class="hb-part">{escape(part.caption)}</p>' if part.caption else ""
        lines.append(f"{caption}<ul>{entries}</ul>")
    return f'<nav class="hb-contents" aria-label="Sommaire"><h1>Sommaire</h1>{"".join(lines)}</nav>'
