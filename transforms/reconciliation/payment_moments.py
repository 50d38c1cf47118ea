"""Since when orders and their money differ: the oldest part that is not settled.

What is taken and given back settles the oldest first, so an order that goes on
moving is no younger for it. Not here: what differs (``payment_classes``).
"""

from __future__ import annotations

import polars as pl

from transforms.reconciliation.payment_causes import untold
from transforms.reconciliation.payment_matching import (
    KEY,
    MoneyFacts,
    order_values,
    taken,
    with_moved,
)
from transforms.reconciliation.payment_policy import PaymentPolicy

LEFT, CANCELLED = "LEFT", "CANCELLED"
OF_LINE = ["line_id", "move"]
STEPS = ["order_id", "event_at", "minor"]


def with_moments(
    rows: pl.DataFrame, facts: MoneyFacts, policy: PaymentPolicy
) -> pl.DataFrame:
    """Rows with ``uncaptured_at`` and ``owed_at``, null where neither is open.

        uncaptured_at = first instant by which more had left than is taken by now
        owed_at       = first instant by which taken + cancelled
                        was more than value + given back by now

    Args:
        rows: result of ``payment_classes.measured``.
        facts: what they are made of.
        policy: tolerance, and what channels charge untold.
    """
    near = policy.tolerance_minor
    had, back = pl.col("captured_minor"), pl.col("refunded_minor")
    open_rows = rows.filter("has_order").select(
        *KEY,
        sent=pl.when(pl.col("shipped_minor") > had + near).then(had + near),
        kept=pl.when(pl.col("difference_minor") > near + untold(policy)).then(
            pl.col("value_minor") + back + near + untold(policy)
        ),
    )
    differing = open_rows.filter(
        pl.col("sent").is_not_null() | pl.col("kept").is_not_null()
    )
    steps = _steps(facts, differing.select("order_id").unique())
    captures = taken(facts.payments).select(
        *KEY, event_at="occurred_at", minor="amount_minor"
    )
    currency = differing.select(KEY)
    cancelled = steps.filter(pl.col("move") == CANCELLED).select(STEPS)
    owed = [cancelled, captures.join(currency, on=KEY, how="semi").select(STEPS)]
    left = steps.filter(pl.col("move") == LEFT).select(STEPS)
    return rows.join(
        _first_beyond(left, differing, "sent", "uncaptured_at"),
        on=KEY,
        how="left",
        nulls_equal=True,
    ).join(
        _first_beyond(pl.concat(owed), differing, "kept", "owed_at"),
        on=KEY,
        how="left",
        nulls_equal=True,
    )


def _steps(facts: MoneyFacts, orders: pl.DataFrame) -> pl.DataFrame:
    """Money by which what left of an order, or was cancelled, grew, and when."""
    lines, buckets = (
        frame.join(orders, on="order_id", how="semi")
        for frame in (facts.lines, facts.buckets)
    )
    worth = order_values(with_moved(lines, buckets)).with_columns(
        pl.col("left_qty", "cancelled_qty").fill_null(0)
    )
    sold = worth.select("line_id", "order_id", "ordered_qty", "value")
    whole = pl.max_horizontal("ordered_qty", 1)
    eaches = pl.min_horizontal("so_far", "ordered_qty")
    sums = _eaches(worth, facts.moves).join(sold, on="line_id")
    sums = sums.with_columns(sum_minor=pl.col("value") * eaches // whole)
    before = pl.col("sum_minor").shift(1, fill_value=0).over(OF_LINE, order_by="at")
    return sums.select(
        "order_id", "move", event_at="at", minor=pl.col("sum_minor") - before
    ).drop_nulls("event_at")


def _eaches(lines: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """``line_id, move, at, so_far``: how many eaches had made a move by an instant.

    What no move is known of counts from the newest event of its line on. Of moves
    that are more than what came of them (cancelled and asked for anew) the newest
    count.
    """
    qty = pl.col("qty")
    in_all = pl.concat(
        lines.select("line_id", at="last_event_at", in_all=column, move=pl.lit(move))
        for move, column in ((LEFT, "left_qty"), (CANCELLED, "cancelled_qty"))
    )
    known = moves.group_by(*OF_LINE, at="event_at").agg(qty.sum())
    sums = known.group_by(OF_LINE).agg(qty.sum())
    rest = in_all.join(sums, on=OF_LINE, how="left").with_columns(
        qty=pl.col("in_all") - qty.fill_null(0)
    )
    names = [*OF_LINE, "at", "qty", "in_all"]
    told = known.join(in_all.drop("at"), on=OF_LINE).select(names)
    parts = pl.concat([told, rest.filter(qty > 0).select(names)])
    undone = (qty.sum().over(OF_LINE) - pl.col("in_all")).clip(0)
    so_far = qty.cum_sum().over(OF_LINE, order_by="at") - undone
    return parts.select(*OF_LINE, "at", so_far=so_far.clip(0))


def _first_beyond(
    steps: pl.DataFrame, rows: pl.DataFrame, limit: str, name: str
) -> pl.DataFrame:
    """KEY and the first instant by which the steps of an order exceed its limit."""
    at = pl.col("event_at")
    sums = steps.with_columns(
        so_far=pl.col("minor").cum_sum().over("order_id", order_by="event_at")
    )
    over = sums.join(rows.select(*KEY, limit), on="order_id").filter(
        pl.col("so_far") > pl.col(limit)
    )
    return over.group_by(KEY).agg(at.min().alias(name))
