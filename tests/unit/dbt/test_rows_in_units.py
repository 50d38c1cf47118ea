"""Stock and shipments in units of the SKU: counted by its row, or waiting for it."""

from __future__ import annotations

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_confirmation,
    a_node,
    a_notice,
    a_product,
    a_receipt,
    a_stock_row,
    a_unit,
    an_adjustment,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

WAITING = "int_document_rows__quarantined"
COUNTED = {
    "stock_snapshots": ("gold.fct_stock_snapshots", "node_id || '/' || sku_id", "qty"),
    "receipts": ("gold.fct_receipts", "receipt_id", "qty"),
    "stock_adjustments": ("gold.fct_stock_adjustments", "adjustment_id", "qty"),
    "shipment_confirmations": (
        "gold.fct_order_events",
        "split_part(event_id, '/', 2)",
        "qty",
    ),
    "ship_notices": (
        "silver.int_ship_notices__deduplicated",
        "notice_line_id",
        "shipped_qty",
    ),
}
"""What each document becomes: table, name of a row, its quantity."""

TABLES = [table.partition(".")[2] for table, *_ in COUNTED.values()]
BUILT = (*(f"+{table}" for table in TABLES), f"+{WAITING}")
AGAIN = ("int_units_of_measure__deduplicated", *TABLES, WAITING)

IN_CASES: Row = {"uom_code": "CS"}
IN_BOXES: Row = {"uom_code": "BX"}
DAY: dict[str, list[Row]] = {
    "products": [a_product("A"), a_product("B")],
    "nodes": [a_node("DC-EAST"), a_node("DC-WEST")],
    "units_of_measure": [
        a_unit("B", "BX", 6, 1),
        a_unit("B", "BX", 8, 1, valid_from="2017-12-28"),
    ],
    "stock_snapshots": [
        a_stock_row("DC-EAST", "A", 5),
        a_stock_row("DC-EAST", "A", 2, lot_ref="L2", payload_line=2, **IN_CASES),
        a_stock_row("DC-EAST", "B", 3, payload_line=3, **IN_BOXES),
        a_stock_row("DC-WEST", "A", 3, payload_line=4, **IN_CASES),
        a_stock_row("DC-WEST", "A", 5, payload_line=5),
        # Two files say what was there at noon: one of them holds, and all of it.
        a_stock_row("DC-WEST", "B", 3, payload_line=6),
        a_stock_row("DC-WEST", "B", 1, payload_line=7, **IN_BOXES),
        a_stock_row("DC-WEST", "B", 4, landing_id=16),
        a_stock_row("DC-WEST", "B", 5, landing_id=16, payload_line=2, **IN_BOXES),
    ],
    "receipts": [
        a_receipt("R-1", "A", 4, **IN_CASES),
        a_receipt("R-2", "B", 4, received_on="2017-12-28", payload_line=2, **IN_BOXES),
    ],
    "stock_adjustments": [an_adjustment("J-1", "A", -1, **IN_CASES)],
    "shipment_confirmations": [a_confirmation("S-1", **IN_CASES)],
    "ship_notices": [a_notice("N-1", "1", 9, **IN_CASES)],
}

AT_FIRST = {
    "stock_snapshots": [("DC-EAST/B", 18), ("DC-WEST/B", 34)],
    "receipts": [("DC-EAST/R-2/1", 32)],
}
IN_THE_END = {
    "stock_snapshots": [
        ("DC-EAST/A", 29),
        ("DC-EAST/B", 18),
        ("DC-WEST/A", 41),
        ("DC-WEST/B", 34),
    ],
    "receipts": [("DC-EAST/R-1/1", 48), ("DC-EAST/R-2/1", 32)],
    "stock_adjustments": [("DC-EAST/J-1/1", -12)],
    "shipment_confirmations": [("S-1", 24), ("S-1", 36)],
    "ship_notices": [("own_dcs/N-1/1//", 48)],
}


@pytest.fixture(scope="module")
def first_day(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake after run_1 of DAY, which brings no row for cases of A."""
    lake = empty.copied(tmp_path_factory.mktemp("day") / "lake")
    for document, told in DAY.items():
        lake.insert(f"bronze.{document}", told)
    assert {"success"} == set(lake.make(*BUILT).values())
    lake.commit("run_1")
    return lake


@pytest.fixture(scope="module")
def next_day(first_day: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A copy of it after run_2, which brings that row and nothing else."""
    lake = first_day.copied(tmp_path_factory.mktemp("next") / "lake")
    lake.insert("bronze.units_of_measure", [a_unit("A", "CS", 12, 20)])
    lake.make(*AGAIN, run_id="run_2", since_landing_id=19)
    return lake


def counted(lake: Lake, document: str) -> list[tuple[object, ...]]:
    table, name, qty = COUNTED[document]
    return lake.query(f"select {name}, {qty} from {table} order by all")


@pytest.mark.parametrize("document", COUNTED)
def test_what_is_counted_in_a_unit_that_nobody_told_is_not_there(
    first_day: Lake, document: str
) -> None:
    assert AT_FIRST.get(document, []) == counted(first_day, document)


@pytest.mark.parametrize("document", COUNTED)
def test_the_units_row_sets_it_free_in_eaches(next_day: Lake, document: str) -> None:
    assert IN_THE_END[document] == counted(next_day, document)


def test_it_waits_with_its_reason(first_day: Lake) -> None:
    said = "no row of units_of_measure says how many eaches are in a CS of SKU A"
    sql = f"""
        select document, code, column_name, detail, uom_code, payload_line
        from silver.{WAITING} where is_open order by document, payload_line
    """

    assert [
        (document, "UNKNOWN_UNIT", "uom_code", said, "CS", line)
        for document, line in [
            ("receipts", 1),
            ("ship_notices", 1),
            ("shipment_confirmations", 1),
            ("stock_adjustments", 1),
            ("stock_snapshots", 2),
            ("stock_snapshots", 4),
        ]
    ] == first_day.query(sql)


def test_nothing_waits_once_the_row_is_there(next_day: Lake) -> None:
    assert [(0,)] == next_day.query(
        f"select count(*) from silver.{WAITING} where is_open"
    )


def test_a_row_set_free_is_new_to_the_run_that_reads_it(next_day: Lake) -> None:
    assert [("DC-EAST/R-1/1", 20), ("DC-EAST/R-2/1", 7)] == next_day.query(
        "select receipt_id, landing_id from gold.fct_receipts order by 1"
    )
