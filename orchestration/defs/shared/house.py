"""The resource ``house``: opened, with a run begun, for one Dagster run.

The command line passes an open house instead, so both take the same path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.defs.shared.job import publish_only
from orchestration.resources.clock import end_of, now, received_at
from orchestration.resources.dispatch import collect_files
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
            collect_files(house)
            zone = house.policies.company_zone
            text = str(context.resource_config["as_of"])
            as_of = parse_instant(text, zone) if text else _newest(house, zone)
            house.begin(as_of)
            _refuse_again(house, context)
            yield house
    finally:
        house.close()


AFTER_COMMIT = ("instructions__outbox_files", "visibility")
"""Beginnings of the steps that finish a committed run."""


def _refuse_again(house: House, context: dg.InitResourceContext) -> None:
    """A committed run is finished, as after a failed page, and not decided again."""
    run = context.run
    steps = run.step_keys_to_execute if run else None
    is_finishing = bool(steps) and all(k.startswith(AFTER_COMMIT) for k in steps or ())
    is_finishing |= run is not None and run.job_name == publish_only.name
    if house.is_committed and not is_finishing:
        raise RunRefusedError(
            f"run {house.run.run_id} as of {house.run.as_of} was committed and is not"
            " made again; to publish it again start the job `publish`"
        )


def _newest(house: House, zone: str) -> Any:  # noqa: ANN401 a datetime
    from zoneinfo import ZoneInfo  # noqa: PLC0415 used once

    waiting = house.waiting(now())
    if not waiting:
        raise RunRefusedError("nothing waits in the drop; name an as_of to run anyway")
    newest = received_at(waiting[-1])
    return end_of(newest.astimezone(ZoneInfo(zone)).date(), zone)


@dg.definitions
def resources() -> dg.Definitions:
    """The resource under the name that assets ask for."""
    return dg.Definitions(resources={"house": house_resource})
