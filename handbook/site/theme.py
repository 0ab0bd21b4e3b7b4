"""Dress the pages: templates, static files, footer, links to the notebook."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook.site import domain
from handbook.site.edition import edition

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"

# Each page bears it; `frame-ancestors`, which a page cannot say itself, is left to the server.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'self'"
)

_REPOSITORY = re.compile(r"https://github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?")


def configure(app: Sphinx, config: Config) -> None:  # noqa: ARG001
    """Put our templates and static files before the theme's, and keep its options quiet."""
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_static_path.append(str(STATIC))
    config.html_domain_indices = False  # the general index names the modules too
    config.html_additional_pages = {
        "404": "404.html",
        "index": "redirect.html",
        **config.html_additional_pages,
    }


def _asset(context: dict[str, Any], folder: Path, path: str) -> str:
    """Return the address of a static file with a stamp of its content."""
    stamp = zlib.crc32((folder / path).read_bytes())
    return f"{context['pathto'](f'_static/{path}', 1)}?v={stamp:08x}"


def dress(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the templates what they need (before the themes try them out)."""
    context["edition"] = app.env.handbook_edition  # type: ignore[attr-defined]
    context["home"] = f"{(app.config.html_baseurl or '.').rstrip('/')}/index.html"
    context["repository"] = app.config.handbook_repository
    context["notebook"] = _notebook(context)
    context["has_code"] = doctree is not None and _has_code(doctree)
    context["binder"] = _binder(app.config, pagename) if context["notebook"] else ""
    context["policy"] = POLICY
    body = context.get("body", "")
    context["has_note"] = all(f'id="{part}"' in body for part in ("la-question", "la-reponse"))
    if 'class="hb-download hb-png' in body:
        app.add_js_file("handbook-figures.js", loading_method="defer", priority=900)
    context["asset"] = lambda path: _asset(context, STATIC, path)


def _has_code(doctree: nodes.document) -> bool:
    """Tell whether a page shows code cells, which one switch shows or hides."""
    from docutils import nodes

    containers = doctree.findall(nodes.container)
    return any("cell_input" in container.get("classes", ()) for container in containers)


def _notebook(context: dict[str, Any]) -> str:
    source = str(context.get("sourcename") or "")
    return f"{context['pathto']('_sources', 1)}/{source}" if source.endswith(".ipynb") else ""


def _binder(config: Config, pagename: str) -> str:
    found = _REPOSITORY.fullmatch(config.handbook_repository)
    if found is None:
        return ""
    return (
        f"https://mybinder.org/v2/gh/{found['owner']}/{found['name']}/{config.handbook_branch}"
        f"?urlpath=lab/tree/{pagename}.ipynb"
    )


def identify(app: Sphinx) -> None:
    """Find out once which edition is being built."""
    app.env.handbook_edition = edition(Path(app.srcdir))  # type: ignore[attr-defined]


def publish_files(app: Sphinx, error: Exception | None) -> None:
    """Write the data files that pages asked for."""
    if error is not None or app.builder.format != "html":
        return
    for files in domain.of(app.env).files.values():
        for path, content in files.items():
            target = Path(app.outdir) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)


def setup(app: Sphinx) -> None:
    """Declare the options and connect the hooks."""
    app.add_config_value("handbook_repository", "", "html", [str])
    app.add_config_value("handbook_branch", "main", "html", [str])
    app.add_css_file("handbook.css", priority=900)
    app.add_js_file("handbook.js", loading_method="defer", priority=900)
    app.connect("config-inited", configure)
    app.connect("builder-inited", identify)
    app.connect("html-page-context", dress, priority=100)
    app.connect("build-finished", publish_files)
