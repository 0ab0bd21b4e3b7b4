"""One territory at a time: its figures, its rank, its peers, its forecast, what is unknown."""
