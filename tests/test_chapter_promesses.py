"""« Les promesses de 2032 »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter

import pytest
from conftest import DATA, ROOT, said_by

NOTEBOOK = ROOT / "notebooks" / "promesses-2032.ipynb"
LETTERS = ("aucune", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def in_letters(count: int) -> str:
    return LETTERS[count] if count < len(LETTERS) else str(count)


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


@pytest.fixture(scope="module")
def measured() -> list[dict[str, str]]:
    return [row for row in rows("vision_promises") if row["direction"] == "at_least"]


def published(series_id: str) -> dict[str, float]:
    """Return what the data prefer for the country, by date."""
    return {
        row["date"]: float(row["value"])
        for row in rows("observations")
        if row["series_id"] == series_id
        if row["geography"] == "FR" and row["preferred"] == "true"
    }


def latest(row: dict[str, str]) -> float:
    if row["series_id"]:
        known = published(row["series_id"])
        return known[max(known)]
    central = {one["parameter_id"]: one["central"] for one in rows("parameters")}
    return float(central[row["parameter_ids"].split()[-1]]) / float(row["years_covered"] or 1)


def test_un_indicateur_sur_17_est_a_hauteur_selon_nos_seuils(
    said: str, measured: list[dict[str, str]]
) -> None:
    easy = {row["promise_id"]: latest(row) / float(row["threshold_low"]) for row in measured}
    reached = [name for name, share in easy.items() if share >= 1]
    assert reached == ["identite-numerique"], "the singular of the title would be false"
    text = f"un indicateur sur {len(measured)} est à hauteur de la promesse"
    assert f"Si l’on retient nos seuils, {text}" in said
    assert f"un indicateur sur {len(measured)} atteint le plus facile (Profils Mon espace" in said
    far = sum(round(100 * share) < 50 for share in easy.values())
    assert f"{in_letters(far)} n’en sont pas à la moitié" in said
    least = sorted(easy, key=lambda name: easy[name])[:3]
    assert "equipe-msp" in least  # « l’un des indicateurs les plus éloignés »


def test_aucun_chiffre_ecarte_ne_ferait_tomber_l_indicateur_atteint(
    measured: list[dict[str, str]],
) -> None:
    """The count of opened profiles has a rival: it passes the easiest threshold too."""
    row = next(row for row in measured if row["promise_id"] == "identite-numerique")
    recent = [
        float(one["value"])
        for one in rows("observations")
        if one["series_id"] == row["series_id"] and one["date"] >= "2024"
    ]
    assert len(recent) == 2
    assert min(recent) >= float(row["threshold_low"])


def test_78_promesses_dont_13_suivies_et_quatre_comptees_telles_quelles(
    said: str, measured: list[dict[str, str]]
) -> None:
    made = {
        row["claim_id"]
        for row in rows("claims")
        if row["source_id"] == "innovation-days-2032" and row["kind"] == "promesse"
    }
    followed = {row["claim_id"] for row in measured}
    assert followed < made
    assert len(followed) < len(made) / 2  # « la plupart ne se mesurent pas »
    exact = sum(row["closeness"] == "direct" for row in measured)
    assert f"Nous comptons dans le récit {len(made)} promesses. " in said
    assert (
        f"en suivent {in_letters(len(followed))}, par {in_letters(len(measured))} indicateurs ;"
        f" {in_letters(exact)} comptent ce qui est promis" in said
    )


def test_quatre_deja_la_en_2022_huit_advenus_depuis_deux_non_releves(said: str) -> None:
    told = [row for row in rows("vision_timeline") if row["item_id"] != "vote"]
    year = next(row for row in rows("sources") if row["source_id"] == "innovation-days-2032")
    groups = Counter(
        "jamais" if not row["happened_on"] else row["happened_on"][:4] <= year["year"]
        for row in told
    )
    known = {row["item_id"] for row in told if row["happened_on"][:4] in {"2021", "2022"}}
    assert {"hera", "decentralisation", "espace-unique"} <= known
    there, since, never = (in_letters(groups[key]) for key in (True, False, "jamais"))
    title = f"{len(told)} promesses ou repères : {there} déjà là en 2022, {since} advenus depuis"
    assert f"{title}, {never} non relevés" in said
    after = [row for row in told if row["happened_on"][:4] > year["year"]]
    assert "advenu" not in {row["state"] for row in after}, "« aucun tel qu’écrit » would be false"
    assert f"{since} sont advenus depuis, aucun tel qu’écrit ; {never} ne sont relevés" in said


def test_36_mesures_sans_porteur_nomme(said: str) -> None:
    whole = rows("vision_measures")
    without = {row["measure_id"] for row in rows("vision_roles") if row["actor_id"] == "non-nomme"}
    assert f"pas de porteur pour {len(without)} mesures sur {len(whole)}" in said
    unsaid = {row["measure_id"] for row in whole if row["who"] == "non précisé"}
    assert unsaid - without <= {"A2S2-M15"}  # its bearer is named elsewhere in the scene


def test_si_la_pente_continue_trois_series_passent_le_seuil_facile_aucune_l_autre(
    said: str, measured: list[dict[str, str]]
) -> None:
    """A straight line through the first and last published values says the same."""
    easy, hard = [], []
    names = {"maillage-msp", "centres-pluripro", "pratique-avancee", "assistant-medical"}
    for row in measured:
        if row["promise_id"] not in names:
            continue
        known = {
            date: value
            for date, value in published(row["series_id"]).items()
            if date >= row["pace_from"]
        }
        first, last = (dt.date.fromisoformat(date) for date in (min(known), max(known)))
        pace = (known[max(known)] - known[min(known)]) / (last - first).days
        end = known[max(known)] + pace * (dt.date(2032, 12, 31) - last).days
        easy.append(end > float(row["threshold_low"]))
        hard.append(end > float(row["threshold_high"]))
    assert len(easy) == len(names)
    title = f"{in_letters(sum(easy))} des {in_letters(len(easy))} séries passent le seuil facile"
    assert f"Si la pente continue, {title}, {in_letters(sum(hard))} l’autre" in said


def test_aucun_usage_de_mon_espace_sante_par_les_patients_n_est_compte() -> None:
    kept = {
        row["series_id"]: row["description"] + row["label"]
        for row in rows("series")
        if "Mon espace santé" in row["label"] + row["description"]
    }
    assert set(kept) == {
        "mes_documents_an",
        "mes_documents_mois",
        "mes_profils_actives",
        "mes_profils_ouverts",
        "mes_taux_activation",
        "dmp_ouverts",
    }, "a series of use would refute the sentence"
    assert "professionnels" in kept["mes_documents_an"]


def test_six_affirmations_du_document_et_leur_verification(said: str) -> None:
    assert "Six affirmations du récit, et ce qu’on peut en vérifier" in said
    claims = {row["claim_id"]: row for row in rows("claims")}
    for name in ("solutions-un-quart", "sante-mentale-14", "parlement-membres"):
        note = claims[f"innovation-{name}"]["note"].translate({0xA0: " ", 0x202F: " "})
        assert note in said
    paid = {row["parameter_id"]: row for row in rows("parameters")}
    share = paid["sante_mentale_part_2023"]
    assert "remboursées" in share["label"]
    assert f"{float(share['central']):.0f} % des dépenses remboursées en 2023" in said
    wrong = sum(row["fits"] != "oui" for row in rows("vision_references"))
    picture = NOTEBOOK.read_text(encoding="utf-8").translate({0xA0: " ", 0x202F: " "})
    assert re.search(rf"Sur 34 renvois .{{0,60}}, {in_letters(wrong)} mènent mal", picture)
