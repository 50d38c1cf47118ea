"""Figures of order lines: where their eaches are, what is open and what that is worth.

Eaches of buckets are folded again, so that every event's share is known. A count of
lines and a value stand in the order's own file.
"""

from __future__ import annotations

from orchestration.resources.lineage.metric import Metric, filled, landed, summed
from transforms.contracts.decisions import BUCKETS, OVERLAYS
from transforms.lifecycle.shares import ORDERED

LINES = "visibility.rpt_order_lines"
OPEN, OPEN_LIST = "visibility.rpt_open_lines", "visibility.rpt_open_line_list"
BACKORDERS = "visibility.rpt_backorders"
OPEN_BUCKETS = (
    *("pending", "held", "preordered", "backordered"),
    *("allocated", "released", "in_fulfilment"),
)
"""States in which something is still to be done for a line."""

OF_LINES = {
    "order": "order_id",
    "line": "line_id",
    "channel": "channel_id",
    "sku": "sku_id",
    "month": "order_month",
    "status": "line_status",
}
OF_OPEN_LINES = {
    "order": "order_id",
    "channel": "channel_id",
    "sku": "sku_id",
    "bucket": "bucket",
    "currency": "currency_code",
}
OF_BACKORDERS = {
    "order": "order_id",
    "channel": "channel_id",
    "sku": "sku_id",
    "reason": "reason_code",
    "currency": "currency_code",
}

_OPEN_EACHES = " union all ".join(
    f"select line_id, '{bucket}' as bucket, {bucket}_qty as qty,"  # noqa: S608 our own names
    f" ordered_qty as of_qty from lake.decisions.line_buckets where {bucket}_qty > 0"
    for bucket in OPEN_BUCKETS
)
_OPEN = f"""
    select lines.order_id, eaches.line_id, lines.channel_id, lines.sku_id, bucket,
        lines.currency_code, eaches.qty, lines.landing_id, lines.payload_line,
        (lines.line_amount_minor - lines.discount_minor) * eaches.qty
            // greatest(eaches.of_qty, 1) as value_minor
    from ({_OPEN_EACHES}) as eaches
    inner join lake.gold.fct_order_lines as lines using (line_id)
"""  # noqa: S608 our own SQL
_OPEN_ROWS = landed(f"""
    select line_id as subject, bucket as cause, {{value}} as value, landing_id,
        payload_line, '' as event_id
    from ({_OPEN}) where {{where}}
""")  # noqa: S608 our own SQL
_COUNTED = landed(f"""
    select {{subject}} as subject, 'ORDERED' as cause, 1::bigint as value,
        min(landing_id) as landing_id,
        arg_min(payload_line, (landing_id, payload_line)) as payload_line,
        '' as event_id
    from ({_OPEN}) where {{where}} group by {{subject}}
""")  # noqa: S608 our own SQL
_WAITING = landed("""
    select line_id as subject, reason_code as cause, {value} as value, landing_id,
        payload_line, '' as event_id
    from (
        select lines.order_id, line_id, lines.channel_id, waits.sku_id,
            waits.reason_code, lines.currency_code, waits.qty, lines.landing_id,
            lines.payload_line,
            (lines.line_amount_minor - lines.discount_minor) * waits.qty
                // greatest(lines.ordered_qty, 1) as value_minor
        from lake.decisions.backorders as waits
        inner join lake.gold.fct_order_lines as lines using (line_id)
        where waits.as_of = (select max(as_of) from lake.decisions.runs)
    ) where {where}
""")


def of_buckets() -> list[Metric]:
    """Eaches in each bucket, beside them, and all of them: what was ordered."""
    counted = {name: (name,) for name in BUCKETS + OVERLAYS} | {"ordered": ORDERED}
    return [
        Metric(
            f"{name}_units",
            "eaches",
            LINES,
            summed(LINES, f"{name}_qty"),
            OF_LINES,
            buckets=buckets,
            shows=(f"{name}_qty",),
        )
        for name, buckets in counted.items()
    ]


def of_open_lines() -> list[Metric]:
    """What is open: lines, orders, eaches, value."""
    of_eaches = {k: v for k, v in OF_LINES.items() if k in {"order", "channel", "sku"}}
    return [
        _count("open_lines", "lines", "line_id"),
        _count("open_orders", "orders", "order_id"),
        Metric(
            "open_units",
            "eaches",
            OPEN_LIST,
            summed(OPEN_LIST, "qty"),
            of_eaches,
            buckets=OPEN_BUCKETS,
            shows=("qty",),
        ),
        Metric(
            "open_value",
            "cents",
            OPEN_LIST,
            summed(OPEN_LIST, "value_minor"),
            OF_OPEN_LINES,
            rows=filled(_OPEN_ROWS, value="value_minor"),
            shows=("value_minor",),
        ),
        Metric(
            "open_cells",
            "lines",
            OPEN,
            summed(OPEN, "line_count"),
            {"channel": "channel_id", "bucket": "bucket"},
            rows=filled(_OPEN_ROWS, value="1::bigint"),
            shows=("line_count",),
        ),
        Metric(
            "open_cell_units",
            "eaches",
            OPEN,
            summed(OPEN, "qty"),
            {"channel": "channel_id", "bucket": "bucket"},
            rows=filled(_OPEN_ROWS, value="qty"),
            shows=("qty",),
        ),
        Metric(
            "open_cell_value",
            "cents",
            OPEN,
            summed(OPEN, "value_minor"),
            {"channel": "channel_id", "bucket": "bucket", "currency": "currency_code"},
            rows=filled(_OPEN_ROWS, value="value_minor"),
            shows=("value_minor",),
        ),
    ]


def of_backorders() -> list[Metric]:
    """What waits for stock after the newest run."""
    return [
        Metric(
            f"backorder_{name}",
            unit,
            BACKORDERS,
            summed(BACKORDERS, column),
            OF_BACKORDERS,
            rows=filled(_WAITING, value=column),
            shows=(column,),
        )
        for name, unit, column in (
            ("units", "eaches", "qty"),
            ("value", "cents", "value_minor"),
        )
    ]


def _count(name: str, unit: str, column: str) -> Metric:
    return Metric(
        name,
        unit,
        OPEN_LIST,
        f"select count(distinct {column}) from lake.{OPEN_LIST} where {{where}}",  # noqa: S608 our own names
        OF_OPEN_LINES,
        rows=filled(_COUNTED, subject=column),
    )
