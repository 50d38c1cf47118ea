"""Gathering what is to be sent instead of what, and applying it to the lines."""

from __future__ import annotations

import polars as pl

from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.demand_facts import may_decide
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of, lines_touched_by_us
from orchestration.resources.line_state import apply_fold, settle_positions
from transforms.allocation.substituting import ASKED, substitute
from transforms.contracts.decisions import (
    LINE_BUCKETS,
    OWN_EVENTS,
    SUBSTITUTED_LINES,
)
from transforms.contracts.documents import ORDER_ACTIONS
from transforms.lifecycle.fold import fold_lines

UNDECIDED = """
    select * from lake.silver.int_order_actions__judged
    where action_code = 'SUBSTITUTE' and code is null
        and (order_id, action_id) not in (
            select (order_id, action_id) from lake.decisions.substituted_lines
        )
"""
ASKED_OF = """
    with lines as (
        select line_id, order_id, line_ref, sku_id from lake.gold.fct_order_lines
        where order_id in (select order_id from undecided)
            and substitutes_line_id is null and kit_line_id is null
    )
    select a.action_id, a.order_id, l.line_id, l.sku_id, a.linked_line_id,
        a.alternative_sku_id, a.ratio, a.qty, a.author, a.acted_at,
        a.alternative_sku_id in (
            select kit_sku_id from lake.gold.dim_kit_components
        ) as is_kit
    from undecided as a left join lines as l using (order_id, line_ref)
    order by a.order_id, a.action_id
"""
"""A kit's line has none that could be replaced: its components go with it."""


def substitute_lines(house: House) -> pl.DataFrame:
    """SUBSTITUTED_LINES of the run at hand, whose lines are folded anew."""
    chosen = choose(
        house,
        (SUBSTITUTED_LINES, OWN_EVENTS),
        lambda: _decide(house),
        ("SUBSTITUTED", "ACCEPTED"),
    )
    if not chosen[SUBSTITUTED_LINES].height:
        return chosen[SUBSTITUTED_LINES]
    record(house, "decisions/substituted_lines", chosen)
    if chosen[OWN_EVENTS].height:
        lines = lines_touched_by_us(house)
        folded = fold_lines(facts_of(house, lines), house.policies.transitions)
        apply_fold(house, folded, lines)
        settle_positions(house)
    return chosen[SUBSTITUTED_LINES]


def _decide(house: House) -> Chosen:
    asked = _asked(house)
    with house.lake.holding(asked=asked.select("line_id")):
        buckets = house.lake.read(
            LINE_BUCKETS, "line_id in (select line_id from asked)"
        )
    done = substitute(asked, buckets, house.run.as_of)
    return {SUBSTITUTED_LINES: done.lines, OWN_EVENTS: done.events}


def _asked(house: House) -> pl.DataFrame:
    """ASKED; nearly no house and run has any."""
    lake = house.lake
    if not lake.count(ORDER_ACTIONS.path) or not may_decide(house):
        return ASKED.to_frame()
    undecided = lake.query(UNDECIDED)
    if undecided.is_empty():
        return ASKED.to_frame()
    with lake.holding(undecided=undecided):
        return lake.query(ASKED_OF).cast(ASKED)
