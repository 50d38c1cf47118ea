"""What is broken on purpose, and the list of it.

Not here: the faults of fulfilment (``warehouses``).
"""
