"""« Nos prévisions valent-elles mieux ? »: each title and takeaway computed another way."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from statistics import fmean

import pytest
from conftest import ROOT, said_by

from handbook import facts, forecasting

STEPS = 3
ANNUAL = ("cds_pluripro_nb", "csbm_chaine", "sante_pib_oms")
ANNUAL += ("pop_65p", "pop_75p", "pop_85p", "pop_total")
NATION = dict.fromkeys(ANNUAL, "annual") | dict.fromkeys(
    ("msp_nb", "assistants_medicaux"), "half-yearly"
)


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(ROOT / "notebooks" / "previsions-jugees.ipynb")


@pytest.fixture(scope="module")
def measured() -> list[dict[str, str]]:
    with (ROOT / "benchmarks" / "results" / "forecasting.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_intervalle_a_95_chez_nous_et_ailleurs(said: str, measured: list[dict[str, str]]) -> None:
    held: dict[str, list[float]] = defaultdict(list)
    for row in measured:
        if row["coverage_95"]:
            held[row["method"]].append(100 * float(row["coverage_95"]))
    sets = len({row["dataset"] for row in measured})
    means = {name: fmean(values) for name, values in held.items() if len(values) == sets}
    ours = means.pop("handbook")
    low, high = min(means.values()), max(means.values())
    assert f"{ours:.0f} valeurs sur 100 dedans chez nous, {low:.0f} à {high:.0f} ailleurs" in said
    assert "ces scores le flattent" in " ".join(notes())


def notes() -> list[str]:
    text = (ROOT / "notebooks" / "previsions-jugees.ipynb").read_text(encoding="utf-8")
    return [text.replace("\u00a0", " ")]


def test_l_erreur_la_plus_basse_est_dite_avec_ce_qui_la_flatte(
    said: str, measured: list[dict[str, str]]
) -> None:
    by_set: dict[str, dict[str, float]] = defaultdict(dict)
    for row in measured:
        by_set[row["dataset"]][row["method"]] = float(row["owa"])
    leads = [
        100 * (1 - scores["handbook"] / min(v for k, v in scores.items() if k != "handbook"))
        for scores in by_set.values()
    ]
    won = sum(lead > 0 for lead in leads)
    words = {2: "deux", 3: "trois", 4: "quatre"}
    assert f"la plus basse sur {words[won]} jeux sur quatre" in said
    assert "réglée sur ces mêmes séries" in said
    # « aucune méthode n’est loin devant »
    assert max(leads) < 5


def test_les_intervalles_sur_les_series_nationales(said: str) -> None:
    """Each past origin forecast on its own, without the room's backtest."""
    inside = {80: 0, 95: 0}
    total = 0
    for name, step in NATION.items():
        values = forecasting.regularise(facts.series(name, modelling=True), step).series
        for origin in range(5, len(values)):
            ahead = min(STEPS, len(values) - origin)
            made = forecasting.forecast(values.iloc[:origin], ahead)
            came = values.iloc[origin : origin + ahead]
            total += ahead
            for level in inside:
                band = made.interval(level)
                inside[level] += int(
                    ((came.to_numpy() >= band["lower"]) & (came.to_numpy() <= band["upper"])).sum()
                )
    found = re.search(r"a contenu (\d+) valeurs sur 100, celui à 95 % (\d+)", said)
    assert found
    for level, written in zip(inside, found.groups(), strict=True):
        assert 100 * inside[level] / total == pytest.approx(float(written), abs=1)


def test_trop_etroits_pour_les_departements_seulement_si_c_est_vrai(said: str) -> None:
    title = next(line for line in said.splitlines() if "nos intervalles sont trop étroits" in line)
    row = re.search(r"départements, maisons de santé +\d+ +[\d ]+? +(\d+) +(\d+)", said)
    assert row
    assert ("départements" in title) == (int(row[2]) < 92)
