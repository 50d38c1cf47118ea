"""Many transaction sets in columns: cut, checked against a map, read by formats.

One pass for all sets of a file: what a cell by cell reader would do a million
times is a few operations on arrays here. Not here: envelopes, and what a set
means to us.
"""
