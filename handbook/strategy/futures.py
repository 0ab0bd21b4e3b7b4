"""A future the reader chooses: stated assumptions on several quantities at one horizon, drawn.

A *quantity* is known at the horizon by the quantiles of its law (a forecast, a range). A *driver*
is a hypothesis of an issue, chosen or not, or a lever set at a dose. A *link* says how a driver
moves a quantity, as a range. The reference (the hypotheses that the past already carries, levers at
zero) moves nothing, by construction. Model and assumptions are drawn together, and each alone, so
that the two uncertainties are never confused.

Draws are a Kronecker sequence (Niederreiter, 1992, *Random Number Generation and Quasi-Monte Carlo
Methods*, ch. 3): draw n of dimension k is the fractional part of n times the square root of the
k-th prime. It needs no generator, so that a page repeats it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import bounded, check_level, distinct
from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown
from handbook.core.protocols import RangeLike
from handbook.core.ranges import Range
from handbook.strategy.assumptions import limits
from handbook.strategy.errors import StrategyError

__all__ = ["DRAWS", "Futures", "Lever", "Link", "Quantity", "carried", "draws"]

Floats = npt.NDArray[np.float64]
Kind = Literal["additions", "growth", "level"]
KINDS: tuple[Kind, ...] = ("additions", "growth", "level")
CONFIDENCES = ("low", "medium", "high", "")
DRAWS = 2048


@fields_checked(StrategyError)
@dataclass(frozen=True)
class Quantity:
    """What one quantity may be at the horizon if nothing changes.

    Attributes
    ----------
    name, label, unit
        Its identifier, and how it is named and counted.
    last
        Last observed value, from which additions are counted.
    quantiles : sequence of q floats
        Quantiles of its law at the horizon, at probabilities (i + 0.5) / q, in order.
    years
        From the last observation to the horizon: over how long a growth acts.
    bounds
        Values it cannot pass (low, high); None where there is none.
    threshold
        What a document promises of it; the chance of reaching it is told.

    Raises
    ------
    StrategyError
        If the quantiles are fewer than two, not finite or not in order, or `years` is not above 0.
    """

    name: str
    label: str
    unit: str
    last: float
    quantiles: Sequence[float]
    years: float
    bounds: tuple[float | None, float | None] = (None, None)
    threshold: float | None = None

    def __post_init__(self) -> None:
        """Check the law."""
        if not self.name:
            raise StrategyError("quantity: it has no name")
        law = np.asarray(self.quantiles, dtype=float)
        if law.size < 2 or not np.isfinite(law).all() or (np.diff(law) < 0).any():
            raise StrategyError(f"quantity {self.name}: its quantiles must be finite and in order")
        if not (np.isfinite(self.last) and np.isfinite(self.years) and self.years > 0):
            raise StrategyError(f"quantity {self.name}: last must be finite and years above 0")
        low, high = self.bounds
        if law[0] < (-np.inf if low is None else low) or law[-1] > (
            np.inf if high is None else high
        ):
            raise StrategyError(
                f"quantity {self.name}: its law, from {law[0]:g} to {law[-1]:g}, passes its bounds"
                f" {self.bounds}"
            )

    @classmethod
    @door(StrategyError)
    def of(
        cls,
        name: str,
        outlook: RangeLike | Range,
        *,
        label: str,
        unit: str,
        scale: float = 1.0,
        **more: Any,  # noqa: ANN401
    ) -> Quantity:
        """Make a quantity of a forecast, at its last date, or of a stated range.

        Parameters
        ----------
        outlook
            A forecast brings its last value, its horizon and what it cannot pass with it. Beside
            a `Range`, give ``last``, ``years`` and, if need be, ``bounds``.
        scale
            By what to divide: a million, for a unit in millions.
        more
            The other attributes.

        Raises
        ------
        StrategyError
            If a range comes without its last value or its years.
        """
        if not (bounded(scale) and scale > 0):
            raise StrategyError(f"quantity {name}: scale is above 0, not {scale!r}")
        if not isinstance(outlook, Range) and not hasattr(outlook, "interval"):
            kind = type(outlook).__name__
            raise StrategyError(f"quantity {name}: a forecast or a Range is needed, not {kind}")
        if isinstance(outlook, Range):
            law = outlook.at(_SHARES)
            if absent := {"last", "years"} - set(more):
                raise StrategyError(f"quantity {name}: give {' and '.join(sorted(absent))}")
        else:
            law = _law(outlook)
            end, start = _day(name, outlook.mean), _day(name, outlook.series)
            known = {"last": outlook.series.iloc[-1], "years": (end - start).days / _YEAR}
            more = {**known, "bounds": limits(outlook), **more}
        more["last"] = float(more["last"]) / scale
        low, high = more.get("bounds", (None, None))
        more["bounds"] = tuple(None if one is None else one / scale for one in (low, high))
        return cls(name, label, unit, quantiles=tuple(law / scale), **more)

    def at(self, shares: Floats) -> Floats:
        """Return the values at shares between 0 and 1, between the quantiles in a straight line."""
        law = np.asarray(self.quantiles, dtype=float)
        values: Floats = np.interp(shares * law.size - 0.5, np.arange(law.size), law)
        return values


_YEAR = 365.25
_MOST_WEIGHT = 1e6
_SHARES = (np.arange(100) + 0.5) / 100


def _day(name: str, series: pd.Series) -> pd.Timestamp:
    """Return the last day that a series reaches, whatever its index is made of."""
    last = series.index[-1]
    if isinstance(last, pd.Period):
        return last.end_time.normalize()
    if isinstance(last, int | np.integer):
        return pd.Timestamp(int(last), 12, 31)
    if not isinstance(last, pd.Timestamp):
        raise StrategyError(f"quantity {name}: years, periods or dates are needed, not {last!r}")
    return last


def _law(forecast: RangeLike) -> Floats:
    """Return the quantiles of a forecast at its last date: the two ends of its intervals."""
    levels = 100 - 200 * _SHARES[: _SHARES.size // 2]
    ends = [forecast.interval(level).iloc[-1] for level in levels]
    law: Floats = np.array(
        [end["lower"] for end in ends] + [end["upper"] for end in reversed(ends)], dtype=float
    )
    return law


def carried(
    series: pd.Series,
    *,
    since: pd.Timestamp | str,
    to: pd.Timestamp | str,
    slow: float = 1.0,
    fast: float = 1.0,
) -> Range:
    """Return where the mean pace of a series since a date would lead it: a range, not a forecast.

    Parameters
    ----------
    series
        Values by date; `since` is one of its dates, before the last.
    to
        The horizon.
    slow, fast
        By what the pace is multiplied at either end of the range.

    Raises
    ------
    StrategyError
        If the series has no value at `since`, or none after it.
    """
    start, last = pd.Timestamp(since), series.index[-1]
    if start not in series.index or start >= last:
        raise StrategyError(f"since: {start:%Y-%m-%d} is no date of the series before its last")
    pace = (series.iloc[-1] - series[start]) / (last - start).days
    days = (pd.Timestamp(to) - last).days
    low, central, high = sorted(
        float(series.iloc[-1] + pace * days * factor) for factor in (slow, 1.0, fast)
    )
    return Range(low, central, high)


@fields_checked(StrategyError)
@dataclass(frozen=True)
class Link:
    """How a driver moves a quantity, as a range: an assumption, never a measure.

    Attributes
    ----------
    name
        Its identifier.
    driver
        A hypothesis or a lever.
    quantity
        Name of what it moves.
    kind
        ``"additions"``: percent of what the quantity gains between the last observation and the
        horizon (-100: it gains nothing). ``"growth"``: points of growth a year, compounded.
        ``"level"``: its own unit, at the horizon.
    range
        At a hypothesis chosen, or at the full dose of a lever.
    unit, reason
        Words for the reader: the unit of the range, and why it is assumed.
    confidence
        How sure its author is of the sign and the size; empty if that is not said.
    source, passage
        What it rests on: the identifier of a source, and where in it, in words.
    """

    name: str
    driver: str
    quantity: str
    kind: Kind
    range: Range
    unit: str = ""
    reason: str = ""
    confidence: Literal["low", "medium", "high", ""] = ""
    source: str = ""
    passage: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind that nothing computes and a confidence that nothing says."""
        if self.confidence not in CONFIDENCES:
            raise unknown(
                self.confidence,
                CONFIDENCES,
                f"confidence of link {self.name}:",
                StrategyError,
            )
        if self.kind not in KINDS:
            raise unknown(self.kind, KINDS, f"kind of link {self.name}:", StrategyError)


@fields_checked(StrategyError)
@dataclass(frozen=True)
class Lever:
    """A driver that has degrees: its dose goes from `low` to `high`, 0 being the reference."""

    name: str
    label: str
    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        """Keep the reference within reach."""
        if not self.low <= 0 <= self.high:
            raise StrategyError(f"lever {self.name}: 0, the reference, must lie between its ends")


def draws(dimensions: int, count: int = DRAWS) -> Floats:
    """Return `count` points of the unit cube, spread evenly (a row each, a column a dimension)."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < dimensions:
        if all(candidate % prime for prime in primes):
            primes.append(candidate)
        candidate += 1
    return np.outer(np.arange(1, count + 1), np.sqrt(primes)) % 1.0


@fields_checked(StrategyError, count=(1, 1_000_000))
@dataclass(frozen=True)
class Futures:
    """Quantities, what moves them, and the reference from which every future departs.

    Attributes
    ----------
    quantities, links, levers
        See `Quantity`, `Link`, `Lever`.
    issues : mapping of an issue to its hypotheses
        One of them is chosen on each.
    reference : mapping of an issue to a hypothesis
        What the past already carries.
    count
        Number of draws.

    Raises
    ------
    StrategyError
        If a link names a driver or a quantity that is not given, the reference a hypothesis that
        is not of its issue, or two links or quantities have one name.
    """

    quantities: Sequence[Quantity]
    links: Sequence[Link]
    levers: Sequence[Lever]
    issues: Mapping[str, Sequence[str]]
    reference: Mapping[str, str]
    count: int = DRAWS

    def __post_init__(self) -> None:
        """Hold every name against those given."""
        drivers = [name for names in self.issues.values() for name in names]
        drivers += [lever.name for lever in self.levers]
        distinct(drivers, "hypotheses and levers", StrategyError)
        named = [quantity.name for quantity in self.quantities]
        for names in (named, self._names):
            if twice := {name for name in names if names.count(name) > 1}:
                raise StrategyError(f"named twice: {', '.join(sorted(twice))}")
        for link in self.links:
            if link.driver not in drivers:
                raise unknown(link.driver, drivers, "driver of a link:", StrategyError)
            if link.quantity not in named:
                raise unknown(link.quantity, named, "quantity of a link:", StrategyError)
        self._chosen(self.reference)

    @cached_property
    def _names(self) -> list[str]:
        return [link.name for link in self.links]

    @cached_property
    def _doses(self) -> dict[str, tuple[float, float]]:
        return {lever.name: (lever.low, lever.high) for lever in self.levers}

    @cached_property
    def _points(self) -> Floats:
        return draws(len(self.quantities) + len(self.links), self.count)

    @cached_property
    def _models(self) -> list[Floats]:
        return [one.at(self._points[:, k]) for k, one in enumerate(self.quantities)]

    @cached_property
    def _effects(self) -> list[Floats]:
        first = len(self.quantities)
        return [link.range.at(self._points[:, first + k]) for k, link in enumerate(self.links)]

    @door(StrategyError)
    def imagine(
        self,
        hypotheses: Mapping[str, str] | None = None,
        doses: Mapping[str, float] | None = None,
        weights: Mapping[str, float] | None = None,
        level: float = 80,
    ) -> pd.DataFrame:
        """Return what each quantity may be at the horizon under the choices made.

        Parameters
        ----------
        hypotheses
            The hypothesis chosen on an issue; the reference on those not named.
        doses
            The dose of a lever; 0 for those not named.
        weights
            By what to multiply a link (0: it is not believed); 1 for those not named.
        level
            Of the intervals, in percent.

        Returns
        -------
        DataFrame
            One row a quantity, indexed by name: ``label``, ``unit``, ``last``;
            ``reference_low``, ``reference``, ``reference_high`` (nothing changes); ``low``,
            ``median``, ``high`` (model and assumptions together); ``assumed_low``,
            ``assumed_high`` (assumptions alone, the model at its median); ``change_low``,
            ``change``, ``change_high`` (from median to median, and the interval of the difference,
            draw by draw);
            ``assumed_share`` (part of the variance that comes from the assumptions, both sources
            taken alone); ``moved`` (whether a link acts); ``chance`` and ``reference_chance`` of
            reaching the threshold, nan without one.

        Raises
        ------
        StrategyError
            If an issue, a hypothesis or a lever is unknown, a dose outside its ends, or the level
            not between 0 and 100.
        """
        check_level(level, StrategyError)
        acting = self._acting({**self.reference, **(hypotheses or {})}, doses or {}, weights or {})
        rows = [self._row(k, quantity, acting, level) for k, quantity in enumerate(self.quantities)]
        return pd.DataFrame(
            rows, index=pd.Index([one.name for one in self.quantities], name="quantity")
        )

    def _chosen(self, hypotheses: Mapping[str, str]) -> None:
        for issue, hypothesis in hypotheses.items():
            if issue not in self.issues:
                raise unknown(issue, list(self.issues), "issue:", StrategyError)
            if hypothesis not in self.issues[issue]:
                raise unknown(
                    hypothesis, list(self.issues[issue]), f"issue {issue}:", StrategyError
                )
        if missing := set(self.issues) - set(hypotheses):
            raise StrategyError(f"no hypothesis chosen on {', '.join(sorted(missing))}")

    def _acting(
        self,
        hypotheses: Mapping[str, str],
        doses: Mapping[str, float],
        weights: Mapping[str, float],
    ) -> list[float]:
        """Return by how much each link acts: 1 if gained, -1 if lost, the dose of a lever."""
        self._chosen(hypotheses)
        for name, weight in weights.items():
            if name not in self._names:
                raise unknown(name, self._names, "link:", StrategyError)
            if not 0 <= weight <= _MOST_WEIGHT:
                raise StrategyError(
                    f"link {name}: its weight is {weight!r}, not from 0 to {_MOST_WEIGHT:g}"
                )
        for name, dose in doses.items():
            if name not in self._doses:
                raise unknown(name, list(self._doses), "lever:", StrategyError)
            low, high = self._doses[name]
            if not low <= dose <= high:
                raise StrategyError(f"lever {name}: {dose!r} is not between {low} and {high}")
        chosen, before = set(hypotheses.values()), set(self.reference.values())
        return [
            weights.get(link.name, 1.0)
            * (
                doses.get(link.driver, 0.0)
                if link.driver in self._doses
                else (link.driver in chosen) - (link.driver in before)
            )
            for link in self.links
        ]

    def _row(
        self, k: int, quantity: Quantity, acting: list[float], level: float
    ) -> dict[str, object]:
        sides = (50 - level / 2, 50.0, 50 + level / 2)
        model = self._models[k]
        middle = np.full_like(model, float(np.percentile(model, 50)))
        plain = self._moved(quantity, model, [0.0] * len(self.links))
        moved = self._moved(quantity, model, acting)
        assumed = self._moved(quantity, middle, acting)
        reference, future = np.percentile(plain, sides), np.percentile(moved, sides)
        alone, change = np.percentile(assumed, sides), np.percentile(moved - plain, sides)
        change[1] = future[1] - reference[1]
        acts = any(
            w and link.quantity == quantity.name for w, link in zip(acting, self.links, strict=True)
        )
        reached = quantity.threshold
        ours, model_only = float(assumed.var()), float(plain.var())
        return {
            "label": quantity.label,
            "unit": quantity.unit,
            "last": quantity.last,
            **dict(zip(("reference_low", "reference", "reference_high"), reference, strict=True)),
            **dict(zip(("low", "median", "high"), future, strict=True)),
            **dict(zip(("assumed_low", "assumed_high"), alone[::2], strict=True)),
            **dict(zip(("change_low", "change", "change_high"), change, strict=True)),
            "assumed_share": ours / (ours + model_only) if ours + model_only else 0.0,
            "moved": acts,
            "chance": np.nan if reached is None else float((moved >= reached).mean()),
            "reference_chance": np.nan if reached is None else float((plain >= reached).mean()),
        }

    def _moved(self, quantity: Quantity, model: Floats, acting: list[float]) -> Floats:
        totals = {kind: np.zeros_like(model) for kind in KINDS}
        for link, weight, effect in zip(self.links, acting, self._effects, strict=True):
            if weight and link.quantity == quantity.name:
                totals[link.kind] += weight * effect
        gained = (model - quantity.last) * np.maximum(1 + totals["additions"] / 100, 0.0)
        with np.errstate(over="ignore", invalid="ignore"):
            grown = np.maximum(1 + totals["growth"] / 100, 0.0) ** quantity.years
        moved: Floats = (quantity.last + gained) * grown + totals["level"]
        if not np.isfinite(moved).all():
            raise StrategyError(f"quantity {quantity.name}: what is assumed of it is too large")
        low, high = quantity.bounds
        return np.clip(moved, -np.inf if low is None else low, np.inf if high is None else high)
