"""Structural analysis in the terms of the French prospective school.

MICMAC ranks factors by influence and dependence, direct and indirect (J.-C. Duperrin and M. Godet,
*Méthode de hiérarchisation des éléments d'un système*, CEA, 1973).
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import distinct
from handbook.core.doors import door
from handbook.scenarios.checks import LARGEST_SCORE, ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix

HIGHEST_POWER = 200


@dataclass(frozen=True)
class Micmac:
    """Direct and indirect influence and dependence of factors.

    Attributes
    ----------
    direct : DataFrame, shape (factors, factors)
        Influence of each row on each column, diagonal 0.
    table : DataFrame
        One row a factor: ``influence`` and ``dependence`` (row and column sums),
        ``indirect_influence`` and ``indirect_dependence`` (shares of the sums of the matrix raised
        to ``power``), their four ranks (1 = highest, ties share a rank), ``influence_shift`` and
        ``dependence_shift`` (places gained when indirect ways are counted) and ``sector``
        (``driver``, ``relay``, ``result`` or ``autonomous``, against the indirect means).
    power : int
        First power from which the ranking no longer changes, or repeats.
    period : int
        1 when the ranking is stable; p > 1 when it comes back every p powers (the influences run
        in cycles, and the ranking shown is that of ``power`` only); 0 when the influences form no
        loop, so that higher powers vanish: ``power`` is then the last one that does not.
    """

    direct: pd.DataFrame
    table: pd.DataFrame
    power: int
    period: int


@door(ScenarioError)
def direct_influence(matrix: CrossImpactMatrix) -> pd.DataFrame:
    """Direct influences between descriptors: the largest absolute score of each block.

    Effects of a descriptor on itself are left out, as MICMAC does.
    """
    names = list(matrix.descriptors)
    blocks = [matrix.layout.block(j) for j in range(len(names))]
    values = [[int(np.abs(matrix.scores[a, b]).max()) for b in blocks] for a in blocks]
    np.fill_diagonal(array := np.array(values), 0)
    return pd.DataFrame(array, index=names, columns=names)


@door(ScenarioError)
def micmac(direct: pd.DataFrame) -> Micmac:
    """Rank factors by direct and indirect influence and dependence.

    The matrix is raised to successive powers, in exact integers, until the two rankings have not
    changed for as many powers as there are factors, or repeat with a period.

    Parameters
    ----------
    direct : DataFrame, shape (factors, factors)
        Non-negative integers, same labels on both axes; the diagonal is ignored.

    Raises
    ------
    ScenarioError
        When labels differ, a value is not a non-negative integer, or the ranking neither settles
        nor repeats within 200 powers.
    """
    base = _checked_influences(direct)
    power, period, raised = _settled_power(base)
    names = [str(n) for n in direct.index]
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for name, array, axis in (
        ("influence", base, 1),
        ("dependence", base, 0),
        ("indirect_influence", raised, 1),
        ("indirect_dependence", raised, 0),
    ):
        sums = array.sum(axis=axis)
        share = sums / max(1, sums.sum())
        columns[name] = (share if name.startswith("indirect") else sums).astype(float)
        columns[f"{name}_rank"] = np.array(_ranks(sums.tolist()))
    table = pd.DataFrame(columns, index=names)
    for kind in ("influence", "dependence"):
        table[kind] = table[kind].astype(int)
        table[f"{kind}_shift"] = table[f"{kind}_rank"] - table[f"indirect_{kind}_rank"]
    strong = table["indirect_influence"] >= table["indirect_influence"].mean()
    bound = table["indirect_dependence"] >= table["indirect_dependence"].mean()
    table["sector"] = [_sector(bool(s), bool(b)) for s, b in zip(strong, bound, strict=True)]
    without_loops = pd.DataFrame(base.astype(int), index=names, columns=names)
    return Micmac(without_loops, table, power, period)


def _checked_influences(direct: pd.DataFrame) -> npt.NDArray[np.object_]:
    if list(direct.index) != list(direct.columns):
        raise ScenarioError("the rows and columns of the influences must have the same labels")
    distinct(direct.index, "factors", ScenarioError)
    if direct.empty:
        raise ScenarioError("the table of influences is empty")
    base = direct.to_numpy(dtype=object).copy()
    for row, column in np.ndindex(*base.shape):
        value = base[row, column]
        whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
        if row != column and (not whole or not 0 <= value <= LARGEST_SCORE):
            where = f"{direct.index[row]} on {direct.columns[column]}"
            raise ScenarioError(
                f"influence of {where}: {value!r} is not a non-negative integer, of"
                f" {LARGEST_SCORE} at most"
            )
        base[row, column] = 0 if row == column else int(value)
    return base


def _settled_power(
    base: npt.NDArray[np.object_],
) -> tuple[int, int, npt.NDArray[np.object_]]:
    """First power whose ranking lasts or repeats, the period, and that power of the matrix."""
    factors = len(base)
    powers = [base]
    ranks = [_both_ranks(base)]
    while len(powers) < HIGHEST_POWER:
        raised = powers[-1].dot(base)
        if not raised.any():
            return len(powers), 0, powers[-1]
        powers.append(raised)
        ranks.append(_both_ranks(raised))
        for period in range(1, factors + 1):
            window = max(factors, 2 * period)
            if (
                len(ranks) > window + period
                and ranks[-window:] == ranks[-window - period : -period]
            ):
                first = len(ranks) - window - period
                return first + 1, period, powers[first]
    raise ScenarioError(f"the ranking neither settles nor repeats within {HIGHEST_POWER} powers")


def _both_ranks(raised: npt.NDArray[np.object_]) -> tuple[list[int], list[int]]:
    return _ranks(raised.sum(axis=1).tolist()), _ranks(raised.sum(axis=0).tolist())


def _ranks(values: list[int]) -> list[int]:
    """Rank from 1 = highest; ties share the best rank."""
    return [1 + sum(other > value for other in values) for value in values]


def _sector(influential: bool, dependent: bool) -> str:
    if influential:
        return "relay" if dependent else "driver"
    return "result" if dependent else "autonomous"
