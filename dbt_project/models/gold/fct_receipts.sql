{{ config(unique_key=['receipt_id']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_receipts'),
        key=['receipt_id'],
        newest_first=['received_on']
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
        {{ instant(
            'received_on',
            "coalesce(nodes.zone, '" ~ var('company_zone') ~ "')"
        ) }} as event_at,
        newest.is_date_only,
        newest.po_ref,
        newest.partner_id,
        newest.payload_sha256,
        newest.payload_line,
        newest.known_at,
        newest.landing_id,
    from newest
    left join nodes using (node_id)
)

select *
from final
