{{ config(unique_key=['node_id', 'sku_id', 'stock_status', 'snapshot_at']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_stock_snapshots'),
        key=['node_id', 'sku_id', 'stock_status', 'snapshot_at'],
        newest_first=[]
    ) }}
),

final as (
    select
        node_id,
        sku_id,
        stock_status,
        quantity_basis,
        qty,
        snapshot_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
