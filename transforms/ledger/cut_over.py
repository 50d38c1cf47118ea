"""What was before the books began, and so is in what they were opened with.

Two things are opened: the shelf of a node by its opening stock, and the eaches of
a line by what the system before says of them. Each side of a movement is asked for
itself: a transfer leaves a shelf that is in our books already for one that is not
yet, a parcel leaves before the cut-over and is delivered after it. The side that
an opening has in it is the system before's, whenever the opening is told. Not here:
what is opened with how much of stock (``units.py``).
"""

from __future__ import annotations

import polars as pl

BEFORE = "SYSTEM_BEFORE"
FOLLOWED = ["ON_HAND", "IN_TRANSIT", "SHIPPED", "DELIVERED", "CUSTOMER_RETURN"]
OF_LINES = ["SHIPPED", "DELIVERED"]
OPENED = {"shipped": "SHIPPED", "delivered": "DELIVERED", "lost": "VARIANCE"}
"""Buckets that a line is opened with → account that has their eaches."""

_MOVEMENT = pl.col("movement_id").str.replace(r"#\d+$", "")
OPENED_WITH = pl.Struct(dict.fromkeys(OPENED, pl.Int64()))


def with_cut(
    rows: pl.DataFrame, openings: pl.DataFrame, node: str, name: str
) -> pl.DataFrame:
    """Rows with the moment at which a shelf was opened; null: it never was.

    Args:
        rows: with ``sku_id``.
        openings: FCT_OPENING_STOCK, with the first row of each node. Goods that it
            does not name were opened with it: none of them was there.
        node: column with the shelf's node.
        name: of the moment's column.
    """
    goods = openings.group_by("node_id", "sku_id").agg(pl.col("cut_at").max())
    nodes = openings.group_by("node_id").agg(opened_first=pl.col("cut_at").min())
    place = [node, "sku_id"]
    return (
        rows.join(
            goods.rename({"node_id": node, "cut_at": name}, strict=False),
            on=place,
            how="left",
            maintain_order="left",
        )
        .join(
            nodes.rename({"node_id": node}, strict=False),
            on=node,
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.coalesce(name, "opened_first").alias(name))
        .drop("opened_first")
    )


def since_opening(movements: pl.DataFrame, openings: pl.DataFrame) -> pl.DataFrame:
    """Movements with what is in an opening as the system before's.

    Args:
        movements: MOVEMENT.
        openings: as ``with_cut`` has it.

    Returns:
        MOVEMENT; one that moved nothing but what openings have is of 0 eaches:
        what stands posted of it from before the opening was told is taken back.
    """
    left = movements.with_columns(shelf=pl.coalesce("from_node_id", "node_id"))
    dated = with_cut(left, openings, "node_id", "cut_at")
    dated = with_cut(dated, openings, "shelf", "shelf_cut_at")
    sides = {
        "from_account": _is_opened("from_account", "shelf_cut_at"),
        "to_account": _is_opened("to_account", "cut_at"),
    }
    said = dated.with_columns(
        pl.when(is_opened).then(pl.lit(BEFORE)).otherwise(name).alias(name)
        for name, is_opened in sides.items()
    )
    is_ours = pl.any_horizontal(pl.col(name).is_in(FOLLOWED) for name in sides)
    is_before = pl.any_horizontal(pl.col(name) == BEFORE for name in sides)
    qty = pl.when(is_ours | ~is_before).then("qty").otherwise(0)
    return said.with_columns(qty=qty).select(movements.columns)


def _is_opened(account: str, cut_at: str) -> pl.Expr:
    """Whether a side of a movement was before what it moves was opened."""
    name, moment = pl.col(account), pl.col("event_at")
    is_shelf = (name == "ON_HAND") & (moment < pl.col(cut_at))
    is_line = name.is_in(OF_LINES) & (moment < pl.col("opened_at"))
    return is_shelf.fill_null(value=False) | is_line.fill_null(value=False)


def since_told(
    booked: pl.DataFrame, openings: pl.DataFrame, keys: list[str]
) -> pl.DataFrame:
    """What stands posted from before a shelf was opened, as it would be posted now.

    Nearly always nothing: openings are told before anything else of their node.

    Args:
        booked: UNIT_POSTINGS so far.
        openings: as ``with_cut`` has it.
        keys: the columns that tell postings of a movement apart.

    Returns:
        ``movement_id`` without correction number, ``keys``, ``qty, event_at`` of
        such movements in whole: their shelf is the system before's, and one that
        moved nothing else is of 0 eaches.
    """
    columns = ["movement_id", *keys, "qty", "event_at"]
    name, is_moved = pl.col("account"), pl.col("movement_type") != "OPENING"
    is_shelf = (name == "ON_HAND") & (pl.col("event_at") < pl.col("cut_at")) & is_moved
    is_old = pl.col("event_at") < pl.lit(openings["cut_at"].max())
    there = booked.filter(is_old, name == "ON_HAND", is_moved)
    dated = with_cut(there, openings, "node_id", "cut_at").filter(is_shelf)
    late = dated.select(_MOVEMENT).unique()
    if late.is_empty():
        return booked.select(columns).clear()
    theirs = booked.with_columns(_MOVEMENT).join(late, on="movement_id", how="semi")
    said = with_cut(theirs, openings, "node_id", "cut_at").with_columns(
        account=pl.when(is_shelf).then(pl.lit(BEFORE)).otherwise(name)
    )
    sums = said.group_by("movement_id", *keys).agg(
        pl.col("qty").sum(), pl.col("event_at").max()
    )
    is_ours = (name.is_in(FOLLOWED) & (pl.col("qty") != 0)).any().over("movement_id")
    qty = pl.when(is_ours).then("qty").otherwise(0)
    return sums.with_columns(qty=qty).select(columns)


def opened(events: pl.DataFrame) -> pl.DataFrame:
    """Events with ``opened_at``: when their line was opened, null if it never was."""
    openings = events.filter(
        pl.col("event_type") == "OPENING", pl.col("line_id").is_not_null()
    )
    moments = openings.group_by("line_id").agg(opened_at=pl.col("effective_at").max())
    return events.join(moments, on="line_id", how="left", maintain_order="left")


def opened_eaches(events: pl.DataFrame) -> pl.DataFrame:
    """Events of eaches that lines were opened with: shipped, delivered, and lost.

    Args:
        events: result of ``opened``.

    Returns:
        ``events`` of that only, ``account`` is where the eaches are. Where an
        opening names no node they are at the one that the line's events name
        first; those of a line that nobody knows yet are nowhere.
    """
    openings = events.filter(
        pl.col("event_type") == "OPENING", pl.col("line_sku_id").is_not_null()
    )
    # Nearly no run has any: the events of all other lines are not looked at.
    theirs = events.join(openings, on="line_id", how="semi")
    named = theirs.filter(pl.col("node_id").is_not_null()).group_by("line_id")
    first = pl.col("node_id").sort_by("effective_at", "event_id").first()
    told = openings.with_columns(
        pl.col("detail").str.json_decode(OPENED_WITH).alias("told")
    ).join(named.agg(named_node_id=first), on="line_id", how="left")
    parts = [
        told.with_columns(
            qty=pl.col("told").struct.field(bucket).fill_null(0),
            account=pl.lit(account),
            node_id=pl.coalesce("node_id", "named_node_id"),
        )
        for bucket, account in OPENED.items()
    ]
    return pl.concat(parts).drop("told", "named_node_id")
