"""Orders and their money side by side: what each is worth, what moved, what is held.

Not here: what a row of both means (``payment_classes``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import LEFT
from transforms.contracts.table import INSTANT, INTEGER, TEXT
from transforms.reconciliation.linked_lines import LINE, with_linked_worth
from transforms.reconciliation.payment_policy import PaymentPolicy

KEY = ["order_id", "currency_code"]
TAKEN = (pl.col("status_code") == "SUCCEEDED") & pl.col("payment_kind").is_in(
    ["CAPTURE", "SALE"]
)
VERSIONS = pl.Schema({"order_id": pl.String(), "worth_minor": pl.Int64()})
"""What the lines of each version of an order are worth, of orders that changed."""
MOVES = pl.Schema({"line_id": TEXT, "move": TEXT, "qty": INTEGER, "event_at": INSTANT})
"""Eaches of a line that left (LEFT) or were cancelled (CANCELLED) at an instant."""


@dataclass(frozen=True)
class MoneyFacts:
    """What is compared; every frame whole for the orders it is about.

    Args:
        orders: FCT_ORDERS of which a payment is expected, or known.
        lines: FCT_ORDER_LINES of them.
        buckets: LINE_BUCKETS of them.
        payments: FCT_PAYMENTS, ``order_id`` of the channel (``of_channels``).
        refunds: FCT_REFUNDS.
        planned: ``order_id, ship_date``: last planned day of what is to leave.
        waiting: ``order_id`` of orders that are known and set aside.
        versions: VERSIONS.
        moves: MOVES; what is not told there counts from the newest event of its line.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame
    buckets: pl.DataFrame
    payments: pl.DataFrame
    refunds: pl.DataFrame
    planned: pl.DataFrame
    waiting: pl.DataFrame
    versions: pl.DataFrame = field(default_factory=VERSIONS.to_frame)
    moves: pl.DataFrame = field(default_factory=MOVES.to_frame)

    def of(self, orders: pl.DataFrame) -> MoneyFacts:
        """The part that is about some orders (column ``order_id``); without moves."""
        parts = {
            name: frame.join(orders, on="order_id", how="semi")
            for name, frame in vars(self).items()
            if name != "moves"
        }
        return MoneyFacts(**parts)


def of_channels(payments: pl.DataFrame, policy: PaymentPolicy) -> pl.DataFrame:
    """Payments with the ``order_id`` of the channel that a provider works for."""
    channel = pl.col("partner_id").replace(dict(policy.channels_by_provider))
    return payments.with_columns(
        order_id=pl.when(pl.col("order_ref").is_not_null())
        .then(pl.format("{}/{}", channel, "order_ref"))
        .otherwise("order_id")
    )


def matched(facts: MoneyFacts, as_of: datetime, policy: PaymentPolicy) -> pl.DataFrame:
    """Full outer join of orders and their money, one row per order and currency.

    A payment without an order's number stands under its own. Test payments are no
    money. What is not the provider's last word (FAILED, CANCELLED) moves nothing; a
    refund that is told by document and by transaction is one.
    """
    money = _money(facts, as_of, policy)
    orders = _orders(facts).join(money, on=KEY, how="full", coalesce=True)
    known = facts.orders.select("order_id", order_currency="currency_code")
    return (
        with_charged_beyond(orders, "value_minor", facts.versions)
        .join(known, on="order_id", how="left")
        .join(facts.planned, on="order_id", how="left")
        .join(
            facts.waiting.select("order_id", is_set_aside=True).unique(),
            on="order_id",
            how="left",
        )
    )


def _orders(facts: MoneyFacts) -> pl.DataFrame:
    """What each order is worth: all of it, what is cancelled, what left."""
    worth = (
        order_values(with_moved(facts.lines, facts.buckets))
        .group_by("order_id")
        .agg(
            value_minor=pl.col("value").sum(),
            cancelled_minor=pl.col("cancelled_minor").sum(),
            shipped_minor=pl.col("left_minor").sum(),
        )
    )
    return facts.orders.select(
        *KEY, "channel_id", "ordered_at", has_order=pl.lit(value=True)
    ).join(worth, on="order_id", how="left")


def with_moved(lines: pl.DataFrame, buckets: pl.DataFrame) -> pl.DataFrame:
    """FCT_ORDER_LINES with ``cancelled_qty, left_qty, last_event_at`` of each.

    What was cancelled and then asked for anew stays cancelled in the buckets, beside
    what became of it since; of the line as its channel tells it now it is no part.
    A linked line has its part of the line that it is sent instead of.

    Args:
        lines: FCT_ORDER_LINES, all lines of their orders.
        buckets: LINE_BUCKETS of them.
    """
    moved = buckets.select(
        "line_id",
        "cancelled_qty",
        "last_event_at",
        folded_qty="ordered_qty",
        left_qty=pl.sum_horizontal(LEFT),
    )
    told = lines.join(moved, on="line_id", how="left")
    is_linked = pl.col(LINE).is_not_null()
    anew = (pl.col("folded_qty") - pl.col("ordered_qty")).clip(0)
    cancelled = pl.col("cancelled_qty") - pl.when(is_linked).then(0).otherwise(anew)
    parted = with_linked_worth(told.with_columns(cancelled_qty=cancelled.clip(0)))
    return parted.drop("folded_qty")


def order_values(lines: pl.DataFrame) -> pl.DataFrame:
    """What each line is worth, and what of it is cancelled and left.

    Args:
        lines: FCT_ORDER_LINES with ``cancelled_qty`` and ``left_qty``.

    Returns:
        The same with ``value, cancelled_minor, left_minor``.
    """
    worth = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    return lines.with_columns(value=worth).with_columns(
        cancelled_minor=_share("cancelled_qty"), left_minor=_share("left_qty")
    )


def _share(qty: str) -> pl.Expr:
    """Value of some of a line's eaches; all of them are worth all of it."""
    part = pl.min_horizontal(pl.col(qty).fill_null(0), "ordered_qty")
    whole = pl.max_horizontal("ordered_qty", 1)
    return pl.col("value") * part // whole


def _money(facts: MoneyFacts, as_of: datetime, policy: PaymentPolicy) -> pl.DataFrame:
    """Sums of payments and refunds by order and currency."""
    payments = facts.payments.filter(~pl.col("is_test")).with_columns(
        order_id=pl.coalesce("order_id", "payment_id")
    )
    told = facts.refunds.group_by(KEY).agg(
        told_minor=pl.col("amount_minor").sum(), told_at=pl.col("refunded_at").max()
    )
    sums = _summed(payments)
    held = _held(payments, as_of, policy)
    again = _captured_again(payments)
    joined = sums.join(told, on=KEY, how="full", coalesce=True)
    return joined.join(held, on=KEY, how="left").join(again, on=KEY, how="left")


def taken(payments: pl.DataFrame) -> pl.DataFrame:
    """Payments by which money was taken; tests took none."""
    return payments.filter(TAKEN, ~pl.col("is_test"))


def _summed(payments: pl.DataFrame) -> pl.DataFrame:
    """Payments by order and currency, told apart by what they came to.

    By column first: a filter in each group costs three times as much.
    """
    kind, status = pl.col("payment_kind"), pl.col("status_code")
    is_done, is_failed, is_taken = status == "SUCCEEDED", status == "FAILED", TAKEN
    comes = kind.is_in(["AUTHORISATION", "CAPTURE", "SALE"])
    apart = {
        "captured_minor": is_taken,
        "given_back": is_done & (kind == "REFUND"),
        "pending_minor": (status == "PENDING") & comes,
        "failed_minor": is_failed & comes,
        "refused_minor": is_failed & (kind == "CAPTURE"),
    }
    sums = (
        payments.lazy()
        .select(
            *KEY,
            *(pl.when(of).then("amount_minor").alias(n) for n, of in apart.items()),
            as_sent=pl.when(is_taken).then("refunded_minor"),
            paid_at="occurred_at",
            granted_at=pl.when(granted().is_not_null()).then("occurred_at"),
            granted_minor=granted(),
        )
        .group_by(KEY)
        .agg(
            pl.col(*apart, "as_sent").sum(),
            pl.col("paid_at").max(),
            pl.col("granted_at").min(),
            pl.col("granted_minor").max().alias("most_minor"),
            pl.col("granted_minor").sum(),
        )
        .with_columns(refunded_minor=pl.max_horizontal("given_back", "as_sent"))
    )
    return sums.drop("given_back", "as_sent").collect()


def granted() -> pl.Expr:
    """What a payment granted, of its order's money; null where nothing.

    A capture of nothing that we know of stands for what it was taken from.
    """
    kind = pl.col("payment_kind")
    is_alone = (kind == "CAPTURE") & pl.col("parent_id").is_null()
    is_granted = kind.is_in(["AUTHORISATION", "SALE"]) | is_alone
    return pl.when(is_granted & (pl.col("status_code") == "SUCCEEDED")).then(
        "amount_minor"
    )


def with_charged_beyond(
    orders: pl.DataFrame, worth: str, versions: pl.DataFrame
) -> pl.DataFrame:
    """Orders with ``beyond_minor``: what was granted of each beyond its lines.

    Of its lines as they are, cancelled or not, or as they were in the version that
    was paid for: of those that what was granted is enough for, the dearest. One
    payment that is enough is the one meant; where none is, several share it.

    Args:
        orders: with KEY and ``most_minor, granted_minor``.
        worth: their column of what the lines are worth now.
        versions: VERSIONS.
    """
    most, now = pl.col("most_minor"), pl.col("worth_minor")
    meant = pl.when(most >= now).then(most).otherwise("granted_minor")
    beyond = pl.when(meant >= now).then(meant - now)
    told = orders.with_columns(worth_minor=worth).with_columns(now_minor=beyond)
    # Few orders change: of the others there is one version.
    then = (
        told.select(*KEY, "most_minor", "granted_minor")
        .join(versions, on="order_id")
        .group_by(KEY)
        .agg(then_minor=beyond.min())
    )
    known = told.join(then, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    least = pl.min_horizontal("now_minor", "then_minor").fill_null(0)
    return known.select(*orders.columns, beyond_minor=least)


def _held(
    payments: pl.DataFrame, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """What authorisations still hold, what expired ones no longer do, until when.

    A capture or void that names no authorisation takes from those that hold.
    """
    taken = _taken(payments)
    holds = authorisations(payments, policy)
    now = pl.lit(as_of)
    alive = (pl.col("until") > now) & (pl.col("rest") > 0)
    rest = pl.col("rest")
    free = taken.join(
        holds.select(parent_id="payment_id"),
        on="parent_id",
        how="anti",
        nulls_equal=True,
    )
    loose = free.group_by(KEY).agg(loose=pl.col("amount_minor").sum())
    held = holds.group_by(KEY).agg(
        held=rest.filter(alive).sum(),
        expired_minor=rest.filter(pl.col("until") <= now).sum(),
        authorised_until=pl.col("until").filter(alive).min(),
        expired_at=pl.col("until").filter(pl.col("until") <= now).max(),
    )
    return held.join(loose, on=KEY, how="left").with_columns(
        authorised_minor=pl.max_horizontal(
            pl.col("held") - pl.col("loose").fill_null(0), 0
        )
    )


def authorisations(payments: pl.DataFrame, policy: PaymentPolicy) -> pl.DataFrame:
    """Authorisations that were granted, with ``until`` and ``rest``: what is left.

    Args:
        payments: FCT_PAYMENTS without tests.
        policy: how long one holds that names no end.
    """
    void = (pl.col("payment_kind") == "VOID").any()
    by_parent = (
        _taken(payments)
        .group_by(payment_id="parent_id")
        .agg(used=pl.col("amount_minor").sum(), is_void=void)
    )
    granted = payments.filter(status_code="SUCCEEDED", payment_kind="AUTHORISATION")
    return granted.join(
        by_parent.drop_nulls("payment_id"), on="payment_id", how="left"
    ).with_columns(until=_until(policy), rest=_rest())


def _taken(payments: pl.DataFrame) -> pl.DataFrame:
    is_taken = pl.col("payment_kind").is_in(["CAPTURE", "VOID"])
    return payments.filter(is_taken, status_code="SUCCEEDED")


def _until(policy: PaymentPolicy) -> pl.Expr:
    days = dict(policy.authorisation_days)
    lifetime = pl.col("gateway").replace_strict(
        {name: timedelta(days=n) for name, n in days.items()},
        default=timedelta(days=days["default"]),
        return_dtype=pl.Duration("us"),
    )
    return pl.coalesce("authorised_until", pl.col("occurred_at") + lifetime)


def _rest() -> pl.Expr:
    """What an authorisation has left; none once it is voided."""
    used = pl.max_horizontal(
        pl.col("used").fill_null(0), pl.col("captured_minor").fill_null(0)
    )
    left = pl.max_horizontal(pl.col("amount_minor") - used, 0)
    return pl.when(pl.col("is_void").fill_null(value=False)).then(0).otherwise(left)


def _captured_again(payments: pl.DataFrame) -> pl.DataFrame:
    """The largest amount that was taken more than once by the same means."""
    paid = taken(payments).filter(pl.col("amount_minor") > 0)
    times = paid.group_by(*KEY, "method_code", "amount_minor").agg(times=pl.len())
    return (
        times.filter(pl.col("times") > 1)
        .group_by(KEY)
        .agg(
            again_minor=pl.col("amount_minor").max(),
            again_times=pl.col("times").sort_by("amount_minor").last().cast(pl.Int64),
        )
    )
