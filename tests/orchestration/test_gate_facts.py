"""Which nodes a run stops, from what stands in its lake."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from orchestration.resources.gate_facts import stopped_nodes
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from tests.orchestration.test_telling import put
from transforms.contracts.decisions import (
    FILE_DELIVERIES,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_ORDER_EVENTS,
)
from transforms.contracts.table import INTEGER, Table

__all__ = ["house"]

HOUR = timedelta(hours=1)
ASKED = 20
"""As many silent instructions as policies/gates.yaml lets pass, and one more."""


def write(house: House, table: Table, rows: list[dict[str, object]]) -> None:
    blank = {
        column.name: None
        if column.is_nullable
        else 0
        if column.dtype == INTEGER
        else "x"
        for column in table.columns
    }
    blank |= {"as_of": NIGHT, "released_at": NIGHT - 9 * HOUR, "sequence_no": 1}
    blank |= {"ship_by_date": NIGHT.date(), "ack_due_at": NIGHT - HOUR}
    known = [
        {k: v for k, v in (blank | row).items() if k in table.names} for row in rows
    ]
    house.lake.append(table, pl.DataFrame(known, schema=table.schema))


@pytest.fixture
def asked(house: House) -> House:
    """EAST was asked twenty times and said nothing; WEST answered once."""
    east = {"node_id": "EAST", "partner_id": "acme", "control_ref": "7"}
    west = {"node_id": "WEST", "partner_id": "other", "control_ref": "8"}
    orders = [
        east | {"instruction_id": f"E{n:02}", "set_ref": str(n)} for n in range(ASKED)
    ]
    orders += [
        west | {"instruction_id": f"W{n:02}", "set_ref": str(n)} for n in range(ASKED)
    ]
    write(house, FULFILMENT_ORDERS, orders)
    lines = [{"instruction_id": row["instruction_id"], "qty": 1} for row in orders]
    write(house, INSTRUCTION_LINES, lines)
    lay(house, DIM_NODES, [_node("EAST", "acme"), _node("WEST", "other")])
    lay(house, FCT_ACKNOWLEDGEMENTS, [])
    shipped = {"event_type": "SHIPPED", "instruction_id": "W00", "qty": 1}
    lay(house, FCT_ORDER_EVENTS, [shipped | {"instruction_line_ref": "x"}])
    house.lake.execute("create schema if not exists lake.silver")
    house.lake.execute(
        "create table lake.silver.int_fulfilment_statuses__deduplicated"
        " (instruction_id varchar)"
    )
    return house


def _node(node_id: str, operator_id: str) -> dict[str, object]:
    return {
        "node_id": node_id,
        "operator_id": operator_id,
        "daily_capacity_units": 1000,
    }


def test_a_node_that_says_nothing_is_stopped_and_no_other(asked: House) -> None:
    (gate,) = stopped_nodes(asked).to_dicts()

    assert ("EAST", "ANSWERS_OVERDUE", NIGHT) == (
        gate["node_id"],
        gate["reason_codes"],
        gate["since_at"],
    )
    assert (ASKED, ASKED) == (gate["due_count"], gate["overdue_count"])


def test_one_acknowledgement_of_its_file_sets_it_free(asked: House) -> None:
    ack = {"partner_id": "acme", "interchange_ref": "7", "set_ref": "3"}
    put(
        asked,
        FCT_ACKNOWLEDGEMENTS,
        [ack | {"status_code": "A", "acknowledged_at": NIGHT}],
    )

    assert stopped_nodes(asked).is_empty()


def test_files_that_never_reached_its_partner_stop_it(asked: House) -> None:
    put(
        asked,
        FCT_ORDER_EVENTS,
        [
            {
                "event_type": "SHIPPED",
                "instruction_id": "E00",
                "instruction_line_ref": "x",
            }
        ],
    )
    failed = {"partner_id": "acme", "event_type": "FAILED"}
    files = [
        failed | {"file_name": f"f{n}", "event_at": NIGHT - 2 * HOUR} for n in range(3)
    ]
    write(asked, FILE_DELIVERIES, files)
    before = stopped_nodes(asked)
    late = files[0] | {"event_type": "DELIVERED", "event_at": NIGHT - HOUR}
    write(asked, FILE_DELIVERIES, [late])

    assert ["FILES_UNDELIVERED"] == before["reason_codes"].to_list()
    assert stopped_nodes(asked).is_empty()
