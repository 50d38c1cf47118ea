{{ config(unique_key=['notice_line_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'ship_notices',
        key=['notice_line_id'],
        newest_first=['shipped_on'],
        said_date="cast(left(told.shipped_on, 10) as date)",
        quantities=['shipped_qty', 'ordered_qty']
    ) }}
),

final as (
    select
        notice_line_id,
        notice_ref,
        notice_line_ref,
        po_ref,
        po_line_ref,
        ship_from_ref,
        node_id,
        sku_ref,
        sku_id,
        package_ref,
        lot_ref,
        tracking_ref,
        notice_kind,
        carrier_code,
        shipped_qty,
        ordered_qty,
        shipped_on,
        is_date_only,
        expires_date,
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
