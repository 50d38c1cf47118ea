{{ config(unique_key=['status_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'fulfilment_statuses',
        key=['status_id'],
        newest_first=[],
        said_date=business_date('told.status_at')
    ) }}
),

final as (
    select
        status_id,
        node_id,
        instruction_id,
        instruction_line_ref,
        sku_ref,
        sku_id,
        status_code,
        note,
        qty,
        status_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from {{ by_component('newest', id='status_id', quantities=['qty']) }}
)

select *
from final
