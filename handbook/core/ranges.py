"""Inputs known by their range: draws from them, and which of them decide a result.

A range is a low, a central and a high value. Drawing from it needs one more assumption, its shape:
triangular (the central value is the likeliest) or uniform (any value between the bounds). Inputs
are drawn independently. Shares of variance are Sobol indices, estimated by Saltelli's design
(Saltelli et al. 2010, Computer Physics Communications 181) with `SALib`, for single inputs or for
whole groups (Sobol 2001); their intervals come from its bootstrap.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Model", "Range", "Ranges", "Sensitivity", "Shape", "sensitivity", "swing"]

Floats = npt.NDArray[np.float64]
Shape = Literal["triangular", "uniform"]
Model = Callable[[pd.DataFrame], npt.ArrayLike]
"""Takes one row a draw, one column an input; returns one number a row."""

_LEVEL = 0.95
_MOST_ENDS = 14


@dataclass(frozen=True)
class Range:
    """The low, central and high value of an input, and the group it belongs to.

    Raises
    ------
    ValueError
        If the three are not in order.
    """

    low: float
    central: float
    high: float
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse bounds that are not around the central value."""
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"range: low, central and high must be in order, not {self.low}, {self.central},"
                f" {self.high}"
            )

    def at(self, quantiles: Floats, shape: Shape) -> Floats:
        """Return the values at quantiles between 0 and 1 (inverse distribution function)."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(quantiles, self.central)
        if shape == "uniform":
            return self.low + quantiles * width
        mode = (self.central - self.low) / width
        rising = self.low + np.sqrt(quantiles * width * (self.central - self.low))
        falling = self.high - np.sqrt((1 - quantiles) * width * (self.high - self.central))
        return np.where(quantiles < mode, rising, falling)


@dataclass(frozen=True)
class Ranges:
    """The ranges of all inputs of a model, by name."""

    inputs: Mapping[str, Range]

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups, in the order of the inputs."""
        return tuple(dict.fromkeys(one.group for one in self.inputs.values()))

    def central(self) -> dict[str, float]:
        """Return the central value of each input."""
        return {name: one.central for name, one in self.inputs.items()}

    def draw(self, n: int, *, seed: int, shape: Shape = "triangular") -> pd.DataFrame:
        """Return `n` independent draws, one row each, one column an input."""
        quantiles = np.random.default_rng(seed).random((n, len(self.inputs)))
        return self.at(quantiles, shape)

    def fixed(self, **values: float) -> Ranges:
        """Return the ranges with some inputs known exactly.

        Raises
        ------
        ValueError
            If there is no such input.
        """
        _known(self.inputs, values)
        told = {
            name: replace(self.inputs[name], low=value, central=value, high=value)
            for name, value in values.items()
        }
        return Ranges({**self.inputs, **told})

    def regrouped(self, groups: Mapping[str, str]) -> Ranges:
        """Return the ranges with some inputs in another group.

        Raises
        ------
        ValueError
            If there is no such input.
        """
        _known(self.inputs, groups)
        told = {name: replace(self.inputs[name], group=group) for name, group in groups.items()}
        return Ranges({**self.inputs, **told})

    def at(self, quantiles: Floats, shape: Shape) -> pd.DataFrame:
        """Return the values at quantiles (rows x inputs, from 0 to 1)."""
        columns = zip(self.inputs.items(), quantiles.T, strict=True)
        return pd.DataFrame({name: one.at(column, shape) for (name, one), column in columns})


@dataclass(frozen=True)
class Sensitivity:
    """Shares of the variance of a result, by group or by input.

    Attributes
    ----------
    table
        Indexed by group or input, greatest total first. ``first``: share due to it alone;
        ``total``: share due to it and to all its interactions; ``first_half``, ``total_half``:
        half-widths of their 95 percent intervals.
    variance
        Of the result.
    """

    table: pd.DataFrame
    variance: float

    def interval(self, kind: Literal["first", "total"] = "total") -> pd.DataFrame:
        """Return ``lower`` and ``upper`` of the 95 percent intervals, within 0 and 1."""
        half = self.table[f"{kind}_half"]
        bounds = {"lower": self.table[kind] - half, "upper": self.table[kind] + half}
        return pd.DataFrame(bounds).clip(0, 1)

    def total(self, name: str) -> tuple[float, float, float]:
        """Return the total share of a group or input, and the bounds of its interval."""
        bounds = self.interval()
        share, lower, upper = (
            float(one[name]) for one in (self.table["total"], bounds["lower"], bounds["upper"])
        )
        return share, lower, upper

    def deciding(self) -> str | None:
        """Return the one whose total share exceeds all others' beyond their intervals, if any."""
        if self.variance == 0:
            return None
        bounds = self.interval()
        leader = str(self.table.index[0])
        others = bounds.drop(index=leader)["upper"]
        clear = others.empty or bounds.loc[leader, "lower"] > others.max()
        return leader if clear else None


def sensitivity(
    ranges: Ranges,
    model: Model,
    *,
    by: Literal["group", "input"] = "group",
    n: int = 1024,
    seed: int,
    shape: Shape = "triangular",
) -> Sensitivity:
    """Return which groups, or which inputs, make the result vary.

    Parameters
    ----------
    ranges
        Of all inputs of the model. Inputs whose range is one point take no part.
    model
        See `Model`.
    by
        Shares of whole groups or of single inputs.
    n
        Base sample, a power of two; the model runs on ``n * (groups or inputs + 2)`` rows.
    seed
        Of the design's scrambling and of the bootstrap.
    shape
        Of every distribution.

    Raises
    ------
    ValueError
        If `n` is not a power of two, or no input varies.
    """
    from SALib.analyze import sobol as sobol_analysis
    from SALib.sample import sobol as sobol_design

    if n < 2 or n & (n - 1):
        raise ValueError(f"n must be a power of two for a Sobol design, not {n!r}")
    live = [name for name, one in ranges.inputs.items() if one.low < one.high]
    if not live:
        raise ValueError("sensitivity: every range is one point, so that nothing varies")
    labels = [ranges.inputs[name].group if by == "group" else name for name in live]
    shown = list(dict.fromkeys(labels))
    if len(shown) == 1:  # SALib's design needs two
        alone = {"first": 1.0, "total": 1.0, "first_half": 0.0, "total_half": 0.0}
        spread = np.asarray(model(ranges.draw(n, seed=seed, shape=shape)), dtype=float)
        return Sensitivity(pd.DataFrame(alone, index=shown), float(spread.var()))
    problem = {
        "num_vars": len(live),
        "names": live,
        "groups": labels,
        "bounds": [[0.0, 1.0]] * len(live),
    }
    design = sobol_design.sample(problem, n, calc_second_order=False, seed=seed)
    names = list(ranges.inputs)
    quantiles = np.full((len(design), len(names)), 0.5)
    quantiles[:, [names.index(name) for name in live]] = design
    result = np.asarray(model(ranges.at(quantiles, shape)), dtype=float)
    if result.var() == 0:
        empty = pd.DataFrame(0.0, index=shown, columns=["first", "total"])
        return Sensitivity(empty.assign(first_half=0.0, total_half=0.0), 0.0)
    found = sobol_analysis.analyze(
        problem,
        result,
        calc_second_order=False,
        conf_level=_LEVEL,
        seed=seed,
    )
    table = pd.DataFrame(
        {
            "first": found["S1"],
            "total": found["ST"],
            "first_half": found["S1_conf"],
            "total_half": found["ST_conf"],
        },
        index=shown,
    )
    ordered = table.sort_values("total", ascending=False, kind="stable")
    return Sensitivity(ordered, float(result.var()))


def swing(ranges: Ranges, model: Model) -> pd.DataFrame:
    """Return the result with each group at its worst, then at its best, the others central.

    The extremes of a model that is a straight line of each input taken alone lie at corners of its
    ranges; all corners of a group are tried.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, columns ``worst``, ``central``, ``best``.

    Raises
    ------
    ValueError
        If a group has too many inputs for their corners to be tried.
    """
    middle = ranges.central()
    rows = {}
    for group in ranges.groups:
        ends = {
            name: (one.low, one.high)
            for name, one in ranges.inputs.items()
            if one.group == group and one.low < one.high
        }
        if len(ends) > _MOST_ENDS:
            raise ValueError(f"swing: {group!r} has {len(ends)} inputs, {_MOST_ENDS} at most")
        corners = pd.DataFrame(list(itertools.product(*ends.values())), columns=list(ends))
        frame = corners.assign(
            **{name: value for name, value in middle.items() if name not in ends}
        )
        found = np.asarray(model(frame), dtype=float)
        central = np.asarray(model(pd.DataFrame([middle])), dtype=float)[0]
        rows[group] = {"worst": found.min(), "central": central, "best": found.max()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _known(inputs: Mapping[str, Range], given: Mapping[str, object]) -> None:
    unknown = [name for name in given if name not in inputs]
    if unknown:
        raise ValueError(f"ranges: no input {unknown}; inputs are {', '.join(inputs)}")
