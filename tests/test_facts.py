"""The door to the data: values, their sources, and errors that say where and what."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook import facts
from handbook.facts import schema


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the data that a test may break, with no digest to tell."""
    copied = Path(shutil.copytree(facts.DATA, tmp_path / "data"))
    description = copied / "datapackage.yaml"
    lines = description.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("    bytes: ", "    hash: "))]
    description.write_text("".join(kept), encoding="utf-8")
    return copied


def edit(folder: Path, table: str, before: str, after: str) -> int:
    """Replace a text that stands once in a table; return the number of its line."""
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


NATION = "msp_nb,FR,2023-12-31,décembre 2023,month,2501,structures"


def test_a_series_is_dated_named_and_sourced() -> None:
    msp = facts.series("msp_nb")
    assert isinstance(msp.index, pd.DatetimeIndex)
    assert msp.index.is_monotonic_increasing
    assert msp.index.is_unique
    assert msp.name == "msp_nb"
    assert msp["2023-12-31"] == 2501
    assert msp.attrs["label"] == "Maisons de santé pluriprofessionnelles ouvertes"
    assert msp.attrs["unit"] == "structures"
    assert msp.attrs["geography"] == "FR"
    assert "barometre-2026" in msp.attrs["source_ids"]


def test_a_model_gets_only_what_may_feed_it() -> None:
    msp = facts.series("msp_nb", modelling=True)
    assert msp.index[0] == pd.Timestamp("2017-06-30")
    assert (msp.index.month.isin([6, 12])).all()
    with pytest.raises(facts.FactsError, match=r"not for modelling.*définitions"):
        facts.series("cpts_total", modelling=True)


def test_all_sources_can_be_seen_side_by_side() -> None:
    every, chosen = facts.series("cpts_total", preferred=False), facts.series("cpts_total")
    assert len(every) > len(chosen)
    assert set(every["2025-05-31"]) == {809, 820}
    assert chosen["2025-05-31"] == 820


def test_a_figure_carries_its_unit_date_and_source() -> None:
    figure = facts.figure("msp_nb", "2023-12-31")
    assert (figure.value, figure.unit, figure.date_text) == (2501, "structures", "décembre 2023")
    assert figure.source.publisher == "DITP"
    assert figure.source.citation == "DITP, 2026"
    assert figure.preferred
    assert figure.reason == ""
    assert facts.latest("msp_nb") == facts.figure("msp_nb", "latest") == facts.figure("msp_nb")
    assert facts.figure("msp_nb", "first").date < figure.date
    assert facts.figure("msp_nb", "2023-12") == figure
    assert figure != dataclasses.replace(figure, low=2400.0)
    assert figure != 2501
    assert hash(figure) == hash(facts.figure("msp_nb", "2023-12"))
    assert facts.figure("msp_nb", "2023-12-31", "REG-84").value == 383


def test_a_contradicted_figure_can_be_shown_with_the_reason() -> None:
    figure = facts.figure("cpts_aci", "2023-12-31")
    assert not figure.preferred
    assert figure.source.id == "scale2sell"
    assert "530" in figure.reason


def test_targets_stand_apart() -> None:
    target = facts.target("msp_nb")
    assert (target.value, target.date) == (4000, pd.Timestamp("2026-12-31"))
    assert facts.targets("msp_nb", "REG-84")["value"].tolist() == [590]
    assert facts.targets("med_total").empty
    with pytest.raises(facts.FactsError, match="no target"):
        facts.target("med_total")


def test_panels_follow_the_order_of_territories() -> None:
    regions = facts.panel("msp_nb")
    assert list(regions.columns) == facts.geographies("region")["code"].tolist()
    assert regions.attrs["level"] == "region"
    assert facts.panel("msp_nb", "departement").loc["2025-06-30", "DEP-69"] == 100


def test_projections_and_parameters() -> None:
    ahead = facts.projection("pop_total_proj2021")
    assert ahead.attrs["series_id"] == "pop_total"
    assert ahead.index[-1].year == 2070
    parameter = facts.parameter("tarif_consultation_mg_2024")
    assert (parameter.central, parameter.unit) == (30, "€")


def test_sources_of_a_series() -> None:
    assert [source.id for source in facts.sources_of("sas_couverture_pop")] == ["barometre-2024"]


@pytest.mark.parametrize(
    ("ask", "what", "nearest"),
    [
        (lambda: facts.table("observation"), "table", "observations"),
        (lambda: facts.series("msp_n"), "series", "msp_nb"),
        (lambda: facts.series("msp_nb", "REG-48"), "geography", "REG-84"),
        (lambda: facts.panel("msp_nb", "departements"), "level", "departement"),
        (lambda: facts.source("barometre-2025"), "source", "barometre-2026"),
        (lambda: facts.projection("pop_total_proj"), "projection", "pop_total_proj2021"),
        (lambda: facts.parameter("duree_visites"), "parameter", "duree_visite"),
    ],
)
def test_an_unknown_identifier_names_the_nearest(ask, what: str, nearest: str) -> None:
    with pytest.raises(facts.FactsError, match=f"unknown {what}") as caught:
        ask()
    assert nearest in caught.value.nearest
    assert nearest in str(caught.value)


def test_a_date_that_tells_nothing_apart_names_those_at_hand() -> None:
    with pytest.raises(facts.FactsError, match=r"several figures.*2023-06-30, 2023-12-31"):
        facts.figure("msp_nb", "2023")
    with pytest.raises(facts.FactsError, match=r"no figure.*2025-06-30"):
        facts.figure("msp_nb", "1999-12-31")


def test_nothing_observed_there_says_where_something_is() -> None:
    with pytest.raises(facts.FactsError, match=r"no observation for DEP-01.*FR"):
        facts.series("cpts_aci", "DEP-01")


@pytest.mark.parametrize(
    ("after", "column", "message"),
    [
        (NATION.replace("2501", "2 501x"), "value", "« 2 501x » is not a number"),
        (NATION.replace("2501", "nan"), "value", "« nan » is not a number"),
        (NATION.replace("2023-12-31", "31/12/2023"), "date", "« 31/12/2023 » is not a date"),
        (NATION.replace("2023-12-31", "2123-12-31"), "date", "is not within 1950"),
        (NATION.replace("month", "monthly"), "precision", "is not one of day, week, month"),
        (NATION.replace("structures", ""), "unit", "a value is required"),
        (NATION.replace("msp_nb", "msp_nbr"), "series_id", "nearest: msp_nb"),
        (NATION.replace("FR", "REG-12"), "geography", "unknown code « REG-12 »"),
    ],
)
def test_a_broken_cell_names_its_file_line_and_column(
    folder: Path, after: str, column: str, message: str
) -> None:
    line = edit(folder, "observations", NATION, after)
    with pytest.raises(facts.FactsError) as caught:
        facts.Facts(folder).series("msp_nb")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"data/observations.csv line {line}, column « {column} »" in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_cell_a_lost_column_and_a_second_row_are_found(folder: Path) -> None:
    data = facts.Facts(folder)
    line = edit(folder, "geographies", "DEP-01,Ain,", "DEP-01,")
    with pytest.raises(facts.FactsError, match=f"geographies.csv line {line}: 3 cells where 4"):
        data.table("geographies")
    edit(folder, "geographies", "DEP-01,departement", "DEP-02,Ain,departement")
    with pytest.raises(facts.FactsError, match="a second row for DEP-02"):
        data.table("geographies")
    edit(folder, "geographies", "code,name,level,parent", "code,nom,level,parent")
    with pytest.raises(facts.FactsError, match="line 1: no column « name »"):
        data.table("geographies")


def test_a_range_out_of_order_is_found_where_it_stands(folder: Path) -> None:
    line = edit(folder, "centre_inputs", "recruitment,25,30,35", "recruitment,25,36,35")
    message = (
        f"centre_inputs.csv line {line}, column « high »: 35 is below « central », which is 36"
    )
    with pytest.raises(facts.FactsError, match=message):
        facts.Facts(folder).table("centre_inputs")


def test_a_file_saved_with_a_byte_order_mark_opens(folder: Path) -> None:
    text = (folder / "geographies.csv").read_text(encoding="utf-8")
    (folder / "geographies.csv").write_text(text, encoding="utf-8-sig")
    assert len(facts.Facts(folder).table("geographies")) == len(facts.geographies())


def test_a_missing_file_or_a_spoilt_package_is_named(folder: Path) -> None:
    data = facts.Facts(folder)
    (folder / "levers.csv").unlink()
    with pytest.raises(facts.FactsError, match=r"data/levers\.csv: no such file"):
        data.table("levers")
    (folder / "datapackage.yaml").write_text("resources: [", encoding="utf-8")
    with pytest.raises(facts.FactsError, match=r"datapackage\.yaml: not a data package"):
        data.table("sources")


def test_an_edited_file_is_read_again(folder: Path) -> None:
    data = facts.Facts(folder)
    assert data.figure("msp_nb", "2023-12-31").value == 2501
    edit(folder, "observations", NATION, NATION.replace("2501", "2502"))
    os.utime(folder / "observations.csv", ns=(1, 1))
    assert data.figure("msp_nb", "2023-12-31").value == 2502
    assert facts.figure("msp_nb", "2023-12-31").value == 2501


def test_what_a_chapter_does_to_a_table_stays_in_the_chapter() -> None:
    series = facts.table("series")
    series["label"] = "?"
    values = facts.series("msp_nb")
    values.iloc[:] = 0
    assert facts.latest("msp_nb").value > 2501
    assert "?" not in set(facts.table("series")["label"])


@pytest.mark.parametrize("series_id", facts.table("series")["series_id"])
def test_every_series_opens_or_says_why_not(series_id: str) -> None:
    try:
        values = facts.series(series_id)
    except facts.FactsError as error:
        # No preferred value, only targets, only two regions.
        alone = {"dep_prevention_part", "france_sante", "cpts_pop_non_couverte"}
        if series_id not in alone:  # or it is known by département alone
            assert not facts.panel(series_id, "departement").empty, error  # noqa: PT017
        return
    assert values.index.is_unique
    assert values.notna().all()
    assert facts.latest(series_id).value == values.iloc[-1]


def number_column(lines: list[str], folder: Path) -> Path:
    file = folder / "numbers.csv"
    file.write_text("\n".join(["value", *lines]) + "\n", encoding="utf-8")
    return file


SCHEMA = {"fields": [{"name": "value", "type": "number"}]}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_read_as_written(tmp_path_factory, values: list[float]) -> None:
    file = number_column([repr(value) for value in values], tmp_path_factory.mktemp("numbers"))
    assert (
        schema.read(file, SCHEMA, "numbers", lambda _: pd.DataFrame())["value"].tolist() == values
    )


@given(st.integers(0, 20), st.sampled_from(["2 501", "1,5", "inf", "NaN", "1_000", "0x1F", "12x"]))
def test_what_is_not_a_number_is_found_where_it_stands(
    tmp_path_factory, before: int, wrong: str
) -> None:
    lines = ["1.5"] * before + [f'"{wrong}"', "2"]
    file = number_column(lines, tmp_path_factory.mktemp("numbers"))
    with pytest.raises(facts.FactsError, match="is not a number") as caught:
        schema.read(file, SCHEMA, "numbers", lambda _: pd.DataFrame())
    assert (caught.value.line, caught.value.column) == (before + 2, "value")


def package(folder: Path, schema_text: str, rows: str) -> facts.Facts:
    (folder / "t.csv").write_text(rows, encoding="utf-8")
    head = "name: x\nresources:\n  - name: t\n    path: t.csv\n    schema:\n"
    (folder / "datapackage.yaml").write_text(head + schema_text, encoding="utf-8")
    return facts.Facts(folder)


TREE = "      fields: [{name: id, type: string}, {name: parent, type: string}]\n"


@pytest.mark.parametrize("reference", ["resource: t, ", "", "resource: '', "])
def test_a_key_to_the_table_itself_is_checked_in_each_of_its_forms(
    tmp_path: Path, reference: str
) -> None:
    key = f"      foreignKeys: [{{fields: parent, reference: {{{reference}fields: id}}}}]\n"
    held = package(tmp_path, key + TREE, "id,parent\ne1,\ne2,e1\n")
    assert held.table("t")["id"].tolist() == ["e1", "e2"]
    stray = package(tmp_path, key + TREE, "id,parent\ne1,\ne2,e7\n")
    with pytest.raises(facts.FactsError, match=r"t\.csv line 3, column « parent »: unknown id"):
        stray.table("t")


def test_a_key_on_two_columns_asks_for_the_pair(tmp_path: Path) -> None:
    key = (
        "      foreignKeys: [{fields: [c2, y2], reference: {fields: [city, year]}}]\n"
        "      fields: [{name: city, type: string}, {name: year, type: year},"
        " {name: c2, type: string}, {name: y2, type: year}]\n"
    )
    rows = "city,year,c2,y2\nlyon,2017,lyon,2017\nparis,1900,lyon,1900\n"
    with pytest.raises(facts.FactsError, match=r"line 3.*unknown city, year « lyon, 1900 »"):
        package(tmp_path, key, rows).table("t")


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("type: nombre", "unknown type « nombre »; nearest: number"),
        ("typ: number", "unknown word of a field « typ »; nearest: type"),
        ("type: string, constraints: {patern: a}", "word of a constraint « patern »"),
        ("type: string, constraints: {minLength: 3}", "has 1 characters, not from 3"),
        ("type: string, constraints: {unique: true}", "a second row for a"),
    ],
)
def test_every_word_of_a_schema_is_obeyed_or_refused(
    tmp_path: Path, field: str, named: str
) -> None:
    held = package(tmp_path, f"      fields: [{{name: x, {field}}}]\n", "x\na\na\n")
    with pytest.raises(facts.FactsError, match=named):
        held.table("t")


def test_what_overflows_is_no_number(tmp_path: Path) -> None:
    held = package(tmp_path, "      fields: [{name: x, type: number}]\n", "x\n1e999\n")
    with pytest.raises(facts.FactsError, match="« 1e999 » is not a number"):
        held.table("t")


def test_the_door_opens_quickly() -> None:
    """Neither pandas nor yaml is imported before a table is asked for."""
    code = "import sys, handbook.facts; sys.exit('pandas' in sys.modules or 'yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Provenance ---------------------------------------------------------------------------------


def ids(*things: object) -> list[str]:
    return [source.id for source in facts.cited(*things)]


def test_sources_travel_with_a_series_through_pandas_and_the_rooms() -> None:
    from handbook import forecasting

    msp = facts.series("msp_nb")
    assert all(isinstance(source, facts.Source) for source in msp.attrs["sources"])
    assert [source.id for source in msp.attrs["sources"]] == msp.attrs["source_ids"] == ids(msp)
    kept = facts.series("msp_nb", modelling=True)
    made = (kept / 1000).loc["2018":].diff().dropna().rename("hausse")
    assert ids(made) == ids(kept)
    regular = forecasting.regularise(kept, "half-yearly").series
    forecast = forecasting.forecast(regular, 4)
    assert ids(forecast) == ids(forecast.series) == ids(regular) == ids(kept)
    assert ids(facts.panel("msp_nb").loc["2020":]["REG-84"]) == ["barometre-2026", "barometre-2023"]
    assert ids(facts.projection("pop_75p_proj2021"))
    copied = pickle.loads(pickle.dumps(msp))  # noqa: S301
    assert ids(copied) == ids(msp)


def test_anything_with_a_source_can_be_cited_once_each_in_order() -> None:
    figure, target = facts.figure("msp_nb", "2023-12-31"), facts.target("msp_nb")
    parameter = facts.parameter(facts.table("parameters")["parameter_id"][0])
    assert ids(figure, "pipame-2016", figure) == [
        figure.source.id,
        "pipame-2016",
    ]
    nested = {"a": [figure, (target,)], "b": iter([parameter, parameter.source])}
    assert ids(nested) == list(
        dict.fromkeys([figure.source.id, target.source.id, parameter.source.id])
    )
    claims = facts.table("claims")
    assert ids(claims) == ids(claims["source_id"]) == list(dict.fromkeys(claims["source_id"]))
    row = claims.iloc[0]
    assert ids(row) == ids(next(claims.itertuples())) == [row["source_id"]]
    both = pd.DataFrame({"source_ids": ["pipame-2016; barometre-2026", None]})
    assert ids(both) == ["pipame-2016", "barometre-2026"]
    assert facts.cited() == facts.cited([]) == []


def test_a_table_made_of_several_says_all_its_sources() -> None:
    msp, population = facts.series("msp_nb"), facts.series("pop_total")
    ratio = (msp / population.resample("YE").last().reindex(msp.index)).dropna()
    carried = facts.sourced(ratio, msp, population, unit="MSP par habitant")
    assert ids(carried) == list(dict.fromkeys([*ids(msp), *ids(population)]))
    assert set(carried.attrs) == {"sources", "source_ids", "unit"}  # no label of one of the two
    assert carried.equals(ratio)
    assert ratio.attrs["label"] in (msp.attrs["label"], population.attrs["label"])


@pytest.mark.parametrize(
    ("thing", "named"),
    [
        ("barometre-2062", r"unknown source « barometre-2062 »; nearest: barometre-2026"),
        (pd.Series([1.0], name="msp"), r"Series.*says nothing of its sources"),
        (pd.DataFrame({"value": [1]}), r"DataFrame \(value.*says nothing of its sources"),
        (3.5, r"float 3\.5 says nothing of its sources"),
        (None, r"NoneType None says nothing"),
        ([["barometre-2026"], object], r"says nothing of its sources"),
    ],
)
def test_what_has_no_source_is_refused_by_name(thing: object, named: str) -> None:
    with pytest.raises(facts.FactsError, match=named):
        facts.cited(thing)


def test_carrying_sources_costs_a_series_nearly_nothing() -> None:
    """Pandas copies ``attrs`` deeply at each operation: sources are not copied."""
    sources = facts.series("msp_nb").attrs["sources"]
    assert all(copy.deepcopy(source) is source for source in sources)


def test_the_package_describes_its_tables_and_says_who_cites_a_source(folder: Path) -> None:
    held = facts.Facts(folder)
    observations = held.described()["observations"]
    assert observations.title == "Observations"
    assert observations.path in held.files()
    columns = {column.name: column for column in observations.columns}
    assert list(columns) == list(held.table("observations"))
    assert "lower_bound" in columns["status"].choices
    assert columns["value"].required is False
    uses = held.uses("barometre-2026")
    assert "msp_nb" in uses["observations"]
    assert uses["observations"] == sorted(set(uses["observations"]))
    assert "vision_timeline" in {table for source in held.sources() for table in held.uses(source)}
    edit(
        folder,
        "observations",
        NATION,
        NATION.replace("msp_nb", "csbm").replace("structures", "Md€"),
    )
    assert "csbm" in held.uses("barometre-2026")["observations"]
    with pytest.raises(facts.FactsError, match="nearest: barometre-2026"):
        held.uses("barometre-2062")
