"""How a page is cited, shown and described to machines: text, BibTeX, card, Dataset, site map."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from handbook.core import french as fr
from handbook.site import references, spreadsheet
from handbook.site.outputs import DOWNLOADS

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from handbook.site.edition import Edition

CARDS = "_static/cards"
DICTIONARY = "book/dictionnaire"
_CHAPTERS = "notebooks/"
_CARD = (12.0, 6.3)  # inches at 100 points: the size that networks show
_DESCRIBED = 200  # characters of a page's description
_UNSAFE = str.maketrans({"{": "(", "}": ")", "\\": "/"})


@dataclass(frozen=True)
class Cited:
    """What identifies a page: its title, the book, its authors, the edition, its address."""

    title: str
    book: str
    authors: str
    edition: Edition
    address: str = ""

    @property
    def text(self) -> str:
        """The citation in one sentence, in French."""
        said = f"{self.authors}, «\u00a0{self.title}\u00a0», {self.book}"
        said += f", version {self.edition.version}"
        said += f", {self.edition.date}" if self.edition.date else ""
        return fr.typeset(f"{said}. {self.address}".strip())

    def bibtex(self, key: str) -> str:
        """Return the entry that reference managers read."""
        fields = {
            "author": f"{{{self.authors.translate(_UNSAFE)}}}",
            "title": f"{{{self.title.translate(_UNSAFE)}}}",
            "howpublished": self.book.translate(_UNSAFE),
            "version": self.edition.version,
            "year": self.edition.day[:4],
            "date": self.edition.day,
            "url": self.address,
            "langid": "french",
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def describe(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the templates the citation of a page, its card and what machines read of it."""
    if doctree is None:
        return
    base = str(app.config.html_baseurl or "").rstrip("/")
    address = f"{base}/{pagename}.html" if base else ""
    title = _plain_title(app.env, pagename)
    about = app.env.handbook_edition  # type: ignore[attr-defined]
    cited = Cited(title, str(app.config.html_title), _authors(Path(app.srcdir)), about, address)
    key = f"soins-de-ville-{spreadsheet.slug(pagename.rsplit('/', 1)[-1])}"
    context["citation"] = {"text": cited.text, "bibtex": cited.bibtex(key), "title": title}
    context["page_address"] = address
    context["page_description"] = _lead(doctree)
    said = answer(Path(app.srcdir), pagename) if base else ""
    context["card"] = {"address": f"{base}/{card_path(pagename)}", "said": said} if said else None
    if pagename == DICTIONARY:
        context["dataset"] = _in_script(dataset(app.env, about, base))


def _lead(doctree: nodes.document) -> str:
    """Return the first paragraph of a page, or as many of its words as engines show."""
    from docutils import nodes

    for paragraph in doctree.findall(nodes.paragraph):
        words = (
            text for text in paragraph.findall(nodes.Text) if type(text.parent) is not nodes.raw
        )
        if said := fr.typeset(" ".join("".join(words).split())):
            return textwrap.shorten(said, _DESCRIBED, placeholder="\u00a0…")
    return ""


def _plain_title(env: BuildEnvironment, pagename: str) -> str:
    return fr.typeset(env.titles[pagename].astext())


def _authors(root: Path) -> str:
    file = root / "CITATION.cff"
    if not file.exists():  # another book that uses this extension
        return ""
    held = yaml.safe_load(file.read_text(encoding="utf-8"))
    return "; ".join(str(author["name"]) for author in held["authors"])


def answer(root: Path, pagename: str) -> str:
    """Return the title of a chapter's first picture: what it answers; nothing elsewhere."""
    if not pagename.startswith(_CHAPTERS):
        return ""
    try:
        return references.first_title(root / f"{pagename}.ipynb")
    except (OSError, ValueError):
        return ""


def card_path(pagename: str) -> str:
    """Return where the card of a chapter is published."""
    return f"{CARDS}/{pagename.rsplit('/', 1)[-1]}.png"


def draw_card(title: str, said: str, book: str, target: Path) -> None:
    """Draw the card of a chapter, 1200 x 630: its title, its answer, the book."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    from handbook.figures import theme

    with theme.applied():
        figure = Figure(_CARD, dpi=100, facecolor=theme.PLATE)
        figure.add_artist(
            Rectangle((0, 0), 0.015, 1, color=theme.ACCENT, transform=figure.transFigure)
        )
        lines = "\n".join(textwrap.wrap(title, 34))
        answered = "\n".join(textwrap.wrap(said, 52))
        figure.text(0.07, 0.88, lines, size=40, weight="bold", color=theme.INK, va="top")
        figure.text(0.07, 0.48, answered, size=27, color=theme.ACCENT, va="top", linespacing=1.1)
        figure.text(0.07, 0.07, book, size=20, color=theme.MUTED)
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target, metadata={"Software": None})


def dataset(env: BuildEnvironment, about: Edition, base: str) -> dict[str, Any]:
    """Describe the data package as schema.org does, each table with where it is downloaded."""
    package = yaml.safe_load(
        (Path(env.srcdir) / env.config.handbook_data).read_text(encoding="utf-8")
    )
    root = f"{base}/" if base else "../"
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"].strip(),
        "version": package["version"],
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "license": package["licenses"][0]["path"],
        "creator": {"@type": "Organization", "name": _authors(Path(env.srcdir))},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": table["title"],
                "encodingFormat": "text/csv",
                "contentUrl": f"{root}{DOWNLOADS}/{Path(table['path']).name}",
            }
            for table in package["resources"]
        ],
    }
    return described | ({"dateModified": about.day} if about.day else {})


def _in_script(described: dict[str, Any]) -> str:
    """Return JSON that cannot close the element that holds it."""
    return json.dumps(described, ensure_ascii=False).replace("<", "\\u003c")


def publish(app: Sphinx, error: Exception | None) -> None:
    """Write the chapters' cards and, where the site's address is known, its map."""
    if error is not None or app.builder.format != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir)
    pages = sorted(app.env.found_docs)
    for page in pages:
        if said := answer(root, page):
            draw_card(
                _plain_title(app.env, page), said, str(app.config.html_title), out / card_path(page)
            )
    if base := str(app.config.html_baseurl or "").rstrip("/"):
        about = app.env.handbook_edition  # type: ignore[attr-defined]
        (out / "sitemap.xml").write_text(site_map(base, pages, about.day), encoding="utf-8")


def site_map(base: str, pages: list[str], day: str) -> str:
    """Return the list of pages that search engines read."""
    dated = f"<lastmod>{day}</lastmod>" if day else ""
    entries = "".join(
        f"<url><loc>{escape(f'{base}/{page}.html')}</loc>{dated}</url>\n" for page in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def setup(app: Sphinx) -> None:
    """Connect to the writing of pages and to its end."""
    app.connect("html-page-context", describe, priority=600)  # after the theme's own description
    app.connect("build-finished", publish)
