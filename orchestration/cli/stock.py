"""``orderhouse stock``: what may be promised of a SKU, step by step."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.grids import framed
from orchestration.cli.known_names import Questions, refuse_unknown_place
from orchestration.resources.house import House
from orchestration.resources.kit_facts import parts_at
from orchestration.resources.lot_facts import promised_lots
from orchestration.resources.stock_statuses import by_status
from transforms.availability.channels import channel_steps
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    CHANNEL_AVAILABILITY,
    KIT_AVAILABILITY,
    LOT_POSITIONS,
    PROMISE_CURVE,
    SHELF_LIFE_LIMITS,
    UNIT_POSTINGS,
)
from transforms.ledger.statement import sku_statement

OF_SKU = "sku_id = ?"
FIGURES = """
    select
        f.channel_id,
        f.available_qty,
        f.pool_qty,
        f.shared_qty,
        f.as_of as told_at,
        echo.shown_qty,
        echo.shown_at,
        echo.echo_class as echo,
    from lake.decisions.channel_availability as f
    left join lake.visibility.rpt_publish_echo as echo using (channel_id, sku_id)
    where sku_id = ?
    order by channel_id
"""
WAITING = """
    select told.line_id, told.qty, told.reason_code as reason, told.expected_date,
        told.expected_parts, told.owner, told.as_of as told_at
    from lake.decisions.backorders as told
    inner join lake.decisions.line_buckets as now using (line_id)
    where told.sku_id = ?
        and now.backordered_qty + now.preordered_qty > now.overshipped_qty
    qualify row_number() over (partition by line_id order by told.as_of desc) = 1
    order by told.expected_date nulls last, told.line_id
"""
"""Lines that wait for the SKU, with what they were told last."""
MOST_LINES = 40
WAITS = "Lines that wait for it, the soonest first ({} of {})"

OFF_SHELF = ("IN_TRANSIT", "SHIPPED", "CUSTOMER_RETURN", "QUARANTINE")
"""Accounts of eaches that are ours and of no figure of a node."""
SHARING = ("pool_qty", "shared_qty")
SHARED = (
    "pool: of the figure, for this channel alone; shared: shown elsewhere too though it"
    " is there once, so it may be sold twice."
)
AT_NODES = "at each node"
AGED = "What of it is too old for a channel"
BY_LOT = "By lot, as far as documents name one"
TOLD = "What each channel is told, step by step"
PARTS = {
    "Kits that each node could send whole": KIT_AVAILABILITY,
    AT_NODES: AVAILABLE_TO_PROMISE,
    AGED: SHELF_LIFE_LIMITS,
    BY_LOT: LOT_POSITIONS,
    "From which day what may be promised": PROMISE_CURVE,
    TOLD: CHANNEL_AVAILABILITY,
}
"""What is printed of a SKU, where there is some."""


def stock_command(sku: str) -> int:
    """Print the waterfalls of a SKU at its nodes and channels, and their echo.

    Of a kit also what is in it, and what keeps each node from sending more.

    Raises:
        CommandError: nobody knows it: no product and no stock has it, nothing waits
            for it, and no channel is told of it.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        as_of = house.past_runs()["as_of"][-1]
        parts = parts_at(house, as_of).filter(kit_sku_id=sku).drop("kit_sku_id")
        found = {
            title: house.lake.read(table, OF_SKU, [sku]).drop("sku_id", "run_id")
            for title, table in PARTS.items()
        }
        figures = house.lake.query(FIGURES, [sku])
        units = house.lake.read(UNIT_POSTINGS, OF_SKU, [sku])
        held = by_status(house, sku)
        promised = promised_lots(house).filter(sku_id=sku)
        waiting = house.lake.query(WAITING, [sku])
        refuse_unheard(house.lake, sku, [*found.values(), parts, figures, waiting])
    finally:
        house.close()
    found[TOLD] = channel_steps(found[TOLD].with_columns(sku_id=pl.lit(sku)))
    found[TOLD].drop_in_place("sku_id")
    found[AGED] = found[AGED].filter(pl.col("aged_qty") < 0)
    found[BY_LOT] = with_promised(found[BY_LOT], promised)
    shown = shared_alone(figures)
    whole = {
        "What is in the kit": parts,
        "By status, and which file said so last": held,
        **found,
        WAITS.format(min(waiting.height, MOST_LINES), waiting.height): waiting.head(
            MOST_LINES
        ),
        "On no shelf": off_shelf(units),
        "Its figure, shown": shown,
    }
    CONSOLE.print(
        f"As of {as_of:%Y-%m-%d %H:%MZ}: nodes as the newest run found them. What that"
        " run gave to orders itself is in step WAITING of the channels, and leaves the"
        " nodes' figures in the next one.",
        soft_wrap=True,
    )
    if found[AT_NODES].is_empty():
        CONSOLE.print(f"{sku}: no node has or had any")
    for title, rows in whole.items():
        if rows.height:
            CONSOLE.print(framed(f"{sku}: {title}", rows))
    if {*SHARING} & {*shown.columns}:
        CONSOLE.print(SHARED, soft_wrap=True)
    return 0


def refuse_unheard(lake: Questions, sku: str, told: Iterable[pl.DataFrame]) -> None:
    """Refuse a SKU of which nothing is told and that nobody knows.

    Raises:
        CommandError: no product and no stock has it either.
    """
    if all(rows.is_empty() for rows in told):
        refuse_unknown_place(lake, "", sku)


def with_promised(lots: pl.DataFrame, promised: pl.DataFrame) -> pl.DataFrame:
    """Lots with what of each is promised to lines and has not left.

    Args:
        lots: LOT_POSITIONS of one SKU.
        promised: ``lots.PROMISED`` of it.
    """
    keys = ["node_id", "lot_ref"]
    sums = promised.group_by(keys).agg(promised_qty=pl.col("qty").sum())
    joined = lots.join(sums, on=keys, how="left").with_columns(
        pl.col("promised_qty").fill_null(0)
    )
    return joined.select(*keys, "expires_date", "qty", "promised_qty", "counted_at")


def off_shelf(units: pl.DataFrame) -> pl.DataFrame:
    """Eaches on their way to a node, out of it, or back but not to be sold.

    Args:
        units: UNIT_POSTINGS of one SKU.
    """
    held = sku_statement(units.filter(pl.col("account").is_in(OFF_SHELF)))
    return held.select("node_id", "account", "qty").sort("node_id", "account")


def shared_alone(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures of channels; what is pooled and shared only where something is."""
    return figures.drop(name for name in SHARING if not (figures[name] != 0).any())
