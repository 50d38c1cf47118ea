"""Gathering what is said of lots: counts that are believed, and what moved since.

Cost follows what arrived: nodes of which something new names a lot, or whose count
is another, are looked at again; a house without lots asks one question.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.allocation.dates import ship_calendar
from transforms.availability.lots import (
    COUNTS,
    MOVES,
    PROMISED,
    lot_positions,
    open_by_lot,
)
from transforms.availability.rules import LOTS, SHELF_LIFE
from transforms.availability.shelf_life import (
    days_by_channel,
    free_of,
    lots_of_allocations,
)
from transforms.contracts.decisions import (
    ALLOCATION_LOTS,
    LOT_POSITIONS,
    SHELF_LIFE_LIMITS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import DIM_NODE_CALENDARS, DIM_NODES, DIM_PRODUCTS
from transforms.instructions.release import Release
from transforms.reconciliation.findings.finding import OTHER_LOTS, OVERPROMISED

CUTS = """
    select node_id, max(snapshot_at) as counted_at
    from lake.decisions.node_confidence
    semi join (
        select node_id, snapshot_at from lake.gold.fct_stock_snapshots
        where lots is not null
    ) as by_lot using (node_id, snapshot_at)
    where verdict = 'TRUSTED' group by node_id
"""
"""Newest believed counts that name lots; one that names none says nothing of them."""
OF_WHAT_IS_FREE = f"""
    select cuts.node_id, counted_at from ({CUTS}) as cuts
    semi join (
        select node_id, snapshot_at from lake.gold.fct_stock_snapshots
        where lots is not null and quantity_basis = 'available'
    ) as counts on cuts.node_id = counts.node_id and snapshot_at = counted_at
"""  # noqa: S608 our own names
"""Those of them that leave out what was promised by then."""
TOUCHED = f"""
    select node_id from lake.gold.fct_receipts
    where landing_id > $1 and lot_ref is not null
    union select node_id from lake.gold.fct_stock_adjustments
    where landing_id > $1 and lot_ref is not null
    union select node_id from lake.gold.fct_order_events
    where landing_id > $1 and contains(detail, '"lots"')
        and event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE')
    union select node_id from lake.decisions.unit_postings
    where run_id = $2 and movement_type = 'RETURN' and lot_ref is not null
    union select node_id from lake.gold.fct_stock_snapshots
    semi join ({CUTS}) as cuts using (node_id)
    where landing_id > $1 and lots is not null
    union select node_id from lake.decisions.lot_positions
    inner join ({CUTS}) as cuts using (node_id)
    where cuts.counted_at is distinct from lot_positions.counted_at
"""  # noqa: S608 our own names
COUNTED = f"""
    select counts.node_id, sku_id, unnest(from_json(
        lots, '[{{"lot":"VARCHAR","expires_date":"DATE","location":"VARCHAR",
            "qty":"BIGINT"}}]'
    ), recursive := true), counted_at
    from lake.gold.fct_stock_snapshots as counts
    inner join ({CUTS}) as cuts
        on counts.node_id = cuts.node_id and snapshot_at = counted_at
    where counts.node_id in (select node_id from touched)
        and stock_status = 'AVAILABLE' and lots is not null
"""  # noqa: S608 our own names
MOVED = """
    select node_id, sku_id, lot_ref, expires_date, qty, event_at
    from lake.gold.fct_receipts
    where lot_ref is not null and stock_status = 'AVAILABLE'
        and node_id in (select node_id from touched)
    union all
    select node_id, sku_id, lot_ref, null,
        case
            when to_stock_status = 'AVAILABLE' then abs(qty)
            when to_stock_status is not null then -abs(qty)
            else qty
        end, event_at
    from lake.gold.fct_stock_adjustments
    where lot_ref is not null and 'AVAILABLE' in (stock_status, to_stock_status)
        and node_id in (select node_id from touched)
        and (
            reason_code is distinct from 'RETURNED'
            or 'ADJUSTMENT/' || adjustment_id in (
                select movement_id from lake.decisions.unit_postings
                where movement_type = 'ADJUSTMENT'
            )
        )
    union all
    select node_id, sku_id, one.lot, null, -one.qty, event_at
    from (
        select node_id, sku_id, event_at, unnest(from_json(
            json_extract(detail, '$.lots'), '[{"lot":"VARCHAR","qty":"BIGINT"}]'
        )) as one
        from lake.gold.fct_order_events
        where event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE')
            and contains(detail, '"lots"')
            and node_id in (select node_id from touched)
    )
    union all
    select node_id, sku_id, lot_ref, null, qty, event_at
    from lake.decisions.unit_postings
    where movement_type = 'RETURN' and lot_ref is not null
        and account = 'ON_HAND' and stock_status = 'AVAILABLE'
        and node_id in (select node_id from touched)
"""
"""What moved of lots that may be sold. Returns are as the ledger has them: it knows
which lot a line's goods left from, and whose corrections tell of them a second time.
"""
DELETE = """
    delete from lake.decisions.lot_positions
    where (node_id, sku_id, lot_ref)
        in (select (node_id, sku_id, lot_ref) from gone)
"""
LOT = ["node_id", "sku_id", "lot_ref"]
CONFIRMED_WITHIN = timedelta(days=1)
"""What left before a count is confirmed as soon after it, at most."""
OF_LOTS = (LOT_POSITIONS.path, ALLOCATION_LOTS.path, SHELF_LIFE_LIMITS.path)
NAMED = f"""
    with still as (
        select line_id, ordered_at from lake.decisions.line_buckets
        where {MAY_BE_OPEN} and allocated_qty + released_qty + in_fulfilment_qty > 0
    )
    select * exclude (run_id) from lake.decisions.allocation_lots
    where as_of >= (select min(ordered_at) from still)
        and line_id in (select line_id from still)
"""  # noqa: S608 our own names
SENT_OTHERWISE = """
    with sent as (
        select asked.line_id, events.node_id, unnest(from_json(
            json_extract(detail, '$.lots'), '[{"lot":"VARCHAR","qty":"BIGINT"}]'
        )) as one
        from lake.gold.fct_order_events as events
        inner join lake.instructions.instruction_lines as asked
            using (instruction_id, instruction_line_ref)
        where event_type = 'SHIPPED' and event_at >= $1
            and contains(detail, '"lots"') and lot_ref is not null
    ),
    named as (
        select line_id, node_id, string_agg(distinct lot_ref, ', ' order by lot_ref)
            as asked_lots, list(lot_ref) as lots
        from lake.decisions.allocation_lots
        where line_id in (select line_id from sent)
        group by line_id, node_id
    )
    select line_id, string_agg(distinct one.lot, ', ' order by one.lot) as sent_lots,
        min(asked_lots) as asked_lots, sum(one.qty)::bigint as qty
    from sent inner join named using (line_id, node_id)
    where not list_contains(lots, one.lot)
    group by line_id order by line_id
"""
STILL_PROMISED = """
    select line_id, node_id, sum(qty)::bigint as qty
    from lake.decisions.promise_postings
    where line_id in (select line_id from lines)
        and account in ('ALLOCATED', 'RELEASED')
    group by line_id, node_id having sum(qty) > 0
"""


def settled_lots(house: House) -> pl.DataFrame:
    """Put what lies there by lot in place of what was believed before.

    Returns:
        The rows of LOT_POSITIONS that are new or another; only these are written.
    """
    lake = house.lake
    touched = lake.query(TOUCHED, [house.run.since, house.run.run_id])
    if touched.is_empty():
        return LOT_POSITIONS.empty()
    with lake.holding(touched=touched):
        named = {"lot": "lot_ref", "location": "location_ref"}
        counts = lake.query(COUNTED).rename(named)
        moves, cuts = lake.query(MOVED), lake.query(CUTS)
        mine = "node_id in (select node_id from touched)"
        before = lake.read(LOT_POSITIONS, mine).drop("run_id")
    now = lot_positions(_as(counts, COUNTS), cuts, _as(moves, MOVES))
    changed = now.join(before, on=now.columns, how="anti", nulls_equal=True)
    gone = before.join(now, on=LOT, how="anti")
    stamped = house.run.stamped(changed)
    with lake.transaction("decisions/lot_positions", house.run.message):
        if gone.height:
            with lake.holding(gone=gone):
                lake.execute(DELETE)
        lake.merge(LOT_POSITIONS, stamped)
    return stamped


def has_lots(house: House) -> bool:
    """Whether anything was ever known by lot; most houses answer no, once a run."""
    return house.once("lots", lambda: any(map(house.lake.count, OF_LOTS)))


def shelf_life_of(house: House, condition: str) -> pl.DataFrame:
    """SHELF_LIFE_LIMITS that a condition chooses."""
    if not has_lots(house):
        return SHELF_LIFE_LIMITS.empty()
    return house.lake.read(SHELF_LIFE_LIMITS, condition)


def promised_lots(house: House, cells: pl.DataFrame | None = None) -> pl.DataFrame:
    """What is promised of each lot to lines that may be open (``lots.PROMISED``).

    Where a node counts only what is free, what was promised before is of none of the
    lots that it counted.

    Args:
        house: opened.
        cells: with ``node_id, sku_id``; of all by default.
    """
    if not has_lots(house):
        return PROMISED.to_frame()
    named = _unless_before(house.lake.query(NAMED), house.lake.query(OF_WHAT_IS_FREE))
    if cells is not None:
        named = named.join(cells, on=["node_id", "sku_id"], how="semi")
    return _still_promised(house, named)


def _unless_before(named: pl.DataFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    """ALLOCATION_LOTS that were not promised before some counts of their nodes."""
    dated = named.join(cuts, on="node_id", how="left")
    is_before = (pl.col("as_of") <= pl.col("counted_at")).fill_null(value=False)
    return dated.filter(~is_before).drop("counted_at")


def _still_promised(house: House, named: pl.DataFrame) -> pl.DataFrame:
    with house.lake.holding(lines=named.select("line_id").unique()):
        return open_by_lot(named, house.lake.query(STILL_PROMISED))


def overpromised_lots(house: House) -> pl.DataFrame:
    """Lots of which more is promised than is there (``OVERPROMISED``).

    What was promised before the node's count may have left before it: its
    confirmation is waited for.
    """
    if not has_lots(house):
        return OVERPROMISED.to_frame()
    cuts, free = house.lake.query(CUTS), house.lake.query(OF_WHAT_IS_FREE)
    is_young = pl.lit(house.run.as_of) - pl.col("counted_at") < CONFIRMED_WITHIN
    named = _unless_before(house.lake.query(NAMED), free)
    sure = _unless_before(named, cuts.filter(is_young))
    promised = _still_promised(house, sure)
    sums = promised.group_by(LOT).agg(promised_qty=pl.col("qty").sum())
    there = house.lake.read(LOT_POSITIONS).select(*LOT, there_qty="qty")
    cells = sums.join(there, on=LOT, how="left").fill_null(0)
    over = pl.col("promised_qty") > pl.col("there_qty").clip(0)
    return cells.filter(over).select(OVERPROMISED.names()).sort(LOT)


def other_lots(house: House, since: datetime) -> pl.DataFrame:
    """Lines of which another lot left than was asked for (``OTHER_LOTS``)."""
    if not has_lots(house):
        return OTHER_LOTS.to_frame()
    return house.lake.query(SENT_OTHERWISE, [since]).cast(OTHER_LOTS)


def shipping_nodes(house: House, lots: pl.DataFrame) -> pl.DataFrame:
    """DIM_NODES; where lots are known with ``ship_in_days``, to the first ship day."""
    nodes = house.lake.read(DIM_NODES)
    if lots.is_empty():
        return nodes
    today = business_date_of(house.run.as_of, house.policies.company_zone)
    closed = house.policies.allocation.closed_dates
    own_days = house.lake.read(DIM_NODE_CALENDARS)
    first = ship_calendar(nodes, closed, own_days, house.run.as_of, 1)
    days = (pl.col("ship_date") - pl.lit(today)).dt.total_days().clip(0)
    return nodes.join(
        first.select("node_id", ship_in_days=days), on="node_id", how="left"
    )


def allocated_lots(house: House, allocations: pl.DataFrame) -> pl.DataFrame:
    """ALLOCATION_LOTS of what is being allocated, by the strategy that rules say."""
    lake = house.lake
    allocations = allocations.filter(packed_in="NONE")
    if allocations.is_empty() or not has_lots(house):
        return ALLOCATION_LOTS.empty().drop("run_id")
    with lake.holding(asked=allocations.select("node_id", "sku_id").unique()):
        mine = "(node_id, sku_id) in (select (node_id, sku_id) from asked)"
        lots = lake.read(LOT_POSITIONS, mine)
        held = lake.read(STOCK_POSITIONS, mine)
        products = lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from asked)")
    channels = lake.query(
        "select line_id, channel_id, demand_rank from lake.decisions.open_demand"
    )
    today = business_date_of(house.run.as_of, house.policies.company_zone)
    ages = house.policies.availability.of(SHELF_LIFE, today)
    goods = products.select("sku_id", "department")
    cells = lots.select("node_id", "sku_id").unique()
    nodes = lake.read(DIM_NODES)
    days = days_by_channel(cells.join(goods, on="sku_id", how="left"), nodes, ages)
    free = free_of(lots, held, promised_lots(house, lots))
    asked = (
        allocations.join(channels, on="line_id")
        .join(goods, on="sku_id", how="left")
        .join(nodes.select("node_id", "node_kind"), on="node_id", how="left")
    )
    strategies = house.policies.availability.of(LOTS, today)
    return lots_of_allocations(asked, days, free, strategies)


def with_first_lots(house: House, released: Release) -> pl.DataFrame:
    """Instruction lines with the first lot of their allocations, where there is one."""
    lake, lines = house.lake, released.instruction_lines
    if lines.is_empty() or not has_lots(house):
        return lines
    first = lake.read(ALLOCATION_LOTS, "run_id = ? and lot_no = 1", [house.run.run_id])
    nodes = released.fulfilment_orders.select("instruction_id", "node_id")
    is_loose = pl.col("packed_in").is_null()
    named = (
        lines.drop("lot_ref")
        .join(nodes, on="instruction_id", how="left")
        .join(
            first.select("line_id", "node_id", "lot_ref"),
            on=["line_id", "node_id"],
            how="left",
        )
    )
    loose = named.with_columns(pl.when(is_loose).then("lot_ref").alias("lot_ref"))
    return loose.select(lines.columns).sort("instruction_id", "instruction_line_ref")


def _as(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
