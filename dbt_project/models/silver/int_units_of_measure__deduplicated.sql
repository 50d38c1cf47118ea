{{ config(unique_key=['sku_id', 'uom_code', 'valid_from_date']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_units_of_measure'),
        key=['sku_id', 'uom_code', 'valid_from_date'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        sku_id,
        uom_code,
        eaches,
        valid_from_date,
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
