"""The prevention explorer: page, Python and room say the same; its chapter's words hold."""

from __future__ import annotations

import pytest
from parity import assert_same_words, random_states

from handbook import facts
from handbook.chapters import prevention, prevention_view
from handbook.economics import prevention as room
from handbook.views.prevention import view


@pytest.fixture(scope="module")
def study() -> prevention.Study:
    return prevention.study()


@pytest.fixture(scope="module")
def shown(study: prevention.Study) -> view.PreventionExplorer:
    return prevention_view.explorer(study)


def test_python_and_the_page_say_the_same(shown: view.PreventionExplorer) -> None:
    assert_same_words(shown, random_states(shown, 300))


def test_the_page_computes_what_the_room_computes(
    shown: view.PreventionExplorer, study: prevention.Study
) -> None:
    for state in random_states(shown, 30):
        values = study.ranges.central() | state
        wanted = room.outcomes(values).iloc[0]
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
    assert empty.title.startswith("0,0")
    none = shown.summary({"delegated": 100})
    assert none.rows[0][1:] == ["0", "0", "0"]
    assert none.rows[-1] == shown.summary().rows[-1]


def test_a_moved_value_is_told(shown: view.PreventionExplorer) -> None:
    assert not any("changé" in note for note in shown.summary().notes)
    assert "changée" in shown.summary({"tariff": 45}).notes[-1]


def test_the_explorer_needs_its_parameters() -> None:
    scale = view.Scale(
        1.0, 1.0, (1, 1, 1), {"ipa": 1, "nurse": 1, "pharmacist": 1}, 1, "", [], {}, 2030
    )
    with pytest.raises(ValueError, match="tariff"):
        view.PreventionExplorer([], scale)


def test_the_chapter_shows_ranges_around_its_values(study: prevention.Study) -> None:
    for one in (study.expected, study.promised, *study.alone.values()):
        band = one.interval(80)
        assert (band["lower"] <= one.central).all()
        assert (one.central <= band["upper"]).all()
    picture = prevention.effort(study)
    assert list(picture.data["valeur"]) == sorted(picture.data["valeur"], reverse=True)
    assert prevention.at_another_age(study)["visits"] < study.promised.central["visits"]


def test_insee_is_rebased_openly() -> None:
    people, sources = prevention.populations()
    assert people["younger"].high - people["younger"].low > 1e6
    raw = facts.projection("pop_65p_proj2021")["2033-01-01"]
    assert people["older"].low == pytest.approx(raw)
    assert "insee-projections-2021" in sources


def test_prevention_spending_keeps_its_two_meanings() -> None:
    told = prevention.meanings()
    assert told.data.groupby("meaning")["share"].max().min() < 3
    assert told.data["share"].max() > 6
    top = prevention.reallocated(prevention.study()).data
    assert top["value"].tolist() == [200, 202.5, 255, 333]
