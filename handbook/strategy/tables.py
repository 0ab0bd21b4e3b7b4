"""Tables of nodes and edges, checked: what a network is made from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from handbook.core.checks import are_numbers, distinct
from handbook.core.errors import unknown
from handbook.strategy.errors import StrategyError

__all__ = ["KINDS", "RELATIONS", "checked_edges", "checked_nodes"]

KINDS = ("actor", "measure", "obstacle")
RELATIONS = {
    "blocks": ("obstacle", "measure"),
    "carries": ("actor", "measure"),
    "needs": ("measure", "measure"),
    "refers": ("measure", "measure"),
    "eases": ("measure", "obstacle"),
}
"""What an edge says, and the kinds it goes from and to."""


def checked_nodes(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return nodes indexed by identifier, with ``kind``, ``label``, ``group`` and ``weight``."""
    _columns(nodes, "nodes", ("id", "kind", "label"))
    distinct(nodes["id"], "nodes: identifiers", StrategyError)
    frame = nodes.assign(id=nodes["id"].astype(str)).set_index("id")
    wrong = frame.index[~frame["kind"].isin(KINDS)]
    if len(wrong):
        raise unknown(
            frame.loc[wrong[0], "kind"], KINDS, f"kind of node {wrong[0]}:", StrategyError
        )
    if nameless := list(frame.index[frame["label"].isna()]):
        raise StrategyError(f"nodes: {nameless[0]} has no label")
    group = frame["group"].fillna("") if "group" in frame else ""
    frame = frame.assign(group=group, weight=_weights(frame, "nodes", frame.index))
    return frame[["kind", "label", "group", "weight"]]


def checked_edges(edges: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return edges with ``source``, ``target``, ``relation`` and ``weight``."""
    _columns(edges, "edges", ("source", "target", "relation"))
    frame = edges.astype({"source": str, "target": str}).reset_index(drop=True)
    kinds = nodes["kind"].to_dict()
    for row in frame.to_dict("records"):
        told = f"edges: {row['source']} {row['relation']} {row['target']}"
        if row["relation"] not in RELATIONS:
            raise StrategyError(f"{told}: relations are {', '.join(RELATIONS)}")
        absent = [row[end] for end in ("source", "target") if row[end] not in kinds]
        if absent:
            raise StrategyError(f"{told}: no node « {absent[0]} »")
        found = (kinds[row["source"]], kinds[row["target"]])
        if found != RELATIONS[row["relation"]] or row["source"] == row["target"]:
            raise StrategyError(
                f"{told}: joins {found[0]} to {found[1]}; {row['relation']} goes from"
                f" {RELATIONS[row['relation']][0]} to another {RELATIONS[row['relation']][1]}"
            )
    twice = frame.duplicated(["source", "target"])
    if twice.any():
        ends = " and ".join(frame.loc[twice, ["source", "target"]].iloc[0])
        raise StrategyError(f"edges: {ends} are joined twice")
    frame = frame.assign(
        weight=_weights(frame, "edges", frame["source"] + " to " + frame["target"])
    )
    return frame[["source", "target", "relation", "weight"]]


def _weights(frame: pd.DataFrame, what: str, names: Iterable[str]) -> pd.Series:
    if "weight" not in frame:
        return pd.Series(1.0, index=frame.index)
    if not are_numbers(frame["weight"]):
        raise StrategyError(f"{what}: weights are numbers, not {frame['weight'].dtype}")
    weights = frame["weight"].fillna(1.0).astype(float)
    for name, value in zip(names, weights, strict=True):
        if not (value > 0 and np.isfinite(value)):
            raise StrategyError(f"{what}: weight of {name} is {value}; a positive one is expected")
    return weights


def _columns(frame: pd.DataFrame, what: str, needed: Iterable[str]) -> None:
    missing = [name for name in needed if name not in frame.columns]
    if missing or frame.empty:
        raise StrategyError(
            f"{what}: {'no column ' + ', '.join(missing) if missing else 'no row'};"
            f" expected {', '.join(needed)}"
        )
