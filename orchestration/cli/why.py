"""``orderhouse why``: where each line ships from, what else could have, the cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from rich import box
from rich.table import Table as Grid

from orchestration.cli.cancelling import ASKED_BACK
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import money
from orchestration.cli.substitutes import could_be_sent_instead, is_sent_instead
from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.pins import pins_on
from transforms.allocation.explain import Section, explain
from transforms.contracts.currencies import MINOR_DIGITS, USUAL_DIGITS
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    LINE_BUCKETS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_LINES, FCT_ORDERS

NAMES = "order_id = $1 or order_ref = $1 or order_name = $1"
LINES = "line_id in (select line_id from lines)"
DECIDED = """
    select * from lake.decisions.runs
    where manifest <> '' and run_id in (
        select t.run_id from lake.decisions.decision_trace as t
        inner join lake.gold.fct_order_lines as l using (line_id)
        where l.order_id = $1
    )
    order by as_of
"""
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


def explain_order(order: str, *, is_replayed: bool = False) -> int:
    """Print every decision about an order.

    Args:
        order: order number, our order id, the channel's id, or a line id.
        is_replayed: the runs that decided about it are decided again and compared.

    Returns:
        0; 1 where a decision that is made again is another.

    Raises:
        CommandError: no order of that name, or several.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        order_id = order_called(house, order)
        currency = str(house.policies.mapping("company")["currency_code"])
        CONSOLE.print(f"{order_id}  (amounts in {currency})", style="bold")
        for section in _sections(house, order_id):
            print_section(section, MINOR_DIGITS.get(currency, USUAL_DIGITS))
        return _replayed(house, order_id) if is_replayed else 0
    finally:
        house.close()


def _replayed(house: House, order_id: str) -> int:
    """Every run that decided about the order, decided again; 1 where one differs."""
    from orchestration.cli.replay import replayed  # noqa: PLC0415 it loads the kernel

    runs = house.lake.query(DECIDED, [order_id])
    return max((replayed(house, run) for run in runs.iter_rows(named=True)), default=0)


def order_called(house: House, order: str) -> str:
    """Our id of the order that people call so.

    Raises:
        CommandError: no order of that name, or several.
    """
    by_line = house.lake.read(FCT_ORDER_LINES, "line_id = ?", [order])
    if by_line.height:
        return str(by_line["order_id"].item())
    # A shell takes "#1001" for a comment, so people leave the mark out.
    spelled = (order, f"#{order}")
    found = (house.lake.read(FCT_ORDERS, NAMES, [name]) for name in spelled)
    orders = next((rows for rows in found if rows.height), FCT_ORDERS.empty())
    if orders.is_empty():
        raise CommandError(
            f"no order called {order!r}; it may wait: orderhouse quarantine list"
        )
    if orders.height > 1:
        names = ", ".join(orders["order_id"].sort().head(5))
        raise CommandError(f"{order!r} is the name of several orders: {names}")
    return str(orders["order_id"].item())


def _today(house: House) -> date:
    """The business date of the newest run."""
    newest = house.past_runs()["as_of"].max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    return business_date_of(newest, house.policies.company_zone)


def _sections(house: House, order_id: str) -> list[Section]:
    lake = house.lake
    order_lines = lake.read(FCT_ORDER_LINES, "order_id = ?", [order_id])
    with lake.holding(lines=order_lines.select("line_id", "line_no")):
        beyond = Section("Sent beyond", lake.query(SENT_BEYOND), NOT_SENT_AGAIN)
        instead = Section("Sent instead", lake.query(SENT_INSTEAD))
        asked_back = Section("Cancellation asked", lake.query(ASKED_BACK))
        expired = Section("Waited too long", lake.query(EXPIRED), RULE_OF_EXPIRY)
        offers = could_be_sent_instead(lake, order_id)
        replaced = is_sent_instead(lake, order_id)
        told = explain(
            order_id,
            order_lines,
            lake.read(ALLOCATIONS, "order_id = ?", [order_id]),
            lake.read(DECISION_TRACE, LINES),
            lake.read(BACKORDERS, WAITING, [order_id]),
            lake.read(LINE_HOLDS, LINES),
            lake.read(LINE_BUCKETS, LINES),
            pins_on(lake, order_lines, _today(house)),
        )
    runs = lake.query(DECIDED, [order_id]).select(
        "as_of",
        "run_id",
        rules="rules_hash",
        code="code_hash",
        snapshot="last_snapshot",
    )
    by = Section("Decided by", runs, "To the byte again: --replay")
    return [*told, asked_back, offers, replaced, expired, instead, beyond, by]


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
