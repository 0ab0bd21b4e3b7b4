"""Explorer of forecasts: choose a series, a horizon, a level, a break and a target.

All is computed when the view is made; `summary` only reads. Its twin is in ``view.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pandas as pd

from handbook.core.doors import door, fields_checked
from handbook.core.french import NARROW, NBSP, chance, number, percent, period
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Choice,
    Explorer,
    Field,
    Number,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.values import RangeLike, capital, iso_date, plain_number

__all__ = ["Aim", "OutlookExplorer", "Scope"]

LEVELS = ("80", "95")
WHOLE, AFTER = "sans", "avec"
_SIGNIFICANT = 4  # digits kept: more would say that a forecast knows them
_METHOD = (
    (
        "Prévision\u00a0: moyenne de méthodes simples\u202f; celles qui s’écartent des autres"
        " pèsent moins. Intervalle\u00a0: il vient du bruit de la série autour de sa tendance et du"
        " désaccord des méthodes, et s’élargit avec l’horizon. Tout est calculé d’avance\u202f;"
        " la page ne fait que montrer."
    ),
    (
        "Rupture\u00a0: la prévision n’emploie alors que les valeurs qui suivent la date indiquée."
        " Chance d’atteindre une cible\u00a0: lue dans la même loi que l’intervalle, et arrondie."
    ),
)


class ForecastLike(RangeLike, Protocol):
    """A forecast as this view needs it (``handbook.forecasting.Forecast`` is one)."""

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        """Chance of reaching a value at a date."""


@fields_checked(ViewError)
@dataclass(frozen=True)
class Aim:
    """An official target: a value, in the unit of the series, due at a date of the forecast."""

    value: float
    date: pd.Timestamp
    source: str


@fields_checked(ViewError)
@dataclass(frozen=True)
class Scope:
    """One series offered to the reader.

    Attributes
    ----------
    label
        Its name.
    noun
        What an amount counts, as it follows the number: « médecins », « Md€ », « du PIB ».
    forecast
        Made on the whole usable series.
    after
        Made on the values that follow a break; None when none is known.
    rupture
        What the break is, after « depuis »: « 2014, année du raccord ».
    observed
        What was observed, as published; by default the values the forecast was made on.
    aim
        Its official target, if there is one.
    unit
        ``"%"`` writes percents.
    decimals
        Decimals shown.
    caveat
        What to know of the series, one French sentence.
    sources
        Identifiers of its sources.
    """

    label: str
    noun: str
    forecast: ForecastLike
    after: ForecastLike | None = None
    rupture: str = ""
    observed: pd.Series | None = None
    aim: Aim | None = None
    unit: Literal["", "%"] = ""
    decimals: int = 0
    caveat: str = ""
    sources: Sequence[str] = ()


class OutlookExplorer(Explorer):
    """Choose a series, how far, how sure, with or without a break and a target.

    Attributes
    ----------
    scope
        Identifier of the series.
    year
        The last year shown; its end is what the sentence speaks of.
    level
        ``"80"`` or ``"95"``.
    rupture
        ``"sans"`` uses the whole series, ``"avec"`` what follows the break.
    target
        ``"oui"`` shows the official target, where there is one.
    """

    name = "outlook"

    scope = Choice()
    year = Number()
    level = Choice()
    rupture = Choice()
    target = Choice()

    @door(ViewError)
    def __init__(
        self,
        scopes: Mapping[str, Scope],
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        scope: str | None = None,
        year: int | None = None,
        level: str = "80",
    ) -> None:
        """Hold forecasts that end with the same year.

        Parameters
        ----------
        scopes
            What is offered, in that order.
        sources
            See :func:`handbook.views.source_entries`.
        scope, year, level
            The first state: by default the first series, the last year and 80 percent.

        Raises
        ------
        ViewError
            If there is no scope, or their forecasts do not end with the same year.
        StateError
            If the first state is not allowed.
        """
        ends = {one.forecast.mean.index[-1].year for one in scopes.values()}
        if len(ends) != 1:
            raise ViewError(f"scopes: forecasts must end with one year, got {sorted(ends)}")
        last = ends.pop()
        first = max(one.forecast.series.index[-1].year for one in scopes.values()) + 1
        fields = (
            Field("scope", "serie", "choice", tuple(scopes)),
            Field("year", "horizon", "number", (), first, last, whole=True),
            Field("level", "niveau", "choice", LEVELS),
            Field("rupture", "rupture", "choice", (WHOLE, AFTER)),
            Field("target", "cible", "choice", ("oui", "non")),
        )
        data = {
            "scopes": [_entry(key, one) for key, one in scopes.items()],
            "sources": source_entries(sources),
            "method": _METHOD,
        }
        state = {
            "scope": scope or next(iter(scopes)),
            "year": last if year is None else year,
            "level": level,
            "rupture": WHOLE,
            "target": "oui",
        }
        super().__init__(data, fields, state)

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _entry(key: str, scope: Scope) -> dict[str, Any]:
    known = scope.forecast.series if scope.observed is None else scope.observed
    variants = {WHOLE: _path(scope.forecast, scope.aim)}
    if scope.after is not None:
        variants[AFTER] = _path(scope.after, scope.aim)
    aim = scope.aim
    target = (
        None
        if aim is None
        else {"value": plain_number(aim.value, _SIGNIFICANT), "date": iso_date(aim.date)}
    )
    return {
        "id": key,
        "label": scope.label,
        "noun": scope.noun,
        "unit": scope.unit,
        "decimals": scope.decimals,
        "caveat": scope.caveat,
        "rupture": scope.rupture if scope.after is not None else "",
        "observed": [
            [iso_date(date), plain_number(value, _SIGNIFICANT)] for date, value in known.items()
        ],
        "variants": variants,
        "aim": target,
        "sources": [*scope.sources, *([aim.source] if aim else [])],
    }


def _path(forecast: ForecastLike, aim: Aim | None) -> dict[str, Any]:
    """Return dates, means, bounds of each level, and the chance of the target as text."""
    bands = [
        forecast.interval(float(level))[side] for level in LEVELS for side in ("lower", "upper")
    ]
    points = [
        [iso_date(date), *(plain_number(value, _SIGNIFICANT) for value in values)]
        for date, *values in zip(forecast.mean.index, forecast.mean, *bands, strict=True)
    ]
    chances = "" if aim is None else chance(forecast.probability_above(aim.value, aim.date))
    return {"points": points, "chance": chances}


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    entry = next(one for one in data["scopes"] if one["id"] == state["scope"])
    broken = state["rupture"] == AFTER and bool(entry["rupture"])
    variant = entry["variants"][AFTER if broken else WHOLE]
    end = f"{state['year']}-12-31"
    points = [point for point in variant["points"] if point[0] <= end]
    bound = 2 + 2 * LEVELS.index(state["level"])
    level = percent(int(state["level"]))
    value, low, high = (points[-1][place] for place in (1, bound, bound + 1))
    then, now = period(points[-1][0]), entry["observed"][-1]
    since = f", faite sur les seules valeurs depuis {entry['rupture']}," if broken else ""
    sentence = (
        f"{capital(then)}, la prévision{since} est de {_amount(entry, value)}, de "
        f"{_number(entry, low)} à {_amount(entry, high)} à {level}. Dernière valeur connue{NBSP}: "
        f"{_amount(entry, now[1])} ({period(now[0])}).{_aimed(entry, variant, state)}"
    )
    rows = [
        [capital(period(date)), *(_number(entry, rest[at]) for at in (0, bound - 1, bound))]
        for date, *rest in points
        if date[5:] == "12-31"
    ]
    notes = [entry["caveat"]] if entry["caveat"] else []
    if state["rupture"] == AFTER and not broken:
        notes.insert(0, "Aucune rupture n’est retenue dans cette série\u00a0: rien ne change.")
    return Summary(
        title=f"{entry['label']}{NBSP}: {_amount(entry, value)} {then}",
        sentence=sentence,
        caption=f"{entry['label']}, prévision et intervalle à {level}",
        columns=["Date", "Prévision", "Au moins", "Au plus"],
        rows=rows,
        notes=notes,
        sources=entry["sources"],
        curves=[{"code": entry["id"], "points": points}],
    )


def _aimed(entry: Mapping[str, Any], variant: Mapping[str, Any], state: State) -> str:
    """Say the chance of the target, when it is shown and due by the horizon."""
    aim = entry["aim"]
    if aim is None or state["target"] == "non":
        return ""
    goal = f" La cible officielle est de {_amount(entry, aim['value'])}, {period(aim['date'])}"
    if aim["date"] > f"{state['year']}-12-31":
        return f"{goal}, après l’horizon choisi."
    return f"{goal}{NARROW}; la chance de l’atteindre est de {variant['chance']}."


def _number(entry: Mapping[str, Any], value: float) -> str:
    write = percent if entry["unit"] == "%" else number
    return write(value, entry["decimals"])


def _amount(entry: Mapping[str, Any], value: float) -> str:
    noun = f"{NBSP}{entry['noun']}" if entry["noun"] else ""
    return f"{_number(entry, value)}{noun}"
