"""The rule of verdicts: constructed cases, then what holds of any figure and of the register."""

from __future__ import annotations

import csv
import dataclasses
import math
import random

import pandas as pd
import pytest
import yaml
from conftest import DATA

from handbook import facts
from handbook.facts import briefs, verdicts
from handbook.facts.verdicts import Event, Reading, Statement, allowed, judge

DAY = pd.Timestamp("2022-12-31")
TODAY = pd.Timestamp("2026-06-30")


def figure(value: float, qualifier: str = "sans mention", **more: object) -> Statement:
    words = {"kind": "chiffre", "relation": "directe", "unit": "MSP", "start": DAY, "end": DAY}
    return Statement(**{"value": value, "qualifier": qualifier, **words, **more})


def reading(value: float, date: str = "2022-12-31", status: str = "reported") -> Reading:
    return Reading(pd.Timestamp(date), value, "MSP", status, "ailleurs")


def verdict(statement: Statement, *readings: Reading, **more: object) -> str:
    return judge(statement, readings, as_of=TODAY, **more).name


# What a figure can mean ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "qualifier", "low", "high"),
    [
        (2031, "sans mention", 2030.5, 2031.5),
        (2100, "sans mention", 2050, 2150),
        (300, "sans mention", 295, 305),  # two digits always count
        (40, "sans mention", 39.5, 40.5),
        (6, "sans mention", 5.5, 6.5),
        (2.7, "sans mention", 2.65, 2.75),
        (0.5, "sans mention", 0.45, 0.55),
        (781, "environ", 741.95, 820.05),
        (800, "près de", 720, 805),
        (55, "plus de", 55, math.inf),
        (3, "au moins", 3, math.inf),
        (12, "moins de", -math.inf, 12),
        (12, "jusqu’à", -math.inf, 12),
    ],
)
def test_a_figure_allows_what_its_words_and_its_digits_allow(
    value: float, qualifier: str, low: float, high: float
) -> None:
    assert allowed(figure(value, qualifier)) == pytest.approx((low, high))


def test_between_is_rounded_at_both_ends() -> None:
    between = figure(math.nan, "entre", low=28_000, high=38_000)
    assert allowed(between) == (27_500, 38_500)


def test_an_unknown_reservation_and_an_absent_figure_are_refused() -> None:
    for wrong in (figure(3, "exact"), figure(math.nan)):
        with pytest.raises(facts.FactsError, match="is expected"):
            allowed(wrong)


# Figures -------------------------------------------------------------------------------------


def test_within_the_rounding_it_is_confirmed_and_beyond_contradicted_by_so_much() -> None:
    assert verdict(figure(2100), reading(2149)) == "confirmé"
    found = judge(figure(2100), [reading(2251)], as_of=TODAY)
    assert found.name == "contredit"
    assert found.gap == pytest.approx(100 * (2100 / 2251 - 1))


def test_a_bound_is_kept_however_low_and_broken_by_one() -> None:
    assert verdict(figure(2100, "plus de"), reading(9000)) == "borne tenue"
    assert verdict(figure(2100, "plus de"), reading(2099)) == "contredit"
    assert verdict(figure(2100, "moins de"), reading(2099)) == "borne tenue"


def test_nearly_is_not_yet_there() -> None:
    assert verdict(figure(800, "près de"), reading(781)) == "confirmé"
    assert verdict(figure(800, "près de"), reading(712)) == "contredit"
    assert verdict(figure(800, "près de"), reading(830)) == "contredit"


def test_the_status_of_a_reading_says_what_it_can_contradict() -> None:
    assert verdict(figure(2500), reading(2000)) == "contredit"
    assert verdict(figure(2500), reading(2000, status="lower_bound")) == "confirmé"
    assert verdict(figure(1500), reading(2000, status="lower_bound")) == "contredit"
    assert verdict(figure(1500), reading(2000, status="upper_bound")) == "confirmé"
    assert verdict(figure(2031), reading(2000, status="rounded")) == "confirmé"


def test_the_nearest_reading_counts_and_none_further_than_a_year() -> None:
    near, far = reading(2100, "2022-11-30"), reading(900, "2022-06-30")
    assert judge(figure(2100), [far, near], as_of=TODAY).reading == near
    late = judge(figure(2100), [reading(2100, "2024-01-15")], as_of=TODAY)
    assert (late.name, late.reason) == ("non vérifiable", "sans relevé")


def test_two_readings_as_far_on_each_side_must_agree() -> None:
    around = [reading(2000, "2021-12-31"), reading(2300, "2023-12-31")]
    for value in (2000, 2150, 2300):  # one of the two says otherwise
        found = judge(figure(value), around, as_of=TODAY)
        assert (found.name, found.reason) == ("non vérifiable", "discordants")
    assert verdict(figure(2500), *around) == "contredit"
    assert verdict(figure(1500), *around) == "contredit"
    assert verdict(figure(2000, "plus de"), *around) == "borne tenue"
    agreed = [reading(2120, "2021-12-31"), reading(2080, "2023-12-31")]
    assert verdict(figure(2100), *agreed) == "confirmé"


def test_a_figure_that_held_and_is_left_since_is_right_at_its_date_only() -> None:
    found = judge(figure(2100), [reading(2120), reading(2981, "2025-06-30")], as_of=TODAY)
    assert (found.name, found.latest) == ("juste à sa date", reading(2981, "2025-06-30"))
    assert verdict(figure(2100), reading(2120), reading(2110, "2025-06-30")) == "confirmé"
    bound = verdict(figure(2100, "plus de"), reading(2120), reading(2981, "2025-06-30"))
    assert bound == "borne tenue"


def test_two_units_are_refused() -> None:
    with pytest.raises(facts.FactsError, match="held against"):
        verdict(figure(2100, unit="contrats"), reading(2100))


# Everything else -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "illisible"}, "illisible"),
        ({"about": "récit"}, "récit"),
        ({"about": "document"}, "document"),
        ({"relation": ""}, "sans série"),
        ({"relation": "contexte"}, "sans série"),
        ({"relation": "contexte", "value": math.nan, "kind": "appréciation"}, "jugement"),
        ({"relation": "", "value": math.nan, "kind": "jalon"}, "sans série"),
        ({"end": None, "start": None}, "sans date"),
        ({"end": pd.Timestamp("2032-12-31")}, "avenir"),
        ({"end": pd.Timestamp("2032-12-31"), "relation": ""}, "avenir"),
    ],
)
def test_what_cannot_be_checked_says_why(changed: dict[str, object], reason: str) -> None:
    said = dataclasses.replace(figure(2100), **changed)
    found = judge(said, [reading(2100)], as_of=TODAY)
    assert (found.name, found.reason) == ("non vérifiable", reason)


def test_another_notion_is_never_judged_however_near() -> None:
    other = figure(2100, relation="autre définition")
    for value in (2100, 9000):
        found = judge(other, [reading(value)], as_of=TODAY)
        assert (found.name, found.reading) == ("autre définition", reading(value))


def test_the_very_count_that_is_repeated_confirms_nothing() -> None:
    repeated = figure(2100, relation="même compte")
    for value in (2100, 9000):
        found = judge(repeated, [reading(value)], as_of=TODAY)
        assert (found.name, found.reason) == ("non vérifiable", "repris")
        assert found.reading == reading(value), "what it repeats is still shown"


@pytest.mark.parametrize(
    ("due", "event", "expected"),
    [
        ("2022-12-31", Event("advenu", pd.Timestamp("2021-09-16")), "confirmé"),
        ("2022-12-31", Event("advenu", pd.Timestamp("2023-09-16")), "échéance passée"),
        ("2022-12-31", Event("en partie", pd.Timestamp("2021-09-16")), "échéance passée"),
        ("2022-12-31", Event("non documenté"), "échéance passée"),
        ("2032-12-31", Event("en partie", pd.Timestamp("2023-01-01")), "non vérifiable"),
        ("2022-12-31", None, "échéance passée"),
        ("2032-12-31", None, "non vérifiable"),
    ],
)
def test_an_announced_event(due: str, event: Event | None, expected: str) -> None:
    promise = Statement("promesse", start=pd.Timestamp(due), end=pd.Timestamp(due))
    assert verdict(promise, event=event) == expected


def test_a_direction_is_held_against_its_period() -> None:
    start = pd.Timestamp("2022-01-01")
    up = figure(math.nan, "", direction="hausse", start=start)
    before, after = reading(2018, "2021-12-31"), reading(2251)
    assert verdict(up, before, after) == "confirmé"
    assert verdict(dataclasses.replace(up, direction="baisse"), before, after) == "contredit"
    assert verdict(up, after) == "non vérifiable"
    assert judge(up, [before, after], as_of=TODAY, cumulative=True).reason == "cumul"
    month = dataclasses.replace(up, start=pd.Timestamp("2022-12-01"))
    assert verdict(month, before, after) == "confirmé", "less than a year says no direction"
    longer = dataclasses.replace(up, end=None)
    assert verdict(longer, before, after, reading(1900, "2025-06-30")) == "contredit"


# Properties ----------------------------------------------------------------------------------


def drawn() -> list[tuple[Statement, float]]:
    draw = random.Random(448)  # noqa: S311 - repeatable, not secret
    words = [word for word in verdicts.TOLERANCES if word != "entre"]
    return [
        (
            figure(round(draw.uniform(1, 5000), draw.choice([0, 0, 1, 2])), draw.choice(words)),
            draw.uniform(1, 5000),
        )
        for _ in range(400)
    ]


def test_the_figure_itself_is_never_contradicted_by_itself() -> None:
    for statement, _ in drawn():
        assert verdict(statement, reading(statement.value)) in {"confirmé", "borne tenue"}


def test_no_reservation_allows_less_than_the_figure_without_it_on_its_side() -> None:
    for statement, _ in drawn():
        low, high = allowed(statement)
        assert low <= statement.value <= high
        if statement.qualifier == "environ":
            plain = allowed(dataclasses.replace(statement, qualifier="sans mention"))
            if statement.value >= 10:  # under ten, the last digit is worth more than 5 %
                assert low <= plain[0] + 1e-9
                assert plain[1] - 1e-9 <= high


def test_a_verdict_depends_neither_on_the_order_of_readings_nor_on_the_unit_of_count() -> None:
    draw = random.Random(449)  # noqa: S311 - repeatable, not secret
    for statement, value in drawn():
        readings = [reading(value), reading(value * 1.4, "2023-06-30"), reading(3, "2022-01-31")]
        shuffled = draw.sample(readings, 3)
        assert judge(statement, readings, as_of=TODAY) == judge(statement, shuffled, as_of=TODAY)


def test_a_bound_and_its_contrary_agree_at_the_figure_only() -> None:
    for statement, value in drawn():
        over = verdict(dataclasses.replace(statement, qualifier="plus de"), reading(value))
        under = verdict(dataclasses.replace(statement, qualifier="moins de"), reading(value))
        assert {over, under} == {"borne tenue", "contredit"}


# The register --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return briefs.register().set_index("claim_id")


def rows(name: str = "claims") -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_statement_has_a_verdict_and_a_reason_when_it_has_none(register) -> None:
    assert list(register.index) == [row["claim_id"] for row in rows()]
    assert set(register["verdict"]) <= set(verdicts.VERDICTS)
    unknown = register["verdict"] == "non vérifiable"
    assert set(register.loc[unknown, "reason"]) <= set(verdicts.REASONS)
    assert (register.loc[~unknown, "reason"] == "").all()


def test_the_columns_of_a_reference_stand_together() -> None:
    for row in rows():
        held = bool(row["series_id"] or row["indicator_id"] or row["parameter_id"])
        assert held == bool(row["relation"]), row["claim_id"]
        assert bool(row["indicator_id"]) == bool(row["entity"]), row["claim_id"]
        other = row["relation"] == "autre définition"
        assert other == bool(row["definition"]), row["claim_id"]
        if row["direction"]:
            assert row["relation"] in {"directe", "autre définition"}, row["claim_id"]


def test_the_schema_and_the_rule_know_the_same_words() -> None:
    described = yaml.safe_load((DATA / "datapackage.yaml").read_text(encoding="utf-8"))
    (claims,) = [each for each in described["resources"] if each["name"] == "claims"]
    fields = {field["name"]: field for field in claims["schema"]["fields"]}
    assert set(fields["qualifier"]["constraints"]["enum"]) == set(verdicts.TOLERANCES)
    assert list(fields) == list(rows()[0])


def test_no_document_confirms_itself(register) -> None:
    judged = register.dropna(subset=["observed"])
    assert (judged["observed_source"] != judged["source_id"]).all()
    population = register.loc["echos-couverture-population"]
    assert (population["verdict"], population["reason"]) == ("non vérifiable", "sans relevé")
    market = register.loc["pipame-marche-2014"]
    assert market["verdict"] == "non vérifiable", "the study repeats the only issuer"


def test_what_is_not_sure_contradicts_nothing(register) -> None:
    sure = {
        (row["series_id"], row["date"], row["source_id"])
        for row in rows("observations")
        if row["confidence"] != "low" and row["preferred"] == "true"
        if row["status"] not in {"announced", "carried", "erroneous", "illegible"}
    }
    held = register.dropna(subset=["observed", "series_id"])
    found = {
        (row.series_id, str(row.observed_date.date()), row.observed_source)
        for row in held.itertuples()
    }
    assert found
    assert found <= sure


def test_some_verdicts_worked_out_by_hand(register) -> None:
    expected = {
        "echos-msp-2022": "borne tenue",  # 2 251 at the end of 2022
        "echos-msp-aci-2022": "contredit",  # 1 597 seven months before
        "innovation-hera-2022": "confirmé",
        "innovation-depenses-200": "autre définition",
        "pipame-medecins-norvege": "contredit",  # 3,7 against 4,19
        "scale2sell-msp-aci-2023": "non vérifiable",  # the very count of the Cnam
        "scale2sell-cpts-2023": "autre définition",  # drafts of communities were in it
        "pipame-medecins-canada": "non vérifiable",  # 2,04 in 2010, 2,40 in 2012
        "pipame-depenses-sante-pib": "non vérifiable",  # no year to start from
        "scale2sell-cpts-aci-2023": "contredit",  # 530 a month later
        "cpnefp-majorite-salaries-1c": "non vérifiable",
        "innovation-vote-pour": "non vérifiable",
    }
    assert register.loc[list(expected), "verdict"].to_dict() == expected


def test_the_day_of_judgement_can_be_chosen() -> None:
    early = briefs.register("cpnefp-2025", as_of="2025-10-15").set_index("claim_id")
    late = briefs.register("cpnefp-2025", as_of="2026-10-15").set_index("claim_id")
    assert early.loc["cpnefp-fin-travaux", ["verdict", "reason"]].tolist() == [
        "non vérifiable",
        "avenir",
    ]
    assert late.loc["cpnefp-fin-travaux", "verdict"] == "échéance passée"


def test_nothing_read_after_the_day_of_judgement_counts() -> None:
    day = pd.Timestamp("2023-06-30")
    known = briefs.register(as_of=day)
    assert (known["observed_date"].dropna() <= day).all()
    assert (known["latest_date"].dropna() <= day).all()
    assert (known["verdict"] != "non vérifiable").sum() > 10
