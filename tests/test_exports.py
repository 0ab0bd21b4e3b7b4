"""What a reader takes away from a page: drawings as SVG and PNG, tables as Excel workbooks."""

from __future__ import annotations

import base64
import io
import re
import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import served
from playwright.sync_api import Browser
from test_browser import StrictHandler

from handbook.site import exports

CHAPTER = "notebooks/promesses-2032"
SVG = "{http://www.w3.org/2000/svg}"


def cells_of(workbook: bytes) -> tuple[str, str]:
    """Return the cells of the sheet, and the texts that they point to."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as held:
        sheet = held.read("xl/worksheets/sheet1.xml").decode()
        return sheet, held.read("xl/sharedStrings.xml").decode()


def test_a_workbook_keeps_codes_as_texts_and_numbers_as_numbers() -> None:
    text = "dep,valeur,jour,note\n01,2.5,2024-12-31,'=1+1\n75,3,,\n"
    sheet, texts = cells_of(exports.workbook(text))
    assert "<v>2.5</v>" in sheet
    assert "<v>45657</v>" in sheet  # the day, as Excel counts them
    assert ">01<" in texts
    assert "<f>" not in sheet
    assert exports.workbook(text) == exports.workbook(text)


def test_a_drawing_stands_alone_with_its_title_and_its_sources(site: Path) -> None:
    files = sorted((site / "_downloads" / "figures").glob("promesses-2032-*.svg"))
    assert len(files) >= 3
    for file in files:
        root = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 — our own file
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")
        texts = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
        assert "Source" in texts
        assert "var(" not in file.read_text(encoding="utf-8")


def test_a_picture_without_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="no drawing in 'Rien'"):
        exports.standalone("<figure></figure>", "Rien", "", "", "")


def png_of(browser: Browser, address: str) -> bytes:
    context = browser.new_context(locale="fr-FR", accept_downloads=True, color_scheme="dark")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    with page.expect_download() as download:
        page.locator("button.hb-png").first.click()
    image = Path(download.value.path()).read_bytes()
    assert re.fullmatch(r"promesses-2032-[a-z0-9-]+\.png", download.value.suggested_filename)
    context.close()
    assert complaints == []
    return image


# The share of the picture that is drawn, and its first point, as the browser reads them back.
READ_BACK = """
async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) {
    colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  }
  return { first: [...data.slice(0, 4)], blue: colours.has(0x1746b4), colours: colours.size };
}
"""


@pytest.mark.parametrize("way", ["strict policy", "folder"])
def test_a_figure_is_painted_as_a_picture_in_the_page(
    browser: Browser, site: Path, way: str
) -> None:
    if way == "folder":
        image = png_of(browser, (site / f"{CHAPTER}.html").as_uri())
    else:
        with served(site, StrictHandler) as address:
            image = png_of(browser, f"{address}/{CHAPTER}.html")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 1200
    assert height > 600
    page = browser.new_page()
    seen = page.evaluate(READ_BACK, f"data:image/png;base64,{base64.b64encode(image).decode()}")
    page.close()
    assert seen["first"] == [255, 255, 255, 255]  # paper, though the page was dark
    assert seen["blue"]  # the first curve's colour
    assert seen["colours"] > 20
