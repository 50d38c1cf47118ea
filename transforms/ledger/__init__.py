"""Double entry for units and for promises, and the proof that it adds up.

Balances are sums of postings and nothing else; postings are only ever
appended. Not here: which snapshot is believed (``transforms.reconciliation``).
"""
