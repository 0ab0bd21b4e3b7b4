"""The data dictionary and the sources page, written from the data package."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from handbook.core import french as fr
from handbook.site import data, domain, exports, references, spreadsheet
from handbook.site.outputs import CSV_HINT, DOWNLOADS, XLSX_HINT, download_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils.nodes import Node
    from sphinx.application import Sphinx

    from handbook.facts.package import Column, Table
    from handbook.facts.records import Source

TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "date": "date",
    "year": "année",
    "any": "texte",
}
THEMES = {
    "acces": "Accès aux soins",
    "centres": "Centres de santé",
    "cpts": "CPTS",
    "demographie": "Professionnels de santé",
    "depenses": "Dépenses",
    "exercice": "Modes d’exercice",
    "groupes": "Groupes privés",
    "marche": "Marché de l’e-santé",
    "msp": "Maisons de santé",
    "numerique": "Numérique",
    "population": "Population",
    "teleconsultation": "Téléconsultation",
}
_ORIGINAL_HINT = "CSV d’origine, UTF-8, virgule et point décimal\u00a0: pour les programmes"


def _cell(content: str | nodes.Node | Sequence[nodes.Node]) -> nodes.entry:
    inner = [nodes.Text(content)] if isinstance(content, str) else content
    return nodes.entry(
        "", nodes.paragraph("", "", *(inner if isinstance(inner, (list, tuple)) else [inner]))
    )


def grid(
    head: Sequence[str], rows: Sequence[Sequence[str | nodes.Node]], *classes: str
) -> nodes.table:
    """Return a table whose first column heads the rows."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1, stub=int(rank == 0)) for rank in range(len(head))]
    group += nodes.thead("", nodes.row("", *map(_cell, head)))
    group += nodes.tbody("", *(nodes.row("", *map(_cell, row)) for row in rows))
    return nodes.table("", group, classes=["hb-grid", "colwidths-auto", *classes])


def _code(text: str) -> nodes.literal:
    return nodes.literal("", text)


class _PackagePage(SphinxDirective):
    """Common ground of the two generated pages."""

    def run(self) -> list[Node]:
        """Open the facts and return the page's content."""
        self.facts = data.of(self.env)
        self.registry = domain.of(self.env)
        return self.content_nodes()

    def content_nodes(self) -> list[Node]:
        """Return the page's content."""
        raise NotImplementedError

    @staticmethod
    def filter_box(label: str) -> nodes.raw:
        """Return the field that keeps what contains its words; a script shows it and obeys it."""
        html = (
            f'<p class="hb-filter" hidden><label>{escape(label)} <input type="search"'
            ' autocomplete="off" data-hb-filter></label> <span role="status"></span></p>'
        )
        return nodes.raw("", html, format="html")

    @staticmethod
    def folded(summary: str, content: Sequence[Node]) -> list[Node]:
        """Return `content` under a summary that opens it."""
        opening = f'<details class="hb-group"><summary>{escape(summary)}</summary>'
        start, end = (nodes.raw("", html, format="html") for html in (opening, "</details>"))
        return [start, *content, end]

    def anchored(self, kind: str, name: str, anchor: str) -> str:
        """Register ``kind:name`` as this page's ``anchor``."""
        self.registry.note_anchor(kind, name, self.env.docname, anchor)
        return anchor


def plain(text: str) -> str:
    """Return a text as it sorts: lower case, without accents."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()


class DataDictionary(_PackagePage):
    """``{data-dictionary}``: one section a table, with its columns, licence and download."""

    def content_nodes(self) -> list[Node]:
        """Return the sections."""
        tables = self.facts.described().values()
        box = self.filter_box("Chercher une table, une colonne, une série")
        return [box, *map(self._section, tables)]

    def _section(self, table: Table) -> nodes.section:
        anchor = self.anchored("table", table.name, f"table-{spreadsheet.slug(table.name)}")
        section = nodes.section(ids=[anchor], names=[])
        section += nodes.title("", table.title)
        section += nodes.paragraph("", table.description)
        section += self._facts(table)
        columns = grid(
            ["Colonne", "Type", "Unité", "Sens"], [self._column(c) for c in table.columns]
        )
        section += self.folded(fr.counted(len(table.columns), "colonne"), [columns])
        if table.name == "series":
            for theme, rows in self._series().items():
                summary = f"{THEMES.get(theme, theme)} · {fr.counted(len(rows), 'série')}"
                section += self.folded(summary, [rows])
        return section

    def _facts(self, table: Table) -> nodes.paragraph:
        line = nodes.paragraph("", "", classes=["hb-table-facts"])
        line += [
            _code(table.path.name),
            nodes.Text(f" · {fr.counted(len(self.facts.table(table.name)), 'ligne')} · "),
        ]
        line += self._downloads(table)
        return line

    def _downloads(self, table: Table) -> list[nodes.Node]:
        text = table.path.read_text(encoding="utf-8-sig")
        docname, path = self.env.docname, f"{DOWNLOADS}/{table.path.name}"
        local = f"{DOWNLOADS}/{table.path.stem}-tableur.csv"
        self.registry.note_file(docname, path, text)
        self.registry.note_file(docname, local, spreadsheet.for_spreadsheets(text))
        excel = f"{DOWNLOADS}/{table.path.stem}.xlsx"
        self.registry.note_file(docname, excel, exports.workbook(text))
        links = [
            download_link(docname, path, table.title, text="CSV d’origine", hint=_ORIGINAL_HINT),
            download_link(docname, local, table.title, text="CSV pour tableur", hint=CSV_HINT),
            download_link(docname, excel, table.title, text="XLSX", hint=XLSX_HINT),
        ]
        return [nodes.raw("", " · ".join(links), format="html")]

    @staticmethod
    def _column(column: Column) -> list[str | nodes.Node]:
        sense = ". ".join(p.rstrip(".") for p in (column.title, column.description) if p)
        if column.choices:
            sense += f" (valeurs\u00a0: {', '.join(column.choices)})"
        kind = TYPES.get(column.type, column.type)
        if column.required:
            kind += ", obligatoire"
        return [_code(column.name), kind, column.unit or "–", sense or "–"]

    def _series(self) -> dict[str, nodes.definition_list]:
        """Return the series described, by theme."""
        themes: dict[str, nodes.definition_list] = {}
        texts = ["series_id", "label", "unit", "theme", "description", "modelling_reason"]
        for row in self.facts.table("series")[texts].fillna("").to_dict("records"):
            name = row["series_id"]
            anchor = self.anchored("series", name, f"serie-{name}")
            item = nodes.definition_list_item("", nodes.term("", row["label"], ids=[anchor]))
            sense = nodes.paragraph("", "", _code(name), nodes.Text(f" · {row['unit']}"))
            body = nodes.definition("", sense)
            words = [row[key] for key in ("description", "modelling_reason")]
            body += [nodes.paragraph("", word) for word in words if word]
            item += body
            empty = nodes.definition_list(classes=["hb-entries"])
            themes.setdefault(str(row["theme"]) or "divers", empty).append(item)
        return themes


class Sources(_PackagePage):
    """``{sources}``: each source once, with its address, licence and the series that use it."""

    def content_nodes(self) -> list[Node]:
        """Return the sources by publisher, the publishers by their first letter."""
        letters: dict[str, nodes.definition_list] = {}
        for source in sorted(
            self.facts.sources().values(),
            key=lambda source: (plain(source.publisher), source.year or 0, source.title),
        ):
            letter = plain(source.publisher)[:1].upper()
            empty = nodes.definition_list(classes=["hb-entries"])
            letters.setdefault(letter if letter.isalpha() else "0-9", empty).append(
                self._entry(source)
            )
        groups: list[Node] = [self.filter_box("Chercher une source, un éditeur, une série")]
        for letter, entries in letters.items():
            groups += self.folded(f"{letter} · {fr.counted(len(entries), 'source')}", [entries])
        return groups

    def _entry(self, source: Source) -> nodes.definition_list_item:
        anchor = self.anchored("source", source.id, f"source-{source.id}")
        item = nodes.definition_list_item("", nodes.term("", source.title, ids=[anchor]))
        parts = [source.citation, source.origin and f"d’après {source.origin}", source.licence]
        about = nodes.paragraph("", " · ".join(part for part in parts if part))
        if host := urlsplit(source.address).hostname:
            about += nodes.Text(" · ")
            about += nodes.reference("", host.removeprefix("www."), refuri=source.address)
        body = nodes.definition("", about)
        if source.read:
            body += nodes.paragraph("", f"Lu\u00a0: {source.read}.")
        body += self._uses(source)
        item += body
        return item

    def _uses(self, source: Source) -> list[nodes.Node]:
        uses = self.facts.uses(source.id)
        if not uses:
            return []
        line = nodes.paragraph("", "Sert à\u00a0: ", classes=["hb-uses"])
        for rank, (table, series) in enumerate(uses.items()):
            title = self.facts.described()[table].title
            line += nodes.Text("\u202f; " if rank else "")
            line += references.link(self.env, "table", table, title)
            if series:
                line += nodes.Text(f" ({', '.join(series)})")
        return [line]


def setup(app: Sphinx) -> None:
    """Register the two directives."""
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("sources", Sources)
