"""``orderhouse recall``: where a lot or a serial number came from and went to.

Asks what was sent, not what it became: a ship confirmation that was replaced
since, or was refused as an event, may still have put the goods on a lorry. What came
back is where its returns put it; what left again since is among what went out.
"""

from __future__ import annotations

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.resources.house import House

IS_OF = "lot_ref = $1"
IS_IN = "$1 in (told.lot_ref) or list_contains(string_split(told.serial_refs, ' '), $1)"
SHIPPED = f"""
    select distinct
        coalesce(lines.order_id, told.order_ref) as order_id,
        told.node_ref as node_id,
        coalesce((
            select max_by(sku_id, used_by)
            from lake.silver.int_sku_aliases__deduplicated as named
            where named.alias_ref = told.sku_ref
                and named.used_by in (told.partner_id, '')
        ), told.sku_ref) as sku_id,
        told.shipped_qty::bigint as shipped_qty,
        told.shipped_on,
        told.tracking_ref,
        told.lot_ref,
        told.serial_refs,
        told.shipment_ref,
        told.instruction_ref as instruction_id,
    from lake.bronze.shipment_confirmations as told
    left join lake.instructions.instruction_lines as sent
        on told.instruction_ref = sent.instruction_id
        and told.line_ref = sent.instruction_line_ref
    left join lake.gold.fct_order_lines as lines on sent.line_id = lines.line_id
    where {IS_IN}
    order by all
"""  # noqa: S608 our own conditions
"""Goods are those that left, whatever their line asked for."""
CAME = f"""
    select distinct
        node_ref as node_id, sku_ref, qty::bigint as qty, received_on, po_ref,
        receipt_ref, expires_on,
    from lake.bronze.receipts where {IS_OF} order by all
"""  # noqa: S608 our own conditions
CORRECTED = f"""
    select distinct
        node_ref as node_id, sku_ref, qty::bigint as qty, adjusted_on, stock_status,
        to_stock_status, reason_code, adjustment_ref,
    from lake.bronze.stock_adjustments where {IS_OF} order by all
"""  # noqa: S608 our own conditions
COUNTED = f"""
    select
        node_ref as node_id, sku_ref, stock_status, snapshot_at,
        arg_max(qty, landing_id)::bigint as qty, max(expires_on) as expires_on,
    from lake.bronze.stock_snapshots as told
    where {IS_OF} and (node_ref, snapshot_at) in (
        select (node_ref, max_by(snapshot_at, snapshot_at::timestamptz))
        from lake.bronze.stock_snapshots group by node_ref
    )
    group by all order by all
"""  # noqa: S608 our own conditions
HAS_SERIAL = "list_contains(string_split(told.serial_refs, ' '), $1)"
BACK = f"""
    with got as (
        select sent.line_id
        from lake.bronze.shipment_confirmations as told
        inner join lake.instructions.instruction_lines as sent
            on told.instruction_ref = sent.instruction_id
            and told.line_ref = sent.instruction_line_ref
        where {HAS_SERIAL}
    ),
    back as (
        select
            coalesce(lines.order_id, detail ->> 'order_ref') as order_id,
            posted.node_id, posted.sku_id, posted.qty, posted.account,
            posted.stock_status, posted.lot_ref, posted.event_at,
            detail ->> 'return_ref' as return_ref
        from lake.decisions.unit_postings as posted
        inner join lake.gold.fct_order_events as events
            on events.event_id = regexp_replace(posted.movement_id, '#[0-9]+$', '')
        left join lake.gold.fct_order_lines as lines using (line_id)
        where posted.movement_type = 'RETURN'
            and account in ('CUSTOMER_RETURN', 'ON_HAND', 'QUARANTINE', 'SCRAP')
            and (posted.lot_ref = $1 or line_id in (select line_id from got))
    )
    select order_id, node_id, sku_id, sum(qty)::bigint as qty, account, stock_status,
        max(event_at) as moved_at, lot_ref, return_ref
    from back group by all having sum(qty) > 0 order by all
"""  # noqa: S608 our own conditions
"""Eaches of the lot that came back, where their returns put them: the ledger's, so a
return that names no lot is of the one that its line was sent. No return names a serial
number: of one, what came back of the lines that it left for."""
WENT_OUT, CAME_BACK = "Went out", "Came back, and where it was put"
PARTS = {
    WENT_OUT: SHIPPED,
    CAME_BACK: BACK,
    "Lies there by each node's newest count": COUNTED,
    "Was corrected": CORRECTED,
    "Came in": CAME,
}


def recall_command(lot: str) -> int:
    """Print every order, return, count, correction and receipt of a lot or serial.

    Raises:
        CommandError: no document names it.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        found = told_of(house, lot)
    finally:
        house.close()
    if all(rows.is_empty() for rows in found.values()):
        raise CommandError(f"no document names a lot or serial number {lot!r}")
    shipped, back = found[WENT_OUT], int(found[CAME_BACK]["qty"].sum())
    eaches = int(shipped["shipped_qty"].sum())
    orders = shipped["order_id"].n_unique()
    CONSOLE.print(f"{lot}: {orders} orders, {eaches} eaches, {back} came back")
    for title, rows in found.items():
        if rows.height:
            CONSOLE.print(framed(title, rows))
    return 0


def told_of(house: House, lot: str) -> dict[str, pl.DataFrame]:
    """What is known of a lot or serial number, by what it is; parts may be empty."""
    return {title: house.lake.query(sql, [lot]) for title, sql in PARTS.items()}
