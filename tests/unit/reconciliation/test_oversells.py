"""Why what was promised was not there: one class for each, with its timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    NODE_CONFIDENCE,
    STOCK_VARIANCES,
)
from transforms.contracts.gold import FCT_RECEIPTS
from transforms.contracts.table import INSTANT, INTEGER, TEXT, Table
from transforms.reconciliation.oversells import (
    OversellFacts,
    by_cause,
    explain_oversells,
)

PROMISED = datetime(2017, 12, 28, 5, tzinfo=UTC)
MISSED = PROMISED + timedelta(hours=14)
HOUR = timedelta(hours=1)
UNITS = pl.Schema({"sku_id": TEXT, "eaches": INTEGER})
KITS = pl.Schema(
    {
        "node_id": TEXT,
        "sku_id": TEXT,
        "kit_sku_id": TEXT,
        "qty": INTEGER,
        "at": INSTANT,
    }
)
MISSING = pl.Schema(
    {
        "event_id": TEXT,
        "line_id": TEXT,
        "node_id": TEXT,
        "sku_id": TEXT,
        "qty": INTEGER,
        "reason_code": TEXT,
        "missed_at": INSTANT,
    }
)
PROMISES = pl.Schema({"line_id": TEXT, "node_id": TEXT, "promised_at": INSTANT})
PLACE = {"node_id": "EAST", "sku_id": "A"}


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=table.schema)


def a_count(hours: int, verdict: str = "TRUSTED") -> dict[str, Any]:
    """The run that promised knew a count so many hours old."""
    at = PROMISED - hours * HOUR
    said = {"as_of": PROMISED, "snapshot_at": at, "verdict": verdict}
    return {"node_id": "EAST"} | said


def a_receipt(paper: str, hours: int) -> dict[str, Any]:
    """Five eaches received so many hours before the promise."""
    at = PROMISED - hours * HOUR
    return PLACE | {"receipt_id": f"EAST/{paper}/1", "qty": 5, "event_at": at}


MISS = {"event_id": "E1", "line_id": "o/1/1", "qty": 2, "reason_code": "OUT_OF_STOCK"}
FACTS = OversellFacts(
    missed=pl.DataFrame([MISS | PLACE | {"missed_at": MISSED}], schema=MISSING),
    promised=pl.DataFrame(
        [
            {"line_id": "o/1/1", "node_id": "EAST", "promised_at": PROMISED},
            {"line_id": "o/1/1", "node_id": "EAST", "promised_at": MISSED + HOUR},
        ],
        schema=PROMISES,
    ),
    counts=rows(NODE_CONFIDENCE, a_count(6)),
    receipts=FCT_RECEIPTS.empty(),
    variances=STOCK_VARIANCES.empty(),
    cancels=CANCEL_REQUESTS.empty(),
    units=UNITS.to_frame(),
    kits_left=KITS.to_frame(),
)
TWICE = rows(FCT_RECEIPTS, a_receipt("R-8", 20), a_receipt("R-9", 20))
DOZENS = {"units": pl.DataFrame([{"sku_id": "A", "eaches": 12}], schema=UNITS)}


def surplus(hours: int) -> pl.DataFrame:
    said = {"cause_code": "SURPLUS_CONFIRMED", "posted_qty": 3}
    at = {"snapshot_at": PROMISED - hours * HOUR}
    return rows(STOCK_VARIANCES, PLACE | said | at)


def counted(reported: int, ours: int) -> dict[str, pl.DataFrame]:
    """A count after the eaches were missed."""
    said = {
        "reported_qty": reported,
        "ledger_qty": ours,
        "variance_qty": reported - ours,
        "snapshot_at": MISSED + HOUR,
    }
    return {"variances": rows(STOCK_VARIANCES, PLACE | said)}


def received(qty: int) -> dict[str, pl.DataFrame]:
    return {"receipts": rows(FCT_RECEIPTS, a_receipt("R-1", 20) | {"qty": qty})}


def a_kit_left(hours: int) -> dict[str, pl.DataFrame]:
    left = {"kit_sku_id": "BOX", "qty": 2, "at": MISSED - hours * HOUR}
    return {"kits_left": pl.DataFrame([PLACE | left], schema=KITS)}


def cancelled(hours: int) -> pl.DataFrame:
    asked = {"order_id": "o/9", "requested_at": PROMISED - hours * HOUR}
    return rows(CANCEL_REQUESTS, PLACE | asked)


@pytest.mark.parametrize(
    ("expected", "evidence", "changed"),
    [
        ("node_lost_stock", "count TRUSTED, 6 hours old", {}),
        ("stale_feed", "37 hours", {"counts": rows(NODE_CONFIDENCE, a_count(37))}),
        (
            "stale_feed",
            "count PARTIAL",
            {"counts": rows(NODE_CONFIDENCE, a_count(6, "PARTIAL"))},
        ),
        ("double_count", "receipts R-8 and R-9 of 5 eaches", {"receipts": TWICE}),
        ("double_count", "a surplus of 3 was believed", {"variances": surplus(5)}),
        ("node_lost_stock", "", {"variances": surplus(-5)}),
        ("node_lost_stock", "", {"variances": surplus(24 * 31)}),
        ("uom", "counted 3, ours 36: a unit of 12", DOZENS | counted(3, 36)),
        (
            "uom",
            "counted 22 fewer: a receipt of 24 was of units of 12",
            DOZENS | counted(9, 31) | received(24),
        ),
        ("node_lost_stock", "", DOZENS | counted(9, 31) | received(25)),
        ("node_lost_stock", "", DOZENS),
        ("node_lost_stock", "", counted(3, 36)),
        ("kit", "BOX left as a SKU, 2 of these in it", a_kit_left(5)),
        ("node_lost_stock", "", a_kit_left(24 * 40)),
        ("late_cancel", "o/9 was cancelled", {"cancels": cancelled(5)}),
        ("double_count", "", {"receipts": TWICE, "cancels": cancelled(5)}),
    ],
)
def test_every_oversold_each_has_one_class_and_its_evidence(
    expected: str, evidence: str, changed: dict[str, pl.DataFrame]
) -> None:
    found = explain_oversells(replace(FACTS, **changed), stale_hours=36)

    [row] = found.to_dicts()
    assert expected == row["oversell_class"]
    assert evidence in row["evidence"]


def test_the_timeline_is_counted_promised_missed() -> None:
    [row] = explain_oversells(FACTS, stale_hours=36).to_dicts()

    assert (PROMISED - 6 * HOUR, PROMISED, MISSED, 6) == (
        row["counted_at"],
        row["promised_at"],
        row["missed_at"],
        row["lag_hours"],
    )


def test_what_the_system_before_promised_has_no_promise_of_ours() -> None:
    before = replace(
        FACTS, promised=PROMISES.to_frame(), counts=NODE_CONFIDENCE.empty()
    )

    [row] = explain_oversells(before, stale_hours=36).to_dicts()

    assert (None, None) == (row["promised_at"], row["counted_at"])
    assert "promised_before" == row["oversell_class"]


def test_causes_are_summed_in_eaches() -> None:
    found = explain_oversells(FACTS, stale_hours=36)

    assert [("node_lost_stock", 1, 2)] == by_cause(found).rows()
