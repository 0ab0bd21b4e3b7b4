"""What the tests of accessibility share: axe-core as locked, and what the keyboard meets."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from playwright.sync_api import Locator, Page, expect

# The newest release of axe-core, locked with the other test packages of Node; without npm, the one
# that comes with the Python package.
NEWEST_AXE = ROOT / ".venv" / "types" / "node_modules" / "axe-core" / "axe.min.js"
AXE = Axe.from_file(str(NEWEST_AXE)) if NEWEST_AXE.is_file() else Axe()
AXE_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],  # the rest would double the time of long pages
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, and off unless asked for
}
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# every rule is checked at both widths, and both colour schemes: colours do not depend on the width
SIGHTS = [(DESKTOP, "light"), (PHONE, "dark")]
LONGEST_START = 30_000  # milliseconds

OPEN_EVERYTHING = """() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  document.documentElement.classList.remove("hb-code-hidden");
}"""

# The stops of the Tab key inside an element: what may take the focus and is shown, a group of
# radio buttons counted once, at the one that is chosen.
STOPS = """(root) => {
  const names = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled
    && node.tabIndex >= 0;
  const chosen = (node) => {
    if (node.type !== "radio") return true;
    const group = [...document.getElementsByName(node.name)];
    return node.checked || !group.some((other) => other.checked) && group.indexOf(node) === 0;
  };
  const stops = [...root.querySelectorAll(names)].filter((node) => shown(node) && chosen(node));
  stops.forEach((node, rank) => { node.dataset.stop = String(rank); });
  return stops.length;
}"""
# Where the focus is, and how it shows: an outline, on the control or on the label that frames it.
FOCUS = """() => {
  const node = document.activeElement;
  const outlined = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const frame = node.closest("label, .hb-search") ?? node;
  const box = (outlined(node) ? node : frame).getBoundingClientRect();
  const corners = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)));
  return {
    stop: node.dataset.stop ?? null,
    name: node.outerHTML.slice(0, 160),
    outlined: outlined(node) || outlined(frame),
    inSight: corners.some((one) => one && (frame.contains(one) || one.contains(frame))),
  };
}"""


def views_are_ready(page: Page) -> None:
    """Wait for every view of a page; a wait inside the page would be an eval its policy refuses."""
    waiting = page.locator("[data-explorer]:not([data-ready])")
    expect(waiting).to_have_count(0, timeout=LONGEST_START)


def serious_violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical in a page, in the colours and state shown now."""
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in AXE.run(page, options=AXE_OPTIONS).response["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def tab_through(page: Page, root: Locator) -> list[str]:
    """Press Tab from the first control of an element to its last; say what went wrong on the way.

    Each shown control is met once, in the order of the page, framed and in sight; the key then
    leaves the element.
    """
    count = root.evaluate(STOPS)
    page.locator("[data-stop='0']").focus()
    page.keyboard.press("Shift+Tab")
    faults: list[str] = []
    for rank in range(count):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["stop"] != str(rank):
            faults.append(f"stop {rank} is at {focus['stop']}: {focus['name']}")
            break
        if not focus["outlined"]:
            faults.append(f"the focus does not show: {focus['name']}")
        if not focus["inSight"]:
            faults.append(f"the focus is hidden behind something: {focus['name']}")
    page.keyboard.press("Tab")
    if page.evaluate(FOCUS)["stop"] is not None:
        faults.append("Tab does not leave")
    return faults


# Words of each drawing shown that stand too little out of the ground that the drawing gives itself
# (words on a filled mark have that mark for ground: the tests of figures judge them).
FAINT = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const drawings = [...document.querySelectorAll(".hb-picture svg, .hx-svg")]
    .filter((svg) => svg.checkVisibility());
  return drawings.flatMap((svg) => {
    const ground = getComputedStyle(svg).backgroundColor;
    const clear = channels(ground).length === 4 && channels(ground)[3] === 0;
    if (clear) return [`no ground of its own: ${svg.outerHTML.slice(0, 100)}`];
    const filled = [...svg.querySelectorAll("path, rect")].map((mark) =>
      [mark, mark.getBoundingClientRect()]);
    return [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim())
      .filter((text) => {
        const box = text.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const inside = ({ left, right, top, bottom }) =>
          left <= x && x <= right && top <= y && y <= bottom;
        const over = filled.some(([mark, room]) =>
          getComputedStyle(mark).fill !== "none" && inside(room));
        return !over && ratio(getComputedStyle(text).fill, ground) < 4.5;
      })
      .map((text) => `${text.textContent.trim()}: ${getComputedStyle(text).fill} on ${ground}`);
  });
}"""


def contrasts(page: Page) -> list[str]:
    """Return the words of the drawings shown that stand less than 4.5 to 1 out of their ground."""
    return [str(fault) for fault in page.evaluate(FAINT)]
