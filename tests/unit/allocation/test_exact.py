"""Small problems to the optimum: beside every plan there is, tried one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest

from tests.bench.allocation.instances import Instance, Shape, instance
from transforms.allocation.kernel import solve as solving
from transforms.allocation.kernel.audit import Claim, audit
from transforms.allocation.kernel.cost import Parts, bill, whole_lines
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.exact import Optimum, fits, is_small, optimum
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import solve
from transforms.allocation.kernel.telling import allocations


def posed_of(given: Instance) -> Posed:
    return pose(given.frames, given.params)


def tiny(seed: int) -> Instance:
    shape = Shape(6, 3, 3, seed=seed, supply=1, capacity=0.4, breadth=0.7, repeated=0.2)
    return instance(replace(shape, worth=900 * (seed % 2)))


def least_of_all(posed: Posed) -> int:
    """The cost of the cheapest of all ways to ship whole lines."""
    problem = posed.problem
    nodes, costs = range(-1, len(posed.node_ids)), []
    for chosen in product(nodes, repeat=len(problem.qty)):
        parts = whole_lines(problem, np.array(chosen, np.int32))
        if is_possible(posed, parts):
            costs.append(int(bill(problem, parts).order.sum()))
    return min(costs)


def is_possible(posed: Posed, parts: Parts) -> bool:
    """It fits, and each line is served by its node, and a service goes there."""
    problem = posed.problem
    order = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    line, node = (column[parts.node >= 0] for column in (parts.line, parts.node))
    order = order[line]
    zone = problem.zone[problem.region[order], node]
    goes = (zone >= 0) & problem.serves[node, problem.channel[order]]
    goes &= problem.base[problem.promise[order], zone, node] >= 0
    return bool(goes.all()) and fits(problem, parts)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_cheaper_than_a_small_problem_s_answer(seed: int) -> None:
    posed = posed_of(tiny(seed))

    assert least_of_all(posed) == solve(posed, Effort()).cost


def crossed() -> Instance:
    """Each of two orders is nearest to the node that has enough for the other only."""
    given = instance(Shape(10, 2, 2, is_split=True))
    near, far = given.frames["nodes"]["node_id"]
    rows: dict[str, list[dict[str, object]]] = {
        "orders": [
            {"order_id": 1, "region_id": 0, "priority": 2, "promise_days": 9},
            {"order_id": 2, "region_id": 1, "priority": 2, "promise_days": 9},
        ],
        "lines": [
            {"order_id": 1, "qty": 10, "grams": 10_000, "backorder_cost_minor": 50_000},
            {"order_id": 2, "qty": 5, "grams": 5_000, "backorder_cost_minor": 25_000},
        ],
        "stock": [
            {"node_id": near, "on_hand_qty": 5},
            {"node_id": far, "on_hand_qty": 10},
        ],
        "zones": [
            {"region_id": region, "node_id": node, "zone": zone, "distance_km": zone}
            for region, node, zone in [
                (0, near, 1),
                (0, far, 8),
                (1, near, 8),
                (1, far, 1),
            ]
        ],
    }
    same = {"is_ship_complete": False, "max_shipments": 2, "channel_id": 0}
    same |= {"line_no": 1, "sku_id": 7, "allocated_qty": 0, "buffer_qty": 0}
    frames = dict(given.frames)
    for name, table in rows.items():
        whole = [same | row for row in table]
        frames[name] = pl.DataFrame(whole, schema_overrides=frames[name].schema).select(
            frames[name].columns
        )
    room = {"capacity_shipments": 99, "capacity_units": 99}
    frames["nodes"] = frames["nodes"].with_columns(
        **{name: pl.lit(most, pl.Int64) for name, most in room.items()}
    )
    return Instance(frames, given.params)


def test_two_orders_change_places_where_each_stands_at_the_other_s_node(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posed = posed_of(crossed())
    best = optimum(posed.problem)

    found = solve(posed, Effort())
    monkeypatch.setattr(solving, "is_small", lambda _: False)
    negotiated = solve(posed, Effort())

    assert best.parts is not None
    assert found.cost == int(bill(posed.problem, best.parts).order.sum())
    assert found.cost < negotiated.cost


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_is_a_solution(seed: int) -> None:
    given = instance(
        Shape(40, 8, 5, seed=seed, supply=1.2, bulk=2.0, is_split=seed % 2 == 0)
    )
    posed = posed_of(given)
    best = optimum(posed.problem)

    assert best.is_proven
    assert best.parts is not None
    cost = int(bill(posed.problem, best.parts).order.sum())
    told = allocations(posed, best.parts)
    claim = Claim(told, None, None, cost, None)
    assert not any(audit(given.frames, given.params, claim).offences.values())
    rounded = len(best.parts.line)
    assert best.cost - rounded <= cost <= best.cost + 1e-6


@pytest.mark.parametrize(
    "offence",
    ["too few", "no stock", "no room", "no parcels", "too many", "torn"],
)
def test_what_does_not_fit_is_not_taken(offence: str) -> None:
    problem = posed_of(tiny(3)).problem
    parts = optimum(problem).parts
    assert parts is not None
    assert fits(problem, parts)
    order = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    shipped = parts.node >= 0
    both = np.unique(order[parts.line[shipped]])
    if offence == "too few":
        parts = parts._replace(qty=parts.qty - 1)
    elif offence == "no stock":
        problem = problem._replace(cell_stock=problem.cell_stock * 0)
    elif offence == "no room":
        problem = problem._replace(cap_units=problem.cap_units * 0)
    elif offence == "no parcels":
        problem = problem._replace(cap_shipments=problem.cap_shipments * 0)
    elif offence == "too many":
        problem = problem._replace(max_shipments=problem.max_shipments * 0)
    else:
        several = [one for one in both if np.diff(problem.line_start)[one] > 1]
        line = int(np.flatnonzero(order == several[0])[-1])
        node = parts.node.copy()
        node[parts.line == line] = -1
        problem = problem._replace(is_complete=np.full_like(problem.is_complete, True))
        parts = parts._replace(node=node)

    assert not fits(problem, parts)


def test_a_large_problem_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    posed = posed_of(instance(Shape(3_000, 300, 20, supply=1.0)))

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(solving, "optimum", refuse)

    assert not is_small(posed.problem)
    assert solve(posed, Effort()).cost > 0


def test_a_small_problem_is_not_solved_exactly_without_time_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posed = posed_of(crossed())
    monkeypatch.setattr(solving, "optimum", None)

    found = solve(posed, Effort(seconds=0.5))

    assert found.cost > found.bound > 0
    assert found.is_cut_short


def test_an_optimum_that_a_clock_kept_from_being_proven_is_cut_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posed = posed_of(crossed())
    told: list[float | None] = []

    def hurried(*given: object) -> Optimum:
        told.append(given[1])  # type: ignore[arg-type]
        return Optimum(0.0, is_proven=False, parts=None)

    monkeypatch.setattr(solving, "optimum", hurried)

    assert solve(posed, Effort(seconds=60.0)).is_cut_short
    assert not solve(posed, Effort()).is_cut_short
    assert told[0] is not None
    assert told[1] is None
