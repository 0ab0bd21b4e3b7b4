"""« Le marché de la e-santé »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json

import pytest
from conftest import DATA, ROOT, said_by

NOTEBOOK = ROOT / "notebooks" / "marche-e-sante.ipynb"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


def whole_market(row: dict[str, str]) -> str | None:
    words = ("segment", "contenus", "fabricants", "offreurs", "opérateurs", "télémédecine")
    label = row["label"].lower()
    usable = row["usable"] == "true" and row["place"] == "Monde" and row["unit"] == "Md USD"
    if not usable or any(word in label for word in words):
        return None
    return next((name for name in ("m-santé", "santé numérique") if name in label), None)


def test_un_meme_marche_la_meme_annee_jusqu_a_x_fois_d_ecart_entre_emetteurs(said: str) -> None:
    known = [(whole_market(row), row["year"], row) for row in rows("markets") if whole_market(row)]
    ratios = [
        max(float(a["value"]), float(b["value"])) / min(float(a["value"]), float(b["value"]))
        for (market, year, a), (other, same, b) in itertools.combinations(known, 2)
        if (market, year) == (other, same) and a["issuer"] != b["issuer"]
    ]
    assert f"jusqu’à {max(ratios):.1f} fois d’écart".replace(".", ",") in said
    assert min(ratios) < 1.1, "some issuers agree: the title says « jusqu’à », not « toujours »"


def test_un_seul_emetteur_figure_aussi_avec_son_propre_constat(said: str) -> None:
    usable = [row for row in rows("markets") if row["usable"] == "true" and row["issuer"]]
    levels = [row for row in usable if not row["unit"].startswith("%")]

    def first_word(issuer: str) -> str:
        return issuer.replace("/", " ").replace(",", " ").split()[0].casefold()

    checked = {
        (first_word(before["issuer"]), 100 * (float(before["value"]) / float(after["value"]) - 1))
        for before, after in itertools.product(levels, levels)
        if before["nature"] == "forecast"
        and after["nature"] in {"estimate", "observed"}
        and first_word(before["issuer"]) == first_word(after["issuer"])
        and all(before[key] == after[key] for key in ("place", "year", "unit"))
        and whole_market(before) == whole_market(after)
    }
    assert len(checked) == 1, "the word « seul » would be false"
    name, error = checked.pop()
    assert name == "berg"
    assert f"{-error:.0f} % de moins" in said


def test_le_rythme_demande_depasse_le_plus_rapide_releve(said: str) -> None:
    known = sorted(
        (dt.date.fromisoformat(row["date"]), float(row["value"]) / 1e6)
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives"
        and row["preferred"] == "true"
        and row["date"] >= "2022-10"
    )
    paces = [
        365.25 * (after - before) / (later - earlier).days
        for (earlier, before), (later, after) in itertools.pairwise(known)
    ]
    target = next(row for row in rows("targets") if row["series_id"] == "mes_profils_actives")
    left = float(target["value"]) / 1e6 - known[-1][1]
    wanted = 365.25 * left / (dt.date.fromisoformat(target["date"]) - known[-1][0]).days
    assert wanted > max(paces), "the sentence sets one against the other"
    assert f"{wanted:.1f} millions de plus par an".replace(".", ",") in said
    assert f"le plus rapide relevé est de {max(paces):.1f}".replace(".", ",") in said


def test_teleconsultations_visees_et_venues(said: str) -> None:
    counted = {
        row["date"][:4]: float(row["value"]) / 1e6
        for row in rows("observations")
        if row["series_id"] == "teleconsult_an_snds" and row["preferred"] == "true"
    }
    wanted = {
        row["date"][:4]: float(row["value"]) / 1e6
        for row in rows("targets")
        if row["series_id"] == "teleconsult_an"
    }
    assert counted["2019"] < wanted["2019"]
    assert counted["2020"] > wanted["2020"]
    sentence = (
        f"{counted['2019']:.1f} pour {wanted['2019']:.1f} visé en 2019 ;"
        f" {counted['2020']:.1f} pour {wanted['2020']:.0f} en 2020"
    )
    assert sentence.replace(".", ",") in said


def test_la_prevision_de_mon_espace_sante_ne_descend_jamais_sous_le_dernier_releve() -> None:
    pictures = [
        output["metadata"]["handbook"]
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("handbook", {}).get("kind") == "picture"
    ]
    (picture,) = [one for one in pictures if one["title"].startswith("Mon espace santé")]
    drawn = list(csv.DictReader(io.StringIO(picture["csv"])))
    last = max(float(row["relevés"]) for row in drawn if row["relevés"])
    lower = [float(row["lower_95"]) for row in drawn if row["lower_95"]]
    assert lower
    assert min(lower) >= last
