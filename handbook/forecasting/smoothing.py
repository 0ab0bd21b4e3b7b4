"""Exponential smoothing: the best of six forms by AICc, found without starting values.

The six are statsmodels' non-seasonal ``ETSModel`` with additive or multiplicative errors and no,
an additive or a damped trend (Hyndman, Koehler, Ord and Snyder 2008). Whatever the error, the
states follow the same recursion, linear in the first ones: given the smoothing constants these
follow by least squares, so that a grid finds the optimum on five points as on fifty, where a
descent needs a starting point and ten values. `handbook.forecasting.models` hands the optimum to
statsmodels, which fits the form from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAMPING = (0.8, 0.98)  # statsmodels' own limits
CONSTANTS = (1e-4, 1 - 1e-4)  # of the level; that of the trend is a share of it
WIDTHS = np.array([0.04, 0.15, 0.03])  # of the first look around the best of the grid
CLOSEST = 2.0**-9  # share of these widths at which the search stops
LOOKS = 40  # and at most so many
REWEIGHTED = 2  # least squares of relative errors: fitted values move little after that
LEAST = 1e-9  # relative errors need positive expected values
TRACE = 1e-30  # a perfect fit has a finite likelihood


@dataclass(frozen=True)
class Form:
    """One of the six forms, in statsmodels' words."""

    error: Literal["add", "mul"]
    trend: Literal["add"] | None
    damped: bool

    @property
    def parameters(self) -> int:
        """Number of smoothing constants, first states and variance."""
        return 3 + 2 * (self.trend is not None) + self.damped

    @property
    def label(self) -> str:
        """Usual name, such as ETS(A,Ad,N)."""
        trend = "N" if self.trend is None else "Ad" if self.damped else "A"
        return f"ETS({self.error[0].upper()},{trend},N)"


@dataclass(frozen=True)
class Smoothing:
    """A form at its optimum on a series.

    Attributes
    ----------
    form : Form
    alpha, beta, phi : float
        Smoothing constants of the level and the trend, and damping.
    first, last : tuple of float
        Level and trend before the first value and after the last.
    aicc : float
    """

    form: Form
    alpha: float
    beta: float
    phi: float
    first: tuple[float, float]
    last: tuple[float, float]
    aicc: float

    def forecast(self, horizon: int) -> Floats:
        """Return the point forecasts."""
        level, trend = self.last
        steps = np.cumsum(self.phi ** np.arange(1, horizon + 1))
        return np.asarray(level + trend * steps, dtype=np.float64)

    def constants(self) -> list[float]:
        """Return the constants in the order of statsmodels' parameters."""
        kept = [self.alpha]
        if self.form.trend is not None:
            kept.append(self.beta)
        return [*kept, self.phi] if self.form.damped else kept


TRENDS: tuple[tuple[Literal["add"] | None, bool], ...] = (
    (None, False),
    ("add", False),
    ("add", True),
)


def select(y: Floats) -> Smoothing:
    """Return the form of least AICc, at its optimum.

    Parameters
    ----------
    y : array of n >= 5 values of the order of one, not all equal
        Multiplicative errors are tried where all are positive.
    """
    errors: tuple[Literal["add", "mul"], ...] = ("add", "mul") if y.min() > 0 else ("add",)
    candidates: list[tuple[float, Form, Floats]] = []
    for trend, damped in TRENDS:
        if len(y) <= Form("add", trend, damped).parameters + 1:  # AICc is not defined
            continue
        for form, deviance, best in _tried(y, trend, damped, errors):
            candidates.append((_aicc(deviance, len(y), form), form, best))
    _, form, start = min(candidates, key=lambda candidate: candidate[0])
    return _refined(y, form, start)


def optimum(y: Floats, form: Form) -> Smoothing:
    """Return a form at its optimum on values of the order of one, not all equal."""
    return _refined(y, form, _tried(y, form.trend, form.damped, (form.error,))[0][2])


def _tried(
    y: Floats,
    trend: Literal["add"] | None,
    damped: bool,
    errors: tuple[Literal["add", "mul"], ...],
) -> list[tuple[Form, float, Floats]]:
    """Return, by error, the least deviance of a form on the grid and its constants."""
    grid = _grid(Form("add", trend, damped))
    paths = _paths(y, grid, Form("add", trend, damped))
    tried = []
    for error in errors:
        form = Form(error, trend, damped)
        scores = _scores(y, paths, form)[0]
        best = int(np.argmin(scores))
        tried.append((form, float(scores[best]), grid[:, best]))
    return tried


def _aicc(deviance: float, n: int, form: Form) -> float:
    k = form.parameters
    correction = 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf
    return float(deviance + 2 * k + correction)


def _grid(form: Form) -> Floats:
    """Return the constants first tried: rows level, trend as a share of the level's, damping."""
    if form.trend is None:
        level = np.linspace(0.01, 0.99, 25)
        return np.stack([level, np.zeros(25), np.ones(25)])
    damping = [0.8, 0.9, 0.98] if form.damped else [1.0]
    return _product(np.linspace(0.02, 0.98, 9), [0.01, 0.1, 0.3, 0.7], damping)


def _product(*axes: Floats | list[float]) -> Floats:
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])


def _around(form: Form, centre: Floats, widths: Floats) -> Floats:
    """Return the neighbours of constants, themselves first."""
    near = np.array([0.0, -1.0, 1.0])
    level = np.clip(centre[0] + widths[0] * near, *CONSTANTS)
    if form.trend is None:
        return _product(level, [0.0], [1.0])
    damping = np.clip(centre[2] + widths[2] * near, *DAMPING) if form.damped else [1.0]
    return _product(level, np.clip(centre[1] + widths[1] * near, *CONSTANTS), damping)


def _refined(y: Floats, form: Form, start: Floats) -> Smoothing:
    centre, first, deviance = _searched(y, form, start, None)
    if form.error == "mul":  # weighted least squares left the constants slightly off
        centre, first, deviance = _searched(y, form, centre, first)
    paths = _paths(y, centre[:, None], form)
    level, trend = (float(state[:, 0] @ np.array([1.0, *first])) for state in paths[1:])
    return Smoothing(
        form=form,
        alpha=float(centre[0]),
        beta=float(centre[0] * centre[1]),
        phi=float(centre[2]),
        first=first,
        last=(level, trend),
        aicc=_aicc(deviance, len(y), form),
    )


def _searched(
    y: Floats, form: Form, start: Floats, held: tuple[float, float] | None
) -> tuple[Floats, tuple[float, float], float]:
    """Search the constants around a start, with first states held or by least squares."""
    centre, reach = start, 1.0
    for _ in range(LOOKS):
        grid = _around(form, centre, reach * WIDTHS)
        scores, first = _scores(y, _paths(y, grid, form), form, held)
        best = int(np.argmin(scores))
        if best == 0:
            reach /= 2
        centre = grid[:, best]
        if reach < CLOSEST:
            break
    return centre, (float(first[0][best]), float(first[1][best])), float(scores[best])


def _paths(y: Floats, grid: Floats, form: Form) -> tuple[Floats, Floats, Floats]:
    """Follow the recursion for each column of constants, as functions of the first states.

    Returns
    -------
    errors : array (n, 3, k)
        Error at each date = errors[:, 0] + errors[:, 1] level + errors[:, 2] trend.
    level, trend : arrays (3, k)
        The last states, in the same way.
    """
    alpha, share, phi = grid
    beta = alpha * share
    level, trend = np.zeros((3, grid.shape[1])), np.zeros((3, grid.shape[1]))
    level[1] = 1.0
    if form.trend is not None:
        trend[2] = 1.0
    errors = np.empty((len(y), 3, grid.shape[1]))
    for t, value in enumerate(y):
        trend = phi * trend
        expected = level + trend
        error = errors[t]
        np.negative(expected, out=error)
        error[0] += value
        level = expected + alpha * error
        if form.trend is not None:
            trend = trend + beta * error
    return errors, level, trend


def _scores(
    y: Floats,
    paths: tuple[Floats, Floats, Floats],
    form: Form,
    held: tuple[float, float] | None = None,
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return minus twice the concentrated log-likelihood of each column, and its first states."""
    errors, n = paths[0], len(y)
    if held is None:
        first = _first_states(errors, np.ones((1, 1)), form)
    else:
        first = (np.full(errors.shape[2], held[0]), np.full(errors.shape[2], held[1]))
    for _ in range(REWEIGHTED if form.error == "mul" and held is None else 0):
        expected = _expected(y, errors, first)
        first = _first_states(errors, 1 / np.where(expected > LEAST, expected, np.inf), form)
    expected = _expected(y, errors, first)
    if form.error == "add":
        return n * np.log(((y[:, None] - expected) ** 2).mean(axis=0) + TRACE), first
    sound = (expected > LEAST).all(axis=0)
    expected = np.where(expected > LEAST, expected, 1.0)
    deviance = n * np.log(((y[:, None] / expected - 1) ** 2).mean(axis=0) + TRACE)
    return np.where(sound, deviance + 2 * np.log(expected).sum(axis=0), np.inf), first


def _expected(y: Floats, errors: Floats, first: tuple[Floats, Floats]) -> Floats:
    return y[:, None] - (errors[:, 0] + errors[:, 1] * first[0] + errors[:, 2] * first[1])


def _first_states(errors: Floats, weights: Floats, form: Form) -> tuple[Floats, Floats]:
    """Column-wise least squares of the errors on the first level and trend."""
    target, x = errors[:, 0] * weights, -errors[:, 1] * weights
    xx, xy = (x * x).sum(axis=0), (x * target).sum(axis=0)
    if form.trend is None:
        return xy / np.maximum(xx, 1e-30), np.zeros_like(xx)
    z = -errors[:, 2] * weights
    zz, xz, zy = (z * z).sum(axis=0), (x * z).sum(axis=0), (z * target).sum(axis=0)
    ridge = 1e-9 * (xx + zz) + 1e-30
    xx, zz = xx + ridge, zz + ridge
    determinant = xx * zz - xz**2
    return (zz * xy - xz * zy) / determinant, (xx * zy - xz * xy) / determinant
