"""What may be said of a series at a date: a forecast, a range of paces, or only its last value.

The rule is one for all series. A forecast wants five comparable readings and five values at a
regular step. With fewer, the slowest and the fastest pace seen so far, prolonged, give a range
that bears no chance. A series whose definition moves gives nothing but its last value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from handbook import facts, forecasting
from handbook.chapters.outlooks import FEWEST, cited, regular, steps_to
from handbook.figures import fr, table
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handbook.figures import Table

APART = 150  # days: nearer readings say nothing of a pace by half-year
HALF_YEAR = 365.25 / 2
FULL = 100.0  # percent: a share goes no further
# The source says that this count may be another one (see the note of the observation).
DOUBTFUL = {"msp_aci_remunerees": ("2021-12-31",)}
# A count that is part of another cannot pass it: its latest reading bounds what is prolonged.
PART_OF = {"cpts_aci": "cpts_total"}
SHORT = {
    "forecast": "prévision",
    "range": "série trop courte",
    "changing": "mesure changeante",
    "none": "aucun relevé",
}
FORMS = {"logistic": "Logistique", "gompertz": "Gompertz", "bass": "Bass"}


@dataclass(frozen=True, eq=False)
class Prospect:
    """What may be said of one series at one date.

    Attributes
    ----------
    series_id, label
        What is counted.
    kind
        ``"forecast"``, ``"range"``, ``"changing"`` (its definition moves: nothing to prolong) or
        ``"none"`` (no reading at all).
    at
        The date spoken of.
    readings
        The comparable readings, by date; all the preferred ones when the definition moves.
    forecast
        Made when `kind` is ``"forecast"``.
    low, high
        The forecast's interval at 80 percent, or the range of paces; missing otherwise.
    reason
        Why nothing more can be said, as the data say it; may be empty.
    """

    series_id: str
    label: str
    kind: Literal["forecast", "range", "changing", "none"]
    at: pd.Timestamp
    readings: pd.Series
    forecast: forecasting.Forecast | None = None
    low: float = float("nan")
    high: float = float("nan")
    reason: str = ""

    def chance(self, value: float) -> float:
        """Return the chance that a value is reached at the date; missing without a forecast."""
        if self.forecast is None:
            return float("nan")
        return self.forecast.probability_above(value, self.at)


def comparable(series_id: str) -> pd.Series:
    """Return the readings that may feed a model, without the unsure ones.

    Set aside: those read with low confidence, and those of `DOUBTFUL`.
    """
    known = facts.series(series_id, modelling=True)
    rows = facts.table("observations")
    rows = rows[(rows["series_id"] == series_id) & (rows["geography"] == "FR")]
    unsure = {*rows.loc[rows["preferred"] & (rows["confidence"] == "low"), "date"]}
    unsure |= {pd.Timestamp(moment) for moment in DOUBTFUL.get(series_id, ())}
    kept = known[~known.index.isin(list(unsure))]
    kept.attrs = known.attrs
    return kept


def paces(readings: pd.Series) -> pd.Series:
    """Return the change by half-year between successive readings, near ones left out."""
    kept = [0]
    dates = readings.index
    for rank in range(1, len(readings)):
        if (dates[rank] - dates[kept[-1]]).days >= APART:
            kept.append(rank)
    some = readings.iloc[kept]
    days = some.index.to_series().diff().dt.days
    by_half_year: pd.Series = some.diff() / days * HALF_YEAR
    return by_half_year.dropna()


def possible_range(readings: pd.Series, at: pd.Timestamp) -> tuple[float, float]:
    """Prolong the last reading at the slowest and at the fastest pace seen, up to a date.

    A range of what has been seen, not an interval: no chance goes with it. It never passes the
    whole of which the count is a part (`PART_OF`); when even the slowest pace would, the paces say
    nothing any more, and the range goes from the last reading to that whole.

    Raises
    ------
    ValueError
        If the readings give no pace.
    """
    seen = paces(readings)
    if seen.empty:
        msg = f"{readings.name}: two readings {APART} days apart are needed, got {len(readings)}"
        raise ValueError(msg)
    ahead = (at - readings.index[-1]).days / HALF_YEAR
    low, high = (float(readings.iloc[-1] + pace * ahead) for pace in (seen.min(), seen.max()))
    top = FULL if readings.attrs.get("unit") == "%" else float("inf")
    if readings.name in PART_OF:
        top = facts.latest(PART_OF[str(readings.name)]).value
        low = float(readings.iloc[-1]) if low > top else low
    return min(max(low, 0.0), top), min(max(high, 0.0), top)


def prospect(series_id: str, at: str | pd.Timestamp) -> Prospect:
    """Say what may be said of a series at a date (an end of June or of December)."""
    moment = pd.Timestamp(at)
    about = facts.table("series").set_index("series_id").loc[series_id]
    label = str(about["label"])
    try:
        known = facts.series(series_id)
    except facts.FactsError:
        empty = pd.Series(dtype=float, name=series_id)
        return Prospect(series_id, label, "none", moment, empty, reason="Aucun relevé.")
    reason = str(known.attrs["modelling_reason"])
    if about["modelling"] == "non":
        return Prospect(series_id, label, "changing", moment, known, reason=reason)
    readings = comparable(series_id)
    if len(readings) >= FEWEST:
        values = regular(series_id)
        if len(values) >= FEWEST:
            made = forecasting.forecast(values, steps_to(values, moment))
            low, high = made.interval(80).loc[[moment]].to_numpy(dtype=float).ravel().tolist()
            return Prospect(series_id, label, "forecast", moment, readings, made, low, high, reason)
    low, high = possible_range(readings, moment)
    return Prospect(series_id, label, "range", moment, readings, None, low, high, reason)


def sayable(series_ids: Iterable[str], at: str | pd.Timestamp) -> Table:
    """Set out what may be said of several series at one date, and on how many readings."""
    found = [prospect(name, at) for name in series_ids]
    moment = fr.period(pd.Timestamp(at))
    rows = [
        {
            "label": one.label,
            "told": _told(one),
            "last": _last(one.readings),
            "readings": len(one.readings) if one.kind in {"forecast", "range"} else 0,
            "reason": one.reason,
        }
        for one in found
    ]
    count = sum(one.kind == "forecast" for one in found)
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Sur {len(found)} comptes, {count} se prolongent par une prévision ; pour les"
                " autres, une fourchette ou rien"
            ),
            alt="",
            sources=cited(name for one in found for name in one.readings.attrs["source_ids"]),
            note=(
                f"Il faut {FEWEST} relevés comparables pour une prévision (intervalle à 80 %). Sinon,"
                " la fourchette prolonge le dernier relevé au rythme le plus lent et au rythme le plus"
                " rapide déjà vus : aucune probabilité ne s’y attache. Les CPTS sous contrat ne peuvent"
                " passer celles qui sont recensées : leur fourchette s’arrête là, et part du dernier relevé"
                " quand même le rythme le plus lent y mènerait."
            ),
        ),
        names={
            "label": "Ce que l’on compte",
            "told": f"Ce que l’on peut dire de {moment}",
            "last": "Dernier relevé",
            "readings": "Relevés comparables",
            "reason": "Réserve",
        },
    )


def _last(readings: pd.Series) -> str:
    return f"{fr.number(readings.iloc[-1])} ({fr.date(readings.index[-1], 'month')})"


def _told(one: Prospect) -> str:
    digits = -1 if one.high > FULL else 0
    low, high = (fr.number(round(edge, digits)) for edge in (one.low, one.high))
    if one.kind == "forecast":
        return f"prévision : de {low} à {high}"
    if one.kind == "range":
        return f"fourchette de rythmes : de {low} à {high}"
    return "rien : le dernier relevé seul"


def growth_curves(values: pd.Series, unit: str) -> Table:
    """Say whether a growth curve with a ceiling can be told from these points."""
    rows = []
    for form, label in FORMS.items():
        fit = forecasting.fit_growth(values, form, observed="stock")
        low, high = fit.ceiling_interval
        rows.append(
            {
                "label": label,
                "low": low,
                "high": fr.number(high, 0) if high < float("inf") else "sans limite",
                "past": "oui" if fit.past_inflexion else "non",
                "line": "oui" if fit.beats_line else "non",
                "identified": "oui" if fit.identified else "non",
            }
        )
    frame = pd.DataFrame(rows)
    known = int((frame["identified"] == "oui").sum())
    none = "Aucune courbe de croissance ne se justifie : le plafond n’est pas identifié"
    return table(
        frame,
        Caption(
            title=(
                none
                if not known
                else f"{known} courbes de croissance sur {len(frame)} se justifient"
            ),
            alt="",
            sources=cited(values.attrs["source_ids"]),
            note="Intervalle de vraisemblance du plafond à 95 %.",
        ),
        names={
            "label": "Courbe",
            "low": f"Plafond, au moins ({unit})",
            "high": f"Plafond, au plus ({unit})",
            "past": "Inflexion passée",
            "line": "Mieux qu’une droite",
            "identified": "Plafond identifié",
        },
        formats={"low": 0},
    )
