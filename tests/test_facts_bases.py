"""What a quantity is, what it may be compared with, and what a statement on it is worth."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from handbook import facts, forecasting
from handbook.core import french as fr

SERIES = facts.table("series").set_index("series_id")
CHOSEN = (
    facts.table("observations")
    .query("preferred and value == value")
    .join(SERIES[["nature", "cumulative", "part_of", "floor", "cap"]], on="series_id")
)


# Declared natures ---------------------------------------------------------------------------


def test_a_series_says_what_it_is() -> None:
    about = facts.series("mes_profils_actives").attrs
    assert about["nature"] == "count"
    assert about["cumulative"] is True
    assert about["part_of"] == "mes_profils_ouverts"
    assert (about["floor"], about["cap"]) == (0, None)
    share = facts.panel("cpts_couverture_pop").attrs
    assert (share["nature"], share["floor"], share["cap"]) == ("share", 0, 100)
    assert facts.series("csbm_croissance").attrs["floor"] is None  # a rate of growth may fall
    assert facts.series("pop_75p").attrs["part_of"] == "pop_65p"
    assert facts.series("msp_nb").attrs["basis"] == ""


def test_natures_agree_with_units_and_kinds() -> None:
    natures = {"share": "share", "rate": "rate", "amount": "amount"}
    for name, row in SERIES.iterrows():
        money = "€" in row["unit"]
        expected = natures.get(row["kind"], "amount" if money else "count")
        assert row["nature"] == expected, name
        assert (row["nature"] == "amount") == money, name
        if row["nature"] == "share":
            assert row["unit"] == "%", name


def test_no_observation_passes_its_floor_or_its_cap() -> None:
    outside = (CHOSEN["value"] < CHOSEN["floor"]) | (CHOSEN["value"] > CHOSEN["cap"])
    assert CHOSEN[outside].empty
    assert SERIES["floor"].notna().sum() > 100


def test_parts_are_in_the_unit_of_their_whole_and_never_above_it() -> None:
    parts = SERIES["part_of"].dropna()
    assert len(parts) > 30
    for name, whole in parts.items():
        assert SERIES.loc[name, "unit"] == SERIES.loc[whole, "unit"], name
        assert SERIES.loc[name, "nature"] == SERIES.loc[whole, "nature"], name
        up = {name, whole}
        while isinstance(whole := SERIES.loc[whole, "part_of"], str):
            assert whole not in up, f"{name} is a part of itself"
            up.add(whole)
    pairs = CHOSEN.dropna(subset="part_of").merge(
        CHOSEN,
        left_on=["part_of", "geography", "date"],
        right_on=["series_id", "geography", "date"],
        suffixes=("", "_whole"),
    )
    assert pairs["series_id"].nunique() > 15
    assert pairs[pairs["value"] > pairs["value_whole"]].empty


def test_a_forecast_keeps_to_the_declared_floor_and_cap() -> None:
    dates = pd.date_range("2018-12-31", periods=7, freq="YE")
    growth = pd.Series([3.0, 2.5, 2.0, 1.4, 1.0, 0.6, 0.1], dates, name="taux")
    growth.attrs = {"unit": "%", "nature": "rate", "floor": None, "cap": None}
    assert forecasting.forecast(growth, 5).interval(95)["lower"].min() < 0
    share = growth.copy()
    share.attrs = {"unit": "%", "nature": "share", "floor": 0.0, "cap": 100.0}
    assert forecasting.forecast(share, 5).interval(95)["lower"].min() == 0


def test_a_total_since_an_origin_is_never_forecast_below_today() -> None:
    dates = pd.date_range("2018-12-31", periods=7, freq="YE")
    slowing = pd.Series([10.0, 60, 80, 90, 92, 93, 93], dates, name="cumul")
    free, held = (forecasting.forecast(slowing, 5, bounds=name) for name in (None, "cumulative"))
    assert free.interval(95)["lower"].min() < 93
    assert held.interval(95)["lower"].min() >= 93
    assert held.mean.min() >= 93
    with pytest.raises(forecasting.ForecastError, match="falls at"):
        forecasting.forecast(-slowing, 5, bounds="cumulative")
    with pytest.raises(forecasting.ForecastError, match="nearest: cumulative"):
        forecasting.forecast(slowing, 5, bounds="cumulativ")


# Reservations -------------------------------------------------------------------------------


def test_a_reservation_travels_with_the_figure_to_the_page() -> None:
    claim = facts.claim("echos-msp-2022")
    assert (claim.value, claim.qualifier) == (2100, "plus de")
    assert fr.qualified(claim.value, claim.unit, claim.qualifier) == fr.typeset("plus de 2 100") + (
        f"{fr.NBSP}structures"
    )
    bounds = facts.table("observations").query("status == 'lower_bound' and preferred").iloc[0]
    figure = facts.figure(bounds["series_id"], str(bounds["date"].date()), bounds["geography"])
    assert figure.qualifier == "au moins"
    assert facts.figure("msp_nb", "2023-12-31").qualifier == ""
    assert fr.qualified(3, "%", "sans mention") == fr.qualified(3, "%") == fr.percent(3)


def test_a_range_is_written_as_a_range() -> None:
    rows = facts.table("claims").query("qualifier == 'entre'")
    claim = facts.claim(rows["claim_id"].iloc[0])
    said = fr.qualified(claim.value, claim.unit, claim.qualifier, low=claim.low, high=claim.high)
    assert said.startswith(f"entre {fr.number(claim.low)} et {fr.number(claim.high)}")
    with pytest.raises(ValueError, match="« entre » needs low and high"):
        fr.qualified(3, "%", "entre")
    with pytest.raises(ValueError, match="unknown qualifier « enviro »; nearest: environ"):
        fr.qualified(3, "%", "enviro")


def test_every_number_of_the_documents_can_be_read_with_its_reservation() -> None:
    claims = facts.table("claims").set_index("claim_id")
    numbers = claims[["value", "low", "high"]].notna().any(axis=1)
    for name in claims.index[numbers]:
        figure = facts.claim(str(name))
        if figure.qualifier != "entre" and figure.value == figure.value:
            assert fr.qualified(figure.value, figure.unit, figure.qualifier)
    with pytest.raises(facts.FactsError, match="gives no number"):
        facts.claim(str(claims.index[~numbers][0]))


# Comparisons --------------------------------------------------------------------------------


def test_two_figures_of_one_base_are_compared() -> None:
    old, new = facts.figure("msp_nb", "2022-12-31"), facts.figure("msp_nb", "2023-12-31")
    found = facts.compare(new, old, across="date")
    assert found.difference == new.value - old.value
    assert found.ratio == new.value / old.value
    assert found.change == pytest.approx(100 * (new.value / old.value - 1))
    assert found.unit == found.difference_unit == "structures"
    assert found.qualifier == ""
    assert facts.cited(found) == facts.cited(new, old)


def test_two_series_are_compared_at_a_date() -> None:
    old, older = facts.series("pop_65p"), facts.series("pop_75p")
    found = facts.compare(older, old, at="2024-01-01")
    assert found.ratio == older["2024-01-01"] / old["2024-01-01"]
    ages = facts.compare(old, old, at=("2024-01-01", "2014-01-01"), across="date")
    assert ages.change > 0
    regions = facts.panel("msp_nb")
    last = regions.index[-1]
    found = facts.compare(regions["REG-84"], regions["REG-11"], at=last, across="geography")
    assert found.difference == regions.loc[last, "REG-84"] - regions.loc[last, "REG-11"]


def figure(series_id: str, date: str | None = None, place: str = "FR") -> facts.Figure:
    return facts.figure(series_id, date, place)


@pytest.mark.parametrize(
    ("value", "reference", "across", "message"),
    [
        (("msp_nb",), ("mg_total",), "date", "two units: structures and personnes"),
        (("msp_nb", "2023-12-31"), ("msp_nb", "2022-12-31"), (), "two dates.*across=.date"),
        (
            ("msp_nb", "2023-12-31"),
            ("msp_nb", "2023-12-31", "REG-84"),
            (),
            "differ by their geography: FR and REG-84",
        ),
        (
            ("dep_prevention_base2025", "2023-12-31"),
            ("dep_prevention", "2023-12-31"),
            (),
            "differ by their basis: .*édition 2025 and .*édition 2024",
        ),
        (("csbm", "2024-12-31"), ("csbm", "2019-12-31"), "date", "differ by their basis: plus"),
        (("cpts_couverture_pop", "latest"), ("cpts_couverture_pop", "first"), "date", "par date"),
        (("mg_cnom",), ("mg_total",), "date", "differ by their basis: Ordre des médecins and RPPS"),
        (("msp_nb",), ("msp_nb",), "dates", "across « dates »; nearest: date"),
    ],
)
def test_two_bases_are_refused_in_one_comparison(value, reference, across, message) -> None:
    with pytest.raises(facts.FactsError, match=message):
        facts.compare(figure(*value), figure(*reference), across=across)


def test_two_editions_are_compared_when_that_is_meant_and_within_one_always() -> None:
    new, old = figure("csbm", "2024-12-31"), figure("csbm", "2022-12-31")
    assert new.source == old.source
    assert facts.compare(new, old, across="date").change > 0
    before = figure("csbm", "2019-12-31")
    assert facts.compare(new, before, across=("date", "basis")).difference > 0


def test_series_that_cannot_say_their_base_or_date_are_refused() -> None:
    csbm, pib = facts.series("csbm"), facts.series("csbm_pib")
    with pytest.raises(facts.FactsError, match=r"plusieurs bases: compare its figures"):
        facts.compare(csbm, csbm, at="2024-12-31")
    population = facts.series("pop_total")
    with pytest.raises(facts.FactsError, match="without a date"):
        facts.compare(population, population)
    with pytest.raises(facts.FactsError, match="no value at 2024-06-30; latest dates"):
        facts.compare(population, population, at="2024-06-30")
    with pytest.raises(facts.FactsError, match="without a unit"):
        facts.compare(pd.Series([1.0]), pib, at="2024-12-31")
    with pytest.raises(facts.FactsError, match="a float cannot be compared"):
        facts.compare(3.5, 4.5)


def with_qualifier(value: float, qualifier: str) -> facts.Figure:
    base = facts.figure("msp_nb", "2023-12-31")
    about = {**vars(base), "value": value, "qualifier": qualifier}
    return facts.Figure(**about)


def test_bounds_bound_what_is_computed_from_them() -> None:
    at_least, at_most = with_qualifier(100, "plus de"), with_qualifier(100, "moins de")
    about, exact = with_qualifier(100, "environ"), with_qualifier(80, "")
    assert facts.compare(at_least, exact).qualifier == "au moins"
    assert facts.compare(exact, at_least).qualifier == "au plus"
    assert facts.compare(at_most, exact).qualifier == "au plus"
    assert facts.compare(at_least, at_most).qualifier == "au moins"
    assert facts.compare(about, exact).qualifier == "environ"
    for pair in itertools.permutations([at_least, with_qualifier(90, "au moins")]):
        with pytest.raises(facts.FactsError, match="nothing follows from two such bounds"):
            facts.compare(*pair)


def test_a_claim_without_a_known_date_has_no_moment() -> None:
    base = vars(facts.figure("msp_nb", "2023-12-31"))
    undated = facts.Figure(**{**base, "date": pd.NaT})
    with pytest.raises(facts.FactsError, match="two dates"):
        facts.compare(undated, facts.Figure(**base))


# Marks --------------------------------------------------------------------------------------


def test_marks_come_from_the_columns_of_the_data() -> None:
    assert facts.mark_of(facts.figure("msp_nb", "2023-12-31")) == "fait"
    observations = facts.table("observations")
    for status, mark in (
        ("reported", "fait"),
        ("lower_bound", "fait"),
        ("derived", "modele"),
        ("carried", "hypothese"),
        ("announced", "hypothese"),
    ):
        row = observations[observations["status"] == status].sort_values("confidence").iloc[0]
        assert facts.mark_of(row) == facts.mark_of(row.to_dict()) == mark
    unsure = facts.table("parameters").query("confidence == 'low' and status == 'reported'").iloc[0]
    assert facts.mark_of(unsure) == "jugement"


@pytest.mark.parametrize(
    ("table", "query", "mark"),
    [
        ("projections", "confidence == 'high'", "modele"),
        ("targets", "confidence == 'high'", "fait"),
        ("comparisons", "confidence == 'high'", "fait"),
        ("markets", "nature == 'forecast'", "modele"),
        ("markets", "nature == 'observed' and confidence == 'high'", "fait"),
        ("centre_inputs", "status == 'assumption'", "hypothese"),
        ("centre_inputs", "status == 'sourced'", "fait"),
        ("claims", "kind == 'chiffre' and status == 'lisible'", "fait"),
        ("claims", "kind == 'appréciation' and status == 'lisible'", "jugement"),
        ("cabinets_impacts", "confidence == 'high'", "jugement"),
        ("vision_links", "confidence == 'medium'", "jugement"),
    ],
)
def test_rows_of_every_table_have_the_mark_of_what_they_are(table, query, mark) -> None:
    rows = facts.table(table).query(query)
    assert facts.mark_of(rows.iloc[0]) == mark
    assert facts.mark_of(next(rows.itertuples())) == mark


def test_a_statement_is_worth_its_weakest_support() -> None:
    figure = facts.figure("msp_nb", "2023-12-31")
    dates = pd.date_range("2018-12-31", periods=7, freq="YE")
    forecast = forecasting.forecast(pd.Series(range(1, 8), dates, dtype=float), 2)
    assert facts.mark_of(figure, forecast) == "modele"
    announced = facts.table("parameters").query("status == 'announced'")["parameter_id"].iloc[0]
    assert facts.mark_of(figure, facts.parameter(announced), forecast) == "hypothese"


def test_nothing_rests_on_what_is_lost_or_says_nothing() -> None:
    for table, status in (("claims", "illisible"), ("observations", "erroneous")):
        lost = facts.table(table).query(f"status == '{status}'").iloc[0]
        with pytest.raises(facts.FactsError, match=f"no statement can rest on what is {status}"):
            facts.mark_of(lost)
    with pytest.raises(facts.FactsError, match="neither its status nor its confidence"):
        facts.mark_of(3.5)
    with pytest.raises(facts.FactsError, match="nothing is given"):
        facts.mark_of()
