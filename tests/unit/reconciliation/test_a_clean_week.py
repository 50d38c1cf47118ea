"""A week in which nobody errs raises nothing at any moment; what is planted is found.

Orders of a week, drawn from a seed: authorised when placed, confirmed the next day,
captured as they leave, scanned each day and delivered on the fourth; some are
cancelled and given their money back. Every six hours all that was known by then is
compared.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest

from tests.unit.reconciliation.money import Row, an_order, money, paid
from transforms.contracts.decisions import INSTRUCTION_LINES
from transforms.contracts.table import INSTANT
from transforms.reconciliation.parcels import (
    TROUBLES,
    ParcelPolicy,
    confirmed_parcels,
    reconcile_parcels,
)
from transforms.reconciliation.payment_policy import DISAGREEMENTS, PaymentPolicy
from transforms.reconciliation.payments import reconcile_payments
from transforms.reconciliation.shipments import reconcile_shipments

MONDAY = datetime(2017, 12, 18, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDERS = 60
GRACE = {"orphan_payment": 24, "unpaid": 24, "refund_due": 72, "uncaptured": 24}
MONEY = PaymentPolicy(grace_hours=GRACE, expiring_hours=24)
PARCELS = ParcelPolicy(scanned_carriers=("UPS",))
MOMENTS = [MONDAY + 6 * HOUR * n for n in range(1, 4 * 14)]
"""Two weeks: the last orders of the week are delivered in the second."""

KINDS = ("unpaid", "double_captured", "orphan_payment", "over_refunded")
SILENT = ("parcel_lost", "parcel_stuck", "parcel_unscanned", "parcel_unknown")
SHIPMENTS = ("confirmed_twice", "over", "short", "unknown")


class Week:
    """What partners said in the week, each with the hour at which it was known."""

    def __init__(self, seed: int) -> None:
        """Draw a week in which everybody does as they should."""
        chance = Random(seed)  # noqa: S311 repeatable, no secret
        self.orders: dict[str, Row] = {}
        self.payments: list[Row] = []
        self.cancelled: dict[str, datetime] = {}
        self.shipped: list[Row] = []
        self.scans: list[Row] = []
        for number in range(ORDERS):
            at = MONDAY + HOUR * chance.randrange(7 * 24)
            self._live(f"{number:03}", at, chance.randrange(100, 9000), chance)

    def _live(self, name: str, at: datetime, minor: int, chance: Random) -> None:
        self.orders[name] = an_order(name, minor, ordered_at=at, last_event_at=at)
        held = {"payment_id": f"w/{name}/a", "occurred_at": at + HOUR}
        self.payments.append(paid(name, "AUTHORISATION", minor, **held))
        left = at + HOUR * chance.randrange(20, 40)
        if chance.random() < 0.1:
            self.cancelled[name] = at + 5 * HOUR
            void = {"payment_id": f"w/{name}/v", "parent_id": f"w/{name}/a"}
            moment = {"occurred_at": at + 7 * HOUR}
            self.payments.append(paid(name, "VOID", 0, **void, **moment))
            return
        taken = {"payment_id": f"w/{name}/c", "parent_id": f"w/{name}/a"}
        self.payments.append(
            paid(name, "CAPTURE", minor, occurred_at=left + HOUR, **taken)
        )
        self.confirm(name, left)
        for day, status in enumerate(("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED")):
            self.scan(f"T-{name}", status, left + HOUR * (6 + 24 * day))

    def confirm(self, name: str, at: datetime, **words: object) -> None:
        """The node says that an order's line left."""
        parcel = words.pop("parcel", f"T-{name}")
        said = {"shipment_ref": words.pop("shipment", f"S-{name}")}
        said |= {"carrier_code": "UPS", "tracking_ref": parcel}
        self.shipped.append(
            {
                "event_id": f"{said['shipment_ref']}/{parcel}",
                "event_type": "SHIPPED",
                "line_id": f"web_shop/{name}/1",
                "instruction_id": f"FO-{name}",
                "instruction_line_ref": "1",
                "sku_id": "S1",
                "line_sku_id": "S1",
                "node_id": "EAST",
                "qty": 1,
                "event_at": at,
                "effective_at": at,
                "detail": json.dumps(said),
            }
            | words
        )

    def scan(self, parcel: str, status: str, at: datetime) -> None:
        """The carrier saw a parcel."""
        self.scans.append(
            {
                "tracking_ref": parcel,
                "carrier_code": "UPS",
                "status_code": status,
                "partner_code": status.lower(),
                "occurred_at": at,
                "expected_at": None,
                "is_return": False,
            }
        )

    def found(self, now: datetime) -> set[tuple[str, str]]:
        """Class and subject of all that needs a person, of what was known by then."""
        return {
            *_named(self._money(now), "payment_class", "order_id", DISAGREEMENTS),
            *_named(self._parcels(now), "parcel_class", "tracking_ref", TROUBLES),
            *_named(self._sent(now), "shipment_class", "instruction_id", SHIPMENTS),
        }

    def _money(self, now: datetime) -> pl.DataFrame:
        left = self._known(self.shipped, now)
        shipped = {row["line_id"]: row["event_at"] for row in left}
        orders = [
            row
            | {
                "shipped_qty": int(row["line_id"] in shipped),
                "cancelled_qty": int(self.cancelled.get(name, now) < now),
                "last_event_at": shipped.get(row["line_id"], row["ordered_at"]),
            }
            for name, row in self.orders.items()
            if row["ordered_at"] <= now
        ]
        payments = [row for row in self.payments if row["occurred_at"] <= now]
        return reconcile_payments(money(orders, payments), now, MONEY)

    def _known(self, rows: list[Row], now: datetime) -> list[Row]:
        return [row for row in rows if row.get("event_at", now) <= now]

    def _frame(self, now: datetime) -> pl.DataFrame:
        instants = {"event_at": INSTANT, "effective_at": INSTANT}
        return (
            pl.DataFrame(
                self._known(self.shipped, now) or self.shipped[:1],
                schema_overrides=instants,
                infer_schema_length=None,
            )
            .filter(pl.col("event_at") <= now)
            .with_columns(reason_code=pl.lit(None, pl.String))
        )

    def _parcels(self, now: datetime) -> pl.DataFrame:
        lines = pl.DataFrame(list(self.orders.values()), infer_schema_length=None)
        promises = lines.select(
            "line_id", promise_date=pl.col("ordered_at").dt.date() + timedelta(days=5)
        )
        confirmed = confirmed_parcels(self._frame(now), lines, promises)
        scans = pl.DataFrame(
            self.scans,
            schema_overrides={"occurred_at": INSTANT, "expected_at": INSTANT},
            infer_schema_length=None,
        ).filter(pl.col("occurred_at") <= now)
        return reconcile_parcels(confirmed, scans, now, PARCELS)

    def _sent(self, now: datetime) -> pl.DataFrame:
        asked = [
            {
                "instruction_id": f"FO-{name}",
                "instruction_line_ref": "1",
                "line_id": row["line_id"],
                "sku_id": "S1",
                "qty": 1,
            }
            for name, row in self.orders.items()
            if row["ordered_at"] + 6 * HOUR <= now and name not in self.cancelled
        ]
        lines = pl.DataFrame(asked, schema=INSTRUCTION_LINES.schema)
        told = lines.select(
            "instruction_id",
            told_at=pl.lit(now, INSTANT),
            status_code=pl.lit("A"),
            acknowledged_at=pl.lit(now, INSTANT),
        )
        return reconcile_shipments(lines, self._frame(now), told)


def _named(
    rows: pl.DataFrame, of: str, subject: str, asking: tuple[str, ...]
) -> list[tuple[str, str]]:
    found = rows.filter(pl.col(of).is_in(asking))
    return [(str(a), str(b)) for a, b in found.select(of, subject).iter_rows()]


@pytest.mark.parametrize("seed", [20171218, 7])
def test_a_week_without_faults_raises_nothing_at_any_moment(seed: int) -> None:
    week = Week(seed)

    raised = {now: week.found(now) for now in MOMENTS}

    assert {} == {now: found for now, found in raised.items() if found}


def test_every_planted_fault_is_found_under_its_class_and_nothing_else() -> None:
    week, end = Week(20171218), MOMENTS[-1]
    whole = [name for name in week.orders if name not in week.cancelled]
    for kind, name in zip((*KINDS, *SILENT, *SHIPMENTS), whole, strict=False):
        plant(week, kind, name)
    expected = {
        ("unpaid", f"web_shop/{whole[0]}"),
        ("double_captured", f"web_shop/{whole[1]}"),
        ("orphan_payment", "web_shop/77"),
        ("over_refunded", f"web_shop/{whole[3]}"),
        ("parcel_lost", f"T-{whole[4]}"),
        ("parcel_stuck", f"T-{whole[5]}"),
        ("parcel_unscanned", f"T-{whole[6]}"),
        ("parcel_unknown", "T-77"),
        ("confirmed_twice", f"FO-{whole[8]}"),
        ("over", f"FO-{whole[9]}"),
        ("short", f"FO-{whole[10]}"),
        ("unknown", "FO-77"),
    }

    seen: set[tuple[str, str]] = set()
    for now in MOMENTS:
        seen |= week.found(now)

    assert expected == seen
    # Those that time does not heal are there at the end.
    assert ("double_captured", f"web_shop/{whole[1]}") in week.found(end)


def plant(week: Week, kind: str, name: str) -> None:
    """Let somebody err about an order."""
    minor = week.orders[name]["line_amount_minor"]
    at = week.orders[name]["ordered_at"]
    if kind == "unpaid":
        week.payments = [row for row in week.payments if row["order_ref"] != name]
    elif kind == "double_captured":
        again = {"payment_id": f"w/{name}/c2", "occurred_at": at + 60 * HOUR}
        week.payments.append(paid(name, "CAPTURE", minor, **again))
    elif kind == "orphan_payment":
        week.payments.append(paid("77", "SALE", 500, occurred_at=at))
    elif kind == "over_refunded":
        back = {"payment_id": f"w/{name}/r", "occurred_at": at + 90 * HOUR}
        week.payments.append(paid(name, "REFUND", minor + 200, **back))
    elif kind in ("parcel_lost", "parcel_stuck", "parcel_unscanned"):
        mine = [row for row in week.scans if row["tracking_ref"] == f"T-{name}"]
        keep = mine[:0] if kind == "parcel_unscanned" else mine[:1]
        week.scans = [row for row in week.scans if row not in mine] + keep
        if kind == "parcel_lost":
            week.scan(f"T-{name}", "LOST", keep[0]["occurred_at"] + 5 * HOUR)
    elif kind == "parcel_unknown":
        week.scan("T-77", "IN_TRANSIT", at)
    else:
        plant_shipment(week, kind, name)


def plant_shipment(week: Week, kind: str, name: str) -> None:
    """Let a node err about an order."""
    [sent] = [row for row in week.shipped if row["instruction_id"] == f"FO-{name}"]
    at = sent["event_at"]
    if kind == "confirmed_twice":
        week.confirm(name, at + HOUR, shipment=f"S2-{name}")
    elif kind == "over":
        sent["qty"] = 3
    elif kind == "short":
        short = {"event_type": "SHORT", "event_id": f"short/{name}"}
        week.shipped.append(sent | short)
        sent["qty"] = 0
    else:
        week.confirm(name, at, parcel=f"T-{name}", instruction_id="FO-77", line_id=None)
