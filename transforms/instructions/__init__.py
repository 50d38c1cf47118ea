"""One file per outbound format: ``DOCUMENT`` and ``render(frame, Envelope)``.

Not here: who receives what, control numbers, delivery.
"""
