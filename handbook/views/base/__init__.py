"""What every view shares, in Python and in JavaScript."""
