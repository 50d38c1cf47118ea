"""What a published channel sends of stock is what it shows, no count of goods."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_node,
    a_product,
    a_stock_row,
    an_alias,
    provenance,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

TABLES = ("fct_channel_stock", "fct_stock_snapshots", "int_document_rows__quarantined")
PUBLISHED = {"published_channels": ["web_shop"]}


def shown(place: str, sku: str, qty: int, landing_id: int, **words: object) -> Row:
    """What the web shop shows at a place of its own."""
    row = a_stock_row(place, sku, qty, quantity_basis="available", **words)
    return row | provenance(landing_id, words.get("payload_line", 1), "web_shop")


def test_places_are_summed_names_resolved_and_nothing_waits_for_a_node(
    empty: Lake,
    tmp_path: Path,
) -> None:
    lake = empty.copied(tmp_path / "lake")
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    lake.insert("bronze.sku_aliases", [an_alias("a-shop", "A", 1, used_by="web_shop")])
    lake.insert(
        "bronze.stock_snapshots",
        [
            a_stock_row("DC-EAST", "A", 9),
            shown("4711", "A", 5, 7),
            shown("4712", "a-shop", 3, 7, payload_line=2),
            shown("4711", "THEIRS", 1, 7, payload_line=3),
        ],
    )
    assert {"success"} == set(
        lake.make(*(f"+{t}" for t in TABLES), **PUBLISHED).values()
    )
    lake.commit("run_1")
    lake.insert(
        "bronze.stock_snapshots",
        [shown("4711", "A", 4, 8, snapshot_at="2017-12-27T13:00:00-05:00")],
    )
    lake.make(*TABLES, run_id="run_2", since_landing_id=7, **PUBLISHED)

    assert [
        ("web_shop", "A", 7, 2, "2017-12-27 17:00:00+00"),
        ("web_shop", "THEIRS", 1, 1, "2017-12-27 17:00:00+00"),
    ] == lake.query(
        "select channel_id, sku_id, qty, place_count, shown_at::varchar"
        " from gold.fct_channel_stock order by all"
    )
    assert [("DC-EAST", "A", 9)] == lake.query(
        "select node_id, sku_id, qty from gold.fct_stock_snapshots"
    )
    assert [(0,)] == lake.query(
        "select count(*) from silver.int_document_rows__quarantined"
    )
