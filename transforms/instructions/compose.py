"""Compose shipping orders: what a format renders, from what was released.

Persons and addresses are still the vault's tokens here; orchestration reveals
them at the moment a file is written.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.services import PICK_UP, SHIP_TO_STORE
from transforms.contracts.table import conform

DEFAULT_COUNTRY = "US"
UNKNOWN_GRAMS = 1
"""Weight told for a product whose row is missing: a format needs one."""
PLACE = (
    *("ship_to_street", "ship_to_street2", "ship_to_city", "ship_to_postal_code"),
    "region_code",
)
"""Where a recipient lives: of no use to a store at which the order is fetched."""


def compose(
    fulfilment_orders: pl.DataFrame,
    instruction_lines: pl.DataFrame,
    orders: pl.DataFrame,
    products: pl.DataFrame,
    replaced: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """SHIPPING_ORDERS for the given fulfilment orders, sorted by its key.

    Of who fetches an order its store is told the name and the phone, not where the
    customer lives.

    Args:
        fulfilment_orders: FULFILMENT_ORDERS to be sent.
        instruction_lines: their INSTRUCTION_LINES; others are left out.
        orders: FCT_ORDERS of the orders.
        products: DIM_PRODUCTS of the SKUs.
        replaced: instruction → control number of the file that said it before.

    Raises:
        ContractError: an order is missing or a line repeats.
    """
    header = fulfilment_orders.select(
        *("instruction_id", "node_id", "order_id", "ship_by_date", "service_code"),
        "wave_ref",
        replaces_ref=pl.col("instruction_id").replace_strict(
            replaced or {}, default=None, return_dtype=pl.String
        ),
    )
    lines = instruction_lines.select(
        "instruction_id", "instruction_line_ref", "sku_id", "qty", "lot_ref"
    )
    rows = (
        header.join(lines, on="instruction_id", how="inner")
        .join(_destinations(orders), on="order_id", how="left")
        .join(
            products.select("sku_id", "product_name", "grams"), on="sku_id", how="left"
        )
        .with_columns(
            pl.col("product_name").fill_null(pl.col("sku_id")),
            pl.col("grams").fill_null(UNKNOWN_GRAMS),
            pl.when(pl.col("service_code") != PICK_UP).then(pl.col(PLACE)).name.keep(),
            to_store_id=pl.when(pl.col("service_code") != PICK_UP).then("to_store_id"),
        )
    )
    return conform(rows, SHIPPING_ORDERS)


def _destinations(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        "order_id",
        "order_name",
        "ordered_at",
        "ship_to_name",
        "ship_to_street",
        "ship_to_street2",
        "ship_to_city",
        "ship_to_postal_code",
        "region_code",
        pl.col("country_code").fill_null(DEFAULT_COUNTRY),
        "ship_to_phone",
        to_store_id=pl.when(service_code=SHIP_TO_STORE).then("node_id"),
    )
