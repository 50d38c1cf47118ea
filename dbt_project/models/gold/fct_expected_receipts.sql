{{ config(unique_key=['po_ref', 'po_line_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_expected_receipts'),
        key=['po_ref', 'po_line_ref'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        po_ref,
        po_line_ref,
        node_id,
        sku_id,
        qty,
        expected_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
