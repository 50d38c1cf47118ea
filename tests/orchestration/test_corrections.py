"""What is open of an instruction, and what a node's answer to a correction means."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from orchestration.cli.corrections import refuse_more
from orchestration.cli.failures import CommandError
from orchestration.cli.withdrawals import still_there
from orchestration.resources.cancel_facts import open_lines
from orchestration.resources.demand_facts import young_refusals
from orchestration.resources.house import House
from orchestration.resources.line_facts import (
    EVENT_COLUMNS,
    UNASKED,
    refusals_apart,
    why_given_up,
)
from orchestration.resources.partners import Instruction, PartnerProfile
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
)
from transforms.contracts.gold import FCT_ORDER_EVENTS
from transforms.contracts.table import Table

__all__ = ["house"]

LINE = {"instruction_id": "FO-1", "instruction_line_ref": "1", "sku_id": "S1"}
NAMED = {"partner_id": "harbor", "node_id": "EAST", "order_id": "O", "run_id": ""}


def an_answer(kind: str, qty: int, known_at: datetime = NIGHT) -> dict[str, object]:
    return LINE | {
        "event_id": f"{kind}/{qty}",
        "event_type": kind,
        "qty": qty,
        "event_at": known_at,
        "known_at": known_at,
    }


def write(house: House, table: Table, *rows: dict[str, object]) -> None:
    frame = pl.DataFrame(rows, schema=table.schema)
    with house.lake.transaction("test", "as runs before left it"):
        house.lake.append(table, frame)


def lay_instruction(house: House, asked_back: int, *answers: dict[str, object]) -> None:
    """Five eaches of one line, some of them asked back at night."""
    write(house, INSTRUCTION_LINES, LINE | {"line_id": "O/1", "qty": 5, "run_id": ""})
    order = {
        "instruction_id": "FO-1",
        "document": "shipping_orders",
        "sequence_no": 1,
        "released_at": NIGHT,
        "ship_by_date": NIGHT.date(),
        "service_code": "STANDARD",
        "ack_due_at": NIGHT,
    }
    write(house, FULFILMENT_ORDERS, NAMED | order)
    request = {
        "request_id": "CR-1",
        "line_id": "O/1",
        "qty": asked_back,
        "reason_code": "CORRECTED",
        "event_id": "operators/K-1",
        "requested_at": NIGHT,
    }
    write(house, CANCEL_REQUESTS, NAMED | LINE | request)
    lay(house, FCT_ORDER_EVENTS, list(answers))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], (3, 2, 3)),
        ([an_answer("CANCEL_ACK", 2)], (3, 0, 3)),
        ([an_answer("CANCEL_ACK", 1), an_answer("SHIPPED", 1)], (3, 1, 2)),
        ([an_answer("SHIPPED", 4)], (3, 1, 0)),
        ([an_answer("SHORT", 3)], (2, 0, 2)),
        ([an_answer("SHIPPED", 5)], (3, 0, 0)),
    ],
)
def test_of_five_eaches_two_are_asked_back(
    house: House, answers: list[dict[str, object]], expected: tuple[int, int, int]
) -> None:
    lay_instruction(house, 2, *answers)

    found = open_lines(house, pl.DataFrame({"instruction_id": ["FO-1"]}))

    # What is given up was asked for: the rest may be asked back later.
    names = ("told_qty", "asked_back_qty")
    assert expected[:2] == found.select(names).row(0)
    assert expected[2] == max(found["open_qty"].item(), 0)


def test_more_eaches_are_no_correction(house: House) -> None:
    lay_instruction(house, 2)
    told = open_lines(house, pl.DataFrame({"instruction_id": ["FO-1"]}))

    refuse_more(told, "1", "2")
    for line, eaches, why in (("1", "3", "asks for 3"), ("9", "1", "no line '9'")):
        with pytest.raises(CommandError, match=why):
            refuse_more(told, line, eaches)


def test_a_file_that_lies_in_the_outbox_may_be_read_after_all(house: House) -> None:
    lay_instruction(house, 0)
    meant = pl.DataFrame({"instruction_id": ["FO-1"]})
    lies = house.home.outbox / "harbor" / "940_1.edi"
    lies.parent.mkdir(parents=True)
    house.lake.execute("create schema if not exists lake.visibility")
    house.lake.execute(
        "create table lake.visibility.rpt_instructions as select 'FO-1' as"
        " instruction_id, 'harbor' as partner_id, '940_1.edi' as file_name"
    )

    assert still_there(house, meant) == []
    lies.touch()
    [said] = still_there(house, meant)
    assert "harbor/940_1.edi still lies in the outbox" in said


def test_what_a_node_gives_up_is_cancelled_only_where_it_was_asked_to(
    house: House,
) -> None:
    before, after = NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=1)
    lay_instruction(house, 2)
    strange = {"instruction_id": "FO-OLD", "event_id": "CANCEL_ACK/old"}
    answers = pl.DataFrame(
        [
            an_answer("CANCEL_ACK", 1, before),
            an_answer("CANCEL_ACK", 2, after),
            an_answer("CANCEL_ACK", 3, after) | strange,
            an_answer("SHORT", 1, after),
        ],
        schema=FCT_ORDER_EVENTS.schema,
    ).select(list(dict.fromkeys(EVENT_COLUMNS)))

    told = why_given_up(house, answers).sort("event_id")

    # Before it was asked: a refusal. Of the system before nobody knows.
    expected = [UNASKED, "CORRECTED", None, None]
    assert expected == told["reason_code"].to_list()

    house.lake.execute("update lake.instructions.cancel_requests set reason_code = ''")
    told = why_given_up(house, answers).sort("event_id")
    assert [UNASKED, None, None, None] == told["reason_code"].to_list()


def test_what_a_node_gives_up_beyond_what_it_was_asked_for_is_a_refusal(
    house: House,
) -> None:
    after = NIGHT + timedelta(hours=1)
    lay_instruction(house, 2)
    house.lake.execute("update lake.instructions.cancel_requests set reason_code = ''")
    given_up = [an_answer("CANCEL_ACK", qty, after) for qty in (1, 3)]
    answers = pl.DataFrame(given_up, schema=FCT_ORDER_EVENTS.schema).select(
        list(dict.fromkeys(EVENT_COLUMNS))
    )

    told = why_given_up(house, answers).sort("event_id")

    # One of two, and then three: the second was asked for, two were not.
    found = told.select("reason_code", "qty", "refused_qty").rows()
    apart = refusals_apart(told).select("event_type", "qty").rows()
    assert [(None, 1, 0), (UNASKED, 3, 2)] == found
    assert [("CANCEL_ACK", 1), ("REJECTED", 2), ("CANCEL_ACK", 1)] == apart


@pytest.mark.parametrize(
    ("answer", "is_refused"),
    [
        (an_answer("REJECTED", 1), True),
        (an_answer("REJECTED", 1, NIGHT - timedelta(days=13)), True),
        (an_answer("REJECTED", 1, NIGHT - timedelta(days=15)), False),
        (an_answer("REJECTED", 1) | {"reason_code": "UNREAD"}, True),
        (
            an_answer("REJECTED", 1, NIGHT - timedelta(days=2))
            | {"reason_code": "UNREAD"},
            False,
        ),
        (an_answer("CANCEL_ACK", 1), True),
        (an_answer("CANCEL_ACK", 1, NIGHT + timedelta(hours=1)), False),
        (an_answer("SHIPPED", 1), False),
    ],
)
def test_a_line_is_not_given_again_to_who_refused_it_of_late(
    house: House, answer: dict[str, object], *, is_refused: bool
) -> None:
    lay_instruction(house, 2, answer | {"source_rank": 56})

    found = young_refusals(house)

    expected = [("O/1", "EAST")] if is_refused else []
    assert expected == found.select("line_id", "node_id").rows()


def test_a_format_without_a_word_for_it_replaces_nothing() -> None:
    def profile(format_name: str) -> PartnerProfile:
        return PartnerProfile(
            partner_id="acme",
            display_name="Acme",
            role="3pl",
            owner="team:logistics",
            corrections="replace",
            instructions=(Instruction(name="shipping_orders", format=format_name),),
        )

    assert profile("edifact_insdes").takes_replacements
    with pytest.raises(ValueError, match="csv_shipping_orders cannot"):
        profile("csv_shipping_orders")
