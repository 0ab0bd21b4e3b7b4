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
POPULATION = ("pop_65p", "pop_75p", "pop_85p", "pop_total")
CARE = dict.fromkeys(ANNUAL, "annual") | {"msp_nb": "half-yearly"}


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
    assert f"tient {ours:.0f} fois sur 100, les autres {low:.0f} à {high:.0f}" in said
    assert "Séries de réglage" in said
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
    assert won == len(leads)
    assert "Sur les quatre jeux publics, notre erreur est la plus basse" in said
    assert "réglée sur ces mêmes séries" in said
    # « autant dire à égalité », « aucune méthode n’est loin devant »
    assert max(leads) < 2.5
    # the plain absolute error, where another method leads
    ahead = sum(
        min(float(r["mase"]) for r in measured if r["dataset"] == name)
        < next(
            float(r["mase"]) for r in measured if r["dataset"] == name and r["method"] == "handbook"
        )
        for name in by_set
    )
    shown = [line for line in notes()[0].splitlines() if "hb-note" in line or "<figcaption" in line]
    assert any("elle est devancée ici" in line for line in shown) == (ahead > 0)


def test_les_intervalles_sur_les_series_nationales(said: str) -> None:
    """Each past origin forecast on its own, without the room's backtest; care apart."""
    inside = {80: 0, 95: 0}
    total = 0
    for name, step in CARE.items():
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
    found = re.search(r"a contenu (\d+) valeurs sur 100, celui à 95 %, (\d+)", said)
    assert found
    for level, written in zip(inside, found.groups(), strict=True):
        assert 100 * inside[level] / total == pytest.approx(float(written), abs=1)


def test_l_intervalle_a_95_selon_les_series_est_celui_du_tableau_et_tient_a_peu_pres(
    said: str,
) -> None:
    rows = re.findall(
        r"^ *(?:nation|régions|départements), [a-zé ]+? +[\d ]+ +(\d+) +(\d+) +[\d,]+ +[\d,]+$",
        said,
        re.M,
    )
    assert len(rows) == 4
    at_80, at_95 = ([int(row[k]) for row in rows] for k in (0, 1))
    assert f"à 95 % a contenu {min(at_95)} à {max(at_95)} valeurs sur 100" in said
    # « à peu près »: never more than eight points off at 80 %, three at 95 %
    assert max(abs(part - 80) for part in at_80) <= 8
    assert max(abs(part - 95) for part in at_95) <= 3


def test_face_a_la_simple_tendance_les_egalites_sont_dites(said: str) -> None:
    """Mean absolute errors compared again, without the room's backtest."""
    outcome = {"better": 0, "worse": 0, "tied": 0}
    for name, step in (CARE | dict.fromkeys(POPULATION, "annual")).items():
        values = forecasting.regularise(facts.series(name, modelling=True), step).series
        ours, theirs = [], []
        for origin in range(5, len(values)):
            known, came = values.iloc[:origin], values.iloc[origin : origin + STEPS]
            pace = (known.iloc[-1] - known.iloc[0]) / (origin - 1)
            scale = known.diff().abs().mean()
            made = forecasting.forecast(known, len(came)).mean
            drift = [known.iloc[-1] + pace * k for k in range(1, len(came) + 1)]
            ours += list((made.to_numpy() - came.to_numpy()).__abs__() / scale)
            theirs += list(abs(came.to_numpy() - drift) / scale)
        gap = fmean(ours) / fmean(theirs) - 1
        outcome["tied" if abs(gap) <= 0.05 else "better" if gap < 0 else "worse"] += 1
    words = ["zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"]
    worse, better, tied = (words[outcome[k]] for k in ("worse", "better", "tied"))
    lost = (
        f"fait mieux que nous {worse} fois" if outcome["worse"] else "ne fait jamais mieux que nous"
    )
    assert f"la simple tendance {lost} et fait moins bien {better} fois" in said
    assert f"les {tied} autres fois" in said
    assert outcome["tied"] > sum(outcome.values()) / 2, "« nous vaut sur la plupart »"


def test_aucune_serie_jugee_n_est_surtout_interpolee() -> None:
    for name, step in (CARE | dict.fromkeys(POPULATION, "annual")).items():
        origin = forecasting.regularise(facts.series(name, modelling=True), step).origin
        assert not origin.eq("interpolated").any(), name
    left_out = forecasting.regularise(facts.series("assistants_medicaux"), "half-yearly").origin
    assert left_out.eq("interpolated").mean() > 0.5
    assert "La simple tendance y fait mieux que nous" in notes()[0], "a loss left out is told"


def test_au_plus_loin_nos_chances_annoncaient_tant(said: str) -> None:
    """Classes counted again from the chances themselves."""
    panel = facts.panel("msp_nb", "departement")
    halves = panel.apply(lambda s: forecasting.regularise(s, "half-yearly").series)
    frame = facts.sourced(halves, panel, unit="structures", nature="count")
    past = forecasting.past_chances(frame, 4)
    place = (past["stated"] * 5).astype(int).clip(upper=4)
    classes = 100 * past.groupby(place)[["stated", "came"]].mean()
    far = classes.iloc[int((classes["stated"] - classes["came"]).abs().to_numpy().argmax())]
    title = f"annonçaient {far['stated']:.0f} % ; il en est advenu {far['came']:.0f} %"
    assert title in said
    # « peu de plus que le taux habituel »: the rate of each threshold, known with hindsight
    rate = past.groupby("question")["came"].transform("mean")
    skill = 1 - ((past["stated"] - past["came"]) ** 2).mean() / ((rate - past["came"]) ** 2).mean()
    assert 0 < skill < 0.1
    assert f"n’est moindre que de {100 * skill:.0f} %" in said


def test_un_reglage_choisi_sur_des_departements_est_dit() -> None:
    """While the room says a constant was chosen on them, the chapter's limits say so."""
    room = (ROOT / "handbook" / "forecasting" / "quantity.py").read_text(encoding="utf-8")
    told = "a été choisie sur la moitié des départements" in notes()[0]
    assert told == ("Chosen on half of the 101 départements" in room)
