"""Show the handbook's own pictures and tables: alternative text, phone version, sources, data."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.util import logging

from handbook.site import domain, references, spreadsheet
from handbook.site.markup import Caption, Figure, NarrowImage, Picture, WideImage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

SOURCES_SHOWN = 6  # the others unfold
DOWNLOADS = "_downloads/donnees"
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
        match about.get("kind"), data.mime_type:
            case "picture", "image/png":
                return [output.picture()]
            case "table", "text/html":
                return [output.table()]
            case "statements", "text/html":
                return [output.statements()]
        return None


class _Output:
    """One output being rendered: its data, and what its metadata say about it."""

    def __init__(self, renderer: NbElementRenderer, data: MimeData, about: dict[str, Any]) -> None:
        self.renderer = renderer
        self.data = data
        self.about = about
        self.title = str(about.get("title", ""))
        self.env = cast("BuildEnvironment", renderer.renderer.sphinx_env)

    def picture(self) -> Figure:
        """``<figure>`` with the picture, its phone version, and the caption."""
        alt = str(self.about.get("alt", "")).strip()
        if not alt:
            logger.warning("picture without alt text: %s", self.title, location=self.env.docname)
        picture = Picture()
        if narrow := self.about.get("narrow"):
            picture += self._image(NarrowImage, str(narrow), self.about["narrow_size"])
        size = self.data.output_metadata["image/png"]
        picture += self._image(
            WideImage, str(self.data.content), (size["width"], size["height"]), alt=alt
        )
        shown = spreadsheet.as_html(str(self.about.get("csv", "")))
        return self._figure("hb-picture", picture, _details(self.title, shown) if shown else "")

    def table(self) -> Figure:
        """``<figure>`` with the table, free to scroll on a phone, and the caption."""
        label = escape(f"Tableau\u00a0: {self.title}")
        html = (
            f'<div class="hb-sideways" tabindex="0" role="region" aria-label="{label}">'
            f"{self.data.string}</div>"
        )
        if self.about.get("folded"):
            summary = f"<summary>{escape(self.title)}</summary>"
            html = f'<details class="hb-folded">{summary}{html}</details>'
        return self._figure("hb-table", nodes.raw("", html, format="html"), "")

    def statements(self) -> Figure:
        """``<figure>`` with sentences as they are, and their sources below."""
        return self._figure("hb-words", nodes.raw("", self.data.string, format="html"), "")

    def _figure(self, kind: str, body: nodes.Element, details: str) -> Figure:
        name = self._unique(spreadsheet.slug(self.title))
        figure: Figure = Figure("", body, classes=[kind], ids=[f"fig-{name}"])
        line = nodes.paragraph("", "", classes=["hb-sources"])
        cited = [str(name) for name in self.about.get("sources", ())]
        shown = cited if len(cited) <= SOURCES_SHOWN + 1 else cited[:SOURCES_SHOWN]
        line += references.sources(self.env, shown)
        if text := self.about.get("csv"):
            line += self._download(name, str(text))
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

    def _unique(self, wanted: str) -> str:
        taken = self.env.temp_data.setdefault("handbook_figures", set())
        name, rank = wanted, 1
        while name in taken:
            rank += 1
            name = f"{wanted}-{rank}"
        taken.add(name)
        return name

    def _image(
        self, kind: type[nodes.image], content: str, size: Sequence[int], **attributes: str
    ) -> nodes.image:
        png = base64.b64decode(content)
        name = f"{hashlib.sha256(png).hexdigest()[:20]}.png"
        uri = self.renderer.write_file([name], png, exists_ok=True)
        width, height = map(str, size)
        size_given = ["no-scaled-link"]  # or Sphinx would wrap the image in a link to itself
        return kind(uri=uri, width=width, height=height, classes=size_given, **attributes)

    def _download(self, name: str, text: str) -> nodes.raw:
        docname = self.env.docname
        path = f"{DOWNLOADS}/{docname.rsplit('/', 1)[-1]}-{name}.csv"
        domain.of(self.env).note_file(docname, path, spreadsheet.for_spreadsheets(text))
        return nodes.raw("", download_link(docname, path, self.title, hint=CSV_HINT), format="html")


def download_link(
    docname: str, path: str, title: str, *, text: str = "Télécharger les données (CSV)", hint: str
) -> str:
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
