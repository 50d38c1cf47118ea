"""More history for a house: its orders again, each copy a month older.

What the rooms hold of orders up to the cut-over is put into the same tables once
more under other order numbers, with every date and landing id moved back. That is
what years of runs would have left there, without the hours to run them. The house
itself stays what it was: what a day on it costs more is what its history costs.
"""

from __future__ import annotations

from orchestration.resources.lakehouse import Lakehouse

TABLES = (
    "bronze.orders",
    "bronze.opening_lines",
    "silver.int_order_lines__deduplicated",
    "gold.fct_order_lines",
    "gold.fct_orders",
    "gold.fct_order_events",
    "decisions.line_buckets",
    "decisions.unit_postings",
    "visibility.rpt_order_lines",
    "visibility.rpt_order_timeline",
    "visibility.rpt_orders",
)
"""Every table with a row for each order, line, event or movement of goods."""

IDS = ("order_id", "line_id", "event_id", "kit_line_id", "movement_id", "posting_id")
REFS = ("order_ref", "order_name")
DATES_IN_TEXT = ("order_month", "ordered_at", "updated_at")
LANDED = ("landing_id", "first_landing_id")
LANDED_A_MONTH = 10**6
AT_ONCE = 12
"""Copies made by one statement: what a year of runs leaves, merged."""


SETTLED = """
    create or replace temp table settled as
    select order_id, line_id from lake.decisions.line_buckets
    where order_id not in (
        select order_id from lake.decisions.line_buckets
        where delivered_qty + cancelled_qty + lost_qty < ordered_qty)
"""
"""Lines of orders with which nothing is done any more: no copy is worked on."""


STEPS = {"ALLOCATED": ("DEMAND", "ALLOCATED"), "RELEASED": ("ALLOCATED", "RELEASED")}
"""What our own decisions do to a line that a node ships, and to the promises of it."""

SHIPPED = {**STEPS, "SHIPPED": ("RELEASED", "SHIPPED")}

PROMISED = """
    create or replace temp table promised as
    select line_id, sku_id, ordered_at, ordered_qty as qty,
        (select min(node_id) from lake.gold.dim_nodes) as node_id,
    from lake.gold.fct_order_lines
    where landing_id between {oldest} and {newest} and line_id not in (
        select line_id from lake.gold.fct_order_events
        where event_type = 'SOLD_AT_TILL'
            and landing_id between {oldest} and {newest})
"""
"""Lines of copies that nodes shipped; what a till sold was never promised."""

NEWEST = "(select max_by(run_id, as_of) from lake.decisions.runs)"
"""The run that is said to have decided all this: it is committed, so nobody asks."""

LEFT_LIKE_THIS = f"""
    update lake.decisions.runs set last_snapshot = (
        select max(snapshot_id) from lake.snapshots()
    ) where run_id = {NEWEST}
"""
"""Runs go on from the books that the newest one left: let it have left these."""


def age(lake: Lakehouse, months: int) -> int:
    """Put the settled orders of a house into its lake again, ``months`` times.

    Their goods moved and were promised as they were.

    Args:
        lake: with orders of one month.
        months: a multiple of AT_ONCE.

    Returns:
        Order lines in gold.
    """
    lake.execute(SETTLED)
    for first in reversed(range(1, months + 1, AT_ONCE)):
        for table in TABLES:
            lake.execute(_again(lake, table, first))
        _decide(lake, first)
    lake.execute(LEFT_LIKE_THIS)
    return lake.count("gold.fct_order_lines")


def _decide(lake: Lakehouse, first: int) -> None:
    """Our own events of the lines of copies, and the postings of their promises."""
    last = first + AT_ONCE - 1
    oldest, newest = -last * LANDED_A_MONTH, (1 - first) * LANDED_A_MONTH - 1
    lake.execute(PROMISED.format(oldest=oldest, newest=newest))
    for step in STEPS:
        lake.execute(
            "insert into lake.decisions.own_events by name"
            " select * exclude (ordered_at), ordered_at as event_at,"
            f" 900 as source_rank, '{step}' as event_type, {NEWEST} as run_id"
            f" from ({_of(step)})"
        )
    for step, sides in SHIPPED.items():
        for account, sign in zip(sides, (-1, 1), strict=True):
            lake.execute(
                "insert into lake.decisions.promise_postings by name"
                f" select event_id || '/{account}' as posting_id, event_id, line_id,"
                f" '{account}' as account, node_id, sku_id, {sign} * qty as qty,"
                f" ordered_at as event_at, {NEWEST} as run_id from ({_of(step)})"
            )


def _of(step: str) -> str:
    return (
        f"select *, line_id || '/{step}' as event_id from promised order by ordered_at"
    )


def _again(lake: Lakehouse, table: str, first: int) -> str:
    types = lake.query(f"select * from lake.{table} limit 0").schema
    cells = [_older(name, str(dtype)) for name, dtype in types.items()]
    return (
        f"insert into lake.{table} select {', '.join(cells)} from lake.{table},"
        f" range({first}, {first + AT_ONCE}) as copies(k)"
        f" where {_settled(types.names())} order by k desc"
    )


def _settled(names: list[str]) -> str:
    """Whether a row is of a settled order; a copy's number is none of them."""
    if "movement_id" in names:
        return (
            "movement_id in (select event_id from lake.gold.fct_order_events"
            " where line_id in (select line_id from settled))"
        )
    if "line_id" in names:
        return "line_id in (select line_id from settled)"
    partner = "channel_id" if "channel_id" in names else "partner_id"
    order = "order_id" if "order_id" in names else f"{partner} || '/' || order_ref"
    return f"{order} in (select order_id from settled)"


def _older(name: str, dtype: str) -> str:
    """A cell of the copy that is ``k`` months older."""
    channel, rest = f"split_part({name}, '/', 1)", f"strpos({name}, '/') + 1"
    day = f"strftime(left({name} || '-01', 10)::date - to_months(k::int), '%Y-%m-%d')"
    changed = {
        **dict.fromkeys(IDS, f"{channel} || '/' || k || '~' || substr({name}, {rest})"),
        **dict.fromkeys(REFS, f"k || '~' || {name}"),
        **dict.fromkeys(
            DATES_IN_TEXT, f"left({day}, len({name})) || substr({name}, 11)"
        ),
        **dict.fromkeys(LANDED, f"{name} - k * {LANDED_A_MONTH}"),
    }
    if dtype.startswith("Date"):
        return f"({name} - to_months(k::int))"
    return changed.get(name, name)
