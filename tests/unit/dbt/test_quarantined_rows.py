"""Rows of stock and the like that name what nobody knows: they wait, and heal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_confirmation,
    a_landed_file,
    a_node,
    a_product,
    a_receipt,
    a_stock_row,
    an_alias,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

WAITING = "int_document_rows__quarantined"
BUILT = (
    *("+fct_stock_snapshots", "+fct_receipts", "+fct_order_events"),
    f"+{WAITING}",
)

AGAIN = (
    *("int_skus__known", "int_sku_aliases__deduplicated", WAITING),
    *("fct_stock_snapshots", "fct_receipts", "fct_order_events"),
)
"""The tables of it: views stand."""

DAY: dict[str, list[Row]] = {
    "products": [a_product("A"), a_product("B")],
    "nodes": [a_node("DC-EAST"), a_node("DC-WEST")],
    "stock_snapshots": [
        a_stock_row("DC-EAST", "A", 5),
        a_stock_row("DC-EAST", "A", 3, lot_ref="L2", payload_line=2),
        a_stock_row("DC-EAST", "A-CASE", 2, payload_line=3),
        a_stock_row("DC-NORTH", "A", 7, payload_line=4),
    ],
    "receipts": [
        a_receipt("R-1", "A", 4),
        a_receipt("R-2", "Z", 4, payload_line=2),
        a_receipt("R-3", "Y", 4, payload_line=3),
    ],
    "shipment_confirmations": [a_confirmation("S-1", sku_ref="A-CASE")],
}


def land(lake: Lake, rows: dict[str, list[Row]]) -> None:
    for document, told in rows.items():
        lake.insert(f"bronze.{document}", told)


@pytest.fixture(scope="module")
def built(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake after run_1 of DAY; every test has a copy of its own."""
    lake = empty.copied(tmp_path_factory.mktemp("day") / "lake")
    land(lake, DAY)
    statuses = lake.make(*BUILT)
    lake.commit("run_1")
    assert {"success"} == set(statuses.values())
    return lake


@pytest.fixture
def first_day(built: Lake, tmp_path: Path) -> Lake:
    """A copy of the lake after run_1."""
    return built.copied(tmp_path / "lake")


def is_no(kind: str, name: str) -> str:
    """What is said of an unknown name."""
    master = {"node": "node", "SKU": "product"}[kind]
    return f"{kind} {name} is not in the {master} master"


def waiting(lake: Lake) -> list[tuple[object, ...]]:
    return lake.query(f"""
        select document, code, payload_line, detail from silver.{WAITING}
        where is_open order by document, payload_line
    """)


def stock(lake: Lake) -> list[tuple[object, ...]]:
    return lake.query("""
        select node_id, sku_id, qty from gold.fct_stock_snapshots
        order by snapshot_at, node_id, sku_id
    """)


def test_a_row_of_an_unknown_node_or_sku_waits_with_its_reason(
    first_day: Lake,
) -> None:
    assert [
        ("receipts", "UNKNOWN_SKU", 2, is_no("SKU", "Z")),
        ("receipts", "UNKNOWN_SKU", 3, is_no("SKU", "Y")),
        ("shipment_confirmations", "UNKNOWN_SKU", 1, is_no("SKU", "A-CASE")),
        ("stock_snapshots", "UNKNOWN_SKU", 3, is_no("SKU", "A-CASE")),
        ("stock_snapshots", "UNKNOWN_NODE", 4, is_no("node", "DC-NORTH")),
    ] == waiting(first_day)


def test_lots_of_a_sku_add_up(first_day: Lake) -> None:
    assert [("DC-EAST", "A", 8)] == stock(first_day)


def test_an_alias_sets_free_what_waited_for_it_in_eaches(first_day: Lake) -> None:
    first_day.insert("bronze.sku_aliases", [an_alias("A-CASE", "A", 20, eaches="12")])

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [("DC-EAST", "A", 5 + 3 + 24)] == stock(first_day)
    assert [("S-1", 36, 20)] == first_day.query("""
        select split_part(event_id, '/', 2), qty, landing_id
        from gold.fct_order_events where event_type = 'SHIPPED'
    """)
    assert [2, 3, 4] == [line for _, _, line, _ in waiting(first_day)]


def test_a_node_sets_free_what_waited_for_it(first_day: Lake) -> None:
    first_day.insert("bronze.nodes", [a_node("DC-NORTH") | {"landing_id": 20}])

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [("DC-EAST", "A", 8), ("DC-NORTH", "A", 7)] == stock(first_day)


def test_a_node_says_how_many_lines_it_picks_or_nothing(first_day: Lake) -> None:
    told = {"daily_capacity_lines": "40", "landing_id": 20}
    first_day.insert("bronze.nodes", [a_node("DC-NORTH") | told])

    first_day.make("+dim_nodes")

    assert [("DC-EAST", None), ("DC-NORTH", 40), ("DC-WEST", None)] == first_day.query(
        "select node_id, daily_capacity_lines from gold.dim_nodes order by node_id"
    )


def test_a_receipt_that_waited_is_new_to_the_run_that_sets_it_free(
    first_day: Lake,
) -> None:
    first_day.insert("bronze.products", [a_product("Z", 20), a_product("A", 20)])

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [("DC-EAST/R-1/1", 7), ("DC-EAST/R-2/1", 20)] == first_day.query(
        "select receipt_id, landing_id from gold.fct_receipts order by 1"
    )


@pytest.mark.parametrize("died_after", ["fct_receipts", WAITING])
def test_what_a_dead_run_set_free_the_next_one_finds(
    first_day: Lake, died_after: str
) -> None:
    first_day.insert("bronze.products", [a_product("Z", 20)])
    first_day.make("int_skus__known", died_after, run_id="run_2", since_landing_id=7)

    first_day.make(*AGAIN, run_id="run_3", since_landing_id=7, is_standing=False)

    assert [("DC-EAST/R-1/1", 7), ("DC-EAST/R-2/1", 20)] == first_day.query(
        "select receipt_id, landing_id from gold.fct_receipts order by 1"
    )
    assert [3] == [line for doc, _, line, _ in waiting(first_day) if doc == "receipts"]


OTHERS: dict[str, list[Row]] = {
    "nodes": [a_node("3PL-SOUTH") | {"operator_id": "acme", "landing_id": 20}],
    "stock_snapshots": [
        a_stock_row("3PL-SOUTH", "A", 900, landing_id=21, payload_line=1),
        a_stock_row("3PL-SOUTH", "A", 6, landing_id=22) | {"partner_id": "acme"},
        a_stock_row("DC-WEST", "B", 2, landing_id=23) | {"partner_id": "web_shop"},
    ],
}
"""A count of another operator's node, of its own, and by one who runs none."""


def test_what_a_node_holds_is_not_said_by_who_runs_another(first_day: Lake) -> None:
    land(first_day, OTHERS)

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [("3PL-SOUTH", "A", 6), ("DC-EAST", "A", 8), ("DC-WEST", "B", 2)] == stock(
        first_day
    )
    wrong = [row for row in waiting(first_day) if row[1] == "WRONG_NODE"]
    assert [
        ("stock_snapshots", "WRONG_NODE", 1, "node 3PL-SOUTH is not run by own_dcs")
    ] == wrong


def test_a_count_is_taken_once_its_sender_runs_the_node(first_day: Lake) -> None:
    row = a_stock_row("3PL-SOUTH", "B", 900, landing_id=21)
    land(first_day, OTHERS | {"stock_snapshots": [row]})
    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)
    first_day.commit("run_2")
    first_day.insert("bronze.nodes", [a_node("3PL-SOUTH") | {"landing_id": 30}])

    first_day.make(*AGAIN, run_id="run_3", since_landing_id=23)

    assert ("3PL-SOUTH", "B", 900) in stock(first_day)
    assert "WRONG_NODE" not in [code for _, code, _, _ in waiting(first_day)]


def test_a_corrected_row_takes_the_place_of_the_one_that_waits(
    first_day: Lake,
) -> None:
    right = a_receipt("R-2", "B", 4, landing_id=20)
    first_day.insert("bronze.receipts", [right])

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [3] == [line for doc, _, line, _ in waiting(first_day) if doc == "receipts"]
    assert [("A",), ("B",)] == first_day.query(
        "select sku_id from gold.fct_receipts order by receipt_id"
    )


def test_a_later_snapshot_of_the_node_makes_an_earlier_row_void(
    first_day: Lake,
) -> None:
    tomorrow = {"snapshot_at": "2017-12-28T12:00:00-05:00", "landing_id": 20}
    first_day.insert(
        "bronze.stock_snapshots", [a_stock_row("DC-EAST", "A", 9, **tomorrow)]
    )

    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)

    assert [4] == [
        line for doc, _, line, _ in waiting(first_day) if doc == "stock_snapshots"
    ]


def test_a_void_row_still_heals(first_day: Lake) -> None:
    """What a node held that day is the same whenever we learn the SKU's name."""
    tomorrow = {"snapshot_at": "2017-12-28T12:00:00-05:00", "landing_id": 20}
    first_day.insert(
        "bronze.stock_snapshots", [a_stock_row("DC-EAST", "A", 9, **tomorrow)]
    )
    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)
    first_day.commit("run_2")
    first_day.insert("bronze.sku_aliases", [an_alias("A-CASE", "A", 30)])

    first_day.make(*AGAIN, run_id="run_3", since_landing_id=20)

    assert [("DC-EAST", "A", 10), ("DC-EAST", "A", 9)] == stock(first_day)


@pytest.mark.parametrize("lines", ["1", "7.1", "9.1to3", "1.5to6.9"])
def test_a_mended_line_waits_no_more_and_never_comes_back(
    first_day: Lake, lines: str
) -> None:
    sha = "0123456789abcdef"
    wrong = a_receipt("R-9", "Q", 4, landing_id=20) | {"payload_sha256": sha}
    first_day.insert("bronze.receipts", [wrong])
    first_day.make(*AGAIN, run_id="run_2", since_landing_id=7)
    first_day.commit("run_2")
    mend = {"file_name": f"receipts_mend-{sha[:12]}-{lines}_ana_typo.csv"}
    first_day.insert(
        "bronze.landing_ledger", [a_landed_file(21, "own_dcs", "receipts") | mend]
    )
    first_day.insert("bronze.receipts", [a_receipt("R-8", "B", 4, landing_id=21)])
    first_day.insert("bronze.products", [a_product("Q", 22)])

    first_day.make(*AGAIN, run_id="run_3", since_landing_id=20)

    assert [2, 3] == [
        line for doc, _, line, _ in waiting(first_day) if doc == "receipts"
    ]
    assert [("DC-EAST/R-1/1",), ("DC-EAST/R-8/1",)] == first_day.query(
        "select receipt_id from gold.fct_receipts order by 1"
    )
