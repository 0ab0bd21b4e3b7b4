"""The ground floor: ranges, shares of variance, errors that name what would be right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from handbook import benchmarking, facts, forecasting, scenarios, strategy
from handbook.core import french as fr
from handbook.core.errors import HandbookError, unknown
from handbook.core.ranges import Range, Ranges
from handbook.core.sensitivity import saltelli, sensitivity
from handbook.economics.prevention import PreventionError


class RoomError(HandbookError):
    """An error of some room."""


def test_a_misspelt_name_is_refused_with_the_nearest_ones() -> None:
    error = unknown("anual", ["annual", "monthly"], "step", RoomError)
    assert isinstance(error, RoomError)
    assert str(error) == "unknown step « anual »; nearest: annual"
    assert error.nearest == ("annual",)


def test_names_that_look_like_nothing_are_answered_by_the_few_that_exist() -> None:
    assert str(unknown("zzz", ["annual"], "step", RoomError)).endswith("; known: annual")
    many = [f"name-{place}" for place in range(40)]
    assert str(unknown("zzz", many, "step", RoomError)) == "unknown step « zzz »"


def test_every_room_refuses_with_an_error_of_the_handbook() -> None:
    rooms = (
        facts.FactsError,
        forecasting.ForecastError,
        benchmarking.BenchmarkError,
        scenarios.ScenarioError,
        strategy.StrategyError,
        PreventionError,
    )
    for kind in rooms:
        assert issubclass(kind, HandbookError)
        assert issubclass(kind, ValueError)
    assert issubclass(facts.FactsError, LookupError)


def test_shares_of_variance_are_those_of_a_sum() -> None:
    """Of 3x + y + 0z, independent and uniform, x has 9 parts of 10 and z none."""
    inputs = Ranges({name: Range(0, 0.5, 1) for name in ("x", "y", "z")})
    found = sensitivity(
        inputs,
        lambda frame: 3 * frame["x"] + frame["y"],
        by="input",
        n=2048,
        seed=1,
        shape="uniform",
    )
    assert list(found.table.index) == ["x", "y", "z"]
    np.testing.assert_allclose(found.table["total"], [0.9, 0.1, 0], atol=0.01)
    np.testing.assert_allclose(found.table["first"], [0.9, 0.1, 0], atol=0.02)
    assert found.variance == pytest.approx(10 / 12, rel=0.01)
    assert found.deciding() == "x"


def test_inputs_of_a_group_share_one_part() -> None:
    design = saltelli(["a", "a", "b"], 1024, seed=0)
    assert design.points.shape == (1024 * (2 + 2), 3)
    assert design.names == ["a", "b"]
    shares = design.shares(design.points[:, :2].sum(axis=1) + design.points[:, 2])
    np.testing.assert_allclose(shares["total"], [2 / 3, 1 / 3], atol=0.03)


def test_a_result_that_never_varies_and_an_input_alone_have_plain_answers() -> None:
    design = saltelli(["a", "b"], 8, seed=0)
    assert (design.shares(np.ones(len(design.points))) == 0).all(axis=None)
    alone = saltelli(["a", "a"], 8, seed=0)
    assert alone.shares(alone.points[:, 0]).loc["a"].tolist() == [1, 1, 0, 0]
    with pytest.raises(RoomError, match="power of two"):
        saltelli(["a", "b"], 1000, seed=0, error=RoomError)


def test_a_misspelt_input_is_refused() -> None:
    inputs = Ranges({"minutes": Range(10, 20, 30)})
    assert inputs.fixed(minutes=15).central() == {"minutes": 15}
    with pytest.raises(HandbookError, match="unknown input « minute »; nearest: minutes"):
        inputs.fixed(minute=15)
    assert isinstance(inputs.draw(3, seed=0), pd.DataFrame)


def test_small_counts_are_written_in_letters() -> None:
    assert [fr.in_letters(count) for count in (0, 1, 9, 10, 1200)] == [
        "zéro",
        "un",
        "neuf",
        "10",
        f"1{fr.NARROW}200",
    ]
    assert fr.in_letters(0, zero="aucun") == "aucun"
