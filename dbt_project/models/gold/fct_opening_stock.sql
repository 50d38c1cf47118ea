{{ config(unique_key=['node_id', 'sku_id', 'stock_status']) }}

with known as (
    select *
    from {{ newest_known(
        'opening_stock',
        key=['node_id', 'sku_ref', 'stock_status'],
        newest_first=['cut_at'],
        said_date=business_date('told.cut_at'),
        touched=['node_id']
    ) }}
),

-- A SKU under several names is one quantity.
final as (
    select
        node_id,
        sku_id,
        stock_status,
        cast(sum(qty) as bigint) as qty,
        max(cut_at) as cut_at,
        min(partner_id) as partner_id,
        arg_min(payload_sha256, (landing_id, payload_line)) as payload_sha256,
        arg_min(payload_line, (landing_id, payload_line)) as payload_line,
        arg_min(known_at, (landing_id, payload_line)) as known_at,
        max(landing_id) as landing_id,
    from known
    group by node_id, sku_id, stock_status
)

select *
from final
