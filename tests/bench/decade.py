"""More history for a house: its orders again, each copy a year older.

What the rooms hold of orders up to the cut-over is put into the same tables once
more under other order numbers, with every date and landing id moved back. That is
what years of runs would have left there, without the hours to run them.
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
    "visibility.rpt_order_lines",
    "visibility.rpt_order_timeline",
    "visibility.rpt_orders",
)
"""Every table with a row for each order, line or event."""

IDS = ("order_id", "line_id", "event_id", "kit_line_id")
REFS = ("order_ref", "order_name")
DATES_IN_TEXT = ("order_month", "ordered_at", "updated_at")
LANDED_A_YEAR = 10**6


SETTLED = """
    create or replace temp table settled as
    select order_id, line_id from lake.decisions.line_buckets
    where order_id not in (
        select order_id from lake.decisions.line_buckets
        where delivered_qty + cancelled_qty + lost_qty < ordered_qty)
"""
"""Lines of orders with which nothing is done any more: no copy is worked on."""


def age(lake: Lakehouse, years: int) -> int:
    """Put the settled orders of a house into its lake again, ``years`` times.

    Returns:
        Order lines in gold.
    """
    lake.execute(SETTLED)
    for year in reversed(range(1, years + 1)):
        for table in TABLES:
            lake.execute(_again(lake, table, year))
    return lake.count("gold.fct_order_lines")


def _again(lake: Lakehouse, table: str, year: int) -> str:
    types = lake.query(f"select * from lake.{table} limit 0").schema
    cells = [_older(name, str(dtype), year) for name, dtype in types.items()]
    return (
        f"insert into lake.{table} select {', '.join(cells)} from lake.{table}"
        f" where {_settled(types.names())}"
    )


def _settled(names: list[str]) -> str:
    """Whether a row is of a settled order; a copy's number is none of them."""
    if "line_id" in names:
        return "line_id in (select line_id from settled)"
    partner = "channel_id" if "channel_id" in names else "partner_id"
    order = "order_id" if "order_id" in names else f"{partner} || '/' || order_ref"
    return f"{order} in (select order_id from settled)"


def _older(name: str, dtype: str, year: int) -> str:
    """A cell of a copy that is so many years older."""
    channel, rest = f"split_part({name}, '/', 1)", f"strpos({name}, '/') + 1"
    another_year = f"(left({name}, 4)::int - {year}) || substr({name}, 5)"
    changed = {
        **dict.fromkeys(IDS, f"{channel} || '/{year}~' || substr({name}, {rest})"),
        **dict.fromkeys(REFS, f"'{year}~' || {name}"),
        **dict.fromkeys(DATES_IN_TEXT, another_year),
        "landing_id": f"{name} - {year * LANDED_A_YEAR}",
    }
    if dtype.startswith("Date"):
        return f"({name} - interval {year} year)"
    return changed.get(name, name)
