with source as (
    select *
    from {{ source('bronze', 'instruction_corrections') }}
),

renamed as (
    select
        ---------- ids
        partner_id || '/' || correction_ref as correction_id,
        instruction_ref as instruction_id,
        line_ref as instruction_line_ref,
        ---------- text
        service_code,
        ship_to_name,
        ship_to_street,
        ship_to_street2,
        ship_to_city,
        ship_to_postal_code,
        ship_to_region as region_code,
        ship_to_country as country_code,
        ship_to_phone,
        author,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(corrected_at as timestamptz) as corrected_at,
        ---------- what was said and where
        {{ content_digest([
            'instruction_ref', 'line_ref', 'qty', 'service_code',
            'ship_to_name', 'ship_to_street', 'ship_to_street2',
            'ship_to_city', 'ship_to_postal_code', 'ship_to_region',
            'ship_to_country', 'ship_to_phone', 'author', 'corrected_at',
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
