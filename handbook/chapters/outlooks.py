"""What the chapters that forecast share: annual series, past scores, one view for many series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from handbook import facts, forecasting
from handbook.figures import fr, table
from handbook.figures.caption import Caption
from handbook.views.outlook.view import Aim, OutlookExplorer, Scope

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from handbook.figures import Table

SCORED_STEPS = 6  # farthest step of the past forecasts that are scored
ORIGINS = 6  # latest past forecasts whose record the view tells
FEWEST = 5  # values without which no forecast is made


cited = facts.cited


def of(*series: pd.Series | pd.DataFrame) -> list[facts.Source]:
    """Return the sources that series carry with them, each once."""
    return cited(*series)


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


def half_yearly(series_id: str) -> pd.Series:
    """Return the part of a series fit for a model, one value at the end of each half-year."""
    known = facts.series(series_id, modelling=True)
    regular = forecasting.regularise(known, "half-yearly")
    values = regular.series.rename(series_id)
    values.attrs = {**known.attrs, "note": regular.note}
    return values


def regular(series_id: str) -> pd.Series:
    """Return a series at the step at which it is offered (see `OFFERS`), by default half-yearly."""
    offer = OFFERS.get(series_id)
    return annual(series_id) if offer and offer.step == "annual" else half_yearly(series_id)


def scaled(series_id: str) -> pd.Series:
    """Return `regular`, in the unit in which the series is offered."""
    known = regular(series_id)
    values = known / OFFERS[series_id].scale
    values.attrs = known.attrs
    return values


def steps_to(series: pd.Series, moment: pd.Timestamp) -> int:
    """Return how many steps, of a year or of a half-year, lead from a series to a date."""
    dates = pd.DatetimeIndex(series.index)
    months = round(min(dates[1:] - dates[:-1]).days / 30.4)
    away: int = 12 * (moment.year - dates[-1].year) + moment.month - dates[-1].month
    return away // months


SHORT = 60.0  # percent: an interval at 80 % that held less than this has failed
# An isolated value, more than fifty years before the others, is not part of the curve.
FIRST_USABLE = {"csbm_pib": 2003}


def years(series: pd.Series) -> pd.Index:
    """Return the year of each date of a series."""
    index: pd.Index = pd.DatetimeIndex(series.index).year
    return index


def to_year(series: pd.Series, year: int) -> forecasting.Forecast:
    """Forecast an annual series up to the end of a year."""
    return forecasting.forecast(series, year - series.index[-1].year)


def at(forecast: forecasting.Forecast, year: int, level: float = 80) -> tuple[float, float, float]:
    """Return the forecast of the end of a year, and its bounds."""
    moment = pd.Timestamp(year, 12, 31)
    band = forecast.interval(level).loc[[moment]]
    low, high = (float(edge) for edge in band.to_numpy().ravel())
    return float(forecast.mean.to_dict()[moment]), low, high


def scores(
    series: Mapping[str, pd.Series | pd.DataFrame], steps: int = SCORED_STEPS
) -> pd.DataFrame:
    """Score the forecast of each series on its own past, beside the two simplest ones.

    A frame stands for a family of series, one a column: its errors are pooled, from one origin
    only, `steps` before the last values.

    Returns
    -------
    DataFrame
        One row a series: ``label``, ``n``, ``mase``, ``naive``, ``drift`` (MASE of the three),
        ``smape``, ``coverage_80``, ``coverage_95`` (in percent); sources in ``attrs``.
    """
    rows = []
    for label, one in series.items():
        judged = _judged(one, steps)
        ours = judged.loc["combination"].to_dict()
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
    frame.attrs["steps"] = steps
    frame.attrs["source_ids"] = [
        name for one in series.values() for name in one.attrs["source_ids"]
    ]
    return frame


def _judged(one: pd.Series | pd.DataFrame, steps: int) -> pd.DataFrame:
    """Return the backtest of a series, or of a family pooled, by method.

    For a family the coverage is that of our intervals only, whatever the row.
    """
    if isinstance(one, pd.Series):
        return forecasting.backtest(one, steps, by_horizon=False).set_index("method")
    known, came = one.iloc[:-steps], one.iloc[-steps:]
    unit = known.diff().abs().mean()
    unit = unit[unit > 0]  # a series that never moved gives no scale
    made = forecasting.forecast_panel(known[unit.index], steps).forecasts
    slope = (known.iloc[-1] - known.iloc[0]) / (len(known) - 1)
    rows = []
    for name, forecast in made.items():
        truth, last = came[name].to_numpy(), known[name].iloc[-1]
        guesses = {
            "combination": forecast.mean.to_numpy(),
            "drift": last + slope[name] * np.arange(1, steps + 1),
            "naive": np.full(steps, last),
        }
        held = {level: forecast.interval(level).to_numpy().T for level in (80, 95)}
        for method, guess in guesses.items():
            away, size = np.abs(guess - truth), np.abs(guess) + np.abs(truth)
            row = {"method": method, "n": steps, "mase": away.mean() / unit[name]}
            row["smape"] = 200 * float(np.where(size > 0, away / np.maximum(size, 1e-9), 0).mean())
            for level, (low, high) in held.items():
                row[f"coverage_{level}"] = float(((low <= truth) & (truth <= high)).mean())
            rows.append(row)
    frame = pd.DataFrame(rows)
    pooled = frame.groupby("method")[["mase", "smape", "coverage_80", "coverage_95"]].mean()
    return pooled.assign(n=frame.groupby("method")["n"].sum())


def record(judged: pd.DataFrame, step: str = "ans") -> Table:
    """Show what the forecasts would have been worth in the past."""
    steps = judged.attrs["steps"]
    short = judged.loc[judged["coverage_80"] < SHORT, "label"]
    failing = (
        f" ; à 80 %, l’intervalle échoue pour : {fr.joined(short).lower()}" if len(short) else ""
    )
    return table(
        judged,
        Caption(
            title=_verdict(judged) + failing,
            alt="",
            sources=of(judged),
            note=(
                f"Origine glissante, d’un à {steps} {step} d’avance. MASE : erreur rapportée à la"
                " variation habituelle de la série, plus elle est petite, mieux c’est ; la nôtre, puis"
                " celles de la simple tendance et de la prévision naïve. Tenu : part des valeurs tombées"
                " dans l’intervalle, en %."
            ),
        ),
        names={
            "label": "Série",
            "n": "Jugées",
            "mase": "MASE",
            "drift": "MASE tendance",
            "naive": "MASE naïve",
            "smape": "sMAPE, %",
            "coverage_80": "Tenu à 80 %",
            "coverage_95": "Tenu à 95 %",
        },
        formats={
            "mase": 2,
            "drift": 2,
            "naive": 2,
            "smape": 1,
            "coverage_80": 0,
            "coverage_95": 0,
        },
    )


def _verdict(judged: pd.DataFrame) -> str:
    naive, drift = (int((judged["mase"] < judged[name]).sum()) for name in ("naive", "drift"))
    count = len(judged)
    if count > 1:
        return (
            f"Rejouée sur le passé, notre prévision bat la naïve dans {naive} cas sur {count},"
            f" la simple tendance dans {drift}"
        )
    if naive != drift:
        won, lost = ("naïve", "simple tendance") if naive else ("simple tendance", "naïve")
        return f"Rejouée sur le passé, notre prévision bat la {won}, non la {lost}"
    won = "bat la naïve et la" if naive else "ne bat ni la naïve ni la"
    return f"Rejouée sur le passé, notre prévision {won} simple tendance"


@dataclass(frozen=True)
class Offer:
    """How a series is offered in the view: its words, its scale, the break a reader may choose."""

    label: str
    noun: str
    scale: float = 1.0
    decimals: int = 0
    step: Literal["annual", "half-yearly"] = "annual"
    start: str = ""
    rupture: str = ""


OFFERS = {
    "csbm_chaine": Offer(
        "Dépenses de soins", "Md€", start="2014-12-31", rupture="2014, année du raccord de bases"
    ),
    "csbm_pib": Offer("Dépenses de soins, part du PIB", "du PIB", decimals=1),
    "med_total": Offer("Médecins", "médecins"),
    "med_densite_oms": Offer("Densité médicale", "médecins pour 1 000 habitants", decimals=2),
    "pop_65p": Offer("65 ans ou plus", "millions d’habitants", 1e6, 1),
    "pop_75p": Offer(
        "75 ans ou plus",
        "millions d’habitants",
        1e6,
        1,
        start="2020-12-31",
        rupture="2020, quand l’après-guerre arrive à 75 ans",
    ),
    "pop_85p": Offer("85 ans ou plus", "millions d’habitants", 1e6, 1),
    "mes_profils_actives": Offer(
        "Mon espace santé, profils activés", "millions de profils", 1e6, 1, "half-yearly"
    ),
    "assistants_medicaux": Offer(
        "Assistants médicaux, contrats signés",
        "contrats",
        step="half-yearly",
        start="2022-12-31",
        rupture="fin 2022, relevé du Baromètre seul",
    ),
    "msp_nb": Offer(
        "Maisons de santé",
        "maisons de santé",
        step="half-yearly",
        start="2020-12-31",
        rupture="fin 2020, après la première année de Covid-19",
    ),
    "cds_pluripro_nb": Offer("Centres de santé pluriprofessionnels", "centres de santé"),
}


def explorer(names: Iterable[str], end: int = 2032) -> OutlookExplorer:
    """Offer the forecasts of several series, computed beforehand up to the end of a year."""
    scopes = {name: _scope(name, OFFERS[name], end) for name in names}
    return OutlookExplorer(
        scopes, sources=cited(one for scope in scopes.values() for one in _sources(scope))
    )


def _sources(scope: Scope) -> list[str]:
    return [*scope.sources, *([scope.aim.source] if scope.aim else [])]


def _scope(name: str, offer: Offer, end: int) -> Scope:
    known = scaled(name)
    about = known.attrs
    ahead = steps_to(known, pd.Timestamp(end, 12, 31))
    made = forecasting.forecast(known, ahead)
    caveat = fr.typeset(f"{about['modelling_reason']} {told_record(known)}".strip())
    return Scope(
        label=offer.label,
        noun=fr.typeset(offer.noun),
        forecast=made,
        after=forecasting.forecast(known, ahead, start=offer.start) if offer.start else None,
        rupture=fr.typeset(offer.rupture),
        observed=_published(name, about) / offer.scale,
        aim=_aim(name, offer, made.mean.index),
        unit="%" if about["unit"] == "%" else "",
        decimals=offer.decimals,
        caveat=caveat,
        sources=about["source_ids"],
    )


def told_record(values: pd.Series) -> str:
    """Say in one sentence what the forecast of a series was worth on its recent past."""
    if len(values) <= FEWEST:
        return "Série trop courte pour rejouer la prévision sur le passé."
    origins = min(ORIGINS, len(values) - FEWEST)
    judged = forecasting.backtest(values, origins, origins, by_horizon=False).set_index("method")
    ours, drift, naive = (
        fr.number(judged["mase"][name], 2) for name in ("combination", "drift", "naive")
    )
    held = fr.percent(100 * judged["coverage_80"]["combination"], 0)
    return (
        f"Rejouée depuis les {origins} dernières dates : erreur de {ours}, contre {drift} pour la"
        f" tendance et {naive} pour la naïve (MASE) ; {held} des valeurs dans l’intervalle à 80 %."
    )


def _published(name: str, about: dict[Hashable | None, Any]) -> pd.Series:
    """Return the values as published, none interpolated; a first of January is the day before."""
    known = facts.series(name, modelling=True)
    known = known[years(known) >= FIRST_USABLE.get(name, 0)]
    dates = pd.DatetimeIndex(known.index)
    known.index = dates.where(dates.dayofyear > 1, dates - pd.Timedelta(days=1))
    known.attrs = about
    return known


def _aim(name: str, offer: Offer, dates: pd.Index) -> Aim | None:
    """Return the official target, if it is due at a date that is forecast."""
    aims = facts.targets(name)
    aims = aims[aims["date"].isin(dates)]
    if aims.empty:
        return None
    last = aims.iloc[-1]
    return Aim(float(last["value"]) / offer.scale, last["date"], str(last["source_id"]))
