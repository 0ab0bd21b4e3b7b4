"""The composite indicator: one object that normalises, weights, aggregates, ranks, and doubts.

>>> index = Composite(data, {"doctors": 1, "mortality": -1})       # doctest: +SKIP
>>> index.ranks(normalise="zscore", aggregate="geometric")         # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypedDict, Unpack

import numpy as np
import pandas as pd

from handbook.benchmarking import aggregate as ag
from handbook.benchmarking.attainable import (
    Attainable,
    attainable_rank,
    attainable_table,
    weight_box,
)
from handbook.benchmarking.consensus import Consensus, kemeny
from handbook.benchmarking.framework import (
    BenchmarkError,
    Coverage,
    FloatArray,
    Framework,
    Weights,
    build_framework,
    coverage,
    listed,
    read_metadata,
)
from handbook.benchmarking.normalise import FIXED, Goalposts, Reference, lifted, normalise, positive
from handbook.benchmarking.ranking import Ranking
from handbook.benchmarking.sensitivity import Sensitivity, factorial, sobol
from handbook.benchmarking.uncertainty import (
    Choices,
    Normaliser,
    Simulation,
    build_model,
    check_draws,
    simulate,
)
from handbook.core.checks import check_work
from handbook.core.doors import door
from handbook.core.errors import unknown

_MOST_RACES = 1.1e6  # units, three times: some 30 seconds of exact programmes

Aggregate: TypeAlias = str | Sequence[str]


class Options(TypedDict, total=False):
    """Settings that go with a method; see :class:`Composite`."""

    goalposts: Goalposts | None
    reference: Reference | None
    bounds: tuple[float, float]
    floor: float | None
    missing: str


class Composite:
    """A composite indicator over units x indicators.

    Parameters
    ----------
    data
        Units in rows, indicators in columns, raw values. NaN is unknown: it is never replaced. A
        unit with an unknown weighted cell has no score and no rank; its rank interval is given by
        `uncertainty`, :meth:`attainable_ranks` and :func:`rank_intervals`.
    directions
        Maps every indicator to +1 (more is better) or -1 (less is better).
    weights
        ``None`` (equal at every level), or ``{code: weight}`` for indicators and, with groups, for
        groups too (flat, or one such mapping a level), or one weight an indicator in the order of
        columns. Weights are relative: they
        are rescaled to sum to one under each parent, as in COINr. Codes of one level are given
        all or not at all.
    groups
        Maps indicator to group, and group to a larger group if there are more levels.

    Notes
    -----
    Options of :meth:`normalised`, :meth:`scores` and :meth:`ranks`:

    goalposts, reference
        ``{indicator: (low, high)}`` and ``{indicator: value}``, with the methods of that name.
    bounds
        Ends of the min-max scale, (0, 1) by default (COINr's default is 0 to 100).
    floor
        Rescale every normalised column onto ``[floor, 1]`` before aggregating (for geometric and
        harmonic means of scales that touch zero); goalposts and references keep their places. Not
        done by default.
    missing
        ``"propagate"`` (default) or ``"available"``: known cells share the weights of the unknown
        (COINr's rule). Never applied unless asked.

    Raises
    ------
    BenchmarkError
        On wrong shapes, unknown or missing names, directions other than +1 and -1, negative or
        all-zero weights, empty groups; later on constant columns. Messages name them.
    """

    @door(BenchmarkError)
    def __init__(
        self,
        data: pd.DataFrame,
        directions: Mapping[str, int] | pd.Series,
        weights: Weights | None = None,
        groups: Mapping[str, str] | pd.Series | None = None,
    ) -> None:
        self.framework: Framework = build_framework(data, directions, weights, groups)

    @classmethod
    @door(BenchmarkError)
    def from_metadata(cls, data: pd.DataFrame, table: pd.DataFrame) -> Composite:
        """Build from a metadata table (:func:`read_metadata`), keeping the indicators it lists."""
        meta = read_metadata(table)
        parents = meta["parent"].dropna().astype(str)
        codes = [code for code in meta.index if code not in set(parents)]
        absent = [code for code in codes if code not in data.columns]
        if absent:
            raise BenchmarkError(f"metadata: no data for {listed(absent)}")
        groups = parents if len(parents) else None
        return cls(data[codes], meta.loc[codes, "direction"], meta["weight"].dropna(), groups)

    @property
    def units(self) -> list[object]:
        """Labels of the units, in order."""
        return list(self.framework.units)

    @property
    def indicators(self) -> list[str]:
        """Codes of the indicators, in order."""
        return list(self.framework.indicators)

    @property
    def coverage(self) -> Coverage:
        """Known cells against the JRC's 65 % rule."""
        return coverage(self._frame(self.framework.table))

    @property
    def effective_weights(self) -> pd.Series:
        """Weight of each indicator in the whole index; sums to one."""
        return pd.Series(
            self.framework.effective_weights(), index=self.framework.indicators, name="weight"
        )

    @door(BenchmarkError)
    def normalised(self, method: str = "minmax", **options: Unpack[Options]) -> pd.DataFrame:
        """Bring indicators to a common scale, more is better; see `normalise.normalise`."""
        return self._frame(self._normalised(method, options))

    @door(BenchmarkError)
    def scores(
        self,
        normalise: str = "minmax",
        aggregate: Aggregate = "arithmetic",
        **options: Unpack[Options],
    ) -> pd.Series:
        """Score of each unit, more is better; NaN where a weighted cell is unknown.

        Parameters
        ----------
        normalise
            One of `NORMALISATIONS`.
        aggregate
            One of `AGGREGATIONS`, or one a level, indicators first. Means go level by level.
            Copeland (majorities won less lost), Borda (weighted units beaten, ties half) and
            Kemeny (units ranked after) given alone compare units on all indicators at once with
            their effective weights, because a majority of group majorities can be a minority of
            the weight; given for one level, they compare the scores of that level.
        **options
            See the class.
        """
        table = self._lifted(normalise, options)
        methods = self._methods(aggregate)
        missing = options.get("missing", "propagate")
        if missing not in ("propagate", "available"):
            raise BenchmarkError(f"missing must be 'propagate' or 'available', not {missing!r}")
        if isinstance(aggregate, str) and aggregate not in ag.MEANS:
            values = self._compare(table, self._ordinal_weights(), aggregate, missing)
        else:
            values = self._climb(table, methods, missing)
        return pd.Series(values, index=self.framework.units, name="score")

    @door(BenchmarkError, decimals=(-15, 15))
    def ranks(
        self,
        normalise: str = "minmax",
        aggregate: Aggregate = "arithmetic",
        *,
        decimals: int | None = None,
        **options: Unpack[Options],
    ) -> pd.Series:
        """Rank of each unit: 1 is best, ties share the smallest rank, unscored units have NaN.

        With `decimals`, scores are rounded first, as publishers do.
        """
        scores = self.scores(normalise, aggregate, **options)
        known = scores.dropna()
        if decimals is not None:
            known = known.round(decimals)
        ranks = pd.Series(ag.ranks(known.to_numpy()), index=known.index, name="rank")
        return ranks if len(known) == len(scores) else ranks.reindex(scores.index)

    @door(BenchmarkError)
    def consensus(self, normalise: str = "none", **options: Unpack[Options]) -> Consensus:
        """Exact Kemeny order, what it contradicts, and whether it is the only one."""
        table = self._normalised(normalise, options)
        gaps = np.isnan(table[:, self.framework.effective_weights() > 0]).any(axis=1)
        if gaps.any():
            names = self.framework.units[np.flatnonzero(gaps)]
            raise BenchmarkError(f"unknown cells for {listed(names)}")
        support = ag.outranking(table, self.framework.effective_weights())
        return kemeny(support, self.framework.units)

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def simulate(
        self,
        n: int = 10_000,
        seed: int = 0,
        choices: Choices | None = None,
        **options: Unpack[Options],
    ) -> Simulation:
        """Monte Carlo over choices, weights and unknown cells; see `uncertainty`."""
        picked = choices or Choices()
        _check_used(options, picked.normalise)
        self._check_draws(picked, n)
        return simulate(
            build_model(self.framework, self._normaliser(options), picked, seed), n, seed
        )

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def uncertainty(
        self,
        n: int = 10_000,
        seed: int = 0,
        choices: Choices | None = None,
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """Rank of each unit over `n` draws: columns ``median``, ``lower``, ``upper`` (5-95 %).

        By default a draw picks a normalisation (min-max, z-score, rank), an aggregation
        (arithmetic, geometric, Copeland), weights within 25 % of those given, no indicator or one
        to drop, and values for unknown cells; see :class:`Choices`.
        """
        return self.simulate(n, seed, choices, **options).intervals()

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def ranking(
        self,
        normalise: str = "minmax",
        aggregate: str = "arithmetic",
        *,
        n: int = 10_000,
        seed: int = 0,
        choices: Choices | None = None,
        **options: Unpack[Options],
    ) -> Ranking:
        """Scores, ranks and rank intervals as one result, to show, draw and save.

        Parameters
        ----------
        normalise, aggregate
            As for :meth:`scores`.
        n, seed, choices
            As for `uncertainty`.
        **options
            See the class.
        """
        return Ranking(
            self.scores(normalise, aggregate, **options),
            self.ranks(normalise, aggregate, **options),
            self.uncertainty(n, seed, choices, **options),
            n,
            (normalise, aggregate),
        )

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def acceptability(
        self,
        n: int = 10_000,
        seed: int = 0,
        choices: Choices | None = None,
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """Share of draws in which each unit has each rank (units x ranks, rows sum to one).

        By default the SMAA acceptability: min-max, arithmetic mean, weights uniform over all
        possible ones at each level.
        """
        picked = choices or Choices.weights_only()
        return self.simulate(n, seed, picked, **options).acceptability()

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def central_weights(self, n: int = 10_000, seed: int = 0) -> pd.DataFrame:
        """Mean weights that put each unit first (SMAA); NaN for a unit never first."""
        return self.simulate(n, seed, Choices.weights_only()).central_weights()

    @door(BenchmarkError)
    def attainable_ranks(
        self,
        normalise: str = "minmax",
        aggregate: str = "arithmetic",
        *,
        near: float | None = None,
        weight_bounds: tuple[float, float] | None = None,
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """Best and worst rank of each unit over all weights, exactly.

        Parameters
        ----------
        normalise, aggregate
            As for :meth:`scores`; aggregation by a mean.
        near
            Keep each effective weight within this share of its given value (0.2: plus or minus
            20 %), instead of all weights.
        weight_bounds
            Keep each effective weight between these two numbers.
        **options
            See the class.

        Returns
        -------
        pandas.DataFrame
            Units x ``best``, ``worst``; ties count for the unit in ``best``, against it in
            ``worst``. An unknown cell may be anything between the worst and the best observed.
        """
        low, high = self._linked(normalise, aggregate, options)
        box = weight_box(self.framework.effective_weights(), near, weight_bounds)
        one = "ask attainable(unit), one unit at a time, or acceptability() over drawn weights"
        check_work([(len(low), "units")] * 3, _MOST_RACES, one, BenchmarkError)
        return attainable_table(low, high, self.framework.units, box)

    @door(BenchmarkError, near=(0, 1))
    def attainable(
        self,
        unit: str,
        normalise: str = "minmax",
        aggregate: str = "arithmetic",
        *,
        near: float | None = None,
        weight_bounds: tuple[float, float] | None = None,
        **options: Unpack[Options],
    ) -> Attainable:
        """Best and worst rank of one unit, with the nearest weights that give them."""
        if unit not in self.framework.units:
            raise unknown(unit, self.framework.units, "unit", BenchmarkError)
        low, high = self._linked(normalise, aggregate, options)
        weights = self.effective_weights
        box = weight_box(weights.to_numpy(), near, weight_bounds)
        return attainable_rank(low, high, self.framework.units, weights, unit, box)

    @door(BenchmarkError)
    def sensitivity(
        self,
        choices: Choices | None = None,
        weight_sets: Mapping[str, Weights | None] | None = None,
        **options: Unpack[Options],
    ) -> Sensitivity:
        """Exact full factorial over discrete choices: which one moves each unit most."""
        picked = choices or Choices()
        sets = weight_sets or {"given": None}
        frame = self._frame(self.framework.table)
        directions = pd.Series(self.framework.directions, self.framework.indicators)
        rows = {
            name: self.framework.effective_weights()
            if given is None
            else build_framework(frame, directions, given).effective_weights()
            for name, given in sets.items()
        }
        _check_used(options, picked.normalise)
        return factorial(build_model(self.framework, self._normaliser(options), picked), rows)

    @door(BenchmarkError, n=(0, 200_000), seed=(0, 2**32 - 1))
    def sobol(
        self,
        n: int = 1024,
        seed: int = 0,
        choices: Choices | None = None,
        **options: Unpack[Options],
    ) -> Sensitivity:
        """Sobol indices of each unit's rank, weights included (grouped factors)."""
        picked = choices or Choices()
        _check_used(options, picked.normalise)
        self._check_draws(picked, 8 * n)  # of each factor a sample, and two more
        return sobol(build_model(self.framework, self._normaliser(options), picked, seed), n, seed)

    @door(BenchmarkError)
    def contributions(
        self,
        normalise: str = "minmax",
        aggregate: str = "arithmetic",
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """Part of each indicator in each score; rows sum to f(score), f of the mean used.

        For the arithmetic mean rows sum to the score; for the geometric one to its logarithm, for
        the harmonic one to minus its inverse. Unknown cells stay unknown.
        """
        if aggregate not in ag.MEANS:
            raise BenchmarkError(f"aggregate={aggregate!r} has no parts; use {listed(ag.MEANS)}")
        table = self._lifted(normalise, options)
        ag.refuse_negative(table, aggregate, self.framework.units, self.framework.indicators)
        return self._frame(ag.link(aggregate)(table) * self.framework.effective_weights())

    def _check_draws(self, choices: Choices, draws: int) -> None:
        if not set(choices.aggregate) <= set(ag.MEANS):
            check_draws(len(self.framework.units), draws)

    def _frame(self, values: FloatArray) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.framework.units, columns=self.framework.indicators)

    def _normalised(
        self, method: str, options: Options, values: FloatArray | None = None
    ) -> FloatArray:
        if values is None:
            _check_used(options, (method,))
        return normalise(
            self.framework if values is None else replace(self.framework, table=values),
            method,
            goalposts=options.get("goalposts"),
            reference=options.get("reference"),
            bounds=options.get("bounds", (0.0, 1.0)),
        )

    def _lifted(self, method: str, options: Options) -> FloatArray:
        table = self._normalised(method, options)
        floor = options.get("floor")
        if floor is None:
            return table
        return lifted(table, floor) if method in FIXED else positive(table, floor)

    def _normaliser(self, options: Options) -> Normaliser:
        """Return the function that normalises completed values with these options."""
        return lambda values, method: self._normalised(method, options, values)

    def _methods(self, aggregate: Aggregate) -> list[str]:
        steps = len(self.framework.levels)
        methods = [aggregate] * steps if isinstance(aggregate, str) else list(aggregate)
        for method in methods:
            if method not in ag.AGGREGATIONS:
                raise unknown(method, ag.AGGREGATIONS, "aggregation", BenchmarkError)
        if len(methods) != steps:
            raise BenchmarkError(
                f"aggregate names {len(methods)} methods for {steps} levels: "
                f"{listed('indicators' if not at else f'groups {at}' for at in range(steps))}"
            )
        return methods

    def _climb(self, table: FloatArray, methods: Sequence[str], missing: str) -> FloatArray:
        for level, method in zip(self.framework.levels, methods, strict=True):
            ag.refuse_negative(table, method, self.framework.units, level.names)
            columns = []
            for parent in range(int(level.parents.max()) + 1):
                held = level.parents == parent
                part, weights = table[:, held], level.weights[held]
                if method in ag.MEANS:
                    columns.append(ag.mean(part, weights, method, missing=missing))
                else:
                    columns.append(self._compare(part, weights, method, missing))
            table = np.column_stack(columns)
        return np.asarray(table[:, 0])

    def _compare(
        self, table: FloatArray, weights: FloatArray, method: str, missing: str
    ) -> FloatArray:
        unknown = np.isnan(table[:, weights > 0])
        out = unknown.any(axis=1) if missing == "propagate" else unknown.all(axis=1)
        rows = np.flatnonzero(~out)
        scores = np.full(len(table), np.nan)
        support = ag.outranking(table[rows], weights)
        if method == "copeland":
            scores[rows] = ag.copeland(support)
        elif method == "borda":
            scores[rows] = ag.borda(support, float(weights.sum()))
        else:
            found = kemeny(support, self.framework.units[rows], check_unique=False)
            scores[rows] = len(rows) - found.ranks.to_numpy()
        return scores

    def _ordinal_weights(self) -> FloatArray:
        """Effective weights on the scale of the given ones, so that a Borda count is a count."""
        return self.framework.effective_weights() * float(self.framework.levels[0].weights.sum())

    def _linked(
        self, method: str, aggregate: str, options: Options
    ) -> tuple[FloatArray, FloatArray]:
        """Lower and upper f-images of normalised cells, whose weighted mean ranks the units."""
        if aggregate not in ag.MEANS:
            raise BenchmarkError(
                f"attainable ranks need aggregate in {listed(ag.MEANS)}, not {aggregate!r}"
            )
        table = self._lifted(method, options)
        unknown = np.isnan(table)
        if unknown.any() and method not in ("none", "minmax", "goalposts", "reference"):
            row, column = np.argwhere(unknown)[0]
            raise BenchmarkError(
                f"normalise={method!r} moves with unknown cells ({self.indicators[column]!r} of "
                f"{self.units[row]!r}...): use minmax, goalposts, reference or none"
            )
        if aggregate != "arithmetic" and (table <= 0).any():
            raise BenchmarkError(
                f"aggregate={aggregate!r} needs values above zero here; give floor=0.01"
            )
        low = np.where(unknown, np.nanmin(table, axis=0), table)
        high = np.where(unknown, np.nanmax(table, axis=0), table)
        return ag.link(aggregate)(low), ag.link(aggregate)(high)


_GOES_WITH = {"goalposts": "goalposts", "reference": "reference", "bounds": "minmax"}


def _check_used(options: Options, methods: Sequence[str]) -> None:
    """Refuse an option of a normalisation that is not asked for: it would change nothing."""
    for name, method in _GOES_WITH.items():
        if options.get(name) is not None and method not in methods:
            raise BenchmarkError(
                f"{name} goes with normalise={method!r}, not with {listed(methods)}"
            )
