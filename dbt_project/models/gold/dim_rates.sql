{{ config(unique_key=['service_code', 'zone_no']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_rates'),
        key=['service_code', 'zone_no'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        service_code,
        zone_no,
        base_minor,
        per_kg_minor,
        transit_days,
        currency_code,
    from newest
)

select *
from final
