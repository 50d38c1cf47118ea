"""The resource ``house``: opened, with a run begun, for one Dagster run.

The command line passes an open house instead, so both take the same path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.resources.clock import end_of, received_at
from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.run import parse_instant


@dg.resource(
    config_schema={
        "as_of": dg.Field(
            str,
            is_required=False,
            default_value="",
            description="ISO instant; empty: end of the newest business date waiting",
        )
    },
    description="Lake, landing, vault, outbox, policies and the run at hand.",
)
def house_resource(context: dg.InitResourceContext) -> Iterator[House]:
    """Open the house, take the writer's lease, begin the run."""
    house = House.open()
    try:
        with house.lake.lease():
            zone = house.policies.company_zone
            text = str(context.resource_config["as_of"])
            as_of = parse_instant(text, zone) if text else _newest(house, zone)
            house.begin(as_of)
            yield house
    finally:
        house.close()


def _newest(house: House, zone: str) -> Any:  # noqa: ANN401 a datetime
    from zoneinfo import ZoneInfo  # noqa: PLC0415 used once

    waiting = [received_at(p) for p in house.home.drop.rglob("*") if p.is_file()]
    if not waiting:
        raise RunRefusedError("nothing waits in the drop; name an as_of to run anyway")
    return end_of(max(waiting).astimezone(ZoneInfo(zone)).date(), zone)


@dg.definitions
def resources() -> dg.Definitions:
    """The resource under the name that assets ask for."""
    return dg.Definitions(resources={"house": house_resource})
