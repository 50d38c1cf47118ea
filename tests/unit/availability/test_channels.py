"""What a channel is told: every step, the rule that won, nothing sold twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from transforms.availability.channels import (
    CHANNEL_STEPS,
    ChannelFacts,
    changed_figures,
    channel_availability,
    channel_steps,
)
from transforms.availability.kits import PARTS
from transforms.availability.proof import KitFigures, prove_availability
from transforms.availability.rules import AvailabilityPolicy
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    KIT_AVAILABILITY,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS

TODAY = date(2017, 12, 28)
AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
NO_KITS = KitFigures(KIT_AVAILABILITY.empty(), PARTS.to_frame())
NODES = {"EAST": "web|market", "WEST": "web", "STORE": "market"}
Row = dict[str, Any]


def figures(
    *rules: Row,
    atp: dict[str, int] | None = None,
    waiting: dict[str, int] | None = None,
    sku: str = "S1",
    stopped: tuple[str, ...] = (),
    aged: tuple[tuple[str, str, int], ...] = (),
) -> pl.DataFrame:
    """The row of each channel, for ten eaches at every node."""
    stock = atp or dict.fromkeys(NODES, 10)
    policy = AvailabilityPolicy.from_mapping(
        {"published_channels": ["web", "market"], "rules": list(rules)}
    )
    waits = [
        {"channel_id": c, "sku_id": sku, "waiting_qty": q}
        for c, q in (waiting or {}).items()
    ]
    facts = ChannelFacts(
        supply_of(stock),
        pl.DataFrame(
            waits, schema={"channel_id": str, "sku_id": str, "waiting_qty": pl.Int64}
        ),
        nodes().with_columns(is_stopped=pl.col("node_id").is_in(stopped)),
        pl.DataFrame(
            [{"sku_id": sku, "department": "TEA"}], schema=DIM_PRODUCTS.schema
        ),
        limits=limited(aged, sku),
    )
    return channel_availability(facts, policy, AS_OF, TODAY)


def limited(aged: tuple[tuple[str, str, int], ...], sku: str) -> pl.DataFrame:
    """SHELF_LIFE_LIMITS: at a node so many eaches are too old for a channel."""
    rows = [
        {"node_id": node, "channel_id": channel, "sku_id": sku, "aged_qty": -old}
        | {"shelf_life_rule": "FRESH", "days": 8, "atp_qty": 10, "usable_qty": 10 - old}
        for node, channel, old in aged
    ]
    return pl.DataFrame(rows, schema=SHELF_LIFE_LIMITS.schema)


def supply_of(stock: dict[str, int], sku: str = "S1") -> pl.DataFrame:
    rows = [{"node_id": n, "sku_id": sku, "atp_qty": q} for n, q in stock.items()]
    return pl.DataFrame(rows, schema=AVAILABLE_TO_PROMISE.schema)


def nodes() -> pl.DataFrame:
    rows = [
        {"node_id": n, "channels": c, "node_kind": "store" if n == "STORE" else "dc"}
        for n, c in NODES.items()
    ]
    return pl.DataFrame(rows, schema=DIM_NODES.schema)


def told(*rules: Row, **more: Any) -> dict[str, Row]:  # noqa: ANN401 as figures takes
    """The same, by channel; the steps add up."""
    rows = figures(*rules, **more)
    steps = channel_steps(rows).group_by("channel_id").agg(pl.col("qty").sum())
    assert dict(steps.iter_rows()) == dict(
        rows.select("channel_id", "available_qty").iter_rows()
    )
    assert rows["available_qty"].equals(
        rows.select(pl.sum_horizontal(CHANNEL_STEPS)).to_series()
    )
    return {row["channel_id"]: row for row in rows.to_dicts()}


def rule(name: str, kind: str, **more: object) -> Row:
    return {"rule": name, "kind": kind} | more


def test_a_channel_sees_the_nodes_that_serve_it_and_what_is_shown_twice() -> None:
    rows = told()

    assert {"web": 20, "market": 20} == {c: r["available_qty"] for c, r in rows.items()}
    assert [10, 10] == [row["shared_qty"] for row in rows.values()]


def test_demand_that_waits_is_no_more_for_sale_whoever_asked_for_it() -> None:
    rows = told(waiting={"web": 3, "market": 4})

    assert [(-7, 13), (-7, 13)] == [
        (row["waiting_qty"], row["available_qty"]) for row in rows.values()
    ]


def test_a_node_that_is_not_shown_stands_as_a_step_with_its_rule() -> None:
    row = told(rule("NO_STORES", "exclude", node_kind="store", channel="market"))

    shown = row["market"]
    assert (20, -10, "NO_STORES", 10) == (
        shown["nodes_qty"],
        shown["excluded_qty"],
        shown["excluded_rule"],
        shown["available_qty"],
    )
    assert ("NONE", 20) == (row["web"]["excluded_rule"], row["web"]["available_qty"])


def test_what_is_too_old_for_a_channel_stands_as_a_step_with_its_rule() -> None:
    rows = told(aged=(("EAST", "market", 4), ("WEST", "market", 9)))

    shown = rows["market"]
    assert (20, -4, "FRESH", 16) == tuple(
        shown[n] for n in ("nodes_qty", "aged_qty", "aged_rule", "available_qty")
    )
    assert (0, "NONE", 20) == tuple(
        rows["web"][n] for n in ("aged_qty", "aged_rule", "available_qty")
    )


def test_a_pool_comes_from_nodes_of_its_own_before_it_is_missed_elsewhere() -> None:
    small = told(rule("MARKET_POOL", "pool", channel="market", qty=8))
    large = told(rule("MARKET_POOL", "pool", channel="market", qty=13))

    assert (0, "NONE") == (small["web"]["pools_qty"], small["web"]["pools_rule"])
    assert (-3, "MARKET_POOL", 17) == (
        large["web"]["pools_qty"],
        large["web"]["pools_rule"],
        large["web"]["available_qty"],
    )
    assert (13, 20) == (large["market"]["pool_qty"], large["market"]["available_qty"])


def test_what_waits_for_a_pool_is_served_from_it() -> None:
    pool = rule("MARKET_POOL", "pool", channel="market", qty=13)
    rows = told(pool, waiting={"market": 15})

    assert (-2, -3) == (rows["web"]["waiting_qty"], rows["web"]["pools_qty"])


def test_pools_never_come_to_more_than_there_is() -> None:
    first = rule("WEB_POOL", "pool", channel="web", qty=9, priority=5)
    second = rule("MARKET_POOL", "pool", channel="market", qty=9)
    rows = told(first, second, atp={"EAST": 10})

    assert {"web": 9, "market": 1} == {c: r["pool_qty"] for c, r in rows.items()}
    assert {"web": 9, "market": 1} == {c: r["available_qty"] for c, r in rows.items()}
    assert [0, 0] == [row["shared_qty"] for row in rows.values()]


def test_a_threshold_a_cap_and_a_ceiling_are_steps_of_their_own() -> None:
    row = told(
        rule("HELD_BACK", "threshold", channel="web", qty=4),
        rule("BACKORDERS", "oversell", channel="web", sku="S1", qty=6),
        rule("AT_MOST", "ceiling", channel="web", qty=15),
    )["web"]

    steps = ("threshold_qty", "oversell_qty", "ceiling_qty", "available_qty")
    assert (-4, 6, -7, 15) == tuple(row[step] for step in steps)
    names = ("threshold_rule", "oversell_rule", "ceiling_rule")
    assert ("HELD_BACK", "BACKORDERS", "AT_MOST") == tuple(row[n] for n in names)


def test_what_lifts_a_figure_to_zero_is_a_step() -> None:
    row = told(waiting={"web": 25})["web"]

    assert (5, 0) == (row["floor_qty"], row["available_qty"])
    capped = told(rule("CAP", "oversell", qty=7), waiting={"web": 25})["web"]
    assert (0, 2) == (capped["floor_qty"], capped["available_qty"])


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        (({}, {"sku": "S1"}), "R1"),
        (({"sku": "S1"}, {"department": "TEA", "channel": "web"}), "R1"),
        (({"sku": "S1"}, {"sku": "S1", "priority": 1}), "R1"),
        (
            (
                {"sku": "S1", "effective_from": date(2017, 1, 1)},
                {"sku": "S1", "effective_from": date(2017, 12, 28)},
            ),
            "R1",
        ),
        (({"sku": "S1"}, {"sku": "S1", "effective_to": date(2017, 12, 27)}), "R0"),
        (({"department": "TEA"}, {"department": "COFFEE", "channel": "web"}), "R0"),
    ],
)
def test_the_most_specific_rule_in_force_wins(
    rules: tuple[Row, ...], winner: str
) -> None:
    given = [rule(f"R{n}", "threshold", qty=n, **r) for n, r in enumerate(rules)]

    assert winner == told(*given)["web"]["threshold_rule"]
    assert winner == told(*given[::-1])["web"]["threshold_rule"]


def test_a_figure_is_told_again_only_when_a_step_is_another() -> None:
    first = figures().with_columns(run_id=pl.lit("r1"))
    later = datetime(2017, 12, 29, 5, tzinfo=UTC)

    assert changed_figures(figures(), first, later).is_empty()
    changed = changed_figures(figures(waiting={"web": 1}), first, later)
    assert ["market", "web"] == changed["channel_id"].to_list()


def test_what_a_channel_is_told_no_more_is_withdrawn_once() -> None:
    first = figures().with_columns(run_id=pl.lit("r1"))
    market = figures().filter(pl.col("channel_id") == "market")

    gone = changed_figures(market, first, AS_OF)
    assert [("web", 0, 0)] == gone.select(
        "channel_id", "nodes_qty", "available_qty"
    ).rows()
    kept = pl.concat([market, gone]).with_columns(run_id=pl.lit("r2"))
    assert changed_figures(market, kept, AS_OF).is_empty()


def test_a_figure_beside_its_steps_is_named() -> None:
    sound = figures()
    wrong = sound.with_columns(available_qty=pl.col("available_qty") + 1)
    moved = sound.with_columns(pl.col("nodes_qty", "available_qty") + 1)
    supply = supply_of(dict.fromkeys(NODES, 10))

    def failed(channels: pl.DataFrame) -> list[object]:
        none = AVAILABLE_TO_PROMISE.empty()
        proofs = prove_availability(none, channels, supply, NO_KITS, nodes(), AS_OF)
        return proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()

    assert [] == failed(sound)
    assert ["a channel's figure is the sum of its steps"] == failed(wrong)
    assert ["a channel's supply is the ATP of its nodes"] == failed(moved)


def test_what_a_stopped_node_has_is_shown_to_nobody() -> None:
    rows = {row["channel_id"]: row for row in figures(stopped=("EAST",)).to_dicts()}

    assert (-10, "NODE_STOPPED", 10) == tuple(
        rows["web"][name] for name in ("excluded_qty", "excluded_rule", "available_qty")
    )
    assert 10 == rows["market"]["available_qty"]
