"""« Ce que nous avons annoncé »: the ledger itself, its tables, and what the chapter says of it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
import pytest
from conftest import DATA, ROOT, said_by

from handbook import facts, forecasting
from handbook.core import french
from handbook.forecasting import ForecastError, ledger

NOTEBOOK = ROOT / "notebooks" / "registre.ipynb"
ANNUAL = ("cds_pluripro_nb", "med_total", "mg_total", "pop_75p", "csbm_chaine")
EDITION = "2026-11"
END = "2027-12-31"
PLAIN = str.maketrans("\u00a0\u202f", "  ")
SAVED = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
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


@dataclass(frozen=True)
class Place:
    """One territory of forecasts that were reconciled, read as a forecast."""

    every: forecasting.Reconciled
    code: str
    series: pd.Series

    @property
    def mean(self) -> pd.Series:
        return self.every.mean[self.code]

    def interval(self, level: float) -> pd.DataFrame:
        return self.every.interval(level, self.code)

    def probability_above(self, value: float, at: object) -> float:
        return self.every.probability_above(value, at, self.code)


def test_a_reconciled_territory_is_recorded_as_it_was_adjusted() -> None:
    parts = {"A": NATION, "B": 2 * NATION + 1}
    whole = {"FR": parts["A"] + parts["B"]}
    alone = {code: forecasting.forecast(one, 2) for code, one in (parts | whole).items()}
    every = forecasting.reconcile(alone, {"FR": ["A", "B"]})
    made = {("s", code): Place(every, code, (parts | whole)[code]) for code in alone}
    table = ledger.recorded(made, edition="2024-01", made_on="2024-01-15").set_index("geography")
    for day, rows_of in table.groupby("date"):
        assert rows_of.loc["FR", "mean"] == pytest.approx(rows_of.loc[["A", "B"], "mean"].sum())
        assert rows_of.loc["A", "lower_80"] == every.interval(80, "A").loc[day, "lower"]


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


def test_each_conclusion_names_its_page_as_the_page_does() -> None:
    for row in rows("conclusions"):
        path = ROOT / "notebooks" / f"{row['chapter']}.ipynb"
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        assert french.typeset("".join(first).splitlines()[0]) == f"# {row['page']}"


STRUCTURES = ("msp_nb", "cds_pluripro_nb")
FLOORED = (*STRUCTURES, "mes_profils_actives")
CALLS = {
    "registre": ("msp_nb", "cds_pluripro_nb", "med_total", "mg_total", "csbm_chaine"),
    "collectifs-de-soins": STRUCTURES,
    "reseaux-paramedicaux": ("msp_nb",),
    "depenses-et-demographie": ("med_total",),
    "marche-e-sante": ("mes_profils_actives",),
    "synthese": STRUCTURES,
    "promesses-2032": STRUCTURES,
}
"""Which national series each chapter prints the forecast of: one call each, whoever prints it."""


def national(series: str, to: int | str = 2032) -> forecasting.Forecast:
    values = facts.series(series, modelling=True)
    step = "half-yearly" if series in ("msp_nb", "mes_profils_actives") else "annual"
    regular = forecasting.regularise(values, step).series
    return forecasting.forecast(
        regular, to=to, floor=values.iloc[-1] if series in FLOORED else None
    )


@pytest.fixture(scope="module")
def adjusted() -> forecasting.Reconciled:
    """Départements make régions, which make France."""
    alone = {"FR": national("msp_nb", END)}
    children: dict[str, list[str]] = {}
    for row in rows("geographies"):
        if row["parent"]:
            children.setdefault(row["parent"], []).append(row["code"])
    for level in ("region", "departement"):
        panel = facts.panel("msp_nb", level)
        for code in panel:
            regular = forecasting.regularise(panel[code].dropna(), "half-yearly").series
            alone[code] = forecasting.forecast(regular, to=END)
    return forecasting.reconcile(alone, children)


def test_every_published_forecast_can_be_made_again(adjusted: forecasting.Reconciled) -> None:
    made = {name: national(name) for names in CALLS.values() for name in names}
    table = [row for row in rows("forecasts") if row["edition"] == EDITION]
    assert table
    held: dict[str, set[str]] = {}
    for row in table:
        series, place, day = row["series_id"], row["geography"], row["date"]
        if place == "FR":
            held.setdefault(row["chapter"], set()).add(series)
            mean, again = made[series].at(day), made[series].interval
            chance = made[series].probability_above
        else:
            mean = float(adjusted.mean.loc[day, place])
            again = partial(adjusted.interval, node=place)
            chance = partial(adjusted.probability_above, node=place)
        bands = [float(again(n).loc[day, side]) for n in (80, 95) for side in ("lower", "upper")]
        told = [float(row[name]) for name in ledger.ANNOUNCED]
        assert told == pytest.approx([mean, *bands], rel=1e-6, abs=0.006), row
        if row["aim"]:
            assert float(row["chance"]) == pytest.approx(
                chance(float(row["aim"]), day), abs=6e-5
            ), row
    assert held == {chapter: set(names) for chapter, names in CALLS.items()}
    local = Counter(row["geography"] for row in table if row["chapter"] == "territoires")
    assert set(local) == {*facts.panel("msp_nb"), *facts.panel("msp_nb", "departement")}


def test_one_series_one_place_one_date_have_one_value() -> None:
    """No chapter announces otherwise than another: what would refute the register's own claim."""
    told: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for row in rows("forecasts"):
        key = row["edition"], row["series_id"], row["geography"], row["date"]
        told.setdefault(key, set()).add(
            tuple(row[name] for name in (*ledger.ANNOUNCED, "aim", "chance", "known_to", "past"))
        )
    assert {key for key, values in told.items() if len(values) > 1} == set()


def test_a_date_already_past_is_marked() -> None:
    for row in rows("forecasts"):
        assert row["past"] == ("true" if row["date"] <= row["made_on"] else "false"), row


def test_neither_assistants_nor_the_old_are_announced() -> None:
    """One is mostly interpolated; of the other the book uses the projection of Insee."""
    assert not {"assistants_medicaux", "pop_75p"} & {row["series_id"] for row in rows("forecasts")}


def outputs(chapter: str) -> list[dict[str, Any]]:
    page = (ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8")
    return [output for cell in json.loads(page)["cells"] for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def local() -> dict[tuple[str, str], dict[str, str]]:
    """What is announced of each territory for the end of 2026, by chapter and code."""
    return {
        (row["chapter"], row["geography"]): row
        for row in rows("forecasts")
        if row["geography"] != "FR" and row["date"] == "2026-12-31"
    }


def test_mon_territoire_carries_what_the_register_holds(
    local: dict[tuple[str, str], dict[str, str]],
) -> None:
    pages = ["".join(o.get("data", {}).get("text/html", "")) for o in outputs("territoires")]
    (view,) = [found[1] for page in pages if (found := SAVED.search(page))]
    places = {one["code"]: one["path"] for one in json.loads(view)["data"]["places"]}
    held = {code: row for (chapter, code), row in local.items() if chapter == "territoires"}
    assert set(held) == {code for code, path in places.items() if code != "FR" and path["points"]}
    for code, row in held.items():
        (point,) = [one[1:] for one in places[code]["points"] if one[0] == row["date"]]
        told = [float(row[name]) for name in ledger.ANNOUNCED]
        assert told == pytest.approx(point, rel=1e-5, abs=0.006), row
        assert places[code]["aim"]["value"] == float(row["aim"])


def test_the_picture_of_the_regions_carries_what_the_register_holds(
    local: dict[tuple[str, str], dict[str, str]],
) -> None:
    about = [o.get("metadata", {}).get("handbook", {}) for o in outputs("collectifs-de-soins")]
    tables = [one.get("csv", "") for one in about]
    (lines,) = [
        list(csv.DictReader(io.StringIO(table)))
        for table in tables
        if "prévu" in table.partition("\n")[0]
    ]
    names = {row["name"]: row["code"] for row in rows("geographies") if row["level"] == "region"}
    assert len(lines) == len(names)
    for line in lines:
        row = local["collectifs-de-soins", names[line["région"].rsplit(" (", 1)[0]]]
        told = [100 * float(row[name]) / float(row["aim"]) for name in ledger.ANNOUNCED[:3]]
        drawn = [float(line[name]) for name in ("prévu", "bas", "haut")]
        assert told == pytest.approx(drawn, rel=5e-3), row


@pytest.mark.parametrize(
    ("chapter", "series", "day", "words"),
    [
        (
            "collectifs-de-soins",
            "msp_nb",
            "2026-12-31",
            "{m} maisons de santé fin 2026 (de {l} à {u}, à 80 %)",
        ),
        (
            "reseaux-paramedicaux",
            "msp_nb",
            "2027-12-31",
            "{m} maisons de santé (de {l} à {u} à 80 %)",
        ),
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
    wide, narrow = (sum(bool(row[level]) for row in nation) for level in (95, 80))
    whole = len(nation)
    title = f"Prévisions rejouées : {narrow} relevés sur {whole} dans l’intervalle à 80 %"
    assert f"{title}, {wide} dans celui à 95 %" in said
    assert (
        f"ont contenu {narrow} relevés nationaux sur {whole}, soit {100 * narrow / whole:.0f} %"
        in said
    )
    assert f"ceux à 95 %, {wide} ({100 * wide / whole:.0f} %)" in said
    assert 0.5 < narrow / whole < 0.6, "« à peine plus d’un relevé sur deux »"
    assert 0.8 < wide / whole < 0.85, "« plus de quatre relevés sur cinq »"
    # exact binomial bounds: what makes the count just likely enough, on each side
    found = re.search(r"\(de (\d+) à (\d+) % si les cas étaient indépendants", said)
    assert found
    from scipy.stats import binom

    low, high = (int(text) / 100 for text in found.groups())
    assert binom.sf(narrow - 1, whole, low) == pytest.approx(0.025, abs=0.01)
    assert binom.cdf(narrow, whole, high) == pytest.approx(0.025, abs=0.01)


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
    assert 2 * len(missed) == len(doctors)
    narrow = sum(not row[80] for row in doctors)
    assert f"L’intervalle à 80 % en a manqué {narrow} sur {len(doctors)}." in said
    assert narrow / len(doctors) > 0.8, "« presque aucun de ceux des médecins »"
    care = [
        bool(row[80]) for row in replayed if row["place"] == "FR" and row["series"] in STRUCTURES
    ]
    assert sum(care) / len(care) > 0.9, "« presque tous ceux des structures de soins »"
    every = [row for row in replayed if row["series"] == "med_total"]
    assert all(row["over"] for row in every)
    assert len(every) == 6
    houses = [row for row in replayed if (row["series"], row["place"]) == ("msp_nb", "FR")]
    words = ["aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    held = [words[sum(bool(row[80]) for row in part)] for part in (houses, every)]
    title = f"À 80 %, maisons de santé : {held[0]} relevés sur {words[len(houses)]} tenus"
    assert f"{title} ; médecins : {held[1]} sur six" in said
    table = f"Médecins : rejoué, l’intervalle à 80 % n’a contenu {held[1]} des six relevés, tous"
    assert table in NOTEBOOK.read_text(encoding="utf-8").translate(PLAIN)


def test_maisons_de_sante_par_region(said: str, replayed: list[dict[str, object]]) -> None:
    regions = [row for row in replayed if row["place"] != "FR"]
    held, narrow = (sum(bool(row[level]) for row in regions) for level in (95, 80))
    share = 100 * narrow / len(regions)
    told = f"{narrow} relevés sur {len(regions)} dans l’intervalle à 80 % ({share:.0f} %), {held}"
    assert f"{told} dans celui à 95 %. La chance" in said
    stated = [float(str(row["chance"])) for row in regions if row["chance"] is not None]
    true = [bool(row["true"]) for row in regions if row["chance"] is not None]
    mean, came = (100 * sum(part) / len(part) for part in (stated, true))
    assert f"annoncée {len(stated)} fois, était de {mean:.0f} % en moyenne" in said
    assert f"le gain est venu {came:.0f} fois sur 100." in said


def test_l_edition_annonce_tant_de_valeurs(said: str) -> None:
    told = rows("conclusions")
    held = {
        (row["series_id"], row["geography"], row["date"]): row
        for row in rows("forecasts")
        if row["edition"] == EDITION
    }
    local = sum(place != "FR" for _, place, _ in held)
    assert f"annonce {len(held)} valeurs (dont {local} par région ou département)" in said
    latest: dict[tuple[str, str], str] = {}
    for row in facts.observations().query("preferred").itertuples():
        key = row.series_id, row.geography
        latest[key] = max(latest.get(key, ""), row.date.date().isoformat())
    due = [key for key in held if latest[key[:2]] >= key[2]]
    assert ("aucune n’est encore jugée" in said) == (not due)
    past = sum(row["date"] <= row["made_on"] for row in held.values())
    assert f"et {past} portent sur une date déjà passée, sans relevé retenu" in said
    rules = [row for row in told if row["series_id"]]
    assert all(latest[row["series_id"], row["geography"]] < row["date"] for row in rules)
    words = ["zéro", "un", "deux", "trois", "quatre", "cinq"]
    judged = (
        f"De ses {len(told)} conclusions, {words[len(rules)]} se jugeront sur un relevé, à venir"
    )
    assert f"{judged} ; les {len(told) - len(rules)} autres se jugent sur pièces" in said
