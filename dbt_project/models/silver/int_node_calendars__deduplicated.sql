{{ config(unique_key=['node_id', 'calendar_date']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_node_calendars'),
        key=['node_id', 'calendar_date'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        node_id,
        cutoff_local,
        reason,
        capacity_qty,
        is_open,
        calendar_date,
        updated_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
