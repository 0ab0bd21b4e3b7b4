"""Time the benchmarking engine on tables the size of the published ones.

Run with ``python benchmarks/benchmarking.py``. COINr 1.1.14 takes 119.5 s for 1,000 uncertainty
draws on 51 x 49, and about 50 min for 10,000 by extrapolation (measured on two cores, R 4.2.2).
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from handbook.benchmarking import Composite, live_payload, live_ranks


def random_index(units: int, indicators: int) -> Composite:
    """Independent normal indicators: the hardest case for pairwise methods."""
    values = np.random.default_rng(1).normal(size=(units, indicators))
    data = pd.DataFrame(values, columns=[f"x{at}" for at in range(indicators)])
    return Composite(data, dict.fromkeys(data.columns, 1))


def timed(name: str, call: Callable[[], object]) -> None:
    """Print the best of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    print(f"{name:<58}{min(times):>8.3f} s")


def main() -> None:
    """Time each step and print the peak memory."""
    small, large = random_index(11, 9), random_index(51, 49)
    for index, size in ((small, "11 x 9"), (large, "51 x 49")):
        timed(f"uncertainty, 10,000 draws, {size}", lambda index=index: index.uncertainty(10_000))
        timed(f"acceptability, 10,000 draws, {size}", lambda index=index: index.acceptability())
        timed(f"exact factorial, {size}", lambda index=index: index.sensitivity())
        timed(f"Sobol, 1,024 x factors, {size}", lambda index=index: index.sobol())
        timed(f"Copeland, {size}", lambda index=index: index.scores(aggregate="copeland"))
    timed("attainable ranks, every unit, 11 x 9", small.attainable_ranks)
    timed("attainable ranks and nearest weights, one unit, 11 x 9", lambda: small.attainable(0))
    timed("Kemeny consensus, 11 x 9", small.consensus)
    payload = live_payload(small)
    timed(
        "live rank intervals, 500 draws x 6 methods, 11 x 9",
        lambda: live_ranks(payload, aggregate=["arithmetic", "geometric"]),
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
