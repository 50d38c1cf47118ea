"""Decisions: beliefs, state and choices; one asset a file, three verbs each."""
