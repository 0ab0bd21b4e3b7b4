"""Composite indicators: what cannot be built or computed is refused, and the culprit named."""

import numpy as np
import pandas as pd
import pytest
from benchmark_tables import table, up

from handbook.benchmarking import BenchmarkError, Composite, strengths

GOOD = table([[1, 5, 2], [2, 3, 9], [4, 4, 4]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": GOOD.to_numpy()}, "DataFrame"),
        ({"data": GOOD.iloc[:0]}, "0 units x 3"),
        ({"data": GOOD.rename(index={"b": "a"})}, "unit names must be unique; repeated: 'a'"),
        ({"data": GOOD.assign(x1=["1", "high", "2"])}, "'x1' is not numeric .*'high'.*'b'"),
        ({"data": GOOD.assign(x1=[1, np.inf, 2])}, "'x1' is infinite for 'b'"),
        ({"data": GOOD.assign(x1=np.nan)}, "'x1' has no known value"),
        ({"directions": {"x0": 1, "x1": 1}}, "nothing given for indicator 'x2'"),
        (
            {"directions": {"x0": 1, "x1": 1, "x2": 1, "zz": 1}},
            "indicator in directions « zz »",
        ),
        ({"directions": {"x0": 1, "x1": 2, "x2": 1}}, "'x1' \\(2\\)"),
        ({"directions": [1, 1, 1]}, "directions: a mapping"),
        ({"weights": {"x0": 1, "x1": -2, "x2": 1}}, "'x1' \\(-2.0\\)"),
        ({"weights": {"x0": 0, "x1": 0, "x2": 0}}, "all zero: 'x0', 'x1', 'x2'"),
        ({"weights": {"x0": 1, "x1": 1}}, "nothing given for 'x2'"),
        (
            {"weights": {"x0": 1, "x1": 1, "x2": 1, "zz": 1}},
            "group of one in weights « zz »",
        ),
        ({"weights": [1, 2]}, r"shape \(2,\); 3 indicators"),
        ({"groups": {"x0": "g", "x1": "g"}}, "nothing given for indicator 'x2'"),
        ({"groups": {"x0": "g", "x1": "g", "x2": ""}}, "empty group name for 'x2'"),
        ({"groups": {"x0": "g", "x1": "g", "x2": "h", "zz": "h"}}, "'zz' is no indicator"),
        (
            {
                "groups": {"x0": "g", "x1": "g", "x2": "h"},
                "weights": {"x0": 0, "x1": 0, "x2": 1},
            },
            "of group 'g' are all zero: 'x0', 'x1'",
        ),
        (
            {
                "groups": {"x0": "g", "x1": "g", "x2": "h"},
                "weights": {"g": 1, "h": 1, "empty": 2},
            },
            "unknown indicator or group of one in weights « empty »",
        ),
        ({"groups": {"x0": "x1", "x1": "g", "x2": "g"}}, "'x1' is both"),
        (
            {"groups": {"x0": "g", "x1": "g", "x2": "h", "g": "top", "h": "k", "k": "top"}},
            "'x0', 'x1' has fewer levels",
        ),
    ],
)
def test_construction_errors_name_the_culprit(change, message):
    given_ = {"data": GOOD, "directions": up(GOOD), **change}
    with pytest.raises(BenchmarkError, match=message):
        Composite(**given_)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.normalised("log"), "unknown normalisation « log »; known: none, minmax"),
        (lambda c: c.scores(aggregate="median"), "unknown aggregation « median »"),
        (lambda c: c.scores(aggregate=("arithmetic", "geometric")), "2 methods for 1 levels"),
        (lambda c: c.scores("zscore", "geometric"), "'x0', 'x1', 'x2' has -"),
        (lambda c: c.scores("goalposts"), "needs goalposts="),
        (lambda c: c.scores("goalposts", goalposts={"x0": (0, 1)}), "nothing given for 'x1', 'x2'"),
        (
            lambda c: c.scores("goalposts", goalposts=dict.fromkeys(["x0", "x1", "x2"], (3, 1))),
            "low < high; 'x0' has",
        ),
        (lambda c: c.scores("reference", reference={"x0": 3, "x1": 5, "x2": 0}), "'x2' must be"),
        (lambda c: c.scores(missing="mean"), "missing must be"),
        (lambda c: c.attainable_ranks(aggregate="kemeny"), "'kemeny'"),
        (lambda c: c.attainable_ranks(weight_bounds=(0.5, 0.6)), "hold no weights"),
        (lambda c: c.attainable("zz"), "unknown unit « zz »"),
        (lambda c: c.uncertainty(0), "positive number of draws"),
        (lambda c: c.sobol(1000), "power of two"),
        (lambda c: strengths(c, "zz"), "unknown unit « zz »"),
    ],
)
def test_method_errors_name_the_culprit(call, message):
    with pytest.raises(BenchmarkError, match=message):
        call(Composite(GOOD, up(GOOD)))


def test_constant_columns_are_refused_where_they_have_no_scale():
    data = GOOD.assign(x1=7)
    index = Composite(data, up(data))
    for method in ("minmax", "zscore"):
        with pytest.raises(BenchmarkError, match="'x1' is constant"):
            index.scores(method)
    assert (
        index.ranks("rank").tolist()
        == Composite(GOOD[["x0", "x2"]], {"x0": 1, "x2": 1}).ranks("rank").tolist()
    )


def test_a_group_has_no_direction_of_its_own() -> None:
    data = pd.DataFrame({"i": [1.0, 2], "j": [2.0, 1]}, index=list("XY"))
    meta = pd.DataFrame(
        {
            "code": ["i", "j", "P", "E"],
            "name": "n",
            "direction": [1, 1, -1, 1],
            "weight": 1,
            "parent": ["P", "E", None, None],
            "source": "",
            "status": "",
        }
    )
    with pytest.raises(BenchmarkError, match=r"direction of group 'P' must be \+1 or empty"):
        Composite.from_metadata(data, meta)


def test_a_floor_leaves_goalposts_where_they_are() -> None:
    data = pd.DataFrame({"a": [52.0, 50, 51, 49], "b": [30.0, 70, 55, 90]}, index=list("WXYZ"))
    posts = {"a": (0, 100), "b": (0, 100)}
    more = pd.concat([data, pd.DataFrame({"a": [5.0], "b": [5.0]}, index=["V"])])
    alone, beside = (
        Composite(table, {"a": 1, "b": 1}).scores(
            "goalposts", "geometric", goalposts=posts, floor=0.01
        )
        for table in (data, more)
    )
    pd.testing.assert_series_equal(alone, beside.drop("V"))


def test_a_constant_column_of_weight_zero_is_ignored() -> None:
    data = pd.DataFrame({"a": [1.0, 2, 3], "c": [5.0, 5, 5]}, index=list("XYZ"))
    index = Composite(data, {"a": 1, "c": 1}, {"a": 1, "c": 0})
    assert index.scores().tolist() == [0, 0.5, 1]
    with pytest.raises(BenchmarkError, match="'c' is constant"):
        Composite(data, {"a": 1, "c": 1}).scores()
