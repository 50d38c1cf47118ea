"""Parcels beside their scans: one class each, delivered by word or by inference."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import RECONCILED_PARCELS
from transforms.contracts.table import DATE, INSTANT, TEXT
from transforms.reconciliation.parcels import (
    ParcelPolicy,
    ParcelPolicyError,
    confirmed_parcels,
    reconcile_parcels,
)

LEFT = datetime(2017, 12, 28, 18, tzinfo=UTC)
POLICY = ParcelPolicy(scanned_carriers=("UPS",))
SCANS = pl.Schema(
    {
        "tracking_ref": TEXT,
        "carrier_code": TEXT,
        "status_code": TEXT,
        "partner_code": TEXT,
        "occurred_at": INSTANT,
        "expected_at": INSTANT,
        "is_return": pl.Boolean(),
    }
)
CONFIRMED = pl.Schema(
    {
        name: RECONCILED_PARCELS.schema[name]
        for name in (
            *("tracking_ref", "carrier_code", "instruction_id", "order_id", "node_id"),
            *("other_order_ids", "shipped_at", "value_minor", "currency_code"),
        )
    }
    | {"promise_date": DATE}
)


def a_parcel(carrier: str = "UPS") -> dict[str, Any]:
    """Parcel T-1, promised for the 2nd of January."""
    return {
        "tracking_ref": "T-1",
        "carrier_code": carrier,
        "instruction_id": "FO-1",
        "order_id": "web_shop/1",
        "node_id": "EAST",
        "shipped_at": LEFT,
        "promise_date": datetime(2018, 1, 2, tzinfo=UTC).date(),
        "value_minor": 500,
        "currency_code": "USD",
    }


def scanned(status: str, hours: int, **words: object) -> dict[str, Any]:
    """A scan of T-1 so many hours after it left."""
    return {
        "tracking_ref": "T-1",
        "carrier_code": "UPS",
        "status_code": status,
        "partner_code": f"x{status}",
        "occurred_at": LEFT + timedelta(hours=hours),
        "is_return": False,
    } | words


def reconciled(
    parcels: list[dict[str, Any]], scans: list[dict[str, Any]], hours: int
) -> dict[str, Any]:
    """The one row, so many hours after leaving."""
    rows = reconcile_parcels(
        pl.DataFrame(parcels, schema=CONFIRMED),
        pl.DataFrame(scans, schema=SCANS),
        LEFT + timedelta(hours=hours),
        POLICY,
    )
    return rows.row(0, named=True)


@pytest.mark.parametrize(
    ("expected", "hours", "scans"),
    [
        ("on_its_way", 47, []),
        ("parcel_unscanned", 48, []),
        ("on_its_way", 60, [scanned("IN_TRANSIT", 5)]),
        ("parcel_stuck", 101, [scanned("IN_TRANSIT", 5)]),
        ("on_its_way", 101, [scanned("IN_TRANSIT", 5), scanned("UNKNOWN", 90)]),
        ("parcel_late", 24 * 7, [scanned("IN_TRANSIT", 24 * 6)]),
        (
            "parcel_late",
            60,
            [scanned("IN_TRANSIT", 30, expected_at=LEFT + timedelta(hours=36))],
        ),
        ("delivered", 60, [scanned("IN_TRANSIT", 5), scanned("DELIVERED", 50)]),
        ("delivered", 60, [scanned("LOST", 5), scanned("DELIVERED", 50)]),
        ("parcel_lost", 60, [scanned("LOST", 5)]),
        ("parcel_failed", 60, [scanned("FAILURE", 5)]),
        ("on_its_way", 60, [scanned("FAILURE", 5), scanned("OUT_FOR_DELIVERY", 9)]),
        (
            "parcel_sent_back",
            60,
            [scanned("RETURN_TO_SENDER", 5), scanned("DELIVERED", 50)],
        ),
        ("parcel_unscanned", 60, [scanned("DELIVERED", 50, is_return=True)]),
        ("delivered_inferred", 14 * 24, [scanned("IN_TRANSIT", 5)]),
        ("parcel_failed", 14 * 24, [scanned("FAILURE", 5)]),
    ],
)
def test_every_parcel_has_one_class(
    expected: str, hours: int, scans: list[dict[str, Any]]
) -> None:
    row = reconciled([a_parcel()], scans, hours)

    assert expected == row["parcel_class"]


def test_silence_of_a_carrier_that_never_scans_says_nothing_until_it_counts() -> None:
    quiet = reconciled([a_parcel("BIKE")], [], 14 * 24 - 1)
    counted = reconciled([a_parcel("BIKE")], [], 14 * 24)

    assert ("on_its_way", None) == (quiet["parcel_class"], quiet["delivered_at"])
    assert LEFT + timedelta(days=14) == quiet["next_at"] == counted["delivered_at"]
    assert "inferred" == counted["delivered_source"]


def test_a_delivery_is_the_carrier_s_first_word_of_it() -> None:
    again = [scanned("DELIVERED", 52), scanned("DELIVERED", 50)]

    row = reconciled([a_parcel()], again, 60)

    assert (LEFT + timedelta(hours=50), "carrier", None) == (
        row["delivered_at"],
        row["delivered_source"],
        row["next_at"],
    )


def test_a_parcel_that_nobody_confirmed_is_waited_for_and_then_told() -> None:
    scans = [scanned("IN_TRANSIT", 0)]

    early, late = (reconciled([], scans, hours) for hours in (47, 48))

    assert ["waiting", "parcel_unknown"] == [
        row["parcel_class"] for row in (early, late)
    ]
    assert (LEFT + timedelta(hours=48), None) == (early["next_at"], late["next_at"])


def test_unknown_codes_are_kept() -> None:
    row = reconciled([a_parcel()], [scanned("UNKNOWN", 3, partner_code="ZZ9")], 5)

    assert ("UNKNOWN", "ZZ9") == (row["last_status_code"], row["last_partner_code"])


def test_a_parcel_holds_lines_and_a_line_may_leave_in_several() -> None:
    """Line 1 left in T-1 and T-2, line 2 in T-1, which was told twice.

    Of line 3, of another order, there is one more in T-1; line 4 did not leave.
    """
    said = [
        *(("S1", "L1", 4, "T-1 T-2"), ("S1", "L2", 1, "T-1"), ("S2", "L2", 1, "T-1")),
        *(("S3", "L3", 1, "T-1"), ("S4", "L4", 0, "T-9")),
    ]
    shipped = pl.DataFrame(
        [
            {
                "instruction_id": "FO-1",
                "instruction_line_ref": line,
                "line_id": line,
                "node_id": "EAST",
                "qty": qty,
                "event_at": LEFT,
                "detail": json.dumps({"carrier_code": "UPS", "tracking_ref": refs}),
            }
            for _, line, qty, refs in said
        ],
        schema_overrides={"event_at": INSTANT},
    )
    lines = pl.DataFrame(
        {
            "line_id": ["L1", "L2", "L3", "L4"],
            "order_id": ["o/1", "o/1", "o/2", "o/3"],
            "ordered_qty": [4, 1, 1, 1],
            "line_amount_minor": [800, 100, 50, 70],
            "discount_minor": [0] * 4,
            "tax_minor": [0] * 4,
            "currency_code": ["USD"] * 4,
        }
    )
    promises = pl.DataFrame({"line_id": ["L1"], "promise_date": [LEFT.date()]})

    found = confirmed_parcels(shipped, lines, promises)

    names = ("tracking_ref", "order_id", "other_order_ids", "value_minor")
    expected = [("T-1", "o/1", "o/2", 550), ("T-2", "o/1", None, 400)]
    assert expected == found.select(names).rows()
    assert [LEFT.date()] * 2 == found["promise_date"].to_list()


@pytest.mark.parametrize(
    ("key", "value"), [("stuck_hours", 0), ("stuck_hour", 4), ("inferred_days", "7")]
)
def test_nonsense_is_refused_and_its_key_named(key: str, value: object) -> None:
    with pytest.raises(ParcelPolicyError, match=key):
        ParcelPolicy.from_mapping({key: value})
