"""Who waits, and in which order."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from transforms.allocation.demand import open_demand
from transforms.allocation.free import free_lost_supply
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import (
    LINE_BUCKETS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import DIM_PRODUCTS, FCT_ORDER_LINES, FCT_ORDERS

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
NOON = datetime(2017, 12, 27, 17, tzinfo=UTC)
POLICY = AllocationPolicy(priority_by_channel={"market": 1})


def an_order(order_id: str, **facts: object) -> dict[str, object]:
    return {
        "order_id": order_id,
        "channel_id": "web",
        "ordered_at": NOON,
        "service_code": "STANDARD",
        "is_ship_complete": False,
        "is_till_sale": False,
        "is_cancelled": False,
        "region_code": "NY",
        "wanted_ship_date": None,
        "wanted_delivery_date": None,
        "node_id": None,
        **facts,
    }


def ranked(  # noqa: PLR0913, PLR0917 what waits, by how
    orders: list[dict[str, object]],
    pending: int = 2,
    backordered: int = 0,
    overshipped: int = 0,
    preordered: int = 0,
    policy: AllocationPolicy = POLICY,
    told: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Open demand of one line per order."""
    ids = [order["order_id"] for order in orders]
    lines = [
        {
            "line_id": f"{i}/1",
            "order_id": i,
            "sku_id": "A",
            "line_no": 1,
            "ordered_qty": 3,
            "line_amount_minor": 1000,
            "discount_minor": 1,
            "pending_qty": pending,
            "backordered_qty": backordered,
            "overshipped_qty": overshipped,
            "preordered_qty": preordered,
        }
        for i in ids
    ]
    return open_demand(
        pl.DataFrame(lines, schema_overrides=LINE_BUCKETS.schema),
        pl.DataFrame(orders, schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        DIM_PRODUCTS.empty(),
        policy,
        AS_OF,
        told,
    )


@pytest.mark.parametrize(("overshipped", "opens"), [(0, [3]), (1, [2]), (3, [])])
def test_what_was_sent_beyond_what_was_asked_is_not_sent_again(
    overshipped: int, opens: list[int]
) -> None:
    waits = ranked([an_order("o")], backordered=1, overshipped=overshipped)

    assert opens == waits["open_qty"].to_list()


def test_priority_comes_before_promise_before_order_time_before_id() -> None:
    orders = [
        an_order("d"),
        an_order("c"),
        an_order("early", ordered_at=NOON - timedelta(hours=1)),
        an_order("fast", service_code="EXPEDITED"),
        an_order("m", channel_id="market", ordered_at=NOON + timedelta(days=9)),
    ]

    expected = ["fast", "m", "early", "c", "d"]
    assert ranked(orders)["order_id"].to_list() == expected
    assert ranked(orders[::-1])["order_id"].to_list() == expected


def test_the_promise_counts_from_the_companys_local_date() -> None:
    late_evening = datetime(2017, 12, 28, 4, 59, tzinfo=UTC)

    row = ranked([an_order("o", ordered_at=late_evening)]).row(0, named=True)

    assert row["promise_date"] == date(2018, 1, 1)


def test_till_sales_and_cancelled_orders_never_wait() -> None:
    orders = [an_order("till", is_till_sale=True), an_order("gone", is_cancelled=True)]

    assert ranked(orders).height == 0


def test_a_line_without_open_eaches_never_waits() -> None:
    assert ranked([an_order("o")], pending=0).height == 0


def test_what_waits_and_what_was_never_decided_are_both_open() -> None:
    row = ranked([an_order("o")], pending=1, backordered=2).row(0, named=True)

    assert (row["open_qty"], row["unit_value_minor"], row["grams"]) == (3, 333, 500)


def test_preordered_eaches_wait_like_others() -> None:
    row = ranked([an_order("o")], pending=1, preordered=2).row(0, named=True)

    assert (row["open_qty"], row["pending_qty"], row["backordered_qty"]) == (3, 1, 2)


def test_lost_supply_is_taken_back_from_the_last_in_demand_order() -> None:
    orders = [an_order("b"), an_order("a"), an_order("m", channel_id="market")]
    lines = [{"line_id": f"{o}/1", "order_id": o, "line_no": 1} for o in "bam"]
    promises = [
        {
            "line_id": f"{o}/1",
            "account": "ALLOCATED",
            "node_id": "N",
            "sku_id": "A",
            "qty": q,
        }
        for o, q in (("b", 5), ("b", -1), ("a", 4), ("m", 4))
    ]
    position = {
        "node_id": "N",
        "sku_id": "A",
        "available_qty": 9,
        "allocated_qty": 12,
        "released_qty": 2,
    }

    events = free_lost_supply(
        pl.DataFrame([position], schema=STOCK_POSITIONS.schema),
        pl.DataFrame(promises, schema=PROMISE_POSTINGS.schema),
        pl.DataFrame(orders, schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        POLICY,
        AS_OF,
    )

    assert events.select("event_id", "qty", "reason_code").rows() == [
        ("a/1/DEALLOCATED/N/2017-12-28T05:00:00+00:00", 1, "SUPPLY_LOST"),
        ("b/1/DEALLOCATED/N/2017-12-28T05:00:00+00:00", 4, "SUPPLY_LOST"),
    ]


def taken_back(kits_left: int, sound: int = 4) -> list[tuple[object, ...]]:
    """What goes of two orders of packed kits (two A and a B each), one of loose A."""
    lines = [
        {"line_id": f"{o}/1~{sku}", "order_id": o, "line_no": 1, "kit_line_id": o}
        | {"sku_id": sku, "kit_sku_id": "K", "kit_qty": per_kit}
        for o in "ab"
        for sku, per_kit in (("A", 2), ("B", 1))
    ] + [{"line_id": "c/1", "order_id": "c", "line_no": 1, "sku_id": "A"}]
    posted = [("c/1", "ALLOCATED", "A", 4)]
    for o, kits in (("a", 2), ("b", 3)):
        posted.append((f"{o}/1~A", "ALLOCATED_IN_KITS", "K", kits))
        for sku, qty in (("A", 2 * kits), ("B", kits)):
            posted.append((f"{o}/1~{sku}", "ALLOCATED", sku, qty))
            posted.append((f"{o}/1~{sku}", "ALLOCATED_IN_KITS", sku, -qty))
    names = ("line_id", "account", "sku_id", "qty")
    promises = [dict(zip(names, row, strict=True)) | {"node_id": "N"} for row in posted]
    positions = [
        {"node_id": "N", "sku_id": sku, "available_qty": there, "released_qty": 0}
        | {"allocated_qty": held}
        for sku, there, held in (("K", kits_left, 5), ("A", sound, 4), ("B", 0, 0))
    ]
    events = free_lost_supply(
        pl.DataFrame(positions, schema=STOCK_POSITIONS.schema),
        pl.DataFrame(promises, schema=PROMISE_POSTINGS.schema),
        pl.DataFrame([an_order(o) for o in "abc"], schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        POLICY,
        AS_OF,
    )
    return (
        events.select("line_id", "sku_id", "qty", "reason_code").sort("line_id").rows()
    )


def test_kits_that_lie_packed_stand_on_no_supply_of_their_components() -> None:
    assert taken_back(kits_left=5, sound=0) == [("c/1", "A", 4, "SUPPLY_LOST")]


def test_packed_kits_that_are_lost_are_taken_back_whole_from_the_last_order() -> None:
    assert taken_back(kits_left=4) == [
        ("b/1~A", "A", 2, "KIT_LOST"),
        ("b/1~B", "B", 1, "IN_KIT_LOST"),
    ]


def test_all_packed_kits_may_be_lost() -> None:
    assert taken_back(kits_left=0) == [
        ("a/1~A", "A", 4, "KIT_LOST"),
        ("a/1~B", "B", 2, "IN_KIT_LOST"),
        ("b/1~A", "A", 6, "KIT_LOST"),
        ("b/1~B", "B", 3, "IN_KIT_LOST"),
    ]


@pytest.mark.parametrize(("waits", "whole"), [((4, 2), 2), ((5, 3), 2), ((4, 0), 0)])
def test_a_kit_lacks_as_many_as_all_of_its_components_do(
    waits: tuple[int, int], whole: int
) -> None:
    kit = {"kit_line_id": "o/1", "kit_sku_id": "K", "order_id": "o", "line_no": 1}
    lines = [
        kit
        | {"line_id": f"o/1~{sku}", "sku_id": sku, "kit_qty": per_kit}
        | {"line_amount_minor": 100, "discount_minor": 0, "ordered_qty": 6}
        | {"pending_qty": qty, "backordered_qty": 0}
        | {"overshipped_qty": 0, "preordered_qty": 0}
        for sku, per_kit, qty in zip("AB", (2, 1), waits, strict=True)
    ]

    found = open_demand(
        pl.DataFrame(lines, schema_overrides=LINE_BUCKETS.schema),
        pl.DataFrame([an_order("o")], schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        DIM_PRODUCTS.empty(),
        POLICY,
        AS_OF,
    )

    assert {whole} == set(found["whole_kit_qty"])


def test_released_eaches_are_never_taken_back() -> None:
    position = {
        "node_id": "N",
        "sku_id": "A",
        "available_qty": -1,
        "allocated_qty": 0,
        "released_qty": 5,
    }

    events = free_lost_supply(
        pl.DataFrame([position], schema=STOCK_POSITIONS.schema),
        PROMISE_POSTINGS.empty(),
        FCT_ORDERS.empty(),
        FCT_ORDER_LINES.empty(),
        POLICY,
        AS_OF,
    )

    assert events.height == 0
