with source as (
    select *
    from {{ source('bronze', 'receipts') }}
),

renamed as (
    select
        ---------- ids
        node_ref || '/' || receipt_ref || '/' || line_ref as receipt_id,
        node_ref as node_id,
        sku_ref,
        po_ref,
        lot_ref,
        ---------- text
        stock_status,
        uom_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(left(expires_on, 10) as date) as expires_date,
        received_on,
        length(received_on) = 10 as is_date_only,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'receipt_ref', 'line_ref', 'po_ref', 'sku_ref', 'qty',
            'uom_code', 'stock_status', 'received_on', 'lot_ref', 'expires_on',
        ]) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from source
)

select *
from renamed
