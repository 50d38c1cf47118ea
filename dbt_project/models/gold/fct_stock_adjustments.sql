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

nodes as (
    select *
    from {{ ref('int_nodes__deduplicated') }}
),

final as (
    select
        newest.adjustment_id,
        node_id,
        newest.sku_id,
        newest.lot_ref,
        newest.stock_status,
        newest.to_stock_status,
        newest.reason_code,
        newest.partner_reason,
        newest.qty,
        {{ instant('adjusted_on', 'nodes.zone') }} as event_at,
        newest.is_date_only,
        newest.partner_id,
        newest.payload_sha256,
        newest.payload_line,
        newest.known_at,
        newest.landing_id,
    from newest
    inner join nodes using (node_id)
)

select *
from final
