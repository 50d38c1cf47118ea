"""Making a choice, or on a replay recalling the one that was made.

Recalled rows are what a run landed under the partner ``self``, so a rebuild
gives equal tables even when rules and code have moved on.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import OWN_EVENTS
from transforms.contracts.table import Table

Chosen = dict[Table, pl.DataFrame]


def choose(
    house: House,
    tables: tuple[Table, ...],
    decide: Callable[[], Chosen],
    event_types: tuple[str, ...] = (),
) -> Chosen:
    """The frames of ``tables``: decided now, or recalled on a replay.

    Args:
        house: with a run begun.
        tables: what is chosen.
        decide: makes the choice; not called on a replay.
        event_types: which of the recalled own events belong to this choice.

    Returns:
        Frames with ``run_id``.
    """
    run = house.run
    if not run.is_replay:
        with house.lake.one_snapshot():
            decided = decide()
        return {table: run.stamped(frame) for table, frame in decided.items()}
    recalled = house.journal.recall(run.run_id)
    found = {table: run.stamped(recalled[table.name]) for table in tables}
    if OWN_EVENTS in found:
        found[OWN_EVENTS] = found[OWN_EVENTS].filter(
            pl.col("event_type").is_in(event_types)
        )
    return found


def record(house: House, step: str, chosen: Chosen) -> Chosen:
    """Write what was chosen in one commit; rows of the same key give way."""
    with house.lake.transaction(step, house.run.message):
        for table, rows in chosen.items():
            house.lake.merge(table, rows)
    return chosen
