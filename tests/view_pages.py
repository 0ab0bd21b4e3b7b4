"""Pages that hold views as the built site does: one style sheet, the shared script, one a view."""

from __future__ import annotations

from pathlib import Path

from handbook import facts
from handbook.views import Explorer, Indicator, Noun, RegionsExplorer
from handbook.views.base import bundle

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Essai</title>
{links}</head><body><main><h1>Essai</h1>{body}</main></body></html>"""

# as the site's theme defines them
THEME = """
html { --pst-color-text-base: #222832; --pst-color-text-muted: #48566b;
  --pst-color-background: #fff;
  --pst-color-surface: #f3f4f5; --pst-color-border: #d1d5da; --pst-color-link: #176de8; }
html[data-theme=dark] { --pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af;
  --pst-color-background: #121212; --pst-color-surface: #29313d; --pst-color-border: #48566b;
  --pst-color-link: #528fe4; }
body { margin: 0; font-family: sans-serif; background: var(--pst-color-background);
  color: var(--pst-color-text-base); }
main { max-width: 48rem; margin: auto; padding: 1rem; }
"""


def published_regions() -> RegionsExplorer:
    """Return the explorer of regions on the counts that the data hold for every region."""
    counts = {"msp_nb": "maisons de santé", "cds_pluripro_nb": "centres"}
    known = {name: facts.series(name, modelling=True) for name in counts}
    told = {
        name: Indicator(one.attrs["label"], counts[name], sources=one.attrs["source_ids"])
        for name, one in known.items()
    }
    places = facts.geographies().query("level != 'departement'")[["code", "name"]]
    rows = facts.table("observations").query("preferred and date >= '2017-06'")
    rows = rows.rename(columns={"geography": "code", "series_id": "indicator"})
    return RegionsExplorer(
        rows.merge(places, on="code"),
        indicators=told,
        whole=("FR", "de France"),
        noun=Noun("région", "régions", feminine=True),
        sources=facts.cited(*known.values()),
    )


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
