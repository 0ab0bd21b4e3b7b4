"""« Ce que valent les chiffres de cinq documents »: the verdicts worked out again, from the files.

The rule is written here a second time, in its simplest form, without the rooms: a figure, the
nearest sure reading of another issuer, a range.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import functools
import json
import math
import re
from collections import Counter

import pytest
from conftest import DATA, ROOT, said_by

NOTEBOOK = ROOT / "notebooks" / "affirmations.ipynb"
SURE = {"reported", "rounded", "lower_bound", "upper_bound", "derived"}
PARTS = {"environ": (0.95, 1.05), "près de": (0.9, 1.0)}
HELD = {"confirmé", "juste à sa date", "borne tenue"}


@functools.cache
def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day(text: str, *, end: bool = True) -> dt.date | None:
    """Return the last (or first) day of a period, None if it has none."""
    parts = text.split("/")[-1 if end else 0].split("-") if text else [".."]
    if parts == [".."]:
        return None
    year, month = int(parts[0]), int(parts[1]) if len(parts) > 1 else 12 if end else 1
    last = calendar.monthrange(year, month)[1] if end else 1
    return dt.date(year, month, int(parts[2]) if len(parts) > 2 else last)


@functools.cache
def issuers(source: str) -> frozenset[str]:
    (row,) = [row for row in rows("sources") if row["source_id"] == source]
    return frozenset(part for key in ("publisher", "origin") for part in named(row[key]))


def named(text: str) -> set[str]:
    return {part.strip().casefold() for part in re.split(r",|/| et |[()]", text)} - {""}


@functools.cache
def readings(name: str, where: str) -> list[tuple[dt.date, float, str, str]]:
    """Return date, value, status and source of what is sure."""
    series = [
        (dt.date.fromisoformat(row["date"]), float(row["value"]), row["status"], row["source_id"])
        for row in rows("observations")
        if (row["series_id"], row["geography"]) == (name, where)
        if row["preferred"] == "true" and row["status"] in SURE and row["confidence"] != "low"
    ]
    places = [
        (dt.date(int(row["year"]), 12, 31), float(row["value"]), "reported", row["source_id"])
        for row in rows("comparisons")
        if (row["indicator_id"], row["entity"]) == (name, where)
        if row["comparable"] == "true" and row["confidence"] != "low"
        if row["value"] and row["year"]
    ]
    return series or places


def today() -> dt.date:
    return max(
        dt.date.fromisoformat(row["date"])
        for row in rows("observations")
        if row["preferred"] == "true" and row["status"] in SURE and row["confidence"] != "low"
        if row["value"]
    )


def half(value: float) -> float:
    text = repr(value).removesuffix(".0")
    if "." in text:
        return 0.5 * 10 ** -len(text.split(".")[1])
    zeros = len(text) - len(text.rstrip("0"))
    return 0.5 * 10 ** min(zeros, max(len(text) - 2, 0))


def written(claim: dict[str, str]) -> tuple[float, float]:
    value, word = float(claim["value"]), claim["qualifier"]
    if word in {"plus de", "au moins"}:
        return value, math.inf
    low, high = PARTS.get(word, (1.0, 1.0))
    return (
        low * value - half(value) * (low == 1),
        high * value + half(value) * (high == 1),
    )


def meant(status: str, value: float) -> tuple[float, float]:
    ends = {"lower_bound": (value, math.inf), "upper_bound": (-math.inf, value)}
    about = half(value) if status == "rounded" else 0
    return ends.get(status, (value - about, value + about))


def others(claim: dict[str, str]) -> list[tuple[dt.date, float, str, str]]:
    name, where = claim["series_id"], claim["geography"]
    if claim["indicator_id"]:
        name, where = claim["indicator_id"], claim["entity"]
    own = issuers(claim["source_id"]) | named(claim["origin"])
    return [row for row in readings(name, where) if not own & issuers(row[3])]


def near(known: list[tuple[dt.date, float, str, str]], moment: dt.date) -> list[tuple]:
    away = sorted(abs((row[0] - moment).days) for row in known)
    if not away or away[0] > 366:
        return []
    return [row for row in known if abs((row[0] - moment).days) <= min(away[0] + 1, 366)]


def judged(claim: dict[str, str]) -> str:
    """Return the verdict on a claim that a series of the same notion bears on, or nothing."""
    if claim["relation"] != "directe" or claim["about"] != "monde":
        return ""
    known, end = others(claim), day(claim["date"])
    if not known or not claim["date"] or (end and end > today()):
        return ""
    if claim["direction"]:
        return turned(claim, known, end)
    found = near(known, end) if end and claim["value"] else []
    if not found:
        return ""
    low, high = written(claim)
    spans = [meant(row[2], row[1]) for row in found]
    over, under = ([span[0] > high for span in spans], [span[1] < low for span in spans])
    if all(over) or all(under):
        return "contredit"
    if any(over) or any(under):  # two readings as near disagree
        return ""
    if high == math.inf:
        return "borne tenue"
    last = max(known)
    left = last[0] > max(found)[0] and not (low <= last[1] <= high)
    return "juste à sa date" if left else "confirmé"


def turned(claim: dict[str, str], known: list[tuple], end: dt.date | None) -> str:
    (about,) = [row for row in rows("series") if row["series_id"] == claim["series_id"]]
    if about["cumulative"] == "true":
        return ""
    end = end or max(known)[0]
    first = day(claim["date"], end=False)
    start = min(first - dt.timedelta(days=1), end.replace(year=end.year - 1))
    before, after = near(known, start), near(known, end)
    if not before or not after or max(before) >= max(after):
        return ""
    up = max(after)[1] > max(before)[1]
    return "confirmé" if up == (claim["direction"] == "hausse") else "contredit"


def in_time(row: dict[str, str]) -> bool:
    return row["state"] == "advenu" and row["happened_on"][:4] <= row["promised_year"]


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    verdicts = {row["claim_id"]: judged(row) for row in rows("claims")}
    events = {row["claim_id"]: row for row in rows("vision_timeline")}
    verdicts |= {name: "confirmé" for name, row in events.items() if in_time(row)}
    return {name: verdict for name, verdict in verdicts.items() if verdict}


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


def claim(name: str) -> dict[str, str]:
    (row,) = [row for row in rows("claims") if row["claim_id"] == name]
    return row


def french(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace("-", "−")


def letters(count: int) -> str:
    words = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    return words[count] if count < len(words) else str(count)


def kinds(found: dict[str, str], verdicts: set[str]) -> Counter[str]:
    """Count what holds, or not, by what it is: a bound, a direction, an event, a plain figure."""
    counts: Counter[str] = Counter()
    for name in (name for name, verdict in found.items() if verdict in verdicts):
        row = claim(name)
        bound = row["qualifier"] in {"plus de", "au moins"}
        event = not (row["series_id"] or row["indicator_id"])
        counts[
            "event" if event else "turn" if row["direction"] else "bound" if bound else "figure"
        ] += 1
    return counts


def test_tant_d_affirmations_jugees_tant_de_chiffres_retrouves_tant_de_contredits(
    found, said: str
) -> None:
    held, against = kinds(found, HELD), kinds(found, {"contredit"})
    total = len(rows("claims"))
    assert set(against) == {"figure"}, "« contredits » is said of figures"
    title = (
        f"{len(found)} affirmations jugées sur {total} : {letters(held['figure'])} chiffres"
        f" retrouvés ailleurs, {letters(against['figure'])} contredits"
    )
    assert title in said
    assert len(title) < 90
    part = (
        f"{held.total()} tiennent ({letters(held['figure'])} chiffres retrouvés dans un autre"
        f" compte, {letters(held['bound'])} bornes, {letters(held['turn'])} tendances,"
        f" {letters(held['event'])} fait antérieur au texte), {against.total()} sont contredites"
    )
    assert f"Nous relevons {total} affirmations. Pour {len(found)} d’entre elles" in said
    assert part in said
    far = [n for n, verdict in found.items() if verdict == "contredit" and claim(n)["indicator_id"]]
    assert f"dont {letters(len(far))} densités de 2011" in said
    assert {claim(name)["date"] for name in far} == {"2011"}
    assert {claim(name)["origin"] for name in far} == {"OCDE"}


def test_le_fait_confirme_est_anterieur_au_texte(found) -> None:
    """HERA was there before the story that announces it: no forecast came true."""
    (event,) = [name for name in found if not (claim(name)["series_id"] or claim(name)["entity"])]
    (row,) = [row for row in rows("vision_timeline") if row["claim_id"] == event]
    (document,) = [row for row in rows("sources") if row["source_id"] == claim(event)["source_id"]]
    assert row["happened_on"][:4] < document["year"]


def test_un_chiffre_retrouve_ne_l_est_pas_dans_le_compte_qu_il_reprend(found) -> None:
    """No other issuer, and no reading that another row of the data says to be the same figure."""
    for name in (name for name, verdict in found.items() if verdict in HELD):
        row = claim(name)
        if not row["value"] or row["direction"]:
            continue
        for _, value, _, source in near(others(row), day(row["date"])):
            repeated = [
                one
                for one in rows("observations")
                if one["series_id"] == row["series_id"] and one["source_id"] == row["source_id"]
                if float(one["value"]) == value and "cnam" in issuers(source)
            ]
            assert not repeated, f"{name} repeats {source}"
    repeats = [row["claim_id"] for row in rows("claims") if row["relation"] == "même compte"]
    assert len(repeats) == 3
    assert not set(repeats) & set(found)


def test_moins_d_une_sur_vingt_et_un_chiffre_precis_sur_deux(found) -> None:
    assert len(found) < len(rows("claims")) / 20
    assert sum(verdict in HELD for verdict in found.values()) > len(found) / 2
    held, against = (kinds(found, which)["figure"] for which in (HELD, {"contredit"}))
    assert held == against, "« un sur deux »"
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert "moins d’une affirmation sur vingt a, dans nos données, un compte ou un fait" in text
    assert "de leurs chiffres précis, un sur deux seulement" in text


def test_sur_la_france_seule_tant_tiennent_et_tant_de_dementis_sont_ailleurs(
    found, said: str
) -> None:
    here = [name for name in found if claim(name)["geography"] == "FR"]
    held = sum(found[name] in HELD for name in here)
    assert f"Sur la France seule, {held} affirmations sur {len(here)} tiennent" in said
    against = [name for name, verdict in found.items() if verdict == "contredit"]
    abroad = [name for name in against if claim(name)["geography"] != "FR"]
    assert {claim(name)["source_id"] for name in abroad} <= {"pipame-2016"}
    words = f"{letters(len(abroad))} des {letters(len(against))} contredites portent sur d’autres"
    assert words in said


def test_les_raisons_de_ne_pas_verifier_se_comptent_dans_les_colonnes(said: str) -> None:
    every = rows("claims")
    lost = sum(row["status"] == "illisible" for row in every)
    own = sum(row["about"] == "document" and row["status"] == "lisible" for row in every)
    ahead = [
        row
        for row in every
        if row["status"] == "lisible" and row["about"] == "monde" and row["date"]
        if day(row["date"]) and day(row["date"]) > today()
        if row["relation"] != "autre définition" or row["kind"] == "promesse"
    ]
    drawn = shown("affirmations non vérifiables")
    counts = {row["raison"]: int(row["affirmations"]) for row in drawn}
    assert counts["illisible dans le texte lu"] == lost
    assert counts["propre au document"] == own
    assert counts["échéance à venir"] == len(ahead)
    assert f"leur échéance est à venir ({len(ahead)}) ou qu’elles n’ont ni chiffre" in said
    assert f"ni échéance ({counts['ni chiffre ni échéance']})" in said
    assert len(ahead) == max(counts.values()), "« d’abord »"


def shown(words: str) -> list[dict[str, str]]:
    """Return what is behind the picture whose title has these words."""
    pictures = [
        output["metadata"]["handbook"]
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("handbook", {}).get("kind") == "picture"
    ]
    (found,) = [
        one for one in pictures if words in one["title"].translate({0xA0: " ", 0x202F: " "})
    ]
    return list(csv.DictReader(found["csv"].splitlines()))


def test_l_echeance_de_tant_d_annonces_est_passee(said: str) -> None:
    events = {row["claim_id"]: row for row in rows("vision_timeline")}
    due = [
        row["claim_id"]
        for row in rows("claims")
        if row["about"] == "monde" and row["date"] and day(row["date"])
        if row["kind"] == "promesse" or row["claim_id"] in events
        if day(row["date"]) <= today()
    ]
    late = [name for name in due if not (name in events and in_time(events[name]))]
    assert f"L’échéance de {len(late)} annonces est passée" in said


def test_tant_de_pour_cent_des_chiffres_sont_ecrits_sans_reserve(said: str) -> None:
    figures = [row for row in rows("claims") if row["value"] or row["low"]]
    bare = sum(row["qualifier"] == "sans mention" for row in figures)
    assert f"{100 * bare / len(figures):.0f} % des chiffres sont écrits sans aucune réserve" in said


def test_le_releve_compte_chaque_affirmation_une_fois() -> None:
    counts = Counter(row["source_id"] for row in rows("claims"))
    assert len(counts) == 5
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    text = "".join(
        "".join(output["data"].get("text/plain", []))
        for cell in cells
        for output in cell.get("outputs", [])
        if "relevées, endroit par endroit"
        in output.get("metadata", {}).get("handbook", {}).get("title", "")
    )
    numbers = [int(line.split()[-1]) for line in text.splitlines()[2:] if line.split()]
    assert sum(numbers) == sum(counts.values())


def test_les_chiffres_contredits_s_ecartent_de_tant_a_tant(found, said: str) -> None:
    gaps = []
    for name, verdict in found.items():
        row = claim(name)
        if verdict == "contredit" and not row["direction"]:
            reading = max(near(others(row), day(row["date"])))
            gaps.append(100 * (float(row["value"]) / reading[1] - 1))
    low, high = (f"{gap:+.0f}".replace("-", "−") for gap in (min(gaps), max(gaps)))
    assert f"Les chiffres contredits s’écartent de {low} % à {high} % du relevé public" in said


TOLD = {
    "scale2sell-cpts-aci-2023": "444 CPTS",
    "echos-msp-aci-2022": "1 450 contrats",
    "pipame-medecins-norvege": "3,7 pour 1 000 hab.",
}


@pytest.mark.parametrize("name", TOLD)
def test_un_desaccord_conte_est_bien_un_desaccord(found, said: str, name: str) -> None:
    row = claim(name)
    told = f"{row['label']} (" in said and f"« {TOLD[name]} »" in said
    assert told == (found.get(name) == "contredit"), "told if and only if it is one"
    if told:
        reading = max(near(others(row), day(row["date"])))
        gap = f"{100 * (float(row['value']) / reading[1] - 1):+.0f} %".replace("-", "−")
        assert f"écart de {gap}" in said


def value(series: str, date: str) -> float:
    (row,) = [
        row
        for row in rows("observations")
        if (row["series_id"], row["geography"], row["date"]) == (series, "FR", date)
        if row["preferred"] == "true"
    ]
    return float(row["value"])


def test_la_part_des_maisons_sous_contrat_selon_l_un_et_l_autre(said: str) -> None:
    (reading,) = near(others(claim("echos-msp-aci-2022")), dt.date(2022, 12, 31))
    share = 100 * reading[1] / value("msp_nb", "2022-06-30")
    most = (
        100 * float(claim("echos-msp-aci-2022")["value"]) / float(claim("echos-msp-2022")["value"])
    )
    assert reading[0] <= dt.date(2022, 6, 30)
    assert f"{share:.0f} % des maisons de santé de la mi-2022 étaient sous contrat" in said
    assert f"d’après le communiqué, {most:.0f} % au plus" in said


def test_le_nombre_de_cpts_est_celui_de_fevrier_2023() -> None:
    assert value("cpts_total", "2023-02-15") == float(claim("scale2sell-cpts-2023")["value"])
    (about,) = [row for row in rows("series") if row["series_id"] == "cpts_total"]
    assert "purge des avant-projets" in about["modelling_reason"]


def test_deux_ecarts_que_nous_ne_jugeons_pas(found, said: str) -> None:
    """Another scope, and a rise without a start whose sign turns with the year chosen."""
    assert not {"scale2sell-cpts-2023", "pipame-depenses-sante-pib"} & set(found)
    part = {year: value("sante_pib_oms", f"{year}-12-31") for year in range(2000, 2016)}
    since = {year: part[2015] > part[year] for year in range(2000, 2015)}
    assert all(since[year] for year in (2000, 2010, 2013)), "as the claim's note says"
    assert not since[2014]
    assert f"{french(part[2000], 1)} % du PIB en 2000 à {french(part[2014], 1)} % en 2014" in said
    assert f"a baissé de {french(part[2014] - part[2015], 1)} point en 2015" in said
    assert "« environ 781 CPTS » que Scale2Sell écrit pour la fin de 2023" in said
    assert "sont un compte de février 2023" in said


def test_le_compte_publie_a_86_contrats_de_plus(said: str) -> None:
    row = claim("scale2sell-cpts-aci-2023")
    (reading,) = near(others(row), day(row["date"]))
    assert f"le compte publié en a {reading[1] - float(row['value']):.0f} de plus" in said


def test_la_norvege_depasse_la_moyenne_dans_les_deux_comptes(said: str) -> None:
    mean = float(claim("pipame-medecins-ocde")["value"])
    norway = claim("pipame-medecins-norvege")
    (reading,) = near(others(norway), dt.date(2011, 12, 31))
    assert min(float(norway["value"]), reading[1]) > mean
    assert f"la moyenne de l’OCDE, {french(mean, 1)} dans son tableau" in said
    assert claim("pipame-theme-norvege")["geography"] == "NO"


def test_presque_aucune_promesse_ne_dit_ce_qui_la_tiendrait() -> None:
    promises = [row for row in rows("claims") if row["kind"] == "promesse"]
    assert sum(bool(row["value"]) for row in promises) < len(promises) / 10


def test_un_compte_juste_se_perime_et_une_borne_tenue_peut_etre_tres_loin(found) -> None:
    assert "juste à sa date" in found.values()
    bound = claim("scale2sell-cpts-population-2023")
    assert found[bound["claim_id"]] == "borne tenue"
    (reading,) = near(others(bound), dt.date(2023, 12, 31))
    assert reading[1] > 1.5 * float(bound["value"])


def test_chaque_ligne_de_la_vue_mene_a_une_source_connue() -> None:
    known = {row["source_id"] for row in rows("sources")}
    text = NOTEBOOK.read_text(encoding="utf-8")
    (page,) = [
        "".join(output["data"]["text/html"])
        for cell in json.loads(text)["cells"]
        for output in cell.get("outputs", [])
        if "catalogue" in "".join(output.get("data", {}).get("text/html", []))[:200]
    ]
    saved = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(saved[1])["data"]
    assert len(data["rows"]) == len(rows("claims"))
    cited = {row["cells"]["observed_source"] for row in data["rows"]} - {""}
    assert cited <= known
    assert cited <= {one["id"] for one in data["sources"]}
    for row in data["rows"]:
        judged_here = row["cells"]["avis"] in HELD | {"contredit"}
        assert not judged_here or row["cells"]["observed_source"]
