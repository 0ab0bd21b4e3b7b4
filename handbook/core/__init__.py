"""What every room may use: French numbers and dates, ranges and their sensitivity, errors."""
