"""``orderhouse why``: where each line ships from, what else could have, the cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import polars as pl
from rich import box
from rich.table import Table as Grid

from orchestration.cli.cancelling import ASKED_BACK
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import money
from orchestration.cli.substitutes import (
    could_be_sent_instead,
    is_not_offered,
    is_sent_instead,
)
from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.pins import pins_on
from orchestration.resources.substitute_facts import withheld_of
from transforms.allocation.explain import Section, explain
from transforms.allocation.passed_over import Rivals
from transforms.contracts.currencies import MINOR_DIGITS, USUAL_DIGITS
from transforms.contracts.decisions import (
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    LINE_BUCKETS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_LINES, FCT_ORDERS

NAMES = "order_id = $1 or order_ref = $1 or order_name = $1"
LIKE = """
    select order_id, order_name from lake.gold.fct_orders
    where contains(lower(order_id), lower($1)) or contains(lower(order_name), lower($1))
    order by order_id
"""
"""Orders whose id or name has a text in it."""
CANDIDATES = 5
BY_LINE = "line_id = ? or kit_line_id = ?"
LINES = "line_id in (select line_id from lines)"
OF_ORDER = "line_id in (select line_id from of_order)"
DECIDED = """
    select * from lake.decisions.runs
    where manifest <> '' and run_id in (
        select run_id from lake.decisions.decision_trace
        where line_id in (select line_id from lines)
    )
    order by as_of
"""
TAKEN = """
    select given.as_of, given.node_id, given.sku_id, given.order_id,
        sum(given.qty)::bigint as qty
    from lake.decisions.allocations as given
    where given.as_of in (select as_of from decided)
        and given.sku_id in (select sku_id from of_order)
        and given.packed_in = 'NONE'
    group by all
    order by all
"""
"""Who was given eaches of the order's SKUs in the runs that decided about it."""
PRICED = (
    "as_of in (select as_of from decided)"
    " and (resource <> 'stock' or sku_id in (select sku_id from of_order))"
)
WAITING = (
    "line_id in (select line_id from lake.decisions.line_buckets"
    " where order_id = $1 and backordered_qty + preordered_qty > overshipped_qty)"
)
"""A line that was cancelled, allocated later, or sent unasked waits no more."""
SENT_BEYOND = """
    select lines.line_no, told.sku_id, told.overshipped_qty as sent_qty,
        told.pending_qty + told.backordered_qty as still_asked_qty
    from lake.decisions.line_buckets as told inner join lines using (line_id)
    where told.overshipped_qty > 0 and told.pending_qty + told.backordered_qty > 0
    order by lines.line_no
"""
"""What left though its node had nothing to send any more, of lines that ask for it."""
NOT_SENT_AGAIN = "Not sent again: the customer has it, or it is on its way there."
EXPIRED = """
    select lines.line_no, gone.sku_id, gone.qty as cancelled_qty,
        gone.reason_code as waited_for, gone.expected_date, gone.waits_since,
        gone.cancel_days as longest_days, gone.as_of as cancelled_at
    from lake.decisions.expired_backorders as gone inner join lines using (line_id)
    order by all
"""
"""What a rule cancelled because it had waited too long."""
RULE_OF_EXPIRY = (
    "By rule: backorder_cancel_days in orchestration/policies/allocation.yaml."
)
SENT_INSTEAD = """
    select asked.line_id, asked.line_id || '/' || told.sku_id as linked_line,
        coalesce(asked.packed_in, asked.sku_id) as asked_sku_id,
        told.sku_id as sent_sku_id, told.qty,
        told.node_id, told.event_at as left_at
    from lake.gold.fct_order_events as told
    inner join lake.instructions.instruction_lines as asked
        using (instruction_id, instruction_line_ref)
    where event_type = 'SUBSTITUTED_BY_NODE' and told.qty > 0
        and told.sku_id is distinct from asked.packed_in
        and asked.line_id in (select line_id from lines)
    order by all
"""
"""What nodes sent of another SKU, as lines linked to those that asked for one."""


def explain_order(order: str, line: str = "", *, is_replayed: bool = False) -> int:
    """Print every decision about an order, or about one of its lines.

    Args:
        order: order number, our order id, the channel's id, or a line id, for this
            line alone.
        line: our line id or the channel's; all lines when not given.
        is_replayed: the runs that decided about it are decided again and compared.

    Returns:
        0; 1 where a decision that is made again is another.

    Raises:
        CommandError: no order of that name, or several; it has no such line.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        order_id = order_called(house, order)
        lines = house.lake.read(FCT_ORDER_LINES, "order_id = ?", [order_id])
        asked = lines_called(lines, line) if line else _asked(lines, order)
        currency = str(house.policies.mapping("company")["currency_code"])
        CONSOLE.print(f"{order_id}  (amounts in {currency})", style="bold")
        for section in _sections(house, lines, asked):
            print_section(section, MINOR_DIGITS.get(currency, USUAL_DIGITS))
        return _replayed(house, asked) if is_replayed else 0
    finally:
        house.close()


def _replayed(house: House, asked: pl.DataFrame) -> int:
    """Every run that decided about the lines, decided again; 1 where one differs."""
    from orchestration.cli.replay import replayed  # noqa: PLC0415 it loads the kernel

    with house.lake.holding(lines=asked.select("line_id")):
        runs = house.lake.query(DECIDED)
    return max((replayed(house, run) for run in runs.iter_rows(named=True)), default=0)


def _asked(lines: pl.DataFrame, order: str) -> pl.DataFrame:
    """The line of that id, or the components of a kit's; else all of the order."""
    named = lines.filter(_is_called(order, "line_id", "kit_line_id"))
    return lines if named.is_empty() else named


def lines_called(lines: pl.DataFrame, line: str) -> pl.DataFrame:
    """The line of an order that people call so; of a kit, its components.

    Args:
        lines: FCT_ORDER_LINES of the order.
        line: our line id or the channel's.

    Raises:
        CommandError: the order has no such line.
    """
    named = lines.filter(_is_called(line, "line_ref", "line_id", "kit_line_id"))
    if named.is_empty():
        known = ", ".join(lines["line_ref"].unique().sort())
        raise CommandError(f"the order has no line {line!r}; it has {known}")
    return named


def _is_called(text: str, *columns: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).eq_missing(text) for name in columns)


def order_called(house: House, order: str) -> str:
    """Our id of the order that people call so.

    Raises:
        CommandError: no order of that name, or several.
    """
    order = order.strip()
    by_line = house.lake.read(FCT_ORDER_LINES, BY_LINE, [order, order])
    if by_line.height:
        return str(by_line["order_id"][0])
    # A shell takes "#1001" for a comment, so people leave the mark out.
    spelled = (order, f"#{order}")
    found = (house.lake.read(FCT_ORDERS, NAMES, [name]) for name in spelled)
    orders = next((rows for rows in found if rows.height), FCT_ORDERS.empty())
    if orders.is_empty():
        near = house.lake.query(LIKE, [order.lstrip("#")])
        raise CommandError(not_called(order, near))
    if orders.height > 1:
        raise CommandError(
            f"{order!r} is the name of {orders.height} orders:"
            f" {_candidates(orders.sort('order_id'))}; name one by its id"
        )
    return str(orders["order_id"].item())


def not_called(order: str, near: pl.DataFrame) -> str:
    """That no order is called so, and how to find the one that is meant.

    Args:
        order: as it was named.
        near: ``order_id, order_name`` of orders whose name has that in it.
    """
    like = f"; it is part of {_candidates(near)}" if near.height else ""
    return (
        f"no order called {order!r}{like}; an order has its number as its channel shows"
        " it, or its id, CHANNEL/NUMBER: orderhouse lines --out FILE.csv lists those"
        " that there are, and one that was not taken in waits in orderhouse quarantine"
        " list"
    )


def _candidates(orders: pl.DataFrame) -> str:
    """The first of some orders, by id and by name, and how many more there are."""
    shown = orders.head(CANDIDATES).select("order_id", "order_name").iter_rows()
    named = [f"{key} ({name})" if name else str(key) for key, name in shown]
    more = orders.height - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _today(house: House) -> date:
    """The business date of the newest run."""
    newest = house.past_runs()["as_of"].max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    return business_date_of(newest, house.policies.company_zone)


def _sections(
    house: House, order_lines: pl.DataFrame, asked: pl.DataFrame
) -> list[Section]:
    """What is told of the lines asked about; ``order_lines`` are all of the order."""
    lake, order_id = house.lake, str(order_lines["order_id"][0])
    with lake.holding(lines=asked.select("line_id", "line_no"), of_order=order_lines):
        beyond = Section("Sent beyond", lake.query(SENT_BEYOND), NOT_SENT_AGAIN)
        instead = Section("Sent instead", lake.query(SENT_INSTEAD))
        asked_back = Section("Cancellation asked", lake.query(ASKED_BACK))
        expired = Section("Waited too long", lake.query(EXPIRED), RULE_OF_EXPIRY)
        today = _today(house)
        offers = could_be_sent_instead(lake, order_id, today)
        no_offers = is_not_offered(withheld_of(house, asked), asked)
        replaced = is_sent_instead(lake, order_id)
        trace = lake.read(DECISION_TRACE, OF_ORDER)
        told = explain(
            order_id,
            order_lines,
            lake.read(ALLOCATIONS, "order_id = ?", [order_id]),
            trace,
            lake.read(BACKORDERS, WAITING, [order_id]),
            lake.read(LINE_HOLDS, LINES),
            lake.read(LINE_BUCKETS, LINES),
            pins_on(lake, order_lines, today),
            _rivals(lake, trace),
            asked["line_id"],
        )
        decided = lake.query(DECIDED)
    runs = decided.select(
        "as_of",
        "run_id",
        rules="rules_hash",
        code="code_hash",
        snapshot="last_snapshot",
    )
    by = Section("Decided by", runs, "To the byte again: --replay")
    return [
        *told,
        asked_back,
        offers,
        no_offers,
        replaced,
        expired,
        instead,
        beyond,
        by,
    ]


def _rivals(lake: Lakehouse, trace: pl.DataFrame) -> Rivals:
    """What others got in the runs of the trace; SQL sees ``of_order``."""
    with lake.holding(decided=trace.select("as_of").unique()):
        return Rivals(lake.query(TAKEN), lake.read(ALLOCATION_PRICES, PRICED))


def print_section(section: Section, digits: int = 0) -> None:
    """Print one table of an explanation, or what to say instead.

    Args:
        section: what to print.
        digits: of money after the point; 0: in the minor units that it is kept in.
    """
    if section.rows.is_empty():
        if section.if_empty:
            CONSOLE.print(f"{section.title}: {section.if_empty}")
        return
    grid = Grid(
        title=section.title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        padding=0,
    )
    for name, dtype in section.rows.schema.items():
        side: Literal["left", "right"] = "right" if dtype.is_numeric() else "left"
        heading = name.removesuffix("_minor") if digits else name
        grid.add_column(heading.replace("_", " "), justify=side)
    scales = [digits if name.endswith("_minor") else 0 for name in section.rows.columns]
    for row in section.rows.iter_rows():
        grid.add_row(*map(_cell, row, scales))
    grid.caption = section.note or None
    CONSOLE.print(grid)


def _cell(value: object, digits: int) -> str:
    if value is None:
        return "–"
    if digits and isinstance(value, int):
        return money(value, digits)
    return f"{value:%F %R}Z" if isinstance(value, datetime) else str(value)
