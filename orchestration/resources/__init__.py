"""What assets and commands hold on to: lake, landing, vault, outbox, clock.

Plain objects without Dagster, so that commands start fast; ``house.py`` opens
them together and ``defs/shared`` hands them to Dagster.
"""
