with source as (
    select *
    from {{ source('bronze', 'shipment_confirmations') }}
),

renamed as (
    select
        ---------- ids
        concat_ws(
            '/', node_ref, shipment_ref, instruction_ref, line_ref
        ) as shipment_line_id,
        node_ref as node_id,
        shipment_ref,
        instruction_ref as instruction_id,
        line_ref as instruction_line_ref,
        sku_ref,
        tracking_ref,
        lot_ref,
        ordered_sku_ref,
        landing_id as document_no,
        ---------- text
        reason_code,
        carrier_code,
        uom_code,
        ---------- numerics
        cast(ordered_qty as bigint) as ordered_qty,
        cast(shipped_qty as bigint) as shipped_qty,
        ---------- time stamps
        shipped_on,
        length(shipped_on) = 10 as is_date_only,
        -- What replaces is said a moment after what it replaces.
        try_cast(confirmed_at as timestamptz) + to_microseconds(
            cast(coalesce(action = 'replace', false) as integer)
        ) as stated_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'shipment_ref', 'instruction_ref', 'order_ref',
            'line_ref', 'sku_ref', 'ordered_qty', 'shipped_qty', 'uom_code',
            'reason_code', 'shipped_on', 'carrier_code', 'tracking_ref',
            'lot_ref', 'serial_refs', 'ordered_sku_ref',
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
