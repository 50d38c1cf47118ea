"""A small network to decide in: say only what matters.

        EAST ---- zone 2 ---- NY ---- zone 8 ---- WEST        MID: zone 5

Zone z costs 100 * z cents a shipment and 10 * z cents a kilogram; STANDARD
takes 1 + z // 2 days. Every each weighs 1 kg.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from transforms.allocation.allocate import Allocation, allocate
from transforms.allocation.certify import certify
from transforms.allocation.certify_days import Days
from transforms.allocation.dates import LOAD
from transforms.allocation.decided import Decided
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import (
    ALLOCATION_PRICES,
    ALLOCATIONS,
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    LINE_HOLDS,
    OPEN_DEMAND,
    ORDER_FLOORS,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.gold import (
    DIM_LANES,
    DIM_NODE_CALENDARS,
    DIM_NODES,
    DIM_RATES,
    DIM_STOCK_WORTHS,
    FCT_EXPECTED_RECEIPTS,
)
from transforms.contracts.table import Table

AS_OF = datetime(2017, 12, 27, 15, tzinfo=UTC)  # Wednesday, 10:00 in New York
ZONES = {"EAST": 2, "MID": 5, "WEST": 8}
REFUSALS = pl.Schema(
    {"line_id": pl.String, "node_id": pl.String, "refused_at": pl.Datetime("us", "UTC")}
)
Cells = Mapping[str, Mapping[str, int]]


def rows_of(table: Table, rows: list[dict[str, object]]) -> pl.DataFrame:
    """A frame of ``table``; cells that are not named are null."""
    return pl.DataFrame(rows, schema=table.schema)


def a_line(
    order: str = "o1", sku: str = "A", qty: int = 1, **facts: object
) -> dict[str, object]:
    """A line of open demand for New York, promised in five days."""
    line: dict[str, object] = {
        "order_id": order,
        "channel_id": "web",
        "sku_id": sku,
        "line_no": 1,
        "open_qty": qty,
        "pending_qty": qty,
        "backordered_qty": 0,
        "ordered_at": AS_OF,
        "business_class": "REDISTRIBUTE",
        "priority": 2,
        "promise_date": date(2018, 1, 5),
        "region_code": "NY",
        "service_code": "STANDARD",
        "is_ship_complete": False,
        "held_with_qty": 0,
        "grams": 1000,
        "unit_value_minor": 500,
        "as_of": AS_OF,
        "run_id": "",
    }
    line |= facts
    return {"line_id": f"{order}/{line['line_no']}", **line}


def demand(*lines: dict[str, object]) -> pl.DataFrame:
    """OPEN_DEMAND in the order in which the lines are named."""
    ranked = [{**line, "demand_rank": n} for n, line in enumerate(lines, 1)]
    return rows_of(OPEN_DEMAND, ranked)


def a_node(node_id: str, **facts: object) -> dict[str, object]:
    """A node in New York's zone that ships all week until 15:00."""
    return {
        "node_id": node_id,
        "node_name": node_id,
        "node_kind": "dc",
        "operator_id": "own",
        "zone": "America/New_York",
        "region_code": "XX",
        "cutoff_local": "15:00",
        "open_weekdays": "1234567",
        "daily_capacity_units": 1000,
        "daily_capacity_shipments": 1000,
        "lead_days": 0,
        "shipment_cost_minor": 50,
        "unit_cost_minor": 5,
        "buffer_bp": 0,
        "is_shipping": True,
        "channels": "web|business",
        **facts,
    }


def network(**changes: Mapping[str, object]) -> pl.DataFrame:
    """EAST, MID and WEST, with changed facts by node."""
    return rows_of(DIM_NODES, [a_node(n, **changes.get(n, {})) for n in ZONES])


def stock(cells: Cells) -> pl.DataFrame:
    """AVAILABLE_TO_PROMISE: node → SKU → eaches."""
    rows: list[dict[str, object]] = [
        {"node_id": node, "sku_id": sku, "on_hand_qty": qty, "atp_qty": qty}
        for node, skus in cells.items()
        for sku, qty in skus.items()
    ]
    return rows_of(AVAILABLE_TO_PROMISE, rows)


def limits(
    *told: tuple[str, str, int, int], sku: str = "A", channel_days: int = 60
) -> pl.DataFrame:
    """SHELF_LIFE_LIMITS: node, channel, what there is and what it may have of it."""
    rows: list[dict[str, object]] = [
        {"node_id": node, "sku_id": sku, "channel_id": channel, "days": channel_days}
        | {"atp_qty": there, "usable_qty": usable, "aged_qty": usable - there}
        for node, channel, there, usable in told
    ]
    return rows_of(SHELF_LIFE_LIMITS, rows)


def worths(cells: Cells) -> pl.DataFrame:
    """DIM_STOCK_WORTHS: node → SKU → minor units an each."""
    return rows_of(
        DIM_STOCK_WORTHS,
        [
            {"node_id": node, "sku_id": sku, "worth_minor": worth}
            for node, skus in cells.items()
            for sku, worth in skus.items()
        ],
    )


def lanes() -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {"region_code": "NY", "node_id": n, "zone_no": z, "distance_km": 100 * z}
        for n, z in ZONES.items()
    ]
    return rows_of(DIM_LANES, rows)


def rates() -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "service_code": service,
            "zone_no": zone,
            "base_minor": factor * 100 * zone,
            "per_kg_minor": factor * 10 * zone,
            "transit_days": 1 + zone // speed,
            "currency_code": "USD",
        }
        for zone in range(1, 9)
        for service, factor, speed in (("STANDARD", 1, 2), ("EXPEDITED", 3, 9))
    ]
    return rows_of(DIM_RATES, rows)


def decide(
    wanted: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame | None = None,
    policy: AllocationPolicy | None = None,
    **frames: pl.DataFrame,
) -> Allocation:
    """Allocate in this network."""
    return allocate(
        wanted,
        supply,
        network() if nodes is None else nodes,
        frames.get("lanes", lanes()),
        frames.get("rates", rates()),
        frames.get("load", LOAD.to_frame()),
        frames.get("refusals", REFUSALS.to_frame()),
        frames.get("receipts", FCT_EXPECTED_RECEIPTS.empty()),
        policy or AllocationPolicy(),
        AS_OF,
        frames.get("limits"),
        frames.get("pins"),
        frames.get("own_days"),
        frames.get("waits_since"),
        frames.get("worths"),
    )


def placed(decided: Allocation) -> dict[tuple[str, str], int]:
    """(line, node) → eaches."""
    rows = decided.allocations.select("line_id", "node_id", "qty").iter_rows()
    return {(line, node): qty for line, node, qty in rows}


def waiting(decided: Allocation) -> dict[str, tuple[int, str]]:
    """Line → (eaches, reason)."""
    rows = decided.backorders.select("line_id", "qty", "reason_code").iter_rows()
    return {line: (qty, reason) for line, qty, reason in rows}


def certificate(*decision: Any, **facts: Any) -> pl.DataFrame:  # noqa: ANN401
    """The independent check of a decision in this network; as ``decided_of``."""
    return certify(decided_of(*decision, **facts), AS_OF)


def decided_of(  # noqa: PLR0913, PLR0917
    decided: Allocation,
    wanted: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame | None = None,
    max_shipments: int = 3,
    load: pl.DataFrame | None = None,
    limits: pl.DataFrame | None = None,
    fairness: str = "strict",
    own_days: pl.DataFrame | None = None,
    policy: AllocationPolicy | None = None,
    worths: pl.DataFrame | None = None,
) -> Decided:
    """What is certified of a decision in this network."""
    rules = policy or AllocationPolicy()
    whole = {
        table.name: frame.with_columns(run_id=pl.lit("")).select(table.names)
        for table, frame in (
            (ALLOCATIONS, decided.allocations),
            (BACKORDERS, decided.backorders),
            (DECISION_TRACE, decided.trace),
            (ALLOCATION_PRICES, decided.prices),
            (ORDER_FLOORS, decided.floors),
            (EXPIRED_BACKORDERS, decided.expired),
        )
    }
    return Decided(
        wanted,
        supply,
        network() if nodes is None else nodes,
        lanes(),
        rates(),
        LOAD.to_frame() if load is None else load,
        whole["allocations"],
        whole["backorders"],
        whole["decision_trace"],
        max_shipments,
        LINE_HOLDS.empty(),
        whole["allocation_prices"],
        whole["order_floors"],
        SHELF_LIFE_LIMITS.empty() if limits is None else limits,
        fairness,
        Days(
            DIM_NODE_CALENDARS.empty() if own_days is None else own_days,
            rules.closed_dates,
            rules.carriers,
        ),
        whole["expired_backorders"],
        rules.reserve_horizon_days,
        DIM_STOCK_WORTHS.empty() if worths is None else worths,
        rules.node_rules,
    )
