"""What care costs and brings in: pure models, values in and frozen results out.

`centre` keeps the accounts of a primary care centre; `prevention` counts what a prevention
consultation for everyone asks; `ranges` draws a model's inputs from their ranges and says which of
them decide.
"""
