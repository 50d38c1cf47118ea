{{ config(unique_key=['sku_id', 'node_id', 'valid_from_date']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_unit_costs'),
        key=['sku_id', 'node_id', 'valid_from_date'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        sku_id,
        node_id,
        currency_code,
        unit_cost_micro,
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
