{{ config(unique_key=['node_id', 'sku_id', 'stock_status']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_opening_stock'),
        key=['node_id', 'sku_id', 'stock_status'],
        newest_first=['cut_at']
    ) }}
),

final as (
    select
        node_id,
        sku_id,
        stock_status,
        qty,
        cut_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
