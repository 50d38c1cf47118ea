"""Gathering what channels list and settle of their orders, and ours, to be compared.

Cost follows what arrived: orders that this run touched, that a new settlement names or
should have named, and those that are theirs and not ours yet.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.money_facts import SET_ASIDE, providers
from orchestration.resources.reach import ordered_since
from transforms.contracts.decisions import LEFT, RECONCILED_ORDERS
from transforms.reconciliation.orders import OrderClaims, reconcile_orders

SETTLED = "silver.int_settlement_lines__deduplicated"
NAMED = f"""
    select coalesce(v.channel_id, s.partner_id) as channel_id,
        coalesce(v.channel_id, s.partner_id) || '/' || s.order_ref as order_id,
        s.posted_at, s.currency_code, s.landing_id,
        if(
            list_contains($paid_kinds, s.entry_kind)
            or list_contains($paid_kinds, s.entry_kind || '/' || s.amount_type),
            s.amount_minor, 0
        ) as paid_minor
    from lake.{SETTLED} as s
    left join providers as v on v.partner_id = s.partner_id
    where s.order_ref is not null
"""  # noqa: S608 our own names
"""Lines of settlements under the orders of the channel that they are about."""

COVERED = f"""
    select channel_id, max(posted_at) as covered_at, max(landing_id) as landing_id
    from ({NAMED}) group by channel_id
"""  # noqa: S608 our own names

TOUCHED = f"""
    select order_id from lake.silver.int_order_lines__touched
    union select order_id from lake.decisions.line_buckets where run_id = $run_id
    union select order_id from lake.decisions.reconciled_orders
    where ordered_at is null
    union select order_id from ({NAMED}) where landing_id > $since
    union select o.order_id from lake.gold.fct_orders as o
    inner join ({COVERED}) as c on c.channel_id = o.channel_id
    where c.landing_id > $since and not o.is_cancelled and not o.is_till_sale
        and o.ordered_at <= c.covered_at
        and o.ordered_at > c.covered_at - to_days($days)
"""  # noqa: S608 our own names

_LEFT = " + ".join(LEFT)

OURS = f"""
    with instead as (
        select lines.substitutes_line_id as line_id,
            sum(({_LEFT}) // lines.substitutes_ratio)::bigint as instead_qty
        from lake.decisions.line_buckets
        inner join lake.gold.fct_order_lines as lines using (line_id, order_id)
        where order_id in (select order_id from expected)
            and lines.substitutes_line_id is not null
            and line_buckets.ordered_at >= $oldest and lines.ordered_at >= $oldest
        group by all
    ),
    moved as (
        select order_id,
            sum(pending_qty + held_qty + preordered_qty + backordered_qty
                + allocated_qty + released_qty + in_fulfilment_qty) > 0 as is_open,
            sum({_LEFT}) as left_qty,
            max(last_event_at) as last_event_at,
            sum((line_amount_minor - discount_minor + tax_minor)
                * least({_LEFT} + coalesce(instead_qty, 0), lines.ordered_qty)
                // greatest(lines.ordered_qty, 1))::bigint as left_minor
        from lake.decisions.line_buckets
        inner join lake.gold.fct_order_lines as lines using (line_id, order_id)
        left join instead using (line_id)
        where order_id in (select order_id from expected)
            and line_buckets.ordered_at >= $oldest and lines.ordered_at >= $oldest
        group by order_id
    )
    select o.order_id, o.channel_id, o.ordered_at, o.currency_code, o.amount_minor,
        coalesce(m.left_minor, 0) as left_minor, coalesce(m.is_open, false) as is_open,
        case when not m.is_open and m.left_qty > 0 then m.last_event_at end as left_at
    from lake.gold.fct_orders as o
    left join moved as m on m.order_id = o.order_id
    where o.order_id in (select order_id from expected) and not o.is_till_sale
        and o.ordered_at >= $oldest
"""  # noqa: S608 our own names

LISTED = """
    select order_id, min(channel_id) as channel_id, min(ordered_at) as listed_at,
        max(order_amount_minor) filter (version_no = newest_no) as listed_minor
    from (
        select *, max(version_no) over (partition by order_id) as newest_no
        from lake.silver.int_order_lines__deduplicated
        where order_id in (select order_id from expected) and not is_till_sale
    ) group by order_id
"""

THEIRS = f"""
    select order_id, min(channel_id) as channel_id, min(posted_at) as settled_at,
        sum(paid_minor)::bigint as settled_minor, min(currency_code) as currency_code
    from ({NAMED}) where order_id in (select order_id from expected)
    group by order_id
"""  # noqa: S608 our own names


def compare_orders(house: House) -> pl.DataFrame:
    """Rows of RECONCILED_ORDERS of every order of which a side's word is new.

    Returns:
        The rows that were written.
    """
    lake, run, policy = house.lake, house.run, house.policies.orders
    kinds = {"paid_kinds": list(policy.paid_kinds)}
    moved = {"since": run.since, "run_id": run.run_id, "days": policy.look_back_days}
    with lake.one_snapshot(), lake.holding(providers=providers(house)):
        touched = lake.query(TOUCHED, kinds | moved)
        covered = lake.query(COVERED, kinds).drop("landing_id")
        with lake.holding(expected=touched):
            claims = OrderClaims(
                ours=lake.query(OURS, {"oldest": ordered_since(house, touched)}),
                listed=lake.query(LISTED),
                settled=lake.query(THEIRS, kinds),
                covered=covered,
                waiting=lake.query(SET_ASIDE),
            )
    rows = run.stamped(reconcile_orders(claims, run.as_of, policy))
    with lake.transaction("decisions/reconciled_orders", run.message):
        with lake.holding(touched=touched):
            lake.execute(
                "delete from lake.decisions.reconciled_orders"
                " where order_id in (select order_id from touched)"
            )
        lake.append(RECONCILED_ORDERS, rows)
    return rows
