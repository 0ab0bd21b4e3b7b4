"""Time the search for consistent scenarios on random matrices; run as a script.

Matrices have zero-sum judgement groups of scores between -3 and 3 and three states a descriptor;
density is the share of descriptor pairs that influence each other. Peak memory includes Python.
"""

import resource
import sys
import time

import numpy as np

from handbook.scenarios import CrossImpactMatrix


def random_matrix(descriptors: int, density: float, seed: int) -> CrossImpactMatrix:
    """Matrix with zero-sum groups, as experts fill them."""
    draw = np.random.default_rng(seed)
    triples = [(a, b, -a - b) for a in range(-3, 4) for b in range(-3, 4) if abs(a + b) <= 3]
    scores = np.array(triples)[draw.integers(len(triples), size=(descriptors, 3, descriptors))]
    bound = draw.random((descriptors, descriptors)) < density
    np.fill_diagonal(bound, val=False)
    scores *= bound[:, None, :, None]
    names = {f"D{i}": ["a", "b", "c"] for i in range(descriptors)}
    return CrossImpactMatrix(names, scores.reshape(3 * descriptors, 3 * descriptors))


def main(sizes: list[int]) -> None:
    """Print the times of 3 seeds and 2 densities for each size."""
    print("size  combinations  density seed  scenarios   seconds  peak MB")
    for size in sizes:
        for density in (0.5, 1.0):
            for seed in (11, 12, 13):
                matrix = random_matrix(size, density, seed)
                start = time.perf_counter()
                found = len(matrix.consistent_scenarios())
                seconds = time.perf_counter() - start
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(
                    f"{size:2d}x3 {matrix.size:13,d} {density:8.1f} {seed:4d} {found:10d} "
                    f"{seconds:9.4f} {peak:8.0f}"
                )


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [6, 10, 13, 15, 20])
