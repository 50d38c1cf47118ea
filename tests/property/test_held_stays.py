"""From events to the instructions of a release: what is held is in none of them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.allocation.shop import AS_OF, decide, network, stock
from tests.unit.lifecycle.events import TRANSITIONS
from transforms.allocation.demand import open_demand
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.instructions.release import ReleasePolicy, release
from transforms.lifecycle.fold import Folded, LineFacts, fold_lines

LINES = [f"o{number}/1" for number in range(4)]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["HOLD", "HOLD", "UNHOLD", "BACKORDERED", "AMENDED"]),
        st.sampled_from(["FRAUD", "ADDRESS", None]),
        st.integers(0, len(LINES) - 1),
        st.integers(1, 20),
    ),
    max_size=16,
)


def lived(actions: list[tuple[str, str | None, int, int]]) -> Folded:
    """Lines of three eaches, and what was done to them in the hours before now."""
    accepted = [("ACCEPTED", None, number, 0) for number in range(len(LINES))]
    events = [
        {
            "event_id": f"{number}/{kind}/{at}/{reason}/{place}",
            "event_type": kind,
            "line_id": LINES[number],
            "sku_id": "A",
            "qty": 3 if kind == "ACCEPTED" else 1,
            "event_at": AS_OF - timedelta(hours=24 - at),
            "is_date_only": False,
            "source_rank": 10 if kind == "ACCEPTED" else 35,
            "reason_code": reason,
        }
        for place, (kind, reason, number, at) in enumerate([*accepted, *actions])
    ]
    facts = LineFacts(
        pl.DataFrame(events, schema=FCT_ORDER_EVENTS.schema),
        OWN_EVENTS.empty(),
        INSTRUCTION_LINES.empty(),
        rows(FCT_ORDER_LINES.schema),
        DIM_NODES.empty(),
    )
    return fold_lines(facts, TRANSITIONS)


def rows(schema: pl.Schema) -> pl.DataFrame:
    facts = [
        {
            "line_id": line,
            "order_id": line.partition("/")[0],
            "order_ref": line,
            "sku_id": "A",
            "channel_id": "web",
            "line_no": 1,
            "ordered_at": AS_OF - timedelta(hours=24),
            "ordered_qty": 3,
            "line_amount_minor": 900,
            "discount_minor": 0,
            "service_code": "STANDARD",
            "is_ship_complete": False,
            "is_till_sale": False,
            "is_cancelled": False,
            "region_code": "NY",
        }
        for line in LINES
    ]
    return pl.DataFrame(facts, schema=schema)


@settings(max_examples=60)
@given(ACTIONS)
def test_no_instruction_has_a_line_that_is_held_and_all_others_go(
    actions: list[tuple[str, str | None, int, int]],
) -> None:
    folded = lived(actions)
    wanted = open_demand(
        folded.buckets.with_columns(run_id=pl.lit("")),
        rows(FCT_ORDERS.schema),
        rows(FCT_ORDER_LINES.schema),
        DIM_PRODUCTS.empty(),
        AllocationPolicy(),
        AS_OF,
    )
    decided = decide(wanted, stock({"EAST": {"A": 99}}))
    told = release(
        decided.allocations,
        FULFILMENT_ORDERS.empty(),
        network(),
        ReleasePolicy(),
        AS_OF,
    )

    held = set(folded.holds.filter(pl.col("ended_at").is_null())["line_id"])
    sent = told.instruction_lines.group_by("line_id").agg(pl.col("qty").sum())
    free = folded.buckets.filter(~pl.col("line_id").is_in(list(held)))
    assert set() == held & set(sent["line_id"])
    assert dict(free.select("line_id", "ordered_qty").iter_rows()) == dict(
        sent.iter_rows()
    )
