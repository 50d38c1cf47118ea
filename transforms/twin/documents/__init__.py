"""What the partners' files look like, written and read by the twin's own hand.

Not here: what they tell (``founding``, ``warehouses``).
"""
