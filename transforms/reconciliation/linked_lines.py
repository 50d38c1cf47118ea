"""What a linked line is worth: its part of the line that it is sent instead of.

A customer pays what was agreed for what was ordered, whatever is sent: what the other
SKU costs more or less is the merchant's. So an order is worth what it was, and each
linked line has the share of its eaches in the line's amounts, to the last unit.
"""

from __future__ import annotations

import polars as pl

AMOUNTS = ("line_amount_minor", "discount_minor", "tax_minor")
LINE = "substitutes_line_id"


def with_linked_worth(lines: pl.DataFrame) -> pl.DataFrame:
    """FCT_ORDER_LINES with eaches and amounts parted between linked lines and theirs.

        eaches of a linked line   =  what it was accepted of
        eaches of its line        =  ordered less what was substituted
        sum of amounts of both    =  amounts of the line as ordered

    Args:
        lines: FCT_ORDER_LINES, all lines of their orders, with ``folded_qty``: eaches
            that their buckets are of.

    Returns:
        The same rows, ``ordered_qty`` and AMOUNTS of the lines concerned parted.
    """
    if lines[LINE].null_count() == lines.height:
        return lines
    parts = _parts(lines)
    given = parts.group_by(line_id=LINE).agg(
        out_qty=pl.col("part_qty").sum(),
        **{f"{n}_out": pl.col(n).sum() for n in AMOUNTS},
    )
    mine = parts.select("line_id", "eaches", **{f"{n}_in": pl.col(n) for n in AMOUNTS})
    whole = lines.join(given, on="line_id", how="left", maintain_order="left").join(
        mine, on="line_id", how="left", maintain_order="left"
    )
    is_linked = pl.col(LINE).is_not_null()
    left = (pl.col("ordered_qty") - pl.col("out_qty").fill_null(0)).clip(0)
    return whole.with_columns(
        ordered_qty=pl.when(is_linked).then(_filled("eaches")).otherwise(left),
        **{
            n: pl.when(is_linked)
            .then(_filled(f"{n}_in"))
            .otherwise(pl.col(n) - _filled(f"{n}_out"))
            for n in AMOUNTS
        },
    ).select(lines.columns)


def _filled(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _parts(lines: pl.DataFrame) -> pl.DataFrame:
    """Linked lines with their eaches, those of their line, and their share of it."""
    of = lines.select("ordered_qty", *AMOUNTS, **{LINE: pl.col("line_id")})
    linked = lines.filter(pl.col(LINE).is_not_null()).select(
        "line_id",
        LINE,
        eaches=_filled("folded_qty"),
        part_qty=_filled("folded_qty") // pl.col("substitutes_ratio"),
    )
    known = linked.join(of, on=LINE).sort(LINE, "line_id")
    upto = pl.col("part_qty").cum_sum().over(LINE)
    placed = known.with_columns(
        upto=upto,
        # What its channel takes back of a line later was sent all the same.
        whole=pl.max_horizontal("ordered_qty", pl.col("part_qty").sum().over(LINE), 1),
    )
    before = pl.col("upto") - pl.col("part_qty")
    return placed.with_columns(
        pl.col(n) * pl.col("upto") // pl.col("whole")
        - pl.col(n) * before // pl.col("whole")
        for n in AMOUNTS
    )
