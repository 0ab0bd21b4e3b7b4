"""Every public entry of the rooms, with arguments that are right.

`ENTRIES` gives, by name, a function and its arguments by name: the tests put hostile values in
their place, one at a time. Small data, so that a call takes milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from centre_case import centre, table
from prevention_case import ranges as prevention_ranges

from handbook import benchmarking, facts, figures, forecasting, scenarios, strategy, views
from handbook.core import french
from handbook.core.ranges import Range, Ranges
from handbook.core.sensitivity import saltelli, sensitivity, swing
from handbook.economics import centre as accounts
from handbook.economics import prevention

Entry = tuple[Callable[..., Any], dict[str, Any]]

SERIES = pd.Series([10, 11, 13, 14, 17, 18, 21, 22, 24, 27.0], index=range(2014, 2024), name="s")
ADOPTION = pd.Series([1, 3, 9, 22, 45, 70, 86, 94.0], index=range(2014, 2022))
PANEL = pd.DataFrame(
    {"unique_id": ["a"] * 8 + ["b"] * 8, "ds": [*range(2015, 2023)] * 2, "y": [*range(16)]}
).astype({"y": float})
WIDE = pd.DataFrame({"a": range(1, 13), "b": range(3, 15)}, index=range(2010, 2022)).astype(float)
DATES = pd.Series(SERIES.to_numpy(), index=pd.date_range("2014-12-31", periods=10, freq="YE"))
UNITS = pd.DataFrame(
    {"a": [1, 2, 3, 5.0], "b": [3, 1, 2, 4.0], "c": [5, 7, 6, 9.0]}, index=list("WXYZ")
)
METADATA = pd.DataFrame(
    {
        "code": ["a", "b", "c", "G"],
        "name": "n",
        "direction": [1, 1, -1, None],
        "weight": 1,
        "parent": ["G", "G", "G", None],
        "source": "",
        "status": "",
    }
)
RATINGS = pd.DataFrame(
    {"p": ["bas", "haut", "moyen"], "q": ["haut", "bas", "bas"]}, index=["u", "v", "w"]
)
SCALE = ["bas", "moyen", "haut"]
MATRIX = scenarios.CrossImpactMatrix(
    {"A": ["a1", "a2"], "B": ["b1", "b2"], "C": ["c1", "c2"]},
    np.array(
        [
            [0, 0, 2, -2, 1, -1],
            [0, 0, -2, 2, -1, 1],
            [1, -1, 0, 0, 2, -2],
            [-1, 1, 0, 0, -2, 2],
            [2, -2, 1, -1, 0, 0],
            [-2, 2, -1, 1, 0, 0],
        ]
    ),
)
FIRST, LAST = {"A": "a1", "B": "b1", "C": "c1"}, {"A": "a2", "B": "b2", "C": "c2"}
RISKS = pd.DataFrame({"probability": ["bas", "haut"], "impact": ["haut", "bas"]}, index=["r", "s"])
ORDINAL = strategy.Scale(tuple(SCALE))
ITEMS = pd.DataFrame(
    {"impact": ["bas", "haut"], "cost": ["haut", "bas"], "horizon": ["2027", "2030"]},
    index=["i", "j"],
)
NODES = pd.DataFrame(
    {"id": ["o", "p", "m", "n"], "kind": ["obstacle"] * 2 + ["measure"] * 2, "label": list("opmn")}
)
EDGES = pd.DataFrame(
    [("o", "blocks", "m"), ("p", "blocks", "n"), ("n", "needs", "m")],
    columns=["source", "relation", "target"],
)
COVERED = pd.DataFrame([[2, 1], [0, 2]], index=["x", "y"], columns=["l", "k"])
RANGES = Ranges({"u": Range(1, 2, 3, "g"), "v": Range(0, 1, 4, "h")})
SPREADS = {
    "structures": Range(2500, 2500, 2500),
    "openings": Range(0, 100, 200),
    "merging": Range(0.005, 0.02, 0.06),
    "subsidy": Range(0.1, 0.2, 0.4),
    "effect": Range(-0.5, 0, 1),
    "capture": Range(0, 0.2, 0.6),
    "groups": Range(2, 4, 8),
    "federations": Range(13, 40, 101),
    "inequality": Range(0, 0.7, 1.2),
}
CAPTION = figures.Caption("Titre", "Une phrase qui dit ce que l’image montre.", "Source")
BARS = pd.Series([3.0, 1.0, 2.0], index=["un", "deux", "trois"])
BOUNDS = pd.DataFrame({"lower": [2.0, 0.5, 1.5], "upper": [4.0, 1.5, 2.5]}, index=BARS.index)
EVENTS = pd.DataFrame(
    {"label": ["Loi", "Plan"], "start": pd.to_datetime(["2024-01-01", "2026-01-01"])}
)
PROMISES = pd.DataFrame(
    {
        "label": ["Loi"],
        "promised": pd.to_datetime(["2024-01-01"]),
        "happened": pd.to_datetime(["2024-06-01"]),
        "state": ["tenu"],
    }
)
POINTS = UNITS.div(UNITS.sum(axis=1), axis=0) * 100
START = pd.Timestamp("2025-01-01")
EQUAL = [1.0, 1.0, 1.0]
NOISE = np.full((6, 6, 1), 1.0)
PROJECTION = "esante_potentiel"
ALT = "Une phrase qui dit ce que l’image montre."


@functools.cache
def forecast() -> forecasting.Forecast:
    return forecasting.forecast(SERIES, 4, fast=True)


@functools.cache
def composite() -> benchmarking.Composite:
    return benchmarking.Composite(UNITS, {"a": 1, "b": 1, "c": -1})


def summed(inputs: pd.DataFrame) -> pd.Series:
    return inputs["u"] + inputs["v"]


def entries() -> dict[str, Entry]:
    """Return the public entries by name, each with arguments that are right."""
    made = forecast()
    both = {"T": forecasting.forecast(SERIES * 2, 3, fast=True)}
    both |= {name: forecasting.forecast(SERIES, 3, fast=True) for name in ("a", "b")}
    joined = forecasting.reconcile(both, {"T": ["a", "b"]})
    growth = forecasting.fit_growth(ADOPTION)
    chances = pd.DataFrame(
        {"stated": [0.1, 0.4, 0.6, 0.9] * 3, "came": [0, 0, 1, 1] * 3, "question": ["q"] * 12}
    )
    index = composite()
    table_ = benchmarking.ordinal_intervals(RATINGS, SCALE)
    payload = benchmarking.live_payload(index, draws=20)
    draws = index.simulate(n=50)
    net = strategy.network(NODES, EDGES)
    inputs = table().set_index("input")["central"].to_frame().T.astype(float)
    here = centre()
    own = facts.Facts(facts.DATA)
    return {
        **_of_forecasting(made, joined, growth, chances),
        **_of_benchmarking(index, table_, payload, draws),
        **_of_scenarios(),
        **_of_strategy(net),
        **_of_economics(inputs, here),
        **_of_figures(made),
        **_of_facts(own),
        **_of_views(),
    }


def _of_forecasting(made: Any, joined: Any, growth: Any, chances: pd.DataFrame) -> dict[str, Entry]:
    f = forecasting
    options = {"horizon": 2, "levels": (80,), "bounds": (0, 100), "floor": 1.0, "start": 2015}
    options |= {"seasonal": False, "fast": True, "events": ()}
    return {
        "forecast": (f.forecast, {"series": SERIES, **options}),
        "forecast.to": (f.forecast, {"series": SERIES, "to": 2026, "fast": True}),
        "forecast.event": (f.Event, {"at": 2018, "kind": "pulse"}),
        "interval": (made.interval, {"level": 80}),
        "probability_above": (made.probability_above, {"value": 30.0, "at": 2025}),
        "at": (made.at, {"date": 2025}),
        "range_at": (made.range_at, {"date": 2025, "level": 80}),
        "backtest": (f.backtest, {"series": SERIES, "horizon": 1, "origins": 1}),
        "fit_growth": (
            f.fit_growth,
            {"series": ADOPTION, "curve": "logistic", "launch": 2013, "level": 90},
        ),
        "growth.predict": (growth.predict, {"horizon": 3}),
        "forecast_panel": (f.forecast_panel, {"frame": PANEL, "horizon": 1, "n_jobs": 1}),
        "past_chances": (
            f.past_chances,
            {"frame": WIDE, "horizon": 1, "ratios": (1.1,), "first": 6, "every": 1},
        ),
        "reliability": (
            f.reliability,
            {"chances": chances, "edges": (0.0, 0.5, 1.0), "question": "question"},
        ),
        "regularise": (f.regularise, {"series": DATES, "step": "annual", "tolerance": 1}),
        "reconciled.interval": (joined.interval, {"level": 80, "node": "a"}),
        "reconciled.probability": (
            joined.probability_above,
            {"value": 30.0, "at": 2024, "node": "a"},
        ),
    }


def _of_benchmarking(index: Any, table_: Any, payload: Any, draws: Any) -> dict[str, Entry]:
    b = benchmarking
    directions, one = {"a": 1, "b": 1, "c": -1}, {"a": 1.0, "b": 1.0, "c": 1.0}
    groups = {"a": "g", "b": "g", "c": "h"}
    return {
        "composite": (
            lambda **given: b.Composite(**given).scores(),
            {"data": UNITS, "directions": directions, "weights": one, "groups": groups},
        ),
        "read_metadata": (b.read_metadata, {"table": METADATA}),
        "scores": (
            index.scores,
            {
                "normalise": "goalposts",
                "aggregate": "geometric",
                "floor": 0.01,
                "goalposts": {"a": (0, 10), "b": (0, 10), "c": (0, 10)},
            },
        ),
        "ranks": (index.ranks, {"normalise": "minmax", "aggregate": "arithmetic", "decimals": 2}),
        "simulate": (index.simulate, {"n": 20, "seed": 1, "choices": b.Choices()}),
        "choices": (b.Choices, {"spread": 0.2, "completions": 4, "floor": 0.01}),
        "simulation.intervals": (draws.intervals, {"level": 0.9}),
        "attainable": (
            index.attainable,
            {"unit": "X", "normalise": "minmax", "near": 0.2},
        ),
        "attainable_ranks": (index.attainable_ranks, {"weight_bounds": (0.1, 0.6)}),
        "sobol": (index.sobol, {"n": 16, "seed": 1}),
        "consensus": (index.consensus, {"normalise": "none"}),
        "central_weights": (index.central_weights, {"n": 20, "seed": 1}),
        "contributions": (index.contributions, {"normalise": "minmax"}),
        "benefit_of_the_doubt": (
            b.benefit_of_the_doubt,
            {"data": UNITS, "share_bounds": (0.1, 0.6)},
        ),
        "budget_weights": (
            b.budget_weights,
            {"points": POINTS},
        ),
        "correlations": (b.correlations, {"data": UNITS, "method": "pearson", "minimum": 3}),
        "coverage": (b.coverage, {"data": UNITS, "minimum": 0.5}),
        "cronbach_alpha": (b.cronbach_alpha, {"data": UNITS, "standardised": True}),
        "decomposition": (b.decomposition, {"composite": index, "unit": "X", "against": "Y"}),
        "factor_verdict": (b.factor_verdict, {"units": 40, "indicators": 5}),
        "live_payload": (
            b.live_payload,
            {"composite": index, "methods": ("minmax",), "draws": 10, "spread": 0.2},
        ),
        "live_ranks": (
            b.live_ranks,
            {"payload": payload, "weights": EQUAL, "aggregate": ("arithmetic",)},
        ),
        "ordinal_intervals": (
            b.ordinal_intervals,
            {"ratings": RATINGS, "scale": SCALE, "spacing": [0.0, 0.5, 1.0]},
        ),
        "rank_correlation": (
            b.rank_correlation,
            {"first": UNITS["a"], "second": UNITS["b"], "shuffles": 20, "seed": 1},
        ),
        "rank_intervals": (b.rank_intervals, {"table": table_, "weights": {"p": 1.0, "q": 1.0}}),
        "score_intervals": (b.score_intervals, {"table": table_, "aggregate": "arithmetic"}),
        "necessary_preferences": (b.necessary_preferences, {"table": table_}),
        "sample_completions": (b.sample_completions, {"table": table_, "n": 20, "seed": 1}),
        "strengths": (b.strengths, {"composite": index, "unit": "X", "share": 0.3}),
        "unit_ranks": (b.unit_ranks, {"composite": index, "unit": "X"}),
    }


def _of_scenarios() -> dict[str, Entry]:
    s = scenarios
    m = MATRIX
    return {
        "matrix": (
            s.CrossImpactMatrix,
            {"descriptors": {"A": ["a1", "a2"], "B": ["b1", "b2"]}, "scores": np.eye(4) * 0},
        ),
        "score": (m.score, {"source": ("A", "a1"), "target": ("B", "b1")}),
        "with_scores": (m.with_scores, {"changes": {}}),
        "codes": (m.codes, {"scenario": FIRST}),
        "matrix.scenario": (m.scenario, {"codes": np.array([0, 0, 0])}),
        "balance": (m.balance, {"scenario": FIRST}),
        "inconsistency": (m.inconsistency, {"scenario": FIRST}),
        "consistent_scenarios": (
            m.consistent_scenarios,
            {"tolerance": 0, "forced": {"A": "a1"}, "exclusions": [{"B": "b2"}], "limit": 100},
        ),
        "scenarios": (m.scenarios, {"limit": 100}),
        "succession": (m.succession, {"scenario": FIRST, "rule": "local"}),
        "trajectory": (m.trajectory, {"scenario": FIRST, "rule": "local", "forced": {"A": "a1"}}),
        "attractors": (m.attractors, {"rule": "global", "limit": 100, "samples": 4, "seed": 1}),
        "basins": (m.basins, {"rule": "global", "limit": 100}),
        "best_first_steps": (s.best_first_steps, {"matrix": m, "start": FIRST, "target": LAST}),
        "best_order": (s.best_order, {"matrix": m, "start": FIRST, "target": LAST}),
        "cheapest_scores": (
            s.cheapest_scores,
            {"matrix": m, "scenario": FIRST, "tolerance": 0, "scale": 3},
        ),
        "completions": (s.completions, {"matrix": m, "chosen": {"A": "a1"}, "tolerance": 1}),
        "direct_influence": (s.direct_influence, {"matrix": m}),
        "distance": (s.distance, {"first": FIRST, "second": LAST}),
        "forcing": (s.forcing, {"matrix": m, "start": FIRST, "target": LAST, "rule": "global"}),
        "gap": (s.gap, {"observed": FIRST, "target": LAST}),
        "influences": (s.influences, {"matrix": m, "scenario": FIRST}),
        "micmac": (s.micmac, {"direct": s.direct_influence(m)}),
        "nearest_consistent": (
            s.nearest_consistent,
            {"matrix": m, "scenario": FIRST, "keep": ["A"], "exclusions": []},
        ),
        "reasons": (s.reasons, {"matrix": m, "scenario": FIRST}),
        "readings": (s.readings, {"matrix": m, "known": {"A": "a1"}}),
        "robustness": (
            s.robustness,
            {"matrix": m, "noise": NOISE, "tolerance": 0},
        ),
        "worst_orders": (s.worst_orders, {"matrix": m, "start": FIRST, "target": LAST}),
    }


def _of_strategy(net: Any) -> dict[str, Entry]:
    t = strategy
    years = [2026, 2027]
    dated = forecasting.forecast(DATES, 3, fast=True)
    return {
        "scale": (t.Scale, {"labels": ("a", "b"), "low": 1.0, "high": 2.0, "log": True}),
        "effect": (
            t.Effect,
            {"label": "e", "amount": 1.0, "start": START, "kind": "growth"},
        ),
        "suppose": (
            t.suppose,
            {
                "forecast": dated,
                "effects": [t.Effect("e", 1.0, START)],
            },
        ),
        "consolidate": (
            t.consolidate,
            {"ranges": SPREADS, "years": years, "top": 1, "draws": 20, "seed": 1},
        ),
        "bands": (
            t.consolidate(SPREADS, years, draws=20, top=1).bands,
            {"measure": "largest", "quantiles": (0.1, 0.9)},
        ),
        "decisive": (
            t.decisive,
            {"ranges": SPREADS, "years": years, "measure": "largest", "top": 1, "size": 16},
        ),
        "strategy.coverage": (t.coverage, {"matrix": COVERED, "level": 1}),
        "dominance": (t.dominance, {"risks": RISKS, "probability": ORDINAL, "impact": ORDINAL}),
        "rank_risks": (
            t.rank_risks,
            {
                "risks": RISKS,
                "probability": ORDINAL,
                "impact": ORDINAL,
                "reading": "label",
                "draws": 50,
                "seed": 1,
            },
        ),
        "portfolios": (
            t.portfolios,
            {
                "items": ITEMS,
                "benefits": {"impact": SCALE},
                "costs": {"cost": SCALE},
                "needs": [("i", "j")],
                "size": 1,
            },
        ),
        "schedule": (
            t.schedule,
            {
                "items": ITEMS,
                "horizons": ["2027", "2030"],
                "needs": [("j", "i")],
                "column": "horizon",
            },
        ),
        "network": (t.network, {"nodes": NODES, "edges": EDGES, "binding": ("needs",)}),
        "of_kind": (net.of_kind, {"kind": "obstacle"}),
        "direct": (net.direct, {"relation": "blocks"}),
        "reached": (net.reached, {"measures": ["m"], "done": ["n"]}),
        "blocked": (net.blocked, {"lifted": ["o"], "done": ["m"]}),
        "freed": (net.freed, {"lifted": ["o"], "done": ["m"]}),
        "best_removal": (net.best_removal, {"size": 1}),
        "layout": (net.layout, {"kind": "layers"}),
        "influence_matrix": (net.influence_matrix, {"among": "obstacle", "by": "reach"}),
    }


def _of_economics(inputs: pd.DataFrame, here: Any) -> dict[str, Entry]:
    return {
        "centre.slope": (here.slope, {"key": "tariff"}),
        "centre.needed": (here.needed, {"key": "tariff"}),
        "centre.levers": (here.levers, {"keys": ["tariff"]}),
        "centre.with_": (here.with_, {"tariff": 30.0, "filled": 0.9}),
        "evaluate": (accounts.evaluate, {"inputs": inputs}),
        "needed_acts": (accounts.needed_acts, {"inputs": inputs}),
        "paying_acts": (accounts.paying_acts, {"inputs": inputs}),
        "prevention.doubt": (
            prevention.doubt,
            {"ranges": prevention_ranges(), "draws": 20, "seed": 1},
        ),
        "prevention.decides": (
            prevention.decides,
            {"ranges": prevention_ranges(), "outcome": "cost", "base": 16, "seed": 1},
        ),
        "prevention.outcomes": (prevention.outcomes, {"values": prevention_ranges().central()}),
        "prevention.shares": (prevention.shares, {"cost": 3.0, "totals": {"t": 200.0}}),
        "range": (Range, {"low": 1.0, "central": 2.0, "high": 3.0, "group": "g"}),
        "ranges.draw": (RANGES.draw, {"n": 8, "seed": 1, "shape": "uniform"}),
        "ranges.fixed": (RANGES.fixed, {"u": 1.0}),
        "ranges.at": (RANGES.at, {"quantiles": np.array([[0.2, 0.5]]), "shape": "triangular"}),
        "ranges.regrouped": (RANGES.regrouped, {"groups": {"u": "k"}}),
        "saltelli": (saltelli, {"groups": ["g", "h"], "n": 16, "seed": 1}),
        "sensitivity": (
            lambda **given: sensitivity(RANGES, summed, **given),
            {"by": "group", "n": 16, "seed": 1, "shape": "triangular"},
        ),
        "swing": (swing, {"ranges": RANGES, "model": summed}),
    }


def _of_figures(made: Any) -> dict[str, Entry]:
    g = figures
    lines = pd.DataFrame({"s": SERIES, "t": SERIES * 2})
    return {
        "bars": (
            g.bars,
            {
                "data": BARS,
                "caption": CAPTION,
                "intervals": BOUNDS,
                "unit": "%",
                "digits": 0,
                "highlight": ["un"],
                "marks": {"un": "target"},
            },
        ),
        "dots": (g.dots, {"data": BARS, "caption": CAPTION, "intervals": BOUNDS, "digits": 0}),
        "curves": (g.curves, {"data": lines, "caption": CAPTION, "unit": "%", "digits": 0}),
        "fan": (g.fan, {"forecast": made, "caption": CAPTION, "levels": (80,), "digits": 0}),
        "table": (g.table, {"data": UNITS, "caption": CAPTION, "formats": {}, "names": {"a": "A"}}),
        "reference": (g.Reference, {"value": 3.0, "label": "cible", "date": "2030-12-31"}),
        "choropleth": (
            g.choropleth,
            {"values": pd.Series({"REG-84": 1.0}), "caption": CAPTION, "level": "region"},
        ),
        "timeline": (
            g.timeline,
            {
                "data": PROMISES,
                "caption": CAPTION,
                "today": START,
                "filled": {"tenu": True},
                "start": 2020,
                "end": 2030,
            },
        ),
        "takeaways": (lambda item: g.takeaways(item, sources="s"), {"item": ("fait", "Oui.")}),
        "caption": (
            g.Caption,
            {
                "title": "T",
                "alt": "Une phrase qui dit ce que l’image montre.",
                "sources": "S",
                "note": "N",
            },
        ),
        "says": (g.says, {"status": "fait", "text": "Une phrase.", "sources": "S"}),
        "number": (french.number, {"value": 3.0, "digits": 1}),
        "percent": (french.percent, {"value": 0.3, "digits": 1}),
        "amount": (french.amount, {"value": 3.0, "unit": "%", "digits": 1}),
        "short": (french.short, {"value": 3e6, "unit": "€", "digits": 1}),
        "euros": (french.euros, {"value": 3e6, "digits": 1}),
        "chance": (french.chance, {"probability": 0.3}),
        "ordinal": (french.ordinal, {"rank": 2}),
        "in_letters": (french.in_letters, {"count": 3}),
        "counted": (french.counted, {"value": 3, "singular": "cas"}),
        "date": (french.date, {"moment": "2024-06-30", "precision": "month"}),
        "period": (french.period, {"moment": "2024-06-30", "step": "month"}),
    }


def _of_facts(own: facts.Facts) -> dict[str, Entry]:
    parameter = own.table("parameters")["parameter_id"].iloc[0]
    return {
        "facts.table": (own.table, {"name": "levers"}),
        "facts.series": (own.series, {"series_id": "msp_nb", "geography": "FR"}),
        "facts.panel": (own.panel, {"series_id": "msp_nb", "level": "region"}),
        "facts.figure": (
            own.figure,
            {"series_id": "msp_nb", "date": "2023-12-31", "geography": "FR"},
        ),
        "facts.latest": (own.latest, {"series_id": "msp_nb", "geography": "FR"}),
        "facts.targets": (own.targets, {"series_id": "msp_nb", "geography": "FR"}),
        "facts.target": (own.target, {"series_id": "msp_nb", "geography": "FR"}),
        "facts.projection": (
            own.projection,
            {"projection_id": "esante_potentiel", "geography": "FR"},
        ),
        "facts.parameter": (
            own.parameter,
            {"parameter_id": parameter},
        ),
        "facts.claim": (own.claim, {"claim_id": own.table("claims")["claim_id"].iloc[0]}),
        "facts.computed": (own.computed, {"formula": "1 + 1"}),
        "facts.named": (facts.named, {"formula": "1 + 1"}),
        "facts.source": (own.source, {"source_id": "cpnefp-2025"}),
        "facts.uses": (own.uses, {"source_id": "cpnefp-2025"}),
        "facts.sources_of": (own.sources_of, {"series_id": "msp_nb", "geography": "FR"}),
        "facts.geographies": (own.geographies, {"level": "region"}),
        "facts.compare": (
            facts.compare,
            {"value": own.latest("msp_nb"), "reference": own.series("msp_nb"), "at": "2025-06-30"},
        ),
        "facts.cited": (lambda: facts.cited(own.latest("msp_nb")), {}),
        "facts.mark_of": (lambda: facts.mark_of(own.latest("msp_nb")), {}),
    }


class Stated:
    """A range that somebody states."""

    series = pd.Series([500.0, 690.0], index=pd.to_datetime(["2024-02-01", "2025-05-31"]))
    mean = pd.Series([700.0, 760.0], index=pd.to_datetime(["2025-12-31", "2026-12-31"]))

    def interval(self, _: float) -> pd.DataFrame:
        return pd.DataFrame({"lower": self.mean - 9, "upper": self.mean + 9})


def _of_views() -> dict[str, Entry]:
    v = views
    rows = pd.DataFrame(
        {
            "date": pd.to_datetime(["2023-12-31", "2024-12-31"] * 2),
            "code": ["A", "A", "B", "B"],
            "name": ["Un", "Un", "Deux", "Deux"],
            "indicator": "n",
            "value": [1.0, 2.0, 3.0, 4.0],
        }
    )
    regions = {"frame": rows, "indicators": {"n": v.Indicator("Nombre", "choses")}}
    regions |= {"regions": ["A"], "indicator": "n", "measure": "value", "sources": ()}
    listed = {"table": pd.DataFrame({"t": ["un", "deux"], "k": ["a", "b"]})}
    listed |= {"columns": {"t": "Titre", "k": "Nature"}, "filters": {"k": "Nature"}}
    path = {"label": "L", "noun": "choses", "added": "ajouts", "forecast": Stated()}
    path |= {"band": "fourchette", "kind": "assumption", "digits": 0, "cap": 900.0}
    number = {"key": "tariff", "param": "tarif", "label": "Tarif", "group": "Recettes"}
    number |= {"low": 25.0, "central": 30.0, "high": 35.0, "unit": "€", "status": "hypothese"}
    number |= {"minimum": 20.0, "maximum": 40.0, "step": 1.0, "digits": 0, "sources": ()}
    shown = v.RegionsExplorer(**regions)
    return {
        "regions": (v.RegionsExplorer, regions),
        "regions.summary": (shown.summary, {"state": {"regions": ["B"]}}),
        "regions.field": (shown.field, {"key": "regions"}),
        "catalogue": (v.CatalogueExplorer, {**listed, "label": "Liste", "hint": "Mot"}),
        "growth": (
            v.GrowthExplorer,
            {
                "paths": {"p": v.Path(**path)},
                "futures": {"f": v.Future("si", {"p": -10.0}, {"p": "Raison."})},
                "years": (2025, 2026),
                "future": "f",
            },
        ),
        "path": (v.Path, path),
        "future": (v.Future, {"label": "si", "amounts": {"p": 1.0}, "reasons": {"p": "R."}}),
        "weights": (
            v.WeightsExplorer.from_table,
            {"table": UNITS, "directions": {"a": 1}, "label": "Unités", "draws": 20},
        ),
        "criterion": (v.Criterion, {"id": "c", "label": "Critère", "counts": "peu"}),
        "indicator": (v.Indicator, {"label": "L", "noun": "n", "unit": "%", "decimals": 1}),
        "filter": (v.Filter, {"legend": "L", "options": {"a": "A"}, "param": "l"}),
        "noun": (v.Noun, {"one": "un", "many": "uns", "feminine": True}),
        "parameter": (v.Parameter, number),
        "parameter_fields": (v.parameter_fields, {"parameters": [v.Parameter(**number)]}),
        "central_state": (v.central_state, {"parameters": [v.Parameter(**number)]}),
        "field": (
            v.Field,
            {
                "key": "k",
                "param": "p",
                "kind": "number",
                "minimum": 0.0,
                "maximum": 2.0,
                "step": 1.0,
            },
        ),
        "source_entries": (v.source_entries, {"sources": [{"id": "s", "title": "T"}]}),
    }
