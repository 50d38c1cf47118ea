with source as (
    select *
    from {{ source('bronze', 'units_of_measure') }}
),

renamed as (
    select
        ---------- ids
        sku_ref as sku_id,
        ---------- text
        uom_code,
        ---------- numerics
        cast(eaches as bigint) as eaches,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'sku_ref', 'uom_code', 'eaches', 'valid_from', 'updated_at',
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
