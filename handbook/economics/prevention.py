"""What a prevention consultation for everyone asks: visits, medical time, money.

One consultation every so many years for pupils and workers, another rhythm for the elderly; some
of those invited come; each visit takes some minutes, of a physician or of someone else. All is
arithmetic, so that a reader can redo it::

    visits  = uptake * (younger * eligible / every_younger + older / every_older)
    hours   = visits * minutes / 60
    full-time physicians = hours * (1 - delegated) / (hours_week * (52 - weeks_off))
    cost    = visits * tariff

The doubt of each number is carried through by `handbook.core.ranges`: independent triangular
draws, and shares of variance that say which number decides. No benefit is computed: what such a
consultation does to health is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import check_level
from handbook.core.doors import door
from handbook.core.errors import HandbookError, unknown
from handbook.core.ranges import Ranges
from handbook.core.sensitivity import Sensitivity, sensitivity

__all__ = [
    "INPUTS",
    "OUTCOMES",
    "WHO",
    "Doubt",
    "PreventionError",
    "decides",
    "doubt",
    "outcomes",
    "shares",
]

WEEKS = 52
INPUTS: dict[str, tuple[float, float]] = {
    "younger": (0, np.inf),
    "older": (0, np.inf),
    "physicians": (1, np.inf),
    "eligible": (0, 100),
    "every_younger": (0.5, 100),
    "every_older": (0.5, 100),
    "uptake": (0, 100),
    "minutes": (1, 480),
    "delegated": (0, 100),
    "to_ipa": (0, 100),
    "to_nurse": (0, 100),
    "to_pharmacist": (0, 100),
    "hours_week": (1, 168),
    "weeks_off": (0, 51),
    "tariff": (0, np.inf),
}
"""What `outcomes` needs, with the bounds outside which a value is a mistake.

Persons for `younger`, `older` and `physicians`; percent for `eligible`, `uptake` and `delegated`;
weights, of any sum, for the three ``to_``; years, minutes, hours, weeks and euros for the rest.
"""
TO = ["to_ipa", "to_nurse", "to_pharmacist"]
WHO = ("physician", "ipa", "nurse", "pharmacist")
OUTCOMES = (
    "visits_younger",
    "visits_older",
    "visits",
    "hours",
    *(f"hours_{who}" for who in WHO),
    "full_time",
    "full_time_alone",
    "workforce_share",
    "workforce_share_alone",
    "cost",
)
"""Columns of `outcomes`: visits and hours a year, full-time physicians with and without
delegation, the same in percent of all physicians, and M€ a year."""


class PreventionError(HandbookError):
    """A value or a range that no consultation could have; the message says which and why."""


@door(PreventionError)
def outcomes(values: pd.DataFrame | Mapping[str, float]) -> pd.DataFrame:
    """Compute what each set of inputs asks for.

    Parameters
    ----------
    values
        One row a set of inputs, with the columns of ``INPUTS``; a mapping is one set. Other
        columns are left aside.

    Returns
    -------
    DataFrame
        Columns ``OUTCOMES``, on the index of `values`.

    Raises
    ------
    PreventionError
        If an input is missing, is not a number or lies outside its bounds.
    """
    frame = values if isinstance(values, pd.DataFrame) else pd.DataFrame([dict(values)])
    x = _checked(frame)
    young = x["younger"] * x["eligible"] / 100 / x["every_younger"] * x["uptake"] / 100
    old = x["older"] / x["every_older"] * x["uptake"] / 100
    visits = young + old
    hours = visits * x["minutes"] / 60
    away = hours * x["delegated"] / 100
    split = x[TO].div(x[TO].sum(axis=1), axis=0)
    full_time = x["hours_week"] * (WEEKS - x["weeks_off"])
    outcomes = pd.DataFrame(
        {
            "visits_younger": young,
            "visits_older": old,
            "visits": visits,
            "hours": hours,
            "hours_physician": hours - away,
            "hours_ipa": away * split["to_ipa"],
            "hours_nurse": away * split["to_nurse"],
            "hours_pharmacist": away * split["to_pharmacist"],
            "full_time": (hours - away) / full_time,
            "full_time_alone": hours / full_time,
            "cost": visits * x["tariff"] / 1e6,
        }
    )
    outcomes["workforce_share"] = 100 * outcomes["full_time"] / x["physicians"]
    outcomes["workforce_share_alone"] = 100 * outcomes["full_time_alone"] / x["physicians"]
    return outcomes[list(OUTCOMES)]


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    absent = [name for name in INPUTS if name not in frame]
    if absent:
        raise PreventionError(f"inputs {', '.join(absent)} are missing; have {list(frame)}")
    try:
        x = frame[list(INPUTS)].astype("float64")
    except (TypeError, ValueError) as error:
        raise PreventionError(f"an input is not a number: {error}") from error
    for name, (low, high) in INPUTS.items():
        wrong = x.loc[~x[name].between(low, high) | ~np.isfinite(x[name]), name]
        if len(wrong):
            raise PreventionError(
                f"input {name!r} is {wrong.iloc[0]:g}; a number from {low:g} to {high:g} is needed"
            )
    weightless = x[TO].sum(axis=1) == 0
    if (weightless & (x["delegated"] > 0)).any():
        raise PreventionError(f"visits are delegated to nobody: {', '.join(TO)} are all 0")
    x.loc[weightless, TO] = 1.0
    return x


@door(PreventionError)
def shares(cost: float, totals: Mapping[str, float]) -> pd.Series:
    """Return a yearly cost in M€ as a percent of yearly totals in Md€.

    Raises
    ------
    PreventionError
        If a total is not positive.
    """
    if not totals or cost < 0:
        raise PreventionError("shares: a cost of zero or more, and one total at least, are needed")
    wrong = [name for name, total in totals.items() if not total > 0]
    if wrong:
        raise PreventionError(f"totals {', '.join(wrong)} must be positive amounts in Md€")
    return pd.Series({name: cost / 1e3 / total * 100 for name, total in totals.items()})


@dataclass(frozen=True, eq=False)
class Doubt:
    """What a range on each input leaves unknown of the outcomes.

    Attributes
    ----------
    draws
        The inputs drawn, one row a draw.
    outcomes
        What each asks for (see `outcomes`).
    central
        What the central values ask for.
    seed
        The generator's seed: the same seed draws the same values.
    """

    draws: pd.DataFrame
    outcomes: pd.DataFrame
    central: pd.Series
    seed: int

    @door(PreventionError)
    def interval(self, level: float = 80) -> pd.DataFrame:
        """Return the central interval of each outcome: columns lower, median and upper."""
        check_level(level, PreventionError)
        tail = (100 - level) / 200
        band = self.outcomes.quantile([tail, 0.5, 1 - tail]).T
        return band.set_axis(["lower", "median", "upper"], axis=1)

    @door(PreventionError)
    def probability_above(self, outcome: str, value: float) -> float:
        """Return the share of draws in which an outcome passes a value."""
        if outcome not in self.outcomes:
            raise unknown(outcome, OUTCOMES, "outcome", PreventionError)
        return float((self.outcomes[outcome] > value).mean())


@door(PreventionError, draws=(1, 1_000_000), seed=(0, 2**63))
def doubt(ranges: Ranges, draws: int = 4000, seed: int = 2032) -> Doubt:
    """Draw the inputs between their bounds and compute what each draw asks for.

    Parameters
    ----------
    ranges
        Of each of ``INPUTS``; drawn independently, triangular.
    draws, seed
        How many draws, and the seed of the generator.

    Raises
    ------
    PreventionError
        If an input has no range, or a value that no consultation could have.
    """
    drawn = ranges.draw(draws, seed=seed)
    return Doubt(drawn, outcomes(drawn), outcomes(ranges.central()).iloc[0], seed)


@door(PreventionError, base=(2, 2**20), seed=(0, 2**32 - 1))
def decides(ranges: Ranges, outcome: str, base: int = 512, seed: int = 2032) -> Sensitivity:
    """Say which inputs make an outcome vary (see `handbook.core.sensitivity`).

    Parameters
    ----------
    ranges
        As for `doubt`; an input whose range is one point decides nothing and is left out.
    outcome
        One of ``OUTCOMES``.
    base
        Size of the base sample, a power of two.
    seed
        Of the sample and of the bootstrap.

    Raises
    ------
    PreventionError
        As `doubt`, or if the outcome is unknown.
    ValueError
        If nothing varies or `base` is not a power of two.
    """
    if outcome not in OUTCOMES:
        raise unknown(outcome, OUTCOMES, "outcome", PreventionError)

    def one(values: pd.DataFrame) -> npt.NDArray[np.float64]:
        return outcomes(values)[outcome].to_numpy(dtype=float)

    return sensitivity(ranges, one, by="input", n=base, seed=seed)
