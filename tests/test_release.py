"""What a release holds: a zip that opens anywhere, checksums that tell the truth, nothing else."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from handbook.release import __main__ as release
from handbook.release import archive

VIEWS_READY = "!document.querySelector('[data-explorer]:not([data-ready])')"
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
    page.wait_for_function(VIEWS_READY)
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
