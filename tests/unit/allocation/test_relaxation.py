"""What an order of many lines costs at least, and which nodes it could use."""

from itertools import combinations

import numpy as np
import pytest

from transforms.allocation.kernel.desk import (
    COMPLETE,
    DONE,
    LINES,
    MOST,
    NEVER,
    NODES,
    PATIENT,
    SPLIT,
    Desk,
    new_desk,
)
from transforms.allocation.kernel.relaxation import relaxed
from transforms.allocation.kernel.search import searched


def desk_of(seed: int) -> Desk:
    """An order unlike its neighbours: some lines are at few nodes or at none."""
    chance = np.random.default_rng(seed)
    lines, nodes = int(chance.integers(9, 20)), int(chance.integers(2, 12))
    desk = new_desk(lines, nodes, is_split=False)
    cost = chance.integers(100, 1_000, (lines, nodes)) * 1_000
    has = chance.random((lines, nodes)) < chance.choice([0.3, 0.7, 1.0])
    desk.cost[:] = np.where(has, cost, NEVER)
    desk.fixed[:] = chance.integers(200, 3_000, nodes) * 1_000
    desk.spare[:] = chance.integers(300, 3_000, lines) * 1_000
    desk.ask[[LINES, NODES]] = lines, nodes
    desk.ask[MOST] = chance.integers(2, 4)
    desk.ask[COMPLETE] = chance.random() < 0.3
    desk.ask[SPLIT] = chance.choice([0, 300_000])
    return desk


def plans(desk: Desk) -> dict[tuple[int, ...], int]:
    """What each set of nodes costs; of one, two or three."""
    ask, found = desk.ask, {}
    limit = np.full(ask[LINES], NEVER) if ask[COMPLETE] else desk.spare
    for count in range(1, ask[MOST] + 1):
        for nodes in combinations(range(ask[NODES]), count):
            some = list(nodes)
            lines = np.minimum(limit, desk.cost[:, some].min(axis=1))
            if (lines < NEVER).all():
                parcels = int(desk.fixed[some].sum() + ask[SPLIT] * (count - 1))
                found[nodes] = int(lines.sum()) + parcels
    return found


def reduced(desk: Desk, value: int) -> tuple[set[int], int]:
    """Nodes that are left, by their numbers, and the floor."""
    names = np.arange(desk.ask[NODES])
    *rest, _, paper = desk
    ask, cost, fixed, spare, _, some = rest
    count, floor = relaxed(ask, cost, fixed, spare, some, names, paper, value)
    return set(names[:count].tolist()), floor


@pytest.mark.parametrize("tenth", range(10))
def test_nodes_of_every_cheaper_plan_are_left_and_none_costs_less_than_the_floor(
    tenth: int,
) -> None:
    removed = 0
    for seed in range(30 * tenth, 30 * tenth + 30):
        desk = desk_of(seed)
        all_plans, none = plans(desk), int(desk.spare.sum())
        best = min([*all_plans.values(), none])
        for value in (best, best + 1, best + best // 10, none):
            left, floor = reduced(new := desk_of(seed), value)
            cheaper = [set(p) for p, cost in all_plans.items() if cost < value]
            assert all(nodes <= left for nodes in cheaper)
            assert floor <= max(value, best)
            assert floor <= min(
                [all_plans[tuple(sorted(c))] for c in cheaper] or [value]
            )
            removed += int(new.ask[NODES]) - len(left)
    assert removed > 0


def test_columns_go_with_their_nodes() -> None:
    desk, same = desk_of(4), desk_of(4)
    best = min([*plans(same).values(), int(same.spare.sum())])
    names = np.arange(desk.ask[NODES])

    relaxed(*desk[:4], desk.some, names, desk.paper, best + 1)

    assert (desk.cost == same.cost[:, names]).all()
    assert (desk.fixed == same.fixed[names]).all()


@pytest.mark.parametrize("patience", [0, 10, 100, 1_000, 10_000])
def test_a_search_that_ends_early_has_a_bound(patience: int) -> None:
    for seed in range(150):
        desk = desk_of(seed)
        all_plans, none = plans(desk), int(desk.spare.sum())
        best = min([*all_plans.values(), none])
        alone = min([cost for p, cost in all_plans.items() if len(p) == 1] + [none])
        desk.ask[PATIENT] = patience
        value, bound = searched(*desk[:4], desk.choice, desk.paper, alone)

        assert bound <= best <= value
        assert desk.ask[DONE] > 0
        if desk.ask[DONE] <= patience:
            assert bound == best == value
