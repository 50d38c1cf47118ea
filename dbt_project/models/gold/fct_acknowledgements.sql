{{ config(unique_key=['partner_id', 'interchange_ref', 'set_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_acknowledgements'),
        key=['partner_id', 'interchange_ref', 'set_ref'],
        newest_first=['acknowledged_at']
    ) }}
),

final as (
    select
        interchange_ref,
        set_ref,
        status_code,
        reason,
        acknowledged_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
