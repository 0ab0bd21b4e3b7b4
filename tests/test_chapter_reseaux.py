"""Chapter on paramedical networks: what it says follows the data and the results."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from handbook import facts, forecasting, strategy
from handbook.chapters import reseaux, reseaux_avenirs, reseaux_choix
from handbook.figures import bands, grid, plate, shares


@pytest.fixture(autouse=True)
def unencoded(monkeypatch) -> None:
    """Pictures are drawn, but not encoded: what they say is what is tested here."""
    monkeypatch.setattr(plate, "_png", lambda *_: b"")


@pytest.fixture(scope="module")
def forecast() -> forecasting.Forecast:
    return forecasting.forecast(facts.series("msp_nb", modelling=True), 15)


@pytest.fixture(scope="module")
def field(forecast) -> strategy.Consolidation:
    assumed = reseaux_avenirs.ranges(forecast)
    return strategy.consolidate(assumed, reseaux_avenirs.YEARS, draws=400)


def test_each_figure_of_the_note_is_dated_by_the_series() -> None:
    cells = reseaux.against_series().cells.set_index("Ce que compte la note")
    dated = cells["Le chiffre de la note vaut pour"].str.replace("\u00a0", " ")
    assert dated["CPTS recensées"] == "février 2023"
    assert dated["CPTS signataires de l’ACI"] == "vers juin 2023"
    assert dated["Population couverte par les CPTS"].startswith("avant")
    assert dated["Contrats ACI signés par des MSP"] == "décembre 2023"


def test_the_note_never_ranks_its_risks_and_equal_words_stay_equal() -> None:
    risks = reseaux_choix.risks()
    better = strategy.dominance(risks, reseaux_choix.PROBABILITY, reseaux_choix.IMPACT)
    assert not better.to_numpy().any()
    ranking = strategy.rank_risks(risks, reseaux_choix.PROBABILITY, reseaux_choix.IMPACT)
    assert "chacun peut être" in reseaux_choix.headline(ranking).title
    sure = risks.assign(impact=["élevé", "moyen", "moyen", "faible"], probability="élevée")
    ranked = strategy.rank_risks(sure, reseaux_choix.PROBABILITY, reseaux_choix.IMPACT)
    assert "0 sur 4" in reseaux_choix.headline(ranked).title


def test_the_prose_on_choices_holds() -> None:
    """Words of the page that no output writes."""
    coverage = strategy.coverage(reseaux_choix.parries())
    assert coverage.uncovered == ()
    assert {len(one) for one in coverage.smallest} == {2}
    robust = reseaux_choix.robust_choices(reseaux_choix.choices())
    always = robust.index[(robust == "core").all(axis=1)]
    assert [name.split(".")[0] for name in always] == ["2"]
    plan = strategy.schedule(
        reseaux_choix.choices(), reseaux_choix.SOONEST, needs=reseaux_choix.needs()
    )
    assert [(one[0], other[0]) for one, other in plan.conflicts] == [("3", "5")]


def test_the_reading_of_the_date_is_tried_three_ways() -> None:
    items = reseaux_choix.choices()
    needs = reseaux_choix.needs("requise")
    alone = strategy.portfolios(
        items,
        {"impact": reseaux_choix.IMPACT.labels, "horizon": reseaux_choix.SOONEST[::-1]},
        reseaux_choix.COSTS,
        needs=needs,
        size=2,
    )
    robust = reseaux_choix.robust_choices(items)[2]
    sure = robust[robust != "borderline"]
    assert (alone.status[sure.index] == sure).all()


def test_few_points_make_a_range_and_no_forecast() -> None:
    stated = reseaux_avenirs.cpts_range()
    assert len(stated.series) < 5
    band = stated.interval()
    assert (band["lower"] == stated.series.iloc[-1]).all()
    assert band["upper"].is_monotonic_increasing
    last = band.iloc[-1]
    years = (band.index[-1] - stated.series.index[-1]).days / 365.25
    listed = facts.latest("cpts_total").value
    assert last["upper"] == pytest.approx(min(listed, last["lower"] + stated.pace * years))
    assert band["upper"].max() <= listed


def test_indicators_show_no_forecast_of_what_is_not_for_models() -> None:
    kpis = facts.table("strategy_kpis")["series_id"].dropna()
    for name in kpis:
        assert facts.series(name).attrs["modelling"] != "non"
    shown = reseaux.indicators({"cpts_aci": "une fourchette"}).data
    assert len(shown) == len(kpis)
    assert shown["expected"].str.contains("fourchette").sum() == 1


def test_the_field_follows_the_forecast_from_the_first_year_to_the_last(field, forecast) -> None:
    expected = forecast.mean.to_dict()
    first, last = (pd.Timestamp(reseaux_avenirs.YEARS[place], 12, 31) for place in (0, -1))
    assert (field.paths["independent"].iloc[:, 0] == expected[first]).all()
    assumed = reseaux_avenirs.ranges(forecast)
    steps = len(reseaux_avenirs.YEARS) - 1
    ends = assumed["structures"].central + steps * assumed["openings"].central
    assert ends == pytest.approx(expected[last])
    assert (field.paths["grouped"].iloc[:, 0] == 0).all()
    ends = 100 * field.bands("grouped").iloc[-1]
    assert f"{round(ends.iloc[-1])}" in reseaux_avenirs.concentration(field, forecast).title


def test_takeaways_follow_the_results(field) -> None:
    risks = reseaux_choix.risks()
    ranking = strategy.rank_risks(risks, reseaux_choix.PROBABILITY, reseaux_choix.IMPACT)
    coverage = strategy.coverage(reseaux_choix.parries())
    robust = reseaux_choix.robust_choices(reseaux_choix.choices())
    said = reseaux.remember(ranking, coverage, robust, field)
    assert [status for status, _ in said.items] == ["fait", "modele", "jugement", "hypothese"]
    tried = [one.acceptability.to_numpy() for *_, one in reseaux_choix.rankings(risks)]
    low = math.floor(100 * min(one.min() for one in tried))
    high = math.ceil(100 * max(one.max() for one in tried))
    assert f"{low} à {high}\u202f%" in said.items[1][1]
    assert low < 25 < high  # one reading alone, with like scales, gives 25 by construction


def test_the_first_choice_depends_on_what_the_letters_mean() -> None:
    items = reseaux_choix.choices()
    turned = reseaux_choix.robust_choices(items, reseaux_choix.OTHER_COSTS)
    assert reseaux_choix.everywhere(turned) == []
    shown = reseaux_choix.chosen(reseaux_choix.robust_choices(items))
    assert shown.title.startswith("Si M est plus simple que L")
    assert "aucune recommandation ne serait" in repr(shown._repr_mimebundle_())


def test_the_futures_are_those_of_the_data_and_the_forecast_is_untouched(forecast) -> None:
    view = reseaux_avenirs.explorer(forecast, reseaux_avenirs.cpts_range())
    amounts = facts.table("strategy_futures").set_index(["future_id", "series_id"])["amount"]
    assert view.state["msp"] == amounts["budgets", "msp_nb"]
    nothing = view.summary({"future": "aucun", "msp": 0, "cpts": 0}).curves[0]["points"]
    assert [point[1] for point in nothing] == pytest.approx(list(forecast.mean), abs=1e-3)


def test_the_bench_draws_again_when_a_range_moves(forecast) -> None:
    bench = reseaux_avenirs.MergingBench(forecast, draws=200)
    before = repr(bench)
    bench.merging.value = (10, 15)
    assert repr(bench) != before
    low = bench.field.inputs["merging"]
    assert low.between(0.10, 0.15).all()
    data, metadata = bench._repr_mimebundle_()
    assert {"image/png", "text/plain"} < set(data)
    assert metadata["handbook"]["kind"] == "picture"


# The pictures -------------------------------------------------------------------------------

ALT = "Une grille de deux mots, avec ses risques."


def test_pictures_refuse_what_they_cannot_draw() -> None:
    said = {"title": "Un titre", "alt": ALT, "sources": ["x"]}
    with pytest.raises(ValueError, match="r1"):
        grid({"r1": ("haut", "bas")}, rows=["bas"], columns=["bas"], axes_names=("a", "b"), **said)
    with pytest.raises(ValueError, match="not to 1"):
        shares(pd.DataFrame([[0.5, 0.4]], index=["r1"]), **said)
    with pytest.raises(ValueError, match="five quantiles"):
        bands({"m": pd.DataFrame({"a": [1.0]})}, **said)


def test_pictures_carry_what_they_plot() -> None:
    said = {"title": "Un titre", "alt": ALT, "sources": ["x"]}
    stacked = shares(pd.DataFrame([[0.25, 0.75]], index=["r1"]), **said)
    assert stacked.data.iloc[0].tolist() == ["r1", 25.0, 75.0]
    frame = pd.DataFrame([[1.0, 2, 3, 4, 5]] * 3, index=[2025, 2026, 2027])
    assert len(bands({"m": frame, "n": frame}, **said).data) == 6
