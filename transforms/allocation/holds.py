"""Orders that a rule holds: not paid, not approved, beyond a credit; and free again.

A hold is an event of ours, so a rebuild holds what was held then. It begins and
ends by comparing what is wanted now with what holds: nothing is held twice, and
what stays wanted stays. Not here: how much money there is (``reconciliation``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from transforms.allocation.events import held_events
from transforms.allocation.hold_policy import HoldPolicy

AWAITING_PAYMENT, APPROVAL = "AWAITING_PAYMENT", "APPROVAL"
CREDIT, ON_TERMS = "CREDIT", "terms"
REASONS = (AWAITING_PAYMENT, APPROVAL, CREDIT)
BY_RULE = "rule"
WAITS = ("pending_qty", "backordered_qty", "preordered_qty", "allocated_qty")
HOLD = ["line_id", "reason_code"]


@dataclass(frozen=True)
class HoldFacts:
    """What the rules look at, of orders with eaches that no node has been told of.

    Args:
        orders: FCT_ORDERS.
        buckets: LINE_BUCKETS of their lines.
        money: ``order_id, short_minor`` of those whose payments are known: the
            value of what is to ship less the money there is for it.
        owed: ``order_id, owed_minor`` of those on terms: what their customer owes
            with them and without later ones.
        holds: LINE_HOLDS of their lines that have not ended.
        waived: ``line_id, reason_code`` that somebody has let go or approved; a
            null reason is every one.
    """

    orders: pl.DataFrame
    buckets: pl.DataFrame
    money: pl.DataFrame
    owed: pl.DataFrame
    holds: pl.DataFrame
    waived: pl.DataFrame


def hold_by_rule(
    facts: HoldFacts, policy: HoldPolicy, as_of: datetime, today: date
) -> pl.DataFrame:
    """HOLD and UNHOLD of every line whose reason began or ended.

    What a person has let go or approved is not held for that reason again, and
    what a person holds no rule lets go, until the last date that the hold names is
    over; if a rule wants it held then, it goes on.

    Args:
        facts: what is held, and what is known of it.
        policy: what is wanted held.
        as_of: moment of the events.
        today: its business date.

    Returns:
        OWN_EVENTS without ``run_id``.
    """
    lines = facts.buckets.select(
        "line_id",
        "order_id",
        "sku_id",
        qty=pl.sum_horizontal(*WAITS, "held_qty"),
    ).filter(pl.col("qty") > 0)
    wanted = _without_waived(
        lines.join(_wanted(facts, policy), on="order_id"), facts.waived
    )
    begun = wanted.join(facts.holds, on=HOLD, how="anti")
    is_rule = pl.col("placed_by") == BY_RULE
    is_ours = is_rule & pl.col("reason_code").is_in(REASONS)
    over = (
        facts.holds.filter(is_ours | (pl.col("until_date") < pl.lit(today)))
        .select(HOLD)
        .join(wanted, on=HOLD, how="anti")
        .join(lines, on="line_id")
    )
    return pl.concat(
        [held_events(begun, "HOLD", as_of), held_events(over, "UNHOLD", as_of)]
    )


def _wanted(facts: HoldFacts, policy: HoldPolicy) -> pl.DataFrame:
    """``order_id, reason_code`` of each order that must wait."""
    orders = facts.orders.join(facts.money, on="order_id", how="left").join(
        facts.owed, on="order_id", how="left"
    )
    return pl.concat(
        orders.filter(is_wanted).select("order_id", reason_code=pl.lit(reason))
        for reason, is_wanted in (
            (AWAITING_PAYMENT, _lacks_money(policy)),
            (APPROVAL, _is_above(pl.col("amount_minor"), policy.approval_above_minor)),
            (CREDIT, _exceeds_credit(policy)),
        )
    )


def _lacks_money(policy: HoldPolicy) -> pl.Expr:
    rule = pl.col("channel_id").replace_strict(
        dict(policy.payment_by_channel),
        default=policy.default_payment,
        return_dtype=pl.String,
    )
    says_so = pl.col("payment_status") == "pending"
    is_short = pl.col("short_minor") > policy.tolerance_minor
    by_money = (
        pl.when(pl.col("short_minor").is_null()).then(says_so).otherwise(is_short)
    )
    lacks = pl.when(rule == "money").then(by_money).otherwise(says_so)
    is_exempt = (rule == "exempt") | pl.col("payment_status").is_in(
        policy.exempt_statuses
    )
    return lacks & ~is_exempt


def _is_above(amount: pl.Expr, limits: Mapping[str, Mapping[str, int]]) -> pl.Expr:
    """Whether an amount is above the limit of its channel and currency, if any."""
    above = [
        _is_of(channel, currency) & (amount > limit)
        for channel, by_currency in limits.items()
        for currency, limit in by_currency.items()
    ]
    return pl.any_horizontal(pl.lit(value=False), *above)


def _exceeds_credit(policy: HoldPolicy) -> pl.Expr:
    """Whether the customer owes too much with it, or has no terms to order on."""
    limits = policy.credit_limit_minor
    if not limits:
        return pl.lit(value=False)
    gives = [_is_of(c, currency) for c, listed in limits.items() for currency in listed]
    has_no_terms = ~pl.any_horizontal(pl.lit(value=False), *gives)
    owed = pl.coalesce("owed_minor", "amount_minor")
    is_on_terms = pl.col("payment_status") == ON_TERMS
    return is_on_terms & (has_no_terms | _is_above(owed, limits))


def _is_of(channel: str, currency: str) -> pl.Expr:
    return (pl.col("channel_id") == channel) & (pl.col("currency_code") == currency)


def _without_waived(wanted: pl.DataFrame, waived: pl.DataFrame) -> pl.DataFrame:
    all_reasons = waived.filter(pl.col("reason_code").is_null())
    return wanted.join(waived, on=HOLD, how="anti").join(
        all_reasons, on="line_id", how="anti"
    )
