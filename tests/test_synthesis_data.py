"""The tables of the synthesis: whole, and never beyond what the register of claims holds."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from handbook import facts


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return facts.table("claims").set_index("claim_id")


def test_every_document_has_a_cell_under_every_theme(claims: pd.DataFrame) -> None:
    cells = facts.table("synthesis_positions")
    themes = set(claims["theme"]) - {"autre"}
    pairs = set(zip(cells["theme"], cells["source_id"], strict=True))
    assert pairs == set(product(themes, claims["source_id"].unique()))


def test_a_position_rests_on_claims_of_its_own_document(claims: pd.DataFrame) -> None:
    for cell in facts.table("synthesis_positions").fillna("").itertuples():
        cited = cell.claim_ids.split()
        assert bool(cited) == (cell.stance != "muet") == bool(cell.position), cell
        assert {claims.loc[name, "source_id"] for name in cited} <= {cell.source_id}, cell


def test_a_document_called_silent_says_nothing_of_the_theme_but_headings_and_figures(
    claims: pd.DataFrame,
) -> None:
    """The counter-example would be a promise, a trend or an advice under that very theme."""
    says = claims[claims["kind"].isin(["promesse", "tendance", "recommandation", "moteur"])]
    spoken = set(zip(says["theme"], says["source_id"], strict=True))
    silent = facts.table("synthesis_positions").query("stance == 'muet'")
    assert not spoken & set(zip(silent["theme"], silent["source_id"], strict=True))


def test_a_contradiction_is_between_whom_it_says(claims: pd.DataFrame) -> None:
    for row in facts.table("synthesis_contradictions").itertuples():
        sources = {claims.loc[row.claim_a, "source_id"], claims.loc[row.claim_b, "source_id"]}
        assert (len(sources) == 1) == (row.between == "document"), row
        assert row.theme in set(claims["theme"])


def doctors(series: str) -> float:
    """Return the count of the first day of 2023, when every status was read."""
    return float(facts.series(series, modelling=False)["2023-01-01"])


def test_a_majority_of_salaried_physicians_asks_for_what_its_links_say() -> None:
    """The passage says the majority, in five or ten years: the range follows from the counts."""
    total, alone, mixed = map(doctors, ("med_total", "med_lib_exclusif", "med_mixte"))
    hospital, other = doctors("med_sal_hosp"), doctors("med_sal_autre")
    assert alone + mixed + hospital + other == total
    everywhere = total / 2 - hospital - other
    outside = (total - hospital) / 2 - other
    share = doctors("mg_lib_exclusif") / (alone + mixed)
    links = facts.table("future_links").set_index("link_id")
    gained = links.loc["5c-salaries", ["low", "central", "high"]].astype(float).tolist()
    lost = links.loc["5c-liberaux", ["high", "central", "low"]].astype(float).tolist()
    wanted = [0.7 * everywhere, everywhere, outside]
    assert gained == pytest.approx(wanted, abs=50)
    assert [-one for one in lost] == pytest.approx([share * one for one in wanted], abs=50)
    for name in ("5c-salaries", "5c-liberaux"):
        assert links.loc[name, "claim_id"] == "cpnefp-majorite-salaries-5c"


def test_the_likeliest_of_a_majority_is_a_majority(claims: pd.DataFrame) -> None:
    """The counter-example: a future called 5.C in which most physicians are not salaried."""
    gained = facts.table("future_links").set_index("link_id").loc["5c-salaries", "central"]
    salaried = doctors("med_sal_hosp") + doctors("med_sal_autre") + gained
    stated = claims.loc["cpnefp-majorite-salaries-5c", "low"]
    assert 100 * salaried / doctors("med_total") > stated
