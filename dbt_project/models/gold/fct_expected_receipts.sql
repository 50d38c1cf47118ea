{{ config(unique_key=['po_ref', 'po_line_ref']) }}

with newest as (
    select *
    from {{ newest_known(
        'expected_receipts',
        key=['po_ref', 'po_line_ref'],
        newest_first=['updated_at'],
        said_date='told.expected_date'
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
