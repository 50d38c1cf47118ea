"""``orderhouse reconciled``: both sides of everything, and the class of each row.

Not here: what a class means for a person (``orderhouse exceptions``).
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.cli.quarantine import refuse_unknown
from orchestration.resources.house import House

TABLES = {
    "orders": ("decisions.reconciled_orders", "order_class", "order_id"),
    "stock": (
        "visibility.rpt_reconciled_stock",
        "stock_class",
        "concat_ws('/', node_id, sku_id, stock_status)",
    ),
    "shipments": (
        "decisions.reconciled_shipments",
        "shipment_class",
        "instruction_id || '/' || instruction_line_ref",
    ),
    "parcels": ("decisions.reconciled_parcels", "parcel_class", "tracking_ref"),
    "payments": ("decisions.reconciled_payments", "payment_class", "order_id"),
}
"""Comparison → its table, the column of its class, and what a row is called."""

BESIDE = {"acknowledgements": "ack_class", "carriers": "carrier_class"}
"""Comparisons that stand in the rows of shipments, as axes of their own."""

AT_THE_CUT = """
    case when stock_class = 'not_believed' then coalesce(ledger_qty,
        coalesce(position_qty, 0) - (
            select coalesce(sum(qty), 0)::bigint from lake.decisions.unit_postings as p
            where account = 'ON_HAND' and event_at >= told.snapshot_at
                and p.node_id = told.node_id and p.sku_id = told.sku_id
                and p.stock_status = told.stock_status
        )
    ) else ledger_qty end as ledger_qty
"""
"""Beside a count that nobody believed and so nobody compared: what lay there by us."""

SHOWN = {
    "orders": ("amount_minor", "listed_minor", "settled_minor", "value_minor"),
    "stock": ("reported_qty", AT_THE_CUT, "position_qty", "variance_qty"),
    "shipments": ("ack_class", "asked_qty", "shipped_qty", "open_qty", "carrier_class"),
    "parcels": ("order_id", "last_status_code", "value_minor"),
    "payments": ("due_minor", "captured_minor", "refunded_minor", "value_minor"),
}
"""The two sides, as far as a line of a window holds them."""

MOST_ROWS = 40


def show_reconciled(which: str, of_class: str) -> int:
    """Print the classes of every comparison, or the rows of one.

    Args:
        which: orders, stock, shipments, parcels or payments; "" is all.
        of_class: rows of this class; "" is those that somebody has to act on.

    Returns:
        0.

    Raises:
        CommandError: there is no such comparison, or no row of the class.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        if which:
            _print_rows(house, which, of_class)
        else:
            _print_classes(house)
    finally:
        house.close()
    return 0


def _print_classes(house: House) -> None:
    rows = house.lake.query(
        "select reconciliation, class, count(*) as rows, any_value(owner) as team,"  # noqa: S608 our own names
        " mode(cause_code) as cause_most_often, min(since_at) as oldest,"
        " sum(value_minor)::bigint as value_minor"
        f" from ({' union all '.join(_sides())}) group by reconciliation, class"
        " order by reconciliation, any_value(owner) is not null, class"
    )
    CONSOLE.print(framed("Both sides of everything, one class a row", rows))


def _sides() -> Iterator[str]:
    """Class, owner, cause, age and worth of every row of every comparison."""
    for name, (table, column, _) in TABLES.items():
        worth = "null" if name == "shipments" else "value_minor"
        yield (
            f"select '{name}' as reconciliation, {column} as class, owner, cause_code,"  # noqa: S608 our own names
            f" since_at, {worth} as value_minor from lake.{table}"
        )
    for name, column in BESIDE.items():
        yield (
            f"select '{name}', {column}, null, null, since_at, null"  # noqa: S608 our own names
            " from lake.decisions.reconciled_shipments"
        )


def _print_rows(house: House, which: str, of_class: str) -> None:
    refuse_unknown("comparison", which, TABLES)
    table, column, name = TABLES[which]
    condition = f"{column} = $1" if of_class else "owner is not null and $1 = ''"
    rows = house.lake.query(
        f"select {name} as name, {column} as class, cause_code as cause, owner,"  # noqa: S608 our own names
        f" since_at as since, {', '.join(SHOWN[which])}"
        f" from lake.{table} as told where {condition} order by since_at, name",
        [of_class],
    )
    if rows.is_empty() and of_class:
        raise CommandError(f"no row of {which} is {of_class!r}: orderhouse reconciled")
    CONSOLE.print(framed(f"{which}: {rows.height:,} rows", rows.head(MOST_ROWS)))
    if rows.height > MOST_ROWS:
        CONSOLE.print(f"the oldest {MOST_ROWS} of {rows.height:,}: name a --class")
