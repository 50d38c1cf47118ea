"""Past runs decided again in their order, under other circumstances.

Nothing is written. Each run is read as it left the lake, what it made of it as it is
recorded; stock and room go on from what each variant decided before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.demand_facts import allocation_inputs
from orchestration.resources.house import House
from orchestration.resources.redeciding import as_it_was, recorded_rows
from transforms.allocation.over_days import Course, Past, RealRun
from transforms.allocation.what_if import Variant
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    EXPIRED_BACKORDERS,
)

DECIDED_ROWS = (ALLOCATIONS, BACKORDERS, EXPIRED_BACKORDERS)
"""What of a run's decision the next of its days goes on from."""


def runs_between(house: House, first: date, last: date) -> pl.DataFrame:
    """Published RUNS of business dates, oldest first; both dates are meant too."""
    zone = house.policies.company_zone
    runs = house.past_runs().filter(pl.col("manifest") != "")
    dates = [business_date_of(at, zone) for at in runs["as_of"]]
    return runs.with_columns(business_date=pl.Series(dates, dtype=pl.Date)).filter(
        pl.col("business_date").is_between(first, last)
    )


def over_runs(
    house: House, runs: pl.DataFrame, variants: Sequence[Variant]
) -> Iterator[tuple[datetime, Past, list[Course]]]:
    """What really happened, and each variant, after one more run; to its end.

    Each run is decided by the rules that it kept, those of now where it kept none, as
    they are in force on its business date.

    Args:
        house: where they ran.
        runs: RUNS, oldest first.
        variants: what is otherwise.

    Raises:
        LakeError: the lake no longer keeps what one of them left.
    """
    past, courses = Past(), [Course(one) for one in variants]
    zone = house.policies.company_zone
    for recorded in runs.iter_rows(named=True):
        day = business_date_of(recorded["as_of"], zone)
        rules = str(recorded["rules_hash"])
        run = _real(house, recorded, courses)
        courses = [
            replace(course, variant=variant.on(day, rules)).step(run, past)
            for variant, course in zip(variants, courses, strict=True)
        ]
        past = past.with_run(run)
        yield recorded["as_of"], past, courses


def _real(
    house: House, recorded: dict[str, object], courses: Sequence[Course]
) -> RealRun:
    """What a run decided on and decided, with supply of all that variants wait for."""
    waiting = [course.skus() for course in courses]
    also = (
        pl.concat(waiting).unique() if waiting else pl.Series("sku_id", [], pl.String)
    )
    with as_it_was(house, recorded) as then:
        run_id = str(recorded["run_id"])
        return RealRun(
            allocation_inputs(then, also.sort(), is_what_if=True),
            *(recorded_rows(then.lake, table, run_id) for table in DECIDED_ROWS),
        )
