"""Figures of exceptions: how many are open, and what they are worth.

An exception is as good as what it is about: the event, line, order, instruction,
payment, parcel or count that its subject names, in the document that told of it.
"""

from __future__ import annotations

from orchestration.resources.lineage.metric import Metric, filled
from orchestration.resources.lineage.of_stock import DOCUMENT_OF_MOVEMENT

EXCEPTIONS = "visibility.rpt_exceptions"
OF_EXCEPTIONS = {"code": "code", "owner": "owner", "currency": "currency_code"}

_POSTED = f"""(
    select subject, landing_id, payload_line
    from (
        select regexp_replace(movement_id, '#\\d+$', '') as movement_id,
            node_id, sku_id, unnest([account, stock_status, lot_ref, null]) as named,
            concat_ws('/', node_id, sku_id, named) as subject
        from lake.decisions.unit_postings
    )
    inner join ({DOCUMENT_OF_MOVEMENT}) using (movement_id)
    where subject in (select subject from chosen)
)"""  # noqa: S608 our own SQL
"""Goods at a node by account, stock status and lot, and what moved them."""
_PROMISED_LOTS = """(
    select concat_ws('/', node_id, sku_id, lot_ref) as subject, landing_id,
        payload_line
    from (select distinct node_id, sku_id, lot_ref from lake.decisions.allocation_lots)
    inner join lake.gold.fct_stock_snapshots using (node_id, sku_id)
    where lots is not null
)"""
"""Lots that lines were promised, and counts of their goods that name lots: this one,
or all that is there instead."""
_DOCUMENTS = (
    ("event_id", "lake.gold.fct_order_events"),
    ("line_id", "lake.gold.fct_order_lines"),
    ("order_id", "lake.gold.fct_orders"),
    ("payment_id", "lake.gold.fct_payments"),
    ("order_id", "lake.gold.fct_payments"),
    (
        "partner_id || '/' || order_ref",
        "lake.silver.int_settlement_lines__deduplicated",
    ),
    ("tracking_ref", "lake.silver.int_tracking_events__deduplicated"),
    ("channel_id || '/' || sku_id", "lake.gold.fct_channel_stock"),
    ("concat_ws('/', node_id, sku_id, stock_status)", "lake.gold.fct_stock_snapshots"),
    ("concat_ws('/', node_id, sku_id)", "lake.gold.fct_stock_snapshots"),
    ("concat_ws('/', node_id, sku_id, stock_status)", "lake.gold.fct_opening_stock"),
    ("concat_ws('/', node_id, sku_id)", "lake.gold.fct_opening_stock"),
    (
        "concat_ws('/', node_id, sku_id, coalesce(po_ref, notice_ref))",
        "lake.gold.fct_ship_notices",
    ),
    ("subject", _POSTED),
    ("subject", _PROMISED_LOTS),
    ("node_id", "lake.gold.fct_stock_snapshots"),
    ("node_ref", "lake.bronze.nodes"),
)
"""What a subject may be, and the documents that tell of it, the nearest first."""

_PLACES = " union all ".join(
    f"select {name} as subject, {rank} as rank, max(landing_id) as landing_id,"  # noqa: S608 our own names
    " arg_max(payload_line, (landing_id, payload_line)) as payload_line"
    f" from {table} where {name} in (select subject from chosen"
    " union all select order_id from chosen) group by all"
    for rank, (name, table) in enumerate(_DOCUMENTS)
)
_ROWS = f"""
    with chosen as (
        select exception_id, subject, order_id, code, value_minor
        from lake.visibility.rpt_exceptions
        where is_open and {{counts}} and {{where}}
    ),
    own as (
        select event_id as subject, min(file_name) as file_name,
            arg_min(payload_line, file_name) as payload_line
        from lake.visibility.rpt_order_timeline
        where source_kind = 'decision' and event_id in (select subject from chosen)
        group by event_id
    ),
    places as (
        select subject, arg_min(landing_id, rank) as landing_id,
            arg_min(payload_line, rank) as payload_line
        from ({_PLACES}) group by subject
    )
    select chosen.subject, chosen.code as cause, {{value}}::bigint as value,
        coalesce(own.file_name, here.file_name, theirs.file_name) as file_name,
        case
            when own.file_name is not null then own.payload_line
            when here.file_name is not null then near.payload_line
            else far.payload_line
        end as payload_line,
        '' as event_id
    from chosen
    left join own on own.subject = chosen.subject
    left join places as near on near.subject = chosen.subject
    left join places as far on far.subject = chosen.order_id
    left join lake.bronze.landing_ledger as here on here.landing_id = near.landing_id
    left join lake.bronze.landing_ledger as theirs
        on theirs.landing_id = far.landing_id
"""  # noqa: S608 our own SQL


def of_exceptions() -> list[Metric]:
    """Open exceptions, and the money that they are about."""
    return [
        Metric(
            "open_exceptions",
            "exceptions",
            EXCEPTIONS,
            f"select count(*) from lake.{EXCEPTIONS} where is_open and {{where}}",  # noqa: S608 our own names
            OF_EXCEPTIONS,
            rows=filled(_ROWS, counts="true", value="1"),
        ),
        Metric(
            "exception_value",
            "cents",
            EXCEPTIONS,
            f"select sum(value_minor) from lake.{EXCEPTIONS}"  # noqa: S608 our own names
            " where is_open and {where}",
            OF_EXCEPTIONS,
            rows=filled(
                _ROWS, counts="coalesce(value_minor, 0) <> 0", value="value_minor"
            ),
            shows=("value_minor",),
        ),
    ]
