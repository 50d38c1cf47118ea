"""The steps of ATP, one by one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.availability.rules import AvailabilityPolicy, RuleError
from transforms.availability.waterfall import STEPS, Shelves, available_to_promise
from transforms.contracts.decisions import (
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS

TODAY = date(2017, 12, 28)
Told = dict[str, object]


def lots(*told: tuple[int, date | None]) -> pl.DataFrame:
    """Lots of the SKU at EAST: eaches and last day."""
    rows = [
        {"node_id": "EAST", "sku_id": "S1", "lot_ref": f"L{n}"}
        | {"qty": qty, "expires_date": day}
        for n, (qty, day) in enumerate(told)
    ]
    return pl.DataFrame(rows, schema=LOT_POSITIONS.schema)


def waterfall(
    stock: tuple[int, int, int],
    *rules: Told,
    buffer_bp: int = 0,
    confidence_bp: int = 10_000,
    blocked: int = 0,
    by_lot: tuple[tuple[int, date | None], ...] = (),
) -> Told:
    available, allocated, released = stock
    position = {
        "node_id": "EAST",
        "sku_id": "S1",
        "available_qty": available,
        "allocated_qty": allocated,
        "released_qty": released,
        "damaged_qty": blocked,
    }
    doubt = {"node_id": "EAST", "confidence_bp": confidence_bp}
    node = {"node_id": "EAST", "buffer_bp": buffer_bp, "node_kind": "dc"}
    product = {"sku_id": "S1", "department": "TEA"}
    policy = {"published_channels": [], "rules": list(rules)}
    rows = available_to_promise(
        Shelves(
            pl.DataFrame([position], schema=STOCK_POSITIONS.schema),
            pl.DataFrame([doubt], schema=NODE_CONFIDENCE.schema),
            pl.DataFrame([node], schema=DIM_NODES.schema),
            pl.DataFrame([product], schema=DIM_PRODUCTS.schema),
            lots(*by_lot),
        ),
        AvailabilityPolicy.from_mapping(policy),
        TODAY,
    )
    row = rows.row(0, named=True)
    assert row["atp_qty"] == sum(row[step] for step in STEPS)
    return row


@pytest.mark.parametrize(
    ("expected", "stock", "buffer_bp"),
    [
        (5, (10, 2, 3), 0),
        (4, (10, 2, 3), 200),
        (0, (10, 6, 4), 200),
        (0, (0, 0, 0), 200),
        (90, (100, 0, 0), 1000),
    ],
)
def test_atp_is_on_hand_less_commitments_less_buffer(
    expected: int, stock: tuple[int, int, int], buffer_bp: int
) -> None:
    assert expected == waterfall(stock, buffer_bp=buffer_bp)["atp_qty"]


def test_what_lifts_a_negative_to_zero_is_a_step_of_its_own() -> None:
    row = waterfall((-2, 1, 3), buffer_bp=200)

    assert (0, 6) == (row["atp_qty"], row["floor_qty"])
    assert -2 == row["on_hand_qty"]


def test_the_wider_of_rule_and_doubt_is_withheld_and_named() -> None:
    own = waterfall((100, 0, 0), buffer_bp=500, confidence_bp=9_800)
    doubt = waterfall((100, 0, 0), buffer_bp=500, confidence_bp=9_000)

    assert (-5, "NODE") == (own["buffer_qty"], own["buffer_rule"])
    assert (-10, "CONFIDENCE") == (doubt["buffer_qty"], doubt["buffer_rule"])


def test_what_is_blocked_is_on_hand_and_not_for_sale() -> None:
    row = waterfall((10, 0, 0), blocked=4)

    assert (14, -4, 10) == (row["on_hand_qty"], row["blocked_qty"], row["atp_qty"])


def a_buffer(name: str, **more: object) -> Told:
    return {"rule": name, "kind": "buffer"} | more


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([a_buffer("ALL", share_bp=2_000)], ("NODE", -5)),
        ([a_buffer("TEA", department="TEA", qty=7)], ("NODE", -5)),
        ([a_buffer("SKU", sku="S1", share_bp=2_000)], ("SKU", -20)),
        ([a_buffer("BOTH", sku="S1", node="EAST", qty=1)], ("BOTH", -1)),
        ([a_buffer("LEAST", sku="S1", share_bp=100, qty=30)], ("LEAST", -30)),
        ([a_buffer("MUCH", sku="S1", qty=300)], ("MUCH", -100)),
        ([a_buffer("OTHER", sku="S2", qty=30)], ("NODE", -5)),
    ],
)
def test_the_most_specific_buffer_wins_over_the_nodes_own(
    rules: list[Told], expected: tuple[str, int]
) -> None:
    row = waterfall((100, 0, 0), *rules, buffer_bp=500)

    assert expected == (row["buffer_rule"], row["buffer_qty"])


def test_doubt_is_withheld_where_it_is_more_than_the_rule() -> None:
    rules = [a_buffer("SKU", sku="S1", qty=3)]

    more = waterfall((100, 0, 0), *rules, confidence_bp=9_000)
    less = waterfall((100, 0, 0), *rules, confidence_bp=9_900)
    assert ("CONFIDENCE", -10) == (more["buffer_rule"], more["buffer_qty"])
    assert ("SKU", -3) == (less["buffer_rule"], less["buffer_qty"])


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"kind": "buffer"}, "an id"),
        ({"rule": "R", "kind": "cushion", "qty": 1}, "R: kind"),
        ({"rule": "R", "kind": "buffer"}, "R: has no"),
        ({"rule": "R", "kind": "buffer", "qty": -1}, "R: its figures"),
        ({"rule": "R", "kind": "buffer", "qty": True}, "R: its figures"),
        ({"rule": "R", "kind": "buffer", "share_bp": 10_001}, "R: share_bp"),
        ({"rule": "R", "kind": "buffer", "qty": 1, "channel": "web"}, "R: a buffer"),
        ({"rule": "R", "kind": "ceiling", "qty": 1, "node": "EAST"}, "R: a rule"),
        ({"rule": "R", "kind": "pool", "qty": 1}, "R: a pool"),
        ({"rule": "R", "kind": "pool", "qty": 1, "shop": "web"}, "R: shop"),
        ({"rule": "R", "kind": "exclude", "qty": 1}, "R: qty"),
        ({"rule": "R", "kind": "exclude", "node": 7}, "R: what it names"),
        ({"rule": "R", "kind": "exclude", "effective_from": "soon"}, "R: its days"),
        ({"rule": "R", "kind": "exclude", "priority": "high"}, "R: priority"),
    ],
)
def test_nonsense_is_refused_by_name(told: Told, complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint):
        AvailabilityPolicy.from_mapping({"published_channels": [], "rules": [told]})


def test_an_id_stands_once() -> None:
    rules = [{"rule": "R", "kind": "exclude"}] * 2

    with pytest.raises(RuleError, match="R: stands twice"):
        AvailabilityPolicy.from_mapping({"published_channels": [], "rules": rules})


YESTERDAY, IN_A_WEEK = date(2017, 12, 27), date(2018, 1, 4)


@pytest.mark.parametrize(
    ("expired", "atp", "by_lot"),
    [
        (0, 10, ()),
        (0, 10, ((10, TODAY),)),
        (-3, 7, ((3, YESTERDAY), (7, TODAY))),
        (-10, 0, ((40, YESTERDAY),)),
        (0, 10, ((10, None), (-4, YESTERDAY))),
        (-2, 8, ((12, YESTERDAY), (8, TODAY))),
    ],
)
def test_a_lot_whose_last_day_is_over_is_not_promised(
    expired: int, atp: int, by_lot: tuple[tuple[int, date | None], ...]
) -> None:
    row = waterfall((10, 0, 0), by_lot=by_lot)

    assert (expired, atp, "NONE") == (
        row["expired_qty"],
        row["atp_qty"],
        row["expired_rule"],
    )


def test_the_rule_that_won_says_how_many_days_a_lot_must_have_left() -> None:
    tea = {"rule": "TEA", "kind": "shelf_life", "department": "TEA", "days": 8}
    every = {"rule": "ALL", "kind": "shelf_life", "days": 1}
    week = ((4, IN_A_WEEK),)

    ruled = waterfall((10, 0, 0), tea, every, by_lot=week)
    free = waterfall((10, 0, 0), every, by_lot=week)

    assert (-4, "TEA", 6) == tuple(
        ruled[name] for name in ("expired_qty", "expired_rule", "atp_qty")
    )
    assert (0, "NONE", 10) == tuple(
        free[name] for name in ("expired_qty", "expired_rule", "atp_qty")
    )


def test_a_shelf_life_is_the_same_for_every_channel() -> None:
    rule = {"rule": "R", "kind": "shelf_life", "channel": "web", "days": 8}

    with pytest.raises(RuleError, match="the same for every channel"):
        waterfall((10, 0, 0), rule)
