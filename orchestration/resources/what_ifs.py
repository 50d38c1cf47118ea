"""What runs would have come to under other circumstances: what ``what-if`` prints.

The answer is frames (``WhatIf``), for a page or a notebook as for the command. Nothing
is written. What variants stand beside is decided by the rules and code of now, each
run by the rules of its business date; where that is not what was recorded, the answer
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.demand_facts import allocation_inputs
from orchestration.resources.house import House
from orchestration.resources.past_days import over_runs
from orchestration.resources.policies import code_hash
from orchestration.resources.redeciding import as_it_was, recorded_rows
from transforms.allocation.over_days import Course, Past
from transforms.allocation.what_if import (
    AS_IT_IS,
    Decided,
    Variant,
    WhatIf,
    compared,
    under,
)
from transforms.contracts.decisions import ALLOCATIONS


@dataclass(frozen=True)
class Recorded:
    """What was decided when it was.

    Args:
        runs: how many.
        other_rules: how many of them by policy files that are not those of now.
        other_code: the same, of code.
        cost_minor: of all.
    """

    runs: int
    other_rules: int
    other_code: int
    cost_minor: int


Answer = tuple[WhatIf, Recorded]
"""What variants come to, and what was recorded."""


def of_run(house: House, run: dict[str, object], variants: Sequence[Variant]) -> Answer:
    """A run's allocation, decided once more for each variant.

    Args:
        house: where it ran.
        run: its row of RUNS, published.
        variants: what is otherwise.

    Raises:
        LakeError: the lake no longer keeps what that run left.
    """
    with as_it_was(house, run) as then:
        inputs = allocation_inputs(then, is_what_if=True)
        given = recorded_rows(then.lake, ALLOCATIONS, str(run["run_id"]))
        day = business_date_of(then.run.as_of, house.policies.company_zone)
    found: list[tuple[Variant, Decided]] = []
    for variant in variants:
        other = under(variant.on(day), inputs)
        found.append((variant, (other, other.decide())))
    answer = compared((inputs, inputs.decide()), found)
    return answer, _recorded(house, pl.DataFrame([run]), given)


def of_days(
    house: House,
    runs: pl.DataFrame,
    variants: Sequence[Variant],
    tell: Callable[[int, object], None] | None = None,
) -> Answer:
    """Runs that follow each other, each variant going on from what it did before.

    Args:
        house: where they ran.
        runs: RUNS, published, oldest first, at least one.
        variants: what is otherwise.
        tell: is told the number and ``as_of`` of each run that is done.

    Raises:
        LakeError: the lake no longer keeps what one of them left.
    """
    # What was recorded is what is decided now, unless rules or code are others.
    is_other = _others(house, runs) != (0, 0)
    asked = [*([Variant(AS_IT_IS)] if is_other else []), *variants]
    past, courses = Past(), list[Course]()
    for number, step in enumerate(over_runs(house, runs, asked), start=1):
        as_of, past, courses = step
        if tell is not None:
            tell(number, as_of)
    real = past.as_period()
    periods = [course.as_period() for course in courses]
    base = periods.pop(0) if is_other else real
    found: list[tuple[Variant, Decided]] = [
        (variant, (period, period))
        for variant, period in zip(variants, periods, strict=True)
    ]
    answer = compared((base, base), found)
    return answer, _recorded(house, runs, real.allocations)


def _recorded(house: House, runs: pl.DataFrame, given: pl.DataFrame) -> Recorded:
    cost = int(given["total_minor"].sum())
    return Recorded(runs.height, *_others(house, runs), cost)


def _others(house: House, runs: pl.DataFrame) -> tuple[int, int]:
    """How many were decided by other rules, and how many by other code."""
    rules = runs["rules_hash"] != house.policies.rules_hash
    code = runs["code_hash"] != code_hash()
    return int(rules.sum()), int(code.sum())
