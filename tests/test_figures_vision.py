"""Pictures of a network and of promises in time: what they draw, and what they refuse."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from handbook.figures import Caption, Picture, network, timeline

SAID = Caption(
    "Deux obstacles tiennent tout", "Trois nœuds et deux liens, de gauche à droite.", ["s"]
)
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
    "today": pd.Timestamp("2026-06-30"),
    "filled": {"advenu": True, "non documenté": False},
}


def words(svg: str) -> list[str]:
    return [text.text for text in BeautifulSoup(svg, "html.parser").select("text")]


def drawn(**changed: Any) -> Picture:
    options = {"kinds": KINDS, "named": ["a", "m", "o"], **changed}
    return network(options.pop("nodes", NODES), options.pop("edges", EDGES), SAID, **options)


def test_a_network_keeps_its_nodes_and_edges_as_data_and_numbers_the_inner_names() -> None:
    picture = drawn()
    assert len(picture.data) == len(NODES) + len(EDGES)
    assert picture.data["nom"].dropna().tolist() == NODES["label"].tolist()
    assert "1. Une mesure." in picture.caption.note
    for svg in (picture.wide, picture.narrow):
        assert {"L’État", "1", "Un obstacle"} <= set(words(svg))
        assert "Une mesure" not in words(svg)
    assert "1" not in words(drawn(named=["a", "o"]).wide)


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
    picture = timeline(PROMISES, SAID, **TIMES)
    assert picture.data["advenu"].isna().tolist() == [False, True]
    later = PROMISES.assign(happened=pd.to_datetime(["2024-03-01", "2026-01-01"]))
    assert timeline(later, SAID, **TIMES).wide != picture.wide
    hollow = {**TIMES, "filled": {"advenu": False, "non documenté": False}}
    assert timeline(PROMISES, SAID, **hollow).wide != picture.wide


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
        timeline(data, SAID, **TIMES)
