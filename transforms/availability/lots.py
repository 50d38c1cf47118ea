"""Which lots lie where, how much of them is too old, and which is taken first.

The ledger keeps lots as far as documents name them (``transforms.ledger.by_lot``),
and its openings name none. A node that counts by lot says in each count what it has,
and between two counts only documents that name a lot move one. So what is known of
lots is a belief beside the books, good enough to hold back what expires and to ask
for the oldest first, and never a balance of its own.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.contracts.decisions import LOT_POSITIONS
from transforms.contracts.table import INSTANT

CELL = ["node_id", "sku_id"]
LOT = [*CELL, "lot_ref"]
_OF_A_LOT = {name: LOT_POSITIONS.schema[name] for name in (*LOT, "expires_date", "qty")}
COUNTS = pl.Schema(_OF_A_LOT | {"counted_at": INSTANT})
"""A lot as a node's newest believed count has it."""

MOVES = pl.Schema(_OF_A_LOT | {"event_at": INSTANT})
"""A receipt, correction or shipment that names a lot: signed eaches."""


def lot_positions(
    counts: pl.DataFrame, cuts: pl.DataFrame, moves: pl.DataFrame
) -> pl.DataFrame:
    """What lies there of each lot: its count and what moved it since.

    Args:
        counts: COUNTS.
        cuts: ``node_id, counted_at``: when each node's newest believed count that
            names lots was cut; a node without has all moves.
        moves: MOVES, also those before the cut: they tell when a lot expires.

    Returns:
        LOT_POSITIONS without ``run_id``; a lot that is gone has no row, one that
        more left of than came has a negative. Of several days, a lot expires on
        the first.
    """
    dates = pl.concat(
        [counts.select(*LOT, "expires_date"), moves.select(*LOT, "expires_date")]
    )
    first = dates.group_by(LOT).agg(pl.col("expires_date").min())
    since = moves.join(cuts, on="node_id", how="left").filter(
        pl.col("counted_at").is_null() | (pl.col("event_at") > pl.col("counted_at"))
    )
    sums = pl.concat([counts.select(*LOT, "qty"), since.select(*LOT, "qty")])
    there = sums.group_by(LOT).agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    known = there.join(first, on=LOT, how="left").join(cuts, on="node_id", how="left")
    names = [name for name in LOT_POSITIONS.names if name != "run_id"]
    return known.select(names).sort(LOT)


def still_there(lots: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Lots as far as the eaches that lie there reach.

    What left without a lot being named left from what expires first: more of a SKU's
    lots than it has on hand are gone from the oldest on.

    Args:
        lots: LOT_POSITIONS.
        held: ``node_id, sku_id, qty`` that lie there, sound.
    """
    there = lots.filter(pl.col("qty") > 0).sort(
        *CELL, pl.col("expires_date"), "lot_ref", nulls_last=True
    )
    known = there.join(held.select(*CELL, held="qty"), on=CELL, how="left")
    upto, whole = pl.col("qty").cum_sum().over(CELL), pl.col("qty").sum().over(CELL)
    gone = (whole - pl.col("held").fill_null(0).clip(0)).clip(0)
    left = pl.min_horizontal("qty", (upto - gone).clip(0))
    return known.with_columns(qty=left).filter(pl.col("qty") > 0).drop("held")


def too_old(lots: pl.DataFrame, days: pl.DataFrame, today: date) -> pl.DataFrame:
    """Eaches of each node and SKU that expire before they may still be sent.

    Args:
        lots: LOT_POSITIONS.
        days: ``node_id, sku_id, days``: how many a lot must have left; 0 sends it
            on its last day.
        today: business date.

    Returns:
        ``node_id, sku_id, old_qty``.
    """
    there = lots.filter(pl.col("qty") > 0)
    old = there.join(fresh_enough(there, days, today), on=LOT, how="anti")
    return old.group_by(CELL).agg(old_qty=pl.col("qty").sum())


def fresh_enough(lots: pl.DataFrame, days: pl.DataFrame, today: date) -> pl.DataFrame:
    """The lots that may be sent today; one of which nobody told when it expires may.

    Args:
        lots: LOT_POSITIONS.
        days: ``node_id, sku_id, days`` that a lot must have left; 0 where not told.
        today: business date.
    """
    asked = lots.join(days.select(*CELL, "days"), on=CELL, how="left")
    first = pl.lit(today) + pl.duration(days=pl.col("days").fill_null(0))
    is_old = (pl.col("expires_date") < first).fill_null(value=False)
    return asked.filter(~is_old).drop("days")


def taken_first(
    lines: pl.DataFrame, lots: pl.DataFrame, before: pl.DataFrame
) -> pl.DataFrame:
    """The lot that each line is to be taken from first: what expires first goes first.

    Lines take the eaches of their SKU one behind the other, those that were promised
    before take theirs first. A line beyond what is known by lot names none.

    Args:
        lines: ``node_id, sku_id, qty`` and whatever names a line, in their order.
        lots: LOT_POSITIONS that may be sent.
        before: ``node_id, sku_id, qty`` promised before these lines.

    Returns:
        ``lines`` with ``lot_ref``.
    """
    there = lots.filter(pl.col("qty") > 0).sort(
        *CELL, pl.col("expires_date"), "lot_ref", nulls_last=True
    )
    stops = there.select(*CELL, "lot_ref", stop=pl.col("qty").cum_sum().over(CELL))
    promised = before.select(*CELL, promised="qty")
    asked = lines.with_row_index("place").join(promised, on=CELL, how="left")
    ahead = pl.col("qty").cum_sum().over(CELL) - pl.col("qty")
    asked = asked.with_columns(first=ahead + pl.col("promised").fill_null(0))
    found = (
        asked.select("place", *CELL, "first")
        .join(stops, on=CELL)
        .filter(pl.col("stop") > pl.col("first"))
        .sort("place", "stop")
        .unique("place", keep="first", maintain_order=True)
    )
    named = asked.join(found.select("place", "lot_ref"), on="place", how="left")
    return named.sort("place").drop("place", "promised", "first")
