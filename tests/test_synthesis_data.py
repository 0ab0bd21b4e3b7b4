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
