"""One file per inbound format: ``DOCUMENT`` and ``parse(bytes, Profile)``.

Not here: who sends what; partners are orchestration's business.
"""
