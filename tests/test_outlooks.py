"""What the chapters that forecast share: pooled scores, steps to a date, the bench."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from handbook.chapters import outlooks
from handbook.chapters.laboratory import Laboratory

END = pd.Timestamp("2026-12-31")


def test_a_family_of_lines_is_scored_by_hand() -> None:
    dates = pd.date_range("2015-12-31", periods=10, freq="YE")
    lines = pd.DataFrame(
        {f"r{k}": 10 + k * np.arange(10.0) for k in (1, 2, 3)} | {"flat": 4.0}, index=dates
    )
    lines.attrs = {"source_ids": []}
    judged = outlooks.scores({"droites": lines}, steps=3).iloc[0]
    assert judged["drift"] == pytest.approx(0)
    assert judged["naive"] == pytest.approx(2)  # one, two, then three steps behind
    assert judged["n"] == 9, "a series that never moved has no scale"
    assert judged["coverage_95"] == 100


@pytest.mark.parametrize(("last", "ahead"), [("2025-06-30", 3), ("2025-12-31", 2)])
def test_steps_lead_to_the_date(last: str, ahead: int) -> None:
    series = pd.Series(1.0, index=pd.date_range(end=last, periods=6, freq="6ME"))
    assert outlooks.steps_to(series, END) == ahead


def test_the_bench_takes_half_years_and_years_alike() -> None:
    bench = Laboratory(("msp_nb", "cds_pluripro_nb"), 2030, last=2032)
    assert bench.start.options[0] == ("fin\u00a0juin\u00a02017", pd.Timestamp("2017-06-30"))
    before = repr(bench)
    bench.start.value = pd.Timestamp("2020-12-31")
    assert bench.forecast.series.index[0] == pd.Timestamp("2020-12-31")
    assert repr(bench) != before
    bench.series.value = "cds_pluripro_nb"
    bench.end.value = 2027
    assert bench.forecast.mean.index[-1] == pd.Timestamp("2027-12-31")
    assert len(bench.forecast.mean) == 3
