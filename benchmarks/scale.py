"""Forecasts and count models on panels of 100 to 35,000 communes, on a local Dask cluster.

Usage, from the root of the project, in an environment of benchmarks/requirements.txt:

    PYTHONPATH=. python benchmarks/scale.py [--sizes 100 1000] [--workers 2]

writes benchmarks/results/scale.csv: one row a size. The communes are synthetic: each starts from a
value of the real panel of départements at its first date, and changes at each date by a change
that one of them had at that date. Not a line of the calls differs from those on one machine but
the executor.
"""

from __future__ import annotations

import argparse
import resource
import time
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SIZES = (100, 1_000, 10_000, 35_000)
HORIZON = 6
BLOCK = 350  # communes a count model: a département
SEED = 2032


def communes(count: int) -> pd.DataFrame:
    """Return a synthetic panel with the marginals of the real one, date by date."""
    from handbook import facts, forecasting

    real = facts.panel("msp_nb", "departement")
    real = real.apply(lambda s: forecasting.regularise(s, "half-yearly").series)
    rng = np.random.default_rng(SEED)
    changes = real.diff().to_numpy(copy=True)
    changes[0] = real.iloc[0]
    drawn = np.stack([rng.choice(row, count) for row in changes])
    values = np.maximum(np.round(drawn.cumsum(axis=0)), 0)
    frame = pd.DataFrame(values, index=real.index, columns=[f"C{k:05d}" for k in range(count)])
    frame.attrs["nature"] = "count"
    return frame


def openings(frame: pd.DataFrame) -> tuple[float, float]:
    """Fit how the openings of a half-year go with the number already open: rate and error.

    A Poisson model of statsmodels with the year as a factor, errors robust to what goes on
    within a commune.
    """
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    before = frame.shift().iloc[1:].melt(value_name="open", ignore_index=False)
    added = frame.diff().iloc[1:].clip(lower=0).melt(ignore_index=False)["value"]
    rows = before.assign(added=added.to_numpy(), year=before.index.year)
    rows["log_open"] = np.log1p(rows["open"])
    model = smf.glm("added ~ log_open + C(year)", rows, family=sm.families.Poisson())
    groups = pd.factorize(rows["variable"])[0]
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    return float(fit.params["log_open"]), float(fit.bse["log_open"])


def count_models(frame: pd.DataFrame, executor: Executor) -> list[tuple[float, float]]:
    """Fit one count model a block of communes."""
    blocks = [frame.iloc[:, k : k + BLOCK] for k in range(0, frame.shape[1], BLOCK)]
    return list(executor.map(openings, blocks))


def spent() -> float:
    """Return the processor time of this process, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(client: object, size: int) -> dict[str, float]:
    """Time both on a panel: seconds on the clock, and of processors over all processes."""
    from handbook.forecasting import forecast_panel

    frame, executor = communes(size), client.get_executor()  # type: ignore[attr-defined]
    row: dict[str, float] = {"series": size}
    plans = {
        "forecast": partial(forecast_panel, frame, HORIZON, executor=executor),
        "count_model": partial(count_models, frame, executor),
    }
    for name, call in plans.items():
        processors = spent() + sum(client.run(spent).values())  # type: ignore[attr-defined]
        begun = time.perf_counter()
        made = call()
        row[f"{name}_clock_s"] = time.perf_counter() - begun
        used = spent() + sum(client.run(spent).values())  # type: ignore[attr-defined]
        row[f"{name}_cpu_s"] = used - processors
        if name == "forecast" and len(made.forecasts) + len(made.failures) != size:
            raise RuntimeError(f"{size} series went in, {len(made.forecasts)} came out")
    row["caller_mb"] = peak()
    row["workers_mb"] = max(client.run(peak).values())  # type: ignore[attr-defined]
    return row


def growth(table: pd.DataFrame) -> pd.Series:
    """Return the exponents of the costs' growth with the number of series, from 1,000 on."""
    far = table[table["series"] >= 1_000]
    if len(far) < 2:
        return pd.Series(dtype=float)
    return pd.Series(
        {
            name: np.polyfit(np.log(far["series"]), np.log(far[name]), 1)[0]
            for name in far.columns.drop("series")
        }
    )


def main() -> None:
    """Measure each size on one cluster, smallest first, and write the table."""
    from distributed import Client, LocalCluster

    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--output", type=Path, default=HERE / "results" / "scale.csv")
    asked = reader.parse_args()
    rows: list[dict[str, float]] = []
    with (
        LocalCluster(
            n_workers=asked.workers, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        measured(client, 16)  # imports are paid once
        for size in sorted(asked.sizes):
            rows.append(measured(client, size))
            print(rows[-1], flush=True)
            pd.DataFrame(rows).round(2).to_csv(asked.output, index=False, lineterminator="\n")
    print(growth(pd.DataFrame(rows)).round(2).to_string())


if __name__ == "__main__":
    main()
