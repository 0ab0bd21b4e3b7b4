"""How a page is cited and described: text, BibTeX, card, site map, data set, policy."""

from __future__ import annotations

import json
import re
import struct
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

from handbook.site import citation, theme
from handbook.site.edition import Edition

EDITION = Edition("1.2.0", "abc", "27 novembre 2026", day="2026-11-27")
CITED = citation.Cited("Un {titre}", "Le livre", "Les auteurs", EDITION, "https://ex.fr/a.html")


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def test_a_citation_says_who_what_which_version_when_and_where() -> None:
    for part in ("Les auteurs", "Un {titre}", "Le livre", "1.2.0", "27 novembre 2026", "ex.fr"):
        assert part in CITED.text


def test_a_bibtex_entry_has_balanced_braces_and_leaves_out_what_is_not_known() -> None:
    entry = CITED.bibtex("cle")
    assert entry.count("{") == entry.count("}")
    assert "title = {{Un (titre)}}" in entry
    assert "year = {2026}" in entry
    without = citation.Cited("T", "L", "A", Edition("1", "", ""))
    assert "url" not in without.bibtex("cle")
    assert "year" not in without.bibtex("cle")


@pytest.mark.parametrize("name", ["book/accueil", "notebooks/marche-e-sante"])
def test_each_page_is_cited_under_its_own_title(site: Path, name: str) -> None:
    built = page(site, name)
    cited = built.select_one("details.hb-cite")
    assert cited is not None
    assert built.h1 is not None
    title = str(built.h1.find(string=True)).strip()
    assert title in cited.text
    assert re.search(r"@misc\{soins-de-ville-[a-z0-9-]+,", cited.text)
    assert built.select_one('meta[property="og:title"]')["content"] == title  # type: ignore[index]


def test_the_site_map_lists_each_page_at_its_address() -> None:
    text = citation.site_map("https://ex.fr/m", ["book/a", "notebooks/b&c"], "2026-11-27")
    found = [node.text for node in ET.fromstring(text).iter() if node.tag.endswith("loc")]  # noqa: S314
    assert found == ["https://ex.fr/m/book/a.html", "https://ex.fr/m/notebooks/b&c.html"]
    assert text.count("<lastmod>2026-11-27</lastmod>") == 2


def test_a_card_has_the_size_that_networks_show_and_the_same_bytes_each_time(
    tmp_path: Path,
) -> None:
    files = [tmp_path / "a.png", tmp_path / "b.png"]
    for file in files:
        citation.draw_card("Les promesses de 2032", "Une sur deux", "Le livre", file)
    first, second = (file.read_bytes() for file in files)
    assert struct.unpack(">II", first[16:24]) == (1200, 630)
    assert first == second


def test_each_chapter_has_its_card(site: Path) -> None:
    held = {path.stem for path in (site / "_static" / "cards").glob("*.png")}
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == held


def test_the_dictionary_describes_the_data_and_each_file_it_names_is_there(site: Path) -> None:
    script = page(site, "book/dictionnaire").select_one('script[type="application/ld+json"]')
    assert script is not None
    described = json.loads(script.text)
    assert described["@type"] == "Dataset"
    assert len(described["distribution"]) > 10
    for file in described["distribution"]:
        assert (site / "book" / file["contentUrl"]).resolve().is_file()


def test_codemeta_says_what_the_citation_and_the_package_say() -> None:
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert meta["version"] == cited["version"] == project["version"]
    assert meta["name"] == cited["title"]
    assert meta["dateModified"] == str(cited["date-released"])
    assert meta["license"].endswith(cited["license"])
    assert meta["keywords"] == cited["keywords"]


def test_every_page_bears_the_policy_that_the_project_promises(site: Path) -> None:
    promised = re.search(r"`(default-src 'none';[^`]*)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert promised is not None
    assert promised[1].split("; frame-ancestors")[0] == theme.POLICY
    for file in site.rglob("*.html"):
        if "_static" not in file.parts:
            held = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser").select_one(
                'meta[http-equiv="Content-Security-Policy"]'
            )
            assert held is not None, file
            assert held["content"] == theme.POLICY
