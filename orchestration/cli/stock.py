"""``orderhouse stock``: what may be promised of a SKU, step by step."""

from __future__ import annotations

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.resources.house import House
from transforms.availability.channels import channel_steps
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    CHANNEL_AVAILABILITY,
)

OF_SKU = "sku_id = ?"
FIGURES = ["channel_id", "available_qty", "pool_qty", "shared_qty", "as_of"]


def stock_command(sku: str) -> int:
    """Print the waterfalls of a SKU: at each node, and of each published channel.

    Raises:
        CommandError: no node ever had it.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        nodes = house.lake.read(AVAILABLE_TO_PROMISE, OF_SKU, [sku])
        channels = house.lake.read(CHANNEL_AVAILABILITY, OF_SKU, [sku])
    finally:
        house.close()
    if nodes.is_empty():
        raise CommandError(f"no node ever had SKU {sku!r}")
    CONSOLE.print(framed(f"{sku} at each node", nodes.drop("sku_id", "run_id")))
    if channels.height:
        steps = channel_steps(channels).drop("sku_id")
        CONSOLE.print(framed("What each channel is told, step by step", steps))
        CONSOLE.print(framed("Its figure", channels.select(FIGURES)))
    return 0
