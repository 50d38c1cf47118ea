"""The allocation problem of the exchange format: best, fast, bound, certificate."""

import numpy as np
import pytest

from tests.bench.allocation.instances import Instance, Shape, instance
from tests.bench.allocation.nearest import nearest_first
from transforms.allocation.kernel.audit import Audit, Claim, audit
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import Effort, Solution, solve, solve_fast
from transforms.allocation.kernel.telling import (
    allocations,
    least_told,
    prices_told,
)

SMALL, USUAL = Shape(60, 12, 8), Effort()


def solved(given: Instance, effort: Effort = USUAL) -> tuple[Posed, Solution]:
    posed = pose(given.frames, given.params)
    return posed, solve(posed, effort)


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
    )


@pytest.mark.parametrize("tenth", range(10))
def test_random_problems_have_certificates(tenth: int) -> None:
    """Two hundred in all."""
    offences = {}
    for seed in range(20 * tenth, 20 * tenth + 20):
        given = instance(varied(seed))
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
