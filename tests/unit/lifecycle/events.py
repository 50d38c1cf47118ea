"""Small orders as events: say only what matters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from transforms.contracts.decisions import INSTRUCTION_LINES, OWN_EVENTS
from transforms.contracts.gold import DIM_NODES, FCT_ORDER_EVENTS, FCT_ORDER_LINES
from transforms.lifecycle.fold import Folded, LineFacts, fold_lines

MIDNIGHT = datetime(2017, 12, 27, 5, tzinfo=UTC)
"""Start of the 27th in New York."""

Event = dict[str, Any]

TRANSITIONS = pl.read_csv(
    Path(__file__).parents[3] / "orchestration" / "policies" / "transitions.csv",
    infer_schema=False,
)


def an_event(kind: str, qty: int, hour: float = 0, **more: object) -> Event:
    """One event of line L1, so many hours after midnight."""
    told: Event = {
        "event_type": kind,
        "line_id": "L1",
        "qty": qty,
        "event_at": MIDNIGHT + timedelta(hours=hour),
        "is_date_only": False,
        "source_rank": 50,
    } | more
    told.setdefault(
        "event_id", f"{kind}/{told['line_id']}/{hour}/{told.get('node_id', '')}"
    )
    if isinstance(told.get("detail"), dict):
        told["detail"] = json.dumps(told["detail"])
    return told


def fold_events(*events: Event, instructions: list[Event] | None = None) -> Folded:
    """Fold events of lines L1 and L2, both of SKU S1."""
    return fold_lines(line_facts(*events, instructions=instructions), TRANSITIONS)


def line_facts(*events: Event, instructions: list[Event] | None = None) -> LineFacts:
    """Facts of lines L1 and L2, both of SKU S1, in which documents say all."""
    frame = pl.DataFrame(list(events), schema=FCT_ORDER_EVENTS.schema)
    lines = pl.DataFrame(
        [
            {"line_id": name, "order_id": "O1", "sku_id": "S1", "channel_id": "web"}
            for name in ("L1", "L2")
        ],
        schema=FCT_ORDER_LINES.schema,
    ).with_columns(ordered_at=pl.lit(MIDNIGHT))
    nodes = pl.DataFrame(
        {"node_id": ["EAST", "WEST"], "zone": ["America/New_York"] * 2},
        schema_overrides=DIM_NODES.schema,
    )
    sent = pl.DataFrame(instructions or [], schema=INSTRUCTION_LINES.schema)
    return LineFacts(frame, OWN_EVENTS.empty(), sent, lines, nodes)


def quantities(folded: Folded, line_id: str = "L1") -> dict[str, int]:
    """Buckets of a line that are not empty."""
    row = folded.buckets.filter(line_id=line_id).row(0, named=True)
    return {
        name.removesuffix("_qty"): value
        for name, value in row.items()
        if name.endswith("_qty") and value
    }
