"""Figures that people see, each with the rows, files and lines that make it up.

One file per kind of figure; ``figures.py`` has them all, ``lineage.py`` traces.
"""
