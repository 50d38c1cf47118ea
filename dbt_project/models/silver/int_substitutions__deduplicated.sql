{{ config(unique_key=['sku_id', 'alternative_sku_id', 'valid_from_date']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_substitutions'),
        key=['sku_id', 'alternative_sku_id', 'valid_from_date'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        sku_id,
        alternative_sku_id,
        policy,
        currency_code,
        ratio,
        preference,
        max_delta_minor,
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
