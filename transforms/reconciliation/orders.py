"""What channels say of their orders beside what is here: who has which, at what amount.

A channel lists an order when it sends it, and settles it when it pays or bills us for
it. Not here: payments (``payments.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import RECONCILED_ORDERS
from transforms.reconciliation.order_policy import OrderPolicy
from transforms.reconciliation.owners import owner_of

STRAYS: tuple[str, ...] = ("order_missing", "order_amount_differs", "order_unsettled")
"""Classes that need a person."""


@dataclass(frozen=True)
class OrderClaims:
    """What is compared, of some orders or of all; a till sale is its own list.

    Args:
        ours: ``order_id, channel_id, ordered_at, currency_code, amount_minor,
            left_minor`` (worth of what left), ``left_at`` (when the last of it left,
            null: some is open, or nothing left), ``is_open``.
        listed: ``order_id, channel_id, listed_at`` (when it was placed, as sent),
            ``listed_minor`` (null: no total is sent, or it was changed since).
        settled: ``order_id, channel_id, settled_at`` (first time it was named),
            ``settled_minor, currency_code``.
        covered: ``channel_id, covered_at``: the newest moment that a channel's
            settlements speak of.
        waiting: ``order_id`` of orders that are known and set aside, whole or in
            a later version.
    """

    ours: pl.DataFrame
    listed: pl.DataFrame
    settled: pl.DataFrame
    covered: pl.DataFrame
    waiting: pl.DataFrame


def reconcile_orders(
    claims: OrderClaims, as_of: datetime, policy: OrderPolicy
) -> pl.DataFrame:
    """Full outer join of our orders and those of channels; one class each.

    Returns:
        RECONCILED_ORDERS without ``run_id``. In order of precedence:
        ``order_waits`` (known, set aside), ``order_missing`` (settled, not ours),
        ``order_amount_differs`` (``cause_code`` says which two amounts),
        ``order_unsettled`` (left long ago, not settled), ``matched`` (settled as it
        is here), ``no_second_source`` (the channel settles nothing: its own list is
        all that there is, and that is where ours is from), ``listed`` (here as it
        was sent, nothing to settle), ``waiting`` (the other side may still come).
    """
    rows = _joined(claims).with_columns(cause_code=_cause(policy))
    classed = rows.with_columns(order_class=_class(as_of, policy))
    differs = pl.col("order_class") == "order_amount_differs"
    return (
        classed.with_columns(
            cause_code=pl.when(differs).then("cause_code"),
            value_minor=pl.when(differs)
            .then(_difference())
            .otherwise(pl.coalesce("amount_minor", "settled_minor", "listed_minor"))
            .fill_null(0),
            since_at=pl.when(pl.col("order_class") == "order_unsettled")
            .then("left_at")
            .otherwise(pl.coalesce("settled_at", "left_at", "ordered_at", "listed_at")),
            owner=owner_of("order_class"),
        )
        .select(name for name in RECONCILED_ORDERS.names if name != "run_id")
        .sort("order_id")
    )


def _joined(claims: OrderClaims) -> pl.DataFrame:
    """Rows of all sides, with what is true of their channel."""
    told = claims.listed.join(
        claims.settled.rename({"currency_code": "settled_currency"}),
        on="order_id",
        how="full",
        coalesce=True,
        suffix="_settled",
    ).with_columns(channel_id=pl.coalesce("channel_id", "channel_id_settled"))
    both = claims.ours.join(
        told, on="order_id", how="full", coalesce=True, suffix="_told"
    ).with_columns(
        channel_id=pl.coalesce("channel_id", "channel_id_told"),
        ours_currency="currency_code",
        currency_code=pl.coalesce("currency_code", "settled_currency"),
    )
    waiting = claims.waiting.select("order_id", is_set_aside=True).unique()
    return (
        both.join(claims.covered, on="channel_id", how="left")
        .join(waiting, on="order_id", how="left")
        .with_columns(pl.col("is_set_aside").fill_null(value=False))
    )


def _is_due(policy: OrderPolicy) -> pl.Expr:
    """Whether the channel's settlements reach beyond when it should stand in one."""
    due = pl.col("left_at") + timedelta(days=policy.unsettled_days)
    return (due <= pl.col("covered_at")).fill_null(value=False)


def _cause(policy: OrderPolicy) -> pl.Expr:
    """The first two amounts that differ; null where none do, or one is not told."""
    near = policy.tolerance_minor
    allowed = near + pl.col("channel_id").replace_strict(
        dict(policy.untold_charges_minor), default=0, return_dtype=pl.Int64
    )
    settled, amount = pl.col("settled_minor"), pl.col("amount_minor")
    listed, left = pl.col("listed_minor"), pl.col("left_minor")
    return (
        pl.when(pl.col("settled_currency") != pl.col("ours_currency"))
        .then(pl.lit("OTHER_CURRENCY"))
        .when(settled > amount + allowed)
        .then(pl.lit("SETTLED_MORE"))
        .when(_is_due(policy) & (settled < left - near))
        .then(pl.lit("SETTLED_LESS"))
        .when(~pl.col("is_set_aside") & ((listed - amount).abs() > near))
        .then(pl.lit("LISTED_OTHERWISE"))
    )


def _difference() -> pl.Expr:
    settled, amount = pl.col("settled_minor"), pl.col("amount_minor")
    cause = pl.col("cause_code")
    return (
        pl.when(cause == "SETTLED_MORE")
        .then(settled - amount)
        .when(cause == "SETTLED_LESS")
        .then(pl.col("left_minor") - settled)
        .when(cause == "LISTED_OTHERWISE")
        .then((pl.col("listed_minor") - amount).abs())
        .otherwise(amount)
    )


def _class(as_of: datetime, policy: OrderPolicy) -> pl.Expr:
    is_ours = pl.col("ordered_at").is_not_null()
    is_settled = pl.col("settled_at").is_not_null()
    missing_since = pl.col("settled_at") + timedelta(hours=policy.missing_hours)
    is_over = ~pl.col("is_open") & pl.col("left_at").is_null()
    return (
        pl.when(~is_ours & pl.col("is_set_aside"))
        .then(pl.lit("order_waits"))
        .when(~is_ours & is_settled & (missing_since <= pl.lit(as_of)))
        .then(pl.lit("order_missing"))
        .when(is_ours & pl.col("cause_code").is_not_null())
        .then(pl.lit("order_amount_differs"))
        .when(is_ours & is_settled)
        .then(pl.lit("matched"))
        .when(is_ours & _is_due(policy))
        .then(pl.lit("order_unsettled"))
        .when(is_ours & pl.col("covered_at").is_null())
        .then(pl.lit("no_second_source"))
        .when(is_ours & is_over)
        .then(pl.lit("listed"))
        .otherwise(pl.lit("waiting"))
    )
