"""Pages that hold views as the built site does: one style sheet, the shared script, one a view."""

from __future__ import annotations

from pathlib import Path

from handbook.views import Explorer
from handbook.views.base import bundle

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Essai</title>
{links}</head><body><main><h1>Essai</h1>{body}</main></body></html>"""


def write_page(folder: Path, *views: Explorer, name: str = "page.html", before: str = "") -> Path:
    """Write a page of views, its style and its scripts; `before` stands at the end of the head."""
    names = list(dict.fromkeys(view.name for view in views))
    scripts = {"base": bundle.shared(), **{one: bundle.classic(one) for one in names}}
    for script, text in scripts.items():
        (folder / f"{script}.js").write_text(text, encoding="utf-8")
    (folder / "views.css").write_text(bundle.style(*names), encoding="utf-8")
    links = '<link rel="stylesheet" href="views.css">\n' + before
    links += "".join(f'<script defer src="{script}.js"></script>\n' for script in scripts)
    path = folder / name
    body = "\n".join(view.html() for view in views)
    path.write_text(PAGE.format(links=links, body=body), encoding="utf-8")
    return path
