"""scipy's integer programmes without the stray line HiGHS 1.12 writes.

HiGHS 1.12 prints a debugging line straight to the process's standard output, whatever its options
(ERGO-Code/HiGHS issue 2783); in a notebook it would land in whichever cell runs when C flushes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import scipy


def quiet_milp(
    cost: npt.NDArray[np.float64],
    *,
    integrality: npt.NDArray[np.int64],
    bounds: scipy.optimize.Bounds,
    constraints: Sequence[scipy.optimize.LinearConstraint],
    presolve: bool = True,
) -> scipy.optimize.OptimizeResult:
    """Solve like :func:`scipy.optimize.milp`, with the C library's standard output closed."""
    with _silent_standard_output():
        return scipy.optimize.milp(
            cost,
            integrality=integrality,
            bounds=bounds,
            constraints=list(constraints),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )


@contextlib.contextmanager
def _silent_standard_output() -> Iterator[None]:
    try:
        flush = ctypes.CDLL(None).fflush
        saved = os.dup(1)
    except (OSError, TypeError, AttributeError):  # no C library by that name, or no descriptor 1
        yield
        return
    flush(None)
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    try:
        yield
    finally:
        flush(None)
        os.dup2(saved, 1)
        os.close(saved)
        os.close(sink)
