"""Cross-impact balance: published results, an independent definition, invariances, errors."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from handbook.scenarios import CrossImpactMatrix, ScenarioError, TooManyScenariosError

REFERENCE = Path(__file__).parent / "reference" / "scenarios"


@pytest.fixture(scope="module")
def published():
    return json.loads((REFERENCE / "somewhereland.json").read_text())


@pytest.fixture(scope="module")
def somewhereland(published):
    return CrossImpactMatrix.from_dict(published)


def rows(matrix, table):
    return list(table[list(matrix.descriptors)].itertuples(index=False, name=None))


def random_matrix(sizes, seed, density=1.0, own=False, spread=3):
    draw = np.random.default_rng(seed)
    total = sum(sizes)
    scores = draw.integers(-spread, spread + 1, size=(total, total))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    blocks = draw.random((len(sizes), len(sizes))) < density
    np.fill_diagonal(blocks, own)
    scores *= blocks[np.ix_(owner, owner)]
    names = {f"D{i}": [f"s{k}" for k in range(n)] for i, n in enumerate(sizes)}
    return CrossImpactMatrix(names, scores)


def by_definition(matrix, tolerance=0, held=()):
    """Consistent scenarios by the definition, in plain Python."""
    found = []
    for states in itertools.product(*matrix.descriptors.values()):
        scenario = dict(zip(matrix.descriptors, states, strict=True))
        shortfall = {}
        for target, options in matrix.descriptors.items():
            received = {
                s: sum(matrix.score(source, (target, s)) for source in scenario.items())
                for s in options
            }
            shortfall[target] = max(received.values()) - received[scenario[target]]
        if all(gap <= tolerance for d, gap in shortfall.items() if d not in held):
            found.append(states)
    return found


def test_somewhereland_has_its_ten_published_scenarios(somewhereland, published):
    table = somewhereland.consistent_scenarios()
    assert list(table.columns) == [*"ABCDEF", "consistency", "total_impact"]
    assert [list(r) for r in rows(somewhereland, table)] == published["consistent"]
    detail = published["consistent_detail"]
    assert table["consistency"].tolist() == [d["consistency_value"] for d in detail]
    assert table["total_impact"].tolist() == [d["total_impact_score"] for d in detail]


def test_somewhereland_inconsistency_of_all_scenarios(somewhereland, published):
    every = somewhereland.scenarios()
    expected = published["max_inconsistency_of_every_scenario"]
    assert (-every["consistency"]).clip(lower=0).tolist() == expected
    for tolerance, count in published["count_with_max_inconsistency_at_most"].items():
        assert len(somewhereland.consistent_scenarios(int(tolerance))) == count


def test_somewhereland_probes(somewhereland, published):
    for probe in published["probes"]:
        scenario = dict(zip("ABCDEF", probe["scenario"], strict=True))
        balance = somewhereland.balance(scenario)
        assert [list(b.values()) for b in balance.values()] == probe["balance"]
        assert list(somewhereland.inconsistency(scenario).values()) == probe["inconsistency"]
        assert list(somewhereland.succession(scenario).values()) == probe["successor"]
        end = somewhereland.trajectory(scenario).end
        assert [list(s.values()) for s in end] == probe["attractor"]


def test_somewhereland_attractors_and_exact_weights(somewhereland, published):
    found = [([list(s.values()) for s in a.states], a.weight) for a in somewhereland.attractors()]
    expected = published["attractors_of_global_succession"]
    assert found == [(a["states"], a["weight"]) for a in expected]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("tolerance", "own"), [(0, False), (0, True), (2, True)])
def test_search_agrees_with_the_definition(seed, tolerance, own):
    matrix = random_matrix([3, 2, 1, 4, 3], seed, own=own)
    table = matrix.consistent_scenarios(tolerance)
    assert rows(matrix, table) == by_definition(matrix, tolerance)


@pytest.mark.parametrize("spread", [1, 3, 900])
@pytest.mark.parametrize(("tolerance", "density"), [(0, 0.3), (0, 1.0), (4, 0.6)])
def test_search_by_blocks_agrees_with_enumeration(spread, tolerance, density, monkeypatch):
    matrix = random_matrix([3, 4, 2, 3, 1, 3, 2, 3], 5, density, own=True, spread=spread)
    forced, exclusions = {"D3": "s1"}, [{"D0": "s1", "D5": "s2"}, {"D1": "s3"}]
    options = {"tolerance": tolerance, "forced": forced, "exclusions": exclusions}
    enumerated = [matrix.consistent_scenarios(tolerance), matrix.consistent_scenarios(**options)]
    monkeypatch.setattr("handbook.scenarios.search.ENUMERATED", 0)
    for block in (10, 100):
        monkeypatch.setattr("handbook.scenarios.search.BLOCK", block)
        monkeypatch.setattr("handbook.scenarios.search.BATCH", 7)
        assert matrix.consistent_scenarios(tolerance).equals(enumerated[0])
        assert matrix.consistent_scenarios(**options).equals(enumerated[1])


def test_forced_descriptor_is_exempt_and_exclusions_hold(somewhereland):
    forced = somewhereland.consistent_scenarios(forced={"D": "D1"})
    expected = [s for s in by_definition(somewhereland, held=("D",)) if s[3] == "D1"]
    assert rows(somewhereland, forced) == expected
    kept = somewhereland.consistent_scenarios(exclusions=[{"A": "A3", "B": "B2"}])
    assert len(kept) == 8


def test_large_matrix_is_searched_completely():
    scores = random_matrix([3] * 20, 11).scores
    names = {f"D{i}": ["a", "b", "c"] for i in range(20)}
    wanted = np.random.default_rng(1).integers(0, 3, 20)
    planted = scores.copy()
    for j, k in enumerate(wanted):  # every descriptor supports the planted states strongly
        planted[np.arange(20) * 3 + wanted, 3 * j + k] += 4
    matrix = CrossImpactMatrix(names, planted)
    found = rows(matrix, matrix.consistent_scenarios())
    assert tuple("abc"[k] for k in wanted) in found


def test_incomplete_list_is_refused():
    empty = CrossImpactMatrix({f"D{i}": ["a", "b", "c"] for i in range(20)}, np.zeros((60, 60)))
    with pytest.raises(TooManyScenariosError, match="more than 1000"):
        empty.consistent_scenarios(limit=1000)
    with pytest.raises(ScenarioError, match="samples"):
        empty.attractors()
    estimate = empty.attractors(samples=5)
    assert not any(a.exact for a in estimate)
    assert sum(a.weight for a in estimate) == 5


def test_basins_tell_where_each_start_ends(somewhereland, published):
    basins = somewhereland.basins()
    attractors = somewhereland.attractors()
    weights = basins["attractor"].value_counts().sort_index()
    assert weights.tolist() == [a.weight for a in attractors]
    for probe in published["probes"]:
        start = basins[(basins[list("ABCDEF")] == probe["scenario"]).all(axis=1)].iloc[0]
        (end,) = attractors[start["attractor"]].states
        assert [list(end.values())] == probe["attractor"]
    held = somewhereland.attractors(forced={"A": "A2"})
    assert {a.states[0]["A"] for a in held} == {"A2"}
    assert sum(a.weight for a in held) == 162


def test_adding_a_constant_to_a_judgement_group_changes_no_verdict(somewhereland):
    scores = somewhereland.scores.copy()
    scores[4, 6:9] += 2  # B2 on C
    scores[16, 11:14] -= 3  # F3 on E
    shifted = CrossImpactMatrix(somewhereland.descriptors, scores)
    columns = [*"ABCDEF", "consistency"]
    assert shifted.scenarios()[columns].equals(somewhereland.scenarios()[columns])
    weights = [(a.states, a.weight) for a in somewhereland.attractors("local")]
    assert [(a.states, a.weight) for a in shifted.attractors("local")] == weights


def test_scaling_the_scores_on_a_descriptor_changes_no_set(somewhereland):
    scores = somewhereland.scores.copy()
    scores[:, 9:11] *= 5
    scaled = CrossImpactMatrix(somewhereland.descriptors, scores)
    before = rows(somewhereland, somewhereland.consistent_scenarios())
    assert rows(scaled, scaled.consistent_scenarios()) == before


def test_relabelling_and_reordering_change_only_names_and_order(somewhereland):
    order = "FCAEBD"
    states = {d: tuple(reversed(somewhereland.descriptors[d])) for d in order}
    pick = [somewhereland.row(d, s) for d, group in states.items() for s in group]
    renamed = {f"x{d}": [f"y{s}" for s in group] for d, group in states.items()}
    other = CrossImpactMatrix(renamed, somewhereland.scores[np.ix_(pick, pick)])
    found = {
        tuple(sorted((d.removeprefix("x"), row[d].removeprefix("y")) for d in renamed))
        for row in other.consistent_scenarios().to_dict("records")
    }
    before = somewhereland.consistent_scenarios().to_dict("records")
    assert found == {tuple(sorted((d, row[d]) for d in order)) for row in before}


def test_ties_keep_the_own_state_else_take_the_first_best():
    matrix = CrossImpactMatrix.from_dict(
        {
            "descriptors": {"A": ["a1", "a2"], "B": ["b1", "b2", "b3"]},
            "impacts": {"A.a1->B.b2": 1, "A.a1->B.b3": 1},
        }
    )
    assert matrix.succession({"A": "a1", "B": "b1"}) == {"A": "a1", "B": "b2"}
    assert matrix.succession({"A": "a1", "B": "b3"}) == {"A": "a1", "B": "b3"}


def test_local_rule_moves_only_the_most_inconsistent():
    matrix = CrossImpactMatrix.from_dict(
        {
            "descriptors": {"A": ["a1", "a2"], "B": ["b1", "b2"], "C": ["c1"]},
            "impacts": {"C.c1->A.a2": 1, "C.c1->B.b2": 2},
        }
    )
    start = {"A": "a1", "B": "b1", "C": "c1"}
    assert matrix.succession(start, rule="local") == {"A": "a1", "B": "b2", "C": "c1"}
    assert matrix.succession(start) == {"A": "a2", "B": "b2", "C": "c1"}
    with pytest.raises(ValueError, match="nearest"):
        matrix.succession(start, rule="nearest")


def test_cycle_is_one_attractor_with_its_whole_basin():
    impacts = {"A.a1->B.b1": 1, "A.a2->B.b2": 1, "B.b1->A.a2": 1, "B.b2->A.a1": 1}
    names = {"A": ["a1", "a2"], "B": ["b1", "b2"]}
    matrix = CrossImpactMatrix.from_dict({"descriptors": names, "impacts": impacts})
    (cycle,) = matrix.attractors()
    assert cycle.is_cycle
    assert len(cycle.states) == cycle.weight == 4
    assert matrix.consistent_scenarios().empty
    sampled = matrix.attractors(samples=50)
    assert [a.states for a in sampled] == [cycle.states]


def test_document_round_trip(somewhereland, published):
    assert somewhereland.to_dict()["impacts"] == published["impacts"]
    assert CrossImpactMatrix.from_dict(somewhereland.to_dict()) == somewhereland
    dotted = {
        "descriptors": {"A.b": ["x->y", "z"], "C": ["d.e"]},
        "impacts": {"A.b.x->y->C.d.e": 2},
    }
    assert CrossImpactMatrix.from_dict(dotted).score(("A.b", "x->y"), ("C", "d.e")) == 2


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "descriptors"),
        ({"descriptors": {"A": []}}, "'A'"),
        ({"descriptors": {"A": ["x", "x"]}}, "'x' twice"),
        ({"descriptors": {"A": "xyz"}}, "'A'"),
        ({"descriptors": {"consistency": ["x"]}}, "reserved"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x->A.y": 1}}, "« A.y »; nearest: A.x"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x": 1}}, "'A.x'"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x->A.x": 1.5}}, "not 1.5 at 'A.x->A.x'"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x->A.x": "2"}}, "'A.x->A.x'"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x->A.x": True}}, "True"),
        ({"descriptors": {"A": ["x"]}, "impacts": {"A.x->A.x": 10**9}}, "exceeds"),
    ],
)
def test_wrong_document_is_named(document, named):
    with pytest.raises(ScenarioError, match=named):
        CrossImpactMatrix.from_dict(document)


def test_wrong_scenario_is_named(somewhereland):
    scenario = dict(zip("ABCDEF", ["A1", "B1", "C1", "D1", "E1", "F1"], strict=True))
    with pytest.raises(ScenarioError, match=r"unknown state of descriptor 'C': « C4 »; nearest: C"):
        somewhereland.balance(scenario | {"C": "C4"})
    with pytest.raises(ScenarioError, match="unknown descriptor « G »"):
        somewhereland.inconsistency(scenario | {"G": "G1"})
    del scenario["E"]
    with pytest.raises(ScenarioError, match="no state to descriptor 'E'"):
        somewhereland.succession(scenario)
    with pytest.raises(ScenarioError, match="tolerance"):
        somewhereland.consistent_scenarios(tolerance=-1)
    with pytest.raises(ScenarioError, match="exclusion names no state"):
        somewhereland.consistent_scenarios(exclusions=[{}])
    with pytest.raises(ScenarioError, match=r"row 0, column 1: 0\.5"):
        CrossImpactMatrix({"A": ["x", "y"]}, [[0, 0.5], [0, 0]])


def test_scores_are_set_by_key_or_by_cell(somewhereland):
    key = {"A.A1->B.B2": -3, "F.F1->A.A1": 2}
    cells = {
        (somewhereland.row("A", "A1"), somewhereland.row("B", "B2")): -3,
        (somewhereland.row("F", "F1"), somewhereland.row("A", "A1")): 2,
    }
    assert somewhereland.with_cells(cells) == somewhereland.with_scores(key) != somewhereland
    for outside in ((-1, 0), (0, len(somewhereland.scores))):
        with pytest.raises(ScenarioError, match="no cell"):
            somewhereland.with_cells({outside: 1})
    with pytest.raises(ScenarioError, match=r"row 0, column 1: 0\.5 is not an integer"):
        somewhereland.with_cells({(0, 1): 0.5})
