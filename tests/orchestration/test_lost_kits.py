"""Packed kits that a count no longer finds are taken back from all of their lines."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.oversell_facts import MISSED
from orchestration.resources.supply import free_commitments
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.ledger.promises import promise_postings
from transforms.lifecycle.fold import LineFacts, fold_lines
from transforms.reconciliation.oversells import MISSING

__all__ = ["house"]

NOON = NIGHT - timedelta(hours=12)
KITS = 2


def promised(house: House) -> None:
    """Two packed kits, of two A and a B each, are promised where none is left."""
    order = {"order_id": "web/o", "channel_id": "web", "ordered_at": NOON}
    order |= {"landing_id": 1}
    kit = order | {"kit_line_id": "web/o/1", "kit_sku_id": "K", "line_no": 1}
    lines, accepted, ours = [], [], []
    for sku, per_kit, reason in (("A", 2, "KIT"), ("B", 1, "IN_KIT")):
        eaches = KITS * per_kit
        line = {"line_id": f"web/o/1~{sku}", "sku_id": sku}
        said = line | {"qty": eaches, "event_at": NOON}
        lines.append(kit | line | {"kit_qty": per_kit, "ordered_qty": eaches})
        ordered = {"event_id": f"{sku}/in", "event_type": "ACCEPTED", "landing_id": 1}
        ordered |= {"source_rank": 10, "is_date_only": False, "known_at": NOON}
        accepted.append(said | ordered)
        chosen = {
            "event_id": f"{sku}/out",
            "event_type": "ALLOCATED",
            "node_id": "EAST",
        }
        chosen |= {"source_rank": 920, "reason_code": reason, "run_id": "before"}
        chosen |= {"node_id": "EAST"}
        ours.append(said | chosen)
    lay(house, DIM_NODES, [{"node_id": "EAST", "zone": "UTC"}])
    lay(house, FCT_OPENING_STOCK, [])
    lay(house, FCT_ORDERS, [order])
    lay(house, FCT_ORDER_LINES, lines)
    lay(house, FCT_ORDER_EVENTS, accepted)
    house.lake.append(OWN_EVENTS, pl.DataFrame(ours, schema=OWN_EVENTS.schema))
    lake = house.lake
    facts = LineFacts(
        lake.read(FCT_ORDER_EVENTS),
        lake.read(OWN_EVENTS),
        INSTRUCTION_LINES.empty(),
        lake.read(FCT_ORDER_LINES),
        lake.read(DIM_NODES),
    )
    folded = fold_lines(facts, house.policies.transitions)
    posted = promise_postings(folded.moves, PROMISE_POSTINGS.empty())
    lake.append(PROMISE_POSTINGS, posted.with_columns(run_id=pl.lit("before")))
    none_left = dict.fromkeys(STOCK_POSITIONS.names, 0) | {"node_id": "EAST"}
    none_left |= {"sku_id": "K", "allocated_qty": KITS, "run_id": "before"}
    lake.append(STOCK_POSITIONS, pl.DataFrame([none_left], STOCK_POSITIONS.schema))


def test_they_are_taken_back_from_all_lines_and_count_as_oversold_kits(
    house: House,
) -> None:
    promised(house)

    free_commitments(house)

    lost = house.lake.read(OWN_EVENTS, "event_type = 'DEALLOCATED'")
    assert lost.select("line_id", "qty").sort("line_id").rows() == [
        ("web/o/1~A", 4),
        ("web/o/1~B", 2),
    ]
    held = house.lake.read(STOCK_POSITIONS).filter(pl.col("allocated_qty") != 0)
    assert held.is_empty()
    missed = house.lake.query(MISSED, {"reasons": list(MISSING)})
    assert missed.select("sku_id", "qty").rows() == [("K", KITS)]
