"""A benchmark: weights and methods in, rank intervals out."""
