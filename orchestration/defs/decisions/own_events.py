"""Asset ``decisions/own_events``: what this run did, folded into lines and ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of, lines_touched_by_us
from orchestration.resources.line_state import apply_fold, settle_positions
from transforms.contracts.decisions import OWN_EVENTS
from transforms.lifecycle.fold import fold_lines


@dg.multi_asset(
    **decision_specs(
        "own_events",
        (OWN_EVENTS,),
        after=[
            ("decisions", "allocations"),
            ("decisions", "available_to_promise"),
            ("instructions", "fulfilment_orders"),
        ],
        kinds={"polars", "numba"},
    )
)
def own_events(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Lines that the run's own events touch, folded again with them."""
    with house.lake.one_snapshot():
        lines = lines_touched_by_us(house)
        facts = facts_of(house, lines, house.run.since)
    folded = fold_lines(facts, house.policies.transitions)
    apply_fold(house, folded, lines)
    settle_positions(house)
    mine = house.lake.read(OWN_EVENTS, "run_id = ?", [house.run.run_id])
    yield from decided(house, {OWN_EVENTS: mine})
