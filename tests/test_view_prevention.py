"""The prevention explorer: page, Python and room say the same; its words hold."""

from __future__ import annotations

import pytest
from parity import assert_same_words, random_states
from prevention_case import PHYSICIANS, ranges
from prevention_case import view as made

from handbook.economics import prevention as room
from handbook.views.prevention import view


@pytest.fixture(scope="module")
def shown() -> view.PreventionExplorer:
    return made()


def test_python_and_the_page_say_the_same(shown: view.PreventionExplorer) -> None:
    assert_same_words(shown, random_states(shown, 300))


def test_the_page_computes_what_the_room_computes(shown: view.PreventionExplorer) -> None:
    for state in random_states(shown, 30):
        wanted = room.outcomes(ranges().central() | state).iloc[0]
        told = view.need(shown.data, state)
        for name, key in (
            ("visits", "visits"),
            ("hours", "hours"),
            ("full_time", "full"),
            ("full_time_alone", "alone"),
            ("cost", "cost"),
        ):
            assert told[key] == pytest.approx(wanted[name], rel=1e-6)


def test_nobody_comes_and_everything_delegated(shown: view.PreventionExplorer) -> None:
    empty = shown.summary({"uptake": 0})
    assert "0,0\u00a0million de consultations" in empty.sentence
    none = shown.summary({"delegated": 100})
    assert none.rows[0][1:] == ["0", "0", "0"]
    assert none.rows[-1] == shown.summary().rows[-1]


def test_a_moved_value_is_told(shown: view.PreventionExplorer) -> None:
    assert not any("changé" in note for note in shown.summary().notes)
    assert "changée" in shown.summary({"tariff": 45}).notes[-1]


def test_physicians_are_those_whom_the_caller_names(shown: view.PreventionExplorer) -> None:
    said = shown.summary()
    named = "généralistes exclusivement libéraux de 2023"
    assert named in said.title
    assert named in said.sentence
    full = view.need(shown.data, _state(shown))["full"]
    share = f"{100 * full / PHYSICIANS:.1f}".replace(".", ",")
    assert f"{share}\u202f% du temps" in said.title


def _state(shown: view.PreventionExplorer) -> dict[str, float]:
    return {one["key"]: one["central"] for one in shown.data["parameters"]}


def test_the_median_of_the_draws_is_told_beside_its_interval(
    shown: view.PreventionExplorer,
) -> None:
    low, median, high = shown.data["likely"]["cost"]
    note = next(note for note in shown.summary().notes if "médiane" in note)
    assert f"{median:.0f}\u00a0M€ (de {low:.0f} à {high:.0f})" in note


def test_the_explorer_needs_its_parameters() -> None:
    split = {"ipa": 1, "nurse": 1, "pharmacist": 1}
    scale = view.Scale(1.0, 1.0, 1.0, "médecins", split, 1, "", [], {}, 2030)
    with pytest.raises(ValueError, match="tariff"):
        view.PreventionExplorer([], scale)
