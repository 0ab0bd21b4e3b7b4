"""Rules tried for the law of an outcome, and not adopted: what each would win and cost.

Usage, from the root of the project: PYTHONPATH=. python benchmarks/alternatives.py

1. Coverage of the interval at 80 % by regularity. Series of a set fall in three classes of equal
   size by how much of their changes is noise. Exponents of the noise and of the disagreement are
   set free, and chosen by likelihood, alone or with a penalty on the spread of the coverages; on
   both sets, then on one and judged on the other.
2. A negative binomial law for the départements' counts, its two constants chosen on every second
   département and judged on the others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from benchmarks.calibration import LENGTHS, SETS, cases
from handbook import facts, forecasting
from handbook.forecasting import intervals
from handbook.forecasting.quantity import SLIPS

NAMES = ("SIZE", "POWER", "TYPICAL_NOISE", "TYPICAL_WEIGHT", "LEAST_DISAGREEMENT", "DEGREES")
START = np.r_[np.log([getattr(intervals, name) for name in NAMES]), 0.55, 0.45]
PENALTY = 20.0  # on the variance of the classes' coverages
SEED = 0
Sets = list[pd.DataFrame]


def outcomes(file: str, last: int | None) -> pd.DataFrame:
    """Return one row an outcome: what the scale reads, the error, the class of its series."""
    rows = []
    for series, (known, came, ahead, mean) in enumerate(cases(file, last)):
        changes = np.diff(known)
        usual = np.sqrt(np.mean(changes**2))
        around = float(((changes - changes.mean()) ** 2).sum() / usual**2)
        rows += [
            (series, len(changes), around, usual, np.std(ahead[h]) / usual / (h + 1), h + 1, error)
            for h, error in enumerate(came - mean)
        ]
    table = pd.DataFrame(rows, columns=["series", "n", "around", "usual", "apart", "h", "error"])
    noise = (table["around"] / table["n"]).groupby(table["series"]).first()
    classes = pd.qcut(noise.rank(method="first"), 3, labels=False)
    return table.assign(regularity=table["series"].map(classes))


def scaled(table: pd.DataFrame, constants: np.ndarray) -> pd.Series:
    """Return the scale of each outcome; with the constants in use, that of the handbook."""
    size, power, noise, weight, least, _ = np.exp(constants[:6])
    known = np.sqrt((weight * noise**2 + table["around"]) / (weight + table["n"] - 1))
    spread = known ** constants[6] * (least + table["apart"]) ** constants[7]
    return table["usual"] * size * spread * table["h"] ** power


def misfit(constants: np.ndarray, sets: Sets, penalty: float) -> float:
    """Return minus the log-likelihood, with a penalty where classes are covered differently."""
    degrees, total = float(np.exp(constants[5])), 0.0
    for table in sets:
        scale = scaled(table, constants)
        distance = table["error"] / scale
        cost = np.log(scale / table["usual"]) - stats.t.logpdf(distance, degrees)
        total += float(cost.clip(-20, 20).groupby(table["series"]).mean().mean())
        beyond = (distance.abs() - stats.t.ppf(0.9, degrees)) / 0.15
        total += penalty * special.expit(-beyond).groupby(table["regularity"]).mean().var()
    return total / len(sets)


def judged(constants: np.ndarray, sets: Sets) -> dict[str, float]:
    """Return the mean over sets of the coverages, their spread and the interval score."""
    degrees, rows = float(np.exp(constants[5])), []
    for table in sets:
        scale, error = scaled(table, constants), table["error"].abs()
        half80, half95 = (stats.t.ppf(0.5 + level / 200, degrees) * scale for level in (80, 95))
        inside = error <= half80
        score = (2 * half95 + 40 * (error - half95).clip(lower=0)) / table["usual"]
        rows.append(
            {
                "cover_80": inside.mean(),
                "gap_80": np.ptp(inside.groupby(table["regularity"]).mean()),
                "cover_95": (error <= half95).mean(),
                "score_95": score.mean(),
            }
        )
    return {name: float(value) for name, value in pd.DataFrame(rows).mean().items()}


def by_chance(sets: Sets, draws: int = 200) -> float:
    """Return the mean gap of three classes drawn at random, coverage being that in use."""
    rng, gaps = np.random.default_rng(SEED), []
    for table in sets:
        half = stats.t.ppf(0.9, intervals.DEGREES) * scaled(table, START)
        inside = (table["error"].abs() <= half).to_numpy()
        owner, classes = table["series"].to_numpy(), np.arange(table["series"].nunique()) % 3
        for _ in range(draws):
            shuffled = rng.permutation(classes)[owner]
            gaps.append(np.ptp([inside[shuffled == k].mean() for k in range(3)]))
    return float(np.mean(gaps))


def fitted(sets: Sets, penalty: float = 0.0) -> np.ndarray:
    """Return the constants of least misfit."""
    options = {"maxiter": 400, "fatol": 1e-4, "xatol": 1e-3}
    return optimize.minimize(misfit, START, (sets, penalty), "Nelder-Mead", options=options).x


def regularity() -> None:
    """Print what freed exponents would win and cost."""
    sets = {file: [outcomes(file, last) for last in LENGTHS] for file in SETS}
    m1, tourism = sets.values()
    print(f"gap of three classes drawn at random: {100 * by_chance(m1 + tourism):.1f} points")
    plans = {
        "in use": (START, m1 + tourism),
        "freed": (fitted(m1 + tourism), m1 + tourism),
        "freed, penalty": (fitted(m1 + tourism, PENALTY), m1 + tourism),
        "in use, on tourism": (START, tourism),
        "freed, penalty, on M1, judged on tourism": (fitted(m1, PENALTY), tourism),
        "in use, on M1": (START, m1),
        "freed, penalty, on tourism, judged on M1": (fitted(tourism, PENALTY), m1),
    }
    print(pd.DataFrame({k: judged(*plan) for k, plan in plans.items()}).T.round(3).to_string())


Cdf = Callable[[pd.DataFrame, pd.Series], np.ndarray]


def replayed(horizon: int = 6, first: int = 8) -> pd.DataFrame:
    """Return, for every département, origin and step, the forecast, its scale and what came."""
    panel = facts.panel("msp_nb", "departement")
    halves = panel.apply(lambda s: forecasting.regularise(s, "half-yearly").series)
    rows = []
    for origin in range(first, len(halves)):
        known = halves.iloc[:origin].copy()
        known.attrs["nature"] = "count"
        ahead = min(horizon, len(halves) - origin)
        for rank, (name, made) in enumerate(
            forecasting.forecast_panel(known, ahead).forecasts.items()
        ):
            reached = np.nan if made.quantity.reached is None else made.quantity.reached
            for k in range(ahead):
                row = (rank, origin, k + 1, made.mean.iloc[k], made.scale.iloc[k], reached)
                rows.append((*row, known[name].iloc[-1], halves[name].iloc[origin + k]))
    names = ["place", "origin", "h", "mean", "scale", "reached", "last", "came"]
    table = pd.DataFrame(rows, columns=names)
    whole = (table[["last", "came"]] % 1 == 0).all(axis=1)  # an interpolated half is no count
    return table[whole].reset_index(drop=True)


def in_use(table: pd.DataFrame, value: pd.Series) -> np.ndarray:
    """Return the chance to stay under a count, as `handbook.forecasting.law` gives it."""
    edge = (table["reached"] - 0.5 - table["mean"]) / table["scale"]
    below = np.where(table["reached"].notna(), stats.t.cdf(edge, intervals.DEGREES), 0.0)
    whole = stats.t.cdf((value - 0.5 - table["mean"]) / table["scale"], intervals.DEGREES)
    cut = np.where(whole <= below, SLIPS * whole, whole - (1 - SLIPS) * below)
    return np.where(value <= 0, 0.0, cut / (1 - (1 - SLIPS) * below))


def negative_binomial(spread: float, fall: float) -> Cdf:
    """Return a law of what is added: negative binomial, and a share of falls that grows with h."""

    def under(table: pd.DataFrame, value: pd.Series) -> np.ndarray:
        added = np.maximum(table["mean"] - table["last"], 0.15)
        variance = np.maximum(spread * table["scale"] ** 2, 1.02 * added)
        size = added**2 / (variance - added)
        more = value - table["last"]
        falls = np.minimum(fall * np.sqrt(table["h"]), 0.4)
        rest = stats.nbinom.cdf(np.maximum(more - 1, 0), size, size / (size + added))
        inside = np.where(
            more <= 0, falls * 0.5 ** np.maximum(-more, 0), falls + (1 - falls) * rest
        )
        return np.where(value <= 0, 0.0, inside)

    return under


def log_score(law: Cdf, table: pd.DataFrame) -> float:
    """Return minus the mean logarithm of the chance given to what came: lower is better."""
    chance = law(table, table["came"] + 1) - law(table, table["came"])
    return float(-np.log(np.maximum(chance, 1e-6)).mean())


def counts() -> None:
    """Print the log scores and the tenths of both laws, on each half of the départements."""
    table = replayed()
    halves = {side: table[table["place"] % 2 == k] for k, side in enumerate(("choose", "judge"))}
    chosen = optimize.minimize(
        lambda c: log_score(negative_binomial(*np.exp(c)), halves["choose"]),
        np.log([1.0, 0.03]),
        method="Nelder-Mead",
    )
    laws = {"in use": in_use, "negative binomial": negative_binomial(*np.exp(chosen.x))}
    for side, part in (halves | {"all": table}).items():
        for name, law in laws.items():
            ranks = pd.DataFrame({"unique_id": range(len(part)), "origin": 0, "date": 0})
            ranks["rank_low"] = law(part, part["came"])
            ranks["rank_high"] = law(part, part["came"] + 1)
            tenths = 100 * forecasting.pit_histogram(ranks)
            score = log_score(law, part)
            print(
                f"{side:7s} {name:18s} log score {score:.3f}, "
                f"tenths from {tenths.min():.1f} to {tenths.max():.1f} %"
            )


if __name__ == "__main__":
    regularity()
    counts()
