"""Figures of service and cost: fill rates, splits, and what an allocation costs.

A rate is two figures, what is counted and of how many. A line is filled by the
allocations made by the end of its order's business date; the one that completes it
is its cause.
"""

from __future__ import annotations

from orchestration.resources.lineage.metric import (
    WHERE_ALLOCATED,
    Metric,
    filled,
    landed,
    summed,
)
from transforms.contracts.decisions import BUCKETS

FILL, COSTS = "visibility.rpt_fill_rates", "visibility.rpt_cost_per_order"
OF_DAYS = {"date": "business_date", "channel": "channel_id"}
OF_RUNS = {"run": "run_id", "date": "business_date"}
KEPT = tuple(bucket for bucket in BUCKETS if bucket != "cancelled")
SENT = ("shipped", "delivered")

_ASKED = """
    select buckets.line_id, orders.order_id, orders.channel_id, orders.business_date,
        buckets.ordered_qty - buckets.cancelled_qty as ordered_qty,
        timezone('{zone}', cast(orders.business_date + 1 as timestamp)) as day_end_at,
        lines.landing_id, lines.payload_line
    from lake.decisions.line_buckets as buckets
    inner join lake.gold.fct_order_lines as lines using (line_id)
    inner join lake.gold.fct_orders as orders
        on orders.order_id = buckets.order_id and not orders.is_till_sale
    where buckets.ordered_qty > buckets.cancelled_qty
        and lines.substitutes_line_id is null
        and buckets.line_id not in (
            select line_id from lake.gold.fct_order_events
            where event_type = 'OPENING' and line_id is not null
        )
        and not (
            buckets.line_id in (
                select line_id from lake.gold.fct_order_events
                where event_type = 'FULFILLED_BY_CHANNEL' and line_id is not null
            )
            and buckets.line_id not in (
                select line_id from lake.decisions.own_events
                where event_type in ('ALLOCATED', 'DEALLOCATED')
            )
        )
"""
"""Lines that fill rates are about, with what they ask for and until when."""

_STEPS = f"""
    with asked as (select * from ({_ASKED}) where {{where}}),
    events as (
        select asked.*, events.event_id, events.event_type, events.event_at,
            events.source_rank,
            if(events.event_type = 'ALLOCATED', events.qty, -events.qty) as qty
        from asked
        inner join lake.decisions.own_events as events using (line_id)
        where events.event_type in ('ALLOCATED', 'DEALLOCATED')
            and events.event_at <= asked.day_end_at
    ),
    steps as (
        select *, sum(qty) over line as after_qty,
            sum(qty) over line - qty as before_qty
        from events
        window line as (
            partition by line_id order by event_at, source_rank, event_id
            rows unbounded preceding
        )
    ),
    shares as (
        select *,
            least(ordered_qty, after_qty) - least(ordered_qty, before_qty) as share
        from steps
    ),
    whole as (
        select line_id, order_id, arg_max(event_id, (event_at, event_id)) as event_id,
            max(event_at) as event_at
        from shares group by all having sum(share) = any_value(ordered_qty)
    )
"""  # noqa: S608 our own SQL
"""Each allocation's part in filling its line; what it has too much is no part."""

_PLACES = """
    left join (
        select distinct event_id, file_name, payload_line
        from lake.visibility.rpt_order_timeline where source_kind = 'decision'
    ) as places using (event_id)
"""
_FILLED = f"""{_STEPS}
    select line_id as subject, event_type as cause, share::bigint as value,
        places.file_name, places.payload_line, event_id
    from shares {_PLACES} where share <> 0
"""  # noqa: S608 our own SQL
_LINES_FILLED = f"""{_STEPS}
    select line_id as subject, 'ALLOCATED' as cause, 1::bigint as value,
        places.file_name, places.payload_line, event_id
    from whole {_PLACES}
"""  # noqa: S608 our own SQL
_ORDERS_FILLED = f"""{_STEPS},
    asked_orders as (select order_id, count(*) as line_count from asked group by all),
    whole_orders as (
        select order_id, count(*) as line_count,
            arg_max(event_id, (event_at, event_id)) as event_id
        from whole group by order_id
    )
    select order_id as subject, 'ALLOCATED' as cause, 1::bigint as value,
        places.file_name, places.payload_line, event_id
    from whole_orders
    semi join asked_orders using (order_id, line_count) {_PLACES}
"""  # noqa: S608 our own SQL
_COUNTED = landed(f"""
    select {{subject}} as subject, 'ORDERED' as cause, 1::bigint as value,
        min(landing_id) as landing_id,
        arg_min(payload_line, (landing_id, payload_line)) as payload_line,
        '' as event_id
    from ({_ASKED}) where {{where}} group by {{subject}}
""")  # noqa: S608 our own SQL

_DECIDED = """
    select {subject} as subject, 'ALLOCATED' as cause, {value} as value,
        min(places.file_name) as file_name,
        arg_min(places.payload_line, (places.file_name, places.payload_line))
            as payload_line,
        min(places.event_id) as event_id
    from lake.decisions.allocations as allocations
    inner join (
        select run_id from lake.visibility.rpt_cost_per_order where {where}
    ) as costs using (run_id)
    {placed}
    group by allocations.run_id, {key} having {value} <> 0 {having}
"""
"""Allocations as a run made them, by what is counted."""


def of_fill() -> list[Metric]:
    """Asked, and filled on the first day, by each, line and order."""
    return [
        _of_lines("asked_units", "ordered_qty", KEPT),
        _of_lines("sent_units", "shipped_qty", SENT),
        _of("asked_lines", "lines", "line_count", filled(_COUNTED, subject="line_id")),
        _of(
            *("asked_orders", "orders", "order_count"),
            filled(_COUNTED, subject="order_id"),
        ),
        _of("filled_units", "eaches", "first_day_filled_qty", _FILLED),
        _of("filled_lines", "lines", "first_day_filled_line_count", _LINES_FILLED),
        _of("filled_orders", "orders", "first_day_filled_order_count", _ORDERS_FILLED),
    ]


def of_cost() -> list[Metric]:
    """Parts of the cost, and how many orders, lines and shipments were decided."""
    parts = ("freight", "processing", "split", "lateness", "worth", "total")
    line, order = "allocations.line_id", "allocations.order_id"
    whole = f"{order}, {line}"
    shipment = f"{order}, allocations.node_id"
    sums = [
        (f"{part}_cost", "cents", f"{part}_minor", line, whole, f"{part}_minor")
        for part in parts
    ]
    counts = [
        ("decided_units", "eaches", "qty", line, whole, "qty"),
        ("decided_lines", "lines", "line_count", line, whole, ""),
        ("decided_orders", "orders", "order_count", order, order, ""),
        ("shipments", "shipments", "shipment_count", order, shipment, ""),
        ("split_orders", "orders", "split_order_count", order, order, ""),
    ]
    return [_decided(*told) for told in (*sums, *counts)]


def _decided(
    name: str, unit: str, column: str, subject: str, key: str, summand: str
) -> Metric:
    value = f"sum(allocations.{summand})::bigint" if summand else "1::bigint"
    is_split = "and count(distinct allocations.node_id) > 1"
    rows = filled(
        _DECIDED,
        placed=WHERE_ALLOCATED,
        subject=subject,
        value=value,
        key=key,
        having=is_split if name == "split_orders" else "",
    )
    return Metric(
        name, unit, COSTS, summed(COSTS, column), OF_RUNS, rows=rows, shows=(column,)
    )


def _of(name: str, unit: str, column: str, rows: str) -> Metric:
    return Metric(
        name, unit, FILL, summed(FILL, column), OF_DAYS, rows=rows, shows=(column,)
    )


def _of_lines(name: str, column: str, buckets: tuple[str, ...]) -> Metric:
    chosen = f"select line_id from ({_ASKED}) where {{where}}"  # noqa: S608 our own SQL
    return Metric(
        name,
        "eaches",
        FILL,
        summed(FILL, column),
        OF_DAYS,
        buckets=buckets,
        lines=chosen,
        shows=(column,),
    )
