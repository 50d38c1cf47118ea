"""What nodes did with our instructions, line by line: asked beside done.

The confirmation is the record of what left, not the instruction. Not here:
what the difference does to the order line (``transforms.lifecycle``).
"""

from __future__ import annotations

import polars as pl

INSTRUCTION = ["instruction_id", "instruction_line_ref"]
DONE = {
    "shipped_qty": ["SHIPPED"],
    "short_qty": ["SHORT", "SUBSTITUTED_BY_NODE"],
    "refused_qty": ["REJECTED"],
    "cancelled_qty": ["CANCEL_ACK"],
}
CLASSES = ("unknown", "wrong", "over", "refused", "short", "matched", "open")
"""In the order they are tried; the first that fits is the class."""


def reconcile_shipments(
    instruction_lines: pl.DataFrame, events: pl.DataFrame
) -> pl.DataFrame:
    """Full outer join of instruction lines and what nodes said about them.

    Args:
        instruction_lines: INSTRUCTION_LINES.
        events: ``Folded.events``.

    Returns:
        One row per instruction line asked or answered: ``instruction_id,
        instruction_line_ref, line_id, sku_id, asked_qty, shipped_qty,
        short_qty, refused_qty, cancelled_qty, wrong_qty`` (shipped under
        another SKU), ``open_qty`` (not answered yet, >= 0), ``answered_at``,
        ``shipment_class``: one of CLASSES. ``unknown`` was never asked by us;
        instructions of the system before that an OPENING names are not here.
    """
    asked = instruction_lines.select(*INSTRUCTION, "line_id", "sku_id", asked_qty="qty")
    joined = asked.join(_answers(events), on=INSTRUCTION, how="full", coalesce=True)
    rows = joined.filter(
        pl.col("asked_qty").is_not_null() | pl.col("answer_line_id").is_null()
    ).with_columns(
        is_unknown=pl.col("asked_qty").is_null(),
        sku_id=pl.coalesce("sku_id", "answer_sku_id"),
    )
    quantities = ["asked_qty", *DONE, "wrong_qty"]
    counted = rows.with_columns(pl.col(quantities).fill_null(0)).with_columns(
        open_qty=_open()
    )
    return counted.select(
        *INSTRUCTION,
        "line_id",
        "sku_id",
        *quantities,
        "open_qty",
        "answered_at",
        shipment_class=_class(),
    ).sort(INSTRUCTION)


def _answers(events: pl.DataFrame) -> pl.DataFrame:
    kinds = [kind for kinds in DONE.values() for kind in kinds]
    said = events.filter(
        pl.col("event_type").is_in(kinds), pl.col("instruction_id").is_not_null()
    )
    kind, qty = pl.col("event_type"), pl.col("qty")
    is_wrong = (pl.col("sku_id") != pl.col("line_sku_id")).fill_null(value=False)
    return said.group_by(INSTRUCTION).agg(
        *(qty.filter(kind.is_in(of)).sum().alias(name) for name, of in DONE.items()),
        wrong_qty=qty.filter(is_wrong & (kind == "SHIPPED")).sum(),
        answered_at=pl.col("effective_at").max(),
        answer_line_id=pl.col("line_id").max(),
        answer_sku_id=pl.col("sku_id").max(),
    )


def _open() -> pl.Expr:
    right = pl.col("shipped_qty") - pl.col("wrong_qty")
    done = right + pl.col("short_qty") + pl.col("refused_qty")
    return pl.max_horizontal(pl.col("asked_qty") - done - pl.col("cancelled_qty"), 0)


def _class() -> pl.Expr:
    asked, shipped = pl.col("asked_qty"), pl.col("shipped_qty")
    is_through = pl.col("open_qty") == 0
    return (
        pl.when("is_unknown")
        .then(pl.lit("unknown"))
        .when(pl.col("wrong_qty") > 0)
        .then(pl.lit("wrong"))
        .when(shipped > asked)
        .then(pl.lit("over"))
        .when(pl.col("refused_qty") > 0)
        .then(pl.lit("refused"))
        .when((pl.col("short_qty") > 0) | (is_through & (shipped < asked)))
        .then(pl.lit("short"))
        .when(is_through)
        .then(pl.lit("matched"))
        .otherwise(pl.lit("open"))
    )
