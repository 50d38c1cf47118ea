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

events as (
    select *
    from accepted
    union all
    select *
    from sold
),

final as (
    select
        line_id || '/' || event_type as event_id,
        event_type,
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
