with source as (
    select *
    from {{ source('bronze', 'stock_adjustments') }}
),

renamed as (
    select
        ---------- ids
        node_ref || '/' || adjustment_ref || '/' || line_ref as adjustment_id,
        node_ref as node_id,
        sku_ref,
        lot_ref,
        ---------- text
        stock_status,
        to_stock_status,
        reason_code,
        partner_reason,
        uom_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        adjusted_on,
        length(adjusted_on) = 10 as is_date_only,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'adjustment_ref', 'line_ref', 'sku_ref', 'qty',
            'uom_code', 'stock_status', 'to_stock_status', 'reason_code',
            'partner_reason', 'lot_ref', 'adjusted_on',
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
