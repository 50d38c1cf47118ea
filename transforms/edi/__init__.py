"""X12 in and out: tokens, envelopes, maps, control numbers, acknowledgements.

Not here: what a document means to us; ``transforms.feeds`` and
``transforms.instructions`` know that.
"""
