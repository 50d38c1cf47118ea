"""Gathering orders and money that the reconciliation of payments compares.

Cost follows what arrived: orders that this run touched, and those whose class
time alone can change.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.reach import ordered_since
from transforms.contracts.decisions import (
    LINE_BUCKETS,
    PAYMENT_REQUESTS,
    RECONCILED_PAYMENTS,
)
from transforms.contracts.gold import (
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_PAYMENTS,
    FCT_REFUNDS,
)
from transforms.reconciliation.payment_matching import MOVES, MoneyFacts, of_channels
from transforms.reconciliation.payment_requests import request_payments
from transforms.reconciliation.payments import (
    DATED_CLASSES,
    OPEN_CLASSES,
    reconcile_payments,
)

OF_CHANNELS = """
    select p.*, coalesce(v.channel_id, p.partner_id) as channel_id,
        coalesce(
            coalesce(v.channel_id, p.partner_id) || '/' || p.order_ref, p.payment_id
        ) as paid_order_id
    from lake.gold.fct_payments as p
    left join providers as v on v.partner_id = p.partner_id
"""
"""Payments under the orders of the channel that a provider works for."""

EXPECTING = f"""
    select channel_id, min(occurred_at) as first_at,
        min(occurred_at) filter (landing_id <= $since) as first_before
    from ({OF_CHANNELS}) where order_ref is not null group by channel_id
"""  # noqa: S608 our own names
"""Since when payments are known of a channel, and what was known of that before."""

TOUCHED = f"""
    select order_id from lake.silver.int_order_lines__touched
    union select order_id from lake.decisions.line_buckets where run_id = $run_id
    union select paid_order_id from ({OF_CHANNELS}) where landing_id > $since
    union select payment_id from lake.gold.fct_payments where landing_id > $since
    union select order_id from lake.gold.fct_refunds where landing_id > $since
    union select order_id from lake.decisions.reconciled_payments
        where list_contains($open, payment_class)
    union select o.order_id from lake.gold.fct_orders as o
        inner join ({EXPECTING}) as e on e.channel_id = o.channel_id
        where e.first_at is distinct from e.first_before
            and o.ordered_at >= e.first_at
"""  # noqa: S608 our own names

EXPECTED = f"""
    select o.order_id from lake.gold.fct_orders as o
    inner join ({EXPECTING}) as e on e.channel_id = o.channel_id
    where o.order_id in (select order_id from touched)
        and o.ordered_at >= e.first_at
        and not list_contains($exempt, o.payment_status)
    union select paid_order_id from ({OF_CHANNELS})
    where paid_order_id in (select order_id from touched)
"""  # noqa: S608 our own names

PLANNED = """
    select order_id, max(leaves) as ship_date from (
        select order_id, ship_by_date as leaves
        from lake.instructions.fulfilment_orders
        where order_id in (select order_id from expected)
        union all
        select order_id, expected_date from lake.decisions.backorders
        where run_id = $run_id and order_id in (select order_id from expected)
    ) where leaves is not null group by order_id
"""
"""The last day on which something of an order is to leave, as far as is known."""


SET_ASIDE = """
    select distinct order_id from lake.silver.int_order_lines__quarantined
    where order_id in (select order_id from expected)
"""
"""Orders that are known and wait for a SKU or a unit."""


VERSIONS_OF = """
    select order_id, sum(line_amount_minor - discount_minor + tax_minor)::bigint
        as worth_minor
    from lake.silver.int_order_lines__deduplicated
    where ordered_at >= ? and version_count > 1
        and order_id in (select order_id from expected)
    group by order_id, version_no order by all
"""
"""What each version of an order that changed is worth (VERSIONS)."""


MOVES_OF = """
    select line_id, 'LEFT' as move, sum(qty)::bigint as qty, max(event_at) as event_at
    from lake.decisions.promise_postings
    where event_at >= $ordered_at and account = 'SHIPPED'
        and line_id in (select line_id from moved)
    group by line_id, event_id having sum(qty) > 0
    union all
    select line_id, if(event_type = 'CANCELLED', event_type, 'LEFT'), qty, event_at
    from lake.gold.fct_order_events
    where landing_id >= $landing_id
        and event_type in ('CANCELLED', 'FULFILLED_BY_CHANNEL', 'SOLD_AT_TILL')
        and line_id in (select line_id from moved)
    union all
    select asked.line_id, if(event_type = 'CANCEL_ACK', 'CANCELLED', 'LEFT'),
        events.qty, event_at
    from lake.gold.fct_order_events as events
    inner join lake.instructions.instruction_lines as asked
        using (instruction_id, instruction_line_ref)
    where landing_id >= $landing_id
        and event_type in ('CANCEL_ACK', 'SUBSTITUTED_BY_NODE')
        and asked.line_id in (select line_id from moved)
    union all
    select line_id, event_type, qty, event_at from lake.decisions.own_events
    where event_at >= $ordered_at and event_type = 'CANCELLED'
        and line_id in (select line_id from moved)
"""
"""What left of some lines and was cancelled, and when (MOVES)."""


def settle_payments(house: House) -> pl.DataFrame:
    """Rows of RECONCILED_PAYMENTS of every order whose money may have moved.

    Returns:
        The rows that were written; none where nobody sends payments.
    """
    lake, run = house.lake, house.run
    if not lake.count(FCT_PAYMENTS.path):
        return RECONCILED_PAYMENTS.empty()
    with lake.one_snapshot():
        touched = touched_orders(house)
        facts = money_facts(house, touched)
        found = _dated(
            house, facts, reconcile_payments(facts, run.as_of, house.policies.payments)
        )
    moved, rows = _moved(house, touched, found)
    with lake.transaction("decisions/reconciled_payments", run.message):
        with lake.holding(moved=moved):
            lake.execute(
                "delete from lake.decisions.reconciled_payments"
                " where order_id in (select order_id from moved)"
            )
        lake.append(RECONCILED_PAYMENTS, rows)
    return rows


def _dated(house: House, facts: MoneyFacts, found: pl.DataFrame) -> pl.DataFrame:
    """RECONCILED_PAYMENTS, told since when of the classes that ask for it.

    Only of these orders, which are few, it is read when their eaches moved.
    """
    is_open = (pl.col("shipped_minor") > pl.col("captured_minor")) | (
        pl.col("difference_minor") > 0
    )
    asking = found.filter(pl.col("payment_class").is_in(DATED_CLASSES), is_open)
    orders = asking.select("order_id").unique()
    part = facts.of(orders)
    if part.lines.is_empty():
        return found
    part = replace(part, moves=moves_of(house, part.lines))
    dated = reconcile_payments(part, house.run.as_of, house.policies.payments)
    others = found.join(orders, on="order_id", how="anti")
    return pl.concat([others, dated]).sort("order_id", "currency_code")


def moves_of(house: House, lines: pl.DataFrame) -> pl.DataFrame:
    """MOVES of FCT_ORDER_LINES; no document of them landed before their order."""
    oldest = {
        "ordered_at": lines["ordered_at"].min(),
        "landing_id": lines["first_landing_id"].min(),
    }
    with house.lake.holding(moved=lines.select("line_id")):
        return house.lake.query(MOVES_OF, oldest).cast(MOVES)


def _moved(
    house: House, touched: pl.DataFrame, found: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders of which a row is not as it stands, and all their rows."""
    with house.lake.holding(touched=touched):
        stands = house.lake.read(
            RECONCILED_PAYMENTS, "order_id in (select order_id from touched)"
        ).drop("run_id")
    said = found.select(stands.columns).cast(stands.schema)
    every = [
        one.join(other, on=stands.columns, how="anti", nulls_equal=True)
        for one, other in ((said, stands), (stands, said))
    ]
    moved = pl.concat(every).select("order_id").unique().sort("order_id")
    rows = said.join(moved, on="order_id", how="semi")
    return moved, house.run.stamped(rows)


def new_payment_requests(house: House) -> pl.DataFrame:
    """Rows of PAYMENT_REQUESTS that this run adds, without ``run_id`` and file.

    None where nobody takes requests, or sends payments.
    """
    lake, run = house.lake, house.run
    asked = PAYMENT_REQUESTS.name
    takers = [name for name, one in house.partners.items() if asked in one.documents]
    if not takers or not lake.count(FCT_PAYMENTS.path):
        return PAYMENT_REQUESTS.empty().drop("run_id", "file_name", "control_ref")
    facts = money_facts(house, touched_orders(house))
    with lake.holding(mine=facts.orders.select("order_id")):
        before = lake.read(PAYMENT_REQUESTS, "order_id in (select order_id from mine)")
    policy = house.policies.payments
    return request_payments(facts, before, takers, run.as_of, policy)


def touched_orders(house: House) -> pl.DataFrame:
    """``order_id`` of all whose money may stand otherwise than after the last run."""
    run = house.run
    with house.lake.holding(providers=providers(house)):
        return house.lake.query(
            TOUCHED,
            {"since": run.since, "run_id": run.run_id, "open": list(OPEN_CLASSES)},
        )


def paid_orders(house: House, orders: pl.DataFrame) -> pl.DataFrame:
    """Those of ``orders`` (column ``order_id``) of which a payment is known."""
    with house.lake.holding(providers=providers(house), asked=orders):
        return house.lake.query(
            f"select distinct paid_order_id as order_id from ({OF_CHANNELS})"  # noqa: S608 our own names
            " where paid_order_id in (select order_id from asked)"
        )


def payments_of(house: House, orders: pl.DataFrame) -> pl.DataFrame:
    """FCT_PAYMENTS of orders (column ``order_id``), under the channel's order."""
    with house.lake.holding(providers=providers(house), asked=orders):
        found = house.lake.query(
            f"select * from ({OF_CHANNELS})"  # noqa: S608 our own names
            " where paid_order_id in (select order_id from asked)"
        )
    whole = found.select(FCT_PAYMENTS.names).cast(FCT_PAYMENTS.schema)
    return of_channels(whole, house.policies.payments)


def money_facts(house: House, touched: pl.DataFrame) -> MoneyFacts:
    """Orders of ``touched`` of which payments are known or expected, and the money."""
    lake, policy = house.lake, house.policies.payments
    with lake.holding(providers=providers(house), touched=touched):
        expected = lake.query(
            EXPECTED,
            {"since": house.run.since, "exempt": list(policy.exempt_statuses)},
        )
    mine = "order_id in (select order_id from expected)"
    ordered = f"ordered_at >= ? and {mine}", [ordered_since(house, expected)]
    with lake.holding(expected=expected):
        return MoneyFacts(
            orders=lake.read(FCT_ORDERS, *ordered),
            lines=lake.read(FCT_ORDER_LINES, *ordered),
            buckets=lake.read(LINE_BUCKETS, *ordered),
            payments=payments_of(house, touched),
            refunds=lake.read(FCT_REFUNDS, mine),
            planned=lake.query(PLANNED, {"run_id": house.run.run_id}),
            waiting=lake.query(SET_ASIDE),
            versions=lake.query(VERSIONS_OF, ordered[1]),
        )


def providers(house: House) -> pl.DataFrame:
    """Provider and the channel it works for."""
    named = house.policies.payments.channels_by_provider
    return pl.DataFrame(
        {"partner_id": list(named), "channel_id": list(named.values())},
        schema={"partner_id": pl.String, "channel_id": pl.String},
    )
