"""What is told of returns becomes events of their lines, whichever came first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    a_component,
    a_confirmation,
    a_lane,
    a_node,
    a_product,
    a_return,
    an_alias,
    an_order_line,
)
from tests.unit.dbt.conftest import File, Lake

pytestmark = pytest.mark.slow

AGAIN = ("int_returns__deduplicated", *ORDERS_AGAIN)

# Two lines of one SKU, and one of another; two kits of an A and two B.
ORDER: File = (
    "orders",
    [
        an_order_line("o", "1", "A", 2),
        an_order_line("o", "2", "A", 1, payload_line=2),
        an_order_line("o", "3", "B", 4, payload_line=3),
        an_order_line("k", "1", "K", 2, payload_line=4),
    ],
)
ASKED: File = (
    "returns",
    [
        a_return("R1", "REQUESTED", 8, qty="3"),
        # Denied, sent all the same: it was not denied for good.
        a_return("R2", "REQUESTED", 8, payload_line=2, sku_ref="B"),
        a_return("R2", "DENIED", 9, payload_line=3, sku_ref="B"),
        a_return("R3", "REQUESTED", 8, payload_line=4, sku_ref="B", qty="2"),
        a_return("R4", "REQUESTED", 8, payload_line=5, sku_ref="B"),
        a_return("R4", "EXPIRED", 18, payload_line=6, sku_ref="B"),
    ],
)
CAME: File = (
    "returns",
    [
        a_return("R1", "AUTHORISED", 9, qty="3"),
        # The desk's number of the order, from a partner who sells nothing.
        a_return(
            *("R5", "INSPECTED", 12),
            payload_line=2,
            partner_id="own_dcs",
            node_ref="DC-WEST",
            order_line_ref="3",
            sku_ref="B",
            disposition_code="DAMAGED",
        ),
        a_return(
            *("R1", "RECEIVED", 10),
            qty="2",
            payload_line=3,
            node_ref="DC-WEST",
            lot_ref="L-7",
        ),
        a_return("R1", "INSPECTED", 11, qty="2", payload_line=4, node_ref="DC-WEST"),
        a_return("R2", "RECEIVED", 10, payload_line=5, sku_ref="B"),
        a_return("R3", "RECEIVED", 10, payload_line=6, sku_ref="B"),
        a_return("R3", "LOST", 17, payload_line=7, sku_ref="B", qty="2"),
        # A kit comes back as its components; one of them alone.
        a_return("R7", "RECEIVED", 10, payload_line=10, order_ref="k", sku_ref="K"),
        a_return("R8", "RECEIVED", 11, payload_line=11, order_ref="k", sku_ref="B"),
        # Nobody's: the order is not ours.
        a_return("R6", "RECEIVED", 10, payload_line=8, order_ref="x"),
        a_return("R6", "REQUESTED", 9, payload_line=9, order_ref="x"),
    ],
)
SAID = {
    ("R1", "1", "RETURN_EXPECTED", 2, 8),
    ("R1", "2", "RETURN_EXPECTED", 1, 8),
    ("R1", "1", "RETURN_RECEIVED", 2, 10),
    ("R1", "1", "RETURN_INSPECTED", 2, 11),
    ("R1", "2", "RETURN_RECEIVED", 0, 10),
    ("R1", "2", "RETURN_INSPECTED", 0, 11),
    ("R2", "3", "RETURN_EXPECTED", 1, 8),
    ("R2", "3", "RETURN_CANCELLED", 0, 9),
    ("R2", "3", "RETURN_RECEIVED", 1, 10),
    ("R3", "3", "RETURN_EXPECTED", 2, 8),
    ("R3", "3", "RETURN_RECEIVED", 1, 10),
    ("R3", "3", "RETURN_LOST", 1, 17),
    ("R4", "3", "RETURN_EXPECTED", 1, 8),
    ("R4", "3", "RETURN_CANCELLED", 1, 18),
    ("R5", "3", "RETURN_RECEIVED", 1, 12),
    ("R5", "3", "RETURN_INSPECTED", 1, 12),
    ("R7", "1~A", "RETURN_RECEIVED", 1, 10),
    ("R7", "1~B", "RETURN_RECEIVED", 2, 10),
    ("R8", "1~B", "RETURN_RECEIVED", 1, 11),
    ("R6", None, "RETURN_EXPECTED", 0, 9),
    ("R6", None, "RETURN_RECEIVED", 1, 10),
}


@pytest.fixture(scope="module")
def master(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake that knows a node and its SKUs, built once."""
    lake = empty.copied(tmp_path_factory.mktemp("master") / "lake")
    skus = [a_product(sku) for sku in "ABX"] + [a_product("K") | {"is_kit": "true"}]
    lake.insert("bronze.products", skus)
    lake.insert(
        "bronze.kit_components",
        [a_component("K", "A", 1, 1), a_component("K", "B", 2, 1)],
    )
    lake.insert("bronze.nodes", [a_node("DC-WEST")])
    lake.insert("bronze.lanes", [a_lane("NY", "DC-WEST")])
    built = lake.make(*ORDERS_BUILT, "+int_document_rows__quarantined", run_id="run_0")
    assert {"success"} == set(built.values())
    lake.commit("run_0")
    return lake


@pytest.mark.parametrize(
    "files",
    [(CAME, ORDER, ASKED), (ASKED, CAME, ORDER)],
    ids=["the request last", "the order last"],
)
def test_a_return_is_of_the_same_lines_whatever_comes_first(
    files: Sequence[File], master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    lake.play(files, *AGAIN)

    said = lake.query("""
        select split_part(event_id, '/', 2), split_part(line_id, '/', 3), event_type,
            qty, hour(event_at) - 5
        from gold.fct_order_events where source_rank >= 80
    """)

    of_a_lot = lake.query("""
        select split_part(event_id, '/', 2), qty,
            json_extract_string(detail, '$.lots[0].lot'),
            cast(json_extract(detail, '$.lots[0].qty') as bigint)
        from gold.fct_order_events
        where source_rank >= 80 and contains(detail, '"lots"')
    """)

    assert SAID == set(said)
    assert len(SAID) == len(said)
    # One step names it, and is of the same eaches as the others.
    assert {("R1", qty, "L-7", qty) for qty in (0, 1, 2)} == set(of_a_lot)


# What came is another SKU after all.
OTHER_GOODS: File = (
    "returns",
    [
        a_return("R1", "RECEIVED", 12, qty="2", node_ref="DC-WEST", sku_ref="B"),
        a_return(
            *("R1", "INSPECTED", 13),
            payload_line=2,
            qty="2",
            node_ref="DC-WEST",
            sku_ref="B",
        ),
    ],
)


def test_a_return_that_turns_out_to_be_of_other_goods_is_of_no_line_of_the_first(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    lake.play((ORDER, ASKED, CAME, OTHER_GOODS), *AGAIN)

    said = lake.query("""
        select split_part(line_id, '/', 3), sku_id, qty,
            landing_id = max(landing_id) over () as is_news
        from gold.fct_order_events
        where split_part(event_id, '/', 2) = 'R1'
    """)

    came = [row for row in said if row[2]]
    assert {"3"} == {line for line, *_ in came}
    assert {"1", "2", "3"} == {line for line, *_, is_news in said if is_news}
    assert {("1", "A", 0), ("2", "A", 0)} == {row[:3] for row in said if row[0] != "3"}


# Line 3, of B, got an A, and line 1 two of X.
SENT: File = (
    "shipment_confirmations",
    [
        a_confirmation("S", line_ref="3", ordered_sku_ref="B", shipped_qty="1"),
        a_confirmation(
            "S", payload_line=2, sku_ref="X", ordered_sku_ref="A", shipped_qty="2"
        ),
    ],
)
BACK: File = (
    "returns",
    [
        a_return("R1", "RECEIVED", 10, order_line_ref="3"),
        a_return("R2", "RECEIVED", 10, payload_line=2),
        a_return("R3", "RECEIVED", 10, payload_line=3, sku_ref="X"),
        a_return("R4", "RECEIVED", 10, payload_line=4, sku_ref="X", order_line_ref="2"),
        a_return("R5", "RECEIVED", 10, payload_line=5, sku_ref="K"),
    ],
)
OF_LINES = {
    ("R1", "3", "A", 1),
    ("R2", "1", "A", 1),
    ("R3", "1", "X", 1),
    ("R4", "1", "X", 1),
    ("R5", None, "K", 1),
}


def asked_for(master: Lake, folder: Path) -> Lake:
    """A lake in which a node was asked for each of the order's lines."""
    lake = master.copied(folder)
    lake.insert(
        "instructions.instruction_lines",
        [
            {
                "instruction_id": "FO-1",
                "instruction_line_ref": line,
                "line_id": f"web_shop/o/{line}",
            }
            for line in ("1", "2", "3")
        ],
    )
    return lake


WHOSE = """
    select split_part(event_id, '/', 2), split_part(line_id, '/', 3), sku_id, qty,
        landing_id = max(landing_id) over () as is_news
    from gold.fct_order_events where source_rank >= 80
"""


def test_what_left_instead_comes_back_to_the_line_that_it_replaced(
    master: Lake, tmp_path: Path
) -> None:
    """Also where another line is of its SKU, and though it came back first."""
    lake = asked_for(master, tmp_path / "lake")
    lake.play((ORDER, BACK, SENT), *AGAIN)

    said = lake.query(WHOSE)

    assert OF_LINES == {row[:4] for row in said if row[3]}
    # It is news of the lines, too, that they were of before.
    assert {("R1", "1"), ("R1", "3"), ("R3", "1")} <= {r[:2] for r in said if r[4]}


SENT_BY_NAME: File = (
    SENT[0],
    [row | {"sku_ref": f"{row['sku_ref']}-9"} for row in SENT[1]],
)
NAMES: File = ("sku_aliases", [an_alias(f"{sku}-9", sku, 0) for sku in "AX"])


def test_what_left_instead_is_known_when_its_name_is_told_after_it_came_back(
    master: Lake, tmp_path: Path
) -> None:
    lake = asked_for(master, tmp_path / "lake")
    lake.play(
        (ORDER, SENT_BY_NAME, BACK, NAMES),
        *("int_sku_aliases__deduplicated", "int_document_rows__quarantined", *AGAIN),
    )

    said = lake.query(WHOSE)

    assert OF_LINES == {row[:4] for row in said if row[3]}
    assert ("R3", "1") in {row[:2] for row in said if row[4]}
