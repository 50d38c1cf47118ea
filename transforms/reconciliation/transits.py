"""Goods that were advised, should have come, and did not, or not all of them.

Receipts answer an order's notices in the order in which they are due, whichever of
them they name, as the ledger has it. Not here: where goods on the way stand
(``transforms.ledger.transits``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT

ADVISED = pl.Schema(
    {
        "node_id": TEXT,
        "sku_id": TEXT,
        "po_ref": TEXT,
        "notice_ref": TEXT,
        "qty": INTEGER,
        "event_at": INSTANT,
        "expected_date": DATE,
    }
)
"""A notice that was not taken back, with the date that its goods are expected on."""

OVERDUE = pl.Schema(
    {"node_id": TEXT, "sku_id": TEXT, "ref": TEXT, "qty": INTEGER, "due_at": INSTANT}
)
"""Eaches of an order (or of a notice of none) that should be there."""

POOL = ["node_id", "sku_id", "ref"]


@dataclass(frozen=True)
class TransitPolicy:
    """How long goods on the way are waited for.

    Args:
        grace_days: behind the date that a notice expects them on.
        days: behind the day they left, where a notice names no date.
    """

    grace_days: int = 2
    days: int = 21

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> TransitPolicy:
        """The policy as operators write it; our numbers where they name none.

        Raises:
            TypeError: a name that there is none of.
        """
        return cls(**mapping)


def overdue(
    notices: pl.DataFrame,
    receipts: pl.DataFrame,
    as_of: datetime,
    policy: TransitPolicy,
) -> pl.DataFrame:
    """OVERDUE, by place, goods and order.

    Args:
        notices: ADVISED; of an order all.
        receipts: ``node_id, sku_id, po_ref, qty`` of those that name one of them.
        as_of: moment of the run.
        policy: how long they are waited for.
    """
    told = notices.with_columns(
        ref=pl.coalesce("po_ref", "notice_ref"), due_at=_due(policy)
    )
    names = pl.concat(
        told.select(*POOL, name=column) for column in ("notice_ref", "po_ref")
    )
    known = names.drop_nulls().sort(*POOL, "name")
    known = known.unique(["node_id", "sku_id", "name"], keep="first")
    named = receipts.rename({"po_ref": "name"}).join(
        known, on=["node_id", "sku_id", "name"]
    )
    came = named.group_by(POOL).agg(came=pl.col("qty").sum())
    due = (
        told.filter(pl.col("due_at") < as_of)
        .group_by(POOL)
        .agg(pl.col("qty").sum(), pl.col("due_at").min())
    )
    left = pl.col("qty") - pl.col("came").fill_null(0)
    open_ = due.join(came, on=POOL, how="left").with_columns(qty=left)
    return open_.filter(pl.col("qty") > 0).select(OVERDUE.names()).sort(POOL)


def still_on_its_way(late: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """OVERDUE as far as the books have eaches on their way; the oldest first.

    What a node corrected of a receipt is there, and no receipt says so.

    Args:
        late: OVERDUE.
        held: ``node_id, sku_id, qty`` that stand in IN_TRANSIT.
    """
    place = ["node_id", "sku_id"]
    known = late.join(held.rename({"qty": "held"}), on=place, how="left")
    upto = pl.col("qty").cum_sum().over(place, order_by=["due_at", "ref"])
    left = pl.col("held").fill_null(0) - (upto - pl.col("qty"))
    open_ = known.with_columns(qty=left.clip(0, "qty")).filter(pl.col("qty") > 0)
    return open_.select(OVERDUE.names()).sort(POOL)


def _due(policy: TransitPolicy) -> pl.Expr:
    """When they should have come: the end of the day, and what is let pass."""
    day = pl.col("expected_date").cast(INSTANT)
    expected = day + timedelta(days=1 + policy.grace_days)
    return pl.coalesce(expected, pl.col("event_at") + timedelta(days=policy.days))
