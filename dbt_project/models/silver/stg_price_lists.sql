with source as (
    select *
    from {{ source('bronze', 'price_lists') }}
),

renamed as (
    select
        ---------- ids
        price_list,
        sku_ref as sku_id,
        ---------- text
        currency_code,
        ---------- numerics
        cast(minimum_qty as bigint) as minimum_qty,
        {{ micro('unit_amount') }} as unit_price_micro,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(left(valid_to, 10) as date) as valid_to_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'price_list', 'sku_ref', 'minimum_qty', 'unit_amount',
            'currency_code', 'valid_from', 'valid_to', 'updated_at',
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
