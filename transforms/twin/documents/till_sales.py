"""The tills' documents: a CSV of what eight stores sold, local times.

Goods leave the shelf at the till. Not here: the stores' shipping of web orders.
"""

from __future__ import annotations

import polars as pl

from transforms.twin.documents.spelling import money, quoted, wall
from transforms.twin.draws import drawn

PATTERN = "sales_{}.csv"
COLUMNS = (
    "store_id", "till_id", "receipt_no", "line_no", "sold_at", "sku", "description",
    "quantity", "unit_price", "line_amount", "retail_discount", "coupon_discount",
    "coupon_match_discount", "tax", "tender",
)  # fmt: skip
HEADER = ",".join(COLUMNS)
_TILLS = 6
_CARD_PERCENT = 64


def pos_lines(facts: pl.DataFrame, zone: str, seed: int) -> pl.DataFrame:
    """Till lines as CSV text.

    Args:
        facts: ``state_facts`` of till sales.
        zone: zone of ``sold_at``, which carries no offset.
        seed: decides till and tender.

    Returns:
        One row per line, in order: ``order_ref, received_at, file_stamp, text``.
    """
    tender = pl.when(drawn("basket_id", seed, "tender", 100) < _CARD_PERCENT)
    cells = {
        "store_id": pl.col("till_store"),
        "till_id": drawn("basket_id", seed, "till", _TILLS) + 1,
        "receipt_no": pl.col("order_ref").str.split("-").list.last(),
        "line_no": pl.col("line_no"),
        "sold_at": wall("ordered_at", zone, "%Y-%m-%dT%H:%M:%S"),
        "sku": pl.col("sku"),
        "description": quoted("product_name"),
        "quantity": pl.col("qty"),
        "unit_price": money("price_minor"),
        "line_amount": money("gross_minor"),
        "retail_discount": money("retail_minor"),
        "coupon_discount": money("coupon_minor"),
        "coupon_match_discount": money("match_minor"),
        "tax": money("tax_minor"),
        "tender": tender.then(pl.lit("CARD")).otherwise(pl.lit("CASH")),
    }
    text = pl.concat_str(
        [cells[name].cast(pl.String) for name in COLUMNS], separator=","
    )
    return facts.select("order_ref", "received_at", "file_stamp", text.alias("text"))
