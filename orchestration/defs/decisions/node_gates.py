"""Asset ``decisions/node_gates``: nodes that get no new instructions for now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import choose, record
from orchestration.resources.gate_facts import stopped_nodes
from orchestration.resources.house import House
from transforms.contracts.decisions import NODE_GATES


@dg.multi_asset(
    **decision_specs(
        "node_gates",
        (NODE_GATES,),
        gold=("dim_nodes", "fct_acknowledgements", "fct_order_events"),
        after=[("decisions", "node_confidence")],
    )
)
def node_gates(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Which nodes are stopped, each alone; see ``transforms.allocation.gates``."""
    chosen = choose(house, (NODE_GATES,), lambda: {NODE_GATES: stopped_nodes(house)})
    yield from decided(house, record(house, "decisions/node_gates", chosen))
