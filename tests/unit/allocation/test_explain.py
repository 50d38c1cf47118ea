"""The explanation says where, who else, why not, how much and what waits."""

import polars as pl

from tests.unit.allocation.shop import a_line, decide, demand, network, stock
from transforms.allocation.eligible import RULES, refusals_from
from transforms.allocation.explain import RULE_TEXTS, explain
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_EVENTS, FCT_ORDER_LINES


def test_an_order_is_explained_section_by_section() -> None:
    wanted = demand(a_line(qty=2), a_line("other", qty=1))
    nodes = network(MID={"is_shipping": False})
    decided = decide(wanted, stock({"EAST": {"A": 1}, "WEST": {"A": 0}}), nodes)
    lines = pl.DataFrame(
        [{"line_id": "o1/1", "order_id": "o1", "line_no": 1}],
        schema=FCT_ORDER_LINES.schema,
    )

    hold = {"line_id": "o1/1", "reason_code": "FRAUD", "placed_by": "desk-3"}
    told = explain(
        "o1",
        lines,
        decided.allocations,
        decided.trace,
        decided.backorders,
        pl.DataFrame([hold], schema=LINE_HOLDS.schema),
    )
    where, considered, barred, costs, waits, held = (section.rows for section in told)

    assert where.select("node_id", "qty").rows() == [("EAST", 1)]
    assert considered.select("node_id", "chosen_qty").rows() == [("EAST", 1)]
    assert barred.select("node_id", "why").rows() == [
        ("MID", "does not ship, had none"),
        ("WEST", "had none"),
    ]
    assert costs["total_minor"].to_list() == [200 + 20 + 50 + 5]
    assert waits.select("qty", "reason_code").rows() == [(1, "NO_STOCK")]
    assert held.select("reason_code", "placed_by").rows() == [("FRAUD", "desk-3")]


def test_an_unknown_order_explains_nothing() -> None:
    decided = decide(demand(a_line()), stock({"EAST": {"A": 1}}))

    told = explain(
        "x",
        FCT_ORDER_LINES.empty(),
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
    )

    assert [section.rows.height for section in told] == [0] * 6


def test_every_rule_has_words_for_people() -> None:
    assert set(RULE_TEXTS) == set(RULES)


def test_a_refusal_is_found_through_the_instruction_it_names() -> None:
    events = pl.DataFrame(
        [
            {
                "event_type": t,
                "instruction_id": "FO-1",
                "instruction_line_ref": r,
                "qty": q,
            }
            for t, r, q in (
                ("REJECTED", "1", 1),
                ("SHORT", "2", 0),
                ("SHIPPED", "3", 1),
            )
        ],
        schema=FCT_ORDER_EVENTS.schema,
    )
    lines = pl.DataFrame(
        [
            {"instruction_id": "FO-1", "instruction_line_ref": r, "line_id": f"o/{r}"}
            for r in "123"
        ],
        schema=INSTRUCTION_LINES.schema,
    )
    orders = pl.DataFrame(
        [{"instruction_id": "FO-1", "node_id": "EAST"}], schema=FULFILMENT_ORDERS.schema
    )
    dated = events.with_columns(event_at=pl.datetime(2017, 12, 27, time_zone="UTC"))

    refused = refusals_from(dated, lines, orders)

    assert refused.select("line_id", "node_id").rows() == [("o/1", "EAST")]
