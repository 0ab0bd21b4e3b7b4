"""A centre's account: move its inputs, see what balances it."""
