"""Inputs known by their range, and draws from them.

A range is a low, a central and a high value. Drawing from it needs one more assumption, its shape:
triangular (the central value is the likeliest) or uniform (any value between the bounds). Inputs
are drawn independently. `handbook.core.sensitivity` says which of them decide a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import bounded
from handbook.core.doors import door, fields_checked
from handbook.core.errors import HandbookError, unknown

__all__ = ["Range", "Ranges", "Shape"]

Floats = npt.NDArray[np.float64]
Shape = Literal["triangular", "uniform"]


@fields_checked(HandbookError)
@dataclass(frozen=True)
class Range:
    """The low, central and high value of an input, and the group it belongs to.

    Raises
    ------
    HandbookError
        If the three are not finite numbers, in order.
    """

    low: float
    central: float
    high: float
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse bounds that are not around the central value, or that overflow."""
        if not (bounded(self.low) and bounded(self.high)):
            raise HandbookError(f"range: {self.low} and {self.high} are too large to compute with")
        if not self.low <= self.central <= self.high:
            raise HandbookError(
                f"range: low, central and high must be in order, not {self.low}, {self.central},"
                f" {self.high}"
            )

    @door(HandbookError)
    def at(self, quantiles: Floats, shape: Shape = "triangular") -> Floats:
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


@fields_checked(HandbookError)
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

    @door(HandbookError, n=(1, 10_000_000), seed=(0, 2**63))
    def draw(self, n: int, *, seed: int, shape: Shape = "triangular") -> pd.DataFrame:
        """Return `n` independent draws, one row each, one column an input."""
        quantiles = np.random.default_rng(seed).random((n, len(self.inputs)))
        return self.at(quantiles, shape)

    def fixed(self, **values: float) -> Ranges:
        """Return the ranges with some inputs known exactly.

        Raises
        ------
        HandbookError
            If there is no such input.
        """
        _known(self.inputs, values)
        told = {
            name: replace(self.inputs[name], low=value, central=value, high=value)
            for name, value in values.items()
        }
        return Ranges({**self.inputs, **told})

    @door(HandbookError)
    def regrouped(self, groups: Mapping[str, str]) -> Ranges:
        """Return the ranges with some inputs in another group.

        Raises
        ------
        HandbookError
            If there is no such input.
        """
        _known(self.inputs, groups)
        told = {name: replace(self.inputs[name], group=group) for name, group in groups.items()}
        return Ranges({**self.inputs, **told})

    @door(HandbookError)
    def at(self, quantiles: Floats, shape: Shape = "triangular") -> pd.DataFrame:
        """Return the values at quantiles (rows x inputs, from 0 to 1)."""
        drawn = _quantiles(quantiles, len(self.inputs))
        columns = zip(self.inputs.items(), drawn.T, strict=True)
        return pd.DataFrame({name: one.at(column, shape) for (name, one), column in columns})


def _quantiles(given: Floats, width: int) -> Floats:
    """Return quantiles as numbers; their shape and bounds are checked."""
    wanted = f"quantiles: rows of {width} numbers from 0 to 1 are needed"
    try:
        drawn = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise HandbookError(f"{wanted}, not {type(given).__name__}") from error
    if drawn.ndim != 2 or drawn.shape[1] != width or not ((drawn >= 0) & (drawn <= 1)).all():
        raise HandbookError(wanted)
    return drawn


def _known(inputs: Mapping[str, Range], given: Mapping[str, object]) -> None:
    for name in given:
        if name not in inputs:
            raise unknown(name, inputs, "input", HandbookError)
