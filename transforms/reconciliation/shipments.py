"""Instruction beside confirmation beside carrier: asked, done, carried, line by line.

The confirmation is the record of what left, not the instruction; what a carrier
says stands beside it on an axis of its own. Not here: what the difference does to
the order line (``transforms.lifecycle``), parcels (``parcels.py``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.decisions import RECONCILED_SHIPMENTS
from transforms.reconciliation.owners import CODES_OF_SHIPMENTS, OWNERS, owner_of

SENT = ["SHIPPED", "SUBSTITUTED_BY_NODE"]
"""What a node says that left, of what was asked for or instead of it."""
INSTRUCTION = ["instruction_id", "instruction_line_ref"]
DONE = {
    "shipped_qty": ["SHIPPED", "COLLECTED"],
    "short_qty": ["SHORT", "SUBSTITUTED_BY_NODE"],
    "refused_qty": ["REJECTED"],
    "cancelled_qty": ["CANCEL_ACK", "NOT_COLLECTED", "WITHDRAWN"],
}
CARRIED = {
    "delivered_qty": ["DELIVERED", "FOUND", "COLLECTED"],
    "lost_qty": ["LOST"],
    "sent_back_qty": ["RTS"],
}
LEFT_AT_STORE = "LEFT_AT_STORE"
"""What a node sent, as it was asked, and nobody fetched at the store it went to."""
CLASSES = (
    "unknown",
    "wrong",
    "confirmed_twice",
    "over",
    "substituted",
    "refused",
    "short",
    "uncollected",
    "given_up",
    "matched",
    "open",
)
"""In the order they are tried; the first that fits is the class."""
CARRIER_CLASSES = ("lost", "sent_back", "delivered", "partly_delivered", "on_its_way")
"""The same of what left, as its carrier says; none where nothing left."""

CAUSES = {
    "unknown": "NEVER_ASKED",
    "wrong": "OTHER_SKU",
    "confirmed_twice": "SAID_AGAIN",
    "over": "MORE_THAN_ASKED",
    "substituted": "SENT_INSTEAD",
    "uncollected": "NOBODY_CAME",
    "given_up": "ASKED_BACK",
    "open": "NOT_ANSWERED",
}
"""Class → what does not fit, where the node gives no reason."""

SHIPMENT = {"shipment_ref": pl.String(), "tracking_ref": pl.String()}


def reconcile_shipments(
    instruction_lines: pl.DataFrame,
    events: pl.DataFrame,
    told: pl.DataFrame,
    cut_over_at: datetime | None = None,
) -> pl.DataFrame:
    """Full outer join of instruction lines and what nodes said about them.

    Args:
        instruction_lines: INSTRUCTION_LINES.
        events: ``Folded.events``.
        told: ``instruction_id, told_at`` of the instructions, and of those that were
            acknowledged ``status_code, acknowledged_at``.
        cut_over_at: what was answered before is the system before's.

    Returns:
        RECONCILED_SHIPMENTS without ``run_id``: one row per instruction line asked
        or answered, of one ``ack_class``, ``shipment_class`` and ``carrier_class``.
        ``unknown`` was never asked by us; instructions of the system before are
        not here.
    """
    asked = instruction_lines.select(*INSTRUCTION, "line_id", "sku_id", asked_qty="qty")
    joined = asked.join(_answers(events), on=INSTRUCTION, how="full", coalesce=True)
    rows = joined.filter(
        pl.col("asked_qty").is_not_null() | pl.col("answer_line_id").is_null()
    ).with_columns(
        is_unknown=pl.col("asked_qty").is_null(),
        sku_id=pl.coalesce("sku_id", "answer_sku_id"),
    )
    if cut_over_at is not None:
        is_before = pl.col("is_unknown") & (pl.col("answered_at") < cut_over_at)
        rows = rows.filter(~is_before.fill_null(value=False))
    quantities = [
        *("asked_qty", *DONE, *CARRIED),
        *("wrong_qty", "again_qty", "instead_qty", "uncollected_qty"),
        "collected_qty",
    ]
    answered = rows.with_columns(pl.col(quantities).fill_null(0))
    counted = answered.with_columns(
        shipped_qty=pl.col("shipped_qty") - _handed_over()
    ).with_columns(
        open_qty=_open(),
        lost_qty=pl.max_horizontal(pl.col("lost_qty") - pl.col("found_qty"), 0),
    )
    names = [name for name in RECONCILED_SHIPMENTS.names if name != "run_id"]
    classed = (
        counted.join(told, on="instruction_id", how="left")
        .with_columns(
            shipment_class=_class(),
            carrier_class=_carrier_class(),
            ack_class=_ack_class(),
            since_at=pl.coalesce("answered_at", "told_at"),
        )
        .with_columns(owner=_owner(), cause_code=_cause())
    )
    return classed.select(names).sort(INSTRUCTION)


def doubles(events: pl.DataFrame) -> pl.DataFrame:
    """``event_id`` of confirmations that say again what an earlier one says.

    The same line in the same parcel, or where no parcel is named as many eaches
    at the same time, under another shipment number.
    """
    shipped = _shipped(events).sort("event_at", "event_id")
    is_first = pl.struct(_SAME).is_first_distinct()
    return shipped.filter(~is_first).select("event_id")


_SAME = [*INSTRUCTION, "sku_id", "parcel"]


def _shipped(events: pl.DataFrame) -> pl.DataFrame:
    """What left, with ``parcel``, which says what one and the same is."""
    told = pl.col("detail").str.json_decode(pl.Struct(SHIPMENT))
    return events.filter(
        pl.col("event_type").is_in(SENT), pl.col("instruction_id").is_not_null()
    ).with_columns(
        parcel=pl.coalesce(
            told.struct.field("tracking_ref"), pl.format("{} {}", "qty", "event_at")
        )
    )


def _answers(events: pl.DataFrame) -> pl.DataFrame:
    sides = DONE | CARRIED
    done = [LEFT_AT_STORE, *(kind for kinds in DONE.values() for kind in kinds)]
    kinds = [*done, *(kind for kinds in CARRIED.values() for kind in kinds)]
    said = _withdrawn_apart(events).filter(
        pl.col("event_type").is_in(kinds), pl.col("instruction_id").is_not_null()
    )
    kind, qty = pl.col("event_type"), pl.col("qty")
    is_wrong = (pl.col("sku_id") != pl.col("line_sku_id")).fill_null(value=False)
    is_done = kind.is_in(done)
    at = pl.col("effective_at")
    # Documents are read only of what was said more than once.
    sent = events.filter(kind.is_in(SENT))
    often = sent.filter(pl.len().over(*INSTRUCTION, "sku_id") > 1)
    again = (
        _shipped(often)
        .group_by(_SAME)
        .agg(again_qty=qty.sum() - qty.max())
        .group_by(INSTRUCTION)
        .agg(pl.col("again_qty").sum())
    )
    counts = {name: kind.is_in(of) for name, of in sides.items()} | {
        "collected_qty": kind == "COLLECTED",
        "found_qty": kind == "FOUND",
        "instead_qty": kind == "SUBSTITUTED_BY_NODE",
        "uncollected_qty": kind.is_in(["NOT_COLLECTED", LEFT_AT_STORE]),
        "wrong_qty": is_wrong & (kind == "SHIPPED"),
    }
    # Told apart by column first: a filter in each group costs three times as much.
    answers = (
        said.lazy()
        .select(
            *INSTRUCTION,
            *(pl.when(of).then(qty).otherwise(0).alias(n) for n, of in counts.items()),
            answered_at=pl.when(is_done).then(at),
            carried_at=pl.when(~is_done).then(at),
            answer_line_id="line_id",
            answer_sku_id="sku_id",
        )
        .group_by(INSTRUCTION)
        .agg(
            pl.col(list(counts)).sum(),
            pl.col(
                "answered_at", "carried_at", "answer_line_id", "answer_sku_id"
            ).max(),
        )
        .collect()
    )
    return answers.join(again, on=INSTRUCTION, how="left").join(
        _reasons(said), on=INSTRUCTION, how="left"
    )


def _withdrawn_apart(events: pl.DataFrame) -> pl.DataFrame:
    """What was taken back of a node that never knew of it was refused by nobody."""
    is_unread = pl.col("reason_code") == "UNREAD"
    if not events.select(is_unread.any()).item():
        return events
    is_withdrawn = (pl.col("event_type") == "REJECTED") & is_unread
    kind = pl.when(is_withdrawn).then(pl.lit("WITHDRAWN")).otherwise("event_type")
    return events.with_columns(event_type=kind)


def _reasons(said: pl.DataFrame) -> pl.DataFrame:
    """The newest reason of a node to send less; few lines have one."""
    is_less = pl.col("event_type").is_in(["SHORT", "REJECTED"])
    given = said.filter(is_less, pl.col("reason_code").is_not_null())
    newest = given.sort("event_at", "event_id").unique(INSTRUCTION, keep="last")
    return newest.select(*INSTRUCTION, "reason_code")


def _handed_over() -> pl.Expr:
    """Eaches of COLLECTED that had left already: they are told twice.

    As many as all answers come to more than was asked.
    """
    sent = pl.col("shipped_qty") - pl.col("collected_qty")
    answered = pl.sum_horizontal(*DONE)
    surplus = (answered - pl.col("asked_qty")).clip(0)
    return pl.min_horizontal("collected_qty", sent, surplus)


def _open() -> pl.Expr:
    right = pl.col("shipped_qty") - pl.col("wrong_qty")
    done = right + pl.col("short_qty") + pl.col("refused_qty")
    return pl.max_horizontal(pl.col("asked_qty") - done - pl.col("cancelled_qty"), 0)


def _class() -> pl.Expr:
    asked, shipped = pl.col("asked_qty"), pl.col("shipped_qty")
    left = shipped + pl.col("instead_qty")
    # What a node gave back was cancelled or sent by another: it had it no more.
    given_back, is_sent = pl.col("refused_qty") + pl.col("cancelled_qty"), left > 0
    is_through = pl.col("open_qty") == 0
    return (
        pl.when("is_unknown")
        .then(pl.lit("unknown"))
        .when(pl.col("wrong_qty") > 0)
        .then(pl.lit("wrong"))
        .when((left > asked) & (left - pl.col("again_qty") <= asked))
        .then(pl.lit("confirmed_twice"))
        .when((left > asked) | (is_sent & (left + given_back > asked)))
        .then(pl.lit("over"))
        .when(pl.col("instead_qty") > 0)
        .then(pl.lit("substituted"))
        .when(pl.col("refused_qty") > 0)
        .then(pl.lit("refused"))
        .when(pl.col("short_qty") > 0)
        .then(pl.lit("short"))
        .when(pl.col("uncollected_qty") > 0)
        .then(pl.lit("uncollected"))
        .when(is_through & (shipped < asked))
        .then(pl.lit("given_up"))
        .when(is_through)
        .then(pl.lit("matched"))
        .otherwise(pl.lit("open"))
    )


def _ack_class() -> pl.Expr:
    """Whether the node is known to have read it; a shipment says so too."""
    status = pl.col("status_code")
    return (
        pl.when("is_unknown")
        .then(pl.lit("none"))
        .when(status == "R")
        .then(pl.lit("rejected"))
        .when(status.is_not_null())
        .then(pl.lit("accepted"))
        .when(pl.col("answered_at").is_not_null())
        .then(pl.lit("implied"))
        .otherwise(pl.lit("awaited"))
    )


def _owner() -> pl.Expr:
    """Whose it is; what is open is nobody's yet, unless it was never read."""
    is_unread = (pl.col("shipment_class") == "open") & (pl.col("status_code") == "R")
    return (
        pl.when(is_unread)
        .then(pl.lit(OWNERS["ACK_REJECTED"]))
        .otherwise(owner_of("shipment_class", CODES_OF_SHIPMENTS))
    )


def _cause() -> pl.Expr:
    """Why it is no match: the node's reason, else what does not fit."""
    of = pl.col("shipment_class")
    return (
        pl.when(of.is_in(["refused", "short"]))
        .then(pl.coalesce("reason_code", pl.lit("NO_REASON")))
        .when((of == "open") & (pl.col("ack_class") == "rejected"))
        .then(pl.lit("NOT_READ"))
        .otherwise(of.replace_strict(CAUSES, default=None, return_dtype=pl.String))
    )


def _carrier_class() -> pl.Expr:
    shipped = pl.col("shipped_qty") + pl.col("instead_qty")
    delivered = pl.col("delivered_qty")
    left = pl.min_horizontal(shipped, pl.max_horizontal("asked_qty", 0))
    return (
        pl.when(pl.col("lost_qty") > 0)
        .then(pl.lit("lost"))
        .when(pl.col("sent_back_qty") > 0)
        .then(pl.lit("sent_back"))
        .when((delivered > 0) & (delivered >= left))
        .then(pl.lit("delivered"))
        .when(delivered > 0)
        .then(pl.lit("partly_delivered"))
        .when(shipped > 0)
        .then(pl.lit("on_its_way"))
        .otherwise(pl.lit("none"))
    )
