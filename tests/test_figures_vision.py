"""Pictures of a network and of promises in time: what they draw, and what they refuse."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from handbook.figures import Picture, network, timeline

SAID: dict[str, Any] = {
    "title": "Deux obstacles tiennent tout",
    "alt": "Trois nœuds et deux liens, de gauche à droite.",
    "sources": ["s"],
}
KINDS = {
    "actor": ("acteur", "left", "s"),
    "measure": ("mesure", "inside", "o"),
    "obstacle": ("obstacle", "right", "^"),
}
NODES = pd.DataFrame(
    {
        "label": ["L’État", "Une mesure", "Un obstacle"],
        "kind": list(KINDS),
        "size": [1, 0, 4],
        "x": [0.0, 0.5, 1.0],
        "y": [0.5, 0.5, 0.5],
    },
    index=["a", "m", "o"],
)
EDGES = pd.DataFrame({"source": ["a", "o"], "target": ["m", "m"]})
PROMISES = pd.DataFrame(
    {
        "label": ["Un registre", "Une loi"],
        "promised": pd.to_datetime(["2025-12-31", "2032-12-31"]),
        "happened": pd.to_datetime(["2024-03-01", None]),
        "state": ["advenu", "non documenté"],
    }
)
TIMES: dict[str, Any] = {
    **SAID,
    "today": pd.Timestamp("2026-06-30"),
    "filled": {"advenu": True, "non documenté": False},
}


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.wide)).convert("RGB"))


def drawn(**changed: Any) -> Picture:
    told = {"kinds": KINDS, "named": ["a", "m", "o"], **SAID, **changed}
    return network(told.pop("nodes", NODES), told.pop("edges", EDGES), **told)


def test_a_network_keeps_its_nodes_and_edges_as_data_and_numbers_the_inner_names() -> None:
    picture = drawn()
    assert len(picture.data) == len(NODES) + len(EDGES)
    assert picture.data["nom"].dropna().tolist() == NODES["label"].tolist()
    assert picture.narrow_size[0] < picture.wide_size[0]
    without = drawn(named=["a", "o"])
    assert (pixels(picture).shape, picture.wide) != (pixels(without).shape, without.wide)


def test_an_edge_brought_out_is_seen() -> None:
    assert drawn().wide != drawn(bold=[("o", "m")]).wide


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"nodes": NODES.drop(columns="size")}, "size"),
        ({"edges": EDGES.assign(target="z")}, "no node z"),
        ({"named": ["q"]}, "no node q"),
        ({"nodes": NODES.assign(kind="idée")}, "idée"),
        ({"kinds": {**KINDS, "actor": ("acteur", "left", "o")}}, "its own marker"),
    ],
)
def test_a_faulty_network_is_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        drawn(**changed)


def test_a_timeline_tells_what_happened_from_what_did_not() -> None:
    picture = timeline(PROMISES, **TIMES)
    assert picture.data["advenu"].isna().tolist() == [False, True]
    later = PROMISES.assign(happened=pd.to_datetime(["2024-03-01", "2026-01-01"]))
    assert timeline(later, **TIMES).wide != picture.wide
    hollow = {**TIMES, "filled": {"advenu": False, "non documenté": False}}
    assert timeline(PROMISES, **hollow).wide != picture.wide


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (PROMISES.drop(columns="state"), "state"),
        (PROMISES.iloc[:0], "no row"),
        (PROMISES.assign(label="Un registre"), "given twice"),
        (PROMISES.assign(state="perdu"), "perdu"),
    ],
)
def test_a_faulty_timeline_is_named(data: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        timeline(data, **TIMES)
