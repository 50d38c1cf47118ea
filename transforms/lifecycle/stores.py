"""Eaches that are sent to a store, at which their customer fetches them."""

from __future__ import annotations

import polars as pl

ARRIVED = "ARRIVED_AT_STORE"


def at_their_store(events: pl.DataFrame) -> pl.DataFrame:
    """Events, of which what a carrier delivered to a store waits there (ARRIVED).

    The customer has it when the store says so (COLLECTED).

    Args:
        events: with ``event_type`` and the ``to_store_id`` of their line, which is
            dropped.
    """
    store = events["to_store_id"]
    if store.null_count() == len(store):
        return events.drop("to_store_id")
    is_there = (pl.col("event_type") == "DELIVERED") & pl.col(
        "to_store_id"
    ).is_not_null()
    kind = pl.when(is_there).then(pl.lit(ARRIVED)).otherwise("event_type")
    return events.with_columns(event_type=kind).drop("to_store_id")
