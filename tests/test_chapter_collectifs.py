"""« Les collectifs de soins »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from statistics import fmean
from typing import Any

import pytest
from conftest import DATA, ROOT, said_by

from handbook import facts, forecasting

NOTEBOOK = ROOT / "notebooks" / "collectifs-de-soins.ipynb"
LETTERS = ("zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
DUE = "2026-12-31"
SAVED = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


def pictures() -> Iterator[dict[str, Any]]:
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("handbook", {})
            if about.get("kind") == "picture":
                yield about


def plain(text: str) -> str:
    return text.translate(str.maketrans("\u00a0\u202f", "  "))


def drawn(start: str) -> list[dict[str, str]]:
    (picture,) = [one for one in pictures() if plain(one["title"]).startswith(plain(start))]
    return list(csv.DictReader(io.StringIO(picture["csv"])))


def parameter(name: str) -> float:
    (row,) = [row for row in rows("parameters") if row["parameter_id"] == name]
    return float(row["central"])


def counts(series: str, geography: str = "FR") -> dict[str, float]:
    return {
        row["date"]: float(row["value"])
        for row in rows("observations")
        if (row["series_id"], row["geography"], row["preferred"]) == (series, geography, "true")
    }


def goals(series: str = "msp_nb") -> dict[str, float]:
    return {
        row["geography"]: float(row["value"])
        for row in rows("targets")
        if row["series_id"] == series and row["date"] == DUE
    }


def half_years() -> dict[str, float]:
    return {date: value for date, value in counts("msp_nb").items() if date >= "2017-06-30"}


def written(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",")


def test_69_en_groupe_17_en_maison_de_sante(said: str) -> None:
    group, house = parameter("mg_groupe_pct_2022"), parameter("mg_msp_pct")
    # the same survey by another route: its two parts, and the series that the curves follow
    (solo,) = [value for date, value in counts("mg_monopro_pct").items() if date == "2022-01-01"]
    (pluri,) = [value for date, value in counts("mg_pluripro_pct").items() if date == "2022-01-01"]
    assert group == solo + pluri == counts("mg_groupe_pct")["2022-01-01"]
    assert house == counts("mg_part_msp_panel")["2022-01-01"]
    assert f"{group:.0f} % en groupe, {house:.0f} % en maison de santé" in said


def test_la_regle_et_l_exception_valent_a_tout_age() -> None:
    for age in ("moins_50", "50_59", "60_plus"):
        assert parameter(f"mg_groupe_{age}_pct") > 50, "« la règle » would be false"
        assert parameter(f"mg_msp_{age}_pct") < 25, "« l’exception » would be false"
    spread = [parameter(f"mg_groupe_{age}_pct") for age in ("moins_50", "50_59", "60_plus")]
    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < parameter("mg_groupe_pct_2022") < spread[0]


def test_le_groupe_n_est_pas_la_regle_partout(said: str) -> None:
    known = counts("inf_groupe_pct")
    assert known[max(known)] < 50
    share = f"{known[max(known)]:.0f} % des infirmiers libéraux exerçaient ainsi"
    assert f"en {max(known)[:4]}, dernier chiffre connu, {share}" in said
    scope = "Chez les généralistes libéraux installés depuis quatre ans ou plus"
    assert f"{scope}, exercer en groupe était la règle" in said


def test_tant_de_maisons_de_sante_et_tant_par_semestre(said: str) -> None:
    known = half_years()
    last = max(known)
    left = 2 * (2026 - int(last[:4])) + 2 - (1 if last.endswith("06-30") else 2)
    wanted = (goals()["FR"] - known[last]) / left
    gains = [known[later] - known[earlier] for earlier, later in itertools.pairwise(sorted(known))]
    assert wanted > max(gains), "the sentence sets one against the other"
    assert min(gains) > 0, "the forecast's floor would not hold"
    assert f"En juin {last[:4]}, dernier relevé, on comptait {written(known[last])} maisons" in said
    assert last == "2025-06-30", "« jusqu’à juin 2025 » of the answer would be false"
    assert f"en gagner {wanted:.0f} par semestre ; le record est de {max(gains):.0f}" in said
    assert f"le plus faible gain relevé est de {min(gains):.0f}" in said


def test_aucun_releve_plus_recent_ne_compte_les_maisons_de_sante() -> None:
    known = half_years()
    later = [
        row
        for row in rows("observations")
        if (row["series_id"], row["geography"]) == ("msp_nb", "FR") and row["date"] > max(known)
    ]
    assert {row["status"] for row in later} <= {"carried", "rounded"}
    assert not [row for row in later if row["preferred"] == "true"]
    carried = [float(row["value"]) for row in later if row["status"] == "carried"]
    assert carried == [known[max(known)]], "« répète » would be false"


def test_environ_tant_de_maisons_fin_2026_pour_4_000_visees(said: str) -> None:
    lines = drawn("Maisons de santé : environ")
    (due,) = [line for line in lines if DUE in line.values() and line.get("prévision")]
    middle, low, high = (float(due[n]) for n in ("prévision", "bas à 80 %", "haut à 80 %"))
    about, aim = written(round(middle, -1)), written(goals()["FR"])
    assert f"environ {about} fin 2026, pour {aim} visées" in said
    assert f"de {written(round(low, -1))} à {written(round(high, -1))}, à 80 %" in said
    known = half_years()
    last, dates = known[max(known)], sorted(known)
    assert last <= min(float(line["bas à 95 %"]) for line in lines if line.get("bas à 95 %"))
    # the plain mean pace, an independent guess, lies within the interval
    pace = (last - known[dates[0]]) / (len(dates) - 1)
    assert low < last + 3 * pace < high


def test_63_des_maisons_de_sante_en_zone_sous_dense(said: str) -> None:
    (dense,) = counts("msp_sous_dense").values()
    share = 100 * dense / counts("msp_nb")["2024-12-31"]  # the same count, by the Baromètre
    assert f"{share:.0f} % des maisons de santé étaient en zone sous-dense" in said
    (row,) = [row for row in rows("observations") if row["series_id"] == "msp_sous_dense"]
    assert not {"prioritaire", "complémentaire"} & {*row["note"].split()}, "which zones is said"
    assert "Nous ne savons pas quelles zones elle compte" in said


def test_plus_que_leur_part_des_habitants_selon_les_zones_comptees(said: str) -> None:
    """Of the people, a share under 63 % or over it, whatever La Réunion and Mayotte would add."""
    held = {row["reading_id"]: row for row in rows("readings")}
    values: dict[str, dict[str, float]] = {}
    for row in rows("reading_values"):
        about = held[row["reading_id"]]
        if (about["series_id"], about["date"]) == ("pop_total", "2025-01-01"):
            if about["preferred"] == "true":
                values.setdefault("people", {})[row["geography"]] = float(row["value"])
        elif about["series_id"] in ("zip_pop_pct", "zac_pop_pct"):
            assert (about["status"], about["confidence"]) == ("derived", "low")
            values.setdefault(about["series_id"], {})[row["geography"]] = float(row["value"])
    people = {c: n for c, n in values["people"].items() if c.startswith("DEP-")}
    (dense,) = counts("msp_sous_dense").values()
    houses = 100 * dense / counts("msp_nb")["2024-12-31"]
    stated = []
    for zones, above in ((["zip_pop_pct"], True), (["zip_pop_pct", "zac_pop_pct"], False)):
        inside = sum(
            people[code] * sum(values[z][code] for z in zones) for code in values[zones[0]]
        )
        lost = sum(n for code, n in people.items() if code not in values[zones[0]])
        for share in (inside / sum(people.values()), (inside + 100 * lost) / sum(people.values())):
            assert (houses > share) is above, "« oui » or « non » would be false"
            stated.append(round(share, -1))
    low, _, high, _ = stated
    assert f"les zones prioritaires (environ {low:.0f} % des habitants), non si" in said
    assert f"les zones d’action complémentaire (environ {high:.0f} %)" in said
    assert "copie peu sûre du zonage" in said


def test_trois_comptes_sur_quatre_concordent(said: str) -> None:
    agree, checked = 0, 0
    for claim in rows("claims"):
        if (
            claim["source_id"] != "echos-etudes-2023"
            or claim["kind"] != "chiffre"
            or not claim["series_id"]
        ):
            continue
        end = dt.date(2022, 12, 31)
        near = [
            (abs((dt.date.fromisoformat(row["date"]) - end).days), float(row["value"]))
            for row in rows("observations")
            if (row["series_id"], row["geography"]) == (claim["series_id"], "FR")
            and row["preferred"] == "true"
            and row["source_id"] != "echos-etudes-2023"
        ]
        near = [pair for pair in near if pair[0] <= 366]
        if not near:
            continue
        checked += 1
        value, other = float(claim["value"]), min(near)[1]
        least, most = {"plus de": (value, 1e9), "près de": (0.9 * value, value)}.get(
            claim["qualifier"], (value - 5, value + 5)
        )
        agree += least <= other <= most
    title = f"{LETTERS[agree].capitalize()} comptes sur {LETTERS[checked]} concordent"
    assert title in said


def test_plus_de_14_pour_cent_des_habitants_au_moins(said: str) -> None:
    (bound,) = [value for date, value in counts("patients_mt_msp").items() if date[:4] == "2023"]
    share = 100 * bound * 1e6 / counts("pop_total")["2024-01-01"]
    (stated,) = [n for n in range(100) if f"plus de {n} % des habitants" in said]
    assert stated <= share < stated + 1, "a lower bound is not rounded up"


def test_cible_atteinte_dans_tant_de_departements_une_chance_sur_deux_dans(said: str) -> None:
    parts = {code: value for code, value in goals().items() if code.startswith("DEP-")}
    reached = {
        code for code, value in parts.items() if counts("msp_nb", code)["2025-06-30"] >= value
    }
    (title,) = [one["title"] for one in pictures() if "Cible atteinte dans" in one["title"]]
    chances = [float(line["valeur (%)"]) for line in drawn(title)]
    assert len(chances) == len(parts) == 101
    assert chances.count(100) == len(reached)
    likely = sum(50 <= chance < 100 for chance in chances)
    words = ["un", *LETTERS[2:]]
    assert plain(title) == (
        f"Cible atteinte dans {words[len(reached) - 1]} départements ;"
        f" plus d’une chance sur deux dans {words[likely - 1] if likely < 10 else likely} autres"
    )
    assert f"moins de 5 % dans {sum(chance < 5 for chance in chances)}" in said


def test_deux_regions_sur_18_auraient_atteint_leur_cible(said: str) -> None:
    parts = {code: value for code, value in goals().items() if code.startswith("REG-")}
    assert sum(parts.values()) == goals()["FR"]
    lines = drawn("Fin 2026, ")
    assert len(lines) == len(parts) == 18
    now = sorted(
        100 * counts("msp_nb", code)["2025-06-30"] / value for code, value in parts.items()
    )
    assert [float(line["relevé"]) for line in lines] == pytest.approx(now)
    expected = sum(float(line["prévu"]) >= 100 for line in lines)
    assert f"{LETTERS[expected]} régions sur 18 auraient atteint" in said
    page = NOTEBOOK.read_text(encoding="utf-8").translate(str.maketrans("\u00a0\u202f", "  "))
    assert f"{LETTERS[sum(share >= 100 for share in now)]} régions l’avaient atteinte" in page


def places() -> dict[str, dict[str, Any]]:
    """Return what the view of « Mon territoire » holds, by code."""
    page = (ROOT / "notebooks" / "territoires.ipynb").read_text(encoding="utf-8")
    (view,) = [
        found[1]
        for cell in json.loads(page)["cells"]
        for output in cell.get("outputs", [])
        if (found := SAVED.search("".join(output.get("data", {}).get("text/html", ""))))
    ]
    return {place["code"]: place for place in json.loads(view)["data"]["places"]}


def test_une_seule_prevision_pour_la_carte_les_regions_et_mon_territoire() -> None:
    """One territory has one forecast and one chance, on both pages; those forecasts add up."""
    held = places()
    due = {
        code: next(point[1] for point in place["path"]["points"] if point[0] == DUE)
        for code, place in held.items()
    }
    regions = {row["name"]: row for row in rows("geographies") if row["level"] == "region"}
    for line in drawn("Fin 2026, "):
        row = regions[line["région"].rsplit(" (", 1)[0]]
        expected = 100 * due[row["code"]] / goals()[row["code"]]
        assert float(line["prévu"]) == pytest.approx(expected, rel=1e-5)
        below = [one["code"] for one in rows("geographies") if one["parent"] == row["code"]]
        assert sum(due[code] for code in below) == pytest.approx(due[row["code"]], rel=1e-5)
    (title,) = [one["title"] for one in pictures() if "Cible atteinte dans" in one["title"]]
    lines = drawn(title)
    assert len(lines) == 101
    for line in lines:
        (code,) = {*due} & {*line.values(), *(f"DEP-{one}" for one in line.values())}
        place = held[code]
        reached = counts("msp_nb", code)["2025-06-30"] >= goals()[code]
        assert ("déjà atteinte" in " ".join(place["words"])) is reached
        chance = float(line["valeur (%)"])
        if reached:
            assert chance == 100
        elif 2 < chance < 90:
            assert abs(float(place["path"]["aim"]["chance"].split()[0]) - chance) <= 2.5


def test_18_puis_21_professionnels_par_maison(said: str) -> None:
    people, houses = counts("msp_professionnels"), counts("msp_aci_remunerees")
    both = sorted(set(people) & set(houses))
    first, last = both[0], both[-1]
    sizes = [round(people[date] / houses[date]) for date in (first, last)]
    assert f"{written(people[first])} professionnels en {first[:4]}" in said
    end = f"{written(people[last])} en {last[:4]}, soit {sizes[0]} puis {sizes[1]} par maison"
    assert end in said
    unsure = {
        row["date"]
        for row in rows("observations")
        if (row["series_id"], row["confidence"]) == ("msp_professionnels", "low")
    }
    assert not unsure & {first, last}


def test_deux_ans_ont_toujours_apporte_assez_de_centres(said: str) -> None:
    known = counts("cds_pluripro_nb")
    dates = sorted(known)
    two_years = [known[dates[k + 2]] - known[dates[k]] for k in range(len(dates) - 2)]
    lacking = goals("cds_pluripro_nb")["FR"] - known[dates[-1]]
    assert lacking < min(two_years)
    assert f"Il en manquait {lacking:.0f} ; depuis 2017, il s’en est toujours ajouté" in said
    assert f"toujours ajouté au moins {min(two_years):.0f} en deux ans" in said


def test_l_argent_public_n_est_pas_un_appoint(said: str) -> None:
    value = {row["input"]: float(row["central"]) for row in rows("centre_inputs")}
    present = value["doctors"] * value["filled"] / 100
    gross = present * value["doctor_salary"] + value["others"] * value["other_salary"]
    public = value["capitation"] * value["patients"] * present + value["agreement"]
    public += value["assistant_aid"] * present + value["contribution_refund"] / 100 * gross
    public += value["local_subsidy"]
    earned = present * value["acts"] * value["mix"] * value["tariff"]
    earned += value["others"] * value["other_revenue"]
    assert f"forfaits et aides font {100 * public / (public + earned):.0f} % des recettes" in said
    assert public > 0.1 * earned


def test_quatre_mille_fin_2027_demande_plus_que_le_record(said: str) -> None:
    read = [count for _, count in sorted(half_years().items())]
    best = max(after - before for before, after in zip(read, read[5:], strict=False))
    assert best < 4000 - read[-1]
    text = f"{written(4000 - read[-1])} de plus en cinq semestres ; le record est de {best:.0f}"
    assert text in said


def test_le_rythme_prevu_et_ce_qu_y_pese_le_dernier_semestre(said: str) -> None:
    """Pace of the forecast, of the flat years before, and of a forecast that ends with them."""
    known = facts.series("msp_nb", modelling=True)
    gains = [after - before for before, after in itertools.pairwise(half_years().values())]
    flat, last = gains[-10:-1], gains[-1]
    rise = fmean((k - 4) * gain for k, gain in enumerate(flat))
    assert rise <= 0, "« sans hausse » would be false"
    assert min(last - gain for gain in flat) > 0
    texts = []
    for kept in (known, known.iloc[:-1]):
        made = forecasting.forecast(kept, to=dt.date(2028, 12, 31), floor=kept.iloc[-1])
        steps = 5 if len(kept) == len(known) else 6
        texts.append(f"{(made.at(2027) - kept.iloc[-1]) / steps:.0f}")
        chance = made.probability_above(4000, 2027)
        stated = 5 * round(20 * chance) if chance > 0.1 else round(100 * chance)
        assert f"la chance {'est' if len(kept) == len(known) else 'serait'} de {stated} %" in said
    usual = f"{fmean(flat):.0f} en moyenne de mi-2020 à fin 2024, sans hausse"
    pace = f"compte {texts[0]} ouvertures nettes par semestre, pour {usual}, et {last:.0f} au"
    assert pace in said
    assert f"Sans le dernier semestre, la prévision compterait {texts[1]} ouvertures" in said


def test_elle_se_trompe_moins_que_la_tendance_mais_son_intervalle_est_trop_large(
    said: str,
) -> None:
    """Replay by hand: forecasts up to three half-years ahead from every past date."""
    known = facts.series("msp_nb", modelling=True)
    ours, drift, inside, judged = 0.0, 0.0, 0, 0
    for length in range(5, len(known)):
        past = known.iloc[:length]
        slope = (past.iloc[-1] - past.iloc[0]) / (length - 1)
        steps = min(3, len(known) - length)
        made = forecasting.forecast(past, steps)
        bounds = made.interval(80)
        for k in range(steps):
            came = known.iloc[length + k]
            ours += abs(made.mean.iloc[k] - came)
            drift += abs(past.iloc[-1] + (k + 1) * slope - came)
            inside += bounds["lower"].iloc[k] <= came <= bounds["upper"].iloc[k]
            judged += 1
    assert ours < drift
    assert inside / judged > 0.9, "« trop large » would be false"
    assert f"intervalle est trop large : {inside} valeurs sur {judged} à 80 %" in said


def test_les_petites_chances_se_sont_realisees_plus_souvent() -> None:
    """The key of the map says that chances under 5 % came true more often, and how often."""
    panel = facts.panel("msp_nb", "departement")
    regular = panel.apply(lambda one: forecasting.regularise(one, "half-yearly").series)
    stated = facts.sourced(regular, panel, unit="structures", nature="count")
    past = forecasting.past_chances(stated, 4)
    small = past[past["stated"] < 0.05]
    assert small["came"].mean() > 2 * small["stated"].mean()
    page = plain(NOTEBOOK.read_text(encoding="utf-8"))
    text = f"les chances de moins de 5 % se sont réalisées {100 * small['came'].mean():.0f} fois"
    assert text in page


def test_les_previsions_ajustees_ne_font_pas_le_total_publie() -> None:
    total = sum(
        next(point[1] for point in place["path"]["points"] if point[0] == DUE)
        for code, place in places().items()
        if code.startswith("DEP-")
    )
    page = plain(NOTEBOOK.read_text(encoding="utf-8"))
    assert f"dont la somme fait {written(total)} maisons de santé fin 2026" in page


def test_la_vue_s_ouvre_sur_la_part_de_la_cible() -> None:
    (view,) = [
        json.loads(found[1])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if (found := SAVED.search("".join(output.get("data", {}).get("text/html", ""))))
    ]
    assert view["state"]["indicator"] == "part"
    (shares,) = [one for one in view["data"]["indicators"] if one["id"] == "part"]
    for code, values in shares["values"].items():
        held = 100 * counts("msp_nb", code)["2025-06-30"] / goals()[code]
        assert values[-1] == pytest.approx(held)
