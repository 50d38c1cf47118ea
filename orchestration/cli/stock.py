"""``orderhouse stock``: what may be promised of a SKU, step by step."""

from __future__ import annotations

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.resources.house import House
from orchestration.resources.kit_facts import parts_at
from transforms.availability.channels import channel_steps
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    CHANNEL_AVAILABILITY,
    KIT_AVAILABILITY,
    PROMISE_CURVE,
)

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


def stock_command(sku: str) -> int:
    """Print the waterfalls of a SKU at its nodes and channels, and their echo.

    Of a kit also what is in it, and what keeps each node from sending more.

    Raises:
        CommandError: no node ever had it, and it is no kit.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        as_of = house.past_runs()["as_of"][-1]
        nodes = house.lake.read(AVAILABLE_TO_PROMISE, OF_SKU, [sku])
        channels = house.lake.read(CHANNEL_AVAILABILITY, OF_SKU, [sku])
        figures = house.lake.query(FIGURES, [sku])
        curve = house.lake.read(PROMISE_CURVE, OF_SKU, [sku])
        parts = parts_at(house, as_of).filter(kit_sku_id=sku).drop("kit_sku_id")
        kits = house.lake.read(KIT_AVAILABILITY, OF_SKU, [sku])
    finally:
        house.close()
    if nodes.is_empty() and parts.is_empty():
        raise CommandError(f"no node ever had SKU {sku!r}")
    if parts.height:
        CONSOLE.print(framed(f"What is in the kit {sku}", parts))
        whole = kits.drop("sku_id", "run_id")
        CONSOLE.print(framed("Kits that each node could send whole", whole))
    if nodes.height:
        CONSOLE.print(framed(f"{sku} at each node", nodes.drop("sku_id", "run_id")))
    if curve.height:
        days = curve.drop("sku_id", "run_id")
        CONSOLE.print(framed("From which day what may be promised", days))
    if channels.height:
        steps = channel_steps(channels).drop("sku_id")
        CONSOLE.print(framed("What each channel is told, step by step", steps))
        CONSOLE.print(framed("Its figure, and what it shows", figures))
    return 0
