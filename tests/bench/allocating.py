"""The allocator beside nearest first, a priority list and a MIP, in one run.

    python -m tests.bench.allocating [small] [large] [splits] [hard] [growth] [million]

Small instances against HiGHS (optimum, bound, seconds), 100,000 lines against the
two rules in plain Python, splits by what one costs, hard cases, growth from 10,000
to 100,000 lines, and, if asked for, a million lines. Seeds are drawn from SEED, so
that another may be tried. Every solution is certified by the audit, which shares
nothing with the solver. Seconds are those of two threads without compiling; ratios
outlive the machine.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import resource
import sys
from dataclasses import dataclass, replace
from math import log
from statistics import median
from time import perf_counter

import polars as pl

from orchestration.cli.allocate import rehearse
from tests.bench.allocation.instances import Instance, Shape, instance
from tests.bench.allocation.nearest import nearest_first
from transforms.allocation.kernel.audit import Audit, Claim, audit
from transforms.allocation.kernel.cost import Parts, bill
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.exact import optimum
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import Solution, solve, solve_fast
from transforms.allocation.kernel.telling import (
    allocations,
    least_told,
    prices_read,
    prices_told,
)

THREADS = 2
SEED = int(os.environ.get("SEED", "900"))
LARGE = Shape(100_000, 10_000, 200, seed=SEED)
SPLIT_COSTS = (0, 300, 1000, 2000, 3000)
"""What a split costs beyond the parcel, minor units; 300 is every other part's."""
HARD = {
    "scarcity × 1.5": replace(LARGE, scarcity=1.5),
    "capacity × 0.8": replace(LARGE, capacity=0.8),
    "1,000 nodes": replace(LARGE, nodes=1000),
    "room for hardly more": replace(LARGE, supply=2.0, capacity=0.45),
    "few have it, waiting dear": replace(LARGE, capacity=0.36, breadth=0.1, dear=4),
    "three ship days each": replace(LARGE, capacity=0.3, days=3),
    "stores alone": replace(LARGE, large=0.0, breadth=0.1),
    "lines in parts": replace(LARGE, bulk=1.0, is_split=True),
    "baskets of up to 200": replace(LARGE, singles=0.2, largest=200, mean_lines=25),
}


@dataclass(frozen=True)
class Tried:
    """A problem, what was found, and the seconds that it took."""

    given: Instance
    posed: Posed
    found: Solution
    seconds: float

    @property
    def gap(self) -> float:
        """Cost over the proven bound."""
        return self.found.cost / self.found.bound - 1


def tried(
    given: Instance, threads: int = THREADS, told: pl.DataFrame | None = None
) -> Tried:
    """Solve and certify; a solution without a certificate ends the bench."""
    posed = pose(given.frames, given.params)
    warm = None if told is None else prices_read(posed, told)
    started = perf_counter()
    found = solve(posed, Effort(threads=threads), warm)
    seconds = perf_counter() - started
    offences = audited(given, posed, found).offences
    assert not any(offences.values()), offences
    return Tried(given, posed, found, seconds)


def audited(given: Instance, posed: Posed, found: Solution) -> Audit:
    """The certificate."""
    claim = Claim(
        allocations(posed, found.parts),
        prices_told(posed, found.prices),
        least_told(posed, found.least),
        found.cost,
        found.bound,
    )
    return audit(given.frames, given.params, claim)


def small() -> None:
    """A1 and A6: the optimum, its seconds, the bound of the linear relaxation.

    Beside them the orders that are split: what is cheapest splits more of them.
    """
    titles = f"{'cost/optimum':>24} {'seconds/MIP':>12} {'bound/LP':>9}"
    print(f"{'lines':>6} {titles}  split: optimum, this, nearest first")
    for lines, nodes, count in ((500, 20, 5), (1000, 30, 5), (2000, 40, 3)):
        costs, shares, bounds, splits = [], [], [], []
        for number in range(count):
            shape = Shape(lines, lines // 10, nodes, seed=SEED + number)
            this = tried(instance(shape), threads=1)
            started = perf_counter()
            best = optimum(this.posed.problem, seconds=600)
            shares.append(this.seconds / (perf_counter() - started))
            costs.append(this.found.cost / best.cost)
            relaxed = optimum(this.posed.problem, is_relaxed=True)
            bounds.append(this.found.bound / relaxed.cost)
            assert best.parts is not None
            all_of_it = best.parts, this.found.parts, solve_fast(this.posed)
            splits.append([_split_orders(this.posed, parts) for parts in all_of_it])
        worst = f"{median(costs):.5f} worst {max(costs):.5f}"
        print(f"{lines:>6} {worst:>24} {median(shares):>11.2%}", end=" ")
        shares = [median(column) for column in zip(*splits, strict=True)]
        print(f"{min(bounds):>9.5f}  {', '.join(f'{share:.2%}' for share in shares)}")


def _split_orders(posed: Posed, parts: Parts) -> float:
    """The share of orders that become several parcels."""
    return float((bill(posed.problem, parts).shipments > 1).mean())


def large() -> None:
    """A2, A4, A5, A8, A9, A10 on 100,000 lines; medians of three seeds."""
    rows = [_large(replace(LARGE, seed=SEED + number)) for number in range(3)]
    for name in rows[0]:
        print(f"{name:<48}{median(row[name] for row in rows):>12.4f}")


def _large(shape: Shape) -> dict[str, float]:
    given = instance(shape)
    this = tried(given)
    started = perf_counter()
    plain = nearest_first(given.frames)
    python_seconds = perf_counter() - started
    started = perf_counter()
    fast = solve_fast(this.posed)
    fast_seconds = perf_counter() - started
    told = allocations(this.posed, fast)
    same = {(o, n): node for o, n, node, _ in told.iter_rows()} == plain
    listed = nearest_first(given.frames, is_by_distance=False)
    splits = [_split_orders(this.posed, parts) for parts in (this.found.parts, fast)]
    other = tried(given.shuffled(1), threads=1).found
    again = replace(shape, seed=shape.seed + 1000)
    mixed = _churned(given, instance(again))
    cold, warm = (
        tried(mixed),
        tried(mixed, told=prices_told(this.posed, this.found.prices)),
    )
    nearest = this.found.nearest
    return {
        "gap to the proven bound, %": 100 * this.gap,
        "seconds, two threads": this.seconds,
        "cost / nearest first": this.found.cost / nearest,
        "of nearest first's gap captured, %": 100
        * (nearest - this.found.cost)
        / (nearest - this.found.bound),
        "cost / priority list": this.found.cost / _cost(this, listed),
        "split orders, %": 100 * splits[0],
        "split orders of nearest first, %": 100 * splits[1],
        "lines shipped, %": 100 * float((this.found.parts.node >= 0).mean()),
        "lines shipped by nearest first, %": 100 * float((fast.node >= 0).mean()),
        "fast mode decides as plain Python (1: yes)": float(same),
        "fast mode's speed / plain Python": python_seconds / fast_seconds,
        "rows shuffled, one thread: the same (1: yes)": float(
            (other.cost, other.bound) == (this.found.cost, this.found.bound)
        ),
        "warm seconds / cold": warm.seconds / cold.seconds,
        "warm gap − cold gap, points": 100 * (warm.gap - cold.gap),
    }


def _cost(this: Tried, chosen: dict[tuple[int, int], int | None]) -> int:
    """What the decisions of a plain rule cost."""
    parts = pl.DataFrame(
        [(*key, node) for key, node in chosen.items()],
        schema={"order_id": pl.Int64, "line_no": pl.Int16, "node_id": pl.Int32},
        orient="row",
    )
    lines = this.given.frames["lines"].select("order_id", "line_no", "qty")
    both = parts.join(lines, on=["order_id", "line_no"])
    claim = Claim(both, None, None, 0, None)
    return audit(this.given.frames, this.given.params, claim).figures["cost_minor"]


def _churned(given: Instance, other: Instance) -> Instance:
    """The next day: 15 % of the orders are others, on the same network and stock."""
    kept = given.frames["orders"].filter(pl.int_range(pl.len()) % 20 >= 3)
    new = other.frames["orders"].filter(pl.int_range(pl.len()) % 20 < 3)
    shift = int(given.frames["orders"]["order_id"].max()) + 1  # type: ignore[arg-type]
    lines = given.frames["lines"].join(kept.select("order_id"), on="order_id")
    more = other.frames["lines"].join(new.select("order_id"), on="order_id")
    moved = [f.with_columns(pl.col("order_id") + shift) for f in (new, more)]
    frames = given.frames | {
        "orders": pl.concat([kept, moved[0]]),
        "lines": pl.concat([lines, moved[1]]),
    }
    return Instance(frames, given.params)


def splits() -> None:
    """A5: how many orders are split, by what a split costs; 100,000 lines.

    Nearest first knows no such cost. The least cost of all splits where that is
    cheaper than a far node or a line that waits; what a split costs is the merchant's
    to say.
    """
    titles = f"{'split orders':>13} {'nearest first':>14} {'ratio':>6}"
    print(f"{'a split':>8}{'gap':>8} {'cost/nearest':>13} {'captured':>9}", end=" ")
    print(f"{titles}  lines shipped, by nearest first")
    for cost in SPLIT_COSTS:
        this = tried(instance(replace(LARGE, split_cost=cost)))
        nearest, found = solve_fast(this.posed), this.found
        saved = (found.nearest - found.cost) / (found.nearest - found.bound)
        mine, theirs = (_split_orders(this.posed, p) for p in (found.parts, nearest))
        ratio = found.cost / found.nearest
        print(f"{cost:>8}{this.gap:>8.2%} {ratio:>13.3f} {saved:>9.1%}", end=" ")
        print(f"{mine:>13.2%} {theirs:>14.2%} {mine / theirs:>6.2f}", end="  ")
        shipped = [float((p.node >= 0).mean()) for p in (found.parts, nearest)]
        print(", ".join(f"{share:.2%}" for share in shipped))


def hard() -> None:
    """A11, and other difficulties."""
    print(f"{'case':<24}{'gap':>8}{'cost/nearest':>14}{'seconds':>9}")
    for name, shape in HARD.items():
        this = tried(instance(shape))
        ratio = this.found.cost / this.found.nearest
        print(f"{name:<24}{this.gap:>8.2%}{ratio:>14.3f}{this.seconds:>9.2f}")


def growth() -> None:
    """A7: the exponent of seconds between 10,000 and 100,000 lines."""
    ends = Shape(10_000, 1_000, 200, seed=SEED), LARGE
    seconds = [tried(instance(shape)).seconds for shape in ends]
    print(f"seconds {seconds[0]:.2f}, {seconds[1]:.2f};", end=" ")
    print(f"exponent {log(seconds[1] / seconds[0]) / log(10):.2f}")


def million() -> None:
    """A3: a million lines."""
    given = instance(Shape(1_000_000, 100_000, 500, seed=SEED, breadth=0.1))
    before = _peak()
    this = tried(given)
    print(f"gap {this.gap:.2%}, {this.seconds:.1f} s,", end=" ")
    print(f"{_peak() - before:.2f} GiB over the inputs")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """The parts asked for; all but the million without."""
    parts = {f.__name__: f for f in (small, large, splits, hard, growth, million)}
    print(f"loading or compiling: {rehearse():.1f} s")
    for name in [a for a in sys.argv[1:] if a in parts] or list(parts)[:-1]:
        print(f"\n{name}: {(parts[name].__doc__ or '').splitlines()[0]}")
        parts[name]()


if __name__ == "__main__":
    main()
