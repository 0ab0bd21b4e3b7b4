"""Fit the constants of the intervals again, and measure the pace of series that quicken.

Usage, from the root of the project: PYTHONPATH=. python benchmarks/calibration.py

Constants of `handbook.forecasting.intervals` are those of greatest likelihood on the sets of
`data/`, known whole, by their last twelve and by their last eight values; every series weighs the
same in its set. Those of `handbook.forecasting.pace` are counted on the same series known whole.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, special

from benchmarks.forecasting import HERE
from handbook.forecasting import intervals, methods, pace

SETS = {"m1_yearly.csv": 6, "tourism_yearly.csv": 4}
LENGTHS = (None, 12, 8)  # values known
SHORT_HORIZON = 3
Case = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # known, came, members, mean


def cases(file: str, last: int | None) -> list[Case]:
    """Return the series of a set, with what came, what each member said and their mean."""
    frame = pd.read_csv(HERE / "data" / file)
    made = []
    for _, part in frame.groupby("unique_id", sort=False):
        known, came = (part.y[part.split == side].to_numpy(float) for side in ("train", "test"))
        if last is not None:
            if len(known) < last:
                continue
            known, came = known[-last:], came[:SHORT_HORIZON]
        if np.ptp(known) > 0:
            unit = np.abs(known).max()
            ahead = methods.ahead_of(known / unit, len(came), fast=True)
            made.append((known / unit, came / unit, ahead, methods.combined(ahead)[0]))
    return made


def misfit(constants: np.ndarray, sets: list[list[Case]]) -> float:
    """Return minus the mean log-likelihood of the outcomes, in usual changes of each series."""
    names = ("SIZE", "POWER", "TYPICAL_NOISE", "TYPICAL_WEIGHT", "DISAGREEMENT")
    former = {name: getattr(intervals, name) for name in names}
    degrees = float(np.exp(constants[5]))
    try:
        for name, value in zip(names, np.exp(constants[:5]), strict=True):
            setattr(intervals, name, float(value))
        return sum(float(np.mean([_one(case, degrees) for case in part])) for part in sets)
    finally:
        for name, value in former.items():
            setattr(intervals, name, value)


def _one(case: Case, degrees: float) -> float:
    known, came, ahead, mean = case
    spread = intervals.scale(known, ahead)
    usual = np.sqrt(np.mean(np.diff(known) ** 2))
    distance = (came - mean) / spread
    tail = (degrees + 1) / 2 * np.log1p(distance**2 / degrees)
    peak = special.gammaln((degrees + 1) / 2) - special.gammaln(degrees / 2)
    cost = tail - peak + np.log(np.pi * degrees) / 2 + np.log(spread / usual)
    return float(np.clip(cost.mean(), -20, 20))


def main() -> None:
    """Print the constants in use beside those of greatest likelihood, and the paces."""
    sets = [cases(file, last) for file in SETS for last in LENGTHS]
    names = ("SIZE", "POWER", "TYPICAL_NOISE", "TYPICAL_WEIGHT", "DISAGREEMENT", "DEGREES")
    used = np.log([getattr(intervals, name) for name in names])
    options = {"maxiter": 100, "fatol": 1e-3, "xatol": 1e-3}
    best = optimize.minimize(misfit, used, (sets,), method="Nelder-Mead", options=options)
    for name, now, then in zip(names, np.exp(used), np.exp(best.x), strict=True):
        print(f"{name:16s} in use {now:.3f}   of greatest likelihood {then:.3f}")
    print(f"misfit: in use {misfit(used, sets):.4f}, least {best.fun:.4f}")
    whole = [case for file in SETS for case in cases(file, None) if pace.quickening(case[0])]
    realised, over = [], []
    for known, came, _, mean in whole:
        realised.append((came[-1] - known[-1]) / len(came) / np.diff(known).mean())
        over.append(came[-1] > mean[-1])
    print(
        f"quickening: {len(whole)} series, pace come over mean pace {np.median(realised):.2f} "
        f"(median), above the forecast {np.mean(over):.2f}"
    )


if __name__ == "__main__":
    main()
