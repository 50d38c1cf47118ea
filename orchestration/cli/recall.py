"""``orderhouse recall``: where a lot or a serial number came from and goes to.

Asks what was sent, not what it became: a ship confirmation that was replaced
since, or was refused as an event, may still have put the goods on a lorry. What came
back is where its returns put it; what left again since is among what went out. What
is promised of a lot goes out next, unless its node is told otherwise.
"""

from __future__ import annotations

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.resources.house import House
from orchestration.resources.lot_facts import NAMED, STILL_PROMISED, has_lots
from transforms.availability.lots import open_by_lot
from transforms.contracts.table import INTEGER, TEXT

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
NEXT = """
    select lines.order_id, promised.line_id, promised.node_id, promised.sku_id,
        promised.qty, string_agg(distinct asked.instruction_id, ', '
            order by asked.instruction_id) as told_in
    from promised
    left join lake.gold.fct_order_lines as lines using (line_id)
    left join (
        select told.line_id, sent.node_id, instruction_id
        from lake.decisions.reconciled_shipments as told
        inner join lake.instructions.fulfilment_orders as sent using (instruction_id)
        where told.open_qty > 0
    ) as asked
        on asked.line_id = promised.line_id and asked.node_id = promised.node_id
    group by all order by all
"""
"""Eaches of the lot that lines are promised and that have not left, with what their
node was told of them in and has not answered; nothing: it was not told yet."""
WENT_OUT, CAME_BACK = "Went out", "Came back, and where it was put"
GOES_OUT = "Is promised, and goes out next"
PROMISED_NEXT = pl.Schema(
    {"order_id": TEXT, "line_id": TEXT, "node_id": TEXT, "sku_id": TEXT}
    | {"qty": INTEGER, "told_in": TEXT}
)
"""What ``NEXT`` says."""
PARTS = {
    WENT_OUT: SHIPPED,
    CAME_BACK: BACK,
    "Lies there by each node's newest count": COUNTED,
    "Was corrected": CORRECTED,
    "Came in": CAME,
}


def recall_command(lot: str) -> int:
    """Print every order, promise, return, count, correction and receipt of a lot.

    Args:
        lot: it, or a serial number.

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
    said = f"{lot}: {orders} orders, {eaches} eaches, {back} came back"
    CONSOLE.print(f"{said}{_promised(found[GOES_OUT])}")
    for title, rows in found.items():
        if rows.height:
            CONSOLE.print(framed(title, rows))
    return 0


def told_of(house: House, lot: str) -> dict[str, pl.DataFrame]:
    """What is known of a lot or serial number, by what it is; parts may be empty."""
    parts = {title: house.lake.query(sql, [lot]) for title, sql in PARTS.items()}
    return {WENT_OUT: parts.pop(WENT_OUT), GOES_OUT: goes_out(house, lot), **parts}


def goes_out(house: House, lot: str) -> pl.DataFrame:
    """Which orders are promised how many eaches of a lot, by ``NEXT``."""
    if not has_lots(house):
        return PROMISED_NEXT.to_frame()
    named = house.lake.query(NAMED)
    mine = named.filter(lot_ref=lot).select("line_id")
    # What left of a line was the first of its lots, whichever these are.
    named = named.join(mine, on="line_id", how="semi")
    with house.lake.holding(lines=named.select("line_id").unique()):
        promised = open_by_lot(named, house.lake.query(STILL_PROMISED))
    with house.lake.holding(promised=promised.filter(lot_ref=lot)):
        return house.lake.query(NEXT).cast(PROMISED_NEXT)


def _promised(rows: pl.DataFrame) -> str:
    """How many eaches go out next; nothing where none does."""
    if rows.is_empty():
        return ""
    orders, eaches = rows["order_id"].n_unique(), rows["qty"].sum()
    with_node = rows.filter(pl.col("told_in").is_not_null())["qty"].sum()
    return (
        f"; {orders} orders are promised {eaches} more, {with_node} of these told to"
        " a node"
    )
