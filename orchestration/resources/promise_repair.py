"""Looking for stray promises in each run, and posting what mends them."""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.line_facts import facts_of
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.orphans import misplaced, repairs, stray_lines
from transforms.lifecycle.fold import fold_lines

DEMANDED = f"""
    select line_id, allocated_qty, released_qty + in_fulfilment_qty as released_qty
    from lake.decisions.line_buckets
    where {MAY_BE_OPEN} and allocated_qty + released_qty + in_fulfilment_qty > 0
"""  # noqa: S608 our own names
PROMISED = """
    select
        line_id,
        coalesce(sum(qty) filter (account = 'ALLOCATED'), 0)::bigint as allocated_qty,
        coalesce(sum(qty) filter (account = 'RELEASED'), 0)::bigint as released_qty,
    from lake.decisions.promise_postings
    group by line_id
    having allocated_qty <> 0 or released_qty <> 0
"""
RELEASED = """
    select * exclude (run_id) from lake.decisions.promise_postings
    where line_id in (select line_id from open_lines) and account = 'RELEASED'
"""
TOLD = """
    select distinct l.line_id, f.node_id
    from lake.instructions.instruction_lines as l
    inner join lake.instructions.fulfilment_orders as f using (instruction_id)
    where l.line_id in (select line_id from open_lines)
"""


def repaired_promises(house: House) -> pl.DataFrame:
    """Post what stray lines lack or hold too much of; usually nothing.

    Returns:
        The rows of PROMISE_POSTINGS that were written.
    """
    lake, run = house.lake, house.run
    demanded, promised = lake.query(DEMANDED), lake.query(PROMISED)
    stray = stray_lines(demanded, promised, astray(lake, promised.select("line_id")))
    if stray.is_empty():
        return PROMISE_POSTINGS.empty()
    lines = stray.select("line_id")
    with lake.holding(stray=lines):
        existing = lake.read(PROMISE_POSTINGS, "line_id in (select line_id from stray)")
    moves = fold_lines(facts_of(house, lines), house.policies.transitions).moves
    mended = run.stamped(repairs(stray, moves, existing, run.as_of))
    with lake.transaction("decisions/promise_postings", run.message):
        lake.append(PROMISE_POSTINGS, mended)
    return mended


def astray(lake: Lakehouse, lines: pl.DataFrame) -> pl.DataFrame:
    """Promises of lines (column ``line_id``) at nodes that were told nothing of them.

    Returns:
        see ``transforms.ledger.orphans.misplaced``.
    """
    with lake.holding(open_lines=lines):
        return misplaced(lake.query(RELEASED), lake.query(TOLD))
