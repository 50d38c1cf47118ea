"""Assets ``decisions/stock_variances`` …: what nodes report against our ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from orchestration.resources.stock_facts import post_variances, stock_facts
from transforms.contracts.decisions import NODE_CONFIDENCE, STOCK_VARIANCES
from transforms.reconciliation.stock import reconcile_stock

TABLES = (STOCK_VARIANCES, NODE_CONFIDENCE)


@dg.multi_asset(
    **decision_specs(
        "stock_beliefs",
        TABLES,
        gold=(
            "fct_stock_snapshots",
            "fct_opening_stock",
            "fct_acknowledgements",
            "dim_nodes",
        ),
        after=[("decisions", "unit_postings"), ("decisions", "promise_postings")],
    )
)
def stock_beliefs(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Many claims, one belief; see ``transforms.reconciliation.stock``."""
    chosen = choose(house, TABLES, lambda: _decide(house))
    record(house, "decisions/stock_variances", chosen)
    post_variances(house, chosen[STOCK_VARIANCES])
    yield from decided(house, chosen)


def _decide(house: House) -> Chosen:
    facts = stock_facts(house)
    reconciled = reconcile_stock(facts, house.run.as_of, house.policies.trust)
    return {
        STOCK_VARIANCES: reconciled.variances,
        NODE_CONFIDENCE: reconciled.confidence,
    }
