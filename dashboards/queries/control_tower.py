"""What the control tower asks: what is open, how well it is filled, what hurts.

A ``channel`` of None means all channels. Money stays in minor units beside its
currency: amounts of two currencies are never added up.
"""

from __future__ import annotations

import polars as pl

from dashboards.queries.serving import ServingCopy

# Don't send a browser more rows than a person reads; the count is shown beside.
MOST_ROWS = 500

_IN_CHANNEL = "($channel is null or channel_id = $channel)"
_NEWEST_RUN = "as_of = (select max(as_of) from {table})"


def channels(copy: ServingCopy) -> list[str]:
    """Every channel that has open lines or a fill rate, sorted."""
    rows = copy.fetch(
        "select channel_id from rpt_open_lines "
        "union select channel_id from rpt_fill_rates order by channel_id"
    )
    return rows["channel_id"].to_list()


def open_cells(copy: ServingCopy, channel: str | None) -> pl.DataFrame:
    """Lines, eaches per bucket and age band; one row a pair that holds any."""
    return copy.fetch(
        "select bucket, age_band, age_rank, sum(line_count)::bigint as line_count, "
        "sum(qty)::bigint as open_qty from rpt_open_lines "
        f"where {_IN_CHANNEL} group by all order by bucket, age_rank",
        channel=channel,
    )


def open_totals(copy: ServingCopy, channel: str | None) -> pl.DataFrame:
    """One row: distinct open lines and their orders, open and waiting eaches."""
    return copy.fetch(
        "select count(distinct line_id) as line_count, "
        "count(distinct order_id) as order_count, "
        "coalesce(sum(qty), 0)::bigint as open_qty, "
        "coalesce(sum(qty) filter (bucket = 'backordered'), 0)::bigint "
        "as backordered_qty, "
        "count(distinct line_id) filter (bucket = 'backordered') "
        "as backordered_line_count "
        f"from rpt_open_line_list where {_IN_CHANNEL}",
        channel=channel,
    )


def open_values(copy: ServingCopy, channel: str | None) -> pl.DataFrame:
    """Net value of open and of waiting eaches, one row per currency."""
    return copy.fetch(
        "select currency_code, sum(value_minor)::bigint as value_minor, "
        "coalesce(sum(value_minor) filter (bucket = 'backordered'), 0)::bigint "
        "as backordered_value_minor "
        f"from rpt_open_lines where {_IN_CHANNEL} "
        "group by currency_code order by currency_code",
        channel=channel,
    )


def open_line_rows(
    copy: ServingCopy, channel: str | None, bucket: str | None, age_band: str | None
) -> pl.DataFrame:
    """The oldest open lines of a cell, most valuable first among equals."""
    return copy.fetch(
        "select order_id, order_name, line_id, channel_id, product_name, sku_id, "
        "bucket, qty, age_days, ordered_at, value_minor, currency_code, "
        "reason_code, expected_date, count(*) over () as found_count "
        f"from rpt_open_line_list where {_IN_CHANNEL} "
        "and ($bucket is null or bucket = $bucket) "
        "and ($age_band is null or age_band = $age_band) "
        "order by age_days desc, value_minor desc, line_id, bucket "
        f"limit {MOST_ROWS}",
        channel=channel,
        bucket=bucket,
        age_band=age_band,
    )


def fill_rates(copy: ServingCopy, channel: str | None) -> pl.DataFrame:
    """Numerators and denominators per business date, oldest first."""
    return copy.fetch(
        "select business_date, sum(ordered_qty)::bigint as ordered_qty, "
        "sum(first_day_filled_qty)::bigint as filled_qty, "
        "sum(line_count)::bigint as line_count, "
        "sum(first_day_filled_line_count)::bigint as filled_line_count, "
        "sum(order_count)::bigint as order_count, "
        "sum(first_day_filled_order_count)::bigint as filled_order_count "
        f"from rpt_fill_rates where {_IN_CHANNEL} "
        "group by business_date order by business_date",
        channel=channel,
    )


def newest_costs(copy: ServingCopy) -> pl.DataFrame:
    """Cost and splits of the newest business date's runs, one row a currency."""
    return copy.fetch(
        "select business_date, currency_code, "
        "sum(order_count)::bigint as order_count, "
        "sum(split_order_count)::bigint as split_order_count, "
        "sum(shipment_count)::bigint as shipment_count, "
        "sum(total_minor)::bigint as total_minor from rpt_cost_per_order "
        "where business_date = (select max(business_date) from rpt_cost_per_order) "
        "group by business_date, currency_code order by currency_code"
    )


def open_exceptions(copy: ServingCopy) -> pl.DataFrame:
    """Open exceptions per owner and code, most first."""
    return copy.fetch(
        "select owner, code, count(*) as exception_count, "
        "max(age_days)::bigint as age_days "
        "from rpt_exceptions where is_open group by owner, code "
        "order by exception_count desc, owner, code"
    )


def exception_rows(
    copy: ServingCopy, owner: str | None, code: str | None
) -> pl.DataFrame:
    """Open exceptions of an owner and code, oldest first."""
    return copy.fetch(
        "select owner, code, subject, detail, e.order_id, order_name, opened_at, "
        "age_days, count(*) over () as found_count "
        "from rpt_exceptions as e left join rpt_orders as o using (order_id) "
        "where is_open and ($owner is null or owner = $owner) "
        "and ($code is null or code = $code) "
        f"order by opened_at, exception_id limit {MOST_ROWS}",
        owner=owner,
        code=code,
    )


def backorders(copy: ServingCopy, channel: str | None) -> pl.DataFrame:
    """Lines that wait for stock, the most valuable first."""
    return copy.fetch(
        "select order_id, order_name, line_id, channel_id, product_name, sku_id, qty, "
        "value_minor, currency_code, reason_code, expected_date, age_days, owner, "
        "count(*) over () as found_count "
        f"from rpt_backorders where {_IN_CHANNEL} "
        f"order by value_minor desc, line_id limit {MOST_ROWS}",
        channel=channel,
    )


def quarantine_counts(copy: ServingCopy) -> pl.DataFrame:
    """Lines set aside now per code and room, most first."""
    return copy.fetch(
        "select code, room, count(*) as row_count, "
        "count(distinct payload_sha256) as file_count from rpt_quarantine "
        "group by code, room order by row_count desc, code, room"
    )


def quarantine_rows(copy: ServingCopy) -> pl.DataFrame:
    """The newest lines set aside, each with its file and line."""
    return copy.fetch(
        "select code, partner_id, document, file_name, payload_line, column_name, "
        "message, masked_value, received_at, count(*) over () as found_count "
        "from rpt_quarantine "
        "order by received_at desc, file_name, payload_line, code "
        f"limit {MOST_ROWS}"
    )


def newest_flow(copy: ServingCopy) -> pl.DataFrame:
    """What went into and out of each room in the newest run, what stands aside.

    The table has totals since the first run: the newest run's share is what they
    grew by. A room's out is more than its in when what stood aside went on.
    """
    before = "lag({0}, 1, 0) over (partition by room order by as_of)"
    grown = ", ".join(
        f"{name} - {before.format(name)} as {name}"
        for name in ("rows_in", "rows_out", "file_count")
    )
    return copy.fetch(
        f"with told as (select room, room_no, unit, {grown}, set_aside, as_of "
        "from rpt_flow) "
        "select room, unit, rows_in, rows_out, set_aside, file_count, as_of "
        f"from told where {_NEWEST_RUN.format(table='told')} order by room_no"
    )


def newest_proofs(copy: ServingCopy) -> pl.DataFrame:
    """The newest run's proofs, failed ones first."""
    return copy.fetch(
        "select proof, kind, checked_rows, failed_rows, is_passed, example "
        f"from rpt_proofs where {_NEWEST_RUN.format(table='rpt_proofs')} "
        "order by is_passed, kind, proof"
    )
