"""How sure a ranking is: uncertainty, sensitivity, attainable ranks, intervals, live page."""

import tracemalloc
from itertools import product

import numpy as np
import pandas as pd
import pytest
from benchmark_tables import TAI_GOALPOSTS, from_reference
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.benchmarking import (
    BenchmarkError,
    Choices,
    Composite,
    interval_payload,
    live_payload,
    live_ranks,
    necessary_preferences,
    ordinal_intervals,
    rank_intervals,
    sample_completions,
    score_intervals,
)

quick = settings(max_examples=12, derandomize=True)
SCALE = ("Limité", "Moyen", "Élevé")


def random_index(units, indicators, seed, *, whole=False, groups=None, weights=None):
    values = np.random.default_rng(seed).normal(size=(units, indicators))
    data = pd.DataFrame(
        np.round(2 * values) if whole else values,
        index=[f"u{k}" for k in range(units)],
        columns=[f"x{k}" for k in range(indicators)],
    )
    directions = {name: -1 if at % 3 == 2 else 1 for at, name in enumerate(data)}
    return Composite(data, directions, weights, groups), data, directions


def is_constant(data):
    return (data.max() == data.min()).any()


@pytest.fixture(scope="module")
def tai():
    data = from_reference("tai_2001", "country").drop(columns="tai_2001")
    return Composite(data, dict.fromkeys(data.columns, 1))


# ---------------------------------------------------------------- uncertainty


def test_draws_rank_as_the_composite_does():
    groups = {"x0": "g", "x1": "g", "x2": "h", "x3": "h"}
    weights = {"x0": 1, "x1": 2, "x2": 3, "x3": 1, "g": 1, "h": 2}
    index, data, directions = random_index(7, 4, 0, whole=True, groups=groups, weights=weights)
    choices = Choices(aggregate=("arithmetic", "geometric", "copeland", "borda"), spread=0)
    ranks = index.sensitivity(choices).ranks
    assert len(ranks) == 3 * 4 * 5
    for row in ranks.to_dict("records"):
        kept = [name for name in data if name != row["dropped"]]
        part = Composite(
            data[kept],
            {name: directions[name] for name in kept},
            {name: weights[name] for name in [*kept, "g", "h"]},
            {name: groups[name] for name in kept},
        )
        lift = 0.01 if row["aggregate"] == "geometric" and row["normalise"] != "rank" else None
        expected = part.ranks(row["normalise"], row["aggregate"], floor=lift)
        assert [row[unit] for unit in data.index] == expected.tolist(), row


def test_uncertainty_is_reproducible_and_ordered():
    index, data, _ = random_index(11, 9, 1)
    found = index.uncertainty(2_000, seed=3)
    assert list(found.columns) == ["median", "lower", "upper"]
    assert list(found.index) == list(data.index)
    assert (found["lower"] <= found["median"]).all()
    assert (found["median"] <= found["upper"]).all()
    pd.testing.assert_frame_equal(found, index.uncertainty(2_000, seed=3))
    still = index.uncertainty(50, 0, Choices(("minmax",), ("arithmetic",), 0, drop=False))
    for column in still:
        assert still[column].tolist() == index.ranks().tolist()


@quick
@given(st.integers(0, 10_000))
def test_acceptability_rows_sum_to_one_and_attainable_ranks_bracket_every_draw(seed):
    index, data, _ = random_index(6, 4, seed, whole=True)
    if is_constant(data):
        return
    draws = index.simulate(500, seed, Choices.weights_only())
    accept = draws.acceptability()
    assert accept.shape == (6, 6)
    assert accept.sum(axis=1).to_numpy() == pytest.approx(1)
    reach = index.attainable_ranks()
    assert (reach["best"].to_numpy() <= draws.ranks.min(axis=0)).all()
    assert (reach["worst"].to_numpy() >= draws.ranks.max(axis=0)).all()
    nominal = index.ranks()
    assert nominal.between(reach["best"], reach["worst"]).all()


def test_central_weights_put_their_unit_first(tai):
    central = tai.central_weights(4_000).dropna()
    assert "France" not in central.index
    for unit in central.index:
        weights = central.loc[unit]
        assert weights.sum() == pytest.approx(1)
        index = Composite(
            pd.DataFrame(tai.framework.table, tai.framework.units, tai.framework.indicators),
            dict.fromkeys(tai.indicators, 1),
            weights,
        )
        assert index.ranks()[unit] == 1


def test_unknown_cells_widen_the_interval():
    index, data, directions = random_index(8, 4, 4)
    data.iloc[2, :3] = np.nan
    gap = Composite(data, directions)
    assert np.isnan(gap.ranks()["u2"])
    choices = Choices(("minmax",), ("arithmetic",), 0.1, drop=False, completions=200)
    wide, narrow = gap.uncertainty(2_000, 0, choices), index.uncertainty(2_000, 0, choices)
    assert wide.loc["u2", "upper"] - wide.loc["u2", "lower"] > (
        narrow.loc["u2", "upper"] - narrow.loc["u2", "lower"]
    )
    reach = gap.attainable_ranks()
    draws = gap.simulate(1_000, 0, Choices(("minmax",), ("arithmetic",), None, drop=False)).ranks
    assert (reach["best"].to_numpy() <= draws.min(axis=0)).all()
    assert (reach["worst"].to_numpy() >= draws.max(axis=0)).all()
    with pytest.raises(BenchmarkError, match="'x0' of 'u2'"):
        gap.attainable_ranks("rank")


def test_pairs_ahead_and_ties():
    index, *_ = random_index(5, 3, 8)
    ahead = index.simulate(500, 0).ahead()
    assert (ahead.to_numpy() + ahead.to_numpy().T <= 1 + 1e-12).all()


def test_draws_on_a_large_index_take_memory_for_their_ranks_only():
    index, *_ = random_index(51, 49, 2)
    tracemalloc.start()
    index.uncertainty(4_000, seed=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000 * 51 * 49 * 8  # no array of draws by units by indicators is ever held


# ---------------------------------------------------------------- sensitivity


def test_factorial_shares_are_exact():
    index, *_ = random_index(8, 5, 3)
    found = index.sensitivity(Choices(drop=False), {"given": None, "first": [9, 1, 1, 1, 1]})
    cube = found.ranks[index.units].to_numpy(dtype=float).reshape(3, 3, 2, -1)
    variance = cube.reshape(18, -1).var(axis=0)
    moving = variance > 0
    by_hand = cube.mean(axis=(0, 1)).var(axis=0)[moving] / variance[moving]
    assert found.first["weights"].to_numpy()[moving] == pytest.approx(by_hand)
    assert (found.total.to_numpy()[moving] >= found.first.to_numpy()[moving] - 1e-12).all()
    assert found.first.to_numpy()[moving].sum(axis=1).max() <= 1 + 1e-9
    unit = index.units[int(np.argmax(variance))]
    assert found.most(unit) == found.total.loc[unit].idxmax()
    moves = found.one_at_a_time(unit)
    assert set(moves["factor"]) == {"normalise", "aggregate", "weights"}
    assert (moves.groupby("factor")["shift"].first() == 0).all()


def test_shares_of_the_whole_ranking_are_those_of_all_ranks_at_once():
    index, *_ = random_index(8, 5, 3)
    found = index.sensitivity()
    cube = found.ranks.set_index(["normalise", "aggregate", "dropped"])[index.units].astype(float)
    whole = cube.var(ddof=0).sum()
    for name, shares in found.overall().iterrows():
        alone = cube.groupby(name).mean().var(ddof=0).sum()
        others = [level for level in cube.index.names if level != name]
        without = cube.groupby(others).mean().var(ddof=0).sum()
        assert shares.tolist() == pytest.approx([alone / whole, 1 - without / whole])


def test_sobol_agrees_with_the_factorial_when_weights_stand_still():
    index, *_ = random_index(6, 5, 6)
    choices = Choices(spread=0, drop=False)
    exact, sampled = index.sensitivity(choices), index.sobol(2_048, 1, choices)
    moving = exact.variance > 0.1
    for name in ("normalise", "aggregate"):
        gap = (exact.total[name] - sampled.total[name])[moving].abs()
        assert gap.max() < 0.08
    assert sampled.total["weights"][moving].abs().max() < 0.02
    with pytest.raises(BenchmarkError, match="factorial"):
        sampled.one_at_a_time("u0")


# ---------------------------------------------------------------- attainable ranks


def test_attainable_ranks_count_ties_at_a_goalpost(tai):
    # Cut at their goalposts, telephones and electricity tie most countries at the top.
    reach = tai.attainable_ranks("goalposts", goalposts=TAI_GOALPOSTS)
    assert reach.loc["France"].tolist() == [1, 21]
    assert (reach["best"] == 1).sum() == 18
    held = tai.attainable_ranks("goalposts", goalposts=TAI_GOALPOSTS, weight_bounds=(0.05, 0.25))
    assert list(held.index[held["best"] == 1]) == [
        "Finland",
        "United States",
        "Sweden",
        "Japan",
        "Korea",
    ]


def test_attainable_ranks_of_a_published_table(tai, capfd):
    reach = tai.attainable_ranks()
    # The United States and Sweden are above France on all eight indicators: never first or second.
    assert reach.loc["France"].tolist() == [6, 21]
    assert (reach["best"] == 1).sum() == 8
    near = tai.attainable_ranks(near=0.2)
    assert (near["best"] >= reach["best"]).all()
    assert (near["worst"] <= reach["worst"]).all()
    assert capfd.readouterr().out == ""


@quick
@given(st.integers(0, 10_000))
def test_attainable_ranks_equal_a_search_over_a_fine_grid(seed):
    index, data, _ = random_index(6, 3, seed, whole=True)
    if is_constant(data):
        return
    steps = 60
    grid = [(a, b, steps - a - b) for a in range(steps + 1) for b in range(steps + 1 - a)]
    scores = (np.array(grid) / steps) @ index.normalised().to_numpy().T
    best = 1 + (scores[:, None, :] > scores[:, :, None] + 1e-12).sum(axis=2).min(axis=0)
    worst = (scores[:, None, :] >= scores[:, :, None] - 1e-12).sum(axis=2).max(axis=0)
    reach = index.attainable_ranks()
    assert (reach["best"].to_numpy() <= best).all()
    assert (reach["worst"].to_numpy() >= worst).all()
    # The grid may miss a thin region, and then the weights found must prove it.
    for at in np.flatnonzero((reach["best"].to_numpy() < best) | (reach["worst"] > worst)):
        _check_witness(index, index.units[at], reach.iloc[at])


def _check_witness(index, unit, reach):
    found = index.attainable(unit)
    assert (found.best, found.worst) == tuple(reach)
    table = index.normalised()
    for weights, rank, side in (
        (found.best_weights, found.best, "best"),
        (found.worst_weights, found.worst, "worst"),
    ):
        assert weights.min() >= -1e-12
        assert weights.sum() == pytest.approx(1)
        gap = (table - table.loc[unit]).drop(index=unit).to_numpy() @ weights.to_numpy()
        count = (gap > 1e-7).sum() if side == "best" else (gap >= -1e-7).sum()
        assert 1 + count == rank


def test_weights_that_give_a_rank_do_give_it(tai):
    _check_witness(tai, "France", (6, 21))
    here = tai.attainable("Finland", near=0.1)
    assert here.best == 1
    assert (here.best_weights - 1 / 8).abs().max() <= 0.0125 + 1e-9


def test_identical_units_tie_for_and_against():
    data = pd.DataFrame({"x": [1.0, 1, 0], "y": [1.0, 1, 0]}, index=list("abc"))
    reach = Composite(data, {"x": 1, "y": 1}).attainable_ranks()
    assert reach.to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]


def test_attainable_ranks_under_a_geometric_mean():
    index, *_ = random_index(6, 3, 5)
    reach = index.attainable_ranks(aggregate="geometric", floor=0.01)
    draws = index.simulate(2_000, 0, Choices(("minmax",), ("geometric",), None, drop=False)).ranks
    assert (reach["best"].to_numpy() <= draws.min(axis=0)).all()
    assert (reach["worst"].to_numpy() >= draws.max(axis=0)).all()
    with pytest.raises(BenchmarkError, match="floor"):
        index.attainable_ranks(aggregate="geometric")


# ---------------------------------------------------------------- rating intervals


@pytest.fixture
def ratings():
    table = pd.DataFrame(
        {
            "lever1": ["Élevé", "Moyen", "Limité"],
            "lever2": ["Moyen", None, "Limité"],
            "lever3": ["force nuancée", "Limité", "Moyen"],
        },
        index=["Corée", "France", "Brésil"],
    )
    return ordinal_intervals(table, SCALE, partial={"force nuancée": ("Moyen", "Élevé")})


def test_ratings_become_intervals(ratings):
    assert ratings.known == pytest.approx(7 / 9)
    assert ratings.lower.loc["Corée", "lever3"] == 0.5
    assert ratings.upper.loc["Corée", "lever3"] == 1
    assert ratings.lower.loc["France", "lever2"] == 0
    scores = score_intervals(ratings)
    assert scores.loc["France"].tolist() == pytest.approx([0.5 / 3, 1.5 / 3])
    filled = ratings.filled({("France", "lever2"): 0.5})
    assert score_intervals(filled).loc["France"].tolist() == pytest.approx([1 / 3, 1 / 3])
    with pytest.raises(BenchmarkError, match="not on the scale"):
        ratings.filled({("France", "lever2"): 0.7})
    with pytest.raises(BenchmarkError, match="'Fort' of 'Corée', 'lever1'"):
        ordinal_intervals(pd.DataFrame({"lever1": ["Fort"]}, ["Corée"]), SCALE)


def test_rank_intervals_are_reached_by_completions(ratings):
    found = rank_intervals(ratings, [1, 2, 3])
    low, high = ratings.lower.to_numpy(), ratings.upper.to_numpy()
    free = list(zip(*np.nonzero(low < high), strict=True))
    best, worst = np.full(3, 9), np.zeros(3, dtype=int)
    levels = [[v for v in ratings.levels if low[c] <= v <= high[c]] for c in free]
    for values in product(*levels):
        cells = low.copy()
        for cell, value in zip(free, values, strict=True):
            cells[cell] = value
        scores = cells @ [1, 2, 3]
        best = np.minimum(best, 1 + (scores > scores[:, None] + 1e-12).sum(axis=1))
        worst = np.maximum(worst, (scores >= scores[:, None] - 1e-12).sum(axis=1))
    assert found["best"].tolist() == best.tolist()
    assert found["worst"].tolist() == worst.tolist()


def test_necessary_preferences_hold_in_every_sampled_completion(ratings):
    sure = necessary_preferences(ratings)
    assert sure.to_numpy().sum() == 1
    assert sure.loc["Corée", "Brésil"]
    given_ = necessary_preferences(ratings, any_weights=False)
    spaced = necessary_preferences(ratings, any_weights=False, any_spacing=False)
    assert (sure <= given_).to_numpy().all()
    assert (given_ <= spaced).to_numpy().all()
    drawn = sample_completions(ratings, n=2_000)
    assert drawn.acceptability.sum(axis=1).to_numpy() == pytest.approx(1)
    behind = drawn.ahead.T.to_numpy()
    assert (behind[spaced.to_numpy()] == 0).all()


def test_nothing_is_sure_when_nothing_is_known():
    table = pd.DataFrame(None, index=list("abcd"), columns=["l1", "l2"], dtype=object)
    blank = ordinal_intervals(table, SCALE)
    assert not necessary_preferences(blank, any_weights=False).to_numpy().any()
    assert rank_intervals(blank).to_numpy().tolist() == [[1, 4]] * 4


def test_reversed_ratings_turn_round():
    table = pd.DataFrame({"isolement": ["Élevé", "Limité"]}, index=["a", "b"])
    found = ordinal_intervals(table, SCALE, reversed_=["isolement"])
    assert found.lower["isolement"].tolist() == [0, 1]


# ---------------------------------------------------------------- live page


def test_live_ranks_without_noise_are_the_ranks():
    index, _, directions = random_index(7, 4, 9, whole=True, weights=[1, 2, 3, 4])
    payload = live_payload(index, spread=0, draws=1)
    for normalise, aggregate in product(("minmax", "zscore", "rank"), ("arithmetic", "geometric")):
        found = live_ranks(payload, normalise=[normalise], aggregate=[aggregate])
        plain = aggregate == "arithmetic" or normalise == "rank"
        base = normalise if plain else "minmax"
        expected = index.ranks(base, aggregate, floor=None if plain else 0.01)
        assert found["best"].tolist() == expected.tolist()
        assert (found["worst"] >= found["best"]).all()
    turned = live_ranks(payload, normalise=["minmax"], reversed_=["x1"])
    flipped = Composite(
        pd.DataFrame(index.framework.table, index.framework.units, index.framework.indicators),
        {**directions, "x1": -1},
        [1, 2, 3, 4],
    )
    assert turned["best"].tolist() == flipped.ranks().tolist()


def test_live_intervals_widen_with_doubt_and_take_unknown_cells(ratings):
    index, data, directions = random_index(11, 9, 10)
    payload = live_payload(index)
    found = live_ranks(payload, aggregate=["arithmetic", "geometric"])
    assert (found["lower"] <= found["best"] + 10).all()
    assert (found["upper"] - found["lower"]).sum() > 0
    data.iloc[0, 0] = np.nan
    gap = live_ranks(live_payload(Composite(data, directions)))
    assert gap.loc["u0", "best"] < gap.loc["u0", "worst"]
    lever = live_ranks(interval_payload(ratings, spread=0, draws=3))
    assert (
        lever[["best", "worst"]].to_numpy().tolist() == rank_intervals(ratings).to_numpy().tolist()
    )
    with pytest.raises(BenchmarkError, match="above zero"):
        live_ranks(interval_payload(ratings), aggregate=["geometric"])
    with pytest.raises(BenchmarkError, match="none negative"):
        live_ranks(payload, [0] * 9)
