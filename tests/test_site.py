"""The site's extension on a small book, built once with the project's own configuration."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

from handbook.core.french import typeset
from handbook.figures import Caption, Picture, Plate, Statements, Table, compose, says
from handbook.figures import table as table_of
from handbook.site import build, edition, search, spreadsheet

PREVIEW = """
import sys
from pathlib import Path
from handbook.site import build
print(build.preview("notebooks/chapitre.ipynb", Path(sys.argv[1])))
"""

CHAPTER = """# Un chapitre

Les MSP et les CPTS se multiplient: {fact}`msp_nb@2023-12-31` MSP, dont {fact}`msp_nb@first|unité`.
Une seconde MSP ; 4 000 en vue. L'équité d'accès, selon {source}`barometre`. La {term}`couverture`.

:::{a-retenir}
Ceci compte : {modele}`Résultat de modèle`.
:::

:::{jugement}
Les auteurs le pensent.
:::

:::{note}
Une note, et $x^2$.
:::
"""

PLAIN = """# Une page sans rôle ni directive

Ce que l'on saura : les MSP.

## Les CPTS dans un titre

| Tableau | [CPTS](../book/sources.md) |
|---|---|
| CPTS | `CPTS` |

**Fait.** Les prévisions naïves se trompent : voyez la [couverture](../book/glossaire.md).

> **À retenir**
>
> - **Résultat de modèle.** Il y en aura *plus*.
> - **Hypothèse des auteurs.** Leur nombre double.

<details><summary>Plus d'un détail : lequel ?</summary>

**Important.** Ceci n'est pas une marque ; la [bibliographie](../book/bibliographie.md) est un lien.

</details>
"""
SENTENCE = """**Jugement.** En tout : **2 501** CPTS, d'après
la [bibliographie](../book/bibliographie.md).

### Un titre calculé

Un paragraphe.
"""

FRAME = pd.DataFrame({"hausse, %": [-6.5, float("nan")]}, index=["fin 2022", "fin 2023"])

PAGES = {
    "book/accueil.md": (
        "# Accueil\n\n[Un chapitre](../notebooks/chapitre.ipynb)\n\n"
        "Constat : {finding}`chapitre`.\n"
    ),
    "book/dictionnaire.md": "# Dictionnaire\n\n```{data-dictionary}\n```\n",
    "book/sources.md": "# Sources\n\n```{sources}\n```\n",
    "book/glossaire.md": (
        "# Glossaire\n\n```{glossary}\nMSP\n  Maison de santé <pluriprofessionnelle>.\n\n"
        "CPTS\n  Communauté professionnelle.\n\nprévision naïve\n  La dernière valeur.\n\n"
        "couverture\n  Part des valeurs tenues.\n```\n"
    ),
    "book/erreurs.md": (
        "# Erreurs\n\n{fact}`msp_nbb`, {fact}`msp_nb@1901-01-01`, {fact}`msp nb ?`,"
        " {source}`inconnue`, {finding}`absent`\n"
    ),
    "book/bibliographie.md": "# Bibliographie\n\n```{bibliography}\n:all:\n```\n",
    "book/references.bib": (
        "@inproceedings{deux, author={Un, A. and Deux, B.}, title={Titre}, booktitle={Actes},"
        " year=2020, pages={1--2}}\n"
    ),
}

BAROMETRE = {
    "source_id": "barometre",
    "title": "Baromètre des résultats",
    "publisher": "DITP",
    "year": "2024",
    "address": "https://www.modernisation.gouv.fr/barometre",
    "licence": "Licence Ouverte 2.0",
    "read": "fichier entier",
}
MORE = [f"s{rank}" for rank in range(8)]

ROWS = {
    "sources": [BAROMETRE, *({**BAROMETRE, "source_id": name} for name in MORE)],
    "geographies": [{"code": "FR", "name": "France", "level": "nation"}],
    "series": [
        {
            "series_id": "msp_nb",
            "label": "Maisons de santé ouvertes",
            "unit": "structures",
            "kind": "stock",
            "cumulative": "true",
            "decimals": "0",
            "theme": "exercice",
            "modelling": "oui",
            "description": "Maisons de santé à la date.",
        }
    ],
    "observations": [
        {
            "series_id": "msp_nb",
            "geography": "FR",
            "date": date,
            "date_text": text,
            "precision": "day",
            "value": value,
            "unit": "structures",
            "status": "reported",
            "source_id": "barometre",
            "locator": "ligne 1",
            "confidence": "high",
            "preferred": "true",
        }
        for date, text, value in (
            ("2022-12-31", "fin 2022", "2251"),
            ("2023-12-31", "fin 2023", "2501"),
        )
    ],
}


def _free(field: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in field.items() if key != "constraints"}


def write_data(folder: Path) -> None:
    """Write a package of four small tables with the project's own columns."""
    package = yaml.safe_load((ROOT / "data" / "datapackage.yaml").read_text(encoding="utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] in ROWS]
    folder.mkdir()
    for resource in package["resources"]:
        header = [field["name"] for field in resource["schema"]["fields"]]
        resource["schema"] = {"fields": [_free(field) for field in resource["schema"]["fields"]]}
        del resource["bytes"], resource["hash"]
        with (folder / resource["path"]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(ROWS[resource["name"]])
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(package), encoding="utf-8")


POINTS = pd.DataFrame({"année": [2022, 2023], "valeur": [2251.5, 2501.0]})
ALT = "De 2 251 à 2 501 « maisons »."


def said(title: str, sources: object = "barometre") -> Caption:
    return Caption(title, ALT, sources, subtitle="En nombre", note="À lire ainsi.")


def drawn() -> Picture:
    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        axes.plot(POINTS["année"], POINTS["valeur"])

    return compose(drawing, POINTS, said("Deux points, à 2032"), heights=(400, 420))


def output(shown: Picture | Table | Statements, **changed: object) -> nbformat.NotebookNode:
    """Return what Jupyter stores of a thing shown; `changed` alters what accompanies it."""
    data, metadata = shown._repr_mimebundle_()
    return nbformat.v4.new_output(
        "display_data", data=data, metadata={"handbook": {**metadata["handbook"], **changed}}
    )


def write_notebooks(folder: Path) -> None:
    picture = drawn()
    table = table_of(POINTS, said("Essai"))
    folded = table_of(POINTS, said("Plié", ["barometre", *MORE]), folded=True)
    sentence = says("fait", "Dit.", sources="barometre")
    outputs = [output(picture), output(picture)], [output(table), output(folded)]
    chapter = [
        nbformat.v4.new_markdown_cell(CHAPTER, id="prose"),
        nbformat.v4.new_code_cell("image", id="c1", outputs=outputs[0]),
        nbformat.v4.new_code_cell("tableau", id="c2", outputs=outputs[1]),
        nbformat.v4.new_code_cell("phrase", id="c3", outputs=[output(sentence)]),
    ]
    write_notebook(folder / "chapitre.ipynb", chapter)
    altered = [
        nbformat.v4.new_markdown_cell("# Altéré", id="prose"),
        nbformat.v4.new_code_cell(
            "image",
            id="c1",
            outputs=[
                output(picture, alt="De 2 251 à 9 999 « maisons »."),
                output(picture, sources=["s1"]),
                output(picture, csv="année,valeur\n2022,2251.5\n2023,9999\n"),
                output(table, csv="année,valeur\n2022,2251.5\n2023,9999\n"),
                output(sentence, sources=["s1"]),
            ],
        ),
    ]
    write_notebook(folder / "altere.ipynb", altered)
    write_notebook(folder / "ordinaire.ipynb", ordinary_cells())


def write_notebook(path: Path, cells: list[nbformat.NotebookNode]) -> None:
    book = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        },
        cells=cells,
    )
    path.parent.mkdir(exist_ok=True)
    nbformat.write(book, path)


def ordinary_cells() -> list[nbformat.NotebookNode]:
    """Return the cells of a chapter in plain Markdown, with a computed sentence and a frame."""
    said = nbformat.v4.new_output(
        "display_data", data={"text/markdown": SENTENCE, "text/plain": "<Markdown object>"}
    )
    frame = nbformat.v4.new_output("display_data", data={"text/html": FRAME._repr_html_()})
    return [
        nbformat.v4.new_markdown_cell(PLAIN, id="plain"),
        nbformat.v4.new_code_cell("Markdown(sentence)", id="said", outputs=[said]),
        nbformat.v4.new_code_cell("frame", id="frame", outputs=[frame]),
    ]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("livre")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"]["handbook_repository"] = "https://github.com/exemple/manuel"
    toc = {"format": "jb-book", "root": "book/accueil"}
    toc["chapters"] = [{"file": name[:-3]} for name in PAGES if name.endswith(".md")][1:]
    toc["chapters"] += [
        {"file": f"notebooks/{name}"} for name in ("chapitre", "altere", "ordinaire")
    ]
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (folder / "book").mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    static = Path("handbook", "site", "static")
    shutil.copytree(ROOT / static, folder / static)
    write_data(folder / "data")
    write_notebooks(folder / "notebooks")
    return folder


@pytest.fixture(scope="session")
def built(source: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going"]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def book(source: Path, built: subprocess.CompletedProcess[str]) -> Path:
    folder = source / "_build" / "html"
    assert (folder / "index.html").is_file(), built.stdout + built.stderr
    return folder


def soup(book: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((book / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def chapter(book: Path) -> BeautifulSoup:
    return soup(book, "notebooks/chapitre")


def test_a_picture_has_its_alt_text_a_phone_version_and_its_size(chapter: BeautifulSoup) -> None:
    figure = chapter.select_one("figure.hb-picture#fig-deux-points-a-2032")
    wide, narrow = figure.select('[role="img"]')
    for drawing, kind, size in (
        (wide, "hb-wide", ("740", "400")),
        (narrow, "hb-narrow", ("350", "420")),
    ):
        assert drawing["class"] == [kind]
        assert drawing["aria-label"] == typeset(ALT)
        assert not drawing.has_attr("hidden"), "the style sheet chooses, not the notebook"
        assert (drawing.svg["width"], drawing.svg["height"]) == size
    assert [line.text for line in figure.select(":scope > p")] == [
        "Deux points, à 2032",
        "En nombre",
        "À lire ainsi.",
    ]
    assert len(figure.select("figcaption")) == 1


def test_a_picture_shown_twice_has_two_names(chapter: BeautifulSoup) -> None:
    figures = chapter.select("figure.hb-picture")
    assert [figure["id"] for figure in figures] == [
        "fig-deux-points-a-2032",
        "fig-deux-points-a-2032-2",
    ]
    names = [tag["id"] for tag in chapter.find_all(id=True)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", ["picture", "table"])
def test_a_caption_links_to_the_source_and_to_the_data(
    book: Path, chapter: BeautifulSoup, kind: str
) -> None:
    caption = chapter.select_one(f"figure.hb-{kind} figcaption")
    link, download, excel, *drawing = caption.select("a")
    assert link.text == "DITP, 2024"
    page, anchor = link["href"].removeprefix("../").split(".html#")
    assert soup(book, page).find(id=anchor).text.startswith("Baromètre des résultats")
    assert download.text.startswith("CSV")
    assert "Fichiers" in caption.text
    data = (book / "notebooks" / download["href"]).resolve().read_bytes().decode("utf-8")
    assert data == "\ufeffannée;valeur\r\n2022;2251,5\r\n2023;2501\r\n"
    with zipfile.ZipFile((book / "notebooks" / excel["href"]).resolve()) as workbook:
        cells = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>2251.5</v>" in cells
    assert len(drawing) == (kind == "picture")


def test_a_folded_table_shows_its_title_alone(chapter: BeautifulSoup) -> None:
    details = chapter.select("figure.hb-table details.hb-folded")
    assert [one.summary.text for one in details] == ["Plié"]
    assert not details[0].has_attr("open")
    caption = details[0].find_parent("figure").figcaption
    assert caption.select_one(".hb-download")
    more = caption.select_one("details.hb-more")
    assert more.summary.text == "et 3 autres sources"
    assert len(more.select("a")) == 3
    assert len(caption.select(".hb-sources a.reference")) == 6


def test_the_data_of_a_picture_can_be_read_as_a_table(chapter: BeautifulSoup) -> None:
    table = chapter.select_one("figure.hb-picture details table")
    cells = [cell.text for cell in table.select("tbody tr:first-child > *")]
    assert cells == ["2022", "2\u202f251,5"]
    assert chapter.select_one("figure.hb-table .hb-sideways")["tabindex"] == "0"


def test_figures_in_prose_come_from_the_data(chapter: BeautifulSoup) -> None:
    first, second = chapter.select("a:has(.hb-fact)")
    assert (first.text, first["title"]) == (
        "2\u202f501",
        "Maisons de santé ouvertes, fin 2023",
    )
    assert first["href"] == "../book/sources.html#source-barometre"
    assert second.text == "2\u202f251\u00a0structures"


def test_terms_are_explained_where_they_are_first_met(chapter: BeautifulSoup) -> None:
    explained = [term.text for term in chapter.select("a.hb-term")]
    assert explained == ["MSP", "CPTS", "couverture"]
    term = chapter.find("a", class_="hb-term", string="MSP")
    assert (
        chapter.find(id=term["aria-describedby"]).text == "Maison de santé <pluriprofessionnelle>."
    )


def test_statements_say_what_they_are_worth(chapter: BeautifulSoup) -> None:
    assert chapter.select_one(".hb-takeaways .admonition-title").text == "À retenir"
    assert chapter.select_one(".hb-takeaways .hb-badge.hb-modele").text.endswith("modèle")
    assert "Jugement" in chapter.select_one(".hb-statement.hb-jugement").text
    computed = chapter.select_one("figure.hb-words")
    assert computed.p.text == "●\u00a0Fait Dit."
    assert computed.select_one("figcaption a").text == "DITP, 2024"


@pytest.fixture
def plain(book: Path) -> BeautifulSoup:
    return soup(book, "notebooks/ordinaire")


def test_the_first_paragraph_of_a_chapter_is_its_lead(plain: BeautifulSoup) -> None:
    lead = plain.select_one("h1 + p.hb-lead")
    assert lead.text.startswith("Ce que l’on saura\u00a0: les MSP")
    assert len(plain.select(".hb-lead")) == 1


def test_plain_words_say_what_a_statement_is_worth(plain: BeautifulSoup) -> None:
    badges = [badge.text.replace("\u00a0", " ") for badge in plain.select("article .hb-badge")]
    assert badges == [
        "● Fait",
        "◆ Résultat de modèle",
        "▲ Hypothèse des auteurs",
        "◇ Jugement",
    ]
    assert plain.select_one("p.hb-statement.hb-fait > .hb-badge.hb-fait")
    box = plain.select_one(".admonition.hb-takeaways")
    assert box.select_one(".admonition-title").text == "À retenir"
    assert len(box.select("li .hb-badge")) == 2
    assert box.text.count("À retenir") == 1


def test_a_term_is_explained_once_in_plain_prose_or_where_a_link_asks(
    plain: BeautifulSoup,
) -> None:
    explained = [term.text for term in plain.select("a.hb-term")]
    assert explained == ["MSP", "prévisions naïves", "couverture", "CPTS"]
    outside = ("h2", "table", "details", "code")
    assert not [term for place in outside for term in plain.select(f"{place} a.hb-term")]


def test_a_fold_in_markdown_is_a_fold_on_the_page(plain: BeautifulSoup) -> None:
    fold = plain.select_one("details.hb-fold")
    assert fold.summary.text == "Plus d’un détail\u00a0: lequel\u202f?"
    assert fold.p.strong.text == "Important."
    assert fold.a["href"] == "../book/bibliographie.html"


def test_a_computed_sentence_is_prose_like_any_other(plain: BeautifulSoup) -> None:
    said = plain.select_one(".cell_output p.hb-statement.hb-jugement")
    assert "En tout\u00a0: 2\u202f501 CPTS" in said.text.replace("CPTSCommunauté", "CPTS")
    assert "d’après" in said.text
    assert said.find("a", string="bibliographie")["href"] == "../book/bibliographie.html"
    assert plain.select_one(".cell_output p + p, .cell_output * + p").text == "Un paragraphe."
    assert "Markdown object" not in plain.text


def test_a_data_frame_brings_no_style_of_its_own(plain: BeautifulSoup) -> None:
    table = plain.select_one(".cell_output .hb-sideways table.dataframe")
    assert [cell.text for cell in table.select("td")] == ["−6,5", "n.\u00a0d."]
    assert not plain.select("article style, article [style]")


def test_prose_is_set_in_french_typography(chapter: BeautifulSoup) -> None:
    text = chapter.select_one("article").text
    assert "MSP\u202f; 4\u202f000 en vue. L’équité d’accès" in text
    assert chapter.select_one("math msup") is not None


def test_the_dictionary_and_the_sources_are_written_from_the_package(book: Path) -> None:
    dictionary = soup(book, "book/dictionnaire")
    section = dictionary.select_one("section#table-observations")
    assert "2\u00a0lignes" in section.text.replace("\u202f", "\u00a0")
    head = [cell.text.strip() for cell in section.select("thead th")]
    assert head == ["Colonne", "Type", "Unité", "Sens"]
    assert section.find("code", string="locator").find_parent("th") is not None
    original = section.select_one(".hb-table-facts a")["href"]
    published = (book / "book" / original).resolve().read_text(encoding="utf-8")
    source = book.parents[1] / "data" / "observations.csv"
    assert published == source.read_text(encoding="utf-8")
    assert dictionary.find(id="serie-msp_nb").text == "Maisons de santé ouvertes"
    sources = soup(book, "book/sources")
    entry = sources.find(id="source-barometre").find_next("dd")
    assert "Licence Ouverte 2.0" in entry.text
    assert "(msp_nb)" in entry.text
    assert entry.find("a", href="dictionnaire.html#table-observations") is not None


ENGLISH = re.compile(
    r"\b(search|toggle|previous|next|contents|print|copyright|show|hide|download|back|skip|the|and|of"
    r"|with|this|page navigation|last updated|built|built with|light|dark|settings)\b",
    re.IGNORECASE,
)


def test_no_english_string_is_left(book: Path) -> None:
    left = {}
    for path in book.rglob("*.html"):
        page = soup(book, path.relative_to(book).with_suffix("").as_posix())
        for hidden in page(["script", "style", "code"]):
            hidden.decompose()
        named = [
            tag[name]
            for name in ("aria-label", "title", "placeholder", "alt")
            for tag in page.find_all(attrs={name: True})
        ]
        found = ENGLISH.findall(" | ".join([page.get_text(" "), *named]))
        if found:
            left[path.name] = found
        assert page.html["lang"] == "fr"
    assert not left


def test_pages_ask_nothing_of_other_sites_nor_run_inline_scripts(book: Path) -> None:
    for path in book.rglob("*.html"):
        page = soup(book, path.relative_to(book).with_suffix("").as_posix())
        asked = [tag.get("src") or tag.get("href") for tag in page(["script", "link", "img"])]
        assert not [address for address in asked if address and "//" in address]
        inline = [tag for tag in page("script") if not tag.get("src")]
        assert {tag.get("type") for tag in inline} <= {"application/ld+json"}  # data, never run
        assert not page.find_all(attrs={"onclick": True})


def test_the_chapter_can_be_downloaded_or_opened_in_a_laboratory(
    book: Path, chapter: BeautifulSoup
) -> None:
    links = {link.text.strip(): link["href"] for link in chapter.select(".hb-toolbar a")}
    assert (book / "notebooks" / links["Télécharger le carnet"]).resolve().is_file()
    assert links["Binder"] == (
        "https://mybinder.org/v2/gh/exemple/manuel/main?urlpath=lab/tree/notebooks/chapitre.ipynb"
    )


def test_only_a_page_with_code_has_a_switch_for_it(book: Path, chapter: BeautifulSoup) -> None:
    switch = chapter.select_one(".hb-toolbar button.hb-code-switch")
    assert switch.text.strip() == "Montrer le code"
    assert switch["aria-pressed"] == "false"
    assert not chapter.select("details.hide")
    assert not soup(book, "book/accueil").select(".hb-code-switch")


def test_the_bibliography_is_in_french(book: Path) -> None:
    text = soup(book, "book/bibliographie").select_one(".citation-list").text
    assert "A.\u00a0Un et B.\u00a0Deux. Titre. Dans Actes" in text


def test_the_index_is_blind_to_accents(book: Path) -> None:
    index = (book / "searchindex.js").read_text(encoding="utf-8")
    assert '"equit"' in index
    assert '"équit"' not in index
    french = search.AccentBlindFrench({})
    assert french.split("Équité, cœur") == ["Equite", "coeur"]
    assert french.stem("prévisions") == french.stem("previsions")


def test_the_welcome_page_says_what_a_chapter_finds_in_its_own_words(
    built: subprocess.CompletedProcess[str], source: Path
) -> None:
    assert "Traceback" not in built.stderr
    page = (source / "_build" / "html" / "book" / "accueil.html").read_text(encoding="utf-8")
    said = BeautifulSoup(page, "html.parser").select_one(".hb-finding")
    assert said.text == "Deux points, à 2032"


def test_an_unknown_fact_or_source_stops_the_build(
    built: subprocess.CompletedProcess[str],
) -> None:
    assert built.returncode != 0
    warnings = [line for line in built.stderr.splitlines() if "WARNING" in line]
    stray = [line for line in warnings if not re.search("book/erreurs.md|notebooks/altere", line)]
    assert stray == []
    lines = [line for line in warnings if "book/erreurs.md" in line]
    named = ("msp_nb", "2023-12-31", "write series", "absent", "inconnue")
    for word, line in zip(named, lines, strict=True):
        assert word in line


def test_an_output_changed_after_it_was_made_stops_the_build(
    built: subprocess.CompletedProcess[str],
) -> None:
    lines = [line for line in built.stderr.splitlines() if "execute the notebook again" in line]
    assert all("notebooks/altere" in line for line in lines)
    named = [re.search("« (.*?) »", line)[1].replace("\u00a0", " ") for line in lines]
    assert named == [*["Deux points, à 2032"] * 3, "Essai", ""]


def test_the_footer_names_the_edition_without_reading_the_clock(
    source: Path, chapter: BeautifulSoup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        chapter.select_one(".hb-edition").text.strip().startswith(f"Version {version('handbook')}")
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    found = edition.edition(source)
    assert (found.commit, found.date.replace("\u00a0", " ")) == ("", "1er janvier 2026")


def test_a_spreadsheet_reads_numbers_the_french_way() -> None:
    text = spreadsheet.for_spreadsheets('date,valeur,note\n2023-12-31,1.5,"a, b; c 1.5"\n')
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))[1] == [
        "2023-12-31",
        "1,5",
        "a, b; c 1.5",
    ]
    assert spreadsheet.slug("« L’œuvre », à 2032 : 3,5 Md€") == "l-oeuvre-a-2032-3-5-md"


def test_one_page_can_be_built_alone_and_one_that_is_not_there_is_refused(source: Path) -> None:
    command = [sys.executable, "-c", PREVIEW, str(source)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    page = Path(run.stdout.strip())
    assert page == source / "_build" / "pages" / "notebooks" / "chapitre.html"
    shown = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert shown.select_one("figure.hb-picture")
    assert shown.select_one("a.hb-term")
    with pytest.raises(build.BuildError, match="notebooks/chapitre"):
        build.preview("notebooks/absent", source)
