"""« Les réseaux paramédicaux »: each title and takeaway computed another way, from the tables."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from typing import Any

import pytest
from conftest import DATA, ROOT, said_by

from handbook import facts, forecasting
from handbook.views.growth.view import summary as growth_summary

NOTEBOOK = ROOT / "notebooks" / "reseaux-paramedicaux.ipynb"
OPERATORS = ("itelis", "santéclair", "carte blanche")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def observed(series: str, geography: str = "FR") -> dict[str, dict[str, str]]:
    """Every preferred row of a series, whatever its confidence, by date."""
    return {
        row["date"]: row
        for row in rows("observations")
        if (row["series_id"], row["geography"], row["preferred"]) == (series, geography, "true")
    }


def value(series: str, date: str, geography: str = "FR") -> float:
    return float(observed(series, geography)[date]["value"])


def plain(text: str) -> str:
    """A text whose spaces are ordinary ones."""
    return re.sub(r"\s", " ", text)


def french(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ")


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


@pytest.fixture(scope="module")
def shown() -> list[dict[str, Any]]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [out["metadata"]["handbook"] for out in outputs if out["metadata"].get("handbook")]


def drawn(shown: list[dict[str, Any]], title: str) -> list[dict[str, str]]:
    (picture,) = [one for one in shown if one.get("title", "").startswith(title)]
    return list(csv.DictReader(io.StringIO(picture["csv"])))


def ahead() -> forecasting.Forecast:
    """Forecast the houses again, from the table, further than the page does."""
    known = facts.series("msp_nb", modelling=True)
    return forecasting.forecast(known, to=2031, floor=float(known.iloc[-1]))


def test_plus_vite_en_nombre_moins_vite_en_proportion(said: str) -> None:
    dates = ("2020-06-30", "2022-12-31", "2025-06-30")
    first, middle, last = (value("msp_nb", date) for date in dates)
    assert last - middle > middle - first, "« un peu plus vite en nombre » would be false"
    assert last / middle < middle / first, "« un peu moins en proportion » would be false"
    before, after = (round(100 * (b / a - 1)) for a, b in ((first, middle), (middle, last)))
    title = f"+{after} % de fin 2022 à juin 2025, +{before} % dans les trente mois précédents"
    assert f"Maisons de santé : {title}" in said
    told = f"a augmenté de {after} %, contre {before} % dans les deux ans et demi précédents"
    assert told in said
    read = sorted(
        (date, float(row["value"])) for date, row in observed("msp_nb").items() if date > "2017-06"
    )
    gains = {day: b - a for (_, a), (day, b) in itertools.pairwise(read) if day > "2020-06-30"}
    recent = [gain for day, gain in gains.items() if "2022-12-31" < day < "2025-06-30"]
    former = [gain for day, gain in gains.items() if day <= "2022-12-31"]
    assert (len(recent), len(former)) == (4, 5)
    # « grâce au seul dernier semestre »: without it, the pace is that of the period before
    assert sum(recent) / 4 <= sum(former) / 5
    assert gains["2025-06-30"] == max(b - a for (_, a), (_, b) in itertools.pairwise(read))
    page = plain(NOTEBOOK.read_text(encoding="utf-8"))
    pace = f"({gains['2025-06-30']:.0f} de plus) : {sum(recent) / 4:.0f} par semestre en 2023 et"
    assert f"{pace} 2024, comme de mi-2020 à fin 2022 ({sum(former) / 5:.0f})" in page
    counts = [date for date, row in observed("msp_nb").items() if row["status"] == "reported"]
    assert max(counts) == dates[-1], "« le dernier compte date de juin 2025 » would be false"


def test_cpts_sous_contrat_de_fevrier_2023_a_mai_2025_selon_l_arrondi(said: str) -> None:
    start = observed("cpts_aci")["2023-02-15"]
    # every count of the month, the preferred one and the other
    ends = [
        row
        for row in rows("observations")
        if (row["series_id"], row["date"][:7]) == ("cpts_aci", "2025-05")
    ]
    assert {row["status"] for row in [start, *ends]} == {"reported", "rounded"}
    counts = sorted(float(row["value"]) for row in ends)
    assert counts == [690, 700]
    edges = (counts[0] - 5, counts[-1] + 5)
    low, high = (round(100 * (edge / float(start["value"]) - 1)) for edge in edges)
    assert "à 690 ou 700 selon la source" in said
    assert f"de {low} à {high} % de plus, arrondis compris" in said


def test_21_pour_cent_en_corse_100_dans_deux_regions_80_ou_plus_ailleurs(said: str, shown) -> None:
    names = {row["code"]: row["name"] for row in rows("geographies") if row["level"] == "region"}
    latest: dict[str, tuple[str, float]] = {}
    for row in rows("observations"):
        if row["series_id"] == "cpts_couverture_pop" and row["geography"] in names:
            key = names[row["geography"]]
            latest[key] = max(latest.get(key, ("", 0.0)), (row["date"], float(row["value"])))
    assert len(latest) == len(names) == 18
    assert {date for date, _ in latest.values()} == {"2025-10-31"}
    share = {name: number for name, (_, number) in latest.items()}
    few = sorted((name for name in share if share[name] < 25), key=share.__getitem__)
    assert few == ["Corse", "Mayotte"]
    others = [number for name, number in share.items() if name not in few]
    assert min(others) == 80
    full = [name for name, number in share.items() if number == max(share.values())]
    assert sorted(full) == ["La Réunion", "Martinique"]
    assert "Corse et Mayotte : moins d’un quart couvert par une CPTS ; ailleurs, 80 % ou" in said
    text = f"{value('cpts_couverture_pop', '2025-10-31'):.0f} % des habitants du pays, mais 21 % en"
    assert f"En octobre 2025, les CPTS déclarent couvrir {text} Corse et 100 % dans deux" in said
    points = drawn(shown, "Corse et Mayotte")
    dates = {row["date"].replace("\u00a0", " ") for row in points}
    assert dates == {"décembre 2023", "octobre 2025"}
    marks = {
        row["confidence"]
        for row in rows("observations")
        if row["series_id"] == "cpts_couverture_pop" and row["date"] in {"2023-12-31", "2025-10-31"}
        if row["preferred"] == "true"
    }
    assert marks == {"high"}, "nothing doubtful is drawn as observed"


def test_trois_chiffres_repris_de_la_cnam_un_ecart_un_autre_champ(said: str) -> None:
    claims = {
        row["series_id"]: row
        for row in rows("claims")
        if (row["source_id"], row["kind"]) == ("scale2sell", "chiffre")
    }
    for series in ("msp_aci_nb", "msp_aci_actives", "msp_professionnels"):
        exact, claim = value(series, "2023-12-31"), float(claims[series]["value"])
        assert abs(claim - exact) <= 50, series
    after = "2024-02-01"
    claim = float(claims["cpts_aci"]["value"])
    gap = f"{round(100 * (claim / value('cpts_aci', after) - 1)):+d} %".replace("-", "−")
    assert gap == "−16 %"
    assert gap in said
    assert claims["cpts_total"]["relation"] == "autre définition"
    assert "autre définition" in said
    assert value("cpts_total", "2023-02-15") == float(claims["cpts_total"]["value"])
    bound = claims["cpts_couverture_pop"]
    assert (bound["qualifier"], bound["value"]) == ("plus de", "55")
    assert value("cpts_couverture_pop", "2023-12-31") > 1.5 * 55
    assert "plus de 55 %" in said
    assert "borne tenue" in said
    assert not re.search(r"−3[45](,\d)? %", said), "a bound gives no gap"
    again = {
        row["series_id"]
        for row in rows("observations")
        if row["source_id"] == "scale2sell" and "Cnam, repris" in row["reason"]
    }
    assert again == {"msp_aci_nb"}
    three = ("msp_aci_nb", "msp_aci_actives", "msp_professionnels")
    # the same page of the Cnam's account holds the three
    assert len({observed(name)["2023-12-31"]["source_id"] for name in three}) == 1
    # « un autre champ »: the later count leaves drafts aside
    scope = [row for row in rows("observations") if row["series_id"] == "cpts_total"]
    assert any("avant-projets" in row["note"] for row in scope)
    title = "Maisons de santé : trois chiffres de la Cnam ; CPTS : un écart, un autre champ"
    assert title in said


def test_gagnants_perdants_marges_nommes_et_non_mesures(said: str) -> None:
    measured = [
        " ".join(row.values()).casefold()
        for name in ("series", "observations", "parameters", "comparisons", "indicators")
        for row in rows(name)
    ]
    assert not [row for row in measured for name in OPERATORS if name in row]
    named = [row for row in rows("series") if row["theme"] in {"msp", "cpts"}]
    words = re.compile(r"marge|rentab|bénéfice|rachat|rapprochement|regroupement|isolée|interop")
    assert not [row for row in named if words.search(f"{row['label']} {row['description']}")]
    assert "opérateurs hybrides (Itelis, Santéclair)" in said
    assert "structures isolées ; structures non interopérables" in said
    texts = {row["claim_id"]: row["text_value"] for row in rows("claims")}
    for name in ("declencheurs", "cibles"):
        assert texts[f"scale2sell-consolidation-{name}"] in said
    amount = value("msp_aci_montant", "2023-12-31")
    each = value("msp_aci_montant_moyen", "2023-12-31")
    paid = value("msp_aci_remunerees", "2023-12-31")
    assert abs(amount * 1e6 / paid / each - 1) < 0.001
    assert f"a versé {amount:.1f} M€".replace(".", ",") in said
    assert f"{french(each)} € chacune en moyenne" in said


def test_fin_2027_la_prevision_des_collectifs_et_ce_qu_elle_vaut(said: str) -> None:
    made = ahead()
    centre, (low, high) = made.at(2027), made.range_at(2027)
    text = f"environ {french(round(centre, -1))} maisons de santé"
    text += f" (de {french(round(low, -1))} à {french(round(high, -1))} à 80 %)"
    assert f"Fin 2027, il y aurait {text}" in said
    (plan,) = [row for row in rows("parameters") if row["parameter_id"] == "msp_plan_2027"]
    assert (float(plan["central"]), plan["date_text"]) == (4000.0, "fin 2027")
    assert made.range_at(2026, 95)[1] < 4000 < high
    known = facts.series("msp_nb", modelling=True).iloc[:-1]
    without = forecasting.forecast(known, to=2028, floor=float(known.iloc[-1]))
    chance = 100 * without.probability_above(4000, 2027)
    assert f"mais de {chance:.0f} % sans le dernier semestre" in said
    other = said_by(ROOT / "notebooks" / "collectifs-de-soins.ipynb")
    record = re.search(r"son intervalle est trop large : \d+ valeurs sur \d+ à 80 %", said)
    assert record
    assert record[0] in other, "one record on both pages"


def test_si_cinq_pour_cent_se_regroupaient_par_an(said: str) -> None:
    made = ahead()
    ends = [made.at(year) for year in range(2025, 2031)]
    # another way: each year's entrants, followed until the end as one cohort
    entrants = [ends[0], *(after - before for before, after in itertools.pairwise(ends))]
    alone = sum(count * 0.95 ** (5 - max(year, 0)) for year, count in enumerate(entrants))
    share = 100 * (1 - alone / ends[-1])
    title = f"Si 5 % des maisons isolées se regroupaient par an, {share:.0f} % seraient regroupées"
    assert f"{title} fin 2030" in said


def test_les_titres_qui_supposent_commencent_par_si(shown) -> None:
    titles = [one.get("title", "") for one in shown]
    assumed = [title for title in titles if "group" in title and "Gagnants" not in title]
    assert assumed
    assert all(title.startswith("Si ") for title in assumed)
    assert len([title for title in titles if title.startswith("Si ") and " à " in title]) == 1


def test_deux_risques_sur_quatre_sans_reponse_directe(said: str) -> None:
    risks = {row["claim_id"]: row for row in rows("strategy_items") if row["kind"] == "risque"}
    met = {row["risk_id"] for row in rows("strategy_coverage") if row["degree"] == "directe"}
    assert (len(risks), len(set(risks) - met)) == (4, 2)
    assert "Notre jugement : deux risques sur quatre sans réponse directe dans les conseils" in said
    words = sorted((row["probability"], row["impact"]) for row in risks.values())
    assert words == [("moyenne", "élevé")] * 2 + [("élevée", "moyen")] * 2


def test_la_vue_garde_les_cpts_entre_leur_dernier_releve_et_leur_plafond() -> None:
    known = observed("cpts_aci")
    sure = [date for date, row in known.items() if row["confidence"] != "low"]
    sources = {known[date]["source_id"] for date in sure}
    assert len(sure) == len(sources) < 10, "« rares et de sources diverses »"
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    outputs = [json.dumps(out) for cell in cells for out in cell.get("outputs", [])]
    (view,) = [out.replace("\\", "") for out in outputs if "GrowthExplorer" in out]
    packed = view[view.index('"id": "cpts_aci"') :] if '"id": "cpts_aci"' in view else view
    found = re.search(r'"points": ?(\[\[.*?\]\])', packed)
    assert found
    points = json.loads(found[1])
    last, most = value("cpts_aci", max(sure)), value("cpts_total", "2025-05-31")
    assert all(last <= low <= high <= most for *_, low, high in points)
    assert f'"cap": {most:.0f}' in packed


def test_la_vue_dit_que_le_plafond_est_atteint_et_ce_que_divise_le_budget() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    outputs = [
        "".join(o.get("data", {}).get("text/html", "")) for c in cells for o in c.get("outputs", [])
    ]
    (found,) = [
        match
        for text in outputs
        if (match := re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL))
    ]
    held = json.loads(found[1])
    state = held["state"] | {
        "path": "cpts_aci",
        "future": "prevention",
        "cpts_aci": 30,
        "msp_nb": 10,
    }
    told = growth_summary(held["data"], state)
    assert any(note.startswith("Plafond atteint dès") for note in told.notes)
    assert told.title.endswith("autant sans")
    first = growth_summary(held["data"], held["state"])
    assert first.title.startswith("Si budgets publics divisés par deux")
    assert held["state"]["msp_nb"] == -40
    for future in held["data"]["futures"]:
        for path in ("msp_nb", "cpts_aci"):
            changed = state | future["amounts"] | {"path": path, "future": future["id"]}
            assert len(growth_summary(held["data"], changed).title) < 90
