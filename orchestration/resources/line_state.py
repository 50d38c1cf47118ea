"""Applying a fold: buckets and verdicts replaced, ledgers appended to.

Used twice a run: after documents, and again for the lines that this run's own
decisions moved.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orchestration.resources.carried import carried_forward, posted, promises_of
from orchestration.resources.gone_skus import gone_measured_anew
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.promise_repair import repaired_promises
from orchestration.resources.reach import kept_since, reach_of
from orchestration.resources.unit_facts import physical_facts
from transforms.contracts.decisions import (
    EVENT_VERDICTS,
    LINE_BUCKETS,
    LINE_HOLDS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.contracts.table import Table
from transforms.ledger.positions import advance, positions
from transforms.ledger.promises import promise_postings
from transforms.ledger.units import unit_postings
from transforms.lifecycle.fold import Folded

Written = dict[Table, pl.DataFrame]


def apply_documents(house: House, folded: Folded, lines: pl.DataFrame) -> Written:
    """Write what documents made of the lines, and both ledgers, mended."""
    facts, existing = physical_facts(house, folded.events, folded.verdicts)
    units = unit_postings(facts, existing)
    units = pl.concat([units, gone_measured_anew(house, facts, units)])
    written = apply_fold(house, folded, lines)
    repaired = repaired_promises(house, lines)
    written[PROMISE_POSTINGS] = pl.concat([written[PROMISE_POSTINGS], repaired])
    with house.lake.transaction("decisions/unit_postings", house.run.message):
        written[UNIT_POSTINGS] = _append(house, UNIT_POSTINGS, units)
    return written


def apply_fold(house: House, folded: Folded, lines: pl.DataFrame) -> Written:
    """Write buckets and verdicts of the lines, and new promises."""
    run, lake = house.run, house.lake
    promises = promise_postings(folded.moves, promises_of(house, lines))
    buckets, verdicts = run.stamped(folded.buckets), run.stamped(folded.verdicts)
    with lake.transaction("decisions/line_buckets", run.message):
        lake.merge(LINE_BUCKETS, buckets, ("ordered_at", _kept_since(house, buckets)))
        judged = pl.concat([verdicts.select("event_id"), _returns_of_lines(folded)])
        with lake.holding(touched=lines, judged=judged):
            # A verdict that no longer holds goes; strays have no line, and a
            # return was one until its order came.
            lake.execute(
                "delete from lake.decisions.event_verdicts where line_id in"
                " (select line_id from touched) or event_id in"
                " (select event_id from judged)"
            )
        lake.append(EVENT_VERDICTS, verdicts)
        added = _append(house, PROMISE_POSTINGS, promises)
        _replace_holds(house, folded, lines)
    return {LINE_BUCKETS: buckets, EVENT_VERDICTS: verdicts, PROMISE_POSTINGS: added}


def _kept_since(house: House, buckets: pl.DataFrame) -> datetime:
    """None of these lines has a row of an order that is older."""
    kept = kept_since(house, reach_of(house, buckets.select("line_id")))
    told = buckets["ordered_at"].min()
    return min(kept, told) if isinstance(told, datetime) else kept


def _returns_of_lines(folded: Folded) -> pl.DataFrame:
    is_return = pl.col("event_type").str.starts_with("RETURN_")
    known = folded.events.filter(is_return & pl.col("line_id").is_not_null())
    return known.select("event_id")


def _replace_holds(house: House, folded: Folded, lines: pl.DataFrame) -> None:
    """Write the holds of the lines anew; nearly no house and run has any."""
    holds = house.run.stamped(folded.holds)
    if holds.height or house.lake.count(LINE_HOLDS.path):
        with house.lake.holding(touched=lines):
            house.lake.execute(
                "delete from lake.decisions.line_holds where line_id in"
                " (select line_id from touched)"
            )
        house.lake.append(LINE_HOLDS, holds)


def settle_positions(house: House) -> pl.DataFrame:
    """Balances of every (node, SKU) this run posted to: the sum of all postings.

    Returns:
        The rows of STOCK_POSITIONS that were written.
    """
    lake, run = house.lake, house.run
    units, promises = posted(house, UNIT_POSTINGS), posted(house, PROMISE_POSTINGS)
    before = carried_forward(house)
    if before is None:
        balances = _added_up(lake, positions(units, promises))
    else:
        balances = advance(before, units, promises)
    changed = run.stamped(balances)
    with lake.transaction("decisions/stock_positions", run.message):
        lake.merge(STOCK_POSITIONS, changed)
    return changed


def _added_up(lake: Lakehouse, moved: pl.DataFrame) -> pl.DataFrame:
    """Balances of the keys of ``moved`` from all of their postings."""
    with lake.holding(moved=moved):
        mine = "(node_id, sku_id) in (select (node_id, sku_id) from moved)"
        units = lake.read(UNIT_POSTINGS, mine, is_ordered=False)
        promises = lake.read(PROMISE_POSTINGS, mine, is_ordered=False)
    return positions(units, promises)


def _append(house: House, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    stamped = house.run.stamped(rows)
    with house.lake.transaction(table.path, house.run.message):
        house.lake.append(table, stamped)
    return stamped
