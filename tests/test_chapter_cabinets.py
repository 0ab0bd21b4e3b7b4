"""What the chapter on medical practices says in prose holds in the data behind it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from handbook.chapters import cabinets
from handbook.scenarios import (
    CrossImpactMatrix,
    MorphologicalField,
    direct_influence,
    micmac,
    worst_orders,
)

PROSE = (Path(__file__).parents[1] / "notebooks/cabinets-medicaux.ipynb").read_text(
    encoding="utf-8"
)


@pytest.fixture(scope="module")
def field() -> MorphologicalField:
    return cabinets.field()


@pytest.fixture(scope="module")
def matrix(field: MorphologicalField) -> CrossImpactMatrix:
    return field.matrix()


@pytest.fixture(scope="module")
def futures(field: MorphologicalField, matrix: CrossImpactMatrix) -> pd.DataFrame:
    return cabinets.futures(field, matrix)


def test_no_future_that_holds_resists_every_plausible_matrix(futures: pd.DataFrame) -> None:
    assert "aucun de ces futurs ne résiste à tous les jeux de scores" in PROSE
    assert futures.loc[futures["lacking"] == 0, "share"].max() < 1


def test_another_order_can_be_far_more_strained(
    field: MorphologicalField, matrix: CrossImpactMatrix
) -> None:
    assert "peut faire traverser une période bien plus tendue" in PROSE
    orders = worst_orders(matrix, field.observed(), field.completed_target(matrix))
    assert max(orders) >= 1.5 * min(orders)


def test_capital_depends_more_than_it_commands_and_cannot_be_settled_alone(
    field: MorphologicalField, matrix: CrossImpactMatrix
) -> None:
    assert "La place des capitaux privés dépend des autres enjeux plus qu’elle ne" in PROSE
    found = micmac(direct_influence(matrix)).table.loc["financement"]
    assert found["dependence"] > found["influence"]
    assert found["indirect_dependence"] > found["indirect_influence"]
    issue = field.issue("financement")
    for hypothesis in issue.hypotheses:
        alone = field.observed() | {issue.id: hypothesis.id}
        assert max(matrix.inconsistency(alone).values()) > 0


def test_the_surest_family_follows_the_shares(
    field: MorphologicalField, futures: pd.DataFrame
) -> None:
    said = repr(cabinets.doubt(field, futures))
    frail = futures.assign(share=futures["share"].where(~futures.index.str.startswith("A"), 0.001))
    changed = repr(cabinets.doubt(field, frail))
    assert said.index("libéral") < said.index("salariat") < said.index("hybride")
    assert changed.index("salariat") < changed.index("hybride") < changed.index("libéral")
    assert "la plus fragile" in said
    assert "la plus fragile" not in changed
