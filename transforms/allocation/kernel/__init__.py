"""The allocation problem alone: orders, stock, nodes and money, as arrays.

Solved at least cost with a proven bound (``best``) or nearest first (``fast``),
and certified by code that shares nothing with the solver. It knows no day, no
policy and no lake: whoever has a problem in the exchange format can call it.
"""
