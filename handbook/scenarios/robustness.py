"""Doubt on the scores: share of the plausible matrices in which a scenario stays consistent.

Each score may be off by a few points, independently, with probabilities that depend on the
confidence put in it. A descriptor's balances are then sums of independent errors, and the scores
behind different balances are different scores: the probability that a scenario stays consistent is
a product of convolutions. It is computed exactly, with no random draw.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core.checks import check_work
from handbook.core.doors import door
from handbook.scenarios.balance import IntArray, balances
from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.field import MorphologicalField
from handbook.scenarios.matrix import CrossImpactMatrix

FloatArray = npt.NDArray[np.float64]


def noise_by_confidence(field: MorphologicalField) -> FloatArray:
    """Error distribution of every score, from the confidence of its judgement.

    Returns
    -------
    array, shape (states, states, 2 m + 1)
        Probability of each error from ``-m`` to ``m`` points. Pairs of issues without a judgement
        take the distribution called ``absent``; the effect of an issue on itself has no error.
    """
    table = field.tables["perturbation"]
    reach = int(table["shift"].abs().max())
    shapes = {name: np.zeros(2 * reach + 1) for name in [*table["confidence"].unique(), "none"]}
    shapes["none"][reach] = 1.0
    for row in table.to_dict("records"):
        shapes[row["confidence"]][int(row["shift"]) + reach] = float(row["probability"])
    for name, shape in shapes.items():
        if abs(shape.sum() - 1) > 1e-9 or (shape < 0).any():
            raise ScenarioError(f"probabilities of confidence {name!r} do not sum to 1")
    states = [(issue.id, h.id) for issue in field.issues for h in issue.hypotheses]
    noise = np.empty((len(states), len(states), 2 * reach + 1))
    for row_number, (source_issue, source) in enumerate(states):
        for column, (target_issue, _) in enumerate(states):
            judgement = field.judgement(source, target_issue)
            confidence = "absent" if judgement is None else judgement["confidence"]
            own = source_issue == target_issue
            noise[row_number, column] = shapes["none" if own else str(confidence)]
    return noise


@door(ScenarioError, tolerance=(0, 10**9))
def robustness(
    matrix: CrossImpactMatrix,
    noise: npt.ArrayLike,
    codes: IntArray | None = None,
    tolerance: int = 0,
) -> pd.DataFrame:
    """Share of the plausible matrices in which each scenario is consistent.

    Parameters
    ----------
    noise : array, shape (states, states, 2 m + 1)
        Error distribution of each score (see `noise_by_confidence`).
    codes : array of int, shape (scenarios, descriptors), optional
        Scenarios; all of them by default.
    tolerance : int
        Largest inconsistency accepted.

    Returns
    -------
    DataFrame
        Columns of `CrossImpactMatrix.table`, then ``share``, between 0 and 1, exact.
    """
    errors = np.asarray(noise, dtype=float)
    total = len(matrix.scores)
    if errors.ndim != 3 or errors.shape[:2] != (total, total) or errors.shape[2] % 2 == 0:
        raise ScenarioError(f"noise must have shape ({total}, {total}, odd), not {errors.shape}")
    shapes = errors.sum(axis=2)
    if not np.isfinite(errors).all() or (errors < 0).any() or np.abs(shapes - 1).max() > 1e-6:
        raise ScenarioError("noise: probabilities, which sum to 1 for each score")
    codes = matrix.every_code() if codes is None else codes
    told = matrix.table(codes)
    sizes = [(len(codes), "scenarios"), (total, "states"), (errors.shape[2], "errors")]
    check_work(sizes, 5e8, "give the codes of fewer scenarios", ScenarioError)
    share = np.ones(len(codes))
    for j in range(len(matrix.layout.sizes)):
        share *= _share_of_descriptor(matrix, errors, codes, j, tolerance)
    return told.assign(share=share)


def _share_of_descriptor(
    matrix: CrossImpactMatrix, errors: FloatArray, codes: IntArray, j: int, tolerance: int
) -> FloatArray:
    """Probability that descriptor `j` is consistent, for each scenario."""
    block = matrix.layout.block(j)
    balance = balances(matrix.scores, matrix.layout, codes)[:, block]
    sums = _error_sums(matrix, errors[:, block], codes)  # scenarios, states, error
    rows = np.arange(len(codes))
    own = codes[:, j].astype(np.intp)
    below = np.clip(np.cumsum(sums, axis=2), 0.0, 1.0)
    reach = sums.shape[2] // 2
    error = np.arange(-reach, reach + 1)
    holds = sums[rows, own].copy()  # probability of each error on the own balance
    for rival in range(balance.shape[1]):
        lead = balance[rows, own] - balance[:, rival] + tolerance
        allowed = np.clip(lead[:, None] + error, -reach - 1, reach) + reach
        chance = np.where(allowed < 0, 0.0, below[rows[:, None], rival, np.maximum(allowed, 0)])
        holds *= np.where((own == rival)[:, None], 1.0, chance)
    share: FloatArray = holds.sum(axis=1)
    return share


def _error_sums(matrix: CrossImpactMatrix, errors: FloatArray, codes: IntArray) -> FloatArray:
    """Distribution of the error on each balance, shape (scenarios, states, errors)."""
    offsets = matrix.layout.offsets
    reach = errors.shape[2] // 2 * len(offsets)
    spectrum = np.fft.rfft(errors, n=2 * reach + 1, axis=2)
    product = np.ones((len(codes), *spectrum.shape[1:]), dtype=complex)
    for i, offset in enumerate(offsets):
        product *= spectrum[offset + codes[:, i].astype(np.intp)]
    sums: FloatArray = np.fft.irfft(product, n=2 * reach + 1, axis=2)
    return np.clip(sums, 0.0, None)
