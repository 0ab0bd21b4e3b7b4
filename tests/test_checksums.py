"""A table that is not the one the package describes is refused, whatever it holds."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
import yaml

from handbook import facts
from handbook.facts import checksums
from handbook.facts.__main__ import main
from handbook.site import build

DESCRIPTION = "datapackage.yaml"
FIELDS = "    schema:\n      fields:\n        - name: {name}\n          type: string\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(facts.DATA, tmp_path / "data"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A package of two tables, a field of which has the name of the other table."""
    (tmp_path / "a.csv").write_text("b\nx\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("a\ny\n", encoding="utf-8")
    entries = "".join(
        f"  - name: {name} \n    path: {name}.csv\n{FIELDS.format(name=other)}".replace(" \n", "\n")
        for name, other in (("a", "b"), ("b", "a"))
    )
    text = f"# by hand\nname: x\nresources:\n{entries}"
    (tmp_path / DESCRIPTION).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_table_has_its_size_and_its_digest() -> None:
    package = yaml.safe_load((facts.DATA / DESCRIPTION).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        assert resource["bytes"] == (facts.DATA / resource["path"]).stat().st_size
        assert re.fullmatch("sha256:[0-9a-f]{64}", resource["hash"])
    assert facts.Facts(facts.DATA).table("sources").shape[0] > 50


@pytest.mark.parametrize(
    "cut", [lambda text: text[:-20], lambda text: text.replace("2501", "2510")]
)
def test_a_table_cut_or_replaced_is_refused_with_the_command_to_run(folder: Path, cut) -> None:
    file = folder / "observations.csv"
    file.write_text(cut(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(facts.FactsError, match=r"observations\.csv: .*python -m handbook\.facts"):
        facts.Facts(folder).table("observations")
    with pytest.raises(build.BuildError, match=r"observations\.csv"):
        build._check_tables(folder)


def test_the_projects_own_data_name_the_projects_command() -> None:
    assert checksums._command(facts.DATA) == "make data"


def test_a_table_without_a_digest_is_not_published(folder: Path) -> None:
    description = folder / DESCRIPTION
    text = re.sub("    hash: .*\n", "", description.read_text(encoding="utf-8"), count=1)
    description.write_text(text, encoding="utf-8")
    with pytest.raises(build.BuildError, match=r"sources\.csv has no size and digest"):
        build._check_tables(folder)


def test_one_command_accepts_what_changed_and_nothing_else_moves(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (small / DESCRIPTION).read_text(encoding="utf-8")
    assert main([str(small)]) == 0
    kept = (small / DESCRIPTION).read_text(encoding="utf-8")
    assert re.sub("    (bytes|hash): .*\n", "", kept) == before
    assert kept.count("hash: sha256:") == 2
    assert "a, b changed" in capsys.readouterr().out
    (small / "b.csv").write_text("a\nz\n", encoding="utf-8")
    with pytest.raises(facts.FactsError, match="hash"):
        facts.Facts(small).table("b")
    assert main([str(small)]) == 0
    assert capsys.readouterr().out.startswith("b changed")
    assert facts.Facts(small).table("b")["a"].tolist() == ["z"]
    now = (small / DESCRIPTION).read_text(encoding="utf-8")
    assert main([str(small)]) == 0
    assert (small / DESCRIPTION).read_text(encoding="utf-8") == now


def test_the_command_says_what_is_wrong(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "b.csv").write_text("a,c\nz,1\n", encoding="utf-8")
    assert main([str(small)]) == 1
    assert "b.csv line 1" in capsys.readouterr().err
    (small / "b.csv").unlink()
    assert main([str(small)]) == 1
    assert "b.csv: no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hash: sha3:00", "unknown hash algorithm « sha3 »"),
        ("hash: 7d793037a0760186574b0282f2f435e7", "hash"),
        ("hash: sha256:00", "hash"),
        ("bytes: many", "bytes of a: 'many' is no size"),
        ("encoding: latin-1", "unknown encoding of a « latin-1 »"),
        ("dialect: {delimiter: ;}", "unknown word of the table a « dialect »"),
        ("compression: zip", "compression"),
    ],
)
def test_what_the_reader_cannot_obey_is_refused(small: Path, line: str, said: str) -> None:
    description = small / DESCRIPTION
    text = description.read_text(encoding="utf-8")
    text = text.replace("    path: a.csv\n", f"    path: a.csv\n    {line}\n")
    description.write_text(text, encoding="utf-8")
    with pytest.raises(facts.FactsError, match=re.escape(said)):
        facts.Facts(small).table("a")


def test_a_digest_without_its_algorithm_is_md5_as_the_specification_says(small: Path) -> None:
    description = small / DESCRIPTION
    text = description.read_text(encoding="utf-8")
    found = hashlib.md5((small / "a.csv").read_bytes(), usedforsecurity=False).hexdigest()
    text = text.replace("    path: a.csv\n", f"    path: a.csv\n    hash: {found}\n")
    description.write_text(text, encoding="utf-8")
    assert facts.Facts(small).table("a")["b"].tolist() == ["x"]
