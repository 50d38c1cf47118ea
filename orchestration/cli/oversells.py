"""``orderhouse oversells``: eaches that were promised and not there, and why."""

from __future__ import annotations

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.cli.known_names import refuse_unknown_beginning
from orchestration.cli.why import order_called
from orchestration.resources.house import House
from orchestration.resources.oversell_facts import oversell_facts
from orchestration.resources.oversell_timeline import timelines
from transforms.reconciliation.oversells import by_cause, explain_oversells

SHOWN_ROWS = 20
SHOWN_TIMELINES = 5


def oversells_command(key: str) -> int:
    """Print oversold eaches by cause, and the timeline of those that ``key`` names.

    Args:
        key: beginning of an order, line, SKU or node; everything without it.

    Returns:
        0.

    Raises:
        CommandError: the key is nobody's.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        stale_hours = house.policies.trust.stale_hours
        key = _meant(house, key)
        found = explain_oversells(oversell_facts(house), stale_hours)
        mine = _of(found, key)
        happened = timelines(house.lake, mine.head(SHOWN_TIMELINES))
    finally:
        house.close()
    if key and mine.is_empty():
        CONSOLE.print(f"nothing oversold of {key}")
        return 0
    _print_causes(mine)
    _print_rows(mine)
    if key:
        _print_timelines(mine, happened)
    return 0


def _meant(house: House, key: str) -> str:
    """The beginning that is meant: an order's number stands for the order.

    Raises:
        CommandError: it begins nothing, and no order is called so.
    """
    try:
        refuse_unknown_beginning(house.lake, key)
    except CommandError as error:
        try:
            return order_called(house, key)
        except CommandError:
            raise error from None
    return key


def _of(found: pl.DataFrame, key: str) -> pl.DataFrame:
    names = ("line_id", "sku_id", "node_id")
    is_mine = (pl.col(n).str.starts_with(key).fill_null(value=False) for n in names)
    return found.filter(pl.any_horizontal(is_mine)) if key else found


def _print_causes(found: pl.DataFrame) -> None:
    CONSOLE.print(framed("Oversold eaches by cause", by_cause(found)))


def _print_rows(found: pl.DataFrame) -> None:
    shown = found.head(SHOWN_ROWS).select(
        "line_id",
        "node_id",
        "sku_id",
        "qty",
        counted="counted_at",
        promised="promised_at",
        missed="missed_at",
        cause="oversell_class",
        because="evidence",
    )
    CONSOLE.print(framed("Counted, promised, missed", shown))
    if found.height > SHOWN_ROWS:
        CONSOLE.print(f"{SHOWN_ROWS} of {found.height}: name an order, SKU or node")


def _print_timelines(found: pl.DataFrame, happened: pl.DataFrame) -> None:
    """Each of the first few, with the file and line that said each step."""
    place = pl.format("{}/{}:{}", "partner_id", "file_name", "payload_line")
    for row in found.head(SHOWN_TIMELINES).iter_rows(named=True):
        steps = happened.filter(event_id=row["event_id"]).select(
            "at", "what", "qty", "told", said_in=place
        )
        title = (
            f"{row['qty']} of {row['sku_id']} at {row['node_id']},"
            f" {row['oversell_class']}: {row['evidence']}"
        )
        CONSOLE.print(framed(title, steps))
    if found.height > SHOWN_TIMELINES:
        CONSOLE.print(f"{SHOWN_TIMELINES} of {found.height} timelines: name one line")
