"""What a run tells: channels what they may sell and what has left, nodes what comes.

A format's document says what its rows are; each is gathered here. Stock is told
whole in every run. All else is told once: TOLD_ROWS is written with the file, a
request to cancel gets its name. Not here: shipping orders (``dispatch``), what
customers are answered of their orders (``customer_answers``).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from orchestration.resources.customer_answers import answered_orders, changed_orders
from orchestration.resources.formats import instruction_format
from orchestration.resources.house import House
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.reach import ordered_since
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    INSTRUCTION_LINES,
    OUTBOX_FILES,
    PAYMENT_REQUESTS,
)
from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import Table, conform
from transforms.contracts.telling import (
    ARRIVAL_LINES,
    CHANGE_ANSWERS,
    ORDER_ANSWERS,
    SHIPPED_LINES,
    STOCK_OFFERS,
    TOLD_ROWS,
)
from transforms.instructions.packed import as_told

OFFERS = """
    select sku_id, any_value(alias_ref) as sku_ref, any_value(available_qty)
        as available_qty, $2::timestamptz as as_of
    from lake.decisions.channel_availability
    left join (
        select sku_id, min(alias_ref) as alias_ref
        from lake.silver.int_sku_aliases__deduplicated
        where used_by = $1 and eaches = 1
            and coalesce(valid_to_date >= $2::timestamptz::date, true)
        group by sku_id
    ) using (sku_id)
    where channel_id = $1 group by sku_id
"""

LEFT = "event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE') and events.line_id is null"
FRESH = f"""
    select distinct asked.line_id from lake.gold.fct_order_events as events
    inner join lake.instructions.instruction_lines as asked
        using (instruction_id, instruction_line_ref)
    where events.{LEFT} and events.landing_id > $1
"""  # noqa: S608 our own text
"""Lines of which this run read that something left."""

SHIPPED = f"""
    with told as (
        select subject_id from lake.instructions.told_rows
        where partner_id = $1 and document = 'shipped_lines'
    ),
    touched as (
        select line_id, kit_line_id, substitutes_line_id
        from lake.gold.fct_order_lines
        where ordered_at >= $4 and line_id in (select line_id from fresh)
    ),
    asked_lines as (
        select * from lake.gold.fct_order_lines
        where ordered_at >= $4 and (
            line_id in (select line_id from touched)
            or kit_line_id in (
                select kit_line_id from touched where kit_line_id is not null
            )
            or line_id in (
                select substitutes_line_id from touched
                where substitutes_line_id is not null
            )
        )
    ),
    said as (
        select events.*, lines.order_id, lines.line_id as asked_line_id,
            lines.line_ref, lines.line_no, lines.sku_id as asked_sku_id,
            lines.kit_line_id, ordered.sku_id as ordered_sku_id,
            -- Of a linked line by the eaches that it is sent instead of, when they
            -- are whole.
            coalesce(lines.substitutes_ratio, 1) as ratio,
            sum(events.qty) over (
                partition by lines.line_id
                order by events.event_at, events.event_id
            ) as upto_qty
        from lake.gold.fct_order_events as events
        inner join lake.instructions.instruction_lines as asked
            using (instruction_id, instruction_line_ref)
        inner join asked_lines as lines on asked.line_id = lines.line_id
        left join asked_lines as ordered
            on ordered.line_id = lines.substitutes_line_id
        where events.{LEFT} and lines.channel_id = $1
    ),
    -- What was told under the other name, before the node said that it left
    -- instead, or that it did not.
    renamed as (
        select instruction_id, instruction_line_ref, detail ->> 'shipment_ref' as ref
        from said
        where qty = 0 and event_id in (select subject_id from told)
    ),
    sums as (
        select kit_line_id, asked_line_id as line_id, sum(qty) as qty,
            max(detail ->> 'carrier_code') as carrier_code,
            string_agg(distinct detail ->> 'tracking_ref', ' '
                order by detail ->> 'tracking_ref') as tracking_refs,
            max(event_at) as shipped_at
        from said
        where kit_line_id in (
            select kit_line_id from said
            where landing_id > $3 and kit_line_id is not null
        )
        group by kit_line_id, asked_line_id
    ),
    kits as (
        select parts.kit_line_id, parts.order_id, parts.line_ref, parts.line_no,
            parts.kit_sku_id as sku_id,
            min(coalesce(sums.qty, 0) // parts.kit_qty)::bigint as whole_qty,
            max(carrier_code) as carrier_code,
            string_agg(tracking_refs, ' ' order by tracking_refs) as tracking_refs,
            max(shipped_at) as shipped_at
        from asked_lines as parts
        left join sums using (kit_line_id, line_id)
        where parts.kit_line_id in (select kit_line_id from sums)
        group by all
    ),
    news as (
        select event_id, order_id, line_ref, line_no,
            coalesce(sku_id, asked_sku_id) as sku_id,
            coalesce(
                ordered_sku_id, if(event_type = 'SHIPPED', null, asked_sku_id)
            ) as ordered_sku_id,
            (upto_qty // ratio - (upto_qty - qty) // ratio)::bigint as qty,
            detail ->> 'carrier_code' as carrier_code,
            detail ->> 'tracking_ref' as tracking_ref, event_at as shipped_at
        from said
        where landing_id > $3 and kit_line_id is null
            and event_id not in (select subject_id from told)
            and (instruction_id, instruction_line_ref, detail ->> 'shipment_ref')
                not in (select (instruction_id, instruction_line_ref, ref)
                    from renamed where ref is not null)
        union all
        select kit_line_id || '/SHIPPED/' || whole_qty, order_id, line_ref, line_no,
            sku_id, null, whole_qty - coalesce((
                select max(split_part(subject_id, '/SHIPPED/', 2)::bigint)
                from told where starts_with(subject_id, kit_line_id || '/SHIPPED/')
            ), 0),
            carrier_code,
            array_to_string(list_sort(list_distinct(
                string_split(tracking_refs, ' '))), ' '), shipped_at
        from kits
    )
    select news.event_id, orders.order_ref, news.line_ref, news.line_no,
        news.sku_id, news.ordered_sku_id, news.qty, news.carrier_code,
        news.tracking_ref, news.shipped_at,
        news.shipped_at + to_hours($2::int) as due_at
    from news
    inner join lake.gold.fct_orders as orders using (order_id)
    where news.qty > 0 and orders.ordered_at >= $4
"""  # noqa: S608 our own text
"""Of what this run read: an event that is told again in another version is one.
A kit's line is told in whole kits, when the last component of one has left."""

ARRIVING = """
    with told as (
        select subject_id from lake.instructions.told_rows
        where partner_id = $1 and document = 'arrival_lines'
    ),
    expected as (
        select po_ref || '/' || node_id as advice_id, po_line_ref as line_ref,
            concat_ws('|', po_ref, node_id, po_line_ref, qty, expected_date)
                as subject_id,
            po_ref, node_id, sku_id, qty, expected_date
        from lake.gold.fct_expected_receipts
        inner join lake.gold.dim_nodes using (node_id)
        where operator_id = $1
    )
    select *, exists (
        select 1 from told
        where starts_with(subject_id, concat_ws('|', po_ref, node_id, ''))
    ) as is_replacement
    from expected
    where qty > 0 and advice_id in (
        select advice_id from expected
        where qty > 0 and expected_date >= $2::timestamptz::date
            and subject_id not in (select subject_id from told)
    )
"""
"""Whole orders of which a line is new or another than told; none of the past."""

HOURS_TO_TELL = "24"
"""In which a channel is to know what left, where its profile says nothing."""


def tell(house: House, partner: PartnerProfile, format_name: str) -> list[Payload]:
    """Write what a format tells a partner as one file and store its bytes.

    Returns:
        The file; none where there is nothing to tell, or on a replay, which recalls
        what was told.
    """
    document: Table = instruction_format(format_name).DOCUMENT
    if house.run.is_replay:
        _recall(house, partner, document, format_name)
        return []
    with house.lake.one_snapshot():
        rows = conform(GATHERED[document.name](house, partner), document)
    if rows.is_empty():
        return []
    control_no = house.outbox.next_control_no(partner)
    envelope = Envelope(partner.profile(), control_no, house.run.as_of)
    told = _as_told(house, rows) if document is CANCEL_REQUESTS else rows
    payload: Payload = instruction_format(format_name).render(told, envelope)
    _apply(house, partner, format_name, rows, payload)
    return [payload]


def _offers(house: House, partner: PartnerProfile) -> pl.DataFrame:
    return house.lake.query(OFFERS, [partner.partner_id, house.run.as_of])


def _shipped(house: House, partner: PartnerProfile) -> pl.DataFrame:
    hours = partner.options.get("tell_shipments_within_hours", HOURS_TO_TELL)
    who, since = partner.partner_id, house.run.since
    fresh = house.lake.query(FRESH, [since])
    with house.lake.holding(fresh=fresh):
        oldest = ordered_since(house, fresh)
        return house.lake.query(SHIPPED, [who, int(hours), since, oldest])


def _arriving(house: House, partner: PartnerProfile) -> pl.DataFrame:
    return house.lake.query(ARRIVING, [partner.partner_id, house.run.as_of])


def _waiting(table: Table, house: House, partner: PartnerProfile) -> pl.DataFrame:
    """Requests that have not left."""
    waiting = "partner_id = ? and file_name is null"
    return house.lake.read(table, waiting, [partner.partner_id])


def _as_told(house: House, requests: pl.DataFrame) -> pl.DataFrame:
    """CANCEL_REQUESTS by the lines that nodes know: packed kits as one line each."""
    pair = ("instruction_id", "instruction_line_ref")
    packing = (*pair, "packed_in", "packed_ref", "kit_qty")
    with house.lake.holding(asked=requests.select("instruction_id").unique()):
        lines = house.lake.read(
            INSTRUCTION_LINES,
            "instruction_id in (select instruction_id from asked)",
            columns=packing,
        )
    told = as_told(requests.join(lines, on=pair, how="left"))
    return told.select(requests.columns)


GATHERED: dict[str, Callable[[House, PartnerProfile], pl.DataFrame]] = {
    STOCK_OFFERS.name: _offers,
    SHIPPED_LINES.name: _shipped,
    ARRIVAL_LINES.name: _arriving,
    CANCEL_REQUESTS.name: lambda *of: _waiting(CANCEL_REQUESTS, *of),
    PAYMENT_REQUESTS.name: lambda *of: _waiting(PAYMENT_REQUESTS, *of),
    ORDER_ANSWERS.name: answered_orders,
    CHANGE_ANSWERS.name: changed_orders,
}
"""By document, how its rows are gathered for a partner."""

REQUESTS = (CANCEL_REQUESTS, PAYMENT_REQUESTS)
"""Documents whose rows stand in the lake and get the name of the file they leave in."""

TOLD_ONCE = {
    SHIPPED_LINES.name: "event_id",
    ARRIVAL_LINES.name: "subject_id",
    ORDER_ANSWERS.name: "subject_id",
    CHANGE_ANSWERS.name: "subject_id",
}
"""Documents whose rows are told once, and the column that names what was told."""


def _apply(
    house: House,
    partner: PartnerProfile,
    format_name: str,
    rows: pl.DataFrame,
    payload: Payload,
) -> None:
    document: Table = instruction_format(format_name).DOCUMENT
    file = house.outbox.keep(house.run, partner.partner_id, format_name, payload)
    with house.lake.transaction("outbox", f"{house.run.message}: {payload.name}"):
        house.lake.append(OUTBOX_FILES, file)
        if document in REQUESTS:
            # Of this run, whichever made the request: so it is journaled as sent.
            named = rows.with_columns(
                file_name=pl.lit(payload.name), control_ref=pl.lit(payload.control_ref)
            )
            house.lake.merge(document, house.run.stamped(named))
        if subject := TOLD_ONCE.get(document.name):
            told = rows.select(
                pl.lit(partner.partner_id).alias("partner_id"),
                pl.lit(document.name).alias("document"),
                pl.col(subject).alias("subject_id"),
                pl.lit(payload.name).alias("file_name"),
                *(["due_at"] if "due_at" in rows.columns else []),
            ).unique("subject_id")
            house.lake.merge(TOLD_ROWS, house.run.stamped(told))


def _recall(
    house: House, partner: PartnerProfile, document: Table, format_name: str
) -> None:
    frames = house.journal.recall(house.run.run_id)
    mine = pl.col("partner_id") == partner.partner_id
    files = frames[OUTBOX_FILES.name].filter(mine, format=format_name)
    told = frames[TOLD_ROWS.name].filter(mine, document=document.name)
    with house.lake.transaction("outbox", f"{house.run.message}: recalled"):
        house.lake.append(OUTBOX_FILES, files)
        house.lake.merge(TOLD_ROWS, told)
