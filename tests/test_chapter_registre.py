"""« Ce que nous avons annoncé »: the ledger itself, its tables, and what the chapter says of it."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, timedelta

import pandas as pd
import pytest
from conftest import DATA, ROOT, said_by

from handbook import facts, forecasting
from handbook.forecasting import ForecastError, ledger

NOTEBOOK = ROOT / "notebooks" / "registre.ipynb"
ANNUAL = ("cds_pluripro_nb", "med_total", "mg_total", "pop_75p", "csbm_chaine")
EDITION = "2026-11"
NATION = pd.Series(
    [10.0, 12, 15, 17, 20, 22, 25, 28], pd.date_range("2016-12-31", periods=8, freq="YE")
)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said() -> str:
    return said_by(NOTEBOOK)


# The ledger ---------------------------------------------------------------------------------------


def announced(aim: float = 30) -> pd.DataFrame:
    aims = pd.DataFrame(
        {"series_id": ["s"], "geography": ["FR"], "date": ["2024-12-31"], "value": [aim]}
    )
    made = {("s", "FR"): forecasting.forecast(NATION, 3)}
    return ledger.recorded(made, edition="2024-01", made_on="2024-01-15", aims=aims)


def figures(*told: tuple[str, float], series: str = "s") -> pd.DataFrame:
    frame = pd.DataFrame(told, columns=["date", "value"]).assign(series_id=series, geography="FR")
    return frame.assign(date=pd.to_datetime(frame["date"]))


def test_a_recorded_row_is_the_forecast_itself() -> None:
    table, made = announced(), forecasting.forecast(NATION, 3)
    assert list(table["mean"]) == list(made.mean)
    assert table.loc[0, "chance"] == made.probability_above(30, "2024")
    assert table["chance"].isna().tolist() == [False, True, True]
    assert list(table.loc[1, ["lower_80", "upper_80"]]) == list(made.range_at("2025", 80))
    assert set(table["known_to"]) == {pd.Timestamp("2023-12-31")}
    assert set(table["origin"]) == {"published"}


def test_a_forecast_cannot_be_dated_before_what_it_knew() -> None:
    made = {("s", "FR"): forecasting.forecast(NATION, 1)}
    with pytest.raises(ForecastError, match="2023-12-31 was not known on 2023-06-30"):
        ledger.recorded(made, edition="2023-06", made_on="2023-06-30")
    with pytest.raises(ForecastError, match="no forecast"):
        ledger.recorded({}, edition="2023-06", made_on="2023-06-30")


def test_nothing_to_score_yet_is_said() -> None:
    table = ledger.scored(announced(), figures(("2023-12-31", 28)))
    assert set(table["state"]) == {"to come"}
    assert set(table["last_figure"]) == {pd.Timestamp("2023-12-31")}
    assert table[["observed", "error", "inside_80", "score_95", "brier"]].isna().all(axis=None)
    unknown = ledger.scored(announced(), figures(("2025-01-01", 3), series="other"))
    assert set(unknown["state"]) == {"to come"}
    assert unknown["last_figure"].isna().all()


def test_a_newer_figure_scores_the_rows_of_its_date_alone() -> None:
    table = announced(aim=30)
    mean, low, high = table.loc[0, ["mean", "lower_80", "upper_80"]]
    came = high + 1.0
    first, second, third = ledger.scored(table, figures(("2025-01-10", came))).to_dict("records")
    assert first["state"] == "scored"
    assert first["error"] == pytest.approx(came - mean)
    assert first["inside_80"] is False
    assert first["score_80"] == pytest.approx(high - low + 2 / 0.2 * 1.0)
    assert first["came_true"] == (came >= 30)
    assert first["brier"] == pytest.approx((first["chance"] - (came >= 30)) ** 2)
    assert {second["state"], third["state"]} == {"to come"}
    late = ledger.scored(table, figures(("2025-02-10", came)))
    assert late.loc[0, "state"] == "no figure", "a later figure passed it over"
    assert (
        ledger.scored(table, figures(("2025-02-10", came)), within=60).loc[0, "state"] == "scored"
    )


def test_a_bound_reached_is_inside_and_a_chance_of_an_exact_aim_comes_true() -> None:
    table = announced(aim=30)
    high = table.loc[0, "upper_95"]
    assert ledger.scored(table, figures(("2024-12-31", high))).loc[0, "inside_95"]
    assert ledger.scored(table, figures(("2024-12-31", 30))).loc[0, "came_true"]
    assert not ledger.scored(table, figures(("2024-12-31", 29.9))).loc[0, "came_true"]


def test_a_figure_known_then_judges_nothing() -> None:
    close = announced().assign(date=pd.Timestamp("2024-01-05"))
    assert set(ledger.scored(close, figures(("2023-12-31", 28)))["state"]) == {"to come"}


def test_two_figures_of_one_date_and_missing_columns_are_refused() -> None:
    with pytest.raises(ForecastError, match="two figures of 2024-12-31"):
        ledger.scored(announced(), figures(("2024-12-31", 1), ("2024-12-31", 2)))
    with pytest.raises(ForecastError, match="no column known_to"):
        ledger.scored(announced().drop(columns="known_to"), figures(("2024-12-31", 1)))


@pytest.mark.parametrize(
    ("value", "state"), [(30.0, "stands"), (30.5, "refuted"), (29.0, "stands")]
)
def test_a_conclusion_is_refuted_past_its_threshold_only(value: float, state: str) -> None:
    rule = pd.DataFrame(
        {
            "made_on": pd.Timestamp("2024-01-15"),
            "series_id": ["s", "s", None],
            "geography": ["FR", "FR", None],
            "date": [pd.Timestamp("2024-12-31"), pd.Timestamp("2026-12-31"), None],
            "refuted_if": ["above", "below", None],
            "threshold": [30.0, 5.0, None],
        }
    )
    told = ledger.confronted(rule, figures(("2024-12-31", value)))
    assert told["state"].tolist() == [state, "to come", "in words"]
    mirrored = rule.assign(refuted_if="below", threshold=2 * 30.0 - rule["threshold"])
    told = ledger.confronted(mirrored, figures(("2024-12-31", 60 - value)))
    assert told.loc[0, "state"] == state


# The tables ---------------------------------------------------------------------------------------


def test_every_conclusion_is_published_as_the_register_holds_it() -> None:
    """Where this fails, the chapter says something else than the register: add or correct a row."""
    told: dict[str, list[str]] = {}
    for path in ROOT.glob("notebooks/*.ipynb"):
        outputs = [
            out
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
            for out in cell.get("outputs", [])
            if "handbook" in out.get("metadata", {})
        ]
        about = [out["metadata"]["handbook"] for out in outputs]
        kept = [
            "".join(out["data"]["text/plain"]).splitlines()[1:]
            for out, one in zip(outputs, about, strict=True)
            if one["kind"] == "statements" and one["title"] == "À retenir"
        ]
        if kept:
            first = next(one["title"] for one in about if one["kind"] == "picture")
            lines = [re.sub(r"^\[.+?\] ", "", line) for line in kept[0]]
            told[path.stem] = [first, *[line.replace("**", "") for line in lines]]
    held: dict[str, list[str]] = {}
    for row in rows("conclusions"):
        if row["edition"] == EDITION:
            held.setdefault(row["chapter"], []).append(row["text"])
    assert {name: sorted(texts) for name, texts in held.items()} == {
        name: sorted(texts) for name, texts in told.items()
    }


def test_a_rule_is_whole_or_absent_and_follows_its_conclusion() -> None:
    for row in rows("conclusions"):
        rule = [row[name] for name in ("series_id", "geography", "date", "refuted_if", "threshold")]
        assert all(rule) or not any(rule), row["conclusion_id"]
        assert not row["date"] or row["date"] > row["made_on"]
        assert (row["place"] == "titre") == (row["mark"] == "")


def made_by_the_chapters() -> dict[tuple[str, str, str, str], forecasting.Forecast]:
    """Every call that a chapter publishes, written again from what its cells say."""

    def nation(series: str, to: object, *, floor: bool = False, since: str | None = None) -> object:
        values = facts.series(series, modelling=True)[since:]
        step = "annual" if series in ANNUAL else "half-yearly"
        regular = forecasting.regularise(values, step).series
        return forecasting.forecast(regular, to=to, floor=values.iloc[-1] if floor else None)

    year = {"registre": "2027-12-31"}
    made = {
        ("registre", series): nation(series, year["registre"], floor=series.endswith("_nb"))
        for series in ("msp_nb", *ANNUAL)
    }
    made |= {
        ("collectifs-de-soins", "msp_nb"): nation("msp_nb", 2027, floor=True),
        ("collectifs-de-soins", "cds_pluripro_nb"): nation("cds_pluripro_nb", 2026, floor=True),
        ("reseaux-paramedicaux", "msp_nb"): nation("msp_nb", 2030),
        ("depenses-et-demographie", "med_total"): nation("med_total", 2032),
        ("marche-e-sante", "mes_profils_actives"): nation("mes_profils_actives", 2028, floor=True),
        ("marche-e-sante", "assistants_medicaux"): nation("assistants_medicaux", 2028, floor=True),
        ("synthese", "msp_nb"): nation("msp_nb", 2032, floor=True),
        ("promesses-2032", "msp_nb"): nation("msp_nb", 2032, since="2017-06-30"),
        ("promesses-2032", "cds_pluripro_nb"): nation("cds_pluripro_nb", 2032),
        ("promesses-2032", "assistants_medicaux"): nation(
            "assistants_medicaux", 2032, floor=True, since="2022-12-31"
        ),
    }
    found = {(chapter, series, "FR"): one for (chapter, series), one in made.items()}
    for level in ("region", "departement"):
        panel = facts.panel("msp_nb", level)
        for code in panel:
            regular = forecasting.regularise(panel[code].dropna(), "half-yearly").series
            one = forecasting.forecast(regular, to="2026-12-31")
            found["collectifs-de-soins", "msp_nb", code] = one
            if level == "region":
                found["registre", "msp_nb", code] = one
    return found


def test_every_published_forecast_can_be_made_again() -> None:
    made = made_by_the_chapters()
    table = [row for row in rows("forecasts") if row["edition"] == EDITION]
    assert {(row["chapter"], row["series_id"], row["geography"]) for row in table} == set(made)
    for row in table:
        one = made[row["chapter"], row["series_id"], row["geography"]]
        held = [float(row[name]) for name in ledger.ANNOUNCED]
        again = one.to_frame().loc[row["date"], ledger.ANNOUNCED]
        assert held == pytest.approx(list(again), rel=1e-6, abs=0.006), row
        if row["aim"]:
            chance = one.probability_above(float(row["aim"]), row["date"])
            assert float(row["chance"]) == pytest.approx(chance, abs=6e-5), row


@pytest.mark.parametrize(
    ("chapter", "series", "day", "words"),
    [
        ("collectifs-de-soins", "msp_nb", "2026-12-31", "{m} fin 2026 (de {l} à {u}, à 80 %)"),
        ("reseaux-paramedicaux", "msp_nb", "2027-12-31", "{m}, de {l} à {u} à 80 %"),
        ("synthese", "msp_nb", "2032-12-31", "(de {l} à {u}, à 80 %)"),
    ],
)
def test_a_chapter_says_what_the_register_holds(
    chapter: str, series: str, day: str, words: str
) -> None:
    (row,) = [
        row
        for row in rows("forecasts")
        if (row["chapter"], row["series_id"], row["date"], row["geography"])
        == (chapter, series, day, "FR")
    ]
    tens = [f"{round(float(row[name]), -1):,.0f}" for name in ("mean", "lower_80", "upper_80")]
    mean, low, high = (text.replace(",", " ") for text in tens)
    text = said_by(ROOT / "notebooks" / f"{chapter}.ipynb")
    assert words.format(m=mean, l=low, u=high) in text


# What the chapter says ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replayed() -> list[dict[str, object]]:
    """The replay made again from the CSV, without the ledger nor the facts."""
    known: dict[tuple[str, str], dict[date, float]] = {}
    for row in rows("observations"):
        if row["preferred"] == "true" and row["series_id"] in ("msp_nb", *ANNUAL):
            key = row["series_id"], row["geography"]
            known.setdefault(key, {})[date.fromisoformat(row["date"])] = float(row["value"])
    kept = {key for key in known if key[1] == "FR" or key[1].startswith("REG")}
    kept -= {key for key in kept if key[1] != "FR" and key[0] != "msp_nb"}
    starts = {row["series_id"]: row["modelling_from"] for row in rows("series")}
    found: list[dict[str, object]] = []
    for (name, place), cut in [(key, cut) for key in sorted(kept) for cut in (2022, 2023, 2024)]:
        start = starts[name] if place == "FR" else ""
        values = {day: v for day, v in known[name, place].items() if day.isoformat() >= start}
        # 1 January closes the year before
        years = {day - timedelta(days=day.day == 1): v for day, v in sorted(values.items())}
        past = pd.Series({pd.Timestamp(d): v for d, v in years.items() if d.year <= cut})
        past.attrs = dict(facts.series(name, place).attrs)
        steps = 3 if name in ANNUAL else 6
        floor = past.iloc[-1] if place == "FR" and name.endswith("_nb") else None
        regular = forecasting.regularise(past, "annual" if name in ANNUAL else "half-yearly").series
        made = forecasting.forecast(regular, steps, floor=floor)
        limits = {level: made.interval(level) for level in (80, 95)}
        for day in made.mean.index:
            came = years.get(day.date())
            if came is None:
                continue
            inside = {
                level: bool(band.loc[day, "lower"] <= came <= band.loc[day, "upper"])
                for level, band in limits.items()
            }
            asked = (day.year, day.month) == (cut + 1, 12)
            chance = made.probability_above(1.1 * past.iloc[-1], day) if asked else None
            true = came >= 1.1 * past.iloc[-1]
            over = came > made.at(day)
            about = {"series": name, "place": place, "chance": chance, "true": true, "over": over}
            found.append({**about, **inside})
    return found


def test_releves_dans_l_intervalle(said: str, replayed: list[dict[str, object]]) -> None:
    nation = [row for row in replayed if row["place"] == "FR"]
    held = sum(bool(row[95]) for row in nation)
    narrow = sum(bool(row[80]) for row in nation)
    assert f"Prévisions rejouées : {held} relevés sur {len(nation)} dans l’intervalle" in said
    assert f"{held} relevés nationaux sur {len(nation)} dans son intervalle à 95 %" in said
    assert f"et {narrow} dans celui à 80 %" in said
    # exact binomial bounds: what makes the count just likely enough, on each side
    found = re.search(r"\(de (\d+) à (\d+) % si les cas étaient indépendants", said)
    assert found
    from scipy.stats import binom

    low, high = (int(text) / 100 for text in found.groups())
    assert binom.sf(held - 1, len(nation), low) == pytest.approx(0.025, abs=0.01)
    assert binom.cdf(held, len(nation), high) == pytest.approx(0.025, abs=0.01)


def test_les_manques_sont_tous_des_effectifs_de_medecins(
    said: str, replayed: list[dict[str, object]]
) -> None:
    missed = [row for row in replayed if row["place"] == "FR" and not row[95]]
    assert {row["series"] for row in missed} == {"med_total", "mg_total"}
    assert all(row["over"] for row in missed), "« tous au-dessus »"
    assert Counter(row["series"] for row in missed) == {"med_total": 3, "mg_total": 3}
    assert "Les six relevés manqués à 95 % sont tous des effectifs de médecins" in said
    assert "médecins (trois) et médecins généralistes (trois)" in said
    doctors = [row for row in replayed if row["series"] in ("med_total", "mg_total")]
    assert 2 * len(missed) == len(doctors), "« une fois sur deux pour les médecins »"
    every = [row for row in replayed if row["series"] == "med_total"]
    assert all(row["over"] for row in every)
    assert len(every) == 6
    assert "Médecins : six relevés sur six au-dessus" in NOTEBOOK.read_text(
        encoding="utf-8"
    ).replace("\u00a0", " ")


def test_maisons_de_sante_par_region(said: str, replayed: list[dict[str, object]]) -> None:
    regions = [row for row in replayed if row["place"] != "FR"]
    held, narrow = (sum(bool(row[level]) for row in regions) for level in (95, 80))
    assert f"{held} relevés sur {len(regions)} dans l’intervalle à 95 %" in said
    assert f"{narrow} dans celui à 80 %. La chance" in said
    stated = [float(str(row["chance"])) for row in regions if row["chance"] is not None]
    true = [bool(row["true"]) for row in regions if row["chance"] is not None]
    mean, came = (100 * sum(part) / len(part) for part in (stated, true))
    assert f"dite {len(stated)} fois, était de {mean:.0f} % en moyenne" in said
    assert f"advenu {came:.0f} % des fois" in said


def test_l_edition_annonce_tant_de_valeurs(said: str) -> None:
    held, told = rows("forecasts"), rows("conclusions")
    local = sum(row["geography"] != "FR" for row in held)
    assert f"annonce {len(held)} valeurs (dont {local} par région ou département)" in said
    assert f"et {len(told)} conclusions" in said
    latest: dict[tuple[str, str], str] = {}
    for row in facts.observations().query("preferred").itertuples():
        key = row.series_id, row.geography
        latest[key] = max(latest.get(key, ""), row.date.date().isoformat())
    due = [row for row in held if latest[row["series_id"], row["geography"]] >= row["date"]]
    assert ("Des valeurs, aucune n’est encore jugée" in said) == (not due)
    rules = [row for row in told if row["series_id"]]
    assert all(latest[row["series_id"], row["geography"]] < row["date"] for row in rules)
    assert "des conclusions, aucune n’est réfutée par un relevé" in said
