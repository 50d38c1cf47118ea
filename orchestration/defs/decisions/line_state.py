"""Assets ``decisions/line_buckets`` …: documents folded into lines and ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of, lines_touched_by_documents
from orchestration.resources.line_state import apply_documents
from transforms.contracts.decisions import (
    EVENT_VERDICTS,
    LINE_BUCKETS,
    PROMISE_POSTINGS,
    UNIT_POSTINGS,
)
from transforms.lifecycle.fold import fold_lines

TABLES = (LINE_BUCKETS, EVENT_VERDICTS, PROMISE_POSTINGS, UNIT_POSTINGS)
FACTS = (
    *("fct_orders", "fct_order_lines", "fct_order_events"),
    *("fct_receipts", "fct_ship_notices", "fct_stock_adjustments"),
    "fct_opening_stock",
)


@dg.multi_asset(
    **decision_specs(
        "line_state",
        TABLES,
        gold=(*FACTS, "dim_nodes"),
        kinds={"polars", "numba"},
    )
)
def line_state(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Fold what arrived; see ``transforms.lifecycle`` and ``transforms.ledger``."""
    with house.lake.one_snapshot():
        lines = lines_touched_by_documents(house)
        facts = facts_of(house, lines, house.run.since)
    folded = fold_lines(facts, house.policies.transitions)
    written = apply_documents(house, folded, lines)
    yield from decided(house, written)
