"""Since when a node is known to have read what it was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from transforms.contracts.decisions import FULFILMENT_ORDERS, INSTRUCTION_LINES
from transforms.contracts.gold import FCT_ACKNOWLEDGEMENTS
from transforms.contracts.table import Table
from transforms.reconciliation.acknowledgements import released_eaches

HEARD = datetime(2017, 12, 28, 5, 10, tzinfo=UTC)


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=table.schema)


def test_refused_and_silent_instructions_are_not_known_to_be_read() -> None:
    sets = {"FO-READ": "0001", "FO-REFUSED": "0002", "FO-SILENT": "0003"}
    file = {"partner_id": "acme_3pl", "control_ref": "7", "node_id": "EAST"}
    orders = rows(
        FULFILMENT_ORDERS,
        *(file | {"instruction_id": i, "set_ref": s} for i, s in sets.items()),
    )
    lines = rows(
        INSTRUCTION_LINES,
        *({"instruction_id": i, "sku_id": i[3:], "qty": 2} for i in sets),
    )
    said = {
        "partner_id": "acme_3pl",
        "interchange_ref": "7",
        "acknowledged_at": HEARD,
    }
    acks = rows(
        FCT_ACKNOWLEDGEMENTS,
        said | {"set_ref": "0001", "status_code": "A"},
        said | {"set_ref": "0002", "status_code": "R"},
    )

    found = released_eaches(orders, lines, acks).sort("sku_id")

    assert [
        ("EAST", "READ", 2, HEARD),
        ("EAST", "REFUSED", 2, None),
        ("EAST", "SILENT", 2, None),
    ] == found.rows()
