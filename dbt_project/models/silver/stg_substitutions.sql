with source as (
    select *
    from {{ source('bronze', 'substitutions') }}
),

renamed as (
    select
        ---------- ids
        sku_ref as sku_id,
        alternative_ref as alternative_sku_id,
        ---------- text
        policy,
        currency_code,
        ---------- numerics
        cast(ratio as bigint) as ratio,
        cast(rank as bigint) as preference,
        {{ minor('max_price_delta') }} as max_delta_minor,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(left(valid_to, 10) as date) as valid_to_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'sku_ref', 'alternative_ref', 'ratio', 'rank', 'policy',
            'max_price_delta', 'currency_code', 'valid_from', 'valid_to',
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
