"""The 2032 scenario as tables: its catalogue, its network, and what happened of what it dates.

Everything is read from the facts. What the document prints (measures, bearers, dates, obstacles,
references) is told apart from what the authors of the handbook judge (families, instruments,
and the links between obstacles and measures).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from handbook.facts import store as facts
from handbook.facts.errors import FactsError

__all__ = [
    "DOCUMENT",
    "FAMILIES",
    "actors",
    "entries",
    "families_by_scene",
    "judged",
    "network_tables",
    "obstacles",
    "references",
    "scenes",
    "timeline",
    "vote",
]

DOCUMENT = "innovation-days-2032"
FAMILIES = (
    "gouvernance",
    "culture et formation",
    "données et confiance",
    "financement",
    "territoire",
    "fracture numérique",
)
"""Families of obstacles, in the order they are shown."""
UNNAMED = "non-nomme"
_MEANS = {"mesure": "instrument", "obstacle": "obstacle"}


def scenes() -> pd.DataFrame:
    """Return the nine scenes, by identifier: ``act``, ``scene``, ``title``, ``summary``."""
    return facts.table("vision_scenes").set_index("scene_id")


def actors() -> dict[str, str]:
    """Return the actors that bear or join a measure, by identifier, in the order of the table."""
    frame = facts.table("vision_actors")
    return dict(zip(frame["actor_id"], frame["name"], strict=True))


def obstacles() -> pd.DataFrame:
    """Return the obstacles by identifier."""
    return facts.table("vision_obstacles").set_index("obstacle_id")


def references() -> pd.DataFrame:
    """Return the references that the document prints from a scene to another."""
    return facts.table("vision_references")


def vote() -> dict[str, float]:
    """Return the fictional vote: ``presents``, ``exprimes``, ``pour``, ``contre``, ``membres``."""
    value = facts.table("claims").set_index("claim_id")["value"]
    votes = {key: value[f"innovation-vote-{key}"] for key in ("presents", "exprimes", "pour")}
    votes["contre"] = value["innovation-vote-contre"]
    votes["membres"] = value["innovation-parlement-membres"]
    return {key: float(number) for key, number in votes.items()}


def entries() -> pd.DataFrame:
    """Return measures, principles and obstacles as one catalogue, in the document's order.

    Returns
    -------
    DataFrame
        ``id``, ``kind`` (mesure, principe or obstacle), ``scene``, ``title``, ``who``, ``actors``
        (list), ``tag`` (instrument or family), ``second``, ``when``, ``dated``, ``locator``,
        ``note``; then the same in words, to filter by: ``act``, ``place`` (number and title of the
        scene), ``bearers`` and ``means`` (lists), ``date``; and ``how``, tags and time in one
        text. No missing value (empty texts).
    """
    roles = facts.table("vision_roles").groupby("measure_id", sort=False)["actor_id"].agg(list)
    measures = facts.table("vision_measures")
    measures = measures.assign(
        id=measures["measure_id"],
        kind="mesure",
        actors=measures["measure_id"].map(roles),
        tag=measures["instrument"],
        when=measures["timing"],
    )
    principles = facts.table("vision_principles")
    principles = principles.assign(id=principles["principle_id"], kind="principe")
    listed = obstacles().reset_index()
    listed = listed.assign(
        id=listed["obstacle_id"],
        kind="obstacle",
        tag=listed["family"],
        second=listed["second_family"],
    )
    order = ["id", "kind", "scene_id", "title", "who", "actors", "tag", "second", "when", "dated"]
    order += ["locator", "note"]
    whole = pd.concat([measures, principles, listed], ignore_index=True).reindex(columns=order)
    whole["actors"] = [one if isinstance(one, list) else [] for one in whole["actors"]]
    whole["dated"] = whole["dated"].eq(True)
    whole = whole.rename(columns={"scene_id": "scene"})
    texts = ["who", "tag", "second", "when", "note"]
    whole[texts] = whole[texts].astype(object).where(whole[texts].notna(), "")
    titles, names = scenes()["title"], actors()
    whole["act"] = "acte " + whole["scene"].str[1]
    place = whole["scene"].str[1] + "." + whole["scene"].str[3]
    whole["place"] = place + " " + whole["scene"].map(titles)
    whole["bearers"] = [[names[key] for key in keys] for keys in whole["actors"]]
    whole["date"] = whole["dated"].map({True: "promesse datée", False: ""})
    pairs = [
        [name for name in pair if name] for pair in zip(whole["tag"], whole["second"], strict=True)
    ]
    whole["means"] = [
        [f"{_MEANS[kind]}\u00a0: {name}" for name in pair]
        for kind, pair in zip(whole["kind"], pairs, strict=True)
    ]
    whole["how"] = [
        " · ".join(filter(None, (", ".join(pair), when)))
        for pair, when in zip(pairs, whole["when"], strict=True)
    ]
    return whole.sort_values("scene", kind="stable").reset_index(drop=True)


def families_by_scene(*, second: bool = True) -> pd.DataFrame:
    """Return how many obstacles of each family each scene lists.

    Parameters
    ----------
    second
        Whether an obstacle also counts in its second family, if it has one.

    Returns
    -------
    DataFrame of int
        Families (in the order of ``FAMILIES``) by scenes.
    """
    listed = obstacles()
    first = listed[["scene_id", "family"]]
    rows = [first]
    if second:
        other = listed[["scene_id", "second_family"]].dropna()
        rows.append(other.rename(columns={"second_family": "family"}))
    together = pd.concat(rows, ignore_index=True)
    counted = pd.crosstab(together["family"], together["scene_id"])
    return counted.reindex(index=list(FAMILIES), columns=list(scenes().index), fill_value=0)


def judged(drop: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Return the judged links, all of them or a random part.

    Parameters
    ----------
    drop
        Part left out at random, from 0 to 1.
    seed
        Of the draw.

    Raises
    ------
    FactsError
        If `drop` is not a part.
    """
    if not 0 <= drop < 1:
        msg = f"drop: a part from 0 to less than 1 is expected, got {drop}"
        raise FactsError(msg)
    links = facts.table("vision_links")
    kept = np.random.default_rng(seed).random(len(links)) >= drop if drop else np.ones(len(links))
    return links[kept.astype(bool)]


def network_tables(links: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return nodes and edges as `handbook.strategy.network` takes them.

    Parameters
    ----------
    links
        The judged links to keep (see `judged`); all by default.

    Returns
    -------
    tuple of DataFrame
        Nodes (actors, measures grouped by scene, obstacles grouped by family) and edges: an actor
        carries a measure (what the text says), an obstacle blocks a measure, a measure eases an
        obstacle or needs another measure (judgements). The bearer that the text does not name is
        left out: it is no actor.
    """
    links = judged() if links is None else links
    measures, listed = facts.table("vision_measures"), obstacles()
    names = {key: name for key, name in actors().items() if key != UNNAMED}
    nodes = pd.concat(
        [
            _nodes(names, names.values(), "actor", ""),
            _nodes(measures["measure_id"], measures["title"], "measure", measures["scene_id"]),
            _nodes(listed.index, listed["title"], "obstacle", listed["family"]),
        ],
        ignore_index=True,
    )
    roles = facts.table("vision_roles").query("role == 'pilote' and actor_id != @UNNAMED")
    edges = [_edges(roles["actor_id"], roles["measure_id"], "carries")]
    for relation, source, target in (
        ("blocks", "obstacle_id", "measure_id"),
        ("eases", "measure_id", "obstacle_id"),
        ("needs", "measure_id", "needed_measure_id"),
    ):
        rows = links[links["relation"] == relation]
        edges.append(_edges(rows[source], rows[target], relation))
    return nodes, pd.concat(edges, ignore_index=True)


def _nodes(names: object, labels: object, kind: str, group: object) -> pd.DataFrame:
    frame = pd.DataFrame({"id": list(names), "label": list(labels)})  # type: ignore[call-overload]
    labels = group if isinstance(group, str) else list(group)  # type: ignore[call-overload]
    return frame.assign(kind=kind, group=labels)


def _edges(source: pd.Series, target: pd.Series, relation: str) -> pd.DataFrame:
    ends = {"source": source.to_numpy(), "target": target.to_numpy()}
    return pd.DataFrame(ends).assign(relation=relation)


def timeline() -> pd.DataFrame:
    """Return what the scenario dates and what is documented of it, in the order promised.

    Returns
    -------
    DataFrame
        Indexed by item: ``promised`` (end of the year), ``promise``, ``kind`` (promesse, or
        jalon for a mere landmark of the story), ``state``, ``happened`` (or NaT),
        ``happened_text``, ``what_happened``, ``source_id`` (or NaN).
    """
    frame = facts.table("vision_timeline").set_index("item_id")
    kinds = facts.table("claims").set_index("claim_id")["kind"]
    frame = frame.assign(kind=frame["claim_id"].map(kinds))
    ends = pd.to_datetime(frame["promised_year"].astype(str) + "-12-31")
    frame = frame.assign(promised=ends, happened=frame["happened_on"])
    kept = ["promised", "promise", "kind", "state", "happened", "happened_text"]
    return frame[[*kept, "what_happened", "source_id"]].sort_values(
        ["promised", "happened"], kind="stable"
    )
