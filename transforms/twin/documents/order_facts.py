"""Order lines with everything a channel's document says of them.

Joins what is sold, who bought it and how much is off. Not here: any format.
"""

from __future__ import annotations

import polars as pl

from transforms.twin.draws import drawn

EXPEDITED_PERCENT = 12
AUTHORIZED_PERCENT = 5
COMPLETE_PERCENT = 10


def state_facts(
    lines: pl.DataFrame, catalogue: pl.DataFrame, people: pl.DataFrame, seed: int
) -> pl.DataFrame:
    """Lines with product, person, unit price and discounts.

    A unit price is rounded up to the cent; ``rounding_minor`` is what that adds
    to the line, given back as one more discount, so totals add up exactly:

        qty x price - rounding = gross;   net = gross - three discounts

    Returns:
        The lines in their order with ``sku, product_name, grams``, the person's
        columns, ``price_minor, rounding_minor, discount_minor`` (all four),
        ``is_expedited, is_authorized, is_ship_complete``.
    """
    named = catalogue.select("product_id", "sku", "product_name", "grams")
    price = (pl.col("gross_minor") + pl.col("qty") - 1) // pl.col("qty")
    rounding = pl.col("price_minor") * pl.col("qty") - pl.col("gross_minor")
    off = pl.sum_horizontal("retail_minor", "coupon_minor", "match_minor")
    facts = lines.join(named, on="product_id", how="left", maintain_order="left")
    facts = facts.join(people, on="household_id", how="left", maintain_order="left")
    return (
        facts.with_columns(price_minor=price)
        .with_columns(rounding_minor=rounding)
        .with_columns(
            discount_minor=off + pl.col("rounding_minor"),
            is_expedited=drawn("basket_id", seed, "expedited", 100) < EXPEDITED_PERCENT,
            is_ship_complete=drawn("basket_id", seed, "complete", 100)
            < COMPLETE_PERCENT,
            is_authorized=drawn("basket_id", seed, "payment", 100) < AUTHORIZED_PERCENT,
        )
    )
