with source as (
    select *
    from {{ source('bronze', 'kit_components') }}
),

renamed as (
    select
        ---------- ids
        kit_sku_ref as kit_sku_id,
        component_sku_ref as component_sku_id,
        ---------- numerics
        cast(qty as bigint) as qty,
        cast(price_weight as bigint) as price_weight,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(left(valid_to, 10) as date) as valid_to_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'kit_sku_ref', 'component_sku_ref', 'qty', 'price_weight',
            'valid_from', 'valid_to', 'updated_at',
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
