"""Score the handbook's forecast beside statsforecast and statsmodels, in one run.

Usage, from the root of the project, in an environment of benchmarks/requirements.txt:

    PYTHONPATH=. python benchmarks/forecasting.py [--sets m1 tourism] [--methods handbook]

writes benchmarks/results/forecasting.csv: one row a development set and method. Sets and methods
that are not asked for keep their rows.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")  # before numpy: one core for everybody

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from scipy import special  # noqa: E402

HERE = Path(__file__).parent
LEVELS = (80, 95)
SETS = {  # name: (file, values kept before the end, horizon)
    "m1": ("m1_yearly.csv", None, 6),
    "m1_last_8": ("m1_yearly.csv", 8, 3),
    "tourism": ("tourism_yearly.csv", None, 4),
    "tourism_last_8": ("tourism_yearly.csv", 8, 3),
}
Made = dict[str, np.ndarray]  # mean, lo-80, hi-80, lo-95, hi-95
Method = Callable[[np.ndarray, int], Made]


def handbook(y: np.ndarray, horizon: int) -> Made:
    """Forecast as the handbook does."""
    from handbook.forecasting import forecast

    made = forecast(pd.Series(y), horizon, LEVELS)
    return with_limits(made.mean, {level: made.interval(level) for level in LEVELS})


def with_limits(mean: pd.Series, limits: dict[int, pd.DataFrame]) -> Made:
    """Put a mean and its intervals (lower, upper) in the common form."""
    made = {"mean": np.asarray(mean)}
    for level, frame in limits.items():
        made[f"lo-{level}"], made[f"hi-{level}"] = frame.to_numpy().T
    return made


def normal(mean: np.ndarray, spread: np.ndarray) -> Made:
    """Put a mean and normal intervals in the common form."""
    made = {"mean": mean}
    for level in LEVELS:
        reach = special.ndtri(0.5 + level / 200) * spread
        made[f"lo-{level}"], made[f"hi-{level}"] = mean - reach, mean + reach
    return made


def naive(y: np.ndarray, horizon: int) -> Made:
    """Repeat the last value, with the textbook's intervals."""
    steps = np.arange(1, horizon + 1)
    return normal(np.full(horizon, y[-1]), np.sqrt(np.mean(np.diff(y) ** 2) * steps))


def drift(y: np.ndarray, horizon: int) -> Made:
    """Prolong the mean change, with the textbook's intervals."""
    steps = np.arange(1, horizon + 1)
    changes = np.diff(y)
    spread = np.sqrt(changes.var(ddof=1) * steps * (1 + steps / len(changes)))
    return normal(y[-1] + changes.mean() * steps, spread)


def statsmodels_ets(y: np.ndarray, horizon: int) -> Made:
    """Default fits of six forms, the best by AICc; needs ten values."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    series = pd.Series(y)
    fits = [
        ETSModel(series, error=error, trend=trend, damped_trend=damped).fit(disp=False)
        for error in (["add", "mul"] if y.min() > 0 else ["add"])
        for trend, damped in ((None, False), ("add", False), ("add", True))
    ]
    best = min(fits, key=lambda fit: fit.aicc)
    made = best.get_prediction(start=len(y), end=len(y) + horizon - 1)
    limits = {level: made.pred_int(alpha=1 - level / 100) for level in LEVELS}
    return with_limits(best.forecast(horizon), limits)


def statsmodels_theta(y: np.ndarray, horizon: int) -> Made:
    """Fit statsmodels' theta model, without season."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fit = ThetaModel(pd.Series(y), deseasonalize=False, period=1).fit()
    limits = {level: fit.prediction_intervals(horizon, alpha=1 - level / 100) for level in LEVELS}
    return with_limits(fit.forecast(horizon), limits)


def peers() -> dict[str, Method]:
    """Return statsforecast's automatic models, and the median of four (Petropoulos 2020)."""
    from statsforecast import models

    names = ["AutoETS", "AutoCES", "AutoARIMA", "AutoTheta"]
    names += ["DynamicOptimizedTheta", "OptimizedTheta"]
    singles = {f"statsforecast {name}": _peer(getattr(models, name), name) for name in names}

    def median(y: np.ndarray, horizon: int) -> Made:
        four = ["AutoETS", "AutoCES", "AutoARIMA", "DynamicOptimizedTheta"]
        made = [singles[f"statsforecast {name}"](y, horizon) for name in four]
        return {key: np.median([one[key] for one in made if key in one], axis=0) for key in made[0]}

    return {**singles, "statsforecast SCUM median": median}


def _peer(model: Callable[..., object], name: str) -> Method:
    def method(y: np.ndarray, horizon: int) -> Made:
        # AutoCES takes seconds a series for its intervals below ten values
        level = None if name == "AutoCES" and len(y) < 10 else list(LEVELS)
        return dict(model(season_length=1).forecast(y=y, h=horizon, level=level))

    return method


def load(name: str, limit: int | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Read the (known, outcome) pairs of a set."""
    file, last, horizon = SETS[name]
    frame = pd.read_csv(HERE / "data" / file)
    pairs = []
    for _, part in frame.groupby("unique_id", sort=False):
        train, test = (part.y[part.split == side].to_numpy(float) for side in ("train", "test"))
        if last is None or len(train) >= last:
            pairs.append((train if last is None else train[-last:], test[:horizon]))
    return pairs[:limit]


def score(method: Method, pairs: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Score a method; a series it fails on gets the naive forecast, and is counted."""
    rows, times, failed = [], [], 0
    for y, outcome in pairs:
        begun = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a peer's warnings are its own business
                made = method(y, len(outcome))
            sound = bool(np.isfinite(made["mean"]).all())
        except Exception:  # noqa: BLE001 -- whatever a peer raises, the race goes on
            sound = False
        if not sound:
            made, failed = naive(y, len(outcome)), failed + 1
        times.append(time.process_time() - begun)
        rows.append(_row(y, outcome, made))
    means = pd.DataFrame(rows).mean()
    return {**means, "ms_per_series": 1000 * float(np.median(times)), "failed": failed}


def _row(y: np.ndarray, outcome: np.ndarray, made: Made) -> dict[str, float]:
    unit = np.abs(np.diff(y)).mean() or np.nan
    error, size = np.abs(outcome - made["mean"]), np.abs(outcome) + np.abs(made["mean"])
    row = {
        "smape": float(np.mean(200 * error / np.where(size > 0, size, 1))),
        "mase": float(error.mean() / unit),
    }
    for level in LEVELS:
        if f"lo-{level}" not in made:
            continue
        lower, upper = made[f"lo-{level}"], made[f"hi-{level}"]
        missed = np.maximum(lower - outcome, 0) + np.maximum(outcome - upper, 0)
        row[f"coverage_{level}"] = float(np.mean(missed == 0))
        row[f"msis_{level}"] = float(np.mean(upper - lower + 2 / (1 - level / 100) * missed) / unit)
    return row


def main() -> None:
    """Run the race and write the table."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    reader.add_argument("--methods", nargs="+", metavar="METHOD", help="by default all")
    reader.add_argument("--limit", type=int, help="score the first series only")
    reader.add_argument("--output", type=Path, default=HERE / "results" / "forecasting.csv")
    asked = reader.parse_args()
    methods: dict[str, Method] = {"handbook": handbook, "naive": naive, "drift": drift}
    methods |= {"statsmodels ETS by AICc": statsmodels_ets}
    methods |= {"statsmodels ThetaModel": statsmodels_theta}
    if asked.methods is None or not set(asked.methods) <= set(methods):
        methods |= peers()
    table = []
    for name in asked.sets:
        pairs = load(name, asked.limit)
        for method in asked.methods or methods:
            call = methods[method]
            call(*_warm(pairs))
            row = {"dataset": name, "series": len(pairs), "horizon": SETS[name][2]}
            table.append({**row, "method": method, **score(call, pairs)})
            print(table[-1], flush=True)
    result = _beside_former(pd.DataFrame(table), asked.output)
    reference = result[result.method == "naive"].set_index("dataset")
    result["owa"] = sum(
        result[measure] / result.dataset.map(reference[measure]) for measure in ("smape", "mase")
    ) / 2  # fmt: skip
    columns = ["dataset", "method", "series", "horizon", "smape", "mase", "owa"]
    columns += ["coverage_80", "coverage_95", "msis_80", "msis_95", "ms_per_series", "failed"]
    result["ms_per_series"] = result["ms_per_series"].round(1)
    result[columns].round(4).to_csv(asked.output, index=False, lineterminator="\n")


def _beside_former(made: pd.DataFrame, output: Path) -> pd.DataFrame:
    """Put new rows in the place of the former ones of the same set and method."""
    if not output.exists():
        return made
    key = ["dataset", "method"]
    former = pd.read_csv(output).set_index(key)
    new = made.set_index(key)
    order = former.index.append(new.index.difference(former.index, sort=False))
    kept = former.drop(index=new.index, errors="ignore")
    return pd.concat([kept, new]).loc[order].reset_index()


def _warm(pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, int]:
    """Return a series for the first call, which pays for imports and compilation."""
    return next(y for y, _ in pairs if len(y) >= 8)[:12], 1


if __name__ == "__main__":
    main()
