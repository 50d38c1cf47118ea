{{ config(unique_key=['adjustment_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'stock_adjustments',
        key=['adjustment_id'],
        newest_first=['adjusted_on'],
        said_date="cast(left(told.adjusted_on, 10) as date)"
    ) }}
),

final as (
    select
        adjustment_id,
        node_id,
        sku_ref,
        sku_id,
        lot_ref,
        stock_status,
        to_stock_status,
        reason_code,
        partner_reason,
        qty,
        adjusted_on,
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
