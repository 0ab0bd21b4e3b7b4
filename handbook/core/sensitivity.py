"""Which inputs make a result vary: shares of variance, and how far each group alone moves it.

Shares of variance are Sobol indices, estimated by Saltelli's design (Saltelli et al. 2010,
Computer Physics Communications 181) with `SALib`, for single inputs or for whole groups (Sobol
2001); their intervals come from its bootstrap. `saltelli` is the only place that knows SALib.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.doors import door
from handbook.core.errors import HandbookError
from handbook.core.optional import optional
from handbook.core.ranges import Ranges, Shape

__all__ = ["Design", "Model", "Sensitivity", "saltelli", "sensitivity", "swing"]

Floats = npt.NDArray[np.float64]
Model = Callable[[pd.DataFrame], npt.ArrayLike]
"""Takes one row a draw, one column an input; returns one number a row."""

_LEVEL = 0.95
_MOST_ENDS = 14
_MOST_POINTS = 2**20
_SHARES = {"first": "S1", "total": "ST", "first_half": "S1_conf", "total_half": "ST_conf"}


@dataclass(frozen=True)
class Design:
    """Points of the unit cube at which to run a model, and how its results are read.

    Attributes
    ----------
    points
        Runs x inputs, from 0 to 1.
    groups
        Group of each input; inputs of one group vary together.
    """

    points: Floats
    groups: tuple[str, ...]
    seed: int

    @property
    def names(self) -> list[str]:
        """The groups, once each, in the order of the inputs."""
        return list(dict.fromkeys(self.groups))

    def shares(self, result: npt.ArrayLike, *, resamples: int = 100) -> pd.DataFrame:
        """Return the share of the variance of a result that each group has.

        Parameters
        ----------
        result
            One number a run.
        resamples
            Of the bootstrap behind the intervals.

        Returns
        -------
        pandas.DataFrame
            Groups in rows; ``first``: share due to it alone; ``total``: share due to it and to
            all its interactions; ``first_half``, ``total_half``: half-widths of their 95 percent
            intervals. All zero if the result never varies.
        """
        values = np.asarray(result, dtype=float)
        if values.var() == 0:
            return pd.DataFrame(0.0, index=self.names, columns=list(_SHARES))
        if len(self.names) == 1:
            return pd.DataFrame([[1.0, 1.0, 0.0, 0.0]], index=self.names, columns=list(_SHARES))
        sobol = optional("SALib.analyze.sobol", "sensitivity")
        found = sobol.analyze(
            _problem(self.groups),
            values,
            calc_second_order=False,
            num_resamples=resamples,
            conf_level=_LEVEL,
            seed=self.seed,
        )
        columns = {name: found[key] for name, key in _SHARES.items()}
        return pd.DataFrame(columns, index=self.names)


@door(HandbookError, seed=(0, 2**32 - 1))
def saltelli(
    groups: Sequence[str], n: int, *, seed: int, error: type[HandbookError] = HandbookError
) -> Design:
    """Return Saltelli's design for inputs of these groups.

    Parameters
    ----------
    groups
        Group of each input; its own name for an input that varies alone.
    n
        Base sample, a power of two; the design has ``n * (groups + 2)`` points.
    seed
        Of the scrambling and of the bootstrap.
    error
        The room's kind of error.

    Raises
    ------
    HandbookError
        If `n` is not a power of two.
    """
    if not 2 <= n <= _MOST_POINTS or n & (n - 1):
        raise error(
            f"n must be a power of two for a Sobol design, at most {_MOST_POINTS:_}, not {n!r}"
        )
    if not groups:
        raise error("groups: one input at least is needed")
    if len(set(groups)) == 1:  # all the variance is its own; SALib's design needs two
        points = np.random.default_rng(seed).random((n, len(groups)))
    else:
        sobol = optional("SALib.sample.sobol", "sensitivity")
        points = sobol.sample(_problem(groups), n, calc_second_order=False, seed=seed)
    return Design(points, tuple(groups), seed)


def _problem(groups: Sequence[str]) -> dict[str, Any]:
    return {
        "num_vars": len(groups),
        "names": [f"x{place}" for place in range(len(groups))],
        "groups": list(groups),
        "bounds": [[0.0, 1.0]] * len(groups),
    }


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


@door(HandbookError, n=(2, 2**20), seed=(0, 2**32 - 1))
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
    HandbookError
        If `n` is not a power of two, or no input varies.
    """
    live = [name for name, one in ranges.inputs.items() if one.low < one.high]
    if not live:
        raise HandbookError("sensitivity: every range is one point, so that nothing varies")
    labels = [ranges.inputs[name].group if by == "group" else name for name in live]
    design = saltelli(labels, n, seed=seed)
    names = list(ranges.inputs)
    quantiles = np.full((len(design.points), len(names)), 0.5)
    quantiles[:, [names.index(name) for name in live]] = design.points
    result = np.asarray(model(ranges.at(quantiles, shape)), dtype=float)
    if result.shape != (len(quantiles),) or not np.isfinite(result).all():
        raise HandbookError(
            f"sensitivity: the model must give {len(quantiles)} finite numbers, one a row"
        )
    shares = design.shares(result).sort_values("total", ascending=False, kind="stable")
    return Sensitivity(shares, float(result.var()))


@door(HandbookError)
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
    HandbookError
        If a group has too many inputs for their corners to be tried.
    """
    if not callable(model):
        raise HandbookError(f"swing: model is a function, not {type(model).__name__}")
    middle = ranges.central()
    rows = {}
    for group in ranges.groups:
        ends = {
            name: (one.low, one.high)
            for name, one in ranges.inputs.items()
            if one.group == group and one.low < one.high
        }
        if len(ends) > _MOST_ENDS:
            raise HandbookError(f"swing: {group!r} has {len(ends)} inputs, {_MOST_ENDS} at most")
        corners = pd.DataFrame(list(itertools.product(*ends.values())), columns=list(ends))
        frame = corners.assign(
            **{name: value for name, value in middle.items() if name not in ends}
        )
        found = np.asarray(model(frame), dtype=float)
        if not np.isfinite(found).all():
            raise HandbookError(f"swing: the model gives no finite number at an end of {group!r}")
        central = np.asarray(model(pd.DataFrame([middle])), dtype=float)[0]
        rows[group] = {"worst": found.min(), "central": central, "best": found.max()}
    return pd.DataFrame.from_dict(rows, orient="index")
