"""The explanation says where, who else, why not, how much and what waits."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.unit.allocation.shop import a_line, decide, demand, network, stock
from transforms.allocation.eligible import RULES, refusals_from
from transforms.allocation.explain import (
    NOT_HELD,
    NOTHING_WAITS,
    RULE_TEXTS,
    RULES_OF_HOLDS,
    Section,
    explain,
)
from transforms.allocation.holds import BY_RULE
from transforms.allocation.pins import SAID
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_EVENTS, FCT_ORDER_LINES

NO_PINS = SAID.to_frame()


def buckets_of(line: str = "o1/1", **eaches: int) -> pl.DataFrame:
    """Where the eaches of a line are."""
    return pl.DataFrame([{"line_id": line, **eaches}], schema=LINE_BUCKETS.schema)


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
        buckets_of(held_qty=1),
        NO_PINS,
    )
    where, considered, barred, over, turned, costs, waits, held, _ = (
        s.rows for s in told
    )

    assert where.select("node_id", "qty").rows() == [("EAST", 1)]
    assert considered.select("node_id", "chosen_qty").rows() == [("EAST", 1)]
    assert barred.select("node_id", "why").rows() == [
        ("MID", "does not ship, had none"),
        ("WEST", "had none"),
    ]
    assert turned.drop("as_of").rows() == [
        ("1", "WEST", "", "line 1: 1 more", 800 + 80 - 200 - 20),
        ("1", "MID", "it shipped", "line 1: 1 more", None),
    ]
    assert over.is_empty()
    assert costs["total_minor"].to_list() == [200 + 20 + 50 + 5]
    assert waits.select("qty", "reason_code").rows() == [(1, "NO_STOCK")]
    assert held.select("reason_code", "placed_by").rows() == [("FRAUD", "desk-3")]


def test_what_was_decided_in_two_runs_says_of_which() -> None:
    first, second = (datetime(2017, 12, 28, hour, tzinfo=UTC) for hour in (5, 17))
    seen = {"node_id": "EAST", "chosen_qty": 1, "total_minor": 9}
    chosen = {**seen, "line_id": "o1/1", "failed_rules": "", "as_of": first}
    barred = {**seen, "line_id": "o1/2", "failed_rules": "NO_STOCK", "as_of": second}
    lines = [{"line_id": f"o1/{n}", "order_id": "o1", "line_no": n} for n in (1, 2)]

    told = explain(
        "o1",
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        ALLOCATIONS.empty(),
        pl.DataFrame([chosen, barred], schema=DECISION_TRACE.schema),
        BACKORDERS.empty(),
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )

    assert told[1].note.endswith("\nAs of 2017-12-28 05:00Z: line 1.")
    assert told[2].rows.select("as_of", "lines").rows() == [(second, "2")]


def test_a_node_that_was_ruled_out_of_many_lines_is_told_once() -> None:
    at = datetime(2017, 12, 28, 5, tzinfo=UTC)
    barred = [
        {"line_id": f"o1/{n}", "node_id": node, "failed_rules": rule, "as_of": at}
        for n in range(1, 17)
        for node, rule in (("MID", "NODE_CLOSED"), ("WEST", "NO_STOCK"))
        if (n, node) != (4, "WEST")
    ]
    lines = [
        {"line_id": f"o1/{n}", "order_id": "o1", "line_no": n} for n in range(1, 17)
    ]

    told = explain(
        "o1",
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        ALLOCATIONS.empty(),
        pl.DataFrame(barred, schema=DECISION_TRACE.schema),
        BACKORDERS.empty(),
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )

    assert told[2].rows.select("lines", "node_id", "why").rows() == [
        ("1–16", "MID", "does not ship"),
        ("1–3, 5–16", "WEST", "had none"),
    ]


def test_components_of_a_kit_are_told_apart_by_their_sku() -> None:
    at = datetime(2017, 12, 28, 5, tzinfo=UTC)
    kit = {"order_id": "o1", "line_no": 1, "kit_line_id": "o1/1"}
    lines = [kit | {"line_id": f"o1/1~{sku}", "sku_id": sku} for sku in ("A", "B")]
    seen = {"node_id": "EAST", "candidate_rank": 1, "chosen_qty": 0, "as_of": at}
    short = {"lacking_qty": 2, "failed_rules": "", "total_minor": 9}
    barred = {"node_id": "WEST", "failed_rules": "NO_STOCK", "lacking_qty": 0}
    trace = [
        seen | short | {"line_id": "o1/1~A"},
        seen | short | {"line_id": "o1/1~B", "total_minor": 5},
        seen | barred | {"line_id": "o1/1~B"},
    ]

    told = explain(
        "o1",
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        ALLOCATIONS.empty(),
        pl.DataFrame(trace, schema=DECISION_TRACE.schema),
        BACKORDERS.empty(),
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )

    considered = told[1].rows.select("line_no", "sku_id", "over_best_minor").rows()
    assert [(1, "A", 0), (1, "B", 0)] == considered
    assert [("1", "B")] == told[2].rows.select("lines", "components").rows()
    assert "line 1, A: 2 more, line 1, B: 2 more" in told[4].rows["lacks"].to_list()


@pytest.mark.parametrize(("by", "note"), [("desk-3", ""), (BY_RULE, RULES_OF_HOLDS)])
def test_a_held_line_does_not_wait_for_nothing(by: str, note: str) -> None:
    line = {"line_id": "o1/1", "order_id": "o1", "line_no": 1}
    hold = {"line_id": "o1/1", "reason_code": "FRAUD", "placed_by": by}

    told = explain(
        "o1",
        pl.DataFrame([line], schema=FCT_ORDER_LINES.schema),
        ALLOCATIONS.empty(),
        DECISION_TRACE.empty(),
        BACKORDERS.empty(),
        pl.DataFrame([hold], schema=LINE_HOLDS.schema),
        buckets_of(held_qty=1),
        NO_PINS,
    )

    assert (told[6].if_empty, told[7].note) == (
        "No line waits for stock; see Held.",
        note,
    )


def test_of_a_line_all_of_which_is_with_a_node_nothing_is_held() -> None:
    lines = [{"line_id": f"o1/{n}", "order_id": "o1", "line_no": n} for n in (1, 2, 3)]
    at = datetime(2017, 12, 28, 5, tzinfo=UTC)
    hold = {"reason_code": "FRAUD", "placed_by": "desk-3"}
    holds = [hold | {"line_id": line["line_id"]} for line in lines]
    ended = hold | {"line_id": "o1/1", "reason_code": "ADDRESS", "ended_at": at}

    def told(held: int) -> list[Section]:
        return explain(
            "o1",
            pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
            ALLOCATIONS.empty(),
            DECISION_TRACE.empty(),
            BACKORDERS.empty(),
            pl.DataFrame([*holds, ended], schema=LINE_HOLDS.schema),
            pl.concat(
                [
                    buckets_of("o1/1", released_qty=1),
                    buckets_of("o1/2", held_qty=held, in_fulfilment_qty=1),
                    buckets_of("o1/3", shipped_qty=3),
                ]
            ).with_columns(pl.col("held_qty").fill_null(0)),
            NO_PINS,
        )

    some, none = told(held=2), told(held=0)

    assert some[7].rows.select("line_no", "held_qty", "reason_code").rows() == [
        (1, None, "ADDRESS"),
        (2, 2, "FRAUD"),
    ]
    assert some[7].note == NOT_HELD.format("1, 3")
    assert some[6].if_empty == "No line waits for stock; see Held."
    assert none[7].note == NOT_HELD.format("1–3")
    assert none[6].if_empty == NOTHING_WAITS


def waits_of(**facts: object) -> list[str]:
    """Columns of what waits, of one line."""
    line = {"line_id": "o1/1", "order_id": "o1", "line_no": 1}
    waits = line | {"qty": 5, "business_class": "REDISTRIBUTE", **facts}
    at = {"as_of": datetime(2017, 12, 28, 5, tzinfo=UTC)}
    told = explain(
        "o1",
        pl.DataFrame([line], schema=FCT_ORDER_LINES.schema),
        ALLOCATIONS.empty(),
        DECISION_TRACE.empty(),
        pl.DataFrame([waits | at], schema=BACKORDERS.schema),
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )
    return [name for name in told[6].rows.columns if name in SAID_OF_WAITS]


SAID_OF_WAITS = ("expected_parts", "told_date", "business_class")
MON, THU = date(2018, 1, 1), date(2018, 1, 4)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"expected_date": MON, "told_date": MON}, []),
        ({"expected_date": THU, "told_date": MON}, ["told_date"]),
        ({"told_date": MON}, ["told_date"]),
        ({"expected_parts": "2018-01-01: 3"}, ["expected_parts"]),
        ({"business_class": "GAIN"}, ["business_class"]),
    ],
)
def test_what_waits_says_parts_class_and_what_was_told_where_there_is_something(
    facts: dict[str, object], said: list[str]
) -> None:
    assert waits_of(**facts) == said


def test_an_unknown_order_explains_nothing() -> None:
    decided = decide(demand(a_line()), stock({"EAST": {"A": 1}}))

    told = explain(
        "x",
        FCT_ORDER_LINES.empty(),
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )

    assert [section.rows.height for section in told] == [0] * 9


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
