"""What a node's word that a SKU is gone took off its shelf, measured anew.

That word is about what lay there at its moment. A document that comes later and tells
of an earlier hour, or of goods that left soon after, changes how much that was, though
it is about other lines. Not here: the measuring (``transforms.ledger.refusals``).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of
from transforms.contracts.decisions import UNIT_POSTINGS
from transforms.contracts.gold import (
    FCT_RECEIPTS,
    FCT_SHIP_NOTICES,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.ledger.refusals import KINDS, LYING_READY, emptied_skus
from transforms.ledger.units import UnitFacts, unit_postings
from transforms.lifecycle.fold import fold_lines

SAID = """
    select distinct instruction_lines.line_id
    from lake.gold.fct_order_events as said
    inner join lake.instructions.instruction_lines
        using (instruction_id, instruction_line_ref)
    where said.event_at >= ? and said.event_type in ('REJECTED', 'SHORT')
        and (
            said.detail like '%zero_sku%'
            or list_contains(?, said.reason_code)
        )
        and (
            instruction_lines.sku_id in (select sku_id from moved)
            or instruction_lines.packed_in in (select sku_id from moved)
        )
    order by instruction_lines.line_id
"""
"""Lines of which a node said since a moment that nothing of their SKU is left."""

A_DAY = pl.duration(days=1)
"""That much before its moment a document by date may say when it was."""


def gone_measured_anew(
    house: House, facts: UnitFacts, units: pl.DataFrame
) -> pl.DataFrame:
    """Postings that what moved in this run makes right of what was posted before.

    Args:
        house: with a run begun.
        facts: of this run.
        units: UNIT_POSTINGS that came of them, without ``run_id``.

    Returns:
        UNIT_POSTINGS without ``run_id``; nearly always none.
    """
    nothing = units.clear()
    shelf = units.filter(pl.col("account") == "ON_HAND")
    if shelf.is_empty():
        return nothing
    gone = [name for name, what in facts.shorts.effects.items() if what == "zero_sku"]
    since = shelf.select(pl.col("event_at").min() - LYING_READY - A_DAY).item()
    lake = house.lake
    with lake.holding(moved=shelf.select("sku_id").unique()):
        lines = lake.query(SAID, [since, gone])
    if lines.is_empty():
        return nothing
    folded = fold_lines(facts_of(house, lines), house.policies.transitions)
    with lake.holding(mine=emptied_skus(folded.events, facts.shorts)):
        booked = lake.read(UNIT_POSTINGS, "sku_id in (select sku_id from mine)")
    now = house.run.stamped(units).select(UNIT_POSTINGS.names)
    theirs = replace(
        facts,
        events=folded.events,
        verdicts=folded.verdicts,
        receipts=FCT_RECEIPTS.empty(),
        notices=FCT_SHIP_NOTICES.empty(),
        adjustments=FCT_STOCK_ADJUSTMENTS.empty(),
    )
    anew = unit_postings(theirs, pl.concat([booked, now]))
    # Of other goods nothing was read: what they seem to want is posted already.
    return anew.filter(pl.col("movement_type").is_in(list(KINDS.values())))
