"""The view of a centre's account."""

from __future__ import annotations

import pytest
from centre_case import centre, parameters, ranges, table
from centre_case import view as make_view
from parity import assert_same_words, random_states

from handbook.economics.centre import EXPENSES, INCOME, INPUTS, Centre
from handbook.views import Parameter
from handbook.views.centre.view import CentreExplorer


@pytest.fixture(scope="module")
def view() -> CentreExplorer:
    return make_view()


def test_python_and_the_page_say_the_same(view: CentreExplorer) -> None:
    presets = [one["values"] for one in view.data["presets"]]
    free = {"doctors": 4, "acts": 5000, "third_party": 0}
    alone = {"others": 0, "filled": 40}
    assert_same_words(view, [free, alone, *presets, *random_states(view, 300)])


def test_the_curve_crosses_zero_where_the_account_balances(view: CentreExplorer) -> None:
    start, end, now, zero = view.summary().curves[0]["points"]
    assert start[0] < now[0] < zero[0] < end[0]
    balanced = centre().with_(acts=zero[0])
    assert balanced.margin == pytest.approx(0, abs=1e-6)
    assert now[1] == pytest.approx(centre().margin)


def test_the_account_can_be_read_from_python() -> None:
    own = CentreExplorer(parameters())
    own.acts = 5500  # type: ignore[attr-defined]
    assert own.margin == centre().with_(acts=5500).margin
    assert sum(own.accounts.income.values()) - own.accounts.total_expenses == own.margin
    with pytest.raises(AttributeError, match="no 'actes'; nearest: acts"):
        own.actes = 5500  # type: ignore[attr-defined]


def test_one_more_input_needs_its_field_its_formula_and_its_row_of_data() -> None:
    named = {name for formula in [*INCOME.values(), *EXPENSES.values()] for name in
             formula.replace("%", "").replace(" +", "").split(" ")}  # fmt: skip
    assert named == set(INPUTS) == set(table().index)


def test_what_must_change_is_said_with_what_is_possible(view: CentreExplorer) -> None:
    rows = {row[0]: row[1:] for row in view.summary().rows}
    assert rows["Actes par médecin et par an"][2] == "oui"
    assert rows["Postes de médecin à temps plein"][2] == "non"
    assert rows["Locaux, loyer et charges"][1:] == ["aucun", "non"]
    rich = view.summary({"local_subsidy": 300_000})
    assert "l’excédent est de" in rich.title
    assert "l’équilibre tiendrait jusqu’à" in rich.sentence
    assert "Subvention d’équilibre" in rich.notes[0]


def test_a_view_wants_every_input_once() -> None:
    held = parameters()
    with pytest.raises(ValueError, match="unpaid"):
        CentreExplorer([one for one in held if one.key != "unpaid"])
    with pytest.raises(ValueError, match="twice"):
        CentreExplorer([*held, held[0]])
    extra = Parameter("rent", "loyer", "Loyer", "Frais", 0, 1, 2)
    with pytest.raises(ValueError, match="rent"):
        CentreExplorer([*held, extra])


def test_presets_are_states_that_the_sliders_hold(view: CentreExplorer) -> None:
    central = ranges().central()
    margins = [Centre(**central).margin]
    for preset in view.data["presets"]:
        values = {key: view.field(key).check(value) for key, value in preset["values"].items()}
        margins.append(Centre(**{**central, **values}).margin)
    assert len(set(margins)) == len(margins) > 1
