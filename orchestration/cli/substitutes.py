"""What lines of an order could be, and were, sent instead, for ``orderhouse why``."""

from __future__ import annotations

from datetime import date

import polars as pl

from orchestration.resources.lakehouse import Lakehouse
from transforms.allocation.explain import Section

OFFERED = """
    select lines.line_no, offer.sku_id, offer.qty as waiting_qty,
        coalesce(told.preference, offer.substitute_rank) as rank,
        offer.alternative_sku_id as instead,
        offer.ratio as for_one, offer.covered_qty, offer.available_qty,
        offer.node_id as most_at, offer.delta_minor as costs_more_minor,
        case
            when offer.decided_qty > 0 then 'the next run sends it'
            when offer.policy = 'auto' then 'may be sent without asking'
            else 'ask the customer first'
        end as may, offer.as_of
    from lake.decisions.substitutes as offer inner join lines using (line_id)
    left join lake.gold.dim_substitutions as told
        on told.sku_id = offer.sku_id
        and told.alternative_sku_id = offer.alternative_sku_id
        and $2 between told.valid_from_date and told.valid_to_date
    where line_id in (
            select line_id from lake.decisions.line_buckets
            where order_id = $1 and backordered_qty + preordered_qty > overshipped_qty
        )
        and offer.as_of = (
            select max(waits.as_of) from lake.decisions.backorders as waits
            where waits.line_id = offer.line_id
        )
    order by lines.line_no, offer.line_id, offer.substitute_rank
"""
"""Offers of the newest run that left a line waiting; none of one that waits no more."""

NOTHING_IS_SENT = (
    "An offer: unless the next run sends it, nothing is sent by itself, and other lines"
    " may be offered the same."
    " Costs more: for one each wanted, by what it last sold for in the channel;"
    " – where nobody knows. To send it: orderhouse substitute ORDER LINE INSTEAD"
    " --author ME"
)

WHY_NOT = {
    "NEVER": "its policy is never",
    "NONE_LEFT": "the run left none where the line may be served from",
    "TOO_DEAR": "it costs more than max_price_delta lets it",
    "NO_PRICE": "nobody knows what it costs more, and it may not cost anything",
}

SUBSTITUTED = """
    select lines.line_no, done.linked_line_id as linked_line,
        done.alternative_sku_id as instead, done.ratio as for_one,
        done.asked_qty, done.moved_qty as taken_qty, done.refusal_code as why_no_more,
        linked.line_status as it_is, done.author as decided_by, done.as_of
    from lake.decisions.substituted_lines as done
    left join lines using (line_id)
    left join lake.decisions.line_buckets as linked
        on linked.line_id = done.linked_line_id
    where done.order_id = $1 and (
        done.line_id in (select line_id from lines)
        or done.linked_line_id in (select line_id from lines)
        or done.line_id not in (select line_id from of_order)
    )
    order by done.as_of, done.line_id, done.linked_line_id
"""
"""What somebody had sent instead, and what came of it."""
PRICE_STAYS = (
    "Taken: eaches of the line, whose price the customer pays; what the other SKU costs"
    " more or less is ours."
)


def could_be_sent_instead(lake: Lakehouse, order_id: str, today: date) -> Section:
    """Ranked alternatives that have eaches, of the lines of an order that wait.

    Args:
        lake: with ``lines`` at hand: ``line_id, line_no`` of those asked about.
        order_id: the order.
        today: business date of the newest run; ranks are those of csv_substitutions.
    """
    rows = lake.query(OFFERED, [order_id, today])
    return Section("Could be sent instead", rows, NOTHING_IS_SENT)


def is_not_offered(withheld: pl.DataFrame, lines: pl.DataFrame) -> Section:
    """Alternatives that csv_substitutions names and no offer was made of, with why.

    Args:
        withheld: WITHHELD of the newest run.
        lines: FCT_ORDER_LINES of the lines that are asked about.
    """
    why = pl.col("why_not").replace_strict(WHY_NOT, return_dtype=pl.String)
    rows = (
        withheld.join(lines.select("line_id", "line_no", "sku_id"), on="line_id")
        .sort("line_no", "line_id", "preference", "alternative_sku_id")
        .select(
            *("line_no", "sku_id"),
            rank="preference",
            instead="alternative_sku_id",
            why_not=why,
            costs_more_minor="delta_minor",
            may_cost_more_minor="max_delta_minor",
        )
    )
    return Section("Not offered instead", rows)


def is_sent_instead(lake: Lakehouse, order_id: str) -> Section:
    """Lines linked to lines of an order by decision, and how far they are.

    Args:
        lake: with ``lines`` at hand: ``line_id, line_no`` of those asked about, and
            ``of_order``: all of the order.
        order_id: the order.
    """
    return Section("Replaced", lake.query(SUBSTITUTED, [order_id]), PRICE_STAYS)
