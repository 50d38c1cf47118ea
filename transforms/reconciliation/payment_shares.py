"""Each document's part in the sums of ``RECONCILED_PAYMENTS``: money taken apart.

Not here: in which file the document stands.
"""

from __future__ import annotations

import polars as pl

from transforms.reconciliation.payment_matching import KEY, authorisations, order_values
from transforms.reconciliation.payment_policy import PaymentPolicy

SHARES = pl.Schema(
    {
        "order_id": pl.String(),
        "currency_code": pl.String(),
        "move": pl.String(),
        "subject": pl.String(),
        "cause": pl.String(),
        "value": pl.Int64(),
        "landing_id": pl.Int64(),
        "payload_line": pl.Int64(),
    }
)
"""One row per document and sum; ``move`` is DUE, SENT, AUTHORISED, CAPTURED or
REFUNDED."""

_PLACE = ("landing_id", "payload_line")


def money_shares(
    told: pl.DataFrame,
    lines: pl.DataFrame,
    payments: pl.DataFrame,
    refunds: pl.DataFrame,
    policy: PaymentPolicy,
) -> pl.DataFrame:
    """Shares whose sums by order, currency and move are those of the comparison.

    Args:
        told: ``order_id, currency_code, as_of``: rows of the comparison, and when
            each was made.
        lines: FCT_ORDER_LINES with the ``cancelled_qty`` and ``left_qty`` of each,
            and the ``order_currency``.
        payments: FCT_PAYMENTS, ``order_id`` of the channel.
        refunds: FCT_REFUNDS.
        policy: how long an authorisation holds that names no end.
    """
    money = payments.filter(~pl.col("is_test")).with_columns(
        order_id=pl.coalesce("order_id", "payment_id")
    )
    found = pl.concat(
        [
            *_of_lines(lines),
            _captured(money),
            _refunded(money, refunds),
            _authorised(money, told, policy),
        ]
    )
    mine = found.join(told, on=KEY, how="semi").filter(pl.col("value") != 0)
    return mine.sort(*KEY, "move", "subject", *_PLACE)


def _of_lines(lines: pl.DataFrame) -> list[pl.DataFrame]:
    """What lines are due less what of them is cancelled, and what left."""
    valued = order_values(lines).drop("currency_code")
    named = valued.rename({"order_currency": "currency_code"})
    return [
        _shares(named.with_columns(value=value), move, "line_id", move)
        for move, value in (
            ("DUE", pl.col("value") - pl.col("cancelled_minor")),
            ("SENT", pl.col("left_minor")),
        )
    ]


def _captured(money: pl.DataFrame) -> pl.DataFrame:
    taken = _done(money, "CAPTURE", "SALE").with_columns(value="amount_minor")
    return _shares(taken, "CAPTURED", "payment_id", "payment_kind")


def _refunded(money: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Transactions or what payments say of themselves, whichever tells more.

    Documents where no payment is known.
    """
    back = _done(money, "REFUND").with_columns(value="amount_minor")
    said = _done(money, "CAPTURE", "SALE").with_columns(value="refunded_minor")
    sums = (
        said.group_by(KEY)
        .agg(said=pl.col("value").sum())
        .join(back.group_by(KEY).agg(back=pl.col("value").sum()), on=KEY, how="left")
    )
    more = sums.filter(pl.col("said") > pl.col("back").fill_null(0))
    documents = refunds.join(money, on=KEY, how="anti").with_columns(
        value="amount_minor"
    )
    return pl.concat(
        [
            _shares(back.join(more, on=KEY, how="anti"), *_BACK),
            _shares(said.join(more, on=KEY, how="semi"), *_BACK),
            _shares(documents, "REFUNDED", "refund_id", "REFUND"),
        ]
    )


_BACK = ("REFUNDED", "payment_id", "payment_kind")


def _authorised(
    money: pl.DataFrame, told: pl.DataFrame, policy: PaymentPolicy
) -> pl.DataFrame:
    """What lives of each authorisation, less what was taken without naming one."""
    granted = authorisations(money, policy)
    held = (
        granted.join(told, on=KEY)
        .filter(pl.col("until") > pl.col("as_of"))
        .with_columns(value="rest")
    )
    loose = _done(money, "CAPTURE", "VOID").join(
        granted.select(parent_id="payment_id"),
        on="parent_id",
        how="anti",
        nulls_equal=True,
    )
    there = held.group_by(KEY).agg(there=pl.col("value").sum())
    upto = pl.col("amount_minor").cum_sum().over(KEY)
    before = upto - pl.col("amount_minor")
    taken = loose.join(there, on=KEY).sort(*KEY, "occurred_at", "payment_id")
    gone = taken.with_columns(
        value=pl.min_horizontal(before, "there") - pl.min_horizontal(upto, "there")
    )
    return pl.concat(
        [
            _shares(rows, "AUTHORISED", "payment_id", "payment_kind")
            for rows in (held, gone)
        ]
    )


def _done(money: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    return money.filter(pl.col("payment_kind").is_in(kinds), status_code="SUCCEEDED")


def _shares(rows: pl.DataFrame, move: str, subject: str, cause: str) -> pl.DataFrame:
    named = pl.col(cause) if cause in rows.columns else pl.lit(cause)
    return rows.select(
        *KEY,
        move=pl.lit(move),
        subject=subject,
        cause=named,
        value="value",
        landing_id="landing_id",
        payload_line="payload_line",
    ).cast(SHARES)
