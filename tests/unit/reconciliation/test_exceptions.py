"""Findings open exceptions; what heals closes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.codes import CODES
from transforms.contracts.decisions import (
    BACKORDERS,
    CANCEL_REQUESTS,
    CHANNEL_AVAILABILITY,
    CORRECTED_INSTRUCTIONS,
    EVENT_VERDICTS,
    EXCEPTIONS,
    FULFILMENT_ORDERS,
    LINE_BUCKETS,
    LINE_HOLDS,
    NODE_CONFIDENCE,
    NODE_GATES,
    OWN_EVENTS,
    PAYMENT_REQUESTS,
    PROMISE_POSTINGS,
    RECONCILED_ORDERS,
    RECONCILED_PARCELS,
    RECONCILED_PAYMENTS,
    RECONCILED_SHIPMENTS,
    STOCK_POSITIONS,
    STOCK_VARIANCES,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_CHANNEL_STOCK,
    FCT_ORDER_LINES,
)
from transforms.contracts.table import Table
from transforms.reconciliation.cancellations import cancel_outcomes
from transforms.reconciliation.echoes import echo_differences
from transforms.reconciliation.exceptions import exceptions, find
from transforms.reconciliation.findings.finding import (
    BEYOND_CAPS,
    FINDING,
    LACKING,
    OTHER_LOTS,
    OVERPROMISED,
    PASSED_OVER,
    Findings,
)
from transforms.reconciliation.owners import OWNERS
from transforms.reconciliation.transits import OVERDUE
from transforms.reconciliation.worth import LAST_SALES

FIRST = datetime(2017, 12, 28, 5, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)

NO_SHIPMENTS = pl.DataFrame(
    schema={
        "instruction_id": pl.String,
        "line_id": pl.String,
        "open_qty": pl.Int64,
        "answered_at": pl.Datetime("us", "UTC"),
    }
)
NOTHING = Findings(
    EVENT_VERDICTS.empty(),
    LINE_BUCKETS.empty(),
    OWN_EVENTS.empty(),
    pl.DataFrame(schema={"event_id": pl.String}),
    NO_SHIPMENTS,
    FULFILMENT_ORDERS.empty(),
    FCT_ACKNOWLEDGEMENTS.empty(),
    STOCK_VARIANCES.empty(),
    NODE_CONFIDENCE.empty(),
    NODE_GATES.empty(),
    STOCK_POSITIONS.empty(),
    BACKORDERS.empty(),
    pl.DataFrame(
        [{"node_id": "EAST", "zone": "America/New_York"}], schema=DIM_NODES.schema
    ),
    PROMISE_POSTINGS.empty(),
    RECONCILED_PAYMENTS.empty(),
    LINE_HOLDS.empty(),
    RECONCILED_PARCELS.empty(),
    RECONCILED_ORDERS.empty(),
    FCT_ORDER_LINES.empty(),
    cancel_outcomes(
        CANCEL_REQUESTS.empty(), RECONCILED_SHIPMENTS.empty(), EVENT_VERDICTS.empty()
    ),
    CORRECTED_INSTRUCTIONS.empty(),
    PAYMENT_REQUESTS.empty(),
    echo_differences(CHANNEL_AVAILABILITY.empty(), FCT_CHANNEL_STOCK.empty(), 2),
    LAST_SALES.to_frame(),
    pl.DataFrame(schema={"event_id": pl.String, "sku_id": pl.String}),
)


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=table.schema)


def opened(findings: Findings, as_of: datetime = FIRST) -> list[tuple[str, str]]:
    found = exceptions(findings, EXCEPTIONS.empty(), as_of)
    return found.select("code", "subject").rows()


def verdict(kind: str) -> dict[str, object]:
    return {
        "event_id": f"E/{kind}",
        "line_id": "L1",
        "verdict": kind,
        "event_type": "SHIPPED",
        "qty": 1,
        "detail": "released -> shipped: AT_MOST_RELEASED",
    }


def test_every_code_has_an_owner_and_a_meaning() -> None:
    decided = {code for code, entry in CODES.items() if entry.room == "decisions"}

    assert decided == set(OWNERS)


def test_a_node_that_gets_nothing_is_one_exception_with_its_reasons() -> None:
    gate = {"node_id": "EAST", "reason_codes": "ANSWERS_OVERDUE", "since_at": FIRST}
    findings = replace(NOTHING, gates=rows(NODE_GATES, gate))

    found = exceptions(findings, EXCEPTIONS.empty(), FIRST).row(0, named=True)

    assert ("NODE_STOPPED", "EAST", "partner desk") == (
        found["code"],
        found["subject"],
        found["owner"],
    )
    assert f"ANSWERS_OVERDUE since {FIRST:%Y-%m-%d %H:%M}Z" == found["detail"]


def test_verdicts_become_exceptions_but_what_the_opening_explains_does_not() -> None:
    kinds = ["ILLEGAL", "OVERSHIPPED", "UNKNOWN_TO_US", "BEFORE_OPENING"]
    verdicts = rows(EVENT_VERDICTS, *(verdict(kind) for kind in kinds))

    assert [(kind, f"E/{kind}") for kind in kinds[:3]] == opened(
        replace(NOTHING, verdicts=verdicts)
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("OVERSHIPPED", "1 eaches more than the instruction still had open"),
        (
            "ILLEGAL",
            "SHIPPED of 1 eaches does not fit their line; rule AT_MOST_RELEASED",
        ),
    ],
)
def test_a_verdict_is_told_in_words(kind: str, said: str) -> None:
    findings = replace(NOTHING, verdicts=rows(EVENT_VERDICTS, verdict(kind)))

    found = exceptions(findings, EXCEPTIONS.empty(), FIRST)

    assert [said] == found["detail"].to_list()


def test_what_heals_closes_and_what_returns_opens_again() -> None:
    bad = replace(NOTHING, verdicts=rows(EVENT_VERDICTS, verdict("ILLEGAL")))

    first = exceptions(bad, EXCEPTIONS.empty(), FIRST)
    table = first.with_columns(run_id=pl.lit("r1"))
    assert exceptions(bad, table, SECOND).is_empty()
    closed = exceptions(NOTHING, table, SECOND)
    assert [(FIRST, SECOND)] == closed.select("opened_at", "closed_at").rows()
    again = exceptions(bad, closed.with_columns(run_id=pl.lit("r2")), SECOND)
    assert [(SECOND, None)] == again.select("opened_at", "closed_at").rows()


def test_one_shipment_told_twice_has_a_code_of_its_own() -> None:
    twice = pl.DataFrame({"event_id": ["E/OVERSHIPPED"]})
    judged = rows(EVENT_VERDICTS, verdict("OVERSHIPPED"), verdict("ILLEGAL"))
    findings = replace(NOTHING, verdicts=judged, doubles=twice)

    expected = [("CONFIRMED_TWICE", "E/OVERSHIPPED"), ("ILLEGAL", "E/ILLEGAL")]
    assert expected == opened(findings)


def test_what_is_about_eaches_is_worth_what_they_were_sold_for() -> None:
    """Two of three eaches, sold for 10.01 less 1.00 off and 0.50 tax."""
    sold = {
        "line_id": "L1",
        "ordered_qty": 3,
        "line_amount_minor": 1001,
        "discount_minor": 100,
        "tax_minor": 50,
        "currency_code": "USD",
    }
    waits = {"line_id": "L1", "qty": 2, "reason_code": "NO_STOCK"}
    facts = replace(
        NOTHING,
        backorders=rows(BACKORDERS, waits),
        prices=rows(FCT_ORDER_LINES, sold),
    )

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST)

    names = ("code", "cause_code", "value_minor", "currency_code")
    assert [("BACKORDERED", "NO_STOCK", 634, "USD")] == found.select(names).rows()


def test_what_waits_is_of_the_team_that_its_backorder_names() -> None:
    waits = {"line_id": "L1", "qty": 2, "reason_code": "SHIP_COMPLETE"}

    def told(owner: str, before: pl.DataFrame) -> pl.DataFrame:
        backorders = rows(BACKORDERS, waits | {"owner": owner})
        return exceptions(replace(NOTHING, backorders=backorders), before, FIRST)

    first = told("customer care", EXCEPTIONS.empty())
    before = first.with_columns(run_id=pl.lit("r"))

    assert [("BACKORDERED", "customer care")] == first.select("code", "owner").rows()
    assert [] == told("customer care", before).rows()
    assert ["order desk"] == told("order desk", before)["owner"].to_list()


def payment(value: int) -> dict[str, Any]:
    return {
        "order_id": "web_shop/1",
        "payment_class": "overpaid",
        "due_minor": 1000,
        "captured_minor": 1000 + value,
        "authorised_minor": 0,
        "refunded_minor": 0,
        "value_minor": value,
        "currency_code": "USD",
    }


def test_money_that_disagrees_is_an_exception_with_its_value() -> None:
    facts = replace(NOTHING, payments=rows(RECONCILED_PAYMENTS, payment(205)))

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST)

    said = "due 10.00, captured 12.05, authorised 0.00, refunded 0.00 USD"
    expected = [("OVERPAID", "web_shop/1", said, 205, "USD", "finance")]
    names = ("code", "subject", "detail", "value_minor", "currency_code", "owner")
    assert expected == found.select(names).rows()


def test_an_exception_names_the_order_of_ours_that_it_is_about() -> None:
    """By its line where it has one; never a payment of no order of ours."""
    nobodys = payment(1) | {"order_id": "psp/7", "payment_class": "orphan_payment"}
    ours = payment(2) | {"channel_id": "web_shop"}
    line = {"line_id": "L1", "order_id": "web_shop/9"}
    facts = replace(
        NOTHING,
        payments=rows(RECONCILED_PAYMENTS, nobodys, ours),
        verdicts=rows(EVENT_VERDICTS, verdict("OVERSHIPPED")),
        prices=rows(FCT_ORDER_LINES, line),
    )

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST)

    untold = found.with_columns(
        order_id=pl.lit(None, pl.String), run_id=pl.lit("before")
    )
    assert exceptions(facts, untold, SECOND)["order_id"].drop_nulls().len() == 2
    about = dict(found.select("subject", "order_id").rows())
    assert about == {
        "E/OVERSHIPPED": "web_shop/9",
        "psp/7": None,
        "web_shop/1": "web_shop/1",
    }


def test_an_exception_whose_value_changes_stays_open_since_it_was_opened() -> None:
    first, second = (
        replace(NOTHING, payments=rows(RECONCILED_PAYMENTS, payment(value)))
        for value in (205, 300)
    )
    table = exceptions(first, EXCEPTIONS.empty(), FIRST).with_columns(
        run_id=pl.lit("r")
    )

    changed = exceptions(second, table, SECOND)

    assert [(FIRST, None, 300)] == changed.select(
        "opened_at", "closed_at", "value_minor"
    ).rows()


ORDER = {
    "instruction_id": "FO-1",
    "partner_id": "acme_3pl",
    "node_id": "EAST",
    "control_ref": "7",
    "set_ref": "0001",
    "ack_due_at": FIRST,
    "ship_by_date": FIRST.date(),
}


def test_silence_after_the_deadline_is_an_exception() -> None:
    silent = replace(NOTHING, fulfilment_orders=rows(FULFILMENT_ORDERS, ORDER))

    assert [] == opened(silent, FIRST - timedelta(seconds=1))
    assert [("ACK_OVERDUE", "FO-1")] == opened(silent)


def test_a_node_that_ships_has_read_the_instruction() -> None:
    shipped = pl.DataFrame(
        [{"instruction_id": "FO-1", "open_qty": 0, "answered_at": FIRST}],
        schema=NO_SHIPMENTS.schema,
    )
    sent = replace(NOTHING, fulfilment_orders=rows(FULFILMENT_ORDERS, ORDER))

    assert [] == opened(replace(sent, shipments=shipped))


Said = tuple[str, str]
WAITS = pl.DataFrame(
    [{"instruction_id": "FO-1", "open_qty": 2, "answered_at": None}],
    schema=NO_SHIPMENTS.schema,
)


def test_what_was_rejected_and_left_or_was_taken_back_is_settled() -> None:
    answer = {"partner_id": "acme_3pl", "interchange_ref": "7", "set_ref": "0001"}
    told = replace(
        NOTHING,
        fulfilment_orders=rows(FULFILMENT_ORDERS, ORDER),
        acknowledgements=rows(FCT_ACKNOWLEDGEMENTS, answer | {"status_code": "R"}),
        shipments=WAITS,
    )
    done = WAITS.with_columns(open_qty=pl.lit(0), answered_at=pl.lit(FIRST))

    assert [("ACK_REJECTED", "FO-1")] == opened(told)
    assert [] == opened(replace(told, shipments=done.cast(NO_SHIPMENTS.schema)))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("0001", "R")], ["ACK_REJECTED"]),
        ([("0001", "A")], []),
        # A 997 without AK2, or a CSV, answers all that is in the file.
        ([("7", "R")], ["ACK_REJECTED"]),
        ([("7", "A")], []),
        ([("7", "P"), ("0001", "R")], ["ACK_REJECTED"]),
        ([("7", "P"), ("0002", "R")], []),
        # A legal envelope says nothing of the sets in it; a refused one does,
        # unless they were answered before and the file came again.
        ([("ISA", "A")], ["ACK_OVERDUE"]),
        ([("ISA", "R")], ["ACK_REJECTED"]),
        ([("ISA", "R"), ("0001", "A")], []),
        ([("0002", "A")], ["ACK_OVERDUE"]),
    ],
)
def test_an_answer_counts_for_the_set_the_file_or_a_refused_envelope(
    said: list[Said], expected: list[str]
) -> None:
    answers = [
        {
            "partner_id": "acme_3pl",
            "interchange_ref": "7",
            "set_ref": set_ref,
            "status_code": status,
        }
        for set_ref, status in said
    ]
    told = replace(
        NOTHING,
        fulfilment_orders=rows(FULFILMENT_ORDERS, ORDER),
        acknowledgements=rows(FCT_ACKNOWLEDGEMENTS, *answers),
        shipments=WAITS,
    )

    assert [(code, "FO-1") for code in expected] == opened(told)


def test_a_shipment_is_overdue_when_its_local_day_is_over() -> None:
    waiting = pl.DataFrame(
        [{"instruction_id": "FO-1", "open_qty": 2, "answered_at": None}],
        schema=NO_SHIPMENTS.schema,
    )
    late_ack = ORDER | {"ack_due_at": SECOND + timedelta(days=9)}
    sent = replace(
        NOTHING,
        fulfilment_orders=rows(FULFILMENT_ORDERS, late_ack),
        shipments=waiting,
    )

    assert [] == opened(sent, SECOND - timedelta(seconds=1))
    assert [("SHIP_OVERDUE", "FO-1")] == opened(sent, SECOND)


def test_what_lies_ready_is_waited_for_and_not_asked_for() -> None:
    sent = replace(
        NOTHING, fulfilment_orders=rows(FULFILMENT_ORDERS, ORDER), shipments=WAITS
    )
    ready = pl.DataFrame({"instruction_id": ["FO-1"]})

    assert {"ACK_OVERDUE", "SHIP_OVERDUE"} == {c for c, _ in opened(sent, SECOND)}
    assert [] == opened(replace(sent, laid_out=ready), SECOND)


REFUSAL = {
    "event_id": "E1",
    "event_type": "REJECTED",
    "line_id": "L1",
    "qty": 2,
    "reason_code": "CLOSED",
}


def test_what_nobody_came_for_is_told_though_its_line_asks_for_nothing() -> None:
    left = REFUSAL | {"event_type": "NOT_COLLECTED", "reason_code": None}

    assert [("NOT_COLLECTED", "E1")] == opened(
        replace(NOTHING, events=rows(OWN_EVENTS, left))
    )


def test_another_sku_instead_is_told_though_its_line_asks_for_nothing() -> None:
    left = REFUSAL | {"event_type": "SUBSTITUTED_BY_NODE", "reason_code": None}

    assert [("SUBSTITUTED_BY_NODE", "E1")] == opened(
        replace(NOTHING, events=rows(OWN_EVENTS, left))
    )


@pytest.mark.parametrize(
    ("qty", "again", "expected"),
    [
        (3, [], [("ILLEGAL", "SUBSTI"), ("SUBSTITUTED_BY_NODE", "2 each")]),
        (1, [], [("ILLEGAL", "SUBSTI")]),
        (1, ["E1"], [("CONFIRMED_TWICE", "SUBSTI")]),
    ],
)
def test_more_instead_than_was_asked_for_is_told_once(
    qty: int, again: list[str], expected: list[tuple[str, str]]
) -> None:
    instead = {"event_id": "E1", "event_type": "SUBSTITUTED_BY_NODE"}
    facts = replace(
        NOTHING,
        events=rows(OWN_EVENTS, REFUSAL | instead | {"qty": qty}),
        verdicts=rows(EVENT_VERDICTS, verdict("ILLEGAL") | instead),
        doubles=pl.DataFrame({"event_id": again}, schema={"event_id": pl.String}),
    )

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST)
    told = found.select("code", pl.col("detail").str.head(6)).rows()
    assert expected == sorted(told)


def test_what_was_taken_back_of_a_node_that_never_knew_is_refused_by_nobody() -> None:
    amounts = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}
    waiting = rows(LINE_BUCKETS, amounts | {"line_id": "L1", "pending_qty": 2})
    taken_back = rows(OWN_EVENTS, REFUSAL | {"reason_code": "UNREAD"})

    assert [] == opened(replace(NOTHING, events=taken_back, buckets=waiting))


def amiss(*kinds: str) -> Findings:
    """Holds, or their ends, that an order of two lines did not take."""
    judged = [
        verdict("ILLEGAL")
        | {"event_id": f"{kind}/{line}", "event_type": kind, "line_id": line, "qty": 2}
        for kind in kinds
        for line in ("L1", "L2")
    ]
    lines = [
        {"line_id": line, "order_id": "web/1", "ordered_qty": 2, "currency_code": "USD"}
        | dict.fromkeys(("discount_minor", "tax_minor"), 0)
        | {"line_amount_minor": 500}
        for line in ("L1", "L2")
    ]
    return replace(
        NOTHING,
        verdicts=rows(EVENT_VERDICTS, *judged),
        prices=rows(FCT_ORDER_LINES, *lines),
    )


def test_an_unhold_of_what_was_not_held_is_one_thing_of_its_order() -> None:
    facts = amiss("UNHOLD")

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST).row(0, named=True)

    assert [("ILLEGAL", "web/1")] == opened(facts)
    assert found["detail"].startswith("2 lines were not held for the reason")


def test_a_late_hold_and_an_unhold_amiss_are_one_thing_of_their_order() -> None:
    facts = amiss("HOLD", "UNHOLD")

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST).row(0, named=True)

    assert [("ILLEGAL", "web/1")] == opened(facts)
    assert 1000 == found["value_minor"]
    assert "what has not left; 2 lines were not held" in found["detail"]


def test_what_is_wanted_again_needs_nobody() -> None:
    again = verdict("CANCEL_WITHDRAWN") | {"event_type": "AMENDED"}

    assert [] == opened(replace(NOTHING, verdicts=rows(EVENT_VERDICTS, again)))


def test_a_hold_that_comes_too_late_is_one_thing_of_its_order() -> None:
    facts = amiss("HOLD")

    found = exceptions(facts, EXCEPTIONS.empty(), FIRST).row(0, named=True)

    assert [("ILLEGAL", "web/1")] == opened(facts)
    assert found["detail"].startswith("4 eaches of 2 lines were with a node")
    assert 1000 == found["value_minor"]


@pytest.mark.parametrize(
    "told", [{}, {"event_type": "CANCEL_ACK", "reason_code": "UNASKED"}]
)
def test_a_refusal_stays_open_until_the_line_is_through(told: dict[str, str]) -> None:
    refused = REFUSAL | told
    amounts = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}
    line = amounts | {"line_id": "L1"}
    found = replace(NOTHING, events=rows(OWN_EVENTS, refused))

    for bucket in ("pending", "held", "released", "in_fulfilment"):
        waiting = rows(LINE_BUCKETS, line | {f"{bucket}_qty": 2})
        assert [("REFUSED", "E1")] == opened(replace(found, buckets=waiting))
    shipped = rows(LINE_BUCKETS, line | {"shipped_qty": 2})
    assert [] == opened(replace(found, buckets=shipped))


def test_released_eaches_beyond_what_is_there_are_red() -> None:
    position = {
        "node_id": "EAST",
        "sku_id": "S1",
        "available_qty": 0,
        "allocated_qty": 0,
    }
    over = rows(STOCK_POSITIONS, position | {"released_qty": 2})
    idle = rows(STOCK_POSITIONS, position | {"released_qty": 0})

    assert [("OVERCOMMITTED", "EAST/S1")] == opened(replace(NOTHING, positions=over))
    assert [] == opened(replace(NOTHING, positions=idle))


def test_a_lot_that_shrank_below_its_promises_and_another_lot_are_told() -> None:
    shrunk = ("EAST", "S1", "L1", 3, -1)
    over = pl.DataFrame([shrunk], schema=OVERPROMISED, orient="row")
    other = pl.DataFrame([("o/1", "L2", "L1", 2)], schema=OTHER_LOTS, orient="row")

    found = find(replace(NOTHING, overpromised=over, other_lots=other), FIRST)

    assert [
        ("LOT_OVERCOMMITTED", "EAST/S1/L1", "3 promised, -1 there"),
        ("OTHER_LOT_SHIPPED", "o/1", "2 of L2, asked for L1"),
    ] == found.select("code", "subject", "detail").rows()


def test_an_opening_with_an_earlier_cut_is_told_of_its_node() -> None:
    told = ("EAST", 2, FIRST - timedelta(hours=3), FIRST)
    passed = pl.DataFrame([told], schema=PASSED_OVER, orient="row")

    found = find(replace(NOTHING, passed_over=passed), FIRST)

    (said,) = found.select("code", "subject", "detail").rows()
    assert ("OPENING_PASSED_OVER", "EAST") == said[:2]
    assert said[2].startswith(f"2 rows told again as of {told[2]:%F %H:%MZ}, ")


def sold(minor: int) -> pl.DataFrame:
    sale = {"sku_id": "S1", "currency_code": "USD", "sold_qty": 2, "sold_minor": minor}
    return pl.DataFrame([sale], schema=LAST_SALES)


def stock_in_doubt() -> Findings:
    place = {"node_id": "EAST", "sku_id": "S1"}
    position = place | {"available_qty": -1, "released_qty": 3}
    counted = place | {"stock_status": "DAMAGED", "snapshot_at": FIRST}
    short = counted | {"cause_code": "SHORTFALL", "variance_qty": -4}
    surplus = counted | {
        "stock_status": "HOLD",
        "cause_code": "SURPLUS_WAITS",
        "variance_qty": 5,
    }
    return replace(
        NOTHING,
        verdicts=rows(EVENT_VERDICTS, verdict("UNKNOWN_TO_US") | {"qty": 2}),
        unknown_skus=pl.DataFrame({"event_id": ["E/UNKNOWN_TO_US"], "sku_id": ["S1"]}),
        positions=rows(STOCK_POSITIONS, position),
        variances=rows(STOCK_VARIANCES, short, surplus),
        confidence=rows(NODE_CONFIDENCE, {"node_id": "EAST", "snapshot_at": FIRST}),
    )


def test_stock_and_what_is_unknown_are_worth_what_they_were_last_sold_for() -> None:
    found = exceptions(
        replace(stock_in_doubt(), sales=sold(999)), EXCEPTIONS.empty(), FIRST
    )

    assert [
        ("OVERCOMMITTED", 1498, "USD"),
        ("STOCK_NEGATIVE", 499, "USD"),
        ("STOCK_SHORTFALL", 1998, "USD"),
        ("STOCK_SURPLUS", 2497, "USD"),
        ("UNKNOWN_TO_US", 999, "USD"),
    ] == found.select("code", "value_minor", "currency_code").rows()
    never_sold = exceptions(stock_in_doubt(), EXCEPTIONS.empty(), FIRST)
    assert never_sold["value_minor"].null_count() == never_sold.height


def test_another_sale_is_no_news_of_what_is_open() -> None:
    findings = stock_in_doubt()
    open_ = exceptions(replace(findings, sales=sold(999)), EXCEPTIONS.empty(), FIRST)
    before = open_.with_columns(run_id=pl.lit("r"))

    for sales in (sold(111), LAST_SALES.to_frame()):
        later = replace(findings, sales=sales)
        assert exceptions(later, before, SECOND).is_empty()


def test_a_balance_below_zero_is_red_whatever_is_committed() -> None:
    position = {
        "node_id": "EAST",
        "sku_id": "S1",
        "available_qty": -1,
        "damaged_qty": -2,
        "hold_qty": 0,
        "released_qty": 0,
    }
    found = replace(NOTHING, positions=rows(STOCK_POSITIONS, position))

    assert [
        ("STOCK_NEGATIVE", "EAST/S1/AVAILABLE"),
        ("STOCK_NEGATIVE", "EAST/S1/DAMAGED"),
    ] == opened(found)


def test_an_account_below_zero_and_goods_that_did_not_come_are_red() -> None:
    place = {"node_id": "EAST", "sku_id": "S1"}
    lacking = pl.DataFrame([place | {"account": "IN_TRANSIT", "qty": -2}], LACKING)
    late = pl.DataFrame([place | {"ref": "PO-1", "qty": 3, "due_at": FIRST}], OVERDUE)
    told = replace(NOTHING, lacking=lacking, overdue=late, sales=sold(999))
    found = exceptions(told, EXCEPTIONS.empty(), FIRST)
    closed = exceptions(NOTHING, found.with_columns(run_id=pl.lit("r")), SECOND)

    assert [
        ("STOCK_NEGATIVE", "EAST/S1/IN_TRANSIT", 999),
        ("TRANSIT_OVERDUE", "EAST/S1/PO-1", 1498),
    ] == found.select("code", "subject", "value_minor").rows()
    assert [SECOND, SECOND] == closed["closed_at"].to_list()


def test_a_line_without_any_eligible_node_is_told_from_one_without_stock() -> None:
    waits = [
        {"line_id": "L1", "qty": 1, "reason_code": "NO_STOCK"},
        {"line_id": "L2", "qty": 1, "reason_code": "NO_NODE"},
        {"line_id": "as it was asked to", "qty": 1, "reason_code": "RESERVE_LATER"},
        {"line_id": "before its release", "qty": 1, "reason_code": "PREORDER"},
    ]

    assert [("BACKORDERED", "L1"), ("UNSOURCEABLE", "L2")] == opened(
        replace(NOTHING, backorders=rows(BACKORDERS, *waits))
    )


def test_a_preorder_beyond_its_cap_is_told_until_it_is_not() -> None:
    late = {"line_id": "L1", "sku_id": "S1", "qty": 2, "cap_qty": 9, "cap_rule": "CAP"}
    told = replace(NOTHING, beyond_caps=pl.DataFrame([late], BEYOND_CAPS))
    found = exceptions(told, EXCEPTIONS.empty(), FIRST)
    closed = exceptions(NOTHING, found.with_columns(run_id=pl.lit("r")), SECOND)

    said = "2 preordered eaches of S1 are beyond the cap of 9, rule CAP"
    assert [("PREORDER_BEYOND_CAP", "L1", "order desk", said)] == found.select(
        "code", "subject", "owner", "detail"
    ).rows()
    assert [SECOND] == closed["closed_at"].to_list()


def test_a_hold_of_days_is_an_exception_while_it_holds_something() -> None:
    long = {
        "line_id": "L1",
        "reason_code": "FRAUD",
        "held_at": FIRST,
        "placed_by": "desk-3",
    }
    other = long | {"reason_code": "ADDRESS", "held_at": SECOND, "placed_by": "ana"}
    holds = rows(LINE_HOLDS, other, long, long | {"line_id": "L2"})
    buckets = rows(
        LINE_BUCKETS, {"line_id": "L1", "held_qty": 2}, {"line_id": "L2", "held_qty": 0}
    )
    findings = replace(NOTHING, holds=holds, buckets=buckets)

    found = exceptions(findings, EXCEPTIONS.empty(), SECOND)
    since = "FRAUD by desk-3 since 2017-12-28 05:00 UTC"
    assert [
        (
            "HELD_TOO_LONG",
            "L1",
            "order desk",
            f"2 eaches: {since}, ADDRESS by ana since 2017-12-29 05:00 UTC",
        )
    ] == found.select("code", "subject", "owner", "detail").rows()


def test_what_left_though_it_was_to_be_cancelled_is_told_until_it_arrives() -> None:
    request = {
        "request_id": "CR-1",
        "instruction_id": "FO-1",
        "instruction_line_ref": "1",
        "line_id": "L1",
        "node_id": "EAST",
        "qty": 2,
        "requested_at": FIRST,
    }
    left = {"instruction_id": "FO-1", "instruction_line_ref": "1", "open_qty": 0}
    left |= {"cancelled_qty": 0, "refused_qty": 0, "short_qty": 1}
    findings = replace(
        NOTHING,
        requests=cancel_outcomes(
            rows(CANCEL_REQUESTS, request),
            rows(RECONCILED_SHIPMENTS, left),
            EVENT_VERDICTS.empty(),
        ),
        buckets=rows(LINE_BUCKETS, {"line_id": "L1", "shipped_qty": 1}),
    )

    assert [("CANCEL_REFUSED", "CR-1")] == opened(findings)
    arrived = rows(LINE_BUCKETS, {"line_id": "L1", "shipped_qty": 0})
    assert [] == opened(replace(findings, buckets=arrived))


def test_a_correction_that_came_to_nothing_is_told_until_its_goods_have_arrived() -> (
    None
):
    refused = {
        "correction_id": "operators/K-1",
        "instruction_id": "FO-1",
        "refusal_code": "NOTHING_OPEN",
        "decided_at": FIRST,
    }
    stray: dict[str, Any] = {"correction_id": "operators/K-2"}
    stray |= {"instruction_id": "FO-9"}
    stray |= {"refusal_code": "UNKNOWN_INSTRUCTION", "decided_at": FIRST}
    findings = replace(
        NOTHING,
        refused_corrections=rows(CORRECTED_INSTRUCTIONS, refused, stray),
        shipments=pl.DataFrame(
            [{"instruction_id": "FO-1", "line_id": "L1", "open_qty": 0}],
            schema=NO_SHIPMENTS.schema,
        ),
        buckets=rows(LINE_BUCKETS, {"line_id": "L1", "shipped_qty": 1}),
    )

    assert [
        ("CORRECTION_REFUSED", "operators/K-1"),
        ("CORRECTION_REFUSED", "operators/K-2"),
    ] == opened(findings)
    arrived = rows(LINE_BUCKETS, {"line_id": "L1", "shipped_qty": 0})
    assert [("CORRECTION_REFUSED", "operators/K-2")] == opened(
        replace(findings, buckets=arrived)
    )


def test_what_a_channel_shows_otherwise_than_it_was_told_is_told_until_it_agrees() -> (
    None
):
    """A shows more, B less, C the same; D was told since; E it never showed."""
    told = [("A", 9), ("B", 9), ("C", 9), ("D", 9), ("E", 9)]
    shown = [("A", 12), ("B", 5), ("C", 9), ("D", 1), ("F", 4)]
    late = {"D": FIRST + timedelta(hours=1)}
    availability = rows(
        CHANNEL_AVAILABILITY,
        *(
            {"channel_id": "web", "sku_id": sku, "available_qty": qty}
            | {"as_of": late.get(sku, FIRST)}
            for sku, qty in told
        ),
    )
    stock = rows(
        FCT_CHANNEL_STOCK,
        *(
            {"channel_id": "web", "sku_id": sku, "qty": qty}
            | {"shown_at": FIRST + timedelta(hours=2)}
            for sku, qty in shown
        ),
    )
    findings = replace(NOTHING, echoes=echo_differences(availability, stock, 2))

    assert [
        ("CHANNEL_SHOWS_LESS", "web/B"),
        ("CHANNEL_SHOWS_MORE", "web/A"),
    ] == sorted(opened(findings))


def test_an_order_at_another_amount_is_told_with_all_that_are_known() -> None:
    order = {
        "order_id": "market/1",
        "channel_id": "market",
        "order_class": "order_amount_differs",
        "cause_code": "SETTLED_LESS",
        "amount_minor": 2500,
        "left_minor": 2500,
        "listed_minor": None,
        "settled_minor": 2000,
        "value_minor": 500,
        "currency_code": "USD",
    }
    found = find(replace(NOTHING, orders=rows(RECONCILED_ORDERS, order)), FIRST)

    told = "comes to 25.00, left 25.00, listed -, settled 20.00 USD"
    assert [("ORDER_AMOUNT_DIFFERS", "market/1", told, "SETTLED_LESS", 500, "USD")] == (
        found.select(FINDING).rows()
    )
