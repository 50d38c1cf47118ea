"""What a cancellation reaches: what left, what is with a node, what is not sent.

Not here: the request to the node, which the next run makes
(``transforms.instructions.cancel``).
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.cancel_facts import open_lines, takes
from orchestration.resources.house import House
from transforms.allocation.holds import WAITS

LEFT = ("shipped_qty", "delivered_qty", "lost_qty")
"""Eaches that no cancellation reaches: they are on their way, or there."""
TOLD = """
    select distinct instruction_id from lake.instructions.instruction_lines
    where line_id in (select line_id from meant)
"""
ASKED_BACK = """
    select lines.line_no, asked.sku_id, asked.node_id, asked.qty, asked.given_up_qty,
        case
            when state = 'ACKED' then 'given up'
            when state = 'REFUSED' then 'not given up'
            when state = 'WITHDRAWN' then 'wanted again'
            when file_name is null
                then 'not asked, call it: ' || partner_id || ' takes no such file'
            else 'asked, no answer yet'
        end as state,
        asked.reason_code, asked.requested_at, asked.answered_at
    from lake.visibility.rpt_cancel_requests as asked inner join lines using (line_id)
    order by lines.line_no, asked.requested_at, asked.request_id
"""
"""What of the order lines in ``lines`` was to be asked back of nodes."""


def reach_of_cancel(house: House, lines: pl.DataFrame) -> list[str]:
    """What a cancellation of lines comes to, as of the newest run.

    Args:
        house: to look in.
        lines: LINE_BUCKETS of the lines.
    """
    left, unsent = (
        int(lines.select(pl.sum_horizontal(names).sum()).item())
        for names in (LEFT, (*WAITS, "held_qty"))
    )
    with house.lake.holding(meant=lines.select("line_id")):
        told = house.lake.query(TOLD)
    of_them = open_lines(house, told).join(lines, on="line_id", how="semi")
    with_nodes = (
        of_them.group_by("node_id", "partner_id")
        .agg(
            qty=pl.col("open_qty").clip(0).sum(),
            asked_qty=pl.col("asked_back_qty").sum(),
        )
        .sort("node_id", "partner_id")
    )
    askable = {
        name: name in house.partners and takes(house, name).cancellation
        for name in with_nodes["partner_id"].unique()
    }
    return said_of_cancel(left, unsent, with_nodes, askable)


def said_of_cancel(
    left: int, unsent: int, with_nodes: pl.DataFrame, askable: dict[str, bool]
) -> list[str]:
    """A sentence for each part of what is to be cancelled; none for none of it.

    Args:
        left: eaches that left their node.
        unsent: eaches that no node was told of.
        with_nodes: ``node_id, partner_id``, ``qty`` eaches that it has and was not
            asked for, ``asked_qty`` that it was asked for and has not answered.
        askable: partner → whether it takes cancellations by file.
    """
    said = []
    if left:
        said.append(f"{_eaches(left)} left: no cancellation reaches them")
    for node, partner, qty, asked_qty in with_nodes.iter_rows():
        way = (
            "the next run asks for them back, and the node may have sent them"
            if askable[partner]
            else f"{partner} takes no cancellation by file, so call the node"
        )
        if qty:
            said.append(f"{_eaches(qty)} with {node}: {way}")
        if asked_qty:
            way = "wait for its answer" if askable[partner] else "call it"
            said.append(f"{_eaches(asked_qty)} with {node} were to be given up: {way}")
    if unsent:
        said.append(f"{_eaches(unsent)} not sent yet: they will not be")
    return said


def _eaches(qty: int) -> str:
    return "1 each" if qty == 1 else f"{qty:,} eaches"
