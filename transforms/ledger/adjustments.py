"""A node's corrections of its stock (X12 947, CSV) as physical movements.

Eaches that change their status stay on hand; others come from an account that
says where they are, by the reason that the node gives. The posting is dated when
the node made it: a correction from before a snapshot's cut explains what that
snapshot differed by (``transforms.reconciliation.stock``). Not here: what a
snapshot shows and no document says, which is a VARIANCE.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

ACCOUNTS = {
    "CYCLE_COUNT": "ADJUSTED",
    "FOUND": "ADJUSTED",
    "LOST": "ADJUSTED",
    "THEFT": "ADJUSTED",
    "RELABELLED": "ADJUSTED",
    "OTHER": "ADJUSTED",
    "STATUS_CHANGE": "ADJUSTED",
    "DAMAGED": "SCRAP",
    "EXPIRED": "SCRAP",
    "RETURNED": "ADJUSTED",
    "RECEIVING_ERROR": "SUPPLIER",
    "SHIPPING_ERROR": "VARIANCE",
}
"""Reason → account on the other side, for eaches that do not change their status. What
left otherwise than it was confirmed is where nobody knows: its parcel goes on as it was
confirmed, and is delivered whole."""


class ReturnedPolicyError(ValueError):
    """A policy says of a partner what cannot be meant; the message names it."""


@dataclass(frozen=True)
class ReturnedPolicy:
    """Whose corrections for what customers brought back move nothing.

    A partner that tells of returns themselves would put them on the shelf twice.

    Args:
        said: partner → ``posted`` or ``kept``, where it is otherwise.
        returning: partners that send files of returns.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    returning: Collection[str] = ()

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            ReturnedPolicyError: a word that there is none of.
        """
        for partner, word in self.said.items():
            if word not in ("posted", "kept"):
                raise ReturnedPolicyError(
                    f"{partner}: {word!r} is none of posted, kept"
                )

    def is_kept(self) -> pl.Expr:
        """Whether a correction is kept as it is said, and posts nothing."""
        kept = {partner for partner, word in self.said.items() if word == "kept"}
        kept |= {*self.returning} - self.said.keys()
        is_theirs = pl.col("partner_id").is_in(sorted(kept)).fill_null(value=False)
        return (pl.col("reason_code") == "RETURNED") & is_theirs


def adjustment_movement() -> pl.Expr:
    """The movement of a correction's line, whatever goods it names."""
    return pl.format("ADJUSTMENT/{}", "adjustment_id")


def adjustment_movements(
    adjustments: pl.DataFrame, returned: ReturnedPolicy
) -> pl.DataFrame:
    """Movements of FCT_STOCK_ADJUSTMENTS; of what is kept as said 0 eaches.

    A move takes its eaches from the first status, whatever sign they have; all
    others go onto the shelf, or off it where the quantity is negative.

    Raises:
        polars.exceptions.InvalidOperationError: a reason outside the closed list.
    """
    is_move = pl.col("to_stock_status").is_not_null()
    account = pl.col("reason_code").replace_strict(ACCOUNTS, return_dtype=pl.String())
    return adjustments.with_columns(
        movement_id=adjustment_movement(),
        movement_type=pl.lit("ADJUSTMENT"),
        from_account=pl.when(is_move).then(pl.lit("ON_HAND")).otherwise(account),
        to_account=pl.lit("ON_HAND"),
        from_status="stock_status",
        to_status=pl.coalesce("to_stock_status", "stock_status"),
        qty=pl.when(returned.is_kept())
        .then(0)
        .when(is_move)
        .then(pl.col("qty").abs())
        .otherwise("qty"),
    )
