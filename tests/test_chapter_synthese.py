"""The synthesis: each title and takeaway computed in another way, or its counter-example sought."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
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
    return [plain(title) for title in named if title]


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
    return plain(texts[0])


def test_six_themes_of_eight_are_in_all_five_and_salaried_work_in_one_only(
    titles: list[str], takeaways: str
) -> None:
    """Counted on the register itself, actors left out: naming one is not a position."""
    spoken = defaultdict(set)
    for claim in rows("claims"):
        if claim["status"] == "lisible" and claim["kind"] != "acteur":
            spoken[claim["theme"]].add(claim["source_id"])
    spoken.pop("autre")
    everywhere = {theme for theme, documents in spoken.items() if len(documents) == 5}
    alone = [theme for theme, documents in spoken.items() if len(documents) == 1]
    assert (len(spoken), len(everywhere), alone) == (8, 6, ["salariat"])
    assert any(
        "Six thèmes sur huit" in one and "salariat n’est que dans un seul" in one for one in titles
    )
    assert all(theme in takeaways for theme in everywhere)


def test_three_documents_at_most_expect_the_same_and_the_title_names_every_such_theme(
    titles: list[str],
) -> None:
    counts = Counter(
        cell["theme"] for cell in rows("synthesis_positions") if cell["stance"] == "attendu"
    )
    assert max(counts.values()) == 3
    (title,) = [one for one in titles if one.startswith("Attendus par trois textes")]
    assert set(title.split(" : ")[1].split(", ")) == {
        theme for theme, count in counts.items() if count == 3
    }


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


def test_the_figures_that_hold_are_named_and_counted(titles: list[str]) -> None:
    """Judged on the register: a figure, on France, with a verdict that says yes or no."""
    from handbook.facts import briefs

    register = briefs.register()
    judged = register[register["verdict"].isin([*HOLDS, FAILS]) & register["value"].notna()]
    france = judged[judged["geography"] == "FR"]
    held = int((france["verdict"] != FAILS).sum())
    assert 0 < held < len(france)
    assert f"Sur la France, {held} chiffres vérifiés sur {len(france)} tiennent" in titles


def test_each_of_the_five_sentences_says_how_sure_it_is(takeaways: str) -> None:
    sentences = [line for line in takeaways.splitlines() if line.startswith("[")]
    assert len(sentences) == 5
    assert all(" Certitude " in sentence for sentence in sentences)
    kinds = {sentence[1:].split("]")[0] for sentence in sentences}
    assert kinds == {"Fait", "Résultat de modèle", "Jugement"}


NAMES = {
    "Echos": "echos-etudes-2023",
    "Réseaux": "scale2sell",
    "Cabinets": "cpnefp-2025",
    "« 2032 »": "innovation-days-2032",
    "E-santé": "pipame-2016",
}


def test_what_sets_documents_apart_names_only_documents_that_speak() -> None:
    """The counter-example: a text said to hold a view on a theme of which it says nothing."""
    stances = {
        (cell["theme"], cell["source_id"]): cell["stance"] for cell in rows("synthesis_positions")
    }
    themes = rows("synthesis_themes")
    assert {row["theme"] for row in themes} == {theme for theme, _ in stances}
    for row in themes:
        words = plain(row["common"] + " " + row["split"])
        named = {source for name, source in NAMES.items() if name in words}
        assert named, row
        assert all(stances[row["theme"], source] != "muet" for source in named), row


@pytest.mark.parametrize("theme", ["exercice à plusieurs", "numérique et données", "prévention"])
def test_three_texts_expect_what_is_said_to_bring_them_together(theme: str) -> None:
    (common,) = [row["common"] for row in rows("synthesis_themes") if row["theme"] == theme]
    assert "trois" in common.lower()
    cells = [cell for cell in rows("synthesis_positions") if cell["theme"] == theme]
    assert sum(cell["stance"] == "attendu" for cell in cells) == 3


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
    people = {
        int(row["date"][:4]): float(row["value"])
        for row in rows("observations")
        if row["series_id"] == "pop_total"
        and row["geography"] == "FR"
        and row["preferred"] == "true"
    }
    more = 100 * (everyone[2026] / people[2026] / (everyone[2012] / people[2012]) - 1)
    fewer = 100 * (general[2026] / people[2026] / (general[2012] / people[2012]) - 1)
    assert (round(more), round(fewer)) == (6, -6)
    assert "augmenté de 6 %" in takeaways
    assert "généralistes a baissé de 6 %" in takeaways
    assert any("+6 % de médecins, −6 % de généralistes" in one for one in titles)


def test_seven_oppositions_one_of_them_inside_a_text(titles: list[str]) -> None:
    claims = {claim["claim_id"]: claim["source_id"] for claim in rows("claims")}
    found = rows("synthesis_contradictions")
    inside = [one for one in found if claims[one["claim_a"]] == claims[one["claim_b"]]]
    assert (len(found), len(inside)) == (7, 1)
    assert any("Sept oppositions, dont une" in one for one in titles)


def test_the_outlook_of_houses_is_that_of_the_promises_chapter(takeaways: str) -> None:
    """One quantity, one forecast: the same chance of the promise on both pages."""
    from handbook import facts, forecasting
    from handbook.core import french as fr

    houses = facts.series("msp_nb", modelling=True)
    forecast = forecasting.forecast(houses, to=2032, floor=houses.iloc[-1])
    chance = fr.chance(forecast.probability_above(6200, "2032-12-31")).replace("\u202f", " ")
    assert f"La promesse de 6 200 a {chance} de chances" in takeaways
    low, high = forecast.range_at(2032, 80)
    assert f"les {fr.number(houses.iloc[-1])} maisons".replace("\u202f", " ") in takeaways
    told = takeaways.split("fin 2032 (de ")[1].split(",", maxsplit=1)[0].replace(" ", "").split("à")
    assert [float(one) for one in told] == pytest.approx([low, high], rel=0.01)


def test_a_conditional_path_is_never_called_a_forecast(titles: list[str], takeaways: str) -> None:
    """What rests on our links is a judgement, not the reader's hypothesis nor a model's result."""
    assert "Hypothèse du lecteur" not in takeaways
    supposed = [line for line in takeaways.splitlines() if "5.C" in line]
    assert supposed
    assert all(
        line.startswith("[Jugement] Si ") and "ce n’est pas une prévision" in line
        for line in supposed
    )
    for title in titles:
        assert "5.C" not in title or title.startswith("Si ")


@pytest.fixture(scope="module")
def view() -> dict[str, Any]:
    """The state of the view as the notebook keeps it."""
    cells = json.loads((ROOT / "notebooks" / "synthese.ipynb").read_text(encoding="utf-8"))["cells"]
    pages = [
        "".join(one["data"].get("text/html", "")) for c in cells for one in c.get("outputs", [])
    ]
    (page,) = [text for text in pages if 'data-explorer="future"' in text]
    saved = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert saved
    return {one["name"]: one for one in json.loads(saved[1])["data"]["quantities"]}


def test_only_a_forecast_is_given_the_chance_of_a_promise(view: dict[str, Any]) -> None:
    """A range assumed up to the promise would only give back what was assumed."""
    for row in rows("future_quantities"):
        promised = view[row["quantity"]]["threshold"] is not None
        assert promised == (row["basis"] == "forecast" and bool(row["promise_id"])), row


def test_what_was_not_observed_has_no_reading_and_what_was_has_the_last(
    view: dict[str, Any],
) -> None:
    for row in rows("future_quantities"):
        shown = view[row["quantity"]]
        assert bool(shown["date"]) == (row["basis"] != "model")
        assert shown["status"] == (
            "modele" if row["basis"] in {"forecast", "model"} else "jugement"
        )
        if shown["date"]:
            read = [
                (one["date"], float(one["value"]))
                for one in rows("observations")
                if (one["series_id"], one["geography"]) == (row["quantity"], "FR")
                if one["preferred"] == "true" and one["value"]
            ]
            assert shown["last"] * float(row["scale"]) == pytest.approx(max(read)[1])
            assert shown["date"].endswith(max(read)[0][:4])


def test_the_margin_of_a_centre_is_that_of_its_own_chapter(view: dict[str, Any]) -> None:
    text = (ROOT / "notebooks" / "equilibre-d-un-centre.ipynb").read_text(encoding="utf-8")
    told = re.search(r"marge médiane est de (−?\d+).{1,40}?, de (−?\d+) à (−?\d+)", plain(text))
    assert told
    law = view["marge_centre"]["quantiles"]
    shares = [(k + 0.5) / len(law) for k in range(len(law))]
    found = [float(np.interp(share, shares, law)) for share in (0.5, 0.1, 0.9)]
    assert found == pytest.approx([float(one.replace("−", "-")) for one in told.groups()], abs=3)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("**", "")
