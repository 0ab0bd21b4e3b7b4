"""A matplotlib figure as inline SVG that follows the page: its font, its colours, its policy.

Matplotlib writes colours and fonts as inline styles, which a strict Content-Security-Policy
forbids, and repeats identifiers from one drawing to the next. Styles become attributes, the
theme's colours become CSS variables (with the colour itself where the page defines none), and
identifiers get a prefix. Coordinates are rounded to a tenth of a point: it is not seen, and the
last bits of a computation, which differ between processors, leave the text unchanged.
"""

from __future__ import annotations

import io
import re

from matplotlib.figure import Figure

from handbook.figures import theme
from handbook.figures.errors import FigureError

__all__ = ["HALO", "following", "plain", "prefixed", "size_of"]

HALO = "halo"
"""Group identifier of texts that need an outline in the page's colour: they cross lines."""
_OUTLINE = f'paint-order="stroke" stroke="{theme.PLATE.lower()}" stroke-width="2.5"'

_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_FINE = 20  # below, two decimals: small symbols and opacities
_BREAK = re.compile(r"\n?([MLQCz]) ?(?=[-\d\n\"])\n?")
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^"]*"')
_STYLE = re.compile(r' style="([^"]*)"')
_GROUP = re.compile(r'<g id="([^"]*)"')
_NOISE = re.compile(
    r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL
)
_IDENTIFIER = re.compile(r'(\bid="|href="#|url\(#)')
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*(?:var\(--[\w-]+,\s*)?(#[0-9a-f]{6})\)+")
_FALLBACKS = {
    "ink": "--jp-content-font-color1",
    "muted": "--jp-content-font-color2",
    "grid": "--jp-border-color2",
    "ground": "--jp-layout-color0",
}
"""Variables of JupyterLab that stand for ours, so that a notebook's dark theme is followed too."""


def following(figure: Figure, prefix: str) -> str:
    """Return `figure` as an ``<svg>`` element for a page.

    Parameters
    ----------
    figure
        Drawn, its layout settled.
    prefix
        Put before every identifier, so that drawings can share a page.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = _NOISE.sub("", buffer.getvalue()).strip()
    width, height = (round(side * 96) for side in figure.get_size_inches())
    body = text[text.index(">", text.index("<svg")) + 1 :]
    text = _UNTURNED.sub("", _STYLE.sub(_attributes, body))
    text = _GROUP.sub(lambda group: f"<g {_OUTLINE}" if group[1] == HALO else "<g", text)
    text = text.replace("xlink:href", "href")
    text = prefixed(text, prefix)
    text = _NUMBER.sub(_short, text)
    for colour, name in theme.VARIABLES.items():
        text = text.replace(f'"{colour}"', f'"{_variable(name, colour)}"')
    view = f"0 0 {width * theme.POINT:g} {height * theme.POINT:g}"
    head = f'<svg viewBox="{view}" width="{width}" height="{height}">'
    return head + _BREAK.sub(r"\1", re.sub(r"\s*\n\s*", "\n", text))


def prefixed(text: str, prefix: str) -> str:
    """Return drawings with `prefix` before every identifier, and wherever one is named."""
    return _IDENTIFIER.sub(rf"\g<1>{prefix}", text)


def plain(svg: str) -> str:
    """Return an SVG with its own colours in place of the page's, for use outside a page."""
    text = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return _VARIABLE.sub(r"\1", text)


def size_of(svg: str) -> tuple[int, int]:
    """Return the width and the height of a drawing of ours, in CSS pixels."""
    opening = re.match(r'<svg [^>]*width="(\d+)" height="(\d+)"', svg)
    if opening is None:
        msg = f"a drawing opens with its size, not with {svg[:40]!r}"
        raise FigureError(msg)
    return int(opening[1]), int(opening[2])


def _variable(name: str, colour: str) -> str:
    around = _FALLBACKS.get(name)
    value = f"var({around}, {colour})" if around else colour
    return f"var(--hb-{name}, {value})"


def _short(match: re.Match[str]) -> str:
    digits = 2 if abs(float(match[0])) < _FINE else 1
    text = f"{float(match[0]):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _attributes(match: re.Match[str]) -> str:
    """Turn ``style="fill: #x; font-size: 11px"`` into presentation attributes."""
    pairs = (part.strip().partition(": ") for part in match[1].split(";"))
    return "".join(
        f' {name}="{value}"'
        for name, _, value in pairs
        if name and name not in {"font-family", "font-stretch"}
    )
