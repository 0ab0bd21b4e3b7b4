"""The ranking of a composite indicator, with what its choices leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from handbook.core import french as fr
from handbook.core.results import Result

__all__ = ["Ranking"]

_END = 0.12  # so that one rank alone is seen


@dataclass(frozen=True, eq=False)
class Ranking(Result):
    """Scores and ranks of units, and between which ranks other choices would put them.

    Attributes
    ----------
    scores, ranks : Series
        Of the index as it was asked for; nan for a unit with an unknown cell.
    intervals : DataFrame
        ``median``, ``lower`` and ``upper`` rank over the draws (5 to 95 %), for every unit.
    draws : int
        Number of draws.
    how : tuple of str
        Normalisation and aggregation.

    Examples
    --------
    >>> from handbook.benchmarking import Composite
    >>> table = pd.DataFrame({"doctors": [3.0, 2.0, 1.0], "wait": [9.0, 5.0, 7.0]}, list("ABC"))
    >>> Composite(table, {"doctors": 1, "wait": -1}).ranking(n=200).to_frame()["rank"].tolist()
    [1, 2, 3]
    """

    scores: pd.Series
    ranks: pd.Series
    intervals: pd.DataFrame
    draws: int
    how: tuple[str, str]

    def to_frame(self) -> pd.DataFrame:
        """Return ``score``, ``rank``, and ``median``, ``lower``, ``upper`` rank, best first.

        Where a unit has no rank, the order is that of the medians.
        """
        table = pd.DataFrame({"score": self.scores, "rank": self.ranks}).join(self.intervals)
        first = "rank" if self.ranks.notna().all() else "median"
        return table.sort_values([first, "median", "upper"], kind="stable")

    def draw(self, ax: Any) -> None:  # noqa: ANN401
        """Draw the rank of each unit, best on top, on the ranks that other choices give it.

        Where a unit has no rank, those of the others do not count it: medians are drawn instead.
        """
        table = self.to_frame().iloc[::-1]
        places = range(len(table))
        low, high = table["lower"] - _END, table["upper"] + _END
        ax.hlines(places, low, high, lw=7, alpha=0.3, label="90 % des tirages")
        whole = bool(table["rank"].notna().all())
        dots, label = (table["rank"], "rang") if whole else (table["median"], "rang médian")
        ax.plot(dots, places, "o", label=label)
        ax.set_yticks(list(places), [str(name) for name in table.index])
        ax.set_xlim(0.5, len(table) + 0.5)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_xlabel("rang (1\u00a0: premier)")
        ax.legend(frameon=False)

    def explain(self) -> str:
        """Say in French what the intervals are."""
        unranked = [str(unit) for unit in self.ranks.index[self.ranks.isna()]]
        text = (
            f"Rangs selon {' et '.join(_FRENCH.get(name, name) for name in self.how)}\u202f; "
            f"intervalles de 90 % sur {fr.number(self.draws)} tirages de la normalisation, de "
            "l’agrégation, des poids, d’un indicateur omis et des valeurs inconnues."
        )
        if unranked:
            text += (
                f" Sans rang, faute d’une valeur\u00a0: {fr.joined(unranked)}\u202f; les rangs ne "
                "comptent que les autres unités, les intervalles les comptent toutes."
            )
        return text


_FRENCH = {
    "minmax": "l’échelle du minimum au maximum",
    "zscore": "l’écart à la moyenne en écarts types",
    "rank": "le rang sur chaque indicateur",
    "arithmetic": "la moyenne arithmétique",
    "geometric": "la moyenne géométrique",
    "harmonic": "la moyenne harmonique",
    "copeland": "les majorités (Copeland)",
    "borda": "les points (Borda)",
    "kemeny": "l’ordre de Kemeny",
}
