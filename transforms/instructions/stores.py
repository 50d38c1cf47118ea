"""Parcels that go to a store, at which their customer fetches them."""

from __future__ import annotations

import polars as pl

FOR = "for "
"""Before the name of whose order it is, in the second line of the address."""


def at_their_store(orders: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """SHIPPING_ORDERS with the store as recipient of what is sent to one.

    The carrier brings it to the store, under the name of whose order it is (or its
    number, where no name is known), and needs neither the customer's address nor
    the customer's phone.

    Args:
        orders: SHIPPING_ORDERS, ship-to in clear.
        nodes: DIM_NODES.
    """
    stores = nodes.select(
        to_store_id="node_id",
        store_name="node_name",
        store_street="street",
        store_city="city",
        store_postal_code="postal_code",
        store_country="country_code",
    )
    joined = orders.join(stores, on="to_store_id", how="left", maintain_order="left")
    told = {
        "ship_to_name": pl.coalesce("store_name", "to_store_id"),
        "ship_to_street": pl.col("store_street"),
        "ship_to_street2": FOR + pl.coalesce("ship_to_name", "order_name"),
        "ship_to_city": pl.col("store_city"),
        "ship_to_postal_code": pl.col("store_postal_code"),
        "country_code": pl.coalesce("store_country", "country_code"),
        "ship_to_phone": pl.lit(None, pl.String),
    }
    is_sent = pl.col("to_store_id").is_not_null()
    return joined.with_columns(
        pl.when(is_sent).then(of_store).otherwise(name).alias(name)
        for name, of_store in told.items()
    ).select(orders.columns)
