"""What the partners page asks: how fast, how whole and how clean each one works."""

from __future__ import annotations

import polars as pl

from dashboards.queries.serving import ServingCopy

MOST_ROWS = 500

MEASURES = (
    "acknowledged",
    "confirmed",
    "shipped",
    "counted",
    "read",
)
"""Shares of the score grid, each with ``good`` of ``all``."""

_CHOSEN = "($partner is null or partner_id = $partner)"

_SCORES = """
    select partner_id, 'acknowledged' as measure,
        count(*) filter (acknowledged_at <= ack_due)::bigint as good,
        count(*)::bigint as asked
    from (select *, coalesce(resent_at, released_at) + interval 8 hour as ack_due
        from rpt_instructions where acknowledged_at is not null) group by partner_id
    union all
    select partner_id, 'confirmed',
        count(*) filter (answered_at < ship_by_date + interval 36 hour)::bigint,
        count(*)::bigint
    from rpt_instructions where ship_by_date is not null and (answered_at is not null
        or ship_by_date + interval 36 hour < (select max(as_of) from rpt_node_counts))
    group by partner_id
    union all
    select partner_id, 'shipped',
        sum(least(shipped_qty, asked_qty))::bigint, sum(asked_qty - cancelled_qty
            - open_qty)::bigint
    from rpt_instructions where asked_qty > 0 and answered_at is not null
    group by partner_id
    union all
    select partner_id, 'counted', sum(row_count - differing_count)::bigint,
        sum(row_count)::bigint
    from rpt_node_counts group by partner_id
    union all
    select partner_id, 'read', sum(accepted_lines)::bigint,
        sum(accepted_lines + quarantined_lines)::bigint
    from rpt_files where verdict in ('ACCEPTED', 'PARTIAL', 'REJECTED', 'REVISION')
        and partner_id <> 'self'
    group by partner_id
"""


def partners(copy: ServingCopy) -> list[str]:
    """Everybody who sent or got a file, sorted."""
    rows = copy.fetch(
        "select partner_id from rpt_files union select partner_id from "
        "rpt_outbox_files order by partner_id"
    )
    return rows["partner_id"].to_list()


def scores(copy: ServingCopy) -> pl.DataFrame:
    """Per partner and measure how many of how many were as they should be."""
    return copy.fetch(
        f"select partner_id, measure, good, asked from ({_SCORES}) "
        "where asked > 0 order by partner_id, measure"
    )


def latencies(copy: ServingCopy) -> pl.DataFrame:
    """Minutes to the acknowledgement and to the confirmation, per partner.

    The median, and what nine in ten stay below.
    """
    minutes = "date_diff('minute', released_at, {0})"
    return copy.fetch(
        " union all ".join(
            f"select partner_id, '{name}' as step, "
            f"quantile_disc({minutes.format(column)}, 0.5)::bigint as median_minutes, "
            f"quantile_disc({minutes.format(column)}, 0.9)::bigint as most_minutes, "
            "count(*) as instruction_count from rpt_instructions "
            f"where {column} > released_at group by partner_id"
            for name, column in (
                ("acknowledged", "acknowledged_at"),
                ("confirmed", "answered_at"),
            )
        )
        + " order by partner_id, step"
    )


def nodes(copy: ServingCopy, partner: str | None) -> pl.DataFrame:
    """The newest stock file of each node against our books."""
    return copy.fetch(
        "select node_id, partner_id, snapshot_at, row_count, differing_count, verdict "
        "from rpt_node_counts "
        "where as_of = (select max(as_of) from rpt_node_counts) "
        f"and {_CHOSEN} order by node_id",
        partner=partner,
    )


def outages(copy: ServingCopy, partner: str | None) -> pl.DataFrame:
    """Nodes that got no instructions for a while, and what that cost, newest first.

    What is held waits for the node now, or did when it was open again; what was
    routed around it is summed over the runs of the outage. It lasts until the first
    run without it.
    """
    return copy.fetch(
        "select node_id, since_at, max(as_of) as last_at, "
        "max_by(reason_codes, as_of) as reason_codes, "
        "date_diff('hour', since_at, coalesce((select min(run.as_of) from rpt_flow "
        "as run where run.as_of > max(rpt_node_outages.as_of)), max(as_of))) "
        "as stopped_hours, "
        "max_by(held_order_count, as_of) as held_order_count, "
        "max_by(held_value_minor, as_of) as held_value_minor, "
        "sum(rerouted_order_count)::bigint as rerouted_order_count, "
        "sum(rerouted_value_minor)::bigint as rerouted_value_minor, "
        "sum(extra_cost_minor)::bigint as extra_cost_minor, currency_code "
        "from rpt_node_outages where $partner is null or node_id in "
        "(select node_id from rpt_node_counts where partner_id = $partner) "
        "group by node_id, since_at, currency_code "
        f"order by since_at desc, node_id, currency_code limit {MOST_ROWS}",
        partner=partner,
    )


def exchanges(copy: ServingCopy, partner: str | None) -> pl.DataFrame:
    """Files that came and went, the newest first, with what became of them."""
    return copy.fetch(
        "select exchanged_at, way, partner_id, document, file_name, verdict, "
        "row_count, bad_count, count(*) over () as found_count from ("
        "select received_at as exchanged_at, 'in' as way, partner_id, document, "
        "file_name, verdict, accepted_lines + quarantined_lines as row_count, "
        "quarantined_lines as bad_count from rpt_files where partner_id <> 'self' "
        "union all "
        "select released_at, 'out', partner_id, format, file_name, state, row_count, "
        "error_count from rpt_outbox_files) "
        f"where {_CHOSEN} order by exchanged_at desc, file_name limit {MOST_ROWS}",
        partner=partner,
    )
