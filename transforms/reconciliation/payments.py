"""Order beside authorisation, capture and refund: whose money, how much, until when.

Every order and every payment stands in one row of one class. Not here: whether
an order may be released (allocation), the payout at the bank (settlement).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import RECONCILED_PAYMENTS
from transforms.reconciliation.payment_policy import PaymentPolicy

KEY = ["order_id", "currency_code"]
OPEN_CLASSES = (
    "waiting",
    "pending",
    "authorised",
    "partly_captured",
    "authorisation_expiring",
    "orphan_payment",
)
"""Classes that time alone can change, or an order that is set aside."""

SUMS = ["authorised_minor", "captured_minor", "refunded_minor"]


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
    """

    orders: pl.DataFrame
    lines: pl.DataFrame
    buckets: pl.DataFrame
    payments: pl.DataFrame
    refunds: pl.DataFrame
    planned: pl.DataFrame
    waiting: pl.DataFrame


def of_channels(payments: pl.DataFrame, policy: PaymentPolicy) -> pl.DataFrame:
    """Payments with the ``order_id`` of the channel that a provider works for."""
    channel = pl.col("partner_id").replace(dict(policy.channels_by_provider))
    return payments.with_columns(
        order_id=pl.when(pl.col("order_ref").is_not_null())
        .then(pl.format("{}/{}", channel, "order_ref"))
        .otherwise("order_id")
    )


def reconcile_payments(
    facts: MoneyFacts, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """Full outer join of orders and payments; every row has exactly one class.

        due        = value of the units that are not cancelled
        surplus    = captured - refunded - due      more than untold charges
        shortfall  = due - captured - what authorisations still hold

    A payment without an order's number stands under its own. Test payments are
    no money. What is not the provider's last word (FAILED, CANCELLED) moves
    nothing; a refund that is told by document and by transaction is one.

    Args:
        facts: orders and money.
        as_of: moment of the comparison; authorisations end before it or hold.
        policy: tolerance, patience, precedence.

    Returns:
        RECONCILED_PAYMENTS without ``run_id``.
    """
    money = _money(facts, as_of, policy)
    orders = _orders(facts).join(money, on=KEY, how="full", coalesce=True)
    known = facts.orders.select("order_id", order_currency="currency_code")
    rows = (
        orders.join(known, on="order_id", how="left")
        .join(facts.planned, on="order_id", how="left")
        .join(
            facts.waiting.select("order_id", is_set_aside=True).unique(),
            on="order_id",
            how="left",
        )
    )
    classed = _classed(_measured(rows), as_of, policy)
    names = [name for name in RECONCILED_PAYMENTS.names if name != "run_id"]
    return classed.select(names).sort(KEY)


def short_of_money(reconciled: pl.DataFrame) -> pl.DataFrame:
    """What lacks before the rest of an order may leave; negative: there is more.

        short = value to ship - (authorised + captured - refunded)

    What left has used up its money, unless it was given back: the larger of
    refunded and shipped is gone.

    Args:
        reconciled: RECONCILED_PAYMENTS.

    Returns:
        ``order_id, currency_code, short_minor``.
    """
    gone = pl.max_horizontal("refunded_minor", "shipped_minor")
    there = pl.col("authorised_minor") + pl.col("captured_minor") - gone
    to_ship = pl.col("due_minor") - pl.col("shipped_minor")
    return reconciled.select(*KEY, short_minor=to_ship - there)


def _orders(facts: MoneyFacts) -> pl.DataFrame:
    """What each order is worth: all of it, what is cancelled, what left."""
    left = pl.sum_horizontal("shipped_qty", "delivered_qty", "lost_qty")
    moved = facts.buckets.select(
        "line_id", "cancelled_qty", "last_event_at", left_qty=left
    )
    lines = facts.lines.join(moved, on="line_id", how="left").with_columns(
        value=pl.col("line_amount_minor")
        - pl.col("discount_minor")
        + pl.col("tax_minor")
    )
    worth = lines.group_by("order_id").agg(
        value_minor=pl.col("value").sum(),
        cancelled_minor=_share("cancelled_qty"),
        shipped_minor=_share("left_qty"),
        moved_at=pl.col("last_event_at").max(),
    )
    return facts.orders.select(
        *KEY, "channel_id", "ordered_at", has_order=pl.lit(value=True)
    ).join(worth, on="order_id", how="left")


def _share(qty: str) -> pl.Expr:
    """Value of some of a line's eaches; all of them are worth all of it."""
    part = pl.min_horizontal(pl.col(qty).fill_null(0), "ordered_qty")
    whole = pl.max_horizontal("ordered_qty", 1)
    return (pl.col("value") * part // whole).sum()


def _money(facts: MoneyFacts, as_of: datetime, policy: PaymentPolicy) -> pl.DataFrame:
    """Sums of payments and refunds by order and currency."""
    payments = facts.payments.filter(~pl.col("is_test")).with_columns(
        order_id=pl.coalesce("order_id", "payment_id")
    )
    told = facts.refunds.group_by(KEY).agg(
        told_minor=pl.col("amount_minor").sum(), told_at=pl.col("refunded_at").max()
    )
    sums = payments.group_by(KEY).agg(*_sums())
    held = _held(payments, as_of, policy)
    again = _captured_again(payments)
    joined = sums.join(told, on=KEY, how="full", coalesce=True)
    return joined.join(held, on=KEY, how="left").join(again, on=KEY, how="left")


def _sums() -> list[pl.Expr]:
    kind, status, amount = (
        pl.col(n) for n in ("payment_kind", "status_code", "amount_minor")
    )
    is_done = status == "SUCCEEDED"
    is_taken = is_done & kind.is_in(["CAPTURE", "SALE"])
    given_back = amount.filter(is_done & (kind == "REFUND")).sum()
    as_sent = pl.col("refunded_minor").filter(is_taken).sum()
    comes = kind.is_in(["AUTHORISATION", "CAPTURE", "SALE"])
    return [
        amount.filter(is_taken).sum().alias("captured_minor"),
        pl.max_horizontal(given_back, as_sent).alias("refunded_minor"),
        amount.filter((status == "PENDING") & comes).sum().alias("pending_minor"),
        amount.filter((status == "FAILED") & comes).sum().alias("failed_minor"),
        pl.col("occurred_at").max().alias("paid_at"),
    ]


def _held(
    payments: pl.DataFrame, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """What authorisations still hold, what expired ones no longer do, until when.

    A capture or void that names no authorisation takes from those that hold.
    """
    is_done = pl.col("status_code") == "SUCCEEDED"
    done = payments.filter(is_done)
    taken = done.filter(pl.col("payment_kind").is_in(["CAPTURE", "VOID"]))
    void = (pl.col("payment_kind") == "VOID").any()
    by_parent = taken.group_by(payment_id="parent_id").agg(
        used=pl.col("amount_minor").sum(), is_void=void
    )
    holds = (
        done.filter(pl.col("payment_kind") == "AUTHORISATION")
        .join(by_parent.drop_nulls("payment_id"), on="payment_id", how="left")
        .with_columns(until=_until(policy), rest=_rest())
    )
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
    taken = payments.filter(
        pl.col("status_code") == "SUCCEEDED",
        pl.col("payment_kind").is_in(["CAPTURE", "SALE"]),
        pl.col("amount_minor") > 0,
    )
    times = taken.group_by(*KEY, "method_code", "amount_minor").agg(times=pl.len())
    return (
        times.filter(pl.col("times") > 1)
        .group_by(KEY)
        .agg(
            again_minor=pl.col("amount_minor").max(),
            again_times=pl.col("times").sort_by("amount_minor").last().cast(pl.Int64),
        )
    )


def _measured(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with what is due, too much, and not covered."""
    counts = [
        *("value_minor", "cancelled_minor", "shipped_minor", *SUMS, "pending_minor"),
        *("failed_minor", "told_minor", "expired_minor", "again_minor", "again_times"),
    ]
    filled = rows.with_columns(
        pl.col(counts).fill_null(0),
        pl.col("has_order", "is_set_aside").fill_null(value=False),
    )
    # A channel that tells of refunds and never of payments is taken at its word.
    back = (
        pl.when(pl.col("paid_at").is_null())
        .then("told_minor")
        .otherwise("refunded_minor")
    )
    due = pl.col("value_minor") - pl.col("cancelled_minor")
    return (
        filled.with_columns(due_minor=due, refunded_minor=back)
        .with_columns(
            difference_minor=pl.col("captured_minor")
            - pl.col("refunded_minor")
            - pl.col("due_minor"),
            shortfall=pl.col("due_minor")
            - pl.col("captured_minor")
            - pl.col("authorised_minor"),
        )
        .with_columns(since_at=pl.max_horizontal("ordered_at", "paid_at", "told_at"))
    )


def _classed(
    rows: pl.DataFrame, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """The first class of the precedence that fits, else one that is no trouble."""
    tests = _tests(as_of, policy)
    first = pl.coalesce(
        pl.when(tests[name][0]).then(pl.lit(name)) for name in policy.precedence
    )
    found = rows.with_columns(found=first).with_columns(since_at=_since())
    grace = pl.col("found").replace_strict(
        {name: timedelta(hours=hours) for name, hours in policy.grace_hours.items()},
        default=timedelta(0),
        return_dtype=pl.Duration("us"),
    )
    is_early = (pl.col("since_at") + grace > pl.lit(as_of)).fill_null(value=False)
    amount = pl.coalesce(
        pl.when(pl.col("payment_class") == name).then(value)
        for name, (_, value) in tests.items()
    )
    return found.with_columns(
        payment_class=pl.when(pl.col("found").is_null())
        .then(_untroubled(as_of, policy))
        .when(is_early)
        .then(pl.lit("waiting"))
        .otherwise("found")
    ).with_columns(value_minor=amount.fill_null(0))


Test = tuple[pl.Expr, pl.Expr]
"""Whether a class fits, and how much money it is about."""


def _tests(as_of: datetime, policy: PaymentPolicy) -> dict[str, Test]:
    near = policy.tolerance_minor
    due, captured, refunded = (
        pl.col(n) for n in ("due_minor", "captured_minor", "refunded_minor")
    )
    surplus, shortfall = pl.col("difference_minor"), pl.col("shortfall")
    has_order = pl.col("has_order")
    allowed = near + _untold(policy)
    is_short = (shortfall > near) & ~_is_coming(as_of, policy)
    is_bare = captured + pl.col("authorised_minor") <= near
    told_apart = (pl.col("told_minor") - refunded).abs()
    uncaptured = pl.col("shipped_minor") - captured
    at_stake = captured - refunded + pl.col("authorised_minor")
    is_other = ~has_order & pl.col("order_currency").is_not_null()
    is_orphan = ~has_order & ~is_other & ~pl.col("is_set_aside")
    return {
        "other_currency": (is_other & (at_stake > near), at_stake),
        "orphan_payment": (is_orphan & (at_stake > near), at_stake),
        "over_refunded": (
            pl.col("paid_at").is_not_null() & (refunded > captured + near),
            refunded - captured,
        ),
        "double_captured": (
            has_order & (surplus > near) & _is_again(near, allowed),
            surplus,
        ),
        "refund_due": (
            has_order
            & (surplus > allowed)
            & (surplus <= pl.col("cancelled_minor") + allowed),
            surplus,
        ),
        "overpaid": (has_order & (surplus > allowed), surplus),
        "refund_disagrees": (
            has_order & (pl.col("told_minor") > 0) & (told_apart > near),
            told_apart,
        ),
        "uncaptured": (
            has_order & (uncaptured > near) & (shortfall <= near),
            uncaptured,
        ),
        "authorisation_expired": (
            has_order & is_short & (pl.col("expired_minor") > 0),
            shortfall,
        ),
        "payment_failed": (
            has_order & is_short & is_bare & (pl.col("failed_minor") > 0),
            shortfall,
        ),
        "unpaid": (has_order & is_short & is_bare, shortfall),
        "underpaid": (has_order & is_short, shortfall),
        "authorisation_expiring": (
            has_order & (captured < due - near) & _ends_early(as_of, policy),
            due - captured,
        ),
    }


def _is_coming(as_of: datetime, policy: PaymentPolicy) -> pl.Expr:
    """A payment under way would cover what is due, and is not late."""
    latest = pl.lit(as_of - timedelta(hours=policy.pending_hours))
    rest = pl.col("shortfall") - pl.col("pending_minor")
    return (rest <= policy.tolerance_minor) & (pl.col("paid_at") > latest)


def _untold(policy: PaymentPolicy) -> pl.Expr:
    """The most that a channel's payments hold besides what its orders tell."""
    return pl.col("channel_id").replace_strict(
        dict(policy.untold_charges_minor), default=0, return_dtype=pl.Int64
    )


def _is_again(near: int, allowed: pl.Expr) -> pl.Expr:
    """What is too much is one capture over again, or two, or more, and charges."""
    surplus, again = pl.col("difference_minor"), pl.col("again_minor")
    times = (surplus + near) // pl.max_horizontal(again, 1)
    is_whole = surplus - times * again <= allowed
    return (again > 0) & (times >= 1) & (times < pl.col("again_times")) & is_whole


def _ends_early(as_of: datetime, policy: PaymentPolicy) -> pl.Expr:
    """An authorisation ends before what is planned has left, or soon."""
    soon = pl.lit(as_of + timedelta(hours=policy.expiring_hours))
    leaves = (
        (pl.col("ship_date") + timedelta(days=1))
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    return (pl.col("authorised_until") < pl.coalesce(leaves, soon)).fill_null(
        value=False
    )


def _since() -> pl.Expr:
    """When the state that a class describes began."""
    return (
        pl.when(pl.col("found") == "uncaptured")
        .then(pl.max_horizontal("since_at", "moved_at"))
        .when(pl.col("found") == "refund_due")
        .then(pl.max_horizontal("since_at", "moved_at"))
        .when(pl.col("found") == "authorisation_expired")
        .then(pl.coalesce("expired_at", "since_at"))
        .otherwise("since_at")
    )


def _untroubled(as_of: datetime, policy: PaymentPolicy) -> pl.Expr:
    near = policy.tolerance_minor
    due, captured = pl.col("due_minor"), pl.col("captured_minor")
    is_moved = (captured > 0) | (pl.col("authorised_minor") > 0)
    return (
        pl.when(~pl.col("has_order") & pl.col("is_set_aside"))
        .then(pl.lit("order_waits"))
        .when(
            (pl.col("refunded_minor") > 0)
            & (pl.col("refunded_minor") >= captured - near)
        )
        .then(pl.lit("refunded"))
        .when((due <= near) & ~is_moved)
        .then(pl.lit("nothing_due"))
        .when((pl.col("shortfall") > near) & _is_coming(as_of, policy))
        .then(pl.lit("pending"))
        .when(captured >= due - near)
        .then(pl.lit("settled"))
        .when(captured > 0)
        .then(pl.lit("partly_captured"))
        .when(pl.col("authorised_minor") > 0)
        .then(pl.lit("authorised"))
        .otherwise(pl.lit("nothing_due"))
    )
