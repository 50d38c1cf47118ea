"""Copies and changes of an order are one order, in whatever sequence they come."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    Row,
    a_change,
    a_lane,
    a_node,
    a_product,
    an_order_line,
    provenance,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

FIRST_FILE = 10

ADDED: Row = {"line_action": "add", "sku_ref": "A", "qty": "1", "line_amount": "0.90"}

DOCUMENTS: list[tuple[str, list[Row]]] = [
    (
        "orders",
        [an_order_line("o", "1", "A", 2), an_order_line("o", "2", "B", 3)],
    ),
    # by date only: the instant the order was made
    (
        "order_changes",
        [a_change("o", "C1", 0, line_ref="1", line_action="change", qty="5")],
    ),
    (
        "order_changes",
        [
            a_change("o", "C2", 12, line_ref="3", **ADDED),
            a_change("o", "C2", 12, line_ref="2", line_action="delete", qty="0"),
        ],
    ),
    (
        "order_changes",
        [
            a_change("o", "C3", 13, service_code="EXPEDITED", ship_to_street="tok_s"),
            a_change("o", "C3", 13, line_ref="3", line_action="change", qty="2"),
        ],
    ),
]
"""Four files about one order, in the sequence in which they were written."""

CONTENT = {
    "fct_orders": """version_no, is_cancelled, amount_minor, line_count, ordered_qty,
        service_code, ship_to_street, region_code""",
    "fct_order_lines": """line_no, line_ref, sku_id, ordered_qty, line_amount_minor,
        discount_minor, ordered_at""",
    "fct_order_events": """split_part(event_id, '/', 3), event_type, sku_id, qty,
        event_at, reason_code""",
    "fct_order_versions": """version_no, split_part(line_id, '/', 3), field_name,
        before_value, after_value, version_at, document""",
}


def land_master(lake: Lake) -> None:
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    lake.insert("bronze.lanes", [a_lane("NY", "DC-EAST")])


SEQUENCES = list(permutations(range(len(DOCUMENTS))))
"""Every sequence in which the files may arrive; each is an order of its own."""
ORDERS = [f"p{number:02}" for number in range(len(SEQUENCES))]


def land_files(lake: Lake, place: int) -> None:
    """The file that comes at this place of each sequence."""
    found: dict[str, list[Row]] = {"orders": [], "order_changes": []}
    for order, sequence in zip(ORDERS, SEQUENCES, strict=True):
        document, rows = DOCUMENTS[sequence[place]]
        said: Row = {"order_ref": order}
        said |= {"order_name": "#o"} if document == "orders" else {}
        found[document] += [
            row | provenance(FIRST_FILE + place, line, "web_shop") | said
            for line, row in enumerate(rows, start=1)
        ]
    for document, rows in found.items():
        lake.insert(f"bronze.{document}", rows)


Told = dict[str, list[tuple[object, ...]]]


def told(lake: Lake) -> dict[str, Told]:
    """What gold says of each order, without provenance and the order's own name."""
    found: dict[str, Told] = {order: {} for order in ORDERS}
    for table, columns in CONTENT.items():
        key = "line_id" if table == "fct_order_events" else "order_id"
        rows = lake.query(f"""
            select split_part({key}, '/', 2), {columns} from gold.{table}
            order by all
        """)
        for order, *row in rows:
            found[str(order)].setdefault(table, []).append(tuple(row))
    return found


@pytest.fixture(scope="module")
def at_once(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """All sequences in one run."""
    lake = empty.copied(tmp_path_factory.mktemp("once") / "lake")
    land_master(lake)
    for place in range(len(DOCUMENTS)):
        land_files(lake, place)
    assert {"success"} == set(lake.make(*ORDERS_BUILT).values())
    return lake


def test_changes_make_versions_with_a_diff(at_once: Lake) -> None:
    assert [
        (2, "1", "line_amount_minor", "200", "500"),
        (2, "1", "qty", "2", "5"),
        (3, "2", "line", "3 x B", None),
        (3, "3", "line", None, "1 x A"),
        (4, "", "service_code", "STANDARD", "EXPEDITED"),
        (4, "", "ship_to_street", None, "tok_s"),
        (4, "3", "line_amount_minor", "90", "180"),
        (4, "3", "qty", "1", "2"),
    ] == [row[:5] for row in told(at_once)[ORDERS[0]]["fct_order_versions"]]


def test_current_lines_follow_the_changes(at_once: Lake) -> None:
    assert [
        (1, "1", "A", 5, 500),
        (2, "2", "B", 0, 0),
        (3, "3", "A", 2, 180),
    ] == [row[:5] for row in told(at_once)[ORDERS[0]]["fct_order_lines"]]


def test_events_say_what_a_change_did(at_once: Lake) -> None:
    assert [
        ("1", "ACCEPTED", "A", 2),
        ("1", "AMENDED", "A", 3),
        ("2", "ACCEPTED", "B", 3),
        ("2", "CANCELLED", "B", 3),
        ("3", "ACCEPTED", "A", 1),
        ("3", "AMENDED", "A", 1),
    ] == [row[:4] for row in told(at_once)[ORDERS[0]]["fct_order_events"]]


def test_a_diff_names_the_file_and_line_of_its_change(at_once: Lake) -> None:
    sql = f"""
        select distinct version_no, payload_sha256, payload_line
        from gold.fct_order_versions where order_id = 'web_shop/{ORDERS[0]}'
        order by all
    """
    file = [f"sha-{FIRST_FILE + place}" for place in range(4)]

    assert [
        (2, file[1], 1),
        (3, file[2], 1),
        (3, file[2], 2),
        (4, file[3], 1),
        (4, file[3], 2),
    ] == at_once.query(sql)


def test_the_sequence_of_arrival_changes_nothing_in_one_run(at_once: Lake) -> None:
    found = told(at_once)

    assert dict.fromkeys(ORDERS, found[ORDERS[0]]) == found


def test_the_sequence_of_arrival_changes_nothing_over_many_runs(
    at_once: Lake, lake: Lake
) -> None:
    """Each file of each sequence comes in a run of its own."""
    land_master(lake)
    for place in range(len(DOCUMENTS)):
        land_files(lake, place)
        since = FIRST_FILE + place - 1 if place else -1
        chosen = ORDERS_AGAIN if place else ORDERS_BUILT
        lake.make(*chosen, run_id=f"run_{place}", since_landing_id=since)
        lake.commit(f"run_{place}")

    first = told(at_once)[ORDERS[0]]
    assert dict.fromkeys(ORDERS, first) == told(lake)
