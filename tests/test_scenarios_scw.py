"""ScenarioWizard project files: published case, round trips, damaged files."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbook.scenarios import (
    CrossImpactMatrix,
    ScenarioError,
    ScwError,
    TooManyScenariosError,
    read_scw,
    write_scw,
)

REFERENCE = Path(__file__).parent / "reference" / "scenarios"
PROJECT = (REFERENCE / "somewhereland.scw").read_bytes()
FUZZ = settings(
    max_examples=150,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_published_project_reads_as_the_published_matrix():
    document = json.loads((REFERENCE / "somewhereland.json").read_text())
    assert read_scw(REFERENCE / "somewhereland.scw") == CrossImpactMatrix.from_dict(document)


def test_written_project_follows_the_published_one(tmp_path):
    matrix = read_scw(REFERENCE / "somewhereland.scw")
    write_scw(matrix, tmp_path / "somewhereland.scw")
    written = (tmp_path / "somewhereland.scw").read_text().splitlines()
    assert written == (REFERENCE / "somewhereland.scw").read_text().splitlines()


def test_project_solved_by_scenariowizard_itself():
    # Matrix and solution list of E. Kemp-Benedict's cibsa (Stockholm Environment Institute, MIT),
    # sample_files/CIB_global.scw and .sl: states, consistency value, total impact score.
    found = read_scw(REFERENCE / "cib_global.scw").consistent_scenarios()
    assert sorted(found.itertuples(index=False, name=None)) == [
        ("FT", "Mod", "ModGr", 0, 8),
        ("Mix", "Rlx", "ModGr", 1, 12),
        ("Ntl", "Alrt", "Stag", 0, 15),
        ("Ntl", "Mod", "Stag", 0, 9),
    ]


names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8).map(str.strip)
states = st.lists(names.filter(bool), min_size=1, max_size=4, unique=True)


@FUZZ
@given(
    descriptors=st.dictionaries(names.filter(bool), states, min_size=1, max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_matrix_survives_a_round_trip(descriptors, seed, tmp_path):
    total = sum(len(s) for s in descriptors.values())
    scores = np.random.default_rng(seed).integers(-12, 13, (total, total))
    matrix = CrossImpactMatrix(descriptors, scores)
    write_scw(matrix, tmp_path / "any.scw")
    assert read_scw(tmp_path / "any.scw") == matrix


def read_damaged(tmp_path, content):
    """Read damaged bytes: a whole matrix or an error with line and field, nothing else."""
    path = tmp_path / "damaged.scw"
    path.write_bytes(content)
    try:
        matrix = read_scw(path)
    except ScwError as error:
        named = f"line {error.line}, field {error.field}" in str(error)
        if not named:
            raise
    else:
        with suppress(TooManyScenariosError):
            table = matrix.consistent_scenarios(limit=5000)
            assert list(table.columns)[:-2] == list(matrix.descriptors)


@FUZZ
@given(
    position=st.integers(0, len(PROJECT) - 1),
    removed=st.integers(0, 60),
    inserted=st.binary(max_size=6)
    | st.sampled_from([b"#\n", b"&", b"\n -", b",", b"\r\n", b"9e9"]),
)
def test_damaged_project_parses_or_names_line_and_field(position, removed, inserted, tmp_path):
    content = PROJECT[:position] + inserted + PROJECT[position + removed :]
    read_damaged(tmp_path, content)


@FUZZ
@given(content=st.binary(max_size=200) | st.text("$&-#, 01\n\r", max_size=200).map(str.encode))
def test_noise_parses_or_names_line_and_field(content, tmp_path):
    read_damaged(tmp_path, content)


@FUZZ
@given(data=st.data())
def test_lines_lost_repeated_or_swapped(data, tmp_path):
    lines = PROJECT.split(b"\n")
    first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    how = data.draw(st.sampled_from(["lose", "repeat", "swap"]))
    if how == "lose":
        del lines[min(first, second) : max(first, second) + 1]
    elif how == "repeat":
        lines.insert(first, lines[second])
    else:
        lines[first], lines[second] = lines[second], lines[first]
    read_damaged(tmp_path, b"\n".join(lines))


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        (b" -C2\n", b" -C1\n", 13, "state"),
        (b"&D\n", b"&A\n", 15, "descriptor"),
        (b" 2 ,-2 , 3 ,-3 , 2", b" 2 ,-2 , x ,-3 , 2", 73, r"10 \(D D1\)"),
        (b" 2 ,-2 , 3 ,-3 , 2", b" 2 ,-2 , 1.5 ,-3 , 2", 73, r"10 \(D D1\)"),
        (b" 2 ,-2 , 3 ,-3 , 2", b" 2 ,-2 ,-3 , 2", 73, "17"),
    ],
)
def test_error_names_line_and_field(old, new, line, field, tmp_path):
    (tmp_path / "bad.scw").write_bytes(PROJECT.replace(old, new, 1))
    with pytest.raises(ScwError, match=rf"bad\.scw, line {line}, field {field}"):
        read_scw(tmp_path / "bad.scw")


def test_windows_files_and_nameless_states_are_read(tmp_path):
    content = PROJECT.replace(b"&A\n", "&Santé\n".encode("cp1252")).replace(b" -C2\n", b" -\n")
    (tmp_path / "old.scw").write_bytes(content.replace(b"\n", b"\r\n"))
    descriptors = read_scw(tmp_path / "old.scw").descriptors
    assert next(iter(descriptors)) == "Santé"
    assert descriptors["C"] == ("C1", "(2)", "C3")


def test_name_that_cannot_be_read_back_is_refused(tmp_path):
    matrix = CrossImpactMatrix({"A ": ["x"]}, [[0]])
    with pytest.raises(ScenarioError, match="'A '"):
        write_scw(matrix, tmp_path / "bad.scw")
