"""The directories as data: which segments, composites and elements there are.

Tables and their notation only. Not here: checking messages with them (``maps``).
"""
