"""A channel's own list of its orders beside ours: who has which.

The list is what a channel settles: every order that it paid or billed us for. Not
here: what the amounts come to (``payments.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import RECONCILED_ORDERS

STRAYS: tuple[str, ...] = ("order_missing", "order_unsettled")
"""Classes that need a person."""


class OrderPolicyError(ValueError):
    """A policy of orders says what cannot be meant; the message names the key."""


@dataclass(frozen=True)
class OrderPolicy:
    """How long two lists may differ.

    Args:
        missing_hours: from a channel's settling of an order to the order itself.
        unsettled_days: from what left to the settlement that names it.
        look_back_days: orders this much older than the newest settlement are not
            looked for in it any more.
    """

    missing_hours: int = 24
    unsettled_days: int = 21
    look_back_days: int = 90

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            OrderPolicyError: a number is none from 1.
        """
        for item in fields(self):
            value = getattr(self, item.name)
            if type(value) is not int or value < 1:
                raise OrderPolicyError(f"{item.name}: a whole number from 1")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> OrderPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            OrderPolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {item.name for item in fields(cls)})
        if unknown:
            raise OrderPolicyError(f"{unknown[0]}: unknown key")
        return cls(**mapping)  # type: ignore[arg-type]


def reconcile_orders(
    ours: pl.DataFrame,
    theirs: pl.DataFrame,
    covered: pl.DataFrame,
    waiting: pl.DataFrame,
    judged: tuple[datetime, OrderPolicy],
) -> pl.DataFrame:
    """Full outer join of our orders and those a channel settles; one class each.

    Args:
        ours: ``order_id, channel_id, ordered_at, currency_code, amount_minor,
            left_at`` (when the last of it left, null: it is open or cancelled).
        theirs: ``order_id, channel_id, settled_at`` (first time it was named),
            ``settled_minor, currency_code``.
        covered: ``channel_id, covered_at``: the newest moment that a channel's
            settlements speak of.
        waiting: ``order_id`` of orders that are known and set aside.
        judged: moment of the comparison, and how long the lists may differ.

    Returns:
        RECONCILED_ORDERS without ``run_id``: ``matched``, ``order_waits`` (here,
        set aside), ``order_missing`` (theirs, not ours), ``order_unsettled``
        (ours, left long ago, not theirs), ``waiting`` (may still come).
    """
    joined = ours.join(
        theirs,
        on="order_id",
        how="full",
        coalesce=True,
        suffix="_told",
    ).with_columns(
        channel_id=pl.coalesce("channel_id", "channel_id_told"),
        currency_code=pl.coalesce("currency_code", "currency_code_told"),
    )
    rows = joined.join(covered, on="channel_id", how="left").join(
        waiting.select("order_id", is_set_aside=True).unique(),
        on="order_id",
        how="left",
    )
    classed = rows.with_columns(order_class=_class(*judged))
    return (
        classed.with_columns(
            value_minor=pl.coalesce("amount_minor", "settled_minor").fill_null(0),
            since_at=pl.when(pl.col("order_class") == "order_unsettled")
            .then("left_at")
            .otherwise(pl.coalesce("settled_at", "left_at", "ordered_at")),
        )
        .select(name for name in RECONCILED_ORDERS.names if name != "run_id")
        .sort("order_id")
    )


def _class(as_of: datetime, policy: OrderPolicy) -> pl.Expr:
    is_ours = pl.col("ordered_at").is_not_null()
    is_theirs = pl.col("settled_at").is_not_null()
    missing_since = pl.col("settled_at") + timedelta(hours=policy.missing_hours)
    due = pl.col("left_at") + timedelta(days=policy.unsettled_days)
    is_covered = (due <= pl.col("covered_at")).fill_null(value=False)
    return (
        pl.when(is_ours & is_theirs)
        .then(pl.lit("matched"))
        .when(is_theirs & pl.col("is_set_aside").fill_null(value=False))
        .then(pl.lit("order_waits"))
        .when(is_theirs & (missing_since <= pl.lit(as_of)))
        .then(pl.lit("order_missing"))
        .when(~is_theirs & is_covered)
        .then(pl.lit("order_unsettled"))
        .otherwise(pl.lit("waiting"))
    )
