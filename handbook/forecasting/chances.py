"""What stated chances were worth: how often what was given 30 in 100 came true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from handbook.core.checks import are_numbers, distinct
from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.forecasting.law import Law
from handbook.forecasting.panel import forecast_panel
from handbook.forecasting.series import FARTHEST, MINIMUM_POINTS, ForecastError

Floats = NDArray[np.float64]

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
CONFIDENCE = 0.95
ALMOST_NONE = 0.05  # skill under which chances tell hardly more than the usual rate
RANKS = ("rank_low", "rank_high")
OFTEN = 5  # points that part stated from observed before « trop » is said


@dataclass(frozen=True, eq=False)
class Reliability:
    """What chances were worth.

    Attributes
    ----------
    table : DataFrame
        One row a class of stated chances: ``low``, ``high``, ``n``, ``stated`` (their mean),
        ``observed`` (share that came true), ``lower``, ``upper`` (Wilson's interval at 95 % of
        the observed share, as if cases were independent). From 0 to 1. Empty classes are left out.
    n : int
        Number of chances judged.
    stated, observed : float
        Mean chance, and share that came true.
    brier : float
        Mean squared error of the chances (Brier 1950), 0 at best.
    base : float
        That of the base rate: for each question the share of its cases that came true.
    skill : float
        Part of the base rate's error that the chances save, 1 at best, negative if they do worse.
    """

    table: pd.DataFrame
    n: int
    stated: float
    observed: float
    brier: float
    base: float
    skill: float

    def explain(self) -> str:
        """Say in French what the chances were worth."""
        from handbook.core import french as fr

        gap = 100 * (self.stated - self.observed)
        lean = "justes en moyenne"
        if abs(gap) >= OFTEN:
            lean = "trop hautes en moyenne" if gap > 0 else "trop basses en moyenne"
        power = f"elles évitent {fr.percent(100 * self.skill, 0)} de l’erreur du taux habituel"
        if self.skill < ALMOST_NONE:
            power = "elles n’ont presque aucun pouvoir au-delà du taux habituel"
        if self.skill < 0:
            power = "elles ont fait moins bien que le taux habituel"
        return (
            f"Sur {fr.number(self.n)} chances données dans le passé, {lean} "
            f"({fr.percent(100 * self.stated, 0)} annoncés, {fr.percent(100 * self.observed, 0)} "
            f"advenus)\u202f; {power} (score de Brier {fr.number(self.brier, 3)} contre "
            f"{fr.number(self.base, 3)})."
        )


@door(ForecastError)
def reliability(
    chances: pd.DataFrame, edges: Sequence[float] = EDGES, *, question: str | None = "question"
) -> Reliability:
    """Judge stated chances by what came.

    Parameters
    ----------
    chances : DataFrame
        One row a chance: ``stated`` (0 to 1), ``came`` (whether it came true) and, if it is
        there, the column `question`: cases of one question share its base rate.
    edges : sequence of float
        Limits of the classes, increasing, from 0 to 1.
    question : str, optional
        Column that says to which question a chance belongs; None for one question in all.

    Returns
    -------
    Reliability

    Raises
    ------
    ForecastError
        If a column is missing, a chance is not between 0 and 1, or edges are not increasing.
    """
    missing = {"stated", "came"} - set(chances.columns)
    if missing:
        raise ForecastError(f"chances need the columns stated and came: no {sorted(missing)}")
    if question not in (None, "question") and question not in chances:
        raise unknown(question, chances.columns, "column of the question", ForecastError)
    if not (are_numbers(chances["stated"]) and _tells(chances["came"])):
        raise ForecastError("stated is a number, and came True or False")
    stated, came = (chances[name].to_numpy(dtype=np.float64) for name in ("stated", "came"))
    if not len(stated) or not ((stated >= 0) & (stated <= 1)).all():
        raise ForecastError("stated chances lie between 0 and 1, and there must be some")
    if not np.isin(came, (0, 1)).all():
        raise ForecastError("came says whether it came true: True or False")
    limits = np.asarray(edges, dtype=np.float64)
    if len(limits) < 2 or (np.diff(limits) <= 0).any() or limits[0] != 0 or limits[-1] != 1:
        raise ForecastError(f"edges increase from 0 to 1, not {tuple(edges)}")
    rate = np.full(len(came), came.mean())
    if question is not None and question in chances:
        rate = pd.Series(came).groupby(chances[question].to_numpy()).transform("mean").to_numpy()
    brier, base = float(((stated - came) ** 2).mean()), float(((rate - came) ** 2).mean())
    return Reliability(
        table=_classes(stated, came, limits),
        n=len(stated),
        stated=float(stated.mean()),
        observed=float(came.mean()),
        brier=brier,
        base=base,
        skill=1 - brier / base if base > 0 else 0.0,
    )


def _tells(came: pd.Series) -> bool:
    """Tell whether a column says, by truth values or by 0 and 1, what came true."""
    return pd.api.types.is_bool_dtype(came) or are_numbers(came)


def _classes(stated: Floats, came: Floats, limits: Floats) -> pd.DataFrame:
    place = np.clip(np.searchsorted(limits, stated, side="right") - 1, 0, len(limits) - 2)
    rows = []
    for k in np.unique(place):
        here = place == k
        n, share = int(here.sum()), float(came[here].mean())
        lower, upper = _wilson(share, n)
        rows.append((limits[k], limits[k + 1], n, stated[here].mean(), share, lower, upper))
    names = ["low", "high", "n", "stated", "observed", "lower", "upper"]
    return pd.DataFrame(rows, columns=names)


def _wilson(share: float, n: int) -> tuple[float, float]:
    z = float(scipy.special.ndtri(0.5 + CONFIDENCE / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, centre - reach), min(1.0, centre + reach)


@door(ForecastError, horizon=(1, FARTHEST))
def past_chances(
    frame: pd.DataFrame,
    horizon: int,
    ratios: Sequence[float] = (1.1, 1.25, 1.5),
    *,
    first: int = 8,
    every: int = 1,
) -> pd.DataFrame:
    """Return the chances that would have been given in the past, and what came.

    From each past date the chance is asked that a series reaches, `horizon` steps later, its last
    value times each ratio.

    Parameters
    ----------
    frame : DataFrame
        Wide, one column a series on a regular index; its attributes say what the quantity
        cannot do, as for `forecast`.
    horizon : int
        Steps ahead.
    ratios : sequence of float
        Thresholds, in last known values.
    first : int
        Values known at the first origin.
    every : int
        Steps from one origin to the next.

    Returns
    -------
    DataFrame
        One row a series, origin and ratio: ``unique_id``, ``origin``, ``date``, ``threshold``,
        ``stated``, ``came``, ``rank_low`` and ``rank_high`` (place of what came in the law given,
        0 to 1: an interval where it is counted one by one) and ``question`` (the ratio). Series
        that cannot be forecast from an origin, or whose last value is zero, are left out.

    Raises
    ------
    ForecastError
        If no origin leaves enough values before and one after.
    """
    if not 1 <= horizon <= FARTHEST or first < MINIMUM_POINTS or every < 1:
        raise ForecastError(f"horizon and every are 1 or more, first {MINIMUM_POINTS} or more")
    distinct(map(float, ratios), "ratios", ForecastError)
    if not ratios or min(ratios) <= 0:
        raise ForecastError(f"ratios: one or more, above zero, not {tuple(ratios)}")
    origins = range(first, len(frame) - horizon + 1, every)
    if len(origins) == 0:
        raise ForecastError(
            f"{len(frame)} dates do not leave {first} values before and {horizon} after"
        )
    rows = []
    for origin in origins:
        known = frame.iloc[:origin]
        known.attrs = dict(frame.attrs)
        outcomes = dict(zip(map(str, frame), frame.iloc[origin + horizon - 1], strict=True))
        for name, made in forecast_panel(known, horizon).forecasts.items():
            came = float(outcomes[name])
            last = float(made.series.iloc[-1])
            if not np.isfinite(came) or last == 0 or made.series.index[-1] != known.index[-1]:
                continue
            date = made.mean.index[-1]
            rank = _place(made.law, came)
            for ratio in ratios:
                stated = made.probability_above(last * ratio, date)
                row = (name, known.index[-1], date, last * ratio, stated, came >= last * ratio)
                rows.append((*row, *rank, ratio))
    names = ["unique_id", "origin", "date", "threshold", "stated", "came"]
    return pd.DataFrame(rows, columns=[*names, *RANKS, "question"])


def _place(law: Law, came: float) -> tuple[float, float]:
    """Return where an outcome falls in its law: an interval where it is counted one by one."""
    beyond = came + 1 if law.quantity.whole else came
    return float(1 - law.above(came)[-1]), float(1 - law.above(beyond)[-1])


@door(ForecastError, classes=(1, 1_000))
def pit_histogram(chances: pd.DataFrame, classes: int = 10) -> pd.Series:
    """Return the share of outcomes that fell in each class of the law given, equal if it is right.

    The probability integral transform of a discrete law is not one number: each outcome counts
    over the whole step it makes in the law (Czado, Gneiting and Held 2009). Its middle alone
    would gather the outcomes of small counts in a few classes.

    Parameters
    ----------
    chances : DataFrame
        As `past_chances` returns it; each outcome counts once, whatever the questions.
    classes : int

    Returns
    -------
    Series
        Shares, which sum to 1, by upper limit of the class.
    """
    needed = ["unique_id", "origin", "date", *RANKS]
    if absent := [name for name in needed if name not in chances]:
        raise ForecastError(f"chances are those of past_chances: no column {', '.join(absent)}")
    once = chances.drop_duplicates(["unique_id", "origin", "date"])
    low, high = (once[name].to_numpy(dtype=np.float64)[:, None] for name in RANKS)
    limits = np.linspace(0, 1, classes + 1)
    step = np.maximum(high - low, 1e-12)
    reached = np.clip((limits - low) / step, 0, 1).mean(axis=0)
    reached[[0, -1]] = 0, 1
    return pd.Series(np.diff(reached), index=pd.Index(limits[1:], name="up to"), name="share")
