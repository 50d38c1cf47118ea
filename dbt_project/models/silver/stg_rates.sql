with source as (
    select *
    from {{ source('bronze', 'rates') }}
),

renamed as (
    select
        ---------- ids
        service_code,
        cast(zone as bigint) as zone_no,
        ---------- text
        currency_code,
        ---------- numerics
        {{ minor('base_amount') }} as base_minor,
        {{ minor('per_kg_amount') }} as per_kg_minor,
        cast(transit_days as bigint) as transit_days,
        ---------- time stamps
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'service_code', 'zone', 'base_amount', 'per_kg_amount',
            'transit_days', 'currency_code', 'updated_at',
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
