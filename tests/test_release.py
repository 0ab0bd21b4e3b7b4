"""What a release holds: a zip that opens anywhere, checksums that tell the truth, nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from accessibility import views_are_ready
from bs4 import BeautifulSoup
from conftest import ROOT
from playwright.sync_api import Browser

from handbook.release import __main__ as release
from handbook.release import archive, book_pdf, inventory, notes
from handbook.site.edition import Edition

CHAPTER = "notebooks/leviers-e-sante.html"


@pytest.fixture(scope="module")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of the site, unpacked in a folder whose name has spaces and accents."""
    place = tmp_path_factory.mktemp("clé USB été")
    with zipfile.ZipFile(archive.pack(site, place / "site.zip", "manuel")) as packed:
        packed.extractall(place)
    return place / "manuel"


def test_the_zip_holds_every_page_below_one_folder(site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive.pack(site, tmp_path / "site.zip", "manuel")) as packed:
        names = packed.namelist()
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {name.split("/")[0] for name in names} == {"manuel"}
    assert pages <= {name.removeprefix("manuel/") for name in names}


def test_the_zip_does_not_depend_on_dates_nor_on_the_order_of_writing(tmp_path: Path) -> None:
    for name, order in (("a", ["x", "y"]), ("b", ["y", "x"])):
        folder = tmp_path / name
        folder.mkdir()
        for file in order:
            (folder / file).write_text(file, encoding="utf-8")
            os.utime(folder / file, (len(name) * 1e9, ord(name) * 1e7))
    first, second = (archive.pack(tmp_path / n, tmp_path / f"{n}.zip", "m") for n in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_a_view_answers_in_the_zip_opened_from_a_folder(browser: Browser, unpacked: Path) -> None:
    page = browser.new_page(locale="fr-FR")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((unpacked / CHAPTER).as_uri())
    views_are_ready(page)
    view = page.locator("[data-explorer]").first
    before = view.inner_text()
    control = view.locator("input[type=range]").first
    control.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert view.inner_text() != before
    page.close()
    assert not errors


def test_the_zip_opens_on_the_book_and_searches(browser: Browser, unpacked: Path) -> None:
    page = browser.new_page(locale="fr-FR")
    page.goto((unpacked / "index.html").as_uri())
    page.wait_for_url("**/book/accueil.html")
    page.goto(f"{(unpacked / 'search.html').as_uri()}?q=prevision")
    page.wait_for_selector("#search-results li a")
    page.close()


def test_checksums_are_those_that_sha256sum_finds(tmp_path: Path) -> None:
    for name in ("un.zip", "deux.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    archive.checksums(list(tmp_path.iterdir()), tmp_path / archive.CHECKSUMS)
    check = ["sha256sum", "--check", "--strict", archive.CHECKSUMS]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert archive.verify(tmp_path) == []
    (tmp_path / "un.zip").write_bytes(b"changed")
    (tmp_path / "deux.pdf").unlink()
    (tmp_path / "trois").touch()
    assert archive.verify(tmp_path) == ["deux.pdf", "trois", "un.zip"]


def two_makings(first: bytes, second: bytes) -> object:
    def made(_root: Path, work: Path, settings: dict[str, str]) -> Path:
        folder = work / release.TARGET
        folder.mkdir(parents=True)
        (folder / "livre.pdf").write_bytes(second if settings else first)
        return folder

    return made


def test_a_release_whose_two_makings_differ_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_made_apart", two_makings(b"1", b"2"))
    with pytest.raises(release.ReleaseError, match=r"differ: livre\.pdf"):
        release.release(tmp_path)
    assert not (tmp_path / release.TARGET).exists()


def test_a_release_whose_two_makings_are_equal_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_made_apart", two_makings(b"1", b"1"))
    assert (release.release(tmp_path) / "livre.pdf").read_bytes() == b"1"


# Few pages, of each kind: prose, a chapter with a view, code and tables, the longest tables.
SHORT = [
    book_pdf.Part("", ("book/accueil",)),
    book_pdf.Part("Chapitres", ("notebooks/leviers-e-sante", "notebooks/promesses-2032")),
    book_pdf.Part("Références", ("book/dictionnaire",)),
]


def in_the_browser(browser: Browser, site: Path, target: Path) -> bytes:
    about = Edition("1.0.0", "", "27 novembre 2026")
    return book_pdf.print_book(browser, site, SHORT, target, "Le livre", about).read_bytes()


@pytest.fixture(scope="module")
def pdf(browser: Browser, site: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return in_the_browser(browser, site, tmp_path_factory.mktemp("livre") / "livre.pdf")


def texts_of(pdf: bytes, key: bytes) -> list[str]:
    """Return the text strings that a PDF, whose objects Chromium leaves in clear, gives `key`."""
    found = re.findall(key + rb" (?:\(((?:[^\\)]|\\.)*)\)|<([0-9A-Fa-f\s]+)>)", pdf, re.DOTALL)
    return [
        bytes.fromhex(coded.decode()).decode("utf-16") if coded else plain.decode("latin-1")
        for plain, coded in found
    ]


def test_the_bookmarks_of_the_pdf_name_each_page_of_the_book(site: Path, pdf: bytes) -> None:
    titles = [" ".join(title.split()) for title in texts_of(pdf, b"/Title")]
    for name in [page for part in SHORT for page in part.pages]:
        page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        heading = page.h1
        assert heading is not None
        wanted = " ".join(str(heading.find(string=True)).split())
        assert wanted in titles, (wanted, titles[:20])


def test_the_drawings_of_the_pdf_have_their_alternative_text(site: Path, pdf: bytes) -> None:
    said = [" ".join(text.split()) for text in texts_of(pdf, b"/Alt")]
    chapter = (site / "notebooks/promesses-2032.html").read_text(encoding="utf-8")
    drawings = BeautifulSoup(chapter, "html.parser").select("figure.hb-picture .hb-wide")
    assert drawings
    for drawing in drawings:
        assert " ".join(str(drawing["aria-label"]).split()) in said
    assert b"/MarkInfo" in pdf
    assert b"/Lang (fr)" in pdf


def test_the_pdf_is_the_same_when_printed_again(
    browser: Browser, site: Path, tmp_path: Path, pdf: bytes
) -> None:
    before = {path for path in site.rglob("*") if path.is_file()}
    page = browser.new_page()  # numbers, paints and loads of another page change nothing
    page.goto((site / CHAPTER).as_uri())
    assert in_the_browser(browser, site, tmp_path / "encore.pdf") == pdf
    page.close()
    assert {path.name for path in tmp_path.iterdir()} == {"encore.pdf"}
    assert {path for path in site.rglob("*") if path.is_file()} == before


def test_what_a_pdf_tells_of_its_printing_is_fixed_and_its_length_kept() -> None:
    dated = b"/CreationDate (D:20261127153000+00'00')\n/ModDate (D:20261127153000+00'00')"
    fixed = book_pdf.reproducible(dated)
    assert fixed.count(b"D:20000101000000") == 2
    assert len(fixed) == len(dated)
    early, late = (b"/ID (node%08d)\n/Headers [(node%08d)]" % at for at in ((12, 7), (812, 97)))
    assert book_pdf.reproducible(early) == book_pdf.reproducible(late) != early
    assert len(book_pdf.reproducible(early)) == len(early)


def test_a_view_is_printed_once_it_has_drawn_at_the_width_it_finds(
    browser: Browser, tmp_path: Path
) -> None:
    """Views draw again a frame after they are ready, or after the fold that holds them opens.

    What a reader sees ticked or chosen is so on paper.
    """
    script = """const view = document.querySelector("[data-explorer]");
      const draw = () => { view.textContent = `drawn at ${view.clientWidth}`; };
      new ResizeObserver(draw).observe(view);
      document.querySelector("input").checked = true;
      document.querySelector("select").selectedIndex = 1;
      view.dataset.ready = "";"""
    (tmp_path / "une.html").write_text(
        '<article class="bd-article"><h1>Une</h1><input type="radio" name="a">'
        "<select><option>b</option><option>c</option></select>"
        '<details><summary>Pli</summary><div data-explorer="x"></div></details></article>'
        f"<script>{script}</script>",
        encoding="utf-8",
    )
    parts, about = [book_pdf.Part("", ("une",))], Edition("1", "", "")
    document = book_pdf._document(browser, tmp_path, parts, "Livre", about)
    assert re.search("drawn at [1-9]", document)
    assert re.search('<input type="radio" name="une--a" checked="">', document)
    assert '<option>b</option><option selected="">c</option>' in document


def test_what_does_not_fit_on_the_paper_is_refused(browser: Browser, tmp_path: Path) -> None:
    page = '<article class="bd-article"><h1>Une</h1><svg width="900" height="9"></svg></article>'
    (tmp_path / "une.html").write_text(page, encoding="utf-8")
    parts = [book_pdf.Part("", ("une",))]
    target, about = tmp_path / "livre.pdf", Edition("1", "", "")
    book_pdf.print_book(browser, tmp_path, parts, target, "Livre", about)  # a drawing is reduced
    wide = f"<table><tr>{'<td><div style=width:300px>x</div></td>' * 3}</tr></table></article>"
    (tmp_path / "une.html").write_text(page.replace("</article>", wide), encoding="utf-8")
    with pytest.raises(book_pdf.PaperError, match="une"):
        book_pdf.print_book(browser, tmp_path, parts, target, "Livre", about)


def test_the_order_of_the_book_is_that_of_its_table_of_contents() -> None:
    parts = book_pdf.book_pages(ROOT / "_toc.yml")
    assert parts[0].pages == ("book/accueil",)
    assert [part.caption for part in parts[1:3]] == ["Lire", "Chapitres"]
    assert "notebooks/promesses-2032" in parts[2].pages


def test_the_bill_of_materials_lists_each_locked_package_once_with_its_licence() -> None:
    lock = ROOT / "requirements.txt"
    pinned = re.findall(r"^([a-z0-9][\w.-]*)(?:\[.*\])?==", lock.read_text("utf-8"), re.M)
    held = inventory.components(lock)
    bill = json.loads(inventory.bill(held, "1.0.0"))
    assert bill["bomFormat"] == "CycloneDX"
    assert sorted(part["name"] for part in bill["components"]) == sorted(pinned)
    numpy = next(part for part in bill["components"] if part["name"] == "numpy")
    assert numpy["purl"] == f"pkg:pypi/numpy@{numpy['version']}"
    assert "BSD" in numpy["licenses"][0]["expression"]
    assert all(
        {"expression", "license"} & one.keys()
        for part in bill["components"]
        for one in part["licenses"]
    )
    assert len(numpy["properties"]) > 1
    assert inventory.bill(held, "1.0.0") == inventory.bill(inventory.components(lock), "1.0.0")
    report = inventory.licence_report(held)
    assert all(f"- {part.name} {part.version}\n" in report for part in held)


def test_the_wheel_is_the_same_when_built_again(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        release._wheel(ROOT, folder)
    assert [path.suffix for path in folders[0].iterdir()] == [".whl"]
    assert release.difference(*folders) == []


def test_a_release_tells_what_it_brings_and_no_more() -> None:
    journal = (
        "# J\n\n## Suite\n\n- c\n\n## 0.2.0 — mai\n\n- [b](b.md#c)\n\n## 0.1.0 — mars\n\n- a\n"
    )
    told = notes.changes(journal, "0.2.0")
    assert told.startswith("## Suite")
    assert told.endswith("- b\n")
    with pytest.raises(ValueError, match=r"no section that opens with 3\.0\.0"):
        notes.changes(journal, "3.0.0")
