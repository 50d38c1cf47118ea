{{ config(unique_key=['node_id']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_nodes'),
        key=['node_id'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        node_id,
        node_name,
        node_kind,
        operator_id,
        zone,
        region_code,
        cutoff_local,
        open_weekdays,
        daily_capacity_units,
        daily_capacity_shipments,
        daily_capacity_lines,
        lead_days,
        shipment_cost_minor,
        unit_cost_minor,
        buffer_bp,
        is_shipping,
        channels,
        weekday_cutoffs,
        pickup_weekdays,
        delivery_lag_minutes,
        capabilities,
        street,
        city,
        postal_code,
        country_code,
    from newest
)

select *
from final
