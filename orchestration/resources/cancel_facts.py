"""Gathering what requests to cancel and corrections are made of."""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    CORRECTED_INSTRUCTIONS,
    FULFILMENT_ORDERS,
)
from transforms.contracts.documents import INSTRUCTION_CORRECTIONS
from transforms.contracts.gold import (
    FCT_ACKNOWLEDGEMENTS,
    FCT_INSTRUCTION_CORRECTIONS,
)
from transforms.instructions.cancel import request_cancellations
from transforms.instructions.correct import (
    Takes,
    ask_corrected_back,
    judge_corrections,
    less,
    with_wanted,
)
from transforms.reconciliation.acknowledgements import ACKS, acknowledged

WANTED = """
    select v.event_id, v.line_id, v.qty, e.reason_code
    from lake.decisions.event_verdicts as v
    inner join lake.gold.fct_order_events as e using (event_id)
    where v.verdict = 'CANCEL_REQUESTED' and v.run_id = ?
        and v.event_id not in (select event_id from lake.instructions.cancel_requests)
"""
"""Folded in this run and never asked for. What late files change of a request that
was sent is told by the node's answer, not by another request."""

OPEN_LINES = """
    with asked as (
        select l.instruction_id, l.instruction_line_ref, f.partner_id, f.node_id,
            f.order_id, l.line_id, l.sku_id, l.lot_ref, l.packed_in, l.packed_ref,
            l.kit_qty, f.released_at, l.qty
        from lake.instructions.instruction_lines as l
        inner join lake.instructions.fulfilment_orders as f using (instruction_id)
        where l.instruction_id in (select instruction_id from meant)
    ),
    answered as (
        select instruction_id, instruction_line_ref,
            greatest(sum(qty), 0)::bigint as gone_qty,
            greatest(coalesce(sum(qty) filter (
                event_type not in ('SHIPPED', 'COLLECTED',
                    'SUBSTITUTED_BY_NODE')), 0), 0)::bigint
                as given_up_qty
        from lake.gold.fct_order_events
        where event_type in ('SHIPPED', 'COLLECTED', 'SHORT', 'REJECTED',
                'CANCEL_ACK', 'NOT_COLLECTED', 'SUBSTITUTED_BY_NODE')
            and instruction_id in (select instruction_id from meant)
        group by all
    ),
    requested as (
        select instruction_id, instruction_line_ref,
            sum(qty)::bigint as requested_qty
        from lake.instructions.cancel_requests
        where instruction_id in (select instruction_id from meant)
        group by all
    ),
    counted as (
        select asked.*, coalesce(gone_qty, 0) as gone_qty,
            coalesce(given_up_qty, 0) as given_up_qty,
            coalesce(requested_qty, 0) as requested_qty
        from asked
        left join answered using (instruction_id, instruction_line_ref)
        left join requested using (instruction_id, instruction_line_ref)
    )
    select * exclude (qty, gone_qty, given_up_qty, requested_qty),
        qty - greatest(requested_qty, given_up_qty) as told_qty,
        least(
            greatest(requested_qty - given_up_qty, 0), greatest(qty - gone_qty, 0)
        ) as asked_back_qty,
        qty - gone_qty - greatest(requested_qty - given_up_qty, 0) as open_qty
    from counted
"""
"""Of the instructions in ``meant``: what each line asks for (``told_qty``), what of
it is asked back and not answered, and what its node has neither answered nor been
asked for."""

MEANT = """
    select distinct instruction_id from lake.instructions.instruction_lines
    where line_id in (select line_id from wanted)
"""


def new_cancel_requests(house: House) -> pl.DataFrame:
    """Rows of CANCEL_REQUESTS that this run adds, without ``run_id``."""
    lake, as_of = house.lake, house.run.as_of
    corrected = corrected_now(house)
    wanted = _wanted(house)
    if wanted.is_empty() and corrected.is_empty():
        return CANCEL_REQUESTS.empty().drop("run_id")
    with lake.holding(wanted=wanted.select("line_id")):
        meant = lake.query(MEANT)
    places = open_lines(house, meant)
    requests = request_cancellations(wanted, places, as_of)
    if corrected.is_empty():
        return requests
    others = less(open_lines(house, corrected), requests)
    return pl.concat([requests, ask_corrected_back(corrected, others, as_of)])


def open_lines(house: House, instructions: pl.DataFrame) -> pl.DataFrame:
    """OPEN_LINES of instructions (column ``instruction_id``)."""
    with house.lake.holding(meant=instructions.select("instruction_id").unique()):
        return house.lake.query(OPEN_LINES)


def unread(house: House, instructions: pl.DataFrame) -> set[str]:
    """Those of instructions (column ``instruction_id``) that nobody could read."""
    orders = orders_corrected(house, instructions)
    with house.lake.holding(told=orders.select("partner_id", "control_ref").unique()):
        heard = acknowledged(orders, house.lake.read(FCT_ACKNOWLEDGEMENTS, ACKS))
    return set(heard.filter(status_code="R")["instruction_id"])


def corrected_now(house: House) -> pl.DataFrame:
    """CORRECTED_INSTRUCTIONS of this run."""
    return house.lake.read(CORRECTED_INSTRUCTIONS, "run_id = ?", [house.run.run_id])


def new_corrections(house: House) -> pl.DataFrame:
    """Rows of CORRECTED_INSTRUCTIONS that this run adds, without ``run_id``."""
    asked = _unjudged(house)
    if asked.is_empty():
        return CORRECTED_INSTRUCTIONS.empty().drop("run_id")
    return judge_corrections(
        asked,
        orders_corrected(house, asked),
        with_wanted(open_lines(house, asked), _wanted(house)),
        {name: takes(house, name) for name in house.partners},
        house.run.as_of,
        unread(house, asked),
    )


def _wanted(house: House) -> pl.DataFrame:
    """Eaches that customers want back since the last run."""
    return house.lake.query(WANTED, [house.run.run_id])


def _unjudged(house: House) -> pl.DataFrame:
    """Corrections of which no run has said what becomes of them."""
    if not house.lake.count(INSTRUCTION_CORRECTIONS.path):
        return FCT_INSTRUCTION_CORRECTIONS.empty()
    return house.lake.read(
        FCT_INSTRUCTION_CORRECTIONS,
        "correction_id not in (select correction_id"
        " from lake.instructions.corrected_instructions)",
    )


def orders_corrected(house: House, corrected: pl.DataFrame) -> pl.DataFrame:
    """FULFILMENT_ORDERS of instructions (column ``instruction_id``)."""
    with house.lake.holding(meant=corrected.select("instruction_id").unique()):
        return house.lake.read(
            FULFILMENT_ORDERS, "instruction_id in (select instruction_id from meant)"
        )


def takes(house: House, partner_id: str) -> Takes:
    """What a partner takes once it was told to ship."""
    partner = house.partners[partner_id]
    return Takes(
        replacement=partner.takes_replacements,
        cancellation=CANCEL_REQUESTS.name in partner.documents,
    )
