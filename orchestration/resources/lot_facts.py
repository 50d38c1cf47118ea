"""Gathering what is said of lots: counts that are believed, and what moved since.

Cost follows what arrived: nodes of which something new names a lot, or whose count
is another, are looked at again; a house without lots asks one question.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from transforms.availability.lots import (
    COUNTS,
    MOVES,
    fresh_enough,
    lot_positions,
    still_there,
    taken_first,
)
from transforms.availability.rules import SHELF_LIFE
from transforms.availability.waterfall import days_by_rule
from transforms.contracts.decisions import LOT_POSITIONS, STOCK_POSITIONS
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS
from transforms.instructions.release import Release

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
TOUCHED = f"""
    select node_id from lake.gold.fct_receipts
    where landing_id > $1 and lot_ref is not null
    union select node_id from lake.gold.fct_stock_adjustments
    where landing_id > $1 and lot_ref is not null
    union select node_id from lake.gold.fct_order_events
    where landing_id > $1 and event_type = 'SHIPPED' and contains(detail, '"lots"')
    union select node_id from lake.gold.fct_stock_snapshots
    semi join ({CUTS}) as cuts using (node_id)
    where landing_id > $1 and lots is not null
    union select node_id from lake.decisions.lot_positions
    inner join ({CUTS}) as cuts using (node_id)
    where cuts.counted_at is distinct from lot_positions.counted_at
"""  # noqa: S608 our own names
COUNTED = f"""
    select counts.node_id, sku_id, unnest(from_json(
        lots, '[{{"lot":"VARCHAR","expires_date":"DATE","qty":"BIGINT"}}]'
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
    union all
    select node_id, sku_id, one.lot, null, -one.qty, event_at
    from (
        select node_id, sku_id, event_at, unnest(from_json(
            json_extract(detail, '$.lots'), '[{"lot":"VARCHAR","qty":"BIGINT"}]'
        )) as one
        from lake.gold.fct_order_events
        where event_type = 'SHIPPED' and contains(detail, '"lots"')
            and node_id in (select node_id from touched)
    )
"""
DELETE = """
    delete from lake.decisions.lot_positions
    where (node_id, sku_id, lot_ref)
        in (select (node_id, sku_id, lot_ref) from gone)
"""
LOT = ["node_id", "sku_id", "lot_ref"]


def settled_lots(house: House) -> pl.DataFrame:
    """Put what lies there by lot in place of what was believed before.

    Returns:
        The rows of LOT_POSITIONS that are new or another; only these are written.
    """
    lake = house.lake
    touched = lake.query(TOUCHED, [house.run.since])
    if touched.is_empty():
        return LOT_POSITIONS.empty()
    with lake.holding(touched=touched):
        counts = lake.query(COUNTED).rename({"lot": "lot_ref"})
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


def with_first_lots(house: House, released: Release) -> pl.DataFrame:
    """Instruction lines with the lot to be taken first, where lots are known."""
    lake, lines = house.lake, released.instruction_lines
    if lines.is_empty() or not lake.count(LOT_POSITIONS.path):
        return lines
    nodes = released.fulfilment_orders.select("instruction_id", "node_id")
    asked = lines.drop("lot_ref").join(nodes, on="instruction_id", how="left")
    with lake.holding(asked=asked.select("node_id", "sku_id").unique()):
        mine = "(node_id, sku_id) in (select (node_id, sku_id) from asked)"
        lots = lake.read(LOT_POSITIONS, mine)
        held = lake.read(STOCK_POSITIONS, mine)
        products = lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from asked)")
    today = business_date_of(house.run.as_of, house.policies.company_zone)
    nodes_known, policy = lake.read(DIM_NODES), house.policies.availability
    days = days_by_rule(SHELF_LIFE, lots, nodes_known, products, policy, today)
    before = held.select(
        "node_id", "sku_id", qty=pl.sum_horizontal("allocated_qty", "released_qty")
    )
    ordered = asked.sort("instruction_id", pl.col("instruction_line_ref").cast(int))
    there = still_there(lots, held.select("node_id", "sku_id", qty="available_qty"))
    named = taken_first(ordered, fresh_enough(there, days, today), before)
    return named.select(lines.columns).sort("instruction_id", "instruction_line_ref")


def _as(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
