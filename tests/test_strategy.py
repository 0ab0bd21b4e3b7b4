"""Ordinal risks: what labels allow one to say, and no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import strategy
from handbook.strategy import Scale, StrategyError

PROBABILITY = Scale(("faible", "moyenne", "élevée"))
IMPACT = Scale(("faible", "moyen", "élevé"))


def risks(*labels: tuple[str, str]) -> pd.DataFrame:
    names = [f"r{rank}" for rank in range(1, len(labels) + 1)]
    return pd.DataFrame(labels, index=names, columns=["probability", "impact"])


LABELS = st.lists(
    st.tuples(st.sampled_from(PROBABILITY.labels), st.sampled_from(IMPACT.labels)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=30)
@given(labels=LABELS, reading=st.sampled_from(["label", "band"]))
def test_shares_of_ranks_are_a_doubly_stochastic_matrix(labels, reading) -> None:
    ranking = strategy.rank_risks(risks(*labels), PROBABILITY, IMPACT, reading=reading, draws=200)
    np.testing.assert_allclose(ranking.acceptability.sum(axis=0), 1)
    np.testing.assert_allclose(ranking.acceptability.sum(axis=1), 1)
    np.testing.assert_allclose(ranking.pairwise + ranking.pairwise.T, 1)
    spans = ranking.intervals(90)
    assert (spans["lower"] <= spans["upper"]).all()


@settings(max_examples=30)
@given(labels=LABELS)
def test_a_dominant_risk_is_graver_in_every_draw(labels) -> None:
    ranking = strategy.rank_risks(risks(*labels), PROBABILITY, IMPACT, draws=100)
    sure = ranking.pairwise.to_numpy()[ranking.dominance.to_numpy()]
    assert (sure == 1).all()


def test_opposed_labels_are_a_coin_toss_and_equal_ones_a_tie() -> None:
    crossed = risks(("moyenne", "élevé"), ("élevée", "moyen"), ("moyenne", "élevé"))
    ranking = strategy.rank_risks(crossed, PROBABILITY, IMPACT, draws=40_000)
    assert not ranking.dominance.to_numpy().any()
    assert ranking.pairwise.loc["r1", "r2"] == pytest.approx(0.5, abs=0.01)
    assert ranking.pairwise.loc["r1", "r3"] == 0.5
    assert ranking.acceptability.loc["r1"].to_numpy() == pytest.approx(
        ranking.acceptability.loc["r3"].to_numpy()
    )


def test_shares_match_the_integral_of_the_stated_prior() -> None:
    """Two labels, one impact: P(high > low within bands) is 1; across impacts it is an integral.

    With single-number labels, (haute, basse) beats (basse, haute) when u2/u1 > v2/v1, a half by
    symmetry; against (haute, unique) and (basse, unique) in a single band of impact the share is
    E[P(x a > y b)] with a, b uniform: 1 - E[y/x]/2 for y < x, where y uniform on (0, c) and x on
    (c, 1); its mean over the cut c is 1 - E[c/2 * -log(c)/(1-c)]/2.
    """
    scale, single = Scale(("basse", "haute")), Scale(("unique",))
    two = risks(("haute", "unique"), ("basse", "unique"))
    ranking = strategy.rank_risks(two, scale, single, reading="band", draws=200_000)
    cut = (np.arange(200_000) + 0.5) / 200_000
    expected = 1 - np.mean(cut / 2 * -np.log(cut) / (1 - cut)) / 2
    assert ranking.pairwise.loc["r1", "r2"] == pytest.approx(expected, abs=0.004)


def test_a_prior_over_orders_of_magnitude_favours_impact() -> None:
    crossed = risks(("moyenne", "élevé"), ("élevée", "moyen"))
    wide = Scale(IMPACT.labels, low=0.001, log=True)
    even, skewed = (
        strategy.rank_risks(crossed, PROBABILITY, scale).pairwise.loc["r1", "r2"]
        for scale in (IMPACT, wide)
    )
    assert skewed > even + 0.1


def test_rank_intervals_leave_the_tails_out() -> None:
    table = pd.DataFrame([[0.04, 0.9, 0.06], [0.05, 0.9, 0.05], [0.91, 0.0, 0.09]])
    table.columns = pd.RangeIndex(1, 4)
    ranking = strategy.RiskRanking(table, table, table, 1, "label")
    assert ranking.intervals(90).to_numpy().tolist() == [[2, 3], [2, 2], [1, 3]]


def test_unknown_labels_are_named() -> None:
    with pytest.raises(StrategyError, match=r"forte.*faible, moyenne, élevée"):
        strategy.rank_risks(risks(("forte", "moyen")), PROBABILITY, IMPACT)
    with pytest.raises(StrategyError, match="0 < low"):
        Scale(("a",), log=True)


def test_coverage_names_gaps_sole_parries_and_the_smallest_sets() -> None:
    matrix = pd.DataFrame(
        [[2, 0, 1], [0, 2, 0], [0, 0, 0]], index=["r1", "r2", "r3"], columns=["a", "b", "c"]
    )
    partial, direct = strategy.coverage(matrix), strategy.coverage(matrix, strategy.DIRECT)
    assert partial.uncovered == ("r3",)
    assert partial.alone == {"r2": "b"}
    assert partial.smallest == (("a", "b"), ("b", "c"))
    assert (direct.alone, direct.idle) == ({"r1": "a", "r2": "b"}, ("c",))
    assert direct.smallest == (("a", "b"),)
    with pytest.raises(StrategyError, match="r1 × b"):
        strategy.coverage(matrix.replace(0, 3))
