"""The view of stated assumptions: Python and the page agree, and so does the strategy room."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from parity import assert_same_words, random_states
from traitlets import TraitError

from handbook import forecasting, strategy
from handbook.views.growth.view import Future, GrowthExplorer, Path


class Stated:
    """A range somebody states."""

    series = pd.Series([500.0, 690.0], index=pd.to_datetime(["2024-02-01", "2025-05-31"]))
    mean = pd.Series(
        [700.0, 760.0, 820.0], index=pd.to_datetime(["2025-12-31", "2026-12-31", "2027-12-31"])
    )

    def interval(self, _: float) -> pd.DataFrame:
        return pd.DataFrame({"lower": 690.0, "upper": 2 * self.mean - 690}, index=self.mean.index)


def forecast() -> forecasting.Forecast:
    dates = pd.date_range("2019-12-31", periods=12, freq="6ME")
    values = pd.Series(np.linspace(1400, 2981, 12).round(), index=dates, name="msp")
    return forecasting.forecast(values, 14)


@pytest.fixture(scope="module")
def view() -> GrowthExplorer:
    return GrowthExplorer(
        {
            "msp": Path(
                "Maisons",
                "maisons",
                "ouvertures",
                forecast(),
                "intervalle",
                digits=-1,
                sources=["s"],
            ),
            "cpts": Path(
                "CPTS", "CPTS", "signatures", Stated(), "fourchette", "assumption", "Peu.", -1
            ),
        },
        {
            "budgets": Future("budgets", {"msp": -40, "cpts": -50}, {"msp": "A.", "cpts": "B."}),
            "elan": Future("élan", {"msp": 10, "cpts": 0}, {"msp": "C.", "cpts": "D."}),
        },
        sources=[{"id": "s", "title": "Source"}],
        years=(2026, 2030),
    )


def test_python_and_the_page_say_the_same(view: GrowthExplorer) -> None:
    named = [
        {"future": "budgets", "msp": -40, "cpts": -50},
        {"future": "elan", "msp": 10, "cpts": 0},
        {"future": "aucun", "msp": 0, "cpts": 0},
    ]
    whole = [
        {"path": path, "start": start, **amounts}
        for path in ("msp", "cpts")
        for start in (2026, 2028)
        for amounts in named
    ]
    assert_same_words(view, [*whole, *random_states(view, 300)], rtol=1e-12)


@pytest.mark.parametrize("amount", [-100, -40, 0, 25])
def test_a_forecast_is_moved_as_the_strategy_room_moves_it(view, amount: float) -> None:
    told = view.summary({"path": "msp", "msp": amount, "start": 2027})
    shown = np.array([point[1:] for point in told.curves[0]["points"]])
    effect = strategy.Effect("x", amount, pd.Timestamp("2026-12-31"))
    moved = strategy.suppose(forecast(), [effect])
    np.testing.assert_allclose(shown[:, 0], moved.mean, atol=0.01)
    np.testing.assert_allclose(shown[:, 1:], moved.interval(80), atol=0.01)


def test_a_stated_range_is_multiplied_and_never_falls_below_what_is_signed(view) -> None:
    stopped = view.summary({"path": "cpts", "cpts": -100, "start": 2026}).curves[0]["points"]
    assert all(low >= 690 for _, _, low, _ in stopped)
    assert stopped[-1][1] == stopped[-1][2] + (stopped[0][1] - stopped[0][2])


def test_what_is_part_of_a_whole_never_passes_it() -> None:
    path = Path("CPTS", "CPTS", "signatures", Stated(), "fourchette", "assumption", cap=820)
    capped = GrowthExplorer({"cpts": path}, years=(2026, 2030))
    told = capped.summary({"path": "cpts", "cpts": 100, "start": 2026})
    assert max(high for *_, high in told.curves[0]["points"]) == 820
    assert_same_words(capped, random_states(capped, 100), rtol=1e-12)


def test_the_assumption_is_said_and_a_late_one_changes_nothing(view) -> None:
    told = view.summary({"path": "msp", "future": "budgets", "msp": -40, "cpts": -50})
    assert "Hypothèse (« budgets ») : −40\u202f% d’ouvertures" in (
        told.sentence.replace("\u00a0", " ")
    )
    late = view.summary({"path": "cpts", "cpts": -50, "start": 2030})
    assert any("rien ne change" in note for note in late.notes)
    assert [row[1] for row in late.rows] == [row[2] for row in late.rows]


@pytest.mark.parametrize("wrong", [{"start": 2027.5}, {"msp": float("nan")}, {"path": "ESP"}])
def test_a_hostile_state_is_refused_by_name(view: GrowthExplorer, wrong: dict) -> None:
    with pytest.raises(TraitError, match=next(iter(wrong))):
        view.summary(wrong)


def test_any_paths_with_any_names_and_no_future_at_all() -> None:
    dates = pd.date_range("2015-06-30", periods=20, freq="6ME")
    rate = pd.Series(np.linspace(1.2, 3.4, 20).round(2), index=dates)
    path = Path("Taux", "pour mille", "gains", forecasting.forecast(rate, 10), "bande", digits=1)
    alone = GrowthExplorer({"taux": path})
    assert alone.state == {"path": "taux", "future": "aucun", "taux": 0, "start": 2025}
    alone.taux = -50  # type: ignore[attr-defined]
    assert "Hypothèse du lecteur" in alone.result
    assert_same_words(alone, random_states(alone, 150), rtol=1e-12)
    three = GrowthExplorer(
        dict.fromkeys(("a", "b", "c"), path),
        {"x": Future("x", dict.fromkeys("abc", 10), dict.fromkeys("abc", "Car."))},
    )
    assert three.state["c"] == 10
    assert_same_words(three, random_states(three, 150), rtol=1e-12)


def test_wrong_paths_and_futures_are_refused() -> None:
    path = Path("CPTS", "CPTS", "signatures", Stated(), "fourchette")
    with pytest.raises(ValueError, match="at least one"):
        GrowthExplorer({})
    with pytest.raises(ValueError, match="'A b'"):
        GrowthExplorer({"A b": path})
    with pytest.raises(ValueError, match="'start' is the key of two fields"):
        GrowthExplorer({"start": path})
    with pytest.raises(ValueError, match="x must give an amount for a"):
        GrowthExplorer({"a": path}, {"x": Future("x", {}, {})})
    with pytest.raises(ValueError, match="x must give a reason"):
        GrowthExplorer({"a": path}, {"x": Future("x", {"a": 1}, {})})
