"""What warehouses do: fulfil, refuse, count, confirm what nobody asked for.

Not here: their files' formats (``documents``).
"""
