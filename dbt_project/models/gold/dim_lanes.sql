{{ config(unique_key=['region_code', 'node_id']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_lanes'),
        key=['region_code', 'node_id'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        region_code,
        node_id,
        zone_no,
        distance_km,
    from newest
)

select *
from final
