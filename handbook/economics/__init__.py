"""What care costs and brings in: pure models, values in and frozen results out.

`centre` keeps the accounts of a primary care centre; `ranges` draws a model's inputs from their
ranges and says which of them decide.
"""
