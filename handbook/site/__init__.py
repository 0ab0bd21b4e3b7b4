"""Sphinx extension of the site: ``sphinx: extra_extensions: [handbook.site]`` in _config.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part of the extension with Sphinx."""
    # imported here so that a notebook or a test of one module does not load Sphinx
    from handbook.site import (
        bibliography,
        citation,
        cleaning,
        domain,
        glossary,
        marks,
        markup,
        mathml,
        measures,
        pages,
        prose,
        reference,
        references,
        scripts,
        search,
        theme,
        typography,
    )

    app.add_config_value("handbook_data", "data/datapackage.yaml", "env", [str])
    app.add_domain(domain.HandbookDomain)
    app.add_search_language(search.AccentBlindFrench)
    app.add_html_math_renderer("mathml", (mathml.visit_inline, None), (mathml.visit_block, None))
    parts = (
        bibliography,
        citation,
        cleaning,
        glossary,
        markup,
        marks,
        measures,
        pages,
        prose,
        reference,
        references,
        scripts,
        theme,
    )
    for part in (*parts, typography):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
