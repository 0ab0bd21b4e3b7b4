"""SMIC: probabilities of scenarios from opinions on events, as intervals.

J.-C. Duperrin and M. Godet (*SMIC 74: a method for constructing and ranking scenarios*, Futures 7,
1975) look for the probabilities of the ``2 ** n`` scenarios that are closest, in least squares, to
the joint probabilities that experts' simple and conditional answers imply. That optimum is not
unique: many distributions of the scenarios lie equally close. The fitted joint probabilities are
unique, so the set of optimal distributions is a polytope, and the least and greatest probability
of each scenario over it are found by linear programming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.matrix import CrossImpactMatrix, Scenario

FloatArray = npt.NDArray[np.float64]
MOST_EVENTS = 6
SLACK = 1e-9  # tolerance on the fitted joint probabilities


@dataclass(frozen=True)
class Smic:
    """Scenario probabilities closest to the experts' answers.

    Attributes
    ----------
    objective : float
        Least sum of squares; 0 when the answers are coherent.
    scenarios : DataFrame
        One row a scenario: 0 or 1 for each event, then ``low`` and ``high``, the least and
        greatest probability over all the optimal distributions, and ``one``, one of them.
    events : DataFrame
        One row an event: ``given`` probability, ``low`` and ``high`` over the optimal
        distributions.
    """

    objective: float
    scenarios: pd.DataFrame
    events: pd.DataFrame

    @property
    def candidates(self) -> pd.DataFrame:
        """Scenarios that the answers do not prevent from being the most probable."""
        possible: pd.Series[bool] = self.scenarios["high"] >= self.scenarios["low"].max() - SLACK
        return self.scenarios[possible]


def smic(
    events: Sequence[str],
    probability: npt.ArrayLike,
    if_true: npt.ArrayLike,
    if_false: npt.ArrayLike,
) -> Smic:
    """Find the scenario probabilities closest to simple and conditional opinions.

    Parameters
    ----------
    events : sequence of str, length n <= 6
    probability : array, shape (n,)
        Probability of each event.
    if_true, if_false : arrays, shape (n, n)
        At ``[i, j]``, probability of event i if event j happens, or does not; the diagonal is
        ignored.

    Raises
    ------
    ScenarioError
        When a shape is wrong or a probability lies outside 0-1.
    """
    n = len(events)
    if not 1 < n <= MOST_EVENTS:
        raise ScenarioError(f"SMIC takes 2 to {MOST_EVENTS} events, not {n}")
    simple = _probabilities("probability", probability, (n,))
    true = _probabilities("if_true", if_true, (n, n))
    false = _probabilities("if_false", if_false, (n, n))
    states = np.array(list(np.ndindex(*[2] * n)))[::-1].copy()
    design, wanted = _system(states, simple, true, false)
    one = _closest(design, wanted)
    fitted = design @ one
    low, high = _intervals(design, fitted, np.eye(len(states)))
    event_low, event_high = _intervals(design, fitted, states.T.astype(float))
    table = pd.DataFrame(states, columns=list(events)).assign(low=low, high=high, one=one)
    bounds = {"given": simple, "low": event_low, "high": event_high}
    return Smic(
        objective=float(((fitted - wanted) ** 2).sum()),
        scenarios=table,
        events=pd.DataFrame(bounds, index=list(events)),
    )


def opinions_from_scores(
    matrix: CrossImpactMatrix, scenario: Scenario, prior: npt.ArrayLike, strength: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Turn scores into opinions on the events « this descriptor takes this state ».

    An assumption of whoever sets it, not a result: one point of score multiplies the odds of the
    influenced event by ``exp(strength)``; when the influencing event does not happen, its
    descriptor's other states count equally.

    Parameters
    ----------
    scenario : mapping of str to str
        State whose coming is the event, for each descriptor.
    prior : array, shape (descriptors,)
        Probability of each event, strictly between 0 and 1.
    strength : float
        Effect of one point on the logarithm of the odds.

    Returns
    -------
    probability, if_true, if_false : arrays
        Arguments of `smic`.
    """
    names = list(matrix.descriptors)
    simple = _probabilities("prior", prior, (len(names),))
    if ((simple <= 0) | (simple >= 1)).any():
        raise ScenarioError("prior probabilities must lie strictly between 0 and 1")
    score = np.zeros((2, len(names), len(names)))
    for i, target in enumerate(names):
        for j, source in enumerate(names):
            points = {
                state: matrix.score((source, state), (target, scenario[target]))
                for state in matrix.descriptors[source]
            }
            score[0, i, j] = points.pop(scenario[source])
            score[1, i, j] = np.mean(list(points.values())) if points else 0.0
    odds = np.log(simple / (1 - simple))[:, None] + strength * score
    true, false = 1 / (1 + np.exp(-odds))
    return simple, true, false


def _probabilities(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    array = np.array(values, dtype=float)
    if array.shape != shape:
        raise ScenarioError(f"{name} must have shape {shape}, not {array.shape}")
    if array.ndim == 2:
        np.fill_diagonal(array, 1.0)
    wrong = np.argwhere(~((array >= 0) & (array <= 1)))
    if len(wrong):
        place = tuple(int(i) for i in wrong[0])
        raise ScenarioError(f"{name}{list(place)}: {array[place]} is not between 0 and 1")
    return array


def _system(
    states: npt.NDArray[np.integer], simple: FloatArray, true: FloatArray, false: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Joint probabilities as sums over scenarios, and the values that the answers give them."""
    rows, wanted = [], []
    for i, j in np.argwhere(~np.eye(len(simple), dtype=bool)):
        rows += [states[:, i] & states[:, j], states[:, i] & (1 - states[:, j])]
        wanted += [true[i, j] * simple[j], false[i, j] * (1 - simple[j])]
    return np.array(rows, dtype=float), np.array(wanted)


def _closest(design: FloatArray, wanted: FloatArray) -> FloatArray:
    """Distribution whose joint probabilities are closest to those wanted.

    The least distance from a point to a simplex's image is a non-negative least squares problem
    (C. Lawson and R. Hanson, *Solving Least Squares Problems*, 1974, chapter 23).
    """
    away = design - wanted[:, None]
    solution, _ = scipy.optimize.nnls(
        np.vstack([away, np.ones(design.shape[1])]), np.r_[np.zeros(len(wanted)), 1]
    )
    closest: FloatArray = solution / solution.sum()
    return closest


def _intervals(
    design: FloatArray, fitted: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Least and greatest value of each weighted sum over the optimal distributions."""
    inside = np.vstack([design, -design])
    bound = np.r_[fitted + SLACK, -fitted + SLACK]
    whole = np.ones((1, design.shape[1]))
    ends = []
    for sign in (1, -1):
        values = []
        for weight in weights:
            found = scipy.optimize.linprog(
                sign * weight, inside, bound, whole, [1.0], bounds=(0, 1)
            )
            if found.fun is None:
                raise ScenarioError(f"linear programme not solved: {found.message}")
            values.append(sign * found.fun)
        ends.append(np.clip(np.array(values), 0.0, 1.0))
    return ends[0], ends[1]
