"""``orderhouse outages``: nodes that get no instructions, since when, at what cost."""

from __future__ import annotations

from orchestration.cli.grids import in_money
from orchestration.cli.why import print_section
from orchestration.resources.house import House
from transforms.allocation.explain import Section
from transforms.allocation.gates import GatePolicy

CLEAN, STOPPED = 0, 1

NOW = """
    select node_id, reason_codes, since_at, overdue_count as silent,
        due_count as of_due, rejected_count as rejected,
        undelivered_count as undelivered, unbelieved_hours, late_qty
    from lake.decisions.node_gates
    where as_of = (select max(as_of) from lake.decisions.runs) order by node_id
"""
COST = """
    with newest as (
        select node_id, since_at, currency_code, max(as_of) as last_at,
            max_by(reason_codes, as_of) as reason_codes,
            max_by(held_order_count, as_of) as held_orders,
            max_by(held_value_minor, as_of) as held_minor,
            sum(rerouted_order_count)::bigint as rerouted_orders,
            sum(rerouted_value_minor)::bigint as rerouted_minor,
            sum(extra_cost_minor)::bigint as extra_cost_minor
        from lake.visibility.rpt_node_outages group by all
    )
    select node_id, since_at, last_at, reason_codes,
        date_diff('hour', since_at, coalesce((
            select min(as_of) from lake.decisions.runs where as_of > last_at
        ), last_at)) as stopped_hours, held_orders, held_minor,
        rerouted_orders, rerouted_minor, extra_cost_minor, currency_code
    from newest order by since_at desc, node_id, currency_code
"""
LOOKED_AT = """
    with owed as (
        select node_id, count(*) as n
        from lake.visibility.rpt_instructions where is_overdue group by node_id
    )
    select (select count(*) from lake.gold.dim_nodes),
        coalesce(sum(n), 0)::bigint, coalesce(max(n), 0)::bigint
    from owed
"""


def show_outages() -> int:
    """Print who is stopped by the newest run, and what every outage costs.

    Returns:
        1 while a node is stopped, else 0.

    Raises:
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        now, cost = house.lake.query(NOW), house.lake.query(COST)
        nothing = nothing_stops(
            house.lake.query(LOOKED_AT).row(0), house.policies.gates
        )
    finally:
        house.close()
    told = (
        ("Get no instructions now", now, nothing),
        ("What outages cost", in_money(cost), "no run found one"),
    )
    for title, rows, if_empty in told:
        print_section(Section(title, rows, if_empty=if_empty))
    return STOPPED if now.height else CLEAN


def nothing_stops(looked_at: tuple[int, int, int], policy: GatePolicy) -> str:
    """What was looked at where no node is stopped.

    Args:
        looked_at: nodes, instructions that are late, and most of these at one node.
        policy: what would stop a node.
    """
    nodes, late, most = looked_at
    allowed = policy.overdue_instructions
    stops = f"stops from {allowed} without any word" if allowed else "stops for none"
    return (
        f"none of {nodes} nodes; {late} instructions are late, {most} at most at one"
        f" node, which {stops} (policies/gates.yaml has this and what else stops one)"
    )
