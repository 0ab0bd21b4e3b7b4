"""« Le marché de l’e-santé »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import re

import pytest
from conftest import DATA, ROOT, said_by

PLAIN = str.maketrans("\u00a0\u202f", "  ")
NOTEBOOK = ROOT / "notebooks" / "marche-e-sante.ipynb"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


def test_marche_francais_prevu_pour_2020_aucun_chiffre_ensuite_pour_en_juger(said: str) -> None:
    whole = [
        row
        for row in rows("markets")
        if row["place"] == "France" and row["unit"] == "Md€" and row["label"].startswith("Marché")
        if "e-santé" in row["label"] or "santé numérique" in row["label"]
    ]
    foreseen = [float(row["value"]) for row in whole if row["nature"] == "forecast"]
    assert {row["year"] for row in whole if row["nature"] == "forecast"} == {"2020"}
    text = f"{min(foreseen):.1f} à {max(foreseen):.0f} Md€ prévus pour 2020".replace(".", ",")
    last = max(int(row["year"]) for row in whole if row["nature"] != "forecast")
    text += f", sans estimation après {last}"
    assert text in said
    later = [row for row in whole if row["nature"] != "forecast" and int(row["year"]) > last]
    held = [row for row in rows("observations") if row["series_id"].startswith("esante_marche")]
    assert not later, "a figure after the forecast would refute the title"
    assert max(row["date"] for row in held) < "2020"


def test_sante_mobile_des_previsions_du_simple_au_double(said: str) -> None:
    same = [
        float(row["value"])
        for row in rows("markets")
        if row["place"] == "Monde" and row["year"] == "2018" and row["nature"] == "forecast"
        if row["unit"] == "Md USD" and "m-santé" in row["label"].lower()
    ]
    assert len(same) == 4
    assert 1.9 < max(same) / min(same) < 2.2
    assert f"Santé mobile en 2018 : des prévisions de {min(same):.0f} à {max(same):.0f} Md$" in said


def test_un_seul_emetteur_a_publie_son_propre_chiffre_pour_l_annee_visee(said: str) -> None:
    usable = [row for row in rows("markets") if row["usable"] == "true" and row["issuer"]]
    levels = [row for row in usable if not row["unit"].startswith("%")]

    def first_word(issuer: str) -> str:
        words = issuer.replace("/", " ").replace("-", " ").replace(",", " ").casefold().split()
        return "xerfi" if {"xerfi", "precepta"} & set(words) else words[0]

    checked = {
        (first_word(before["issuer"]), before["value"], after["value"])
        for before, after in itertools.product(levels, levels)
        if before["nature"] == "forecast"
        and after["nature"] in {"estimate", "observed"}
        and first_word(before["issuer"]) == first_word(after["issuer"])
        and all(before[key] == after[key] for key in ("place", "year", "unit"))
        and ("m-santé" in before["label"]) == ("m-santé" in after["label"])
    }
    assert len(checked) == 1, "the word « seul » would be false"
    name, before, after = checked.pop()
    assert name == "berg"
    assert f"{before} millions de patients".replace(".", ",") in said
    assert f"{after} estimés après coup".replace(".", ",") in said


def test_le_rythme_demande_depasse_celui_des_deux_dernieres_annees(said: str) -> None:
    known = {
        row["date"]: float(row["value"]) / 1e6
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives" and row["preferred"] == "true"
    }
    last = max(known)
    target = next(row for row in rows("targets") if row["series_id"] == "mes_profils_actives")

    def years(start: str, end: str) -> float:
        return (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days / 365.25

    recent = (known[last] - known["2024-02-29"]) / years("2024-02-29", last)
    wanted = (float(target["value"]) / 1e6 - known[last]) / years(last, target["date"])
    # « au plus »: the reading of February 2024 is a lower bound (« plus de 11 M »)
    row = next(
        row
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives" and row["date"] == "2024-02-29"
    )
    assert row["status"] == "lower_bound"
    assert wanted > recent
    assert f"{wanted:.1f} millions de plus par an".replace(".", ",") in said
    text = f"depuis février 2024, le rythme moyen est d’au plus {recent:.1f} millions"
    assert text.replace(".", ",") in said
    assert f"comptait {known[last]:.0f} millions de profils activés fin janvier 2026" in said
    assert last == "2026-01-30"


def test_teleconsultations_part_de_l_objectif_en_2019_et_multiple_en_2020(said: str) -> None:
    counted = {
        (row["series_id"], row["date"][:4]): float(row["value"])
        for row in rows("observations")
        if row["series_id"].startswith("teleconsult_an") and row["preferred"] == "true"
    }
    wanted = {
        row["date"][:4]: float(row["value"])
        for row in rows("targets")
        if row["series_id"] == "teleconsult_an"
    }
    share = 100 * counted["teleconsult_an_snds", "2019"] / wanted["2019"]
    low, high = sorted(
        counted[name, "2020"] / wanted["2020"] for name in ("teleconsult_an", "teleconsult_an_snds")
    )
    text = f"{share:.0f} % de l’objectif en 2019, {low:.0f} à {high:.0f} fois l’objectif en 2020"
    assert text in said
    last = max(year for name, year in counted if name == "teleconsult_an")
    count = counted["teleconsult_an", last] / 1e6
    note = f"Dernier compte de la Cnam : environ {count:.0f} millions en {last}."
    assert note in NOTEBOOK.read_text(encoding="utf-8").translate(PLAIN)
    # every year that both counts hold, whatever the sentence says
    names = ("teleconsult_an_snds", "teleconsult_an")
    wide, narrow = ({year for name, year in counted if name == one} for one in names)
    gaps = {year: counted[names[0], year] - counted[names[1], year] for year in wide & narrow}
    assert sorted(gaps) == ["2020", "2021"]
    assert gaps["2020"] > 1e6
    assert gaps["2021"] < -1e6
    told = "ils diffèrent de plus d’un million en 2020, dans un sens, comme en 2021, dans l’autre"
    assert told in NOTEBOOK.read_text(encoding="utf-8")


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
    lower = [float(row["bas à 95 %"]) for row in drawn if row["bas à 95 %"]]
    assert lower
    assert min(lower) >= last


def test_la_note_dit_que_l_intervalle_depasse_tous_les_rythmes_releves() -> None:
    known = sorted(
        (dt.date.fromisoformat(row["date"]), float(row["value"]) / 1e6)
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives" and row["preferred"] == "true"
    )
    launch, *paces = [
        (after - before) / ((end - start).days / 365.25)
        for (start, before), (end, after) in itertools.pairwise(known)
    ]
    fastest = max(paces)
    assert launch > fastest, "without « depuis octobre 2022 », the launch refutes the note"
    assert known[1][0].isoformat().startswith("2022-10")
    note = re.search(
        r"suppose ([\d,]+)\smillions\spar an\s?; entre deux relevés, depuis octobre 2022, "
        r"le rythme n’a pas dépassé ([\d,]+), dont un relevé peu sûr \(point creux\) ; "
        r"([\d,]+) entre relevés sûrs\.",
        NOTEBOOK.read_text(encoding="utf-8").translate(PLAIN),
    )
    assert note
    top, pace, between_sure = (float(number.replace(",", ".")) for number in note.groups())
    sure = {
        dt.date.fromisoformat(row["date"]): float(row["value"]) / 1e6
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives" and row["preferred"] == "true"
        if (row["status"], row["confidence"]) == ("reported", "high") and row["date"] > "2023"
    }
    (start, end) = sorted(sure)
    pace_sure = (sure[end] - sure[start]) / ((end - start).days / 365.25)
    assert between_sure == pytest.approx(pace_sure, abs=0.05)
    unsure = [
        row["date"]
        for row in rows("observations")
        if row["series_id"] == "mes_profils_actives" and row["preferred"] == "true"
        if row["confidence"] == "low"
    ]
    assert unsure == ["2025-01-31"], "the one hollow point"
    assert pace == pytest.approx(fastest, abs=0.05)
    assert top > fastest


def test_deux_recoupements_partiels(said: str) -> None:
    """The two figures that could be compared afterwards are shown, with what they are worth."""
    grown = [100 * (((2.7 + s) / (2.4 - s)) ** 0.5 - 1) for s in (-0.05, 0.05)]
    held = {(r["label"], r["year"]): r for r in rows("markets") if r["usable"] == "true"}
    assert held["Marché e-santé total", "2012"]["value"] == "2.4"
    foreseen = [
        float(row["value"])
        for (label, _), row in held.items()
        if label.startswith("Croissance annuelle prévue e-santé 2012-2017")
    ]
    text = f"annonçait {min(foreseen):.0f} à {max(foreseen):.0f} % par an de 2012 à 2017"
    assert text in said
    assert f"donnent {grown[0]:.0f} à {grown[1]:.0f} % par an jusqu’en 2014" in said
    after = held["Marché m-santé constaté (P&S Intelligence)", "2017"]
    assert (after["confidence"], float(after["value"])) == ("low", 23)
    assert "PwC prévoyait 23 Md$ ; P&S Intelligence a ensuite écrit 23 Md$" in said


def test_le_pipame_ne_compte_pas_d_emplois() -> None:
    jobs = [row for row in rows("claims") if row["claim_id"].startswith("pipame-emplois")]
    assert jobs
    assert all("possibles" in row["label"] for row in jobs)
    title = "Un marché repris d’un cabinet privé, des emplois seulement possibles"
    assert title in NOTEBOOK.read_text(encoding="utf-8")


def test_la_vue_ne_prevoit_pas_les_assistants_medicaux_et_arrondit_les_maisons() -> None:
    """Three counts that never fell, each with the floor of its last reading; tens for houses."""
    view = next(
        json.loads(found[1])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if (
            found := re.search(
                r'<script type="application/json">(.*?)</script>',
                "".join(output.get("data", {}).get("text/html", "")),
                re.DOTALL,
            )
        )
    )
    scopes = {one["id"]: one for one in view["data"]["scopes"]}
    assert list(scopes) == ["mes_profils_actives", "msp_nb", "cds_pluripro_nb"]
    assert scopes["msp_nb"]["rounding"] == -1
    for one in scopes.values():
        last = max(value for _, value in one["observed"])
        assert one["observed"][-1][1] == last
        assert min(low for *_, low, _ in one["variants"]["sans"]["points"]) >= last
    collective = (ROOT / "notebooks" / "collectifs-de-soins.ipynb").read_text(encoding="utf-8")
    (point,) = [p for p in scopes["msp_nb"]["variants"]["sans"]["points"] if p[0] == "2026-12-31"]
    low, high = (f"{round(edge, -1):,.0f}".replace(",", " ") for edge in point[2:4])
    assert f"de {low} à {high}, à 80 %" in collective.translate(PLAIN)
