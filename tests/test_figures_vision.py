"""Pictures of promises in time: what they draw, and what they refuse."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from handbook.figures import Caption, timeline

SAID = Caption(
    "Deux obstacles tiennent tout", "Trois nœuds et deux liens, de gauche à droite.", ["s"]
)
PROMISES = pd.DataFrame(
    {
        "label": ["Un registre", "Une loi"],
        "promised": pd.to_datetime(["2025-12-31", "2032-12-31"]),
        "happened": pd.to_datetime(["2024-03-01", None]),
        "state": ["advenu", "non documenté"],
    }
)
TIMES: dict[str, Any] = {
    "today": pd.Timestamp("2026-06-30"),
    "filled": {"advenu": True, "non documenté": False},
}


def words(svg: str) -> list[str]:
    return [text.text for text in BeautifulSoup(svg, "html.parser").select("text")]


def test_a_timeline_tells_what_happened_from_what_did_not() -> None:
    picture = timeline(PROMISES, SAID, **TIMES)
    assert picture.data["advenu"].isna().tolist() == [False, True]
    later = PROMISES.assign(happened=pd.to_datetime(["2024-03-01", "2026-01-01"]))
    assert timeline(later, SAID, **TIMES).wide != picture.wide
    hollow = {**TIMES, "filled": {"advenu": False, "non documenté": False}}
    assert timeline(PROMISES, SAID, **hollow).wide != picture.wide


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (PROMISES.drop(columns="state"), "state"),
        (PROMISES.iloc[:0], "no row"),
        (PROMISES.assign(label="Un registre"), "given twice"),
        (PROMISES.assign(state="perdu"), "perdu"),
    ],
)
def test_a_faulty_timeline_is_named(data: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        timeline(data, SAID, **TIMES)
