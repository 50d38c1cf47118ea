{{ config(unique_key=[
    'carrier_code', 'tracking_ref', 'status_code', 'occurred_at'
]) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_tracking_events'),
        key=['carrier_code', 'tracking_ref', 'status_code', 'occurred_at'],
        newest_first=[]
    ) }}
),

final as (
    select
        tracking_ref,
        carrier_code,
        status_code,
        partner_code,
        message,
        region_code,
        country_code,
        signed_by,
        is_return,
        occurred_at,
        expected_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
