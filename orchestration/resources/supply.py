"""Supply: taking back what can no longer be kept, then what may be promised.

Figures are worked out anew for what this run and the one before it posted to,
and for all where a rule, a node or the code is another.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.resources.carried import promises_of
from orchestration.resources.choices import choose, record
from orchestration.resources.clock import business_date_of
from orchestration.resources.demand_facts import receipts_to_come
from orchestration.resources.gate_facts import gates_moved, gates_of_run
from orchestration.resources.house import House
from orchestration.resources.kit_facts import parts_at, waiting_kits
from orchestration.resources.line_facts import facts_of, lines_touched_by_us
from orchestration.resources.line_state import apply_fold, settle_positions
from orchestration.resources.lot_facts import (
    promised_lots,
    shelf_life_of,
    shipping_nodes,
)
from orchestration.resources.preorder_facts import capped_skus
from orchestration.resources.reach import MAY_BE_OPEN, ordered_since
from orchestration.resources.run import committed
from transforms.allocation.free import free_lost_supply
from transforms.allocation.gates import with_stops
from transforms.availability.channels import (
    ChannelFacts,
    changed_figures,
    channel_availability,
)
from transforms.availability.promise_curve import coming
from transforms.availability.rules import PREORDER_CAP, SHELF_LIFE
from transforms.availability.shelf_life import changed_limits
from transforms.availability.waterfall import (
    Shelves,
    available_to_promise,
    limits_by_channel,
)
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    CHANNEL_AVAILABILITY,
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    OWN_EVENTS,
    PROMISE_CURVE,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_EXPECTED_RECEIPTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.lifecycle.fold import fold_lines

MOVED = "(node_id, sku_id) in (select (node_id, sku_id) from moved)"
OPEN_ORDERS = """
    po_ref in (
        select po_ref from lake.gold.fct_expected_receipts where expected_date >= ?
    )
"""
"""Lines that are overdue too: what came is taken off these first."""
GONE = """
    (node_id, sku_id, available_date)
    in (select (node_id, sku_id, available_date) from gone)
"""
DOUBTED = """
    select node_id from lake.decisions.node_confidence
    where list_contains([?, ?], run_id)
    group by node_id having count(distinct confidence_bp) > 1 or count(*) = 1
"""
"""Nodes that are believed more or less than by the run before."""
AGEING = """
    (node_id, sku_id) in (
        select (node_id, sku_id) from lake.decisions.lot_positions
        where expires_date <= ? and qty > 0
        union all
        select (node_id, sku_id) from lake.decisions.available_to_promise
        where expired_qty < 0
        union all
        select (node_id, sku_id) from lake.decisions.shelf_life_limits
        where aged_qty < 0
    )
"""
"""Positions with lots that are too old, or were."""
ASKED = """
    select sku_id from lake.decisions.available_to_promise where {is_new}
    union select sku_id from lake.decisions.shelf_life_limits where {is_new}
    union select sku_id from lake.decisions.line_buckets where {is_new}
"""
"""SKUs of which a node's figure or a line is new."""
WAITING = f"""
    select
        channel_id,
        sku_id,
        sum(
            pending_qty + held_qty + preordered_qty + backordered_qty
        )::bigint as waiting_qty,
    from lake.decisions.line_buckets
    where {MAY_BE_OPEN}
        and pending_qty + held_qty + preordered_qty + backordered_qty > 0
"""  # noqa: S608 our own names
LONGEST_WAIT_DAYS = 14
"""Days until a node ships next, at most: a lot ages meanwhile."""
OF_KITS = """
    select line_id from lake.gold.fct_order_lines
    where ordered_at >= ? and order_id in (select order_id from kits)
        and kit_line_id is not null
"""
OVER = "allocated_qty > 0 and allocated_qty + released_qty > available_qty"


def free_commitments(house: House) -> None:
    """Deallocate unreleased eaches that supply no longer covers, and fold that."""
    events = choose(
        house, (OWN_EVENTS,), lambda: {OWN_EVENTS: _lost(house)}, ("DEALLOCATED",)
    )
    if not events[OWN_EVENTS].height:
        return
    record(house, "decisions/own_events", events)
    lines = lines_touched_by_us(house)
    folded = fold_lines(
        facts_of(house, lines, house.run.since), house.policies.transitions
    )
    apply_fold(house, folded, lines)
    settle_positions(house)


def changed_availability(house: House) -> tuple[pl.DataFrame, pl.DataFrame]:
    """AVAILABLE_TO_PROMISE and SHELF_LIFE_LIMITS rows that differ from the lake's."""
    lake, recent = house.lake, _recent(house)
    positions = lake.read(STOCK_POSITIONS, *_moved(house, recent))
    with lake.holding(moved=positions.select("node_id", "sku_id")):
        before = lake.read(AVAILABLE_TO_PROMISE, MOVED)
        lots = lake.read(LOT_POSITIONS, MOVED)
        limited = shelf_life_of(house, MOVED)
    shelves = Shelves(
        positions,
        lake.read(NODE_CONFIDENCE, "run_id = ?", [house.run.run_id]),
        shipping_nodes(house, lots),
        _products(house, positions),
        lots,
        promised_lots(house, lots),
    )
    rules, today = house.policies.availability, _today(house)
    now = available_to_promise(shelves, rules, today)
    limits = limits_by_channel(shelves, now, rules, today)
    changed = now.join(
        before.select(now.columns), on=now.columns, how="anti", nulls_equal=True
    )
    return changed, changed_limits(limits, limited)


def changed_channels(house: House) -> pl.DataFrame:
    """CHANNEL_AVAILABILITY rows that differ from those in the lake."""
    lake, recent = house.lake, _recent(house)
    parts = parts_at(house, house.run.as_of)
    runs = [] if recent is None else recent or [house.run.run_id]
    numbers = ", ".join(f"${n}" for n in range(1, len(runs) + 1))
    is_new = f"run_id in ({numbers})" if runs else "true"
    skus = lake.query(ASKED.format(is_new=is_new), runs)
    known = [skus, _skus_of_kits(house, parts), capped_skus(house)]
    skus = pl.concat(known).unique()
    products = _products(house, skus)
    with lake.holding(asked=skus):
        mine = "sku_id in (select sku_id from asked)"
        facts = ChannelFacts(
            supply=lake.read(AVAILABLE_TO_PROMISE, mine),
            waiting=lake.query(f"{WAITING} and {mine} group by channel_id, sku_id"),
            nodes=with_stops(lake.read(DIM_NODES), gates_of_run(house)),
            products=products,
            parts=parts,
            limits=shelf_life_of(house, mine),
            waiting_kits=waiting_kits(house, parts),
        )
        before = lake.read(CHANNEL_AVAILABILITY, mine)
    now = channel_availability(
        facts, house.policies.availability, house.run.as_of, _today(house)
    )
    return changed_figures(now, before, house.run.as_of)


def _skus_of_kits(house: House, parts: pl.DataFrame) -> pl.DataFrame:
    """Kits of today and of before, and all components: a kit's figure needs these."""
    told = house.lake.query(
        "select distinct kit_sku_id as sku_id from lake.gold.dim_kit_components"
    )
    return pl.concat([told, parts.select("sku_id").unique()])


def drawn_curve(house: House) -> pl.DataFrame:
    """Put the curve of what is coming in place of the one before.

    Returns:
        The rows that are new or another; only these are written.
    """
    lake, today = house.lake, _today(house)
    expected = lake.read(FCT_EXPECTED_RECEIPTS, OPEN_ORDERS, [today])
    with lake.holding(asked=expected.select("sku_id").unique()):
        supply = lake.read(AVAILABLE_TO_PROMISE, "sku_id in (select sku_id from asked)")
    now = coming(supply, receipts_to_come(house, expected), today)
    before = lake.read(PROMISE_CURVE).select(now.columns)
    changed = house.run.stamped(now.join(before, on=now.columns, how="anti"))
    gone = before.join(now, on=now.columns, how="anti")
    with lake.transaction("decisions/promise_curve", house.run.message):
        if gone.height:
            with lake.holding(gone=gone):
                lake.execute(f"delete from lake.decisions.promise_curve where {GONE}")  # noqa: S608 our own names
        lake.append(PROMISE_CURVE, changed)
    return changed


def _recent(house: House) -> list[str] | None:
    """Runs whose figures are not worked out yet; None where all are due anew.

    The run before moved promises after it had worked out its figures.
    """
    run, lake = house.run, house.lake
    earlier = committed(lake).filter(pl.col("as_of") < run.as_of)
    if earlier.is_empty():
        return None
    last = earlier.row(-1, named=True)
    made_by = (last["rules_hash"], last["code_hash"])
    zone = ZoneInfo(house.policies.company_zone)
    then = last["as_of"].astimezone(zone).date()
    policy = house.policies.availability
    documents = ["nodes", *(["products"] if policy.names_departments else [])]
    has_news = any(
        lake.query(
            f"select 1 from lake.bronze.{name} where landing_id > ? limit 1",  # noqa: S608 our own names
            [run.since],
        ).height
        for name in documents
    )
    is_other = made_by != (run.rules_hash, run.code_hash)
    has_moved = gates_moved(house)
    if is_other or has_news or has_moved or policy.changed(then, _today(house)):
        return None
    return [last["run_id"], run.run_id]


def _moved(house: House, recent: list[str] | None) -> tuple[str, list[object]]:
    """The positions that figures are worked out of."""
    if recent is None:
        return "", []
    told = f"list_contains(?, run_id) or node_id in ({DOUBTED}) or {AGEING}"
    return told, [recent, *recent, _too_old_by(house)]


def _too_old_by(house: House) -> date:
    """Lots that expire later are held back by no rule today."""
    ages = house.policies.availability.of(SHELF_LIFE, _today(house))
    days = max((rule.days for rule in ages), default=0)
    return _today(house) + timedelta(days=days + LONGEST_WAIT_DAYS)


def _products(house: House, skus: pl.DataFrame) -> pl.DataFrame:
    """Departments and releases of the SKUs, where a rule asks for them."""
    policy = house.policies.availability
    if not (policy.names_departments or policy.of(PREORDER_CAP, _today(house))):
        return DIM_PRODUCTS.empty()
    with house.lake.holding(asked=skus.select("sku_id").unique()):
        return house.lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from asked)")


def _today(house: House) -> date:
    return business_date_of(house.run.as_of, house.policies.company_zone)


def _lost(house: House) -> pl.DataFrame:
    lake = house.lake
    positions = lake.read(STOCK_POSITIONS, OVER)
    with lake.holding(over=positions.select("node_id", "sku_id")):
        promises = lake.read(
            PROMISE_POSTINGS,
            "(node_id, sku_id) in (select (node_id, sku_id) from over)",
        )
    promises = pl.concat([promises, _in_kits(house, promises)]).unique("posting_id")
    order_lines = _lines_of(house, promises)
    with lake.holding(orders=order_lines.select("order_id").unique()):
        orders = lake.read(FCT_ORDERS, "order_id in (select order_id from orders)")
    return free_lost_supply(
        positions,
        promises,
        orders,
        order_lines,
        house.policies.allocation,
        house.run.as_of,
    )


def _lines_of(house: House, promises: pl.DataFrame) -> pl.DataFrame:
    lines = promises.select("line_id").unique()
    with house.lake.holding(lines=lines):
        return house.lake.read(
            FCT_ORDER_LINES,
            "ordered_at >= ? and line_id in (select line_id from lines)",
            [ordered_since(house, lines)],
        )


def _in_kits(house: House, promises: pl.DataFrame) -> pl.DataFrame:
    """Promises of all components of the packed kits that some promises are of."""
    packed = promises.filter(account="ALLOCATED_IN_KITS")
    if packed.is_empty():
        return promises.clear()
    kits = _lines_of(house, packed).select("order_id").unique()
    with house.lake.holding(kits=kits):
        lines = house.lake.query(OF_KITS, [ordered_since(house, kits)])
    return promises_of(house, lines)
