"""Pictures of a network: nodes of a few kinds in columns, what matters most brought out.

A whole network of hundreds of edges is a cloud. All its edges are drawn faint, so that its density
is seen; those of the nodes chosen by the caller are drawn full, and only these nodes are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.labels import kept_apart
from handbook.figures.parts import LEADING, key, key_height, require_columns
from handbook.figures.plate import WIDTHS, Plate, compose

__all__ = ["Kind", "network"]

_NODE_COLUMNS = ("label", "kind", "size", "x", "y")
_EDGE_COLUMNS = ("source", "target")
_SMALL, _LARGE = 2.6, 11.0  # sizes of markers, points
_ROW = 15.0  # CSS pixels a line of a name takes
_NAMES = {False: 0.31, True: 0.36}  # share of the width for the names on each side
_GAP = 6.0
_HEIGHTS = (560, 620)

Kind = tuple[str, str, str]
"""A word for the key, the side where nodes are named (left, right or inside) and a marker."""


def network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    caption: Caption,
    *,
    kinds: Mapping[str, Kind],
    named: Sequence[str],
    bold: Sequence[tuple[str, str]] = (),
) -> Picture:
    """Draw a network in columns.

    Parameters
    ----------
    nodes
        Indexed by identifier: ``label``, ``kind``, ``size`` (at least 0; the marker's area follows
        it), ``x`` and ``y`` from 0 to 1 (1 on top).
    edges
        ``source`` and ``target``, identifiers of nodes.
    kinds
        Kind to (word of the key, ``"left"``, ``"right"`` or ``"inside"``, marker): each kind has
        its own marker and colour. Nodes named inside bear a number, told in the note.
    named
        Identifiers of the few nodes named, the most important first.
    bold
        Pairs (source, target) of edges brought out.
    caption
        Finding, description, sources.

    Raises
    ------
    ValueError
        If a column is missing, an edge or a name is that of no node, a kind is unknown, or two
        kinds share a marker.
    """
    _check(nodes, edges, kinds, named)
    places = nodes[list(_NODE_COLUMNS)]
    numbers = [name for name in named if kinds[str(places.loc[name, "kind"])][1] == "inside"]
    words = [kind[0] for kind in kinds.values()]

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        axes.set_axis_off()
        side = _NAMES[plate.narrow]
        left, right = side, 1 - side
        at = {
            str(name): (left + (right - left) * float(row["x"]), float(row["y"]))
            for name, row in places.iterrows()
        }
        _draw_edges(axes, edges, at, set(bold))
        _draw_nodes(axes, places, kinds, at, set(named))
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.01, 1.02)
        for where in ("left", "right"):
            here = [name for name in named if kinds[str(places.loc[name, "kind"])][1] == where]
            _name(plate, axes, places, here, at, where, side)
        for rank, name in enumerate(numbers, 1):
            _number(axes, at[name], rank)
        key(plate, axes, _handles(kinds), words, sample=1.2)

    labels = {str(name): str(label) for name, label in places["label"].items()}
    numbered = "".join(f" {rank}. {labels[name]}." for rank, name in enumerate(numbers, 1))
    table = pd.concat(
        [
            places.rename_axis("identifiant").reset_index().assign(vers=""),
            edges.rename(columns={"source": "identifiant", "target": "vers"}),
        ],
        ignore_index=True,
    )
    kept = ["identifiant", "label", "kind", "size", "vers"]
    wide, narrow = (
        round(height + key_height(words, room))
        for height, room in zip(_HEIGHTS, WIDTHS, strict=True)
    )
    return compose(
        drawing,
        table[kept].rename(columns={"label": "nom", "kind": "nature", "size": "taille"}),
        caption.noting(numbered),
        heights=(wide, narrow),
    )


def _check(
    nodes: pd.DataFrame, edges: pd.DataFrame, kinds: Mapping[str, Kind], named: Sequence[str]
) -> None:
    for frame, wanted, what in ((nodes, _NODE_COLUMNS, "nodes"), (edges, _EDGE_COLUMNS, "edges")):
        require_columns(frame, wanted, f"network: {what}")
    ends = set(edges["source"]) | set(edges["target"]) | set(named)
    unknown = sorted(ends - set(nodes.index))
    if unknown:
        msg = f"network: no node {', '.join(map(str, unknown[:4]))}"
        raise ValueError(msg)
    strange = sorted(set(nodes["kind"]) - set(kinds))
    if strange:
        msg = f"network: kind {', '.join(strange)} is not one of {', '.join(kinds)}"
        raise ValueError(msg)
    markers = [kind[2] for kind in kinds.values()]
    if len(set(markers)) < len(markers):
        msg = f"network: each kind needs its own marker, got {markers}"
        raise ValueError(msg)


def _colours(kinds: Mapping[str, Kind]) -> dict[str, str]:
    return dict(zip(kinds, theme.PALETTE, strict=False))


def _draw_edges(
    axes: Axes,
    edges: pd.DataFrame,
    at: Mapping[str, tuple[float, float]],
    bold: set[tuple[str, str]],
) -> None:
    """Draw all edges faint, then the chosen ones; curved within a column, straight between two."""
    pairs = list(zip(edges["source"], edges["target"], strict=True))
    faint = [_path(at[start], at[end]) for start, end in pairs if (start, end) not in bold]
    full = [_path(at[start], at[end]) for start, end in pairs if (start, end) in bold]
    axes.add_collection(
        LineCollection(faint, colors=theme.QUIET, linewidths=0.5, alpha=0.28, zorder=1)
    )
    axes.add_collection(LineCollection(full, colors=theme.INK, linewidths=1.1, zorder=2))


def _path(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """Return the points of an edge: a bow when both ends are in one column."""
    if abs(start[0] - end[0]) > 1e-6:
        return np.array([start, end])
    bow = 0.03 + 0.05 * abs(start[1] - end[1])
    along = np.linspace(0, 1, 12)
    across = start[0] - 4 * bow * along * (1 - along)
    return np.column_stack([across, start[1] + (end[1] - start[1]) * along])


def _draw_nodes(
    axes: Axes,
    places: pd.DataFrame,
    kinds: Mapping[str, Kind],
    at: Mapping[str, tuple[float, float]],
    named: set[str],
) -> None:
    colours = _colours(kinds)
    for kind, (_, _, marker) in kinds.items():
        rows = places[places["kind"] == kind]
        most = max(float(rows["size"].max()), 1e-9)
        # as many calls as kinds: a call for each node takes seconds
        for chosen in (False, True):
            here = rows[rows.index.isin(named) == chosen]
            spots = np.array([at[str(name)] for name in here.index]).reshape(-1, 2)
            share = np.sqrt(here["size"].to_numpy(dtype=float) / most)
            axes.scatter(
                spots[:, 0],
                spots[:, 1],
                (_SMALL + (_LARGE - _SMALL) * share) ** 2,
                marker=marker,
                c=colours[kind],
                edgecolors=theme.INK if chosen else theme.PLATE,
                linewidths=1.2 if chosen else 0.5,
                zorder=5 if chosen else 4,
                clip_on=False,
            )


def _name(
    plate: Plate,
    axes: Axes,
    places: pd.DataFrame,
    names: Sequence[str],
    at: Mapping[str, tuple[float, float]],
    where: str,
    side: float,
) -> None:
    """Write names in a margin, kept apart, each with a leader to its node."""
    if not names:
        return
    room = side * plate.width - 18
    texts = [
        plate.wrap(typeset(str(places.loc[name, "label"])), room, kind="small") for name in names
    ]
    heights = [_ROW * (text.count("\n") + 1) + _GAP for text in texts]
    wanted = [plate.height * at[name][1] for name in names]
    centres = kept_apart(wanted, heights, 0.0, plate.height * 0.97)
    edge = 0.0 if where == "left" else 1.0
    inner = edge + (1 if where == "left" else -1) * (side - 14 / plate.width)
    for name, text, centre in zip(names, texts, centres, strict=True):
        level = centre / plate.height
        axes.annotate(
            text,
            (inner, level),
            ha="right" if where == "left" else "left",
            va="center",
            size=theme.size("small"),
            color=theme.INK,
            linespacing=LEADING,
            annotation_clip=False,
        ).set_in_layout(False)
        step = (1 if where == "left" else -1) * 3 / plate.width
        axes.plot(
            [inner + step, at[name][0]], [level, at[name][1]], color=theme.QUIET, lw=0.7, zorder=3
        )


def _number(axes: Axes, place: tuple[float, float], rank: int) -> None:
    """Write a number beside a node, in a disc of the plate's colour."""
    axes.annotate(
        str(rank),
        place,
        (9 * theme.POINT, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        size=theme.size("small"),
        weight=700,
        color=theme.INK,
        bbox={"boxstyle": "circle,pad=0.16", "fc": theme.PLATE, "ec": theme.INK, "lw": 0.8},
        zorder=7,
        annotation_clip=False,
    )


def _handles(kinds: Mapping[str, Kind]) -> list[Line2D]:
    colours = _colours(kinds)
    return [
        Line2D([], [], ls="none", marker=marker, ms=8, color=colours[kind], mec=theme.PLATE)
        for kind, (_, _, marker) in kinds.items()
    ]
