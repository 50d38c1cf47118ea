with source as (
    select *
    from {{ source('bronze', 'nodes') }}
),

renamed as (
    select
        ---------- ids
        node_ref as node_id,
        operator_id,
        ---------- text
        node_name,
        node_kind,
        zone,
        region as region_code,
        cutoff_local,
        open_weekdays,
        channels,
        weekday_cutoffs,
        pickup_weekdays,
        capabilities,
        street,
        city,
        postal_code,
        country_code,
        ---------- numerics
        cast(delivery_lag_minutes as bigint) as delivery_lag_minutes,
        cast(daily_capacity_units as bigint) as daily_capacity_units,
        cast(daily_capacity_shipments as bigint) as daily_capacity_shipments,
        cast(daily_capacity_lines as bigint) as daily_capacity_lines,
        cast(lead_days as bigint) as lead_days,
        {{ minor('shipment_cost', "'USD'") }} as shipment_cost_minor,
        {{ minor('unit_cost', "'USD'") }} as unit_cost_minor,
        cast(cast(buffer_rate as decimal(9, 4)) * 10000 as bigint) as buffer_bp,
        ---------- booleans
        is_shipping = 'true' as is_shipping,
        ---------- time stamps
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'node_name', 'node_kind', 'operator_id', 'zone',
            'region', 'cutoff_local', 'open_weekdays', 'daily_capacity_units',
            'daily_capacity_shipments', 'lead_days', 'shipment_cost',
            'unit_cost', 'buffer_rate', 'is_shipping', 'channels',
            'weekday_cutoffs', 'pickup_weekdays', 'delivery_lag_minutes',
            'capabilities', 'street', 'city', 'postal_code',
            'country_code', 'daily_capacity_lines',
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
