with source as (
    select *
    from {{ source('bronze', 'opening_stock') }}
),

renamed as (
    select
        ---------- ids
        node_ref as node_id,
        sku_ref,
        ---------- text
        stock_status,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(cut_at as timestamptz) as cut_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'sku_ref', 'stock_status', 'qty', 'cut_at',
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
