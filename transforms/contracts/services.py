"""Services that are no carrier's: how an order comes to its customer otherwise."""

from __future__ import annotations

PICK_UP = "PICK_UP"
"""The customer fetches the order at a store: no carrier takes it."""
SHIP_TO_STORE = "SHIP_TO_STORE"
"""Any node sends the order to a store, at which the customer fetches it."""
FETCHED = (PICK_UP, SHIP_TO_STORE)
"""Services of orders whose customers come for them."""
