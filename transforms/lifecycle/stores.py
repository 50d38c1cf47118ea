"""Eaches that are sent to a store, at which their customer fetches them."""

from __future__ import annotations

import polars as pl

ARRIVED, LEFT_AT_STORE = "ARRIVED_AT_STORE", "LEFT_AT_STORE"


def at_their_store(events: pl.DataFrame) -> pl.DataFrame:
    """Events, of which what a carrier delivered to a store waits there (ARRIVED).

    The customer has it when the store says so (COLLECTED). What another node sent
    there and nobody came for (NOT_COLLECTED) is left at the store (LEFT_AT_STORE),
    whichever node says so.

    Args:
        events: with ``event_type, node_id, promise_node_id`` and the ``to_store_id``
            of their line, which is dropped.
    """
    store = events["to_store_id"]
    if store.null_count() == len(store):
        return events.drop("to_store_id")
    kind, goes_to = pl.col("event_type"), pl.col("to_store_id")
    is_there = (kind == "DELIVERED") & goes_to.is_not_null()
    is_sent = pl.col("promise_node_id") != goes_to
    is_left = ((kind == "NOT_COLLECTED") & is_sent).fill_null(value=False)
    told = (
        pl.when(is_there)
        .then(pl.lit(ARRIVED))
        .when(is_left)
        .then(pl.lit(LEFT_AT_STORE))
        .otherwise(kind)
    )
    place = pl.when(is_left).then(goes_to).otherwise("node_id")
    return events.with_columns(event_type=told, node_id=place).drop("to_store_id")
