"""Which lots lie where, how much of them is too old, and which are promised first.

The ledger keeps lots as far as documents name them (``transforms.ledger.by_lot``),
and its openings name none. A node that counts by lot says in each count what it has,
and between two counts only documents that name a lot move one. So what is known of
lots is a belief beside the books, good enough to hold back what expires and to promise
the oldest first, and never a balance of its own. What a line is promised is named by
lot as far as lots are known (ALLOCATION_LOTS), and no lot is promised twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter

import polars as pl

from transforms.availability.rules import CLOSEST, FEFO, FIFO, LEAST_PACKAGES
from transforms.contracts.decisions import ALLOCATION_LOTS, LOT_POSITIONS
from transforms.contracts.table import INSTANT, TEXT

CELL = ["node_id", "sku_id"]
LOT = [*CELL, "lot_ref"]
LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TOLD = ("expires_date", "received_at", "location_ref")
_OF_A_LOT = {name: LOT_POSITIONS.schema[name] for name in (*LOT, "expires_date", "qty")}
COUNTS = pl.Schema(_OF_A_LOT | {"counted_at": INSTANT, "location_ref": TEXT})
"""A lot as a node's newest believed count has it, at one place."""

MOVES = pl.Schema(_OF_A_LOT | {"event_at": INSTANT})
"""A receipt, correction, shipment or return of a lot: signed eaches."""

PROMISED = pl.Schema(
    {"line_id": pl.String()}
    | {name: LOT_POSITIONS.schema[name] for name in (*LOT, "qty")}
)
"""Eaches of a lot that are promised to a line and have not left."""


def lot_positions(
    counts: pl.DataFrame, cuts: pl.DataFrame, moves: pl.DataFrame
) -> pl.DataFrame:
    """What lies there of each lot: its count and what moved it since.

    Args:
        counts: COUNTS.
        cuts: ``node_id, counted_at``: when each node's newest believed count that
            names lots was cut; a node without has all moves.
        moves: MOVES, also those before the cut: they tell when a lot expires, and
            when it came.

    Returns:
        LOT_POSITIONS without ``run_id``; a lot that is gone has no row, one that
        more left of than came has a negative. Of several days, a lot expires on
        the first; of several places, it lies at the first by name.
    """
    dates = pl.concat(
        [counts.select(*LOT, "expires_date"), moves.select(*LOT, "expires_date")]
    )
    first = dates.group_by(LOT).agg(pl.col("expires_date").min())
    came = moves.filter(pl.col("qty") > 0).group_by(LOT)
    received = came.agg(received_at=pl.col("event_at").min())
    lies = counts.filter(pl.col("qty") > 0).group_by(LOT)
    first_place = lies.agg(pl.col("location_ref").min())
    since = moves.join(cuts, on="node_id", how="left").filter(
        pl.col("counted_at").is_null() | (pl.col("event_at") > pl.col("counted_at"))
    )
    sums = pl.concat([counts.select(*LOT, "qty"), since.select(*LOT, "qty")])
    there = sums.group_by(LOT).agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    known = (
        there.join(first, on=LOT, how="left")
        .join(received, on=LOT, how="left")
        .join(first_place, on=LOT, how="left")
        .join(cuts, on="node_id", how="left")
    )
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


def free_by_lot(
    lots: pl.DataFrame, held: pl.DataFrame, promised: pl.DataFrame
) -> pl.DataFrame:
    """Eaches of each lot that lie there and are promised to nobody.

    What was promised without a lot comes from what nobody knows the lot of, then
    from what expires first; so does what was promised of a lot that is gone.

    Args:
        lots: LOT_POSITIONS.
        held: ``node_id, sku_id, qty, promised_qty``: sound eaches that lie there,
            and all that is promised of them.
        promised: PROMISED.

    Returns:
        ``node_id, sku_id, lot_ref, expires_date, received_at, location_ref, qty``
        above 0; ``lot_ref`` is null for eaches of no known lot. What expires first
        stands first.
    """
    there = still_there(lots, held).select(*LOT, *_TOLD, "qty")
    named = promised.group_by(LOT).agg(named=pl.col("qty").sum())
    of_lots = there.join(named, on=LOT, how="left").with_columns(
        kept=pl.min_horizontal("qty", pl.col("named").fill_null(0))
    )
    sums = of_lots.group_by(CELL).agg(
        told=pl.col("qty").sum(), kept=pl.col("kept").sum()
    )
    cells = held.join(sums, on=CELL)
    unknown = cells.select(
        *CELL,
        lot_ref=pl.lit(None, pl.String()),
        expires_date=pl.lit(None, pl.Date()),
        received_at=pl.lit(None, INSTANT),
        location_ref=pl.lit(None, TEXT),
        qty=pl.col("qty") - pl.col("told"),
        is_known=pl.lit(value=False),
    )
    left = of_lots.select(
        *LOT,
        *_TOLD,
        qty=pl.col("qty") - pl.col("kept"),
        is_known=pl.lit(value=True),
    )
    unnamed = (pl.col("promised_qty") - pl.col("kept")).clip(0)
    shelf = (
        pl.concat([left, unknown.filter(pl.col("qty") > 0)])
        .join(cells.select(*CELL, unnamed=unnamed), on=CELL)
        .sort(*CELL, "is_known", "expires_date", "lot_ref", nulls_last=True)
    )
    upto = pl.col("qty").cum_sum().over(CELL)
    free = pl.min_horizontal("qty", (upto - pl.col("unnamed")).clip(0))
    found = shelf.with_columns(qty=free).filter(pl.col("qty") > 0)
    by_age = [*CELL, "is_known", "expires_date", "lot_ref"]
    falling = [False, False, True, False, False]
    return found.sort(by_age, descending=falling, nulls_last=True).drop(
        "unnamed", "is_known"
    )


def taken_by_lot(lines: pl.DataFrame, free: pl.DataFrame) -> pl.DataFrame:
    """The lots that lines take: of those that are fresh enough, by their strategy.

    Args:
        lines: ``line_id, node_id, sku_id, qty, fresh_until, strategy``: the day on
            which a lot may not have expired yet, and which lot goes first; in the
            order in which they take.
        free: result of ``free_by_lot``.

    Returns:
        ``line_id, node_id, sku_id, lot_ref, lot_no, qty, strategy``; eaches of no
        known lot have no row. The strategy is the one that the lot went first by:
        FEFO where it lies is what CLOSEST asks and nobody told.
    """
    shelves: dict[tuple[object, ...], list[_Lot]] = defaultdict(list)
    for node, sku, *lot in free.select(*LOT, *_TOLD, "qty").iter_rows():
        shelves[node, sku].append(_Lot(*lot))
    columns = ("line_id", *CELL, "qty", "fresh_until", "strategy")
    taken = [
        (line, node, sku, lot, number, got, by)
        for line, node, sku, qty, day, strategy in lines.select(columns).iter_rows()
        for number, (lot, got, by) in enumerate(
            _taken(shelves[node, sku], qty, day, strategy), 1
        )
        if lot is not None
    ]
    return pl.DataFrame(taken, schema=_TAKEN, orient="row")


@dataclass
class _Lot:
    """Eaches of a lot that are free; those of no known lot have no name."""

    lot_ref: str | None
    expires_date: date | None
    received_at: datetime | None
    location_ref: str | None
    qty: int


_TAKEN = pl.Schema(
    {
        name: ALLOCATION_LOTS.schema[name]
        for name in ("line_id", *CELL, "lot_ref", "lot_no", "qty", "strategy")
    }
)


def _taken(
    shelf: list[_Lot], qty: int, day: date, strategy: str
) -> Iterator[tuple[str | None, int, str]]:
    """Take eaches off a shelf on which what expires first stands first."""
    fresh = [
        lot
        for lot in shelf
        if lot.qty > 0 and (lot.expires_date is None or lot.expires_date >= day)
    ]
    while qty > 0 and fresh:
        by = _possible(strategy, fresh)
        lot = _first_of(fresh, qty, by)
        fresh.remove(lot)
        got = min(qty, lot.qty)
        lot.qty -= got
        qty -= got
        yield lot.lot_ref, got, by


def _possible(strategy: str, fresh: list[_Lot]) -> str:
    """The strategy, FEFO for CLOSEST where nobody told where a lot lies."""
    is_lost = strategy == CLOSEST and all(lot.location_ref is None for lot in fresh)
    return FEFO if is_lost else strategy


def _first_of(fresh: list[_Lot], qty: int, strategy: str) -> _Lot:
    """The lot that goes first; among equals the one that expires first.

    Of which nobody saw it come was there before the first that was seen; of which
    nobody told where it lies is farther than all others.
    """
    known = [lot for lot in fresh if lot.lot_ref is not None]
    if strategy == FEFO or not known:
        return fresh[0]
    if strategy == LEAST_PACKAGES:
        ample = [lot for lot in known if lot.qty >= qty]
        of_size = attrgetter("qty")
        return min(ample, key=of_size) if ample else max(known, key=of_size)
    if strategy == CLOSEST:
        told = [lot for lot in known if lot.location_ref is not None]
        return min(told or known, key=lambda lot: lot.location_ref or "")
    pick = min if strategy == FIFO else max
    return pick(known, key=lambda lot: lot.received_at or LONG_AGO)


def open_by_lot(named: pl.DataFrame, promises: pl.DataFrame) -> pl.DataFrame:
    """PROMISED: what of each line's lots is still promised to it.

    A line whose eaches have left in part is taken to have got the lots that it was
    promised first.

    Args:
        named: ALLOCATION_LOTS of lines that may have eaches promised.
        promises: ``line_id, node_id, qty``: eaches promised to them, not yet gone.
    """
    of_line = ["line_id", "node_id"]
    left = promises.group_by(of_line).agg(open=pl.col("qty").sum())
    newest = named.join(left.filter(pl.col("open") > 0), on=of_line).sort(
        *of_line, "as_of", "lot_no", descending=[False, False, True, True]
    )
    upto = pl.col("qty").cum_sum().over(of_line)
    room = (pl.col("open") - (upto - pl.col("qty"))).clip(0)
    part = newest.with_columns(qty=pl.min_horizontal("qty", room))
    kept = part.filter(pl.col("qty") > 0).group_by("line_id", *LOT)
    return kept.agg(pl.col("qty").sum()).select(PROMISED.names()).sort("line_id", *LOT)
