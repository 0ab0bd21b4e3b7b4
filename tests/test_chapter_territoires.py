"""« Mon territoire »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import DATA, ROOT, said_by
from scipy.special import gammaln

NOTEBOOK = ROOT / "notebooks" / "territoires.ipynb"
LETTERS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
FIRST, LAST = "2017-06-30", "2025-06-30"
DUE = "2026-12-31"
LATEST = "2024-12-31"


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def reading(series: str, date: str, edition: str = "") -> dict[str, float]:
    """Return the values by département of one reading of data/readings.csv."""
    (found,) = [
        row["reading_id"]
        for row in rows("readings")
        if (row["series_id"], row["date"]) == (series, date)
        and (row["edition"] == edition if edition else row["preferred"] == "true")
    ]
    return {
        row["geography"]: float(row["value"])
        for row in rows("reading_values")
        if row["reading_id"] == found and row["geography"].startswith("DEP-")
    }


@cache
def houses(date: str) -> dict[str, float]:
    return {
        row["geography"]: float(row["value"])
        for row in rows("observations")
        if (row["series_id"], row["date"], row["preferred"]) == ("msp_nb", date, "true")
        and row["geography"].startswith("DEP-")
    }


@cache
def counted_days() -> list[str]:
    """Return the days on which every département was counted."""
    days = {
        (row["geography"], row["date"])
        for row in rows("observations")
        if row["series_id"] == "msp_nb" and row["geography"].startswith("DEP-")
    }
    every = {day for _, day in days}
    return sorted(day for day in every if sum(d == day for _, d in days) == len(parents()))


@cache
def parents() -> dict[str, str]:
    return {r["code"]: r["parent"] for r in rows("geographies") if r["level"] == "departement"}


@cache
def names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows("geographies")}


def plain(text: str) -> str:
    return text.translate(str.maketrans("\u00a0\u202f", "  "))


def written(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace("-", "−")


def outputs(kind: str, notebook: Path = NOTEBOOK) -> Iterator[dict[str, Any]]:
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("handbook", {})
            if about.get("kind") == kind:
                yield about


def drawn(word: str) -> list[dict[str, str]]:
    (about,) = [
        one for kind in ("picture", "table") for one in outputs(kind) if word in plain(one["title"])
    ]
    return list(csv.DictReader(io.StringIO(about["csv"])))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


@pytest.fixture(scope="module")
def titles() -> str:
    return plain(" | ".join(one["title"] for kind in ("picture", "table") for one in outputs(kind)))


@cache
def gains() -> dict[str, float]:
    return {code: houses(LAST)[code] - count for code, count in houses(FIRST).items()}


@cache
def endowed() -> dict[str, float]:
    """General practitioners per 100,000 inhabitants at the start."""
    people = reading("pop_total", "2017-01-01")
    doctors = reading("mg_lib_hors_mep", "2016-12-31", "cnam-amos")
    return {code: 1e5 * doctors[code] / people[code] for code in people}


def pooled(codes: list[str]) -> float:
    people = reading("pop_total", "2017-01-01")
    return 1e5 * sum(gains()[code] for code in codes) / sum(people[code] for code in codes)


def test_le_quart_le_moins_dote_a_gagne_moins_de_maisons_par_habitant(
    said: str, titles: str
) -> None:
    ranked = sorted(endowed(), key=endowed().__getitem__)
    quarter, others = ranked[:26], ranked[26:]  # 101 départements
    few, more = pooled(quarter), pooled(others)
    assert few < more
    less = f"{100 - 100 * few / more:.0f} % de maisons gagnées en moins"
    assert f"Quart le moins doté en généralistes : {less} par habitant" in titles
    assert f"{written(few, 1)} maison de santé gagnée pour 100 000 habitants" in said
    assert f"{written(more, 1)} dans les trois autres" in said
    outside = [code for code in parents() if parents()[code] != "REG-11"]
    kept = [[code for code in part if code in outside] for part in (quarter, others)]
    assert pooled(kept[0]) < pooled(kept[1]), "the finding would be that of one region"
    note = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert f"{written(pooled(kept[0]), 1)} et {written(pooled(kept[1]), 1)}" in plain(str(note))


def test_tous_ont_gagne_et_le_compte_est_un_solde() -> None:
    assert len(gains()) == 101
    assert min(gains().values()) > 0, "a count model has no place for a loss"
    assert sum(gains().values()) == sum(houses(LAST).values()) - sum(houses(FIRST).values())


def design(regions: bool, lacking: dict[str, float] | None = None) -> tuple[list[str], np.ndarray]:
    """Return départements and covariates: constant, doctors lacking, the old, and ensembles."""
    measure = lacking or {code: -value for code, value in endowed().items()}
    people, old = reading("pop_total", "2017-01-01"), reading("pop_75p", "2017-01-01")
    codes = sorted(measure)
    raw = np.array([measure[code] for code in codes])
    columns = [
        np.ones(len(codes)),
        (raw - raw.mean()) / raw.std(ddof=1),
        np.array([100 * old[code] / people[code] for code in codes]),
    ]
    alone = {r for r in parents().values() if list(parents().values()).count(r) == 1}
    blocks = ["outre-mer" if parents()[c] in alone else parents()[c] for c in codes]
    if regions:
        columns += [np.array([b == one for b in blocks], float) for one in sorted({*blocks})[1:]]
    return codes, np.column_stack(columns)


def negative_binomial(
    codes: list[str],
    x: np.ndarray,
    since: str = FIRST,
    exposure: dict[str, float] | None = None,
) -> tuple[float, float, float]:
    """Return the rate ratio and its robust 95 % interval, by Newton on the profile likelihood.

    Written without statsmodels: NB2, log link, population as exposure, sandwich errors which take
    the dispersion as known, so that bounds part from the notebook's by a hundredth at most.
    """
    people = exposure or reading("pop_total", "2017-01-01")
    y = np.array([max(houses(LAST)[code] - houses(since)[code], 0) for code in codes])
    offset = np.log([people[code] for code in codes])

    def fitted(alpha: float) -> np.ndarray:
        beta = np.zeros(x.shape[1])
        beta[0] = math.log(y.sum() / np.exp(offset).sum())
        for _ in range(60):
            mu = np.exp(offset + x @ beta)
            weight = mu / (1 + alpha * mu)
            step = np.linalg.solve((x * weight[:, None]).T @ x, x.T @ ((y - mu) / (1 + alpha * mu)))
            beta += step
            if np.abs(step).max() < 1e-10:
                break
        return beta

    def likelihood(alpha: float) -> float:
        mu, r = np.exp(offset + x @ fitted(alpha)), 1 / alpha
        terms = gammaln(y + r) - gammaln(r) - gammaln(y + 1)
        return float((terms + r * np.log(r / (r + mu)) + y * np.log(mu / (r + mu))).sum())

    alpha = max(np.geomspace(0.01, 0.6, 240), key=likelihood)
    beta = fitted(alpha)
    mu = np.exp(offset + x @ beta)
    score = x * ((y - mu) / (1 + alpha * mu))[:, None]
    bread = np.linalg.inv((x * (mu * (1 + alpha * y) / (1 + alpha * mu) ** 2)[:, None]).T @ x)
    n, k = x.shape
    error = math.sqrt((bread @ score.T @ score @ bread)[1, 1] * n / (n - k))
    middle, reach = beta[1], 1.96 * error
    return math.exp(middle), math.exp(middle - reach), math.exp(middle + reach)


def test_moins_de_maisons_dans_le_pays_et_rien_de_net_dans_une_meme_region(said: str) -> None:
    country = negative_binomial(*design(regions=False))
    region = negative_binomial(*design(regions=True))
    assert country[2] < 1, "« en moins » would not be sure"
    assert region[1] < 1 < region[2], "« rien de net » would be false"
    bounds = r"(\d+) % de maisons gagnées en moins dans le pays \(de (\d+) % à (\d+) %, à 95 %\)"
    ((less, low, high),) = re.findall(bounds, said)
    assert int(less) == round(100 * (1 - country[0]))
    assert [int(low), int(high)] == pytest.approx([100 - 100 * r for r in country[:0:-1]], abs=1)
    spread = np.std([*endowed().values()], ddof=1)
    assert f"{spread:.0f} généralistes de moins pour 100 000 habitants (un écart-type)" in said
    ((below, above),) = re.findall(r"même région \(de −(\d+) % à \+(\d+) %\)", said)
    assert [-int(below), int(above)] == pytest.approx([100 * r - 100 for r in region[1:]], abs=1)


def test_jamais_nettement_plus_de_maisons_ou_les_medecins_manquent(titles: str) -> None:
    lines = drawn("essais")
    words = "essais : jamais nettement plus de maisons par habitant"
    assert f"{LETTERS[len(lines)].capitalize()} {words} où les médecins manquent" in titles
    for line in lines:
        for where in ("pays", "région"):
            low, middle, high = (float(line[f"{where}{end}"]) for end in (", bas", "", ", haut"))
            assert low < middle < high
            assert low < 1, f"{line['essai']} would say more houses, surely"


def test_par_generaliste_et_depuis_fin_2021_le_constat_change(said: str) -> None:
    """What the title does not say: two counts which go the other way, or further."""
    found = re.findall(r"([\d,]+) \(de ([\d,]+) à ([\d,]+)\)[.,] (?:Il passe|si l’on)", said)
    recent, each = ([float(text.replace(",", ".")) for text in three] for three in found)
    access = {c: -v for c, v in reading("apl_mg", "2021-12-31", "apl-2021").items()}
    again = negative_binomial(*design(True, access), since="2021-12-31")
    assert recent == pytest.approx(again, abs=0.02)
    assert again[2] < 1, "« passe sous un » would not be sure"
    doctors = reading("mg_lib_hors_mep", "2016-12-31", "cnam-amos")
    again = negative_binomial(*design(True), exposure=doctors)
    assert each == pytest.approx(again, abs=0.02)
    assert again[1] > 1, "« passe au-dessus » would not be sure"


def test_une_autre_mesure_du_manque_refaite_sans_le_carnet() -> None:
    """The measure farthest from the first: people under 2.5, of another method and date."""
    lacking = reading("apl_mg_pop_sous_2_5_pct", "2021-12-31", "apl-2021")
    for where, regions in (("pays", False), ("région", True)):
        (line,) = [one for one in drawn("essais") if one["essai"] == "Habitants sous seuil"]
        again = negative_binomial(*design(regions, lacking))
        assert [float(line[f"{where}{end}"]) for end in ("", ", bas", ", haut")] == pytest.approx(
            again, abs=0.01
        )


def test_l_acces_ne_bouge_pas_nettement_apres_les_ouvertures(said: str) -> None:
    before, after = (reading("apl_mg", date, "apl-2022-2024") for date in ("2023-12-31", LATEST))
    people = reading("pop_total", "2021-01-01")
    codes = sorted(before)
    x = [1e5 * (houses("2023-12-31")[c] - houses("2021-12-31")[c]) / people[c] for c in codes]
    y = np.array([after[c] - before[c] for c in codes])
    z = np.column_stack([np.ones(len(codes)), x, [before[c] for c in codes]])
    inverse = np.linalg.inv(z.T @ z)
    beta = inverse @ z.T @ y
    score = z * (y - z @ beta)[:, None]
    n, k = z.shape
    error = math.sqrt((inverse @ score.T @ score @ inverse)[1, 1] * n / (n - k))
    low, high = beta[1] - 1.96 * error, beta[1] + 1.96 * error
    assert low < 0 < high, "« aucun effet démontré » would be false"
    assert f"variation de {written(low, 2)} à +{written(high, 2)} consultation" in said
    assert f"sur {written(sum(after.values()) / len(after), 1)} accessibles en moyenne" in said


def test_ni_l_acces_ni_le_suivi_ne_suivent_nettement_les_gains(titles: str) -> None:
    assert "Ni l’accès ni le suivi ne suivent nettement les gains" in titles
    for line in drawn("Ni l’accès"):
        assert float(line["de"]) < 0 < float(line["à"]), line


def test_deux_editions_de_l_accessibilite_et_une_seule_pour_conclure() -> None:
    """2023 and 2024 are of one edition; 2021 is of another method, and is never subtracted."""
    editions = {
        row["date"]: row["edition"] for row in rows("readings") if row["series_id"] == "apl_mg"
    }
    assert editions["2023-12-31"] == editions[LATEST] != editions["2021-12-31"]
    source = "".join(
        "".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    )
    assert not re.search(r'suite\(apl, "2021', source)


def test_tant_de_departements_ont_plus_d_une_chance_sur_deux(said: str) -> None:
    aims = {
        row["geography"]: float(row["value"])
        for row in rows("targets")
        if row["series_id"] == "msp_nb" and row["date"] == DUE and row["preferred"] == "true"
    }
    for parent in ("FR", *{*parents().values()}):
        below = [code for code, up in parents().items() if parent in ("FR", up)]
        assert sum(aims[code] for code in below) == aims[parent], "shares that do not add up"
    (found,) = re.findall(
        r"(\w+) départements sur 101 ont plus d’une chance sur deux d’avoir leur part des"
        r" ([\d ]+) maisons visées fin 2026 ; (\w+) ont moins de 5 chances sur 100",
        said,
    )
    likely, unlikely = int(found[0]), int(found[2])
    assert found[1] == written(aims["FR"])
    # Another law: the gains of every past year and a half, as if one of them came again.
    halves = {day: 2 * int(day[:4]) + (day[5:] == "12-31") for day in counted_days()}
    pairs = [(a, b) for a in halves for b in halves if halves[b] - halves[a] == 3]
    assert len(pairs) > 10
    share = {
        code: np.mean([houses(b)[code] - houses(a)[code] >= aims[code] - now for a, b in pairs])
        for code, now in houses(LAST).items()
    }
    assert abs(sum(value > 0.5 for value in share.values()) - likely) <= 3
    assert unlikely <= sum(value == 0 for value in share.values()), "more certain than the past"


def test_les_chances_sont_celles_de_la_carte_d_un_autre_chapitre(said: str) -> None:
    other = ROOT / "notebooks" / "collectifs-de-soins.ipynb"
    (map_,) = [about for about in outputs("picture", other) if "Cible atteinte" in about["title"]]
    given = [float(line["valeur (%)"]) for line in csv.DictReader(io.StringIO(map_["csv"]))]
    (likely,) = re.findall(r"(\w+) départements sur 101 ont plus d’une chance sur deux", said)
    assert sum(chance > 50 for chance in given) == int(likely)


def test_chaque_departement_a_une_maison_et_les_deserts_s_etendent(said: str) -> None:
    least = min(houses(LAST).values())
    assert least >= 1, "« sur l’ensemble du territoire » would be false"
    assert f"chaque département a au moins {LETTERS[int(least)]} maisons de santé" in said
    nation = {
        name: {
            row["date"]: float(row["value"])
            for row in rows("observations")
            if (row["series_id"], row["geography"], row["edition"]) == (name, "FR", "apl-2022-2024")
        }
        for name in ("apl_mg_pop_sous_2_5_pct", "apl_mg")
    }
    under = nation["apl_mg_pop_sous_2_5_pct"]
    values = [under[day] for day in sorted(under)]
    assert len(values) == 3
    assert values == sorted(values), "« s’étendent » would be false"
    assert nation["apl_mg"][max(under)] < nation["apl_mg"][min(under)]
    assert f"{written(values[0], 1)} % des habitants, hors Mayotte, vivaient fin 2022" in said
    assert f"{written(values[-1], 1)} % fin {max(under)[:4]}" in said


def test_les_deux_cartes_ne_se_ressemblent_ni_ne_s_opposent(said: str, titles: str) -> None:
    people, access = reading("pop_total", "2025-01-01"), reading("apl_mg", LATEST)
    density = {code: 1e5 * houses(LAST)[code] / people[code] for code in people}
    for values, words in ((density, "Maisons de santé"), (access, "Accès au généraliste")):
        ends = [written(limit(values.values()), 1) for limit in (min, max)]
        assert f"{words} : de {ends[0]} à {ends[1]}" in titles
    # Kendall's tau, another measure of the same thing
    pairs = [
        np.sign((density[a] - density[b]) * (access[a] - access[b]))
        for a, b in combinations(access, 2)
    ]
    assert abs(np.mean(pairs)) < 0.15
    (bounds,) = re.findall(r"corrélation des rangs est de \S+ \(de (\S+) à (\S+), à 95 %\)", said)
    low, high = (float(text.replace("−", "-").replace(",", ".")) for text in bounds)
    assert low < 0 < high
    third = [
        set(sorted(values, key=values.__getitem__)[: len(values) // 3])
        for values in (density, access)
    ]
    both = third[0] & third[1]
    assert f"{LETTERS[len(both)].capitalize()} départements sont dans le tiers le plus bas" in said
    listed = said.split("des deux, d’abord ")[1].split(". Les centres", maxsplit=1)[0]
    assert {*re.split(r", | et ", listed)} <= {names()[code] for code in both}


def test_la_part_des_centres_en_ile_de_france(said: str) -> None:
    centres, people = reading("cds_pluripro_nb", LATEST), reading("pop_total", "2026-01-01")
    shares = [
        100 * sum(v for c, v in counts.items() if parents()[c] == "REG-11") / sum(counts.values())
        for counts in (centres, people)
    ]
    assert shares[0] > shares[1], "« ailleurs » would be false"
    assert f"{shares[0]:.0f} % étaient en Île-de-France fin 2024" in said
    assert f"où vivent {shares[1]:.0f} % des habitants" in said


def test_aucun_departement_ni_aucune_region_ne_fait_le_resultat(said: str) -> None:
    (bounds,) = re.findall(
        r"sans l’une des régions, le rapport du pays va de (\S+) à (\S+)\. ", said
    )
    low, high = (float(text.replace(",", ".")) for text in bounds)
    assert low < negative_binomial(*design(regions=False))[0] < high < 1
    codes, x = design(regions=False)
    kept = [k for k, code in enumerate(codes) if parents()[code] != "REG-11"]
    alone = negative_binomial([codes[k] for k in kept], x[kept])
    assert len(kept) == 93
    assert low - 0.006 <= alone[0] <= high + 0.006


def test_les_pairs_ne_regardent_pas_les_maisons_de_sante() -> None:
    source = NOTEBOOK.read_text(encoding="utf-8")
    (traits,) = re.findall(r"traits = \[(.+?)\]", source)
    assert "msp" not in traits
    assert len(traits.split(",")) == 4, "« quatre mesures »"


def test_les_trois_plus_eloignes_de_leur_premier_pair(said: str) -> None:
    people = reading("pop_total", "2025-01-01")
    counts = [
        reading("pop_total", "2026-01-01"),
        {
            c: v / reading("pop_total", "2026-01-01")[c]
            for c, v in reading("pop_65p", "2026-01-01").items()
        },
        {c: v / people[c] for c, v in reading("mg_lib_hors_mep", LATEST).items()},
        {c: v / people[c] for c, v in reading("inf_lib", LATEST).items()},
    ]
    codes = sorted(people)
    raw = np.log([[one[code] for one in counts] for code in codes])
    scores = (raw - raw.mean(axis=0)) / raw.std(axis=0, ddof=1)
    gaps = np.sqrt(((scores[:, None] - scores[None]) ** 2).sum(axis=2))
    np.fill_diagonal(gaps, np.inf)
    alone = [names()[codes[k]] for k in np.argsort(-gaps.min(axis=1))[:3]]
    assert f"Les plus éloignés de leur premier pair : {alone[0]}, {alone[1]} et {alone[2]}." in said
