with source as (
    select *
    from {{ source('bronze', 'lanes') }}
),

renamed as (
    select
        ---------- ids
        region as region_code,
        node_ref as node_id,
        ---------- numerics
        cast(zone as bigint) as zone_no,
        cast(distance_km as bigint) as distance_km,
        ---------- time stamps
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'region', 'node_ref', 'zone', 'distance_km', 'updated_at',
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
