"""What a run gathers of SKUs before their release, and tells channels of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchestration.resources.house import House
from orchestration.resources.preorder_facts import capped_skus, preorders_beyond_caps
from orchestration.resources.supply import changed_channels
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from tests.orchestration.test_stock_facts import lay
from transforms.availability.rules import AvailabilityPolicy
from transforms.contracts.decisions import CHANNEL_AVAILABILITY, LINE_BUCKETS
from transforms.contracts.gold import DIM_KIT_COMPONENTS, DIM_NODES, DIM_PRODUCTS

__all__ = ["house"]

LATER = date(2018, 2, 1)
CAP = {"rule": "CAP", "kind": "preorder_cap", "qty": 3}


def waits(line: str, sku: str, hour: int, **facts: object) -> dict[str, object]:
    row: dict[str, object] = {"line_id": line, "order_id": line, "sku_id": sku}
    row |= {"channel_id": "web", "preordered_qty": 2, "line_status": "OPEN"}
    return row | {"ordered_at": NIGHT - timedelta(hours=hour)} | facts


@pytest.fixture
def early(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two of NEW wait from yesterday and two from today; no node ever had it."""
    told = {"published_channels": ["web"], "rules": [CAP]}
    capped = AvailabilityPolicy.from_mapping(told)
    monkeypatch.setitem(vars(house.policies), "availability", capped)
    skus = [("NEW", LATER), ("OUT", date(2017, 1, 1)), ("PLAIN", None)]
    lay(
        house,
        DIM_PRODUCTS,
        [{"sku_id": sku, "released_date": day} for sku, day in skus],
    )
    lay(house, DIM_NODES, [])
    lay(house, DIM_KIT_COMPONENTS, [])
    lines = [
        waits("today", "NEW", 1),
        waits("yesterday", "NEW", 24),
        waits("gone", "NEW", 30, line_status="CANCELLED", preordered_qty=0),
        waits("out", "OUT", 40),
    ]
    put(house, LINE_BUCKETS, lines)
    return house


def test_what_is_not_released_and_was_under_a_cap_is_looked_at(early: House) -> None:
    told = [("OUT", "CAP"), ("PLAIN", "NONE")]
    rows = [{"sku_id": sku, "preorder_rule": rule} for sku, rule in told]
    put(early, CHANNEL_AVAILABILITY, [row | {"channel_id": "web"} for row in rows])

    assert ["NEW", "OUT"] == sorted(capped_skus(early)["sku_id"])


def test_the_latest_preorder_is_beyond_the_cap(early: House) -> None:
    assert [("today", "NEW", 1, 3, "CAP")] == preorders_beyond_caps(early).rows()


def test_without_a_cap_nothing_is_beyond_it(
    early: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(early.policies), "availability", AvailabilityPolicy())

    assert preorders_beyond_caps(early).is_empty()
    assert capped_skus(early).is_empty()


def test_a_channel_is_told_of_a_sku_that_no_node_ever_had(early: House) -> None:
    told = changed_channels(early).select(
        "channel_id", "sku_id", "waiting_qty", "preorder_qty", "floor_qty"
    )

    # Four wait, three may: one too many.
    assert [("web", "NEW", -4, 3, 1)] == told.rows()
