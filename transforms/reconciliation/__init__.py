"""Who says what, and which of it we believe: stock, shipments, exceptions.

Not here: the postings that follow from a belief (``transforms.ledger``).
"""
