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


@cache
def outside() -> list[str]:
    return [code for code in parents() if parents()[code] != "REG-11"]


def test_hors_ile_de_france_le_quart_le_moins_dote_gagne_moins_de_maisons(
    said: str, titles: str
) -> None:
    ranked = sorted(endowed(), key=endowed().__getitem__)
    quarter, others = ranked[:26], ranked[26:]  # 101 départements
    few, more = pooled(quarter), pooled(others)
    kept = [[code for code in part if code in outside()] for part in (quarter, others)]
    few_out, more_out = (pooled(part) for part in kept)
    assert few / more < few_out / more_out < 1, "the region makes a part of it, and not all"
    title = (
        "Hors Île-de-France, le quart le moins doté en généralistes gagne"
        f" {100 - 100 * few_out / more_out:.0f} % de maisons de moins"
    )
    assert title in titles
    assert f"a gagné {written(few_out, 2)} maisons de santé pour 100 000 habitants" in said
    assert f"les autres {written(more_out, 2)} ({written(few, 2)} et {written(more, 2)}" in said
    text = plain(NOTEBOOK.read_text(encoding="utf-8"))
    assert f"soit {100 - 100 * few / more:.0f} % de moins" in text
    # a quarter drawn again among those départements says less, and the same way
    again = [code for code in ranked if code in outside()]
    assert pooled(again[:23]) < 0.85 * pooled(again[23:])


def test_la_relation_n_est_pas_droite(said: str) -> None:
    """Both ends gain less than what lies between, and a square of the lack is not chance."""
    ranked = [code for code in sorted(endowed(), key=endowed().__getitem__) if code in outside()]
    fifths = [pooled(part) for part in np.array_split(ranked, 5)]
    assert max(fifths) > max(fifths[0], fifths[-1]), "by other fifths, of these départements only"
    every = sorted(endowed(), key=endowed().__getitem__)
    shown = [pooled([c for c in part if c in outside()]) for part in np.array_split(every, 5)]
    (best, fourth) = re.findall(r"gagne moins \(([\d,]+)\) que le quatrième \(([\d,]+)\)", said)[0]
    assert [float(x.replace(",", ".")) for x in (best, fourth)] == pytest.approx(
        [shown[4], shown[3]], abs=0.06
    )
    y = np.array([1e5 * gains()[c] / reading("pop_total", "2017-01-01")[c] for c in ranked])
    x = np.array([endowed()[c] for c in ranked])
    square = np.column_stack([np.ones(len(x)), x - x.mean(), (x - x.mean()) ** 2])
    beta, *_ = np.linalg.lstsq(square, y, rcond=None)
    assert beta[2] < 0, "it would not bend downwards"


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
    until: str = LAST,
) -> tuple[float, float, float]:
    """Return the rate ratio and its robust 95 % interval, by Newton on the profile likelihood.

    Written without statsmodels: NB2, log link, population as exposure, sandwich errors which take
    the dispersion as known, so that bounds part from the notebook's by a hundredth at most.
    """
    people = exposure or reading("pop_total", "2017-01-01")
    y = np.array([max(houses(until)[code] - houses(since)[code], 0) for code in codes])
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


MIDDLE = "2021-06-30"  # halfway between the first and the last readings


def signed(text: str) -> list[int]:
    """Return the three percents of « +21 % (de +5 % à +39 %) »."""
    return [int(part.replace("−", "-")) for part in re.findall(r"[+−]?\d+", text)]


def test_moins_dans_le_pays_et_dans_une_meme_region_plus_puis_moins(said: str) -> None:
    country = negative_binomial(*design(regions=False))
    region = negative_binomial(*design(regions=True))
    first = negative_binomial(*design(regions=True), until=MIDDLE)
    second = negative_binomial(*design(regions=True), since=MIDDLE)
    assert country[2] < 1, "« −16 % » would not be sure"
    assert region[1] < 1 < region[2], "« rien de net en tout » would be false"
    assert first[1] > 1, "« plus » would not be sure"
    assert second[2] < 1, "« moins » would not be sure"
    assert second[2] < first[1], "the two halves would not differ surely"
    trio = r"([+−]\d+ % \(de [+−]\d+ % à [+−]\d+ %\))"
    (found,) = re.findall(
        rf"vont en moyenne avec {trio} de maisons gagnées\. Dans une même région : {trio} jusqu’à"
        rf" mi-2021, {trio} depuis, et rien de net en tout, {trio}",
        said,
    )
    for text, ratios in zip(found, (country, first, second, region), strict=True):
        assert signed(text) == pytest.approx([100 * r - 100 for r in ratios], abs=1.1)
    spread = np.std([*endowed().values()], ddof=1)
    assert f"{spread:.0f} généralistes de moins pour 100 000 habitants (un écart-type)" in said


@pytest.mark.parametrize("cut", ["2019-06-30", "2019-12-31", "2020-12-31", "2021-12-31"])
def test_d_autres_coupes_donnent_le_meme_sens(cut: str) -> None:
    """« D’autres coupes, de 2019 à 2023 »: more before, fewer after."""
    assert negative_binomial(*design(regions=True), until=cut)[1] > 1
    assert negative_binomial(*design(regions=True), since=cut)[0] < 1


def test_depuis_2023_aussi() -> None:
    assert negative_binomial(*design(regions=True), since="2023-06-30")[2] < 1
    assert negative_binomial(*design(regions=True), until="2022-12-31")[0] > 1


def test_plus_de_maisons_avant_mi_2021_moins_apres(titles: str) -> None:
    title = "Là où l’on manque de médecins dans la région : plus de maisons avant mi-2021, moins"
    assert f"{title} après" in titles
    lines = {line["essai"]: line for line in drawn(title)}
    assert float(lines["Gains avant mi-2021"]["région, bas"]) > 1
    assert float(lines["Gains après mi-2021"]["région, haut"]) < 1
    for name, line in lines.items():  # « aucun essai », those of the country
        low, middle, high = (float(line[f"pays{end}"]) for end in (", bas", "", ", haut"))
        assert low < middle < high
        assert low < 1, f"{name} would say more houses, surely"


def test_par_generaliste_le_rapport_passe_au_dessus_de_un_dans_une_region(said: str) -> None:
    doctors = reading("mg_lib_hors_mep", "2016-12-31", "cnam-amos")
    (line,) = [one for one in drawn("Là où l’on manque") if one["essai"] == "Par généraliste"]
    for where, regions in (("pays", False), ("région", True)):
        again = negative_binomial(*design(regions), exposure=doctors)
        told = [float(line[f"{where}{end}"]) for end in ("", ", bas", ", haut")]
        assert told == pytest.approx(again, abs=0.02)
        assert (again[1] > 1) == regions, "« dans une même région, non dans le pays »"
    assert "nettement au-dessus de un dans une même région, non dans le pays" in said


def test_une_autre_mesure_du_manque_refaite_sans_le_carnet() -> None:
    """The measure farthest from the first: people under 2.5, of another method and date."""
    lacking = reading("apl_mg_pop_sous_2_5_pct", "2021-12-31", "apl-2021")
    for where, regions in (("pays", False), ("région", True)):
        (line,) = [
            one for one in drawn("Là où l’on manque") if one["essai"] == "Habitants sous seuil"
        ]
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
    (nation,) = [
        float(row["value"])
        for row in rows("observations")
        if (row["series_id"], row["geography"]) == ("apl_mg", "FR")
        if (row["date"], row["edition"]) == (LATEST, "apl-2022-2024")
    ]
    assert f"sur {written(nation, 1)} accessibles en France" in said
    fall = -np.mean(y)
    assert fall > 0, "« la baisse moyenne »"
    (share,) = re.findall(r"un effet égal à (\d+) % de la baisse moyenne de l’année", said)
    assert int(share) == pytest.approx(100 * high / fall, abs=1)


def test_ni_l_acces_ni_le_suivi_des_malades_ne_varient_nettement(titles: str) -> None:
    assert "Ni l’accès ni le suivi des malades ne varient nettement avec les gains" in titles
    for line in drawn("Ni l’accès"):
        low, high = (float(line[f"Effet d’une maison, {end}"]) for end in ("bas", "haut"))
        assert low < 0 < high, line


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


def test_les_chapitres_disent_le_meme_bilan_des_petites_chances(said: str) -> None:
    """Chances under 5 % came more often than said: one number in the whole book, over five."""
    told = re.findall(r"moins de 5 (?:chances sur 100|%)[^.]*? (\d+) fois sur 100", said)
    assert len(told) == 1
    assert int(told[0]) > 5, "they would have been said high enough"
    for name in ("previsions-jugees", "collectifs-de-soins"):
        other = said_by(ROOT / "notebooks" / f"{name}.ipynb")
        again = re.findall(r"moins de 5 (?:chances sur 100|%)[^.]*? (\d+) fois sur 100", other)
        assert {*again} <= {*told}, name


def test_les_chances_sont_celles_de_la_carte_d_un_autre_chapitre(said: str) -> None:
    other = ROOT / "notebooks" / "collectifs-de-soins.ipynb"
    (map_,) = [
        about
        for about in outputs("picture", other)
        if re.search("cible.*atteinte", plain(about["title"]).lower())
        and "valeur (%)" in about["csv"]
    ]
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


def test_rien_ne_dit_que_les_deux_cartes_se_ressemblent_ou_s_opposent(
    said: str, titles: str
) -> None:
    people, access = reading("pop_total", "2025-01-01"), reading("apl_mg", LATEST)
    density = {code: 1e5 * houses(LAST)[code] / people[code] for code in people}
    ends = [[written(limit(v.values()), 1) for limit in (min, max)] for v in (density, access)]
    assert f"Maisons de santé : de {ends[0][0]} à {ends[0][1]} pour 100 000" in titles
    assert f"L’accès au généraliste va de {ends[1][0]} à {ends[1][1]} consultations" in said
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
    listed = said.split("des deux, dont ces cinq : ")[1].split(".", maxsplit=1)[0]
    assert {*re.split(r", | et ", listed)} <= {names()[code] for code in both}


def test_aucun_departement_ne_fait_le_resultat(said: str) -> None:
    (bounds,) = re.findall(
        r"le département que l’on retire, le rapport du pays reste entre (\S+) et (\S+)\.", said
    )
    low, high = (float(text.replace(",", ".")) for text in bounds)
    codes, x = design(regions=False)
    assert low <= negative_binomial(codes, x)[0] <= high < 1
    for out in ("DEP-75", "DEP-976", "DEP-10", "DEP-973", "DEP-93", "DEP-05", "DEP-48"):
        kept = [k for k, code in enumerate(codes) if code != out]
        alone = negative_binomial([codes[k] for k in kept], x[kept])
        assert low - 0.006 <= alone[0] <= high + 0.006


def test_la_vue_ouvre_sur_ce_que_l_on_sait_de_la_france() -> None:
    saved = NOTEBOOK.read_text(encoding="utf-8")
    count = sum(houses(LAST).values())
    (under,) = [
        float(row["value"])
        for row in rows("observations")
        if (row["series_id"], row["geography"]) == ("apl_mg_pop_sous_2_5_pct", "FR")
        if (row["date"], row["edition"]) == (LATEST, "apl-2022-2024")
    ]
    title = (
        f"France : {written(count)} maisons de santé en juin 2025, {written(under, 1)} % des"
        " habitants sous le seuil d’accès"
    )
    assert title in plain(saved.encode().decode("unicode_escape") if "\\u" in saved else saved)
    assert len(title) < 90


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
    far = "Trois départements sont les plus éloignés de leur premier pair"
    assert f"{far} : {alone[0]}, {alone[1]} et {alone[2]}." in said
