"""MICMAC, Morphol, and SMIC as intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from handbook.scenarios import (
    CrossImpactMatrix,
    ScenarioError,
    direct_influence,
    micmac,
    morphol,
    opinions_from_scores,
    smic,
)


def square(values, names="abcd"):
    return pd.DataFrame(
        values, index=list(names)[: len(values)], columns=list(names)[: len(values)]
    )


def test_direct_influence_is_the_largest_score_of_a_block():
    matrix = CrossImpactMatrix({"A": ["x", "y"], "B": ["z"]}, [[3, 1, -2], [0, 0, 1], [0, 1, 9]])
    assert direct_influence(matrix).to_numpy().tolist() == [[0, 2], [1, 0]]


def test_indirect_ranking_follows_the_dominant_direction():
    values = [[0, 3, 1, 0], [1, 0, 2, 1], [0, 1, 0, 3], [2, 0, 1, 0]]
    found = micmac(square(values))
    array = np.array(values, dtype=float)
    weights, vectors = np.linalg.eig(array)
    leading = np.abs(vectors[:, weights.real.argmax()])
    expected = [1 + int((leading > v + 1e-9).sum()) for v in leading]
    assert found.table["indirect_influence_rank"].tolist() == expected
    assert found.period == 1
    assert found.table["influence"].tolist() == [4, 4, 4, 3]
    assert found.table["indirect_influence"].sum() == pytest.approx(1)


def test_cycles_are_stated():
    # a and b act only on c and d, and back: odd and even powers rank differently.
    found = micmac(square([[0, 0, 3, 1], [0, 0, 1, 1], [1, 2, 0, 0], [1, 3, 0, 0]]))
    assert found.period == 2


def test_chain_without_loop_vanishes():
    found = micmac(square([[0, 2, 0], [0, 0, 1], [0, 0, 0]]))
    assert (found.power, found.period) == (2, 0)
    assert found.table["indirect_influence"].tolist() == [1, 0, 0]


def test_relabelling_factors_moves_nothing_else():
    values = np.array([[0, 3, 1, 0], [1, 0, 2, 1], [0, 1, 0, 3], [2, 0, 1, 0]])
    order = [2, 0, 3, 1]
    shuffled = pd.DataFrame(values[np.ix_(order, order)], index=list("cadb"), columns=list("cadb"))
    first, second = micmac(square(values)).table, micmac(shuffled).table
    pd.testing.assert_frame_equal(first, second.loc[list("abcd")])


def test_wrong_influence_is_named():
    with pytest.raises(ScenarioError, match=r"a on b: -1 is not"):
        micmac(square([[0, -1], [1, 0]]))
    with pytest.raises(ScenarioError, match=r"b on a: 0\.5"):
        micmac(square([[0, 1], [0.5, 0]]))


def test_morphol_counts_what_is_left():
    matrix = CrossImpactMatrix(
        {"A": list("xyz"), "B": list("uv"), "C": list("pq")}, np.zeros((7, 7))
    )
    found = morphol(matrix, [{"A": "x", "B": "u"}, {"C": "q"}], [{"A": "y", "C": "p"}])
    assert (found.total, found.kept, found.removed) == (12, 5, (2, 6))
    assert found.table["preferences"].tolist() == [1, 1, 0, 0, 0]


def opinions(distribution):
    """Simple and conditional probabilities of a distribution over three events, coherent."""
    states = np.array(list(np.ndindex(2, 2, 2)))[::-1]
    simple = distribution @ states
    joint = (states * distribution[:, None]).T @ states
    true = joint / simple
    false = (simple[:, None] - joint) / (1 - simple)
    return simple, true, false


def test_coherent_answers_fit_exactly_and_leave_an_interval():
    truth = np.array([0.2, 0.1, 0.05, 0.15, 0.1, 0.1, 0.05, 0.25])
    found = smic("abc", *opinions(truth))
    assert found.objective == pytest.approx(0, abs=1e-12)
    table = found.scenarios
    assert ((table["low"] <= truth + 1e-6) & (truth - 1e-6 <= table["high"])).all()
    assert (table["high"] - table["low"]).max() > 0.05  # pairs of events do not settle triples
    assert found.events["low"].to_numpy() == pytest.approx(truth @ table[list("abc")].to_numpy())


@pytest.mark.parametrize("seed", [0, 1])
def test_incoherent_answers_reach_the_least_squares_optimum(seed):
    draw = np.random.default_rng(seed)
    simple, true, false = draw.random(3), draw.random((3, 3)), draw.random((3, 3))
    found = smic("abc", simple, true, false)
    states = found.scenarios[list("abc")].to_numpy()

    def objective(p):
        total = 0.0
        for i in range(3):
            for j in range(3):
                if i != j:
                    both = p @ (states[:, i] * states[:, j])
                    only = p @ (states[:, i] * (1 - states[:, j]))
                    total += (true[i, j] * simple[j] - both) ** 2
                    total += (false[i, j] * (1 - simple[j]) - only) ** 2
        return total

    whole = {"type": "eq", "fun": lambda p: p.sum() - 1}
    other = minimize(
        objective, draw.dirichlet(np.ones(8)), bounds=[(0, 1)] * 8, constraints=whole, tol=1e-12
    )
    assert found.objective == pytest.approx(other.fun, abs=1e-6)
    assert objective(found.scenarios["one"].to_numpy()) == pytest.approx(found.objective)
    inside = found.scenarios["low"] - 1e-3 <= other.x, other.x <= found.scenarios["high"] + 1e-3
    assert np.all(inside)
    assert len(found.candidates) >= 1


def test_wrong_opinion_is_named():
    half = np.full((2, 2), 0.5)
    with pytest.raises(ScenarioError, match=r"if_true\[0, 1\]: 1\.5"):
        smic("ab", [0.5, 0.5], [[1, 1.5], [0.5, 1]], half)
    with pytest.raises(ScenarioError, match="probability must have shape"):
        smic("ab", [0.5], half, half)


def test_opinions_follow_the_scores():
    matrix = CrossImpactMatrix.from_dict(
        {
            "descriptors": {"A": ["yes", "no"], "B": ["yes", "no"]},
            "impacts": {"A.yes->B.yes": 2, "A.no->B.yes": -2},
        }
    )
    simple, true, false = opinions_from_scores(matrix, {"A": "yes", "B": "yes"}, [0.5, 0.5], 0.5)
    assert true[1, 0] == pytest.approx(1 / (1 + np.exp(-1)))
    assert false[1, 0] == pytest.approx(1 - true[1, 0])
    assert true[0, 1] == 0.5
    found = smic("AB", simple, true, false)
    assert found.scenarios["one"].idxmax() in (0, 3)  # both events, or neither
