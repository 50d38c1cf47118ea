"""Prices that clear cells one by one, and a proof that need not look everywhere."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tests.bench.allocation.instances import Instance, Shape, instance
from tests.unit.allocation.test_kernel import audited, solved
from transforms.allocation.kernel.ascent import asked
from transforms.allocation.kernel.clearing import asking, clear
from transforms.allocation.kernel.crew import crew_for
from transforms.allocation.kernel.desk import EXACT, NEVER
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.market import (
    ENDLESS,
    Market,
    contested,
    market,
    market_desk,
)
from transforms.allocation.kernel.problem import Longs, Posed, Problem, pose
from transforms.allocation.kernel.solve import Solution, solve
from transforms.allocation.kernel.survey import (
    Prices,
    cells_at,
    lanes_at,
    look,
    no_survey,
    paper_for,
)
from transforms.allocation.kernel.telling import prices_read, prices_told

FEW_LINES = Shape(400, 30, 12, scarcity=2.0, largest=6)


def no_prices(problem: Problem) -> Prices:
    nodes = len(problem.unit_cost)
    counts = len(problem.cell_stock), nodes, nodes
    return Prices(*(np.zeros(count, np.int64) for count in counts))


def looked(problem: Problem, prices: Prices) -> Longs:
    """What each order pays at least, found by a look at everything."""
    seen = no_survey(problem)
    seen.least[:] = NEVER
    everybody = np.arange(len(problem.region))
    asked = cells_at(problem, prices), lanes_at(problem, prices)
    look(problem, *asked, paper_for(problem), seen, everybody, 1)
    return seen.least


def shortlisted(problem: Problem) -> Market:
    prices, seen = no_prices(problem), no_survey(problem)
    everybody = np.arange(len(problem.region))
    asked = cells_at(problem, prices), lanes_at(problem, prices)
    look(problem, *asked, paper_for(problem), seen, everybody, 0)
    with crew_for(problem, 1) as crew:
        return market(problem, seen, prices, crew.spread)


def earned(problem: Problem, laid: Market, prices: Prices) -> int:
    """The bound on the shortlists, in thousandths."""
    with crew_for(problem, 1) as crew:
        paid = int(asked(problem, laid, prices, crew).choices.paid.sum())
    return paid - int(prices.cell[:-1] @ laid.stock[:-1])


def cleared(problem: Problem, laid: Market, prices: Prices) -> int:
    """Clear once; how many prices moved."""
    with crew_for(problem, 1) as crew:
        chosen = asked(problem, laid, prices, crew)
    askers = asking(laid, prices, chosen)
    desk = market_desk(problem, laid)
    return clear(problem, laid, prices, desk, chosen.choices, askers)


STOCK = "node_id", "on_hand_qty", "allocated_qty", "buffer_qty"


def two_want_the_near_one() -> Instance:
    """One each near by; from afar it costs one order 60 more, the other 90."""
    nodes = pl.DataFrame(
        {
            "node_id": [1, 2],
            "shipment_cost_minor": [0, 0],
            "unit_cost_minor": [0, 0],
            "lead_days": [0, 0],
            "capacity_shipments": [9, 9],
            "capacity_units": [9, 9],
            "channel_ids": [[0], [0]],
        },
        schema_overrides={"node_id": pl.Int32, "channel_ids": pl.List(pl.Int8)},
    )
    orders = pl.DataFrame(
        {
            "order_id": [1, 2],
            "region_id": [1, 2],
            "priority": [0, 0],
            "promise_days": [9, 9],
            "is_ship_complete": [False, False],
            "max_shipments": [1, 1],
            "channel_id": [0, 0],
        },
        schema_overrides={
            "region_id": pl.Int32,
            "priority": pl.Int8,
            "promise_days": pl.Int16,
            "max_shipments": pl.Int8,
            "channel_id": pl.Int8,
        },
    )
    lines = pl.DataFrame(
        {
            "order_id": [1, 2],
            "line_no": [1, 1],
            "sku_id": [7, 7],
            "qty": [1, 1],
            "grams": [0, 0],
            "backorder_cost_minor": [1_000, 1_000],
        },
        schema_overrides={"line_no": pl.Int16, "qty": pl.Int32},
    )
    stock = pl.DataFrame(
        {
            "sku_id": [7, 7],
            "node_id": [1, 2],
            "on_hand_qty": [1, 9],
            "allocated_qty": [0, 0],
            "buffer_qty": [0, 0],
        },
        schema_overrides=dict.fromkeys(
            ("node_id", "on_hand_qty", "allocated_qty", "buffer_qty"), pl.Int32
        ),
    )
    zones = pl.DataFrame(
        {
            "region_id": [1, 1, 2, 2],
            "node_id": [1, 2, 1, 2],
            "zone": [1, 2, 1, 3],
            "distance_km": [1.0, 9.0, 1.0, 20.0],
        },
        schema_overrides={
            "region_id": pl.Int32,
            "node_id": pl.Int32,
            "zone": pl.Int8,
            "distance_km": pl.Float32,
        },
    )
    rates = pl.DataFrame(
        {
            "service_id": [0, 0, 0],
            "zone": [1, 2, 3],
            "base_minor": [100, 160, 190],
            "per_kg_minor": [0, 0, 0],
            "transit_days": [1, 1, 1],
        },
        schema_overrides={"service_id": pl.Int8, "zone": pl.Int8},
    )
    params = {
        "late_cost_minor": 0,
        "split_cost_minor": 0,
        "allow_line_split": False,
    }
    frames = {
        "orders": orders,
        "lines": lines,
        "nodes": nodes,
        "stock": stock,
        "zones": zones,
        "rates": rates,
    }
    return Instance(frames, params)


def test_a_scarce_cell_costs_between_what_it_is_worth_to_loser_and_winner() -> None:
    given = two_want_the_near_one()
    problem = pose(given.frames, given.params).problem
    laid, prices = shortlisted(problem), no_prices(problem)
    prices = contested(laid, prices)

    moved = cleared(problem, laid, prices)

    # Order 1 would pay 60 minor units more than afar, order 2 would pay 90.
    assert moved == 1
    assert laid.stock.tolist() == [1, ENDLESS]
    assert 60_000 < int(prices.cell[0]) < 90_000
    # Nobody moves it again, and a price too high comes down to the same room.
    assert cleared(problem, laid, prices) == 0
    prices.cell[0] = 500_000
    assert cleared(problem, laid, prices) == 1
    assert 60_000 < int(prices.cell[0]) < 90_000


@pytest.mark.parametrize("seed", range(12))
def test_clearing_never_loses_of_the_bound(seed: int) -> None:
    given = instance(replace(FEW_LINES, seed=seed))
    keys = ["order_id", "sku_id"]
    once = given.frames["lines"].unique(keys, keep="first", maintain_order=True)
    problem = pose(given.frames | {"lines": once}, given.params).problem
    laid = shortlisted(problem)
    prices = contested(laid, no_prices(problem))
    bounds = [earned(problem, laid, prices)]
    for _ in range(4):
        cleared(problem, laid, prices)
        bounds.append(earned(problem, laid, prices))

    assert bounds == sorted(bounds)
    assert bounds[-1] > bounds[0]
    assert int(prices.cell.min()) >= 0


def test_one_pass_gains_most_of_what_many_steps_of_all_prices_do() -> None:
    given = instance(Shape(3_000, 300, 40, seed=5, largest=6))
    posed, found = solved(given)
    problem, laid = posed.problem, shortlisted(posed.problem)
    prices = contested(laid, no_prices(problem))
    before = earned(problem, laid, prices) / 1_000
    cleared(problem, laid, prices)
    after = earned(problem, laid, prices) / 1_000

    assert found.steps >= 40
    assert after - before > 0.7 * (found.bound - before)


SHAPES = {
    "usual": Shape(900, 90, 30),
    "twins": Shape(900, 40, 30, repeated=0.4, scarcity=2.0),
    "complete": Shape(900, 40, 30, complete=0.7, scarcity=3.0),
    "tight": Shape(900, 90, 30, supply=2.0, capacity=0.4),
    "many lines": Shape(900, 90, 30, singles=0.1, largest=40, mean_lines=12),
    "parts": Shape(600, 40, 15, is_split=True, bulk=2.0),
    "nothing there": Shape(300, 60, 20, supply=0.2, capacity=0.1),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", SHAPES)
def test_what_is_proved_without_a_look_is_what_a_look_finds(
    name: str, seed: int
) -> None:
    given = instance(replace(SHAPES[name], seed=seed))
    posed, found = solved(given)
    told = Prices(*(price // 2 for price in found.prices))
    warm = solve(posed, Effort(), told)
    for one in (found, warm):
        full = looked(posed.problem, one.prices)
        # Of many lines a look knows a bound, and a closer one beside a known plan.
        is_exact = np.diff(posed.problem.line_start) <= EXACT
        assert one.least[is_exact].tolist() == full[is_exact].tolist()
        assert not any(audited(given, posed, one).offences.values())


def next_day(given: Instance, other: Instance) -> Instance:
    """Every fifth order is another."""
    kept = given.frames["orders"].filter(pl.int_range(pl.len()) % 5 > 0)
    new = other.frames["orders"].filter(pl.int_range(pl.len()) % 5 == 0)
    lines = [
        one.frames["lines"].join(orders.select("order_id"), on="order_id")
        for one, orders in ((given, kept), (other, new))
    ]
    shift = pl.col("order_id") + 1_000_000
    orders = pl.concat([kept, new.with_columns(shift)])
    both = pl.concat([lines[0], lines[1].with_columns(shift)])
    return Instance(given.frames | {"orders": orders, "lines": both}, given.params)


@pytest.mark.parametrize("name", SHAPES)
def test_a_warm_start_holds_and_is_near_what_a_cold_one_finds(name: str) -> None:
    shape = SHAPES[name]
    given, other = instance(shape), instance(replace(shape, seed=77))
    mixed = next_day(given, other)
    told = solved(given)[1].prices
    posed, cold = solved(mixed)
    warm = solve(posed, Effort(), again(given, posed, told))

    assert not any(audited(mixed, posed, warm).offences.values())
    assert warm.cost < 1.03 * cold.cost
    assert warm.bound > 0.97 * cold.bound


def again(given: Instance, posed: Posed, told: Prices) -> Prices:
    """Prices of yesterday's cells for today's."""
    return prices_read(posed, prices_told(pose(given.frames, given.params), told))


def test_a_warm_start_that_may_not_take_long_leaves_the_prices() -> None:
    """No time for clearing: the prices told are those that the bound is proved by."""
    given = instance(Shape(600, 60, 20, largest=6))
    posed, found = solved(given)
    told = Prices(*(price // 2 for price in found.prices))
    ticks = iter(range(10**6))
    short = solve(posed, Effort(seconds=4.0, clock=lambda: float(next(ticks))), told)

    assert short.is_cut_short
    assert (short.prices.cell == told.cell).all()
    assert not any(audited(given, posed, short).offences.values())


def test_a_warm_start_that_is_far_off_goes_on_as_if_nothing_was_known() -> None:
    """Yesterday's room was plenty: its prices say nothing about a third of it."""
    shape = Shape(900, 90, 30, largest=6)
    given, other = instance(shape), instance(replace(shape, capacity=0.3))
    told = solved(given)[1].prices
    posed, cold = solved(other)
    warm = solve(posed, Effort(), again(given, posed, told))

    assert warm.steps >= cold.steps // 2 > 0
    assert warm.bound > 0.99 * cold.bound
    assert not any(audited(other, posed, warm).offences.values())


def test_threads_change_nothing_of_a_warm_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transforms.allocation.kernel.crew.WORTH", 0)
    given = instance(Shape(900, 90, 30, scarcity=1.5))
    posed, found = solved(given)
    told = Prices(*(price // 2 for price in found.prices))
    answers: list[Solution] = [
        solve(posed, Effort(threads=threads), told) for threads in (1, 2, 3)
    ]

    for answer in answers[1:]:
        assert answer.parts.node.tolist() == answers[0].parts.node.tolist()
        assert answer.least.tolist() == answers[0].least.tolist()
        assert answer.prices.cell.tolist() == answers[0].prices.cell.tolist()
