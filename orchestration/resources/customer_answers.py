"""Gathering what business customers are answered of their orders and changes.

What is told once is remembered by a digest of it, so that an order of which something
else becomes is told again. Not here: writing it (``telling``).
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.partners import PartnerProfile
from transforms.contracts.telling import CHANGE_ANSWERS, ORDER_ANSWERS

STANDING = """
    with told as (
        select subject_id, run_id,
            regexp_replace(subject_id, '[|][0-9a-f]{32}$', '') as version_id,
            regexp_replace(version_id, '[|][0-9]+$', '') as order_id
        from lake.instructions.told_rows
        where partner_id = $partner
            and document in ('order_answers', 'change_answers')
    ),
    moved as (
        select order_id from lake.decisions.line_buckets where run_id = $run
        union
        select order_id from lake.decisions.backorders where run_id = $run
    ),
    waits as (
        select line_id, max_by(expected_date, as_of) as expected_date
        from lake.decisions.backorders group by line_id
    ),
    -- What we send instead is of the line that the customer knows.
    instead as (
        select lines.substitutes_line_id as line_id, lines.sku_id as sku,
            sum((state.ordered_qty - state.cancelled_qty)
                // lines.substitutes_ratio)::bigint as qty
        from lake.gold.fct_order_lines as lines
        inner join lake.decisions.line_buckets as state using (line_id)
        where lines.substitutes_line_id is not null and lines.channel_id = $partner
        group by all having qty > 0
    ),
    replaced as (
        select line_id, sum(qty)::bigint as replaced_qty,
            to_json(list({'sku': sku, 'qty': qty} order by sku))::varchar
                as replaced_by
        from instead group by line_id
    ),
    -- Of a component by the kits that it makes: a kit waits, goes and is held up
    -- with whichever of its components does.
    counted as (
        select orders.order_id, orders.order_ref, orders.version_no,
            orders.ordered_at, orders.landing_id > $since as is_new,
            orders.order_id in (select order_id from told) as was_told,
            lines.line_no, lines.line_ref,
            coalesce(lines.kit_sku_id, lines.sku_id) as sku_id,
            max(lines.ordered_qty // pack) as wanted_qty,
            max(state.ordered_qty // pack) as qty,
            max(ceil((state.backordered_qty + state.preordered_qty) / pack))::bigint
                as backordered_qty,
            least(
                max(ceil((state.cancelled_qty + state.substituted_out_qty
                    - state.shipped_instead_qty - state.delivered_instead_qty
                    - state.lost_instead_qty - coalesce(replaced_qty, 0)) / pack)),
                max(state.ordered_qty // pack) - max(ceil(
                    (state.backordered_qty + state.preordered_qty) / pack))
            )::bigint as gone_qty,
            max(coalesce(replaced_qty, 0)) as replaced_qty,
            max(replaced_by) as replaced_by,
            max(ceil((state.released_qty + state.in_fulfilment_qty) / pack))::bigint
                as with_node_qty,
            max(waits.expected_date) filter (
                state.backordered_qty + state.preordered_qty > 0) as expected_date
        from lake.gold.fct_orders as orders
        inner join (
            select *, coalesce(kit_qty, 1) as pack from lake.gold.fct_order_lines
        ) as lines using (order_id)
        inner join lake.decisions.line_buckets as state using (line_id)
        left join waits on lines.line_id = waits.line_id
        left join replaced on lines.line_id = replaced.line_id
        where orders.channel_id = $partner and lines.substitutes_line_id is null
            and (is_new or was_told and order_id in (select order_id from moved))
        group by all
    ),
    signed as (
        select * exclude (with_node_qty),
            greatest(qty - wanted_qty, 0) as excess_qty,
            least(greatest(excess_qty - gone_qty, 0), with_node_qty)
                as asked_back_qty,
            order_id || '|' || version_no as version_id,
            version_id || '|' || md5(string_agg(
                concat_ws(':', line_ref, wanted_qty, qty, backordered_qty, gone_qty,
                    asked_back_qty, expected_date, replaced_by),
                '|' order by line_no, line_ref
            ) over (partition by order_id)) as subject_id
        from counted
    )
"""
"""Orders of a customer that are new or may stand otherwise than it was told, as they
stand after the run's decisions; ``subject_id`` is what is told of each."""

ANSWERED = f"""
    {STANDING}
    select *, gone_qty as refused_qty,
        qty - backordered_qty - gone_qty - replaced_qty as accepted_qty
    from signed
    where is_new and qty > 0
        and version_id not in (select version_id from told)
        and not ($has_changes and was_told)
"""  # noqa: S608 our own text
"""Of orders that this run read; changes of them are none where they have a format."""

CHANGED = f"""
    {STANDING},
    changes as (
        select line_id as changed_id, case
            when bool_or(field_name = 'line' and before_value is null) then 'AI'
            when bool_or(field_name = 'line' and after_value is null) then 'DI'
            when not bool_or(field_name = 'qty') then 'CA'
            when arg_max(after_value, version_no) filter (field_name = 'qty')::bigint
                > arg_min(before_value, version_no)
                    filter (field_name = 'qty')::bigint then 'QI'
            else 'QD' end as change_code
        from lake.gold.fct_order_versions
        where line_id <> '' and landing_id > $since
            and order_id in (select order_id from signed)
        group by line_id
    )
    select * exclude (qty, change_code), wanted_qty as qty,
        version_no = 1 or not is_new as is_ours,
        if(is_ours, 'NC', coalesce(changes.change_code, 'NC')) as change_code,
        greatest(gone_qty - excess_qty, 0) as refused_qty,
        signed.qty - backordered_qty - gone_qty - replaced_qty - asked_back_qty
            as accepted_qty
    from signed
    left join changes on changed_id = order_id || '/' || line_ref
    where subject_id not in (select subject_id from told)
        and order_id not in (select order_id from told where run_id = $run)
        and (was_told or not $has_answers and version_no > 1)
"""  # noqa: S608 our own text
"""Of orders that changed, and of those told before of which something else becomes."""


def answered_orders(house: House, partner: PartnerProfile) -> pl.DataFrame:
    """Rows of ORDER_ANSWERS for a customer: each version of an order once."""
    flag = {"has_changes": CHANGE_ANSWERS.name in partner.documents}
    return house.lake.query(ANSWERED, _of_this_run(house, partner) | flag)


def changed_orders(house: House, partner: PartnerProfile) -> pl.DataFrame:
    """Rows of CHANGE_ANSWERS for a customer: each thing that becomes of it once."""
    flag = {"has_answers": ORDER_ANSWERS.name in partner.documents}
    return house.lake.query(CHANGED, _of_this_run(house, partner) | flag)


def _of_this_run(house: House, partner: PartnerProfile) -> dict[str, object]:
    run = house.run
    return {"partner": partner.partner_id, "since": run.since, "run": run.run_id}
