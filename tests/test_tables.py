"""Tables and marked sentences: French on the page, exact in the CSV."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from handbook.figures import Caption, fr, says, table, takeaways, theme
from handbook.figures.display import stamp
from handbook.figures.statements import STATUSES

YEARS = pd.date_range("2015-12-31", periods=2, freq="YE")


class Source(NamedTuple):
    id: str
    publisher: str
    year: int


CNAM = Source("cnam-2024", "Cnam", 2024)


def test_a_table_is_written_in_french_and_kept_exact() -> None:
    data = pd.DataFrame({"region": ["Bretagne", "<b>"], "part": [12.345, None], "le": YEARS[:2]})
    shown = table(
        data,
        Caption("Deux régions", "", CNAM),
        formats={"part": "%", "le": "year"},
        names={"region": "Région"},
    )
    assert '<th scope="row">&lt;b&gt;</th>' in shown.html
    assert fr.MISSING in shown.html
    assert f"12,35{fr.NARROW}%" in shown.html
    assert shown.csv.splitlines()[:2] == ["Région,part,le", "Bretagne,12.345,2015-12-31"]
    assert f'data-digest="{stamp(shown.about)}"' in shown.html
    assert "folded" not in shown._repr_mimebundle_()[1]["handbook"]
    folded = table(data, Caption("Deux régions", "", CNAM), folded=True)
    assert folded._repr_mimebundle_()[1]["handbook"]["folded"] is True
    with pytest.raises(ValueError, match="« prt »; nearest: part"):
        table(data, Caption("Deux régions", "", CNAM), formats={"prt": 1})


def test_a_table_is_saved_as_its_values(tmp_path: Path) -> None:
    shown = table(pd.DataFrame({"nom": ["a"], "part": [12.345]}), Caption("Titre", "", CNAM))
    shown.save(tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "nom,part\na,12.345\n"
    with pytest.raises(ValueError, match=r"'table.xls' should end in .csv or .xlsx"):
        shown.save(tmp_path / "table.xls")


def test_sentences_are_marked_for_what_they_are() -> None:
    box = takeaways(
        ("fait", "Il y en a **2 501**."), ("modele", "Il y en aurait <4 000>."), sources=CNAM
    )
    assert "<strong>2\u202f501</strong>" in box.html
    assert "&lt;4" in box.html
    assert repr(box).splitlines()[1].startswith("[Fait]")
    assert box._repr_mimebundle_()[1]["handbook"]["sources"] == ["cnam-2024"]
    with pytest.raises(ValueError, match="rumeur"):
        says("rumeur", "On dit que.", sources=CNAM)


def test_the_four_statuses_never_look_alike() -> None:
    words, shapes = zip(*STATUSES.values(), strict=True)
    assert len(set(words)) == len(set(shapes)) == 4
    lines = [str(style.line) for style in theme.MARKS.values()]
    assert len(set(lines)) == len(lines)
    assert theme.style("assumption").word == STATUSES["hypothese"][0].lower()
    assert theme.style("judgement").word.startswith(STATUSES["jugement"][0].lower())
