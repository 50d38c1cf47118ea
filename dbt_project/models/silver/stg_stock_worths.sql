with source as (
    select *
    from {{ source('bronze', 'stock_worths') }}
),

renamed as (
    select
        ---------- ids
        node_ref as node_id,
        sku_ref,
        ---------- text
        currency_code,
        ---------- numerics
        {{ minor('worth') }} as worth_minor,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(left(valid_to, 10) as date) as valid_to_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'sku_ref', 'worth', 'currency_code', 'valid_from',
            'valid_to', 'updated_at',
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
