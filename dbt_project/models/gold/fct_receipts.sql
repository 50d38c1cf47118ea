{{ config(unique_key=['receipt_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'receipts',
        key=['receipt_id'],
        newest_first=['received_on'],
        said_date="cast(left(told.received_on, 10) as date)"
    ) }}
),

nodes as (
    select *
    from {{ ref('int_nodes__deduplicated') }}
),

final as (
    select
        newest.receipt_id,
        node_id,
        newest.sku_id,
        newest.stock_status,
        newest.qty,
        {{ instant('received_on', 'nodes.zone') }} as event_at,
        newest.is_date_only,
        newest.po_ref,
        coalesce(newest.lot_ref, cast(newest.expires_date as varchar))
            as lot_ref,
        newest.expires_date,
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
