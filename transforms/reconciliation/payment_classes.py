"""The one class of each row of orders and money.

Not here: sums (``payment_matching``), conditions (``payment_causes``), since when
(``payment_moments``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from transforms.reconciliation.payment_causes import (
    ends_early,
    is_again,
    is_coming,
    untold,
)
from transforms.reconciliation.payment_policy import PaymentPolicy

SUMS = ["authorised_minor", "captured_minor", "refunded_minor"]

CAUSES = {
    "other_currency": "CHARGED_IN_ANOTHER",
    "orphan_payment": "NO_SUCH_ORDER",
    "over_refunded": "REFUNDED_MORE_THAN_TAKEN",
    "double_captured": "CAPTURED_AGAIN",
    "refund_due": "CANCELLED_SINCE",
    "overpaid": "CAPTURED_MORE_THAN_DUE",
    "refund_disagrees": "TWO_REFUNDS_TOLD",
    "uncaptured": "LEFT_AND_NOT_TAKEN",
    "authorisation_expired": "ENDED_BEFORE_IT_LEFT",
    "payment_failed": "PROVIDER_REFUSED",
    "unpaid": "NOTHING_TOLD",
    "underpaid": "TAKEN_LESS_THAN_DUE",
    "authorisation_expiring": "ENDS_BEFORE_IT_LEAVES",
}
"""What made order and money differ, of each class that needs a person."""


def measured(rows: pl.DataFrame) -> pl.DataFrame:
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


def classed(rows: pl.DataFrame, as_of: datetime, policy: PaymentPolicy) -> pl.DataFrame:
    """The first class of the precedence that fits, else one that is no trouble.

    Args:
        rows: ``measured``, with ``payment_moments``.
        as_of: moment of the comparison.
        policy: tolerance, patience, precedence.
    """
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
    allowed = near + untold(policy)
    is_short = (shortfall > near) & ~is_coming(as_of, policy)
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
            has_order & (surplus > near) & is_again(near, allowed),
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
            has_order & (captured < due - near) & ends_early(as_of, policy),
            due - captured,
        ),
    }


def cause() -> pl.Expr:
    """What made order and money differ; null where they do not."""
    of = pl.col("payment_class")
    is_refused = (of == "uncaptured") & (pl.col("refused_minor") > 0)
    return (
        pl.when(is_refused)
        .then(pl.lit(CAUSES["payment_failed"]))
        .otherwise(of.replace_strict(CAUSES, default=None, return_dtype=pl.String))
    )


def _since() -> pl.Expr:
    """When the state that a class describes began."""
    return (
        pl.when(pl.col("found") == "uncaptured")
        .then(pl.max_horizontal("ordered_at", "granted_at", "uncaptured_at"))
        .when(pl.col("found") == "refund_due")
        .then(pl.coalesce("owed_at", "since_at"))
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
        .when((pl.col("shortfall") > near) & is_coming(as_of, policy))
        .then(pl.lit("pending"))
        .when(captured >= due - near)
        .then(pl.lit("settled"))
        .when(captured > 0)
        .then(pl.lit("partly_captured"))
        .when(pl.col("authorised_minor") > 0)
        .then(pl.lit("authorised"))
        .otherwise(pl.lit("nothing_due"))
    )
