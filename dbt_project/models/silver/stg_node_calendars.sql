with source as (
    select *
    from {{ source('bronze', 'node_calendars') }}
),

renamed as (
    select
        ---------- ids
        node_ref as node_id,
        ---------- text
        cutoff_local,
        reason,
        ---------- numerics
        cast(capacity_units as bigint) as capacity_qty,
        ---------- booleans
        is_open = 'true' as is_open,
        ---------- time stamps
        cast(left(calendar_date, 10) as date) as calendar_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'calendar_date', 'is_open', 'cutoff_local',
            'capacity_units', 'reason', 'updated_at',
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
