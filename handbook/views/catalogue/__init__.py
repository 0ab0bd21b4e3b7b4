"""A catalogue to search, filter and take away."""
