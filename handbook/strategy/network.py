"""Obstacles, measures and actors as a network: what blocks most, what unlocks most.

An obstacle blocks measures; a measure may need another, so that what blocks the second blocks the
first too. `influence_matrix` gives the direct influences that a structural analysis (MICMAC)
starts from. The graph and its layouts are those of networkx.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.strategy.errors import StrategyError
from handbook.strategy.layouts import layered, sprung
from handbook.strategy.tables import KINDS, RELATIONS, checked_edges, checked_nodes

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["KINDS", "RELATIONS", "ObstacleNetwork", "Removal", "network"]

_TRIED = 200_000  # sets of obstacles: above, the best is sought step by step


@dataclass(frozen=True)
class Removal:
    """A set of obstacles to lift.

    Attributes
    ----------
    obstacles
        Identifiers, in the order of the table of nodes (of their choice when not `exact`).
    freed
        Measures that nothing blocks any more, and something blocked before.
    weight
        Their total weight.
    exact
        Whether every set of that size was tried; else the set was built step by step.
    """

    obstacles: tuple[str, ...]
    freed: tuple[str, ...]
    weight: float
    exact: bool


@dataclass(frozen=True)
class ObstacleNetwork:
    """A network of obstacles, measures and actors. Make it with `network`.

    Attributes
    ----------
    nodes : DataFrame
        Indexed by identifier: ``kind``, ``label``, ``group``, ``weight``.
    edges : DataFrame
        ``source``, ``target``, ``relation``, ``weight``.
    binding : tuple of str
        Relations between measures that count as dependence.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    binding: tuple[str, ...]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The graph as networkx holds it, edges as given."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        for name, row in self.nodes.iterrows():
            graph.add_node(str(name), **{str(key): value for key, value in row.items()})
        for edge in self.edges.to_dict("records"):
            ends = (edge["source"], edge["target"])
            graph.add_edge(*ends, relation=edge["relation"], weight=edge["weight"])
        return graph

    @door(StrategyError)
    def of_kind(self, kind: str) -> list[str]:
        """Return the identifiers of a kind, in the order of the table."""
        if kind not in KINDS:
            raise unknown(kind, KINDS, "kind of node", StrategyError)
        return [str(name) for name in self.nodes.index[self.nodes["kind"] == kind]]

    @door(StrategyError)
    def direct(self, relation: str) -> dict[str, list[str]]:
        """Return, for each source of a relation, its targets."""
        if relation not in RELATIONS:
            raise unknown(relation, RELATIONS, "relation", StrategyError)
        rows = self.edges[self.edges["relation"] == relation]
        found: dict[str, list[str]] = {}
        for source, target in zip(rows["source"], rows["target"], strict=True):
            found.setdefault(source, []).append(target)
        return found

    @cached_property
    def _dependents(self) -> dict[str, list[str]]:
        """For each measure, those that need it directly."""
        found: dict[str, list[str]] = {}
        for relation in self.binding:
            for needing, needed in self.direct(relation).items():
                for one in needed:
                    found.setdefault(one, []).append(needing)
        return found

    @door(StrategyError)
    def reached(self, measures: Iterable[str], done: Collection[str] = ()) -> set[str]:
        """Return `measures` and all that need them, directly or not, but through `done` ones."""
        measures = list(measures)
        self._check({"measure": [*measures, *done]})
        seen: set[str] = set()
        ahead = [one for one in measures if one not in done]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += [next_ for next_ in self._dependents.get(one, []) if next_ not in done]
        return seen

    @door(StrategyError)
    def blocked(self, lifted: Collection[str] = (), done: Collection[str] = ()) -> set[str]:
        """Return the measures blocked once some obstacles are lifted and some measures done."""
        self._check({"obstacle": lifted, "measure": done})
        first: set[str] = set()
        for obstacle, measures in self.direct("blocks").items():
            if obstacle not in lifted:
                first |= set(measures)
        return self.reached(first, done)

    @door(StrategyError)
    def freed(self, lifted: Collection[str] = (), done: Collection[str] = ()) -> tuple[str, ...]:
        """Return the measures, blocked today, that nothing would block any more.

        Measures `done` are not counted among those they free.

        Raises
        ------
        StrategyError
            If an identifier is not that of an obstacle or of a measure.
        """
        self._check({"obstacle": lifted, "measure": done})
        free = self.blocked() - self.blocked(lifted, done) - set(done)
        return tuple(one for one in self.of_kind("measure") if one in free)

    def _check(self, names: Mapping[str, Iterable[str]]) -> None:
        """Refuse an identifier that is none of its kind."""
        for kind, given in names.items():
            for name in given:
                if name not in self._identifiers.get(kind, ()):
                    raise unknown(name, self.of_kind(kind), kind, StrategyError)

    @cached_property
    def _identifiers(self) -> dict[str, frozenset[str]]:
        kinds = self.nodes["kind"]
        return {str(kind): frozenset(self.of_kind(str(kind))) for kind in kinds.unique()}

    @cached_property
    def _holders(self) -> dict[str, set[str]]:
        """For each blocked measure, the obstacles that block it, however far."""
        found: dict[str, set[str]] = {}
        for obstacle, measures in self.direct("blocks").items():
            for one in self.reached(measures):
                found.setdefault(one, set()).add(obstacle)
        return found

    # What blocks, what unlocks ------------------------------------------------------------------

    @cached_property
    def blocking(self) -> pd.DataFrame:
        """What each obstacle blocks, the worst first.

        Returns
        -------
        DataFrame
            Indexed by obstacle: ``label``, ``group``, ``direct`` (measures it blocks itself),
            ``total`` (with those that need them), ``direct_weight``, ``total_weight`` (their
            weights, a direct block counting by the weight of its edge too), ``freed`` (measures
            that lifting it alone would free: it is less when others block them as well).
        """
        blocks = self.direct("blocks")
        alone = Counter(next(iter(held)) for held in self._holders.values() if len(held) == 1)
        weight = self.nodes["weight"].to_dict()
        edge = self.edges[self.edges["relation"] == "blocks"]
        strength = dict(
            zip(zip(edge["source"], edge["target"], strict=True), edge["weight"], strict=True)
        )
        rows = []
        for name in self.of_kind("obstacle"):
            own = blocks.get(name, [])
            through = self.reached(own) - set(own)
            direct = sum(weight[one] * strength[name, one] for one in own)
            rows.append(
                {
                    "direct": len(own),
                    "total": len(own) + len(through),
                    "direct_weight": float(direct),
                    "total_weight": float(direct + sum(weight[one] for one in through)),
                    "freed": alone[name],
                }
            )
        return self._ranked("obstacle", rows, ["total_weight", "direct_weight"])

    @cached_property
    def unlocking(self) -> pd.DataFrame:
        """What lifting each obstacle, or doing each measure, would free, the most first.

        Returns
        -------
        DataFrame
            Indexed by identifier: ``kind``, ``label``, ``group``, ``freed`` (measures that nothing
            would block any more), ``freed_weight``, ``touched`` (measures that would have one
            block less, directly or through dependence).
        """
        weight = self.nodes["weight"].to_dict()
        blocks = self.direct("blocks")
        now = self.blocked()
        rows = []
        obstacles = self.of_kind("obstacle")
        names = [*obstacles, *self.of_kind("measure")]
        for name in names:
            if name in obstacles:
                free, touched = self.freed([name]), self.reached(blocks.get(name, []))
            else:
                free = self.freed(done=[name])
                touched = self.reached([name]) - {name} if name in now else set()
            rows.append(
                {
                    "freed": len(free),
                    "freed_weight": float(sum(weight[one] for one in free)),
                    "touched": len(touched),
                }
            )
        frame = self.nodes.loc[names, ["kind", "label", "group"]].assign(
            **pd.DataFrame(rows, index=names)
        )
        return frame.sort_values(["freed_weight", "touched"], ascending=False, kind="stable")

    @door(StrategyError)
    def best_removal(self, size: int) -> Removal:
        """Return the set of `size` obstacles whose lifting frees the most (by weight).

        All sets are tried when there are at most 200,000; else obstacles are added one at a time,
        and the result says so. Ties go to the set named first in the table of nodes.

        Raises
        ------
        StrategyError
            If there are not that many obstacles.
        """
        names = self.of_kind("obstacle")
        if not 1 <= size <= len(names):
            raise StrategyError(f"size: from 1 to {len(names)} obstacles, got {size}")
        if comb(len(names), size) <= _TRIED:
            return self._better(combinations(names, size), exact=True)
        chosen: tuple[str, ...] = ()
        for _ in range(size):
            more = [(*chosen, name) for name in names if name not in chosen]
            step = self._better(more, exact=False)
            chosen = step.obstacles
        return step

    def _better(self, sets: Iterable[tuple[str, ...]], *, exact: bool) -> Removal:
        roots = self._holders
        weight = self.nodes["weight"].to_dict()
        order = [one for one in self.of_kind("measure") if one in roots]
        best, kept = -1.0, ()  # type: tuple[float, tuple[str, ...]]
        for names in sets:
            lifted = set(names)
            gain = sum(weight[one] for one in order if roots[one] <= lifted)
            # while nothing is freed yet, the set that blocks the most remains the better start
            gain += 1e-9 * sum(len(roots[one] & lifted) for one in order)
            if gain > best:
                best, kept = gain, names
        free = self.freed(kept)
        return Removal(kept, free, float(sum(weight[one] for one in free)), exact)

    def _ranked(self, kind: str, rows: list[dict[str, float]], by: list[str]) -> pd.DataFrame:
        names = self.of_kind(kind)
        frame = self.nodes.loc[names, ["label", "group"]].assign(
            **pd.DataFrame(rows, index=names, columns=list(rows[0]) if rows else None)
        )
        return frame.sort_values(by, ascending=False, kind="stable") if rows else frame

    @cached_property
    def _undirected(self) -> nx.Graph[str]:
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.nodes.index)
        graph.add_edges_from(zip(self.edges["source"], self.edges["target"], strict=True))
        return graph

    @door(StrategyError)
    def layout(self, kind: Literal["layers", "spring"] = "layers") -> pd.DataFrame:
        """Return where to draw each node, the same every time.

        Parameters
        ----------
        kind
            ``"layers"``: one column a kind (actors, measures, obstacles), ordered so that few
            edges cross. ``"spring"``: Kamada and Kawai's distances, from a circle.

        Returns
        -------
        DataFrame
            Indexed by identifier: ``x`` and ``y`` from 0 to 1, first rows on top (y = 1).
        """
        if kind == "spring":
            return sprung(self._undirected)
        columns = [self.of_kind(one) for one in KINDS]
        return layered([one for one in columns if one], self._undirected)

    # Towards a structural analysis ------------------------------------------------------------

    @door(StrategyError)
    def influence_matrix(
        self,
        among: Literal["obstacle", "measure"] = "obstacle",
        by: Literal["reach", "eases", "needs"] | None = None,
    ) -> pd.DataFrame:
        """Return direct influences between groups, as a structural analysis takes them.

        Parameters
        ----------
        among
            Groups of obstacles (families) or of measures (scenes): the column ``group`` of the
            nodes, or each node where it has none.
        by
            What one unit of influence of a group A on a group B is. Among measures, ``"needs"``:
            a measure of B that depends on one of A. Among obstacles, ``"eases"``: a measure that A
            blocks, directly or through dependence, and that would ease an obstacle of B; or
            ``"reach"``: a measure that B blocks directly and that A blocks too, directly or
            through dependence (without dependences this is symmetric: a coupling, not a cause).
            By default ``"needs"`` among measures; among obstacles ``"eases"`` if the network has
            such edges, else ``"reach"``.

        Returns
        -------
        DataFrame of int, shape (groups, groups)
            Influence of the row on the column, diagonal 0, groups in the order of the nodes.

        Raises
        ------
        StrategyError
            If `by` is not offered among these nodes.
        """
        offered = {"obstacle": ("eases", "reach"), "measure": ("needs",)}[among]
        usual = offered[0] if among == "measure" or self.direct("eases") else "reach"
        chosen = by or usual
        if chosen not in offered:
            raise StrategyError(f"by « {by} »: among {among}s, {' or '.join(offered)} is expected")
        group = self._groups(among)
        names = list(dict.fromkeys(group.values()))
        place = {name: rank for rank, name in enumerate(names)}
        matrix = np.zeros((len(names), len(names)), dtype=int)
        pairs = self._needed_pairs() if among == "measure" else self._obstacle_pairs(chosen)
        # a measure is one way from a group to another, whatever the obstacles it joins
        for one, _, other in {(group[one], way, group[other]) for one, way, other in pairs}:
            if one != other:
                matrix[place[one], place[other]] += 1
        return pd.DataFrame(matrix, index=names, columns=names)

    def _groups(self, kind: str) -> dict[str, str]:
        rows = self.nodes.loc[self.of_kind(kind), "group"]
        return {str(name): str(group or name) for name, group in rows.items()}

    def _needed_pairs(self) -> set[tuple[str, str, str]]:
        return {
            (needed, f"{needed}\0{needing}", needing)
            for needed, needings in self._dependents.items()
            for needing in needings
        }

    def _obstacle_pairs(self, by: str) -> set[tuple[str, str, str]]:
        """Return (obstacle, measure, obstacle): the first acts on the last through the measure."""
        ends: dict[str, set[str]] = {}
        for relation, turned in (("blocks", True), ("eases", False)):
            if (relation == "blocks") != (by == "reach"):
                continue
            for source, targets in self.direct(relation).items():
                for target in targets:
                    measure, obstacle = (target, source) if turned else (source, target)
                    ends.setdefault(measure, set()).add(obstacle)
        return {
            (obstacle, measure, other)
            for obstacle, measures in self.direct("blocks").items()
            for measure in self.reached(measures)
            for other in ends.get(measure, ())
        }


@door(StrategyError)
def network(
    nodes: pd.DataFrame, edges: pd.DataFrame, *, binding: Collection[str] = ("needs",)
) -> ObstacleNetwork:
    """Check nodes and edges and return their network.

    Parameters
    ----------
    nodes : DataFrame
        ``id`` (unique), ``kind`` (actor, measure or obstacle), ``label``; optional ``group``
        (family of obstacles, scene of measures) and ``weight`` (positive, 1 by default).
    edges : DataFrame
        ``source``, ``target``, ``relation``; optional ``weight`` (positive, 1 by default).
        An obstacle ``blocks`` a measure, an actor ``carries`` it, a measure ``needs`` or
        ``refers`` to another (the source needs the target), a measure ``eases`` an obstacle.
    binding
        Which relations between measures count as dependence: ``("needs", "refers")`` reads every
        reference as one, which is a judgement.

    Raises
    ------
    StrategyError
        If a column is missing, an identifier is repeated or unknown, a kind or a relation is
        unknown, an edge joins the wrong kinds or stands twice, or a weight is not positive.
    """
    known = checked_nodes(nodes)
    wrong = [name for name in binding if RELATIONS.get(name) != ("measure", "measure")]
    if wrong:
        raise StrategyError(f"binding: {', '.join(wrong)} does not join two measures")
    return ObstacleNetwork(known, checked_edges(edges, known), tuple(binding))
