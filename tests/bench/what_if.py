"""Days decided again under three other rule sets, beside deciding each run alone.

    python tests/bench/what_if.py [HOUSE that ran; else the sample week is played]

The goal is five minutes for thirty days under three rule sets. The floor is each run
decided again once, nothing going on from one to the next (``orderhouse replay``),
three times.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

from orchestration.cli.demo import Theatre, advance, curtain, real_orders
from orchestration.resources.house import House
from orchestration.resources.past_days import over_runs, runs_between
from orchestration.resources.redeciding import redecided
from transforms.allocation.what_if import Variant, score
from transforms.twin.company import found_company
from transforms.twin.day import start
from transforms.twin.plan import plan_for

DAYS, GOAL = 30, 300
SOURCINGS = ("negotiated", "cheapest", "fewest_parcels")


def main() -> None:
    """Print seconds a run of both, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        house = House.open(Path(sys.argv[1] if sys.argv[1:] else folder))
        try:
            if not sys.argv[1:]:
                _play(house)
            _measure(house)
        finally:
            house.close()


def _play(house: House) -> None:
    """The sample company's week and its played days."""
    plan = plan_for("week")
    company = found_company(*real_orders(), plan, 1)
    theatre = Theatre(house.home, company, plan, start(company), plan.cut_at)
    for moment in curtain(plan):
        advance(house, theatre, moment)


def _measure(house: House) -> None:
    runs = runs_between(house, date.min, date.max)
    ours = house.policies.allocation
    variants = [Variant(name, replace(ours, sourcing=name)) for name in SOURCINGS]
    began = perf_counter()
    for recorded in runs.iter_rows(named=True):
        redecided(house, recorded)
    alone = (perf_counter() - began) / runs.height
    began = perf_counter()
    for _, past, courses in over_runs(house, runs, variants):
        real = past.as_period()
        periods = [course.as_period() for course in courses]
    each = (perf_counter() - began) / runs.height
    print(f"{runs.height} runs, {real.demand.height:,} lines, 3 rule sets")
    for variant, period in zip(variants, periods, strict=True):
        cost = score(period, period)["cost_minor"].item()
        print(f"  {variant.name:<16}{cost / 100:>14,.2f}")
    print(
        f"going on   {each:6.2f} s a run; 30 days {each * DAYS:6.1f} s, goal {GOAL} s"
    )
    print(f"alone, x 3 {3 * alone:6.2f} s a run")
    print(f"ratio      {each / (3 * alone):6.2f}")


if __name__ == "__main__":
    main()
