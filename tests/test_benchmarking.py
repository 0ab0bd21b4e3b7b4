"""Composite indicators: definitions, published indices, invariants."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from benchmark_tables import TAI_GOALPOSTS, from_reference, table, up
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handbook.benchmarking import (
    BenchmarkError,
    Composite,
    benefit_of_the_doubt,
    budget_weights,
    correlations,
    cronbach_alpha,
    decomposition,
    factor_verdict,
    nearest,
    rank_correlation,
    strengths,
    unit_ranks,
)

TAI_GROUPS = dict(
    zip(TAI_GOALPOSTS, np.repeat(["creation", "new", "old", "skills"], 2), strict=True)
)

quick = settings(max_examples=25, derandomize=True)


def numbers(rows=(3, 7), columns=(2, 5)):
    """Tables of small whole numbers, ties included, no constant column."""
    shape = st.tuples(st.integers(*rows), st.integers(*columns))
    cells = shape.flatmap(lambda size: arrays(np.int64, size, elements=st.integers(0, 9)))
    return cells.filter(lambda found: (np.ptp(found, axis=0) > 0).all())


@pytest.fixture(scope="module")
def tai():
    return from_reference("tai_2001", "country")


# ---------------------------------------------------------------- published indices


def test_human_development_index_2021():
    published = from_reference("hdi_2021", "iso3")
    data = pd.DataFrame(
        {
            "life": published["le_2021"],
            "expected": published["eys_2021"],
            "mean": published["mys_2021"],
            "income": np.log(published["gnipc_2021"]),
        }
    )
    goalposts = {
        "life": (20, 85),
        "expected": (0, 18),
        "mean": (0, 15),
        "income": (np.log(100), np.log(75_000)),
    }
    groups = {"life": "health", "expected": "school", "mean": "school", "income": "income index"}
    index = Composite(data, up(data), groups=groups)
    found = index.scores("goalposts", ("arithmetic", "geometric"), goalposts=goalposts)
    assert found.round(3).to_numpy() == pytest.approx(published["hdi_2021"].to_numpy())
    ranks = index.ranks("goalposts", ("arithmetic", "geometric"), goalposts=goalposts, decimals=3)
    order = published["hdi_rank_2021"].rank(method="min").astype(int)
    assert ranks.tolist() == order.tolist()
    assert ranks["JPN"] == ranks["KOR"]


def test_technology_achievement_index_2001(tai):
    data = tai.drop(columns="tai_2001")
    found = Composite(data, up(data), groups=TAI_GROUPS).scores(
        "goalposts", goalposts=TAI_GOALPOSTS
    )
    gap = (found - tai["tai_2001"]).drop("Singapore")
    assert gap.abs().max() < 0.002


def test_borda_and_condorcet_disagree_on_the_handbooks_profile():
    # OECD/JRC Handbook, Table 25 (after Moulin 1988): 21 criteria in four orders of a, b, c, d.
    orders = {"abcd": 3, "acbd": 5, "bdca": 7, "cbda": 6}
    data = pd.DataFrame(
        {order: [3 - order.index(unit) for unit in "abcd"] for order in orders}, index=list("abcd")
    )
    index = Composite(data, up(data), weights=orders)
    assert index.scores("none", "borda").round(9).tolist() == [24, 44, 38, 20]
    assert index.scores("none", "copeland").tolist() == [-3, 1, 3, -1]
    assert index.ranks("none", "kemeny").sort_values().index.tolist() == ["c", "b", "d", "a"]
    assert index.consensus().unique


def test_benefit_of_the_doubt_puts_the_frontier_at_one(tai):
    data = tai.drop(columns="tai_2001")
    found = benefit_of_the_doubt(Composite(data, up(data)).normalised())
    leaders = ["Finland", "United States", "Sweden", "Japan", "Korea"]
    assert found.scores[leaders].to_numpy() == pytest.approx(1)
    assert found.scores.between(0, 1 + 1e-9).all()
    assert found.shares.sum(axis=1).to_numpy() == pytest.approx(1)
    held = benefit_of_the_doubt(Composite(data, up(data)).normalised(), share_bounds=(0, 0.4))
    assert (held.scores <= found.scores + 1e-9).all()


# ---------------------------------------------------------------- definitions (COINr)


def test_every_normalisation_by_hand():
    data = pd.DataFrame({"up": [1.0, 3, 3, 5], "down": [10.0, 20, np.nan, 40]}, index=list("abcd"))
    index = Composite(data, {"up": 1, "down": -1})
    sd = np.std([10, 20, 40], ddof=1)
    expected = {
        "none": ([1, 3, 3, 5], [-10, -20, np.nan, -40]),
        "minmax": ([0, 0.5, 0.5, 1], [1, 2 / 3, np.nan, 0]),
        "zscore": (
            np.array([-2, 0, 0, 2]) / np.std([1, 3, 3, 5], ddof=1),
            (70 / 3 - np.array([10, 20, np.nan, 40])) / sd,
        ),
        "rank": ([1, 2, 2, 4], [3, 2, np.nan, 1]),
        "percentile": ([0, 1 / 3, 1 / 3, 1], [1, 0.5, np.nan, 0]),
        "borda": ([0, 1, 1, 3], [2, 1, np.nan, 0]),
        "goalposts": ([0.25, 0.75, 0.75, 1], [1, 0.5, np.nan, 0]),
        "reference": ([0, 1, 1, 2], [1.5, 1, np.nan, 0]),
    }
    options = {
        "goalposts": {"up": (0, 4), "down": (12, 28)},
        "reference": {"up": 3, "down": 20},
    }
    for method, (first, second) in expected.items():
        own = {name: given for name, given in options.items() if name == method}
        found = index.normalised(method, **own)
        assert found["up"].to_numpy() == pytest.approx(np.asarray(first)), method
        assert found["down"].to_numpy() == pytest.approx(np.asarray(second), nan_ok=True), method
    scaled = index.normalised("minmax", bounds=(0, 100))["up"]
    assert scaled.tolist() == [0, 50, 50, 100]


def test_means_by_hand():
    index = Composite(table([[1, 4], [2, 2]]), {"x0": 1, "x1": 1}, weights=[3, 1])
    assert index.scores("none", "arithmetic").tolist() == pytest.approx([1.75, 2])
    assert index.scores("none", "geometric").tolist() == pytest.approx([4**0.25, 2])
    assert index.scores("none", "harmonic").tolist() == pytest.approx([4 / 3.25, 2])
    assert index.scores("minmax", "geometric").tolist() == [0, 0]


def test_hierarchy_weighs_within_each_group_then_between_groups():
    data = table(np.random.default_rng(0).random((6, 5)))
    groups = {"x0": "g", "x1": "g", "x2": "g", "x3": "h", "x4": "h", "g": "all", "h": "all"}
    weights = {"x0": 1, "x1": 2, "x2": 1, "x3": 1, "x4": 3, "g": 1, "h": 4, "all": 1}
    index = Composite(data, up(data), weights, groups)
    by_hand = 0.2 * (data[["x0", "x1", "x2"]] @ [0.25, 0.5, 0.25]) + 0.8 * (
        data[["x3", "x4"]] @ [0.25, 0.75]
    )
    assert index.scores("none").to_numpy() == pytest.approx(by_hand.to_numpy())
    assert index.effective_weights.tolist() == pytest.approx([0.05, 0.1, 0.05, 0.2, 0.6])
    assert Composite(data, up(data), groups=groups).effective_weights["x4"] == pytest.approx(0.25)
    by_level = [{k: v for k, v in weights.items() if (k in data) is ours} for ours in (True, False)]
    nested = Composite(data, up(data), dict(zip(("low", "high"), by_level, strict=True)), groups)
    assert nested.effective_weights.equals(index.effective_weights)


def test_metadata_table_builds_the_same_index():
    data = table(np.random.default_rng(1).random((5, 3)))
    meta = pd.DataFrame(
        [
            ("x0", "A", 1, 1, "g", "s", "observed"),
            ("x1", "B", -1, 3, "g", "s", "observed"),
            ("x2", "C", 1, 1, "h", "s", "observed"),
            ("g", "G", None, 2, "index", "", ""),
            ("h", "H", None, 1, "index", "", ""),
            ("index", "I", None, 1, None, "", ""),
        ],
        columns=["code", "name", "direction", "weight", "parent", "source", "status"],
    )
    index = Composite.from_metadata(data, meta)
    assert index.effective_weights.tolist() == pytest.approx([1 / 6, 1 / 2, 1 / 3])
    with pytest.raises(BenchmarkError, match="missing column 'status'"):
        Composite.from_metadata(data, meta.drop(columns="status"))


def test_half_the_weight_is_a_tie_however_it_is_summed():
    # 49 equal weights, one indicator tied, 24 each way: sums of 1/49 miss 0.5 in binary.
    first = np.r_[np.ones(24), np.zeros(24), 5]
    second = np.r_[np.zeros(24), np.ones(24), 5]
    data = table([first, second])
    index = Composite(data, up(data))
    assert index.scores("none", "copeland").tolist() == [0, 0]
    assert index.ranks("none", "kemeny").tolist() == [1, 1]
    assert not index.consensus().unique
    assert index.ranks("none").tolist() == [1, 1]


def test_kemeny_is_the_best_of_all_orders():
    for seed in range(6):
        data = table(np.random.default_rng(seed).integers(0, 4, (5, 5)))
        if (data.max() == data.min()).any():
            continue
        index = Composite(data, up(data), weights=[1, 2, 3, 4, 5])
        values, share = data.to_numpy(), np.arange(1, 6) / 15
        support = (values[:, None] > values) @ share + (values[:, None] == values) @ share / 2
        costs = [
            sum(support[later, first] for at, later in enumerate(order) for first in order[:at])
            for order in permutations(range(5))
        ]
        found = index.consensus()
        assert found.disagreement == pytest.approx(min(costs))
        assert found.unique == (np.isclose(costs, min(costs)).sum() == 1)


# ---------------------------------------------------------------- unknown cells


def test_an_unknown_cell_is_neither_dropped_nor_contagious():
    data = pd.DataFrame({"x": [1.0, 2, 4], "y": [3.0, np.nan, 1]}, index=list("abc"))
    index = Composite(data, up(data))
    for aggregate in ("arithmetic", "harmonic", "copeland", "borda", "kemeny"):
        scores = index.scores("minmax", aggregate)
        assert scores.isna().tolist() == [False, True, False], aggregate
    assert index.ranks().isna().tolist() == [False, True, False]
    shared = index.scores("minmax", missing="available")
    assert shared.tolist() == pytest.approx([0.5, 1 / 3, 0.5])
    only_x = Composite(data, up(data), weights={"x": 1, "y": 0})
    assert only_x.ranks().tolist() == [3, 2, 1]
    with pytest.raises(BenchmarkError, match="unknown cells for 'b'"):
        index.consensus()


def test_copeland_with_an_unknown_cell_ignores_the_order_of_rows():
    data = table([[3, 1, np.nan], [1, 3, 2], [2, 2, 1]])
    for aggregate in ("copeland", "borda"):
        scores = Composite(data, up(data)).scores("none", aggregate, missing="available")
        swapped = Composite(data.iloc[::-1], up(data)).scores(
            "none", aggregate, missing="available"
        )
        assert swapped[scores.index].tolist() == pytest.approx(scores.tolist())


def test_coverage_says_who_is_below_the_rule():
    data = pd.DataFrame(
        {"x": [1, np.nan, 2], "y": [1, np.nan, 3], "z": [np.nan, 1, 4]}, index=["A", "B", "C"]
    )
    found = Composite(data, up(data)).coverage
    assert found.units_below == ["B"]
    assert not found.sufficient
    assert "1 pays (B)" in found.explain()


# ---------------------------------------------------------------- invariants


@quick
@given(numbers(), st.sampled_from(["goalposts", "rank", "borda", "none"]))
def test_improving_a_unit_never_costs_it_a_rank(values, normalise):
    data = table(values)
    better = data.copy()
    better.iloc[0] += 1
    posts = {"goalposts": dict.fromkeys(data.columns, (-1, 11))}
    posts = posts if normalise == "goalposts" else {}
    for aggregate in ("arithmetic", "geometric", "copeland", "borda"):
        before, after = (
            Composite(each, up(data)).ranks(normalise, aggregate, **posts)["a"]
            for each in (data, better)
        )
        assert after <= before, aggregate


@quick
@given(numbers(), st.floats(0.1, 50), st.floats(-100, 100))
def test_minmax_scores_ignore_units_of_measure(values, factor, shift):
    data = table(values)
    moved = data * factor + shift
    first = Composite(data, up(data)).scores()
    assert Composite(moved, up(data)).scores().to_numpy() == pytest.approx(
        first.to_numpy(), abs=1e-9
    )
    reversed_ = Composite(-data, dict.fromkeys(data, -1)).scores()
    assert reversed_.to_numpy() == pytest.approx(first.to_numpy(), abs=1e-12)


@quick
@given(numbers(), st.randoms(use_true_random=False))
def test_order_of_units_and_indicators_is_immaterial(values, random):
    data = table(values)
    weights = {name: at + 1 for at, name in enumerate(data.columns)}
    rows, columns = list(data.index), list(data.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    moved = data.loc[rows, columns]
    for aggregate in ("arithmetic", "harmonic", "copeland", "borda", "kemeny"):
        first = Composite(data, up(data), weights).ranks("minmax", aggregate)
        second = Composite(moved, up(data), weights).ranks("minmax", aggregate)
        assert second[first.index].tolist() == first.tolist(), aggregate


@quick
@given(numbers())
def test_dominating_unit_is_first_everywhere_and_scores_are_ordered(values):
    data = table(values)
    data.loc["best"] = data.max() + 1
    index = Composite(data, up(data))
    for aggregate in ("arithmetic", "geometric", "harmonic", "copeland", "borda", "kemeny"):
        assert index.ranks("minmax", aggregate).loc["best"] == 1
    parts = [index.scores("minmax", way) for way in ("harmonic", "geometric", "arithmetic")]
    assert (parts[0] <= parts[1] + 1e-12).all()
    assert (parts[1] <= parts[2] + 1e-12).all()
    assert index.scores("none", "copeland").sum() == 0


# ---------------------------------------------------------------- details


def test_decomposition_adds_up():
    data = table(np.random.default_rng(3).random((5, 4)))
    index = Composite(data, {"x0": 1, "x1": -1, "x2": 1, "x3": 1}, weights=[1, 2, 3, 4])
    found = decomposition(index, "a", "b")
    scores = index.scores()
    assert found["part"].sum() == pytest.approx(scores["a"])
    assert found["lead"].sum() == pytest.approx(scores["a"] - scores["b"])
    logs = index.contributions("minmax", "geometric", floor=0.01).sum(axis=1)
    assert np.exp(logs).tolist() == pytest.approx(
        index.scores("minmax", "geometric", floor=0.01).tolist()
    )


def test_a_common_trait_is_not_a_strength():
    data = pd.DataFrame(
        {"shared": [1, 1, 1, 1, 1, 0], "own": [9, 1, 2, 3, 4, 5], "gap": [np.nan, 1, 2, 3, 4, 5]},
        index=list("abcdef"),
    )
    found = strengths(Composite(data, {"shared": 1, "own": 1, "gap": 1}), "a")
    assert found["kind"].to_dict() == {"shared": "neither", "own": "strength", "gap": "unknown"}
    assert found.loc["shared", ["best", "worst"]].tolist() == [1, 5]
    assert found.loc["gap", ["best", "worst"]].tolist() == [1, 6]
    weak = strengths(Composite(data, {"shared": 1, "own": -1, "gap": 1}), "a")
    assert weak.loc["own", "kind"] == "weakness"


def test_multivariate_look():
    data = table(np.random.default_rng(5).random((11, 9)))
    values = data.to_numpy()
    values = values / values.std(axis=0, ddof=1)
    alpha = 9 / 8 * (1 - 9 / values.sum(axis=1).var(ddof=1))
    assert cronbach_alpha(data) == pytest.approx(alpha)
    assert correlations(data).shape == (9, 9)
    verdict = factor_verdict(11, 9)
    assert not verdict.accepted
    assert verdict.explain().startswith("1,2\u00a0cas par indicateur")
    assert factor_verdict(51, 9).rules["cinq cas par indicateur"]


def test_rank_correlation_is_exact_on_few_units():
    first = pd.Series([1, 2, 3, 4, np.nan], index=list("abcde"))
    found = rank_correlation(first, pd.Series([10, 20, 30, 40, 50], index=list("abcde")))
    assert (found.rho, found.units) == (pytest.approx(1), 4)
    assert found.p_value == pytest.approx(2 / 24)
    many = pd.Series(np.random.default_rng(0).random(11))
    assert rank_correlation(many, -many).rho == pytest.approx(-1)
    assert rank_correlation(many, -many).p_value < 0.001
    with pytest.raises(BenchmarkError, match="4 common units, not 3"):
        rank_correlation(first[:3], first)


def test_budget_allocation():
    points = pd.DataFrame({"x": [60, 20], "y": [40, 80]}, index=["Ada", "Bo"])
    assert budget_weights(points).to_dict() == pytest.approx({"x": 0.4, "y": 0.6})
    with pytest.raises(BenchmarkError, match="'Bo' must spread 100 points"):
        budget_weights(pd.DataFrame({"x": [60, 20, 1], "y": [40, 70, 99]}, ["Ada", "Bo", "Cy"]))


def test_unit_ranks_table():
    data = table(np.random.default_rng(2).random((6, 4)))
    found = unit_ranks(Composite(data, up(data)), "a")
    assert found.shape == (3, 5)
    assert found.loc["rank", "copeland"] == found.loc["minmax", "copeland"]


def test_the_nearest_units_are_those_of_a_plain_search() -> None:
    rng = np.random.default_rng(7)
    data = pd.DataFrame(rng.normal(size=(40, 3)) * [1, 100, 0.01], columns=["a", "b", "c"])
    scores = (data - data.mean()) / data.std()
    found = nearest(data, 4)
    for unit, rows in found.groupby("unit"):
        plain = ((scores - scores.loc[unit]) ** 2).sum(axis=1).pow(0.5).drop(unit).nsmallest(4)
        assert rows["neighbour"].tolist() == plain.index.tolist()
        assert rows["distance"].tolist() == pytest.approx(plain.tolist())


def test_a_unit_is_not_its_own_neighbour_even_where_several_are_equal() -> None:
    data = pd.DataFrame({"a": [1, 1, 1, 5, 6], "b": [2, 2, 2, 0, 1]}, index=list("pqrst"))
    found = nearest(data, 2)
    assert (found["unit"] != found["neighbour"]).all()
    assert found.groupby("unit").size().eq(2).all()
    assert set(found.loc[found["unit"] == "q", "neighbour"]) == {"p", "r"}


@pytest.mark.parametrize(
    ("data", "count", "named"),
    [
        ({"a": [1, None, 3]}, 1, "'1'"),
        ({"a": [1, 2, 3], "b": [4, 4, 4]}, 1, "'b'"),
        ({"a": [1, 2, 3]}, 3, "1 to 2"),
    ],
)
def test_neighbours_that_would_mean_nothing_are_refused(data, count, named) -> None:
    with pytest.raises(BenchmarkError, match=named):
        nearest(pd.DataFrame(data), count)
