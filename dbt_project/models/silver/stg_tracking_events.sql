with source as (
    select *
    from {{ source('bronze', 'tracking_events') }}
),

renamed as (
    select
        ---------- ids
        tracking_ref,
        ---------- text
        carrier_code,
        status_code,
        partner_code,
        message,
        region as region_code,
        country as country_code,
        ---------- tokens of the vault
        signed_by,
        ---------- booleans
        is_return = 'true' as is_return,
        ---------- time stamps
        cast(occurred_at as timestamptz) as occurred_at,
        cast(expected_at as timestamptz) as expected_at,
        ---------- what was said and where
        {{ content_digest([
            'tracking_ref', 'carrier_code', 'status_code', 'partner_code',
            'message', 'region', 'country', 'expected_at', 'signed_by',
            'occurred_at', 'is_return',
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
