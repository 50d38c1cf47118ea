with source as (
    select *
    from {{ source('bronze', 'expected_receipts') }}
),

renamed as (
    select
        ---------- ids
        po_ref,
        line_ref as po_line_ref,
        node_ref as node_id,
        sku_ref,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(left(expected_on, 10) as date) as expected_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'po_ref', 'line_ref', 'node_ref', 'sku_ref', 'qty', 'expected_on',
            'updated_at',
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
