"""Services that are no carrier's: how an order comes to its customer otherwise."""

from __future__ import annotations

PICK_UP = "PICK_UP"
"""The customer fetches the order at a store: no carrier takes it."""
