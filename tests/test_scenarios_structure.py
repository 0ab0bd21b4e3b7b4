"""MICMAC: direct and indirect influence."""

import numpy as np
import pandas as pd
import pytest

from handbook.scenarios import (
    CrossImpactMatrix,
    ScenarioError,
    direct_influence,
    micmac,
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
