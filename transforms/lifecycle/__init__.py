"""The fold: events of a line → its quantity buckets, verdicts and moves.

The transition table is data and comes in as a frame. Not here: postings
(``transforms.ledger``), which events exist (gold), what to do next.
"""
