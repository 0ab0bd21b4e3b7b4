"""« Dépenses et démographie »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re

import pandas as pd
import pytest
from conftest import DATA, ROOT, said_by

from handbook import forecasting

PLAIN = str.maketrans("\u00a0\u202f", "  ")
NOTEBOOK = ROOT / "notebooks" / "depenses-et-demographie.ipynb"
DREES = "drees-2026-demographie-medecins-2012-2026"
ACCOUNTS = "insee-2025-france-portrait-social"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


@pytest.fixture(scope="module")
def observed() -> list[dict[str, str]]:
    return [row for row in rows("observations") if row["geography"] == "FR"]


def read(observed: list[dict[str, str]], series: str, source: str = "") -> dict[str, float]:
    """Values by date, of one source if it is named, else those preferred."""
    return {
        row["date"]: float(row["value"])
        for row in observed
        if row["series_id"] == series
        and (row["source_id"] == source if source else row["preferred"] == "true")
    }


def percent(change: float, digits: int = 1) -> str:
    sign = "+" if change > 0 else "−"
    return f"{sign}{abs(change):.{digits}f} %".replace(".", ",")


def number(value: float, step: int = 100) -> str:
    return f"{round(value / step) * step:,.0f}".replace(",", " ")


def shown(kind: str) -> list[dict[str, str]]:
    return [
        output["metadata"]["handbook"]
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("handbook", {}).get("kind") == kind
    ]


def drawn(beginning: str, kind: str = "picture") -> list[dict[str, str]]:
    """What a picture or a table holds, as its CSV gives it."""
    (output,) = [one for one in shown(kind) if one["title"].startswith(beginning)]
    return list(csv.DictReader(io.StringIO(output["csv"])))


def test_depuis_2013_les_75_ans_ou_plus_les_medecins_et_les_generalistes(
    said: str, observed: list[dict[str, str]]
) -> None:
    begin, end = "2013-01-01", "2026-01-01"
    old = read(observed, "pop_75p")
    doctors, generalists = (read(observed, name, DREES) for name in ("med_total", "mg_total"))
    changes = [100 * (known[end] / known[begin] - 1) for known in (old, doctors, generalists)]
    assert all(max(known) == end for known in (old, doctors, generalists)), "no later reading"
    assert generalists[end] < generalists[begin], "« n’a pas retrouvé son niveau de 2013 »"
    aged, doctors_more, generalists_less = map(percent, changes)
    title = f"Depuis 2013, {aged} de 75 ans ou plus, {doctors_more} de médecins"
    assert f"{title}, {generalists_less} de généralistes" in said
    told = f"celui des médecins de {doctors_more[1:]} ; celui des généralistes a baissé de"
    assert f"a augmenté de {aged[1:]}, {told} {generalists_less[1:]}." in said


def test_la_population_est_provisoire_depuis_l_annee_que_dit_la_note(
    observed: list[dict[str, str]],
) -> None:
    """The last three years, as the publisher's package says."""
    counts = [row for row in observed if row["series_id"] == "pop_75p"]
    last = max(int(row["date"][:4]) for row in counts)
    flagged = sorted(int(row["date"][:4]) for row in counts if "Provisoire" in row["note"])
    assert flagged == [last - 2, last - 1, last]
    text = NOTEBOOK.read_text(encoding="utf-8")
    (changed,) = [
        int(after["date"][:4])
        for before, after in itertools.pairwise(sorted(counts, key=lambda row: row["date"]))
        if after["edition"] != before["edition"]
    ]
    assert f"autre édition dès {changed}, provisoire dès {flagged[0]}." in text


def test_doctors_of_the_three_series_come_from_one_publication_and_add_up(
    observed: list[dict[str, str]],
) -> None:
    used = [row for row in observed if row["series_id"] in {"med_total", "mg_total", "spe_total"}]
    assert {row["source_id"] for row in used if row["preferred"] == "true"} == {DREES}
    names = ("med_total", "mg_total", "spe_total")
    total, general, other = (read(observed, name, DREES) for name in names)
    assert len(total) == 15
    assert total == {date: general[date] + other[date] for date in total}


def test_le_rebond_des_generalistes_dure_depuis_deux_ans(observed: list[dict[str, str]]) -> None:
    known = read(observed, "mg_total", DREES)
    values = [known[date] for date in sorted(known)]
    assert values[-1] > values[-2] > values[-3]
    assert values[-3] < values[-4], "the rebound would be older than two years"


def test_les_generalistes_exclusivement_liberaux_reculent_dans_une_meme_publication(
    said: str, observed: list[dict[str, str]]
) -> None:
    source = "qdm-2023-medecins-densite-va"
    known = read(observed, "mg_lib_exclusif", source)
    assert sorted(known) == ["2013-01-01", "2023-01-01"]
    assert max(read(observed, "mg_lib_exclusif")) == "2023-01-01", "it is the last reading"
    fall = 100 * (1 - known["2023-01-01"] / known["2013-01-01"])
    assert f"étaient {fall:.0f} % moins nombreux qu’au départ" in said
    points = [row for row in drawn("Depuis 2013") if row["Généralistes libéraux"]]
    assert len(points) == 2


def test_de_2014_a_2024_la_ville_l_hopital_et_les_cabinets_de_medecins(
    said: str, observed: list[dict[str, str]]
) -> None:
    names = ("soins_ambulatoires", "dep_hospitalier", "dep_medecins", "csbm", "dep_cds")
    growth = {}
    for name in names:
        known = read(observed, name, ACCOUNTS)
        growth[name] = 100 * (known["2024-12-31"] / known["2014-12-31"] - 1)
    town, hospital, practices = (f"{growth[name]:.0f} %" for name in names[:3])
    assert (
        f"De 2014 à 2024 : soins ambulatoires +{town}, hôpital +{hospital}, "
        f"cabinets de médecins +{practices}"
    ) in said
    assert f"a augmenté de {town}, celle de l’hôpital de {hospital}" in said
    assert f"celle des cabinets de médecins et de sages-femmes de {practices}" in said
    # « un peu moins que celle de l’hôpital, et un peu plus que l’ensemble des soins »
    assert 0 < growth["dep_hospitalier"] - growth["soins_ambulatoires"] < 6
    assert 0 < growth["soins_ambulatoires"] - growth["csbm"] < 6


def test_l_argent_de_la_ville_va_de_plus_en_plus_a_d_autres_que_les_medecins(
    observed: list[dict[str, str]],
) -> None:
    whole, share = read(observed, "soins_ambulatoires", ACCOUNTS), {}
    for name in ("dep_medecins", "dep_auxiliaires", "dep_cds"):
        part = read(observed, name, ACCOUNTS)
        share[name] = [part[date] / whole[date] for date in sorted(whole)]
    assert share["dep_medecins"][-1] < share["dep_medecins"][0]
    assert share["dep_auxiliaires"][-1] > share["dep_auxiliaires"][0]
    assert share["dep_cds"][-1] > share["dep_cds"][0]


def test_liberaux_exclusifs_de_moins_et_salaries_de_plus(
    said: str, observed: list[dict[str, str]]
) -> None:
    modes = ("med_lib_exclusif", "med_mixte", "med_sal_hosp", "med_sal_autre")
    known = {name: read(observed, name) for name in modes}
    begin, end = "2014-01-01", "2023-01-01"
    # the four modes make up all doctors, as first published
    totals = [row for row in observed if row["series_id"] == "med_total"]
    first = {float(row["value"]) for row in totals if row["date"] == begin}
    assert sum(known[name][begin] for name in modes) in first
    assert sum(known[name][end] for name in modes) == read(observed, "med_total", DREES)[end]
    gap = {name: known[name][end] - known[name][begin] for name in modes}
    lost, gained = -gap["med_lib_exclusif"], gap["med_sal_hosp"] + gap["med_sal_autre"]
    title = f"De 2014 à 2023, {number(lost)} médecins libéraux exclusifs de moins, "
    assert f"{title}{number(gained)} salariés de plus" in said
    assert gained + gap["med_mixte"] > lost, "« et davantage »"
    share = 100 * (known["med_sal_hosp"][end] + known["med_sal_autre"][end])
    share /= sum(known[name][end] for name in modes)
    (other,) = [row for row in rows("parameters") if row["parameter_id"] == "medecins_salaries_pct"]
    told = f"{share:.0f} % en 2023 ; {other['central']} % en 2024 selon Egora, sur un autre champ"
    assert told.replace(".", ",") in NOTEBOOK.read_text(encoding="utf-8").translate(PLAIN)
    # the published revision of the total is far smaller than the movements told
    assert max(first) - min(first) < 0.05 * lost


def test_la_part_du_pib_selon_l_oms_monte_surtout_en_deux_annees(
    said: str, observed: list[dict[str, str]]
) -> None:
    share = {int(date[:4]): value for date, value in read(observed, "sante_pib_oms").items()}
    first, last = min(share), max(share)
    assert sorted(share) == list(range(first, last + 1)), "no year is missing"
    title = f"{share[first]:.1f} % en {first}, {share[last]:.1f} % en {last}".replace(".", ",")
    assert f"Dépense courante de santé selon l’OMS, en part du PIB : {title}" in said
    steps = {year: share[year] - share[year - 1] for year in share if year > first}
    high = sorted(sorted(steps, key=steps.__getitem__)[-2:])
    assert high == [2009, 2020]
    assert share[2019] < share[2010]
    edition = read(observed, "csbm_pib", "insee-2020-france-portrait-social")
    assert edition["2019-12-31"] <= edition["2010-12-31"]


def test_no_line_joins_two_editions_of_the_accounts() -> None:
    lines = drawn("Dépense courante de santé")
    editions = [name for name in lines[0] if name.startswith("CSBM")]
    assert len(editions) == 4
    bases = [row for row in lines if row[editions[0]]]
    assert [int(row["année"]) for row in bases] == [2010, 2015, 2016, 2017, 2018, 2019]
    assert [int(row["année"]) for row in lines] == list(range(2000, 2025)), "a gap breaks the line"


def test_la_seule_somme_donnee_ne_dit_pas_ce_qu_elle_compte(said: str) -> None:
    table = [row for row in rows("claims") if row["claim_id"] in CLAIMS]
    money = [row for row in table if "€" in row["unit"]]
    assert len(table) == len(CLAIMS)
    assert [row["value"] for row in money] == ["200"]
    assert "non nommé" in money[0]["note"]
    assert "La seule somme donnée, 200 Md€, ne dit pas ce qu’elle compte" in said
    shown = drawn("La seule somme", "table")
    assert [row["Ce qu’il dit"] for row in shown if "€" in row["Ce qu’il dit"]] == [
        "Dépenses annuelles de santé : 200\u00a0Md€"
    ]
    # « Quatre documents »: none of the five claims gives a number of doctors or a share of GDP
    assert len({row["source_id"] for row in table}) == 4
    assert not [row for row in table if row["unit"] in {"%", "personnes", "médecins"}]


CLAIMS = {
    "pipame-depenses-sante-pib",
    "innovation-depenses-200",
    "innovation-regle-pib",
    "cpnefp-hausse-medecins",
    "scale2sell-moteur-vieillissement",
}


@pytest.fixture(scope="module")
def needed(observed: list[dict[str, str]]) -> tuple[float, float]:
    """Doctors more each year that keep today's ratio, and the ageing it comes from."""
    old = read(observed, "pop_75p")
    projected = [r for r in rows("projections") if r["projection_id"] == "pop_75p_proj2021"]
    insee = {row["date"]: float(row["value"]) for row in projected}
    doctors = read(observed, "med_total", DREES)
    ageing = insee["2033-01-01"] / insee["2026-01-01"]  # rebasing multiplies both dates alike
    assert abs(insee["2026-01-01"] / old["2026-01-01"] - 1) < 0.005
    return doctors["2026-01-01"] * (ageing - 1) / 7, ageing


def test_garder_le_rapport_actuel_demande_plus_que_la_plus_forte_hausse_de_la_serie(
    said: str, observed: list[dict[str, str]], needed: tuple[float, float]
) -> None:
    doctors = read(observed, "med_total", DREES)
    dates = sorted(doctors)
    gains = [doctors[after] - doctors[before] for before, after in itertools.pairwise(dates)]
    assert gains[-1] == max(gains)
    assert needed[0] > max(gains), "no year of the series reaches it"
    assert f"environ {number(needed[0])} médecins de plus par an jusqu’à fin 2032" in said
    told = f"La plus forte hausse de la série, celle de 2025, est de {number(gains[-1])}."
    assert told in said


def test_si_l_insee_voit_juste_meme_le_rythme_recent_ne_suit_pas(
    said: str, observed: list[dict[str, str]], needed: tuple[float, float]
) -> None:
    doctors = read(observed, "med_total", DREES)
    last = doctors["2026-01-01"]
    for years in (1, 2, 3, 14):  # the last one, two or three years, and all of them
        pace = (last - doctors[f"{2026 - years}-01-01"]) / years
        assert last + 7 * pace < last * needed[1], "a pace that follows would refute the title"
    assert "Si l’Insee voit juste, même le rythme récent ne suit pas les 75 ans ou plus" in said
    recent = last + 7 * (last - doctors["2023-01-01"]) / 3
    assert f"Rythme des trois dernières années : {number(recent)}" in said


def test_si_l_insee_voit_juste_personnes_de_75_ans_ou_plus_par_medecin(
    said: str, observed: list[dict[str, str]], needed: tuple[float, float]
) -> None:
    old = read(observed, "pop_75p")["2026-01-01"]
    doctors = read(observed, "med_total", DREES)
    today = old / doctors["2026-01-01"]
    words = r"Si l’Insee voit juste, (\d+) à (\d+) personnes de 75 ans ou plus par médecin fin 2032"
    title = re.search(words, said)
    assert title
    low, high = map(int, title.groups())
    slow = doctors["2026-01-01"] + 7 * (doctors["2026-01-01"] - doctors["2012-01-01"]) / 14
    path = [row for row in drawn("Si l’Insee voit juste, même") if row["date"] == "2032-12-31"]
    bounds = max((float(r["bas"]), float(r["haut"])) for r in path if r["bas"])  # the 80 % band
    (smooth,) = [float(r["valeur"]) for r in path if r["série"] == "lissage exponentiel"]
    ratios = [old * needed[1] / bound for bound in (slow, smooth, *bounds)]
    assert (low, high) == (round(min(ratios)), round(max(ratios))), "the interval is in the title"
    assert today < low <= high, "in every case there are more of them to a doctor"
    note = f"contre {today:.1f} fin 2025".replace(".", ",")
    assert note in NOTEBOOK.read_text(encoding="utf-8").translate(PLAIN)


def test_rejouee_la_prevision_de_medecins_est_restee_sous_six_releves_sur_six(
    observed: list[dict[str, str]],
) -> None:
    """Beside each printing of its interval stands its record, made again from the CSV."""
    doctors = {int(day[:4]) - 1: v for day, v in read(observed, "med_total", DREES).items()}
    outcomes = []
    for cut in (2022, 2023, 2024):
        past = pd.Series({pd.Timestamp(y, 12, 31): v for y, v in doctors.items() if y <= cut})
        made = forecasting.forecast(past, 3)
        band = made.interval(80)
        for year in range(cut + 1, max(doctors) + 1):
            day = pd.Timestamp(year, 12, 31)
            inside = band["lower"][day] <= doctors[year] <= band["upper"][day]
            outcomes.append((made.at(day) < doctors[year], inside))
    assert outcomes == [(True, False)] * 6
    told = "restée sous six relevés sur six, tous hors de son intervalle à 80 %"
    shown = [
        json.dumps(output, ensure_ascii=False).translate(PLAIN)
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    marks = ("33,5 à 37,1", "médecins prévus à 80 %", "OutlookExplorer")
    printed = [one for one in shown if any(mark in one for mark in marks)]
    assert len(printed) == 3, "the picture, the table and the view"
    assert all(told in one for one in printed)


def test_the_forecast_of_the_picture_is_that_of_the_table(
    said: str,
) -> None:
    path = [row for row in drawn("Si l’Insee voit juste, même") if row["série"] == "prévision"]
    end = [float(row["valeur"]) for row in path if row["date"] == "2032-12-31" and row["valeur"]]
    assert len(set(end)) == 1
    futures = {row["Médecins"]: row for row in drawn("Si l’Insee voit juste, 33", "table")}
    ours = futures["Prévision de ce manuel"]
    assert float(ours["Fin 2032"]) == round(end[0], -2)
    assert f"Prévision de ce manuel : {number(end[0])}" in said
    ratios = [float(row["75 ans ou plus par médecin"]) for row in futures.values()]
    assert min(ratios) == ratios[-1], "only the ratio kept is not above today's"


def test_la_drees_projette_un_champ_plus_etroit(said: str, observed: list[dict[str, str]]) -> None:
    of_doctors = [r for r in rows("projections") if r["series_id"] in {"med_total", "mg_total"}]
    held = {row["projection_id"]: row for row in of_doctors}
    assert {"mg_proj2021", "med_proj2023_croissance"} <= set(held)
    assert all("moins de 70 ans" in row["note"] for row in of_doctors)
    low = min(float(r["value"]) for r in of_doctors if r["projection_id"] == "mg_proj2021")
    assert f"au plus bas en 2028, à {number(low, 1)}" in said
    doctors = read(observed, "med_total", DREES)
    gain = 100 * (doctors["2026-01-01"] / doctors["2023-01-01"] - 1)
    assert f"{gain:.1f} % de médecins de plus en trois ans".replace(".", ",") in said
    assert "ces relevés ne confirment ni ne démentent la projection" in said
