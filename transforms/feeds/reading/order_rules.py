"""Order lines in the document's own columns: what they may say, and the end.

For formats whose rows are already called as ``ORDERS`` calls them: plain CSV,
mapped columns, the phone-order form. Not here: how the columns got their names.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Profile
from transforms.contracts.services import FETCHED
from transforms.feeds.reading.accounts import (
    keep_orders_whole,
    reference_columns,
    required_columns,
)
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    date,
    instant,
    named_unit,
    one_of,
    quantity,
    required,
    spelled,
    unit_amount,
    unit_code,
)
from transforms.feeds.reading.delimited import Delimited
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.mapping import Form
from transforms.feeds.reading.repeats import judge_repeats
from transforms.feeds.reading.spelling import judge_spelled, rewritten

CLOSED = {
    "action": ("create", "update", "cancel"),
    "service_code": ("STANDARD", "EXPEDITED", *FETCHED, "NONE"),
    "is_ship_complete": ("true", "false"),
    "payment_status": ("paid", "authorized", "pending", "terms", "tender"),
}
"""The closed lists of ``ORDERS``."""

FREE_TEXT = (
    "customer_name",
    "ship_to_name",
    "ship_to_street",
    "ship_to_street2",
    "ship_to_city",
    "tags",
    "note",
    "line_note",
    "keep_together",
)
"""Columns that people write into."""

_OF_A_LINE = (
    "line_ref",
    "sku_ref",
    "product_name",
    "qty",
    "uom_code",
    "shipped_qty",
    "unit_amount",
    "line_amount",
    "discount_amount",
    "tax_amount",
    "line_note",
    "keep_together",
)
_AMOUNTS = ("line_amount", "discount_amount", "tax_amount", "order_amount")
_INSTANTS = ("ordered_at", "updated_at", "cancelled_at")
_DATES = ("ship_on", "deliver_on")


def _names_no_store() -> pl.Expr:
    is_fetched = pl.col("service_code").is_in(FETCHED)
    return is_fetched & pl.col("node_ref").is_null()


@cache
def order_rules() -> tuple[Rule, ...]:
    """What the cells of an order line may say, besides being there."""
    return (
        *(one_of(name, *values) for name, values in CLOSED.items()),
        Rule(
            *(
                "node_ref",
                "MISSING_VALUE",
                _names_no_store(),
                "store where it is fetched",
            ),
            is_about_missing=True,
        ),
        quantity("qty", minimum=1),
        quantity("shipped_qty", minimum=0),
        unit_code(),
        spelled("currency_code", "[A-Z]{3}", "USD"),
        *(amount(name, pl.col("currency_code")) for name in _AMOUNTS),
        *map(instant, _INSTANTS),
        *map(date, _DATES),
        spelled("ship_to_country", "[A-Z]{2}", "US"),
    )


def order_form(profile: Profile, name: str) -> Form:
    """What a mapping may fill of an order, and what stands where none does.

    Args:
        profile: its currency is the usual one.
        name: of the format.
    """
    filled = {
        "format": pl.lit(name),
        "action": pl.lit("create"),
        "order_name": pl.col("order_ref"),
        "line_ref": lines_by_sku("order_ref", "sku_ref"),
        "updated_at": pl.lit(None, pl.String),
        "currency_code": pl.lit(profile.currency_code),
        "discount_amount": pl.lit("0"),
        "tax_amount": pl.lit("0"),
        "service_code": pl.lit("STANDARD"),
        "is_ship_complete": pl.lit("false"),
    }
    return Form(
        ORDERS,
        filled,
        ["unit_amount"],
        {"line_amount": "unit_amount"},
        CLOSED,
        group="order_ref",
        single=_OF_A_LINE,
    )


def judge_orders(
    read: Delimited, profile: Profile, *, is_free: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the lines of sound orders from those of broken ones.

    An order that names no moment of its last change has not changed since it
    was placed.

    Args:
        read: cells in the columns of ``ORDERS``.
        profile: options of ``spelling``.
        is_free: whether times without an offset are read, as local, and a line
            without an amount costs its quantity times ``unit_amount``.

    Returns:
        (lines of whole orders, ``rejects.PROBLEM`` of the others).
    """
    # What is worked out from others is missing where those are wrong.
    last = ["updated_at", *(["line_ref", "line_amount"] if is_free else [])]
    first = [name for name in required_columns(ORDERS) if name not in last]
    rules = [
        *required(*first),
        *rewritten(read, *reference_columns(ORDERS)),
        *([unit_amount("unit_amount")] if is_free else []),
        *order_rules(),
        *required(*last, is_worked_out=True),
    ]
    derived = [pl.coalesce("updated_at", "ordered_at")]
    derived += [named_unit()]
    derived += [pl.coalesce("line_amount", _cost())] if is_free else []
    good, problems = judge_spelled(
        read.cells, rules, profile, reads_local=is_free, derived=derived
    )
    good, cards = refuse_cards(good, FREE_TEXT)
    good, repeats = judge_repeats(good, ORDERS, profile)
    found = pl.concat([problems, cards, repeats])
    good, mates = keep_orders_whole(good, found, read, ["order_ref"])
    return good, pl.concat([found, mates])


def _cost() -> pl.Expr:
    """Quantity times the price of one each, exactly."""
    price = pl.col("unit_amount").cast(pl.Decimal(18, 6), strict=False)
    cost = price * pl.col("qty").cast(pl.Int64, strict=False)
    return cost.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def lines_by_sku(order: str, sku: str) -> pl.Expr:
    """``sku:825123`` as the line's id, where a partner numbers no lines.

    A second line of a SKU in its order is ``sku:825123#2``, in the file's order.
    """
    count = pl.col(sku).cum_count().over(order, sku)
    again = pl.when(count > 1).then(pl.concat_str(pl.lit("#"), count))
    return pl.concat_str(pl.lit("sku:"), sku, again.fill_null(""))
