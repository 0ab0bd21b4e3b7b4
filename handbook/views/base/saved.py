"""An explorer as a page holds it: figures that need no script, then the data and the state."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from handbook.views.base.explorer import Summary

__all__ = ["canonical", "relinked", "written"]

_BREAKOUTS = {code: f"\\u{code:04x}" for code in map(ord, "<>&\u2028\u2029")}
_SAVED = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
_NO_SCRIPT = (
    "Cette vue se règle quand JavaScript est actif\u202f; les chiffres ci-dessus restent lisibles."
)


def written(name: str, content: Mapping[str, Any], summary: Summary) -> str:
    """Return the page's form of an explorer.

    Parameters
    ----------
    name
        Its module, as in ``data-explorer``.
    content
        ``data`` and ``state``, which the page's script reads back.
    summary
        What it says in that state.
    """
    saved = canonical(content).translate(_BREAKOUTS)
    sources = content["data"]["sources"]
    parts = [
        f'<div class="hx-explorer" data-explorer="{html.escape(name)}" lang="fr">',
        f'<p class="hx-title">{html.escape(summary.title)}</p>',
        f'<p class="hx-result">{html.escape(summary.sentence)}</p>',
        _table(summary),
        *(f'<p class="hx-note">{html.escape(note)}</p>' for note in summary.notes),
        _source_line([one for one in sources if one["id"] in summary.sources]),
        f"<noscript><p>{_NO_SCRIPT}</p></noscript>",
        f'<script type="application/json">{saved}</script>',
        "</div>",
    ]
    return "\n".join(filter(None, parts))


def relinked(page: str, address_of: Callable[[str], str | None]) -> str:
    """Return an explorer's page form with other addresses for its sources.

    Parameters
    ----------
    page
        What `Explorer.html` gave.
    address_of
        From a source's identifier to its address in the book; None keeps the publisher's.
    """
    saved = _SAVED.search(page)
    if saved is None:
        return page
    content = json.loads(saved[1])
    for one in content["data"]["sources"]:
        was = _link(one)
        one["address"] = address_of(one["id"]) or one["address"]
        page = page.replace(was, _link(one), 1)
    state = canonical(content).translate(_BREAKOUTS)
    return _SAVED.sub(lambda _: f'<script type="application/json">{state}</script>', page)


def canonical(value: object) -> str:
    """Return the same JSON text for the same value; NaN, which JSON has not, is refused."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _table(summary: Summary) -> str:
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in summary.columns)
    lines = [
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td>{html.escape(text)}</td>" for text in rest)
        + "</tr>"
        for first, *rest in summary.rows
    ]
    return (
        f'<table class="hx-table"><caption>{html.escape(summary.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _source_line(cited: Sequence[Mapping[str, str]]) -> str:
    if not cited:
        return ""
    said = "\u202f; ".join(map(_link, cited))
    return f'<p class="hx-source">{"Sources" if len(cited) > 1 else "Source"}\u00a0: {said}</p>'


def _link(source: Mapping[str, str]) -> str:
    text = html.escape(source["text"])
    return f'<a href="{html.escape(source["address"])}">{text}</a>' if source["address"] else text
