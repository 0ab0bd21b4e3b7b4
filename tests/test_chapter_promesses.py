"""« Les promesses de 2032 »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter

import pytest
from conftest import DATA, ROOT, said_by

from handbook import facts, forecasting

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


def test_un_indicateur_sur_17_atteint_le_seuil_facile_aucun_l_exigeant(
    said: str, measured: list[dict[str, str]]
) -> None:
    easy = {row["promise_id"]: latest(row) / float(row["threshold_low"]) for row in measured}
    hard = [latest(row) / float(row["threshold_high"]) for row in measured]
    reached = [name for name, share in easy.items() if share >= 1]
    assert reached == ["identite-numerique"], "the singular of the title would be false"
    assert max(hard) < 1, "« aucun l’exigeant » would be false"
    text = f"un indicateur sur {len(measured)} atteint le facile"
    assert f"Si l’on retient nos seuils, {text}, aucun l’exigeant" in said
    assert f"Selon nos seuils, {text} (Profils Mon espace santé ouverts, en 2024)" in said
    far = sum(round(100 * share) < 50 for share in easy.values())
    assert f"{in_letters(far)} n’en sont pas à la moitié du facile" in said
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
    assert f"[Jugement] Selon notre découpage, le récit fait {len(made)} promesses. " in said
    assert (
        f"en suivent {in_letters(len(followed))}, par {in_letters(len(measured))} indicateurs :"
        f" {in_letters(exact)} comptent ce qui est promis" in said
    )


def test_huit_jalons_passes_un_advenu_quatre_en_partie_trois_non_releves(said: str) -> None:
    """Milestones of the tale are counted whether or not anything came of them, the vote too."""
    past = {row["item_id"]: row for row in rows("vision_timeline") if row["promised_year"] < "2026"}
    dated = {
        row["claim_id"]
        for row in rows("claims")
        if row["source_id"] == "innovation-days-2032" and row["kind"] in {"promesse", "jalon"}
        if "2022" <= row["date"][:4] < "2026" and "/" not in row["date"]
    }
    missing = dated - {row["claim_id"] for row in past.values()}
    assert missing == {"innovation-crise-hopital-2022"}, "not a promise: what 2022 was like"
    states = Counter(row["state"] for row in past.values())
    kept = [name for name, row in past.items() if row["state"] == "advenu"]
    assert kept == ["hera"], "« un advenu » would be false"
    partly = states["en partie"] + states["autrement"]
    assert past["hera"]["happened_on"] < "2022", "« avant même la parution » would be false"
    (tale,) = [row for row in rows("sources") if row["source_id"] == "innovation-days-2032"]
    assert tale["year"] == "2022"
    counts = f"un advenu, {in_letters(partly)} en partie ou autrement"
    counts += f", {in_letters(states['non documenté'])} non relevés"
    assert f"Sur {in_letters(len(past))} jalons passés : {counts}" in said
    assert (
        f"Des {in_letters(len(past))} jalons que le récit datait et qui sont passés, un est advenu,"
        f" avant même la parution du récit ; {in_letters(partly)} le sont en partie ou autrement,"
        f" {in_letters(states['non documenté'])} ne sont pas relevés." in said
    )
    begun = [row for row in rows("vision_timeline") if row["promised_year"] == "2032"]
    assert all(row["happened_on"] for row in begun), "these were chosen because something came"
    early = sum(row["happened_on"] < "2023" for row in begun)
    assert (
        f"Pour 2032, {in_letters(len(begun))} promesses au moins ont une première étape connue,"
        f" dont {in_letters(early)} dès 2022." in said
    )


def test_36_mesures_sans_porteur_nomme() -> None:
    whole = rows("vision_measures")
    without = {row["measure_id"] for row in rows("vision_roles") if row["actor_id"] == "non-nomme"}
    picture = NOTEBOOK.read_text(encoding="utf-8").translate({0xA0: " ", 0x202F: " "})
    assert f"pas de porteur pour {len(without)} mesures sur {len(whole)}" in picture
    unsaid = {row["measure_id"] for row in whole if row["who"] == "non précisé"}
    assert unsaid - without <= {"A2S2-M15"}  # its bearer is named elsewhere in the scene


def test_si_la_pente_continue_les_centres_passent_le_facile_les_maisons_non(
    said: str, measured: list[dict[str, str]]
) -> None:
    """A straight line through the first and last published values says the same."""
    easy, hard = {}, []
    names = {"maillage-msp": "les maisons de santé", "centres-pluripro": "les centres"}
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
        easy[row["promise_id"]] = end > float(row["threshold_low"])
        hard.append(end > float(row["threshold_high"]))
    assert easy == {"maillage-msp": False, "centres-pluripro": True}
    assert not any(hard)
    title = "Si la pente continue, les centres passent le seuil facile, les maisons de santé non"
    assert title in said
    (aim,) = [
        row
        for row in rows("targets")
        if (row["series_id"], row["geography"]) == ("cds_pluripro_nb", "FR")
    ]
    (row,) = [one for one in measured if one["promise_id"] == "centres-pluripro"]
    assert float(aim["value"]) == float(row["threshold_low"])
    assert (
        f"De nos {len(measured)} indicateurs, deux se laissent prolonger jusqu’à fin 2032. Si la"
        " pente continue, les centres passeraient le seuil facile, celui de la cible de l’État pour"
        f" {aim['date'][:4]}, les maisons de santé non ; aucun l’exigeant." in said
    )


def test_aucune_serie_en_partie_interpolee_n_est_prolongee(
    measured: list[dict[str, str]],
) -> None:
    """More than one date in ten without a reading near it: no forecast, no chance."""
    stepped = [row for row in measured if row["step"]]
    sure = []
    for row in stepped:
        series = facts.series(row["series_id"], modelling=True)[row["pace_from"] :]
        origin = forecasting.regularise(series, row["step"]).origin
        if list(origin).count("interpolated") <= len(origin) / 10:
            sure.append(row["promise_id"])
    assert sorted(sure) == ["centres-pluripro", "maillage-msp", "pratique-avancee"]
    page = NOTEBOOK.read_text(encoding="utf-8")
    assert "Contrats d’assistants médicaux (6" not in page


def test_le_point_plus_haut_qu_un_releve_posterieur_est_creux() -> None:
    """Only one latest count is above a later reported one: the opened profiles."""
    after = []
    for row in rows("vision_promises"):
        if row["direction"] != "at_least" or not row["series_id"]:
            continue
        known = published(row["series_id"])
        last = max(known)
        after += [
            row["promise_id"]
            for one in rows("observations")
            if (one["series_id"], one["geography"]) == (row["series_id"], "FR")
            if one["date"] > last and one["status"] == "reported"
            if float(one["value"]) < known[last]
        ]
    assert after == ["identite-numerique"]


def test_aucune_prevision_montree_ne_sort_de_son_propre_intervalle() -> None:
    """The advanced practice series: its central value lies under half of its own outcomes."""
    picture = NOTEBOOK.read_text(encoding="utf-8").translate({0xA0: " ", 0x202F: " "})
    shown = re.findall(r"Sans prévision : ([^.]*), car la valeur centrale", picture)
    series = forecasting.regularise(facts.series("ipa_diplomes_cumul"), "annual").series
    trial = forecasting.forecast(series, to=2032, floor=float(series.iloc[-1]))
    low, high = trial.range_at(2032, 50)
    aside = any("infirmiers en pratique avancée" in names for names in shown)
    assert aside is not (low <= trial.at(2032) <= high)


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
    title = "Six affirmations : le récit en contredit deux lui-même et en définit mal quatre"
    assert title in said
    claims = {row["claim_id"]: row for row in rows("claims")}
    twice = ("parlement-membres", "promesse-forfait-par-parcours")
    for name in twice:
        note = claims[f"innovation-{name}"]["note"].lower()
        assert "contradiction" in note or "contredit par l’acte" in note
    loose = {
        "depenses-200": "non nommé",
        "solutions-un-quart": "sans définir",
        "sante-mentale-14": "n’est pas donnée",
        "regle-pib": "sans chiffre",
    }
    for name, words in loose.items():
        assert words in claims[f"innovation-{name}"]["note"]
    for name in ("solutions-un-quart", "sante-mentale-14", "parlement-membres"):
        note = claims[f"innovation-{name}"]["note"].translate({0xA0: " ", 0x202F: " "})
        assert note in said
    paid = {row["parameter_id"]: row for row in rows("parameters")}
    share = paid["sante_mentale_part_2023"]
    assert "remboursées" in share["label"]
    assert f"{float(share['central']):.0f} % des dépenses remboursées en 2023" in said
    for row in (claims["innovation-depenses-200"], claims["innovation-parlement-membres"]):
        assert f"{row['label']} : {float(row['value']):.0f} ".replace("\xa0", " ") in said
