{{ config(unique_key=['kit_sku_id', 'component_sku_id', 'valid_from_date']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_kit_components'),
        key=['kit_sku_id', 'component_sku_id', 'valid_from_date'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        kit_sku_id,
        component_sku_id,
        qty,
        price_weight,
        valid_from_date,
        valid_to_date,
        updated_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
