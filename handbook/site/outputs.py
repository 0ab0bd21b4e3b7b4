"""Show the handbook's own pictures and tables: alternative text, phone version, sources, data."""

from __future__ import annotations

import itertools
import re
from functools import cached_property
from html import escape, unescape
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.util import logging

from handbook.figures.display import stamp
from handbook.figures.svg import prefixed
from handbook.site import data, domain, exports, references, spreadsheet
from handbook.site.markup import Caption, Figure

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

SOURCES_SHOWN = 6  # the others unfold
DOWNLOADS = "_downloads/donnees"
IMAGES = "_downloads/figures"
XLSX_HINT = "Classeur Excel\u00a0: nombres et dates restent des nombres et des dates"
SVG_HINT = "Dessin vectoriel, sur fond blanc, avec son titre et ses sources"
_SUBTITLE = re.compile(r'<p class="hb-subtitle">(.*?)</p>', re.DOTALL)
CSV_HINT = "CSV, UTF-8, point-virgule et virgule décimale\u00a0: s’ouvre dans un tableur français"


class HandbookRenderer:
    """MyST-NB plugin for outputs whose metadata has a ``handbook`` key (see its entry point)."""

    mime_priority_overrides: ClassVar = [("html", "text/html", 5)]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Return the nodes of one of our outputs, or ``None`` to leave it to MyST-NB."""
        about = data.output_metadata.get("handbook")
        if not about or inline:
            return None
        output = _Output(renderer, data, about)
        shown = {"picture": output.picture, "table": output.table, "statements": output.statements}
        if about.get("kind") not in shown or data.mime_type != "text/html":
            return None
        output.check()
        return [shown[about["kind"]]()]


class _Output:
    """One output being rendered: its data, and what its metadata say about it."""

    def __init__(self, renderer: NbElementRenderer, held: MimeData, about: dict[str, Any]) -> None:
        self.renderer = renderer
        self.data = held
        self.about = about
        self.title = str(about.get("title", ""))
        self.env = cast("BuildEnvironment", renderer.renderer.sphinx_env)

    def check(self) -> None:
        """Refuse an output whose accompaniment is not what its visible part was saved with."""
        if f'data-digest="{stamp(self.about)}"' not in self.data.string:
            logger.warning(
                "« %s »: what accompanies this output (alternative text, sources, data) was"
                " changed after it was made; execute the notebook again",
                self.title,
                location=self.env.docname,
            )

    def picture(self) -> Figure:
        """``<figure>`` with both drawings, the finding above and the caption below."""
        inside = self.data.string.split(">", 1)[1]
        inside = inside.split("<figcaption>", maxsplit=1)[0].replace(" hidden ", " ")
        if self.name != spreadsheet.slug(self.title):
            # the same picture may stand twice on a page, its identifiers may not
            inside = prefixed(inside, f"r{self.name.rpartition('-')[2]}")
        shown = spreadsheet.as_html(str(self.about.get("csv", "")))
        details = _details(self.title, shown) if shown else ""
        return self._figure("hb-picture", self._foldable(inside), details)

    def table(self) -> Figure:
        """``<figure>`` with the table, free to scroll on a phone, and the caption."""
        label = escape(f"Tableau\u00a0: {self.title}")
        html = (
            f'<div class="hb-sideways" tabindex="0" role="region" aria-label="{label}">'
            f"{self.data.string}</div>"
        )
        return self._figure("hb-table", self._foldable(html), "")

    def _foldable(self, html: str) -> nodes.raw:
        """Return what is shown, under its title alone if the notebook says so."""
        if self.about.get("folded"):
            summary = f"<summary>{escape(self.title)}</summary>"
            html = f'<details class="hb-folded">{summary}{html}</details>'
        return nodes.raw("", html, format="html")

    def statements(self) -> Figure:
        """``<figure>`` with sentences as they are, and their sources below."""
        return self._figure("hb-words", nodes.raw("", self.data.string, format="html"), "")

    def _figure(self, kind: str, body: nodes.Element, details: str) -> Figure:
        figure: Figure = Figure("", body, classes=[kind], ids=[f"fig-{self.name}"])
        line = nodes.paragraph("", "", classes=["hb-sources"])
        cited = [str(name) for name in self.about.get("sources", ())]
        shown = cited if len(cited) <= SOURCES_SHOWN + 1 else cited[:SOURCES_SHOWN]
        line += references.sources(self.env, shown)
        if credit := self.about.get("attribution"):
            line += nodes.inline("", str(credit))
        files = self._data(str(text)) if (text := self.about.get("csv")) else []
        files += self._images(cited) if kind == "hb-picture" else []
        if files:
            offered = f'<span class="hb-files">Fichiers\u00a0: {" ".join(files)}</span>'
            line += nodes.raw("", offered, format="html")
        caption: Caption = Caption("", line)
        if more := cited[len(shown) :]:
            opening = f"<details class='hb-more'><summary>et {len(more)} autres sources</summary>"
            rest = nodes.paragraph("", "", *references.sources(self.env, more))
            caption += [
                nodes.raw("", opening, format="html"),
                rest,
                nodes.raw("", "</details>", format="html"),
            ]
        if details:
            caption += nodes.raw("", details, format="html")
        figure += caption
        return figure

    @cached_property
    def name(self) -> str:
        """The title as a name that no other output of the page has."""
        taken = self.env.temp_data.setdefault("handbook_figures", set())
        wanted = spreadsheet.slug(self.title)
        ranked = (f"{wanted}-{rank}" for rank in itertools.count(2))
        name = next(free for free in itertools.chain([wanted], ranked) if free not in taken)
        taken.add(name)
        return name

    def _data(self, text: str) -> list[str]:
        """Return the links to the data as files."""
        csv = self._published(DOWNLOADS, "csv", spreadsheet.for_spreadsheets(text))
        xlsx = self._published(DOWNLOADS, "xlsx", exports.workbook(text))
        return [
            download_link(self.env.docname, csv, self.title, text="CSV", hint=CSV_HINT),
            download_link(self.env.docname, xlsx, self.title, text="XLSX", hint=XLSX_HINT),
        ]

    def _images(self, cited: list[str]) -> list[str]:
        """Return the links to the drawing as a file, and the button that paints it."""
        subtitle = _SUBTITLE.search(self.data.string)
        known = data.of(self.env).sources()
        credit = "; ".join(known[name].citation for name in cited if name in known)
        drawn = exports.standalone(
            self.data.string,
            self.title,
            unescape(subtitle[1]) if subtitle else "",
            str(self.about.get("alt", "")),
            f"Source\u00a0: {credit}" if credit else "",
        )
        svg = self._published(IMAGES, "svg", drawn)
        link = download_link(self.env.docname, svg, self.title, text="SVG", hint=SVG_HINT)
        name = svg.rsplit("/", 1)[-1].removesuffix(".svg")
        button = (
            f'<button type="button" class="hb-download hb-png pst-js-only" data-file="{name}.png">'
            f'PNG<span class="hb-only-read">\u00a0: {escape(self.title)}</span></button>'
        )
        return [link, button]

    def _published(self, folder: str, kind: str, content: str | bytes) -> str:
        """Have a file written below the site, named after the page and the output."""
        docname = self.env.docname
        path = f"{folder}/{docname.rsplit('/', 1)[-1]}-{self.name}.{kind}"
        domain.of(self.env).note_file(docname, path, content)
        return path


def download_link(docname: str, path: str, title: str, *, text: str, hint: str) -> str:
    """HTML link from the page ``docname`` to the file ``path`` published with the site."""
    address = "../" * docname.count("/") + path
    return (
        f'<a class="hb-download" href="{escape(address)}" download title="{escape(hint)}">'
        f'{escape(text)}<span class="hb-only-read">\u00a0: {escape(title)}</span></a>'
    )


def _details(title: str, table: str) -> str:
    name = escape(title)
    return (
        '<details class="hb-rows"><summary>Voir les données<span class="hb-only-read">\u00a0: '
        f'{name}</span></summary><div class="hb-sideways" tabindex="0" role="region" '
        f'aria-label="Données\u00a0: {name}">{table}</div></details>'
    )
