"""The synthesis: each title and takeaway computed in another way, or its counter-example sought."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOLDS, FAILS = {"confirmé", "borne tenue", "juste à sa date"}, "contredit"


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def titles() -> list[str]:
    cells = json.loads((ROOT / "notebooks" / "synthese.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [one for cell in cells for one in cell.get("outputs", [])]
    named = [one["metadata"].get("handbook", {}).get("title", "") for one in outputs]
    return [title for title in named if title]


@pytest.fixture(scope="module")
def takeaways() -> str:
    cells = json.loads((ROOT / "notebooks" / "synthese.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = [
        "".join(one["data"].get("text/plain", ""))
        for cell in cells
        for one in cell.get("outputs", [])
        if one["metadata"].get("handbook", {}).get("title") == "À retenir"
    ]
    assert len(texts) == 1
    return texts[0].replace("\u202f", " ").replace("\u00a0", " ")


def test_five_themes_of_eight_are_in_all_five_and_salaried_work_in_one_only(
    titles: list[str],
) -> None:
    """Counted on the claims themselves: a theme is spoken of when a claim about the world is."""
    positions = defaultdict(set)
    for cell in rows("synthesis_positions"):
        if cell["claim_ids"]:
            positions[cell["theme"]].add(cell["source_id"])
    everywhere = [theme for theme, documents in positions.items() if len(documents) == 5]
    alone = [theme for theme, documents in positions.items() if len(documents) == 1]
    assert (len(positions), len(everywhere), alone) == (8, 5, ["salariat"])
    words = {
        word
        for claim in rows("claims")
        if claim["source_id"] != "cpnefp-2025" and claim["theme"] == "salariat"
        for word in claim["label"].split()
    }
    assert words == set()
    assert any("Cinq thèmes sur huit" in one and "salariat, un seul" in one for one in titles)


def test_no_other_document_speaks_of_salaried_physicians_under_another_theme() -> None:
    """The counter-example: a claim of another text that names the status of physicians."""
    named = [
        claim["claim_id"]
        for claim in rows("claims")
        if claim["source_id"] != "cpnefp-2025"
        and any(word in claim["label"].lower() for word in ("salarié", "salariat", "salariée"))
    ]
    assert named == []


def test_most_verifiable_claims_hold(takeaways: str) -> None:
    from handbook.facts import briefs

    verdicts = briefs.register()["verdict"].value_counts().to_dict()
    held = sum(verdicts.get(name, 0) for name in HOLDS)
    failed = verdicts.get(FAILS, 0)
    assert held > failed
    assert f"{held} tiennent" in takeaways
    assert f"{failed} sont contredites" in takeaways
    assert f"Sur {len(rows('claims'))} affirmations" in takeaways


def doctors(series: str) -> dict[int, float]:
    return {
        int(row["date"][:4]): float(row["value"])
        for row in rows("observations")
        if row["series_id"] == series
        and row["geography"] == "FR"
        and row["source_id"] == "drees-2026-demographie-medecins-2012-2026"
    }


def test_physicians_rose_and_general_practitioners_did_not(
    titles: list[str], takeaways: str
) -> None:
    everyone, general = doctors("med_total"), doctors("mg_total")
    rise = 100 * (everyone[2026] / everyone[2012] - 1)
    assert round(rise) == 12
    assert general[2026] < general[2012]
    assert all(everyone[year] >= everyone[year - 1] for year in range(2013, 2027))
    assert any("ont gagné 12" in one and "rien gagné" in one for one in titles)
    assert (
        f"{100 * (general[2026] / general[2012] - 1):.1f}".replace(".", ",").lstrip("-")
        in takeaways
    )


def test_seven_contradictions_one_of_them_inside_a_text(titles: list[str]) -> None:
    claims = {claim["claim_id"]: claim["source_id"] for claim in rows("claims")}
    found = rows("synthesis_contradictions")
    inside = [one for one in found if claims[one["claim_a"]] == claims[one["claim_b"]]]
    assert (len(found), len(inside)) == (7, 1)
    assert any("Sept contradictions, dont une" in one for one in titles)


def test_the_outlook_of_houses_is_that_of_the_promises_chapter(takeaways: str) -> None:
    """One quantity, one forecast: the same chance of the promise on both pages."""
    from handbook import facts, forecasting
    from handbook.core import french as fr

    houses = facts.series("msp_nb", modelling=True)
    forecast = forecasting.forecast(houses, to=2032, floor=houses.iloc[-1])
    chance = fr.chance(forecast.probability_above(6200, "2032-12-31")).replace("\u202f", " ")
    assert f"La promesse de 6 200 a {chance} de chances" in takeaways
    low, high = forecast.range_at(2032, 80)
    told = takeaways.split("fin 2032 (de ")[1].split(",", maxsplit=1)[0].replace(" ", "").split("à")
    assert [float(one) for one in told] == pytest.approx([low, high], rel=0.01)


def test_a_conditional_path_is_never_called_a_forecast(titles: list[str], takeaways: str) -> None:
    supposed = [line for line in takeaways.splitlines() if "Hypothèse" in line]
    assert supposed
    assert all(
        "Si " in line and "prévision" not in line.split("non une prévision")[0] for line in supposed
    )
    for title in titles:
        assert "5.C" not in title or title.startswith("Si ")
