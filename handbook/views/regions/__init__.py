"""Series of several territories: choose them, an indicator and a measure."""
