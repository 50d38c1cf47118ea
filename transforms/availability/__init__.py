"""What may be promised: the ATP waterfall, its curve over time, supply lost.

Not here: who gets it (``transforms.allocation``).
"""
