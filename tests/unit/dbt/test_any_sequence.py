"""Copies, versions, an 860, payments, a hold, what left: any sequence, one order."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    Row,
    a_change,
    a_lane,
    a_node,
    a_product,
    an_action,
    an_order_line,
    provenance,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

FIRST_FILE = 10
Known = Counter[tuple[object, ...]]
"""Rows of an order, without provenance, and how often each stands there."""
PAID = "fct_payments"
BUILT: tuple[str, ...] = (*ORDERS_BUILT, f"+{PAID}")
AGAIN: tuple[str, ...] = (*ORDERS_AGAIN, "int_payments__deduplicated", PAID)


def a_payment(ref: str, kind: str, hour: int, **words: object) -> Row:
    """A payment of 5.00 of the order, at an hour of its day."""
    at = f"2017-12-27T{hour:02}:00:00-05:00"
    return {
        "format": "csv_payments",
        "payment_ref": ref,
        "kind": kind,
        "status_code": "SUCCEEDED",
        "method": "card",
        "amount": "5.00",
        "currency_code": "USD",
        "occurred_at": at,
        "updated_at": at,
        "is_test": "false",
    } | words


ORDER = [an_order_line("o", "1", "A", 2), an_order_line("o", "2", "B", 3)]
REVISED = {"action": "update", "updated_at": "2017-12-27T11:00:00-05:00"}
ADDED: Row = {"line_action": "add", "sku_ref": "A", "qty": "1", "line_amount": "0.90"}
INSTEAD = {"line_ref": "2", "alternative_ref": "A", "ratio": "2", "reason_code": None}
FILES: list[tuple[str, list[Row]]] = [
    ("orders", ORDER),
    ("orders", ORDER),
    (
        "orders",
        [
            an_order_line("o", "1", "A", 4, shipped_qty="1", **REVISED),
            an_order_line("o", "2", "B", 3, **REVISED),
        ],
    ),
    (
        "order_changes",
        [
            a_change("o", "C1", 12, line_ref="3", **ADDED),
            a_change("o", "C1", 12, line_ref="2", line_action="delete", qty="0"),
        ],
    ),
    (
        "order_actions",
        [
            an_action("o", "A1", "HOLD", 10),
            an_action("o", "A2", "UNHOLD", 13),
            an_action("o", "A3", "CANCEL", 14, line_ref="3"),
            an_action("o", "A4", "SUBSTITUTE", 11, **INSTEAD),
        ],
    ),
    ("payments", [a_payment("P1", "AUTHORISATION", 9)]),
    (
        "payments",
        [
            a_payment("P1", "AUTHORISATION", 9)
            | {"updated_at": "2017-12-27T13:00:00-05:00", "captured_amount": "5.00"},
            a_payment("P2", "CAPTURE", 13, parent_ref="P1"),
        ],
    ),
    ("payments", [a_payment("P3", "REFUND", 14, parent_ref="P1", order_ref=None)]),
]
"""An order, its copy, its next version, a change, what operators did to it (of the
line that the change takes away they had another SKU sent), and payments of before and
after, one of which names the order by what it gives back."""

IN_TURN = tuple(range(len(FILES)))
SEQUENCES = [
    IN_TURN,
    IN_TURN[::-1],
    *Random(20171227).sample(list(permutations(IN_TURN)), 22),  # noqa: S311 repeatable, no secret
]
"""Sequences in which the files may arrive, drawn; each is an order of its own."""
ORDERS = [f"p{number:02}" for number in range(len(SEQUENCES))]

CONTENT = {
    "gold.fct_orders": """version_no, is_cancelled, amount_minor, line_count,
        ordered_qty""",
    "gold.fct_order_lines": "line_no, line_ref, sku_id, ordered_qty, line_amount_minor",
    "gold.fct_order_events": """split_part(event_id, '/', 3), event_type, sku_id, qty,
        event_at, reason_code""",
    "gold.fct_order_versions": """version_no, split_part(line_id, '/', 3), field_name,
        before_value, after_value, version_at, document""",
    f"gold.{PAID}": """split_part(payment_id, '-', 2), payment_kind, amount_minor,
        captured_minor, updated_at""",
}


def land_master(lake: Lake) -> None:
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    lake.insert("bronze.lanes", [a_lane("NY", "DC-EAST")])


def land_files(lake: Lake, place: int) -> None:
    """The file that comes at this place of each sequence, its rows shuffled."""
    found: dict[str, list[Row]] = {}
    for order, sequence in zip(ORDERS, SEQUENCES, strict=True):
        document, rows = FILES[sequence[place]]
        shuffled = Random(f"{order}/{place}").sample(rows, len(rows))  # noqa: S311 repeatable, no secret
        found.setdefault(document, []).extend(
            row | provenance(FIRST_FILE + place, line, sender(row)) | of(order, row)
            for line, row in enumerate(shuffled, start=1)
        )
    for document, rows in found.items():
        lake.insert(f"bronze.{document}", rows)


def sender(row: Row) -> str:
    return "operators" if "action_ref" in row else "web_shop"


def of(order: str, row: Row) -> Row:
    """What makes a row that of an order of its own."""
    said: Row = {"order_ref": None if row.get("order_ref", "") is None else order}
    said |= {"order_name": "#o"} if "order_name" in row else {}
    said |= {
        k: f"{order}-{row[k]}" for k in ("payment_ref", "parent_ref") if row.get(k)
    }
    return said


def told(lake: Lake) -> dict[str, Known]:
    """What is known of each order, without provenance and the order's own name."""
    found = {order: Known() for order in ORDERS}
    for table, columns in CONTENT.items():
        key = "line_id" if table.endswith("events") else "order_id"
        for order, *row in lake.query(
            f"select split_part({key}, '/', 2), {columns} from {table}"
        ):
            found[str(order)][table, *row] += 1
    return found


@pytest.fixture(scope="module")
def at_once(
    empty: Lake,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Known]:
    """What is known once all sequences came in one run."""
    lake = empty.copied(tmp_path_factory.mktemp("once") / "lake")
    land_master(lake)
    for place in range(len(FILES)):
        land_files(lake, place)
    assert {"success"} == set(lake.make(*BUILT).values())
    return told(lake)


def test_there_is_one_order_of_two_versions_and_what_was_paid_for_it(
    at_once: dict[str, Known],
) -> None:
    first = at_once[ORDERS[0]]

    assert [(3, False)] == [row[1:3] for row in first if row[0] == "gold.fct_orders"]
    assert {("1", 4), ("2", 0), ("3", 1)} == {
        (row[2], row[4]) for row in first if row[0] == "gold.fct_order_lines"
    }
    linked = next(str(row[1]) for row in first if str(row[1]).startswith("2~"))
    assert [("2", "A", 0, 0)] == [
        row[2:6] for row in first if row[0].endswith("lines") and row[2:4] == ("2", "A")
    ]
    assert [("CANCELLED", "A", 6)] == [
        row[2:5] for row in first if row[1] == linked and row[2] == "CANCELLED"
    ]
    assert {
        (line, kind)
        for line in ("1", "2", linked, "3")
        for kind in ("HOLD", "UNHOLD", "CANCELLED")
        if line == "3" or kind != "CANCELLED"
    } == {(row[1], row[2]) for row in first if row[6:] == ("FRAUD",)}
    assert {("P1", 500, 500), ("P2", 500, None), ("P3", 500, None)} == {
        (row[1], row[3], row[4]) for row in first if row[0].endswith(PAID)
    }


def test_no_sequence_of_files_and_rows_changes_anything(
    at_once: dict[str, Known],
) -> None:
    assert dict.fromkeys(ORDERS, at_once[ORDERS[0]]) == at_once


def test_nor_does_it_when_each_file_comes_in_a_run_of_its_own(
    empty: Lake, at_once: dict[str, Known], tmp_path: Path
) -> None:
    lake = empty.copied(tmp_path / "lake")
    land_master(lake)
    for place in range(len(FILES)):
        land_files(lake, place)
        since = FIRST_FILE + place - 1 if place else -1
        lake.make(
            *(AGAIN if place else BUILT), run_id=f"run_{place}", since_landing_id=since
        )
        lake.commit(f"run_{place}")

    assert dict.fromkeys(ORDERS, at_once[ORDERS[0]]) == told(lake)
