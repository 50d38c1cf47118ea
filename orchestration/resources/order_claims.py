"""Gathering a channel's settled orders and ours, to be compared.

Cost follows what arrived: orders that a new settlement names or should have named,
and those that are theirs and not ours yet.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.money_facts import SET_ASIDE, providers
from transforms.contracts.decisions import RECONCILED_ORDERS
from transforms.reconciliation.orders import reconcile_orders

SETTLED = "silver.int_settlement_lines__deduplicated"
NAMED = f"""
    select coalesce(v.channel_id, s.partner_id) as channel_id,
        coalesce(v.channel_id, s.partner_id) || '/' || s.order_ref as order_id,
        s.posted_at, s.amount_minor, s.currency_code, s.landing_id
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
    select order_id from ({NAMED}) where landing_id > $since
    union select order_id from lake.decisions.reconciled_orders
    where ordered_at is null
    union select o.order_id from lake.gold.fct_orders as o
    inner join ({COVERED}) as c on c.channel_id = o.channel_id
    where c.landing_id > $since and not o.is_cancelled and not o.is_till_sale
        and o.ordered_at <= c.covered_at
        and o.ordered_at > c.covered_at - to_days($days)
"""  # noqa: S608 our own names

OURS = """
    with moved as (
        select order_id,
            sum(pending_qty + held_qty + preordered_qty + backordered_qty
                + allocated_qty + released_qty + in_fulfilment_qty) as open_qty,
            sum(shipped_qty + delivered_qty) as left_qty,
            max(last_event_at) as last_event_at
        from lake.decisions.line_buckets
        where order_id in (select order_id from expected) group by order_id
    )
    select o.order_id, o.channel_id, o.ordered_at, o.currency_code, o.amount_minor,
        case when m.open_qty = 0 and m.left_qty > 0 then m.last_event_at end as left_at
    from lake.gold.fct_orders as o
    left join moved as m on m.order_id = o.order_id
    where o.order_id in (select order_id from expected)
"""

THEIRS = f"""
    select order_id, min(channel_id) as channel_id, min(posted_at) as settled_at,
        sum(greatest(amount_minor, 0))::bigint as settled_minor,
        min(currency_code) as currency_code
    from ({NAMED}) where order_id in (select order_id from expected)
    group by order_id
"""  # noqa: S608 our own names


def compare_orders(house: House) -> pl.DataFrame:
    """Rows of RECONCILED_ORDERS of every order that settlements may concern.

    Returns:
        The rows that were written; none where nobody sends settlements.
    """
    lake, run, policy = house.lake, house.run, house.policies.orders
    if not lake.count(SETTLED):
        return RECONCILED_ORDERS.empty()
    with lake.one_snapshot(), lake.holding(providers=providers(house)):
        touched = lake.query(
            TOUCHED, {"since": run.since, "days": policy.look_back_days}
        )
        covered = lake.query(COVERED).drop("landing_id")
        with lake.holding(expected=touched):
            ours, theirs, waiting = map(lake.query, (OURS, THEIRS, SET_ASIDE))
    found = reconcile_orders(ours, theirs, covered, waiting, (run.as_of, policy))
    rows = run.stamped(found)
    with lake.transaction("decisions/reconciled_orders", run.message):
        with lake.holding(touched=touched):
            lake.execute(
                "delete from lake.decisions.reconciled_orders"
                " where order_id in (select order_id from touched)"
            )
        lake.append(RECONCILED_ORDERS, rows)
    return rows
