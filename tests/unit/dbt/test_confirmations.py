"""What nodes confirm, and confirm otherwise, comes to the same events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.dbt.builders import a_confirmation, a_node, a_product
from tests.unit.dbt.conftest import File, Lake

pytestmark = pytest.mark.slow

BUILT = ("+fct_order_events", "+int_document_rows__quarantined")
AGAIN = ("int_order_lines__touched", "fct_order_events")

FIRST: File = ("shipment_confirmations", [a_confirmation("S-1", reason_code="GONE")])
CORRECTED: File = ("shipment_confirmations", [a_confirmation("S-1", shipped_qty="5")])
TAKEN_BACK: File = (
    "shipment_confirmations",
    [a_confirmation("S-1", shipped_qty="0", shipped_on="2017-12-29")],
)


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake that knows the node and two SKUs, built once."""
    lake = Lake(tmp_path_factory.mktemp("master") / "lake")
    lake.create()
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-WEST")])
    assert {"success"} == set(lake.make(*BUILT, run_id="run_0").values())
    lake.commit("run_0")
    return lake


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ((FIRST, CORRECTED), [("SHIPPED", 5)]),
        ((CORRECTED, FIRST), [("SHIPPED", 5)]),
        ((FIRST, TAKEN_BACK), [("SHORT", 5)]),
    ],
    ids=["in turn", "the correction first", "nothing left after all"],
)
def test_what_a_node_no_longer_says_is_of_no_eaches(
    files: Sequence[File],
    left: list[tuple[object, ...]],
    master: Lake,
    tmp_path: Path,
) -> None:
    lake = master.copied(tmp_path / "lake")
    lake.play(files, *AGAIN)

    said = lake.query("""
        select event_type, qty from gold.fct_order_events where qty > 0 order by 1
    """)

    assert left == said
