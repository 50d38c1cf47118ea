"""``orderhouse relations``: what must hold of any allocation, on a run's own inputs."""

from __future__ import annotations

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.grids import framed, in_utc
from orchestration.cli.known_names import run_called
from orchestration.resources.demand_facts import allocation_inputs
from orchestration.resources.house import House
from orchestration.resources.redeciding import as_it_was
from transforms.allocation.metamorphic import relations

HOLD, BROKEN = 0, 1

FILES = (
    "landed files in parts, shuffled or sent twice make the same tables: proved by"
    " tests/end_to_end/test_equal_hashes.py"
)
"""To play a day again from other files takes a house of its own, and minutes."""


def relations_command() -> int:
    """Look at every relation on the inputs of the newest published run.

    Returns:
        0: all hold; 1: one is broken.

    Raises:
        CommandError: no run was published yet.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        published = house.past_runs().filter(pl.col("manifest") != "")
        newest = run_called(published, "")
        with as_it_was(house, newest) as then:
            inputs = allocation_inputs(then)
            found = relations(inputs)
    finally:
        house.close()
    rows = [
        {
            "relation": one.name,
            "rows": one.rows,
            "broken": ", ".join(one.broken) or None,
        }
        for one in found
    ]
    title = f"The allocation of run {newest['run_id']}, {in_utc(newest['as_of'])}"
    schema = {"relation": pl.String, "rows": pl.Int64, "broken": pl.String}
    CONSOLE.print(framed(title, pl.DataFrame(rows, schema=schema)))
    notes = [one.note for one in found if one.note]
    if inputs.policy.fairness != "strict":
        notes.append(
            f"more stock is not looked at: fairness is {inputs.policy.fairness}"
        )
    elif not inputs.demand["keep_together"].is_null().all():
        notes.append(
            "more stock is not looked at: lines are kept together, and a group that"
            " more stock lets go takes what others had"
        )
    for note in (*notes, FILES):
        CONSOLE.print(note)
    return BROKEN if any(one.broken for one in found) else HOLD
