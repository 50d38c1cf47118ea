"""Of money: payments, what providers are asked for, orders as channels settle them."""

from __future__ import annotations

import polars as pl

from transforms.contracts.currencies import major_text
from transforms.reconciliation.findings.finding import finding


def of_payments(payments: pl.DataFrame) -> pl.DataFrame:
    """Money that does not agree, under its order or the payment without one."""
    due = pl.format(
        "due {}, captured {}, authorised {}, refunded {} {}",
        *(major_text(f"{name}_minor") for name in ("due", "captured", "authorised")),
        major_text("refunded_minor"),
        "currency_code",
    )
    code = pl.col("payment_class").str.to_uppercase()
    # Where nobody has the order, it is the payment's own id.
    is_ours = pl.col("channel_id").is_not_null()
    rows = payments.with_columns(
        subject="order_id", order_id=pl.when(is_ours).then("order_id")
    )
    return finding(rows, code, pl.col("subject"), due)


def of_payment_requests(requests: pl.DataFrame, code: str) -> pl.DataFrame:
    """Money that a provider was asked to move or hold, and did not.

    Args:
        requests: PAYMENT_REQUESTS.
        code: what became of them.
    """
    return finding(
        requests.with_columns(cause_code="request_kind", value_minor="amount_minor"),
        code,
        pl.col("request_id"),
        pl.format(
            "{} of {} {} of {}, asked {}",
            "request_kind",
            major_text("amount_minor"),
            "currency_code",
            "order_id",
            pl.col("requested_at").dt.to_string("%Y-%m-%d %H:%M UTC"),
        ),
    )


def of_orders(orders: pl.DataFrame) -> pl.DataFrame:
    """Orders that only the channel has, that it never settled, or at other amounts."""
    day = pl.coalesce("settled_at", "left_at").dt.to_string("%Y-%m-%d")
    said = (
        pl.when(pl.col("order_class") == "order_missing")
        .then(pl.format("{} settled it on {}", "channel_id", day))
        .when(pl.col("order_class") == "order_amount_differs")
        .then(
            pl.format(
                "comes to {}, left {}, listed {}, settled {} {}",
                *(
                    major_text(f"{name}_minor").fill_null("-")
                    for name in ("amount", "left", "listed", "settled")
                ),
                "currency_code",
            )
        )
        .otherwise(pl.format("left on {}, and {} never named it", day, "channel_id"))
    )
    code = pl.col("order_class").str.to_uppercase()
    is_ours = pl.col("order_class") != "order_missing"
    rows = orders.with_columns(
        subject="order_id", order_id=pl.when(is_ours).then("order_id")
    )
    return finding(rows, code, pl.col("subject"), said)
