"""Kits that lay packed beforehand, as the books see them leave: as the kit's SKU.

The shelf loses the kit, not its components; what becomes of it afterwards is of the
components, until it is left at a store as the kit that it is. Both meet in the account
KITTING, so that eaches of each SKU sum to zero.
"""

from __future__ import annotations

import polars as pl

KITTING = "KITTING"
LEAVING = ("SHIPPED", "COLLECTED")
"""Events with which a packed kit leaves the shelf as what it is."""
COMING = "LEFT_AT_STORE"
"""The event with which it comes to a shelf as what it is."""


def of_packed() -> pl.Expr:
    """Whether an event of ``Folded.events`` is of eaches in packed kits."""
    is_own = pl.col("sku_id").is_null() | (pl.col("sku_id") == pl.col("line_sku_id"))
    told = pl.col("packed_in").is_not_null() & pl.col("event_type").is_in(
        [*LEAVING, COMING]
    )
    return (told & is_own).fill_null(value=False)


def goods(events: pl.DataFrame) -> pl.DataFrame:
    """Events without those that only close what a packed kit's substitute stands for.

    They name the kit where its component was asked for; what left instead is told of
    by another event of the line that stands for the kit.
    """
    is_closing = pl.col("sku_id") == pl.col("packed_in")
    return events.filter(~is_closing.fill_null(value=False))


def as_kits(events: pl.DataFrame) -> pl.DataFrame:
    """Events about components of packed kits as one each about the kits themselves.

    Args:
        events: with ``packed_in, per_kit``, see ``lifecycle.packed``; of others none.
    """
    of_kits = events.filter(
        pl.col("packed_in").is_not_null(), pl.col("per_kit").is_not_null()
    )
    return of_kits.with_columns(
        sku_id="packed_in", qty=pl.col("qty") // pl.col("per_kit")
    )
