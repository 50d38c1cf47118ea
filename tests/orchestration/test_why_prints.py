"""What ``orderhouse why`` prints where nobody knows the width: a log, a pipe."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.why import print_section
from transforms.allocation.explain import explain
from transforms.allocation.pins import SAID
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    LINE_BUCKETS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_LINES

NODES = ("STORE-31782", "STORE-31762", "3PL-PRAIRIE-SOUTH")
AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)


def test_no_word_of_the_widest_table_is_cut() -> None:
    line = {"line_id": "web_shop/5105159397376/1", "order_id": "o", "line_no": 12}
    lines = pl.DataFrame([line], schema=FCT_ORDER_LINES.schema)
    seen = {
        "line_id": line["line_id"],
        "failed_rules": "",
        "atp_qty": 12_345,
        "distance_km": 3_574,
        "freight_minor": 123_456,
        "processing_minor": 12_345,
        "lateness_minor": 12_345,
        "total_minor": 123_456,
        "chosen_qty": 1_234,
        "as_of": AS_OF,
        "run_id": "r",
    }
    trace = pl.DataFrame(
        [
            {**seen, "node_id": node, "candidate_rank": rank}
            for rank, node in enumerate(NODES, start=1)
        ],
        schema=DECISION_TRACE.schema,
    )

    holds = LINE_HOLDS.empty(), LINE_BUCKETS.empty()
    nothing = BACKORDERS.empty(), *holds, SAID.to_frame()
    sections = explain("o", lines, ALLOCATIONS.empty(), trace, *nothing)
    with CONSOLE.capture() as printed:
        print_section(sections[1])

    assert "…" not in printed.get()
    assert [] == [node for node in NODES if node not in printed.get()]
