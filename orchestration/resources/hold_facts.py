"""Gathering what the rules that hold orders look at, and applying what they find."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orchestration.resources.choices import choose, record
from orchestration.resources.clock import business_date_of
from orchestration.resources.demand_facts import may_decide
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of, lines_touched_by_us
from orchestration.resources.line_state import apply_fold, settle_positions
from orchestration.resources.money_facts import (
    OF_CHANNELS,
    money_facts,
    paid_orders,
    providers,
)
from orchestration.resources.reach import MAY_BE_OPEN, ordered_since
from transforms.allocation.events import EVENT_COLUMNS
from transforms.allocation.holds import ON_TERMS, HoldFacts, hold_by_rule
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS, OWN_EVENTS
from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.gold import FCT_ORDERS, FCT_PAYMENTS
from transforms.lifecycle.fold import fold_lines
from transforms.reconciliation.payments import reconcile_payments, short_of_money

WAITING = f"""
    select distinct order_id from lake.decisions.line_buckets
    where {MAY_BE_OPEN}
        and pending_qty + held_qty + backordered_qty + preordered_qty > 0
"""  # noqa: S608 our own names
WAIVED = """
    select line_id, reason_code from lake.gold.fct_order_events
    where event_type in ('UNHOLD', 'APPROVED') and partner_id = 'operators'
        and line_id in (select line_id from lines)
        and coalesce((detail ->> 'until')::date >= $1, true)
"""
"""What people of ours have let go till now; a channel speaks of its own holds only."""


OWED = f"""
    with paid as (
        select paid_order_id as order_id, currency_code,
            sum(amount_minor * case payment_kind
                when 'CAPTURE' then 1 when 'SALE' then 1 when 'REFUND' then -1
            else 0 end) as paid_minor
        from ({OF_CHANNELS})
        where status_code = 'SUCCEEDED' and not is_test
            and paid_order_id in (select order_id from owing)
        group by all
    )
    select w.order_id, cast(sum(
        greatest(o.amount_minor - coalesce(p.paid_minor, 0), 0)
    ) as bigint) as owed_minor
    from waiting as w
    inner join owing as o on (
        o.order_id = w.order_id or (
            o.customer_token = w.customer_token and o.channel_id = w.channel_id
            and o.currency_code = w.currency_code
            and (o.ordered_at, o.order_id) < (w.ordered_at, w.order_id)
        )
    )
    left join paid as p
        on p.order_id = o.order_id and p.currency_code = o.currency_code
    group by w.order_id
"""  # noqa: S608 our own names
"""What customers owe with an order; who is not known owes nothing but it."""

OWING = """
    select o.order_id, o.customer_token, o.channel_id, o.currency_code,
        o.ordered_at, o.amount_minor
    from lake.gold.fct_orders as o
    where o.payment_status = $terms and not o.is_cancelled
        and o.business_date > $since
        and (
            o.customer_token in (select customer_token from waiting)
            or o.order_id in (select order_id from waiting)
        )
"""


def hold_and_free(house: House) -> None:
    """Hold what a rule wants held, free what it no longer does, and fold that."""
    events = choose(
        house, (OWN_EVENTS,), lambda: {OWN_EVENTS: _found(house)}, ("HOLD", "UNHOLD")
    )
    if not events[OWN_EVENTS].height:
        return
    record(house, "decisions/own_events", events)
    lines = lines_touched_by_us(house)
    folded = fold_lines(facts_of(house, lines), house.policies.transitions)
    apply_fold(house, folded, lines)
    settle_positions(house)


def _found(house: House) -> pl.DataFrame:
    lake = house.lake
    today = business_date_of(house.run.as_of, house.policies.company_zone)
    waiting = lake.query(WAITING if may_decide(house) else f"{WAITING} and false")
    if waiting.is_empty():
        return OWN_EVENTS.empty().select(EVENT_COLUMNS)
    mine = "ordered_at >= ? and order_id in (select order_id from waiting)"
    since = [ordered_since(house, waiting)]
    with lake.holding(waiting=waiting):
        orders = lake.read(FCT_ORDERS, mine, since)
        buckets = lake.read(LINE_BUCKETS, mine, since)
    with lake.holding(lines=buckets.select("line_id")):
        of_lines = "line_id in (select line_id from lines)"
        holds = lake.read(LINE_HOLDS, f"ended_at is null and {of_lines}")
        waived = lake.query(
            WAIVED if lake.count(ORDER_ACTIONS.path) else f"{WAIVED} and false",
            [today],
        )
    money, owed = _money(house, orders), _owed(house, orders)
    facts = HoldFacts(orders, buckets, money, owed, holds, waived)
    return hold_by_rule(facts, house.policies.holds, house.run.as_of, today)


def _owed(house: House, orders: pl.DataFrame) -> pl.DataFrame:
    """``order_id, owed_minor`` of orders on terms, where credit has a limit.

    Cost follows the customers who wait, and ``credit_days`` of their orders.
    """
    policy, lake, day = house.policies.holds, house.lake, house.run.as_of.date()
    waiting = orders.filter(pl.col("payment_status") == ON_TERMS)
    if waiting.is_empty() or not policy.credit_limit_minor:
        return pl.DataFrame(schema={"order_id": pl.String, "owed_minor": pl.Int64})
    since = day - timedelta(days=policy.credit_days)
    with lake.holding(waiting=waiting, providers=providers(house)):
        owing = lake.query(OWING, {"terms": ON_TERMS, "since": since})
        with lake.holding(owing=owing):
            return lake.query(OWED)


def _money(house: House, orders: pl.DataFrame) -> pl.DataFrame:
    """``order_id, short_minor`` of the orders of which payments are known."""
    nobody = pl.DataFrame(schema={"order_id": pl.String, "short_minor": pl.Int64})
    if not house.lake.count(FCT_PAYMENTS.path):
        return nobody
    paid = paid_orders(house, orders.select("order_id"))
    if paid.is_empty():
        return nobody
    facts = money_facts(house, paid)
    found = reconcile_payments(facts, house.run.as_of, house.policies.payments)
    own = orders.select("order_id", "currency_code")
    return (
        short_of_money(found)
        .join(own, on=["order_id", "currency_code"], how="semi")
        .select("order_id", "short_minor")
    )
