"""The explorers in Python: state and traits, what is saved in a page, how scripts are joined."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from parity import in_javascript
from playwright.sync_api import Browser, expect
from traitlets import TraitError
from view_pages import published_regions, write_page

from handbook import facts
from handbook.core import french
from handbook.views import (
    Choice,
    Explorer,
    Field,
    Indicator,
    Noun,
    RegionsExplorer,
    Summary,
    source_entries,
)
from handbook.views.base import bundle
from handbook.views.base.errors import ViewError
from handbook.views.base.saved import relinked

HOSTILE = '</script><img src=x onerror="alert(1)"><!--'
REGIONS: dict[str, Any] = {
    "whole": ("FR", "de France"),
    "noun": Noun("région", "régions", feminine=True),
}
MSP = {"msp": Indicator("MSP ouvertes", "MSP", sources=["s"])}


def small(names: tuple[str, str] = ("Bretagne", "Normandie"), **chosen: Any) -> RegionsExplorer:
    """Return an explorer of two regions and the nation, from 10 to 12 and from 20 to 30."""
    values = {"REG-53": (names[0], 10, 12), "REG-28": (names[1], 20, 30), "FR": ("France", 30, 42)}
    frame = pd.DataFrame(
        [
            (moment, code, name, "msp", value)
            for code, (name, *both) in values.items()
            for moment, value in zip(("2020-12-31", "2021-12-31"), both, strict=True)
        ],
        columns=["date", "code", "name", "indicator", "value"],
    )
    told = {"id": "s", "title": names[0], "address": "sources.html#s"}
    return RegionsExplorer(frame, indicators=MSP, sources=[told], **REGIONS, **chosen)


def saved(explorer: Explorer) -> dict[str, Any]:
    """Return what the page's script will read back."""
    found = re.search(r'<script type="application/json">(.*?)</script>', explorer.html(), re.DOTALL)
    assert found is not None
    content: dict[str, Any] = json.loads(found[1])
    return content


# ---- state and traits


def test_traits_and_state_follow_each_other() -> None:
    explorer = small(regions=["REG-53"])
    explorer.regions = ["REG-28", "REG-53"]
    assert explorer.state["regions"] == ["REG-28", "REG-53"]
    explorer.state = {"measure": "share"}  # as the view does: the rest stays
    assert (explorer.measure, explorer.regions) == ("share", ("REG-28", "REG-53"))


def test_the_result_is_said_and_follows() -> None:
    explorer = small(regions=["REG-53"])
    heard: list[str] = []
    explorer.observe(lambda change: heard.append(change.new), names="result")
    explorer.regions = ["REG-28"]
    assert heard == [explorer.result]
    for said in ("la Normandie passe de 20 à 30 MSP", "+50\u202f%", "1er rang des 2 régions"):
        assert said in explorer.result


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("regions", ["REG-99"]),
        ("regions", "REG-53"),
        ("regions", ["REG-53", "REG-53"]),
        ("regions", [["REG-53"]]),
        ("indicator", "esp"),
        ("measure", None),
        ("state", {"measure": HOSTILE}),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_those_that_are(trait: str, value: Any) -> None:
    explorer = small()
    before = dict(explorer.state)
    with pytest.raises(TraitError) as refused:
        setattr(explorer, trait, value)
    wrong = value["measure"] if trait == "state" else value
    assert repr(wrong) in str(refused.value) or repr(wrong[0]) in str(refused.value)
    key = "measure" if trait == "state" else trait
    assert all(one in str(refused.value) for one in explorer.field(key).entry()["values"])
    assert explorer.state == before


def test_data_and_keys_do_not_change() -> None:
    explorer = small()
    with pytest.raises(TraitError, match="data is set once"):
        explorer.data = {}
    with pytest.raises(TraitError, match=r"no 'colour' in the state: have \['indicator'"):
        explorer.state = {"colour": "red"}


def test_the_first_state_comes_from_the_data_or_the_caller() -> None:
    explorer = published_regions()
    assert explorer.regions == ("REG-84", "REG-76", "REG-75")  # the largest at the last date
    assert small(regions=[], measure="index").state == {
        "indicator": "msp",
        "measure": "index",
        "regions": [],
    }
    with pytest.raises(TraitError, match=r"'ips' is not one of \['msp'\]"):
        small(indicator="ips")


def test_a_frame_that_tells_a_fact_twice_or_nothing_is_refused() -> None:
    row = {"date": "2020", "code": "FR", "name": "France", "indicator": "msp", "value": 1}
    with pytest.raises(ValueError, match="two values of 'msp' for 'FR' on 2020-01-01"):
        RegionsExplorer(pd.DataFrame([row, row]), indicators=MSP)
    with pytest.raises(ValueError, match=r"no value for indicator \['msp'\]"):
        RegionsExplorer(pd.DataFrame([{**row, "indicator": "cpts"}]), indicators=MSP)
    with pytest.raises(ValueError, match=r"columns \['name', 'value'\] are missing"):
        RegionsExplorer(pd.DataFrame([row])[["date", "code", "indicator"]], indicators=MSP)
    with pytest.raises(ValueError, match=r"no 'EU' in the frame; have FR"):
        RegionsExplorer(pd.DataFrame([row]), indicators=MSP, whole=("EU", "d’Europe"))


@pytest.mark.parametrize("share", [-1, 5.01, np.nan, np.inf, True, "2", None])
def test_a_number_is_a_number_within_its_bounds(share: Any) -> None:
    field = Field("share", "part", "number", minimum=0, maximum=5, step=0.1)
    with pytest.raises(TraitError, match="is not a number from 0 to 5"):
        field.check(share)


def test_numbers_are_kept_as_the_view_writes_them() -> None:
    field = Field("share", "part", "number", minimum=0, maximum=5, step=0.1)
    kept = [field.check(value) for value in (2.0, np.int64(3), np.float64(0.25))]
    assert json.dumps(kept) == "[2, 3, 0.25]"


def test_a_field_that_no_state_could_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to choose in 1 to 1"):
        Field("share", "part", "number", minimum=1, maximum=1)
    with pytest.raises(ValueError, match="with a space"):
        Field("path", "chemin", "choice", ("a b",))
    with pytest.raises(ValueError, match="each value once"):
        Field("path", "chemin", "choices", ("a", "a"))


# ---- what it says of the published series


def test_the_summary_says_what_the_facts_say() -> None:
    rows = facts.table("observations")
    rows = rows[
        rows["preferred"] & (rows["series_id"] == "msp_nb") & (rows["geography"] == "REG-53")
    ]
    rows = rows.sort_values("date")
    told = published_regions().summary({"indicator": "msp_nb", "regions": ["REG-53"]})
    values = rows.set_index("date")["value"].loc["2017-06-30":]
    assert told.rows[0][:3] == ["Bretagne", *(french.number(values.iloc[at]) for at in (0, -1))]
    growth = 100 * (values.iloc[-1] / values.iloc[0] - 1)
    assert french.percent(growth, 0, sign=True) in told.sentence
    assert french.date(values.index[-1], "month") in told.sentence


def test_every_source_said_has_an_address() -> None:
    explorer = published_regions()
    addresses = {one["id"]: one["address"] for one in explorer.data["sources"]}
    for indicator in explorer.data["indicators"]:
        assert indicator["sources"]
        assert all(addresses[one] for one in indicator["sources"])


def test_regions_without_growth_or_common_dates_are_said_to_have_none() -> None:
    explorer = published_regions()
    zero = explorer.summary({"indicator": "cds_pluripro_nb", "regions": ["REG-94", "REG-11"]})
    assert zero.notes == ["Sans évolution calculable (départ à zéro)\u00a0: Corse."]
    assert explorer.summary({"regions": []}).title == "Aucune région choisie"


# ---- what a page holds


def test_two_constructions_are_the_same() -> None:
    one, two = published_regions(), published_regions()
    assert repr(one) == repr(two)
    assert re.fullmatch(r"<RegionsExplorer « regions » · empreinte [0-9a-f]{8}>", repr(one))
    bundles = [view._repr_mimebundle_()[0] for view in (one, two)]
    for kind in ("text/plain", "text/html"):
        assert bundles[0][kind] == bundles[1][kind]
    # where a kernel lives, JupyterLab and VS Code take the widget, anything else the table
    assert set(bundles[0]) == {
        "text/plain",
        "text/html",
        "application/vnd.jupyter.widget-view+json",
    }
    two.regions = ["REG-53"]
    assert repr(one) != repr(two)


def test_the_page_holds_state_data_and_a_table_without_script() -> None:
    explorer = small(regions=["REG-28"])
    assert saved(explorer) == {"data": explorer.data, "state": explorer.state}
    before_script = explorer.html().split("<script")[0]
    assert 'data-explorer="regions"' in before_script
    assert '<th scope="row">Normandie</th><td>20</td><td>30</td>' in before_script
    assert '<a href="sources.html#s">' in before_script


def test_hostile_names_are_text_in_the_page_and_in_the_saved_state() -> None:
    explorer = small(names=(HOSTILE, "<b>"), regions=["REG-53", "REG-28"])
    text = explorer.html()
    assert "<img" not in text
    assert "<b>" not in text
    assert text.count("</script>") == 1
    # quotes and dashes may be typeset, signs of markup stay as given
    assert any(
        place["name"].startswith("</script><img") for place in saved(explorer)["data"]["regions"]
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x"])
def test_a_source_leads_nowhere_but_to_a_page(address: str) -> None:
    with pytest.raises(ValueError, match=r"is not http\(s\) or relative"):
        source_entries([{"id": "s", "title": "Source", "address": address}])


def test_in_the_book_a_source_leads_to_its_entry_first() -> None:
    told = [
        {"id": "s", "title": "<Étude>", "address": "https://example.org/?a=1&b=2"},
        {"id": "t", "title": "Ailleurs", "address": "https://example.org/t"},
    ]
    explorer = small()
    explorer.data["sources"][:] = source_entries(told)
    page = explorer.html()
    assert 'href="https://example.org/?a=1&amp;b=2"' in page
    linked = relinked(page, {"s": "../book/sources.html#source-s"}.get)
    assert '<a href="../book/sources.html#source-s">&lt;Étude&gt;</a>' in linked
    assert "example.org/?a" not in linked
    content = re.search(r'<script type="application/json">(.*?)</script>', linked, re.DOTALL)
    assert content is not None
    addresses = [one["address"] for one in json.loads(content[1])["data"]["sources"]]
    assert addresses == ["../book/sources.html#source-s", "https://example.org/t"]
    assert relinked(linked, lambda _: None) == linked


# ---- joining modules


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the modules, which a test may change or add to."""
    folder = tmp_path / "views"
    shutil.copytree(bundle.__dict__["_SOURCES"], folder)
    (folder / "essai").mkdir()
    monkeypatch.setattr(bundle, "_SOURCES", folder)
    return folder


@pytest.mark.parametrize("name", bundle.names())
def test_a_bundle_imports_nothing_and_exports_what_a_widget_wants(name: str) -> None:
    text = bundle.module(name)
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export default ", text, re.MULTILINE)) == 1
    scripts = bundle.shared() + bundle.classic(name)
    assert not re.search(r"^(import|export)\b", scripts, re.MULTILINE)
    # nothing that a strict policy would refuse
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML", text)


@pytest.mark.parametrize(
    ("added", "refusal"),
    [
        ('import { h } from "./nowhere.js";\n', "essai/nowhere.js, which does not exist"),
        ('import { nothing } from "../base/common.js";\n', r"\['nothing'\], which base/common.js"),
        ('import * as all from "../base/common.js";\n', "write imports as"),
        ("const x = 1;\nexport { x };\n", "where it is declared"),
    ],
)
def test_what_cannot_be_joined_is_refused(sources: Path, added: str, refusal: str) -> None:
    (sources / "essai" / "view.js").write_text(f"{added}export default 1;\n", encoding="utf-8")
    with pytest.raises(bundle.BundleError, match=refusal):
        bundle.module("essai")
    with pytest.raises(bundle.BundleError, match="no view 'base'"):
        bundle.module("base")


def test_two_modules_may_use_the_same_name_for_two_things(sources: Path) -> None:
    view = 'import { other } from "./other.js";\nconst same = 2;\n'
    view += "export const both = [same, other];\nexport default 1;\n"
    other = "const same = 1;\nexport const other = same;\n"
    (sources / "essai" / "view.js").write_text(view, encoding="utf-8")
    (sources / "essai" / "other.js").write_text(other, encoding="utf-8")
    assert in_javascript("view.both", None, "essai/view.js") == [2, 1]


# ---- another explorer, as the room's documentation says to write it

ESSAI = """
import { explorer, h } from "../base/common.js";
import { radioGroup, slider } from "../base/controls.js";
import { number } from "../base/french.js";

export function summary(data, { share, path }) {
  const amount = number((data.gdp * share) / 100, 1);
  return {
    title: `${amount} Md€`, sentence: `La part ${path} donne ${amount} Md€.`, caption: "Essai",
    columns: ["Part", "Montant"], rows: [[number(share, 1), amount]], notes: [], sources: [],
  };
}
const options = [{ value: "linear", label: "Linéaire" }, { value: "early", label: "Précoce" }];
export default explorer({
  name: "essai",
  label: "Essai",
  summary,
  build: (context) => {
    const el = h("p", null);
    return {
      controls: [
        slider(context, { key: "share", legend: "Part du PIB", unit: "%", digits: 1 }),
        radioGroup(context, { key: "path", legend: "Trajectoire", options }),
      ],
      picture: { el, show: (state) => { el.textContent = state.path; } },
    };
  },
  file: (data, state, view) => ({ name: "essai.csv", columns: view.columns, rows: view.rows }),
});
"""


def essai() -> Explorer:
    class EssaiExplorer(Explorer):
        name = "essai"

        def __init__(self) -> None:
            fields = (
                Field("share", "part", "number", minimum=0, maximum=5, step=0.1),
                Field("path", "trajectoire", "choice", ("linear", "early")),
            )
            super().__init__({"gdp": 3000}, fields, {"share": 2.0, "path": "linear"})

        def _said(self, state: dict[str, Any]) -> Summary:
            share = state["share"]
            amount = french.number(self.data["gdp"] * share / 100, 1)
            sentence = f"La part {state['path']} donne {amount} Md€."
            rows = [[french.number(share, 1), amount]]
            return Summary(f"{amount} Md€", sentence, "Essai", ["Part", "Montant"], rows)

    return EssaiExplorer()


def test_another_explorer_is_a_few_lines(browser: Browser, sources: Path, tmp_path: Path) -> None:
    (sources / "essai" / "view.js").write_text(ESSAI.lstrip(), encoding="utf-8")
    explorer = essai()
    explorer.share = 0.7  # type: ignore[attr-defined]
    address = write_page(tmp_path, explorer).as_uri()
    page = browser.new_page()
    page.goto(f"{address}?essai.part=2.5&essai.trajectoire=early")
    said = page.locator("[aria-live]")
    expect(said).to_have_text(explorer.summary({"share": 2.5, "path": "early"}).sentence)
    page.get_by_role("slider", name="Part du PIB (%)").press("ArrowRight")
    expect(said).to_have_text(explorer.summary({"share": 2.6, "path": "early"}).sentence)
    page.get_by_role("radio", name="Précoce").press("ArrowUp")
    expect(said).to_have_text(explorer.summary({"share": 2.6, "path": "linear"}).sentence)
    typed = page.get_by_role("spinbutton")
    typed.fill("99")
    typed.press("Enter")
    expect(said).to_have_text(explorer.summary({"share": 5, "path": "linear"}).sentence)
    expect(page.get_by_role("table")).to_contain_text("150,0")
    page.goto(f"{address}?essai.part=5.1&essai.trajectoire=linear")  # out of bounds: said, not used
    expect(page.get_by_role("alert")).to_contain_text("essai.part")
    expect(said).to_have_text(explorer.summary({"path": "linear"}).sentence)
    page.close()


def test_a_field_is_a_trait_unless_its_name_is_taken(sources: Path) -> None:
    (sources / "essai" / "view.js").write_text(ESSAI.lstrip(), encoding="utf-8")
    Wrong = type("Wrong", (Explorer,), {"name": "essai", "share": Choice()})  # noqa: N806
    field = Field("share", "part", "number", minimum=0, maximum=5)
    with pytest.raises(ViewError, match=r"Wrong: `share` is not free .*`share = Number\(\)`"):
        Wrong({}, [field], {"share": 1})
    with pytest.raises(ViewError, match="`html` is not free"):
        Explorer({}, [replace(field, key="html")], {"html": 1})
    with pytest.raises(ValueError, match="'share' is the key of two fields"):
        Explorer({}, [field, replace(field, param="autre")], {"share": 1})


def test_a_misspelt_setting_is_refused_with_the_nearest_right_one() -> None:
    explorer = small()
    with pytest.raises(AttributeError, match=r"no 'region'; nearest: regions"):
        explorer.region = ["REG-53"]  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="its settings are indicator, measure, regions"):
        explorer.couleur = "rouge"  # type: ignore[attr-defined]
    assert not hasattr(explorer, "region")


def test_a_year_is_a_whole_number() -> None:
    year = Field("start", "debut", "number", minimum=2026, maximum=2030, whole=True)
    assert year.check(2027.0) == 2027
    assert year.entry()["whole"] is True
    with pytest.raises(TraitError, match=r"2027\.5 is not a whole number from 2026"):
        year.check(2027.5)
