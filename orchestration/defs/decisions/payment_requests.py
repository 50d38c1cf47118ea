"""Asset ``instructions/payment_requests``: what payment providers are asked to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import choose, record
from orchestration.resources.house import House
from orchestration.resources.money_facts import new_payment_requests
from transforms.contracts.decisions import PAYMENT_REQUESTS


@dg.multi_asset(
    **decision_specs(
        "payment_requests",
        (PAYMENT_REQUESTS,),
        gold=("fct_payments",),
        after=[("decisions", "reconciled_payments")],
    )
)
def payment_requests(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Asked once each; see ``transforms.reconciliation.payment_requests``."""
    chosen = choose(
        house,
        (PAYMENT_REQUESTS,),
        lambda: {PAYMENT_REQUESTS: new_payment_requests(house)},
    )
    yield from decided(house, record(house, "instructions/payment_requests", chosen))
