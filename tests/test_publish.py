"""Any axes as a picture of the handbook: what is written, what is kept, how it fits a page."""

from __future__ import annotations

import io
import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from bs4 import BeautifulSoup
from colours import contrast
from conftest import ROOT
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from playwright.sync_api import Browser

from handbook.figures import Caption, Picture, fr, publish, set_theme, theme
from handbook.figures.errors import FigureError

SAID = Caption("Les maisons se multiplient", "De 240 fin 2012 à 2 990 fin 2023.", "cnam-2024")
STATIC = ROOT / "handbook" / "site" / "static"
FONT = (
    f"@font-face {{ font-family: S; src: url({(STATIC / 'fonts').as_uri()}/source-sans-3.woff2) }}"
)

ENDS = pd.date_range("2012-12-31", periods=12, freq="YE")
MONTHS = pd.date_range("2023-01-31", periods=20, freq="ME")
NAMES = [
    "Provence-Alpes-Côte d’Azur, hors métropoles de Nice et d’Aix-Marseille",
    "Corse",
    "Communautés professionnelles territoriales de santé",
    "Bourgogne-Franche-Comté",
]
TWO = pd.DataFrame(
    {
        "date": [*ENDS, *ENDS],
        "nombre": np.r_[np.arange(12) * 250 + 240.0, np.arange(12) * 120 + 90.0],
        "série": ["Maisons de santé"] * 12 + ["Centres de santé"] * 12,
    }
)
YEARLY = pd.DataFrame({"année": np.arange(2012, 2024), "part": np.linspace(0.5, 12.75, 12)})
PARTS = pd.DataFrame({"nom": NAMES, "part": [12.5, 3.25, 45.0, 8.0]})
REGIONS = pd.DataFrame(
    {
        "région": ["Bretagne", "Corse", "Île-de-France", "Occitanie", "Normandie", NAMES[3]],
        "médecins": [1200, 300, 12000, 5400, 2100, 4200],
    }
)
PLACES = pd.DataFrame(
    {
        "densité": np.linspace(50, 300, 12),
        "dépense": np.linspace(4000, 1000, 12) ** 1.01,
        "zone": ["rurale", "urbaine"] * 6,
    }
)
GRID = pd.DataFrame(
    [[0.51, -0.12, 0.18], [-0.44, 1.5, 0.2]],
    index=["Maisons de santé", "Équipes de soins primaires"],
    columns=["2019", "2020", "2021"],
)
AGES = pd.DataFrame({"âge": np.repeat([31.0, 38, 44, 52, 61], [2, 5, 9, 6, 3])})
AGES["sexe"] = np.where(np.arange(25) % 2, "femmes", "hommes")
SPREAD = pd.DataFrame({"nom": ["Corse", "Bretagne", "Centre"] * 4, "part": np.arange(12) ** 1.5})


@pytest.fixture(autouse=True)
def drawing() -> Iterator[None]:
    with plt.rc_context():
        set_theme()
        yield
    plt.close("all")


def log(axes: Axes, **scales: str) -> Axes:
    axes.set(**scales)
    return axes


def two_panels() -> Axes:
    _, (left, right) = plt.subplots(1, 2)
    sns.lineplot(YEARLY, x="année", y="part", ax=left)
    left.set_title("Part d'assurés")
    sns.barplot(REGIONS, x="médecins", y="région", ax=right)
    right.set_title("Dépense")
    return left


def twins() -> Axes:
    _, axes = plt.subplots()
    axes.plot([2012, 2013, 2014], [1, 2, 3.5], label="nombre")
    axes.set(xlabel="année", ylabel="nombre")
    other = axes.twinx()
    other.plot([2012, 2013, 2014], [10000, 20000, 15000], color=theme.PALETTE[1], label="coût")
    other.set_ylabel("euros")
    return axes


def facets() -> Any:
    frame = TWO.assign(part=TWO["nombre"] / 100)
    return sns.relplot(
        frame, x="date", y="part", col="série", hue="série", kind="line", errorbar=None
    )


CASES: dict[str, Callable[[], Any]] = {
    "dates": lambda: sns.lineplot(TWO, x="date", y="nombre", hue="série"),
    "markers": lambda: sns.lineplot(
        TWO, x="date", y="nombre", hue="série", style="série", markers=True
    ),
    "months": lambda: sns.lineplot(x=MONTHS, y=np.arange(20) * 1000.0),
    "years": lambda: sns.lineplot(YEARLY, x="année", y="part"),
    "columns": lambda: sns.barplot(REGIONS, x="région", y="médecins"),
    "rows": lambda: sns.barplot(PARTS, x="part", y="nom"),
    "groups": lambda: sns.barplot(
        pd.DataFrame(
            {"nom": NAMES[1:3] * 2, "part": [1, 2, 3, 4.5], "an": ["2020"] * 2 + ["2024"] * 2}
        ),
        x="nom",
        y="part",
        hue="an",
    ),
    "error bars": lambda: sns.barplot(SPREAD, x="nom", y="part", capsize=0.2, seed=1),
    "points": lambda: sns.scatterplot(PLACES, x="densité", y="dépense", hue="zone", style="zone"),
    "sizes": lambda: sns.scatterplot(PLACES, x="densité", y="dépense", hue="zone", size="densité"),
    "cells": lambda: sns.heatmap(GRID, annot=True, fmt=".2f", cmap="Blues"),
    "classes": lambda: sns.histplot(AGES, x="âge", bins=[30, 40, 50, 65]),
    "density": lambda: sns.histplot(AGES, x="âge", hue="sexe", kde=True),
    "log y": lambda: log(
        sns.lineplot(x=np.arange(2000, 2024), y=10.0 ** np.linspace(-3, 7, 24)), yscale="log"
    ),
    "log x": lambda: log(
        sns.scatterplot(x=10.0 ** np.linspace(2, 7, 20), y=np.arange(20)), xscale="log"
    ),
    "pandas lines": lambda: TWO.pivot_table(values="nombre", index="date", columns="série").plot(),
    "pandas months": lambda: pd.Series(np.arange(20.0), MONTHS, name="Maisons").plot(),
    "pandas columns": lambda: pd.Series([3.0, 45, 8], NAMES[1:], name="part").plot(kind="bar"),
    "pandas rows": lambda: pd.DataFrame({"part": [3.0, 45, 8]}, NAMES[1:]).plot(kind="barh"),
    "two panels": two_panels,
    "twin axes": twins,
    "facets": facets,
}


def made(case: str, **options: Any) -> Picture:
    return publish(CASES[case](), SAID, **options)


def words(svg: str) -> list[str]:
    texts = [text.text for text in BeautifulSoup(svg, "html.parser").select("text")]
    return [text.replace(fr.NARROW, " ").replace(fr.NBSP, " ") for text in texts]


def rows(picture: Picture) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(picture.csv))


# --- What is written -----------------------------------------------------------------------------


def test_numbers_and_percents_are_french() -> None:
    assert {"2 000", "12 000"} <= set(words(made("columns").wide))
    assert {"0 %", "20 %", "40 %"} <= set(words(made("rows", unit="%").wide))
    assert "2 000 €" in words(made("points", unit="€").wide)
    for svg in (made("cells").wide, made("cells").narrow):
        assert {"0,51", "−0,12", "1,50", "2019", "2021"} <= set(words(svg))


def test_ticks_tell_small_values_apart() -> None:
    shown = words(publish(sns.lineplot(x=[2020, 2021], y=[0.001, 0.004]), SAID).wide)
    assert "0,002" in {word.rstrip("0") for word in shown}
    shown = words(made("log y", unit="€").wide)
    assert {"0,001 €", "0,1 €", "10 €", "100 000 €"} <= set(shown)


def test_a_date_at_the_end_of_a_year_is_named_for_the_year_it_closes() -> None:
    """An automatic tick at 1 January would name 2016 the point of 31 December 2015."""
    picture = made("dates")
    svg = BeautifulSoup(picture.wide, "html.parser")
    years = {text.text: float(text["x"]) for text in svg.select("text") if text.text.isdigit()}
    years = {year: x for year, x in years.items() if 2010 < int(year) < 2030}
    line = next(path["d"] for path in svg.select("path") if path["d"].count("L") == 11)
    places = [float(x) for x in re.findall(r"[ML] ?([\d.]+)", line)]
    assert years["2023"] == pytest.approx(places[-1], abs=1)
    assert years["2012"] == pytest.approx(places[0], abs=1)


def test_years_as_numbers_stay_years() -> None:
    for case in ("years", "twin axes"):
        for svg in (made(case).wide, made(case).narrow):
            years = [word for word in words(svg) if re.fullmatch("20[12][0-9]", word)]
            assert len(years) >= 2
            assert len(set(years)) == len(years), "no year is written twice"
            assert not [word for word in words(svg) if word.startswith("2 01")]


def test_a_value_near_two_thousand_is_no_year() -> None:
    shown = words(publish(sns.lineplot(x=[0, 1, 2], y=[1900, 2000, 2100]), SAID, unit="€").wide)
    assert "2 000 €" in shown


@pytest.mark.parametrize("case", ["months", "pandas months"])
def test_months_are_french(case: str) -> None:
    picture = made(case)
    for svg in (picture.wide, picture.narrow):
        shown = " ".join(words(svg))
        assert re.search(r"août|avr\.|févr\.", shown)
        assert not re.search("Jan|Feb|Apr|May|Aug|Dec", shown)


def test_what_seaborn_writes_by_itself_is_french() -> None:
    assert "Effectif" in words(made("classes").wide)
    assert "Effectif" in rows(made("classes"))
    assert not set(words(made("density").wide)) & {"Count", "Density"}


def test_typography_is_set_in_titles_labels_and_keys() -> None:
    _, axes = plt.subplots()
    axes.plot([1, 2], [3, 4], label="l'équité : oui")
    axes.set(title="L'accès", ylabel="Part : %")
    axes.legend(title="Selon l'âge")
    axes.text(1.5, 3.5, "2 501 maisons")
    shown = publish(axes, SAID).wide
    for typeset in (
        "l’équité\u00a0: oui",
        "L’accès",
        "Part\u00a0:\u202f%",
        "Selon l’âge",
        "2\u202f501 maisons",
    ):
        assert typeset in shown


def test_the_unit_is_that_of_the_axes_given() -> None:
    shown = words(made("twin axes", unit="€").wide)
    assert {"1,0 €", "3,5 €"} <= set(shown)
    assert "20 000" in shown
    assert "20 000 €" not in shown


def test_names_at_the_ends_of_lines_replace_the_legend() -> None:
    picture = made("markers", name_ends=True)
    for svg in (picture.wide, picture.narrow):
        shown = " ".join(words(svg))
        assert shown.count("Maisons") == shown.count("Centres") == 1
    assert rows(picture)["série"].unique().tolist() == ["Maisons de santé", "Centres de santé"]
    with pytest.raises(ValueError, match="name_ends needs lines with a name; give them a label="):
        made("columns", name_ends=True)


# --- What is kept ---------------------------------------------------------------------------------


def expect(picture: Picture, frame: pd.DataFrame) -> None:
    back = rows(picture)
    assert list(back.columns) == list(frame.columns)
    for name in frame:
        if pd.api.types.is_numeric_dtype(frame[name]):
            np.testing.assert_allclose(back[name], frame[name], rtol=1e-9)
        else:
            assert back[name].tolist() == frame[name].astype(str).tolist()


def test_the_csv_of_lines_is_what_was_given() -> None:
    expect(made("dates"), TWO[["série", "date", "nombre"]])
    expect(made("markers"), TWO[["série", "date", "nombre"]])
    expect(made("years"), YEARLY)
    expect(made("months"), pd.DataFrame({"date": MONTHS, "valeur": np.arange(20) * 1000.0}))


def test_the_csv_of_bars_is_what_was_given() -> None:
    expect(made("columns"), REGIONS)
    expect(made("rows"), PARTS[["part", "nom"]])
    series = pd.DataFrame({"série": "part", "nom": NAMES[1:], "valeur": [3.0, 45, 8]})
    expect(made("pandas columns"), series)
    expect(made("pandas rows"), series[["série", "valeur", "nom"]])
    back = rows(made("groups"))
    assert back["série"].tolist() == [2020, 2020, 2024, 2024]
    assert back["part"].tolist() == [1, 2, 3, 4.5]


def test_negative_bars_keep_their_sign() -> None:
    frame = pd.DataFrame({"nom": ["a", "b"], "solde": [-3.0, 2.0]})
    expect(publish(sns.barplot(frame, x="nom", y="solde"), SAID), frame)
    plt.close("all")
    expect(publish(sns.barplot(frame, y="nom", x="solde"), SAID), frame[["solde", "nom"]])


def test_error_bars_and_bands_are_bounds_and_not_series() -> None:
    back = rows(made("error bars"))
    assert list(back.columns) == ["nom", "part", "bas", "haut"]
    means = SPREAD.groupby("nom", sort=False)["part"].mean()
    np.testing.assert_allclose(back["part"], means)
    assert (back["bas"] < back["part"]).all()
    assert (back["part"] < back["haut"]).all()
    plt.close("all")
    _, axes = plt.subplots()
    axes.errorbar([1, 2, 3], [1, 4, 9], yerr=[0.1, 0.2, 0.5], label="moyenne", capsize=3)
    back = rows(publish(axes, SAID))
    assert back["série"].tolist() == ["moyenne"] * 3
    np.testing.assert_allclose(back["haut"] - back["valeur"], [0.1, 0.2, 0.5])
    _, axes = plt.subplots()
    axes.plot([1, 2], [3, 4])
    axes.fill_between([1, 2], [2, 3], [5, 6], alpha=0.3)
    axes.axhline(3)
    assert rows(publish(axes, SAID)).to_numpy().tolist() == [[1, 3, 2, 5], [2, 4, 3, 6]]


def test_the_csv_of_points_cells_and_classes_is_what_was_drawn() -> None:
    expect(
        made("points"),
        PLACES.rename(columns={"zone": "série"})[["série", "densité", "dépense"]],
    )
    back = rows(made("cells"))
    assert list(back.columns) == ["ligne", "colonne", "valeur"]
    wide = back.pivot_table(values="valeur", index="ligne", columns="colonne", sort=False)
    np.testing.assert_allclose(wide, GRID)
    assert wide.index.tolist() == GRID.index.tolist()
    back = rows(made("classes"))
    assert back.to_numpy().tolist() == [[30, 40, 7], [40, 50, 9], [50, 65, 9]]


def test_the_csv_of_panels_twins_and_periods_says_which_is_which() -> None:
    back = rows(made("two panels"))
    assert back["panneau"].value_counts().to_dict() == {"Part d’assurés": 12, "Dépense": 6}
    back = rows(made("twin axes"))
    assert back["série"].tolist() == ["nombre"] * 3 + ["coût"] * 3
    assert back["euros"].dropna().tolist() == [10000, 20000, 15000]
    back = rows(made("pandas months"))
    assert back["période"].iloc[[0, -1]].tolist() == ["2023-01", "2024-08"]
    back = rows(made("facets"))
    assert len(back) == len(TWO)
    assert set(back["série"]) == set(TWO["série"])


@pytest.mark.parametrize("case", CASES)
def test_no_name_of_a_library_nor_empty_row_is_left_in_the_csv(case: str) -> None:
    picture = made(case)
    assert not re.search("_child|_container|_nolegend", picture.csv)
    back = rows(picture)
    assert not any(str(name).startswith("Unnamed") for name in back)
    assert back.select_dtypes("number").notna().any(axis=1).all()
    assert not back.drop(columns="série", errors="ignore").isna().all(axis=1).any()


def test_data_given_are_kept_as_they_are() -> None:
    assert made("years", data=PARTS).data.equals(PARTS)


# --- How it stands on a page ---------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_a_published_picture_obeys_the_policy_and_follows_the_theme(case: str) -> None:
    picture = made(case, unit="€")
    assert " style=" not in picture.html
    assert "<style" not in picture.html
    for svg, width in ((picture.wide, "740"), (picture.narrow, "350")):
        root = BeautifulSoup(svg, "html.parser").svg
        assert root["width"] == width
        assert not root.select("image"), "vectors only"
        bare = {value.lower() for value in re.findall('"(#[0-9A-Fa-f]{6})"', svg)}
        assert not bare & set(theme.VARIABLES), "a colour of the theme follows the page"
        if case != "cells":  # cells keep their colours, and so do the words on them
            assert not bare, f"{bare} would not change in the dark"
        for name in root.find_all(id=True):
            assert re.match("p[0-9a-f]{6}[wn]", name["id"])
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
        known = {tag["id"] for tag in root.find_all(id=True)}
        assert {one or other for one, other in used} <= known


def test_a_notebook_gives_its_own_colours_where_the_page_has_none() -> None:
    svg = made("dates").wide
    for name, jupyter in (("ink", "content-font-color1"), ("muted", "content-font-color2")):
        colour = next(c for c, n in theme.VARIABLES.items() if n == name)
        assert f"var(--hb-{name}, var(--jp-{jupyter}, {colour}))" in svg
    assert re.search(r"var\(--hb-grid, var\(--jp-border-color2, #\w{6}\)\)", svg)
    assert re.search(r"var\(--hb-s1, #1746b4\)", svg)


def variables(theme_name: str) -> dict[str, str]:
    """Return the colours that the style sheet gives the drawings in one theme."""
    css = (STATIC / "handbook.css").read_text(encoding="utf-8")
    blocks = [body for body in re.findall(r"\{([^{}]*)\}", css) if "--hb-ink:" in body]
    light, dark = (dict(re.findall(r"--hb-([\w-]+): (#[0-9a-f]{3,6})", body)) for body in blocks)
    named = {"light": light, "dark": dark}[theme_name]
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
        for name, value in named.items()
    }


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_class_up_stands_further_from_the_page(name: str) -> None:
    shown = variables(name)
    away = [contrast(shown[f"q{rank}"], shown["ground"]) for rank in range(1, 6)]
    assert all(after / before > 1.25 for before, after in itertools.pairwise(away))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_series_and_words_stand_out_in_both_themes(name: str) -> None:
    shown = variables(name)
    assert set(theme.VARIABLES.values()) <= shown.keys()
    for series in ("quiet", *(f"s{rank}" for rank in range(1, 7))):
        assert contrast(shown[series], shown["ground"]) >= 3, series
    for text in ("ink", "muted", *(f"t{rank}" for rank in range(1, 7))):
        assert contrast(shown[text], shown["ground"]) >= 4.5, text
    for rank in range(1, 6):
        words_on = "on-dark" if rank > 3 else "on-pale"
        assert contrast(shown[words_on], shown[f"q{rank}"]) >= 4.5, f"{words_on} on q{rank}"


def test_the_light_theme_is_that_of_the_drawings() -> None:
    shown = variables("light")
    for colour, name in theme.VARIABLES.items():
        if name[0] != "s" and not name.startswith("on-"):
            assert shown[name] == colour, name
    assert [shown[f"s{rank}"] for rank in range(1, 7)] == [c.lower() for c in theme.PALETTE]


MEASURE = """() => [...document.querySelectorAll('section')].flatMap((section) =>
  [...section.querySelectorAll('svg')].filter((one) => one.getClientRects().length).map((svg) => {
    const room = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim());
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    const faults = [];
    boxes.forEach(([words, box], rank) => {
      const out = Math.max(room.left - box.left, box.right - room.right,
        room.top - box.top, box.bottom - room.bottom);
      if (out > 2) faults.push(`${section.id}: « ${words} » leaves by ${out.toFixed(1)} px`);
      for (const [others, other] of boxes.slice(rank + 1)) {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        // line boxes hold room for accents and descenders that is mostly empty
        if (across > 0.5 && down > 0.25 * Math.min(box.height, other.height))
          faults.push(`${section.id}: « ${words} » and « ${others} » overlap`);
      }
    });
    return faults;
  })).flat()"""


@pytest.fixture(scope="module")
def pages() -> str:
    figures = []
    with plt.rc_context():
        set_theme()
        for case in CASES:
            figures.append(f'<section id="{case}">{made(case, unit="€").html}</section>')
            plt.close("all")
    css = (STATIC / "handbook.css").read_text(encoding="utf-8")
    return (
        f"<!doctype html><html data-theme=light><meta charset=utf-8><style>{css}{FONT}"
        ".hb-picture svg { font-family: S }</style>"
        f"<main class=bd-article>{''.join(figures).replace(' hidden ', ' ')}</main>"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_no_words_overlap_nor_leave_the_picture(
    pages: str, browser: Browser, width: int, tmp_path: Any
) -> None:
    file = tmp_path / "page.html"
    file.write_text(pages, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('12px S')")
    shown = "hb-narrow" if width < 600 else "hb-wide"
    assert page.locator(f".{shown} svg").count() == len(CASES)
    assert page.locator(f".{shown} svg").first.is_visible()
    assert page.evaluate(MEASURE) == []
    page.close()


def test_in_the_dark_words_are_pale_on_the_screen_and_dark_on_paper(
    pages: str, browser: Browser, tmp_path: Any
) -> None:
    file = tmp_path / "page.html"
    file.write_text(pages.replace("data-theme=light", "data-theme=dark"), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    read = "getComputedStyle(document.querySelector('.hb-wide svg text')).fill"
    colours = {}
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        channels = re.findall(r"\d+", page.evaluate(read))
        colours[media] = "#" + "".join(f"{int(channel):02x}" for channel in channels)
    page.close()
    assert contrast(colours["screen"], variables("dark")["ground"]) >= 4.5
    assert contrast(colours["print"], "#ffffff") >= 4.5


def test_panels_side_by_side_stand_one_above_the_other_on_a_phone() -> None:
    picture = made("two panels")

    def titles(svg: str) -> list[tuple[float, float]]:
        texts = BeautifulSoup(svg, "html.parser").select("text")
        found = [text for text in texts if text.text in {"Part d’assurés", "Dépense"}]
        return [(float(text["x"]), float(text["y"])) for text in found if text.has_attr("x")]

    (left, top), (right, level) = titles(picture.wide)
    assert top == pytest.approx(level, abs=1)
    assert right - left > 150
    (left, top), (right, below) = titles(picture.narrow)
    assert abs(right - left) < 60
    assert below - top > 100


def test_too_many_names_for_a_phone_are_refused_with_what_to_do() -> None:
    frame = pd.DataFrame({"nom": [f"Département {n}" for n in range(60)], "part": range(60)})
    with pytest.raises(ValueError, match=r"60 names do not fit side by side.*draw them as rows"):
        publish(sns.barplot(frame, x="nom", y="part"), SAID)


# --- What is refused -----------------------------------------------------------------------------


def test_axes_with_nothing_drawn_are_refused() -> None:
    _, axes = plt.subplots()
    with pytest.raises(ValueError, match="nothing is drawn on the axes of « Les maisons se"):
        publish(axes, SAID)
    axes.remove()
    with pytest.raises(ValueError, match="nothing is drawn"):
        publish(axes, SAID)


def test_a_caption_without_description_is_refused_and_the_drawing_left_as_it_was() -> None:
    axes = CASES["years"]()
    with pytest.raises(ValueError, match="alt of « Titre »: say what is seen"):
        publish(axes, Caption("Titre", "", "cnam-2024"))
    assert axes.get_figure().number in plt.get_fignums()
    assert publish(axes, SAID).title == SAID.title


def test_a_figure_is_published_once_and_closed() -> None:
    axes = CASES["years"]()
    publish(axes, SAID)
    assert plt.get_fignums() == []
    with pytest.raises(ValueError, match="was published already; draw it again"):
        publish(axes, SAID)


def test_a_figure_closed_by_the_notebook_can_still_be_published() -> None:
    axes = CASES["years"]()
    plt.close("all")
    assert len(rows(publish(axes, SAID))) == 12


def test_what_cannot_be_read_back_asks_for_its_data() -> None:
    _, axes = plt.subplots()
    axes.imshow(np.eye(3))
    with pytest.raises(ValueError, match="cannot be read back as rows; give them with data="):
        publish(axes, SAID)


def test_a_figure_or_what_stands_on_one_is_accepted() -> None:
    figure = CASES["years"]().get_figure()
    assert isinstance(figure, Figure)
    assert len(rows(publish(figure, SAID))) == 12
    picture = made("facets")
    for svg in (picture.wide, picture.narrow):
        assert "Maisons de santé" in " ".join(words(svg))


@pytest.mark.parametrize("given", [np.array([1]), None, "axes"])
def test_what_is_no_drawing_is_refused_by_its_type(given: Any) -> None:
    with pytest.raises(FigureError, match=f"got {type(given).__name__}; give one of the axes"):
        publish(given, SAID)


def test_nothing_is_changed_in_matplotlib_nor_warned_about() -> None:
    before = dict(plt.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made("cells")
    assert dict(plt.rcParams) == before
