"""Asset ``decisions/promise_curve``: what may be promised for which day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.supply import drawn_curve
from transforms.contracts.decisions import PROMISE_CURVE


@dg.multi_asset(
    **decision_specs(
        "promise_curve",
        (PROMISE_CURVE,),
        gold=("fct_expected_receipts", "fct_receipts"),
        after=[("decisions", "available_to_promise")],
    )
)
def promise_curve(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """ATP over dated receipts; see ``transforms.availability.promise_curve``."""
    yield from decided(house, {PROMISE_CURVE: drawn_curve(house)})
