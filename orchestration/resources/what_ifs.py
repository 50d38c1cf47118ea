"""What runs would have come to under other circumstances: what ``what-if`` prints.

The answer is frames (``WhatIf``), for a page or a notebook as for the command. Nothing
is written. What variants stand beside is decided by the code of now and by the rules
that each run kept, those of now where it kept none, as they are in force on its
business date; where that is not what was recorded, the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.demand_facts import allocation_inputs
from orchestration.resources.house import House
from orchestration.resources.past_days import over_runs
from orchestration.resources.policies import code_hash
from orchestration.resources.redeciding import as_it_was, kept_rules, recorded_rows
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
        other_rules: how many of them by policy files that they did not keep, or this
            version cannot read, and that are not those of now.
        other_code: how many by code that is not that of now.
        cost_minor: of all.
        kept_rules: how many by policy files that are not those of now, but kept: they
            are decided by these.
    """

    runs: int
    other_rules: int
    other_code: int
    cost_minor: int
    kept_rules: int = 0


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
        other = under(variant.on(day, str(run["rules_hash"])), inputs)
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
    counted = _others(house, runs)
    is_other = bool(counted.rules or counted.code)
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
    cost, others = int(given["total_minor"].sum()), _others(house, runs)
    return Recorded(runs.height, others.rules, others.code, cost, others.kept)


class _Others(NamedTuple):
    """How many runs were decided by other rules, by such as they kept, other code."""

    rules: int
    kept: int
    code: int


def _others(house: House, runs: pl.DataFrame) -> _Others:
    other = runs["rules_hash"] != house.policies.rules_hash
    kept = runs["rules_hash"].is_in([*kept_rules(house, runs)])
    code = runs["code_hash"] != code_hash()
    return _Others(int((other & ~kept).sum()), int(kept.sum()), int(code.sum()))
