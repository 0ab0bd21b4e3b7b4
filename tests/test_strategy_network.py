"""Network of obstacles: what blocks, what unlocks, and what networkx says of it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import strategy
from handbook.scenarios import micmac
from handbook.strategy import StrategyError
from handbook.strategy.layouts import crossings


def nodes(obstacles: int, measures: int, **more: list[object]) -> pd.DataFrame:
    names = [f"o{n}" for n in range(obstacles)] + [f"m{n}" for n in range(measures)]
    kinds = ["obstacle"] * obstacles + ["measure"] * measures
    return pd.DataFrame({"id": names, "kind": kinds, "label": names, **more})


def edges(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "relation", "target"])


@pytest.fixture
def small() -> strategy.ObstacleNetwork:
    """Obstacles o0 and o1 block m0; o2 blocks m1, which m2 needs; m3 is free."""
    return strategy.network(
        nodes(3, 4, group=["f", "f", "g", "s", "s", "t", "t"]),
        edges(
            ("o0", "blocks", "m0"),
            ("o1", "blocks", "m0"),
            ("o2", "blocks", "m1"),
            ("m2", "needs", "m1"),
            ("m0", "eases", "o2"),
            ("m3", "refers", "m0"),
        ),
    )


def test_what_blocks_most_counts_dependence(small) -> None:
    blocking = small.blocking
    assert blocking.index[0] == "o2"
    assert blocking.loc["o2", ["direct", "total", "freed"]].tolist() == [1, 2, 2]
    assert blocking.loc["o0", ["direct", "total", "freed"]].tolist() == [1, 1, 0]


def test_a_measure_behind_two_obstacles_needs_both_lifted(small) -> None:
    assert small.freed(["o0"]) == ()
    assert small.freed(["o0", "o1"]) == ("m0",)
    best = small.best_removal(1)
    assert (best.obstacles, best.freed, best.exact) == (("o2",), ("m1", "m2"), True)
    assert small.best_removal(3).freed == ("m0", "m1", "m2")


def test_doing_a_measure_frees_what_waits_for_it_only(small) -> None:
    assert small.freed(done=["m1"]) == ("m2",)
    assert small.unlocking.loc["m1", ["freed", "touched"]].tolist() == [1, 1]
    assert small.unlocking.loc["m0", "freed"] == 0


def test_references_bind_only_when_asked(small) -> None:
    bound = strategy.network(
        small.nodes.rename_axis("id").reset_index(), small.edges, binding=("needs", "refers")
    )
    assert "m3" not in small.blocked()
    assert "m3" in bound.blocked()
    assert bound.blocking.loc["o0", "total"] == 2


def test_influences_feed_a_structural_analysis(small) -> None:
    eased = small.influence_matrix()
    assert eased.loc["f", "g"] == 1  # m0, blocked by both of f, is one way only
    assert micmac(eased).table["influence"].tolist() == [1, 0]
    reach = small.influence_matrix(by="reach")
    assert reach.to_numpy().sum() == 0  # no measure is blocked by both families
    scenes = small.influence_matrix("measure")
    assert scenes.loc["s", "t"] == 1
    with pytest.raises(StrategyError, match="among measures, needs"):
        small.influence_matrix("measure", "reach")


@settings(max_examples=40)
@given(data=st.data())
def test_lifting_more_never_frees_less(data) -> None:
    graph = data.draw(
        st.sets(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1), label="blocks"
    )
    needs = data.draw(
        st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda p: p[0] != p[1])),
        label="needs",
    )
    rows = [(f"o{a}", "blocks", f"m{b}") for a, b in sorted(graph)]
    rows += [(f"m{a}", "needs", f"m{b}") for a, b in sorted(needs)]
    made = strategy.network(nodes(4, 5), edges(*rows))
    sizes = [made.best_removal(size).weight for size in range(1, 5)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(made.blocked())
    assert set(made.blocking["direct"] <= made.blocking["total"]) == {True}
    singles = {name: set(made.freed([name])) for name in made.of_kind("obstacle")}
    assert set().union(*singles.values()) <= set(made.freed(list(singles)))
    assert made.best_removal(1).weight == made.blocking["freed"].max()


def test_layouts_are_fixed_and_uncross_what_can_be() -> None:
    rows = [(f"o{n}", "blocks", f"m{4 - n}") for n in range(5)]
    made = strategy.network(nodes(5, 5), edges(*rows))
    spots = made.layout()
    columns = [
        list(spots[spots["x"] == x].sort_values("y", ascending=False).index) for x in (0.0, 1.0)
    ]
    assert crossings(columns, made.graph.to_undirected()) == 0
    assert spots.equals(made.layout())
    sprung = made.layout("spring")
    assert sprung.apply(lambda column: column.between(0, 1)).all(axis=None)
    assert sprung.equals(made.layout("spring"))


def test_mistaken_edges_are_named() -> None:
    with pytest.raises(StrategyError, match="no node « m9 »"):
        strategy.network(nodes(1, 1), edges(("o0", "blocks", "m9")))
    with pytest.raises(StrategyError, match="goes from obstacle to another measure"):
        strategy.network(nodes(1, 1), edges(("m0", "blocks", "o0")))
    with pytest.raises(StrategyError, match="joined twice"):
        strategy.network(nodes(1, 1), edges(*[("o0", "blocks", "m0")] * 2))
    with pytest.raises(StrategyError, match=r"weight of o0 is -1\.0"):
        strategy.network(nodes(1, 1, weight=[-1.0, 1.0]), edges(("o0", "blocks", "m0")))
