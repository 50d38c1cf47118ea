"""Gathering what says whether a node takes instructions: answers, files, counts.

Cost follows the window of the policy, not the history.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.run import committed
from transforms.allocation.gates import GateFacts, node_gates
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    NODE_CONFIDENCE,
    NODE_GATES,
)
from transforms.contracts.gold import DIM_NODES, FCT_ACKNOWLEDGEMENTS
from transforms.reconciliation.acknowledgements import acknowledged

MINE = "instruction_id in (select instruction_id from asked)"
HEARD = f"""
    select instruction_id from lake.gold.fct_order_events
    where {MINE} and event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE', 'SHORT',
        'REJECTED', 'CANCEL_ACK')
    union
    select instruction_id from lake.silver.int_fulfilment_statuses__deduplicated
    where {MINE}
"""  # noqa: S608 our own names
OPEN = f"""
    select instruction_id, sum(qty)::bigint as open_qty
    from lake.instructions.instruction_lines where {MINE}
        and (instruction_id, instruction_line_ref) not in (
            select (instruction_id, instruction_line_ref)
            from lake.gold.fct_order_events
            where {MINE} and instruction_line_ref is not null
        )
    group by instruction_id
"""  # noqa: S608 our own names
UNDELIVERED = """
    select partner_id, file_name from lake.instructions.file_deliveries
    where event_at > $1 group by all
    having max_by(event_type, event_at) = 'FAILED'
"""


def stopped_nodes(house: House) -> pl.DataFrame:
    """The nodes that this run gives nothing; NODE_GATES without ``run_id``."""
    lake, run, policy = house.lake, house.run, house.policies.gates
    since = run.as_of - timedelta(days=policy.window_days)
    orders = lake.read(
        FULFILMENT_ORDERS, "released_at > ? and run_id <> ?", [since, run.run_id]
    )
    files = orders.select("partner_id", interchange_ref="control_ref").unique()
    with lake.holding(asked=orders.select("instruction_id"), files=files):
        acks = lake.read(
            FCT_ACKNOWLEDGEMENTS,
            "(partner_id, interchange_ref)"
            " in (select (partner_id, interchange_ref) from files)",
        )
        facts = GateFacts(
            orders=orders,
            acks=acknowledged(orders, acks),
            heard=lake.query(HEARD),
            open_lines=lake.query(OPEN),
            undelivered=lake.query(UNDELIVERED, [since]),
            confidence=lake.read(NODE_CONFIDENCE),
            nodes=lake.read(DIM_NODES),
            before=_gates_before(house),
        )
    return node_gates(facts, policy, run.as_of)


def gates_of_run(house: House) -> pl.DataFrame:
    """NODE_GATES of this run; nearly always none."""
    return house.lake.read(NODE_GATES, "run_id = ?", [house.run.run_id])


def gates_moved(house: House) -> bool:
    """Whether other nodes are stopped than in the run before."""
    now, before = gates_of_run(house), _gates_before(house)
    return set(now["node_id"]) != set(before["node_id"])


def _gates_before(house: House) -> pl.DataFrame:
    """NODE_GATES of the run before."""
    earlier = committed(house.lake).filter(pl.col("as_of") < house.run.as_of)
    last = earlier["run_id"].tail(1).to_list()
    return house.lake.read(NODE_GATES, "list_contains(?, run_id)", [last])
