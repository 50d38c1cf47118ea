"""What becomes of a correction, and that no each is told to two instructions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import CORRECTED_INSTRUCTIONS, FULFILMENT_ORDERS
from transforms.contracts.gold import FCT_INSTRUCTION_CORRECTIONS, FCT_ORDERS
from transforms.instructions.correct import (
    Takes,
    addressed,
    ask_corrected_back,
    judge_corrections,
    less,
    replaced_orders,
    with_services,
    with_wanted,
)

AS_OF = datetime(2017, 12, 28, 17, tzinfo=UTC)
RELEASED = datetime(2017, 12, 28, 5, tzinfo=UTC)
REPLACES, GIVES_BACK = Takes(replacement=True), Takes(cancellation=True)

Row = dict[str, Any]


def corrections(*said: Row) -> pl.DataFrame:
    one = {
        "correction_id": "operators/K-1",
        "instruction_id": "FO-1",
        "author": "ann",
        "corrected_at": AS_OF - timedelta(hours=1),
    }
    frame = pl.DataFrame([one | more for more in said])
    lacking = {
        name: pl.lit(None, dtype)
        for name, dtype in FCT_INSTRUCTION_CORRECTIONS.schema.items()
        if name not in frame.columns
    }
    return frame.with_columns(**lacking)


def orders(*said: Row) -> pl.DataFrame:
    one = dict.fromkeys(FULFILMENT_ORDERS.names) | {
        "instruction_id": "FO-1",
        "document": "shipping_orders",
        "partner_id": "harbor",
        "node_id": "EAST",
        "order_id": "O",
        "sequence_no": 1,
        "released_at": RELEASED,
        "ship_by_date": AS_OF.date(),
        "service_code": "STANDARD",
        "file_name": "940_1.edi",
        "control_ref": "1",
        "set_ref": "0001",
        "ack_due_at": RELEASED + timedelta(hours=4),
        "run_id": "before",
    }
    rows = [one | more for more in said or ({},)]
    return pl.DataFrame(rows, schema=FULFILMENT_ORDERS.schema)


def lines(*said: Row) -> pl.DataFrame:
    one = {
        "instruction_id": "FO-1",
        "instruction_line_ref": "1",
        "packed_in": None,
        "partner_id": "harbor",
        "node_id": "EAST",
        "order_id": "O",
        "line_id": "O/1",
        "sku_id": "S1",
        "released_at": RELEASED,
        "told_qty": 3,
        "asked_back_qty": 0,
        "open_qty": 3,
    }
    return pl.DataFrame([one | more for more in said or ({},)])


def judged(said: Row, takes: Takes, *told: Row) -> tuple[str, str | None]:
    found = judge_corrections(
        corrections(said), orders(), lines(*told), {"harbor": takes}, AS_OF
    )
    outcome, code = found.select("outcome", "refusal_code").row(0)
    return outcome, code


ADDRESS = {"ship_to_street": "token"}
FEWER = {"instruction_line_ref": "1", "qty": 1}


@pytest.mark.parametrize("takes", [REPLACES, GIVES_BACK, Takes()])
def test_what_a_partner_could_not_read_is_told_as_for_the_first_time(
    takes: Takes,
) -> None:
    ways = {"harbor": takes}
    said = corrections(ADDRESS | {"service_code": "EXPEDITED"})
    found = judge_corrections(said, orders(), lines(), ways, AS_OF, {"FO-1"})

    again = replaced_orders(found, orders(), AS_OF)

    assert ("TOLD_ANEW", None, "940_1.edi", "1") == found.select(
        "outcome", "refusal_code", "file_name", "control_ref"
    ).row(0)
    assert (None, None, "EXPEDITED", AS_OF) == again.select(
        "file_name", "control_ref", "service_code", "corrected_at"
    ).row(0)


@pytest.mark.parametrize("takes", [REPLACES, GIVES_BACK])
@pytest.mark.parametrize(
    ("was", "service", "code"),
    [
        ("PICK_UP", "STANDARD", "FETCHED_AT_STORE"),
        ("SHIP_TO_STORE", "EXPEDITED", "FETCHED_AT_STORE"),
        ("STANDARD", "PICK_UP", "FETCHED_AT_STORE"),
        ("PICK_UP", "PICK_UP", None),
        ("PICK_UP", None, None),
        ("STANDARD", "EXPEDITED", None),
    ],
)
def test_what_is_fetched_at_a_store_is_not_sent_by_a_correction(
    takes: Takes, was: str, service: str | None, code: str | None
) -> None:
    said = corrections({"service_code": service, "ship_to_name": "token"})
    told, ways = orders({"service_code": was}), {"harbor": takes}

    for unread in (set(), {"FO-1"}):
        found = judge_corrections(said, told, lines(), ways, AS_OF, unread)
        assert [code] == found["refusal_code"].to_list()
        again = replaced_orders(found, told, AS_OF)["service_code"].to_list()
        assert set(again) <= {service or was}
        assert not (code and again)


def test_fewer_eaches_of_what_nobody_read_are_told_to_nobody() -> None:
    found = judge_corrections(
        corrections(FEWER), orders(), lines(), {"harbor": REPLACES}, AS_OF, {"FO-1"}
    )

    assert ("REFUSED", "NOT_TAKEN") == found.select("outcome", "refusal_code").row(0)


@pytest.mark.parametrize(
    ("said", "takes", "told", "expected"),
    [
        (ADDRESS, REPLACES, {}, ("REPLACED", None)),
        (ADDRESS, GIVES_BACK, {}, ("ASKED_BACK", None)),
        (ADDRESS, Takes(), {}, ("REFUSED", "NOT_TAKEN")),
        (FEWER, GIVES_BACK, {}, ("ASKED_BACK", None)),
        (FEWER, REPLACES, {}, ("REFUSED", "NOT_TAKEN")),
        (FEWER | {"qty": 3}, GIVES_BACK, {}, ("REFUSED", "NOT_FEWER")),
        (FEWER, GIVES_BACK, {"packed_in": "K"}, ("REFUSED", "PACKED_KIT")),
        (ADDRESS, REPLACES, {"open_qty": 0}, ("REFUSED", "NOTHING_OPEN")),
        (
            ADDRESS,
            REPLACES,
            {"open_qty": 1, "asked_back_qty": 2},
            ("REFUSED", "ASKED_BACK_BEFORE"),
        ),
        (
            ADDRESS,
            GIVES_BACK,
            {"open_qty": 0, "asked_back_qty": 3},
            ("ASKED_BACK", None),
        ),
        (
            ADDRESS | {"instruction_id": "FO-9"},
            REPLACES,
            {},
            ("REFUSED", "UNKNOWN_INSTRUCTION"),
        ),
        (
            FEWER | {"instruction_line_ref": "9"},
            GIVES_BACK,
            {},
            ("REFUSED", "UNKNOWN_INSTRUCTION"),
        ),
    ],
)
def test_a_correction_is_done_as_its_partner_takes_it_or_refused(
    said: Row, takes: Takes, told: Row, expected: tuple[str, str | None]
) -> None:
    assert expected == judged(said, takes, told)


def test_what_is_replaced_keeps_its_id_and_has_as_long_to_be_answered_as_before() -> (
    None
):
    found = judge_corrections(
        corrections(ADDRESS | {"service_code": "EXPEDITED"}),
        orders(),
        lines(),
        {"harbor": REPLACES},
        AS_OF,
    )

    again = replaced_orders(found, orders(), AS_OF).row(0, named=True)

    assert ("940_1.edi", "1") == found.select("file_name", "control_ref").row(0)
    expected = {
        "instruction_id": "FO-1",
        "service_code": "EXPEDITED",
        "released_at": RELEASED,
        "corrected_at": AS_OF,
        "ack_due_at": AS_OF + timedelta(hours=4),
        "file_name": None,
        "control_ref": None,
        "set_ref": None,
    }
    assert expected == {name: again[name] for name in expected}


def test_two_corrections_of_an_instruction_are_one_replacement_by_the_newest_word() -> (
    None
):
    said = corrections(
        {"service_code": "EXPEDITED"},
        {"correction_id": "operators/K-2", "corrected_at": AS_OF},
    ).with_columns(ship_to_street=pl.lit("token"))
    found = judge_corrections(said, orders(), lines(), {"harbor": REPLACES}, AS_OF)

    again = replaced_orders(found, orders(), AS_OF)

    assert ["EXPEDITED"] == again["service_code"].to_list()


def test_eaches_are_asked_back_once_whoever_asks() -> None:
    """A customer wants one of three back, an operator then all of the rest."""
    whole = judge_corrections(
        corrections(ADDRESS, ADDRESS | {"correction_id": "operators/K-2"}),
        orders(),
        lines(),
        {"harbor": GIVES_BACK},
        AS_OF,
    )
    customer = pl.DataFrame(
        [{"instruction_id": "FO-1", "instruction_line_ref": "1", "qty": 1}]
    )

    asked = ask_corrected_back(whole, less(lines(), customer), AS_OF)

    assert [("operators/K-1", 2, "CORRECTED")] == asked.select(
        "event_id", "qty", "reason_code"
    ).rows()


def test_what_a_customer_wants_back_meanwhile_is_not_told_again() -> None:
    """A node that got both could not tell which was meant to be the last."""
    wanted = pl.DataFrame([{"line_id": "O/1", "qty": 1}, {"line_id": "O/9", "qty": 1}])
    told = with_wanted(lines(), wanted)

    found = judge_corrections(
        corrections(ADDRESS), orders(), told, {"harbor": REPLACES}, AS_OF
    )

    assert (2, 1) == told.select("open_qty", "asked_back_qty").row(0)
    assert ["ASKED_BACK_BEFORE"] == found["refusal_code"].to_list()


def test_of_a_line_only_what_it_has_too_many_is_asked_back() -> None:
    found = judge_corrections(
        corrections(FEWER), orders(), lines(), {"harbor": GIVES_BACK}, AS_OF
    )
    other = {"instruction_line_ref": "2", "line_id": "O/2"}

    asked = ask_corrected_back(found, lines({}, other), AS_OF)

    assert [("1", 2)] == asked.select("instruction_line_ref", "qty").rows()


def test_what_is_told_anew_has_the_corrected_recipient_and_service() -> None:
    said = corrections(
        {"ship_to_street": "wrong", "ship_to_city": "city"},
        {
            "correction_id": "operators/K-2",
            "ship_to_street": "right",
            "corrected_at": AS_OF,
        },
    ).with_columns(order_id=pl.lit("O"))
    of_orders = pl.DataFrame(
        [{"order_id": "O", "ship_to_name": "Ada"}, {"order_id": "P"}],
        schema=FCT_ORDERS.schema,
    )
    done = pl.DataFrame(
        [
            {"order_id": "O", "outcome": "ASKED_BACK", "service_code": "EXPEDITED"},
            {"order_id": "P", "outcome": "REFUSED", "service_code": "EXPEDITED"},
        ],
        schema=CORRECTED_INSTRUCTIONS.schema,
    )
    allocated = pl.DataFrame({"order_id": ["O", "P"], "service_code": ["STANDARD"] * 2})

    told = addressed(of_orders, said)

    columns = ("ship_to_name", "ship_to_street", "ship_to_city")
    assert [("Ada", "right", "city"), (None,) * 3] == told.select(columns).rows()
    assert ["EXPEDITED", "STANDARD"] == with_services(allocated, done)[
        "service_code"
    ].to_list()
