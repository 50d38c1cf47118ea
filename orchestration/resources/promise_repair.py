"""Looking for stray promises in each run, and posting what mends them."""

from __future__ import annotations

import polars as pl

from orchestration.resources.carried import carried_forward, promises_of
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.line_facts import facts_of
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.orphans import misplaced, repairs, stray_lines
from transforms.ledger.promises import committed
from transforms.lifecycle.fold import fold_lines

DEMANDED = f"""
    select line_id, allocated_qty, released_qty + in_fulfilment_qty as released_qty
    from lake.decisions.line_buckets
    where {MAY_BE_OPEN} and allocated_qty + released_qty + in_fulfilment_qty > 0
"""  # noqa: S608 our own names
EVER_PROMISED = """
    select distinct line_id from lake.decisions.promise_postings
"""
TOLD = """
    select distinct l.line_id, f.node_id
    from lake.instructions.instruction_lines as l
    inner join lake.instructions.fulfilment_orders as f using (instruction_id)
    where l.line_id in (select line_id from open_lines)
"""


def repaired_promises(house: House, lines: pl.DataFrame) -> pl.DataFrame:
    """Post what stray lines lack or hold too much of; usually nothing.

    Args:
        house: with a run begun.
        lines: column ``line_id``: what the run folded. No other than these and open
            ones can be astray, where the books are as the last run left them.

    Returns:
        The rows of PROMISE_POSTINGS that were written.
    """
    lake, run = house.lake, house.run
    demanded = lake.query(DEMANDED)
    promises = promises_of(house, _followed(house, lines, demanded))
    promised = committed(promises, ["line_id"])
    stray = stray_lines(demanded, promised, misplaced(promises, told(lake, promises)))
    if stray.is_empty():
        return PROMISE_POSTINGS.empty()
    lines = stray.select("line_id")
    existing = promises.join(lines, on="line_id", how="semi")
    moves = fold_lines(facts_of(house, lines), house.policies.transitions).moves
    mended = run.stamped(repairs(stray, moves, existing, run.as_of))
    with lake.transaction("decisions/promise_postings", run.message):
        lake.append(PROMISE_POSTINGS, mended)
    return mended


def told(lake: Lakehouse, promises: pl.DataFrame) -> pl.DataFrame:
    """Which node was told of which line, of lines whose eaches are with a node."""
    with_node = (
        promises.lazy()
        .filter(account="RELEASED")
        .group_by("line_id", "node_id")
        .agg(pl.col("qty").sum())
        .filter(pl.col("qty") > 0)
        .select(pl.col("line_id").unique())
    )
    with lake.holding(open_lines=with_node.collect()):
        return lake.query(TOLD)


def _followed(
    house: House, lines: pl.DataFrame, demanded: pl.DataFrame
) -> pl.DataFrame:
    if carried_forward(house) is None:
        ever = house.lake.query(EVER_PROMISED)
        return pl.concat([ever, demanded.select("line_id")]).unique()
    return pl.concat([lines.select("line_id"), demanded.select("line_id")]).unique()
