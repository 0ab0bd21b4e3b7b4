"""The consistent scenarios of a matrix as one result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from handbook.core import french as fr
from handbook.core.results import Result
from handbook.scenarios.checks import RESERVED

__all__ = ["Solution"]

_DRAWN = 12
_STATES = ("#cfe1f2", "#fde0c5", "#d5ead0", "#e6d9ec", "#f5f0c4", "#e0e0e0")


@dataclass(frozen=True, eq=False)
class Solution(Result):
    """The scenarios in which no descriptor pulls towards another of its states.

    Attributes
    ----------
    scenarios : DataFrame
        One row a scenario: the state of each descriptor, ``consistency``, ``total_impact`` (see
        `CrossImpactMatrix.consistent_scenarios`).
    descriptors : dict of str to tuple of str
        States of each descriptor, in order.
    size : int
        Number of scenarios that were compared.
    tolerance : int
        Largest inconsistency accepted.

    Examples
    --------
    >>> from handbook.scenarios import CrossImpactMatrix
    >>> pair = CrossImpactMatrix({"A": ("a", "b"), "B": ("c", "d")}, [[0, 0, 1, 0], [0, 0, 0, 1],
    ...     [1, 0, 0, 0], [0, 1, 0, 0]])
    >>> pair.solve().to_frame()[["A", "B"]].to_numpy().tolist()
    [['a', 'c'], ['b', 'd']]
    """

    scenarios: pd.DataFrame
    descriptors: dict[str, tuple[str, ...]]
    size: int
    tolerance: int

    def __len__(self) -> int:
        """Return the number of scenarios."""
        return len(self.scenarios)

    def to_frame(self) -> pd.DataFrame:
        """Return the scenarios, numbered from 1, the greatest total impact first."""
        ordered = self.scenarios.sort_values("total_impact", ascending=False, kind="stable")
        return ordered.set_axis(pd.RangeIndex(1, len(ordered) + 1, name="scenario"))

    def draw(self, ax: Any) -> None:  # noqa: ANN401
        """Draw a column for each scenario, a row for each descriptor, its state in the cell."""
        table = self.to_frame().drop(columns=list(RESERVED)).head(_DRAWN)
        for row, (descriptor, states) in enumerate(self.descriptors.items()):
            for place, state in enumerate(table[descriptor]):
                colour = _STATES[states.index(state) % len(_STATES)]
                ax.barh(row, 0.96, height=0.92, left=place + 0.02, color=colour)
                ax.text(place + 0.5, row, state, ha="center", va="center", wrap=True)
        names = [f"scénario\u00a0{number}" for number in table.index]
        ax.set_xticks([place + 0.5 for place in range(len(table))], names)
        ax.set_yticks(range(len(self.descriptors)), list(self.descriptors))
        ax.set_xlim(0, max(len(table), 1))
        ax.invert_yaxis()
        ax.tick_params(length=0)
        for side in ("top", "right", "bottom", "left"):
            ax.spines[side].set_visible(False)
        if not len(self):
            ax.set_xlabel("aucun scénario cohérent")
        if len(self) > _DRAWN:
            ax.set_xlabel(f"les {_DRAWN} premiers des {fr.number(len(self))} scénarios cohérents")

    def explain(self) -> str:
        """Say in French how many scenarios hold, among how many."""
        found = fr.counted(len(self), "scénario cohérent", "scénarios cohérents")
        text = f"{found} sur {fr.number(self.size)} possibles"
        if self.tolerance:
            text += f", une incohérence de {self.tolerance} étant admise dans chaque descripteur"
        return f"{text}. Le nombre est exact\u00a0: tous ont été comparés."
