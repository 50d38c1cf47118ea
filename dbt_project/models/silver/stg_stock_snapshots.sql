with source as (
    select *
    from {{ source('bronze', 'stock_snapshots') }}
),

renamed as (
    select
        ---------- ids
        node_ref as node_id,
        sku_ref,
        lot_ref,
        location_ref,
        ---------- text
        stock_status,
        quantity_basis,
        uom_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(left(expires_on, 10) as date) as expires_date,
        cast(snapshot_at as timestamptz) as snapshot_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'sku_ref', 'stock_status', 'quantity_basis', 'qty',
            'uom_code', 'snapshot_at', 'lot_ref', 'expires_on',
            'location_ref',
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
