"""Economics of care: what a structure earns and spends, what a promise costs."""
