{{ config(unique_key=['return_step_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'returns',
        key=['return_step_id'],
        newest_first=['returned_on'],
        said_date="cast(left(told.returned_on, 10) as date)"
    ) }}
),

final as (
    select
        return_step_id,
        return_ref,
        return_line_ref,
        order_id,
        order_ref,
        order_line_ref,
        sku_ref,
        sku_id,
        node_id,
        tracking_ref,
        lot_ref,
        status_code,
        reason_code,
        disposition_code,
        note,
        qty,
        returned_on,
        is_date_only,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
