"""A future the reader chooses: hypotheses, levers, and what would follow."""
