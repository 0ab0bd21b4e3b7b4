"""Pictures, tables and sentences: what a reader is owed whatever the data."""

from __future__ import annotations

import inspect
import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from colours import BLIND, contrast, lab, least_distance, linear, matrix
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from playwright.sync_api import Browser

from handbook import figures
from handbook.figures import (
    Caption,
    Picture,
    Reference,
    bars,
    choropleth,
    curves,
    display,
    dots,
    fan,
    fr,
    publish,
    theme,
)
from handbook.figures.display import stamp
from handbook.figures.errors import FigureError
from handbook.figures.maps import ATTRIBUTION, class_breaks, outlines, territories

ALT = "Les maisons de santé passent de 240 fin 2012 à 2 501 fin 2023."


class Source(NamedTuple):
    id: str
    publisher: str
    year: int


CNAM = Source("cnam-2024", "Cnam", 2024)
TEXTS: dict[str, Any] = {"title": "Dix fois plus en onze ans", "alt": ALT, "sources": [CNAM]}
SAID = Caption(**TEXTS)
YEARS = pd.date_range("2015-12-31", periods=9, freq="YE")
GROWTH = pd.Series([240.0, 436, 616, 778, 910, 1150, 1617, 2251, 2501], index=YEARS)


class Foreseen:
    """A forecast as pictures need it."""

    series = GROWTH
    mean = pd.Series(
        2501 + 262.4 * np.arange(1, 10), index=pd.date_range("2024-12-31", periods=9, freq="YE")
    )

    def interval(self, level: int) -> pd.DataFrame:
        half = {80: 60.0, 95: 110.0}[level] * np.arange(1, 10)
        return pd.DataFrame({"lower": self.mean - half, "upper": self.mean + half})


def departements(seed: int = 0) -> pd.Series:
    codes = territories("departement").index
    return pd.Series(np.random.default_rng(seed).uniform(20, 140, len(codes)), index=codes)


def regions() -> pd.Series:
    codes = territories("region").index
    return pd.Series(np.linspace(1.2, 8.6, len(codes)), index=codes)


# --- What every picture promises ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"alt": "Trop court"}, "more than 20 characters"),
        ({"alt": "Graphique de la hausse du nombre de maisons"}, "graphique de"),
        (
            {
                "alt": "Dix fois plus de maisons en onze ans",
                "title": "Dix fois plus de maisons en onze ans",
            },
            "repeats",
        ),
        ({"sources": []}, "at least one source"),
        ({"title": " "}, "title is empty"),
    ],
)
def test_a_caption_without_alt_source_or_finding_is_refused(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Caption(**(TEXTS | changed))


def test_a_source_that_does_not_say_where_it_comes_from_is_refused() -> None:
    with pytest.raises(FigureError, match="7 does not say where it comes from"):
        Caption(**(TEXTS | {"sources": 7}))


def test_a_picture_without_description_is_refused_though_a_table_may_go_without() -> None:
    with pytest.raises(ValueError, match="alt of « Dix fois plus en onze ans »"):
        curves(GROWTH, Caption(**(TEXTS | {"alt": ""})))


@pytest.mark.parametrize("verb", [curves, fan, bars, dots, choropleth, publish])
def test_a_caption_is_required(verb: Callable[..., Picture]) -> None:
    with pytest.raises(FigureError, match="'caption'"):
        verb(GROWTH)


def test_no_verb_takes_more_than_seven_parameters() -> None:
    verbs = [getattr(figures, name) for name in figures.__all__]
    counts = {
        verb.__qualname__: len(inspect.signature(verb).parameters)
        for verb in verbs
        if inspect.isfunction(verb)
    }
    assert {"bars", "choropleth", "compose", "curves", "fan", "publish", "table"} <= counts.keys()
    assert {name: count for name, count in counts.items() if count > 7} == {}


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {
        "curves": curves({"Maisons": GROWTH, "Centres": GROWTH / 2}, SAID),
        "fan": fan(Foreseen(), SAID, target=Reference(4000, "Cible", "2026-12-31")),
        "bars": bars({"Bretagne": 12.0, "Corse": -3.0}, SAID, unit="%"),
        "departements": choropleth(departements(), SAID, level="departement", unit="%"),
        "regions": choropleth(regions(), SAID, level="region", digits=1),
    }


def test_the_same_picture_has_the_same_bytes(pictures: dict[str, Picture]) -> None:
    again = choropleth(regions(), SAID, level="region", digits=1)
    assert again.html == pictures["regions"].html
    again = fan(Foreseen(), SAID, target=Reference(4000, "Cible", "2026-12-31"))
    assert again.html == pictures["fan"].html


DRAW = """
import pandas as pd
import seaborn as sns
from handbook.figures import Caption, bars, publish, set_theme
said = Caption("Deux régions", "La Bretagne a 12 %, la Corse 3 %.", "cnam-2024")
print(bars({"Bretagne": 12.0, "Corse": 3.0}, said, marks={"Corse": "judgement"}).html)
set_theme()
frame = pd.DataFrame({"an": [2020, 2021] * 2, "part": [1.0, 2, 3, 4], "nom": ["a", "a", "b", "b"]})
print(publish(sns.lineplot(frame, x="an", y="part", hue="nom"), said).html)
"""


def test_a_picture_has_the_same_bytes_under_another_hash_seed() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert "clip-path" in printed.pop(), "clip paths and hatches are what a hash names"


def svg(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  (our own drawing)


def test_sizes_and_weights_suit_the_page(pictures: dict[str, Picture]) -> None:
    for name, picture in pictures.items():
        for drawing, width in ((picture.wide, 740), (picture.narrow, 350)):
            root = svg(drawing)
            assert root.get("width") == str(width)
            # points: the drawing is scaled to CSS pixels, its text keeps its size
            left, top, across, down = map(float, root.attrib["viewBox"].split())
            assert (left, top) == (0, 0)
            assert across == pytest.approx(width * theme.POINT)
            assert down == pytest.approx(float(root.attrib["height"]) * theme.POINT)
            # borders of a hundred départements weigh more than curves
            assert len(drawing) < (150_000 if name == "departements" else 60_000), name


def test_a_drawing_bears_no_date_nor_software_name(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        for drawing in (picture.wide, picture.narrow):
            assert not re.search("matplotlib|metadata|rdf|<!|<\\?|xmlns:dc", drawing, re.I)


def test_a_drawing_obeys_a_policy_without_inline_styles(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        assert " style=" not in picture.html
        assert "<style" not in picture.html
        assert "<script" not in picture.html


def test_the_digest_follows_the_data_and_not_the_noise() -> None:
    named = GROWTH.set_axis(YEARS.year.astype(str))
    same = {bars(named * factor, SAID).html for factor in (1, 1 + 1e-9)}
    assert len(same) == 1
    (html,) = same
    (digest,) = re.findall('data-digest="([0-9a-f]{8})"', html)
    for other in (
        bars(named.replace(2501, 2511), SAID),
        bars(named, Caption(**(TEXTS | {"alt": f"{ALT} Et plus."}))),
        bars(named, Caption(**(TEXTS | {"sources": "drees-2024"}))),
        bars(named, Caption(**(TEXTS | {"title": "Onze fois plus"}))),
    ):
        assert f'data-digest="{digest}"' not in other.html


def test_the_csv_reads_back_to_the_data(pictures: dict[str, Picture]) -> None:
    back = pd.read_csv(io.StringIO(pictures["departements"].csv), index_col="code")
    assert list(back.columns) == ["département", "valeur (%)"]
    np.testing.assert_allclose(back["valeur (%)"], departements()[back.index], rtol=1e-9)
    back = pd.read_csv(io.StringIO(pictures["curves"].csv), parse_dates=["date"])
    np.testing.assert_allclose(back.groupby("série")["valeur"].sum()["Maisons"], GROWTH.sum())
    assert set(back["date"]) == set(YEARS)


def test_jupyter_and_the_site_get_all_they_need(pictures: dict[str, Picture]) -> None:
    data, about = pictures["fan"]._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    stored = json.loads(json.dumps(about["handbook"]))
    assert stored["kind"] == "picture"
    assert stored["sources"] == ["cnam-2024"]
    assert stored["alt"].startswith("Les maisons")
    # what the metadata say is what the visible part was made with
    assert f'data-digest="{stamp(stored)}"' in data["text/html"]
    for name, value in (("alt", "Autre chose, que rien ne montre."), ("sources", ["x"])):
        assert f'data-digest="{stamp({**stored, name: value})}"' not in data["text/html"]
    changed = stored["csv"].replace("2501", "2601")
    assert f'data-digest="{stamp({**stored, "csv": changed})}"' not in data["text/html"]


def test_a_notebook_shows_the_wide_drawing_and_reads_its_description(
    pictures: dict[str, Picture],
) -> None:
    figure = BeautifulSoup(pictures["fan"].html, "html.parser").figure
    wide, narrow = figure.select('[role="img"]')
    assert (wide["class"], wide.has_attr("hidden")) == (["hb-wide"], False)
    assert (narrow["class"], narrow.has_attr("hidden")) == (["hb-narrow"], True)
    for drawing in (wide, narrow):
        assert drawing["aria-label"] == pictures["fan"].alt
    assert figure.select_one(".hb-title").text == "Dix fois plus en onze ans"
    assert figure.figcaption.text == f"Source{fr.NBSP}: Cnam, 2024."


# --- Taken away ----------------------------------------------------------------------------------


CREDITED = Caption(
    "Deux régions & leurs médecins",
    "La Bretagne a 12 % des médecins, la Corse 3 %.",
    CNAM,
    subtitle="En part des médecins",
    note="Les effectifs sont arrondis.",
)


@pytest.fixture(scope="module", params=["verb", "publish"])
def taken(request: pytest.FixtureRequest) -> Picture:
    if request.param == "verb":
        return bars({"Bretagne": 12.0, "Corse": 3.0}, CREDITED, marks={"Corse": "judgement"})
    with theme.applied():
        figure = Figure()
        figure.subplots().barh(["Bretagne", "Corse"], [12.0, 3.0])
    return publish(figure, CREDITED)


def test_a_saved_drawing_is_whole_without_the_page(taken: Picture, tmp_path: Path) -> None:
    taken.save(tmp_path / "image.svg")
    text = (tmp_path / "image.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text.encode())  # noqa: S314  (our own drawing)
    said = " ".join("".join(root.itertext()).split())
    for words in (CREDITED.title, CREDITED.alt, CREDITED.subtitle, CREDITED.note, "Cnam, 2024."):
        assert " ".join(words.split()) in said
    assert "var(" not in text
    assert " class=" not in text
    assert " style=" not in text
    assert theme.ACCENT.lower() in text
    assert not re.search("href=.(?!#)|url\\((?!#)", text), "nothing is fetched"


def test_a_saved_drawing_fits_its_sheet(taken: Picture, tmp_path: Path, browser: Browser) -> None:
    taken.save(tmp_path / "image.svg")
    page = browser.new_page()
    page.goto((tmp_path / "image.svg").as_uri())
    out = page.evaluate(
        """() => { const room = document.documentElement.getBoundingClientRect();
        return [...document.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
          .filter((box) => box.left < room.left || box.right > room.right
            || box.top < room.top || box.bottom > room.bottom).length; }"""
    )
    page.close()
    assert out == 0


def test_a_picture_in_pixels_holds_its_words_and_no_date(taken: Picture, tmp_path: Path) -> None:
    taken.save(tmp_path / "image.png")
    taken.save(tmp_path / "again.png")
    assert (tmp_path / "image.png").read_bytes() == (tmp_path / "again.png").read_bytes()
    height = float(re.search('height="([0-9]+)"', taken.wide)[1])
    with Image.open(tmp_path / "image.png") as image:
        assert image.width == 2 * (740 + 40)
        assert image.height > 2 * (height + 60), "title and sources stand around the drawing"
        assert set(image.info) <= {"dpi"}
        pixels = np.asarray(image.convert("L"), dtype=int)
    foot = pixels[-2 * 50 :]
    assert (foot < 150).sum() > 200, "the source is written under the drawing"
    head = pixels[: 2 * 60]
    assert (head < 80).sum() > 200, "the title is written above it"


def test_the_data_are_saved_too_and_other_endings_refused(taken: Picture, tmp_path: Path) -> None:
    taken.save(tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_text(encoding="utf-8") == taken.csv
    with pytest.raises(ValueError, match=r"'image.pdf' should end in .svg, .png, .csv or .xlsx"):
        taken.save(tmp_path / "image.pdf")
    assert not (tmp_path / "image.pdf").exists()


# --- Colours -----------------------------------------------------------------------------------


def test_words_and_lines_stand_out_from_the_plate() -> None:
    for colour in (*theme.TEXT, theme.INK, theme.MUTED):
        assert contrast(colour, theme.PLATE) >= 4.5, colour
    for colour in (*theme.PALETTE, theme.QUIET):
        assert contrast(colour, theme.PLATE) >= 3, colour


@pytest.mark.parametrize("sight", BLIND)
def test_series_and_classes_are_told_apart_by_colour_blind_readers(sight: str) -> None:
    seen_by = matrix(BLIND[sight])
    assert least_distance(theme.PALETTE, seen_by) >= 10
    assert least_distance(theme.SEQUENTIAL, seen_by) >= 12
    lightness = [lab(seen_by @ linear(colour))[0] for colour in theme.SEQUENTIAL]
    assert all(a - b > 10 for a, b in itertools.pairwise(lightness)), "a class up is a shade darker"


# --- No text cut, none over another --------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The matplotlib figures of the pictures built in a test (they are not written as SVG)."""
    seen: list[Figure] = []
    monkeypatch.setattr(display, "following", lambda figure, _: seen.append(figure) or "")
    return seen


CLOSE = {f"Une série au nom assez long, la {n}e": GROWTH + 2 * n for n in range(1, 7)}
LONG = {
    "Provence-Alpes-Côte d’Azur, hors métropoles de Nice et d’Aix-Marseille": 123456.0,
    "Corse": -23456.0,
    "Communautés professionnelles territoriales de santé sous contrat": 0.0,
    "Bourgogne-Franche-Comté": 98000.0,
}
HARD: dict[str, Callable[[], Picture]] = {
    "six curves that end together": lambda: curves(CLOSE, SAID, unit="structures"),
    "a target on the forecast": lambda: fan(
        Foreseen(), SAID, target=Reference(4862, "Cible officielle : 4 862 fin 2032", "2032-12-31")
    ),
    "a target far away": lambda: fan(
        Foreseen(), SAID, target=Reference(40000, "Cible : 40 000 fin 2026", "2026-12-31")
    ),
    "long names, values of both signs": lambda: bars(LONG, SAID, unit="M€"),
    "moves that hardly move": lambda: dots(
        pd.DataFrame({"2019": [10.0, 50, 99], "2025": [10.2, 49.8, 12]}, index=list(LONG)[:3]),
        SAID,
        unit="%",
    ),
    "a map with holes": lambda: choropleth(
        departements().iloc[3:], SAID, level="departement", unit="médecins pour 100 000"
    ),
    "regions": lambda: choropleth(regions() * 1000, SAID, level="region"),
}


@pytest.mark.parametrize("case", HARD)
def test_no_text_is_cut_nor_covers_another(case: str, drawn: list[Figure]) -> None:
    HARD[case]()
    assert len(drawn) == 2
    for figure in drawn:
        with theme.applied():
            figure.draw_without_rendering()
            boxes = [(text.get_text(), text.get_window_extent()) for text in written(figure)]
        width = figure.bbox.width
        for words, box in boxes:
            cut = min(box.x0, box.y0, width - box.x1, figure.bbox.height - box.y1)
            assert cut >= -1, f"{words!r} leaves the picture ({width:.0f} wide) by {-cut:.0f}"
        for (words, box), (others, other) in itertools.combinations(boxes, 2):
            # extents hold room for accents and descenders that is mostly empty
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            covered = across > 2 and along > 0.25 * min(box.height, other.height)
            assert not covered, f"{words!r} and {others!r} overlap ({width:.0f} wide)"


def written(figure: Figure) -> list[Text]:
    """Return the texts that are really drawn: axes also keep ticks outside their limits."""
    unused: set[Any] = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        drawn = axis._update_ticks() if axis.axes.axison else []
        kept = {label for tick in drawn for label in (tick.label1, tick.label2)}
        unused |= set(axis.findobj(Text)) - kept - ({axis.label} if drawn else set())
    return [
        text
        for text in figure.findobj(Text)
        if text not in unused and text.get_visible() and text.get_text().strip()
    ]


# --- Builders ----------------------------------------------------------------------------------


def test_the_end_of_a_forecast_claims_no_more_than_the_model_knows(drawn: list[Figure]) -> None:
    fan(Foreseen(), SAID)
    words = " ".join(text.get_text() for text in written(drawn[0])).replace(fr.NARROW, " ")
    assert "4 860" in words, "4 862.6, plus or minus 540"
    assert "4 862" not in words


@pytest.mark.usefixtures("drawn")
def test_the_map_shows_every_territory_and_no_other() -> None:
    known = territories("departement")
    assert len(known) == 101
    assert len(territories("region")) == 18
    assert set(known["region"]) == set(territories("region").index)
    assert {"DEP-2A", "DEP-2B", "DEP-75", "DEP-971", "DEP-976"} <= set(known.index)
    # the five classes and their counts cover all of them, and what is left out is said
    values = departements()
    values.iloc[:7] = np.nan
    picture = choropleth(values, SAID, level="departement")
    assert list(picture.data["code"]) == list(known.index)
    assert picture.data["value"].isna().sum() == 7


def test_the_names_of_the_map_are_those_of_the_data() -> None:
    from handbook import facts

    for level in ("departement", "region"):
        named = facts.geographies(level).set_index("code")["name"]
        pd.testing.assert_series_equal(
            territories(level)["name"].sort_index(), named.sort_index(), check_dtype=False
        )


@pytest.mark.parametrize(
    ("values", "level", "named"),
    [
        (pd.Series({"DEP-1": 1.0}), "departement", "'DEP-1'.*nearest is 'DEP-"),
        (pd.Series({"REG-84": 1.0}), "departement", "'REG-84'"),
        (pd.Series([1.0, 2.0], index=["DEP-01", "DEP-01"]), "departement", "DEP-01 given more"),
        (pd.Series({"DEP-01": np.nan}), "departement", "no departement has a value"),
        (pd.Series({"DEP-01": 1.0}), "commune", "« commune »; known: departement, region"),
    ],
)
def test_wrong_values_of_a_map_are_named(values: pd.Series, level: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        choropleth(values, SAID, level=level)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=101))
def test_classes_of_a_map_grow_and_none_is_out_of_reach(values: list[float]) -> None:
    bounds = class_breaks(pd.Series(values))
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= 4
    assert all(min(values) < bound <= max(values) for bound in bounds)


def test_a_break_at_the_target_stands_in_the_key(drawn: list[Figure]) -> None:
    choropleth(departements(), SAID, level="departement", unit="%", breaks=[50, 75, 100])
    words = [
        text.get_text().replace(fr.NARROW, " ").replace(fr.NBSP, " ") for text in written(drawn[0])
    ]
    counts = {
        word.split(" · ")[0]: int(word.split(" · ")[1].split()[0])
        for word in words
        if " · " in word
    }
    assert list(counts) == ["moins de 50 %", "50 à 75 %", "75 à 100 %", "100 % ou plus"]
    assert counts["100 % ou plus"] == (departements() >= 100).sum()
    with pytest.raises(ValueError, match="one to 4 growing bounds"):
        choropleth(departements(), SAID, level="departement", breaks=[100, 50])


def test_the_credits_of_the_outlines_are_under_the_map_and_in_the_package(
    pictures: dict[str, Picture],
) -> None:
    caption = BeautifulSoup(pictures["regions"].html, "html.parser").figcaption.text
    for words in (caption, pictures["regions"].about["attribution"]):
        assert all(word in words for word in ("MapSVG", "CC BY", "Natural Earth"))
    licences = (Path(theme.ASSETS) / "LICENCES.md").read_text(encoding="utf-8")
    assert all(word in licences for word in ("CC BY 4.0", "Natural Earth", "Open Font License"))


def test_outlines_for_a_page_show_every_departement_within_the_drawing() -> None:
    drawn = outlines()
    assert set(drawn.shapes) == set(territories("departement").index)
    for code, data in drawn.shapes.items():
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z ?)+", data), code
        for ring in data.replace("M", " M").split(" M")[1:]:
            start, steps = ring.removesuffix("z").strip().rstrip("z").split("l")
            moves = list(map(int, re.findall(r"-?\d+", steps)))
            x, y = map(int, start.split())
            for dx, dy in zip(moves[::2], moves[1::2], strict=True):
                x, y = x + dx, y + dy
                assert 0 <= x <= drawn.width, code
                assert 0 <= y <= drawn.height, code
    # Paris and its neighbours stand a second time, larger
    assert drawn.shapes["DEP-75"].count("M") == 2
    assert drawn.attribution == ATTRIBUTION
