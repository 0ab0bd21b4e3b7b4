"""The view of a centre's account, and the words of its chapter."""

from __future__ import annotations

import pytest
from parity import assert_same_words, random_states

from handbook.chapters import centre, centre_inputs, centre_levers, centre_proof
from handbook.chapters.centre_laboratory import CentreLaboratory
from handbook.economics.centre import EXPENSES, INCOME, INPUTS, Centre
from handbook.views import Parameter
from handbook.views.centre.view import CentreExplorer


@pytest.fixture(scope="module")
def view() -> CentreExplorer:
    return centre.explorer()


@pytest.fixture(scope="module")
def study() -> centre.Study:
    return centre.study()


def test_python_and_the_page_say_the_same(view: CentreExplorer) -> None:
    presets = [one["values"] for one in view.data["presets"]]
    free = {"doctors": 4, "acts": 5000, "third_party": 0}
    alone = {"others": 0, "filled": 40}
    assert_same_words(view, [free, alone, *presets, *random_states(view, 300)])


def test_the_curve_crosses_zero_where_the_account_balances(view: CentreExplorer) -> None:
    start, end, now, zero = view.summary().curves[0]["points"]
    assert start[0] < now[0] < zero[0] < end[0]
    balanced = centre_inputs.centre().with_(acts=zero[0])
    assert balanced.margin == pytest.approx(0, abs=1e-6)
    assert now[1] == pytest.approx(centre_inputs.centre().margin)


def test_the_account_can_be_read_from_python() -> None:
    own = CentreExplorer(centre_inputs.parameters())
    own.acts = 5500  # type: ignore[attr-defined]
    assert own.margin == centre_inputs.centre().with_(acts=5500).margin
    assert sum(own.accounts.income.values()) - own.accounts.total_expenses == own.margin
    with pytest.raises(AttributeError, match="no 'actes'; nearest: acts"):
        own.actes = 5500  # type: ignore[attr-defined]


def test_one_more_input_needs_its_field_its_formula_and_its_row_of_data() -> None:
    named = {name for formula in [*INCOME.values(), *EXPENSES.values()] for name in
             formula.replace("%", "").replace(" +", "").split(" ")}  # fmt: skip
    assert named == set(INPUTS) == set(centre_inputs.table().index)


def test_what_must_change_is_said_with_what_is_possible(view: CentreExplorer) -> None:
    rows = {row[0]: row[1:] for row in view.summary().rows}
    assert rows["Actes par médecin et par an"][2] == "oui"
    assert rows["Postes de médecin à temps plein"][2] == "non"
    assert rows["Locaux, loyer et charges"][1:] == ["aucun", "non"]
    rich = view.summary({"local_subsidy": 300_000})
    assert rich.title.startswith("Excédent")
    assert "l’équilibre tiendrait jusqu’à" in rich.sentence
    assert "Subvention d’équilibre" in rich.notes[0]


def test_a_view_wants_every_input_once() -> None:
    parameters = centre_inputs.parameters()
    with pytest.raises(ValueError, match="unpaid"):
        CentreExplorer([one for one in parameters if one.key != "unpaid"])
    with pytest.raises(ValueError, match="twice"):
        CentreExplorer([*parameters, parameters[0]])
    extra = Parameter("rent", "loyer", "Loyer", "Frais", 0, 1, 2)
    with pytest.raises(ValueError, match="rent"):
        CentreExplorer([*parameters, extra])


def test_presets_are_states_that_the_sliders_hold(view: CentreExplorer) -> None:
    central = centre_inputs.ranges().central()
    margins = [Centre(**central).margin]
    for preset in view.data["presets"]:
        values = {key: view.field(key).check(value) for key, value in preset["values"].items()}
        margins.append(Centre(**{**central, **values}).margin)
    assert len(set(margins)) == len(margins) > 1


def test_each_parameter_links_to_its_sources(view: CentreExplorer) -> None:
    known = {one["id"] for one in view.data["sources"]}
    for one in view.data["parameters"]:
        assert set(one["sources"]) <= known
        assert one["sources"] or one["status"] == "hypothese"


def test_the_chapter_says_what_the_prose_takes_for_granted(study: centre.Study) -> None:
    assert "Recrutement et activité décident" in centre.decision(study.shares).title
    ways = centre_proof.ways_of_counting(study).data
    activity, funding = (centre_inputs.CONDITIONS[name] for name in ("recruitment", "funding"))
    assert ways["deciding"].tolist() == [activity] * 6 + [funding]
    accounts = centre_proof.published_accounts(study.ranges).data
    assert accounts["within"].tolist() == ["oui", "oui", "oui", "non", "non"]
    # « les actes des médecins paient à peu près leurs salaires »
    account = study.centre.accounts()
    assert account.income["acts"] == pytest.approx(account.expenses["doctors"], rel=0.05)
    # « dans notre intervalle, au-dessus de notre valeur centrale »
    told = centre_levers.acts_needed(study).data.set_index("nom")["valeur"]
    ours = told["Pour l’équilibre, selon notre compte"]
    assert ours < told["Centres à l’équilibre, de seconde main"] < 1.15 * ours
    # « deux fois moindres que les nôtres »
    theirs = centre_inputs.computed("cd71_recettes / cd71_medecins")
    own = (account.income["acts"] + account.income["capitation"]) / study.centre.doctors
    assert theirs < own / 2
    assert "plus sombre" in centre_proof.chance(study).title


def test_the_bench_computes_again_and_stops_when_all_is_known() -> None:
    bench = CentreLaboratory()
    before = repr(bench)
    bench.known.value = ("acts", "mix")
    assert repr(bench) != before
    assert bench.ranges().inputs["acts"].low == bench.ranges().inputs["acts"].high
    bench.known.value = tuple(name for _, name in bench.known.options)
    assert "rien ne varie" in bench._view.value
