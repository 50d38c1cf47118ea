with source as (
    select *
    from {{ source('bronze', 'returns') }}
),

renamed as (
    select
        ---------- ids
        concat_ws('/', partner_id, return_ref, line_ref, status_code)
            as return_step_id,
        return_ref,
        line_ref as return_line_ref,
        partner_id || '/' || order_ref as order_id,
        order_ref,
        order_line_ref,
        sku_ref,
        node_ref as node_id,
        tracking_ref,
        lot_ref,
        ---------- text
        status_code,
        reason_code,
        disposition_code,
        ---------- tokens of the vault
        note,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        returned_on,
        length(returned_on) = 10 as is_date_only,
        ---------- what was said and where
        {{ content_digest([
            'return_ref', 'line_ref', 'order_ref', 'order_line_ref', 'sku_ref',
            'qty', 'status_code', 'reason_code', 'disposition_code',
            'node_ref', 'tracking_ref', 'lot_ref', 'returned_on', 'note',
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
