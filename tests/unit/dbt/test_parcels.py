"""What carriers say of parcels becomes events of their lines, whichever came first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.dbt.builders import a_confirmation, a_node, a_product, a_scan
from tests.unit.dbt.conftest import File, Lake

pytestmark = pytest.mark.slow

BUILT = ("+fct_order_events", "+int_document_rows__quarantined")
AGAIN = (
    "int_tracking_events__deduplicated",
    *("int_orders__touched", "int_order_lines__touched"),
    "fct_order_events",
)

T_5 = {"tracking_ref": "T-5", "instruction_ref": "FO-4"}
# Instruction FO-1 left in two parcels, the others in one each.
PARCELS: File = (
    "shipment_confirmations",
    [
        a_confirmation("S-1"),
        a_confirmation("S-1", tracking_ref="T-2", shipped_qty="2", payload_line=2),
        a_confirmation(
            "S-2", tracking_ref="T-3", instruction_ref="FO-2", payload_line=3
        ),
        a_confirmation(
            "S-3", tracking_ref="T-4", instruction_ref="FO-3", payload_line=4
        ),
        # Two lots of a line in one parcel.
        a_confirmation("S-4", **T_5, payload_line=5, lot_ref="L-7", shipped_qty="1"),
        a_confirmation("S-4", **T_5, payload_line=7, lot_ref="L-8", shipped_qty="2"),
        # The first of them, told once more under another number.
        a_confirmation("S-9", payload_line=6),
    ],
)
LOST: File = (
    "tracking_events",
    [a_scan("T-1", "LOST", 9), a_scan("T-3", "RETURN_TO_SENDER", 9, payload_line=2)],
)
FOUND: File = (
    "tracking_events",
    [
        a_scan("T-1", "DELIVERED", 15),
        a_scan("T-2", "DELIVERED", 10, payload_line=2),
        # Back at the door it came from: delivered to nobody.
        a_scan("T-3", "DELIVERED", 18, payload_line=3),
        a_scan("T-2", "DELIVERED", 11, payload_line=4),
        # A word that nobody knows is kept and moves nothing.
        a_scan("T-4", "UNKNOWN", 8, payload_line=5),
        a_scan("T-9", "DELIVERED", 8, payload_line=6),
        a_scan("T-4", "DELIVERED", 9, payload_line=7, is_return="true"),
        # Lost for two hours, and then at our door.
        a_scan("T-5", "LOST", 8, payload_line=8),
        a_scan("T-5", "RETURN_TO_SENDER", 10, payload_line=9),
    ],
)
SAID = {
    ("FO-1", "LOST", 3, 9),
    ("FO-1", "FOUND", 3, 15),
    ("FO-1", "DELIVERED", 2, 10),
    ("FO-2", "RTS", 3, 9),
    ("FO-2", "DELIVERED", 0, 18),
    ("FO-1", "LOST", 0, 9),
    ("FO-1", "FOUND", 0, 15),
    ("FO-4", "LOST", 0, 8),
    ("FO-4", "RTS", 3, 10),
}


@pytest.fixture(scope="module")
def master(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake that knows the node and SKU A, built once."""
    lake = empty.copied(tmp_path_factory.mktemp("master") / "lake")
    lake.insert("bronze.products", [a_product("A")])
    lake.insert("bronze.nodes", [a_node("DC-WEST")])
    assert {"success"} == set(lake.make(*BUILT, run_id="run_0").values())
    lake.commit("run_0")
    return lake


@pytest.mark.parametrize(
    "files",
    [(LOST, PARCELS, FOUND), (FOUND, LOST, PARCELS)],
    ids=["the node between", "the node last"],
)
def test_a_carrier_s_word_is_the_same_whatever_comes_first(
    files: Sequence[File], master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    lake.play(files, *AGAIN)

    said = lake.query("""
        select instruction_id, event_type, qty, hour(event_at) - 5
        from gold.fct_order_events where source_rank = 70
    """)

    lots = lake.query("""
        select event_type, qty, detail ->> '$.lots[*].lot' from gold.fct_order_events
        where detail like '%"lots"%' and instruction_id = 'FO-4'
            and event_type in ('SHIPPED', 'SHORT', 'RTS')
    """)

    assert SAID == set(said)
    named = ["L-7", "L-8"]
    assert [("RTS", 3, named), ("SHIPPED", 3, named), ("SHORT", 2, named)] == sorted(
        lots
    )
    assert [(11,)] == lake.query(
        "select count(*) from silver.int_tracking_events__deduplicated"
    )
