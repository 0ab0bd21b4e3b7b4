"""The six issues: data, doubt, reasons, path, plan."""

import io
import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from handbook.scenarios import (
    CrossImpactMatrix,
    MorphologicalField,
    ScenarioError,
    action_plan,
    best_first_steps,
    best_order,
    cheapest_scores,
    completions,
    distance,
    forcing,
    gap,
    nearest_consistent,
    noise_by_confidence,
    readings,
    reasons,
    robustness,
    words,
    worst_orders,
)

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def tables():
    return {p.stem: pd.read_csv(p) for p in sorted(DATA.glob("cabinets_*.csv"))}


@pytest.fixture(scope="module")
def field(tables):
    return MorphologicalField.from_tables(tables)


@pytest.fixture(scope="module")
def matrix(field):
    return field.matrix()


@pytest.fixture(scope="module")
def every(matrix):
    return [matrix.scenario(c) for c in matrix.every_code()]


def test_six_issues_of_three_hypotheses_with_whole_profiles(field, tables):
    assert [len(i.hypotheses) for i in field.issues] == [3] * 6
    assert all(i.context for i in field.issues)
    criteria = tables["cabinets_criteria"].groupby("issue_id").size()
    profiles = tables["cabinets_profiles"].groupby("hypothesis_id").size()
    assert {h: criteria[field.issue_of[h]] for h in field.hypotheses} == profiles.to_dict()


def test_only_the_first_issue_is_written_the_rest_is_assumed(field):
    observed = {i.id: field.setting("observed", i.id) for i in field.issues}
    assert {i for i, s in observed.items() if s.written} == {"jeunes"}
    assert field.observed()["jeunes"] == "1C"
    assert all(
        s.is_assumption and s.status == "illegible" for i, s in observed.items() if i != "jeunes"
    )
    assert field.target() == {"jeunes": "1A"}
    assert field.setting("target", "jeunes").status == "illustration"


def test_every_judgement_is_justified_located_and_centred(tables):
    impacts = tables["cabinets_impacts"]
    scores = impacts[["score_a", "score_b", "score_c"]]
    assert (scores.sum(axis=1) == 0).all()
    assert scores.abs().to_numpy().max() <= 3
    assert set(impacts["confidence"]) == {"high", "medium", "low"}
    assert impacts[["justification", "locator"]].notna().all(axis=None)
    assert not impacts.duplicated(["source_hypothesis_id", "target_issue_id"]).any()


def test_each_hypothesis_has_levers_at_both_horizons_in_both_cases(tables, field):
    levers = tables["cabinets_levers"]
    for hypothesis, case in itertools.product(field.hypotheses, ["accelerate", "redirect"]):
        mine = levers[(levers["hypothesis_id"] == hypothesis) & levers["case"].isin([case, "both"])]
        assert set(mine["horizon_years"]) == {5, 10}


def test_french_typography(tables):
    for name, table in tables.items():
        for text in table.select_dtypes("str").to_numpy().ravel():
            if isinstance(text, str):
                assert not re.search(
                    r"'| [;:!?»%]|« |[^\u00a0]»|[^\u00a0\d]:\s|\s$|^\s|  ", text
                ), (
                    name,
                    text,
                )


def test_short_code_names_a_scenario(field):
    observed = field.observed()
    assert field.scenario(field.code(observed)) == observed
    with pytest.raises(ScenarioError, match="'jeunes' has no hypothesis 'D'"):
        field.scenario("DAAAAA")


def test_letters_are_names_not_degrees(field):
    assert distance(field.scenario("AAAAAA"), field.scenario("CAAAAA")) == 1
    assert distance(field.scenario("AAAAAA"), field.scenario("BAAAAA")) == 1


def test_missing_table_and_unknown_hypothesis_are_named(tables):
    with pytest.raises(ScenarioError, match="cabinets_levers is missing"):
        MorphologicalField.from_tables({k: v for k, v in tables.items() if "levers" not in k})
    wrong = tables["cabinets_levers"].assign(hypothesis_id="7Z")
    with pytest.raises(ScenarioError, match=r"levers, column hypothesis_id: « 7Z »"):
        MorphologicalField.from_tables(tables | {"cabinets_levers": wrong})


def test_target_is_completed_by_the_nearest_consistent_scenario(field, matrix):
    completed = field.completed_target(matrix)
    assert completed["jeunes"] == "1A"
    assert set(matrix.inconsistency(completed).values()) == {0}


def test_profiles_side_by_side(field):
    shown = field.profiles({"a": field.scenario("AAAAAA"), "b": field.scenario("BBBBBB")})
    assert list(shown.columns) == ["issue_id", "criterion_id", "label", "jobs", "a", "b"]
    assert shown["b"].str.endswith("\u202f?").sum() == 1  # the study doubts 2.B on territories


def test_robustness_is_exact(field, matrix):
    noise = noise_by_confidence(field)
    draw = np.random.default_rng(7)
    shifts = np.array([[draw.choice(5, 4000, p=cell) - 2 for cell in row] for row in noise])
    codes = matrix.every_code()
    picked = codes[[2, 472, 717, 28, 0]]
    exact = robustness(matrix, noise, picked)["share"]
    sample = [
        CrossImpactMatrix(matrix.descriptors, matrix.scores + shifts[:, :, n]).evaluate(picked)[0]
        for n in range(4000)
    ]
    drawn = (np.array(sample) >= 0).mean(axis=0)
    assert np.abs(drawn - exact).max() < 4 * np.sqrt(0.25 / 4000)


def test_robustness_without_doubt_is_the_verdict(matrix):
    certain = np.ones((18, 18, 1))
    table = robustness(matrix, certain)
    assert ((table["share"] > 0.5) == (table["consistency"] >= 0)).all()
    with pytest.raises(ScenarioError, match="noise must have shape"):
        robustness(matrix, certain[:5])


def test_reasons_speak_against_and_vanish_when_consistent(field, matrix):
    table = reasons(matrix, field.observed())
    assert (table["effect"] < 0).all()
    assert set(table["descriptor"]) == {
        i for i, v in matrix.inconsistency(field.observed()).items() if v
    }
    assert reasons(matrix, field.completed_target(matrix)).empty


def test_nearest_consistent_is_the_cheapest_change(field, matrix, every):
    observed = field.observed()
    consistent = [s for s in every if not any(matrix.inconsistency(s).values())]
    table = nearest_consistent(matrix, observed)
    assert table["distance"].iloc[0] == min(distance(observed, s) for s in consistent)
    kept = nearest_consistent(matrix, observed, keep=["jeunes"])
    assert set(kept["jeunes"]) == {observed["jeunes"]}


def test_completions_of_a_partial_choice(matrix):
    consistent = matrix.consistent_scenarios()
    assert completions(matrix, {}).equals(consistent)
    assert set(completions(matrix, {"jeunes": "1B"})["jeunes"]) == {"1B"}
    assert completions(matrix, {"jeunes": "1A", "exercice": "5C"}).empty
    with pytest.raises(ScenarioError, match="unknown descriptor « jeune »; nearest: jeunes"):
        completions(matrix, {"jeune": "1A"})


def test_cheapest_scores_repair_the_scenario(matrix, every):
    for scenario in every[::31]:
        changes = cheapest_scores(matrix, scenario)
        keys = {f"{c.source[0]}.{c.source[1]}->{c.target[0]}.{c.target[1]}": c.new for c in changes}
        repaired = matrix.with_scores(keys)
        assert not any(repaired.inconsistency(scenario).values())
        spent = sum(abs(c.new - c.old) for c in changes)
        assert spent >= sum(matrix.inconsistency(scenario).values())


def test_best_order_beats_every_order(field, matrix, every):
    start = field.observed()
    for target in every[5::97]:
        changed = gap(start, target).changed
        assert len(changed) == distance(start, target)
        worst = {}
        for order in itertools.permutations(changed):
            now, met = dict(start), []
            for issue in order[:-1]:
                now[issue] = target[issue]
                met.append(max(matrix.inconsistency(now).values()))
            worst[order] = (max(met, default=0), sum(met))
        best = best_order(matrix, start, target)
        assert (best.worst, sum(best.inconsistency[1:-1])) == min(worst.values())
        assert best.issues == min(
            (o for o, w in worst.items() if w == min(worst.values())),
            key=lambda o: [list(start).index(i) for i in o],
        )
        assert best.orders == list(worst.values()).count(min(worst.values()))
        counts = worst_orders(matrix, start, target)
        assert min(counts) == best.worst
        assert sum(counts.values()) == len(worst)
        opening = {order[0] for order, (peak, _) in worst.items() if peak == best.worst}
        assert set(best_first_steps(matrix, start, target)) == opening


def test_nothing_to_change(field, matrix):
    observed = field.observed()
    order = best_order(matrix, observed, observed)
    assert (order.issues, order.scenarios, order.worst) == ((), (observed,), 0)
    assert set(gap(observed, observed).cases.values()) == {"accelerate"}


def test_forcing_sets_are_smallest(field, matrix):
    start = field.observed()
    for code in ("AAAAAC", "ACBBBB", "CCBBCA"):
        target = field.scenario(code)
        found = forcing(matrix, start, target)
        reached = [
            held
            for size in range(7)
            for held in itertools.combinations(target, size)
            if matrix.trajectory(start, forced={i: target[i] for i in held}).end == (target,)
        ]
        assert found.to_reach == tuple(h for h in reached if len(h) == len(reached[0]))
        for held in found.from_anywhere:
            (only,) = matrix.attractors(forced={i: target[i] for i in held})
            assert only.states == (target,)


def test_words_are_french_sentences(field, matrix, every):
    for scenario in every[::60]:
        spoken = [
            words.verdict(field, matrix, scenario),
            *words.why(field, matrix, scenario),
            *words.repairs(field, matrix, scenario),
        ]
        consistent = not any(matrix.inconsistency(scenario).values())
        assert ("ne tient pas\u00a0:" in spoken[0]) != consistent
        for text in spoken:
            assert text.endswith((".", ")"))
            assert not re.search(r"'| [;:!?»]|« |None|\bnan\b", text), text


def test_plan_exports_agree(field, matrix):
    plan = action_plan(field, matrix, field.observed(), field.scenario("ACBAAB"))
    frame = plan.to_frame()
    read = pd.read_csv(io.StringIO(plan.to_csv()))
    assert len(read) == len(frame)
    assert read["Action"].tolist() == frame["action"].tolist()
    assert [i.step for i in plan.items] == [1, 2, 3, 4, 5, 0]
    assert plan.items[-1].case == "accelerate"
    markdown = plan.to_markdown()
    assert all(action in markdown for action in frame["action"])
    assert frame["horizon"].is_monotonic_increasing
    near = action_plan(
        field, matrix, field.observed(), field.scenario("ACBAAB"), actor="État", horizon=5
    ).to_frame()
    assert (
        near["action"].tolist()
        == frame.query("actor == 'État' and horizon == 5")["action"].tolist()
    )
    assert len(near)


def test_a_plan_gives_one_advice(field, matrix, every):
    """No second lever beside the order; each redirected issue has an action that leads there."""
    for scenario in every[::9]:
        plan = action_plan(field, matrix, field.observed(), scenario)
        assert "le reste suit" not in plan.to_markdown()
        for item in plan.items:
            assert "lead" in set(item.levers.query("horizon == 5")["role"]), item


def test_readings_keep_what_is_known(matrix, every):
    table = readings(matrix, {"jeunes": "1C"})
    holding = [s for s in every if not any(matrix.inconsistency(s).values())]
    assert len(table) == 3**5
    assert set(table["jeunes"]) == {"1C"}
    for row in table.to_dict("records")[::7]:
        assert row["changes"] == min(sum(s[i] != row[i] for i in s) for s in holding)
    with pytest.raises(ScenarioError, match="1Z"):
        readings(matrix, {"jeunes": "1Z"})


def test_plan_keeps_its_tables_whatever_the_texts(tables):
    levers = tables["cabinets_levers"].assign(action="<script>alert(1)</script> | x")
    field = MorphologicalField.from_tables(tables | {"cabinets_levers": levers})
    plan = action_plan(field, field.matrix(), field.observed(), field.scenario("AAAAAA"))
    assert "\\| x" in plan.to_markdown()


def test_every_figure_a_setting_or_a_lever_points_at_is_published(tables):
    published = set(pd.read_csv(DATA / "parameters.csv")["parameter_id"])
    for name in ("cabinets_settings", "cabinets_levers"):
        named = set(" ".join(tables[name]["figures"].dropna()).split())
        assert named <= published, named - published
