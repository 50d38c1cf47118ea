-- A receipt is a fact of the past: its newest version is what was sold. Any
-- other order is accepted as it first came, and amended from there.
with lines as (
    select *
    from {{ ref('int_order_lines__accepted') }}
    where
        version_no
        = if(is_till_sale, newest_version_no, first_mention_no)
),

accepted as (
    select
        * replace (
            if(
                version_no = oldest_version_no or is_till_sale,
                ordered_at,
                updated_at
            )
                as ordered_at
        ),
        'ACCEPTED' as event_type,
        10 as source_rank,
    from lines
),

sold as (
    select
        *,
        'SOLD_AT_TILL' as event_type,
        15 as source_rank,
    from lines
    where is_till_sale and not is_cancelled
),

-- What the channel says has left, told in whole: the fold knows what of it we
-- sent ourselves.
told as (
    select
        *,
        least(shipped_qty, qty) as told_qty,
        lag(told_qty, 1, 0) over (
            partition by line_id order by version_no
        ) as told_before_qty,
    from {{ ref('int_order_lines__accepted') }}
    where
        not is_till_sale
        and not is_cancelled
        and shipped_qty is not null
),

sent as (
    select
        * exclude (told_qty, told_before_qty) replace (
            told_qty as qty,
            greatest(updated_at, ordered_at) as ordered_at
        ),
        'FULFILLED_BY_CHANNEL/' || version_no as event_type,
        25 as source_rank,
    from told
    where told_qty > told_before_qty
),

events as (
    select *
    from accepted
    union all
    select *
    from sold
    union all
    select *
    from sent
),

final as (
    select
        line_id || '/' || event_type as event_id,
        split_part(event_type, '/', 1) as event_type,
        line_id,
        sku_id,
        node_id,
        qty,
        ordered_at as event_at,
        source_rank,
        cast(null as varchar) as reason_code,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from events
)

select *
from final
