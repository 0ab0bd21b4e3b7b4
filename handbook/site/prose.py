"""What the site adds by itself to plain Markdown, which stays readable in JupyterLab.

- the first paragraph of a chapter is its lead;
- a paragraph that begins with ``**Fait.**``, ``**Résultat de modèle.**``, ``**Jugement.**`` or
  ``**Hypothèse.**`` (words may be added: ``**Hypothèse des auteurs.**``) gets its badge;
- a quotation that begins with ``**À retenir**`` becomes the box to remember;
- a table has the look of the others;
- a data frame shown as pandas does it scrolls sideways, its decimals after a comma;
- ``<details><summary>…</summary>``, closed by ``</details>``, is a fold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from handbook.core import french
from handbook.site.marks import Takeaways, badge

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

LABELS = {
    "Fait": "fait",
    "Résultat de modèle": "modele",
    "Jugement": "jugement",
    "Hypothèse": "hypothese",
}
_LABEL = re.compile(rf"(?P<kind>{'|'.join(LABELS)})(?:\s[^.]*)?\.")
_TAKEAWAYS = re.compile(r"À retenir\s*[.:]?")
_STYLE = re.compile(r'<style.*?</style>| style="[^"]*"| border="1"', re.DOTALL)
_DECIMAL = re.compile(r"(?<=<td>)-?\d+\.\d+(?=</td>)")
_TAG = re.compile(r"(<[^>]*>)")


class PlainProse(SphinxTransform):
    """Dress the plain Markdown of a page: lead, marks, boxes and folds."""

    default_priority = 870  # before sentences are typeset

    def apply(self, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Change the page in place."""
        if self.env.doc2path(self.env.docname).endswith(".ipynb"):
            _mark_lead(self.document)
        for quotation in list(self.document.findall(nodes.block_quote)):
            _frame_takeaways(quotation)
        for paragraph in self.document.findall(nodes.paragraph):
            _mark_statement(paragraph)
        for table in self.document.findall(nodes.table):
            if "hb-grid" not in table["classes"]:
                table["classes"].append("hb-grid")
        for raw in list(self.document.findall(nodes.raw)):
            if raw.get("format") == "html":
                _dress_html(raw)


def _mark_lead(document: nodes.document) -> None:
    """Class the paragraph that follows the title of the page."""
    section = next(iter(document.findall(nodes.section)), None)
    first = section.children[1:2] if section is not None else []
    if first and isinstance(first[0], nodes.paragraph):
        first[0]["classes"].append("hb-lead")


def _opening(paragraph: nodes.Node) -> nodes.strong | None:
    """Return the strong words that a paragraph begins with, if it does."""
    if not isinstance(paragraph, nodes.paragraph):
        return None
    first = next((child for child in paragraph.children if child.astext()), None)
    return first if isinstance(first, nodes.strong) else None


def _mark_statement(paragraph: nodes.paragraph) -> None:
    strong = _opening(paragraph)
    label = _LABEL.fullmatch(strong.astext()) if strong is not None else None
    if strong is None or label is None:
        return
    status = LABELS[label["kind"]]
    paragraph.replace(strong, badge(status, label[0].removesuffix(".")))
    if isinstance(paragraph.parent, nodes.list_item | nodes.admonition):
        paragraph["classes"].append("hb-said")
    else:
        paragraph["classes"] += ["hb-statement", f"hb-{status}"]


def _frame_takeaways(quotation: nodes.block_quote) -> None:
    first = quotation.children[0] if quotation.children else None
    strong = _opening(first) if first is not None else None
    if first is None or strong is None or not _TAKEAWAYS.fullmatch(strong.astext()):
        return
    first.remove(strong)
    if not first.astext().strip():
        quotation.remove(first)
    box = nodes.admonition("", nodes.title("", Takeaways.title), classes=["hb-takeaways"])
    box += quotation.children
    quotation.replace_self(box)


def _dress_html(raw: nodes.raw) -> None:
    text = raw.astext()
    if "<details" in text:
        _fold(raw)
    elif 'class="dataframe"' in text:
        _dress_data_frame(raw)


def _fold(raw: nodes.raw) -> None:
    """Class a fold and typeset its summary; it must close before the section does."""
    depth = 0
    siblings = raw.parent.children[raw.parent.index(raw) :]
    for text in (node.astext() for node in siblings if isinstance(node, nodes.raw)):
        depth += text.count("<details") - text.count("</details>")
        if depth <= 0:
            break
    if depth > 0:
        logger.warning("a fold is not closed before the next heading", location=raw)
    parts = _TAG.split(raw.astext().replace("<details>", '<details class="hb-fold">'))
    text = "".join(part if part.startswith("<") else french.typeset(part) for part in parts)
    raw.replace_self(nodes.raw(text, text, format="html"))


def _dress_data_frame(raw: nodes.raw) -> None:
    """Write the table of a data frame without the styles that pandas writes in it."""
    text = _STYLE.sub("", raw.astext()).replace("<td>NaN</td>", f"<td>{french.MISSING}</td>")
    text = _DECIMAL.sub(lambda cell: cell[0].replace("-", "−").replace(".", ","), text)
    text = (
        '<div class="hb-sideways" tabindex="0" role="region" aria-label="Tableau de données">'
        f"{text}</div>"
    )
    raw.replace_self(nodes.raw(text, text, format="html"))


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(PlainProse)
