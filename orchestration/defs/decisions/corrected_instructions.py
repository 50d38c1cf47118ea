"""Asset ``instructions/corrected_instructions``: what becomes of corrections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.cancel_facts import new_corrections
from orchestration.resources.choices import choose, record
from orchestration.resources.house import House
from transforms.contracts.decisions import CORRECTED_INSTRUCTIONS


@dg.multi_asset(
    **decision_specs(
        "corrected_instructions",
        (CORRECTED_INSTRUCTIONS,),
        gold=(
            "fct_acknowledgements",
            "fct_instruction_corrections",
            "fct_order_events",
        ),
        after=[("decisions", "event_verdicts")],
    )
)
def corrected_instructions(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Judged once each; see ``transforms.instructions.correct``."""
    chosen = choose(
        house,
        (CORRECTED_INSTRUCTIONS,),
        lambda: {CORRECTED_INSTRUCTIONS: new_corrections(house)},
    )
    written = record(house, "instructions/corrected_instructions", chosen)
    yield from decided(house, written)
