"""Simulated channels, warehouses and suppliers: an independent implementation.

The twin knows the truth of the demo company: what customers will order, what
really lies on the shelves, what it broke on purpose. It speaks to the rest
only in files, reads only files, and imports only ``contracts`` and ``edi``.
Production never imports it.
"""
