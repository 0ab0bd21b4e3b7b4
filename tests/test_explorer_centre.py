"""The view of a centre's account, and the words of its chapter."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handbook.chapters import centre, centre_inputs, centre_levers, centre_proof
from handbook.chapters.centre_laboratory import CentreLaboratory
from handbook.economics.centre import Centre
from handbook.explorers import Parameter, bundle
from handbook.explorers.centre import AXES, CentreExplorer


@pytest.fixture(scope="module")
def view() -> CentreExplorer:
    return centre.explorer()


@pytest.fixture(scope="module")
def study() -> centre.Study:
    return centre.study()


def random_states(view: CentreExplorer, count: int) -> list[dict[str, Any]]:
    """Return states on the sliders' steps, the ends included."""
    random = np.random.default_rng(7)
    states = []
    for _ in range(count):
        state: dict[str, Any] = {"axis": str(random.choice(AXES))}
        for field in view.data["fields"][1:]:
            low, high, step = (field[name] for name in ("minimum", "maximum", "step"))
            steps = random.integers(0, round((high - low) / step) + 1)
            state[field["key"]] = round(min(high, low + int(steps) * step), 6)
        states.append(state)
    return states


def test_python_and_the_page_say_the_same(view: CentreExplorer, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    presets = [{**view.state, **one["values"]} for one in view.data["presets"]]
    free = {**view.state, "doctors": 4, "acts": 5000, "third_party": 0}
    alone = {**view.state, "others": 0, "filled": 40}
    states = [view.state, free, alone, *presets, *random_states(view, 60)]
    checked = [view._checked(state) for state in states]
    script = tmp_path / "said.mjs"
    script.write_text(
        bundle.module("centre")
        + f"\nconst data = {json.dumps(view.data)};\n"
        + f"console.log(JSON.stringify({json.dumps(checked)}.map((s) => summary(data, s))));\n",
        encoding="utf-8",
    )
    said = subprocess.run([node, script], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == [asdict(view.summary(state)) for state in checked]


def test_the_curve_crosses_zero_where_the_account_balances(view: CentreExplorer) -> None:
    start, end, now, zero = view.summary().curves[0]["points"]
    assert start[0] < now[0] < zero[0] < end[0]
    balanced = centre_inputs.centre().with_(acts=zero[0])
    assert balanced.margin == pytest.approx(0, abs=1e-6)
    assert now[1] == pytest.approx(centre_inputs.centre().margin)


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
