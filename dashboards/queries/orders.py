"""What the orders page asks: which order is meant, and everything about one.

Tables are cut by the month of the order, so every look-up of one order names
its month and opens that month's files only.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboards.queries.serving import ServingCopy
from transforms.contracts.decisions import BUCKETS, OVERLAYS

# A search that finds more is a search to narrow, not a list to scroll.
MOST_FOUND = 50
# An order with more events than this is a defect of its own.
MOST_EVENTS = 5_000

_LISTED = (
    "order_id, order_name, channel_id, ordered_at, order_status, line_count, "
    "ordered_qty, open_qty, backordered_qty, amount_minor, currency_code"
)
_OF_ORDER = "where order_id = $id and order_month = $month"
_WAS_WANTED = "(price_milli > 0 or contains(failed_rules, 'SPOKEN_FOR'))"
# Orders that are named of those that got a cell; the others are counted.
_NAMED = 3
_GOT_BY = (
    "given as (select as_of, node_id, sku_id, order_id, sum(chosen_qty) as qty "
    "from rpt_allocations where order_month = $month and order_id != $id "
    "and chosen_qty > 0 and as_of in (select as_of from mine) "
    "and sku_id in (select sku_id from mine) group by all), "
    "winners as (select as_of, node_id, sku_id, array_to_string(list("
    f"order_id || ' (' || qty || ')' order by qty desc, order_id)[:{_NAMED}], ', ') "
    f"|| if(count(*) > {_NAMED}, ' + ' || (count(*) - {_NAMED}), '') as got_by "
    "from given group by all)"
)
_STARTS = {
    "order_name": "starts_with(ltrim(lower(order_name), '#'), $number)",
    "order_ref": "starts_with(lower(order_ref), $number)",
    "order_id": "starts_with(lower(order_id), $number)",
    "instruction_id": "contains('|' || lower(instruction_ids), '|' || $number)",
    "tracking_ref": "contains('|' || lower(tracking_refs), '|' || $number)",
    # A line's id begins with its order's id: no need to look at the lines.
    "line_id": "starts_with($number, lower(order_id) || '/')",
    # Short references ("2") are counters: every order has one.
    "line_ref": (
        "length($number) > 3 and order_id in (select order_id from rpt_order_lines "
        "where lower(line_ref) = $number)"
    ),
}


@dataclass(frozen=True)
class OrderKey:
    """One order and the month whose files hold it."""

    order_id: str
    order_month: str


def find(copy: ServingCopy, number: str) -> pl.DataFrame:
    """Orders that any number starts with, exact ones first.

    Args:
        copy: the published copy.
        number: an order's name, id or reference, an instruction, a tracking
            number or a line; the beginning is enough, case does not matter.

    Returns:
        At most ``MOST_FOUND`` orders with ``matched_on`` and ``found_count``.
    """
    cases = " ".join(f"when {test} then '{name}'" for name, test in _STARTS.items())
    return copy.fetch(
        f"select {_LISTED}, case {cases} end as matched_on, "
        "count(*) over () as found_count from rpt_orders "
        f"where {' or '.join(_STARTS.values())} "
        "order by ltrim(lower(order_name), '#') != $number, "
        "lower(order_ref) != $number, ordered_at desc, order_id "
        f"limit {MOST_FOUND}",
        number=number.strip().lower().lstrip("#"),
    )


def newest(copy: ServingCopy) -> pl.DataFrame:
    """The newest orders that still have open eaches."""
    return copy.fetch(
        f"select {_LISTED}, count(*) over () as found_count "
        "from rpt_orders where open_qty > 0 "
        f"order by ordered_at desc, order_id limit {MOST_FOUND}"
    )


def header(copy: ServingCopy, order_id: str) -> pl.DataFrame:
    """The order as one row, or no row when nobody knows it."""
    return copy.fetch("select * from rpt_orders where order_id = $id", id=order_id)


def lines(copy: ServingCopy, key: OrderKey) -> pl.DataFrame:
    """The order's lines with every bucket and what counts beside them, by number."""
    buckets = ", ".join(f"{name}_qty" for name in BUCKETS + OVERLAYS)
    return copy.fetch(
        "select line_id, line_no, line_ref, sku_id, kit_sku_id, product_name, "
        f"line_status, ordered_qty, {buckets}, line_amount_minor, discount_minor, "
        "tax_minor, currency_code from rpt_order_lines "
        "where order_id = $id and order_month = $month order by line_no, line_id",
        id=key.order_id,
        month=key.order_month,
    )


def holds(copy: ServingCopy, order_id: str) -> pl.DataFrame:
    """Why lines of the order are held now, since when, and by whom."""
    return copy.fetch(
        "select line_id, reason_code, placed_by, held_at, until_date, age_days, qty, "
        "value_minor, currency_code from rpt_holds where order_id = $id "
        "order by line_id, held_at, reason_code",
        id=order_id,
    )


def substitutes(copy: ServingCopy, order_id: str) -> pl.DataFrame:
    """What lines of the order that wait could be sent instead, best first."""
    return copy.fetch(
        "select line_id, substitute_rank, alternative_sku_id, alternative_name, "
        "policy, ratio, covered_qty, decided_qty, available_qty, node_id, delta_minor, "
        "currency_code from rpt_substitutes where order_id = $id "
        "order by line_id, substitute_rank",
        id=order_id,
    )


def timeline(copy: ServingCopy, key: OrderKey) -> pl.DataFrame:
    """Every event of the order with its source, in the order of the fold.

    Events of one instant by the number of their line, the whole order's first.
    """
    return copy.fetch(
        "with numbers as (select line_id, line_no from rpt_order_lines "
        "where order_id = $id and order_month = $month) "
        "select event_at, is_date_only, line_id, event_type, qty, node_id, "
        "instruction_id, reason_code, detail, verdict, source_kind, partner_id, "
        "file_name, payload_line, run_id, payload_sha256 from rpt_order_timeline "
        "left join numbers using (line_id) "
        "where order_id = $id and order_month = $month "
        "order by event_at, source_rank, line_no nulls first, event_id, line_id "
        f"limit {MOST_EVENTS}",
        id=key.order_id,
        month=key.order_month,
    )


def candidates(copy: ServingCopy, key: OrderKey) -> pl.DataFrame:
    """Every node considered for the order's lines, newest decision first.

    ``got_by``: of a node whose each had a price, or was given away before, other
    orders of the same month that the run gave some of it, the most first.
    """
    return copy.fetch(
        f"with mine as (select * from rpt_allocations {_OF_ORDER}), {_GOT_BY} "
        "select line_id, as_of, node_id, is_chosen, chosen_qty, candidate_rank, "
        "failed_rules, node_rule, atp_qty, distance_km, first_ship_date, "
        "freight_minor, processing_minor, lateness_minor, worth_minor, total_minor, "
        "lacking_qty, price_milli, over_minor, allocated_freight_minor, "
        "allocated_processing_minor, allocated_split_minor, "
        "allocated_lateness_minor, allocated_worth_minor, allocated_total_minor, "
        "service_code, ship_date, promise_date, run_id, "
        f"case when not is_chosen and {_WAS_WANTED} then got_by end as got_by "
        "from mine left join winners using (as_of, node_id, sku_id) "
        "order by as_of desc, line_id, is_chosen desc, "
        "candidate_rank nulls last, node_id",
        id=key.order_id,
        month=key.order_month,
    )


def quarantined_lines(copy: ServingCopy, order_id: str) -> pl.DataFrame:
    """Lines of the order that are set aside, with the reason."""
    return copy.fetch(
        "select code, message, partner_id, file_name, payload_line, received_at "
        "from rpt_quarantine where order_id = $id "
        "order by received_at, file_name, payload_line, code",
        id=order_id,
    )


def files(copy: ServingCopy, key: OrderKey) -> pl.DataFrame:
    """Landed files that speak of the order, in order of arrival."""
    return copy.fetch(
        "select file_name, partner_id, document, format, verdict, received_at, "
        "physical_lines, accepted_lines, quarantined_lines, size_bytes, "
        "payload_sha256 from rpt_files where payload_sha256 in ("
        "  select payload_sha256 from rpt_order_timeline"
        "  where order_id = $id and order_month = $month) "
        # What we decided is landed after the timeline is told: it has no hash there.
        "or (partner_id, file_name) in ("
        "  select (partner_id, file_name) from rpt_order_timeline"
        "  where order_id = $id and order_month = $month"
        "  and source_kind = 'decision') "
        "order by received_at, landing_id",
        id=key.order_id,
        month=key.order_month,
    )
