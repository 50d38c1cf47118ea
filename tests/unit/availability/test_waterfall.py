"""The steps of ATP, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from transforms.availability.rules import AvailabilityPolicy, RuleError
from transforms.availability.shelf_life import changed_limits
from transforms.availability.waterfall import (
    STEPS,
    Shelves,
    available_to_promise,
    limits_by_channel,
)
from transforms.contracts.decisions import (
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    SHELF_LIFE_LIMITS,
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


def shelves(
    stock: tuple[int, int, int],
    buffer_bp: int,
    confidence_bp: int,
    blocked: int,
    by_lot: tuple[tuple[int, date | None], ...],
) -> Shelves:
    """The SKU at EAST: available, allocated and released eaches."""
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
    node |= {"channels": "web|market"}
    product = {"sku_id": "S1", "department": "TEA"}
    return Shelves(
        pl.DataFrame([position], schema=STOCK_POSITIONS.schema),
        pl.DataFrame([doubt], schema=NODE_CONFIDENCE.schema),
        pl.DataFrame([node], schema=DIM_NODES.schema),
        pl.DataFrame([product], schema=DIM_PRODUCTS.schema),
        lots(*by_lot),
    )


def waterfall(
    stock: tuple[int, int, int],
    *rules: Told,
    buffer_bp: int = 0,
    confidence_bp: int = 10_000,
    blocked: int = 0,
    by_lot: tuple[tuple[int, date | None], ...] = (),
    ship_in_days: int = 0,
) -> Told:
    policy = {"published_channels": [], "rules": list(rules)}
    found = shelves(stock, buffer_bp, confidence_bp, blocked, by_lot)
    waits = found.nodes.with_columns(ship_in_days=pl.lit(ship_in_days))
    rows = available_to_promise(
        replace(found, nodes=waits), AvailabilityPolicy.from_mapping(policy), TODAY
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
        ({"rule": "R", "kind": "lots"}, "R: has no strategy"),
        ({"rule": "R", "kind": "lots", "strategy": "LILO"}, "R: strategy"),
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


def of_channels(
    *rules: Told, by_lot: tuple[tuple[int, date | None], ...]
) -> tuple[Told, dict[str, Told]]:
    """Ten eaches for the web and the market, a buffer of one: ATP, and limits."""
    told: dict[str, object] = {"published_channels": [], "rules": list(rules)}
    policy = AvailabilityPolicy.from_mapping(told)
    found = shelves((10, 0, 2), 1000, 10_000, 0, by_lot)
    atp = available_to_promise(found, policy, TODAY)
    limits = limits_by_channel(found, atp, policy, TODAY)
    return atp.row(0, named=True), {r["channel_id"]: r for r in limits.to_dicts()}


def test_what_is_too_old_for_one_channel_alone_is_withheld_from_that_one() -> None:
    every = {"rule": "ALL", "kind": "shelf_life", "days": 1}
    fresh = {"rule": "FRESH", "kind": "shelf_life", "channel": "market", "days": 8}
    by_lot = ((2, date(2017, 12, 27)), (4, IN_A_WEEK), (4, date(2018, 6, 30)))

    atp, limits = of_channels(every, fresh, by_lot=by_lot)

    # Two are too old for all; two are promised, of these; one of eight is in doubt.
    assert (-2, "ALL", 5) == (atp["expired_qty"], atp["expired_rule"], atp["atp_qty"])
    assert ["market"] == list(limits)
    assert ("FRESH", 8, 5, -2, 3) == tuple(
        limits["market"][name]
        for name in ("shelf_life_rule", "days", "atp_qty", "aged_qty", "usable_qty")
    )


def test_a_channel_may_have_older_lots_than_the_rest() -> None:
    every = {"rule": "ALL", "kind": "shelf_life", "days": 8}
    outlet = {"rule": "OUTLET", "kind": "shelf_life", "channel": "web", "days": 0}

    atp, limits = of_channels(every, outlet, by_lot=((10, IN_A_WEEK),))

    assert (0, 7) == (atp["expired_qty"], atp["atp_qty"])
    assert (-7, "ALL") == tuple(
        limits["market"][name] for name in ("aged_qty", "shelf_life_rule")
    )


def test_a_lot_ages_until_its_node_ships() -> None:
    row = waterfall((10, 0, 0), by_lot=((4, TODAY),), ship_in_days=1)

    assert (-4, 6) == (row["expired_qty"], row["atp_qty"])


def test_a_limit_that_holds_no_more_withholds_nothing() -> None:
    fresh = {"rule": "FRESH", "kind": "shelf_life", "channel": "market", "days": 8}
    limited = limits_of(fresh, by_lot=((10, IN_A_WEEK),))

    assert changed_limits(limited, limited).is_empty()
    lifted = changed_limits(limited.clear(), limited)
    assert [("market", 0, 7)] == lifted.select(
        "channel_id", "aged_qty", "usable_qty"
    ).rows()
    assert changed_limits(limited.clear(), lifted).is_empty()


def limits_of(
    *rules: Told, by_lot: tuple[tuple[int, date | None], ...]
) -> pl.DataFrame:
    _, limits = of_channels(*rules, by_lot=by_lot)
    rows = [row | {"run_id": "r"} for row in limits.values()]
    return pl.DataFrame(rows, schema=SHELF_LIFE_LIMITS.schema).drop("run_id")
