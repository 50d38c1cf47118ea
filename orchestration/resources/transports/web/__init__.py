"""HTTPS pulls: lists in pages, and reports that are asked for.

They only pull: nothing is delivered this way.
"""
