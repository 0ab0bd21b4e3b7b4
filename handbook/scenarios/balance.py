"""Numbering of states and scenarios, and impact balances of many scenarios at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """Where the states of each descriptor stand among the rows of a cross-impact matrix.

    Attributes
    ----------
    sizes : tuple of int
        Number of states of each descriptor.
    offsets : tuple of int
        Row of the first state of each descriptor.
    """

    sizes: tuple[int, ...]
    offsets: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Place the blocks one after the other."""
        offsets = [sum(self.sizes[:i]) for i in range(len(self.sizes))]
        object.__setattr__(self, "offsets", tuple(offsets))

    def block(self, j: int) -> slice:
        """Rows of descriptor `j`."""
        return slice(self.offsets[j], self.offsets[j] + self.sizes[j])


def score_type(scores: IntArray, extra: int = 0) -> type[np.signedinteger]:
    """Smallest integer type in which no sum or difference of balances overflows."""
    largest = int(np.abs(scores).max(axis=0, initial=0).sum()) if scores.size else 0
    return np.int16 if 4 * largest + extra < np.iinfo(np.int16).max else np.int64


def product_codes(
    choices: Sequence[Sequence[int]], start: int = 0, stop: int | None = None
) -> IntArray:
    """List combinations ``start`` to ``stop`` of the given choices, last one varying fastest.

    Returns
    -------
    array of int16, shape (stop - start, len(choices))
    """
    total = prod(len(c) for c in choices)
    index = np.arange(start, total if stop is None else min(stop, total))
    codes = np.empty((len(index), len(choices)), dtype=np.int16)
    for j in range(len(choices) - 1, -1, -1):
        index, digit = np.divmod(index, len(choices[j]))
        codes[:, j] = np.asarray(choices[j], dtype=np.int16)[digit]
    return codes


def balances(scores: IntArray, layout: Layout, codes: IntArray) -> IntArray:
    """Impact balance of every state in each scenario.

    Returns
    -------
    array, shape (scenarios, states)
    """
    total = np.zeros((len(codes), scores.shape[1]), dtype=scores.dtype)
    for i, offset in enumerate(layout.offsets):
        total += scores[offset + codes[:, i].astype(np.intp)]
    return total


def lead(balance: IntArray, layout: Layout, codes: IntArray, j: int) -> IntArray:
    """Lead of the state of descriptor `j` over its best rival, shape (scenarios,)."""
    rows = np.arange(len(codes))
    own_block = balance[:, layout.block(j)].copy()
    own = own_block[rows, codes[:, j]]
    own_block[rows, codes[:, j]] = np.iinfo(balance.dtype).min
    rival: IntArray = own_block[:, 0]
    for column in own_block.T[1:]:  # quicker than a maximum along so short an axis
        rival = np.maximum(rival, column)
    return own - rival


def advantages(balance: IntArray, layout: Layout, codes: IntArray) -> IntArray:
    """Lead of each descriptor's state over its best rival, negative when a rival leads.

    Returns
    -------
    array, shape (scenarios, descriptors)
        The largest integer of the type where a descriptor has a single state.
    """
    leads = np.full(codes.shape, np.iinfo(balance.dtype).max, dtype=balance.dtype)
    for j, size in enumerate(layout.sizes):
        if size > 1:
            leads[:, j] = lead(balance, layout, codes, j)
    return leads
