"""Amazon's report of FBA customer returns: one line per returned unit.

Tab separated, one header line. The report is of goods that came back and were
looked at, so every line is an inspected return. Its number is the order's, its
line the licence plate of the unit, or SKU and moment where there is none.
``detailed-disposition`` says what was found; a word that is not known is refused,
not guessed. Moments are ISO 8601, ``2026-03-06 08:52:26 UTC`` or
``06.03.2026 08:52:26 UTC``; a day alone is its first moment in the profile's zone.
The node is the fulfilment centre, or what option ``fba_node_ref`` calls all of them.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import RETURNS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import amazon
from transforms.feeds.reading.accounts import settle
from transforms.feeds.reading.cells import (
    Rule,
    instant,
    one_of,
    quantity,
    required,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import TAB
from transforms.feeds.reading.rows import filled_out
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = RETURNS

_REQUIRED = ("return-date", "order-id", "sku", "quantity")
_OPTIONAL = (
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "license-plate-number",
    "customer-comments",
)
_IGNORED = ("asin", "fnsku", "product-name", "status")
_DISPOSITIONS = {
    "SELLABLE": "SELLABLE",
    "DAMAGED": "DAMAGED",
    "CUSTOMER_DAMAGED": "DAMAGED",
    "CARRIER_DAMAGED": "DAMAGED",
    "WAREHOUSE_DAMAGED": "DAMAGED",
    "DISTRIBUTOR_DAMAGED": "DAMAGED",
    "DEFECTIVE": "DEFECTIVE",
    "EXPIRED": "EXPIRED",
    "UNSELLABLE": "OTHER",
}


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        *required(*_REQUIRED),
        instant("return-date"),
        quantity("quantity", minimum=1),
        one_of("detailed-disposition", *_DISPOSITIONS),
    )


def _as_returns(good: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    one_node = profile.options.get("fba_node_ref")
    moment = pl.concat_str("sku", "return-date", separator="@")
    said: dict[str, pl.Expr] = {
        "return_ref": pl.col("order-id"),
        "line_ref": pl.coalesce("license-plate-number", moment),
        "order_ref": pl.col("order-id"),
        "sku_ref": pl.col("sku"),
        "qty": pl.col("quantity"),
        "status_code": pl.lit("INSPECTED"),
        "reason_code": pl.col("reason"),
        "disposition_code": pl.col("detailed-disposition").replace_strict(
            _DISPOSITIONS, return_dtype=pl.String
        ),
        "node_ref": pl.lit(one_node) if one_node else pl.col("fulfillment-center-id"),
        "returned_on": pl.col("return-date"),
        "note": pl.col("customer-comments"),
    }
    return filled_out(good, said, DOCUMENT)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a returns report; never raises. Names in rejects are Amazon's."""
    read = read_delimited(payload, profile, TAB, _REQUIRED, _OPTIONAL, _IGNORED)
    cells = amazon.instants(read.cells, ["return-date"], profile)
    rules = [*rewritten(read, "order-id", "sku"), *_rules()]
    good, problems = judge_spelled(cells, rules, profile)
    good, cards = refuse_cards(good, ["customer-comments"])
    return settle(
        read, _as_returns(good, profile), pl.concat([problems, cards]), DOCUMENT
    )
