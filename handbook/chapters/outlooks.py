"""What the chapters that forecast share: annual series, past scores, one view for many series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts, forecasting
from handbook.figures import fr, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handbook.figures import Table

SCORED_STEPS = 6  # farthest step of the past forecasts that are scored


def cited(source_ids: Iterable[str]) -> list[facts.Source]:
    """Return sources by their identifiers, each once."""
    return [facts.source(name) for name in dict.fromkeys(source_ids)]


def of(*series: pd.Series | pd.DataFrame) -> list[facts.Source]:
    """Return the sources that series carry with them, each once."""
    return cited(name for one in series for name in one.attrs["source_ids"])


def annual(series_id: str) -> pd.Series:
    """Return the part of a series fit for a model, one value at the end of each year.

    A count of the first of January is read as that of the last day before; years without a value
    are interpolated. ``attrs["note"]`` says in French what was done, the other attributes are the
    series' own.
    """
    known = facts.series(series_id, modelling=True)
    if known.index[0].year < FIRST_USABLE.get(series_id, 0):
        known = known[str(FIRST_USABLE[series_id]) :]
    regular = forecasting.regularise(known, "annual")
    values = regular.series.rename(series_id)
    values.attrs = {**facts.series(series_id).attrs, "note": regular.note}
    return values


# An isolated value, more than fifty years before the others, is not part of the curve.
FIRST_USABLE = {"csbm_pib": 2003}


def to_year(series: pd.Series, year: int) -> forecasting.Forecast:
    """Forecast an annual series up to the end of a year."""
    return forecasting.forecast(series, year - series.index[-1].year)


def at(forecast: forecasting.Forecast, year: int, level: float = 80) -> tuple[float, float, float]:
    """Return the forecast of the end of a year, and its bounds."""
    moment = pd.Timestamp(year, 12, 31)
    band = forecast.interval(level).loc[moment]
    return float(forecast.mean.to_dict()[moment]), float(band["lower"]), float(band["upper"])


def scores(series: Mapping[str, pd.Series], steps: int = SCORED_STEPS) -> pd.DataFrame:
    """Score the forecast of each series on its own past, beside the two simplest ones.

    Returns
    -------
    DataFrame
        One row a series: ``label``, ``n``, ``mase``, ``naive``, ``drift`` (MASE of the three),
        ``smape``, ``coverage_80``, ``coverage_95`` (in percent); sources in ``attrs``.
    """
    rows = []
    for label, one in series.items():
        judged = forecasting.backtest(one, steps, by_horizon=False).set_index("method")
        ours = judged.loc["combination"]
        rows.append(
            {
                "label": label,
                "n": int(ours["n"]),
                "mase": ours["mase"],
                "drift": judged["mase"]["drift"],
                "naive": judged["mase"]["naive"],
                "smape": ours["smape"],
                "coverage_80": 100 * ours["coverage_80"],
                "coverage_95": 100 * ours["coverage_95"],
            }
        )
    frame = pd.DataFrame(rows)
    frame.attrs["source_ids"] = [name for one in series.values() for name in one.attrs["source_ids"]]
    return frame


def record(judged: pd.DataFrame, step: str = "ans") -> Table:
    """Show what the forecasts would have been worth in the past."""
    better = int((judged["mase"] < judged["naive"]).sum())
    short = judged.loc[judged["coverage_80"] < SHORT, "label"]
    failing = f" ; à 80 %, l’intervalle échoue pour : {fr.joined(short).lower()}" if len(short) else ""
    return table(
        judged,
        title=f"Rejouée sur le passé, notre prévision bat la prévision naïve dans {better} cas"
        f" sur {len(judged)}{failing}",
        names={
            "label": "Série",
            "n": "Prévisions jugées",
            "mase": "MASE, notre prévision",
            "drift": "MASE, tendance",
            "naive": "MASE, naïve",
            "smape": "sMAPE, %",
            "coverage_80": "Couverture à 80 %",
            "coverage_95": "Couverture à 95 %",
        },
        formats={
            "mase": 2,
            "drift": 2,
            "naive": 2,
            "smape": 1,
            "coverage_80": 0,
            "coverage_95": 0,
        },
        note=f"Origine glissante, d’un à {SCORED_STEPS} {step} d’avance. MASE : erreur rapportée à"
        " la variation habituelle de la série, plus elle est petite, mieux c’est. Couverture :"
        " part des valeurs tombées dans l’intervalle, en %.",
        sources=of(judged),
    )


SHORT = 60.0  # percent: an interval at 80 % that held less than this has failed
