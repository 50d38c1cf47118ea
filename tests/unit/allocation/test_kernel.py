"""The allocation problem of the exchange format: best, fast, bound, certificate."""

from dataclasses import replace
from itertools import count

import numpy as np
import polars as pl
import pytest

from tests.bench.allocation.instances import Instance, Shape, instance
from tests.bench.allocation.nearest import nearest_first
from transforms.allocation.kernel import ascent as climbing
from transforms.allocation.kernel import audit as auditing
from transforms.allocation.kernel import crew
from transforms.allocation.kernel import solve as solving
from transforms.allocation.kernel.ascent import (
    FELL,
    ROSE,
    all_moved,
    no_choices,
    no_use,
    use_of,
)
from transforms.allocation.kernel.audit import Audit, Claim, audit
from transforms.allocation.kernel.effort import (
    MUCH_WIDER,
    WIDE,
    Effort,
    further,
    is_wide,
    plan_for,
)
from transforms.allocation.kernel.exact import optimum
from transforms.allocation.kernel.market import market_desk
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import Solution, solve, solve_fast
from transforms.allocation.kernel.survey import Prices
from transforms.allocation.kernel.tables import ProblemError
from transforms.allocation.kernel.telling import (
    allocations,
    beyond_reach,
    least_told,
    prices_read,
    prices_told,
    trace,
)

SMALL, USUAL = Shape(60, 12, 8), Effort()


def solved(given: Instance, effort: Effort = USUAL) -> tuple[Posed, Solution]:
    posed = pose(given.frames, given.params)
    return posed, solve(posed, effort)


def posed_of(shape: Shape) -> Posed:
    given = instance(shape)
    return pose(given.frames, given.params)


def audited(given: Instance, posed: Posed, found: Solution) -> Audit:
    claim = Claim(
        allocations(posed, found.parts),
        prices_told(posed, found.prices),
        least_told(posed, found.least),
        found.cost,
        found.bound,
    )
    return audit(given.frames, given.params, claim)


def varied(seed: int) -> Shape:
    """A shape unlike its neighbours, some of them tight in every way."""
    chance = np.random.default_rng(seed)
    return Shape(
        lines=int(chance.integers(5, 90)),
        skus=int(chance.integers(2, 25)),
        nodes=int(chance.integers(1, 12)),
        seed=seed,
        scarcity=float(chance.choice([1.0, 1.5, 6.0])),
        capacity=float(chance.choice([0.1, 0.3, 1.0])),
        singles=float(chance.choice([0.1, 0.6])),
        largest=int(chance.choice([4, 30])),
        mean_lines=float(chance.choice([2.0, 6.0, 15.0])),
        bulk=float(chance.choice([0.2, 4.0])),
        supply=float(chance.choice([0.5, 5.0])),
        is_split=bool(seed % 4 == 0),
        repeated=float(chance.choice([0.0, 0.4])),
        complete=float(chance.choice([0.0, 0.6])),
        worth=(0, 0, 40, 900, 5_000)[seed % 5],
        days=(1, 1, 1, 2, 1, 3)[seed % 6],
    )


@pytest.mark.parametrize("tenth", range(10))
def test_random_problems_have_certificates(
    tenth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred in all."""
    # One of them would branch longer than all others together.
    monkeypatch.setattr(solving, "BRANCHES", 100)
    offences = {}
    for seed in range(20 * tenth, 20 * tenth + 20):
        given = instance(varied(seed))
        posed, found = solved(given)
        seen = audited(given, posed, found).offences
        offences |= {(seed, name): n for name, n in seen.items() if n}

    assert offences == {}


@pytest.mark.parametrize("supply", [1.0, 1.5, 3.0, 5.0])
def test_random_problems_of_split_lines_have_certificates(
    supply: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The optimum is looked for by test_exact; here it would take most of the time,
    # of more than a hundred and fifty lines before the first branch.
    monkeypatch.setattr(solving, "BRANCHES", 20)
    monkeypatch.setattr(solving, "is_small", lambda problem: len(problem.goods) < 150)
    offences = {}
    for seed in range(40):
        shape = Shape(
            lines=20 + 9 * seed,
            skus=3 + seed % 30,
            nodes=2 + seed % 11,
            seed=seed,
            supply=supply,
            bulk=(1.0, 2.0, 4.0)[seed % 3],
            is_split=True,
        )
        given = instance(shape)
        posed, found = solved(given)
        seen = audited(given, posed, found).offences
        offences |= {(seed, name): n for name, n in seen.items() if n}

    assert offences == {}


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_fast_decides_as_the_plain_rule(seed: int) -> None:
    given = instance(varied(seed))
    posed = pose(given.frames, given.params)
    told = allocations(posed, solve_fast(posed))
    seen = {(o, n): node for o, n, node, _ in told.iter_rows()}

    assert nearest_first(given.frames) == seen


def plain(stock: dict[int, int], qty: int, **order: object) -> Instance:
    """One order of one line of SKU 1, and nodes that have some of it."""
    orders = {
        "order_id": 1,
        "region_id": 1,
        "priority": 0,
        "promise_days": 5,
        "is_ship_complete": False,
        "max_shipments": 9,
        "channel_id": 1,
    }
    line = {"order_id": 1, "line_no": 1, "sku_id": 1, "qty": qty, "grams": 100 * qty}
    nodes = pl.DataFrame({"node_id": list(stock)}).with_columns(
        shipment_cost_minor=10,
        unit_cost_minor=1,
        lead_days=0,
        capacity_shipments=100,
        capacity_units=1000,
        channel_ids=pl.lit([1], pl.List(pl.Int8)),
    )
    frames = {
        "orders": pl.DataFrame([orders | order]),
        "lines": pl.DataFrame([line | {"backorder_cost_minor": 10_000 * qty}]),
        "nodes": nodes,
        "stock": pl.DataFrame(
            {"sku_id": 1, "node_id": list(stock), "on_hand_qty": list(stock.values())}
        ).with_columns(allocated_qty=0, buffer_qty=0),
        "zones": nodes.select("node_id", region_id=1, zone=1, distance_km=1.0),
        "rates": pl.DataFrame({"service_id": [1], "zone": [1]}).with_columns(
            base_minor=300, per_kg_minor=1000, transit_days=1
        ),
    }
    params = {
        "late_cost_minor": 1,
        "split_cost_minor": 50,
        "is_line_split_allowed": True,
    }
    return Instance(frames, params)


def shipped(given: Instance) -> dict[int | None, int]:
    """Eaches by node; the solution has its certificate."""
    posed, found = solved(given)
    assert not any(audited(given, posed, found).offences.values())
    told = allocations(posed, found.parts)
    return dict(told.select("node_id", "qty").iter_rows())


def test_a_split_over_five_nodes_sums_to_demand() -> None:
    assert shipped(plain(dict.fromkeys(range(5), 10), 50)) == dict.fromkeys(
        range(5), 10
    )


def test_what_no_node_has_stays_behind_in_part() -> None:
    assert shipped(plain({7: 3, 8: 4}, 10)) == {7: 3, 8: 4, None: 3}


def test_an_order_that_ships_complete_is_not_split_short() -> None:
    given = plain({7: 3, 8: 4}, 10, is_ship_complete=True)

    assert shipped(given) == {None: 10}


def test_an_order_that_ships_complete_is_split_where_all_is_there() -> None:
    given = plain({7: 3, 8: 4, 9: 4}, 10, is_ship_complete=True)

    assert sum(q for node, q in shipped(given).items() if node) == 10


def answer(given: Instance, effort: Effort = USUAL) -> tuple[list[object], int, int]:
    posed, found = solved(given, effort)
    return allocations(posed, found.parts).rows(), found.cost, found.bound


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    given = instance(varied(seed))

    assert answer(given.shuffled(seed + 1)) == answer(given)


@pytest.mark.parametrize("seed", range(5))
def test_threads_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH", 0)
    given = instance(varied(seed))

    assert answer(given, Effort(threads=3)) == answer(given)


def test_threads_change_nothing_where_they_are_used_by_themselves() -> None:
    given = instance(Shape(2 * crew.WORTH, 1_000, 60, seed=4, supply=2, capacity=0.5))

    assert answer(given, Effort(threads=2)) == answer(given)


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_lies_between_bound_and_cost(seed: int) -> None:
    given = instance(Shape(40, 10, 6, seed=seed, supply=2, capacity=0.4))
    posed, found = solved(given)
    best = optimum(posed.problem)

    assert best.is_proven
    assert found.bound <= round(best.cost) <= found.cost <= 1.05 * best.cost


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_of_split_lines_lies_between_bound_and_cost(seed: int) -> None:
    shape = Shape(60, 12, 6, seed=seed, supply=1.5, bulk=2.0, is_split=True)
    posed, found = solved(instance(shape))
    best = optimum(posed.problem)
    rounded = len(found.parts.line)

    assert best.is_proven
    assert found.bound <= round(best.cost)
    assert best.cost - rounded <= found.cost <= 1.06 * best.cost


@pytest.mark.parametrize("seed", range(8))
def test_the_optimum_counts_what_eaches_are_worth(seed: int) -> None:
    shape = Shape(50, 10, 6, seed=seed, supply=2, is_split=seed % 2 == 1, worth=1_500)
    given = instance(shape)
    posed, found = solved(given)
    best = optimum(posed.problem)
    seen = audited(given, posed, found)

    assert best.is_proven
    assert not any(seen.offences.values())
    assert seen.figures["worth_taken_minor"] > 0
    assert found.bound <= round(best.cost)
    assert best.cost - len(found.parts.line) <= found.cost <= 1.05 * best.cost


def of_two_nodes(worth: dict[int, int]) -> Instance:
    """One line that two nodes have, the lower at less cost."""
    given = plain({7: 5, 8: 5}, 3)
    nodes = given.frames["nodes"].with_columns(
        unit_cost_minor=pl.when(node_id=7).then(20).otherwise(30)
    )
    told = pl.DataFrame({"node_id": list(worth), "worth_minor": list(worth.values())})
    stock = given.frames["stock"].join(told.cast({"node_id": pl.Int32}), on="node_id")
    return Instance(given.frames | {"nodes": nodes, "stock": stock}, given.params)


@pytest.mark.parametrize(
    ("worth", "node"),
    [
        ({7: 0, 8: 0}, 7),
        ({7: 9, 8: 0}, 7),
        ({7: 11, 8: 0}, 8),
        ({7: 500, 8: 489}, 8),
        ({7: 9_000_000, 8: 9_000_000}, None),
    ],
)
def test_eaches_stay_where_they_are_worth_more_than_the_way(
    worth: dict[int, int], node: int | None
) -> None:
    given = of_two_nodes(worth)
    posed, found = solved(given)

    assert allocations(posed, found.parts)["node_id"].to_list() == [node]
    assert not any(audited(given, posed, found).offences.values())


@pytest.mark.parametrize("seed", range(6))
def test_lines_that_may_be_split_never_cost_more(seed: int) -> None:
    shape = Shape(800, 80, 15, seed=seed, supply=1 + seed / 2, bulk=1.5)
    whole = solved(instance(shape))[1]
    split = solved(instance(replace(shape, is_split=True)))[1]

    assert split.cost <= whole.cost
    assert split.bound <= whole.cost


def test_parts_that_are_each_rounded_down_do_not_fall_below_the_bound() -> None:
    """Of SKUs 2 … 21 two nodes have three eaches, for three orders of two.

    Whoever is served by both loses a fraction twice in each line, as all go to both
    for SKUs 0 and 1.
    """
    skus, given = range(22), plain({1: 50, 2: 50}, 2)
    rows = [
        {"order_id": order, "line_no": sku, "sku_id": sku, "qty": 1 + (sku > 1)}
        for order in range(3)
        for sku in skus
    ]
    lines = pl.DataFrame(rows).with_columns(grams=1320, backorder_cost_minor=100_000)
    has = [
        (s, n, 3 if s > 1 else 50) for s in skus for n in (1, 2) if s > 1 or n == s + 1
    ]
    stock = pl.DataFrame(has, ["sku_id", "node_id", "on_hand_qty"], orient="row")
    frames = given.frames | {
        "orders": pl.concat(
            given.frames["orders"].with_columns(order_id=pl.lit(n)) for n in range(3)
        ),
        "lines": lines,
        "stock": stock.with_columns(allocated_qty=0, buffer_qty=0),
        "rates": given.frames["rates"].with_columns(per_kg_minor=25),
    }
    loose = Instance(frames, given.params)
    posed, found = solved(loose)

    assert found.parts.line.size > lines.height
    assert not any(audited(loose, posed, found).offences.values())


def test_an_order_without_lines_may_be_the_last() -> None:
    given = instance(Shape(60, 12, 8, is_split=True, bulk=2.0))
    last = given.frames["orders"]["order_id"].max()
    lines = given.frames["lines"].filter(pl.col("order_id") != last)
    fewer = Instance(given.frames | {"lines": lines}, given.params)
    posed, found = solved(fewer)

    assert not any(audited(fewer, posed, found).offences.values())


def test_two_lines_of_one_sku_are_not_sold_the_same_each() -> None:
    given = plain({7: 5}, 3)
    twin = given.frames["lines"].with_columns(
        line_no=2 * pl.col("line_no"), qty=pl.lit(4, pl.Int64)
    )
    both = pl.concat(
        [given.frames["lines"], twin.select(given.frames["lines"].columns)]
    )
    params = given.params | {"is_line_split_allowed": False}

    assert shipped(Instance(given.frames | {"lines": both}, params))[None] in {3, 4}


def test_capacity_is_used_up_inside_the_run() -> None:
    given = plain({7: 50}, 3)
    order, line = given.frames["orders"], given.frames["lines"]
    orders = pl.concat([order.with_columns(order_id=n) for n in range(4)])
    lines = pl.concat([line.with_columns(order_id=n) for n in range(4)])
    nodes = given.frames["nodes"].with_columns(capacity_shipments=2)
    frames = given.frames | {"orders": orders, "lines": lines, "nodes": nodes}
    _, found = solved(Instance(frames, given.params))

    assert (found.parts.node >= 0).sum() == 2


def test_prices_are_a_place_to_start_from() -> None:
    given = instance(Shape(400, 60, 12, seed=3, supply=2))
    posed, found = solved(given)
    told = prices_told(posed, found.prices)
    again = solve(posed, USUAL, prices_read(posed, told))

    assert not any(audited(given, posed, again).offences.values())
    assert again.steps < found.steps
    assert again.bound >= 0.98 * found.bound


@pytest.mark.parametrize("is_split", [False, True])
def test_an_order_is_passed_by_only_where_looking_would_change_nothing(
    monkeypatch: pytest.MonkeyPatch, *, is_split: bool
) -> None:
    """Prices wander; who is asked again only then has the plan of who is always."""
    # Shortlists are all that is wanted of the solution: no better one is searched.
    monkeypatch.setattr(solving, "is_small", lambda _: False)
    usual = Shape(400, 40, 9, seed=7, scarcity=1.5)
    parted = replace(usual, bulk=2.0, supply=2.0, is_split=True)
    posed = posed_of(parted if is_split else usual)
    laid, problem = solve(posed, USUAL).laid, posed.problem
    cells, nodes = len(laid.stock), len(problem.unit_cost)
    desk, orders = market_desk(problem, laid), len(problem.region)
    prices = Prices(*(np.zeros(n, np.int64) for n in (cells, nodes, nodes)))
    asked = no_choices(problem), no_use(cells, nodes)
    moved, chance = all_moved(cells, nodes), np.random.default_rng(7)
    passed = 0
    for _ in range(30):
        before = asked[0].paid.copy()
        use_of(problem, laid, prices, moved, desk, *asked, 0, orders)
        fresh = no_choices(problem), no_use(cells, nodes)
        whole = all_moved(cells, nodes)
        use_of(problem, laid, prices, whole, desk, *fresh, 0, orders)

        assert asked[0].paid.tolist() == fresh[0].paid.tolist()
        passed += int((before == fresh[0].paid).sum())
        for price, mark in zip(prices, moved, strict=True):
            step = chance.integers(-900_000, 900_000, len(price))
            step[chance.random(len(price)) < 0.9] = 0
            now = np.maximum(0, price + step)
            mark[:] = np.where(now > price, ROSE, np.where(now < price, FELL, 0))
            price[:] = now
        prices.cell[-1], moved.cell[-1] = 0, 0
    assert passed > orders


def test_of_two_that_lose_as_much_by_waiting_the_lower_id_goes() -> None:
    given = plain({1: 2}, 2)
    orders = pl.concat(
        given.frames["orders"].with_columns(order_id=pl.lit(n)) for n in (2, 1)
    )
    lines = pl.concat(
        given.frames["lines"].with_columns(order_id=pl.lit(n)) for n in (2, 1)
    )
    frames = given.frames | {"orders": orders, "lines": lines}
    posed, found = solved(Instance(frames, given.params))

    told = allocations(posed, found.parts).sort("order_id")

    assert [1, None] == told["node_id"].to_list()


@pytest.mark.parametrize(
    ("shape", "is_again"),
    [
        (Shape(4000, 400, 30, capacity=0.34, scarcity=1.5), True),
        (Shape(1000, 100, 30), False),
    ],
)
def test_a_wide_gap_is_tried_once_more(shape: Shape, *, is_again: bool) -> None:
    posed = posed_of(shape)
    plan = plan_for(posed.problem, is_warm=False)

    found = solve(posed, USUAL)

    assert sum(plan.steps) + is_again * plan.more == found.steps
    assert is_again is is_wide(found.cost, found.bound)


@pytest.mark.parametrize("is_split", [False, True])
def test_where_all_room_is_wanted_prices_go_as_far_as_they_must(
    *, is_split: bool
) -> None:
    """Room for hardly more than is asked for, and waiting is dear: 18 % once."""
    shape = Shape(
        *(3000, 300, 25),
        capacity=0.36,
        breadth=0.1,
        large=0.0,
        complete=0.0,
        is_split=is_split,
    )
    given = instance(shape)
    dear = pl.col("backorder_cost_minor") * 4 + 3500
    lines = given.frames["lines"].with_columns(backorder_cost_minor=dear)
    tight = Instance(given.frames | {"lines": lines}, given.params)
    posed, found = solved(tight)
    room, wanted = posed.problem.cap_units.sum(), posed.problem.qty.sum()

    assert wanted < room < 1.1 * wanted
    assert found.cost <= 1.01 * found.bound
    assert not any(audited(tight, posed, found).offences.values())


def test_who_begins_far_from_the_prices_goes_on_until_the_gap_is_no_longer_wide() -> (
    None
):
    problem = posed_of(Shape(2500, 300, 25)).problem
    far = further(problem, is_warm=False, is_far=True)
    small = further(posed_of(SMALL).problem, is_warm=False, is_far=True)
    near = further(problem, is_warm=False, is_far=False)
    warm = further(problem, is_warm=True, is_far=True)

    assert [limit for limit, _ in near] == [WIDE]
    assert {limit for limit, _ in (*far, *warm)} == {MUCH_WIDER}
    assert len(small) < len(far)
    assert far[0][1] == warm[1][1]


def test_an_audit_by_slices_finds_what_an_audit_at_once_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = instance(varied(5))
    posed, found = solved(given)
    at_once = audited(given, posed, found)
    monkeypatch.setattr(auditing, "AT_ONCE", 3)

    by_slices = audited(given, posed, found)

    assert at_once.offences == by_slices.offences
    assert at_once.figures == by_slices.figures
    assert at_once.orders.equals(by_slices.orders)


def test_prices_that_prove_less_than_nothing_are_not_told() -> None:
    given = instance(SMALL)
    posed = pose(given.frames, given.params)
    cells, nodes = len(posed.problem.cell_stock), len(posed.node_ids)
    mad = Prices(*(np.full(n, 10**9) for n in (cells, nodes, nodes)))

    found = solve(posed, Effort(seconds=1e-9, clock=lambda: 1.0), mad)

    assert found.bound == 0
    assert not any(price.any() for price in found.prices)
    assert not any(audited(given, posed, found).offences.values())


def test_a_used_up_budget_ends_in_a_plan_that_holds() -> None:
    given = instance(SMALL)
    posed, found = solved(given, Effort(seconds=1.0, clock=lambda: 2.0))

    assert found.is_cut_short
    assert not any(audited(given, posed, found).offences.values())


def test_a_budget_ends_the_steps_and_leaves_time_for_a_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A clock that ticks once a question: the prices get three steps or so."""
    monkeypatch.setattr(climbing, "AT_ONCE", 1)
    given = instance(Shape(400, 60, 12, seed=3, supply=2))
    ticks = count()
    _, found = solved(given, Effort(seconds=30.0, clock=lambda: float(next(ticks))))

    assert found.is_cut_short
    assert 0 < found.steps < solved(given)[1].steps
    assert found.bound < found.cost < found.nearest


def test_the_trace_names_what_was_taken() -> None:
    given = instance(replace(SMALL, worth=700))
    posed, found = solved(given)
    told = trace(posed, found.laid, found.prices, found.parts)
    taken = told.filter("is_taken").select("order_id", "line_no", "node_id")
    placed = allocations(posed, found.parts).drop("qty").drop_nulls()

    assert set(taken.rows()) <= set(placed.rows())
    assert told.select("order_id", "line_no", "node_id").is_unique().all()
    worth = told.filter("is_taken")["worth_minor"].sum()
    assert worth == audited(given, posed, found).figures["worth_taken_minor"] > 0


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("lines", {"qty": 0}, "lines.parquet: column qty: row 1: 0 is out of range"),
        (
            "lines",
            {"order_id": 9},
            "lines.parquet: column order_id: row 1: 9 is unknown",
        ),
        ("orders", {"priority": None}, "orders.parquet: column priority: row 1: None"),
        ("nodes", {"unit_cost_minor": 1.5}, "nodes.parquet: column unit_cost_minor: F"),
        ("stock", {"node_id": 8}, "stock.parquet: column node_id: row 1: 8 is unknown"),
        (
            "stock",
            {"allocated_qty": -1},
            "stock.parquet: column allocated_qty: row 1: -1",
        ),
        ("stock", {"buffer_qty": -1}, "stock.parquet: column buffer_qty: row 1: -1 is"),
        ("stock", {"worth_minor": -1}, "stock.parquet: column worth_minor: row 1: -1"),
        ("stock", {"worth_minor": 0.5}, "stock.parquet: column worth_minor: F"),
    ],
)
def test_what_cannot_be_is_named(
    file: str, change: dict[str, object], said: str
) -> None:
    given = plain({7: 5}, 3)
    literals = {column: pl.lit(value) for column, value in change.items()}
    wrong = given.frames[file].with_columns(**literals)
    if None in change.values():
        wrong = wrong.with_columns(pl.col(list(change)).cast(pl.Int8))

    with pytest.raises(ProblemError) as refusal:
        pose(given.frames | {file: wrong}, given.params)

    assert str(refusal.value).startswith(said)


@pytest.mark.parametrize(
    "missing",
    [["stock"], ["zones"], ["rates"], ["orders", "lines"], ["nodes", "stock", "zones"]],
)
def test_where_there_is_nothing_nothing_is_shipped(missing: list[str]) -> None:
    given = instance(SMALL)
    empty = {name: given.frames[name].clear() for name in missing}
    bare = Instance(given.frames | empty, given.params)
    posed, found = solved(bare)

    assert not any(audited(bare, posed, found).offences.values())
    assert found.cost == found.bound == posed.lines["backorder_cost_minor"].sum()


def test_an_optional_column_that_is_misspelt_is_named() -> None:
    given = plain({7: 5}, 3)
    wrong = given.frames["stock"].with_columns(worth_minors=pl.lit(5))

    with pytest.raises(ProblemError, match="worth_minors: unknown; worth_minor is"):
        pose(given.frames | {"stock": wrong}, given.params)


def test_a_line_that_costs_more_than_can_be_reckoned_with_is_named() -> None:
    given = plain({7: 5}, 3)
    rates = given.frames["rates"].with_columns(per_kg_minor=pl.lit(10**9))
    lines = given.frames["lines"].with_columns(grams=pl.lit(10**6))

    with pytest.raises(ProblemError, match="order 1, line 1: may cost"):
        pose(given.frames | {"rates": rates, "lines": lines}, given.params)


def test_an_order_of_more_lines_than_can_be_added_up_is_named() -> None:
    given = plain({7: 5}, 3)
    numbers = pl.int_range(1, 8_002, dtype=pl.Int16, eager=True).alias("line_no")
    one = given.frames["lines"].head(1)
    many = one.drop("line_no").join(numbers.to_frame(), how="cross")
    lines = many.select(one.columns)

    with pytest.raises(ProblemError, match="order 1: 8001 lines; an order has 8000"):
        pose(given.frames | {"lines": lines}, given.params)


@pytest.mark.parametrize(
    ("file", "change", "reason"),
    [
        ("stock", {"buffer_qty": 5}, "no_stock"),
        ("orders", {"channel_id": 2}, "channel"),
        ("zones", {"region_id": 2}, "no_lane"),
        ("zones", {"zone": 2}, "no_rate"),
        ("rates", {"zone": 2}, "no_rate"),
        ("lines", {"qty": 6}, "too_little"),
        ("nodes", {"capacity_units": 2}, "no_room"),
        ("nodes", {"capacity_shipments": 0}, "no_room"),
        ("orders", {"priority": 1}, None),
        ("lines", {"backorder_cost_minor": 0}, None),
    ],
)
def test_a_line_that_no_node_can_serve_is_counted_with_its_reason(
    file: str, change: dict[str, int], reason: str | None
) -> None:
    """Two nodes; a line that costs more to ship than not is no such line."""
    given = plain({7: 5, 8: 5}, 3)
    frames = given.frames | {
        file: given.frames[file].with_columns(
            pl.lit(value).alias(column) for column, value in change.items()
        )
    }
    params = given.params | {"is_line_split_allowed": False}
    posed = pose(frames, params)
    told = beyond_reach(posed, solve(posed, Effort()).parts)

    assert {name for name, count in told.items() if count} == {reason} - {None}


def test_where_lines_are_split_a_node_that_has_one_each_can_serve() -> None:
    given = plain({7: 5}, 6, is_ship_complete=True)
    posed = pose(given.frames, given.params)
    found = solve(posed, Effort())

    assert (found.parts.node < 0).all()
    assert not any(beyond_reach(posed, found.parts).values())


def test_every_part_of_a_line_is_rounded_down_by_itself() -> None:
    """2817 × 1/2 of what waits is 1408; 75 × 333 × 1/2 / 1000 of freight is 12."""
    given = plain({7: 1}, 2)
    lines = given.frames["lines"].with_columns(
        backorder_cost_minor=pl.lit(2817), grams=pl.lit(333)
    )
    rates = given.frames["rates"].with_columns(per_kg_minor=pl.lit(75))
    odd = Instance(given.frames | {"lines": lines, "rates": rates}, given.params)
    posed, found = solved(odd)

    assert not any(audited(odd, posed, found).offences.values())
    assert found.cost == 300 + 10 + 12 + 1 + 1408


def test_a_row_that_stands_twice_is_named() -> None:
    given = plain({7: 5}, 3)
    stock = pl.concat([given.frames["stock"]] * 2)

    with pytest.raises(ProblemError, match="column node_id: row 2: 7 is twice"):
        pose(given.frames | {"stock": stock}, given.params)


def offence(given: Instance, claim: Claim) -> set[str]:
    return {
        n for n, k in audit(given.frames, given.params, claim).offences.items() if k
    }


def test_the_audit_finds_what_is_planted() -> None:
    given = plain({7: 3, 8: 9}, 5)
    posed, found = solved(given)
    told = allocations(posed, found.parts)
    usual = Claim(told, None, None, found.cost, None)
    elsewhere = told.with_columns(node_id=pl.lit(7, pl.Int32))
    shorter = told.with_columns(qty=pl.lit(4, pl.Int32))

    assert offence(given, usual) == set()
    assert offence(given, replace(usual, cost=found.cost - 1)) == {"cost_differs"}
    assert "stock_oversold" in offence(given, replace(usual, allocations=elsewhere))
    assert "line_of_other_quantity" in offence(
        given, replace(usual, allocations=shorter)
    )
