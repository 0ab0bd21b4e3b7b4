"""What each chapter shows: the analyses' results in, finished pictures, tables and views out.

One module a chapter. A notebook computes and calls; the French titles, alternative texts and
sources of what it displays are written here, from the results, so that they follow the data.
"""
