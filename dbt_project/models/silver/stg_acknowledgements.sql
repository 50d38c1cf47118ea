with source as (
    select *
    from {{ source('bronze', 'acknowledgements') }}
),

renamed as (
    select
        ---------- ids
        interchange_ref,
        set_ref,
        ---------- text
        status_code,
        reason,
        ---------- time stamps
        cast(acknowledged_at as timestamptz) as acknowledged_at,
        ---------- what was said and where
        {{ content_digest([
            'interchange_ref', 'set_ref', 'status_code', 'reason',
            'acknowledged_at',
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
