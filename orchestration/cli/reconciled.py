"""``orderhouse reconciled``: both sides of everything, and the class of each row.

Not here: what a class means for a person (``orderhouse exceptions``).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_money
from orchestration.cli.quarantine import refuse_unknown
from orchestration.resources.house import House
from transforms.reconciliation.owners import (
    CODES_OF_ACKS,
    CODES_OF_CARRIERS,
    OWNERS,
)

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
    "acknowledgements": (
        "decisions.reconciled_shipments",
        "ack_class",
        "instruction_id || '/' || instruction_line_ref",
    ),
    "carriers": (
        "decisions.reconciled_shipments",
        "carrier_class",
        "instruction_id || '/' || instruction_line_ref",
    ),
}
"""Comparison → its table, the column of its class, and what a row is called."""


def _owner(column: str, codes: dict[str, str]) -> str:
    """SQL: the team that a class is of, by the code under which it is."""
    whens = (f"when '{of}' then '{OWNERS[code]}'" for of, code in codes.items())
    return f"case {column} {' '.join(whens)} end"


OWNER = {
    "acknowledgements": f"if(open_qty > 0, {_owner('ack_class', CODES_OF_ACKS)}, null)",
    "carriers": _owner("carrier_class", CODES_OF_CARRIERS),
}
"""Whose a row is, of comparisons that stand in the rows of shipments as axes."""

CAUSE = {
    "acknowledgements": "if(ack_class = 'rejected', 'NOT_READ', null)",
    "carriers": "null",
}

WAITS = """(shipment_class not in ('short', 'refused') or line_id in (
    select line_id from lake.decisions.line_buckets where pending_qty
        + backordered_qty + allocated_qty + released_qty + in_fulfilment_qty > 0))"""
"""What a node sent less of is to be acted on while its line waits for it."""

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

MONEY = ("value_minor", "currency_code")
SHOWN = {
    "orders": ("amount_minor", "listed_minor", "settled_minor", *MONEY),
    "stock": ("reported_qty", AT_THE_CUT, "position_qty", "variance_qty"),
    "shipments": ("ack_class", "asked_qty", "shipped_qty", "open_qty", "carrier_class"),
    "parcels": ("order_id", "last_status_code", *MONEY),
    "payments": ("due_minor", "captured_minor", "refunded_minor", *MONEY),
    "acknowledgements": ("shipment_class", "asked_qty", "open_qty"),
    "carriers": ("shipment_class", "shipped_qty", "open_qty"),
}
"""The two sides, as far as a line of a window holds them."""

UNPRICED = {"shipments", "acknowledgements", "carriers"}
MOST_ROWS = 40
KIND = ["reconciliation", "class", "team"]


def show_reconciled(which: str, of_class: str) -> int:
    """Print the classes of every comparison, or the rows of one.

    Args:
        which: one of TABLES; "" is all.
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
    sides = " union all ".join(_sides())
    rows = house.lake.query(
        "from (select reconciliation, class, count(*) as rows, owner as team,"  # noqa: S608 our own names
        " mode(cause_code) as cause_most_often, min(since_at) as oldest"
        f" from ({sides}) group by all)"
        " order by reconciliation, team is not null, class, team"
    )
    worth = house.lake.query(
        "select reconciliation, class, owner as team, currency_code,"  # noqa: S608 our own names
        f" sum(value_minor)::bigint as value_minor from ({sides})"
        " where value_minor != 0 group by all order by all"
    )
    title = "Both sides of everything, one class a row"
    CONSOLE.print(framed(title, with_worth(rows, worth)))


def with_worth(rows: pl.DataFrame, worth: pl.DataFrame) -> pl.DataFrame:
    """Classes with what they are about, each currency for itself.

    Args:
        rows: KIND and more.
        worth: KIND, ``currency_code, value_minor``.
    """
    amount = pl.format("{} {}", "value", pl.col("currency_code").fill_null(""))
    told = (
        in_money(worth)
        .group_by(KIND, maintain_order=True)
        .agg(amount.str.strip_chars().str.join(" + ").alias("value"))
    )
    return rows.join(told, on=KIND, how="left", nulls_equal=True, maintain_order="left")


def _sides() -> Iterator[str]:
    """Class, owner, cause, age and worth of every row of every comparison."""
    for name, (table, column, _) in TABLES.items():
        worth = ", ".join(
            money if name not in UNPRICED else f"null as {money}" for money in MONEY
        )
        yield (
            f"select '{name}' as reconciliation, {column} as class,"  # noqa: S608 our own names
            f" {OWNER.get(name, 'owner')} as owner, {CAUSE.get(name, 'cause_code')}"
            f" as cause_code, since_at, {worth} from lake.{table}"
        )


def _print_rows(house: House, which: str, of_class: str) -> None:
    refuse_unknown("comparison", which, TABLES)
    table, column, name = TABLES[which]
    owner, cause = OWNER.get(which, "owner"), CAUSE.get(which, "cause_code")
    is_owed = f"{owner} is not null" + (f" and {WAITS}" * (which == "shipments"))
    condition = f"{column} = $1" if of_class else f"{is_owed} and $1 = ''"
    rows = house.lake.query(
        f"select {name} as name, {column} as class, {cause} as cause, {owner} as owner,"  # noqa: S608 our own names
        f" since_at as since, {', '.join(SHOWN[which])}"
        f" from lake.{table} as told where {condition} order by since_at, name",
        [of_class],
    )
    if rows.is_empty() and of_class:
        raise CommandError(f"no row of {which} is {of_class!r}: orderhouse reconciled")
    shown = rows.head(MOST_ROWS)
    priced = in_money(shown) if which not in UNPRICED | {"stock"} else shown
    CONSOLE.print(framed(f"{which}: {rows.height:,} rows", priced))
    if rows.height > MOST_ROWS:
        CONSOLE.print(f"the oldest {MOST_ROWS} of {rows.height:,}: name a --class")
