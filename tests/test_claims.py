"""What the five documents assert: each claim is sourced, readable or said to be illegible."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
DOCUMENTS = {
    "echos-etudes-2023",
    "innovation-days-2032",
    "cpnefp-2025",
    "pipame-2016",
    "scale2sell",
}
QUANTITIES = ["value", "low", "high"]


def read(name: str, **types: type) -> pd.DataFrame:
    frame = pd.read_csv(DATA / name, dtype=types, index_col="claim_id")
    assert frame.index.is_unique, frame.index[frame.index.duplicated()].tolist()
    return frame


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return read("claims.csv", text_value=str, date=str)


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return read("strategy_items.csv", title=str)


def test_the_tables_keep_to_their_schema() -> None:
    from frictionless import Package

    package = Package(str(DATA / "datapackage.yaml"))
    for name in ("claims", "strategy_items"):
        report = package.get_resource(name).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


def test_every_claim_comes_from_one_of_the_five_documents(claims) -> None:
    known = set(pd.read_csv(DATA / "sources.csv")["source_id"])
    assert set(claims["source_id"]) == DOCUMENTS
    assert known >= DOCUMENTS
    assert claims["locator"].notna().all()


def test_confronted_series_exist(claims) -> None:
    known = set(pd.read_csv(DATA / "series.csv")["series_id"])
    assert set(claims["series_id"].dropna()) <= known


def test_a_quantity_has_a_unit_and_a_qualifier_and_nothing_else_has(claims) -> None:
    quantified = claims[QUANTITIES].notna().any(axis="columns")
    assert (claims["unit"].notna() == quantified).all()
    assert (claims["qualifier"].notna() == quantified).all()


def test_bounds_agree_with_the_qualifier(claims) -> None:
    between = claims[claims["qualifier"] == "entre"]
    assert (between["low"] < between["high"]).all()
    assert between["value"].isna().all()
    at_least = claims[claims["qualifier"] == "plus de"]
    assert (at_least["low"] == at_least["value"]).all()


def test_what_is_illegible_is_not_filled_in(claims, items) -> None:
    lost = claims[claims["status"] == "illisible"]
    assert lost[[*QUANTITIES, "text_value", "series_id"]].isna().all(axis=None)
    assert lost["note"].notna().all()
    assert {f"pipame-levier-{n}" for n in (3, 4, 8)} <= set(lost.index)
    assert {f"cpnefp-constatee-{n}" for n in range(2, 7)} <= set(lost.index)
    assert items.loc[items["title_status"] == "illisible", "title"].isna().all()


def test_the_written_pair_is_the_only_one(claims) -> None:
    assert claims.loc["cpnefp-constatee-1", "text_value"] == "1C"
    assert claims.loc["cpnefp-cible-1", "text_value"] == "1A"
    letters = claims.index[claims.index.str.fullmatch(r"cpnefp-hypothese-[1-6][abc]")]
    assert len(letters) == 18


def test_strategy_items_are_claims_of_the_same_kind(claims, items) -> None:
    assert (claims.loc[items.index, "kind"] == items["kind"]).all()
    assert items["kind"].value_counts().to_dict() == {
        "recommandation": 5,
        "risque": 4,
        "tendance": 3,
    }
    risks = items[items["kind"] == "risque"]
    assert risks[["probability", "impact", "mitigation"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("innovation-vote-exprimes", ["innovation-vote-pour", "innovation-vote-contre"]),
        ("innovation-vote-presents", ["innovation-vote-exprimes"]),
        ("innovation-age-hygie-2032", ["innovation-age-hygie-2022", "innovation-duree"]),
    ],
)
def test_sums_that_hold_in_the_documents(claims, whole, parts) -> None:
    assert claims.loc[parts, "value"].sum() == claims.loc[whole, "value"]


def test_a_documented_difference_is_in_the_note(claims) -> None:
    part = claims.loc["pipame-systemes-information-2014", "value"]
    computed = 100 * part / claims.loc["pipame-marche-2014", "value"]
    printed = claims.loc["pipame-part-systemes-information-2014"]
    assert round(computed, 1) == 87.4
    assert printed["value"] == 88
    assert "87,4\u00a0%" in printed["note"]
