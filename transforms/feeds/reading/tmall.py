"""Taobao's and Tmall's trades: their parts, and what they mean.

Not here: which file is one (``feeds.tmall_trades``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    amount_text,
    decimal,
    instant,
    one_of,
    quantity,
    required,
    signed_amount,
)
from transforms.feeds.reading.disagreements import disagreements
from transforms.feeds.reading.json_orders import (
    OrderForm,
    action,
    affordable,
    order_rows,
    references,
    yes_or_no,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.moments import from_local
from transforms.feeds.reading.scalars import plain_amounts

ZONE = "Asia/Shanghai"
"""Of all times, wherever the shop is."""

CURRENCY = "CNY"

_TIMES = ("created", "modified", "end_time", "consign_time")
_AMOUNTS = ("payment", "post_fee")
_ITEM_AMOUNTS = ("price", "divide_order_fee", "payment", "total_fee")
_ITEM = Shape(
    "item",
    (
        *("oid", "outer_sku_id", "outer_iid", "title", "num", "status"),
        *("refund_status", "consign_time", *_ITEM_AMOUNTS),
    ),
)
ORDER = Shape(
    "order",
    (
        *("tid", "status", "step_trade_status", "type", *_TIMES, *_AMOUNTS),
        *("buyer_nick", "buyer_email", "buyer_message", "seller_memo"),
        *("receiver_name", "receiver_state", "receiver_city", "receiver_district"),
        *("receiver_town", "receiver_address", "receiver_zip"),
        *("receiver_mobile", "receiver_phone"),
    ),
    lists=(Listing("orders", _ITEM, inner="order", is_loose=True),),
)

_PAYMENT = {
    "TRADE_NO_CREATE_PAY": "pending",
    "WAIT_BUYER_PAY": "pending",
    "PAY_PENDING": "pending",
    "WAIT_PRE_AUTH_CONFIRM": "pending",
    "PAID_FORBID_CONSIGN": "pending",
    "WAIT_SELLER_SEND_GOODS": "paid",
    "SELLER_CONSIGNED_PART": "paid",
    "WAIT_BUYER_CONFIRM_GOODS": "paid",
    "TRADE_BUYER_SIGNED": "paid",
    "TRADE_FINISHED": "paid",
    "TRADE_CLOSED": "paid",
    "TRADE_CLOSED_BY_TAOBAO": "pending",
}
_CLOSED = ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")
_SENT = ("WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED")
_REFUNDS = (
    *("NO_REFUND", "WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS"),
    *("WAIT_SELLER_CONFIRM_GOODS", "SELLER_REFUSE_BUYER", "CLOSED", "SUCCESS"),
)
_ELSEWHERE = {"香港": "HK", "澳门": "MO", "台湾": "TW"}
_FREE_TEXT = (
    *("buyer_message", "seller_memo", "receiver_name"),
    *("receiver_city", "receiver_district", "receiver_town", "receiver_address"),
)


@dataclass(frozen=True)
class Trades:
    """What trades taken apart come to.

    Args:
        rows: of ``ORDERS``.
        problems: ``rejects.PROBLEM`` by line of trade.
        notices: ``NOTICE`` of trades whose payment is not what the lines say.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    notices: pl.DataFrame


def trades(frames: Mapping[str, pl.DataFrame], profile: Profile) -> Trades:
    """Rows, problems and notices.

    Args:
        frames: as ``ORDER`` names them.
        profile: a zone other than UTC is that of the times.
    """
    zone = ZONE if profile.zone == "UTC" else profile.zone
    orders = from_local(plain_amounts(frames["order"], _AMOUNTS), _TIMES, zone)
    items = _shared_out(plain_amounts(frames["item"], _ITEM_AMOUNTS))
    orders = orders.join(
        _sums(items), on="order_no", how="left", maintain_order="left"
    ).with_columns(paid=decimal("payment") - decimal("post_fee").fill_null(0))
    items = items.rename(
        {name: f"order.{name}" for name in ("status", "payment", "consign_time")}
    )
    rows, problems = order_rows(orders, items, _form())
    amounts = orders.select("payload_line", said="paid", found="share")
    told = disagreements(amounts, "payment", "paid without postage", "lines")
    return Trades(rows, problems, told)


def _shared_out(items: pl.DataFrame) -> pl.DataFrame:
    """With ``share``, what the buyer pays for the line, ``full`` and ``is_struck``.

    What was closed or refunded before it was sent will not be sent.
    """
    gross = decimal("price") * pl.col("num").cast(pl.Int64, strict=False)
    share = pl.coalesce(
        decimal("divide_order_fee"), decimal("payment"), decimal("total_fee"), gross
    )
    is_closed = pl.col("status").is_in(_CLOSED)
    is_refunded = pl.col("refund_status") == "SUCCESS"
    return items.with_columns(
        share=share,
        full=pl.max_horizontal(gross, share),
        is_struck=(is_closed | is_refunded.fill_null(value=False))
        & pl.col("consign_time").is_null(),
    )


def _sums(items: pl.DataFrame) -> pl.DataFrame:
    """Per trade what its lines cost, all of them and those that are left."""
    is_left = ~pl.col("is_struck").fill_null(value=False)
    return items.group_by("order_no").agg(
        share=pl.col("share").sum(),
        left=pl.when(is_left.any())
        .then(pl.col("share").filter(is_left).sum())
        .otherwise(pl.col("share").sum()),
    )


def _form() -> OrderForm:
    return OrderForm(
        order_rules=_order_rules(),
        item_rules=_item_rules(),
        free_text=_FREE_TEXT,
        order_columns=_order_columns(),
        item_columns={
            "line_ref": pl.col("oid"),
            "sku_ref": pl.coalesce("outer_sku_id", "outer_iid"),
            "product_name": pl.col("title"),
            "qty": pl.col("num"),
            "shipped_qty": pl.when(_has_left()).then("num"),
            "line_amount": amount_text(pl.col("full")),
            "discount_amount": amount_text(pl.col("full") - pl.col("share")),
            "tax_amount": pl.lit("0.00"),
        },
        shared=("status",),
        items_name="orders",
    )


def _has_left() -> pl.Expr:
    """Whether the seller sent the line, whichever way Taobao says so."""
    is_sent = pl.coalesce("order.status", "status").is_in(_SENT)
    return is_sent.fill_null(value=False) | pl.col("order.consign_time").is_not_null()


def _order_rules() -> list[Rule]:
    cny = pl.lit(CURRENCY)
    return [
        *references("tid"),
        *required("created", "status"),
        *(instant(name) for name in _TIMES),
        one_of("status", *_PAYMENT),
        amount("payment", cny),
        signed_amount("post_fee", cny),
    ]


def _item_rules() -> list[Rule]:
    cny = pl.lit(CURRENCY)
    sku = pl.coalesce("outer_sku_id", "outer_iid")
    name = "outer_sku_id"
    return [
        *references("oid"),
        Rule(name, "MISSING_VALUE", sku.is_null(), name, is_about_missing=True),
        *required("num", "price"),
        quantity("num", minimum=1),
        *(amount(column, cny) for column in ("price", "divide_order_fee", "total_fee")),
        amount("order.payment", cny),
        one_of("order.status", *_PAYMENT),
        one_of("refund_status", *_REFUNDS),
        affordable("price", pl.col("full")),
    ]


def _order_columns() -> dict[str, pl.Expr]:
    """What all lines of a trade share."""
    status = pl.col("status")
    is_cancelled = status.is_in(_CLOSED) & pl.col("consign_time").is_null()
    updated_at = pl.coalesce("modified", "created")
    is_deposit = pl.col("step_trade_status").str.ends_with("FINAL_NOPAID")
    paid = status.replace_strict(_PAYMENT, default=None, return_dtype=pl.String)
    is_on_delivery = (pl.col("type") == "cod") & (paid == "paid")
    note = pl.concat_str(
        "buyer_message", "seller_memo", separator=" / ", ignore_nulls=True
    )
    place = pl.concat_str(
        "receiver_district", "receiver_town", separator=", ", ignore_nulls=True
    )
    state = pl.col("receiver_state")
    return {
        "format": pl.lit("tmall_trades"),
        "action": action(is_cancelled, "created", "modified"),
        "order_ref": pl.col("tid"),
        "order_name": pl.col("tid"),
        "ordered_at": pl.col("created"),
        "updated_at": updated_at,
        "cancelled_at": pl.when(is_cancelled).then(pl.coalesce("end_time", updated_at)),
        "currency_code": pl.lit(CURRENCY),
        "order_amount": pl.when(pl.col("paid") == pl.col("share")).then(
            amount_text(pl.col("left"))
        ),
        "service_code": pl.lit("STANDARD"),
        "is_ship_complete": yes_or_no(pl.lit(value=False)),
        "payment_status": pl.when(is_deposit)
        .then(pl.lit("pending"))
        .when(is_on_delivery)
        .then(pl.lit("terms"))
        .otherwise(paid),
        "ship_to_region": state,
        "ship_to_country": _country(),
        "customer_ref": pl.col("buyer_nick"),
        "customer_name": pl.col("receiver_name"),
        "customer_email": pl.col("buyer_email"),
        "customer_phone": pl.coalesce("receiver_mobile", "receiver_phone"),
        "ship_to_name": pl.col("receiver_name"),
        "ship_to_street": pl.col("receiver_address"),
        "ship_to_street2": place.replace("", None),
        "ship_to_city": pl.col("receiver_city"),
        "ship_to_postal_code": pl.col("receiver_zip"),
        "note": note.replace("", None),
    }


def _country() -> pl.Expr:
    """China and what is written as a province of it; of "海外" nobody knows."""
    state = pl.col("receiver_state")
    mapped = state.str.head(2).replace_strict(_ELSEWHERE, default="CN")
    is_abroad = state.str.starts_with("海外").fill_null(value=False)
    return pl.when(~is_abroad).then(pl.coalesce(mapped, pl.lit("CN")))
