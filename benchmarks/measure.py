"""Measure this version of the handbook, and keep the figures beside those of the former ones.

Usage, from the root of the project, the site built: make bench [ONLY="imports views"], or

    PYTHONPATH=. python benchmarks/measure.py [--only imports views]

writes benchmarks/results/measures.csv: one row a version and quantity. A version measured again
gets new rows; measures that are not asked for keep theirs. Times are of the processor, which what
else the computer does changes little, but for views, of which the quickest of many moves is kept.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parent
SITE = ROOT / "_build" / "html"
OUTPUT = HERE / "results" / "measures.csv"
COLUMNS = ["version", "date", "hardware", "quantity", "value", "unit"]
ROOMS = (
    *("core", "facts", "forecasting", "benchmarking", "scenarios", "economics", "strategy"),
    *("figures", "views"),
)
Measured = Iterator[tuple[str, float, str]]  # quantity, value, unit


def processor(call: Callable[[], object], runs: int = 1) -> float:
    """Return the least processor time of several runs, that of their child processes included."""

    def spent() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(part.ru_utime + part.ru_stime for part in used)

    times = []
    for _ in range(runs):
        begun = spent()
        call()
        times.append(spent() - begun)
    return min(times)


def python(code: str) -> Callable[[], object]:
    """Return a call that runs code in a new interpreter, at the root of the project."""
    command = [sys.executable, "-c", code]
    return lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603


def build() -> Measured:
    """Build the whole site from nothing."""
    with tempfile.TemporaryDirectory() as work:
        code = "import pathlib, sys; from handbook.site import build\n"
        code += f"build.clean(pathlib.Path.cwd(), pathlib.Path({work!r}) / 'site')"
        yield "site_build", processor(python(code)), "s"


def notebooks() -> Measured:
    """Execute each notebook, and keep nothing of it."""
    code = "import nbformat, sys; from nbclient import NotebookClient\n"
    code += "NotebookClient(nbformat.read({!r}, 4), timeout=1200,"
    code += " resources={{'metadata': {{'path': 'notebooks'}}}}).execute()"
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    times = [processor(python(code.format(str(path)))) for path in paths]
    yield "notebooks_all", sum(times), "s"
    yield "notebook_longest", max(times), "s"


def imports() -> Measured:
    """Import the package and its rooms, in interpreters that have imported nothing else."""
    empty = processor(python("pass"), 7)
    times = {
        name: max(0.0, processor(python(f"import {name}"), 7) - empty)
        for name in ("pandas", "handbook", *(f"handbook.{room}" for room in ROOMS))
    }
    rooms = [value for name, value in times.items() if "." in name]
    yield "import_package", times["handbook"], "s"
    yield "import_slowest_room", max(rooms), "s"
    yield "import_over_pandas", max(rooms) / times["pandas"], "ratio"


def forecasts(limit: int | None = None) -> Measured:
    """Forecast the yearly series of M1 beside statsmodels' exponential smoothing."""
    from benchmarks import forecasting as race

    pairs = race.load("m1", limit)
    for method in (race.handbook, race.statsmodels_ets):
        method(*race._warm(pairs))  # pays for the imports
    ours, peer, reference = (
        race.score(method, pairs) for method in (race.handbook, race.statsmodels_ets, race.naive)
    )

    def owa(scored: dict[str, float]) -> float:
        return sum(scored[name] / reference[name] for name in ("smape", "mase")) / 2

    yield "forecast", ours["ms_per_series"], "ms"
    yield "forecast_over_peer", ours["ms_per_series"] / peer["ms_per_series"], "ratio"
    yield "forecast_error", owa(ours), "ratio"
    yield "forecast_error_of_peer", owa(peer), "ratio"
    yield "forecast_covered", 100 * ours["coverage_80"], "%"


def scenarios() -> Measured:
    """Search for the consistent scenarios of random matrices beside a plain enumeration."""
    from benchmarks.scenarios import random_matrix

    small, large = random_matrix(8, 1.0, 11), random_matrix(20, 1.0, 11)
    found: dict[str, int] = {}

    def plain() -> None:
        scores, starts = small.scores, range(0, 24, 3)
        found["plain"] = sum(
            all(
                balance[start : start + 3].max() == balance[start + state]
                for start, state in zip(starts, states, strict=True)
            )
            for states in itertools.product(range(3), repeat=8)
            for balance in [scores[[s + k for s, k in zip(starts, states, strict=True)]].sum(0)]
        )

    def search() -> None:
        found["ours"] = len(small.consistent_scenarios())

    ratio = processor(search, 5) / processor(plain)
    if found["ours"] != found["plain"]:
        raise RuntimeError(f"the search and the enumeration differ: {found}")
    yield "scenarios", processor(large.consistent_scenarios, 3), "s"
    yield "scenarios_over_plain", ratio, "ratio"


def ranks(draws: int = 10_000) -> Measured:
    """Draw the ranks of 51 units and 49 indicators beside a plain loop in pandas."""
    from benchmarks.benchmarking import random_index

    index = random_index(51, 49)
    rng = np.random.default_rng(1)
    values = pd.DataFrame(rng.normal(size=(51, 49)))  # the same as those of the index

    def plain() -> None:
        for _ in range(200):
            weights = rng.dirichlet(np.ones(values.shape[1]))
            normalised = (values - values.min()) / (values.max() - values.min())
            (normalised * weights).sum(axis=1).rank(ascending=False)

    index.uncertainty(10)  # pays for the imports
    ours = processor(lambda: index.uncertainty(draws), 3)
    yield "ranks", ours, "s"
    yield "ranks_over_plain", ours / draws / (processor(plain) / 200), "ratio"


def weight(site: Path = SITE) -> Measured:
    """Weigh the pages of the built site, what it holds, and what `pip install` brings."""
    pages = [page.read_bytes() for page in (site / "notebooks").glob("*.html")]
    sent = [len(gzip.compress(page, 6, mtime=0)) / 1e3 for page in pages]
    static = [path for path in (site / "_static").rglob("*") if path.suffix in (".css", ".js")]
    files = [path for path in site.rglob("*") if path.is_file()]
    yield "chapter_median", statistics.median(sent), "kB"
    yield "chapter_heaviest", max(sent), "kB"
    shared = sum(len(gzip.compress(path.read_bytes(), 6, mtime=0)) for path in static) / 1e3
    yield "scripts_and_styles", shared, "kB"
    yield "site", sum(path.stat().st_size for path in files) / 1e6, "MB"


def install() -> Measured:
    """Install the library and what it needs, at the locked versions, and weigh the folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "uv", "--quiet", "pip", "install", "--target", folder]
        command += [
            "--compile-bytecode",
            "--no-build-isolation",
            "--constraint",
            "requirements.txt",
            ".",
        ]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        yield "installed", sum(path.stat().st_size for path in files) / 1e6, "MB"


def views(moves: int = 40) -> Measured:
    """Move the first control of each view of the built site, in Chromium."""
    from handbook.release.book_pdf import chromium

    script, least = (HERE / "moves.js").read_text(encoding="utf-8"), []
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for path in sorted((SITE / "notebooks").glob("*.html")):
            page.goto(path.as_uri())
            page.locator("[data-explorer]:not([data-ready])").first.wait_for(state="detached")
            for view in page.locator("[data-explorer]").all():
                times = view.evaluate(script, moves)
                least += [min(times)] if times else []
    yield "view_median", statistics.median(least), "ms"
    yield "view_slowest", max(least), "ms"


MEASURES: dict[str, Callable[[], Measured]] = {
    call.__name__: call
    for call in (build, notebooks, imports, forecasts, scenarios, ranks, weight, install, views)
}


def hardware() -> str:
    """Name the processor, the cores in use and the interpreter."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = dict(line.split("\t: ", 1) for line in lines if "\t: " in line)
    name = named.get("model name", "unknown")
    kind = platform.machine() if name == "unknown" else name
    cores = len(os.sched_getaffinity(0))
    return f"{kind}, {cores} cores, Python {platform.python_version()}"


def kept_with(made: pd.DataFrame, output: Path) -> pd.DataFrame:
    """Put new rows in the place of the former ones of the same version and quantity."""
    former = pd.read_csv(output, dtype={"version": str}) if output.exists() else made.head(0)
    both = pd.concat([former, made]) if len(former) else made
    return both.drop_duplicates(["version", "quantity"], keep="last")


def main() -> None:
    """Measure what is asked for, and write the table."""
    from handbook.site.edition import edition

    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    reader.add_argument("--output", type=Path, default=OUTPUT)
    asked = reader.parse_args()
    about = (edition(ROOT).version, datetime.now(tz=UTC).date().isoformat(), hardware())
    for name in asked.only:
        begun, load = time.perf_counter(), os.getloadavg()[0]
        rows = [*MEASURES[name](), (f"load_{name}", load, "processes")]
        made = pd.DataFrame([(*about, *row) for row in rows], columns=COLUMNS)
        made["value"] = [float(f"{value:.3g}") for value in made["value"]]
        kept_with(made, asked.output).to_csv(asked.output, index=False, lineterminator="\n")
        print(f"{name}, {time.perf_counter() - begun:.0f} s", flush=True)
        print(made[["quantity", "value", "unit"]].to_string(index=False, header=False), flush=True)


if __name__ == "__main__":
    main()
