"""Pictures, tables and sentences: what a reader is owed whatever the data."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from handbook.figures import (
    Picture,
    Reference,
    bars,
    chances,
    choropleth,
    curves,
    dots,
    fan,
    fr,
    panels,
    plate,
    theme,
)
from handbook.figures.maps import class_breaks, territories

ALT = "Les maisons de santé passent de 240 fin 2012 à 2 501 fin 2023."


class Source(NamedTuple):
    id: str
    publisher: str
    year: int


CNAM = Source("cnam-2024", "Cnam", 2024)
SAID: dict[str, Any] = {"title": "Dix fois plus en onze ans", "alt": ALT, "sources": [CNAM]}
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
    ("changed", "named"),
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
def test_a_picture_without_alt_source_or_finding_is_refused(
    changed: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        curves(GROWTH, **(SAID | changed))


@pytest.mark.parametrize("builder", [curves, fan, bars, dots, panels, choropleth])
def test_title_alt_and_sources_are_required(builder: Callable[..., Picture]) -> None:
    with pytest.raises(TypeError, match="'title', 'alt', and 'sources'"):
        builder(GROWTH)


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {
        "curves": curves({"Maisons": GROWTH, "Centres": GROWTH / 2}, **SAID),
        "fan": fan(Foreseen(), target=Reference(4000, "Cible", "2026-12-31"), **SAID),
        "bars": bars({"Bretagne": 12.0, "Corse": -3.0}, unit="%", **SAID),
        "departements": choropleth(departements(), level="departement", unit="%", **SAID),
        "regions": choropleth(regions(), level="region", digits=1, **SAID),
    }


def test_the_same_picture_has_the_same_bytes(pictures: dict[str, Picture]) -> None:
    again = choropleth(regions(), level="region", digits=1, **SAID)
    assert (again.wide, again.narrow) == (pictures["regions"].wide, pictures["regions"].narrow)
    again = fan(Foreseen(), target=Reference(4000, "Cible", "2026-12-31"), **SAID)
    assert (again.wide, again.narrow) == (pictures["fan"].wide, pictures["fan"].narrow)


def test_sizes_and_weights_suit_the_page(pictures: dict[str, Picture]) -> None:
    for name, picture in pictures.items():
        for data, (width, height), wanted in (
            (picture.wide, picture.wide_size, 760),
            (picture.narrow, picture.narrow_size, 360),
        ):
            assert width == wanted
            with Image.open(io.BytesIO(data)) as image:
                assert image.size == (2 * width, 2 * height), "double density"
                assert not image.info, "no date nor software name in the file"
        # borders of a hundred départements weigh more than curves
        assert len(picture.wide) < (80_000 if name == "departements" else 60_000), name


@pytest.mark.usefixtures("drawn")
def test_the_digest_follows_the_data_and_not_the_noise() -> None:
    seen = {
        repr(table)
        for table in (
            bars(GROWTH.set_axis(YEARS.year.astype(str)) * factor, **SAID)
            for factor in (1, 1 + 1e-9)
        )
    }
    assert len(seen) == 1
    changed = GROWTH.set_axis(YEARS.year.astype(str)).replace(2501, 2511)
    assert repr(bars(changed, **SAID)) not in seen


def test_the_csv_reads_back_to_the_data(pictures: dict[str, Picture]) -> None:
    back = pd.read_csv(io.StringIO(pictures["departements"].csv), index_col="code")
    assert list(back.columns) == ["département", "valeur (%)"]
    np.testing.assert_allclose(back["valeur (%)"], departements()[back.index], rtol=1e-9)
    back = pd.read_csv(io.StringIO(pictures["curves"].csv), parse_dates=["date"])
    np.testing.assert_allclose(back.groupby("série")["valeur"].sum()["Maisons"], GROWTH.sum())
    assert set(back["date"]) == set(YEARS)


def test_jupyter_and_the_site_get_all_they_need(pictures: dict[str, Picture]) -> None:
    data, about = pictures["fan"]._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert about["image/png"] == dict(
        zip(("width", "height"), pictures["fan"].wide_size, strict=True)
    )
    kept = json.loads(json.dumps(about["handbook"]))
    assert kept["kind"] == "picture"
    assert kept["sources"] == ["cnam-2024"]
    assert kept["alt"].startswith("Les maisons")


# --- Colours -----------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
BLIND = {
    "protanopia": """
        0.152286 1.052583 -0.204868
        0.114503 0.786281 0.099216
        -0.003882 -0.048116 1.051998""",
    "deuteranopia": """
        0.367322 0.860646 -0.227968
        0.280085 0.672501 0.047413
        -0.011820 0.042940 0.968881""",
    "tritanopia": """
        1.255528 -0.076749 -0.178779
        -0.078411 0.930809 0.147602
        0.004733 0.691367 0.303900""",
    "all colours": "1 0 0  0 1 0  0 0 1",
}
XYZ = "0.4124564 0.3575761 0.1804375 0.2126729 0.7151522 0.072175 0.0193339 0.119192 0.9503041"


def matrix(numbers: str) -> Any:
    return np.array(numbers.split(), dtype=float).reshape(3, 3)


def linear(colour: str) -> Any:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(matrix(XYZ)[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Any) -> Any:
    """CIE L*a*b*, white D65."""
    scaled = matrix(XYZ) @ np.clip(rgb, 0, 1) / matrix(XYZ).sum(axis=1)
    root = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def least_distance(colours: tuple[str, ...], seen_by: Any) -> float:
    points = [lab(seen_by @ linear(colour)) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(points, 2))


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
    """The matplotlib figures of the pictures built in a test (their files are not encoded)."""
    figures: list[Figure] = []
    monkeypatch.setattr(plate, "_png", lambda figure, *_: figures.append(figure) or b"")
    return figures


CLOSE = {f"Une série au nom assez long, la {n}e": GROWTH + 2 * n for n in range(1, 7)}
LONG = {
    "Provence-Alpes-Côte d’Azur, hors métropoles de Nice et d’Aix-Marseille": 123456.0,
    "Corse": -23456.0,
    "Communautés professionnelles territoriales de santé sous contrat": 0.0,
    "Bourgogne-Franche-Comté": 98000.0,
}
HARD: dict[str, Callable[[], Picture]] = {
    "six curves that end together": lambda: curves(CLOSE, unit="structures", **SAID),
    "a target on the forecast": lambda: fan(
        Foreseen(),
        target=Reference(4862, "Cible officielle : 4 862 fin 2032", "2032-12-31"),
        **SAID,
    ),
    "a target far away": lambda: fan(
        Foreseen(), target=Reference(40000, "Cible : 40 000 fin 2026", "2026-12-31"), **SAID
    ),
    "long names, values of both signs": lambda: bars(LONG, unit="M€", **SAID),
    "moves that hardly move": lambda: dots(
        pd.DataFrame({"2019": [10.0, 50, 99], "2025": [10.2, 49.8, 12]}, index=list(LONG)[:3]),
        unit="%",
        **SAID,
    ),
    "eighteen regions": lambda: panels(
        {name: GROWTH * n for n, name in enumerate(territories("region")["name"], 1)}, **SAID
    ),
    "a map with holes": lambda: choropleth(
        departements().iloc[3:], level="departement", unit="médecins pour 100 000", **SAID
    ),
    "regions": lambda: choropleth(regions() * 1000, level="region", **SAID),
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
    fan(Foreseen(), **SAID)
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
    picture = choropleth(values, level="departement", **SAID)
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
        (pd.Series({"DEP-01": 1.0}), "commune", "'commune'"),
    ],
)
def test_wrong_values_of_a_map_are_named(values: pd.Series, level: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        choropleth(values, level=level, **SAID)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=101))
def test_classes_of_a_map_grow_and_none_is_out_of_reach(values: list[float]) -> None:
    bounds = class_breaks(pd.Series(values))
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= 4
    assert all(min(values) < bound <= max(values) for bound in bounds)


def test_a_break_at_the_target_stands_in_the_key(drawn: list[Figure]) -> None:
    choropleth(departements(), level="departement", unit="%", breaks=[50, 75, 100], **SAID)
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
        choropleth(departements(), level="departement", breaks=[100, 50], **SAID)


def test_the_credits_of_the_outlines_are_on_the_map_and_in_the_package(drawn: list[Figure]) -> None:
    choropleth(regions(), level="region", **SAID)
    for figure in drawn:
        words = " ".join(text.get_text() for text in written(figure))
        assert "MapSVG" in words
        assert "CC BY" in words
        assert "Natural Earth" in words
    licences = (Path(theme.ASSETS) / "LICENCES.md").read_text(encoding="utf-8")
    assert all(word in licences for word in ("CC BY 4.0", "Natural Earth", "Open Font License"))


def test_a_chance_that_is_not_known_is_not_drawn_as_one() -> None:
    rows = pd.DataFrame(
        {"chance": [0.8, float("nan")], "words": ["80 % · probable", "aucun relevé"]},
        index=["Centres", "Maisons"],
    )
    known, even = (chances(rows.fillna({"chance": value}), **SAID) for value in (np.nan, 0.5))
    assert known.wide != even.wide
    assert known.data["chance"].isna().tolist() == [False, True]
    with pytest.raises(ValueError, match="between 0 and 1"):
        chances(rows.fillna({"chance": 50}), **SAID)
    with pytest.raises(ValueError, match="words"):
        chances(rows[["chance"]], **SAID)
